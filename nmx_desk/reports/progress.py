"""How it has gone with a client, on paper (B4): scores along the steps of the plan, each curve with its figures in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from gettext import NullTranslations
from typing import Final

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from nmx_desk.domain.complaints import RESPONSE_POINTS, RESPONSE_SHARE, responded
from nmx_desk.i18n import translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.paper import BODY, H1, H2, SMALL, Head, para, pdf
from nmx_desk.reports.records import Curve, Point, PrintContext, Progress, ProgressPrint
from nmx_desk.reports.tables import Column, Rows, facts, over

LEAST_START: Final = 3
"""A complaint that began lower than this cannot be judged by the threshold (DOMAIN §5 K14)."""
MOST: Final = 5
"""Curves in one chart, and side by side in one table of figures."""
LEAST_WIDE: Final = 3
"""Columns that a table of figures has room for though it has fewer."""
LONGEST_HEAD: Final = 60
"""Characters of the name of a column."""


def progress_report(ctx: PrintContext, shown: ProgressPrint, *, progress: Progress | None = None) -> bytes:
    """Complaints and the three outcomes as curves over the steps of the plan, what changed by the own threshold, all figures."""
    t = translator(ctx.language)
    story: list[Flowable] = [para(t.gettext("Progress of {name}").format(name=shown.client_name), H1), facts(_about(shown, t))]
    if not any(curve.points for curve in (*shown.complaints, *shown.outcomes)):
        story.append(para(t.gettext("Nothing was measured yet."), BODY))
        story += _kept(shown, t)
        return pdf(ctx, Head(title=t.gettext("Progress")), story, progress)
    story += _part(shown, shown.complaints, t.gettext("Complaints"), t.gettext("0 is no trouble, 10 is the worst. Lower is better."), t)
    story += _part(shown, shown.outcomes, t.gettext("How life is"), t.gettext("10 is best. Higher is better."), t)
    story += _kept(shown, t)
    story += _figures(t.gettext("Figures of the complaints"), shown.complaints, t)
    story += _figures(t.gettext("Figures of how life is"), shown.outcomes, t)
    return pdf(ctx, Head(title=t.gettext("Progress")), story, progress)


def _about(shown: ProgressPrint, t: NullTranslations) -> list[tuple[str, str]]:
    rows = [(t.gettext("Client number"), shown.client_no)]
    if shown.birth_date:
        rows.append((t.gettext("Date of birth"), formats.short_day(shown.birth_date)))
    rows.append((t.gettext("Practitioner"), shown.practitioner or "–"))
    rows.append((t.gettext("Plan since"), formats.day(shown.start, t) if shown.start else t.gettext("no plan in force")))
    for number, step in enumerate(shown.steps, 1):
        name = t.gettext("Step {n}").format(n=number)
        rows.append((name, f"{step.name} ({formats.short_day(step.first)} – {formats.short_day(step.last)})"))
    return rows


# -- curves ------------------------------------------------------------------------------------------------------------------------------


def _part(shown: ProgressPrint, series: Sequence[Curve], title: str, note: str, t: NullTranslations) -> list[Flowable]:
    measured = [curve for curve in series if curve.points]
    if not measured:
        return []
    first, last = _axis(shown)
    story: list[Flowable] = []
    for number, part in enumerate(_shared(measured)):
        heading = [para(title, H2), para(note, SMALL)] if not number else []
        several = any(len(curve.points) > 1 for curve in part)  # dots of one day are no curve: the table says it all
        drawn = [charts.curves(part, shown.steps, first, last), Spacer(0, 6)] if several else []
        story.append(KeepTogether([*heading, *drawn]))
    rows = [_change(curve, shown.start, t) for curve in measured]
    columns = [
        Column(t.gettext("What"), 36, bold=True),
        Column(t.gettext("At the start"), 20),
        Column(t.gettext("Last time"), 20),
        Column(t.gettext("Difference"), 24),
    ]
    story += [CondPageBreak(60), Rows(columns, rows), Spacer(0, 3)]
    return [*story, para(_threshold(t), SMALL)] if series is shown.complaints else story


def _shared(series: Sequence[Curve]) -> Iterator[Sequence[Curve]]:
    """Curves in groups of at most ``MOST``, as many in each."""
    groups = -(-len(series) // MOST)
    for n in range(groups):
        yield series[len(series) * n // groups : len(series) * (n + 1) // groups]


def _threshold(t: NullTranslations) -> str:
    said = t.gettext(
        "Own threshold of the clinic: clearly less is at least {points} points and {share} % lower than at the start. The threshold is"
        " borrowed from research on pain. A complaint that began below {least} is not judged by it."
    )
    return said.format(points=RESPONSE_POINTS, share=round(RESPONSE_SHARE * 100), least=LEAST_START)


def _axis(shown: ProgressPrint) -> tuple[date, date]:
    """From the first score or the start of the plan to the last score, a day at least."""
    days = [point.day for curve in (*shown.complaints, *shown.outcomes) for point in curve.points]
    first = min([*days, *([shown.start] if shown.start else [])])
    return first, max(*days, first + timedelta(days=1))


def baseline(points: Sequence[Point], start: date | None) -> Point:
    """The score at the start: the last one until the day the plan began, or else the first."""
    before = [point for point in points if start is not None and point.day <= start]
    return before[-1] if before else points[0]


def _change(curve: Curve, start: date | None, t: NullTranslations) -> list[str]:
    first, last = baseline(curve.points, start), curve.points[-1]
    once = first is last
    return [curve.name, _on(first, t), "–" if once else _on(last, t), "–" if once else _judged(curve, first.score, last.score, t)]


def _on(point: Point, t: NullTranslations) -> str:
    return t.gettext("{n} on {day}").format(n=point.score, day=formats.short_day(point.day))


def _judged(curve: Curve, first: int, last: int, t: NullTranslations) -> str:
    """The difference with its direction; of a complaint what the own threshold says."""
    change = last - first
    said = t.gettext("the same") if not change else f"{'↑' if change > 0 else '↓'} {abs(change)}"
    if curve.good:
        return said
    if first < LEAST_START:
        return t.gettext("{change}, not judged").format(change=said)
    return t.gettext("{change}, clearly less").format(change=said) if responded(first, last) else said


def _kept(shown: ProgressPrint, t: NullTranslations) -> list[Flowable]:
    """What was told of the plan's items, and what the client did not bear."""
    story: list[Flowable] = []
    if shown.kept:
        columns = [Column(t.gettext("What"), 50, bold=True), Column(t.gettext("Kept to"), 32), Column(t.gettext("Asked"), 18)]
        note = t.gettext("As told at each contact, the first one first: 0 % is not at all, 100 % is always.")
        rows = Rows(columns, [[one.title, one.text, one.note] for one in shown.kept])
        story += [CondPageBreak(90), para(t.gettext("How the plan went"), H2), para(note, SMALL), rows, Spacer(0, 6)]
    if shown.effects:
        story += [CondPageBreak(50), para(t.gettext("Side effects"), H2), *(para(one, BODY) for one in shown.effects)]
    return story


