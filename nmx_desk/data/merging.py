"""Merged clients in the tables: what moves, what hangs on it, who is whose earlier number, and which part of the log is about whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.data.tables import TABLES, metadata
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.merging import ClientMerge
from nmx_desk.domain.plans import Plan, PlanStatus

Moved = dict[str, list[str]]
"""Ids by table."""
_client, _merge, _appointment = table_of(Client), table_of(ClientMerge), table_of(Appointment)
_FOLLOWED = 100
"""Merges of merged clients that are followed: nobody is merged that often."""


def tables_with_client() -> tuple[sa.Table, ...]:
    """Every table whose rows name a client, derived from the tables: a new one moves at once."""
    return tuple(table for table in metadata.sorted_tables if table in TABLES.values() and "client_id" in table.c)


def parts_of_others() -> set[str]:
    """Tables whose rows are part of another record and go with it: sections of a note, items of a phase."""
    return {
        table.name for table in tables_with_client() for column in table.columns for key in column.foreign_keys if key.ondelete == "CASCADE"
    }


def current(store: Store, client_id: str) -> Client:
    """The client with this id, or who stayed when it was merged. Raises ``NotFound``."""
    client = store.get(Client, client_id)
    for _step in range(_FOLLOWED):
        if client.merged_into is None:
            break
        client = store.get(Client, client.merged_into)
    return client


def family(store: Store, client_id: str) -> list[str]:
    """The id itself and all that were merged into it, however many times over."""
    found, new = [client_id], [client_id]
    while new:
        rows = store.connection.execute(sa.select(_client.c.id).where(_client.c.merged_into.in_(new)).order_by(_client.c.client_no))
        new = [row[0] for row in rows if row[0] not in found]
        found += new
    return found


def merges_into(store: Store, client_id: str) -> list[ClientMerge]:
    """The merges into a client that stand, the last one first."""
    return store.find(ClientMerge, _merge.c.undone_at.is_(None), kept_id=client_id, order=[_merge.c.log_from.desc()])


# -- moving ------------------------------------------------------------------------------------------------------------------------------


def rows_of(store: Store, client_id: str) -> Moved:
    """Every row that names a client."""
    found = {}
    for table in tables_with_client():
        wanted = sa.select(table.c.id).where(table.c.client_id == client_id).order_by(table.c.id)
        if ids := [row[0] for row in store.connection.execute(wanted)]:
            found[table.name] = ids
    return found


def move(store: Store, rows: Mapping[str, Iterable[str]], client_id: str | None) -> None:
    """Put these rows under another client, or nobody: a change of each, so that who was just reading one does not write it back."""
    for name, ids in rows.items():
        table = metadata.tables[name]
        for part in in_parts(ids):
            values = {"client_id": client_id, "version": table.c.version + 1}
            store.connection.execute(sa.update(table).where(table.c.id.in_(part)).values(values))


def still_there(store: Store, rows: Mapping[str, list[str]], client_id: str) -> Moved:
    """Those of the rows that are still there and with this client."""
    found: Moved = {}
    for name, ids in rows.items():
        table = metadata.tables[name]
        wanted = sa.select(table.c.id).where(table.c.client_id == client_id)
        kept = [row[0] for part in in_parts(ids) for row in store.connection.execute(wanted.where(table.c.id.in_(part)))]
        if kept:
            found[name] = sorted(kept)
    return found


def with_what_hangs_on(store: Store, rows: Moved, client_id: str, since: datetime) -> Moved:
    """The rows and what was added to them since: an addendum goes where its note goes."""
    grown = {name: set(ids) for name, ids in rows.items()}
    for table in tables_with_client():  # parents come before what hangs on them
        for row in _added(store, table, client_id, since):
            parent = next(((name, row[place]) for place, name in _parents(table) if row[place] is not None), None)
            if parent is not None and parent[1] in grown.get(parent[0], ()):
                grown.setdefault(table.name, set()).add(row[0])
    return {name: sorted(ids) for name, ids in grown.items()}


def added(store: Store, client_id: str, since: datetime, leaving: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """How many records of each kind a client got since, those that leave again not counted."""
    found = {}
    for table in tables_with_client():
        gone = set(leaving.get(table.name, ()))
        count = sum(1 for row in _added(store, table, client_id, since) if row[0] not in gone)
        if count:
            found[table.name] = count
    return found


def _added(store: Store, table: sa.Table, client_id: str, since: datetime) -> list[Any]:
    where = (table.c.client_id == client_id, table.c.created_at > since)
    return list(store.connection.execute(sa.select(table).where(*where).order_by(table.c.created_at)))


def _parents(table: sa.Table) -> list[tuple[int, str]]:
    """Place and table of each reference to another record about the client; the first that is filled in is what a row hangs on."""
    about = {found.name for found in tables_with_client()} - {table.name}
    return [
        (place, key.column.table.name)
        for place, column in enumerate(table.columns)
        for key in column.foreign_keys
        if key.column.table.name in about
    ]



def typed(store: Store, name: str, value: Any) -> Any:
    """A client's field as the record has it, from what JSON has."""
    kind = _client.c[name].type
    return kind.process_result_value(value, store.connection.dialect) if isinstance(kind, sa.types.TypeDecorator) else value


# -- what stands in the way --------------------------------------------------------------------------------------------------------------


def overlaps(store: Store, kept_id: str, gone_id: str, now: datetime) -> list[datetime]:
    """Moments to come at which both have an appointment: one person cannot be at two places."""
    ours, theirs = _appointment.alias(), _appointment.alias()
    statement = sa.select(ours.c.starts_at).where(
        ours.c.client_id == kept_id, theirs.c.client_id == gone_id, ours.c.live, theirs.c.live, ours.c.ends_at > now,
        ours.c.busy_from < theirs.c.busy_to, theirs.c.busy_from < ours.c.busy_to,
    ).order_by(ours.c.starts_at)  # fmt: skip
    return [row[0] for row in store.connection.execute(statement)]


def both_have_active_plans(store: Store, kept_id: str, gone_id: str) -> bool:
    """Whether each of the two has an active plan: a client has one."""
    return all(store.find_one(Plan, client_id=client_id, status=PlanStatus.ACTIVE) for client_id in (kept_id, gone_id))


# -- the log -----------------------------------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """Entries of the log about a client: ``first`` … ``last``, not with."""

    client_id: str
    first: int = 0
    last: int = 1 << 52

    def is_within(self, other: Span) -> bool:
        """Whether the other one holds all of this."""
        return self.client_id == other.client_id and self.first >= other.first and self.last <= other.last


def spans(store: Store, client_id: str) -> list[Span]:
    """Which entries are about a person: under the own number, under those merged into it, and under another while both were one."""
    found: list[Span] = []
    ahead = [Span(client_id)]
    while ahead:
        span = ahead.pop()
        if span.first < span.last and not any(span.is_within(other) for other in found):
            found.append(span)
            ahead += _beside(store, span)
    return found


def _beside(store: Store, span: Span) -> Iterator[Span]:
    for merge in merges_into(store, span.client_id):
        yield span._replace(client_id=merge.gone_id)
    for merge in store.find(ClientMerge, gone_id=span.client_id):
        last = span.last if merge.log_to is None else min(span.last, merge.log_to)
        yield Span(merge.kept_id, max(span.first, merge.log_from), last)
