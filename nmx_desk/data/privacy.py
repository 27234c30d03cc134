"""Queries about what is due for destruction."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.requests import OPEN_STATES, AdviceRequest


def bare_requests(store: Store, before: datetime, limit: int) -> list[AdviceRequest]:
    """Requests closed before a moment that never became a client and in which no personal advice was given, the oldest first."""
    c = table_of(AdviceRequest).c
    return store.find(
        AdviceRequest, c.client_id.is_(None), c.retention_class == "request", c.status.not_in(OPEN_STATES),
        sa.func.coalesce(c.closed_at, c.created_at) < before, order=[c.received_at], limit=limit,
    )  # fmt: skip
