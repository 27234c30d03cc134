"""The advice call and the red-flag check (DOMAIN §2, §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_


class Answer(StrEnum):
    """Answer to a red-flag question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class CallOutcome(StrEnum):
    """Outcome of an advice call."""

    INTAKE_BOOKED = "intake_booked"
    REFERRED_GP = "referred_gp"
    EMERGENCY = "emergency"
    CALL_LATER = "call_later"
    NOT_FITTING = "not_fitting"
    DECLINES = "declines"
    INFORMATION_ONLY = "information_only"


CALL_OUTCOME_NAMES = {
    CallOutcome.INTAKE_BOOKED: N_("Intake booked"),
    CallOutcome.REFERRED_GP: N_("Referred to GP"),
    CallOutcome.EMERGENCY: N_("Emergency"),
    CallOutcome.CALL_LATER: N_("Call back later"),
    CallOutcome.NOT_FITTING: N_("Does not fit"),
    CallOutcome.DECLINES: N_("Declines"),
    CallOutcome.INFORMATION_ONLY: N_("Information only"),
}


FIT_NAMES = {"fits": N_("Fits our offer"), "doubt": N_("In doubt"), "not": N_("Does not fit our offer")}
ANSWER_NAMES = {Answer.YES: N_("Yes"), Answer.NO: N_("No"), Answer.UNKNOWN: N_("Unknown")}
MOST_COMPLAINTS_IN_CALL = 5


class CallStatus(StrEnum):
    """State of an advice call's record."""

    OPEN = "open"
    COMPLETED = "completed"


class FlagResult(StrEnum):
    """What the red-flag check says: nothing, see the GP first, emergency."""

    INCOMPLETE = "incomplete"
    CLEAR = "clear"
    GP = "gp"
    EMERGENCY = "emergency"
    DECIDE = "decide"


@dataclass(frozen=True, kw_only=True)
class AdviceCall(Record):
    """The free advice call of a request. ``caller``: who phones on behalf of the client; ``fit`` is one of ``FIT_NAMES``, or empty."""

    request_id: str = ""
    client_id: str = ""
    appointment_id: str | None = None
    practitioner_id: str = ""
    status: CallStatus = CallStatus.OPEN
    started_at: datetime = EPOCH
    ended_at: datetime | None = None
    for_self: bool = True
    caller: str = ""
    heard_of: str = ""
    identity_checked: bool = False
    question: str = ""
    expectation: str = ""
    prior_tests: str = ""
    treated_by: str = ""
    gp_seen: Answer | None = None
    gp_seen_when: str = ""
    medication: str = ""
    information_given: bool = False
    fit: str = ""
    fit_reason: str = ""
    outcome: CallOutcome | None = None
    next_date: date | None = None
    file_agreed: bool = False
    note: str = ""


class Settled(StrEnum):
    """How an alarm that was told while a plan ran was settled."""

    OPEN = ""
    REFERRED = "referred"
    DISCUSSED = "discussed"
    MISTAKEN = "mistaken"


SETTLED_NAMES = {
    Settled.OPEN: N_("Still open"),
    Settled.REFERRED: N_("Referred"),
    Settled.DISCUSSED: N_("Discussed with a doctor"),
    Settled.MISTAKEN: N_("Answered by mistake"),
}


@dataclass(frozen=True, kw_only=True)
class RedFlagCheck(Record):
    """One red-flag check of a call, a note or in between, with the version of the list that was asked.

    ``alarm``: a Yes was told while a plan ran; it stands at the plan and the file until somebody settled it with a reason.
    """

    client_id: str = ""
    call_id: str | None = None
    note_id: str | None = None
    list_version: int = 1
    result: FlagResult = FlagResult.INCOMPLETE
    completed_at: datetime | None = None
    override_by: str | None = None
    override_reason: str = ""
    alarm: bool = False
    settled: Settled = Settled.OPEN
    settled_at: datetime | None = None
    settled_by: str | None = None
    settle_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RedFlagAnswer(Record):
    """Answer to one question of the list."""

    check_id: str = ""
    client_id: str = ""
    code: str = ""
    answer: Answer = Answer.UNKNOWN
    assessed: bool = False
    assessed_on: date | None = None
    note: str = ""
