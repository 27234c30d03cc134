"""K9, K11 to K14, K18 and K19: notes in time, alarm symptoms, follow-up, plans, how a main complaint went, working time, side effects."""

from __future__ import annotations

from datetime import timedelta

from nmx_desk.domain.complaints import responded
from nmx_desk.domain.kpi_facts import AppointmentFact, CourseFact, End, Kind
from nmx_desk.domain.kpi_shapes import Figure, Note, Period, Unit, ratio
from nmx_desk.domain.kpi_view import COURSE_BEGINS, COURSE_ENDS, View

SIGNED_WITHIN = timedelta(hours=24)
FLOOR = 3
"""A main complaint that began below this has no room to become less."""
BUSY = frozenset({End.OPEN, End.COMPLETED, End.NO_SHOW})


def notes_in_time(view: View) -> Figure:
    """K9. Who can still be in time is not counted yet."""
    consults = [a for a in view.ended if a.end is End.COMPLETED and a.kind is not Kind.ADVICE_CALL]
    over = [a for a in consults if _in_time(a) or view.facts.cut_off > a.finish + SIGNED_WITHIN]
    hits = [a.id for a in over if _in_time(a)]
    waiting = len(consults) - len(over)
    return ratio("K9", "appointment", hits, [a.id for a in over], [Note("note_waits", waiting)], immature=waiting > 0)


def _in_time(consult: AppointmentFact) -> bool:
    return consult.signed_at is not None and consult.signed_at <= consult.finish + SIGNED_WITHIN


def flags_followed(view: View) -> Figure:
    """K11."""
    found = view.sheet.flags.within(view.period)
    return ratio("K11", "red_flag_check", [f.id for f in found if f.followed], [f.id for f in found])


def contacts_held(view: View) -> Figure:
    """K12. What is not past its window yet is not counted, held already or not."""
    due = [c for c in view.sheet.contacts.within(view.period) if not c.out]
    past = [c for c in due if c.due_on + timedelta(days=c.window_days) < view.sheet.today]
    hits = [c.id for c in past if c.done_on is not None and abs((c.done_on - c.due_on).days) <= c.window_days]
    waiting = len(due) - len(past)
    return ratio("K12", "follow_up", hits, [c.id for c in past], [Note("in_window", waiting)], immature=waiting > 0)


def plans_completed(view: View) -> Figure:
    """K13."""
    ended = view.sheet.plans.within(view.period)
    return ratio("K13", "plan", [p.id for p in ended if p.completed], [p.id for p in ended])


def last_score(course: CourseFact) -> int | None:
    """The last score between 60 and 180 days after the first; None when it was not measured then. Nothing is ever filled in."""
    begins, ends = course.baseline_on + COURSE_BEGINS, course.baseline_on + COURSE_ENDS
    found = [(day, number, score) for number, (day, score) in enumerate(course.later) if begins <= day <= ends]
    return max(found)[2] if found else None


def main_complaint(view: View) -> Figure:
    """K14: of the clients whose 180 days after the first score ended in the period. Who can still be measured is not counted yet."""
    whole = view.sheet.courses.within(view.period)
    found = [c for c in whole if c.baseline_on + COURSE_ENDS < view.sheet.today]
    high = [c for c in found if c.baseline >= FLOOR]
    waiting = sum(c.baseline >= FLOOR for c in whole) - len(high)
    scored = [(c, score) for c in high if (score := last_score(c)) is not None]
    hits = [c.id for c, score in scored if responded(c.baseline, score)]
    notes = [Note("below_floor", len(found) - len(high)), Note("not_measured", len(high) - len(scored)), Note("score_waits", waiting)]
    return ratio("K14", "client", hits, [c.id for c, _score in scored], notes, immature=waiting > 0)


def side_effects(view: View) -> Figure:
    """K19: of the steps begun in the period, whenever they were stopped."""
    begun = view.sheet.items.within(view.period)
    return ratio("K19", "plan_item", [i.id for i in begun if i.side_effect], [i.id for i in begun])


def occupation(view: View) -> Figure:
    """K18, in minutes, up to the day of the cut-off. What is booked double or outside the roster counts: more than 100 % can be."""
    days = Period(view.period.first, min(view.period.last, view.sheet.today))
    booked = [a for a in view.sheet.appointments.within(days) if a.end in BUSY]
    there = sum(r.minutes for r in view.sheet.roster.within(days))
    taken = sum(a.minutes for a in booked)
    ids = tuple(a.id for a in booked)
    return Figure("K18", taken, there, 100 * taken / there if there else None, Unit.PERCENT, (), "appointment", ids, ids)
