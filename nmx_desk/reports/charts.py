"""Pictures of the prints. Each stands beside its table; none is the only place of a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from nmx_desk.reports.paper import ACCENT, BOLD, INK, LINE, REGULAR, SOFT, TINT, WIDTH, clean, fit, fonts


def _rect(x: float, y: float, width: float, height: float, colour: Color) -> Rect:
    made: Any = Rect(x, y, width, height)
    made.fillColor, made.strokeColor = colour, None
    return cast("Rect", made)


def _text(x: float, y: float, text: str, *, bold: bool = False, colour: Color = INK, anchor: str = "start") -> String:
    made: Any = String(x, y, clean(text))
    made.fontName, made.fontSize, made.fillColor, made.textAnchor = BOLD if bold else REGULAR, 8.5, colour, anchor
    return cast("String", made)


def funnel(steps: Sequence[tuple[str, int, str]]) -> Drawing:
    """Steps under one another as centred bars: name, count, remark right of it."""
    fonts()
    row, left, right = 24.0, 110.0, 150.0
    drawing = Drawing(WIDTH, row * len(steps) + 4)
    most = max((n for _name, n, _remark in steps), default=0) or 1
    room = WIDTH - left - right
    for i, (name, count, remark) in enumerate(steps):
        y = drawing.height - row * (i + 1) + 2
        length = room * count / most
        drawing.add(_rect(left, y, room, row - 6, TINT))
        drawing.add(_rect(left + (room - length) / 2, y, length, row - 6, ACCENT))
        drawing.add(_text(0, y + 6, fit(name, REGULAR, 8.5, left - 8)))
        drawing.add(_text(left + room + 10, y + 6, str(count), bold=True))
        drawing.add(_text(left + room + 44, y + 6, fit(remark, REGULAR, 8.5, right - 44), colour=SOFT))
    return drawing


def bars(labels: Sequence[str], series: Sequence[tuple[str, Color, Sequence[int]]]) -> Drawing:
    """Grouped columns with a legend above; with many groups only some labels are written."""
    fonts()
    drawing = Drawing(WIDTH, 165)
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
        drawing.add(_rect(x, 150, 8, 8, colour))
        drawing.add(_text(x + 12, 150.5, name))
        x += 30 + stringWidth(clean(name), REGULAR, 8.5)
    return drawing
