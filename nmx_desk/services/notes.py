"""Consult notes: written, saved while typing, signed and then locked; addenda (DOMAIN §4 Consultverslag, §6 Late entry)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from nmx_desk.data import consults as query
from nmx_desk.data.lifestyle import lifestyle_of
from nmx_desk.data.note_seals import is_as_signed
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.complaints import OutcomeScore
from nmx_desk.domain.documents import DocumentRow
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.history import LifestyleMeasurement
from nmx_desk.domain.note_states import LOCKED_STATES, SIGNED_STATES, check_draft, check_step
from nmx_desk.domain.notes import (
    RETENTION_YEARS,
    Addendum,
    ConsultNote,
    Draft,
    NoteKind,
    NoteSection,
    NoteStatus,
    SectionKind,
    is_late,
    note_hash,
    unfilled_sections,
    years_later,
)
from nmx_desk.domain.people import User
from nmx_desk.domain.plans import PlanPhase
from nmx_desk.i18n import _
from nmx_desk.services import note_seats
from nmx_desk.services.citizen_number import refuse_citizen_number
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.documents import documents_of_note, let_go
from nmx_desk.services.drafts import drop_draft
from nmx_desk.services.frozen import freeze_note
from nmx_desk.services.lifestyle import put_lifestyle
from nmx_desk.services.note_seats import Seat, as_typed, base_of, refuse_overtaken, seat_of, settle, typing_of
from nmx_desk.services.note_templates import template_now, template_of
from nmx_desk.services.scores import ComplaintEntry, ScoreSheet, forget_source, save_scores, sheet_of
from nmx_desk.services.treating import refuse_void, treats

DRAFT_KIND = note_seats.KIND
LEAST_REASON = 5
MOST_MINUTES = 480


@dataclass(frozen=True, kw_only=True)
class SignedAddendum:
    """An addendum and who wrote it."""

    addendum: Addendum
    author: str


@dataclass(frozen=True, kw_only=True)
class NoteRow:
    """A note in a list: no content."""

    note: ConsultNote
    author: str


@dataclass(frozen=True, kw_only=True)
class NotesOverview:
    """How many notes a client has, and which, for those who may read notes at all."""

    count: int
    notes: tuple[NoteRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LastNote:
    """The signed note before this one."""

    note: ConsultNote
    author: str
    sections: tuple[NoteSection, ...]
    template: tuple[SectionKind, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoteSheet:
    """A note with its context. ``editor`` names who else is writing it; ``draft`` is what its author typed and neither left nor signed.

    ``template``: the sections it was begun with, called as in the language in use.
    ``seat``: for a draft of one's own, which window writes it. ``broken``: it is not any more what was signed (its hash says so).
    """

    note: ConsultNote
    client: Client
    author: str
    template: tuple[SectionKind, ...]
    sections: tuple[NoteSection, ...]
    scores: ScoreSheet
    addenda: tuple[SignedAddendum, ...] = ()
    last: LastNote | None = None
    phases: tuple[PlanPhase, ...] = ()
    draft: Draft | None = None
    editor: str = ""
    seat: Seat | None = None
    broken: bool = False

    @property
    def elsewhere(self) -> Seat | None:
        """The other window of the same person that writes it, if there is one."""
        return self.seat if self.seat is not None and not self.seat.ours else None

    @property
    def base(self) -> int:
        """What was saved of it when it was read, see ``note_seats.base_of``."""
        return base_of(self.note, self.sections)
    documents: tuple[DocumentRow, ...] = ()
    lifestyle: LifestyleMeasurement = field(default_factory=LifestyleMeasurement)
    lifestyle_before: LifestyleMeasurement | None = None

    @property
    def read_only(self) -> bool:
        """Whether it is signed, somebody else's, or being written in another window."""
        return bool(self.editor) or self.note.status is not NoteStatus.DRAFT or self.elsewhere is not None


