"""Between the clock on the wall and UTC minutes, days on which the clock is changed included; ISO weeks; names of days.

A wall time is a day and a minute of that day; minute 1440 and more is the next day. A wall time that the spring change skips is the first
valid minute after it; one that the autumn change repeats is its first occurrence for a start and its last for an end.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from nmx_desk.domain.intervals import from_minutes
from nmx_desk.i18n import N_, _

DAY = 1440
CLINIC_ZONE = "Europe/Amsterdam"
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""The days that people may ask for: of these every zone knows the hours before and after."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_ONE_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

Segment = tuple[int, int, int]
"""A part of a day with one UTC offset: first UTC minute, UTC minute after the last, and the UTC minute of its (perhaps imagined) 00:00."""


@lru_cache(maxsize=16_384)
def segments(zone: str, day: date) -> tuple[Segment, ...]:
    """Parts of the local ``day``, each with one offset: one part, two when the clock changes, none when the zone skipped the day."""
    info = ZoneInfo(zone)
    midnight = datetime.combine(day, time(), info)
    offset = _minutes(midnight)
    wall = (day.toordinal() - _EPOCH_DAY) * DAY
    if offset == _minutes((midnight + _ONE_DAY).replace(fold=1)):
        return ((wall - offset, wall - offset + DAY, wall - offset),)
    parts = []
    for lo, hi, shift in _pieces(info, wall):
        base = wall - shift
        if max(lo, base) < min(hi, base + DAY):
            parts.append((max(lo, base), min(hi, base + DAY), base))
    return tuple(parts)


def _minutes(when: datetime) -> int:
    return (when.utcoffset() or timedelta()) // _MINUTE


def _pieces(info: ZoneInfo, wall: int) -> list[tuple[int, int, int]]:
    """Stretches of one offset (from, to, offset) in the UTC minutes that can belong to the day that begins at ``wall`` on its clock."""

    def offset(minute: int) -> int:
        return _minutes(from_minutes(minute).astimezone(info))

    lo, hi = wall - 2 * DAY, wall + 3 * DAY
    cuts = [lo]
    for before, after in pairwise(range(lo, hi + 1, 60)):
        new = offset(after)
        if offset(before) != new:
            cuts.append(before + [offset(minute) == new for minute in range(before, after + 1)].index(True))
    return [(a, b, offset(a)) for a, b in pairwise([*cuts, hi])]


def start_minute(zone: str, day: date, minute: int = 0) -> int:
    """UTC minute at which something that starts at this wall time starts; ``minute`` counts from 00:00 and may pass 1440."""
    if not 0 <= minute < DAY:
        day, minute = day + (minute // DAY) * _ONE_DAY, minute % DAY
    parts = segments(zone, day)
    for lo, hi, base in parts:
        if base + minute < hi:
            return max(base + minute, lo)
    return parts[-1][1] if parts else start_minute(zone, day + _ONE_DAY)


def end_minute(zone: str, day: date, minute: int) -> int:
    """UTC minute at which something that ends at this wall time ends; ``minute`` counts from 00:00 and may pass 1440."""
    if not 0 <= minute < DAY:
        day, minute = day + (minute // DAY) * _ONE_DAY, minute % DAY
    parts = segments(zone, day)
    for lo, hi, base in reversed(parts):
        if base + minute >= lo:
            return min(base + minute, hi)
    return parts[0][0] if parts else start_minute(zone, day + _ONE_DAY)


def span_minutes(zone: str, day: date, start: int, end: int) -> tuple[int, int]:
    """UTC minutes of wall-clock hours that begin on a day."""
    parts = segments(zone, day)
    if len(parts) == 1 and start >= 0 and end < DAY:  # nearly every day, and agendas ask for thousands
        first, last, base = parts[0]
        if last - first == DAY:  # else it begins or ends in a change of the clock
            return base + start, base + end
    return start_minute(zone, day, start), end_minute(zone, day, end)


def wall_time(zone: str, utc_minute: int) -> datetime:
    """What the clock on the wall shows: aware local datetime of a UTC minute."""
    return from_minutes(utc_minute).astimezone(ZoneInfo(zone))


def day_of(zone: str, utc_minute: int) -> date:
    """The local day a UTC minute belongs to."""
    return wall_time(zone, utc_minute).date()


def minute_of_day(zone: str, utc_minute: int) -> int:
    """Minutes the wall clock shows since its 00:00: 0..1439."""
    shown = wall_time(zone, utc_minute)
    return shown.hour * 60 + shown.minute


def clock_text(minute: int) -> str:
    """What the clock on the wall shows at a minute of the day: ``09:05``; 24:00 and more are the next day's."""
    return f"{minute // 60:02}:{minute % 60:02}"


# ISO weeks: they begin on Monday, and belong to the year of their Thursday (2027-01-03 is in week 53 of 2026).


def iso_week(day: date) -> tuple[int, int]:
    """ISO year and week number of a day."""
    year, week, _weekday = day.isocalendar()
    return year, week


WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)


def day_label(day: date) -> str:
    """A day in full: “Monday 2 March 2026”."""
    return _("{weekday} {day} {month} {year}").format(
        weekday=_(WEEKDAYS[day.weekday()]), day=day.day, month=_(MONTHS[day.month - 1]), year=day.year
    )


def week_label(day: date) -> str:
    """The ISO week of a day: “week 53, 2026”."""
    year, week = iso_week(day)
    return _("week {week}, {year}").format(week=week, year=year)
