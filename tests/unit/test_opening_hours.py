"""How long a request waited in hours of the front desk (K1): nights, weekends, closures and summer time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.agenda import Closure
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.opening_hours import desk_time
from nmx_desk.domain.people import Clinic
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult
from nmx_desk.services import people, requests, roster
from tests.clinic import MONDAY

ZONE = ZoneInfo("Europe/Amsterdam")
WEEK = Clinic(zone="Europe/Amsterdam", desk_days="12345", desk_opens=8 * 60 + 30, desk_closes=17 * 60)
CHRISTMAS = Closure(date_from=date(2026, 12, 25), date_to=date(2026, 12, 26))


def at(day, hour, minute=0):
    return datetime(2026, *day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (at((11, 24), 9), at((11, 24), 9, 20), 20),
        (at((11, 24), 7), at((11, 24), 8, 40), 10),  # before the desk opens
        (at((11, 24), 22), at((11, 25), 9), 30),  # in the evening: from the next opening
        (at((11, 27), 16, 30), at((11, 30), 9), 60),  # over a weekend
        (at((11, 28), 10), at((11, 29), 10), 0),  # Saturday to Sunday
        (at((12, 24), 16), at((12, 28), 9, 30), 120),  # Christmas and a weekend between
        (at((10, 23), 16), at((10, 26), 9, 30), 120),  # the night in which the clock goes back
        (at((11, 24), 9), at((11, 24), 8), 0),  # the end comes first
    ],
)
def test_only_hours_of_the_desk_count(start, end, minutes):
    assert desk_time(start, end, WEEK, [CHRISTMAS]) == timedelta(minutes=minutes)


moments = st.integers(0, 60 * 24 * 60).map(lambda minute: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=minute))


@given(moments, moments, moments, st.lists(st.integers(0, 60), max_size=4))
def test_time_of_the_desk_adds_up_and_never_passes_the_clock(a, b, c, days):
    a, b, c = sorted((a, b, c))
    closed = [Closure(date_from=date(2026, 10, 1) + timedelta(days=n), date_to=date(2026, 10, 2) + timedelta(days=n)) for n in days]
    whole = desk_time(a, c, WEEK, closed)
    assert whole == desk_time(a, b, WEEK, closed) + desk_time(b, c, WEEK, closed)
    assert timedelta() <= whole <= c - a
    assert whole <= desk_time(a, c, WEEK)


def test_a_request_shows_how_long_it_waited_in_desk_hours(clinic):
    """Asked on Friday at 16:00, called on Monday at 09:00: an hour and a half; with the desk closed on Friday only half an hour."""
    desk = clinic.as_("receptie")
    asked = NewRequest(first_name="Sanne", surname="Visser", phone="0612345678", received_at=MONDAY - timedelta(days=2, hours=17))
    came = desk.do(requests.new_request, asked)
    assert desk.do(requests.open_request, came.id).row.speed is None
    desk.do(requests.log_attempt, came.id, AttemptResult.NO_ANSWER)
    assert desk.do(requests.open_request, came.id).row.speed == timedelta(minutes=90)
    friday = date(2026, 9, 11)
    clinic.as_("manager").do(roster.add_closure, friday, friday, "gesloten")
    assert desk.do(requests.open_request, came.id).row.speed == timedelta(minutes=30)


def test_hours_that_cannot_be_are_refused(clinic):
    desk = clinic.as_("manager")
    now = desk.do(people.read_clinic)
    with pytest.raises(UserError) as wrong:
        desk.do(people.change_clinic, replace(now, desk_opens=1020, desk_closes=510))
    assert wrong.value.field == "desk_closes"
    with pytest.raises(UserError) as wrong:
        desk.do(people.change_clinic, replace(now, desk_days=""))
    assert wrong.value.field == "desk_days"
    assert desk.do(people.change_clinic, replace(now, desk_days="123456")).desk_days == "123456"
