"""Appointments, their types, and when practitioners work (DOMAIN §4 Afspraak, AGENDA §1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_


class AppointmentStatus(StrEnum):
    """State machine *Afspraak*. A moved appointment is a new row; the old one stays as *moved*."""

    OPTION = "option"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    MOVED = "moved"


APPOINTMENT_STATUS_NAMES = {
    AppointmentStatus.OPTION: N_("Option"),
    AppointmentStatus.CONFIRMED: N_("Confirmed"),
    AppointmentStatus.ARRIVED: N_("Arrived"),
    AppointmentStatus.IN_ROOM: N_("In the room"),
    AppointmentStatus.COMPLETED: N_("Completed"),
    AppointmentStatus.NO_SHOW: N_("No-show"),
    AppointmentStatus.CANCELLED: N_("Cancelled"),
    AppointmentStatus.MOVED: N_("Moved"),
}
_A = AppointmentStatus
LIVE_STATES = frozenset({_A.OPTION, _A.CONFIRMED, _A.ARRIVED, _A.IN_ROOM, _A.COMPLETED, _A.NO_SHOW})
APPOINTMENT_STEPS: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    _A.OPTION: frozenset({_A.CONFIRMED, _A.CANCELLED}),
    _A.CONFIRMED: frozenset({_A.ARRIVED, _A.IN_ROOM, _A.COMPLETED, _A.NO_SHOW, _A.CANCELLED, _A.MOVED}),
    _A.ARRIVED: frozenset({_A.IN_ROOM, _A.COMPLETED, _A.CANCELLED}),
    _A.IN_ROOM: frozenset({_A.COMPLETED}),
}


class Channel(StrEnum):
    """How people meet."""

    PHONE = "phone"
    VIDEO = "video"
    CLINIC = "clinic"


CHANNEL_NAMES = {Channel.PHONE: N_("By phone"), Channel.VIDEO: N_("By video"), Channel.CLINIC: N_("At the clinic")}


@dataclass(frozen=True, kw_only=True)
class AppointmentType(Record):
    """What can be booked. Times in minutes, price in cents, notice in minutes, horizon in days, cancel window in hours."""

    code: str = ""
    name_nl: str = ""
    name_en: str = ""
    duration: int = 30
    buffer_before: int = 0
    buffer_after: int = 0
    step: int = 15
    anchor: int = 0
    minimum_notice: int = 60
    horizon_days: int = 90
    channel: Channel = Channel.CLINIC
    price_cents: int = 0
    cancel_window_hours: int = 24
    is_active: bool = True

    def name(self, language: str) -> str:
        """The type's name in a language."""
        return self.name_en if language == "en" else self.name_nl


@dataclass(frozen=True, kw_only=True)
class RosterRule(Record):
    """Weekly working hours: local minutes of the day, the end may pass midnight. ``weekday`` 0 is Monday."""

    practitioner_id: str = ""
    weekday: int = 0
    start_minute: int = 540
    end_minute: int = 1020
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Closure(Record):
    """The clinic is closed; both days included."""

    date_from: date = date(1970, 1, 1)
    date_to: date = date(1970, 1, 1)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Absence(Record):
    """A practitioner is away, half-open."""

    practitioner_id: str = ""
    start_at: datetime = EPOCH
    end_at: datetime = EPOCH
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Appointment(Record):
    """A booking. ``busy_from``/``busy_to`` are UTC minutes since 1970 with buffers; ``wall_start`` the intended local time (ISO, no offset)."""

    client_id: str | None = None
    request_id: str | None = None
    type_code: str = ""
    practitioner_id: str = ""
    starts_at: datetime = EPOCH
    ends_at: datetime = EPOCH
    wall_start: str = ""
    zone: str = "Europe/Amsterdam"
    busy_from: int = 0
    busy_to: int = 0
    live: bool = True
    status: AppointmentStatus = AppointmentStatus.CONFIRMED
    channel: Channel = Channel.PHONE
    who: str = ""
    checked_in_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str = ""
    cancel_reason: str = ""
    late: bool = False
    moved_from: str | None = None
    double_booked_reason: str = ""
    uid: str = ""
    sequence: int = 0
    expires_at: datetime | None = None
