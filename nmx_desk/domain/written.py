"""Text of a document with a few marks: headings, lists, tables, strong words. Nothing in it is ever read as markup or fetched.

``# heading``, ``## smaller``, ``- item``, ``1. step``, ``**strong**``, and rows of a table between bars, ``| a | b |``, the first with
a line of hyphens below it; an empty line ends a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_COLUMNS = 8


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    STEP = "step"
    TABLE = "table"


@dataclass(frozen=True)
class Span:
    """A piece of text of one look."""

    text: str
    strong: bool = False


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """A heading, paragraph or item with its ``spans`` (``number``: of a step), or a table with ``rows``; all rows are as long.

    ``headed``: the first row of the table says what its columns are.
    """

    kind: Kind
    spans: Spans = ()
    number: int = 0
    rows: tuple[tuple[Spans, ...], ...] = ()
    headed: bool = False

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


_STRONG = re.compile(r"\*\*(?P<words>[^*\n]+?)\*\*")
_STEP = re.compile(r"(?P<number>[0-9]{1,3})[.)] +(?P<words>\S.*)")
_RULE = re.compile(r":?-{2,}:?")


def blocks(text: str) -> tuple[Block, ...]:
    """The text in its parts."""
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    said: list[str] = []
    table: list[str] = []
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        bare = line.strip()
        is_row = bare.startswith("|") and len(bare) > 1
        if table and not is_row:
            yield _table(table)
            table = []
        begun = _begun(bare)
        if said and (not bare or is_row or begun is not None):
            yield _paragraph(said)
            said = []
        if is_row:
            table.append(bare)
        elif begun is not None and begun.kind in {Kind.HEADING, Kind.SUBHEADING}:
            yield begun
        elif bare:
            said.append(bare)


def _begun(line: str) -> Block | None:
    """A block that begins with this line."""
    if line.startswith("## "):
        return Block(Kind.SUBHEADING, _spans(line[3:].strip()))
    if line.startswith("# "):
        return Block(Kind.HEADING, _spans(line[2:].strip()))
    if line.startswith(("- ", "* ")):
        return Block(Kind.ITEM, _spans(line[2:].strip()))
    if step := _STEP.fullmatch(line):
        return Block(Kind.STEP, _spans(step["words"]), int(step["number"]))
    return None


def _paragraph(lines: list[str]) -> Block:
    """Lines that belong together, as one."""
    begun = _begun(" ".join(lines))
    return begun if begun is not None else Block(Kind.PARAGRAPH, _spans(" ".join(lines)))


def _table(lines: list[str]) -> Block:
    rows = [[cell.strip() for cell in line.strip("|").split("|")][:MOST_COLUMNS] for line in lines]
    headed = len(rows) > 1 and all(_RULE.fullmatch(cell) for cell in rows[1])
    if headed:
        del rows[1]
    width = max(len(cells) for cells in rows)
    whole = tuple(tuple(_spans(cell) for cell in [*cells, *[""] * (width - len(cells))]) for cells in rows)
    return Block(Kind.TABLE, rows=whole, headed=headed)


def _spans(line: str) -> Spans:
    found, at = [], 0
    for mark in _STRONG.finditer(line):
        if mark.start() > at:
            found.append(Span(line[at : mark.start()]))
        found.append(Span(mark["words"], strong=True))
        at = mark.end()
    return (*found, Span(line[at:])) if at < len(line) or not found else tuple(found)
