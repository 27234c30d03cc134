"""Queries about calls, complaints, notes and drafts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import LIVE_STATES, Appointment
from nmx_desk.domain.complaints import Complaint, ComplaintScore, OutcomeScore
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.notes import ConsultNote, NoteSection, NoteStatus
from nmx_desk.domain.people import CodeItem, User
from nmx_desk.domain.plans import PlanPhase, PlanStatus, PlanVersion


def current_list(store: Store, list_code: str) -> list[CodeItem]:
    """The newest version of a code list that is valid now, in its order."""
    table = table_of(CodeItem)
    version = store.connection.execute(
        sa.select(sa.func.max(table.c.list_version)).where(table.c.list_code == list_code, table.c.valid_from <= store.now())
    ).scalar()
    return list_version(store, list_code, version or 0)


def list_version(store: Store, list_code: str, version: int) -> list[CodeItem]:
    """One version of a code list, in its order."""
    return store.find(CodeItem, order=[table_of(CodeItem).c.position], list_code=list_code, list_version=version)


def user_names(store: Store, ids: Collection[str]) -> dict[str, str]:
    """Shown names of users by id."""
    table = table_of(User)
    return {user.id: user.display_name for user in store.find(User, table.c.id.in_(list(ids)))}


def last_call(store: Store, request_id: str) -> AdviceCall | None:
    """The newest advice call of a request."""
    table = table_of(AdviceCall)
    found = store.find(AdviceCall, order=[table.c.created_at.desc()], limit=1, request_id=request_id)
    return found[0] if found else None


def live_appointments(store: Store, type_code: str, **equals: Any) -> list[Appointment]:
    """Appointments of a type that were not cancelled or moved, earliest first."""
    table = table_of(Appointment)
    return store.find(Appointment, table.c.status.in_(list(LIVE_STATES)), order=[table.c.starts_at], type_code=type_code, **equals)


def complaints_of(store: Store, client_id: str) -> list[Complaint]:
    """A client's complaints, the main one first."""
    table = table_of(Complaint)
    return store.find(Complaint, order=[table.c.rank, table.c.created_at, table.c.id], client_id=client_id)


def scores_of(store: Store, client_id: str) -> list[ComplaintScore]:
    """All scores of a client's complaints, oldest first."""
    table = table_of(ComplaintScore)
    return store.find(ComplaintScore, order=[table.c.measured_on, table.c.created_at], client_id=client_id)


def outcomes_of(store: Store, client_id: str) -> list[OutcomeScore]:
    """A client's scores for calm, energy and resistance, oldest first."""
    table = table_of(OutcomeScore)
    return store.find(OutcomeScore, order=[table.c.measured_on, table.c.created_at], client_id=client_id)


def notes_of(store: Store, client_id: str) -> list[ConsultNote]:
    """A client's notes, newest care first."""
    table = table_of(ConsultNote)
    return store.find(ConsultNote, order=[table.c.care_date.desc(), table.c.created_at.desc()], client_id=client_id)


def draft_notes(store: Store, client_id: str) -> list[ConsultNote]:
    """A client's unsigned notes, oldest first."""
    table = table_of(ConsultNote)
    return store.find(ConsultNote, order=[table.c.created_at], client_id=client_id, status=NoteStatus.DRAFT)


def sections_of(store: Store, note_id: str) -> list[NoteSection]:
    """A note's sections in the template's order."""
    return store.find(NoteSection, order=[table_of(NoteSection).c.position], note_id=note_id)


def active_phases(store: Store, client_id: str) -> list[PlanPhase]:
    """Phases of a client's active plan, in order; none without one."""
    phase, version = table_of(PlanPhase), table_of(PlanVersion)
    statement = (
        sa.select(phase)
        .join(version, version.c.id == phase.c.version_id)
        .where(version.c.client_id == client_id, version.c.status == PlanStatus.ACTIVE)
        .order_by(phase.c.position)
    )
    return store.read(PlanPhase, statement)
