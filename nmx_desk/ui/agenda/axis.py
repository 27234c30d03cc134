"""The minutes of a sheet from top to bottom, and what the clock shows at each; days on which the clock is changed included.

An hour that comes twice stands twice; of other days beside it the second one is empty. One that the clock skips is not there when the day
stands alone, and empty beside other days. So a minute of a column is one instant or none, and an instant is one minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from nmx_desk.domain.intervals import Intervals, from_minutes
from nmx_desk.domain.walltime import DAY, clock_text, segments, start_minute

Piece = tuple[int, int, int]
"""A stretch of a day with one distance between instants and minutes: first UTC minute, the one after the last, UTC minute of minute 0."""


@dataclass(frozen=True)
class Axis:
    """From ``cut`` on, a minute stands ``shift`` lower than the wall clock says; ``changed``: the day on which it is changed so."""

    zone: str
    cut: int = 0
    shift: int = 0
    changed: date | None = None

    @property
    def end(self) -> int:
        """The minute after the last: 1440, but for an hour that comes twice or not at all."""
        return DAY + self.shift

    def pieces(self, day: date) -> tuple[Piece, ...]:
        """The stretches of a day on this axis, in order."""
        parts = segments(self.zone, day)
        if not self.shift:
            return parts
        if day == self.changed:
            (first, last, base), (begin, end, again) = parts
            return (first, last, base), (begin, end, again - self.shift)
        halves = ((first, last, base, base + self.cut) for first, last, base in parts)
        return tuple(
            (lo, hi, zero)
            for first, last, base, middle in halves
            for lo, hi, zero in ((first, min(last, middle), base), (max(first, middle), last, base - self.shift))
            if lo < hi
        )

    def wall(self, minute: int) -> int:
        """What the clock shows, as minutes since its 00:00."""
        return minute if minute < self.cut else minute - self.shift

    def at(self, wall: int) -> int:
        """Where a time on the clock stands; of a day that has it twice the first one."""
        return wall if wall < self.cut else wall + self.shift

    def clock(self, minute: int, day: date | None = None) -> str:
        """``02:00``; in an hour that comes twice with its name: ``02:00 CET``. ``day`` is whose it is, if not everybody's."""
        name = self.hour_name(minute) if day in {None, self.changed} else ""
        return f"{clock_text(self.wall(minute))} {name}".rstrip()

    def hour_name(self, minute: int) -> str:
        """Which of the two hours with this time it is; empty where there is one."""
        if self.changed is None or not self.cut - self.shift <= minute < self.cut + self.shift:
            return ""
        change = segments(self.zone, self.changed)[1][0]
        return from_minutes(change - (minute < self.cut)).astimezone(ZoneInfo(self.zone)).tzname() or ""


def axis_of(zone: str, days: Iterable[date]) -> Axis:
    """The axis on which these days stand beside each other."""
    every = set(days)
    for day in sorted(every):
        parts = segments(zone, day)
        if len(parts) == 2:
            (_first, last, base), (_begin, _end, again) = parts
            shift = again - base
            if shift > 0 or len(every) == 1:
                return Axis(zone, last - base, shift, day)
    return Axis(zone)


class DayAxis:
    """One day on an axis: from instants (UTC minutes) to minutes and back."""

    def __init__(self, axis: Axis, day: date) -> None:
        self._axis, self._pieces = axis, axis.pieces(day)
        self._edges = start_minute(axis.zone, day), start_minute(axis.zone, date.fromordinal(day.toordinal() + 1))

    def minute(self, instant: int) -> int:
        """Where an instant stands; what is before or after the day is at its edge."""
        found = next((instant - zero for first, last, zero in self._pieces if first <= instant < last), None)
        if found is not None:
            return found
        return 0 if instant < self._edges[1] else self._axis.end

    def end(self, instant: int) -> int:
        """Where something that lasts until then ends."""
        return self.minute(instant - 1) + 1 if self._edges[0] < instant <= self._edges[1] else self.minute(instant)

    def exists(self, minute: int) -> bool:
        """Whether this day has the minute."""
        return any(first <= minute + zero < last for first, last, zero in self._pieces)

    def instant(self, minute: int) -> int:
        """The instant of a minute; the next one there is where the day does not have it."""
        for first, last, zero in self._pieces:
            if minute + zero < last:
                return max(minute + zero, first)
        return self._edges[1]

    def until(self, minute: int) -> int:
        """The instant at which something that ends at a minute ends."""
        return self.instant(minute - 1) + self.exists(minute - 1) if minute > 0 else self._edges[0]

    def spans(self, begin: int, end: int) -> Intervals:
        """What a stretch of time is on this day: more than one where the day does not have what lies between."""
        return [(max(begin, first) - zero, min(end, last) - zero) for first, last, zero in self._pieces if begin < last and first < end]
