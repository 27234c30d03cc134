"""What happened with a client, a bounded piece at a time: of each kind the newest before a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.base import Record
from nmx_desk.domain.documents import Document
from nmx_desk.domain.requests import AdviceRequest, CallAttempt

R = TypeVar("R", bound=Record)
T = TypeVar("T")
_document, _attempt, _request = table_of(Document), table_of(CallAttempt), table_of(AdviceRequest)


def newest(store: Store, kind: type[R], when: str, client_id: str, upto: datetime | date | None, limit: int,
           *where: sa.ColumnElement[bool]) -> list[R]:  # fmt: skip
    """A client's newest records of a kind by the column ``when``, not after ``upto``; never only some of those of one moment."""
    column = table_of(kind).c[when]

    def find(bound: sa.ColumnElement[bool], most: int | None) -> list[R]:
        return store.find(kind, bound, *where, client_id=client_id, order=[column.desc()], limit=most)

    return _whole_moments(find, column, upto, limit)


def attempts(store: Store, client_id: str, upto: datetime | None, limit: int) -> list[CallAttempt]:
    """The newest call attempts of a client's requests, as :func:`newest`."""
    asked = _attempt.c.request_id.in_(sa.select(_request.c.id).where(_request.c.client_id == client_id))

    def find(bound: sa.ColumnElement[bool], most: int | None) -> list[CallAttempt]:
        return store.find(CallAttempt, asked, bound, order=[_attempt.c.at.desc()], limit=most)

    return _whole_moments(find, _attempt.c.at, upto, limit)


def documents(store: Store, client_id: str, upto: datetime | None, limit: int) -> list[Any]:
    """The newest documents of a client without their content, as :func:`newest`: id, name, created_at, created_by."""
    c = _document.c
    rows = sa.select(c.id, c.name, c.created_at, c.created_by).where(c.client_id == client_id).order_by(c.created_at.desc())

    def find(bound: sa.ColumnElement[bool], most: int | None) -> list[Any]:
        return list(store.connection.execute(rows.where(bound).limit(most)))

    return _whole_moments(find, c.created_at, upto, limit)


def _whole_moments(
    find: Callable[[sa.ColumnElement[bool], int | None], list[T]], column: sa.Column[Any], upto: datetime | date | None, limit: int
) -> list[T]:
    """What ``find`` finds at ``upto``, and so many before it with all of the last one's moment: the next piece begins after that."""
    found = find(column.is_not(None) if upto is None else column < upto, limit)
    at_once = [] if upto is None else find(column == upto, None)
    if len(found) == limit:
        last = getattr(found[-1], column.name)
        found = [*(one for one in found if getattr(one, column.name) != last), *find(column == last, None)]
    return at_once + found
