"""The line of a life: nothing covers anything, what a date means is as wide as it is, and re-dating keeps how precise it is."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain import lifeline, partial_dates
from nmx_desk.domain.lifeline import Entry, Lane, Scale, as_precise, entry_of, moved, place, rows_of, stepped, ticks

BORN, TODAY = date(1980, 2, 29), date(2026, 11, 27)
days = st.dates(BORN, TODAY)
names = st.text(st.characters(codec="latin-1", categories=("L", "Zs")), min_size=1, max_size=80)
scales = st.tuples(days, st.integers(1, 20_000), st.floats(0, 300), st.floats(40, 3000)).map(
    lambda told: Scale(told[0], told[0] + timedelta(days=told[1]), told[2], told[3])
)


@st.composite
def partials(draw, least=BORN, most=TODAY):
    day = draw(st.dates(least, most))
    return draw(st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}", as_precise("a0", day, BORN)]))


@st.composite
def entries(draw):
    began, lane = draw(partials()), draw(st.sampled_from(Lane))
    until = draw(st.one_of(st.just(""), partials()))
    if partial_dates.span(until, BORN) and partial_dates.span(until, BORN)[1] < partial_dates.span(began, BORN)[0]:
        began, until = until, began
    return entry_of(draw(st.uuids()).hex, lane, draw(names), began, until, BORN)


def measure(text):
    return 7.0 * len(text)


def laid(found, scale):
    return place(found, scale, measure, sign=14.0, gap=6.0, most=180.0)


@given(st.lists(entries(), max_size=40), scales)
def test_nothing_covers_anything_and_all_of_it_is_within_the_line(found, scale):
    places = laid(found, scale)
    for one in places:
        assert one.box[0] >= scale.left - 1e-6 and one.box[1] <= scale.right + 1e-6
        assert one.bar[1] - one.bar[0] >= 14.0 - 1e-6
        apart = one.label[0] >= one.bar[1] - 1e-6 or one.label[1] <= one.bar[0] + 1e-6
        within = one.label[0] >= one.bar[0] and one.label[1] <= one.bar[1]
        assert within if one.inside else apart
    for lane in Lane:
        for row in range(rows_of(places).get(lane, 0)):
            boxes = sorted(one.box for one in places if one.entry.lane is lane and one.row == row)
            assert boxes, "no row is empty"
            assert all(before[1] + 6.0 <= after[0] + 1e-6 for before, after in pairwise(boxes))


@given(st.lists(entries(), max_size=20), scales)
def test_what_is_in_sight_is_there_once_and_the_rest_is_not(found, scale):
    places = laid(found, scale)
    seen = [one.entry for one in places]
    assert len(seen) == len({one.key for one in seen})
    for one in found:
        assert (one in seen) == (one.first <= scale.last and (one.until or one.last) >= scale.first)


@given(days)
def test_a_year_is_a_year_wide_and_a_month_a_month(day):
    scale = Scale(date(1980, 1, 1), date(2027, 1, 1), 100.0, 40_000.0)
    one_day = scale.width / scale.days
    for text, long in ((f"{day:%Y}", 366 if day.year % 4 == 0 else 365), (f"{day:%Y-%m}", None)):
        [found] = laid([entry_of("k", Lane.EVENT, "x", text, "", BORN)], scale)
        first, last = partial_dates.span(text)
        wide = (found.bar[1] - found.bar[0]) / one_day
        assert wide == pytest.approx(long or (last - first).days + 1) and found.bar[0] == pytest.approx(scale.x(first))


def precision(partial):
    return "age" if partial.startswith("a") else len(partial)


@given(partials(), st.one_of(st.just(""), partials()), st.dates(date(1950, 1, 1), date(2030, 1, 1)))
def test_re_dating_keeps_how_precise_it_is_and_stays_within_the_life(began, ended, day):
    if ended and middle_after(began, ended):
        began, ended = ended, began
    new, until = moved(began, ended, day, BORN, TODAY)
    assert precision(new) == precision(began) and bool(until) == bool(ended)
    assert not ended or precision(until) == precision(ended)
    first, last = partial_dates.span(new, BORN)
    assert first <= min(max(day, BORN), TODAY) <= last, "it holds the day it was put on"
    assert partial_dates.parse(new, TODAY) == new, "the desk takes it"
    if until:
        assert partial_dates.span(until, BORN)[1] >= first and partial_dates.parse(until, TODAY) == until


def middle_after(one, other):
    return lifeline.middle(one, BORN) > lifeline.middle(other, BORN)


@given(partials())
def test_put_where_it_is_it_stays_as_it_is(began):
    assert moved(began, "", min(max(lifeline.middle(began, BORN), BORN), TODAY), BORN, TODAY)[0] == began


@given(partials(date(1990, 1, 1), date(2020, 1, 1)), st.sampled_from([-3, -1, 1, 2, 5]))
def test_steps_are_of_the_size_it_is_known_in_and_back_again(began, by):
    there, _ended = stepped(began, "", by, BORN, TODAY)
    assert there != began and precision(there) == precision(began)
    assert stepped(there, "", -by, BORN, TODAY)[0] == began


def test_steps_in_words():
    assert stepped("2019", "", 1, BORN, TODAY) == ("2020", "") and stepped("2019-12", "", 1, BORN, TODAY) == ("2020-01", "")
    assert stepped("2020-02-28", "", 1, BORN, TODAY) == ("2020-02-29", "") and stepped("a7", "", -1, BORN, TODAY) == ("a6", "")
    assert stepped("2010", "2012-05", 1, BORN, TODAY) == ("2011", "2013-05"), "as long as it was"
    assert stepped(f"{TODAY:%Y}", "", 1, BORN, TODAY) == ("2026", ""), "not into the future"
    assert stepped("", "", 1, BORN, TODAY) == ("", "") and moved("a7", "", TODAY, None, TODAY) == ("a7", "")


@given(scales, st.floats(0.05, 20), st.floats(0, 3500))
def test_zoom_stays_within_the_whole_life_and_so_does_panning(scale, factor, x):
    whole = (BORN, TODAY)
    start = Scale(BORN, TODAY, scale.left, scale.width)
    near = start.zoomed(factor, x, whole)
    for one in (near, near.panned(4000, whole), near.panned(-4000, whole)):
        assert BORN <= one.first < one.last <= TODAY and one.days >= lifeline.SHORTEST
    assert near.panned(40_000, whole).last == TODAY and near.panned(-40_000, whole).first == BORN
    assert start.zoomed(50, x, whole) == start, "further than all of it is all of it"


@given(st.floats(0.1, 0.9), st.floats(0.2, 0.9))
def test_what_lies_under_the_mouse_stays_there(share, factor):
    start = Scale(BORN, TODAY, 100.0, 1000.0)
    x = start.left + share * start.width
    near = start.zoomed(factor, x, (BORN, TODAY))
    assert abs(near.x(start.day(x)) - x) <= near.width / near.days + 1e-6


@given(scales, st.floats(30, 120))
def test_marks_of_years_are_in_order_in_sight_and_far_enough_apart(scale, least):
    found = ticks(scale, least)
    assert all(scale.first <= day <= scale.last and day.day == 1 for day in found) and found == sorted(set(found))
    assert all(scale.x(after) - scale.x(before) >= least * 0.9 for before, after in pairwise(found))


def test_an_age_without_a_birth_date_has_no_place():
    assert entry_of("k", Lane.EVENT, "Val", "a7", "", None) is None and entry_of("k", Lane.EVENT, "Val", "", "2019", BORN) is None
    assert isinstance(entry_of("k", Lane.EVENT, "Val", "a7", "", BORN), Entry)
