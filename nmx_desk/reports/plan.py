"""The client's personal plan on paper (B3), in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from nmx_desk.domain.plans import PILLAR_NAMES, RESPONSIBLE_NAMES, ItemStatus, Pillar, PlanItem, PlanPhase
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, SMALL, STRONG, Head, para, pdf
from nmx_desk.reports.records import Outcome, PlanPrint, PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, facts


def plan_report(ctx: PrintContext, plan: PlanPrint, *, progress: Progress | None = None) -> bytes:
    """One version of a plan as PDF: phases, active items, scores. Nothing that is paused, stopped, done or still to come is listed."""
    t = translator(ctx.language)
    title = t.gettext("Personal plan")
    if plan.copy:
        title = t.gettext("Personal plan (copy)")
    story: list[Flowable] = [para(t.gettext("Personal plan of {name}").format(name=plan.client_name), H1), *_about(plan, t)]
    story += _scores(plan.outcomes, t)
    week = 1
    for number, phase in enumerate(sorted(plan.phases, key=lambda p: p.position), 1):
        story += _phase(number, phase, week, plan.items, t)
        week += phase.weeks
    return pdf(ctx, Head(title=title), [*story, *_closing(ctx, t)], progress)


def _about(plan: PlanPrint, t: NullTranslations) -> list[Flowable]:
    version, rows = plan.version, [(t.gettext("Client number"), plan.client_no)]
    if plan.birth_date:
        rows.append((t.gettext("Date of birth"), formats.short_day(plan.birth_date)))
    rows.append((t.gettext("Practitioner"), plan.practitioner))
    rows.append((t.gettext("Version"), str(version.number)))
    if version.valid_from:
        rows.append((t.gettext("Starts on"), formats.day(version.valid_from, t)))
    if version.agreed_on:
        rows.append((t.gettext("Agreed together on"), formats.day(version.agreed_on, t)))
    if plan.contacts:
        name = t.gettext("Next contact") if len(plan.contacts) == 1 else t.gettext("Contacts")
        rows.append((name, "\n".join(formats.weekday(day, t) for day in plan.contacts)))
    intro = t.gettext(
        "This plan has steps that follow one another. Each step has a goal. "
        "Below it stands what to do, how often, and when we look at it again."
    )
    return [facts(rows), para(intro, BODY)]


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
    return [CondPageBreak(110), para(t.gettext("How it is going"), H2), Rows(columns, rows), Spacer(0, 3), note]


def _score(value: int | None, t: NullTranslations) -> str:
    return t.gettext("not measured") if value is None else str(value)


def _direction(outcome: Outcome, t: NullTranslations) -> str:
    if outcome.first is None or outcome.last is None:
        return "–"
    if outcome.last == outcome.first:
        return "→ " + t.gettext("the same")
    return "↑ " + t.gettext("higher") if outcome.last > outcome.first else "↓ " + t.gettext("lower")


def _phase(number: int, phase: PlanPhase, week: int, items: Iterable[PlanItem], t: NullTranslations) -> list[Flowable]:
    last = week + phase.weeks - 1
    weeks = t.gettext("week {first} to {last}").format(first=week, last=last) if last > week else t.gettext("week {n}").format(n=week)
    title = t.gettext("Step {n}: {name} ({weeks})").format(n=number, name=phase.name, weeks=weeks)
    story: list[Flowable] = [CondPageBreak(120), para(title, H2)]
    if phase.goal:
        story.append(para(t.gettext("Goal: {goal}").format(goal=phase.goal), BODY))
    active = sorted((i for i in items if i.phase_id == phase.id and i.status is ItemStatus.ACTIVE), key=lambda i: i.position)
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
    dose = " ".join(x for x in (item.dose.replace(".", t.gettext("decimal sign: .")[-1]), item.dose_unit) if x)
    how = ", ".join(x for x in (dose, item.frequency, item.timing) if x)
    when = formats.short_day(item.evaluate_on) if item.evaluate_on else "–"
    return [item.text, how or "–", t.gettext(RESPONSIBLE_NAMES[item.responsible]), when]


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
