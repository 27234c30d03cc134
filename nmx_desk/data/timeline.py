"""What happened with a client, a bounded piece at a time: of each kind the newest before a moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.base import Record
from nmx_desk.domain.documents import Document
from nmx_desk.domain.requests import AdviceRequest, CallAttempt

R = TypeVar("R", bound=Record)
_document, _attempt = table_of(Document), table_of(CallAttempt)


def newest(store: Store, kind: type[R], when: str, client_id: str, upto: datetime | date | None, limit: int,
           *where: sa.ColumnElement[bool]) -> list[R]:  # fmt: skip
    """A client's newest records of a kind by the column ``when``, not after ``upto``; never only some of those of one moment."""
    table = table_of(kind)
    column = table.c[when]

    def find(*more: sa.ColumnElement[bool], most: int | None = None) -> list[R]:
        return store.find(kind, *more, *where, client_id=client_id, order=[column.desc()], limit=most)

    found = find(column.is_not(None) if upto is None else column < upto, most=limit)
    at_once = [] if upto is None else find(column == upto)
    if len(found) == limit:
        last = getattr(found[-1], when)
        found = [*(record for record in found if getattr(record, when) != last), *find(column == last)]
    return at_once + found


def attempts(store: Store, client_id: str, upto: datetime | None, limit: int) -> list[CallAttempt]:
    """The newest call attempts of a client's requests."""
    request = table_of(AdviceRequest)
    asked = sa.select(request.c.id).where(request.c.client_id == client_id)
    bound = [_attempt.c.at <= upto] if upto is not None else []
    order = [_attempt.c.at.desc(), _attempt.c.id.desc()]
    return store.find(CallAttempt, _attempt.c.request_id.in_(asked), *bound, order=order, limit=limit)


def documents(store: Store, client_id: str, upto: datetime | None, limit: int) -> list[tuple[str, str, datetime, str]]:
    """The newest documents of a client without their content: id, name, moment, who added it."""
    c = _document.c
    statement = sa.select(c.id, c.name, c.created_at, c.created_by).where(c.client_id == client_id)
    if upto is not None:
        statement = statement.where(c.created_at <= upto)
    rows = store.connection.execute(statement.order_by(c.created_at.desc(), c.id.desc()).limit(limit))
    return [(row[0], row[1], row[2], row[3]) for row in rows]
