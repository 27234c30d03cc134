"""A client on one page (B1) and how it has gone (B4): what stands in the file, in words for paper. The door of both is ``make_report``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from gettext import NullTranslations

from nmx_desk.data import consults as query
from nmx_desk.data import plans as plan_data
from nmx_desk.data import referrals as letters
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import (
    AXIS_NAMES,
    COURSE_NAMES,
    INSIGHT_NAMES,
    MOMENT_NAMES,
    STATE_NAMES,
    Axis,
    AxisAssessment,
    ComplaintScore,
    Course,
    axes_of,
)
from nmx_desk.domain.history import HISTORY_KIND_NAMES, REACTION_NAMES, TAKEN_NAMES, Allergy, HistoryItem, HistoryTopic, Medicine, Taken
from nmx_desk.domain.plan_rhythm import rhythm_words
from nmx_desk.domain.plan_rules import line_of, phase_starts
from nmx_desk.domain.plans import PILLAR_NAMES, SEVERITY_NAMES, FollowUpStatus, ItemStatus, Pillar, PlanItem, PlanStatus, PlanVersion
from nmx_desk.domain.tasks import TASK_SIDE_NAMES, Task, TaskStatus
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.records import Curve, OverviewPrint, PlanNow, Point, PrintContext, ProgressPrint, Step, Titled
from nmx_desk.services import history_sheet
from nmx_desk.services.desk import Work
from nmx_desk.services.flags_said import flags_said
from nmx_desk.services.following_said import alarm_said, effects_said, kept_last, kept_over_time
from nmx_desk.services.history_sheet import HistorySheet
from nmx_desk.services.history_words import called_words, nothing_words
from nmx_desk.services.plan_sheets import OUTCOMES, known_language
from nmx_desk.services.referral_words import flag_words
from nmx_desk.services.scores import ComplaintSeries, ScoreSheet, sheet_of
from nmx_desk.services.treating import treats


def need(work: Work, client: Client) -> None:
    """Raise ``NotAllowed`` unless the user may read the file: one's own, others with a reason."""
    work.need("notes.read", own=treats(work, client), client_id=client.id)


def overview(work: Work, ctx: PrintContext, client: Client) -> bytes:
    """The client's overview as PDF, in the reader's language."""
    from nmx_desk.reports.overview import overview_report

    need(work, client)
    return overview_report(ctx, overview_of(work, client, ctx.language))


def progress(work: Work, ctx: PrintContext, client: Client) -> bytes:
    """How it has gone as PDF, in the client's language: it lies on the table between the two."""
    from nmx_desk.reports.progress import progress_report

    need(work, client)
    language = known_language(client.language)
    return progress_report(replace(ctx, language=language), progress_of(work, client, language))


def overview_of(work: Work, client: Client, language: str, *, suspected: bool = False) -> OverviewPrint:
    """What an overview shows, in a language; ``suspected``: only axes that are. Whoever asks has checked the right and logs it."""
    t, sheet, brought = translator(language), sheet_of(work, client.id), history_sheet.sheet_of(work, client)
    call = letters.last_call(work.store, client.id)
    flags = flags_said(work, call, language) if call else None
    asked = (call.ended_at or call.started_at).astimezone(work.zone).date() if call and flags is not None else None
    alarm = alarm_said(work, client, language)
    if alarm is not None:
        flags, asked = alarm
    return OverviewPrint(
        client_name=client.name, client_no=client.client_no, birth_date=client.birth_date, age=client.age_on(work.today()),
        practitioner=_practitioner(work, client), safe=(_allergies(brought, t), _taken(brought, t)),
        flags=tuple(flag_words(flag, t) for flag in flags or ()), flags_asked=asked,
        complaints=tuple(_complaint(series, t) for series in sheet.complaints if series.complaint.is_active),
        outcomes=_outcomes(sheet, t), history=tuple(_history(brought, t)), axes=tuple(_axes(work, client, t, suspected=suspected)),
        plan=_plan_now(work, client, t), next_steps=tuple(_next(work, client, t)), alarm=alarm is not None,
    )  # fmt: skip


def progress_of(work: Work, client: Client, language: str) -> ProgressPrint:
    """What a print of the progress shows, in a language. Whoever asks has checked the right and logs it."""
    t, sheet, version = translator(language), sheet_of(work, client.id), _in_force(work, client)
    return ProgressPrint(
        client_name=client.name, client_no=client.client_no, birth_date=client.birth_date, practitioner=_practitioner(work, client),
        start=_start(work, version) if version else None, steps=tuple(_steps(work, version)) if version else (),
        complaints=tuple(_complaint(series, t) for series in sheet.complaints if series.scores), outcomes=_outcomes(sheet, t),
        kept=tuple(kept_over_time(work, version)) if version else (),
        effects=effects_said(work, client, version.plan_id, t) if version else (),
    )  # fmt: skip


def _practitioner(work: Work, client: Client) -> str:
    return query.user_names(work.store, {client.practitioner_id}).get(client.practitioner_id, "") if client.practitioner_id else ""


