"""The line of a client's life on paper (B6): drawn on a landscape page as on the screen, and all of it again in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from gettext import NullTranslations
from typing import Any, Final

from reportlab.graphics.shapes import Circle, Polygon, Rect
from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import CondPageBreak, Flowable, Spacer

from nmx_desk.domain.lifeline import LANE_NAMES, Entry, Lane, Place, Scale, place, ticks
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.charts import SERIES, Picture, block, stroke, words
from nmx_desk.reports.paper import ACCENT, BODY, BOLD, H1, H2, INK, LINE, REGULAR, SMALL, SOFT, Head, clean, fit, fonts, para, pdf
from nmx_desk.reports.records import LifelinePrint, PrintContext, Progress
from nmx_desk.reports.tables import Column, Rows

ROW: Final = 15.0
AXIS, NAMES, SIZE, BAR, SIGN, LONGEST, TICK = 28.0, 116.0, 8.0, 8.0, 8.0, 190.0, 40.0
MOST_ROWS: Final = 20
"""Rows of one picture: it fits on a page with the heading above it."""
HUES: Final = dict(zip(Lane, (SERIES[3], SERIES[1], SERIES[5], SERIES[2], SERIES[4], HexColor("#a33a2a"), ACCENT), strict=True))


def lifeline_report(ctx: PrintContext, shown: LifelinePrint, *, progress: Progress | None = None) -> bytes:
    """The line and its table as PDF; pictures of as many rows as a page holds."""
    t = translator(ctx.language)
    fonts()
    head = Head(title=t.gettext("Timeline"), landscape=True)
    story: list[Flowable] = [para(t.gettext("Timeline of {name}").format(name=shown.client_name), H1), para(_about(shown, t), BODY)]
    if not shown.entries and not shown.rows:
        story.append(para(t.gettext("Nothing was written down yet."), BODY))
        return pdf(ctx, head, story, progress)
    for number, picture in enumerate(pictures(shown, head.width, t)):
        story += [*([Spacer(0, 8)] if number else []), picture]
    said = t.gettext("A bar is as wide as what is known: a year is a year wide. What is not known for certain of its ends is drawn dashed.")
    story += [Spacer(0, 4), para(said, SMALL), CondPageBreak(90), para(t.gettext("In words"), H2)]
    columns = [
        Column(t.gettext("When"), 17), Column(t.gettext("What"), 38, bold=True), Column(t.gettext("Part it plays"), 18),
        Column(t.gettext("Belongs to"), 17), Column(t.gettext("Source"), 10),
    ]  # fmt: skip
    told = [[one.when or t.gettext("unknown"), one.what, one.part, one.belongs, one.source] for one in shown.rows]
    return pdf(ctx, head, [*story, Rows(columns, told, width=head.width)], progress)


def _about(shown: LifelinePrint, t: NullTranslations) -> str:
    born = t.gettext("born {day}").format(day=formats.short_day(shown.birth_date)) if shown.birth_date else ""
    by = t.gettext("practitioner {name}").format(name=shown.practitioner) if shown.practitioner else ""
    return " · ".join(filter(None, (shown.client_no, born, by)))


def pictures(shown: LifelinePrint, width: float, t: NullTranslations) -> Iterator[Picture]:
    """The line in pieces of at most ``MOST_ROWS`` rows, each under its own years."""
    if not shown.entries:
        return
    first = min([one.first for one in shown.entries] + ([shown.birth_date] if shown.birth_date else []))
    last = max(shown.today, first) + timedelta(days=max((shown.today - first).days // 40, 10))
    scale = Scale(first, last, NAMES, width - NAMES)
    named = [replace(one, name=clean(one.name[:300]).replace("\n", " ")) for one in shown.entries]
    places = place(named, scale, lambda text: stringWidth(text, REGULAR, SIZE), sign=SIGN, gap=4.0, most=LONGEST)
    lines = sorted({(list(Lane).index(one.entry.lane), one.row) for one in places})
    for start in range(0, len(lines), MOST_ROWS):
        part = lines[start : start + MOST_ROWS]
        yield _Drawn(shown, scale, part, [one for one in places if (list(Lane).index(one.entry.lane), one.row) in part], t).picture


class _Drawn:
    """One picture: years above, then lane by lane."""

    def __init__(
        self, shown: LifelinePrint, scale: Scale, lines: Sequence[tuple[int, int]], places: Sequence[Place], t: NullTranslations
    ) -> None:  # fmt: skip
        self.shown, self.scale, self.t = shown, scale, t
        self.height = AXIS + ROW * len(lines) + 2
        said = "; ".join(f"{t.gettext(LANE_NAMES[one.entry.lane])}: {one.entry.name} ({_years(one.entry)})" for one in places)
        self.picture = Picture(scale.right, self.height, t.gettext("Timeline: {words}").format(words=said))
        self.tops = {line: self.height - AXIS - ROW * (n + 1) for n, line in enumerate(lines)}
        self._ground()
        for line, top in self.tops.items():
            self._lane(line, top)
        for one in places:
            self._entry(one, self.tops[list(Lane).index(one.entry.lane), one.row])

    def _ground(self) -> None:
        """Years with how old the client was, their lines, and today."""
        picture, scale, born = self.picture, self.scale, self.shown.birth_date
        for day in ticks(scale, TICK):
            x = scale.x(day)
            picture.add(stroke(x, 0, x, self.height - AXIS, LINE, 0.4))
            if x + TICK / 2 > scale.right or day.month != 1:
                continue
            picture.add(words(x, self.height - 10, str(day.year), anchor="middle", size=SIZE))
            if born is not None and day.year >= born.year:
                age = self.t.gettext("{n} y").format(n=day.year - born.year)
                picture.add(words(x, self.height - 20, age, anchor="middle", size=7, colour=SOFT))
        now = scale.x(self.shown.today)
        picture.add(stroke(now, 0, now, self.height - AXIS, ACCENT, 0.8, (3, 2)))

    def _lane(self, line: tuple[int, int], top: float) -> None:
        """The name of a lane at its first row here, and a line above it."""
        lane, row = list(Lane)[line[0]], line[1]
        if row == 0 or top == max(self.tops.values()):
            self.picture.add(stroke(0, top + ROW, self.scale.right, top + ROW, LINE, 0.6))
            name = fit(self.t.gettext(LANE_NAMES[lane]), BOLD, SIZE, NAMES - 8)
            self.picture.add(words(0, top + 4.5, name, bold=True, size=SIZE, colour=HUES[lane]))

    def _entry(self, one: Place, top: float) -> None:
        hue, low = HUES[one.entry.lane], top + (ROW - BAR) / 2
        if one.entry.until is None:
            self._moment(one, low, hue)
        else:
            self._period(one, low, hue)
        room = one.label[1] - one.label[0] + 0.5
        self.picture.add(words(one.label[0], top + 4.5, fit(one.entry.name, REGULAR, SIZE, room), size=SIZE, colour=INK))

    def _moment(self, one: Place, low: float, hue: Color) -> None:
        """As wide as what is known, with a dot in its middle."""
        start, end = one.bar
        if one.entry.last > one.entry.first:
            self.picture.add(_frame(start, low, end - start, hue, white, dashed=True))
        middle = self.scale.x(one.entry.first + (one.entry.last - one.entry.first) // 2)
        dot: Any = Circle(min(max(middle, start + 3), end - 3), low + BAR / 2, 2.6)
        dot.fillColor, dot.strokeColor = hue, None
        self.picture.add(dot)

    def _period(self, one: Place, low: float, hue: Color) -> None:
        """From beginning to end; what is certain of it filled."""
        (start, end), entry = one.bar, one.entry
        over = entry.ending or ((entry.until or entry.last) + timedelta(days=1))
        sure = [min(max(self.scale.x(day), start), end) for day in (entry.last, over)]
        self.picture.add(_frame(start, low, end - start, hue, white, dashed=True))
        if sure[1] > sure[0]:
            self.picture.add(block(sure[0], low, sure[1] - sure[0], BAR, Color(hue.red, hue.green, hue.blue, alpha=0.22)))
            self.picture.add(_frame(sure[0], low, sure[1] - sure[0], hue, None, dashed=False))
        if entry.open:  # it goes on
            tip: Any = Polygon([end, low, end + 5, low + BAR / 2, end, low + BAR])
            tip.fillColor, tip.strokeColor = hue, None
            self.picture.add(tip)


def _frame(x: float, y: float, width: float, edge: Color, ground: Color | None, *, dashed: bool) -> Rect:
    made: Any = Rect(x, y, width, BAR, rx=2, ry=2)
    made.strokeColor, made.fillColor, made.strokeWidth = edge, ground, 0.7
    made.strokeDashArray = (2, 1.5) if dashed else None
    found: Rect = made
    return found


def _years(entry: Entry) -> str:
    """From which year, and until which."""
    first, last = entry.first.year, (entry.until or entry.last).year
    return str(first) if first == last else f"{first}–{'' if entry.open else last}"

