"""Dates and times as forms and spreadsheets write them: day before month, names in Dutch or English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nmx_desk.domain.names import fold
from nmx_desk.i18n import _

CLINIC_ZONE = ZoneInfo("Europe/Amsterdam")
MAX_AGE = 120
_TELLING, _ENOUGH = 500, 3

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januari",
            "feb february februari",
            "mrt mar maart march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$|^(\d{4})(\d{2})(\d{2})$")
_NUMBERS = re.compile(r"^(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})$")
_DAY_FIRST = re.compile(r"^(?:[a-z]+,? )?(\d{1,2})(?:e|st|nd|rd|th)?[ -]([a-z]+)\.?,?[ -](\d{4}|\d{2})$")
_MONTH_FIRST = re.compile(r"^(?:[a-z]+, )?([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")
_TIME = re.compile(
    r"[\sT,]*(?:om |at |@ )?(\d{1,2})[:u](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp])?(?:\.?\s?[Mm]\.?)?\s*(?:uur)?\s*(Z|[+-]\d{2}:?\d{2})?$"
)


class Day(NamedTuple):
    """``day`` is None when the text is no such day; ``warning`` is a sentence for the user, or empty."""

    day: date | None
    warning: str


def date_order(cells: Iterable[str]) -> str:
    """``day`` or ``month``: which of the two stands first in a column of dates; ``mixed`` when both occur, empty when nothing tells."""
    first = second = False
    for cell in cells:
        pair = _pair(cell)
        first = first or (pair is not None and 12 < pair[0] <= 31 and pair[1] <= 12)
        second = second or (pair is not None and 12 < pair[1] <= 31 and pair[0] <= 12)
        if first and second:
            return "mixed"
    return "day" if first else "month" if second else ""


def likely_order(cells: Iterable[str], today: date) -> str:
    """``month`` for moments of requests that tell nothing else but then are not in the future, or much closer together; else empty.

    Lying closer together counts only for days with slashes: who writes dashes or dots writes the day first.
    """
    pairs = [cell for cell in islice(cells, _TELLING) if _pair(cell)]
    spans = []
    for order in ("month", "day"):
        days = {moment.date() for cell in pairs if (moment := parse_moment(cell, order))}
        if len(days) < _ENOUGH:
            return ""
        spans.append((max(days) > today + timedelta(days=1), (max(days) - min(days)).days))
    (late, span), (day_late, day_span) = spans
    if late != day_late:
        return "month" if day_late else ""
    return "month" if 2 * span < day_span and all("/" in cell for cell in pairs) else ""


def is_doubtful(text: str, order: str) -> bool:
    """Whether a date may as well be another: in a column that mixes both orders, both numbers can be a month."""
    pair = _pair(text) if order == "mixed" else None
    return pair is not None and pair[0] != pair[1] and max(pair) <= 12


def _pair(text: str) -> tuple[int, int] | None:
    found = _NUMBERS.match(_without_time(_stripped(text)))
    return (int(found.group(1)), int(found.group(2))) if found else None


def parse_birth_date(text: str, today: date, order: str = "day") -> Day:
    """Read a birth date: not in the future, at most 120 years ago. Two figures of a year mean the last such year before ``today``.

    ``order`` is what ``date_order`` said of its column.
    """
    doubtful = is_doubtful(text, order)
    text = _without_time(_stripped(text))
    if not text:
        return Day(None, "")
    written = _read_day(text, order)
    day, doubt = _within_century(written, today) if written else (_spreadsheet_day(text), True)
    if day is None:
        return Day(None, _("The birth date cannot be read or does not exist; see how it was filled in."))
    if day > today:
        return Day(None, _("The birth date lies in the future and was left out."))
    if day.year < today.year - MAX_AGE:
        return Day(None, _("The birth date is more than {n} years ago and was left out.").format(n=MAX_AGE))
    return Day(day, _("The birth date was written in an unusual way; check it.") if doubt or doubtful else "")


def parse_moment(text: str, order: str = "day") -> datetime | None:
    """Wall-clock time in the clinic, without a zone; midnight when only a day is given, None when it is no moment."""
    text = _stripped(text)
    found = _TIME.search(text)
    day = _read_day(text[: found.start()].strip(" ,") if found else text, order)
    if day is None:
        return None
    try:
        on = date(day.year if day.year > 99 else 2000 + day.year, day.month, day.day)
        return datetime.combine(on, time()) if found is None else _at(on, found)
    except (ValueError, OverflowError):
        return None


def _at(day: date, found: re.Match[str]) -> datetime:
    hour, minute, second = int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)
    half, zone = found.group(4), found.group(5)
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half in "pP" else 0)
    moment = datetime.combine(day, time(hour, minute, second))
    if zone:
        moment = datetime.fromisoformat(f"{moment.isoformat()}{zone}").astimezone(CLINIC_ZONE)
    return moment.replace(tzinfo=None)


def _stripped(text: str) -> str:
    return text.strip(" \t\r\n'\"")[:80]  # no date is longer


def _without_time(text: str) -> str:
    found = _TIME.search(text)
    return text[: found.start()].strip(" ,") if found else text


class _Written(NamedTuple):
    """A day as written; it need not exist. ``year`` may have two figures; ``doubt``: the month stood first."""

    year: int
    month: int
    day: int
    doubt: bool = False


def _read_day(text: str, order: str = "day") -> _Written | None:
    numbers = _ISO.match(text)
    if numbers:
        year, month, day = (int(part) for part in numbers.groups() if part)
        return _Written(year, month, day)
    numbers = _NUMBERS.match(text)
    if numbers:
        day, month, year = map(int, numbers.groups())
        if order == "month" and day <= 12:
            return _Written(year, day, month)
        return _Written(year, day, month, doubt=True) if month > 12 >= day else _Written(year, month, day)
    folded = fold(text)
    worded = _DAY_FIRST.match(folded)
    if worded and worded.group(2) in _MONTHS:
        return _Written(int(worded.group(3)), _MONTHS[worded.group(2)], int(worded.group(1)))
    worded = _MONTH_FIRST.match(folded)
    if worded and worded.group(1) in _MONTHS:
        return _Written(int(worded.group(3)), _MONTHS[worded.group(1)], int(worded.group(2)))
    return None


def _spreadsheet_day(text: str) -> date | None:
    """The day behind a spreadsheet's number of days."""
    return date(1899, 12, 30) + timedelta(days=int(text)) if re.fullmatch(r"[1-9]\d{3,4}", text, re.ASCII) else None


def _within_century(written: _Written, today: date) -> tuple[date | None, bool]:
    """The day, or None where there is none, and whether it was partly guessed."""
    year, month, day, doubt = written
    if year < 100:
        year += 2000 if (2000 + year, month, day) <= (today.year, today.month, today.day) else 1900
        doubt = True
    try:
        return date(year, month, day), doubt
    except ValueError:
        return None, False
