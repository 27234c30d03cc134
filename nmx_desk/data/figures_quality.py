"""What the figures of the quality system and of working time are counted from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product

import sqlalchemy as sa

from nmx_desk.data import agenda
from nmx_desk.data.figures_reach import Reach
from nmx_desk.data.store import table_of
from nmx_desk.domain.agenda import Appointment, RosterOverride, RosterRule
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.grievances import EXTENSION, JUDGE_WITHIN, Grievance
from nmx_desk.domain.intervals import Interval, intersect, merge, subtract, to_minutes
from nmx_desk.domain.kpi_facts import AnswerFact, DeviationFact, GrievanceFact, RosterFact
from nmx_desk.domain.people import User
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.domain.walltime import day_of, start_minute

_answer, _grievance, _deviation = table_of(SatisfactionAnswer), table_of(Grievance), table_of(Deviation)
_appointment, _rule, _override, _user = (table_of(kind) for kind in (Appointment, RosterRule, RosterOverride, User))


def answers(reach: Reach) -> tuple[AnswerFact, ...]:
    """Answers of these days, and all others of the clients who gave them: whether one counts depends on those before."""
    a = _answer.c
    within = a.answered_on.between(reach.first, reach.last)
    same = a.client_id.in_(sa.select(a.client_id).where(within, a.client_id.is_not(None)))
    rows = reach.store.connection.execute(
        sa.select(a.id, a.answered_on, a.recommend, a.client_id, a.practitioner_id).where(a.recommend.is_not(None), sa.or_(within, same))
    )
    return tuple(
        AnswerFact(
            id=id_, answered_on=day, recommend=recommend, client_id=client_id or "", practitioner_id=practitioner_id or "",
            source=reach.sources.get(client_id or "", ""),
        ) for id_, day, recommend, client_id, practitioner_id in rows
    )  # fmt: skip


def grievances(reach: Reach) -> tuple[GrievanceFact, ...]:
    """Formal complaints whose judgement was due on these days."""
    g = _grievance.c
    asked = sa.select(g.id, g.opened_on, g.extended_on, g.judged_on, g.closed_on)
    rows = reach.store.connection.execute(asked.where(g.opened_on.between(reach.first - JUDGE_WITHIN - EXTENSION, reach.last)))
    made = (
        GrievanceFact(id=id_, due_on=Grievance(opened_on=opened, extended_on=extended).due_on, answered_on=judged or closed)
        for id_, opened, extended, judged, closed in rows
    )
    return tuple(one for one in made if reach.first <= one.due_on <= reach.last)


def deviations(reach: Reach) -> tuple[DeviationFact, ...]:
    """Nonconformities whose action was due or tested on these days."""
    d = _deviation.c
    within = sa.or_(*(day.between(reach.first, reach.last) for day in (d.due_on, d.tested_on)))
    rows = reach.store.connection.execute(sa.select(d.id, d.due_on, d.done_on, d.tested_on, d.effective, d.reopened).where(within))
    return tuple(
        DeviationFact(id=id_, due_on=due_on, done_on=done_on, tested_on=tested_on, effective=effective, reopened=reopened)
        for id_, due_on, done_on, tested_on, effective, reopened in rows
    )


def working_time(reach: Reach) -> tuple[RosterFact, ...]:
    """How long everybody was to work on each of these days. Who left is counted up to the last appointment."""
    store, zone, lo, hi = reach.store, reach.zone_name, to_minutes(reach.starts), to_minutes(reach.ends)
    who = sorted({
        *store.connection.execute(sa.select(_rule.c.practitioner_id)).scalars(),
        *store.connection.execute(sa.select(_override.c.practitioner_id)).scalars(),
    })  # fmt: skip
    left = _last_days(reach)
    days = store, zone, who, reach.first, reach.last
    placed = agenda.rosters(*days) if reach.by_location else {"": agenda.roster(*days)}
    away: dict[str, list[Interval]] = {one: [] for one in who}
    for absence in agenda.absences(store, reach.starts, reach.ends):
        away.setdefault(absence.practitioner_id, []).append((to_minutes(absence.start_at), to_minutes(absence.end_at, up=True)))
    made = []
    for one, (place, roster) in product(who, placed.items()):
        spans = subtract(intersect(roster.around(one, reach.first, reach.last), [(lo, hi)]), merge(away[one]))
        minutes: Counter[date] = Counter()
        for day, length in _by_day(zone, spans):
            minutes[day] += length
        made += [
            RosterFact(practitioner_id=one, day=day, minutes=n, location_id=place)
            for day, n in sorted(minutes.items()) if day <= left.get(one, reach.last)
        ]  # fmt: skip
    return tuple(made)


def _last_days(reach: Reach) -> dict[str, date]:
    """Of those who do not work here any more: the day of the last appointment that was theirs; no day without any."""
    a = _appointment.c
    rows = reach.store.connection.execute(
        sa.select(_user.c.id, sa.func.max(a.busy_from))
        .select_from(_user.outerjoin(_appointment, sa.and_(a.practitioner_id == _user.c.id, a.live == sa.true())))
        .where(_user.c.is_active == sa.false())
        .group_by(_user.c.id)
    )
    return {user_id: day_of(reach.zone_name, last) if last is not None else date.min for user_id, last in rows}


def _by_day(zone: str, spans: Iterable[Interval]) -> Iterator[tuple[date, int]]:
    for begin, end in spans:
        lo = begin
        while lo < end:
            day = day_of(zone, lo)
            until = min(end, start_minute(zone, day + timedelta(days=1)))
            yield day, until - lo
            lo = until
