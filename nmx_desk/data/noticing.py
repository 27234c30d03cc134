"""Queries of what somebody should be told: requests that came in, calls whose time has come."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.requests import recall_due
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.intake_ways import ImportWay
from nmx_desk.domain.requests import AdviceRequest, ImportBatch, RequestStatus

_request, _batch = table_of(AdviceRequest), table_of(ImportBatch)


def arrived(store: Store, since: datetime, user_id: str) -> frozenset[str]:
    """New requests that were written down since a moment by others, or that came in by themselves."""
    by_itself = _request.c.import_id.in_(sa.select(_batch.c.id).where(_batch.c.way != ImportWay.FILE))
    where = (_request.c.status == RequestStatus.NEW, _request.c.created_at > since, sa.or_(_request.c.created_by != user_id, by_itself))
    return frozenset(store.connection.execute(sa.select(_request.c.id).where(*where)).scalars())


def calls_due(store: Store, moment: datetime, user_id: str, *, ownerless: bool) -> list[tuple[str, datetime]]:
    """What stands in the recall list of a user (``ownerless``: or of nobody), with its time."""
    mine = _request.c.owner_id == user_id
    whose = sa.or_(mine, _request.c.owner_id.is_(None)) if ownerless else mine
    statement = sa.select(_request.c.id, _request.c.next_action_at).where(recall_due(moment), whose).order_by(_request.c.next_action_at)
    return [(row[0], row[1]) for row in store.connection.execute(statement)]


def waiting(moment: datetime) -> sa.ColumnElement[bool]:
    """Condition: nobody has called yet, or it stands in the recall list."""
    return sa.or_(_request.c.status == RequestStatus.NEW, recall_due(moment))
