"""Documents in a client's file: added, listed, opened (AUDIT §8). Who may is who may read and write the client's consult notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256

from nmx_desk.data import documents as data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.documents import LONGEST_NOTE, Document, DocumentRow, safe_name
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.labs import LabOrder
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.i18n import _
from nmx_desk.services.care_file import same_client
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.kept_files import check_unchanged, kept_kind
from nmx_desk.services.typed import one_line


@use_case("notes.write")
def add_document(
    work: Work, client_id: str, name: str, content: bytes, note: str = "", order_id: str | None = None, note_id: str | None = None
) -> DocumentRow:
    """Keep a file in a client's file; ``order_id``, ``note_id``: with which lab order, with which unsigned note of one's own.

    Raises ``UserError`` for an empty one, one that is too large and one of another kind.
    """
    client = work.store.get(Client, client_id)
    work.need("notes.write", own=is_own(work, client), client_id=client.id)
    if order_id is not None:
        same_client(work.store.get(LabOrder, order_id), client.id)
    if note_id is not None:
        same_client(_open_note(work, note_id), client.id)
    kind = kept_kind(content)
    name = safe_name(name, kind)
    made = work.store.add(Document(
        client_id=client.id, name=name, kind=kind, size=len(content), sha256=sha256(content).hexdigest(), content=content,
        note=one_line("note", note, LONGEST_NOTE), order_id=order_id, note_id=note_id,
    ))  # fmt: skip
    return DocumentRow(
        id=made.id, name=made.name, kind=made.kind, size=made.size, added_at=made.created_at, added_by=work.user.display_name,
        note=made.note, removable=True, note_id=note_id, sha256=made.sha256,
    )  # fmt: skip


def _open_note(work: Work, note_id: str) -> ConsultNote:
    """An unsigned note of one's own: what is signed takes no attachment and loses none."""
    note = work.store.get(ConsultNote, note_id)
    if note.status is not NoteStatus.DRAFT:
        raise Conflict(_("This note is signed: its attachments stay as they are. Add the document to the file, or write an addendum."))
    if note.author_id != work.user.id:
        raise Conflict(_("This draft is a colleague's. Only its author can change or sign it."))
    return note


def documents_of_note(work: Work, note: ConsultNote) -> tuple[DocumentRow, ...]:
    """What is attached to a note, as it was added; who may read the note sees it."""
    return tuple(data.rows(work.store, note.client_id, partial(_removable, work), note.id))


def copy_documents(work: Work, note: ConsultNote, right: ConsultNote, reason: str) -> None:
    """What was attached to a note in the wrong file goes along with its copy; where it was it stays, declared void."""
    for document in work.store.find(Document, note_id=note.id):
        if document.voided_at is None:
            work.store.add(replace(document, id="", version=0, client_id=right.client_id, note_id=right.id, order_id=None))
            work.store.change(document, voided_at=work.now(), void_reason=reason[:LONGEST_NOTE])


def let_go(work: Work, note: ConsultNote) -> None:
    """The note goes, its attachments stay in the file."""
    for document in work.store.find(Document, note_id=note.id):
        work.store.change(document, note_id=None)


@use_case("notes.write")
def note_document(work: Work, document_id: str, note: str) -> None:
    """Write what a document is, in a few words; the content stays as it came."""
    document = _document(work, document_id, "notes.write")
    if document.note_id is not None:
        _open_note(work, document.note_id)
    if (text := one_line("note", note, LONGEST_NOTE)) != document.note:
        work.store.change(document, note=text)


@use_case("notes.write")
def remove_document(work: Work, document_id: str) -> None:
    """Take away a document that oneself added today, put in the wrong file perhaps. The log keeps that it was there, and its fingerprint.

    Later it belongs to the file and stays.
    """
    document = _document(work, document_id, "notes.write")
    if document.created_by != work.user.id:
        raise NotAllowed(_("Only who added a document may take it away. Ask that colleague, or note what is wrong with it."))
    if document.note_id is not None:
        _open_note(work, document.note_id)
    if not _removable(work, document.created_by, document.created_at, document.note_id):
        sentence = _("A document can be taken away on the day on which it was added; it belongs to the file now. Declare it void.")
        raise UserError("", sentence)
    work.store.remove(document)


@use_case("notes.write")
def void_document(work: Work, document_id: str, reason: str) -> None:
    """Say that a document does not count, because it is another client's, say. It stays, readable and marked so."""
    document = _document(work, document_id, "notes.write")
    text = one_line("reason", reason, LONGEST_NOTE)
    if not text:
        raise UserError("reason", _("Write down why; a few words will do."))
    if document.voided_at is not None:
        raise Conflict(_("This document was declared void already."))
    work.store.change(document, voided_at=work.now(), void_reason=text)


def _document(work: Work, document_id: str, right: str) -> Document:
    """A document; of another's client only with a reason."""
    document = work.store.get(Document, document_id)
    work.need(right, own=is_own(work, work.store.get(Client, document.client_id)), client_id=document.client_id)
    return document


def _removable(work: Work, added_by: str, added_at: datetime, note_id: str | None) -> bool:
    if added_by != work.user.id or added_at.astimezone(work.zone).date() != work.today():
        return False
    return note_id is None or work.store.get(ConsultNote, note_id).status is NoteStatus.DRAFT


@use_case("notes.read", writes=False)
def list_documents(work: Work, client_id: str) -> list[DocumentRow]:
    """A client's documents, the newest first, without their content. The look is logged."""
    client = work.store.get(Client, client_id)
    work.need("notes.read", own=is_own(work, client), client_id=client.id)
    work.seen("document_list", client.id, client.id)
    return data.rows(work.store, client.id, partial(_removable, work))


@use_case("notes.read", writes=False)
def open_document(work: Work, document_id: str) -> Document:
    """A document with its content, which must still have its fingerprint. The opening is logged."""
    document = _document(work, document_id, "notes.read")
    work.seen("document", document.id, document.client_id)
    check_unchanged(document.content, document.sha256)
    return document
