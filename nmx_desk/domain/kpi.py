"""The clinic's figures: frozen facts in, figures with numerator and denominator out. Pure; the formulas K1 to K19 of the quality manual.

The shapes stand in ``kpi_shapes``, the facts in ``kpi_facts``, the formulas in ``kpi_front``, ``kpi_care`` and ``kpi_quality``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from nmx_desk.domain import kpi_care as care
from nmx_desk.domain import kpi_front as front
from nmx_desk.domain import kpi_quality as quality
from nmx_desk.domain.kpi_days import days_before
from nmx_desk.domain.kpi_facts import AppointmentFact, CallFact, End, Facts, Kind, RequestFact
from nmx_desk.domain.kpi_shapes import (
    DEFINITION_VERSION,
    SMALL,
    TREND_MONTHS,
    Dashboard,
    Figure,
    Filters,
    MonthFigures,
    Note,
    OpeningHours,
    Period,
    Point,
    Stage,
    Unit,
    Week,
    month_before,
    percentile,
)
from nmx_desk.domain.kpi_view import Sheet, View, last_of_chains

__all__ = [
    "BETTER", "DEFINITION_VERSION", "FIGURES", "GROUPS", "SMALL", "TARGETS", "TREND_MONTHS", "AppointmentFact", "CallFact", "Dashboard",
    "End", "Facts", "Figure", "Filters", "Kind", "MonthFigures", "Note", "OpeningHours", "Period", "Point", "RequestFact", "Stage",
    "Unit", "Week", "dashboard", "figure_of", "funnel_of", "heat_of", "last_of_chains", "month_before", "month_figures", "percentile",
    "reach", "stage_of",
]  # fmt: skip

FIGURES: Final[dict[str, Callable[[View], Figure]]] = {
    "requests": front.requests, "K3": front.reached, "booked": front.booked, "held": front.held, "K4": front.attendance,
    "K5": front.call_conversion, "K5_gp": front.referred, "K6": front.total_conversion, "K7": front.no_show, "K8": front.late,
    "K1_median": front.reaction_median, "K1_p90": front.reaction_p90, "K2": front.lead_time, "K9": care.notes_in_time,
    "K10": front.red_flags, "K11": care.flags_followed, "K12": care.contacts_held, "K13": care.plans_completed,
    "K14": care.main_complaint, "K15": quality.promoters, "K16": quality.grievances_in_time, "K17_time": quality.actions_in_time,
    "K17_effect": quality.actions_effective, "K18": care.occupation, "K19": care.side_effects,
}  # fmt: skip
"""Every figure by its key, in the order in which they are shown."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "requests": ("requests", "K1_median", "K1_p90", "K3", "booked", "K2", "held", "K5", "K5_gp", "K6"),
    "appointments": ("K4", "K7", "K8", "K18"),
    "care": ("K9", "K10", "K11", "K12", "K13", "K14", "K19"),
    "quality": ("K15", "K16", "K17_time", "K17_effect"),
}
"""The figures by what they are about."""

BETTER: Final[dict[str, int]] = dict.fromkeys(
    ("K3", "booked", "K4", "K5", "K6", "K9", "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17_time", "K17_effect"), 1
) | dict.fromkeys(("K1_median", "K1_p90", "K2", "K7", "K8", "K19"), -1)
"""Figures of which more (1) or less (−1) is better; of the others neither."""

TARGETS: Final[dict[str, float]] = {"K10": 100, "K11": 100}
"""What a figure must be by its definition."""


def month_figures(facts: Facts, period: Period, filters: Filters | None = None) -> MonthFigures:
    """All figures of a period. Rows that are not valid, excluded or replaced by a later row are left out."""
    view = View(Sheet(facts, filters or Filters()), period)
    figures = tuple(formula(view) for formula in FIGURES.values())
    funnel = tuple((stage.key, stage.count) for stage in front.funnel(view))
    return MonthFigures(period, facts.cut_off, DEFINITION_VERSION, figures, funnel, front.weeks(view))


def figure_of(facts: Facts, key: str, period: Period, filters: Filters | None = None) -> Figure:
    """One figure. ``KeyError`` for a key that is none."""
    return FIGURES[key](View(Sheet(facts, filters or Filters()), period))


def funnel_of(facts: Facts, period: Period, filters: Filters | None = None) -> tuple[Stage, ...]:
    """The steps from request to intake, with the requests that came so far."""
    return front.funnel(View(Sheet(facts, filters or Filters()), period))


def stage_of(facts: Facts, key: str, period: Period, filters: Filters | None = None) -> Stage:
    """One step of the funnel. ``KeyError`` for a key that is none."""
    return {stage.key: stage for stage in funnel_of(facts, period, filters)}[key]


def heat_of(facts: Facts, cell: str, period: Period, filters: Filters | None = None) -> tuple[str, ...]:
    """The requests of a weekday and an hour, as "0:14". ``ValueError`` for what is none."""
    weekday, hour = (int(part) for part in cell.split(":"))
    return front.heat_cell(View(Sheet(facts, filters or Filters()), period), weekday, hour)


def dashboard(facts: Facts, period: Period, filters: Filters | None = None) -> Dashboard:
    """All figures of a period with what they were before and their course. ``facts`` must reach back to ``reach(period)``."""
    sheet = Sheet(facts, filters or Filters())
    before = Period(*days_before(period.first, period.last, sheet.today))
    months = trend_months(period.last)
    found = {days: _all(View(sheet, days)) for days in {period, before, *months}}  # a whole month is one of its course, too
    view = View(sheet, period)
    return Dashboard(
        period, sheet.filters, facts.cut_off, DEFINITION_VERSION, figures=tuple(found[period].values()),
        before=tuple(found[before].values()), trend={key: tuple(_point(month, found[month][key]) for month in months) for key in FIGURES},
        funnel=front.funnel(view), heat=front.heat(view),
    )  # fmt: skip


def _all(view: View) -> dict[str, Figure]:
    return {key: formula(view) for key, formula in FIGURES.items()}


def _point(month: Period, one: Figure) -> Point:
    return Point(month.first, one.value, one.numerator, one.denominator, one.immature)


def trend_months(last: date) -> list[Period]:
    """The months up to ``last``, the oldest first; the last one is cut to it."""
    firsts = [month_before(last, back) for back in range(TREND_MONTHS - 1, -1, -1)]
    ends = [month_before(first, -1) - timedelta(days=1) for first in firsts]
    return [Period(first, min(end, last)) for first, end in zip(firsts, ends, strict=True)]


def reach(period: Period) -> Period:
    """The days a dashboard looks at: the period, the days before it, and the months of its course."""
    return Period(min(days_before(period.first, period.last, period.last)[0], month_before(period.last, TREND_MONTHS - 1)), period.last)
