"""What the agenda shows: free moments and a day, as frozen results of the agenda's use cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nmx_desk.domain.agenda import Absence, Appointment, AppointmentType, Closure


@dataclass(frozen=True)
class Offer:
    """A free moment that can be booked."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: str
    practitioner_name: str
    type_code: str


@dataclass(frozen=True)
class DayItem:
    """An appointment as the agenda shows it: who comes and how to reach them (``phone`` as it is read), where, nothing clinical."""

    appointment: Appointment
    who: str
    phone: str = ""
    call_instruction: str = ""
    client_no: str = ""
    room: str = ""


@dataclass(frozen=True)
class DayColumn:
    """One practitioner's day. ``open`` are the opening hours as half-open instants."""

    practitioner_id: str
    name: str
    hue: int
    day: date
    open: tuple[tuple[datetime, datetime], ...]
    absences: tuple[Absence, ...]
    items: tuple[DayItem, ...]


@dataclass(frozen=True)
class DayAgenda:
    """A day of the clinic with a column per practitioner, or the week of one with a column per day (``day``: its Monday).

    Cancelled appointments stand among the items (``live`` False).
    """

    day: date
    zone: str
    columns: tuple[DayColumn, ...]
    closures: tuple[Closure, ...]
    types: tuple[AppointmentType, ...]

    @property
    def is_week(self) -> bool:
        """Whether the columns are days."""
        return len({column.day for column in self.columns}) > 1


@dataclass(frozen=True)
class MonthDay:
    """A day in the month: how many come, minutes that are worked and that are taken, and why the clinic is closed ("" otherwise)."""

    day: date
    appointments: int
    open_minutes: int
    taken_minutes: int
    closed: str | None = None
