"""The month report (C1): all figures with their counts and what they were before, their course, the funnel, the weeks, the definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from gettext import NullTranslations
from typing import Final

from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Spacer

from nmx_desk.domain import kpi_words
from nmx_desk.domain.dashboard import GROUP_NAMES
from nmx_desk.domain.kpi import GROUPS, Figure, MonthFigures, Point, Unit
from nmx_desk.domain.kpi import SMALL as FEW
from nmx_desk.i18n import translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.course_charts import Course, courses
from nmx_desk.reports.paper import ACCENT, BODY, H1, H2, SECOND, SMALL, WARN, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows, over, tiles

TILES: Final = ("requests", "K3", "held", "K5", "K7")
LEAST_ROOM: Final = 240
"""Points below which the definitions begin a page of their own."""
UNITS: Final = {Unit.PERCENT: "%", Unit.HOURS: "h", Unit.DAYS: "d"}


def month_report(
    ctx: PrintContext, figures: MonthFigures, *, before: Sequence[Figure] = (), trend: Mapping[str, Sequence[Point]] | None = None,
    filter_text: str = "", progress: Progress | None = None,
) -> bytes:  # fmt: skip
    """The figures of a period as PDF. ``before``: the same over the days before; ``trend``: by month, the oldest first."""
    t = translator(ctx.language)
    period = formats.span(figures.period.first, figures.period.last, t)
    head = head_of(ctx, figures, t.gettext("Figures of the month"), filter_text)
    story: list[Flowable] = [para(t.gettext("Figures, {period}").format(period=period), H1)]
    story.append(tiles([_tile(figures, key, t) for key in TILES]))
    old = {figure.key: figure for figure in before}
    known = {figure.key: figure for figure in figures.figures}
    for group, keys in GROUPS.items():
        story += over(t.gettext(GROUP_NAMES[group]))
        story += figure_table([known[key] for key in keys if key in known], t, old)
    story += [*_funnel(figures, t), *_weeks(figures, t), *(_courses(figures, trend, t) if trend else [])]
    ordered = [known[key] for keys in GROUPS.values() for key in keys if key in known]
    return pdf(ctx, head, [*story, *definitions(ordered, figures.definition_version, t)], progress)


def head_of(ctx: PrintContext, figures: MonthFigures, title: str, filter_text: str = "") -> Head:
    """What each page of a report of figures says of them."""
    t = translator(ctx.language)
    return Head(
        title=title, period=formats.span(figures.period.first, figures.period.last, t), cut_off=formats.moment(figures.cut_off, ctx.zone),
        filter_text=filter_text or ctx.filter_text or t.gettext("none"),
        definitions=t.gettext("version {n}").format(n=figures.definition_version),
    )  # fmt: skip


def _tile(figures: MonthFigures, key: str, t: NullTranslations) -> tuple[str, str, str]:
    figure = figures.figure(key)
    return kpi_words.name(key, t), kpi_words.value_text(figure, t), kpi_words.counts_text(figure, t)


def code(key: str) -> str:
    """K1 for K1_median; nothing for what has no number in the quality manual."""
    return key.split("_", maxsplit=1)[0] if key.startswith("K") else ""


def figure_table(figures: Sequence[Figure], t: NullTranslations, old: Mapping[str, Figure] | None = None) -> list[Flowable]:
    """Figures with their counts; with ``old`` also what they were over the days before."""
    columns = [
        Column("", 6),
        Column(t.gettext("Figure"), 27, bold=True),
        Column(t.gettext("Value"), 10, "RIGHT"),
        Column(t.gettext("Before"), 10, "RIGHT"),
        Column(t.gettext("Counts"), 19),
        Column(t.gettext("Remarks"), 28),
    ]
    rows = [
        [code(f.key), kpi_words.name(f.key, t), kpi_words.value_text(f, t), kpi_words.lone_text((old or {})[f.key], t)
         if f.key in (old or {}) else "–", kpi_words.counts_text(f, t), kpi_words.notes_text(f, t)]
        for f in figures
    ]  # fmt: skip
    if old is None:
        del columns[3]
        rows = [[*row[:3], *row[4:]] for row in rows]
    return [Rows(columns, rows), Spacer(0, 6)]


def _funnel(figures: MonthFigures, t: NullTranslations) -> list[Flowable]:
    first = figures.funnel[0][1]
    steps = [(kpi_words.stage(key, t), n, share(n, first, t)) for key, n in figures.funnel]
    text = t.gettext("Of the requests received in this period, whenever the later steps took place.")
    return [CondPageBreak(200), para(t.gettext("From request to intake"), H2), para(text, SMALL), charts.funnel(steps), Spacer(0, 4)]


def share(n: int, whole: int, t: NullTranslations) -> str:
    """Part of the requests, in words."""
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
    return [CondPageBreak(min(240 + 17 * len(rows), 520)), para(t.gettext("Per week"), H2), *chart, Spacer(0, 6), Rows(columns, rows)]


def _courses(figures: MonthFigures, trend: Mapping[str, Sequence[Point]], t: NullTranslations) -> list[Flowable]:
    """The months up to the last day, as pictures and as a table."""
    found = [figure for figure in figures.figures if trend.get(figure.key)]
    months = [point.first for point in trend[found[0].key]] if found else []
    if not months:
        return []
    items = [
        Course(
            kpi_words.name(f.key, t), _last(f, trend[f.key], t), tuple(point.value for point in trend[f.key]),
            tuple(point.immature for point in trend[f.key]),
        ) for f in found
    ]  # fmt: skip
    text = t.gettext("Month by month, each on its own scale. A ring is a month that can still change; the last month runs to the last day.")
    columns = [
        Column(t.gettext("Figure"), 46, bold=True), *(Column(f"{m:%m}\n{m:%y}", 9, "RIGHT") for m in months)
    ]  # fmt: skip
    rows = [[_named(f, t), *(_plain(f.unit, point, t) for point in trend[f.key])] for f in found]
    ends = (f"{months[0]:%m-%Y}", f"{months[-1]:%m-%Y}")
    story: list[Flowable] = [PageBreak(), para(t.gettext("Month by month"), H1), para(text, SMALL)]
    story += [courses(items[start : start + 12], *ends) for start in range(0, len(items), 12)]
    said = t.gettext("“1/2”: 1 of 2, for a percentage of fewer than 10 says little. *: the month can still change.")
    return [*story, *over(t.gettext("The same in numbers"), 200), Rows(columns, rows), Spacer(0, 4), para(said, SMALL)]


def _last(figure: Figure, points: Sequence[Point], t: NullTranslations) -> str:
    """The last month in words."""
    last = points[-1]
    shown = Figure(figure.key, last.numerator, last.denominator, last.value, figure.unit)
    return kpi_words.lone_text(shown, t)


def _named(figure: Figure, t: NullTranslations) -> str:
    unit = UNITS.get(figure.unit, "")
    name = kpi_words.name(figure.key, t)
    return f"{name} ({unit})" if unit else name


def _plain(unit: Unit, point: Point, t: NullTranslations) -> str:
    """A value as short as a month is narrow: of few the counts, and what can still change without decimals."""
    growing = "*" if point.immature else ""
    if point.value is None:
        return "–"
    if unit is Unit.PERCENT and 0 < (point.denominator or 0) < FEW:
        return f"{point.numerator}/{point.denominator}{growing}"
    whole = point.immature or point.value >= 100 or point.value.is_integer()
    return kpi_words.decimal(point.value, t, 0 if whole else 1) + growing


def definitions(figures: Sequence[Figure], version: str, t: NullTranslations) -> list[Flowable]:
    """How each figure is computed."""
    story: list[Flowable] = [Spacer(0, 12), CondPageBreak(LEAST_ROOM), para(t.gettext("Definitions"), H1)]
    text = t.gettext(
        "Version {n}. Test, double, merged and invalid requests are left out everywhere. Days and weeks are those of the clinic's clock."
    )
    story.append(para(text.format(n=version), BODY))
    columns = [Column("", 6), Column(t.gettext("Figure"), 26, bold=True), Column(t.gettext("How it is computed"), 68)]
    rows = [[code(figure.key), kpi_words.name(figure.key, t), kpi_words.formula(figure.key, t)] for figure in figures]
    story += [Rows(columns, rows), Spacer(0, 4)]
    general = t.gettext('Without a denominator a figure is "not applicable". Below 10 the counts must be read, not the percentage.')
    return [*story, para(general, SMALL)]
