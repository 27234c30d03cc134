"""Which rows the figures of some days look at: shared by the queries of figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import MAIN
from nmx_desk.domain.requests import AdviceRequest

_request = table_of(AdviceRequest)


@dataclass(frozen=True)
class Reach:
    """The days from ``first`` to ``last`` in the clinic's zone.

    ``sources``: how each client came in, where that is asked; ``by_location``: where each row belongs is asked.
    """

    store: Store
    zone_name: str
    first: date
    last: date
    sources: Mapping[str, str] = field(default_factory=dict)
    by_location: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.zone_name)

    @property
    def starts(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def within(self, at: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Condition: on one of these days."""
        return sa.and_(at >= self.starts, at < self.ends)


def plain(*columns: sa.ColumnElement[Any]) -> list[sa.ColumnElement[Any]]:
    """Columns as the text they are stored as: years of rows are read, and few of their values are looked at as what they mean."""
    return [sa.type_coerce(column, sa.Text()).label(getattr(column, "key", None)) for column in columns]


def place(columns: Any) -> sa.ColumnElement[str]:
    """Where the appointment with these columns is: a location, or the clinic's own address; empty without an appointment."""
    return sa.case((columns.id.is_(None), ""), else_=sa.func.coalesce(columns.location_id, MAIN)).label("place")


def clients_sources(store: Store) -> dict[str, str]:
    """How each client's first request came in."""
    c = _request.c
    rows = store.connection.execute(sa.select(c.client_id, c.source).where(c.client_id.is_not(None)).order_by(c.received_at.desc(), c.id))
    return {client_id: str(source) for client_id, source in rows}  # the earliest stands last
