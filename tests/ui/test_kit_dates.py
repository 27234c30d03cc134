"""Dates as typed and as said."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk import i18n
from nmx_desk.ui.kit import dates

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12-10-1946", date(1946, 10, 12)),
        ("12101946", date(1946, 10, 12)),
        ("12/10/46", date(1946, 10, 12)),
        ("121046", date(1946, 10, 12)),
        ("1.2.2003", date(2003, 2, 1)),
        (" 12  okt 1946 ", date(1946, 10, 12)),
        ("12 October 1946", date(1946, 10, 12)),
        ("1946-10-12", date(1946, 10, 12)),
        ("1-3-05", date(2005, 3, 1)),
        ("7-12", date(2026, 12, 7)),
        ("za 7 mrt", date(2026, 3, 7)),
        ("29-2-2024", date(2024, 2, 29)),
    ],
)
def test_birth_dates_as_people_type_them(typed, day):
    assert dates.parse_day(typed, past=True, now=NOW) == day


@pytest.mark.parametrize(
    "typed", ["", "x", "31-2-2020", "29-2-2023", "0-1-2000", "12345", "1-13-2000", "12-10-19460", "<b>", "12 foo 1946"]
)
def test_what_is_no_date(typed):
    assert dates.parse_day(typed, now=NOW) is None


def test_words_and_coming_days():
    assert dates.parse_day("morgen", now=NOW) == date(2026, 11, 24)
    assert dates.parse_day("1-6-27", now=NOW) == date(2027, 6, 1)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_what_is_shown_can_be_typed_again(day):
    assert dates.parse_day(dates.short(day), now=NOW) == day


@given(st.text(max_size=30))
def test_nothing_typed_breaks_it(text):
    dates.parse_day(text, past=True, now=NOW)
    dates.parse_time(text)


def test_when_is_said_as_people_do():
    at = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert dates.when(at, NOW) == "today 14:30"
    assert dates.when(at.replace(day=24), NOW) == "tomorrow 14:30"
    assert dates.when(at.replace(day=22), NOW) == "yesterday 14:30"
    assert dates.when(at.replace(month=12, day=7), NOW) == "Mon 7 Dec"
    assert dates.when(at.replace(year=2024), NOW) == "23 Nov 2024"
    assert dates.full(at) == "Monday 23 November 2026, 14:30"
    assert (dates.when(at, NOW, day_only=True), dates.full(at, day_only=True)) == ("today", "Monday 23 November 2026")


def test_dutch_has_its_own_names_whatever_the_system_says():
    i18n.use("nl")
    assert dates.day(date(2026, 12, 7), NOW) == "ma 7 dec"
    assert dates.full_day(date(2026, 12, 7)) == "maandag 7 december 2026"
    assert dates.number(12408) == "12.408"


def test_the_day_is_the_clinics_not_the_computers():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in the clinic
    assert dates.today(late) == date(2026, 11, 24)
    assert dates.clock(late) == "00:30"


@pytest.mark.parametrize(
    ("typed", "at"),
    [("14:30", time(14, 30)), ("1430", time(14, 30)), ("9", time(9)), ("9.05", time(9, 5)), ("25", None), ("9:75", None)],
)
def test_times(typed, at):
    assert dates.parse_time(typed) == at


def test_age_and_years():
    assert dates.age(NOW.replace(hour=8, minute=55), NOW) == "5 min"
    assert dates.age(NOW.replace(hour=8), NOW) == "1 hour"
    assert dates.age(NOW.replace(day=20), NOW) == "3 days"
    assert dates.years(date(2000, 11, 24), date(2026, 11, 23)) == 25