@use_case("notes.write")
def open_note(work: Work, client_id: str, kind: NoteKind, appointment_id: str | None = None) -> NoteSheet:
    """Go on with one's draft of this kind, or begin one. A colleague's draft is shown read-only with its author's name.

    What was signed already is shown instead of begun again: the note of this appointment; without one, the intake, or today's follow-up.
    """
    client = work.store.get(Client, client_id)
    drafts = [
        note for note in query.draft_notes(work.store, client.id) if note.kind is kind and appointment_id in {None, note.appointment_id}
    ]
    mine = next((note for note in drafts if note.author_id == work.user.id), None)
    others = next((note for note in drafts if note.author_id != work.user.id and _active(work, note.author_id)), None)
    own = mine is not None or treats(work, client) or (client.practitioner_id is None and others is None)
    work.need("notes.write", own=own, client_id=client.id)
    found = mine or others or _signed_already(work, client, kind, appointment_id) or _begin(work, client, kind, appointment_id)
    return _shown(work, found)


def _signed_already(work: Work, client: Client, kind: NoteKind, appointment_id: str | None) -> ConsultNote | None:
    """The signed note of the same consult, so that going back to it never begins a second one."""

    def same(note: ConsultNote) -> bool:
        if appointment_id is not None:
            return note.appointment_id == appointment_id
        return kind is NoteKind.INTAKE or note.care_date == work.today()

    signed = (note for note in query.notes_of(work.store, client.id) if note.kind is kind and note.status in SIGNED_STATES)
    return next((note for note in signed if same(note)), None)


def _active(work: Work, user_id: str) -> bool:
    return work.store.get(User, user_id).is_active


def _begin(work: Work, client: Client, kind: NoteKind, appointment_id: str | None) -> ConsultNote:
    care_date = work.today()
    if appointment_id is not None:
        appointment = work.store.get(Appointment, appointment_id)
        if appointment.client_id != client.id:
            raise Conflict(_("This appointment belongs to another client. Go back and open it again."))
        care_date = appointment.starts_at.astimezone(work.zone).date()
    version, template = template_now(work, kind)
    note = work.store.add(
        ConsultNote(
            client_id=client.id, appointment_id=appointment_id, kind=kind, template_version=version, care_date=care_date,
            author_id=work.user.id,
        )
    )  # fmt: skip
    work.store.add_all(
        NoteSection(note_id=note.id, client_id=client.id, code=section.code, position=place) for place, section in enumerate(template, 1)
    )
    return note


def _shown(work: Work, note: ConsultNote) -> NoteSheet:
    """The note with its context; both are logged as seen."""
    code = "BREAKGLASS" if work.break_glass and work.case.writes else "VIEW"
    sheet = _sheet(work, note)
    work.seen("consult_note", note.id, note.client_id, code=code)
    if sheet.last is not None:
        work.seen("consult_note", sheet.last.note.id, note.client_id, code=code)
    return sheet


def _sheet(work: Work, note: ConsultNote) -> NoteSheet:
    store = work.store
    addenda = sorted(store.find(Addendum, note_id=note.id), key=lambda item: item.signed_at)
    last = _last_before(work, note) if note.status is NoteStatus.DRAFT else None
    names = query.user_names(store, {note.author_id, *(item.author_id for item in addenda), *([last.author_id] if last else [])})
    lived = lifestyle_of(store, note.client_id)
    mine, writable = note.author_id == work.user.id, note.status is NoteStatus.DRAFT
    typing = typing_of(store, note) if mine and writable else None
    seat = seat_of(work, note, typing) if mine and writable else None
    sections = tuple(query.sections_of(store, note.id))
    if typing is not None and seat is not None and not seat.ours:
        sections = as_typed(sections, typing.content)
    return NoteSheet(
        note=note,
        client=store.get(Client, note.client_id),
        author=names.get(note.author_id, ""),
        template=template_of(work, note),
        sections=sections,
        addenda=tuple(SignedAddendum(addendum=item, author=names[item.author_id]) for item in addenda),
        scores=sheet_of(work, note.client_id),
        last=_last(work, last, names[last.author_id]) if last else None,
        phases=tuple(query.active_phases(store, note.client_id)),
        draft=typing if typing is not None and typing.content else None,
        seat=seat,
        broken=note.status in LOCKED_STATES and not is_as_signed(store, note, sections),
        documents=documents_of_note(work, note),
        lifestyle=next((one for one in lived if one.source_id == note.id), LifestyleMeasurement()),
        lifestyle_before=next((one for one in reversed(lived) if one.source_id != note.id), None),
        editor="" if mine or not writable else names.get(note.author_id, ""),
    )


