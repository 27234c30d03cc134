"""A client on one page (B1): what must be known first, complaints with their curves, history, axes, the plan in force, what comes next.

What is unsafe to leave out – what the client does not bear, what the client takes, alarm symptoms – is never cut. Everything else gives way
until it fits one page, and says what was left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import NullTranslations
from typing import Any, Final

from reportlab.platypus import Flowable, Spacer, Table

from nmx_desk.i18n import translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.paper import ACCENT, H1, INK, LINE, REGULAR, SOFT, TINT, WARN, WIDTH, Head, para, pdf, room, style, tall
from nmx_desk.reports.records import Curve, OverviewPrint, PrintContext, Progress, Titled
from nmx_desk.reports.tables import Command, Layout

TEXT: Final = style(8.5, after=2)
NAME: Final = style(8.5, bold=True, after=1)
FAINT: Final = style(7.5, colour=SOFT, after=1)
PART: Final = style(9.5, bold=True, colour=ACCENT, before=4, after=2, keep=True, tag="H2")
ALARM: Final = style(9.5, bold=True, colour=WARN, before=4, after=2, keep=True, tag="H2")
NUMBER: Final = style(9.5, bold=True, align=1)
GUTTER: Final = 14.0
FIELDS: Final = 3
"""Side by side at the top."""
SPARK: Final = (120.0, 26.0)


@dataclass(frozen=True)
class Most:
    """How much of each part is shown; ``chars`` of one text, of the first ``longer`` items of the plan twice as many."""

    complaints: int
    lines: int
    chars: int
    longer: int = 0


_TRIED: Final = (8, 10, 400), (6, 8, 260), (6, 6, 190), (5, 6, 150), (5, 5, 120), (5, 5, 96), (5, 4, 72)
_SHORT: Final = tuple(Most(4, 4, 48, longer) for longer in (5, 4, 3, 2, 1, 0))
STEPS: Final = (*(Most(*each) for each in _TRIED), *_SHORT, Most(3, 3, 44))
LEAST_NOTE: Final = 72
"""Characters a text must have for the reasons behind an axis to be shown; the name of a step is never shorter."""


def overview_report(ctx: PrintContext, shown: OverviewPrint, *, progress: Progress | None = None) -> bytes:
    """A client's overview as PDF: one page, unless what must not be cut is longer than that."""
    t = translator(ctx.language)
    head = Head(title=t.gettext("Client overview"))
    height = room(ctx, head)
    for place, most in enumerate(STEPS) if len(shown.safe) < FIELDS else ():
        above, columns = _above(shown, most, t), [_brought(shown, most, t), _ahead(shown, most, t)]
        left = height - tall(above)
        if tall([_side_by_side(columns)]) <= left:
            for n, part in enumerate((_brought, _ahead)):  # each column says as much as there is room for
                made = (part(shown, more, t) for more in STEPS[:place])
                columns[n] = next((one for one in made if tall([_side_by_side([one, []])]) <= left), columns[n])
            return pdf(ctx, head, [*above, _side_by_side(columns)], progress)
    return pdf(ctx, head, _flow(shown, STEPS[-1], t), progress)


