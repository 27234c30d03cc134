"""Pictures of the prints. Each stands beside its table; none is the only place of a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, cast

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect, Shape, String
from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from nmx_desk.reports import formats
from nmx_desk.reports.paper import ACCENT, BOLD, INK, LINE, REGULAR, SECOND, SOFT, TINT, WIDTH, clean, fit, fonts
from nmx_desk.reports.records import Curve, Step
from nmx_desk.reports.tags import tagged

MOST_SCORE: Final = 10
SERIES: Final = (ACCENT, HexColor("#b3541e"), HexColor("#3d5a98"), HexColor("#8a3b77"), HexColor("#5b6870"), HexColor("#8a6d00"))
"""Hues of the curves of one chart; each has a sign of its own as well, so that they are told apart in black and white."""
MOST_CURVES: Final = len(SERIES)
LEAST_FIELD: Final = 24
"""Points that a step of the plan needs for its name."""


class Picture(Drawing):
    """A drawing that says in words what it shows."""

    def __init__(self, width: float, height: float, alt: str) -> None:
        super().__init__(width, height)
        self.__dict__["alt"] = clean(alt)  # the library takes only the attributes it knows

    def draw(self, *_args: Any, **_more: Any) -> None:
        """Draw it."""
        with tagged(self.canv, "Figure", alt=self.__dict__["alt"]):
            super().draw()


def block(x: float, y: float, width: float, height: float, colour: Color) -> Rect:
    """A filled rectangle."""
    made: Any = Rect(x, y, width, height)
    made.fillColor, made.strokeColor = colour, None
    return cast("Rect", made)


def words(
    x: float, y: float, text: str, *, bold: bool = False, colour: Color = INK, anchor: str = "start", size: float = 8.5
) -> String:  # fmt: skip
    """One line of text; ``anchor`` start, middle or end."""
    made: Any = String(x, y, clean(text))
    made.fontName, made.fontSize, made.fillColor, made.textAnchor = BOLD if bold else REGULAR, size, colour, anchor
    return cast("String", made)


def funnel(steps: Sequence[tuple[str, int, str]]) -> Drawing:
    """Steps under one another as centred bars: name, count, remark right of it."""
    fonts()
    row, left, right = 24.0, 110.0, 150.0
    drawing = Picture(WIDTH, row * len(steps) + 4, ". ".join(f"{name}: {count}" for name, count, _remark in steps))
    most = max((n for _name, n, _remark in steps), default=0) or 1
    room = WIDTH - left - right
    for i, (name, count, remark) in enumerate(steps):
        y = drawing.height - row * (i + 1) + 2
        length = room * count / most
        drawing.add(block(left, y, room, row - 6, TINT))
        if count:
            drawing.add(block(left + (room - length) / 2, y, length, row - 6, ACCENT))
        drawing.add(words(0, y + 6, fit(name, REGULAR, 8.5, left - 8)))
        drawing.add(words(left + room + 10, y + 6, str(count), bold=True))
        drawing.add(words(left + room + 44, y + 6, fit(remark, REGULAR, 8.5, right - 44), colour=SOFT))
    return drawing


def bars(labels: Sequence[str], series: Sequence[tuple[str, Color, Sequence[int]]]) -> Drawing:
    """Grouped columns with a legend above; with many groups only some labels are written."""
    fonts()
    alt = ". ".join(f"{name}: {', '.join(map(str, values))}" for name, _colour, values in series)
    drawing = Picture(WIDTH, 165, alt)
    chart: Any = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 26, 22, WIDTH - 30, 112
    chart.data = [tuple(values) for _name, _colour, values in series]
    step = -(-len(labels) // 9)
    chart.categoryAxis.categoryNames = [label if i % step == 0 else "" for i, label in enumerate(labels)]
    chart.groupSpacing, chart.barSpacing = 6, 1
    chart.bars.strokeColor = None
    for i, (_name, colour, _values) in enumerate(series):
        chart.bars[i].fillColor = colour
    most = max((v for _n, _c, values in series for v in values), default=0)
    axis = chart.valueAxis
    axis.valueMin, axis.valueStep = 0, max(1, -(-most // 5))
    axis.valueMax = max(axis.valueStep * -(-most // axis.valueStep), 1)
    axis.labelTextFormat = "%d"
    axis.visibleGrid, axis.gridStrokeColor, axis.gridStrokeWidth = True, LINE, 0.4
    for a in (chart.categoryAxis, axis):
        a.labels.fontName, a.labels.fontSize, a.labels.fillColor = REGULAR, 8, SOFT
        a.strokeColor, a.strokeWidth = LINE, 0.6
        a.visibleTicks = False
    drawing.add(chart)
    x = 26.0
    for name, colour, _values in series:
        drawing.add(block(x, 150, 8, 8, colour))
        drawing.add(words(x + 12, 150.5, name))
        x += 30 + stringWidth(clean(name), REGULAR, 8.5)
    return drawing


# -- scores over time --------------------------------------------------------------------------------------------------------------------


def _sign(number: int, x: float, y: float, colour: Color, size: float = 2.8) -> Shape:
    """The mark of the n-th curve of a chart: disc, square, triangle, diamond, ring, open square."""
    shapes: tuple[Any, ...] = (
        Circle(x, y, size),
        Rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8),
        Polygon([x - size, y - size * 0.8, x + size, y - size * 0.8, x, y + size]),
        Polygon([x - size * 1.2, y, x, y - size * 1.2, x + size * 1.2, y, x, y + size * 1.2]),
        Circle(x, y, size),
        Rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8),
    )
    made: Any = shapes[number % len(shapes)]
    hollow = number % len(shapes) >= 4
    made.fillColor, made.strokeColor, made.strokeWidth = white if hollow else colour, colour, 1.1
    return cast("Shape", made)


def stroke(x1: float, y1: float, x2: float, y2: float, colour: Color, width: float, dash: Sequence[int] | None = None) -> Line:
    """A straight line."""
    made: Any = Line(x1, y1, x2, y2)
    made.strokeColor, made.strokeWidth, made.strokeDashArray = colour, width, dash
    return cast("Line", made)


def _path(places: Sequence[tuple[float, float]], colour: Color, width: float) -> PolyLine:
    made: Any = PolyLine([at for place in places for at in place])
    made.strokeColor, made.strokeWidth, made.strokeLineJoin = colour, width, 1
    return cast("PolyLine", made)


def told(series: Sequence[Curve]) -> str:
    """Curves in words: each name with its scores and days."""
    return ". ".join(f"{one.name}: {', '.join(f'{p.score} ({formats.short_day(p.day)})' for p in one.points)}" for one in series)


def spark(curve: Curve, first: date, last: date, *, width: float, height: float) -> Drawing:
    """One curve without words between the lines of 0 and 10; days of the same axis lie under one another."""
    drawing = Picture(width, height, told([curve]))
    low, tall, wide, days = 3.5, height - 7, width - 8, max((last - first).days, 1)
    drawing.add(stroke(0, low, width, low, LINE, 0.4))
    drawing.add(stroke(0, low + tall, width, low + tall, LINE, 0.4, (1, 2)))
    places = [(4 + wide * (p.day - first).days / days, low + tall * p.score / MOST_SCORE) for p in curve.points]
    if len(places) > 1:
        drawing.add(_path(places, ACCENT, 1.2))
    for place in places[:-1]:
        drawing.add(_sign(0, *place, ACCENT, 1.3))
    if places:
        drawing.add(_sign(0, *places[-1], ACCENT, 2.4))
    return drawing


def curves(series: Sequence[Curve], steps: Sequence[Step], first: date, last: date) -> Drawing:
    """At most ``MOST_CURVES`` scores over time, the steps of the plan as fields behind them, what each sign means below."""
    fonts()
    legend = list(_legend(series))
    low = 30 + 13.0 * (legend[-1][1] + 1 if legend else 0)
    tall, left = 132.0, 22.0
    drawing = Picture(WIDTH, low + tall + 20, told(series))
    wide, days = WIDTH - left - 8, max((last - first).days, 1)

    def across(day: date) -> float:
        return left + wide * min(max((day - first).days / days, 0), 1)

    _ground(drawing, steps, first, last, (across, low, tall))
    for level in range(0, MOST_SCORE + 1, 2):
        y = low + tall * level / MOST_SCORE
        drawing.add(stroke(left, y, left + wide, y, LINE, 0.4))
        drawing.add(words(left - 6, y - 3, str(level), colour=SOFT, anchor="end"))
    drawing.add(words(left, low - 13, formats.short_day(first), colour=SOFT))
    if last > first:
        drawing.add(words(left + wide, low - 13, formats.short_day(last), colour=SOFT, anchor="end"))
    for number, curve in enumerate(series[:MOST_CURVES]):
        places = [(across(p.day), low + tall * p.score / MOST_SCORE) for p in curve.points]
        if len(places) > 1:
            drawing.add(_path(places, SERIES[number], 1.4))
        for place in places:
            drawing.add(_sign(number, *place, SERIES[number]))
    for (x, line, text), number in zip(legend, range(MOST_CURVES), strict=False):
        y = low - 30 - 13 * line
        drawing.add(_sign(number, x + 4, y + 3, SERIES[number]))
        drawing.add(words(x + 12, y, text))
    return drawing


def _ground(drawing: Drawing, steps: Sequence[Step], first: date, last: date, place: tuple[Any, float, float]) -> None:
    """The steps as fields with their names above; those outside the axis are left out."""
    across, low, tall = place
    for number, step in enumerate(step for step in steps if step.first <= last and step.last >= first):
        start, end = across(max(step.first, first)), across(min(step.last, last))
        if number % 2 == 0:
            drawing.add(block(start, low, end - start, tall, TINT))
        drawing.add(stroke(start, low, start, low + tall + 4, SECOND, 0.6, (2, 2)))
        if end - start > LEAST_FIELD:
            drawing.add(words(start + 2, low + tall + 8, fit(step.name, REGULAR, 8.5, end - start - 4), colour=SOFT))


def _legend(series: Sequence[Curve]) -> Iterator[tuple[float, int, str]]:
    """Where each name stands: from the left, its line, the words as they fit."""
    x, line = 0.0, 0
    for curve in series[:MOST_CURVES]:
        text = fit(curve.name, REGULAR, 8.5, WIDTH * 0.6)
        wide = 30 + stringWidth(text, REGULAR, 8.5)
        if x and x + wide > WIDTH:
            x, line = 0.0, line + 1
        yield x, line, text
        x += wide
