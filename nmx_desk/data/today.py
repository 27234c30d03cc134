"""Queries of the day: what waits for whom, and how the month goes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.requests import alive
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.people import User
from nmx_desk.domain.requests import AdviceRequest, CallAttempt, RequestStatus

_request, _attempt, _call, _appointment = (table_of(kind) for kind in (AdviceRequest, CallAttempt, AdviceCall, Appointment))
_note, _complaint, _client, _user = (table_of(kind) for kind in (ConsultNote, Complaint, Client, User))


@dataclass(frozen=True)
class DraftNote:
    """An unsigned note: of whom, by whom, since when; no content."""

    note: ConsultNote
    client: str
    author: str


def draft_notes(store: Store, author_id: str = "") -> list[DraftNote]:
    """Unsigned notes, oldest care first; of everybody or of one author."""
    notes = store.find(
        ConsultNote, *([_note.c.author_id == author_id] if author_id else []), status=NoteStatus.DRAFT,
        order=[_note.c.care_date, _note.c.created_at],
    )  # fmt: skip
    clients = {client.id: client.name for client in store.find(Client, _client.c.id.in_({note.client_id for note in notes}))}
    authors = {user.id: user.display_name for user in store.find(User, _user.c.id.in_({note.author_id for note in notes}))}
    return [DraftNote(note, clients.get(note.client_id, ""), authors.get(note.author_id, "")) for note in notes]


def main_complaints(store: Store, client_ids: Collection[str]) -> dict[str, Complaint]:
    """The main complaint of each of these clients who has one."""
    where = (_complaint.c.client_id.in_(client_ids), _complaint.c.is_active == sa.true())
    found: dict[str, Complaint] = {}
    for complaint in store.find(Complaint, *where, order=[_complaint.c.rank, _complaint.c.created_at]):
        found.setdefault(complaint.client_id, complaint)
    return found


def waiting_since(store: Store, before: datetime) -> list[AdviceRequest]:
    """New requests that nobody called, received before a moment, the oldest first."""
    return store.find(
        AdviceRequest, _request.c.received_at < before, alive(), status=RequestStatus.NEW, order=[_request.c.received_at], limit=100
    )  # fmt: skip
