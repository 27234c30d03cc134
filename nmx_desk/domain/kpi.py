"""The clinic's figures: frozen facts in, figures with numerator and denominator out. Pure; the formulas K1 to K10 of the quality manual."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

DEFINITION_VERSION = "1"
"""Printed on every report; goes up when a formula below changes its meaning."""

SMALL = 10
"""Below this denominator a percentage is shown with its raw counts."""

BOOKED_WITHIN = timedelta(days=30)
HELD_WITHIN = timedelta(days=60)


class Unit(StrEnum):
    """What a figure's value counts."""

    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"
    DAYS = "days"


class Kind(StrEnum):
    """Kinds of appointment the formulas tell apart."""

    ADVICE_CALL = "advice_call"
    INTAKE = "intake"
    FOLLOW_UP = "follow_up"


class End(StrEnum):
    """How an appointment ended, as far as the formulas care."""

    OPEN = "open"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"  # in time, or by the clinic
    CANCELLED_LATE = "cancelled_late"  # by the client, inside the window
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True)
class RequestFact:
    """One request for an advice call.

    ``valid`` is false for test, double, merged and invalid rows; ``spoken_at``: first time the person was spoken to.
    """

    id: str
    received_at: datetime
    valid: bool = True
    first_attempt_at: datetime | None = None
    spoken_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CallFact:
    """One advice call that was held."""

    request_id: str
    held_at: datetime
    red_flags_complete: bool
    referred_to_gp: bool = False
    later_by_choice: bool = False  # the client asked for a later date than the first one offered


@dataclass(frozen=True, kw_only=True)
class AppointmentFact:
    """One row of the agenda; a moved appointment is two rows, the new one naming the old in ``moved_from``.

    ``excluded``: test rows and clients who died. ``illness``: cancelled late because of illness on the day.
    """

    id: str
    kind: Kind
    start: datetime
    booked_at: datetime
    end: End = End.OPEN
    request_id: str | None = None
    moved_from: str | None = None
    illness: bool = False
    excluded: bool = False


