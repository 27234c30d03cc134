"""Risks and opportunities (ISO 9001 6.1), weighed by chance and impact, before and after what is done about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class RiskKind(StrEnum):
    """Something to fear or to seize."""

    RISK = "risk"
    OPPORTUNITY = "opportunity"


RISK_KIND_NAMES = {RiskKind.RISK: N_("Risk"), RiskKind.OPPORTUNITY: N_("Opportunity")}


class RiskStatus(StrEnum):
    """State machine *Risico*."""

    OPEN = "open"
    CONTROLLED = "controlled"
    CLOSED = "closed"


RISK_STATUS_NAMES = {RiskStatus.OPEN: N_("Open"), RiskStatus.CONTROLLED: N_("Under control"), RiskStatus.CLOSED: N_("Closed")}
RISK_STEPS: Final[dict[RiskStatus, frozenset[RiskStatus]]] = {
    RiskStatus.OPEN: frozenset({RiskStatus.CONTROLLED, RiskStatus.CLOSED}),
    RiskStatus.CONTROLLED: frozenset({RiskStatus.OPEN, RiskStatus.CLOSED}),
    RiskStatus.CLOSED: frozenset({RiskStatus.OPEN}),
}


class Treatment(StrEnum):
    """What is done about it."""

    REDUCE = "reduce"
    AVOID = "avoid"
    SHARE = "share"
    ACCEPT = "accept"
    PURSUE = "pursue"


TREATMENT_NAMES = {
    Treatment.REDUCE: N_("Reduce"),
    Treatment.AVOID: N_("Avoid"),
    Treatment.SHARE: N_("Share or insure"),
    Treatment.ACCEPT: N_("Accept"),
    Treatment.PURSUE: N_("Pursue"),
}


class Level(StrEnum):
    """How heavy a weight is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


LEVEL_NAMES = {Level.LOW: N_("Low weight"), Level.MEDIUM: N_("Medium weight"), Level.HIGH: N_("High weight")}
MEDIUM_FROM: Final = 6
HIGH_FROM: Final = 12


def level(weight: int) -> Level:
    """Of chance times impact, 1–25."""
    return Level.HIGH if weight >= HIGH_FROM else Level.MEDIUM if weight >= MEDIUM_FROM else Level.LOW


@dataclass(frozen=True, kw_only=True)
class Risk(Record):
    """A risk or an opportunity. ``chance`` and ``impact`` 1–5 as it is, ``rest_…`` as it is expected to be after the measures (tasks)."""

    number: str = ""
    kind: RiskKind = RiskKind.RISK
    title: str = ""
    cause: str = ""
    consequence: str = ""
    clause: str = ""
    area: str = ""
    chance: int = 3
    impact: int = 3
    treatment: Treatment = Treatment.REDUCE
    measures: str = ""
    rest_chance: int | None = None
    rest_impact: int | None = None
    owner_id: str | None = None
    assessed_on: date = date(1970, 1, 1)
    review_on: date | None = None
    status: RiskStatus = RiskStatus.OPEN
    closed_on: date | None = None
    source: str = ""

    @property
    def weight(self) -> int:
        """Chance times impact, 1–25."""
        return self.chance * self.impact

    @property
    def rest_weight(self) -> int | None:
        """What is expected to be left of it, 1–25."""
        return None if self.rest_chance is None or self.rest_impact is None else self.rest_chance * self.rest_impact


def may_step(now: RiskStatus, then: RiskStatus) -> bool:
    """Whether the state machine has this step."""
    return then in RISK_STEPS[now]
