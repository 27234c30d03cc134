"""Queries of imported clients: which rows of a file are there already, who of an import is in use, taking them away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from nmx_desk.data import merging
from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.contacts import ContactPoint
from nmx_desk.domain.family import ClientTag, HouseholdMember
from nmx_desk.domain.intake_ways import ImportRow
from nmx_desk.domain.merging import ClientMerge

_client, _row, _merge = table_of(Client), table_of(ImportRow), table_of(ClientMerge)
_PARTS = tuple(table_of(kind) for kind in (ContactPoint, ClientTag, HouseholdMember))
"""What is part of a client's contact data: a change of it is an edit, and goes with the client."""


def known_keys(store: Store, keys: Sequence[str]) -> set[str]:
    """Which of these rows were imported before."""
    found: set[str] = set()
    for column in (_client.c.external_key, _row.c.external_key):
        for part in in_parts(keys):
            found.update(store.connection.execute(sa.select(column).where(column.in_(part))).scalars())
    return found


def clients_of(store: Store, import_id: str) -> list[Client]:
    """The clients that an import made and that are still there."""
    return store.find(Client, import_id=import_id, order=[_client.c.client_no])


def in_use(store: Store, import_id: str) -> set[str]:
    """Clients of an import about whom there is more than contact data: a request, an appointment, a note, a merge."""
    mine = sa.select(_client.c.id).where(_client.c.import_id == import_id)
    contact = {_row, *_PARTS}
    columns = [table.c.client_id for table in merging.tables_with_client() if table not in contact]
    columns += [_merge.c.gone_id, _merge.c.kept_id, _client.c.merged_into]
    return {who for column in columns for who in store.connection.execute(sa.select(column).where(column.in_(mine)).distinct()).scalars()}


def with_parts(store: Store, import_id: str) -> set[str]:
    """Clients of an import to whose contact data somebody added a number, an address, a tag."""
    mine = sa.select(_client.c.id).where(_client.c.import_id == import_id)
    columns = [table.c.client_id for table in _PARTS]
    return {who for column in columns for who in store.connection.execute(sa.select(column).where(column.in_(mine))).scalars()}


def remove(store: Store, import_id: str, clients: Iterable[str], stay: Iterable[str]) -> None:
    """Delete these clients with their contact data, and every row of the import but those of clients who stay."""
    kept = set(stay)
    rows = sa.select(_row.c.id, _row.c.client_id).where(_row.c.import_id == import_id)
    gone = [row for row, who in store.connection.execute(rows) if who not in kept]
    for part in in_parts(gone):
        store.connection.execute(sa.delete(_row).where(_row.c.id.in_(part)))
    for part in in_parts(clients):
        for table in _PARTS:
            store.connection.execute(sa.delete(table).where(table.c.client_id.in_(part)))
        store.connection.execute(sa.delete(_client).where(_client.c.id.in_(part)))
