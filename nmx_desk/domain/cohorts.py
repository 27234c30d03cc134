"""The requests of each month and of each way in, followed to their intake (C2). Pure; what the steps mean stands in ``kpi_front``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nmx_desk.domain import kpi_front as front
from nmx_desk.domain.kpi_facts import Facts
from nmx_desk.domain.kpi_shapes import DEFINITION_VERSION, Figure, Filters, Period, Stage, month_before
from nmx_desk.domain.kpi_view import Sheet, View


@dataclass(frozen=True)
class Cohort:
    """Requests that belong together. ``first``: the first day of their month; ``source``: how they came in; ``held``: K6 of them.

    While ``held.immature`` is true some of them can still come to an intake within their 60 days.
    """

    stages: tuple[Stage, ...]
    held: Figure
    first: date | None = None
    source: str = ""

    def count(self, key: str) -> int:
        """How many came to a step."""
        return next(stage.count for stage in self.stages if stage.key == key)


@dataclass(frozen=True)
class Funnel:
    """All requests of a period, and the same by month of receipt and by way in."""

    period: Period
    cut_off: datetime
    whole: Cohort
    months: tuple[Cohort, ...]
    sources: tuple[Cohort, ...]
    definition_version: str = DEFINITION_VERSION


def funnel(facts: Facts, period: Period, filters: Filters | None = None) -> Funnel:
    """Each request stands in one month and one way in, so that both add up to the whole."""
    asked = filters or Filters()
    sheet = Sheet(facts, asked)
    ways = dict.fromkeys(request.source for request in View(sheet, period).requests)
    return Funnel(
        period, facts.cut_off, _cohort(View(sheet, period)),
        months=tuple(replace(_cohort(View(sheet, month)), first=month.first) for month in months_of(period)),
        sources=_by_size(replace(_cohort(View(Sheet(facts, replace(asked, source=way)), period)), source=way) for way in ways if way),
    )  # fmt: skip


def months_of(period: Period) -> list[Period]:
    """The months of a period, cut to it."""
    found, first = [], period.first
    while first <= period.last:
        after = month_before(first, -1)
        found.append(Period(first, min(after - timedelta(days=1), period.last)))
        first = after
    return found


def _cohort(view: View) -> Cohort:
    return Cohort(front.funnel(view), front.total_conversion(view))


def _by_size(found: Iterable[Cohort]) -> tuple[Cohort, ...]:
    return tuple(sorted(found, key=lambda one: (-one.count("requests"), one.source)))
