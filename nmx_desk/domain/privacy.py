"""Requests under the privacy law, what remains of a destroyed file, how long files are kept (DOMAIN §2, §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class PrivacyKind(StrEnum):
    """What a client asks for."""

    ACCESS = "access"
    COPY = "copy"
    TRANSFER = "transfer"
    CORRECTION = "correction"
    DESTRUCTION = "destruction"


PRIVACY_KIND_NAMES = {
    PrivacyKind.ACCESS: N_("Access"),
    PrivacyKind.COPY: N_("Copy of the file"),
    PrivacyKind.TRANSFER: N_("Transfer of data"),
    PrivacyKind.CORRECTION: N_("Correction"),
    PrivacyKind.DESTRUCTION: N_("Destruction"),
}
COPIES = frozenset({PrivacyKind.ACCESS, PrivacyKind.COPY, PrivacyKind.TRANSFER})
"""Kinds that end with the file handed to the client."""


class PrivacyState(StrEnum):
    """State machine *Privacyverzoek*."""

    RECEIVED = "received"
    IDENTIFIED = "identified"
    DECIDED = "decided"
    EXECUTED = "executed"
    CLOSED = "closed"


PRIVACY_STATE_NAMES = {
    PrivacyState.RECEIVED: N_("Received"),
    PrivacyState.IDENTIFIED: N_("Identified"),
    PrivacyState.DECIDED: N_("Decided"),
    PrivacyState.EXECUTED: N_("Carried out"),
    PrivacyState.CLOSED: N_("Closed"),
}
_S = PrivacyState
STEPS: dict[PrivacyState, frozenset[PrivacyState]] = {
    _S.RECEIVED: frozenset({_S.IDENTIFIED, _S.CLOSED}),
    _S.IDENTIFIED: frozenset({_S.DECIDED, _S.CLOSED}),
    _S.DECIDED: frozenset({_S.EXECUTED, _S.CLOSED}),
    _S.EXECUTED: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
}


class Decision(StrEnum):
    """What was decided."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


DECISION_NAMES = {Decision.GRANTED: N_("Granted"), Decision.PARTLY: N_("Granted in part"), Decision.REFUSED: N_("Refused")}


class Ground(StrEnum):
    """Why something is destroyed."""

    REQUEST = "request"
    RETENTION = "retention"


GROUND_NAMES = {Ground.REQUEST: N_("At the client's request"), Ground.RETENTION: N_("Retention period over")}


class ErasureScope(StrEnum):
    """How much is destroyed. ``CARE`` leaves contact data and appointments; ``REQUESTS`` are requests that never became a client.

    ``CASES``: words and files of formal complaints that are in nobody's file; the rows of the register stay.
    """

    FILE = "file"
    CARE = "care"
    NOTE = "note"
    REQUESTS = "requests"
    CASES = "cases"


SCOPE_NAMES = {
    ErasureScope.FILE: N_("The whole file, contact data included"),
    ErasureScope.CARE: N_("The medical file; contact data and appointments stay"),
    ErasureScope.NOTE: N_("One consult note"),
    ErasureScope.REQUESTS: N_("Requests that never became a client"),
    ErasureScope.CASES: N_("The words of formal complaints in nobody's file"),
}


@dataclass(frozen=True, kw_only=True)
class PrivacyRequest(Record):
    """A request under the privacy law. It outlives the client: ``client_no`` stays, no name ever stands in it.

    ``subject``: the id of one note, or the ids of bare requests, or of words and files of cases (one a line); ``proposal_id``: the decision
    a second person approves.
    """

    number: str = ""
    kind: PrivacyKind = PrivacyKind.ACCESS
    client_id: str | None = None
    client_no: str = ""
    received_on: date = date(1970, 1, 1)
    due_on: date = date(1970, 1, 1)
    state: PrivacyState = PrivacyState.RECEIVED
    ground: Ground = Ground.REQUEST
    asked: str = ""
    identity_how: str = ""
    identity_at: datetime | None = None
    identity_by: str | None = None
    advice: str = ""
    advice_by: str | None = None
    scope: ErasureScope | None = None
    subject: str = ""
    decision: Decision | None = None
    decision_reason: str = ""
    proposal_id: str | None = None
    approved_by: str | None = None
    executed_at: datetime | None = None
    executed_by: str | None = None
    closed_at: datetime | None = None
    close_reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state is not PrivacyState.CLOSED

    @property
    def waits_for_decision(self) -> bool:
        """Whether a decision may be proposed now."""
        return self.state is PrivacyState.IDENTIFIED


@dataclass(frozen=True, kw_only=True)
class Tombstone(Record):
    """What remains of what was destroyed: no name. ``row_count`` says how many records went."""

    client_id: str | None = None
    client_no: str = ""
    destroyed_on: date = date(1970, 1, 1)
    scope: ErasureScope = ErasureScope.FILE
    ground: Ground = Ground.REQUEST
    request_no: str = ""
    proposed_by: str = ""
    approved_by: str = ""
    executed_by: str = ""
    row_count: int = 0


@dataclass(frozen=True, kw_only=True)
class ClientStatement(Record):
    """What a client wants to stand beside a record: opinions and diagnoses are not corrected, they get a statement (AVG art. 16)."""

    client_id: str = ""
    ref_type: str = ""
    ref_id: str = ""
    given_on: date = date(1970, 1, 1)
    text: str = ""
    request_no: str = ""


ANSWER_WITHIN = relativedelta(months=1)
REQUESTS_KEPT = relativedelta(months=12)
CASES_KEPT = relativedelta(years=2)
"""From the closing of a formal complaint in nobody's file; one in a client's file is kept as long as the file."""
SHORT_TEXT = 500


def due_from(received: date) -> date:
    """The last day to answer: one month after receipt."""
    return received + ANSWER_WITHIN


def may_step(now: PrivacyState, then: PrivacyState) -> bool:
    """Whether the state machine has this step."""
    return then in STEPS[now]
