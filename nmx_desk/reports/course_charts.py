"""Pictures of figures over months: their courses side by side, and cohorts as bars of which the unripe ones are hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, cast

from reportlab.graphics.shapes import Circle, Drawing, PolyLine, Shape
from reportlab.lib.colors import Color, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from nmx_desk.reports.charts import Picture, block, stroke, words
from nmx_desk.reports.paper import ACCENT, BOLD, INK, LINE, REGULAR, SECOND, SOFT, TINT, WIDTH, clean, fit, fonts

ACROSS: Final = 3
GAP: Final = 14.0
TALL: Final = 66.0
TITLE: Final = 8.0
HATCH: Final = 4.0


@dataclass(frozen=True)
class Course:
    """A figure by month, the oldest first: its name, the last value in words, values (None: there is none), which are still open."""

    title: str
    shown: str
    values: tuple[float | None, ...]
    open: tuple[bool, ...]


def courses(items: Sequence[Course], first: str, last: str) -> Drawing:
    """Small pictures side by side, each on its own scale from its least (or 0) to its most; a ring is a month that can still change."""
    fonts()
    lines = -(-len(items) // ACROSS)
    width = (WIDTH - GAP * (ACROSS - 1)) / ACROSS
    alt = ". ".join(f"{one.title}: {one.shown}" for one in items)
    drawing = Picture(WIDTH, TALL * lines + 2, alt)
    for n, one in enumerate(items):
        _course(drawing, one, (n % ACROSS * (width + GAP), drawing.height - TALL * (n // ACROSS + 1)), width, (first, last))
    return drawing


def _course(drawing: Drawing, one: Course, corner: tuple[float, float], width: float, ends: tuple[str, str]) -> None:
    x0, y0 = corner
    for n, line in enumerate(_lines(one.title, width - 48)):
        drawing.add(words(x0, y0 + 55 - n * 10, line, size=TITLE, colour=SOFT))
    drawing.add(words(x0 + width, y0 + 55, fit(one.shown, BOLD, 8.5, 44), bold=True, anchor="end"))
    low, tall = y0 + 13, 28.0
    drawing.add(stroke(x0, low, x0 + width, low, LINE, 0.6))
    known = [value for value in one.values if value is not None]
    if not known:
        return
    least, most = min(0.0, *known), max(known)
    reach = (most - least) or 1.0
    step = (width - 8) / max(len(one.values) - 1, 1)
    at = [None if v is None else (x0 + 4 + n * step, low + 2 + (v - least) / reach * (tall - 4)) for n, v in enumerate(one.values)]
    for a, b in pairwise(at):
        if a and b:
            made: Any = PolyLine([*a, *b])
            made.strokeColor, made.strokeWidth = ACCENT, 1.2
            drawing.add(cast("Shape", made))
    for place, still_open in zip(at, one.open, strict=True):
        if place:
            dot: Any = Circle(*place, 1.9)
            dot.fillColor, dot.strokeColor, dot.strokeWidth = white if still_open else ACCENT, ACCENT, 1
            drawing.add(cast("Shape", dot))
    for text, x, anchor in ((ends[0], x0, "start"), (ends[1], x0 + width, "end")):
        drawing.add(words(x, y0 + 4, text, size=7, colour=SOFT, anchor=anchor))


def _lines(title: str, width: float) -> list[str]:
    """A title in at most two lines."""
    first, rest = title.split(), list[str]()
    while len(first) > 1 and stringWidth(clean(" ".join(first)), REGULAR, TITLE) > width:
        rest.insert(0, first.pop())
    return [fit(" ".join(words), REGULAR, TITLE, width) for words in (first, rest) if words]


def cohorts(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], unripe: Sequence[bool], open_words: str) -> Drawing:
    """Bars of each month side by side, at most three to a month; those of an unripe month are hatched. ``open_words`` explains that."""
    fonts()
    alt = ". ".join(
        f"{label}: {', '.join(f'{name} {values[n]}' for name, values in series)}{f' ({open_words})' if unripe[n] else ''}"
        for n, label in enumerate(labels)
    )
    drawing = Picture(WIDTH, 168, alt)
    step = max(-(-max((value for _name, values in series for value in values), default=0) // 5), 1)
    most = step * 5
    hues: tuple[Color, ...] = (SECOND, ACCENT, INK)
    left, low, tall = 26.0, 22.0, 112.0
    for part in range(6):
        y = low + tall * part / 5
        drawing.add(stroke(left, y, WIDTH, y, LINE, 0.4))
        drawing.add(words(left - 4, y - 3, str(step * part), size=7, colour=SOFT, anchor="end"))
    room = (WIDTH - left) / max(len(labels), 1)
    bar = min(room * 0.8 / len(series), 16)
    named = -(-len(labels) * 34 // int(WIDTH - left)) or 1  # labels that have no room are left out
    for n, label in enumerate(labels):
        start = left + room * n + (room - bar * len(series)) / 2
        for k, (_name, values) in enumerate(series):
            _bar(drawing, (start + bar * k, low), (bar - 1, tall * values[n] / most), hues[k], hatched=unripe[n])
        if n % named == 0:
            drawing.add(words(left + room * (n + 0.5), 10, label, size=7.5, colour=SOFT, anchor="middle"))
    x = left
    for k, (name, _values) in enumerate(series):
        drawing.add(block(x, 154, 8, 8, hues[k]))
        drawing.add(words(x + 12, 154.5, name))
        x += 110
    _bar(drawing, (x, 154), (8, 8), SOFT, hatched=True)
    drawing.add(words(x + 12, 154.5, fit(open_words, REGULAR, 8.5, WIDTH - x - 12)))
    return drawing


def _bar(drawing: Drawing, corner: tuple[float, float], size: tuple[float, float], hue: Color, *, hatched: bool) -> None:
    (x, y), (width, height) = corner, size
    if not hatched:
        drawing.add(block(x, y, width, height, hue))
        return
    drawing.add(block(x, y, width, height, TINT))
    for a, b in ((x, x), (x + width, x + width)):
        drawing.add(stroke(a, y, b, y + height, hue, 0.7))
    drawing.add(stroke(x, y + height, x + width, y + height, hue, 0.7))
    up = HATCH
    while up < height + width:
        x1, y1 = (x, y + up) if up <= height else (x + up - height, y + height)
        x2, y2 = (x + up, y) if up <= width else (x + width, y + up - width)
        drawing.add(stroke(x1, y1, x2, y2, hue, 0.6))
        up += HATCH