def _last(work: Work, note: ConsultNote, author: str) -> LastNote:
    return LastNote(note=note, author=author, sections=tuple(query.sections_of(work.store, note.id)), template=template_of(work, note))


def _last_before(work: Work, note: ConsultNote) -> ConsultNote | None:
    others = (other for other in query.notes_of(work.store, note.client_id) if other.id != note.id)
    return next((other for other in others if other.status in SIGNED_STATES), None)


@use_case("notes.read", writes=False)
def read_note(work: Work, note_id: str) -> NoteSheet:
    """A note with its context. Own clients and own notes; others with a reason. The view is logged."""
    note = work.store.get(ConsultNote, note_id)
    client = work.store.get(Client, note.client_id)
    work.need("notes.read", own=work.user.id in {client.practitioner_id, note.author_id}, client_id=client.id)
    refuse_void(work, note)
    return _shown(work, note)


@use_case("notes.count", writes=False)
def notes_of(work: Work, client_id: str) -> NotesOverview:
    """A client's notes, newest care first, without content; who may not read notes learns how many there are."""
    notes = query.notes_of(work.store, client_id)
    if work.reach("notes.read") is None:
        return NotesOverview(count=len(notes))
    names = query.user_names(work.store, {note.author_id for note in notes})
    return NotesOverview(count=len(notes), notes=tuple(NoteRow(note=note, author=names.get(note.author_id, "")) for note in notes))


def _own_draft(work: Work, note_id: str) -> ConsultNote:
    note = work.store.get(ConsultNote, note_id)
    work.need("notes.write", own=note.author_id == work.user.id, client_id=note.client_id)
    check_draft(note.status)
    if note.author_id != work.user.id:
        raise Conflict(_("This draft is a colleague's. Only its author can change or sign it."))
    return note


@use_case("notes.write")
def save_note(work: Work, note: ConsultNote, sections: Sequence[NoteSection], *, complaints: Sequence[ComplaintEntry] = (),
              outcome: OutcomeScore | None = None, lifestyle: LifestyleMeasurement | None = None,
              base: int | None = None) -> NoteSheet:  # fmt: skip
    """Save one's draft as it is now: date of care, attendees, minutes, the sections by their code, and what was measured with it.

    ``base``: that of the sheet one began with, so that nothing is saved over what another window saved.
    """
    stored = _own_draft(work, note.id)
    refuse_overtaken(work, stored)
    if stored.version != note.version or base not in {None, base_of(stored, query.sections_of(work.store, stored.id))}:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    _save(work, stored, note, sections)
    save_scores(work, stored.id, complaints, outcome)
    if lifestyle is not None:
        put_lifestyle(work, stored.client_id, stored.id, str(stored.kind), lifestyle)
    settle(work, stored)
    return _sheet(work, work.store.get(ConsultNote, stored.id))


def _save(work: Work, stored: ConsultNote, note: ConsultNote, sections: Sequence[NoteSection]) -> None:
    if note.care_date > work.today():
        raise UserError("care_date", _("The day of the consult cannot lie in the future."))
    if note.duration_minutes is not None and not 0 < note.duration_minutes <= MOST_MINUTES:
        raise UserError("duration_minutes", _("Write the minutes as a number from 1 to {n}.").format(n=MOST_MINUTES))
    wanted = replace(stored, care_date=note.care_date, attendees=note.attendees.strip(), duration_minutes=note.duration_minutes)
    if wanted != stored:
        work.store.change(wanted)
    _put_sections(work, stored.id, sections)


def _put_sections(work: Work, note_id: str, sections: Sequence[NoteSection]) -> None:
    kept = {section.code: section for section in query.sections_of(work.store, note_id)}
    for section in sections:
        old = kept.get(section.code)
        if old is None:
            raise UserError(section.code, _("This note has no such section. Open it again."))
        refuse_citizen_number(section.code, section.text)
        text = section.text.strip()
        carried = section.carried_from if text else None
        if carried is not None and carried != old.carried_from:
            _check_carried(work, old, carried)
        wanted = replace(old, text=text, nothing_particular=section.nothing_particular and not text, carried_from=carried)
        if wanted != old:
            work.store.change(wanted)


