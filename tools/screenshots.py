"""``make screenshots``: every page of the demo clinic in light and dark, nl and en, at 1440×900 and 1280×720, as PNG in ``screenshots/``.

``tools/screenshots.py [PART …]`` takes only the places whose name contains one of the parts.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BASE = Path(tempfile.mkdtemp(prefix="nmx-shots-"))
os.environ["NMX_STATE_DIR"] = str(BASE / "state")

from nmx_desk import app as program  # noqa: E402 (the state folder comes first)
from nmx_desk.services.desk import Desk, Progress  # noqa: E402
from nmx_desk.services.opening import FrontDoor, Surroundings  # noqa: E402
from nmx_desk.vault.keyfile import CHEAP_KDF  # noqa: E402
from nmx_desk.vault.passwords import DEMO_PASSWORD  # noqa: E402

# isort: split
from PySide6.QtCore import QEvent, QEventLoop  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from nmx_desk.ui.theme import theme  # noqa: E402

SIZES = ((1440, 900), (1280, 720))
OUT = ROOT / "screenshots"
TODAY = datetime(2026, 11, 23, 15, 55, tzinfo=UTC)  # the end of a Monday at the demo clinic, whose last day ends then

# user, name of the picture, page, SQL for what it opens (column name → argument)
OWN_PLAN = "SELECT client_id FROM plan WHERE status = '{}' AND practitioner_id = :me ORDER BY client_id LIMIT 1"
OWN_NOTE = "SELECT id AS note_id FROM consult_note WHERE status = '{}' AND author_id = :me ORDER BY care_date DESC LIMIT 1"
PART_OF = "SELECT c.id AS client_id, '{}' AS part FROM client c JOIN {} r ON r.client_id = c.id{} ORDER BY c.client_no LIMIT 1"
MINE = " AND c.practitioner_id = :me"
REQUEST = "SELECT id AS request_id FROM advice_request WHERE status = '{}' ORDER BY received_at LIMIT 1"
QUALITY = (
    "due", "grievances", "incidents", "deviations", "audits", "risks",
    "satisfaction", "objectives", "competence", "suppliers", "documents", "review",
)  # fmt: skip
PLACES: tuple[tuple[str, str, str, str], ...] = (
    ("receptie", "today-reception", "today", ""),
    ("receptie", "requests", "requests", ""),
    ("receptie", "requests-one", "requests", REQUEST.format("in_progress")),
    ("receptie", "agenda", "agenda", "SELECT 'day' AS mode"),
    ("receptie", "agenda-week", "agenda", "SELECT 'week' AS mode"),
    ("receptie", "agenda-month", "agenda", "SELECT 'month' AS mode"),
    ("receptie", "clients", "clients", ""),
    ("receptie", "client-reception", "clients", "SELECT client_id FROM plan WHERE status = 'active' ORDER BY client_id LIMIT 1"),
    ("receptie", "client-new", "clients", "SELECT 1 AS new"),
    ("receptie", "client-contact", "clients", PART_OF.format("contact", "advice_request", "")),
    ("receptie", "client-log", "clients", PART_OF.format("contacts", "advice_request", "")),
    ("receptie", "client-family", "clients", PART_OF.format("family", "representative", "")),
    ("receptie", "doubles", "clients", "SELECT 1 AS doubles"),
    ("receptie", "followups", "followups", ""),
    ("receptie", "outbox", "outbox", ""),
    ("behandelaar", "today-practitioner", "today", ""),
    ("behandelaar", "client", "clients", OWN_PLAN.format("active")),
    ("behandelaar", "client-documents", "clients", PART_OF.format("documents", "consult_note", MINE)),
    ("behandelaar", "client-letters", "clients", PART_OF.format("letters", "referral", MINE)),
    ("behandelaar", "letter", "letters", "SELECT id AS letter_id FROM referral WHERE created_by = :me ORDER BY written_on DESC LIMIT 1"),
    ("behandelaar", "call", "calls", REQUEST.format("booked")),
    ("behandelaar", "note-draft", "notes", OWN_NOTE.format("draft")),
    ("behandelaar", "note-signed", "notes", OWN_NOTE.format("signed")),
    ("behandelaar", "plan-active", "plans", OWN_PLAN.format("active")),
    ("behandelaar", "plan-draft", "plans", OWN_PLAN.format("draft")),
    ("behandelaar", "care-complaints", "care", OWN_PLAN.format("active")),
    ("manager", "today-manager", "today", ""),
    ("manager", "figures", "figures", ""),
    ("manager", "figure-one", "figures", "SELECT 'K6' AS figure"),
    ("manager", "reports", "reports", "SELECT 'month' AS report"),
    *(("manager", f"quality-{part}", "quality", f"SELECT '{part}' AS part") for part in QUALITY),
    ("auditor", "quality-auditor", "quality", "SELECT 'grievances' AS part"),
    ("manager", "log", "log", ""),
    ("manager", "log-client", "log", "SELECT id AS client_id FROM client WHERE practitioner_id IS NOT NULL ORDER BY client_no LIMIT 1"),
    ("manager", "certificate", "reports", "SELECT 'certificate' AS report"),
    ("manager", "privacy", "privacy", ""),
    ("beheerder", "settings", "settings", ""),
    ("beheerder", "settings-users", "settings", "SELECT 'users' AS part"),
    ("beheerder", "settings-backup", "settings", "SELECT 'backup' AS part"),
    ("beheerder", "settings-types", "settings", "SELECT 'types' AS part"),
    ("manager", "settings-days", "settings", "SELECT 'days' AS part"),
    ("manager", "settings-rooms", "settings", "SELECT 'rooms' AS part"),
    ("manager", "settings-calendars", "settings", "SELECT 'calendars' AS part"),
    ("beheerder", "settings-mail", "settings", "SELECT 'mail' AS part"),
    ("beheerder", "settings-incoming", "settings", "SELECT 'incoming' AS part"),
    ("beheerder", "settings-red-flags", "settings", "SELECT 'red_flags' AS part"),
)  # fmt: skip


def settle(application: QApplication, running: program.App) -> None:
    """Until nothing runs and everything is painted."""
    for _ in range(6):
        if running.runner is not None:
            running.runner.idle()
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # no loop runs here that would let windows go
        time.sleep(0.01)


def where(desk: Desk, sql: str) -> dict[str, Any] | None:
    """What a page is opened with; None when the demo has nothing of the kind."""
    if not sql:
        return {}
    with desk.database.reading() as connection:
        row = connection.exec_driver_sql(sql.replace(":me", f"'{desk.user.id}'")).mappings().first()
    return dict(row) if row else None


def moods() -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Every combination asked for."""
    for language in ("nl", "en"):
        for mode in ("light", "dark"):
            for size in SIZES:
                yield language, mode, size


