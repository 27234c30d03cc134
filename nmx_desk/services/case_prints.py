"""The registers of complaints (C4) and incidents (C5) over a period, without names; letters about a complaint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import median
from typing import Any

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.grievances import (
    GRIEVANCE_STATUS_NAMES,
    GRIEVANCE_TOPIC_NAMES,
    JUDGEMENT_NAMES,
    Grievance,
    in_time,
    is_late,
)
from nmx_desk.domain.incidents import (
    DANGER_NAMES,
    HARM_NAMES,
    INCIDENT_CAUSE_NAMES,
    INCIDENT_KIND_NAMES,
    INCIDENT_STATUS_NAMES,
    TIMER_NAMES,
    Calamity,
    Incident,
    danger,
    timers,
)
from nmx_desk.domain.kpi import DEFINITION_VERSION
from nmx_desk.domain.kpi_quality import terms
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.reports.records import PrintContext
from nmx_desk.reports.records_cases import CaseLine, CasesPrint, Count, Quarter, Tile
from nmx_desk.services.desk import Work
from nmx_desk.services.incidents import holidays
from nmx_desk.services.report_base import Made, Wanted, print_progress

QUARTERS = 8


def grievance_report(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Complaints that came in during a period, and those that were open at its end."""
    return _made(work, ctx, wanted, _grievances(work, wanted.first, wanted.last))


