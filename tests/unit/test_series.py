"""Series of appointments: the rule on the wall clock, and the whole of it at the door."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, RosterRule
from nmx_desk.domain.bookings import AppointmentSeries
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.series import MomentState, Repeat, SeriesReach, SeriesRule, SeriesWish, exists, instant
from nmx_desk.services import agenda, clients, options, roster, series
from tests.agenda import MONDAY, at, fetch, refused

ZONE = "Europe/Amsterdam"
S, M = AppointmentStatus, MomentState
wall = datetime.fromisoformat


def days(rule, first):
    return [each.date() for each in rule.wall_times(first, ZONE)]


# -- the rule


def test_a_weekly_series_stays_at_its_wall_time_over_both_changes_of_the_clock():
    autumn = SeriesRule(every=1, times=3).wall_times(wall("2026-10-18T14:00"), ZONE)
    assert [instant(ZONE, each).hour for each in autumn] == [12, 13, 13]  # UTC; 25 October is the Sunday of the change
    spring = SeriesRule(every=1, times=3).wall_times(wall("2027-03-21T14:00"), ZONE)
    assert [instant(ZONE, each).hour for each in spring] == [13, 12, 12]


def test_half_past_two_is_dropped_and_not_counted_in_spring_and_is_the_first_one_in_autumn():
    spring = SeriesRule(every=1, times=3).wall_times(wall("2027-03-21T02:30"), ZONE)
    assert [each.date() for each in spring] == [date(2027, 3, 21), date(2027, 4, 4), date(2027, 4, 11)]
    (_before, twice) = SeriesRule(every=1, times=2).wall_times(wall("2026-10-18T02:30"), ZONE)
    assert instant(ZONE, twice) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (SeriesRule(Repeat.MONTHLY, times=4), date(2027, 1, 31), ["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"]),
        (SeriesRule(Repeat.MONTHLY, every=12, times=3), date(2028, 2, 29), ["2028-02-29"]),  # the next lies beyond what a series reaches
        (SeriesRule(Repeat.MONTHLY_DAY, times=3), date(2026, 9, 8), ["2026-09-08", "2026-10-13", "2026-11-10"]),
        (SeriesRule(Repeat.MONTHLY_DAY, times=3), date(2026, 9, 29), ["2026-09-29", "2026-10-27", "2026-11-24"]),
        (SeriesRule(every=2, times=9, until=date(2027, 1, 10)), date(2026, 12, 13), ["2026-12-13", "2026-12-27", "2027-01-10"]),
    ],
)  # fmt: skip
def test_what_a_rule_gives(rule, first, expected):
    assert [day.isoformat() for day in days(rule, wall(f"{first}T10:00"))] == expected


def test_a_rule_is_written_as_other_programs_read_it():
    first = wall("2026-09-29T10:00")
    assert SeriesRule(every=4, times=6).text(first) == "FREQ=WEEKLY;INTERVAL=4;COUNT=6"
    assert SeriesRule(Repeat.MONTHLY_DAY, until=date(2027, 9, 1)).text(first) == "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1TU;UNTIL=20270901T235959"


@given(
    st.sampled_from(list(Repeat)), st.integers(1, 6), st.integers(2, 20), st.datetimes(wall("2025-01-01T00:00"), wall("2029-01-01T00:00")),
    st.sampled_from([ZONE, "America/New_York", "Australia/Lord_Howe"]),
)  # fmt: skip
def test_every_moment_exists_and_keeps_the_time_of_day(repeat, every, times, first, zone):
    first = first.replace(second=0, microsecond=0)
    found = SeriesRule(repeat, every, times).wall_times(first, zone)
    assert len(found) <= times and found == sorted(set(found))
    assert all(each.time() == first.time() and exists(zone, each) for each in found)
    back = [instant(zone, each) for each in found]
    assert back == sorted(set(back))


# -- at the door


@pytest.fixture
def wish(people_here, vis):
    return SeriesWish("follow_up", people_here["behandelaar"], vis.id, at(10, 0, date(2026, 10, 5)), SeriesRule(every=1, times=5))


def live(desk, view):
    return [one for one in (desk.do(fetch, Appointment, each.id) for each in view.appointments) if one.live]


def test_a_preview_says_which_days_are_free_taken_or_outside_hours(clinic, reception, people_here, wish):
    reception.do(agenda.book, "follow_up", people_here["behandelaar"], at(10, 15, date(2026, 10, 12)), who="Ander")
    clinic.as_("manager").do(roster.add_closure, date(2026, 10, 19), date(2026, 10, 19), "Studiedag")
    found = reception.do(series.preview_series, replace(wish, skipped=(date(2026, 11, 2),)))
    assert [one.state for one in found] == [M.FREE, M.TAKEN, M.OUTSIDE, M.FREE, M.SKIPPED]
    assert "has Ander from 10:15" in found[1].why and "Studiedag" in found[2].why
    assert found[3].starts_at == datetime(2026, 10, 26, 9, tzinfo=UTC)  # ten o'clock on the wall, in winter
    assert "Monday 12 October 2026: " in refused(reception, series.book_series, wish).message
    assert not reception.do(clients.client_appointments, wish.client_id)  # all of it or nothing
    assert clinic.verified().ok


def test_one_can_be_skipped_and_one_shifted(clinic, reception, people_here, wish):
    reception.do(agenda.book, "follow_up", people_here["behandelaar"], at(10, 15, date(2026, 10, 12)), who="Ander")
    wish = replace(wish, skipped=(date(2026, 10, 19),), shifted=((date(2026, 10, 12), at(14, 0, date(2026, 10, 13))),))
    view = reception.do(series.book_series, wish)
    assert [one.wall_start for one in view.appointments] == [
        "2026-10-05T10:00", "2026-10-13T14:00", "2026-10-26T10:00", "2026-11-02T10:00",
    ]  # fmt: skip
    assert [one.instance for one in view.appointments] == [1, 2, 4, 5]
    assert (view.series.rule, view.series.skipped) == ("FREQ=WEEKLY;INTERVAL=1;COUNT=5", "2026-10-19")
    assert [one.id for one in reception.do(series.series_of, view.appointments[2].id).appointments] == [one.id for one in view.appointments]
    assert clinic.verified().ok


def test_a_series_reaches_beyond_how_far_ahead_its_type_can_be_booked_but_does_not_begin_there(clinic, reception, wish):
    far = replace(wish, rule=SeriesRule(every=4, times=8))
    view = reception.do(series.book_series, far)
    assert view.appointments[-1].wall_start == "2027-04-19T10:00"
    moved = reception.do(agenda.move, view.appointments[-1].id, at(10, 0, date(2027, 4, 20)), far.practitioner_id)
    assert (moved.series_id, moved.instance) == (view.series.id, 8)
    late = replace(wish, starts_at=at(10, 0, date(2027, 8, 2)))
    assert "too far ahead" in refused(reception, series.book_series, late).message


def test_a_date_is_added_to_a_series_that_was_booked(clinic, reception, people_here, wish):
    view = reception.do(series.book_series, wish)
    first = view.appointments[0].id
    taken, night, free = (at(10, 0, date(2026, 10, 5)), at(3, 0, date(2026, 11, 10)), at(14, 0, date(2026, 11, 10)))
    found = [reception.do(series.preview_another, first, moment) for moment in (taken, night, free)]
    assert [one.state for one in found] == [M.TAKEN, M.OUTSIDE, M.FREE] and found[0].why and found[1].why
    for moment in (taken, night):
        assert refused(reception, series.book_another, first, moment).message
    reception.do(series.cancel_series, view.appointments[3].id, SeriesReach.FOLLOWING, "client", "Verhuisd")
    made = reception.do(series.book_another, first, free)
    assert (made.series_id, made.instance, made.client_id, made.starts_at) == (view.series.id, 6, wish.client_id, free)
    after = reception.do(series.series_of, made.id)
    assert after.appointments[-1].id == made.id and after.series.ended_on is None
    assert clinic.verified().ok


@pytest.mark.parametrize(("reach", "left"), [(SeriesReach.ONE, 4), (SeriesReach.FOLLOWING, 2), (SeriesReach.ALL, 0)])
def test_one_this_and_following_or_all_are_cancelled_and_put_back(clinic, reception, wish, reach, left):
    view = reception.do(series.book_series, wish)
    gone = reception.do(series.cancel_series, view.appointments[2].id, reach, "client", "Verhuisd")
    assert len(live(reception, view)) == left == 5 - len(gone)
    ended = reception.do(fetch, AppointmentSeries, view.series.id).ended_on
    assert (ended is None) is (reach is SeriesReach.ONE)
    reception.do(series.put_back_series, tuple(one.id for one in gone))
    assert len(live(reception, view)) == 5
    assert reception.do(fetch, AppointmentSeries, view.series.id).ended_on is None
    assert clinic.verified().ok


def test_what_is_over_is_not_cancelled_with_all_of_it(clinic, reception, wish):
    view = reception.do(series.book_series, wish)
    clinic.clock.moment = at(12, 0, date(2026, 10, 12))
    gone = reception.do(series.cancel_series, view.appointments[3].id, SeriesReach.ALL, "clinic", "Klaar")
    assert [one.instance for one in gone] == [3, 4, 5]
    with pytest.raises(Conflict):
        reception.do(series.cancel_series, view.appointments[3].id, SeriesReach.ALL, "clinic", "Klaar")


def test_this_and_the_following_move_by_days_to_another_time_over_a_change_of_the_clock_and_back(clinic, reception, wish):
    view = reception.do(series.book_series, wish)
    moved = reception.do(series.move_following, view.appointments[2].id, at(14, 0, date(2026, 10, 20)), wish.practitioner_id)
    assert [one.wall_start for one in moved] == ["2026-10-20T14:00", "2026-10-27T14:00", "2026-11-03T14:00"]
    assert {one.sequence for one in moved} == {1}
    assert len(reception.do(series.series_of, moved[0].id).appointments) == 5
    reception.do(series.undo_move_following, tuple(one.id for one in moved))
    now = reception.do(series.series_of, view.appointments[0].id).appointments
    assert [one.wall_start for one in now] == [one.wall_start for one in view.appointments]
    assert clinic.verified().ok


def test_a_series_moved_onto_its_own_next_moment_does_not_stand_in_its_own_way(reception, wish):
    view = reception.do(series.book_series, wish)
    moved = reception.do(series.move_following, view.appointments[0].id, at(10, 0, date(2026, 10, 12)), wish.practitioner_id)
    assert [one.wall_start[:10] for one in moved] == ["2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09"]


def test_the_first_may_be_held_while_one_speaks(clinic, reception, wish):
    option = reception.do(options.hold, "follow_up", wish.practitioner_id, wish.starts_at, client_id=wish.client_id)
    view = reception.do(series.book_series, wish, option_id=option.id)
    assert view.appointments[0].starts_at == wish.starts_at
    assert clinic.verified().ok


def test_a_series_at_night_over_the_spring_change_is_booked_without_the_moment_that_does_not_exist(clinic, reception, people_here, vis):
    rules = [RosterRule(weekday=6, start_minute=60, end_minute=360)]
    clinic.as_("manager").do(roster.set_roster, people_here["collega"], rules)
    clinic.clock.moment = datetime(2027, 3, 1, 9, tzinfo=UTC)
    first = datetime(2027, 3, 21, 1, 30, tzinfo=UTC)  # half past two
    night = SeriesWish("follow_up", people_here["collega"], vis.id, first, SeriesRule(times=3))
    view = reception.do(series.book_series, night)
    assert [one.wall_start for one in view.appointments] == ["2027-03-21T02:30", "2027-04-04T02:30", "2027-04-11T02:30"]


@pytest.mark.parametrize(
    ("rule", "field"), [(SeriesRule(every=0), "every"), (SeriesRule(times=1), "times"), (SeriesRule(until=date(2026, 1, 1)), "until")]
)
def test_a_rule_that_gives_no_series_is_refused(reception, wish, rule, field):
    assert refused(reception, series.preview_series, replace(wish, rule=rule)).field == field


def test_nobody_books_a_series_for_who_has_died_and_what_is_single_is_none(reception, people_here, wish, vis):
    single = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(10, 30), who="Een")
    with pytest.raises(UserError):
        reception.do(series.series_of, single.id)
    now = reception.do(clients.open_client, vis.id).client
    reception.do(clients.change_client, replace(now, deceased_on=MONDAY - timedelta(days=1)))
    assert refused(reception, series.book_series, wish).field == "although_died"
    assert isinstance(vis, Client)
