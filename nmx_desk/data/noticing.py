"""Queries of what somebody should be told: requests that came in, calls whose time has come."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.intake_ways import ImportWay
from nmx_desk.domain.requests import OPEN_STATES, AdviceRequest, ImportBatch, RequestStatus

_request, _client, _batch = table_of(AdviceRequest), table_of(Client), table_of(ImportBatch)


def arrived(store: Store, since: datetime, user_id: str) -> frozenset[str]:
    """New requests that were written down since a moment by others, or that came in by themselves."""
    by_itself = _request.c.import_id.in_(sa.select(_batch.c.id).where(_batch.c.way != ImportWay.FILE))
    where = (_request.c.status == RequestStatus.NEW, _request.c.created_at > since, sa.or_(_request.c.created_by != user_id, by_itself))
    return frozenset(store.connection.execute(sa.select(_request.c.id).where(*where)).scalars())


def calls_due(store: Store, moment: datetime, user_id: str, *, ownerless: bool) -> list[tuple[str, datetime]]:
    """Open requests of a user (``ownerless``: or of nobody) that were to be called before this moment; not of who has died."""
    mine = _request.c.owner_id == user_id
    statement = (
        sa.select(_request.c.id, _request.c.next_action_at)
        .join_from(_request, _client, _client.c.id == _request.c.client_id, isouter=True)
        .where(_request.c.status.in_(OPEN_STATES), _request.c.next_action_at <= moment)
        .where(_client.c.deceased_on.is_(None), sa.or_(mine, _request.c.owner_id.is_(None)) if ownerless else mine)
        .order_by(_request.c.next_action_at)
    )
    return [(row[0], row[1]) for row in store.connection.execute(statement)]


def waiting(moment: datetime) -> sa.ColumnElement[bool]:
    """Condition: nobody has called yet, or a promised call is due."""
    due = sa.and_(_request.c.status.in_(OPEN_STATES), _request.c.next_action_at <= moment)
    gone = _request.c.client_id.in_(sa.select(_client.c.id).where(_client.c.deceased_on.is_not(None)))
    return sa.or_(_request.c.status == RequestStatus.NEW, sa.and_(due, sa.or_(_request.c.client_id.is_(None), ~gone)))
