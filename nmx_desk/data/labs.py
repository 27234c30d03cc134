"""Queries about lab orders and their results."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.documents import Document
from nmx_desk.domain.labs import LabDomain, LabOrder, LabResult, LabStatus

_order, _result, _client, _document = (table_of(kind) for kind in (LabOrder, LabResult, Client, Document))


def orders_of(store: Store, client_id: str) -> list[LabOrder]:
    """A client's orders, the newest first."""
    return store.find(LabOrder, order=[_order.c.created_at.desc(), _order.c.id], client_id=client_id)


def results_of(store: Store, client_id: str) -> list[LabResult]:
    """A client's results, by order as the lab listed them."""
    return store.find(LabResult, order=[_result.c.order_id, _result.c.position, _result.c.id], client_id=client_id)


def orders_by_document(store: Store, client_id: str) -> dict[str, str]:
    """The order that each document of a client belongs to, of those that belong to one."""
    asked = sa.select(_document.c.id, _document.c.order_id).where(_document.c.client_id == client_id, _document.c.order_id.is_not(None))
    return {row.id: row.order_id for row in store.connection.execute(asked)}


def known_domains(store: Store) -> dict[str, LabDomain]:
    """What each analyte was last said to be about, by its name folded; of the whole clinic, nothing of a client."""
    asked = sa.select(_result.c.analyte, _result.c.domain).where(_result.c.domain != LabDomain.OTHER).order_by(_result.c.created_at)
    return {row.analyte.casefold(): LabDomain(row.domain) for row in store.connection.execute(asked)}


@dataclass(frozen=True)
class OpenOrder:
    """An order with whose it is and whose it is to follow (an id); no result."""

    order: LabOrder
    client: Client
    practitioner_id: str


def open_orders(store: Store, states: Collection[LabStatus]) -> list[OpenOrder]:
    """Orders in these states of living clients of the clinic, the longest expected first."""
    gone = [ClientStatus.CLOSED, ClientStatus.DECEASED, ClientStatus.DESTROYED]
    found = store.find(
        LabOrder, _order.c.status.in_(list(states)),
        order=[sa.func.coalesce(_order.c.received_on, _order.c.expected_on, _order.c.ordered_on, _order.c.advised_on), _order.c.id],
    )  # fmt: skip
    wanted = {one.client_id for one in found}
    clients = {one.id: one for one in store.find(Client, _client.c.id.in_(wanted), _client.c.status.not_in(gone))}
    rows = [(one, clients[one.client_id]) for one in found if one.client_id in clients]
    return [OpenOrder(order, client, client.practitioner_id or order.practitioner_id) for order, client in rows]


def labs_named(store: Store) -> list[tuple[str, int]]:
    """The labs that orders name, each as it is written most, with how many orders; nothing of a client."""
    asked = sa.select(_order.c.lab, sa.func.count()).where(_order.c.lab != "").group_by(_order.c.lab)
    found: dict[str, list[tuple[int, str]]] = {}
    for name, count in store.connection.execute(asked):
        found.setdefault(" ".join(name.split()).casefold(), []).append((count, " ".join(name.split())))
    return sorted(((max(ways)[1], sum(n for n, _name in ways)) for ways in found.values()), key=lambda one: one[0].casefold())
