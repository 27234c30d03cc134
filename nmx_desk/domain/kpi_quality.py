"""K15 to K17: would clients recommend the clinic, formal complaints in time, corrective actions in time and effective."""

from __future__ import annotations

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


def grievances_in_time(view: View) -> Figure:
    """K16, by the last day for the judgement; one that can still be judged in time is not counted yet."""
    found = view.sheet.grievances.within(view.period)
    over = [g for g in found if g.answered_on is not None or g.due_on < view.sheet.today]
    hits = [g.id for g in over if g.answered_on is not None and g.answered_on <= g.due_on]
    waiting = len(found) - len(over)
    return ratio("K16", "grievance", hits, [g.id for g in over], [Note("judgement_waits", waiting)], immature=waiting > 0)


def actions_in_time(view: View) -> Figure:
    """K17, in time: by the day on which the action was due; one that can still be carried out in time is not counted yet."""
    first, last, today = view.period.first, view.period.last, view.sheet.today
    found = [(d, d.due_on) for d in view.sheet.deviations if d.due_on is not None and first <= d.due_on <= last]
    over = [(d, due) for d, due in found if d.done_on is not None or due < today]
    hits = [d.id for d, due in over if d.done_on is not None and d.done_on <= due]
    waiting = len(found) - len(over)
    return ratio("K17_time", "deviation", hits, [d.id for d, _due in over], [Note("action_waits", waiting)], immature=waiting > 0)


def actions_effective(view: View) -> Figure:
    """K17, effective: of those whose effect was tested in the period. One that was ever opened again was not effective."""
    first, last = view.period.first, view.period.last
    found = [d for d in view.sheet.deviations if d.tested_on is not None and first <= d.tested_on <= last and d.effective is not None]
    hits = [d.id for d in found if d.effective and not d.reopened]
    return ratio("K17_effect", "deviation", hits, [d.id for d in found])
