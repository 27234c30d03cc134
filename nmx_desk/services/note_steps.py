"""What else becomes of a note: declared void when it stands in the wrong file, given away when its author left (DOMAIN §4, §6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nmx_desk.data import consults as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.note_states import check_step
from nmx_desk.domain.notes import ConsultNote, Draft, NoteStatus
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.documents import copy_documents
from nmx_desk.services.notes import LEAST_REASON
from nmx_desk.services.plan_sheets import touch_file
from nmx_desk.services.scores import forget_source
from nmx_desk.services.treating import treats
from nmx_desk.services.typed import one_line

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Voided:
    """A note that does not count any more, and the draft in the right file, if one was asked for."""

    note: ConsultNote
    copy: ConsultNote | None = None


@use_case("notes.write")
def void_note(work: Work, note_id: str, reason: str, right_client_id: str = "") -> Voided:
    """Declare a signed note void: it stands in the wrong file, say. It stays, struck through, for its author and the manager.

    With ``right_client_id`` a draft of the same words begins in that file, by who acts. What was measured with the note in the wrong file
    is taken away; the note as it was signed still shows it.
    """
    note = work.store.get(ConsultNote, note_id)
    client = work.store.get(Client, note.client_id)
    work.need("notes.write", own=note.author_id == work.user.id or treats(work, client), client_id=client.id)
    check_step(note.status, NoteStatus.VOID)
    why = one_line("reason", reason, LONGEST_REASON)
    if len(why) < LEAST_REASON:
        raise UserError("reason", _("Write down why this note does not count."))
    if right_client_id == client.id:
        raise UserError("right_client", _("The note stands in this file already. Choose the client it is about."))
    gone = work.store.change(note, status=NoteStatus.VOID, voided_at=work.now(), voided_by=work.user.id, void_reason=why)
    forget_source(work, client.id, note.id)
    touch_file(work, client.id)
    copy = _copied(work, note, right_client_id) if right_client_id else None
    if copy is not None:
        copy_documents(work, note, copy, why)
    return Voided(note=gone, copy=copy)


def _copied(work: Work, note: ConsultNote, client_id: str) -> ConsultNote:
    client = work.store.get(Client, client_id)
    work.need("notes.write", own=client.practitioner_id is None or treats(work, client), client_id=client.id)
    if any(draft.author_id == work.user.id and draft.kind is note.kind for draft in query.draft_notes(work.store, client.id)):
        raise Conflict(_("You have a draft of this kind in the other file already. Sign or delete it first."))
    made = work.store.add(
        ConsultNote(
            client_id=client.id, kind=note.kind, care_date=note.care_date, author_id=work.user.id, attendees=note.attendees,
            duration_minutes=note.duration_minutes, channel=note.channel, template_version=note.template_version, copied_from=note.id,
        )
    )  # fmt: skip
    work.store.add_all(
        replace(section, id="", version=0, note_id=made.id, client_id=client.id, carried_from=None)
        for section in query.sections_of(work.store, note.id)
    )
    return made


@use_case("notes.assign")
def give_draft(work: Work, note_id: str, author_id: str) -> ConsultNote:
    """Give an unsigned note of somebody who left to another practitioner, who goes on with it and signs in their own name.

    What was typed and not yet saved goes along. Who began it stays written down.
    """
    note = work.store.get(ConsultNote, note_id)
    if note.status is not NoteStatus.DRAFT:
        raise Conflict(_("This note is signed. Only drafts are given to somebody else."))
    if work.store.get(User, note.author_id).is_active:
        raise Conflict(_("Its author is still here and goes on with it."))
    to = work.store.get(User, author_id)
    if not to.is_active or work.store.find_one(UserRole, user_id=to.id, role=Role.PRACTITIONER) is None:
        raise UserError("author", _("Choose a practitioner who is here."))
    if any(draft.author_id == to.id and draft.kind is note.kind for draft in query.draft_notes(work.store, note.client_id)):
        raise Conflict(_("{name} has a draft of this kind for this client already.").format(name=to.display_name))
    for typed in work.store.find(Draft, owner_id=note.author_id, ref_id=note.id):
        work.store.change(typed, owner_id=to.id, seat="")
    return work.store.change(note, author_id=to.id, begun_by=note.begun_by or note.author_id)
