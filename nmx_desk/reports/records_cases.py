"""What the prints about complaints and incidents are made of: plain frozen records. The registers on paper name nobody; a letter does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nmx_desk.domain.grievances import Judgement


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A big number with its name and what is said under it."""

    name: str
    value: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many of a group: a topic, a kind, a cause."""

    group: str
    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """How many came in and were closed in a quarter."""

    name: str
    came: int
    closed: int


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case without a name. ``about``: its topic or kind; ``term``: whether it was in time."""

    number: str
    day: date
    about: str
    summary: str
    state: str
    term: str


@dataclass(frozen=True, kw_only=True)
class CasesPrint:
    """A register over a period (C4, C5). ``counts`` in the order of their groups; ``terms``: what the law asked, in sentences.

    ``definitions``: the version of the formulas of its figures, where it has such.
    """

    title: str
    first: date
    last: date
    tiles: tuple[Tile, ...]
    counts: tuple[Count, ...]
    quarters: tuple[Quarter, ...]
    rows: tuple[CaseLine, ...]
    terms: tuple[str, ...] = ()
    definitions: str = ""


@dataclass(frozen=True, kw_only=True)
class GrievanceLetterPrint:
    """A letter to who complained: that it came in, that it takes longer (``reason``), what the judgement is (``grounds``)."""

    kind: str
    to: str
    number: str
    received_on: date
    due_on: date
    written_on: date
    city: str
    author: str
    judgement: Judgement = Judgement.NONE
    grounds: str = ""
    reason: str = ""
    officer: str = ""
    body: str = ""
    address: tuple[str, ...] = ()
    clinic_phone: str = ""
    clinic_email: str = ""
