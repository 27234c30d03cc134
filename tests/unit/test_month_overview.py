"""The month at a glance, at the door: six weeks, when everybody works, what of it is taken; nobody's name."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.agenda import AppointmentType, RosterRule
from nmx_desk.domain.agenda_views import TAKEN_OTHERWISE, Lane, MonthDay, daily, month_grid
from nmx_desk.services import agenda, agenda_pages, people, roster
from tests.clinic import once

MONDAY = date(2026, 9, 14)


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def who(desk):
    return {user.username: user.id for user in desk.do(people.list_practitioners)}


def month(desk, day=MONDAY):
    return {one.day: one for one in desk.do(agenda_pages.month_overview, day)}


def lane(desk, practitioner_id, day=MONDAY):
    return next((one for one in month(desk, day)[day].lanes if one.practitioner_id == practitioner_id), None)


def put_night(work, practitioner_id):
    work.store.add(RosterRule(practitioner_id=practitioner_id, weekday=5, start_minute=22 * 60, end_minute=27 * 60))


@given(st.dates(date(1900, 2, 1), date(2999, 11, 1)))
def test_the_grid_is_six_whole_weeks_around_the_month(day):
    grid = month_grid(day)
    assert len(grid) == 42 and grid[0].weekday() == 0 and grid[-1].weekday() == 6
    first = day.replace(day=1)
    assert first in grid[:7] and {first + timedelta(days=n) for n in range(28)} <= set(grid)


LINES = st.lists(st.tuples(st.integers(-200, 400), st.integers(1, 150)).map(lambda one: (one[0], one[0] + one[1], one[1])), max_size=12)


@given(LINES, st.lists(st.integers(0, 300), min_size=2, max_size=8, unique=True).map(sorted))
def test_each_day_has_its_part_of_each_line(lines, edges):
    found = daily(lines, edges)
    assert len(found) == len(edges) - 1
    for (lo, hi), day in zip(pairwise(edges), found, strict=True):
        assert day == [(max(a, lo) - lo, min(b, hi) - lo, hue) for a, b, hue in lines if a < hi and b > lo]


def test_a_night_is_told_on_both_its_days_and_its_appointment_on_the_first(desk, who, clinic):
    saturday, night = date(2026, 10, 24), datetime(2026, 10, 24, 21, 45, tzinfo=UTC)  # 23:45; the clock goes back that night
    clinic.as_("manager").do(once(put_night), who["behandelaar"])
    desk.do(agenda.book, "advice_call", who["behandelaar"], night, who="Sanne Vis")
    first, second = (lane(desk, who["behandelaar"], saturday + timedelta(days=n)) for n in range(2))
    assert first.open == ((22 * 60, 1440),) and second.open == ((0, 4 * 60),), "an hour more than the clock says: it comes twice"
    assert (first.appointments, second.appointments) == (1, 0)
    assert first.taken[0][:2] == (1425, 1440) and second.taken == ((0, 5, TAKEN_OTHERWISE),)


def test_days_of_the_months_beside_it_are_counted_too(desk, who):
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15, date(2026, 9, 30)), who="Sanne Vis")
    assert month(desk, date(2026, 10, 15))[date(2026, 9, 30)].appointments == 1
    assert month(desk, MONDAY)[date(2026, 9, 30)].appointments == 1


def test_a_lane_tells_hours_and_what_is_taken_with_the_hue_of_its_type(desk, who):
    before = lane(desk, who["behandelaar"])
    assert before.open and before.taken == () and before.appointments == 0
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")
    hue = desk.do(once(lambda work: work.store.find_one(AppointmentType, code="advice_call"))).hue
    after = lane(desk, who["behandelaar"])
    assert after.open == before.open and after.appointments == 1
    assert (10 * 60 + 15, 10 * 60 + 30, hue) in after.taken
    assert after.taken[-1][2] == TAKEN_OTHERWISE, "the time after it is nobody else's either"
    assert after.taken_minutes == sum(end - begin for begin, end, _hue in after.taken)
    assert "Vis" not in repr(month(desk))


def test_an_absence_takes_the_hours_and_is_no_appointment(desk, who, clinic):
    clinic.as_("manager").do(roster.add_absence, who["behandelaar"], at(9), at(12), "Cursus")
    found = lane(desk, who["behandelaar"])
    assert found.appointments == 0 and {hue for _a, _b, hue in found.taken} == {TAKEN_OTHERWISE}
    day = month(desk)[MONDAY]
    assert day.free_minutes == day.open_minutes - day.taken_minutes < day.open_minutes


def test_without_somebody_the_day_is_that_of_the_others():
    lanes = (Lane("a", 0, 1, ((540, 600),), ((540, 560, 3),), 1), Lane("b", 1, 2, ((540, 720),), (), 0))
    day = MonthDay(MONDAY, lanes, None)
    assert (day.appointments, day.open_minutes, day.taken_minutes, day.free_minutes) == (1, 240, 20, 220)
    alone = day.without({"a"})
    assert (alone.appointments, alone.open_minutes, alone.free_minutes) == (0, 180, 180)
    assert day.without(()) is day


def test_nothing_is_logged_for_a_month_for_nobody_is_named(desk):
    before = desk.do(once(lambda work: work.store.connection.exec_driver_sql("SELECT count(*) FROM audit_log").scalar()))
    month(desk)
    assert desk.do(once(lambda work: work.store.connection.exec_driver_sql("SELECT count(*) FROM audit_log").scalar())) == before
