"""Queries about what a client brings along."""

from __future__ import annotations

from typing import Any

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.history import Allergy, HistoryItem, Medicine


def standing(store: Store, kind: type[Allergy | HistoryItem | Medicine], client_id: str) -> list[Any]:
    """A client's records of a kind in their order, but for allergies that are over and what is not taken any more."""
    table = table_of(kind)
    over = {Allergy: "ended", Medicine: "stopped"}.get(kind)
    return store.find(kind, *([table.c[over] == ""] if over else []), order=[table.c.position, table.c.created_at], client_id=client_id)
