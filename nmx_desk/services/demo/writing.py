"""What stands with the notes of the demo clinic: how the client lives, what was attached, and the snippets of who writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nmx_desk.domain.history import LifestyleMeasurement, Smoking
from nmx_desk.services import documents, snippets
from nmx_desk.services.demo.following import dice
from nmx_desk.services.demo.office import Office, Practitioner

if TYPE_CHECKING:
    from nmx_desk.services.demo.care import File

OWN = {
    "water": "Drinkt | glazen water per dag. Afgesproken: bij elke maaltijd een glas.",
    "ritme": "Vaste tijden: op om … uur, naar bed om … uur. Eerste maaltijd om | uur.",
}
LETTER = "Geachte collega,\n\nDank voor uw bericht. Bij de laatste controle waren er geen bijzonderheden.\n\nMet vriendelijke groet"
NAMES = ("brief huisarts.txt", "eetdagboek.txt", "brief diëtist.txt")
ATTACHED = 0.12


def own_snippets(office: Office, who: Practitioner) -> None:
    """Two of one's own."""
    for short, text in OWN.items():
        office.do(who.username, snippets.save_snippet, short, text)


def lived(office: Office, file: File) -> LifestyleMeasurement:
    """What was told at this contact; somebody who gets better lives a little better, and now and then something is not asked."""
    own, now, better = dice(file.client_id, "lived"), dice(file.client_id, "lived", office.today), -file.person.course.step * file.contact

    def told(usual: float, spread: float, gain: float, most: int, *, grain: int = 1) -> int | None:
        value = own.gauss(usual, spread) + gain * better + now.gauss(0, spread / 5)
        return min(max(round(value / grain) * grain, 0), most) if now.random() < 0.9 else None

    return LifestyleMeasurement(
        nutrition=told(5.5, 1.2, 0.5, 10), vegetables=told(160, 50, 20, 2000, grain=25), alcohol=told(3, 3, -0.5, 200),
        caffeine=told(3, 1.2, -0.3, 50),
        sleep_half_hours=told(13.5, 1.5, 0.3, 48), sleep_quality=told(5, 1.3, 0.5, 10), exercise=told(110, 60, 10, 5000, grain=10),
        stress=told(6, 1.5, -0.5, 10), smoking=Smoking.NEVER if own.random() < 0.7 else Smoking.FORMER,
    )  # fmt: skip


def attached(office: Office, file: File, note_id: str) -> None:
    """Now and then the client brought something on paper."""
    own = dice(file.client_id, "attached", office.today)
    if own.random() < ATTACHED:
        name = own.choice(NAMES)
        office.do(file.who.username, documents.add_document, file.client_id, name, LETTER.encode(), "meegebracht", note_id=note_id)