# -- scores ------------------------------------------------------------------------------------------------------------------------------


def _complaint(series: ComplaintSeries, t: NullTranslations) -> Curve:
    one = series.complaint
    since = t.gettext("since {when}").format(when=formats.partial(one.onset, t)) if one.onset else ""
    course = t.gettext(COURSE_NAMES[one.course]).lower() if one.course is not Course.UNKNOWN else ""
    axes = ", ".join(t.gettext(AXIS_NAMES[axis]) for axis in axes_of(one.axes))
    return Curve(
        one.words, tuple(Point(score.measured_on, score.score, _moment(score.moment, t), _extra(score, t)) for score in series.scores),
        about=" · ".join(filter(None, (since, course))), axes=axes,
    )  # fmt: skip


def _extra(score: ComplaintScore, t: NullTranslations) -> str:
    days = t.ngettext("{n} day a week", "{n} days a week", score.days_per_week or 0).format(n=score.days_per_week)
    hinder = t.gettext("hinder {n}").format(n=score.hinder)
    return "\n".join(text for text, value in ((days, score.days_per_week), (hinder, score.hinder)) if value is not None)


def _moment(code: str, t: NullTranslations) -> str:
    return t.gettext(MOMENT_NAMES[code]) if code in MOMENT_NAMES else code


def _outcomes(sheet: ScoreSheet, t: NullTranslations) -> tuple[Curve, ...]:
    """Those that were ever measured."""
    found = []
    for code, name in OUTCOMES.items():
        points = tuple(
            Point(one.measured_on, value, _moment(one.moment, t)) for one in sheet.outcomes if (value := getattr(one, code)) is not None
        )
        if points:
            found.append(Curve(t.gettext(name), points, good=True))
    return tuple(found)


# -- what the client brings along --------------------------------------------------------------------------------------------------------


def _allergies(brought: HistorySheet, t: NullTranslations) -> Titled:
    lines = []
    for one in (one for one in brought.standing(HistoryTopic.ALLERGIES) if isinstance(one, Allergy)):
        kind = t.gettext(REACTION_NAMES[one.reaction]).lower()
        severity = t.gettext(SEVERITY_NAMES[one.severity]).lower() if one.severity else ""
        named = f"{one.name} ({', '.join(filter(None, (kind, severity)))})"
        lines.append(": ".join(filter(None, (named, one.words))))
    note = "" if lines else _nothing(brought, (HistoryTopic.ALLERGIES,), t)
    return Titled(title=t.gettext("Allergies and intolerances"), text="\n".join(lines), note=note)


def _taken(brought: HistorySheet, t: NullTranslations) -> Titled:
    """What is taken now; as told in the advice call where nobody wrote down medication since."""
    topics = (HistoryTopic.MEDICATION, HistoryTopic.SUPPLEMENTS)
    lines = [medicine_words(one, t) for topic in topics for one in brought.standing(topic) if isinstance(one, Medicine)]
    if said := called_words(brought, HistoryTopic.MEDICATION, t):
        lines.insert(0, said)
    return Titled(title=t.gettext("Medication and supplements"), text="\n".join(lines), note="" if lines else _nothing(brought, topics, t))


def medicine_words(one: Medicine, t: NullTranslations) -> str:
    """A medicine or supplement in one line."""
    dose = dose_words(one.dose, one.dose_unit, t)
    since = t.gettext("since {when}").format(when=formats.partial(one.began, t)) if one.began else ""
    kind = f"({t.gettext(TAKEN_NAMES[one.taken]).lower()})" if one.taken is Taken.SUPPLEMENT else ""
    return ", ".join(filter(None, (" ".join(filter(None, (one.name, dose, kind))), one.frequency, since)))


def dose_words(dose: str, unit: str, t: NullTranslations) -> str:
    """A dose as it is written in a language."""
    return " ".join(filter(None, (dose.replace(".", t.gettext("decimal sign: .")[-1]), unit)))


def _nothing(brought: HistorySheet, topics: Sequence[HistoryTopic], t: NullTranslations) -> str:
    """That there is nothing, where that was the answer to each of the lists; else that nothing was written down."""
    if all(brought.nothing(topic) for topic in topics):
        return nothing_words(brought, topics[-1], t)
    return t.gettext("Nothing was written down.")


def _history(brought: HistorySheet, t: NullTranslations) -> Iterable[Titled]:
    found = [one for one in brought.told if isinstance(one, HistoryItem)]
    order = list(HISTORY_KIND_NAMES)
    for one in sorted(found, key=lambda one: order.index(one.kind)):
        when = " – ".join(formats.partial(day, t) for day in (one.began, one.ended) if day)
        at = t.gettext("at {n} years old").format(n=one.relative_age) if one.relative_age is not None else ""
        treated = t.gettext("under treatment: {by}").format(by=one.treated_by) if one.treated_by else ""
        kind = one.relation or t.gettext(HISTORY_KIND_NAMES[one.kind])
        yield Titled(title=kind, text=", ".join(filter(None, (one.name, when, at, treated))))


