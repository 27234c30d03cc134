"""What the prints of controlled documents are made of. No reportlab here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class PaperPrint:
    """A version of a controlled document. ``lines``: what it says, with marks; ``state`` in words; ``file_name``: it is that file.

    ``mark``: written across every page, of a version that does not hold; ``copy_number``: of a copy on paper that is known, at ``place``.
    ``pages`` of the file that follow; ``trouble``: why they do not (``stamp.Trouble``).
    """

    code: str
    title: str
    kind: str
    number: int
    state: str
    author: str
    lines: str = ""
    mark: str = ""
    clause: str = ""
    owner: str = ""
    reason: str = ""
    approver: str = ""
    alone: bool = False
    approved_at: datetime | None = None
    valid_from: date | None = None
    review_on: date | None = None
    ended_on: date | None = None
    file_name: str = ""
    sha256: str = ""
    copy_number: int = 0
    place: str = ""
    pages: int = 0
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """A document in the list of them. ``number`` 0: none is in force; ``read`` of the ``readers`` who must read it have."""

    code: str
    title: str
    kind: str
    clause: str
    number: int
    since: date | None
    review_on: date | None
    owner: str
    state: str
    read: int
    readers: int


@dataclass(frozen=True, kw_only=True)
class PapersPrint:
    """The list of controlled documents (7.5), on a day."""

    day: date
    lines: tuple[PaperLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadingLine:
    """That somebody must read a document, and when that was done."""

    person: str
    code: str
    title: str
    number: int
    since: date | None
    read_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReadingsPrint:
    """Who has read and understood what is in force, on a day."""

    day: date
    lines: tuple[ReadingLine, ...] = ()
