"""When the front desk answers, and how long something waited in those hours (DOMAIN §5 K1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from nmx_desk.domain.agenda import Closure
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.people import Clinic
from nmx_desk.domain.walltime import day_of, span_minutes

LONGEST = timedelta(days=400)
"""Longer waits are counted from the end backwards this far: nobody asks how many hours more."""


def is_open_on(clinic: Clinic, day: date, closures: Collection[Closure]) -> bool:
    """Whether the desk answers on a day at all."""
    return str(day.isoweekday()) in clinic.desk_days and not any(one.date_from <= day <= one.date_to for one in closures)


def desk_time(start: datetime, end: datetime, clinic: Clinic, closures: Collection[Closure] = ()) -> timedelta:
    """How much of the time from ``start`` to ``end`` the desk was open, to the minute; nothing when ``end`` comes first."""
    first, last = to_minutes(max(start, end - LONGEST)), to_minutes(end)
    day, until, found = day_of(clinic.zone, first), day_of(clinic.zone, last), 0
    while day <= until:
        if is_open_on(clinic, day, closures):
            opens, closes = span_minutes(clinic.zone, day, clinic.desk_opens, clinic.desk_closes)
            found += max(0, min(closes, last) - max(opens, first))
        day += timedelta(days=1)
    return timedelta(minutes=found)