def _axes(work: Work, client: Client, t: NullTranslations, *, suspected: bool) -> Iterable[Titled]:
    """The newest judgement of each axis that was judged at all, or that is ``suspected``."""
    newest: dict[Axis, AxisAssessment] = {}
    for one in sorted(work.store.find(AxisAssessment, client_id=client.id), key=lambda one: (one.assessed_on, one.created_at)):
        newest[one.axis] = one
    for axis in Axis:
        found = newest.get(axis)
        if found is not None and (found.state if suspected else found.state is not None or found.hypothesis):
            state = t.gettext(STATE_NAMES[found.state]).lower() if found.state is not None else t.gettext("not judged")
            text = t.gettext("{state} ({insight})").format(state=state, insight=t.gettext(INSIGHT_NAMES[found.insight]).lower())
            yield Titled(title=t.gettext(AXIS_NAMES[axis]), text=text, note=found.hypothesis)


# -- the plan ----------------------------------------------------------------------------------------------------------------------------


def _in_force(work: Work, client: Client) -> PlanVersion | None:
    """The version that was activated: of the living plan, or else of the last one that was completed."""
    versions = [one for plan in plan_data.plans_of(work.store, client.id) for one in plan_data.versions_of(work.store, plan.id)]
    wanted = (PlanStatus.ACTIVE, PlanStatus.COMPLETED)
    return next((one for status in wanted for one in versions if one.status is status), None)


def _start(work: Work, version: PlanVersion) -> date:
    """The day its first version began."""
    versions = plan_data.versions_of(work.store, version.plan_id)
    return min((one.valid_from for one in versions if one.valid_from), default=version.valid_from or work.today())


def _steps(work: Work, version: PlanVersion) -> Iterable[Step]:
    phases = plan_data.content_of(work.store, version.id).phases
    starts = phase_starts(phases, _start(work, version))
    return [Step(one.name, starts[one.id], starts[one.id] + timedelta(weeks=one.weeks, days=-1)) for one in phases]


def _plan_now(work: Work, client: Client, t: NullTranslations) -> PlanNow | None:
    version = _in_force(work, client)
    if version is None or version.status is not PlanStatus.ACTIVE:
        return None
    content, steps, today = plan_data.content_of(work.store, version.id), list(_steps(work, version)), work.today()
    started = [n for n, step in enumerate(steps) if step.first <= today]
    now = started[-1] if started else 0
    said = t.gettext("Step {n} of {total}: {name} (until {day})")
    last = steps[now].last
    items = [one for one in content.items if one.status is ItemStatus.ACTIVE]
    return PlanNow(
        version=version.number, since=version.valid_from, goal=content.phases[now].goal,
        step=said.format(n=now + 1, total=len(steps), name=steps[now].name, day=formats.short_day(last)),
        items=tuple(pillar_lines(items, t, kept_last(work, version.plan_id))), effects=effects_said(work, client, version.plan_id, t),
    )  # fmt: skip


def pillar_lines(items: Iterable[PlanItem], t: NullTranslations, kept: Mapping[str, int] | None = None) -> Iterable[Titled]:
    """What is done, a line for each pillar; ``kept``: how far each item was kept to last, by its line."""
    found = list(items)
    for pillar in Pillar:
        mine = [_item(one, t, (kept or {}).get(line_of(one))) for one in found if one.pillar is pillar]
        if mine:
            yield Titled(title=t.gettext(PILLAR_NAMES[pillar]), text="; ".join(mine))


def _item(one: PlanItem, t: NullTranslations, kept: int | None = None) -> str:
    told = t.gettext("kept to last: {n} %").format(n=kept) if kept is not None else ""
    how = ", ".join(filter(None, (rhythm_words(one, t), told)))
    return f"{one.text.rstrip('. ')} ({how})" if how else one.text


def _next(work: Work, client: Client, t: NullTranslations) -> Iterable[str]:
    """What comes next, the first first: contacts that are due or booked, tasks that are open."""
    found: list[tuple[date, str]] = []
    for plan in plan_data.plans_of(work.store, client.id):
        contacts = plan_data.contacts_of_plan(work.store, plan.id)
        found += [_contact(work, one, t) for one in contacts if one.follow_up.status is FollowUpStatus.PLANNED]
    for task in work.store.find(Task, client_id=client.id, status=TaskStatus.OPEN):
        who = t.gettext(TASK_SIDE_NAMES[task.side])
        said = t.gettext("{day}: {what} ({who})").format(day=formats.short_day(task.due_on), what=task.title, who=who.lower())
        found.append((task.due_on, said))
    return [text for _day, text in sorted(found)]


def _contact(work: Work, contact: plan_data.Contact, t: NullTranslations) -> tuple[date, str]:
    if contact.booked_at is not None:
        booked = contact.booked_at.astimezone(work.zone)
        return booked.date(), t.gettext("{moment}: contact, booked").format(moment=f"{booked:%d-%m-%Y %H:%M}")
    day = contact.follow_up.due_on
    return day, t.gettext("{day}: contact, still to be booked").format(day=formats.short_day(day))
