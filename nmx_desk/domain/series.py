"""Appointments that repeat: the rule, and the wall times it gives (AGENDA §1, Recurrence).

A rule is expanded on naive local times and localised afterwards. A wall time that does not exist, where the clock is put forward or a month
has no such day, is dropped and not counted; one that comes twice is its first occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekdays

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.bookings import AppointmentSeries
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.walltime import start_minute, wall_time
from nmx_desk.i18n import N_, _

MOST_TIMES, MOST_APART = 60, 26
LONGEST_SERIES = 800
"""Days over which a series may reach."""
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Repeat(StrEnum):
    """How a series goes on. ``MONTHLY_DAY``: on the same weekday of the month, as the second Tuesday; a fifth one is the last."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    MONTHLY_DAY = "monthly_day"


REPEAT_NAMES = {
    Repeat.WEEKLY: N_("Weekly"),
    Repeat.MONTHLY: N_("Monthly, on this date"),
    Repeat.MONTHLY_DAY: N_("Monthly, on this weekday"),
}


@dataclass(frozen=True)
class SeriesRule:
    """Every so many weeks or months, at most ``times`` moments, none after ``until``."""

    repeat: Repeat = Repeat.WEEKLY
    every: int = 1
    times: int = 6
    until: date | None = None

    def check(self) -> None:
        """Raise ``UserError`` with the field for a rule that gives no series."""
        for name, least, most in (("every", 1, MOST_APART), ("times", 2, MOST_TIMES)):
            if not least <= getattr(self, name) <= most:
                raise UserError(name, _("Type a whole number from {least} to {most}.").format(least=least, most=most))

    def text(self, first: datetime) -> str:
        """The rule as RFC 5545 writes it."""
        parts = [f"FREQ={'WEEKLY' if self.repeat is Repeat.WEEKLY else 'MONTHLY'}", f"INTERVAL={self.every}"]
        if self.repeat is Repeat.MONTHLY_DAY:
            parts.append(f"BYDAY={_place(first)}{_CODES[first.weekday()]}")
        parts.append(f"UNTIL={self.until:%Y%m%d}T235959" if self.until else f"COUNT={self.times}")
        return ";".join(parts)

    def wall_times(self, first: datetime, zone: str) -> list[datetime]:
        """The naive wall times of the series, the first one included."""
        return list(islice((wall for wall in self._expanded(first) if exists(zone, wall)), self.times))

    def _expanded(self, first: datetime) -> Iterator[datetime]:
        furthest = first + timedelta(days=LONGEST_SERIES)
        until = min(datetime.combine(self.until, time.max), furthest) if self.until else furthest
        if self.repeat is Repeat.WEEKLY:
            return iter(rrule(WEEKLY, dtstart=first, interval=self.every, until=until))
        on = weekdays[first.weekday()](_place(first)) if self.repeat is Repeat.MONTHLY_DAY else None
        return iter(rrule(MONTHLY, dtstart=first, interval=self.every, until=until, byweekday=on))


def _place(first: datetime) -> int:
    """Which such weekday of its month a day is: 1 to 4, or −1 for a fifth, which not every month has."""
    number = (first.day - 1) // 7 + 1
    return -1 if number == 5 else number


def instant(zone: str, wall: datetime) -> datetime:
    """The UTC instant of a naive wall time."""
    return from_minutes(start_minute(zone, wall.date(), wall.hour * 60 + wall.minute))


def exists(zone: str, wall: datetime) -> bool:
    """Whether the clock on the wall ever shows this."""
    return wall_time(zone, start_minute(zone, wall.date(), wall.hour * 60 + wall.minute)).replace(tzinfo=None) == wall


class MomentState(StrEnum):
    """What a moment of a series is before it is booked."""

    FREE = "free"
    TAKEN = "taken"
    OUTSIDE = "outside"
    SKIPPED = "skipped"


MOMENT_STATE_NAMES = {
    MomentState.FREE: N_("Free"),
    MomentState.TAKEN: N_("Taken"),
    MomentState.OUTSIDE: N_("Not possible"),
    MomentState.SKIPPED: N_("Left out"),
}


@dataclass(frozen=True)
class SeriesMoment:
    """One of a series, before it is booked: ``day`` is the rule's, ``starts_at`` may have been shifted; ``why`` it cannot be had."""

    number: int
    day: date
    starts_at: datetime
    state: MomentState
    why: str = ""


@dataclass(frozen=True)
class SeriesWish:
    """A series somebody wants: from when, by which rule, without the ``skipped`` days, at another moment on the ``shifted`` ones."""

    type_code: str
    practitioner_id: str
    client_id: str
    starts_at: datetime
    rule: SeriesRule
    skipped: tuple[date, ...] = ()
    shifted: tuple[tuple[date, datetime], ...] = ()


class SeriesReach(StrEnum):
    """Which of a series are meant."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class SeriesView:
    """A series and what became of each of its appointments, in order."""

    series: AppointmentSeries
    appointments: tuple[Appointment, ...]