def _check_carried(work: Work, section: NoteSection, note_id: str) -> None:
    """Only a signed note of the same client can be carried forward."""
    source = work.store.get(ConsultNote, note_id)
    if source.client_id != section.client_id or source.status not in SIGNED_STATES:
        raise Conflict(_("What was carried forward is not of a signed note of this client. Open the note again."))


@use_case("notes.write", code="SIGN")
def sign_note(work: Work, note_id: str, sections: Sequence[NoteSection], late_reason: str = "") -> NoteSheet:
    """Sign one's draft with these sections: frozen with the SHA-256 of its content; over 24 hours after the consult only with a reason."""
    note = _own_draft(work, note_id)
    check_step(note.status, NoteStatus.SIGNED)
    refuse_overtaken(work, note)
    _put_sections(work, note.id, sections)
    stored = query.sections_of(work.store, note.id)
    for missing in unfilled_sections(template_of(work, note), stored):
        raise UserError(missing.code, _("Fill in “{section}”, or tick that there is nothing particular.").format(section=missing.title))
    if note.care_date > work.today():
        raise UserError("care_date", _("The day of the consult cannot lie in the future."))
    now = work.now()
    late = is_late(note.care_date, _ended_at(work, note), now, work.zone)
    if late and len(late_reason.strip()) < LEAST_REASON:
        raise UserError("late_reason", _("This note is signed more than 24 hours after the consult. Write down why."))
    signed = replace(note, status=NoteStatus.SIGNED, signed_at=now, late=late, late_reason=late_reason.strip() if late else "")
    freeze_note(work, work.store.change(signed, hash=note_hash(signed, stored)), stored)
    _touch_client(work, note.client_id, now, care=True)
    drop_draft(work, DRAFT_KIND, note.id)
    return _sheet(work, work.store.get(ConsultNote, note.id))


def _ended_at(work: Work, note: ConsultNote) -> datetime | None:
    """End of the consult, when it was booked and took place on the day the note names."""
    if note.appointment_id is None:
        return None
    appointment = work.store.get(Appointment, note.appointment_id)
    return appointment.ends_at if _day(work, appointment) == note.care_date else None


def _day(work: Work, appointment: Appointment) -> date:
    return appointment.starts_at.astimezone(work.zone).date()


def _touch_client(work: Work, client_id: str, now: datetime, *, care: bool = False) -> None:
    """The file has changed: the retention clock starts again; the first who signs becomes the client's practitioner."""
    client = work.store.get(Client, client_id)
    changed = replace(client, last_clinical_change=now, retention_until=years_later(work.today(), RETENTION_YEARS))
    if care and client.practitioner_id is None:
        changed = replace(changed, practitioner_id=work.user.id)
    if care and client.status is ClientStatus.PROSPECT:
        changed = replace(changed, status=ClientStatus.ACTIVE)
    work.store.change(changed)


@use_case("notes.write", code="SIGN")
def add_addendum(work: Work, note_id: str, text: str, reason: str) -> NoteSheet:
    """Add to a signed note; what was signed stays as it was."""
    note = work.store.get(ConsultNote, note_id)
    client = work.store.get(Client, note.client_id)
    work.need("notes.write", own=work.user.id in {client.practitioner_id, note.author_id}, client_id=client.id)
    check_step(note.status, NoteStatus.AMENDED)
    if not text.strip():
        raise UserError("text", _("Write the addendum."))
    if len(reason.strip()) < LEAST_REASON:
        raise UserError("reason", _("Write down why something is added."))
    now = work.now()
    work.store.add(
        Addendum(note_id=note.id, client_id=note.client_id, text=text.strip(), reason=reason.strip(), author_id=work.user.id, signed_at=now)
    )
    if note.status is NoteStatus.SIGNED:
        work.store.change(note, status=NoteStatus.AMENDED)
    _touch_client(work, note.client_id, now)
    return _sheet(work, work.store.get(ConsultNote, note.id))


@use_case("notes.write")
def delete_draft_note(work: Work, note_id: str) -> None:
    """Delete one's unsigned note with what was measured in it."""
    note = _own_draft(work, note_id)
    forget_source(work, note.client_id, note.id)
    let_go(work, note)
    drop_draft(work, DRAFT_KIND, note.id)
    work.store.remove(note)
