"""The manual: pages of plain text with a few marks, read from the program's own folder. No desk is needed to read it.

Marks: ``# title``, ``## heading``, ``- item``, ``1. step``, ``| cell | cell |``, ``**strong**``, ```typed``` and ``[words](page)``;
``[words](open:page/part)`` opens a page of the program. A blank line ends a paragraph; the first row of a table is its head.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from nmx_desk.domain.errors import NotFound
from nmx_desk.i18n import _, resources_dir

INDEX: Final = "index"
OPENS: Final = "open:"
"""How a link to a page of the program begins."""
WIDTH: Final = 78
_NAME = re.compile(r"[a-z][a-z-]*")
_INLINE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<typed>.+?)`|\[(?P<words>.+?)\]\((?P<link>(?:open:[a-z]+(?:/[a-z_]+)?)|[a-z-]+)\)")
_STEP = re.compile(r"(?P<number>[0-9]+)\. ")


class Kind(StrEnum):
    """What a block of a page is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    STEP = "step"
    ROW = "row"


@dataclass(frozen=True)
class Span:
    """A piece of text of one look; ``link`` names another page, or a page of the program (``open:page/part``)."""

    text: str
    strong: bool = False
    typed: bool = False
    link: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or item; ``number`` is that of a step, ``cells`` are those of a row, whose ``spans`` are all of theirs."""

    kind: Kind
    spans: tuple[Span, ...]
    number: int = 0
    cells: tuple[tuple[Span, ...], ...] = ()

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class ManualPage:
    """One page of the manual."""

    name: str
    title: str
    blocks: tuple[Block, ...]


def _folder(language: str) -> Path:
    return resources_dir() / "manual" / language


def manual_names(language: str) -> list[str]:
    """The names of all pages."""
    return sorted(path.stem for path in _folder(language).glob("*.md"))


def manual_page(name: str, language: str) -> ManualPage:
    """One page in one language. Raises ``NotFound`` for a name that no page has."""
    path = _folder(language) / f"{name}.md"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("The manual has no page of that name. Look in its index."))
    blocks = tuple(_blocks(path.read_text(encoding="utf-8")))
    return ManualPage(name, blocks[0].text, blocks)


def manual_text(page: ManualPage) -> str:
    """A page as lines of text, for the command line."""
    return "\n".join(_lines(page)).strip()


def _blocks(text: str) -> Iterator[Block]:
    for part in re.split(r"\n(?=- |[0-9]+\. |#|\|)|\n\s*\n", text.strip()):
        line = " ".join(part.split())
        step = _STEP.match(line)
        if line.startswith("## "):
            yield Block(Kind.HEADING, _spans(line[3:]))
        elif line.startswith("# "):
            yield Block(Kind.TITLE, _spans(line[2:]))
        elif line.startswith("- "):
            yield Block(Kind.ITEM, _spans(line[2:]))
        elif line.startswith("|"):
            cells = tuple(_spans(cell.strip()) for cell in line.strip("|").split("|"))
            yield Block(Kind.ROW, tuple(span for cell in cells for span in cell), cells=cells)
        elif step:
            yield Block(Kind.STEP, _spans(line[step.end() :]), int(step["number"]))
        elif line:
            yield Block(Kind.PARAGRAPH, _spans(line))


def _spans(line: str) -> tuple[Span, ...]:
    found, at = [], 0
    for mark in _INLINE.finditer(line):
        if mark.start() > at:
            found.append(Span(line[at : mark.start()]))
        if strong := mark["strong"]:
            found.append(Span(strong, strong=True))
        elif typed := mark["typed"]:
            found.append(Span(typed, typed=True))
        else:
            found.append(Span(mark["words"], link=mark["link"]))
        at = mark.end()
    return (*found, Span(line[at:])) if at < len(line) else tuple(found)


def _lines(page: ManualPage) -> Iterator[str]:
    before = None
    for block in page.blocks:
        words = "  |  ".join(_words(cell) for cell in block.cells or (block.spans,))
        lead = {Kind.ITEM: "- ", Kind.STEP: f"{block.number}. ", Kind.ROW: "| "}.get(block.kind, "")
        if not (lead and before is block.kind):
            yield ""
        yield from textwrap.wrap(words, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))
        if block.kind in {Kind.TITLE, Kind.HEADING}:
            yield ("=" if block.kind is Kind.TITLE else "-") * len(words)
        before = block.kind


def _words(spans: tuple[Span, ...]) -> str:
    return "".join(f"{span.text} ({span.link})" if span.link else span.text for span in spans)
