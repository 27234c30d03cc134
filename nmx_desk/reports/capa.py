"""Nonconformities and what was done about them on paper (C6), and as a table."""

from __future__ import annotations

from collections import Counter
from datetime import date
from gettext import NullTranslations

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from nmx_desk.domain.deviations import DEVIATION_STATUS_NAMES, GRADE_NAMES, ORIGIN_NAMES, Deviation
from nmx_desk.domain.iso import CHAPTERS, CLAUSES, parent
from nmx_desk.domain.kpi import DEFINITION_VERSION
from nmx_desk.i18n import _, translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.paper import ACCENT, BODY, H1, H2, SECOND, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_capa import CapaLine, CapaPrint
from nmx_desk.reports.sheets import Sheet
from nmx_desk.reports.tables import Column, Rows, facts, over, tiles

MOST_MONTHS = 24


def capa_report(ctx: PrintContext, found: CapaPrint, *, progress: Progress | None = None) -> bytes:
    """Numbers, trend, where they come from, what is open, and each one of the period."""
    t = translator(ctx.language)
    title, period = t.gettext("Nonconformities and corrective action"), formats.span(found.first, found.last, t)
    story: list[Flowable] = [para(title, H1), tiles(_tiles(found, t)), *_trend(found, t), *_origins(found, t), *_open(found, t)]
    story += over(t.gettext("Found in this period, one by one"), 160 if found.found else 60)
    story += [flow for line in found.found for flow in _one(line, t)] or [para(t.gettext("None was found in this period."), BODY)]
    version = t.gettext("version {n}").format(n=DEFINITION_VERSION)
    return pdf(ctx, Head(title=title, period=period, definitions=version), story, progress)


def share(part: tuple[int, int], t: NullTranslations) -> str:
    """A part of a whole in percent; "n/a" of nothing."""
    hits, of = part
    return t.gettext("{n} %").format(n=round(100 * hits / of)) if of else t.gettext("n/a")


def _tiles(found: CapaPrint, t: NullTranslations) -> list[tuple[str, str, str]]:
    late = sum(line.late for line in found.open_now)
    of = t.gettext("{n} of {all}")
    return [
        (t.gettext("Open now"), str(len(found.open_now)), t.ngettext("{n} late", "{n} late", late).format(n=late)),
        (t.gettext("Found in the period"), str(len(found.found)), t.gettext("{n} closed").format(n=found.closed)),
        (t.gettext("Carried out in time"), share(found.in_time, t), of.format(n=found.in_time[0], all=found.in_time[1])),
        (t.gettext("Effective, of those tested"), share(found.effective, t), of.format(n=found.effective[0], all=found.effective[1])),
    ]


def _trend(found: CapaPrint, t: NullTranslations) -> list[Flowable]:
    months = found.months[-MOST_MONTHS:]
    if len(months) < 2:
        return []
    labels = [f"{day:%m-%Y}" for day, _n, _m in months]
    names = (t.gettext("Found"), t.gettext("Closed"))
    values = ([n for _d, n, _m in months], [m for _d, _n, m in months])
    series = [(name, colour, number) for name, colour, number in zip(names, (SECOND, ACCENT), values, strict=True)]
    columns = [Column(t.gettext("Month"), 40, bold=True), *(Column(name, 30, "RIGHT") for name in names)]
    rows = [[label, str(a), str(b)] for label, a, b in zip(labels, *values, strict=True)]
    return [CondPageBreak(260), para(t.gettext("Trend"), H2), charts.bars(labels, series), Spacer(0, 6), Rows(columns, rows), Spacer(0, 6)]


