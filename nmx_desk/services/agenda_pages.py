"""The agenda over more than a day: the week of one practitioner, and a month at a glance."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import AppointmentType
from nmx_desk.domain.agenda_views import TAKEN_OTHERWISE, WEEK, DayAgenda, Lane, Line, MonthDay, daily, month_grid
from nmx_desk.domain.intervals import Intervals, from_minutes, intersect, merge, subtract
from nmx_desk.domain.people import User
from nmx_desk.domain.slots import open_intervals
from nmx_desk.domain.walltime import start_minute
from nmx_desk.services.agenda import calendar_of, column_of, with_places
from nmx_desk.services.desk import Work, use_case


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
    elsewhere = data.elsewhere(work.store, [practitioner_id], lo, hi).get(practitioner_id, ())
    columns = with_places(work, [column_of(user, each, found, calendar, away, elsewhere) for each in days])
    work.seen("agenda_week", monday.isoformat(), None)
    closures = tuple(data.closures(work.store, days[0], days[-1]))
    return DayAgenda(monday, zone, columns, closures, tuple(work.store.find(AppointmentType)))


@use_case("agenda.read", writes=False)
def month_overview(work: Work, day: date) -> tuple[MonthDay, ...]:
    """The six weeks that a day's month is shown with: when everybody works and what of it is taken, without a name."""
    zone, days = work.clinic.zone, month_grid(day)
    edges = [start_minute(zone, each) for each in (*days, days[-1] + timedelta(days=1))]
    people = data.practitioners(work.store)
    calendar = calendar_of(work, [user.id for user in people], days[0], days[-1])
    closed = data.closures(work.store, days[0], days[-1])
    hues = {kind.code: kind.hue for kind in work.store.find(AppointmentType)}
    booked: defaultdict[str, list[Line]] = defaultdict(list)
    for who, begin, end, kind in data.outlines_between(work.store, edges[0], edges[-1]):
        booked[who].append((begin, end, hues.get(kind, TAKEN_OTHERWISE)))
    worked = {user.id: open_intervals(user.id, days[0], days[-1], calendar) for user in people}
    blank = [Lane(user.id, place, user.hue, (), ()) for place, user in enumerate(people)]
    lanes = [_lanes(one, (worked[who := one.practitioner_id], calendar.taken(who)), booked[who], edges) for one in blank]

    def of(number: int, each: date) -> MonthDay:
        reason = next((closure.reason for closure in closed if closure.date_from <= each <= closure.date_to), None)
        return MonthDay(each, tuple(lane for lane in (each_day[number] for each_day in lanes) if lane.open or lane.taken), reason)

    return tuple(of(number, each) for number, each in enumerate(days))


def _lanes(blank: Lane, known: tuple[Intervals, Intervals], booked: list[Line], edges: list[int]) -> list[Lane]:
    """What one practitioner does on each day between these edges: when they work, what of it is taken (``known``), appointments."""
    hours, taken = known
    rest = subtract(intersect(hours, taken), merge((begin, end) for begin, end, _hue in booked))
    lines = daily(sorted([*booked, *((begin, end, TAKEN_OTHERWISE) for begin, end in rest)]), edges)
    works = daily([(begin, end, TAKEN_OTHERWISE) for begin, end in hours], edges)
    begun = Counter(bisect_right(edges, begin) - 1 for begin, _end, _hue in booked)
    return [
        replace(blank, open=tuple((begin, end) for begin, end, _hue in each), taken=tuple(line), appointments=begun[number])
        for number, (each, line) in enumerate(zip(works, lines, strict=True))
    ]
