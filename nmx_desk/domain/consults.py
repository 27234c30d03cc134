"""The advice call, the red-flag check, complaints with scores, and the consult note (DOMAIN §2, §4)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

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
    """How bad a complaint was in the past 7 days, 0 (none) – 10 (worst). ``source_id``: the call, note or follow-up it comes from."""

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
MOMENT_NAMES = {"advice": N_("Advice call"), **{str(kind): name for kind, name in NOTE_KIND_NAMES.items()}}
"""When a score was measured."""


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
    """What somebody was typing (JSON text), kept every two seconds; it becomes one logged change when it is left or signed."""

    owner_id: str = ""
    kind: str = ""
    ref_id: str = ""
    client_id: str | None = None
    content: str = ""
    saved_at: datetime = EPOCH


MOST_SCORE = 10
RETENTION_YEARS = 20
SIGN_WITHIN = timedelta(hours=24)
_ONSET = re.compile(r"(?:(?P<month>\d{1,2})[-/. ])?(?P<year>(?:19|20)\d{2})(?:-(?P<month2>\d{1,2}))?")


def parse_onset(text: str, today: date) -> str | None:
    """When a complaint began, from what was typed (``2019``, ``5-2019``, ``2019-05``): year or year-month. None when it cannot be."""
    if not text.strip():
        return ""
    found = _ONSET.fullmatch(text.strip())
    if found is None or (found["month"] and found["month2"]):
        return None
    year, month = int(found["year"]), int(found["month"] or found["month2"] or 0)
    months = bool(found["month"] or found["month2"])
    if month > 12 or (months and not month) or (year, month or 1) > (today.year, today.month):
        return None
    return f"{year}-{month:02}" if month else str(year)


def score_ok(score: int | None) -> bool:
    """Whether a score can be: 0–10, or blank for not measured. 0 is a value."""
    return score is None or 0 <= score <= MOST_SCORE


def unfilled_sections(kind: NoteKind, sections: Iterable[NoteSection]) -> list[SectionKind]:
    """Required sections of a note's template that hold no text and are not ticked "nothing particular"."""
    filled = {section.code for section in sections if section.text.strip() or section.nothing_particular}
    return [wanted for wanted in SECTIONS[kind] if wanted.required and wanted.code not in filled]


def is_late(care_date: date, ended_at: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a note signed now is late: more than 24 hours after the consult ended, or after its day ended when that is all we know."""
    end = ended_at or datetime.combine(care_date + timedelta(days=1), datetime.min.time(), zone)
    return now - end > SIGN_WITHIN


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March in a year that lacks it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def note_hash(note: ConsultNote, sections: Iterable[NoteSection]) -> str:
    """SHA-256 (hex) of a note's signed content: canonical JSON, keys sorted, sections in the template's order, ``signed_at`` in UTC."""
    ordered = sorted(sections, key=lambda section: (section.position, section.code))
    content = {
        "note": note.id,
        "client": note.client_id,
        "kind": str(note.kind),
        "appointment": note.appointment_id,
        "care_date": note.care_date.isoformat(),
        "author": note.author_id,
        "on_behalf_of": note.on_behalf_of,
        "attendees": note.attendees,
        "duration_minutes": note.duration_minutes,
        "late_reason": note.late_reason,
        "signed_at": note.signed_at.astimezone(UTC).isoformat() if note.signed_at else None,
        "sections": [[section.code, section.text, section.nothing_particular] for section in ordered],
    }
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
