"""K15 to K17: would clients recommend the clinic, formal complaints in time, corrective actions in time and effective."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from nmx_desk.domain.kpi_shapes import INDICATIVE_BELOW, Figure, Note, Unit, ratio, some
from nmx_desk.domain.kpi_view import View

PROMOTER, PASSIVE = 9, 7


def promoters(view: View) -> Figure:
    """K15: −100 to 100. The numerator is the balance; ``hits`` are the promoters."""
    found = view.sheet.answers.within(view.period)
    pro = [a.id for a in found if a.recommend >= PROMOTER]
    against = sum(a.recommend < PASSIVE for a in found)
    value = 100 * (len(pro) - against) / len(found) if found else None
    notes = some(Note("promoters", len(pro)), Note("detractors", against))
    few = 0 < len(found) < INDICATIVE_BELOW
    ids = tuple(a.id for a in found)
    return Figure("K15", len(pro) - against, len(found), value, Unit.POINTS, notes, "satisfaction_answer", ids, tuple(pro), indicative=few)


class Terms(NamedTuple):
    """Ids of what was done by its last day, of all whose term is over, and how many can still be in time."""

    kept: list[str]
    over: list[str]
    waiting: int


def terms(found: Iterable[tuple[str, date | None, date]], today: date) -> Terms:
    """Of (id, day on which it was done, last day); what can still be done in time is not counted yet."""
    told = list(found)
    over = [(one, done, due) for one, done, due in told if done is not None or due < today]
    kept = [one for one, done, due in over if done is not None and done <= due]
    return Terms(kept, [one for one, _done, _due in over], len(told) - len(over))


def grievances_in_time(view: View) -> Figure:
    """K16, by the last day for the judgement."""
    found = terms(((g.id, g.answered_on, g.due_on) for g in view.sheet.grievances.within(view.period)), view.sheet.today)
    return ratio("K16", "grievance", found.kept, found.over, [Note("judgement_waits", found.waiting)], immature=found.waiting > 0)


def actions_in_time(view: View) -> Figure:
    """K17, in time: by the day on which the action was due."""
    first, last = view.period.first, view.period.last
    due = ((d.id, d.done_on, d.due_on) for d in view.sheet.deviations if d.due_on is not None and first <= d.due_on <= last)
    found = terms(due, view.sheet.today)
    return ratio("K17_time", "deviation", found.kept, found.over, [Note("action_waits", found.waiting)], immature=found.waiting > 0)


def actions_effective(view: View) -> Figure:
    """K17, effective: of those whose effect was tested in the period. One that was ever opened again was not effective."""
    first, last = view.period.first, view.period.last
    found = [d for d in view.sheet.deviations if d.tested_on is not None and first <= d.tested_on <= last and d.effective is not None]
    hits = [d.id for d in found if d.effective and not d.reopened]
    return ratio("K17_effect", "deviation", hits, [d.id for d in found])
