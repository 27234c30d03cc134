"""The client's personal plan on paper (B3), in plain words, with the week of the supplements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from gettext import NullTranslations

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from nmx_desk.domain.measures import LIFESTYLE_MEASURES, OUTCOME_MEASURES
from nmx_desk.domain.plan_rhythm import SHORT_DAYS, WEEK, Intake, Slot, dose_words, food_words, rhythm_words, schedule
from nmx_desk.domain.plans import (
    GOAL_RESULT_NAMES,
    MOMENTS_OF_DAY,
    PILLAR_NAMES,
    RESPONSIBLE_NAMES,
    GoalResult,
    ItemStatus,
    Pillar,
    PlanItem,
    PlanPhase,
)
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, SMALL, STRONG, Head, para, pdf
from nmx_desk.reports.records import GoalLine, Outcome, PlanPrint, PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, facts, over

RUNNING = frozenset({ItemStatus.ACTIVE})
TO_COME = frozenset({ItemStatus.ACTIVE, ItemStatus.PLANNED, ItemStatus.PAUSED})
BRIEF = 90
"""Letters of an item where it is only named."""


def plan_report(ctx: PrintContext, plan: PlanPrint, *, progress: Progress | None = None) -> bytes:
    """One version of a plan as PDF: goals, phases, active items, the week of the supplements.

    What is paused, stopped, done or still to come is not listed; in a draft all that may come is.
    """
    t = translator(ctx.language)
    title = t.gettext("Personal plan")
    if plan.copy:
        title = t.gettext("Personal plan (copy)")
    if plan.draft:
        title = t.gettext("Personal plan (draft)")
    shown = [item for item in plan.items if item.status in (TO_COME if plan.draft else RUNNING)]
    story: list[Flowable] = [para(t.gettext("Personal plan of {name}").format(name=plan.client_name), H1), *_about(plan, t)]
    story += [*_goals(plan.goals, t), *_scores(plan.outcomes, t)]
    week = 1
    for number, phase in enumerate(sorted(plan.phases, key=lambda p: p.position), 1):
        story += _phase(number, phase, week, shown, t)
        week += phase.weeks
    story += [*_schedule(_in_order(plan.phases, shown), t), *_stopping(ctx, shown, t)]
    return pdf(ctx, Head(title=title), [*story, *_closing(ctx, t)], progress)


def _in_order(phases: Sequence[PlanPhase], items: Iterable[PlanItem]) -> list[PlanItem]:
    places = {phase.id: phase.position for phase in phases}
    return sorted(items, key=lambda item: (places.get(item.phase_id, 0), item.position))


def _about(plan: PlanPrint, t: NullTranslations) -> list[Flowable]:
    version, rows = plan.version, [(t.gettext("Client number"), plan.client_no)]
    if plan.birth_date:
        rows.append((t.gettext("Date of birth"), formats.short_day(plan.birth_date)))
    rows.append((t.gettext("Practitioner"), plan.practitioner))
    rows.append((t.gettext("Version"), str(version.number)))
    if version.valid_from:
        rows.append((t.gettext("Starts on"), formats.day(version.valid_from, t)))
    if version.agreed_on:
        said = formats.day(version.agreed_on, t)
        rows.append((t.gettext("Agreed together on"), f"{said}, {version.agreed_with}" if version.agreed_with else said))
    if plan.contacts:
        name = t.gettext("Next contact") if len(plan.contacts) == 1 else t.gettext("Contacts")
        rows.append((name, "\n".join(formats.weekday(day, t) for day in plan.contacts)))
    intro = t.gettext(
        "This plan has steps that follow one another. Each step has a goal. "
        "Below it stands what to do, how often, and when we look at it again."
    )
    draft = t.gettext("This is a draft to talk about together. It only applies once it was agreed and signed.")
    return [facts(rows), *([para(draft, STRONG)] if plan.draft else []), para(intro, BODY)]


# -- goals and scores --------------------------------------------------------------------------------------------------------------------


def _goals(goals: Sequence[GoalLine], t: NullTranslations) -> list[Flowable]:
    if not goals:
        return []
    judged = any(goal.result is not GoalResult.OPEN for goal in goals)
    columns = [Column(t.gettext("Goal"), 31), Column(t.gettext("Seen by"), 22), Column(t.gettext("At the start"), 12, "RIGHT"),
               Column(t.gettext("Target"), 14, "RIGHT"), Column(t.gettext("At the latest"), 16)]  # fmt: skip
    if judged:
        columns.append(Column(t.gettext("Outcome of it"), 15))
    rows = [
        [
            goal.text, _measure(goal, t), _figure(goal.baseline, t), _figure(goal.target, t),
            formats.short_day(goal.due_on) if goal.due_on else "", *([t.gettext(GOAL_RESULT_NAMES[goal.result])] if judged else []),
        ]
        for goal in goals
    ]  # fmt: skip
    return [*over(t.gettext("What we work towards"), 110), Rows(columns, rows), Spacer(0, 6)]


def _measure(goal: GoalLine, t: NullTranslations) -> str:
    """What a goal's figure is called in this language; a complaint in the client's own words."""
    kind, _colon, name = goal.measure.partition(":")
    words = {"outcome": OUTCOME_MEASURES, "lifestyle": LIFESTYLE_MEASURES}.get(kind, {}).get(name, "")
    return t.gettext(words) if words else goal.words


def _figure(value: str, t: NullTranslations) -> str:
    return value.replace(".", t.gettext("decimal sign: .")[-1])


def _scores(outcomes: tuple[Outcome, ...], t: NullTranslations) -> list[Flowable]:
    if not outcomes:
        return []
    columns = [
        Column(t.gettext("Score"), 30, bold=True),
        Column(t.gettext("At the start"), 20, "RIGHT"),
        Column(t.gettext("Last time"), 20, "RIGHT"),
        Column(t.gettext("Direction"), 30),
    ]
    rows = [[o.name, _score(o.first, t), _score(o.last, t), _direction(o, t)] for o in outcomes]
    note = para(t.gettext("Scores run from 0 to 10; 10 is best."), SMALL)
    return [*over(t.gettext("How it is going"), 110), Rows(columns, rows), Spacer(0, 3), note]


def _score(value: int | None, t: NullTranslations) -> str:
    return t.gettext("not measured") if value is None else str(value)


def _direction(outcome: Outcome, t: NullTranslations) -> str:
    if outcome.first is None or outcome.last is None:
        return "–"
    if outcome.last == outcome.first:
        return "→ " + t.gettext("the same")
    return "↑ " + t.gettext("higher") if outcome.last > outcome.first else "↓ " + t.gettext("lower")


# -- steps -------------------------------------------------------------------------------------------------------------------------------


def _phase(number: int, phase: PlanPhase, week: int, items: Iterable[PlanItem], t: NullTranslations) -> list[Flowable]:
    last = week + phase.weeks - 1
    weeks = t.gettext("week {first} to {last}").format(first=week, last=last) if last > week else t.gettext("week {n}").format(n=week)
    title = t.gettext("Step {n}: {name} ({weeks})").format(n=number, name=phase.name, weeks=weeks)
    story: list[Flowable] = [CondPageBreak(120), para(title, H2)]
    if phase.goal:
        story.append(para(t.gettext("Goal: {goal}").format(goal=phase.goal), BODY))
    active = sorted((i for i in items if i.phase_id == phase.id), key=lambda i: i.position)
    if not active:
        return [*story, para(t.gettext("There is nothing to do for this step now. What to do is agreed when it starts."), SMALL)]
    columns = [
        Column(t.gettext("Theme"), 15, bold=True),
        Column(t.gettext("What"), 34),
        Column(t.gettext("How much and how often"), 22),
        Column(t.gettext("Who"), 14),
        Column(t.gettext("Look again on"), 15),
    ]
    rows: list[list[str]] = []
    for pillar in Pillar:
        mine = [_row(i, t) for i in active if i.pillar is pillar]
        rows += [[t.gettext(PILLAR_NAMES[pillar]) if i == 0 else "", *cells] for i, cells in enumerate(mine)]
    return [*story, Rows(columns, rows), Spacer(0, 6)]


def _row(item: PlanItem, t: NullTranslations) -> list[str]:
    when = formats.short_day(item.evaluate_on) if item.evaluate_on else "–"
    return [item.text, rhythm_words(item, t) or "–", t.gettext(RESPONSIBLE_NAMES[item.responsible]), when]


# -- the week of the supplements ---------------------------------------------------------------------------------------------------------


def _schedule(items: Sequence[PlanItem], t: NullTranslations) -> list[Flowable]:
    """A table for each moment of the day; its name stands above the rows on every page they go on to."""
    slots = schedule(items)
    if not slots:
        return []
    note = t.gettext("A dot: take it on that day. A number: so many times.")
    story: list[Flowable] = [CondPageBreak(140), para(t.gettext("Supplements through the week"), H2), para(note, SMALL)]
    for slot in slots:
        columns = [Column(_moment(slot, t), 38), Column(t.gettext("How much"), 27),
                   *(Column(t.gettext(day), 5, "RIGHT") for day in SHORT_DAYS)]  # fmt: skip
        story += [CondPageBreak(60), Rows(columns, [_intake(one, t) for one in slot.intakes]), Spacer(0, 8)]
    return story


def _moment(slot: Slot, t: NullTranslations) -> str:
    return t.gettext(MOMENTS_OF_DAY[slot.moment]) if slot.moment else t.gettext("Other moments")


def _intake(one: Intake, t: NullTranslations) -> list[str]:
    item = one.item
    many = t.gettext("{n} × a week").format(n=item.times) if item.per == WEEK and item.times is not None else ""
    free = t.gettext("on days of your choice") if one.free and many else ""
    said = (dose_words(item, t), many, free, food_words(item, t), item.frequency, item.timing)
    how = ", ".join(part for part in said if part)
    mark = f"{one.times}×" if one.times and one.times > 1 else "•"
    return [item.text, how or "–", *(mark if day in one.days else "" for day in range(1, 8))]


# -- what to watch -----------------------------------------------------------------------------------------------------------------------


def _stopping(ctx: PrintContext, items: Iterable[PlanItem], t: NullTranslations) -> list[Flowable]:
    watched = [item for item in items if item.stop_when]
    if not watched:
        return []
    columns = [Column(t.gettext("What"), 45), Column(t.gettext("Stop and call when"), 55, bold=True)]
    rows = [[formats.brief(item.text, BRIEF), item.stop_when] for item in watched]
    call = t.gettext("Stop with it and call {clinic} when what stands behind it happens.").format(clinic=ctx.clinic_name)
    return [CondPageBreak(110), para(t.gettext("When to stop and call"), H2), para(call, BODY), Rows(columns, rows), Spacer(0, 6)]


def _closing(ctx: PrintContext, t: NullTranslations) -> list[Flowable]:
    gp = t.gettext("Talk to the GP or pharmacist first when using medication, when pregnant or breastfeeding, and in case of doubt.")
    keep = t.gettext("Do not stop or change medication because of this plan. Only the doctor who prescribed it decides on that.")
    regular = t.gettext("This plan does not replace regular care. With new or worse complaints, call the GP.")
    return [
        CondPageBreak(110),
        para(t.gettext("Important"), H2),
        para(gp, STRONG),
        para(keep, BODY),
        para(regular, BODY),
        para(t.gettext("Questions about this plan? Contact {clinic}.").format(clinic=ctx.clinic_name), BODY),
    ]
