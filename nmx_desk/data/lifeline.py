"""Queries for the line of a client's life."""

from __future__ import annotations

from nmx_desk.data import plans as plan_data
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.history import EventComplaint, HistoryItem, HistoryKind
from nmx_desk.domain.plans import Plan, PlanVersion

_item, _version = table_of(HistoryItem), table_of(PlanVersion)


def links_of(store: Store, client_id: str) -> list[EventComplaint]:
    """Which events of a client belong to which complaints."""
    return store.find(EventComplaint, client_id=client_id)


def dated_items(store: Store, client_id: str) -> list[HistoryItem]:
    """Diagnoses and operations of which it is known when."""
    kinds = (HistoryKind.DIAGNOSIS, HistoryKind.OPERATION)
    return store.find(HistoryItem, _item.c.began != "", _item.c.kind.in_(kinds), order=[_item.c.began], client_id=client_id)


def started_plans(store: Store, client_id: str) -> list[tuple[Plan, PlanVersion]]:
    """The plans that ever were in force, each with its first activated version, the first first."""
    found = []
    for plan in plan_data.plans_of(store, client_id):
        signed = store.find(PlanVersion, _version.c.activated_at.is_not(None), order=[_version.c.number], limit=1, plan_id=plan.id)
        found += [(plan, version) for version in signed]
    return sorted(found, key=lambda one: (one[1].valid_from or one[0].created_at.date(), one[0].id))
