"""The management review (ISO 9001 9.3): a pack with a chapter per input, what was said of it, and decisions that become tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class ReviewStatus(StrEnum):
    """State machine *Directiebeoordeling*."""

    PREPARING = "preparing"
    HELD = "held"
    SIGNED = "signed"


REVIEW_STATUS_NAMES = {
    ReviewStatus.PREPARING: N_("Being prepared"),
    ReviewStatus.HELD: N_("Held"),
    ReviewStatus.SIGNED: N_("Signed"),
}
REVIEW_STEPS: Final[dict[ReviewStatus, frozenset[ReviewStatus]]] = {
    ReviewStatus.PREPARING: frozenset({ReviewStatus.HELD}),
    ReviewStatus.HELD: frozenset({ReviewStatus.SIGNED, ReviewStatus.PREPARING}),
    ReviewStatus.SIGNED: frozenset(),
}


class DecisionKind(StrEnum):
    """What a decision is about (9.3.3)."""

    IMPROVEMENT = "improvement"
    CHANGE = "change"
    RESOURCES = "resources"


DECISION_KIND_NAMES = {
    DecisionKind.IMPROVEMENT: N_("Improvement"),
    DecisionKind.CHANGE: N_("Change of the quality system"),
    DecisionKind.RESOURCES: N_("Resources"),
}


@dataclass(frozen=True, kw_only=True)
class ManagementReview(Record):
    """A management review of a period. ``content``: the pack as it was signed, canonical JSON; ``sha256`` (hex) of it."""

    number: str = ""
    title: str = ""
    first_on: date = date(1970, 1, 1)
    last_on: date = date(1970, 1, 1)
    held_on: date | None = None
    attendees: str = ""
    status: ReviewStatus = ReviewStatus.PREPARING
    content: str = ""
    sha256: str = ""
    signed_at: datetime | None = None
    signed_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReviewChapter(Record):
    """What was said about one input of 9.3.2 and concluded from it."""

    review_id: str = ""
    code: str = ""
    discussion: str = ""
    conclusion: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewDecision(Record):
    """A decision; ``task_id`` is the task that follows it up."""

    review_id: str = ""
    position: int = 1
    kind: DecisionKind = DecisionKind.IMPROVEMENT
    text: str = ""
    owner_id: str | None = None
    due_on: date | None = None
    task_id: str | None = None


def may_step(now: ReviewStatus, then: ReviewStatus) -> bool:
    """Whether the state machine has this step."""
    return then in REVIEW_STEPS[now]
