"""When the front desk answers, and how long something waited in those hours (DOMAIN §5 K1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nmx_desk.domain.agenda import Closure
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.walltime import day_of, span_minutes

LONGEST = timedelta(days=400)
"""Longer waits are counted from the end backwards this far: nobody asks how many hours more."""


@dataclass(frozen=True)
class DeskHours:
    """``days`` are ISO weekdays in figures (``12345``); ``opens`` and ``closes`` minutes of the wall clock, 0 to 1440."""

    zone: str
    days: str
    opens: int
    closes: int

    def opens_on(self, day: date, closures: Collection[Closure]) -> bool:
        """Whether the desk answers on a day at all."""
        return str(day.isoweekday()) in self.days and not any(one.date_from <= day <= one.date_to for one in closures)


def desk_time(start: datetime, end: datetime, hours: DeskHours, closures: Collection[Closure] = ()) -> timedelta:
    """How much of the time from ``start`` to ``end`` the desk was open, to the minute; nothing when ``end`` comes first."""
    first, last = to_minutes(max(start, end - LONGEST)), to_minutes(end)
    day, until, found = day_of(hours.zone, first), day_of(hours.zone, last), 0
    while day <= until:
        if hours.opens_on(day, closures):
            opens, closes = span_minutes(hours.zone, day, hours.opens, hours.closes)
            found += max(0, min(closes, last) - max(opens, first))
        day += timedelta(days=1)
    return timedelta(minutes=found)
