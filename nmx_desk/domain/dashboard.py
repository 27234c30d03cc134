"""How figures stand beside each other on the dashboard: groups, which way is better, and with which days before they are compared. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from nmx_desk.domain.kpi import Figure
from nmx_desk.i18n import N_

GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "requests": (N_("Requests and calls"), ("requests", "K1_median", "K1_p90", "K3", "booked", "held", "K2", "K5", "K5_gp", "K6")),
    "appointments": (N_("Appointments"), ("K4", "K7", "K8", "K18")),
    "care": (N_("Care and plan"), ("K9", "K10", "K11", "K12", "K13", "K14", "K19")),
    "quality": (N_("Quality"), ("K15", "K16", "K17_time", "K17_effective")),
}
"""In the order in which they are read."""

MORE_IS_BETTER: Final = frozenset({
    "K3", "booked", "K4", "K5", "K6", "K9", "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17_time", "K17_effective",
})  # fmt: skip
LESS_IS_BETTER: Final = frozenset({"K1_median", "K1_p90", "K2", "K7", "K8", "K19"})


class Turn(StrEnum):
    """How a figure moved against the days before."""

    NONE = "none"  # one of both has no value
    SAME = "same"
    UP = "up"
    DOWN = "down"


class Judged(StrEnum):
    """Whether that is good."""

    OPEN = "open"  # the figure has no direction, or its cohort is still growing
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True)
class Change:
    """A figure against the same figure of the days before; ``by`` in the figure's own unit."""

    turn: Turn = Turn.NONE
    judged: Judged = Judged.OPEN
    by: float = 0.0


def change_of(figure: Figure, before: Figure | None, *, immature: bool = False) -> Change:
    """How a figure moved; what is still growing is not judged."""
    if before is None or figure.value is None or before.value is None:
        return Change()
    by = round(figure.value - before.value, 4)
    if not by:
        return Change(Turn.SAME)
    turn = Turn.UP if by > 0 else Turn.DOWN
    if immature or figure.key not in MORE_IS_BETTER | LESS_IS_BETTER:
        return Change(turn, Judged.OPEN, by)
    better = (by > 0) == (figure.key in MORE_IS_BETTER)
    return Change(turn, Judged.BETTER if better else Judged.WORSE, by)


def days_before(first: date, last: date, today: date) -> tuple[date, date]:
    """The days to compare with: as many days before, and of months that run the same days of as many months before."""
    until = min(last, today) if first <= today else last
    months = _whole_months(first, last)
    if not months:
        return first - (until - first) - timedelta(days=1), first - timedelta(days=1)
    start, end = _months_on(first, -months), first - timedelta(days=1)
    return (start, end) if until == last else (start, min(_same_place(until, -months), end))


def _whole_months(first: date, last: date) -> int:
    """How many whole months these days are; 0 when they are none."""
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1]:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _months_on(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _same_place(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last there is."""
    start = _months_on(day.replace(day=1), months)
    return start.replace(day=min(day.day, monthrange(start.year, start.month)[1]))
