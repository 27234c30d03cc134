"""Dates as precise as people know them: a year, a month, a day, or "when I was seven" (DOMAIN §4 Tijdlijngebeurtenis).

Kept as text: ``1998``, ``1998-05``, ``1998-05-14``, or ``a7`` for an age, which needs the birth date to have a place in
time. Empty: unknown.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from nmx_desk.domain.walltime import MONTHS
from nmx_desk.i18n import _

OLDEST_YEAR, OLDEST_AGE = 1900, 120
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_SPOKEN = re.compile(r"(?:(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ])?(\d{4})")
_AGE = re.compile(r"(?:a|age|at age|leeftijd)\s*(\d{1,3})|(\d{1,3})\s*(?:jaar oud|jaar|jr|years old|years?|y)", re.IGNORECASE)
KEPT = re.compile(r"a\d{1,3}|\d{4}(?:-\d{2}(?:-\d{2})?)?")


def parse(text: str, today: date, *, ages: bool = True) -> str | None:
    """A partial date from what was typed: ``1998``, ``5-1998``, ``1998-05``, ``14-5-1998``, ``7 jaar``; "" for nothing.

    None when it cannot be: no such day, later than ``today``, before 1900, older than 120. ``ages``: whether an age is one.
    """
    plain = " ".join(text.split())
    if not plain:
        return ""
    if found := _ISO.fullmatch(plain):
        return _checked(found[1], found[2], found[3], today)
    if found := _SPOKEN.fullmatch(plain):
        return _checked(found[3], found[2], found[1], today)
    if ages and (found := _AGE.fullmatch(plain)):
        age = int(found[1] or found[2])
        return f"a{age}" if age <= OLDEST_AGE else None
    return None


def _checked(year: str, month: str | None, day: str | None, today: date) -> str | None:
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if not first.year >= OLDEST_YEAR or first > today:
        return None
    return f"{first:%Y-%m-%d}" if day else f"{first:%Y-%m}" if month else f"{first:%Y}"


def age_in(partial: str) -> int | None:
    """The age that a partial date names, None for one that is a date or unknown."""
    return int(partial[1:]) if partial.startswith("a") else None


def span(partial: str, born: date | None = None) -> tuple[date, date] | None:
    """First and last day that a partial date can mean; None for one that is unknown, or an age without a birth date."""
    if not partial:
        return None
    if (age := age_in(partial)) is not None:
        if born is None:
            return None
        return birthday(born, age), birthday(born, age + 1) - timedelta(days=1)
    parts = [int(part) for part in partial.split("-")]
    year, month, day = [*parts, 0, 0][:3]
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def birthday(born: date, age: int) -> date:
    """The birthday at an age; of who was born on 29 February, 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def shown(partial: str) -> str:
    """A partial date for reading: ``1998``, ``May 1998``, ``14 May 1998``, ``7 years old``; "" for unknown."""
    if not partial:
        return ""
    if (age := age_in(partial)) is not None:
        return _("{n} years old").format(n=age)
    parts = [int(part) for part in partial.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    month = _(MONTHS[parts[1] - 1])
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{parts[2]} {month} {parts[0]}"


def typed(partial: str) -> str:
    """A partial date as somebody would type it: ``1998``, ``5-1998``, ``14-5-1998``, ``7 years old``; what is none stays as it is."""
    if not KEPT.fullmatch(partial):
        return partial
    if (age := age_in(partial)) is not None:
        return _("{n} years old").format(n=age)
    return "-".join(str(int(part)) for part in reversed(partial.split("-"))) if partial else ""


def years_since(partial: str, today: date, born: date | None = None) -> int | None:
    """Whole years since a partial date, from the middle of what it can mean; None for unknown."""
    found = span(partial, born)
    if found is None:
        return None
    middle = found[0] + (found[1] - found[0]) / 2
    return today.year - middle.year - ((today.month, today.day) < (middle.month, middle.day))
