from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk import i18n
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.walltime import (
    DAY,
    day_label,
    day_of,
    end_minute,
    iso_week,
    minute_of_day,
    segments,
    span_minutes,
    start_minute,
    wall_time,
    week_label,
)

AMSTERDAM = "Europe/Amsterdam"
CHANGES = [
    (AMSTERDAM, date(2026, 3, 29)),  # 02:00 becomes 03:00
    (AMSTERDAM, date(2026, 10, 25)),  # 03:00 becomes 02:00
    (AMSTERDAM, date(2027, 3, 28)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Havana", date(2026, 3, 8)),  # 00:00 becomes 01:00: the day has no midnight
    ("America/Havana", date(2026, 11, 1)),  # 01:00 becomes 00:00: it has two
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Asia/Beirut", date(2026, 10, 24)),  # 24:00 becomes 23:00
    ("Pacific/Apia", date(2011, 12, 29)),  # the day before the one that was skipped
    ("Pacific/Apia", date(2011, 12, 31)),
    ("Asia/Kathmandu", date(2026, 6, 1)),  # no change, odd offset
]


def brute_clock(zone: str, day: date) -> list[tuple[int, datetime]]:
    """What the wall shows in each UTC minute around a day, one by one, from zoneinfo alone."""
    info = ZoneInfo(zone)
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    return [(to_minutes(at), at.astimezone(info).replace(tzinfo=None)) for at in (first + timedelta(minutes=n) for n in range(6 * DAY))]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_every_wall_minute_equals_a_walk_over_the_clock(zone, day):
    clock = brute_clock(zone, day)
    shown: dict[datetime, list[int]] = {}
    for utc, wall in clock:
        shown.setdefault(wall, []).append(utc)
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (wall time)
    later = clock[-1][0]
    for minute in range(2 * DAY, -1, -1):
        occurrences = shown.get(midnight + timedelta(minutes=minute))
        later = occurrences[0] if occurrences else later  # a minute that never was: the first valid one after it
        assert start_minute(zone, day, minute) == later, minute
        assert end_minute(zone, day, minute) == (occurrences[-1] if occurrences else later), minute


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_segments_are_exactly_the_minutes_of_the_day(zone, day):
    theirs = {utc: wall.hour * 60 + wall.minute for utc, wall in brute_clock(zone, day) if wall.date() == day}
    assert {utc: utc - base for lo, hi, base in segments(zone, day) for utc in range(lo, hi)} == theirs
    for utc, minute in theirs.items():
        assert (day_of(zone, utc), minute_of_day(zone, utc)) == (day, minute)


def test_the_days_of_the_change_in_utc():
    def utc(*when: int) -> int:
        return to_minutes(datetime(*when, tzinfo=UTC))

    assert start_minute(AMSTERDAM, date(2026, 3, 29), 150) == end_minute(AMSTERDAM, date(2026, 3, 29), 150) == utc(2026, 3, 29, 1, 0)
    assert start_minute(AMSTERDAM, date(2026, 10, 25), 150) == utc(2026, 10, 25, 0, 30)
    assert end_minute(AMSTERDAM, date(2026, 10, 25), 150) == utc(2026, 10, 25, 1, 30)
    assert start_minute(AMSTERDAM, date(2026, 10, 24), DAY + 150) == utc(2026, 10, 25, 0, 30)
    lengths = [
        start_minute(AMSTERDAM, day + timedelta(days=1)) - start_minute(AMSTERDAM, day) for _zone, day in CHANGES if _zone == AMSTERDAM
    ]
    assert lengths == [23 * 60, 25 * 60, 23 * 60]


def test_a_day_the_zone_skipped_is_empty():
    skipped = date(2011, 12, 30)
    assert segments("Pacific/Apia", skipped) == ()
    following = start_minute("Pacific/Apia", date(2011, 12, 31))
    assert start_minute("Pacific/Apia", skipped, 600) == end_minute("Pacific/Apia", skipped, 600) == following


@given(st.dates(date(1990, 1, 1), date(2037, 12, 31)), st.sampled_from([AMSTERDAM, "America/New_York", "Asia/Tokyo", "UTC"]))
def test_days_lie_end_to_end(day, zone):
    parts = segments(zone, day)
    assert parts[0][0] == start_minute(zone, day)
    assert parts[-1][1] == start_minute(zone, day + timedelta(days=1))
    assert all(start_minute(zone, day, minute) <= end_minute(zone, day, minute) for minute in range(0, 2 * DAY, 7))


def test_wall_time_is_local_and_aware():
    shown = wall_time(AMSTERDAM, to_minutes(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)))
    assert (shown.hour, shown.utcoffset()) == (12, timedelta(hours=2))


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_weeks_are_iso_weeks(day):
    year, week = iso_week(day)
    assert day.strftime("%G-W%V") == f"{year}-W{week:02}"


def test_week_53():
    assert iso_week(date(2027, 1, 3)) == (2026, 53)
    assert iso_week(date(2026, 12, 28)) == (2026, 53)


def test_labels():
    before = i18n.language()
    try:
        i18n.use("en")
        assert day_label(date(2028, 2, 29)) == "Tuesday 29 February 2028"
        assert week_label(date(2027, 1, 3)) == "week 53, 2026"
    finally:
        i18n.use(before)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@given(start=st.integers(0, DAY - 1), length=st.integers(0, DAY))
def test_a_span_is_its_start_and_its_end(zone, day, start, length):
    """Also on a day that begins or ends in a change of the clock, as in Cairo and Havana."""
    end = start + length
    assert span_minutes(zone, day, start, end) == (start_minute(zone, day, start), end_minute(zone, day, end))