@dataclass(frozen=True)
class OpeningHours:
    """Opening intervals by weekday (0 = Monday) in wall-clock time of ``zone``; ``closed`` are holidays and closures."""

    week: Mapping[int, tuple[tuple[time, time], ...]]
    closed: frozenset[date] = frozenset()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Opening time between two instants; nothing when ``end`` is not later."""
        total, day, last = timedelta(), start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            if day not in self.closed:
                for opens, closes in self.week.get(day.weekday(), ()):
                    # in UTC, because wall-clock subtraction is an hour wrong on the two days the clock changes
                    a = max(start, datetime.combine(day, opens, self.zone).astimezone(UTC))
                    b = min(end, datetime.combine(day, closes, self.zone).astimezone(UTC))
                    total += max(b - a, timedelta())
            day += timedelta(days=1)
        return total


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included, in the clinic's zone."""

    first: date
    last: date

    def has(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether the instant falls on one of these days."""
        return self.first <= at.astimezone(zone).date() <= self.last


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything the month's figures are made of, as known at ``cut_off``.

    ``illness_is_late``: the clinic counts illness on the day as a late cancellation.
    """

    requests: tuple[RequestFact, ...]
    calls: tuple[CallFact, ...]
    appointments: tuple[AppointmentFact, ...]
    cut_off: datetime
    hours: OpeningHours
    illness_is_late: bool = False


@dataclass(frozen=True)
class Note:
    """A remark beside a figure: ``code`` has its text in ``kpi_words``; ``n`` is put in."""

    code: str
    n: float = 0


@dataclass(frozen=True)
class Figure:
    """One figure. ``value`` is None when there is nothing to divide by ("n.v.t."); percentages run 0–100, times are hours or days."""

    key: str
    numerator: int | None
    denominator: int | None
    value: float | None
    unit: Unit
    note: tuple[Note, ...] = ()

    @property
    def small(self) -> bool:
        """Whether the raw counts must stand beside the percentage."""
        return self.unit is Unit.PERCENT and self.denominator is not None and 0 < self.denominator < SMALL


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


def ratio(key: str, numerator: int, denominator: int, note: Iterable[Note] = ()) -> Figure:
    """A percentage; without denominator it has no value."""
    value = 100 * numerator / denominator if denominator else None
    return Figure(key, numerator, denominator, value, Unit.PERCENT, tuple(n for n in note if n.n))


def percentile(values: Iterable[float], percent: int) -> float | None:
    """Nearest rank: the smallest value that at least ``percent`` % of the values do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(percent * len(ordered) / 100) - 1] if ordered else None


def month_figures(facts: Facts, period: Period) -> MonthFigures:
    """All figures of a period. Rows that are not valid, excluded or replaced by a later row are left out."""
    seen = _Seen(facts, period)
    figures = (
        Figure("requests", len(seen.requests), None, float(len(seen.requests)), Unit.COUNT, _some(Note("left_out", seen.left_out))),
        seen.reached(),
        seen.booked(),
        seen.held(),
        seen.attendance(),
        seen.call_conversion(),
        seen.total_conversion(),
        *seen.missed(),
        *seen.reaction(),
        seen.lead_time(),
        ratio("K10", sum(c.red_flags_complete for c in seen.calls), len(seen.calls)),
    )
    return MonthFigures(period, facts.cut_off, DEFINITION_VERSION, figures, seen.funnel(), seen.weeks())


def last_of_chains(appointments: Iterable[AppointmentFact]) -> list[AppointmentFact]:
    """The rows that no later row replaces: a chain of moves counts once, as its last."""
    rows = list(appointments)
    replaced = {a.moved_from for a in rows}
    return [a for a in rows if a.id not in replaced and a.end is not End.MOVED]


def _some(*notes: Note) -> tuple[Note, ...]:
    return tuple(n for n in notes if n.n)


class _Seen:
    """The facts of one period, filtered once."""

    def __init__(self, facts: Facts, period: Period) -> None:
        self.facts, self.period, self.zone = facts, period, facts.hours.zone
        bad = {r.id for r in facts.requests if not r.valid}
        received = [r for r in facts.requests if period.has(r.received_at, self.zone)]
        self.requests = [r for r in received if r.valid]
        self.left_out = len(received) - len(self.requests)
        self.all_calls = [c for c in facts.calls if c.request_id not in bad]
        self.calls = [c for c in self.all_calls if period.has(c.held_at, self.zone)]
        self.rows = [a for a in facts.appointments if not a.excluded and a.request_id not in bad]
        self.ended = [a for a in last_of_chains(self.rows) if period.has(a.start, self.zone)]
        self.received_at = {r.id: r.received_at for r in facts.requests}

    def _requests_with(self, ids: Iterable[str | None]) -> int:
        wanted = set(ids)
        return sum(r.id in wanted for r in self.requests)

    def reached(self) -> Figure:
        return ratio("K3", sum(r.spoken_at is not None for r in self.requests), len(self.requests))

    def booked(self) -> Figure:
        n = self._requests_with(a.request_id for a in self.rows if a.kind is Kind.ADVICE_CALL)
        return ratio("booked", n, len(self.requests))

    def held(self) -> Figure:
        return Figure("held", len(self.calls), None, float(len(self.calls)), Unit.COUNT)

    def _counts(self, rows: list[AppointmentFact]) -> tuple[int, int, int, int]:
        """Completed, no-show, late cancelled by the client, and among the late ones those because of illness."""
        late = [a for a in rows if a.end is End.CANCELLED_LATE]
        ill = sum(a.illness for a in late)
        counted = len(late) if self.facts.illness_is_late else len(late) - ill
        return sum(a.end is End.COMPLETED for a in rows), sum(a.end is End.NO_SHOW for a in rows), counted, ill

    def attendance(self) -> Figure:
        held, no_show, late, _ill = self._counts([a for a in self.ended if a.kind is Kind.ADVICE_CALL])
        return ratio("K4", held, held + no_show + late)

    def missed(self) -> tuple[Figure, Figure]:
        completed, no_show, late, ill = self._counts(self.ended)
        whole = completed + no_show + late
        code = "illness_in" if self.facts.illness_is_late else "illness_out"
        return ratio("K7", no_show, whole), ratio("K8", late, whole, [Note(code, ill)])

    def call_conversion(self) -> Figure:
        first: dict[str | None, datetime] = {}
        for a in self.rows:
            if a.kind is Kind.INTAKE:
                first[a.request_id] = min(a.booked_at, first.get(a.request_id, a.booked_at))
        rest = [c for c in self.calls if c.request_id not in first or first[c.request_id] > c.held_at + BOOKED_WITHIN]
        gp = sum(c.referred_to_gp for c in rest)
        still_open = sum(not c.referred_to_gp and self.facts.cut_off < c.held_at + BOOKED_WITHIN for c in rest)
        return ratio("K5", len(self.calls) - len(rest), len(self.calls), [Note("referred_to_gp", gp), Note("still_open", still_open)])

    def total_conversion(self) -> Figure:
        held = self._intakes_held()
        done = {r.id for r in self.requests if any(s <= r.received_at + HELD_WITHIN for s in held.get(r.id, ()))}
        still_open = sum(r.id not in done and self.facts.cut_off < r.received_at + HELD_WITHIN for r in self.requests)
        return ratio("K6", len(done), len(self.requests), [Note("immature", still_open)])

    def _intakes_held(self) -> dict[str, list[datetime]]:
        held: dict[str, list[datetime]] = {}
        for a in last_of_chains(self.rows):
            if a.kind is Kind.INTAKE and a.end is End.COMPLETED and a.request_id:
                held.setdefault(a.request_id, []).append(a.start)
        return held

    def reaction(self) -> tuple[Figure, Figure]:
        hours = [self._hours(r.received_at, r.first_attempt_at) for r in self.requests if r.first_attempt_at]
        waiting = [self._hours(r.received_at, self.facts.cut_off) for r in self.requests if not r.first_attempt_at]
        notes = _some(Note("not_tried", len(waiting)), Note("longest_wait", max(waiting, default=0)))
        n = len(hours)
        return (
            Figure("K1_median", None, n, median(hours) if n else None, Unit.HOURS, notes),
            Figure("K1_p90", None, n, percentile(hours, 90), Unit.HOURS),
        )

    def _hours(self, start: datetime, end: datetime) -> float:
        return self.facts.hours.between(start, end) / timedelta(hours=1)

    def lead_time(self) -> Figure:
        calls = [c for c in self.calls if c.request_id in self.received_at]
        days = [(self._day(c.held_at) - self._day(self.received_at[c.request_id])).days for c in calls]
        by_choice = sum(c.later_by_choice for c in calls)
        return Figure("K2", None, len(days), float(median(days)) if days else None, Unit.DAYS, _some(Note("later_by_choice", by_choice)))

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def funnel(self) -> tuple[tuple[str, int], ...]:
        return (
            ("requests", len(self.requests)),
            ("reached", self.reached().numerator or 0),
            ("booked", self.booked().numerator or 0),
            ("held", self._requests_with(c.request_id for c in self.all_calls)),
            ("intake", self._requests_with(a.request_id for a in self.rows if a.kind is Kind.INTAKE)),
        )

    def weeks(self) -> tuple[Week, ...]:
        start, weeks = self.period.first, []
        while start <= self.period.last:
            stop = min(start + timedelta(days=6 - start.weekday()), self.period.last)
            part = Period(start, stop)
            weeks.append(
                Week(
                    start,
                    sum(part.has(r.received_at, self.zone) for r in self.requests),
                    sum(part.has(c.held_at, self.zone) for c in self.calls),
                    sum(a.end is End.NO_SHOW and part.has(a.start, self.zone) for a in self.ended),
                )
            )
            start = stop + timedelta(days=1)
        return tuple(weeks)
