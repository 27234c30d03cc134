"""The same as the pictures, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nmx_desk.i18n import _
from nmx_desk.ui.figures import words
from nmx_desk.ui.figures.words import Shown
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.funnel import Step
from nmx_desk.ui.kit.heat import DAYS, HOURS, day_name
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.kit.trend import Mark

HEAD = 12  # pixels a head needs more than a row


def fit(table: Table[Any], most: int = 0) -> None:
    """As high as its rows (``most`` of them), so that the page scrolls and not the table."""
    rows = len(table.records.rows)
    shown = min(rows, most) if most else rows
    height = table.verticalHeader().defaultSectionSize()
    table.setFixedHeight((shown + 1) * height + HEAD)


def figures_table(settings: UserSettings) -> Table[Shown]:
    """All figures below each other."""
    columns: list[Column[Shown]] = [
        Column(key="name", title=_("Figure"), text=lambda shown: words.name(shown.key), strong=True,
               detail=lambda shown: _text(words.standing(shown.figure)), tooltip=words.explained),
        Column(key="value", title=_("Value"), text=lambda shown: words.value(shown.figure), align="right", width=132,
               detail=lambda shown: words.counts(shown.figure), sort_key=lambda shown: shown.figure.value),
        Column(key="change", title=_("Against before"), text=words.change, icon=lambda shown: words.ICONS[shown.change.turn],
               role=lambda shown: words.ROLES[shown.change.judged], width=190),
        Column(key="target", title=_("Target"), text=lambda shown: _text(words.target(shown)), badge=words.target, width=150),
    ]  # fmt: skip
    return Table(columns, name="figures", label=_("Figures"), settings=settings, key=lambda shown: shown.key)


def _text(badge: Any) -> str:
    return badge.text if badge is not None else ""


def months_table(settings: UserSettings) -> Table[Mark]:
    """The months of a figure, the last one first."""
    columns: list[Column[Mark]] = [
        Column(key="month", title=_("Month"), text=lambda mark: mark.label),
        Column(key="value", title=_("Value"), text=lambda mark: mark.said, align="right", width=170, sort_key=lambda mark: mark.value,
               detail=lambda mark: _("Not complete yet") if mark.growing else ""),
    ]  # fmt: skip
    return Table(columns, name="figure_months", label=_("The same by month"), settings=settings, key=lambda mark: mark.label)


def funnel_table(settings: UserSettings) -> Table[Step]:
    """From request to intake."""
    columns: list[Column[Step]] = [
        Column(key="step", title=_("Step"), text=lambda step: step.name, strong=True),
        Column(key="count", title=_("Requests"), text=lambda step: dates.number(step.count), align="right", width=96,
               sort_key=lambda step: step.count),
        Column(key="share", title=_("Share"), text=lambda step: step.share, align="right", width=80, sort_key=lambda step: step.count),
    ]  # fmt: skip
    return Table(columns, name="figure_funnel", label=_("From request to intake"), settings=settings, key=lambda step: step.key)


Hour = tuple[int, Sequence[int]]


def heat_table(settings: UserSettings) -> Table[Hour]:
    """A row for each hour of the day, a column for each day of the week."""

    def count(weekday: int) -> Column[Hour]:
        return Column(key=f"day{weekday}", title=day_name(weekday, short=True), text=lambda one: dates.number(one[1][weekday]),
                      align="right", width=52, sort_key=lambda one: one[1][weekday])  # fmt: skip

    hours: Column[Hour] = Column(key="hour", title=_("Hour"), text=lambda one: f"{one[0]}–{one[0] + 1}", sort_key=lambda one: one[0])
    return Table([hours, *map(count, range(DAYS))], name="figure_heat", label=_("Requests by day and hour"), settings=settings,
                 key=lambda one: one[0])  # fmt: skip


def hours_of(heat: Sequence[Sequence[int]]) -> list[Hour]:
    """The rows of the table of hours."""
    return [(hour, [day[hour] for day in heat]) for hour in range(HOURS)] if heat else []
