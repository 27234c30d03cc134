"""The waiting list as screens show it, and whom a moment would suit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.bookings import WaitingEntry, WaitingStatus
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.slots import AFTERNOON, EVENING, MORNING
from nmx_desk.i18n import N_, _

PARTS = {"any": None, "morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING}
PART_NAMES = {"any": N_("Any"), "morning": N_("Morning"), "afternoon": N_("Afternoon"), "evening": N_("Evening")}
ON_THE_LIST = frozenset({WaitingStatus.WAITING, WaitingStatus.OFFERED})
LONGEST_NOTE = 200


@dataclass(frozen=True)
class WaitingRow:
    """Somebody on the list and how to reach them, nothing clinical. ``has``: the appointment they have; ``offer``: what would suit.

    ``no_shows``: how often they did not show up, to say so before booking.
    """

    entry: WaitingEntry
    who: str
    phone: str = ""
    call_instruction: str = ""
    client_no: str = ""
    has: Appointment | None = None
    offer: Offer | None = None
    no_shows: int = 0

    @property
    def id(self) -> str:
        """Id of the place on the list."""
        return self.entry.id


def check_entry(entry: WaitingEntry) -> None:
    """Refuse a wish that nothing could meet. Raises ``UserError`` with the field."""
    if entry.part_of_day not in PARTS:
        raise UserError("part_of_day", _("Choose one of the list."))
    if not entry.weekdays or set(entry.weekdays) - set("1234567"):
        raise UserError("weekdays", _("Choose at least one day of the week."))
    if entry.date_from and entry.date_until and entry.date_until < entry.date_from:
        raise UserError("date_until", _("The last day comes before the first."))
    if len(entry.note) > LONGEST_NOTE:
        raise UserError("note", _("Use at most {n} characters.").format(n=LONGEST_NOTE))


def suits(entry: WaitingEntry, wall: datetime, practitioner_id: str) -> bool:
    """Whether a moment on the clinic's wall, with this practitioner, is what somebody waits for."""
    day, minute = wall.date(), wall.hour * 60 + wall.minute
    low, high = PARTS[entry.part_of_day] or (0, 1440)
    return (
        entry.practitioner_id in {None, practitioner_id}
        and str(day.isoweekday()) in entry.weekdays
        and (entry.date_from or day) <= day <= (entry.date_until or day)
        and low <= minute < high
    )
