"""When practitioners work: weekly shifts, other hours on a date, closures. Integer UTC minutes (see ``intervals``), local days.

What a shift means stands in ``slots``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain

from nmx_desk.domain.intervals import Intervals, merge, subtract
from nmx_desk.domain.walltime import DAY, span_minutes, start_minute

_ONE_DAY = timedelta(days=1)
_REACH = 3  # days around a day whose shifts may touch it: past midnight, and rules kept in a zone at the other side of the earth
_MOST_STRETCHES = 1_000  # of days whose hours are kept together


@dataclass(frozen=True)
class WeeklyRule:
    """A weekly shift: wall-clock minutes of the day it begins on (weekday 0 is Monday), valid on days from/to inclusive."""

    practitioner_id: str
    weekday: int
    start_minute: int
    end_minute: int
    valid_from: date | None = None
    valid_to: date | None = None
    zone: str = "Europe/Amsterdam"
    place: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("weekday is 0..6")
        _check_shift(self.start_minute, self.end_minute)

    def begins_on(self, day: date) -> bool:
        """Whether the rule gives a shift on this day."""
        return day.weekday() == self.weekday and (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class DateOverride:
    """Other hours on one day: open instead of the weekly rule, or closed. Wall-clock minutes in the clinic's zone."""

    practitioner_id: str
    date: date
    open_: bool
    start_minute: int = 0
    end_minute: int = DAY
    place: str = ""

    def __post_init__(self) -> None:
        _check_shift(self.start_minute, self.end_minute)


def _check_shift(start: int, end: int) -> None:
    if not (0 <= start < DAY and start <= end <= 2 * DAY):
        raise ValueError("a shift begins at 0..1439 and ends between its begin and 2880")


class Roster:
    """Opening hours per practitioner and day. Nothing in it changes, so days once worked out are kept."""

    def __init__(
        self,
        zone: str,
        rules: Iterable[WeeklyRule],
        overrides: Iterable[DateOverride] = (),
        closures: Iterable[tuple[date, date]] = (),
    ) -> None:
        self.zone = zone
        self._closed = merge((start_minute(zone, first), start_minute(zone, last + _ONE_DAY)) for first, last in closures)
        self._rules: defaultdict[tuple[str, int], list[WeeklyRule]] = defaultdict(list)
        self._overrides: defaultdict[tuple[str, date], list[DateOverride]] = defaultdict(list)
        self._reaching: set[str] = set()  # practitioners with shifts that may touch other days than their own
        self._days: dict[tuple[str, date], Intervals] = {}
        self._stretches: dict[tuple[str, date, date], Intervals] = {}
        for rule in rules:
            self._rules[rule.practitioner_id, rule.weekday].append(rule)
            if rule.end_minute >= DAY or rule.zone != zone:
                self._reaching.add(rule.practitioner_id)
        for override in overrides:
            self._overrides[override.practitioner_id, override.date].append(override)
            if override.open_ and override.end_minute >= DAY:
                self._reaching.add(override.practitioner_id)

    def around(self, practitioner_id: str, first: date, last: date) -> Intervals:
        """Opening hours that touch these days; they are not cut at the days' edges."""
        key = practitioner_id, first, last
        known = self._stretches.get(key)
        if known is None:
            if len(self._stretches) >= _MOST_STRETCHES:
                self._stretches.clear()
            known = self._stretches[key] = self._around(*key)
        return known

    def _around(self, practitioner_id: str, first: date, last: date) -> Intervals:
        reach = _REACH if practitioner_id in self._reaching else 0
        days = days_between(first - reach * _ONE_DAY, last + reach * _ONE_DAY)
        shifts = chain.from_iterable([self._shifts(practitioner_id, day) for day in days])
        return merge(shifts) if reach else list(shifts)

    def _shifts(self, practitioner_id: str, day: date) -> Intervals:
        key = practitioner_id, day
        known = self._days.get(key)
        if known is None:
            known = self._days[key] = self._work_out(practitioner_id, day)
        return known

    def _work_out(self, practitioner_id: str, day: date) -> Intervals:
        overrides = self._overrides.get((practitioner_id, day), ())
        hours = [(self.zone, o.start_minute, o.end_minute) for o in overrides if o.open_] or [
            (rule.zone, rule.start_minute, rule.end_minute)
            for rule in self._rules.get((practitioner_id, day.weekday()), ())
            if rule.begins_on(day)
        ]
        opened = _on_the_clock(day, hours)
        closed = [(self.zone, o.start_minute, o.end_minute if o.end_minute < DAY else 3 * DAY) for o in overrides if not o.open_]
        if closed:
            opened = subtract(opened, _on_the_clock(day, closed))
        return subtract(opened, self._closed) if self._closed else opened


def _on_the_clock(day: date, hours: list[tuple[str, int, int]]) -> Intervals:
    """UTC minutes of (zone, start, end) on a day. Empty ones go first: in a repeated hour they would last from first to last occurrence."""
    return merge([span_minutes(zone, day, start, end) for zone, start, end in hours if start < end])


@lru_cache(maxsize=256)
def days_between(first: date, last: date) -> tuple[date, ...]:
    """The days from one to another, the last one included; the same are asked for every practitioner."""
    return tuple(map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)))


def at_place(
    place: str, rules: Iterable[WeeklyRule], overrides: Iterable[DateOverride]
) -> tuple[list[WeeklyRule], list[DateOverride]]:  # fmt: skip
    """What of these hours is at a place: a day that is open elsewhere only is closed here."""
    dates = list(overrides)
    here = [one for one in dates if not one.open_ or one.place == place]
    opened = {(one.practitioner_id, one.date) for one in here if one.open_}
    away = {(one.practitioner_id, one.date) for one in dates if one.open_} - opened
    return [rule for rule in rules if rule.place == place], [*here, *(DateOverride(who, day, open_=False) for who, day in sorted(away))]
