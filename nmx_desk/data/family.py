"""Queries about who may decide for clients, and about whose birthday is near."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.clients import OPEN_STATUSES, Client, ClientStatus
from nmx_desk.domain.family import Representative

_person, _client = table_of(Representative).c, table_of(Client).c


def people_of(store: Store, client_id: str) -> list[Representative]:
    """Everybody who was ever written down for a client, in that order."""
    return store.find(Representative, client_id=client_id, order=[_person.created_at, _person.id])


def people_by_client(store: Store, ids: Collection[str]) -> dict[str, list[Representative]]:
    """The same for many clients."""
    found: dict[str, list[Representative]] = {client_id: [] for client_id in ids}
    where = _person.client_id.in_(list(ids))
    for one in store.find(Representative, where, order=[_person.created_at, _person.id]) if ids else ():
        found[one.client_id].append(one)
    return found


def born_between(store: Store, first: date, last: date) -> list[Client]:
    """Clients who come, born on these days or between them, the eldest first."""
    comes = _client.status.in_([status for status in OPEN_STATUSES if status is not ClientStatus.CLOSED])
    born = _client.birth_date.between(first, last)
    return store.find(Client, comes, born, _client.deceased_on.is_(None), order=[_client.birth_date, _client.client_no])
