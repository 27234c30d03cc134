"""Queries of the waiting list."""

from __future__ import annotations

from dataclasses import dataclass, fields

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.clients import Client
from nmx_desk.domain.waiting import ON_THE_LIST

_entry, _client, _appointment = (table_of(kind) for kind in (WaitingEntry, Client, Appointment))


@dataclass(frozen=True)
class Waiting:
    """A place on the list, whose it is, and the appointment they have."""

    entry: WaitingEntry
    client: Client
    has: Appointment | None


def on_the_list(store: Store, *where: sa.ColumnElement[bool]) -> list[Waiting]:
    """Who waits, the longest first."""
    statement = (
        sa.select(_entry, _client, _appointment)
        .select_from(_entry.join(_client, _client.c.id == _entry.c.client_id)
                     .outerjoin(_appointment, sa.and_(_appointment.c.id == _entry.c.appointment_id, _appointment.c.live == sa.true())))
        .where(_entry.c.status.in_(sorted(ON_THE_LIST)), *where)
        .order_by(_entry.c.created_at, _entry.c.id)
    )  # fmt: skip
    kinds = (WaitingEntry, Client, Appointment)
    names = [[field.name for field in fields(kind)] for kind in kinds]
    found = []
    for row in store.connection.execute(statement):
        first, second = len(names[0]), len(names[0]) + len(names[1])
        parts = (row[:first], row[first:second], row[second:])
        entry, client, has = (dict(zip(known, part, strict=True)) for known, part in zip(names, parts, strict=True))
        found.append(Waiting(WaitingEntry(**entry), Client(**client), Appointment(**has) if has["id"] else None))
    return found


def one_on_the_list(store: Store, entry_id: str) -> Waiting | None:
    """A place on the list, if it is still one."""
    return next(iter(on_the_list(store, _entry.c.id == entry_id)), None)


def count(store: Store) -> int:
    """How many wait."""
    return int(store.connection.execute(sa.select(sa.func.count()).where(_entry.c.status.in_(sorted(ON_THE_LIST)))).scalar_one())
