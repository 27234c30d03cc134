"""Satisfaction on paper (C7): the score and the mark, how often each was given, the course by quarter, words of answers without a name."""

from __future__ import annotations

from gettext import NullTranslations

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from nmx_desk.domain.kpi import DEFINITION_VERSION
from nmx_desk.i18n import translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.paper import ACCENT, BODY, H1, H2, SECOND, SMALL, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_people import SatisfactionLine, SatisfactionPrint
from nmx_desk.reports.tables import Column, Rows, over, tiles


def decimal(value: float | None, t: NullTranslations, places: int = 1) -> str:
    """A number as the reader writes it; what it is without one."""
    if value is None:
        return t.gettext("n/a")
    return f"{value:.{places}f}".replace(".", t.gettext("decimal sign: .")[-1])


def score(value: float | None, t: NullTranslations) -> str:
    """A net score with its sign."""
    if value is None:
        return t.gettext("n/a")
    return f"{value:+.0f}".replace("-", "−") if round(value) else "0"


def satisfaction(ctx: PrintContext, found: SatisfactionPrint, *, progress: Progress | None = None) -> bytes:
    """The report as PDF."""
    t = translator(ctx.language)
    whole = found.whole
    n = t.ngettext("of {n} score", "of {n} scores", whole.recommending).format(n=whole.recommending)
    if found.indicative and whole.recommending:
        n += ", " + t.gettext("indicative")
    passive = whole.recommending - found.promoters - found.detractors
    story: list[Flowable] = [
        para(t.gettext("Satisfaction"), H1),
        tiles([
            (t.gettext("Would recommend us (NPS)"), score(whole.nps, t), f"{n}, {_was(score(found.before.nps, t), found.before.nps, t)}"),
            (t.gettext("Mean mark"), decimal(whole.mean, t), _was(decimal(found.before.mean, t), found.before.mean, t)),
            (t.gettext("Answers"), str(whole.answers), _was(str(found.before.answers), found.before.answers or None, t)),
        ]),
        para(t.gettext("Would recommend (9 and 10): {a}. Neutral (7 and 8): {b}. Would not (0 to 6): {c}.")
             .format(a=found.promoters, b=passive, c=found.detractors), BODY),
        *_given(found, t), *_quarters(found, t),
        *_groups(t.gettext("By practitioner"), t.gettext("Practitioner"), found.practitioners, t),
        *_groups(t.gettext("By moment"), t.gettext("Asked"), found.moments, t), *_words(found, t),
        Spacer(0, 6), para(t.gettext(
            "The score is the share of nines and tens less the share of noughts to sixes; below 30 scores it is indicative. "
            "A client counts once in six months, an answer without a name each time."), SMALL),
    ]  # fmt: skip
    head = Head(
        title=t.gettext("Satisfaction"), period=formats.span(found.first, found.last, t), filter_text=ctx.filter_text,
        definitions=t.gettext("version {n}").format(n=DEFINITION_VERSION),
    )  # fmt: skip
    return pdf(ctx, head, story, progress)


def _was(words: str, value: float | None, t: NullTranslations) -> str:
    return t.gettext("was {value}").format(value=words) if value is not None else t.gettext("none before")


def _given(found: SatisfactionPrint, t: NullTranslations) -> list[Flowable]:
    """How often each score and mark was given, as a picture and as rows."""
    names = (t.gettext("Would recommend"), t.gettext("Mark"))
    labels = [str(n) for n in range(11)]
    scores, marks = ((*counts, *[0] * 11)[:11] for counts in (found.scores, found.marks))
    chart = charts.bars(labels, [(names[0], ACCENT, scores), (names[1], SECOND, marks)])
    columns = [Column("", 20, bold=True), *(Column(label, 7, "RIGHT") for label in labels)]
    rows = [[names[0], *map(str, scores)], [names[1], "–", *map(str, marks[1:])]]
    return [CondPageBreak(250), para(t.gettext("What was given"), H2), chart, Spacer(0, 4), Rows(columns, rows)]


def _columns(first: str, t: NullTranslations) -> list[Column]:
    return [
        Column(first, 34, bold=True), Column(t.gettext("Answers"), 14, "RIGHT"), Column(t.gettext("Scored by"), 16, "RIGHT"),
        Column("NPS", 12, "RIGHT"), Column(t.gettext("Mean mark"), 18, "RIGHT"),
    ]  # fmt: skip


def _row(one: SatisfactionLine, t: NullTranslations) -> list[str]:
    return [one.name, str(one.answers), str(one.recommending), score(one.nps, t), decimal(one.mean, t)]


def _quarters(found: SatisfactionPrint, t: NullTranslations) -> list[Flowable]:
    filled = next((place for place, one in enumerate(found.quarters) if one.answers), len(found.quarters))
    rows = [_row(one, t) for one in found.quarters[filled:]]
    return [*over(t.gettext("By quarter"), 120), Rows(_columns(t.gettext("Quarter"), t), rows)] if rows else []


def _groups(title: str, first: str, lines: tuple[SatisfactionLine, ...], t: NullTranslations) -> list[Flowable]:
    rows = [_row(one, t) for one in lines]
    return [*over(title, 90), Rows(_columns(first, t), rows)] if rows else []


def _words(found: SatisfactionPrint, t: NullTranslations) -> list[Flowable]:
    """Only of answers that are nobody's."""
    if not found.words:
        return []
    columns = [Column(t.gettext("Day"), 14), Column(t.gettext("Asked"), 26), Column(t.gettext("In their own words"), 60)]
    rows = [[formats.short_day(one.day), one.moment, one.text] for one in found.words]
    return [*over(t.gettext("In their own words, without a name"), 90), Rows(columns, rows)]
