"""What is said to somebody at work elsewhere: how many requests came in, how many calls are due. Numbers, never names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nmx_desk.data import noticing as data
from nmx_desk.data import requests as requests_data
from nmx_desk.domain.people import Role
from nmx_desk.services.desk import Work, use_case


@dataclass(frozen=True)
class News:
    """``arrived``: new requests; ``due``: calls whose time has come, with that time. Ids only: what was told is not told again."""

    arrived: frozenset[str]
    due: frozenset[tuple[str, datetime]]


@use_case("requests.read", writes=False)
def look_for_news(work: Work, since: datetime) -> News:
    """What came in since a moment without this user's own hand, and which calls of this user, or of nobody, are due."""
    due = data.calls_due(work.store, work.now(), work.user.id, ownerless=Role.RECEPTIONIST in work.roles)
    return News(data.arrived(work.store, since, work.user.id), frozenset(due))


@use_case("requests.read", writes=False)
def count_waiting(work: Work) -> int:
    """Requests that nobody has called yet and those whose promised call is due: the number on the rail."""
    return requests_data.count(work.store, data.waiting(work.now()))
