"""Follow-up on paper (C3): contacts by month and by practitioner, figures of plans, kept to, stopped and why, side effects."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from reportlab.platypus import Flowable, Spacer

from nmx_desk.domain import kpi_words
from nmx_desk.domain.follow_up_figures import LATE_STEPS, Contacts, FollowUpFigures
from nmx_desk.domain.plans import PILLAR_NAMES, SEVERITY_NAMES, STOP_REASON_NAMES, Pillar, Severity, StopReason
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.course_charts import cohorts
from nmx_desk.reports.month import definitions, figure_table
from nmx_desk.reports.paper import BODY, H1, SMALL, STRONG, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, over, tiles


def follow_up_report(
    ctx: PrintContext, found: FollowUpFigures, names: Mapping[str, str], *, progress: Progress | None = None
) -> bytes:  # fmt: skip
    """How follow-up went in a period as PDF; ``names``: practitioners by id."""
    t = translator(ctx.language)
    period = formats.span(found.period.first, found.period.last, t)
    title = t.gettext("Follow-up and plans")
    head = Head(
        title=title, period=period, cut_off=formats.moment(found.cut_off, ctx.zone), filter_text=ctx.filter_text or t.gettext("none"),
        definitions=t.gettext("version {n}").format(n=found.definition_version),
    )  # fmt: skip
    story: list[Flowable] = [para(title, H1), para(period, STRONG), tiles(_tiles(found, t))]
    story += [*over(t.gettext("Figures")), *figure_table(found.figures, t)]
    story += [*_contacts(found, names, t), *_told(found, t)]
    return pdf(ctx, head, [*story, *definitions(found.figures, found.definition_version, t)], progress)


def _tiles(found: FollowUpFigures, t: NullTranslations) -> list[tuple[str, str, str]]:
    whole, held = found.whole, found.figures[0]
    still = t.ngettext("{n} can still be in time", "{n} can still be in time", whole.waiting).format(n=whole.waiting)
    return [
        (t.gettext("Contacts due"), str(whole.due), still),
        (t.gettext("Held in time"), kpi_words.value_text(held, t), kpi_words.counts_text(held, t)),
        (t.gettext("Held outside the days"), str(whole.outside), ""),
        (t.gettext("Overdue"), str(whole.overdue), ""),
    ]


def _contacts(found: FollowUpFigures, names: Mapping[str, str], t: NullTranslations) -> list[Flowable]:
    labels = [f"{one.first:%m-%y}" if one.first else "" for one in found.months]
    series = [
        (t.gettext("Due"), [one.due for one in found.months]),
        (t.gettext("Held in time"), [one.in_window for one in found.months]),
        (t.gettext("Overdue"), [one.overdue for one in found.months]),
    ]
    open_ = [one.waiting > 0 for one in found.months]
    story: list[Flowable] = over(t.gettext("Contacts by month"), 240)
    story += [cohorts(labels, series, open_, t.gettext("can still change")), Spacer(0, 6)]
    story.append(Rows(_columns(t.gettext("Month"), t), [[label, *_cells(one)] for label, one in zip(labels, found.months, strict=True)]))
    story += over(t.gettext("Contacts by practitioner"), 130)
    rows = [[names.get(one.practitioner_id, "–"), *_cells(one)] for one in found.practitioners]
    rows.sort(key=lambda row: row[0].casefold())
    nothing = para(t.gettext("No contact was due in this period."), BODY)
    story.append(Rows(_columns(t.gettext("Practitioner"), t), rows) if rows else nothing)
    if found.whole.overdue:
        story += [Spacer(0, 4), para(_late(found, t), BODY)]
    text = t.gettext(
        "Left out: contacts that lapsed, of plans that were paused or had ended, and of clients who died. In time: within the days around"
        " the day agreed, 7 unless the plan says otherwise."
    )
    return [*story, Spacer(0, 4), para(text, SMALL)]


def _late(found: FollowUpFigures, t: NullTranslations) -> str:
    low, high = LATE_STEPS
    said = t.gettext("Overdue by up to {a} days: {x}; by up to {b} days: {y}; longer: {z}.")
    return said.format(a=low, b=high, x=found.late[0], y=found.late[1], z=found.late[2])


def _columns(first: str, t: NullTranslations) -> list[Column]:
    names = (
        t.gettext("Due"), t.gettext("Held in time"), t.gettext("Held outside the days"), t.gettext("Overdue"),
        t.gettext("Still within the days"), t.gettext("Left out"),
    )  # fmt: skip
    return [Column(first, 19, bold=True), *(Column(name, 13.2, "RIGHT") for name in names[:-1]), Column(names[-1], 15, "RIGHT")]


def _cells(one: Contacts) -> list[str]:
    return [str(n) for n in (one.due, one.in_window, one.outside, one.overdue, one.waiting, one.out)]


def _told(found: FollowUpFigures, t: NullTranslations) -> list[Flowable]:
    told = found.told
    kept = [[t.gettext(PILLAR_NAMES[Pillar(k.pillar)]), t.gettext("{n} %").format(n=kpi_words.decimal(k.percent, t)), str(k.told)]
            for k in told.kept]  # fmt: skip
    stopped = [[t.gettext(name), str(told.stopped[code])] for code, name in STOP_REASON_NAMES.items() if told.stopped.get(StopReason(code))]
    effects = [[t.gettext(name), str(told.effects[code])] for code, name in SEVERITY_NAMES.items() if told.effects.get(Severity(code))]
    parts = (
        (t.gettext("Kept to, as clients told"), (t.gettext("Pillar"), t.gettext("Mean"), t.gettext("Times told")), kept),
        (t.gettext("Steps stopped in this period"), (t.gettext("Reason"), t.gettext("Steps")), stopped),
        (t.gettext("Side effects that began in this period"), (t.gettext("Severity"), t.gettext("Side effects")), effects),
    )
    story: list[Flowable] = []
    for title, heads, rows in parts:
        story += over(title, 90)
        columns = [Column(heads[0], 40, bold=True), *(Column(name, 20, "RIGHT") for name in heads[1:])]
        story.append(Rows(columns, rows, width=340) if rows else para(t.gettext("Nothing in this period."), BODY))
    return story
