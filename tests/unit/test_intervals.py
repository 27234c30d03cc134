from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import portion
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.intervals import Interval, Intervals, from_minutes, intersect, merge, subtract, to_minutes, union

# Few minutes and many spans: touching, equal, empty and reversed spans come up all the time.
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)
ordered = spans.map(merge)


def minutes(of: list[Interval]) -> set[int]:
    return {minute for lo, hi in of for minute in range(lo, hi)}


def as_portion(of: list[Interval]) -> portion.Interval:
    return portion.Interval(*(portion.closedopen(lo, hi) for lo, hi in of if lo < hi))


def from_portion(of: portion.Interval) -> Intervals:
    return [(part.lower, part.upper) for part in of if not part.empty]


def is_ordered(of: list[Interval]) -> bool:
    return all(lo < hi for lo, hi in of) and all(before[1] < after[0] for before, after in pairwise(of))


@given(spans)
def test_merge_keeps_the_minutes_and_orders_them(of):
    merged = merge(of)
    assert is_ordered(merged)
    assert minutes(merged) == minutes(of)
    assert merge(merged) == merged


@given(ordered, ordered)
def test_algebra_equals_sets_of_minutes(a, b):
    for ours, theirs in ((union(a, b), minutes(a) | minutes(b)), (subtract(a, b), minutes(a) - minutes(b))):
        assert is_ordered(ours)
        assert minutes(ours) == theirs
    assert is_ordered(intersect(a, b))
    assert minutes(intersect(a, b)) == minutes(a) & minutes(b)


@given(ordered, ordered)
def test_algebra_equals_portion(a, b):
    p, q = as_portion(a), as_portion(b)
    assert union(a, b) == from_portion(p | q)
    assert subtract(a, b) == from_portion(p - q)
    assert intersect(a, b) == from_portion(p & q)


@given(ordered, ordered, st.integers(0, 6), st.integers(0, 6))
def test_subtract_bears_spans_grown_into_each_other(a, b, before, after):
    grown = [(lo - before, hi + after) for lo, hi in b]
    assert minutes(subtract(a, grown)) == minutes(a) - minutes(grown)
    assert is_ordered(subtract(a, grown))


def test_arguments_are_left_alone():
    a, b = [(0, 10), (20, 30)], [(5, 25)]
    union(a, b)
    subtract(a, b)
    intersect(a, b)
    assert (a, b) == ([(0, 10), (20, 30)], [(5, 25)])


def test_a_long_list_stays_linear():
    a = [(n * 10, n * 10 + 6) for n in range(200_000)]
    b = [(n * 10 + 3, n * 10 + 8) for n in range(200_000)]
    assert subtract(a, b) == [(n * 10, n * 10 + 3) for n in range(200_000)]
    assert len(intersect(a, b)) == 200_000
    assert len(union(a, b)) == 200_000


@given(st.integers(-(10**8), 10**8))
def test_minutes_go_there_and_back(minute):
    assert to_minutes(from_minutes(minute)) == minute
    assert from_minutes(minute).tzinfo is UTC


def test_the_instant_counts_not_the_clock_it_is_written_in():
    noon = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
    assert to_minutes(noon.astimezone(timezone(timedelta(hours=5, minutes=30)))) == to_minutes(noon)


@pytest.mark.parametrize("seconds", [1, 59])
@pytest.mark.parametrize("year", [1969, 2026])
def test_a_broken_minute_goes_down_or_up(year, seconds):
    whole = datetime(year, 5, 5, 12, 0, tzinfo=UTC)
    broken = whole + timedelta(seconds=seconds)
    assert to_minutes(broken) == to_minutes(whole)
    assert to_minutes(broken, up=True) == to_minutes(whole) + 1
    assert to_minutes(whole, up=True) == to_minutes(whole)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        to_minutes(datetime(2026, 1, 1))  # noqa: DTZ001  (naive is the point)
