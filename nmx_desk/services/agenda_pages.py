"""The agenda over more than a day: the week of one practitioner, and a month at a glance."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import AppointmentType
from nmx_desk.domain.agenda_views import DayAgenda, MonthDay
from nmx_desk.domain.intervals import Intervals, from_minutes, intersect
from nmx_desk.domain.people import User
from nmx_desk.domain.slots import open_intervals
from nmx_desk.domain.walltime import day_of, start_minute
from nmx_desk.services.agenda import calendar_of, column_of
from nmx_desk.services.desk import Work, use_case

WEEK = 7


@use_case("agenda.read", writes=False)
def week_agenda(work: Work, practitioner_id: str, day: date) -> DayAgenda:
    """The ISO week of a day for one practitioner: a column per day. The look is logged."""
    zone, monday = work.clinic.zone, day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(WEEK)]
    user = work.store.get(User, practitioner_id)
    lo, hi = start_minute(zone, monday), start_minute(zone, monday + timedelta(days=WEEK))
    found = data.booked_between(work.store, lo, hi, practitioner_id)
    calendar = calendar_of(work, [practitioner_id], days[0], days[-1])
    away = data.absences(work.store, from_minutes(lo), from_minutes(hi), practitioner_id)
    columns = tuple(column_of(user, each, found, calendar, away) for each in days)
    work.seen("agenda_week", monday.isoformat(), None)
    closures = tuple(data.closures(work.store, days[0], days[-1]))
    return DayAgenda(monday, zone, columns, closures, tuple(work.store.find(AppointmentType)))


@use_case("agenda.read", writes=False)
def month_overview(work: Work, day: date, practitioner_id: str | None = None) -> tuple[MonthDay, ...]:
    """The days of a day's month: numbers only, of everybody or of one practitioner."""
    zone, first = work.clinic.zone, day.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    who = [user.id for user in data.practitioners(work.store, *([practitioner_id] if practitioner_id else []))]
    lo, hi = start_minute(zone, first), start_minute(zone, last + timedelta(days=1))
    calendar = calendar_of(work, who, first, last)
    closed = data.closures(work.store, first, last)
    counts = Counter(day_of(zone, start) for start in data.starts_between(work.store, lo, hi, practitioner_id))

    def of(each: date) -> MonthDay:
        hours = [(one, open_intervals(one, each, each, calendar)) for one in who]
        taken = sum(_minutes(intersect(spans, calendar.taken(one))) for one, spans in hours)
        reason = next((closure.reason for closure in closed if closure.date_from <= each <= closure.date_to), None)
        return MonthDay(each, counts[each], sum(_minutes(spans) for _one, spans in hours), taken, reason)

    return tuple(of(first + timedelta(days=n)) for n in range((last - first).days + 1))


def _minutes(spans: Intervals) -> int:
    return sum(end - begin for begin, end in spans)
