"""What stands beside the figures on the dashboard: the targets of the quality objectives that watch one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from nmx_desk.domain.objectives import Direction, Objective, ObjectiveStatus
from nmx_desk.services.desk import Work, use_case


@dataclass(frozen=True)
class Target:
    """Where a running objective wants a figure to be, in the figure's own unit."""

    value: float
    direction: Direction
    title: str

    def met(self, value: float) -> bool:
        """Whether a value is on the right side."""
        return value >= self.value if self.direction is Direction.AT_LEAST else value <= self.value


@use_case("reports.figures", writes=False)
def figure_targets(work: Work) -> Mapping[str, Target]:
    """The targets by key of the figure. Of two objectives that watch one figure the later one counts."""
    found: dict[str, Target] = {}
    for one in sorted(work.store.find(Objective, status=ObjectiveStatus.RUNNING), key=lambda one: (one.last_on, one.number)):
        value = _number(one.target)
        if one.figure and value is not None:
            found[one.figure] = Target(value, one.direction, one.title)
    return found


def _number(text: str) -> float | None:
    try:
        return float(Decimal(text.strip().replace(",", ".")))
    except InvalidOperation:
        return None
