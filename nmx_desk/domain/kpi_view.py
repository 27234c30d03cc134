"""The facts laid out once by day, and what of them counts in a period: what every formula looks at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Generic, TypeVar

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.kpi_facts import (
    AnswerFact,
    AppointmentFact,
    CallFact,
    ContactFact,
    CourseFact,
    DeviationFact,
    End,
    Facts,
    FlagFact,
    GrievanceFact,
    ItemFact,
    Kind,
    PlanFact,
    RequestFact,
    RosterFact,
)
from nmx_desk.domain.kpi_shapes import Filters, Period

T = TypeVar("T")
_Care = TypeVar("_Care", FlagFact, ContactFact, PlanFact, ItemFact, CourseFact)

COURSE_BEGINS, COURSE_ENDS = timedelta(days=60), timedelta(days=180)
"""A later score of a main complaint counts from so long after the first one up to so long after it."""
HOUR = timedelta(hours=1)
ONCE_IN = relativedelta(months=6)
"""How often an answer of one client counts."""


def last_of_chains(appointments: Iterable[AppointmentFact]) -> list[AppointmentFact]:
    """The rows that no later row replaces: a chain of moves counts once, as its last."""
    rows = list(appointments)
    replaced = {a.moved_from for a in rows}
    return [a for a in rows if a.id not in replaced and a.end is not End.MOVED]


def once_in_a_while(answers: Iterable[AnswerFact]) -> list[AnswerFact]:
    """Answers that count: of one client none within 6 months after one that counted; of nobody in particular all of them."""
    last: dict[str, date] = {}
    counted = []
    for answer in sorted(answers, key=lambda one: (one.answered_on, one.id)):
        before = last.get(answer.client_id) if answer.client_id else None
        if before is None or answer.answered_on >= before + ONCE_IN:
            counted.append(answer)
            if answer.client_id:
                last[answer.client_id] = answer.answered_on
    return counted


class ByDay(Generic[T]):
    """Rows in order of their day, so that a period is a slice."""

    def __init__(self, rows: Iterable[T], day: Callable[[T], date]) -> None:
        given = list(rows)
        days = [day(row) for row in given]
        order = sorted(range(len(given)), key=days.__getitem__)
        self.days, self.rows = [days[n] for n in order], [given[n] for n in order]

    def within(self, period: Period) -> Sequence[T]:
        """Those of a period."""
        return self.rows[bisect_left(self.days, period.first) : bisect_right(self.days, period.last)]


class Sheet:
    """All facts, filtered and in order of days. Filters choose what is counted, never what it is held against."""

    def __init__(self, facts: Facts, filters: Filters) -> None:
        self.facts, self.filters, self.zone = facts, filters, facts.hours.zone
        self.bad = {r.id for r in facts.requests if not r.valid}
        self.rows = [a for a in facts.appointments if not a.excluded and a.request_id not in self.bad]
        self._waited: dict[str, timedelta] = {}
        self.received_at = {r.id: r.received_at for r in facts.requests}

    def day(self, at: datetime) -> date:
        """The day on the clinic's wall."""
        return at.astimezone(self.zone).date()

    def waited(self, request: RequestFact) -> timedelta:
        """Opening time between receipt and first attempt, or the cut-off when there was none."""
        found = self._waited.get(request.id)
        if found is None:
            until = request.first_attempt_at or self.facts.cut_off
            found = self._waited[request.id] = self.facts.hours.between(request.received_at, until)
        return found

    @property
    def today(self) -> date:
        """The day of the cut-off."""
        return self.day(self.facts.cut_off)

    def _call_taken(self, one: RequestFact | CallFact) -> bool:
        return not self.filters.on or self.filters.takes(one.practitioner_id, one.source, Kind.ADVICE_CALL, one.location_id)

    @cached_property
    def requests(self) -> ByDay[RequestFact]:
        """Requests by the day they came in, those that are not valid too."""
        taken = (r for r in self.facts.requests if self._call_taken(r))
        return ByDay(taken, lambda r: self.day(r.received_at))

    @cached_property
    def calls(self) -> ByDay[CallFact]:
        """Calls that were held, by their day."""
        taken = (c for c in self.facts.calls if c.request_id not in self.bad and self._call_taken(c))
        return ByDay(taken, lambda c: self.day(c.held_at))

    @cached_property
    def held_for(self) -> frozenset[str]:
        """Requests whose call was held."""
        return frozenset(c.request_id for c in self.facts.calls)

    @cached_property
    def booked_for(self) -> frozenset[str | None]:
        """Requests for which a call was booked."""
        return frozenset(a.request_id for a in self.rows if a.kind is Kind.ADVICE_CALL)

    @cached_property
    def appointments(self) -> ByDay[AppointmentFact]:
        """The last of each chain of moves, by the day it was to begin."""
        last = [a for a in self.rows if a.id in self.last_rows]
        takes = self.filters.takes
        wanted = (a for a in last if takes(a.practitioner_id, a.source, a.type_code or a.kind, a.location_id))
        return ByDay(wanted if self.filters.on else last, lambda a: self.day(a.start))

    @cached_property
    def intakes(self) -> dict[str, list[AppointmentFact]]:
        """Intakes by request, and those booked without one by client."""
        found: defaultdict[str, list[AppointmentFact]] = defaultdict(list)
        for a in self.rows:
            if a.kind is Kind.INTAKE:
                found[a.request_id or f"client:{a.client_id}"].append(a)
        return found

    @cached_property
    def last_rows(self) -> frozenset[str]:
        """Ids of the appointments that no later row replaces."""
        return frozenset(a.id for a in last_of_chains(self.rows))

    def intakes_of(self, request_id: str, client_id: str, since: datetime) -> list[AppointmentFact]:
        """The intakes of a request: its own, and those of its client booked without a request that begin after a moment."""
        loose = self.intakes.get(f"client:{client_id}", ()) if client_id else ()
        return [*self.intakes.get(request_id, ()), *(a for a in loose if a.start > since)]

    @cached_property
    def flags(self) -> ByDay[FlagFact]:
        """Red-flag checks with a Yes, by their day."""
        return ByDay(self._of_care(self.facts.flags), lambda f: self.day(f.at))

    @cached_property
    def contacts(self) -> ByDay[ContactFact]:
        """Follow-up contacts by the day they were due."""
        return ByDay(self._of_care(self.facts.contacts), lambda c: c.due_on)

    @cached_property
    def plans(self) -> ByDay[PlanFact]:
        """Plans by the day they ended."""
        return ByDay(self._of_care(self.facts.plans), lambda p: p.ended_on)

    @cached_property
    def items(self) -> ByDay[ItemFact]:
        """Steps of plans by the day they were begun."""
        return ByDay(self._of_care(self.facts.items), lambda i: i.begun_on)

    @cached_property
    def courses(self) -> ByDay[CourseFact]:
        """Main complaints by the last day on which a later score counts."""
        return ByDay(self._of_care(self.facts.courses), lambda c: c.baseline_on + COURSE_ENDS)

    @cached_property
    def answers(self) -> ByDay[AnswerFact]:
        """Answers that count, by their day."""
        taken = (a for a in once_in_a_while(self.facts.answers) if self.filters.takes(a.practitioner_id, a.source))
        return ByDay(taken, lambda a: a.answered_on)

    @cached_property
    def grievances(self) -> ByDay[GrievanceFact]:
        """Formal complaints by the last day for their judgement; nobody's in particular."""
        return ByDay(self.facts.grievances if not self.filters.on else (), lambda g: g.due_on)

    @cached_property
    def deviations(self) -> tuple[DeviationFact, ...]:
        """Nonconformities; nobody's in particular."""
        return self.facts.deviations if not self.filters.on else ()

    @cached_property
    def roster(self) -> ByDay[RosterFact]:
        """Working time by day."""
        taken = (r for r in self.facts.roster if self.filters.takes(r.practitioner_id, location_id=r.location_id))
        return ByDay(taken, lambda r: r.day)

    def _of_care(self, facts: Iterable[_Care]) -> Iterable[_Care]:
        if not self.filters.on:
            return facts
        return (one for one in facts if self.filters.takes(one.practitioner_id, one.source, location_id=getattr(one, "location_id", "")))


class View:
    """One period of a sheet."""

    def __init__(self, sheet: Sheet, period: Period) -> None:
        self.sheet, self.facts, self.period = sheet, sheet.facts, period

    @cached_property
    def requests(self) -> list[RequestFact]:
        """Valid requests that came in."""
        return [r for r in self.sheet.requests.within(self.period) if r.valid]

    @cached_property
    def waits(self) -> tuple[dict[str, float], dict[str, float]]:
        """Opening hours until somebody was called, by request; and so far, of those nobody called."""
        tried: tuple[dict[str, float], dict[str, float]] = {}, {}
        for r in self.requests:
            tried[r.first_attempt_at is None][r.id] = self.sheet.waited(r) / HOUR
        return tried

    @cached_property
    def calls(self) -> Sequence[CallFact]:
        """Calls that were held."""
        return self.sheet.calls.within(self.period)

    @cached_property
    def ended(self) -> Sequence[AppointmentFact]:
        """Appointments that were to begin, moves left out."""
        return self.sheet.appointments.within(self.period)
