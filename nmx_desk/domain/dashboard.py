"""How figures stand beside each other: the names of their groups, and how they moved. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nmx_desk.domain.kpi import BETTER
from nmx_desk.domain.kpi_shapes import Figure
from nmx_desk.i18n import N_

GROUP_NAMES: Final[Mapping[str, str]] = {
    "requests": N_("Requests and calls"), "appointments": N_("Appointments"), "care": N_("Care and plan"), "quality": N_("Quality"),
}  # fmt: skip


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
    way = BETTER.get(figure.key, 0)
    if immature or not way:
        return Change(turn, Judged.OPEN, by)
    better = by * way > 0
    return Change(turn, Judged.BETTER if better else Judged.WORSE, by)
