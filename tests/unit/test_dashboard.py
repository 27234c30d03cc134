"""What figures are held against, and whether that is good."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain import kpi
from nmx_desk.domain.dashboard import GROUP_NAMES, Change, Judged, Turn, change_of
from nmx_desk.domain.kpi import Figure, Unit
from nmx_desk.domain.kpi_days import days_before

DAYS = st.dates(date(2001, 1, 1), date(2040, 1, 1))


@pytest.mark.parametrize(("first", "last", "today", "expected"), [
    ((2026, 11, 1), (2026, 11, 30), (2026, 11, 23), ((2026, 10, 1), (2026, 10, 23))),  # the month that runs: its days so far
    ((2026, 11, 1), (2026, 11, 30), (2026, 12, 5), ((2026, 10, 1), (2026, 10, 31))),  # a whole month: the whole one before
    ((2026, 3, 1), (2026, 3, 31), (2026, 3, 30), ((2026, 2, 1), (2026, 2, 28))),  # there is no 30 February
    ((2026, 1, 1), (2026, 1, 31), (2026, 1, 1), ((2025, 12, 1), (2025, 12, 1))),
    ((2026, 10, 1), (2026, 12, 31), (2026, 11, 23), ((2026, 7, 1), (2026, 8, 23))),  # the quarter that runs
    ((2026, 1, 1), (2026, 12, 31), (2026, 11, 23), ((2025, 1, 1), (2025, 11, 23))),  # the year that runs
    ((2026, 1, 1), (2026, 12, 31), (2027, 2, 1), ((2025, 1, 1), (2025, 12, 31))),
    ((2026, 11, 10), (2026, 11, 12), (2026, 11, 23), ((2026, 11, 7), (2026, 11, 9))),  # any days: as many right before
    ((2026, 11, 10), (2026, 11, 20), (2026, 11, 12), ((2026, 11, 7), (2026, 11, 9))),  # of which some are still to come
    ((2026, 12, 1), (2026, 12, 31), (2026, 11, 23), ((2026, 11, 1), (2026, 11, 30))),  # all of them are
])  # fmt: skip
def test_the_days_before(first, last, today, expected):
    found = days_before(date(*first), date(*last), date(*today))
    assert found == (date(*expected[0]), date(*expected[1]))


@given(first=DAYS, length=st.integers(0, 800), today=DAYS)
def test_the_days_before_are_before_and_never_longer(first, length, today):
    last = first + timedelta(days=length)
    start, end = days_before(first, last, today)
    assert start <= end < first
    assert end - start <= max(last - first, timedelta(days=length)) + timedelta(days=3)  # a month of 31 days after one of 28


def figure(key, value):
    return Figure(key, None, None, value, Unit.HOURS)


@pytest.mark.parametrize(("key", "now", "before", "expected"), [
    ("K3", 80, 70, (Turn.UP, Judged.BETTER)), ("K3", 70, 80, (Turn.DOWN, Judged.WORSE)),
    ("K7", 8, 6, (Turn.UP, Judged.WORSE)), ("K7", 6, 8, (Turn.DOWN, Judged.BETTER)),
    ("requests", 8, 6, (Turn.UP, Judged.OPEN)), ("K3", 70, 70, (Turn.SAME, Judged.OPEN)),
    ("K3", None, 70, (Turn.NONE, Judged.OPEN)), ("K3", 70, None, (Turn.NONE, Judged.OPEN)),
])  # fmt: skip
def test_which_way_is_better(key, now, before, expected):
    found = change_of(figure(key, now), figure(key, before))
    assert (found.turn, found.judged) == expected


def test_what_still_grows_is_not_judged_and_what_was_not_there_is_not_compared():
    assert change_of(figure("K6", 10), figure("K6", 50), immature=True) == Change(Turn.DOWN, Judged.OPEN, -40)
    assert change_of(figure("K6", 10), None) == Change()


def test_every_figure_stands_in_one_named_group():
    keys = [key for found in kpi.GROUPS.values() for key in found]
    assert sorted(keys) == sorted(kpi.FIGURES) and set(GROUP_NAMES) == set(kpi.GROUPS)
