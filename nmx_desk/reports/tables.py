"""Tables: long ones are wrapped and measured once and give each page the rows that fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import CondPageBreak, Flowable, Table

from nmx_desk.reports.paper import ACCENT, BOLD, H2, INK, LINE, REGULAR, SOFT, TINT, WIDTH, clean, fit, fonts, para
from nmx_desk.reports.tags import Element, artifact, group, tagged

Command = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]
"""A TableStyle command."""
SIZE: Final = 8.5
LEADING: Final = 11.0
PAD: Final = 4.0
GAP: Final = 14.0
LEAST_ROWS: Final = 2
"""Rows that stay above a page break when one of them goes along with the last."""
MOST_TAGGED: Final = 300
"""Rows of which each cell has a place in the structure; of longer lists each page is one paragraph, or the structure outgrows the text."""
MOST_LINES: Final = 30
"""Lines of one cell; a longer text is cut and says so with […]."""
MOST_HEAD_LINES: Final = 6
"""Lines of a column's title: a row of ``MOST_LINES`` still fits below it on a page lying down."""


@dataclass(frozen=True)
class Column:
    """A column: ``share`` of the width, ``align`` LEFT or RIGHT."""

    title: str
    share: float
    align: str = "LEFT"
    bold: bool = False


@lru_cache(maxsize=20_000)
def _width(text: str, font: str) -> float:
    return pdfmetrics.stringWidth(text, font, SIZE)


def _pieces(word: str, font: str, width: float) -> Iterable[str]:
    """A word too long for its cell, in pieces that fit."""
    piece, used = "", 0.0
    for char in word:
        w = _width(char, font)
        if piece and used + w > width:
            yield piece
            piece, used = "", 0.0
        piece += char
        used += w
    yield piece


def wrap(text: str, font: str, width: float, most: int = MOST_LINES) -> str:
    """Cell text in lines that fit ``width`` points, joined by line ends; at most ``most``."""
    drawn = clean(text[:5000])
    if "\n" not in drawn and _width(drawn, font) <= width:
        return drawn
    lines: list[str] = []
    for paragraph in drawn.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if _width(longer, font) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *full, line = _pieces(word, font, width)
            lines += full
        lines.append(line)
    if len(lines) > most or len(text) > 5000:
        lines = [*lines[: most - 1], "[…]"]
    return "\n".join(lines)


class Layout(Table):
    """A table that only puts things side by side: its grounds and lines say nothing."""

    def _drawBkgrnd(self) -> None:  # noqa: N802 (the library's name)
        with artifact(self.canv):
            super()._drawBkgrnd()  # type: ignore[misc]

    def _drawLines(self) -> None:  # noqa: N802
        with artifact(self.canv):
            super()._drawLines()  # type: ignore[misc]


class Rows(Flowable):
    """A table that gives each page the rows that fit, under a repeated header.

    ``names``: it has no header, the first cell of each row names it.
    """

    def __init__(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, width: float = WIDTH, names: bool = False, most: int = MOST_LINES
    ) -> None:  # fmt: skip
        super().__init__()
        fonts()
        self.names = names
        self.table: list[Element | None] = [None]  # its element, made by the part that is drawn first
        whole = sum(c.share for c in columns)
        self.columns, self.widths = columns, [width * c.share / whole for c in columns]
        self.lefts = _left(columns)
        inner = [w - PAD - left for w, left in zip(self.widths, self.lefts, strict=True)]
        of = [BOLD if c.bold else REGULAR for c in columns]
        self.head = [wrap(c.title, BOLD, w, MOST_HEAD_LINES) for c, w in zip(columns, inner, strict=True)]
        self.cells = [[wrap(x, f, w, most) for x, f, w in zip(row, of, inner, strict=True)] for row in rows]
        self.heights = [_height(row) for row in self.cells]
        self.ends = list(accumulate(self.heights, initial=0.0))
        self.start, self.stop = 0, len(self.cells)

    def _part(self, start: int, stop: int) -> Rows:
        part = Rows.__new__(Rows)
        part.__dict__.update(self.__dict__)  # the measured cells are shared, only the range differs
        part.__dict__.pop("_postponed", None)  # platypus' mark for what did not fit twice: it belongs to one part
        part.start, part.stop = start, stop
        return part

    def wrap(self, _avail_width: float, _avail_height: float) -> tuple[float, float]:
        """Size of this part, header included."""
        return sum(self.widths), self._headed() + self.ends[self.stop] - self.ends[self.start]

    def _headed(self) -> float:
        return 0.0 if self.names else _height(self.head)

    def split(self, _avail_width: float, avail_height: float) -> list[Flowable]:
        """As many rows as fit, and the rest."""
        room = avail_height - self._headed() + self.ends[self.start] + 0.01
        cut = min(bisect_right(self.ends, room) - 1, self.stop)
        if not self.start < cut < self.stop:
            return []
        if self.stop - cut > 1 or cut - self.start <= LEAST_ROWS:
            return [self._part(self.start, cut), self._part(cut, self.stop)]
        rest = self._part(cut - 1, self.stop)  # no last row alone on a page, nor the one before it alone below its own title
        return [self._part(self.start, cut - 1), CondPageBreak(rest.wrap(0, 0)[1]), rest]

    def draw(self) -> None:
        """Draw this page's rows. Straight on the canvas: a platypus table of the same rows takes half as long again."""
        top = self.wrap(0, 0)[1]
        rules: list[tuple[float, float, float, float]] = []
        faces = [BOLD if c.bold else REGULAR for c in self.columns]
        table = self.table[0] = self.table[0] or group(self.canv, "Table")
        if not self.names:
            self.canv.setFillColor(SOFT)
            with artifact(self.canv, "Pagination") if self.start else nullcontext():
                top = self._row(self.head, [BOLD] * len(faces), top, "" if self.start else "TH/Column", table)
        head = top
        self.canv.setFillColor(INK)
        short = len(self.cells) <= MOST_TAGGED
        with nullcontext() if short else tagged(self.canv, "P"):
            for cells, height in zip(self.cells[self.start : self.stop], self.heights[self.start : self.stop], strict=True):
                self._row(cells, faces, top, "TD" if short else "", table)
                top -= height
                rules.append((0, top, sum(self.widths), top))
        with artifact(self.canv):
            self.canv.setLineWidth(0.4)
            self.canv.setStrokeColor(LINE)
            self.canv.lines(rules)
            if not self.names:
                self.canv.setLineWidth(0.8)
                self.canv.setStrokeColor(ACCENT)
                self.canv.line(0, head, sum(self.widths), head)

    def _row(self, cells: Sequence[str], faces: Sequence[str], top: float, kind: str, table: Element | None) -> float:
        """Draw one row below ``top``, cell after cell, so that the text reads in order; its bottom."""
        text, x = self.canv.beginText(), 0.0
        code: list[str] = text._code  # type: ignore[attr-defined]  # noqa: SLF001 (marks stand between the operators)
        row = group(self.canv, "TR", table) if kind else None
        for n, (cell, face, column, left, width) in enumerate(zip(cells, faces, self.columns, self.lefts, self.widths, strict=True)):
            with tagged(self.canv, "TH/Row" if self.names and not n else kind, row, code=code) if row else nullcontext():
                if cell:
                    if self.names:
                        text.setFillColor(INK if n else SOFT)
                    self._cell(text, cell, face, column, (x + left, x + width - PAD, top))
            x += width
        self.canv.drawText(text)
        return top - _height(cells)

    @staticmethod
    def _cell(text: PDFTextObject, cell: str, face: str, column: Column, place: tuple[float, float, float]) -> None:
        """Write one cell between ``place``'s left and right, below its top."""
        start, end, top = place
        text.setFont(face, SIZE, LEADING)
        for i, line in enumerate(cell.split("\n")):
            text.setTextOrigin(end - _width(line, face) if column.align == "RIGHT" else start, top - SIZE - 2 - i * LEADING)
            text.textOut(line)


