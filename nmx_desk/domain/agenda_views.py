"""What the agenda shows: free moments and a day, as frozen results of the agenda's use cases."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nmx_desk.domain.agenda import Absence, Appointment, AppointmentType, Closure
from nmx_desk.domain.intervals import Interval, intersect, merge


@dataclass(frozen=True)
class Offer:
    """A free moment that can be booked. ``location``: where, in a clinic with several places."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: str
    practitioner_name: str
    type_code: str
    location: str = ""

    @property
    def with_whom(self) -> str:
        """The practitioner, and where."""
        return " · ".join(filter(None, (self.practitioner_name, self.location)))


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
    """One practitioner's day. ``open`` are the opening hours, ``elsewhere`` what other calendars say is taken: half-open instants.

    ``where``: the location, in a clinic with several.
    """

    practitioner_id: str
    name: str
    hue: int
    day: date
    open: tuple[tuple[datetime, datetime], ...]
    absences: tuple[Absence, ...]
    items: tuple[DayItem, ...]
    elsewhere: tuple[tuple[datetime, datetime], ...] = ()
    where: str = ""


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


GRID_WEEKS, WEEK = 6, 7
TAKEN_OTHERWISE = -1
"""In a lane: taken by something else than an appointment."""
Line = tuple[int, int, int]
"""A stretch without a name: from and until which minute, and the hue of what it is."""


def month_grid(day: date) -> tuple[date, ...]:
    """The days that a month is shown with: six whole weeks, from the Monday on or before its first day."""
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    return tuple(monday + timedelta(days=n) for n in range(GRID_WEEKS * WEEK))


def daily(lines: Iterable[Line], edges: Sequence[int]) -> list[list[Line]]:
    """What each day has of these lines, in minutes since its midnight. ``edges``: UTC minutes of the midnights, one more than days."""
    days: list[list[Line]] = [[] for _edge in edges[1:]]
    for begin, end, hue in lines:
        number = max(0, bisect_right(edges, begin) - 1)
        while number < len(days) and edges[number] < end:
            lo, hi = edges[number], edges[number + 1]
            days[number].append((max(begin, lo) - lo, min(end, hi) - lo, hue))
            number += 1
    return days


@dataclass(frozen=True)
class Lane:
    """A practitioner's day as a line, in minutes since its midnight: when they work, and what of that is taken, with the hue of its type.

    ``TAKEN_OTHERWISE`` stands for a hue where it is no appointment: absent, busy elsewhere, the time before and after one.
    ``appointments`` begin on this day. ``place``: which one it is of everybody's, by name.
    """

    practitioner_id: str
    place: int
    hue: int
    open: tuple[Interval, ...]
    taken: tuple[Line, ...]
    appointments: int = 0

    @property
    def open_minutes(self) -> int:
        """What is worked."""
        return sum(end - begin for begin, end in self.open)

    @property
    def taken_minutes(self) -> int:
        """What of that is taken."""
        return sum(end - begin for begin, end in intersect(list(self.open), merge((begin, end) for begin, end, _hue in self.taken)))

    @property
    def free_minutes(self) -> int:
        """What of that is not."""
        return self.open_minutes - self.taken_minutes


@dataclass(frozen=True)
class MonthDay:
    """A day in the month: a line for each practitioner who works or has appointments, and why the clinic is closed ("" for no reason)."""

    day: date
    lanes: tuple[Lane, ...] = ()
    closed: str | None = None

    def without(self, hidden: Collection[str]) -> MonthDay:
        """The same day without some practitioners."""
        return replace(self, lanes=tuple(lane for lane in self.lanes if lane.practitioner_id not in hidden)) if hidden else self

    @property
    def appointments(self) -> int:
        """How many come."""
        return sum(lane.appointments for lane in self.lanes)

    @property
    def open_minutes(self) -> int:
        """What is worked, of everybody together."""
        return sum(lane.open_minutes for lane in self.lanes)

    @property
    def taken_minutes(self) -> int:
        """What of that is taken."""
        return sum(lane.taken_minutes for lane in self.lanes)

    @property
    def free_minutes(self) -> int:
        """What of that is not."""
        return self.open_minutes - self.taken_minutes
