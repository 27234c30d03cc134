"""The advice call, the red-flag check, complaints with scores, and the consult note (DOMAIN §2, §4)."""

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
    """The free advice call of a request."""

    request_id: str = ""
    client_id: str = ""
    appointment_id: str | None = None
    practitioner_id: str = ""
    status: CallStatus = CallStatus.OPEN
    started_at: datetime = EPOCH
    ended_at: datetime | None = None
    for_self: bool = True
    identity_checked: bool = False
    question: str = ""
    expectation: str = ""
    prior_tests: str = ""
    treated_by: str = ""
    gp_seen: Answer | None = None
    medication: str = ""
    information_given: bool = False
    fit: str = ""
    fit_reason: str = ""
    outcome: CallOutcome | None = None
    next_date: date | None = None
    file_agreed: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RedFlagCheck(Record):
    """One red-flag check of a call or a note, with the version of the list that was asked."""

    client_id: str = ""
    call_id: str | None = None
    note_id: str | None = None
    list_version: int = 1
    result: FlagResult = FlagResult.INCOMPLETE
    completed_at: datetime | None = None
    override_by: str | None = None
    override_reason: str = ""


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


@dataclass(frozen=True, kw_only=True)
class Complaint(Record):
    """A health complaint in the client's own words. ``onset`` is "2019" or "2019-05"; ``rank`` 1 is the main complaint."""

    client_id: str = ""
    code: str = ""
    words: str = ""
    onset: str = ""
    course: str = ""
    rank: int = 1
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class ComplaintScore(Record):
    """How bad a complaint was in the past 7 days, 0 (none) – 10 (worst). ``source_id`` is the call, note or follow-up it was measured in."""

    complaint_id: str = ""
    client_id: str = ""
    score: int = 0
    days_per_week: int | None = None
    hinder: int | None = None
    measured_on: date = date(1970, 1, 1)
    moment: str = "advice"
    source_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeScore(Record):
    """Calm, energy, resistance 0–10, where 10 is good. None is not measured."""

    client_id: str = ""
    calm: int | None = None
    energy: int | None = None
    resistance: int | None = None
    measured_on: date = date(1970, 1, 1)
    moment: str = "intake"
    source_id: str | None = None


class NoteStatus(StrEnum):
    """State machine *Verslag*."""

    DRAFT = "draft"
    SIGNED = "signed"
    AMENDED = "amended"
    VOID = "void"


NOTE_STATUS_NAMES = {
    NoteStatus.DRAFT: N_("Draft"),
    NoteStatus.SIGNED: N_("Signed"),
    NoteStatus.AMENDED: N_("Amended"),
    NoteStatus.VOID: N_("Declared void"),
}


class NoteKind(StrEnum):
    """What a note is about."""

    INTAKE = "intake"
    FOLLOW_UP = "follow_up"


NOTE_KIND_NAMES = {NoteKind.INTAKE: N_("Intake consult"), NoteKind.FOLLOW_UP: N_("Follow-up consult")}


@dataclass(frozen=True, kw_only=True)
class SectionKind:
    """A section of a note's template."""

    code: str
    title: str
    required: bool


SECTIONS: dict[NoteKind, tuple[SectionKind, ...]] = {
    NoteKind.INTAKE: (
        SectionKind(code="complaints", title=N_("Complaints"), required=True),
        SectionKind(code="history", title=N_("Medical history"), required=True),
        SectionKind(code="triggers", title=N_("Possible triggers"), required=True),
        SectionKind(code="lifestyle", title=N_("Lifestyle"), required=False),
        SectionKind(code="assessment", title=N_("Assessment and hypotheses"), required=False),
        SectionKind(code="agreed", title=N_("Agreed"), required=False),
    ),
    NoteKind.FOLLOW_UP: (
        SectionKind(code="course", title=N_("Course since last time"), required=True),
        SectionKind(code="lifestyle", title=N_("Lifestyle"), required=False),
        SectionKind(code="assessment", title=N_("Assessment and hypotheses"), required=False),
        SectionKind(code="agreed", title=N_("Agreed"), required=True),
    ),
}


@dataclass(frozen=True, kw_only=True)
class ConsultNote(Record):
    """A consult note. Once signed its text never changes; ``hash`` is the SHA-256 of its signed content."""

    client_id: str = ""
    appointment_id: str | None = None
    kind: NoteKind = NoteKind.INTAKE
    care_date: date = date(1970, 1, 1)
    status: NoteStatus = NoteStatus.DRAFT
    author_id: str = ""
    on_behalf_of: str | None = None
    attendees: str = ""
    duration_minutes: int | None = None
    signed_at: datetime | None = None
    hash: str = ""
    late: bool = False
    late_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteSection(Record):
    """One section of a note; ``nothing_particular`` says it was asked and there was nothing."""

    note_id: str = ""
    client_id: str = ""
    code: str = ""
    position: int = 0
    text: str = ""
    nothing_particular: bool = False


@dataclass(frozen=True, kw_only=True)
class Addendum(Record):
    """What was added to a signed note, and why."""

    note_id: str = ""
    client_id: str = ""
    text: str = ""
    reason: str = ""
    author_id: str = ""
    signed_at: datetime = EPOCH


@dataclass(frozen=True, kw_only=True)
class Draft(Record):
    """What somebody was typing (JSON text), kept every two seconds and not logged; it becomes one logged change when it is left or signed."""

    owner_id: str = ""
    kind: str = ""
    ref_id: str = ""
    client_id: str | None = None
    content: str = ""
    saved_at: datetime = EPOCH
