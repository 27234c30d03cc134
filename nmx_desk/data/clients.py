"""Queries about clients: the list in Dutch order, and what stands on the first page of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from nmx_desk.data.guessing import find_or_guess
from nmx_desk.data.search import found_by, search_doc
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.consults import AdviceCall, RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.family import ClientTag
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, ItemStatus, PlanItem, PlanPhase, PlanStatus, PlanVersion
from nmx_desk.domain.requests import OPEN_STATES, AdviceRequest

_client, _appointment, _request = table_of(Client), table_of(Appointment), table_of(AdviceRequest)
_tag = table_of(ClientTag)
_call, _note, _check = table_of(AdviceCall), table_of(ConsultNote), table_of(RedFlagCheck)
_follow_up, _version, _phase, _item = (table_of(kind) for kind in (FollowUp, PlanVersion, PlanPhase, PlanItem))
_COMING = (AppointmentStatus.OPTION, AppointmentStatus.CONFIRMED, AppointmentStatus.ARRIVED, AppointmentStatus.IN_ROOM)


def page(store: Store, after: str, limit: int, *, tag: str = "", text: str = "") -> list[Client]:
    """So many clients in the order of the telephone book, after the client with this id; with a tag those who have it and are found."""
    doc = search_doc.c
    statement = sa.select(_client).join(search_doc, doc.ref_id == _client.c.id).where(doc.kind == "client")
    if tag:
        tagged = sa.select(_tag.c.client_id).where(_tag.c.tag == tag)
        statement = statement.where(_client.c.id.in_(tagged), found_by(_client.c.id, "client", text))
    if after:
        place = store.connection.execute(sa.select(doc.head, doc.ref_id).where(doc.kind == "client", doc.ref_id == after)).first()
        if place is not None:
            statement = statement.where(sa.tuple_(doc.head, doc.ref_id) > sa.tuple_(*map(sa.literal, place)))
    return store.read(Client, statement.order_by(doc.head, doc.ref_id).limit(limit))


def in_use(store: Store, practitioner_id: str | None = None) -> list[Client]:
    """Every client with a file in the order of the telephone book; of one practitioner only the own ones (``services.clients.is_own``)."""
    doc = search_doc.c
    gone = _client.c.status.in_((ClientStatus.DESTROYED, ClientStatus.MERGED))
    statement = sa.select(_client).join(search_doc, sa.and_(doc.ref_id == _client.c.id, doc.kind == "client"), isouter=True).where(~gone)
    if practitioner_id is not None:
        fixed = _client.c.practitioner_id
        statement = statement.where(
            sa.or_(fixed == practitioner_id, sa.and_(fixed.is_(None), sa.or_(*_treating(_client.c.id, practitioner_id))))
        )
    return store.read(Client, statement.order_by(doc.head, _client.c.id))


def by_ids(store: Store, ids: Sequence[str]) -> list[Client]:
    """Clients in the order of their ids."""
    found = {client.id: client for client in store.find(Client, _client.c.id.in_(ids))}
    return [found[client_id] for client_id in ids if client_id in found]


def found(store: Store, text: str, limit: int) -> tuple[list[Client], bool]:
    """Clients for a query as typed, best first; and whether they are not as asked, but come close."""
    hits = find_or_guess(store.connection, text, limit=limit, kinds=("client",))
    return by_ids(store, [hit.ref_id for hit in hits]), any(hit.guessed for hit in hits)


def appointments_of(store: Store, client_id: str) -> list[Appointment]:
    """All appointments of a client that were not moved elsewhere, newest first."""
    where = _appointment.c.status != AppointmentStatus.MOVED
    return store.find(Appointment, where, client_id=client_id, order=[_appointment.c.starts_at.desc()])


def next_appointment(store: Store, client_id: str, now: datetime) -> Appointment | None:
    """The first appointment still to come, or going on."""
    where = (_appointment.c.ends_at >= now, _appointment.c.status.in_(_COMING))
    coming = store.find(Appointment, *where, client_id=client_id, order=[_appointment.c.starts_at], limit=1)
    return coming[0] if coming else None


def coming_appointments(store: Store, client_id: str, now: datetime) -> list[Appointment]:
    """Appointments still to come that are on, the first first."""
    where = (_appointment.c.starts_at > now, _appointment.c.status.in_(_COMING))
    return store.find(Appointment, *where, client_id=client_id, order=[_appointment.c.starts_at])


def count_notes(store: Store, client_id: str) -> int:
    """How many notes a client has."""
    return int(store.connection.execute(sa.select(sa.func.count()).where(_note.c.client_id == client_id)).scalar_one())


def requests_of(store: Store, client_id: str) -> list[AdviceRequest]:
    """A client's requests, newest first."""
    return store.find(AdviceRequest, client_id=client_id, order=[_request.c.received_at.desc()])


def count_open_requests(store: Store, client_id: str) -> int:
    """How many of a client's requests are open."""
    statement = sa.select(sa.func.count()).where(_request.c.client_id == client_id, _request.c.status.in_(OPEN_STATES))
    return int(store.connection.execute(statement).scalar_one())


def treated_by(store: Store, client_id: str, user_id: str) -> bool:
    """Whether somebody has an appointment with a client, or held a call."""
    return bool(store.connection.execute(sa.select(sa.or_(*_treating(sa.literal(client_id), user_id)))).scalar_one())


def _treating(client_id: sa.ColumnElement[str], user_id: str) -> tuple[sa.Exists, sa.Exists]:
    """Whether somebody has an appointment with a client; whether they held a call."""
    booked = sa.exists().where(
        _appointment.c.client_id == client_id,
        _appointment.c.practitioner_id == user_id,
        _appointment.c.status.in_((*_COMING, AppointmentStatus.COMPLETED)),
    )
    held = sa.exists().where(_call.c.client_id == client_id, _call.c.practitioner_id == user_id)
    return booked, held


def last_check(store: Store, client_id: str) -> tuple[RedFlagCheck, list[RedFlagAnswer]] | None:
    """The newest red-flag check of a client with its answers."""
    checks = store.find(RedFlagCheck, client_id=client_id, order=[_check.c.created_at.desc()], limit=1)
    return (checks[0], store.find(RedFlagAnswer, check_id=checks[0].id)) if checks else None


def next_follow_up(store: Store, client_id: str) -> FollowUp | None:
    """The first follow-up contact that is still planned."""
    planned = store.find(FollowUp, client_id=client_id, status=FollowUpStatus.PLANNED, order=[_follow_up.c.due_on], limit=1)
    return planned[0] if planned else None


def active_version(store: Store, client_id: str) -> PlanVersion | None:
    """The version of a client's plan that is in force."""
    order = [_version.c.number.desc()]
    versions = store.find(PlanVersion, client_id=client_id, status=PlanStatus.ACTIVE, order=order, limit=1)
    return versions[0] if versions else None


def phases_of(store: Store, version_id: str) -> list[PlanPhase]:
    """The phases of a plan's version in order."""
    return store.find(PlanPhase, version_id=version_id, order=[_phase.c.position])


def next_evaluation(store: Store, version_id: str) -> date | None:
    """The first evaluation date of the items of a plan's version that still run."""
    statement = (
        sa.select(sa.func.min(_item.c.evaluate_on, type_=_item.c.evaluate_on.type))
        .join(_phase, _phase.c.id == _item.c.phase_id)
        .where(_phase.c.version_id == version_id, _item.c.status.in_((ItemStatus.PLANNED, ItemStatus.ACTIVE, ItemStatus.PAUSED)))
    )
    day: date | None = store.connection.execute(statement).scalar_one()
    return day
