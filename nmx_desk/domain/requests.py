"""Requests for a free advice call and what is done with them (DOMAIN §4 Aanvraag, Belpoging)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.domain.clients import Sex
from nmx_desk.domain.intake_ways import ImportTarget, ImportWay
from nmx_desk.domain.matching import Person
from nmx_desk.i18n import N_


class RequestStatus(StrEnum):
    """State machine *Aanvraag*."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    BOOKED = "booked"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DONE = "done"
    CLOSED = "closed"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
    INVALID = "invalid"
    WITHDRAWN = "withdrawn"


REQUEST_STATUS_NAMES = {
    RequestStatus.NEW: N_("New"),
    RequestStatus.IN_PROGRESS: N_("In progress"),
    RequestStatus.BOOKED: N_("Call booked"),
    RequestStatus.HELD: N_("Call held"),
    RequestStatus.NO_SHOW: N_("No-show"),
    RequestStatus.CANCELLED: N_("Cancelled"),
    RequestStatus.DONE: N_("Handled"),
    RequestStatus.CLOSED: N_("Closed"),
    RequestStatus.UNREACHABLE: N_("Unreachable"),
    RequestStatus.DUPLICATE: N_("Duplicate"),
    RequestStatus.INVALID: N_("Invalid"),
    RequestStatus.WITHDRAWN: N_("Withdrawn"),
}

_S = RequestStatus
OPEN_STATES = frozenset({_S.NEW, _S.IN_PROGRESS, _S.BOOKED, _S.HELD, _S.NO_SHOW, _S.CANCELLED})
_WAYS_OUT = frozenset({_S.UNREACHABLE, _S.DUPLICATE, _S.INVALID, _S.WITHDRAWN})
TRANSITIONS: dict[RequestStatus, frozenset[RequestStatus]] = {
    _S.NEW: frozenset({_S.IN_PROGRESS, _S.BOOKED}) | _WAYS_OUT,
    _S.IN_PROGRESS: frozenset({_S.BOOKED}) | _WAYS_OUT,
    _S.BOOKED: frozenset({_S.HELD, _S.NO_SHOW, _S.CANCELLED}) | _WAYS_OUT,
    _S.HELD: frozenset({_S.DONE}) | _WAYS_OUT,
    _S.NO_SHOW: frozenset({_S.IN_PROGRESS, _S.BOOKED, _S.CLOSED}) | _WAYS_OUT,
    _S.CANCELLED: frozenset({_S.IN_PROGRESS, _S.BOOKED, _S.CLOSED}) | _WAYS_OUT,
}


def may_become(now: RequestStatus, then: RequestStatus) -> bool:
    """Whether the state machine has this step."""
    return then in TRANSITIONS.get(now, frozenset())


CALLED_STATES = frozenset({_S.NEW, _S.IN_PROGRESS, _S.NO_SHOW, _S.CANCELLED})
"""States in which somebody is still to be reached: an attempt makes it *in progress*."""
GIVEN_UP = frozenset({_S.CLOSED, _S.UNREACHABLE, _S.INVALID, _S.WITHDRAWN})
"""Who asks again after one of these is called again: not a double."""
DOUBLE_WITHIN = timedelta(days=30)
MOST_RETURNS = 2
"""How often a no-show or cancelled call may be taken up again."""


class Source(StrEnum):
    """How a request came in."""

    WEBSITE = "website"
    PHONE = "phone"
    EMAIL = "email"
    DESK = "desk"
    REFERRAL = "referral"


SOURCE_NAMES = {
    Source.WEBSITE: N_("Website"),
    Source.PHONE: N_("Phone"),
    Source.EMAIL: N_("E-mail"),
    Source.DESK: N_("Front desk"),
    Source.REFERRAL: N_("Referral"),
}


class AttemptResult(StrEnum):
    """What came of a call attempt."""

    SPOKEN = "spoken"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"


ATTEMPT_RESULT_NAMES = {
    AttemptResult.SPOKEN: N_("Spoken"),
    AttemptResult.VOICEMAIL: N_("Voicemail left"),
    AttemptResult.NO_ANSWER: N_("No answer"),
    AttemptResult.BUSY: N_("Line busy"),
    AttemptResult.WRONG_NUMBER: N_("Wrong number"),
}


@dataclass(frozen=True, kw_only=True)
class AdviceRequest(Record):
    """A request for a free advice call. ``raw_payload``: the row as it came (JSON), never changed; ``external_key``: unique or None.

    ``received_at`` is UTC; ``warnings`` has one sentence a line; ``status_before`` is what taking back the last step goes back to.
    """

    client_id: str | None = None
    received_at: datetime = EPOCH
    source: Source = Source.WEBSITE
    raw_payload: str = ""
    external_key: str | None = None
    import_id: str | None = None
    first_name: str = ""
    prefix: str = ""
    surname: str = ""
    initials: str = ""
    phone: str = ""
    phone2: str = ""
    email: str = ""
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    street: str = ""
    house_no: str = ""
    house_suffix: str = ""
    postcode: str = ""
    city: str = ""
    question: str = ""
    preferred_times: str = ""
    warnings: str = ""
    status: RequestStatus = RequestStatus.NEW
    status_before: RequestStatus | None = None
    owner_id: str | None = None
    next_action_at: datetime | None = None
    attempts: int = 0
    first_attempt_at: datetime | None = None
    close_reason: str = ""
    duplicate_of: str | None = None
    outcome: str = ""
    closed_at: datetime | None = None
    retention_class: str = "request"

    @property
    def name(self) -> str:
        """Full name as people say it."""
        return " ".join(filter(None, (self.first_name, self.prefix, self.surname)))

    @property
    def is_called(self) -> bool:
        """Whether somebody is still to be reached: for the advice call, or again after one that ended so."""
        return self.status in CALLED_STATES or (self.status is RequestStatus.DONE and self.next_action_at is not None)

    @property
    def person(self) -> Person:
        """What is compared with other people."""
        return Person(
            self.first_name or self.initials, (self.surname,), tuple(filter(None, (self.phone, self.phone2))), (self.email,),
            self.birth_date, postcode=self.postcode, house_no=self.house_no,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CallAttempt(Record):
    """One attempt to reach the person behind a request."""

    request_id: str = ""
    client_id: str | None = None
    at: datetime = EPOCH
    result: AttemptResult = AttemptResult.NO_ANSWER
    note: str = ""
    recall_at: datetime | None = None


def may_be_unreachable(attempts: Iterable[CallAttempt], zone: tzinfo) -> bool:
    """At least three attempts that reached nobody, on at least two days of the clinic."""
    missed = [attempt for attempt in attempts if attempt.result is not AttemptResult.SPOKEN]
    return len(missed) >= 3 and len({attempt.at.astimezone(zone).date() for attempt in missed}) >= 2


def is_double(received: datetime, earlier: datetime) -> bool:
    """Whether two requests of one person are so close that the second is a double."""
    return abs(received - earlier) < DOUBLE_WITHIN


@dataclass(frozen=True, kw_only=True)
class ImportBatch(Record):
    """One import of a file: what came out of it. ``mapping``: JSON, field → column; ``undone_at``: when it was taken back."""

    file_name: str = ""
    format: str = ""
    target: ImportTarget = ImportTarget.REQUESTS
    way: ImportWay = ImportWay.FILE
    mapping: str = "{}"
    rows: int = 0
    new: int = 0
    double: int = 0
    odd: int = 0
    skipped: int = 0
    undone_at: datetime | None = None
