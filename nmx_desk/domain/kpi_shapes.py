"""What a figure of the clinic looks like: value, counts, the rows behind it, its course over the months. Pure shapes, no formulas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DEFINITION_VERSION = "2"
"""Printed on every report; goes up when a formula changes its meaning. 2: K9 and K11 to K19, the desk's hours in K1, intakes without a
request in K5 and K6, illness as the clinic judges it in K7 and K8."""

SMALL = 10
"""Below this denominator a percentage is shown with its raw counts."""
INDICATIVE_BELOW = 30
"""A net promoter score of fewer answers is only indicative."""
TREND_MONTHS = 13


class Unit(StrEnum):
    """What a figure's value counts."""

    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"
    DAYS = "days"
    POINTS = "points"


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included, in the clinic's zone."""

    first: date
    last: date

    def has(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether the instant falls on one of these days."""
        return self.first <= at.astimezone(zone).date() <= self.last


@dataclass(frozen=True)
class Filters:
    """Which rows are counted; empty is all. What does not know what is asked for (a formal complaint has no source) is left out."""

    practitioner_id: str = ""
    source: str = ""
    type_code: str = ""
    location_id: str = ""

    @property
    def on(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.practitioner_id or self.source or self.type_code or self.location_id)

    def takes(self, practitioner_id: str = "", source: str = "", type_code: str = "", location_id: str = "") -> bool:
        """Whether a row with these is counted."""
        wanted = self.practitioner_id, self.source, self.type_code, self.location_id
        return all(asked in {"", had} for asked, had in zip(wanted, (practitioner_id, source, type_code, location_id), strict=True))


@dataclass(frozen=True)
class OpeningHours:
    """Opening intervals by weekday (0 = Monday) in wall-clock time of ``zone``; ``closed`` are holidays and closures."""

    week: Mapping[int, tuple[tuple[time, time], ...]]
    closed: frozenset[date] = frozenset()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))
    _spans: dict[date, tuple[tuple[datetime, datetime], ...]] = field(default_factory=dict, compare=False, repr=False)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Opening time between two instants; nothing when ``end`` is not later."""
        total, day, last = timedelta(), start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        edges = {day, last}
        while day <= last:
            for opens, closes in self._on(day):
                total += closes - opens if day not in edges else max(min(end, closes) - max(start, opens), timedelta())
            day += timedelta(days=1)
        return total

    def _on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The hours of a day in UTC, because wall-clock subtraction is an hour wrong on the two days the clock changes."""
        found = self._spans.get(day)
        if found is None:
            hours = () if day in self.closed else self.week.get(day.weekday(), ())
            found = self._spans[day] = tuple(
                (datetime.combine(day, opens, self.zone).astimezone(UTC), datetime.combine(day, closes, self.zone).astimezone(UTC))
                for opens, closes in hours
            )
        return found


@dataclass(frozen=True)
class Note:
    """A remark beside a figure: ``code`` has its text in ``kpi_words``; ``n`` is put in."""

    code: str
    n: float = 0


@dataclass(frozen=True)
class Figure:
    """One figure. ``value`` is None when there is nothing to divide by ("n.v.t."); percentages run 0–100, times are hours or days.

    ``of``: the table whose ids stand in ``counted`` (the denominator; of a count or a median all rows it is made of) and ``hits`` (the
    numerator). ``immature``: some of what is counted can still change sides. ``indicative``: too few to say more.
    """

    key: str
    numerator: int | None
    denominator: int | None
    value: float | None
    unit: Unit
    note: tuple[Note, ...] = ()
    of: str = ""
    counted: tuple[str, ...] = field(default=(), compare=False, repr=False)
    hits: tuple[str, ...] = field(default=(), compare=False, repr=False)
    immature: bool = False
    indicative: bool = False
    definition: str = DEFINITION_VERSION

    @property
    def small(self) -> bool:
        """Whether the raw counts must stand beside the percentage."""
        return self.unit is Unit.PERCENT and self.denominator is not None and 0 < self.denominator < SMALL


@dataclass(frozen=True)
class Point:
    """A figure in one month, for its course. ``first``: the first day of the month."""

    first: date
    value: float | None
    numerator: int | None
    denominator: int | None
    immature: bool = False


@dataclass(frozen=True)
class Stage:
    """A step from request to intake, of the requests received in the period: how many, and which."""

    key: str
    count: int
    hits: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Week:
    """Counts of one calendar week (from Monday), cut to the period."""

    first: date
    requests: int
    held: int
    no_show: int


@dataclass(frozen=True)
class MonthFigures:
    """The month report's content. ``funnel`` follows the requests received in the period, whenever the later steps took place."""

    period: Period
    cut_off: datetime
    definition_version: str
    figures: tuple[Figure, ...]
    funnel: tuple[tuple[str, int], ...]
    weeks: tuple[Week, ...]

    def figure(self, key: str) -> Figure:
        """The figure of that key."""
        return next(f for f in self.figures if f.key == key)


@dataclass(frozen=True)
class Dashboard:
    """All figures of a period with their course.

    ``trend``: by key the months up to the last day of the period, the oldest first (``TREND_MONTHS``, the last one cut to it).
    ``before``: the same figures over the days before (``kpi_days``). ``heat``: requests received by weekday (0 = Monday) and hour of the
    wall clock, 7 × 24.
    """

    period: Period
    filters: Filters
    cut_off: datetime
    definition_version: str
    figures: tuple[Figure, ...]
    before: tuple[Figure, ...]
    trend: Mapping[str, tuple[Point, ...]]
    funnel: tuple[Stage, ...]
    heat: tuple[tuple[int, ...], ...]

    def figure(self, key: str) -> Figure:
        """The figure of that key."""
        return next(f for f in self.figures if f.key == key)


def some(*notes: Note) -> tuple[Note, ...]:
    """The remarks that say something."""
    return tuple(n for n in notes if n.n)


def ratio(key: str, of: str, hits: Sequence[str], counted: Sequence[str], note: Iterable[Note] = (), *, immature: bool = False) -> Figure:
    """A percentage of rows; without any it has no value."""
    value = 100 * len(hits) / len(counted) if counted else None
    return Figure(key, len(hits), len(counted), value, Unit.PERCENT, some(*note), of, tuple(counted), tuple(hits), immature=immature)


def count(key: str, of: str, counted: Sequence[str], note: Iterable[Note] = ()) -> Figure:
    """How many rows there are."""
    ids = tuple(counted)
    return Figure(key, len(ids), None, float(len(ids)), Unit.COUNT, some(*note), of, ids, ids)


def percentile(values: Iterable[float], percent: int) -> float | None:
    """Nearest rank: the smallest value that at least ``percent`` % of the values do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(percent * len(ordered) / 100) - 1] if ordered else None


def month_before(first: date, months: int) -> date:
    """The first day of the month so many months before the one of ``first``."""
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
