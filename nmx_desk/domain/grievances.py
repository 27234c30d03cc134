"""Formal complaints under the Wkkgz (*klachtmelding*), kept outside the medical file: judged within 6 weeks, 4 more with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class GrievanceStatus(StrEnum):
    """State machine *Klachtmelding*."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    INVESTIGATING = "investigating"
    JUDGED = "judged"
    CLOSED = "closed"
    DISPUTE = "dispute"


GRIEVANCE_STATUS_NAMES = {
    GrievanceStatus.RECEIVED: N_("Received"),
    GrievanceStatus.CONFIRMED: N_("Receipt confirmed"),
    GrievanceStatus.INVESTIGATING: N_("Being investigated"),
    GrievanceStatus.JUDGED: N_("Judged"),
    GrievanceStatus.CLOSED: N_("Closed"),
    GrievanceStatus.DISPUTE: N_("With the dispute body"),
}
_S = GrievanceStatus
GRIEVANCE_STEPS: Final[dict[GrievanceStatus, frozenset[GrievanceStatus]]] = {
    _S.RECEIVED: frozenset({_S.CONFIRMED}),
    _S.CONFIRMED: frozenset({_S.INVESTIGATING}),
    _S.INVESTIGATING: frozenset({_S.JUDGED}),
    _S.JUDGED: frozenset({_S.CLOSED, _S.DISPUTE}),
    _S.DISPUTE: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
}


class GrievanceTopic(StrEnum):
    """What a complaint is about."""

    TREATMENT = "treatment"
    MANNER = "manner"
    INFORMATION = "information"
    ORGANISATION = "organisation"
    COSTS = "costs"
    PRIVACY = "privacy"
    OTHER = "other"


GRIEVANCE_TOPIC_NAMES = {
    GrievanceTopic.TREATMENT: N_("Treatment"),
    GrievanceTopic.MANNER: N_("How somebody was treated"),
    GrievanceTopic.INFORMATION: N_("Information"),
    GrievanceTopic.ORGANISATION: N_("Organisation"),
    GrievanceTopic.COSTS: N_("Costs"),
    GrievanceTopic.PRIVACY: N_("Privacy"),
    GrievanceTopic.OTHER: N_("Other"),
}


class Judgement(StrEnum):
    """What the clinic concluded; "" while it has not."""

    NONE = ""
    FOUNDED = "founded"
    PARTLY = "partly"
    UNFOUNDED = "unfounded"
    WITHDRAWN = "withdrawn"


JUDGEMENT_NAMES = {
    Judgement.NONE: N_("Not yet"),
    Judgement.FOUNDED: N_("Founded"),
    Judgement.PARTLY: N_("Partly founded"),
    Judgement.UNFOUNDED: N_("Unfounded"),
    Judgement.WITHDRAWN: N_("Taken back by the client"),
}
JUDGE_WITHIN: Final = timedelta(weeks=6)
EXTENSION: Final = timedelta(weeks=4)


@dataclass(frozen=True, kw_only=True)
class Grievance(Record):
    """A formal complaint: number, days and codes. It outlives the client's file, which destruction leaves alone while it is open.

    ``opened_on``: received; ``closed_on``: closed. ``summary`` without names. ``source``: what it came from, as ``table:id``.
    """

    number: str = ""
    client_id: str | None = None
    client_no: str = ""
    opened_on: date = date(1970, 1, 1)
    closed_on: date | None = None
    status: GrievanceStatus = GrievanceStatus.RECEIVED
    topic: GrievanceTopic = GrievanceTopic.OTHER
    way: str = ""
    summary: str = ""
    owner_id: str | None = None
    confirmed_on: date | None = None
    investigated_on: date | None = None
    extended_on: date | None = None
    judged_on: date | None = None
    judgement: Judgement = Judgement.NONE
    dispute_on: date | None = None
    source: str = ""

    @property
    def due_on(self) -> date:
        """The last day for a judgement."""
        return self.opened_on + JUDGE_WITHIN + (EXTENSION if self.extended_on else timedelta())


def may_step(now: GrievanceStatus, then: GrievanceStatus) -> bool:
    """Whether the state machine has this step."""
    return then in GRIEVANCE_STEPS[now]


def is_late(grievance: Grievance, today: date) -> bool:
    """Whether the judgement should have been given."""
    return grievance.judged_on is None and grievance.closed_on is None and today > grievance.due_on
