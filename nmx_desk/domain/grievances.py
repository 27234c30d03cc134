"""Formal complaints under the Wkkgz (*klachtmelding*), kept outside the medical file: judged within 6 weeks, 4 more with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

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
    _S.RECEIVED: frozenset({_S.CONFIRMED, _S.CLOSED}),
    _S.CONFIRMED: frozenset({_S.INVESTIGATING, _S.CLOSED}),
    _S.INVESTIGATING: frozenset({_S.JUDGED, _S.CLOSED}),
    _S.JUDGED: frozenset({_S.CLOSED, _S.DISPUTE}),
    _S.DISPUTE: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
}
"""Closed before it was judged: only when the client took it back."""
BEFORE_JUDGEMENT: Final = frozenset({_S.RECEIVED, _S.CONFIRMED, _S.INVESTIGATING})


class GrievanceWay(StrEnum):
    """How it came in; "" when that is not known."""

    UNKNOWN = ""
    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    DESK = "desk"
    FORM = "form"
    OTHERS = "others"


GRIEVANCE_WAY_NAMES = {
    GrievanceWay.UNKNOWN: N_("Not known"),
    GrievanceWay.LETTER: N_("By letter"),
    GrievanceWay.EMAIL: N_("By e-mail"),
    GrievanceWay.PHONE: N_("By phone"),
    GrievanceWay.DESK: N_("In person"),
    GrievanceWay.FORM: N_("By form"),
    GrievanceWay.OTHERS: N_("Through somebody else"),
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
    ``stepped_at``, ``stepped_by``: the last step, which who took it takes back on the same day.
    """

    number: str = ""
    client_id: str | None = None
    client_no: str = ""
    opened_on: date = date(1970, 1, 1)
    closed_on: date | None = None
    status: GrievanceStatus = GrievanceStatus.RECEIVED
    topic: GrievanceTopic = GrievanceTopic.OTHER
    way: GrievanceWay = GrievanceWay.UNKNOWN
    summary: str = ""
    owner_id: str | None = None
    confirmed_on: date | None = None
    investigated_on: date | None = None
    extended_on: date | None = None
    judged_on: date | None = None
    judgement: Judgement = Judgement.NONE
    dispute_on: date | None = None
    source: str = ""
    stepped_at: datetime | None = None
    stepped_by: str | None = None

    @property
    def state(self) -> GrievanceStatus:
        """Where it stands; what older versions closed has no other steps."""
        return GrievanceStatus.CLOSED if self.closed_on is not None else self.status

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


def in_time(grievance: Grievance) -> bool | None:
    """Whether it was judged within its term; None while it was not, and for what the client took back."""
    if grievance.judged_on is None or grievance.judgement is Judgement.WITHDRAWN:
        return None
    return grievance.judged_on <= grievance.due_on


def may_extend(grievance: Grievance, today: date) -> bool:
    """Once, before the first term is over and the judgement given."""
    return grievance.extended_on is None and grievance.state in BEFORE_JUDGEMENT and today <= grievance.due_on


def stepped(grievance: Grievance, then: GrievanceStatus, day: date) -> Grievance:
    """The complaint after a step; the day of it stands with it."""
    changes: dict[str, Any] = {_DAY_OF[then]: day}
    return replace(grievance, status=then, **changes)


def stepped_back(grievance: Grievance) -> Grievance:
    """As it was before its last step. What was written stays."""
    then = GrievanceStatus(grievance.state)
    changes: dict[str, Any] = {_DAY_OF[then]: None}
    undone = replace(grievance, **changes)
    if then is _S.CLOSED and grievance.judgement is Judgement.WITHDRAWN:
        undone = replace(undone, judged_on=None, judgement=Judgement.NONE)
    if then is _S.JUDGED:
        undone = replace(undone, judgement=Judgement.NONE)
    return replace(undone, status=_stands(undone))


def _stands(grievance: Grievance) -> GrievanceStatus:
    """The last state of which the day is known."""
    order = (_S.DISPUTE, _S.JUDGED, _S.INVESTIGATING, _S.CONFIRMED)
    return next((state for state in order if getattr(grievance, _DAY_OF[state]) is not None), _S.RECEIVED)


_DAY_OF: Final = {
    _S.RECEIVED: "opened_on", _S.CONFIRMED: "confirmed_on", _S.INVESTIGATING: "investigated_on", _S.JUDGED: "judged_on",
    _S.DISPUTE: "dispute_on", _S.CLOSED: "closed_on",
}  # fmt: skip


def last_day(grievance: Grievance) -> date:
    """Day of the last step: the next is not before it."""
    days: list[date] = [day for name in _DAY_OF.values() if (day := getattr(grievance, name)) is not None]
    return max(days)
