"""The month report (C1): the figures with their counts, the funnel, the weeks, the definitions."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Final

from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Spacer

from nmx_desk.domain import kpi_words
from nmx_desk.domain.kpi import MonthFigures
from nmx_desk.i18n import translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.paper import ACCENT, BODY, H1, H2, SECOND, SMALL, STRONG, WARN, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, tiles

TILES: Final = ("requests", "K3", "held", "K5", "K7")


def month_report(ctx: PrintContext, figures: MonthFigures, *, filter_text: str = "", progress: Progress | None = None) -> bytes:
    """The figures of a period as PDF."""
    t = translator(ctx.language)
    period = formats.span(figures.period.first, figures.period.last, t)
    cut_off = formats.moment(figures.cut_off, ctx.zone)
    head = Head(
        title=t.gettext("Figures of the advice calls"),
        period=period,
        cut_off=cut_off,
        filter_text=filter_text or ctx.filter_text or t.gettext("none"),
        definitions=t.gettext("version {n}").format(n=figures.definition_version),
    )
    story: list[Flowable] = [para(t.gettext("Figures, {period}").format(period=period), H1)]
    story += [tiles([_tile(figures, key, t) for key in TILES]), *_table(figures, t), *_funnel(figures, t), *_weeks(figures, t)]
    return pdf(ctx, head, [*story, *_definitions(figures, t)], progress)


def _tile(figures: MonthFigures, key: str, t: NullTranslations) -> tuple[str, str, str]:
    figure = figures.figure(key)
    return kpi_words.name(key, t), kpi_words.value_text(figure, t), kpi_words.counts_text(figure, t)


def _table(figures: MonthFigures, t: NullTranslations) -> list[Flowable]:
    columns = [
        Column(t.gettext("Figure"), 30, bold=True),
        Column(t.gettext("Value"), 12, "RIGHT"),
        Column(t.gettext("Counts"), 19),
        Column(t.gettext("Remarks"), 39),
    ]
    rows = [
        [kpi_words.name(f.key, t), kpi_words.value_text(f, t), kpi_words.counts_text(f, t), kpi_words.notes_text(f, t)]
        for f in figures.figures
    ]
    return [Rows(columns, rows), Spacer(0, 6)]


def _funnel(figures: MonthFigures, t: NullTranslations) -> list[Flowable]:
    first = figures.funnel[0][1]
    steps = [(kpi_words.stage(key, t), n, _share(n, first, t)) for key, n in figures.funnel]
    text = t.gettext("Of the requests received in this period, whenever the later steps took place.")
    return [CondPageBreak(200), para(t.gettext("From request to intake"), H2), para(text, SMALL), charts.funnel(steps), Spacer(0, 4)]


def _share(n: int, whole: int, t: NullTranslations) -> str:
    if not whole:
        return t.gettext("n/a")
    return t.gettext("{n} % of requests").format(n=kpi_words.decimal(100 * n / whole, t))


def _weeks(figures: MonthFigures, t: NullTranslations) -> list[Flowable]:
    names = (t.gettext("Requests"), t.gettext("Calls held"), t.gettext("No-show"))
    labels = [t.gettext("week {n}").format(n=w.first.isocalendar().week) for w in figures.weeks]
    series = [
        (names[0], SECOND, [w.requests for w in figures.weeks]),
        (names[1], ACCENT, [w.held for w in figures.weeks]),
        (names[2], WARN, [w.no_show for w in figures.weeks]),
    ]
    columns = [Column(t.gettext("Week"), 16, bold=True), Column(t.gettext("From"), 24), *(Column(n, 20, "RIGHT") for n in names)]
    rows = [
        [label, formats.short_day(w.first), str(w.requests), str(w.held), str(w.no_show)]
        for label, w in zip(labels, figures.weeks, strict=True)
    ]
    chart: list[Flowable] = [charts.bars(labels, series)] if labels else []
    return [CondPageBreak(240), para(t.gettext("Per week"), H2), *chart, Spacer(0, 6), Rows(columns, rows)]


def _definitions(figures: MonthFigures, t: NullTranslations) -> list[Flowable]:
    story: list[Flowable] = [PageBreak(), para(t.gettext("Definitions"), H1)]
    text = t.gettext(
        "Version {n}. Test, double, merged and invalid requests are left out everywhere. Days and weeks are those of the clinic's clock."
    )
    story.append(para(text.format(n=figures.definition_version), BODY))
    for figure in figures.figures:
        story += [para(kpi_words.name(figure.key, t), STRONG), para(kpi_words.formula(figure.key, t), BODY)]
    general = t.gettext('Without a denominator a figure is "not applicable". Below 10 the counts must be read, not the percentage.')
    return [*story, para(general, SMALL)]
