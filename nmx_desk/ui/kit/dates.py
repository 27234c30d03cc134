"""Dates as people say and type them, in the clinic's zone and the language in use; the system's locale has no say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale

from nmx_desk.i18n import _, language, ngettext

ZONE = ZoneInfo("Europe/Amsterdam")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan januari january", "feb februari february", "mrt maart mar march", "apr april", "mei may", "jun juni june"),
            *("jul juli july", "aug augustus august", "sep sept september", "okt oktober oct october", "nov november", "dec december"),
        ),
        start=1,
    )
    for name in names.split()
}


def locale() -> QLocale:
    """Names of days and months, and the sign in numbers, of the language in use."""
    return QLocale("nl_NL") if language() == "nl" else QLocale("en_GB")


def local(instant: datetime) -> datetime:
    """Wall-clock time of the clinic."""
    return instant.astimezone(ZONE)


def to_utc(day_: date, at: time) -> datetime:
    """Instant of a wall-clock time at the clinic; the first of the two when the clock goes back."""
    return datetime.combine(day_, at, ZONE).astimezone(UTC)


def today(now: datetime | None = None) -> date:
    """The clinic's calendar day."""
    return local(now or datetime.now(UTC)).date()


def clock(instant: datetime) -> str:
    """``14:30``; where the clock is put back and that time comes twice, with the name of its hour: ``02:30 CET``."""
    return _clock(instant.astimezone(UTC))


@lru_cache(maxsize=4096)
def _clock(instant: datetime) -> str:
    """Remembered, for a week is painted often; in UTC, where two instants are never equal."""
    shown = local(instant)
    twice = shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()
    return f"{shown:%H:%M} {shown.tzname()}" if twice else f"{shown:%H:%M}"


def _named(value: date, pattern: str) -> str:
    return locale().toString(QDate(value.year, value.month, value.day), pattern)


def _near(value: date, base: date) -> str:
    return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get((value - base).days, "")


def day(value: date, now: datetime | None = None) -> str:
    """``today``, ``Mon 7 Dec``, ``7 Dec 2024``: as short as is clear."""
    base = today(now)
    if near := _near(value, base):
        return near
    return _named(value, "ddd d MMM" if value.year == base.year or abs((value - base).days) < 120 else "d MMM yyyy")


def when(instant: datetime, now: datetime | None = None, *, time_always: bool = False, day_only: bool = False) -> str:
    """``today 14:30``, ``Mon 7 Dec``; ``time_always`` adds the time to far days too, ``day_only`` to none. The tooltip is ``full``."""
    value = local(instant).date()
    text = day(value, now)
    if day_only:
        return text
    return f"{text} {clock(instant)}" if time_always or _near(value, today(now)) else text


def full(instant: datetime, *, day_only: bool = False) -> str:
    """``Monday 7 December 2026, 14:30``."""
    text = full_day(local(instant).date())
    return text if day_only else f"{text}, {clock(instant)}"


def full_day(value: date) -> str:
    """``Monday 7 December 2026``."""
    return _named(value, "dddd d MMMM yyyy")


def short(value: date) -> str:
    """``7-12-2026``, as it is typed."""
    return f"{value.day}-{value.month}-{value.year}"


def time_of(minute: int) -> time:
    """The time on the wall at a minute of the day; 1440 is midnight."""
    return time(*divmod(minute % 1440, 60))


def minute_of(at: time) -> int:
    """The minute of the day of a time."""
    return at.hour * 60 + at.minute


def age(instant: datetime, now: datetime | None = None) -> str:
    """How long ago: ``5 min``, ``3 hours``, ``2 days``."""
    minutes = max(0, int(((now or datetime.now(UTC)) - instant).total_seconds() // 60))
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes < 24 * 60:
        return ngettext("{n} hour", "{n} hours", minutes // 60).format(n=minutes // 60)
    return ngettext("{n} day", "{n} days", minutes // 1440).format(n=minutes // 1440)


def years(birth: date, on: date) -> int:
    """Completed years of age on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def number(value: float, decimals: int = 0) -> str:
    """``12.408`` or ``12,408``: grouped as the language in use does."""
    return locale().toString(float(value), "f", decimals)


def parse_day(text: str, *, past: bool = False, now: datetime | None = None) -> date | None:
    """Day from what somebody typed: ``12-10-1946``, ``12101946``, ``12/10/46``, ``12 okt 1946``, ``1946-10-12``, ``morgen``, ``7-12``.

    Two-digit years lie in the past when ``past`` (a birth date), else in this century. None if it is no day.
    """
    base = today(now)
    cleaned = re.sub(r"\s+", " ", text.strip().casefold())
    words = {"vandaag": 0, "today": 0, "gisteren": -1, "yesterday": -1, "morgen": 1, "tomorrow": 1, "overmorgen": 2}
    if cleaned in words:
        return base + timedelta(days=words[cleaned])
    parts = _parts(cleaned)
    if parts is None:
        return None
    year, month, day_ = parts
    full_year = _full_year(year, base, past=past)
    try:
        return date(full_year, month, day_)
    except ValueError:
        return None


def _parts(text: str) -> tuple[str, int, int] | None:
    """(year as typed, month, day)."""
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        return found[1], int(found[2]), int(found[3])
    if found := re.fullmatch(r"(\d{2})(\d{2})(\d{4}|\d{2})", text):
        return found[3], int(found[2]), int(found[1])
    if found := re.fullmatch(r"(\d{1,2})[-/. ]+(\d{1,2})(?:[-/. ]+(\d{4}|\d{2}))?", text):
        return found[3] or "", int(found[2]), int(found[1])
    found = re.fullmatch(r"(?:[a-z]{2,9}\.? )?(\d{1,2})[ -]?([a-z]+)\.?(?:[ -](\d{4}|\d{2}))?", text)
    if found and found[2] in _MONTHS:
        return found[3] or "", _MONTHS[found[2]], int(found[1])
    return None


def _full_year(year: str, base: date, *, past: bool) -> int:
    if not year:
        return base.year
    if len(year) == 4:
        return int(year)
    century = base.year // 100 * 100
    guess = century + int(year)
    return guess - 100 if past and guess > base.year else guess


def parse_time(text: str) -> time | None:
    """Time from ``14:30``, ``14.30``, ``1430``, ``9``; None if it is none."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.u ]?(\d{2}))?", text.strip())
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))
