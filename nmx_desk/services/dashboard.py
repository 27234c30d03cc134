"""What stands beside the figures on the dashboard: where they have to be, by definition or by a quality objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nmx_desk.domain.kpi import TARGETS
from nmx_desk.domain.objectives import Direction, Objective, ObjectiveStatus, decimal_of
from nmx_desk.services.desk import Work, use_case


@dataclass(frozen=True)
class Target:
    """Where a figure has to be, in its own unit. ``title`` of the objective that asks it, if one does."""

    value: float
    direction: Direction
    title: str

    def met(self, value: float) -> bool:
        """Whether a value is on the right side."""
        return value >= self.value if self.direction is Direction.AT_LEAST else value <= self.value


@use_case("reports.figures", writes=False)
def figure_targets(work: Work) -> Mapping[str, Target]:
    """The targets by key of the figure: what it must be by its definition, or else what a running objective asks.

    Of two objectives that watch one figure the later one counts.
    """
    found = {key: Target(value, Direction.AT_LEAST, "") for key, value in TARGETS.items()}
    for one in sorted(work.store.find(Objective, status=ObjectiveStatus.RUNNING), key=lambda one: (one.last_on, one.number)):
        value = decimal_of(one.target)
        if one.figure and value is not None:
            found[one.figure] = Target(float(value), one.direction, one.title)
    return found
