"""Around appointments: series of them, and who waits for an earlier moment (AGENDA §2, §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_


@dataclass(frozen=True, kw_only=True)
class AppointmentSeries(Record):
    """Appointments that repeat. ``rule``: RFC 5545 rule on the clinic's wall clock; ``first_start``: local time (ISO, no offset).

    ``skipped``: the days of the rule that were left out, ISO dates with a space between. What happened to one of them stands with it.
    """

    client_id: str = ""
    type_code: str = ""
    practitioner_id: str = ""
    rule: str = ""
    first_start: str = ""
    zone: str = "Europe/Amsterdam"
    skipped: str = ""
    ended_on: date | None = None


class WaitingStatus(StrEnum):
    """State machine of somebody on the waiting list."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"


WAITING_STATUS_NAMES = {
    WaitingStatus.WAITING: N_("Waits"),
    WaitingStatus.OFFERED: N_("Offered a moment"),
    WaitingStatus.BOOKED: N_("Booked"),
    WaitingStatus.WITHDRAWN: N_("Taken off the list"),
}
_W = WaitingStatus
WAITING_STEPS: dict[WaitingStatus, frozenset[WaitingStatus]] = {
    _W.WAITING: frozenset({_W.OFFERED, _W.BOOKED, _W.WITHDRAWN}),
    _W.OFFERED: frozenset({_W.WAITING, _W.BOOKED, _W.WITHDRAWN}),
}


@dataclass(frozen=True, kw_only=True)
class WaitingEntry(Record):
    """Somebody who wants a moment, or an earlier one (``appointment_id``: the one they have).

    ``part_of_day``: any, morning, afternoon or evening; ``weekdays``: ISO weekdays in figures; ``booked_id``: what came of it.
    """

    client_id: str = ""
    type_code: str = ""
    practitioner_id: str | None = None
    appointment_id: str | None = None
    part_of_day: str = "any"
    weekdays: str = "1234567"
    date_from: date | None = None
    date_until: date | None = None
    note: str = ""
    status: WaitingStatus = WaitingStatus.WAITING
    status_at: datetime = EPOCH
    booked_id: str | None = None
