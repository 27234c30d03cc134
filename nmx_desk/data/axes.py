"""Queries about the seven axes: what was judged, and what belongs to each."""

from __future__ import annotations

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.complaints import AxisAssessment
from nmx_desk.domain.history import LifeEvent
from nmx_desk.domain.notes import ConsultNote, NoteStatus

_judged, _event, _note = (table_of(kind) for kind in (AxisAssessment, LifeEvent, ConsultNote))


def judgements_of(store: Store, client_id: str) -> list[AxisAssessment]:
    """What was thought of a client's axes, the newest first; of one day the last written."""
    return store.find(AxisAssessment, order=[_judged.c.assessed_on.desc(), _judged.c.created_at.desc()], client_id=client_id)


def events_of(store: Store, client_id: str) -> list[LifeEvent]:
    """What happened in a client's life, in the order of what is known of when."""
    return store.find(LifeEvent, order=[_event.c.began, _event.c.created_at], client_id=client_id)


def drafts_of(store: Store, client_id: str, author_id: str) -> list[ConsultNote]:
    """Somebody's own unsigned notes of a client, the newest care first."""
    order = [_note.c.care_date.desc(), _note.c.created_at.desc()]
    return store.find(ConsultNote, order=order, client_id=client_id, author_id=author_id, status=NoteStatus.DRAFT)