def shoot(widget: QWidget, name: str, mood: tuple[str, str, tuple[int, int]]) -> None:
    """One picture."""
    language, mode, (width, height) = mood
    widget.grab().save(str(OUT / f"{name}-{language}-{mode}-{width}x{height}.png"))


def shoot_front(application: QApplication, door: FrontDoor, name: str, mood: tuple[str, str, tuple[int, int]]) -> None:
    """The wizard or the sign-in."""
    running = program.App(door, program.pages(), BASE / "state", sources=program.palette_sources)
    running.use_language(mood[0])
    theme().use(mood[1])
    running.show_front()
    if running.front is not None:
        running.front.resize(*mood[2])
        settle(application, running)
        shoot(running.front, name, mood)
        running.front.hide()
        running.front.deleteLater()
    running.deleteLater()
    application.processEvents()


def shoot_user(application: QApplication, door: FrontDoor, user: str, wanted: list[str]) -> None:
    """Every place of one user in every mood."""
    places = [place for place in PLACES if place[0] == user and (not wanted or any(part in place[1] for part in wanted))]
    palette = user == "receptie" and (not wanted or "palette" in wanted)
    if not places and not palette:
        return
    running = program.App(door, program.pages(), BASE / "state", sources=program.palette_sources, now=lambda: TODAY)
    running.open_desk(door.sign_in(user, DEMO_PASSWORD))
    for mood in moods():
        if running.window is None:
            break
        running._change_language(mood[0])  # noqa: SLF001 (as the user menu does)
        theme().use(mood[1])
        running.window.resize(*mood[2])
        for _user, name, page, sql in places:
            if (there := where(running.window.desk, sql)) is not None:
                running.window.go(page, **there)
                settle(application, running)
                shoot(running.window, name, mood)
        if palette:
            running.window.palette_box.open()
            running.window.palette_box.field.setText("vri")
            settle(application, running)
            time.sleep(0.1)
            settle(application, running)
            shoot(running.window, "palette", mood)
            running.window.palette_box.close_palette()
    running.lock()
    if running.front is not None:
        running.front.hide()


def main() -> int:
    """Make the demo clinic, visit everything."""
    from nmx_desk.services.demo import make_demo

    wanted = sys.argv[1:]
    application = QApplication([])
    theme().start(application)
    shutil.rmtree(OUT, ignore_errors=True) if not wanted else None
    OUT.mkdir(exist_ok=True)
    make_demo(BASE / "demo", size="small", seed=1, today=TODAY.date(), progress=Progress(), kdf=CHEAP_KDF)
    around = Surroundings(kdf=CHEAP_KDF, clock=lambda: TODAY)
    for mood in moods():
        if not wanted or "front" in wanted:
            shoot_front(application, FrontDoor(BASE / "none", around), "wizard", mood)
            shoot_front(application, FrontDoor(BASE / "demo", around), "login", mood)
    for user in dict.fromkeys(place[0] for place in PLACES):
        shoot_user(application, FrontDoor(BASE / "demo", around), user, wanted)
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT.name}/")
    shutil.rmtree(BASE, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