def _left(columns: Sequence[Column]) -> list[float]:
    """Left padding of each column: more after numbers, which end at their column's right edge."""
    return [GAP if i and columns[i - 1].align == "RIGHT" and c.align == "LEFT" else PAD for i, c in enumerate(columns)]


def _height(cells: Sequence[str]) -> float:
    return LEADING * (1 + max((c.count("\n") for c in cells), default=0)) + 6


def over(title: str, room: float = 120) -> list[Flowable]:
    """A heading over a table that may go on on the next page; it goes along when there is less room than that, in points."""
    heading = para(title, H2)
    heading.keepWithNext = 0
    return [CondPageBreak(room), heading]


def facts(pairs: Sequence[tuple[str, str]], *, share: float = 0.3, width: float = WIDTH, most: int = MOST_LINES) -> Rows:
    """Names and values of one thing, a line each; short values of at most ``most`` lines, no page break inside a row."""
    made = Rows([Column("", share), Column("", 1 - share)], pairs, width=width, names=True, most=most)
    made.spaceAfter = 6
    return made


def beside(left: Flowable, right: Flowable, width: float) -> Table:
    """Two things next to each other, the right one ``width`` wide."""
    edges = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING")
    style: list[Command] = [("VALIGN", (0, 0), (-1, -1), "TOP"), *((edge, (0, 0), (-1, -1), 0) for edge in edges)]
    style.append(("FONT", (0, 0), (-1, -1), REGULAR, SIZE, LEADING))  # else the table names Helvetica, which is not embedded
    return Layout([[left, right]], colWidths=[WIDTH - width, width], style=style, hAlign="LEFT")


class Tiles(Table):
    """Big numbers, read as one line of names and values."""

    def draw(self) -> None:
        """Draw them."""
        with tagged(self.canv, "P"):
            super().draw()


def tiles(items: Sequence[tuple[str, str, str]], whole: float = WIDTH) -> Table:
    """Big numbers in a row as wide as ``whole``: name, value, remark under it."""
    fonts()
    width = whole / len(items)
    names, _values, remarks = ([wrap(item[line], REGULAR, width - 14) for item in items] for line in range(3))
    cells = [names, [fit(item[1], BOLD, 18, width - 12) for item in items], remarks]
    return Tiles(
        cells,
        colWidths=[width] * len(items),
        rowHeights=[_height(cells[0]) + 2, 25, _height(cells[2])],
        style=_tile_style(TINT),
        hAlign="LEFT",
        spaceAfter=8,
    )


def _tile_style(ground: Color) -> list[Command]:
    return [
        ("BACKGROUND", (0, 0), (-1, -1), ground),
        ("FONT", (0, 0), (-1, 0), REGULAR, SIZE, LEADING),
        ("FONT", (0, 1), (-1, 1), BOLD, 18, 22),
        ("FONT", (0, 2), (-1, 2), REGULAR, SIZE, LEADING),
        ("TEXTCOLOR", (0, 0), (-1, 0), SOFT),
        ("TEXTCOLOR", (0, 1), (-1, 1), INK),
        ("TEXTCOLOR", (0, 2), (-1, 2), SOFT),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, 2), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 8),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 1), (-1, 1), 0),
        ("INNERGRID", (0, 0), (-1, -1), 0, ground),
        ("LINEAFTER", (0, 0), (-2, -1), 4, "#ffffff"),
    ]
