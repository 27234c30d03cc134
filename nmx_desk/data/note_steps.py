"""Queries about what becomes of notes."""

from __future__ import annotations

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.people import User


def abandoned(store: Store) -> list[tuple[ConsultNote, str, str]]:
    """Drafts of users who are not active any more, with the names of author and client, the oldest care first."""
    note, user = table_of(ConsultNote), table_of(User)
    left = store.read(User, sa.select(user).where(user.c.is_active == sa.false()))
    names = {one.id: one.display_name for one in left}
    order = [note.c.care_date, note.c.created_at]
    found = store.find(ConsultNote, note.c.author_id.in_(list(names)), order=order, status=NoteStatus.DRAFT)
    return [(one, names[one.author_id], store.get(Client, one.client_id).name) for one in found]
