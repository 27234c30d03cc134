"""Queries about what a client brings along."""

from __future__ import annotations

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.history import HistoryAsked, HistoryTopic
from nmx_desk.domain.history_rules import TOLD_KINDS, Told, topic_of


def told_of(store: Store, client_id: str) -> list[Told]:
    """All that a client told, what is over too: list by list, in its order."""
    found: list[Told] = []
    for kind in TOLD_KINDS:
        table = table_of(kind)
        found += store.find(kind, order=[table.c.position, table.c.created_at, table.c.id], client_id=client_id)
    topics = list(HistoryTopic)
    return sorted(found, key=lambda told: topics.index(topic_of(told)))


def asked_of(store: Store, client_id: str) -> dict[HistoryTopic, HistoryAsked]:
    """The last time that each list was asked about and there was nothing to tell."""
    table = table_of(HistoryAsked)
    return {one.topic: one for one in store.find(HistoryAsked, order=[table.c.asked_on, table.c.created_at], client_id=client_id)}


def last_call(store: Store, client_id: str) -> AdviceCall | None:
    """A client's last advice call."""
    found = store.find(AdviceCall, order=[table_of(AdviceCall).c.started_at.desc()], limit=1, client_id=client_id)
    return found[0] if found else None
