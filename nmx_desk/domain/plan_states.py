"""State machines *Plan*, *Planitem* and *Vervolgcontact* (DOMAIN §4) as tables. A step that stands in none of them is refused.

What takes a step back stands apart: a logged reversal, never of an activation.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from nmx_desk.domain.plans import FollowUpStatus, ItemStatus, PlanStatus

S = TypeVar("S", bound=StrEnum)
Steps = Mapping[S, frozenset[S]]

_P, _I, _F = PlanStatus, ItemStatus, FollowUpStatus
PLAN_STEPS: Final[Steps[PlanStatus]] = {
    _P.DRAFT: frozenset({_P.DISCUSSED}),
    _P.DISCUSSED: frozenset({_P.ACTIVE}),
    _P.ACTIVE: frozenset({_P.COMPLETED, _P.STOPPED}),
    _P.COMPLETED: frozenset(),
    _P.STOPPED: frozenset(),
    _P.REPLACED: frozenset(),
}
VERSION_STEPS: Final[Steps[PlanStatus]] = {**PLAN_STEPS, _P.ACTIVE: PLAN_STEPS[_P.ACTIVE] | {_P.REPLACED}}
"""A version goes as its plan does; the one that is in force is replaced when the next one is activated."""
PLAN_BACK: Final[Steps[PlanStatus]] = {_P.DISCUSSED: frozenset({_P.DRAFT})}
ITEM_STEPS: Final[Steps[ItemStatus]] = {
    _I.PLANNED: frozenset({_I.ACTIVE, _I.STOPPED}),
    _I.ACTIVE: frozenset({_I.PAUSED, _I.COMPLETED, _I.STOPPED}),
    _I.PAUSED: frozenset({_I.ACTIVE, _I.COMPLETED, _I.STOPPED}),
    _I.COMPLETED: frozenset(),
    _I.STOPPED: frozenset(),
}
ITEM_BACK: Final[Steps[ItemStatus]] = {_I.COMPLETED: frozenset({_I.ACTIVE}), _I.STOPPED: frozenset({_I.ACTIVE, _I.PLANNED})}
"""An item that was stopped before it had begun is planned again."""
FOLLOW_UP_STEPS: Final[Steps[FollowUpStatus]] = {
    _F.PLANNED: frozenset({_F.DONE, _F.MISSED, _F.LAPSED}),
    _F.DONE: frozenset(),
    _F.MISSED: frozenset(),
    _F.LAPSED: frozenset(),
}
FOLLOW_UP_BACK: Final[Steps[FollowUpStatus]] = {state: frozenset({_F.PLANNED}) for state in (_F.DONE, _F.MISSED, _F.LAPSED)}


def may_step(steps: Steps[S], now: S, to: S) -> bool:
    """Whether a table lets something go from one state to another."""
    return to in steps.get(now, frozenset())
