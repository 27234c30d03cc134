"""Queries about notes that want attention: not signed, signed late, of who left, declared void. No content."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.people import User

_note = table_of(ConsultNote)


def drafts(store: Store, author_id: str = "") -> list[ConsultNote]:
    """Unsigned notes, the oldest care first; of everybody or of one author."""
    whose = [_note.c.author_id == author_id] if author_id else []
    return store.find(ConsultNote, *whose, status=NoteStatus.DRAFT, order=[_note.c.care_date, _note.c.created_at])


def signed_late(store: Store, since: date) -> list[ConsultNote]:
    """Notes of care from that day on that were signed with a reason why so late, the newest care first."""
    late = (_note.c.late.is_(True), _note.c.care_date >= since, _note.c.status.in_([NoteStatus.SIGNED, NoteStatus.AMENDED]))
    return store.find(ConsultNote, *late, order=[_note.c.care_date.desc(), _note.c.created_at.desc()])


def void(store: Store, author_id: str = "") -> list[ConsultNote]:
    """Notes that were declared void, the last one first; of everybody or of one author."""
    whose = [_note.c.author_id == author_id] if author_id else []
    return store.find(ConsultNote, *whose, status=NoteStatus.VOID, order=[_note.c.voided_at.desc()])


def clients_of(store: Store, notes: Collection[ConsultNote]) -> dict[str, Client]:
    """Whose these notes are, by id."""
    table, ids = table_of(Client), sorted({note.client_id for note in notes})
    return {one.id: one for part in in_parts(ids) for one in store.find(Client, table.c.id.in_(part))}


def users(store: Store) -> dict[str, User]:
    """Everybody who works or worked here, by id."""
    return {one.id: one for one in store.find(User)}
