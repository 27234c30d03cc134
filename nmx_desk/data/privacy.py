"""Queries about what is due for destruction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa

from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.cases import CaseFile, CaseText
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.requests import OPEN_STATES, AdviceRequest


def bare_requests(store: Store, before: datetime, limit: int) -> list[AdviceRequest]:
    """Requests closed before a moment that never became a client and in which no personal advice was given, the oldest first."""
    c = table_of(AdviceRequest).c
    return store.find(
        AdviceRequest, c.client_id.is_(None), c.retention_class == "request", c.status.not_in(OPEN_STATES),
        sa.func.coalesce(c.closed_at, c.created_at) < before, order=[c.received_at], limit=limit,
    )  # fmt: skip


def lone_cases(store: Store, before: date) -> tuple[dict[str, date], list[str]]:
    """Formal complaints closed before a day whose words are in nobody's file: when each was closed, and the ids of words and files."""
    g = table_of(Grievance).c
    closed = {f"grievance:{one.id}": one.closed_on for one in store.find(Grievance, g.closed_on < before) if one.closed_on is not None}
    left: dict[str, date] = {}
    ids: list[str] = []
    for subject, row in _lone(store):
        if subject in closed:
            left[subject] = closed[subject]
            ids.append(row)
    return left, sorted(ids)


def _lone(store: Store) -> list[tuple[str, str]]:
    """Words and files of formal complaints in nobody's file: of which, and their ids."""
    found: list[tuple[str, str]] = []
    for kind in (CaseText, CaseFile):
        c = table_of(kind).c
        asked = sa.select(c.subject, c.id).where(c.client_id.is_(None), c.subject.startswith("grievance:"))
        found += [(str(subject), str(row)) for subject, row in store.connection.execute(asked)]
    return found


def are_open(store: Store, ids: Collection[str]) -> bool:
    """Whether a formal complaint to which one of these words or files belongs is open."""
    wanted = set(ids)
    cases = sorted({subject.partition(":")[2] for subject, row in _lone(store) if row in wanted})
    g = table_of(Grievance).c
    return any(store.find(Grievance, g.id.in_(part), g.closed_on.is_(None)) for part in in_parts(cases))