# -- figures -----------------------------------------------------------------------------------------------------------------------------


def _figures(title: str, series: Sequence[Curve], t: NullTranslations) -> Iterator[Flowable]:
    """A line for each moment of measuring, a column for each curve; what was not measured is blank. One moment stands above already."""
    measured = [curve for curve in series if curve.points]
    if all(len(curve.points) == 1 and not curve.points[0].extra for curve in measured):
        return
    for number, part in enumerate(_shared(measured)):
        wide = max(len(part), LEAST_WIDE)
        moments = sorted({(point.day, point.moment): None for curve in part for point in curve.points})
        columns = [
            Column(t.gettext("Day"), 13),
            Column(t.gettext("Moment"), 19),
            *(Column(formats.brief(curve.name, LONGEST_HEAD), 68 / wide) for curve in part),
            *(Column("", 68 / wide) for _blank in range(wide - len(part))),
        ]
        rows = [
            [formats.short_day(day), moment, *(_cell(curve, day, moment) for curve in part), *([""] * (wide - len(part)))]
            for day, moment in moments
        ]
        table = Rows(columns, rows)
        if not number:
            yield from over(title, min(table.wrap(0, 0)[1] + 40, 160))  # a short one stays whole
        yield from (table, Spacer(0, 8))


def _cell(curve: Curve, day: date, moment: str) -> str:
    found = [point for point in curve.points if (point.day, point.moment) == (day, moment)]
    return "\n".join("\n".join(filter(None, (str(point.score), point.extra))) for point in found)
