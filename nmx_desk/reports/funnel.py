"""Requests followed to their intake on paper (C2): by month of receipt and by way in, unripe months hatched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from gettext import NullTranslations

from reportlab.platypus import Flowable, Spacer

from nmx_desk.domain import kpi_words
from nmx_desk.domain.cohorts import Cohort, Funnel
from nmx_desk.domain.kpi import Figure
from nmx_desk.i18n import translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.course_charts import cohorts
from nmx_desk.reports.month import definitions, share
from nmx_desk.reports.paper import BODY, H1, SMALL, STRONG, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, over


def funnel_report(ctx: PrintContext, found: Funnel, sources: Mapping[str, str], *, progress: Progress | None = None) -> bytes:
    """The funnel of a period as PDF; ``sources``: the ways in by their code, in words."""
    t = translator(ctx.language)
    period = formats.span(found.period.first, found.period.last, t)
    title = t.gettext("From request to intake")
    head = Head(
        title=title, period=period, cut_off=formats.moment(found.cut_off, ctx.zone), filter_text=ctx.filter_text or t.gettext("none"),
        definitions=t.gettext("version {n}").format(n=found.definition_version),
    )  # fmt: skip
    first = found.whole.stages[0].count
    steps = [(kpi_words.stage(stage.key, t), stage.count, share(stage.count, first, t)) for stage in found.whole.stages]
    text = t.gettext("Of the requests received in this period, whenever the later steps took place.")
    story: list[Flowable] = [para(title, H1), para(period, STRONG), para(text, BODY), charts.funnel(steps), Spacer(0, 4)]
    story += [*_months(found, t), *_sources(found, sources, t)]
    keys = ("requests", "K3", "booked", "K6")
    figures = [Figure(key, None, None, None, found.whole.held.unit) for key in keys]
    return pdf(ctx, head, [*story, *definitions(figures, found.definition_version, t)], progress)


def _months(found: Funnel, t: NullTranslations) -> list[Flowable]:
    labels = [f"{one.first:%m-%y}" if one.first else "" for one in found.months]
    held = t.gettext("Intake held within 60 days")
    series = [
        (t.gettext("Requests"), [one.count("requests") for one in found.months]),
        (t.gettext("Call held"), [one.count("held") for one in found.months]),
        (t.gettext("Intake held"), [one.held.numerator or 0 for one in found.months]),
    ]
    unripe = [one.held.immature for one in found.months]
    story = over(t.gettext("By month of receipt"), 260)
    story += [cohorts(labels, series, unripe, t.gettext("can still change")), Spacer(0, 6)]
    rows = [[label, *_cells(one, t)] for label, one in zip(labels, found.months, strict=True)]
    text = t.gettext("A month can still change while requests of it are within their 60 days: its conversion is read as “so far”.")
    return [*story, Rows(_columns(t.gettext("Month"), held, found.whole, t), rows), Spacer(0, 4), para(text, SMALL)]


def _sources(found: Funnel, sources: Mapping[str, str], t: NullTranslations) -> list[Flowable]:
    rows = [[sources.get(one.source, one.source), *_cells(one, t)] for one in found.sources]
    rows.append([t.gettext("All"), *_cells(found.whole, t)])
    columns = _columns(t.gettext("Source"), t.gettext("Intake held within 60 days"), found.whole, t)
    return [*over(t.gettext("By source"), 120), Rows(columns, rows)]


def _columns(first: str, held: str, whole: Cohort, t: NullTranslations) -> Sequence[Column]:
    stages = [Column(kpi_words.stage(stage.key, t), 11, "RIGHT") for stage in whole.stages]
    return [Column(first, 14, bold=True), *stages, Column(held, 14, "RIGHT"), Column(kpi_words.name("K6", t), 17, "RIGHT")]


def _cells(one: Cohort, t: NullTranslations) -> list[str]:
    value = kpi_words.value_text(one.held, t)
    if one.held.immature:
        value = t.gettext("{value} so far").format(value=value)
    return [*(str(stage.count) for stage in one.stages), str(one.held.numerator), value]
