"""Queries about how a client lives."""

from __future__ import annotations

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.history import LifestyleMeasurement


def lifestyle_of(store: Store, client_id: str) -> list[LifestyleMeasurement]:
    """What was measured of food, sleep, exercise and stress, oldest first."""
    table = table_of(LifestyleMeasurement)
    return store.find(LifestyleMeasurement, order=[table.c.measured_on, table.c.created_at], client_id=client_id)
