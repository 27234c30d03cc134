"""Records in and out of their tables, by name. Nothing here begins or commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from nmx_desk.data.tables import TABLES
from nmx_desk.domain.base import Record
from nmx_desk.domain.errors import Conflict, NotFound
from nmx_desk.domain.people import Counter
from nmx_desk.i18n import _

R = TypeVar("R", bound=Record)
T = TypeVar("T")
_MOST_LISTED = 500


class _Shape:
    """A kind of record: its table, its column names and the statements made once for it."""

    def __init__(self, kind: type[Record]) -> None:
        self.table = TABLES[kind]
        self.names = tuple(field.name for field in fields(kind))
        self.insert = sa.insert(self.table)
        self.update = sa.update(self.table).where(self.table.c.id == sa.bindparam("_id"), self.table.c.version == sa.bindparam("_version"))
        self._selects: dict[tuple[Any, ...], sa.Select[Any]] = {}

    def select(self, keys: tuple[str, ...], order: tuple[sa.Column[Any], ...] = ()) -> sa.Select[Any]:
        """Select by equality of these columns, in the order of those."""
        if (keys, order) not in self._selects:
            equal = (self.table.c[key] == sa.bindparam(key) for key in keys)
            self._selects[keys, order] = sa.select(self.table).where(*equal).order_by(*order)
        return self._selects[keys, order]

    def values(self, record: Record) -> dict[str, Any]:
        """The record by column."""
        return {name: getattr(record, name) for name in self.names}


_shapes: dict[type[Record], _Shape] = {}


def _shape(kind: type[Record]) -> _Shape:
    if kind not in _shapes:
        _shapes[kind] = _Shape(kind)
    return _shapes[kind]


def in_parts(items: Iterable[T]) -> Iterator[list[T]]:
    """Pieces small enough for one IN list of any engine."""
    listed = list(items)
    return (listed[start : start + _MOST_LISTED] for start in range(0, len(listed), _MOST_LISTED))


def table_of(kind: type[Record]) -> sa.Table:
    """The table of a kind of record."""
    return TABLES[kind]


class Store:
    """Typed access to one connection. ``new_id`` and ``now`` come from the door, ``user_id`` is who acts."""

    def __init__(self, connection: sa.Connection, *, new_id: Callable[[], str], now: Callable[[], datetime], user_id: str) -> None:
        self.connection = connection
        self.new_id = new_id
        self.now = now
        self.user_id = user_id

    def add(self, record: R) -> R:
        """Insert; the answer carries its id (kept when it has one), version 1 and who made it when."""
        record = replace(record, id=record.id or self.new_id(), version=1, created_at=self.now(), created_by=self.user_id)
        shape = _shape(type(record))
        self.connection.execute(shape.insert, shape.values(record))
        return record

    def add_all(self, records: Iterable[R]) -> list[R]:
        """Insert many records of one kind in one statement."""
        made = [replace(r, id=r.id or self.new_id(), version=1, created_at=self.now(), created_by=self.user_id) for r in records]
        if made:
            shape = _shape(type(made[0]))
            self.connection.execute(shape.insert, [shape.values(record) for record in made])
        return made

    def change(self, record: R, **changes: Any) -> R:
        """Write a record (with ``changes``) over the version it was read at. Raises ``Conflict`` when somebody was faster."""
        changed = replace(record, version=record.version + 1, **changes)
        shape = _shape(type(record))
        values = shape.values(changed)
        values.pop("id")
        done = self.connection.execute(shape.update, values | {"_id": record.id, "_version": record.version})
        if done.rowcount != 1:
            raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
        return changed

    def remove(self, record: Record) -> None:
        """Delete a record at the version it was read."""
        table = table_of(type(record))
        done = self.connection.execute(sa.delete(table).where(table.c.id == record.id, table.c.version == record.version))
        if done.rowcount != 1:
            raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))

    def get(self, kind: type[R], record_id: str) -> R:
        """The record with this id. Raises ``NotFound``."""
        found = self.find_one(kind, id=record_id)
        if found is None:
            raise NotFound(_("This record is not there any more. Go back and look again."))
        return found

    def find_one(self, kind: type[R], /, **equals: Any) -> R | None:
        """The one record with these values, or None."""
        row = self.connection.execute(_shape(kind).select(tuple(equals)), equals).first()
        return None if row is None else kind(**dict(zip(_shape(kind).names, row, strict=True)))

    def find(self, kind: type[R], /, *where: sa.ColumnElement[bool], order: Sequence[Any] = (), limit: int | None = None,
                        **equals: Any) -> list[R]:  # fmt: skip
        """All records with these values and conditions, in ``order``."""
        kept = tuple(order) if all(isinstance(column, sa.Column) for column in order) else ()
        statement = _shape(kind).select(tuple(equals), kept)
        if where or len(kept) != len(order) or limit is not None:  # a statement that stays the same keeps its compiled form
            statement = statement.where(*where).order_by(*(() if kept else order)).limit(limit)
        return self.read(kind, statement, equals)

    def read(self, kind: type[R], statement: sa.Select[Any], values: dict[str, Any] | None = None) -> list[R]:
        """Records from a select over exactly their table's columns."""
        names = _shape(kind).names
        return [kind(**dict(zip(names, row, strict=True))) for row in self.connection.execute(statement, values or {})]

    def next_number(self, name: str) -> int:
        """The next number of a counter; never handed out twice."""
        return self.next_numbers(name, 1)[0]

    def next_numbers(self, name: str, count: int) -> range:
        """As many numbers at once, so that a thousand new records are one change of their counter."""
        counter = self.find_one(Counter, name=name)
        counter = self.add(Counter(name=name, value=count)) if counter is None else self.change(counter, value=counter.value + count)
        return range(counter.value - count + 1, counter.value + 1)
