"""The body of a message as lines and cells, from plain text or HTML. HTML is only taken apart: nothing of it is shown or loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

LONGEST = 300_000  # characters of a body that are looked at
MOST_LINES = 5_000
_MOST_TAGS = 6_000  # more is no form; incomplete tags make the parser slow
_LONGEST_TAG = 2_000
_DEEPEST = 40  # tables within tables
_UNSEEN = frozenset({"style", "script", "head", "title", "noscript", "template"})
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "section", "header", "footer", "hr", "blockquote", "center"})
_STRONG = frozenset({"b", "strong", "th", "dt", "label", "legend", "h1", "h2", "h3", "h4", "h5", "h6"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_APART = re.compile(r"\t+|[|│]| {3,}")


class Line(NamedTuple):
    """Cells of one line, none for an empty one. ``strong``: all of it, or the first of two cells, stands out.

    ``parts``: its own lines, when it is one cell of several;
    ``table``: it was a row of a table, so that what follows is not its continuation.
    """

    cells: tuple[str, ...]
    strong: bool = False
    table: bool = False
    parts: tuple[Line, ...] = ()


EMPTY = Line(())


def lines_of_text(text: str) -> list[Line]:
    """Plain text; what stands between tabs, bars or wide spaces are cells."""
    found = []
    for raw in text[:LONGEST].splitlines()[:MOST_LINES]:
        line = _printable(raw).strip()
        cells = tuple(cell for cell in map(str.strip, _APART.split(line)) if cell)
        found.append(Line(cells if len(cells) == 2 else (line,), table=line.startswith("|")) if cells else EMPTY)
    return found


def lines_of_html(text: str) -> list[Line]:
    """HTML, row by row; a text of too many tags gives nothing."""
    text = _whole_tags(_without_code(_without_comments(text[: 2 * LONGEST]))[:LONGEST])
    if text.count("<") > _MOST_TAGS:
        return []
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.finish()[:MOST_LINES]


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!", at)) >= 0:
        kept.append(text[at:start])
        mark = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(mark, start)
        if end < 0:
            return "".join(kept)
        at = end + len(mark)
    return "".join((*kept, text[at:]))


def _without_code(text: str) -> str:
    """Without scripts and styles, which the parser is slow to leave when they never end."""
    for name in ("script", "style"):
        kept, at, small = [], 0, text.lower()
        while (start := small.find(f"<{name}", at)) >= 0:
            kept.append(text[at:start])
            end = small.find(f"</{name}", start)
            close = small.find(">", end) if end >= 0 else -1
            at = close + 1 if close >= 0 else len(text)
        text = "".join((*kept, text[at:]))
    return text


def _whole_tags(text: str) -> str:
    """What begins as a tag and never ends is text."""
    first, *pieces = text.split("<")
    return "".join((first, *(f"<{piece}" if ">" in piece[:_LONGEST_TAG] else f"&lt;{piece}" for piece in pieces)))


def _printable(text: str) -> str:
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff]", "", text.replace("\xa0", " "))


class _Cell:
    """Text being gathered: its finished lines, and the pieces of the one that is not finished."""

    def __init__(self, *, strong: bool = False) -> None:
        self.lines: list[Line] = []
        self._pieces: list[tuple[str, bool]] = []
        self._always = strong

    def add(self, text: str, *, strong: bool) -> None:
        self._pieces.append((text, strong or self._always))

    def end_line(self, *, blank: bool = False) -> None:
        """Finish the line; ``blank``: an empty one comes after it."""
        pieces = [(_printable(re.sub(r"\s+", " ", text)), strong) for text, strong in self._pieces]
        self._pieces = []
        filled = [(text, strong) for text, strong in pieces if text.strip()]
        if filled:
            first = next((i for i, (_text, strong) in enumerate(filled) if not strong), len(filled))
            head = " ".join("".join(text for text, _strong in filled[:first]).split())
            whole = " ".join("".join(text for text, _strong in pieces).split())
            rest = " ".join("".join(text for text, _strong in filled[first:]).split())
            split = bool(head and rest) and len(head) <= 100
            self.lines.append(Line((head, rest) if split else (whole,), strong=split or first == len(filled)))
        if blank and self.lines and self.lines[-1].cells:
            self.lines.append(EMPTY)

    @property
    def line(self) -> Line:
        """All of it as one cell."""
        filled = [line for line in self.lines if line.cells]
        text = "\n".join(" ".join(line.cells) for line in self.lines).strip()
        strong = bool(filled) and all(line.strong for line in filled)
        return Line((text,), strong=strong, parts=tuple(self.lines) if len(filled) > 1 else ())


class _Row:
    def __init__(self, table: int) -> None:
        self.table, self.cells = table, list[_Cell]()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[Line] = []
        self._page = _Cell()
        self._rows: list[_Row] = []
        self._open: list[_Cell] = []
        self._unseen = self._strong = self._tables = 0

    def finish(self) -> list[Line]:
        """All lines."""
        while self._rows:
            self._end_row()
        self._flush()
        return self._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (what the parser hands over)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "body":
            self._unseen = 0
        elif tag == "table":
            self._tables += 1
        elif tag == "br":
            self._now.end_line()
        elif tag in {"td", "th"} and self._rows:
            self._begin_cell(strong=tag == "th")
        elif tag == "tr":
            self._begin_row()
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._now.end_line(blank=tag == "p")
        if tag in _STRONG and tag != "th":
            self._strong += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in {"td", "th"}:
            self._now.end_line()
        elif tag == "table":
            while self._rows and self._rows[-1].table == self._tables:
                self._end_row()
            self._tables = max(self._tables - 1, 0)
        elif tag == "tr" and self._rows:
            self._end_row()
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._now.end_line(blank=tag == "p")
        if tag in _STRONG and tag != "th":
            self._strong = max(self._strong - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._now.add(data, strong=self._strong > 0)

    @property
    def _now(self) -> _Cell:
        """Where text goes: the innermost cell, else the page."""
        return self._rows[-1].cells[-1] if self._rows and self._rows[-1].cells else self._page

    def _begin_cell(self, *, strong: bool) -> None:
        self._now.end_line()
        self._rows[-1].cells.append(_Cell(strong=strong))

    def _begin_row(self) -> None:
        """Where it stands within a cell, what that cell held so far is told first."""
        if self._rows and self._rows[-1].table == self._tables:
            self._end_row()
        elif self._rows:
            self._tell(self._rows[-1])
            self._rows[-1].cells = []
        else:
            self._flush()
        if len(self._rows) < _DEEPEST:
            self._rows.append(_Row(self._tables))

    def _end_row(self) -> None:
        self._tell(self._rows.pop())

    def _tell(self, row: _Row) -> None:
        for cell in row.cells:
            cell.end_line()
        told = [cell.line for cell in row.cells]
        filled = [line for line in told if line.cells[0]]
        if len(filled) == 1 and len(told) > 1 and told[0].cells[0] and not told[0].parts:
            self._found.append(Line((told[0].cells[0], ""), table=True))  # a label without an answer
        elif len(filled) == 1:
            self._found.append(filled[0]._replace(table=True))
        elif filled:
            cells = tuple(line.cells[0] for line in told) if len(told) > 2 else tuple(line.cells[0] for line in filled)
            self._found.append(Line(cells, strong=all(line.strong for line in filled), table=True))

    def _flush(self) -> None:
        self._page.end_line()
        self._found.extend(self._page.lines)
        self._page.lines = []


def shown(lines: list[Line]) -> Iterator[str]:
    """The lines as text."""
    for line in lines:
        yield "\t".join(line.cells)