def incident_report(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Incidents that were reported during a period, and those that were open at its end."""
    return _made(work, ctx, wanted, _incidents(work, wanted.first, wanted.last))


def _made(work: Work, ctx: PrintContext, wanted: Wanted, found: CasesPrint) -> Made:
    from nmx_desk.reports import cases as prints

    return prints.tables(found) if wanted.as_table else prints.case_register(ctx, found, progress=print_progress(work))


def _of_period(rows: Iterable[Any], day: str, first: date, last: date) -> list[Any]:
    """What came in during it, and what still was open at its end, the oldest first."""
    found = [one for one in rows if getattr(one, day) <= last
             and (getattr(one, day) >= first or one.closed_on is None or one.closed_on > last)]  # fmt: skip
    return sorted(found, key=lambda one: (getattr(one, day), one.number))


def _counts(group: str, names: Mapping[Any, str], values: Iterable[Any]) -> list[Count]:
    """How many of each, the most first; what did not occur is not listed."""
    counted = Counter(values)
    order = sorted((value for value in names if counted[value]), key=lambda value: -counted[value])
    return [Count(group=group, name=_(names[value]), count=counted[value]) for value in order]


def _quarters(came: Sequence[date], closed: Sequence[date], last: date) -> tuple[Quarter, ...]:
    """The eight quarters up to the one of the last day."""
    place = last.year * 4 + (last.month - 1) // 3
    both = [Counter(day.year * 4 + (day.month - 1) // 3 for day in days if day <= last) for days in (came, closed)]
    return tuple(
        Quarter(name=_("{year} Q{n}").format(year=at // 4, n=at % 4 + 1), came=both[0][at], closed=both[1][at])
        for at in range(place - QUARTERS + 1, place + 1)
    )


def _grievances(work: Work, first: date, last: date) -> CasesPrint:
    everything, today = work.store.find(Grievance), work.today()
    rows: list[Grievance] = _of_period(everything, "opened_on", first, last)
    judged = [one for one in rows if one.judged_on is not None and one.judged_on <= last and in_time(one) is not None]
    days = sorted((one.judged_on - one.opened_on).days for one in judged if one.judged_on is not None)
    late = [one for one in rows if is_late(one, today)]
    kept, over = _kept(everything, first, last, today)
    tiles = (
        Tile(name=_("Came in"), value=str(sum(first <= one.opened_on <= last for one in rows))),
        Tile(name=_("Open"), value=str(sum(one.closed_on is None for one in rows)), remark=_("{n} overdue").format(n=len(late))),
        Tile(name=_("Judged in time"), value=_("{n} of {all}").format(n=kept, all=over), remark=_("K16, by the last day of the term")),
        Tile(name=_("Days until the judgement"), value=f"{median(days):.0f}" if days else _("n/a"),
             remark=_("half of them sooner, {most} at most").format(most=days[-1]) if days else ""),
    )  # fmt: skip
    counts = _counts(_("About"), GRIEVANCE_TOPIC_NAMES, (one.topic for one in rows))
    counts += _counts(_("Judgement"), JUDGEMENT_NAMES, (one.judgement for one in rows))
    return CasesPrint(
        title=_("Register of formal complaints (Wkkgz)"), first=first, last=last, tiles=tiles, counts=tuple(counts),
        quarters=_quarters([one.opened_on for one in everything], [one.closed_on for one in everything if one.closed_on], last),
        rows=tuple(_grievance_line(one, today) for one in rows), definitions=DEFINITION_VERSION,
    )  # fmt: skip


def _kept(everything: Iterable[Grievance], first: date, last: date, today: date) -> tuple[int, int]:
    """K16 as the figures have it: of those whose term ended in the period and that are answered or late, how many in time."""
    told = terms(((one.id, one.judged_on or one.closed_on, one.due_on) for one in everything if first <= one.due_on <= last), today)
    return len(told.kept), len(told.over)


def _grievance_line(one: Grievance, today: date) -> CaseLine:
    kept = in_time(one)
    open_term = _("overdue since {day}") if is_late(one, today) else _("by {day}")
    waits = open_term.format(day=f"{one.due_on:%d-%m-%Y}") if one.judged_on is None and one.closed_on is None else ""
    judged = "" if kept is None else _("in time") if kept else _("too late")
    state = _(GRIEVANCE_STATUS_NAMES[one.state])
    return CaseLine(
        number=one.number, day=one.opened_on, about=_(GRIEVANCE_TOPIC_NAMES[one.topic]), summary=one.summary,
        state=f"{state}: {_(JUDGEMENT_NAMES[one.judgement]).lower()}" if one.judgement else state,
        term=" ".join(filter(None, (waits or judged, _("(10 weeks)") if one.extended_on else ""))),
    )  # fmt: skip


def _incidents(work: Work, first: date, last: date) -> CasesPrint:
    everything, today = work.store.find(Incident), work.today()
    rows: list[Incident] = _of_period(everything, "reported_on", first, last)
    subjects = {subject_of("incident", one.id) for one in rows}
    waiting = [task for task in work.store.find(Task, status=TaskStatus.OPEN) if task.source in subjects]
    late = sum(one.closed_on is None and one.analysed_on is None and one.due_on is not None and one.due_on < today for one in rows)
    overdue = sum(task.due_on < today for task in waiting)
    tiles = (
        Tile(name=_("Reported"), value=str(sum(first <= one.reported_on <= last for one in rows))),
        Tile(name=_("Open"), value=str(sum(one.closed_on is None for one in rows)), remark=_("{n} overdue").format(n=late)),
        Tile(name=_("Open measures"), value=str(len(waiting)), remark=_("{n} overdue").format(n=overdue)),
        Tile(name=_("Calamities"), value=str(sum(one.calamity is Calamity.ESTABLISHED for one in rows)),
             remark=_("{n} looked into").format(n=sum(one.doubt_on is not None for one in rows))),
        Tile(name=_("Data leaks"), value=str(sum(one.leak_found_at is not None for one in rows)),
             remark=_("{n} reported").format(n=sum(one.leak_reported_at is not None for one in rows))),
    )  # fmt: skip
    counts = _counts(_("Kind"), INCIDENT_KIND_NAMES, (one.kind for one in rows))
    counts += _counts(_("Harm"), HARM_NAMES, (one.harm for one in rows))
    counts += _counts(_("Danger"), DANGER_NAMES, (danger(one) for one in rows))
    counts += _counts(_("Cause"), INCIDENT_CAUSE_NAMES, (one.cause for one in rows))
    return CasesPrint(
        title=_("Register of incidents (VIM)"), first=first, last=last, tiles=tiles, counts=tuple(counts), terms=_terms(work, rows),
        quarters=_quarters([one.reported_on for one in everything], [one.closed_on for one in everything if one.closed_on], last),
        rows=tuple(_incident_line(one, today) for one in rows),
    )  # fmt: skip


def _terms(work: Work, rows: list[Incident]) -> tuple[str, ...]:
    days, now, found = holidays(rows), work.now(), []
    for one in rows:
        for timer in timers(one, work.zone, days):
            words = _("{number}: {what}, by {day}: {state}")
            state = _("too late") if timer.late(now) else _("open") if timer.runs else _("in time")
            found.append(words.format(number=one.number, what=_(TIMER_NAMES[timer.kind]), day=f"{timer.day:%d-%m-%Y}", state=state))
    return tuple(found)


def _incident_line(one: Incident, today: date) -> CaseLine:
    days = ((one.closed_on or today) - one.reported_on).days
    lasted = ngettext("{n} day", "{n} days", days).format(n=days)
    return CaseLine(
        number=one.number, day=one.reported_on, summary=one.summary,
        about=", ".join((_(INCIDENT_KIND_NAMES[one.kind]), _(HARM_NAMES[one.harm]).lower(), _(DANGER_NAMES[danger(one)]).lower())),
        state=_(INCIDENT_STATUS_NAMES[one.status]), term=lasted if one.closed_on else _("{days}, open").format(days=lasted),
    )  # fmt: skip