def _above(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    """Three fields above, curves over the whole width; two columns come below."""
    safe = [*(_listed(part, most, t, cut=False) for part in shown.safe), _flags(shown, t)]
    return [*_head(shown, t), _side_by_side(safe, ground=True), *_curves(shown, most, t)]


def _brought(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    return [*_parts(shown.history, t.gettext("Medical history"), most, t), *_axes(shown, most, t)]


def _ahead(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    return [*_plan(shown, most, t), *_next(shown, most, t)]


def _flow(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    """The same under one another, over as many pages as it takes."""
    safe = [line for part in shown.safe for line in _listed(part, most, t, cut=False)]
    first = [*_head(shown, t), *_flags(shown, t), *safe, *_curves(shown, most, t)]
    return [*first, *_brought(shown, most, t), *_ahead(shown, most, t)]


# -- parts -------------------------------------------------------------------------------------------------------------------------------


def _head(shown: OverviewPrint, t: NullTranslations) -> list[Flowable]:
    born = t.gettext("born {day}").format(day=formats.short_day(shown.birth_date)) if shown.birth_date else ""
    age = t.gettext("{n} years old").format(n=shown.age) if shown.age is not None else ""
    treated = t.gettext("Practitioner: {name}").format(name=shown.practitioner) if shown.practitioner else ""
    facts = "   ·   ".join(filter(None, (shown.client_no, born, age, treated)))
    name = para(formats.brief(shown.client_name, 120), style(H1.fontSize, bold=True, after=1))
    return [name, para(formats.brief(facts, 300), style(8.5, after=6))]


def _listed(part: Titled, most: Most, t: NullTranslations, *, cut: bool = True) -> list[Flowable]:
    """A heading with its lines; ``cut`` False: all of them, whole."""
    lines = [line for line in part.text.split("\n") if line.strip()]
    kept = [formats.brief(line, most.chars) for line in lines[: most.lines]] if cut else lines
    story: list[Flowable] = [para(formats.brief(part.title, most.chars), PART), *(para(line, TEXT) for line in kept)]
    if part.note:
        story.append(para(part.note, FAINT))
    return [*story, *_more(len(lines) - len(kept), t)]


def _more(n: int, t: NullTranslations) -> list[Flowable]:
    return [para(t.ngettext("and {n} more", "and {n} more", n).format(n=n), FAINT)] if n > 0 else []


def _parts(parts: Sequence[Titled], title: str, most: Most, t: NullTranslations) -> list[Flowable]:
    if not parts:
        return [para(title, PART), para(t.gettext("Nothing was written down."), FAINT)]
    return [para(title, PART), *(_pair(one, most) for one in parts[: most.lines]), *_more(len(parts) - most.lines, t)]


def _pair(one: Titled, most: Most) -> Flowable:
    """A name and what there is to say of it, in one paragraph."""
    return para(formats.brief(": ".join(filter(None, (one.title, one.text))), most.chars), TEXT)


def _flags(shown: OverviewPrint, t: NullTranslations) -> list[Flowable]:
    title = t.gettext("Alarm symptoms")
    if shown.flags_asked is None:
        return [para(title, PART), para(t.gettext("Not asked yet."), TEXT)]
    asked = para(t.gettext("Asked on {day}.").format(day=formats.short_day(shown.flags_asked)), FAINT)
    if not shown.flags:
        return [para(title, PART), para(t.gettext("None was answered with yes."), TEXT), asked]
    n = len(shown.flags)
    heading = t.ngettext("Alarm symptoms: {n} × yes", "Alarm symptoms: {n} × yes", n).format(n=n)
    if shown.alarm:
        told = t.gettext("Told on {day}, while the plan runs; not settled yet.")
        asked = para(told.format(day=formats.short_day(shown.flags_asked)), FAINT)
    return [para(heading, ALARM), *(para(f"! {flag}", TEXT) for flag in shown.flags), asked]


def _axes(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    if not shown.axes:
        return []
    story: list[Flowable] = [para(t.gettext("Axes"), PART)]
    for one in shown.axes:
        story.append(_pair(one, most))
        if one.note and most.chars >= LEAST_NOTE:
            story.append(para(formats.brief(one.note, most.chars), FAINT))
    return story


def _plan(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    plan = shown.plan
    if plan is None:
        return [para(t.gettext("Plan"), PART), para(t.gettext("No plan in force."), TEXT)]
    since = formats.short_day(plan.since) if plan.since else "–"
    title = t.gettext("Plan, version {n} since {day}").format(n=plan.version, day=since)
    story: list[Flowable] = [para(title, PART), para(formats.brief(plan.step, max(most.chars, LEAST_NOTE)), NAME)]
    if plan.goal:
        story.append(para(t.gettext("Goal: {goal}").format(goal=formats.brief(plan.goal, most.chars)), TEXT))
    longer = replace(most, chars=2 * most.chars)
    story += [_pair(one, longer if n < most.longer else most) for n, one in enumerate(plan.items)]
    if plan.effects:
        story.append(para(t.gettext("Side effects"), NAME))
        story += [para(formats.brief(one, most.chars), TEXT) for one in plan.effects[: most.lines]]
        story += _more(len(plan.effects) - most.lines, t)
    return story


def _next(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    lines = shown.next_steps or (t.gettext("Nothing was agreed yet."),)
    story = [para(t.gettext("Next step"), PART), *(para(formats.brief(line, most.chars), TEXT) for line in lines[: most.lines])]
    return [*story, *_more(len(lines) - most.lines, t)]


# -- curves ------------------------------------------------------------------------------------------------------------------------------


def _curves(shown: OverviewPrint, most: Most, t: NullTranslations) -> list[Flowable]:
    """A line for each complaint and outcome: what, its curve, first and last score, since when that is."""
    days = [point.day for curve in (*shown.complaints, *shown.outcomes) for point in curve.points]
    first, last = (min(days), max(days)) if days else (date.min, date.min)
    rows: list[list[Any]] = []
    for title, note, found, many in (
        (t.gettext("Complaints"), t.gettext("10 is worst"), shown.complaints, most.complaints),
        (t.gettext("How life is"), t.gettext("10 is best"), shown.outcomes, len(shown.outcomes)),
    ):
        if found:
            rows.append([para(title, PART), para(note, FAINT), para("", FAINT)])
            rows += [_curve(curve, (first, last), most, t) for curve in found[:many]]
            rows += [[line, "", ""] for line in _more(len(found) - many, t)]
    if not rows:
        return [para(t.gettext("Complaints"), PART), para(t.gettext("Nothing was written down."), FAINT)]
    side = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)]
    return [_plain(rows, [WIDTH - SPARK[0] - 130, SPARK[0] + 16, 114], side), Spacer(0, 2)]


def _curve(curve: Curve, axis: tuple[date, date], most: Most, t: NullTranslations) -> list[Any]:
    name: list[Flowable] = [para(formats.brief(curve.name, most.chars), NAME)]
    if about := " · ".join(filter(None, (curve.about, curve.axes))):
        name.append(para(formats.brief(about, most.chars), FAINT))
    if not curve.points:
        return [name, para(t.gettext("not measured"), FAINT), ""]
    first, last = curve.points[0], curve.points[-1]
    said = str(last.score) if first is last else f"{first.score} → {last.score}"
    when = [last.day] if first is last else [first.day, last.day]
    dated = para(" – ".join(formats.short_day(day) for day in when), style(7.5, colour=SOFT, align=1))
    return [name, charts.spark(curve, *axis, width=SPARK[0], height=SPARK[1]), [para(said, NUMBER), dated]]


# -- layout ------------------------------------------------------------------------------------------------------------------------------


def _side_by_side(cells: Sequence[list[Flowable]], *, ground: bool = False) -> Table:
    """Cells of the same width next to each other."""
    wide = (WIDTH - GUTTER * (len(cells) - 1)) / len(cells)
    widths = [wide if n % 2 == 0 else GUTTER for n in range(2 * len(cells) - 1)]
    line: list[Any] = [cells[n // 2] if n % 2 == 0 else "" for n in range(2 * len(cells) - 1)]
    look: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    if ground:
        for n in range(0, 2 * len(cells) - 1, 2):
            look += [("BACKGROUND", (n, 0), (n, 0), TINT), ("LEFTPADDING", (n, 0), (n, 0), 7), ("RIGHTPADDING", (n, 0), (n, 0), 7)]
            look += [("BOTTOMPADDING", (n, 0), (n, 0), 5), ("TOPPADDING", (n, 0), (n, 0), 1)]
    return _plain([line], widths, look)


def _plain(rows: Sequence[Sequence[Any]], widths: Sequence[float], look: Sequence[Any]) -> Table:
    base: list[Command] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8.5, 11),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        *((f"{edge}PADDING", (0, 0), (-1, -1), pad) for edge, pad in (("LEFT", 0), ("RIGHT", 0), ("TOP", 1), ("BOTTOM", 1))),
    ]
    return Layout([list(row) for row in rows], colWidths=list(widths), style=[*base, *look], hAlign="LEFT", spaceBefore=4, spaceAfter=4)