def _origins(found: CapaPrint, t: NullTranslations) -> list[Flowable]:
    """Where they came to light, and about which clauses."""
    if not found.found:
        return []
    ones = [line.deviation for line in found.found]
    tables = ((t.gettext("How they came to light"), Counter(t.gettext(ORIGIN_NAMES[one.origin]) for one in ones)),
              (t.gettext("Clauses"), Counter(_clause(one, t) for one in ones)),
              (t.gettext("Grades"), Counter(t.gettext(GRADE_NAMES[one.grade]) for one in ones)))  # fmt: skip
    story: list[Flowable] = []
    for title, counted in tables:
        columns = [Column(t.gettext("What"), 80, bold=True), Column(t.gettext("Number of them"), 20, "RIGHT")]
        rows = [[name, str(n)] for name, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
        story += [*over(title, 90), Rows(columns, rows)]
    return [*story, Spacer(0, 6)]


def _clause(one: Deviation, t: NullTranslations) -> str:
    number = parent(one.clause)
    return f"{number} {t.gettext(CLAUSES[number])}" if number else one.clause or t.gettext("No clause named")


def named(number: str, t: NullTranslations) -> str:
    """A clause with its title in the language of the print."""
    title = CLAUSES.get(parent(number)) or (CHAPTERS.get(int(number)) if number.isdecimal() else None)
    return f"{number} {t.gettext(title)}" if title else number


def _open(found: CapaPrint, t: NullTranslations) -> list[Flowable]:
    story: list[Flowable] = [*over(t.gettext("Open now"), 110)]
    if not found.open_now:
        return [*story, para(t.gettext("None is open."), BODY)]
    columns = [Column(t.gettext("Number"), 11, bold=True), Column(t.gettext("What"), 33), Column(t.gettext("State"), 19),
               Column(t.gettext("Due by"), 20), Column(t.gettext("Who"), 17)]  # fmt: skip
    rows = [
        [line.deviation.number, line.deviation.summary, t.gettext(DEVIATION_STATUS_NAMES[line.deviation.status]), due_words(
            line.due_on, found.today, t) if line.due_on else "–", line.owner or "–"]
        for line in found.open_now
    ]  # fmt: skip
    return [*story, Rows(columns, rows), Spacer(0, 6)]


def due_words(due_on: date, today: date, t: NullTranslations) -> str:
    """A deadline with how late it is."""
    days, day = (today - due_on).days, formats.short_day(due_on)
    return f"{day}\n{t.ngettext('{n} day late', '{n} days late', days).format(n=days)}" if days > 0 else day


def _one(line: CapaLine, t: NullTranslations) -> list[Flowable]:
    """One with everything that was written about it."""
    one = line.deviation
    effect = {True: t.gettext("Effective"), False: t.gettext("Not effective"), None: ""}[one.effective]
    state = t.gettext(DEVIATION_STATUS_NAMES[one.status])
    again = t.ngettext("{n} time, for it had no effect", "{n} times, for it had no effect", one.reopened).format(n=one.reopened)
    days = (
        (t.gettext("Found"), one.found_on), (t.gettext("Corrected"), one.corrected_on), (t.gettext("Cause found"), one.cause_on),
        (t.gettext("Carried out"), one.done_on), (t.gettext("Tested"), one.tested_on), (t.gettext("Closed"), one.closed_on),
    )  # fmt: skip
    pairs = [
        (t.gettext("State"), ", ".join(filter(None, (state, effect)))), (t.gettext("Grade"), t.gettext(GRADE_NAMES[one.grade])),
        (t.gettext("How it came to light"), ", ".join(filter(None, (t.gettext(ORIGIN_NAMES[one.origin]), line.came_from)))),
        (t.gettext("Clause of ISO 9001"), named(one.clause, t)), (t.gettext("Who handles it"), line.owner),
        (t.gettext("Days"), "; ".join(f"{name.lower()} {formats.short_day(day)}" for name, day in days if day)),
        (t.gettext("Reopened"), again if one.reopened else ""),
        (t.gettext("Correction"), line.correction), (t.gettext("Why?"), "\n".join(f"{n}. {why}" for n, why in enumerate(line.why, 1))),
        (t.gettext("Cause"), line.cause), (t.gettext("Whether it happens elsewhere"), line.similar),
        (t.gettext("Corrective action"), "\n".join(filter(None, (line.action, *line.actions)))),
        (t.gettext("How it was tested and what was seen"), line.test),
    ]  # fmt: skip
    return [*over(f"{one.number}  {one.summary}", 110), facts([pair for pair in pairs if pair[1]])]


def capa_table(found: CapaPrint) -> tuple[Sheet, ...]:
    """What is open and what was found in the period, a row each."""
    return (
        Sheet(_columns(), tuple(_cells(line) for line in found.found), _("Found in the period")),
        Sheet(_columns(), tuple(_cells(line) for line in found.open_now), _("Open now")),
    )


def _columns() -> tuple[str, ...]:
    return (
        _("Number"), _("Found on"), _("What"), _("Grade"), _("How it came to light"), _("Clause"), _("State"), _("Who handles it"),
        _("Due by"), _("Carried out"), _("Tested"), _("Effective"), _("Reopened"), _("Closed"), _("Cause"),
    )  # fmt: skip


def _cells(line: CapaLine) -> tuple[object, ...]:
    one = line.deviation
    effective = {True: _("yes"), False: _("no"), None: None}[one.effective]
    return (
        one.number, one.found_on, one.summary, _(GRADE_NAMES[one.grade]), _(ORIGIN_NAMES[one.origin]), one.clause,
        _(DEVIATION_STATUS_NAMES[one.status]), line.owner, one.due_on, one.done_on, one.tested_on, effective, one.reopened, one.closed_on,
        line.cause,
    )  # fmt: skip

