"""What a column holds, told by its cells: for columns whose names say nothing, and for names that are wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType

from nmx_desk.domain.names import fold, is_prefix_word
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.exchange.web_forms_cells import bare, sex_of
from nmx_desk.exchange.web_forms_dates import parse_birth_date, parse_moment

SAMPLE = 200  # filled cells of a column that are looked at
_LONGEST = 300  # characters of a cell that are looked at
_MOSTLY = 0.8
_GROWN = 10  # years: the usual birth date lies further back, the usual request does not

_EMAIL = re.compile(r"^[^\s@]+@[^\s@]+\.[^\s@]+$")
_PHONE = re.compile(r"^(?:[a-z]{1,9}[.:]?\s*)?\(?(?:\+|0|6(?=\d{8}$))[\d\s()./–-]{7,20}$", re.IGNORECASE)
_POSTCODE = re.compile(r"^[1-9]\d{3}\s?[a-z]{2}$", re.IGNORECASE)
_NAME = re.compile(r"^[^\W\d_][^\d_@<>{}=:;?!/()]{0,79}$")

# Kinds that leave no doubt, and the fields that a column of that kind may be called.
_SURE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "email": frozenset({"email"}),
        "phone": frozenset({"phone", "phone2"}),
        "moment": frozenset({"received", "preferred_times"}),
        "birth_date": frozenset({"birth_date"}),
        "postcode": frozenset({"postcode"}),
    }
)


@dataclass(frozen=True)
class Content:
    """``kind``: a field, ``moment``, ``day``, ``name``, ``text`` or empty; ``year`` is the middle one of its dates.

    ``words`` is the mean number of words, ``various`` the share of cells that differ, ``mailed`` that of cells found in the row's
    e-mail address, ``place`` where in it they stand on average.
    """

    kind: str
    filled: int
    words: float = 0
    various: float = 0
    year: int = 0
    mailed: float = 0
    place: float = 0


def contents(columns: Sequence[str], rows: Sequence[Sequence[str]], today: date) -> dict[str, Content]:
    """What each column holds; columns without a filled cell have the kind ``""``."""
    mails = [next((cell.lower() for cell in map(bare, row) if _EMAIL.match(cell[:_LONGEST])), "") for row in rows[:SAMPLE]]
    return {column: _content(i, rows, mails, today) for i, column in enumerate(columns)}


def contradicts(field: str, content: Content) -> bool:
    """Whether a column cannot be this field whatever its name says. A single cell proves nothing."""
    allowed = _SURE.get(content.kind)
    return content.filled > 1 and allowed is not None and field not in allowed


def by_content(found: Mapping[str, Content], taken: Mapping[str, str]) -> dict[str, str]:
    """Fields that no column was found for, to the columns that hold such things; ``found`` are the columns still free."""
    gaps = _Gaps(found, taken)
    for field in ("email", "phone", "phone2", "postcode", "sex", "birth_date"):
        gaps.take(field, gaps.of(field.removesuffix("2")))
    gaps.take("received", gaps.of("moment") + gaps.of("day"))
    if not taken.keys() & {"full_name", "surname", "first_name"}:
        _take_names(gaps)
    if (taken.keys() | gaps.out.keys()) & {"surname", "first_name"}:
        gaps.take("prefix", gaps.of("prefix"))
    gaps.take("question", sorted(gaps.of("text"), key=lambda column: -found[column].words))
    return gaps.out


class _Gaps:
    """Fields being given to free columns."""

    def __init__(self, found: Mapping[str, Content], taken: Mapping[str, str]) -> None:
        self.free, self.out, self._taken = dict(found), dict[str, str](), taken

    def of(self, kind: str) -> list[str]:
        return [column for column, content in self.free.items() if content.kind == kind]

    def take(self, field: str, columns: Sequence[str]) -> None:
        if columns and field not in self._taken and field not in self.out:
            self.out[field] = columns[0]
            del self.free[columns[0]]


def _take_names(gaps: _Gaps) -> None:
    """One column of whole names, else the two that look most like the e-mail addresses; the given name stands first there."""
    names = [column for column in gaps.of("name") if gaps.free[column].various > 0.3]
    names.sort(key=lambda column: -gaps.free[column].mailed)
    whole = [column for column in names if gaps.free[column].words >= 1.75]
    if whole or len(names) == 1:
        gaps.take("full_name", whole or names)
    elif names:
        told = all(gaps.free[column].mailed > 0.3 for column in names[:2])
        first, last = sorted(names[:2], key=(lambda column: gaps.free[column].place) if told else list(gaps.free).index)
        gaps.take("first_name", [first])
        gaps.take("surname", [last])


def _content(i: int, rows: Sequence[Sequence[str]], mails: Sequence[str], today: date) -> Content:
    cells: list[str] = []
    places: list[int] = []
    for n, row in enumerate(rows):
        cell = bare(row[i][: _LONGEST * 2])[:_LONGEST] if i < len(row) else ""
        if not cell:
            continue
        cells.append(cell)
        word = fold(cell).replace(" ", "")
        if n < len(mails) and len(word) > 1 and word in mails[n]:
            places.append(mails[n].index(word))
        if len(cells) == SAMPLE:
            break
    if not cells:
        return Content("", 0)
    years: list[int] = []
    kinds = Counter(_cell_kind(cell, today, years) for cell in cells)
    words = sum(len(cell.split()) for cell in cells) / len(cells)
    year = sorted(years)[len(years) // 2] if years else 0
    kind = _column_kind(kinds, len(cells), words, year, today)
    return Content(kind, len(cells), words, len(set(cells)) / len(cells), year, len(places) / len(cells), sum(places) / max(len(places), 1))


def _column_kind(kinds: Counter[str], filled: int, words: float, year: int, today: date) -> str:
    dates = kinds["moment"] + kinds["day"]
    if dates >= _MOSTLY * filled:
        if year <= today.year - _GROWN:
            return "birth_date"
        return "moment" if kinds["moment"] >= dates / 2 else "day"
    if kinds["text"] + kinds["name"] >= _MOSTLY * filled and words >= 4:
        return "text"
    kind, n = kinds.most_common(1)[0]
    if kind == "prefix" and n < filled:
        kind, n = "name", kinds["name"] + n
    return kind if n >= _MOSTLY * filled else ""


def _cell_kind(cell: str, today: date, years: list[int]) -> str:
    if _EMAIL.match(cell) or _POSTCODE.match(cell):
        return "email" if "@" in cell else "postcode"
    moment = parse_moment(cell) if cell[0].isalnum() and len(cell) < 60 and len(re.findall(r"\d", cell)) > 2 else None
    if moment:
        born = parse_birth_date(cell, today).day
        years.append(born.year if born else moment.year)
        return "day" if moment.time() == time() else "moment"
    if _PHONE.match(cell) and normalise_phone(cell).e164:
        return "phone"
    return _word_kind(cell)


def _word_kind(cell: str) -> str:
    words = cell.split()
    if len(cell) < 16 and all(map(is_prefix_word, words)):
        return "prefix"
    if sex_of(cell) != "unknown":
        return "sex"
    if _NAME.match(cell) and len(words) <= 6 and not cell.endswith("."):
        return "name"
    return "text" if len(words) > 2 else ""
