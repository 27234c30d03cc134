"""Consult notes: templates, sections, addenda, and what is signed (DOMAIN §2 Consult note, §4 Verslag, §6)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_


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
    """What a note is about; each has a template."""

    INTAKE = "intake"
    FOLLOW_UP = "follow_up"
    PHONE = "phone"
    ADVICE = "advice_call"
    FREE = "free"


NOTE_KIND_NAMES = {
    NoteKind.INTAKE: N_("Intake consult"),
    NoteKind.FOLLOW_UP: N_("Follow-up consult"),
    NoteKind.PHONE: N_("Phone evaluation"),
    NoteKind.ADVICE: N_("Advice call"),
    NoteKind.FREE: N_("Free note"),
}


@dataclass(frozen=True, kw_only=True)
class SectionKind:
    """A section of a note's template; ``letter``: s, o, e or p (SOEP), "" for none."""

    code: str
    title: str
    required: bool
    letter: str = ""


SECTIONS: dict[NoteKind, tuple[SectionKind, ...]] = {
    NoteKind.INTAKE: (
        SectionKind(code="complaints", title=N_("Complaints"), required=True, letter="s"),
        SectionKind(code="history", title=N_("Medical history"), required=True, letter="s"),
        SectionKind(code="triggers", title=N_("Possible triggers"), required=True, letter="s"),
        SectionKind(code="lifestyle", title=N_("Lifestyle"), required=False, letter="s"),
        SectionKind(code="assessment", title=N_("Assessment and hypotheses"), required=False, letter="e"),
        SectionKind(code="agreed", title=N_("Agreed"), required=False, letter="p"),
    ),
    NoteKind.FOLLOW_UP: (
        SectionKind(code="course", title=N_("Course since last time"), required=True, letter="s"),
        SectionKind(code="lifestyle", title=N_("Lifestyle"), required=False, letter="s"),
        SectionKind(code="assessment", title=N_("Assessment and hypotheses"), required=False, letter="e"),
        SectionKind(code="agreed", title=N_("Agreed"), required=True, letter="p"),
    ),
    NoteKind.PHONE: (
        SectionKind(code="course", title=N_("Course since last time"), required=True, letter="s"),
        SectionKind(code="agreed", title=N_("Agreed"), required=True, letter="p"),
    ),
    NoteKind.ADVICE: (
        SectionKind(code="question", title=N_("Request for help"), required=True, letter="s"),
        SectionKind(code="advice", title=N_("Advice given"), required=True, letter="p"),
    ),
    NoteKind.FREE: (SectionKind(code="text", title=N_("Text"), required=True),),
}
"""Those of notes that were begun before the clinic had templates of its own; the defaults of the clinic's list come from here."""


@dataclass(frozen=True, kw_only=True)
class ConsultNote(Record):
    """A consult note. Once signed its text never changes; ``hash`` is the SHA-256 of its signed content.

    ``template_version``: the version of the clinic's templates it was begun with, 0 for those of the program before there were any.
    ``begun_by``: whose draft it was before the manager gave it to its author. ``consent_line``: what was agreed about treatment, as said.
    One that stands in the wrong file is void, with who, when and why; the copy in the right file names it in ``copied_from``.
    """

    client_id: str = ""
    appointment_id: str | None = None
    kind: NoteKind = NoteKind.INTAKE
    template_version: int = 0
    care_date: date = date(1970, 1, 1)
    status: NoteStatus = NoteStatus.DRAFT
    author_id: str = ""
    begun_by: str | None = None
    on_behalf_of: str | None = None
    attendees: str = ""
    channel: str = ""
    consent_line: str = ""
    duration_minutes: int | None = None
    signed_at: datetime | None = None
    hash: str = ""
    late: bool = False
    late_reason: str = ""
    voided_at: datetime | None = None
    voided_by: str | None = None
    void_reason: str = ""
    copied_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoteSection(Record):
    """One section of a note; ``nothing_particular`` says it was asked and there was nothing.

    ``carried_from``: the note whose section was carried forward into this one, if any.
    """

    note_id: str = ""
    client_id: str = ""
    code: str = ""
    position: int = 0
    text: str = ""
    nothing_particular: bool = False
    carried_from: str | None = None


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
    """What somebody was typing (JSON text), kept every two seconds; it becomes one logged change when it is left or signed.

    ``seat``: the window that is typing, so that another one of the same user knows that it is not the only one; ``station``: on which
    computer; ``sat_at``: since when; ``seen_at``: when it last said that it is still there.
    """

    owner_id: str = ""
    kind: str = ""
    ref_id: str = ""
    client_id: str | None = None
    content: str = ""
    saved_at: datetime = EPOCH
    seat: str = ""
    station: str = ""
    sat_at: datetime | None = None
    seen_at: datetime | None = None


class FrozenKind(StrEnum):
    """What was frozen to be printed as it was."""

    NOTE = "note"
    PLAN = "plan"
    LETTER = "letter"


FROZEN_KIND_NAMES = {FrozenKind.NOTE: N_("Consult note"), FrozenKind.PLAN: N_("Plan"), FrozenKind.LETTER: N_("Letter")}


@dataclass(frozen=True, kw_only=True)
class FrozenPrint(Record):
    """What a signed note, plan version or letter showed when it was signed: all that its print needs, as canonical JSON.

    ``sha256`` (hex) is of ``content``; ``printed_at`` is the first print: every later one is marked as a copy.
    """

    client_id: str = ""
    kind: FrozenKind = FrozenKind.NOTE
    subject_id: str = ""
    language: str = "nl"
    content: str = ""
    sha256: str = ""
    printed_at: datetime | None = None


RETENTION_YEARS = 20
SIGN_WITHIN = timedelta(hours=24)


def unfilled_sections(template: Iterable[SectionKind], sections: Iterable[NoteSection]) -> list[SectionKind]:
    """Required sections of a note's template that hold no text and are not ticked "nothing particular"."""
    filled = {section.code for section in sections if section.text.strip() or section.nothing_particular}
    return [wanted for wanted in template if wanted.required and wanted.code not in filled]


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


def note_hash(note: ConsultNote, sections: Iterable[NoteSection], client_id: str = "") -> str:
    """SHA-256 (hex) of a note's signed content: canonical JSON, keys sorted, sections in the template's order, ``signed_at`` in UTC.

    ``client_id``: for whom it was signed, when that was before a merge.
    """
    ordered = sorted(sections, key=lambda section: (section.position, section.code))
    content = {
        "note": note.id,
        "client": client_id or note.client_id,
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
        **_later(note, ordered),
    }
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _later(note: ConsultNote, sections: Iterable[NoteSection]) -> dict[str, Any]:
    """What notes could say only since schema 0006, where it is said: what was signed before keeps its fingerprint."""
    names = ("template_version", "begun_by", "channel", "consent_line", "copied_from")
    said = {name: value for name in names if (value := getattr(note, name))}
    carried = {section.code: section.carried_from for section in sections if section.carried_from}
    return said | ({"carried": carried} if carried else {})
