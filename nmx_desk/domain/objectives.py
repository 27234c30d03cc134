"""Quality objectives (ISO 9001 6.2): what, by when, by whom, with what, and how it is judged; measured by a figure or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class ObjectiveStatus(StrEnum):
    """State machine *Kwaliteitsdoel*."""

    DRAFT = "draft"
    RUNNING = "running"
    REACHED = "reached"
    MISSED = "missed"
    DROPPED = "dropped"


OBJECTIVE_STATUS_NAMES = {
    ObjectiveStatus.DRAFT: N_("Draft"),
    ObjectiveStatus.RUNNING: N_("Running"),
    ObjectiveStatus.REACHED: N_("Reached"),
    ObjectiveStatus.MISSED: N_("Missed"),
    ObjectiveStatus.DROPPED: N_("Dropped"),
}
_S = ObjectiveStatus
OBJECTIVE_STEPS: Final[dict[ObjectiveStatus, frozenset[ObjectiveStatus]]] = {
    _S.DRAFT: frozenset({_S.RUNNING, _S.DROPPED}),
    _S.RUNNING: frozenset({_S.REACHED, _S.MISSED, _S.DROPPED}),
    _S.REACHED: frozenset(),
    _S.MISSED: frozenset(),
    _S.DROPPED: frozenset(),
}
OBJECTIVE_BACK: Final[dict[ObjectiveStatus, frozenset[ObjectiveStatus]]] = {
    _S.RUNNING: frozenset({_S.DRAFT}),
    _S.REACHED: frozenset({_S.RUNNING}),
    _S.MISSED: frozenset({_S.RUNNING}),
    _S.DROPPED: frozenset({_S.DRAFT, _S.RUNNING}),
}
"""Steps that are taken back on the same day, by who took them."""
CONCLUDED: Final = frozenset({_S.REACHED, _S.MISSED, _S.DROPPED})


class Direction(StrEnum):
    """On which side of the target it is reached."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


DIRECTION_NAMES = {Direction.AT_LEAST: N_("at least"), Direction.AT_MOST: N_("at most")}


@dataclass(frozen=True, kw_only=True)
class Objective(Record):
    """A quality objective. ``figure``: the key of the figure that measures it, empty when it is read by hand; ``target``: decimal text."""

    number: str = ""
    title: str = ""
    why: str = ""
    figure: str = ""
    direction: Direction = Direction.AT_LEAST
    target: str = ""
    unit: str = ""
    first_on: date = date(1970, 1, 1)
    last_on: date = date(1970, 1, 1)
    owner_id: str | None = None
    actions: str = ""
    resources: str = ""
    judged_how: str = ""
    status: ObjectiveStatus = ObjectiveStatus.DRAFT
    result: str = ""
    conclusion: str = ""
    closed_on: date | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class ObjectiveReading(Record):
    """A value read by hand on a day; ``value``: decimal text."""

    objective_id: str = ""
    read_on: date = date(1970, 1, 1)
    value: str = ""
    note: str = ""


def may_step(now: ObjectiveStatus, then: ObjectiveStatus) -> bool:
    """Whether the state machine has this step."""
    return then in OBJECTIVE_STEPS[now]


def may_step_back(now: ObjectiveStatus, before: ObjectiveStatus) -> bool:
    """Whether a step from ``before`` to ``now`` can be taken back."""
    return before in OBJECTIVE_BACK.get(now, ())


# -- measuring ---------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """A value on a day."""

    day: date
    value: float


class Outlook(StrEnum):
    """Where an objective that runs stands by its last value."""

    UNKNOWN = "unknown"
    THERE = "there"
    NOT_YET = "not_yet"


OUTLOOK_NAMES = {
    Outlook.UNKNOWN: N_("No value yet"),
    Outlook.THERE: N_("At target"),
    Outlook.NOT_YET: N_("Not at target"),
}


def decimal_of(text: str) -> Decimal | None:
    """A number as people type it, with a comma or a point; None when it is none."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**9 else None


def is_reached(objective: Objective, value: float | Decimal) -> bool:
    """Whether a value is on the right side of the target; the target itself is."""
    target = decimal_of(objective.target)
    if target is None:
        return False
    shown = Decimal(str(round(float(value), 6)))
    return shown >= target if objective.direction is Direction.AT_LEAST else shown <= target


def outlook(objective: Objective, points: Sequence[Measured]) -> Outlook:
    """Where it stands by the last value."""
    if not points or decimal_of(objective.target) is None:
        return Outlook.UNKNOWN
    return Outlook.THERE if is_reached(objective, points[-1].value) else Outlook.NOT_YET
