"""The funnel by month and by way in (C2) and follow-up (C3): counted by hand, and by what must add up."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.cohorts import funnel, months_of
from nmx_desk.domain.follow_up_figures import Told, follow_up
from nmx_desk.domain.kpi import AppointmentFact, CallFact, End, Facts, Filters, Kind, OpeningHours, Period, RequestFact
from nmx_desk.domain.kpi_facts import ContactFact

HOURS = OpeningHours({day: ((time(9), time(17)),) for day in range(5)})
AUTUMN = Period(date(2026, 8, 15), date(2026, 10, 31))
CUT_OFF = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def facts(**more):
    return Facts(**({"requests": (), "calls": (), "appointments": (), "cut_off": CUT_OFF, "hours": HOURS} | more))


def test_requests_by_hand():
    """August: one came to an intake in time, one too late, one is not valid. October: one on its way, one from a leaflet at the desk."""
    requests = (
        RequestFact(id="a", received_at=at(8, 20), spoken_at=at(8, 21), source="website"),
        RequestFact(id="b", received_at=at(8, 31), spoken_at=at(9, 2), source="phone"),
        RequestFact(id="x", received_at=at(8, 31), valid=False, source="website"),
        RequestFact(id="c", received_at=at(10, 5), spoken_at=at(10, 6), source="website"),
        RequestFact(id="d", received_at=at(10, 6), source="desk"),
    )
    calls = (CallFact(id="1", request_id="a", held_at=at(8, 25), red_flags_complete=True),)
    rows = (
        AppointmentFact(id="i1", kind=Kind.INTAKE, start=at(9, 10), booked_at=at(8, 25), end=End.COMPLETED, request_id="a"),
        AppointmentFact(id="i2", kind=Kind.INTAKE, start=at(11, 15), booked_at=at(9, 25), end=End.COMPLETED, request_id="b"),
        AppointmentFact(id="c1", kind=Kind.ADVICE_CALL, start=at(10, 9), booked_at=at(10, 6), request_id="c"),
    )
    found = funnel(facts(requests=requests, calls=calls, appointments=rows), AUTUMN)
    shown = {one.first: [stage.count for stage in one.stages] for one in found.months}
    assert shown == {date(2026, 8, 15): [2, 2, 0, 1, 2], date(2026, 9, 1): [0, 0, 0, 0, 0], date(2026, 10, 1): [2, 1, 1, 0, 0]}
    held = [(one.held.numerator, one.held.denominator, one.held.immature) for one in found.months]
    assert held == [(1, 2, False), (0, 0, False), (0, 2, True)]
    assert {one.source: one.count("requests") for one in found.sources} == {"website": 2, "phone": 1, "desk": 1}
    assert found.sources[0].source == "website"
    only = funnel(facts(requests=requests), AUTUMN, Filters(source="phone"))
    assert only.whole.count("requests") == 1 and [one.source for one in only.sources] == ["phone"]


@given(
    days=st.lists(st.tuples(st.integers(0, 120), st.sampled_from(["website", "phone", "desk"]), st.booleans()), max_size=25),
    first=st.dates(date(2026, 7, 1), date(2026, 9, 30)), length=st.integers(0, 100),
)  # fmt: skip
def test_months_and_ways_in_add_up_to_the_whole(days, first, length):
    start = at(7, 1)
    requests = tuple(
        RequestFact(id=str(n), received_at=start + timedelta(days=day), spoken_at=start if spoken else None, source=source)
        for n, (day, source, spoken) in enumerate(days)
    )
    found = funnel(facts(requests=requests), Period(first, first + timedelta(days=length)))
    for stage in found.whole.stages:
        assert sum(one.count(stage.key) for one in found.months) == sum(one.count(stage.key) for one in found.sources) == stage.count


@given(first=st.dates(date(2020, 1, 1), date(2030, 1, 1)), length=st.integers(0, 900))
def test_months_lie_side_by_side_and_fill_the_period(first, length):
    period = Period(first, first + timedelta(days=length))
    months = months_of(period)
    assert months[0].first == period.first and months[-1].last == period.last
    assert all(a.last + timedelta(days=1) == b.first and b.first.day == 1 for a, b in pairwise(months))


# -- follow-up ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "state"),
    [
        (ContactFact(id="", due_on=date(2026, 10, 10), done_on=date(2026, 10, 17)), "in_window"),
        (ContactFact(id="", due_on=date(2026, 10, 10), done_on=date(2026, 10, 3)), "in_window"),
        (ContactFact(id="", due_on=date(2026, 10, 10), done_on=date(2026, 10, 18)), "outside"),
        (ContactFact(id="", due_on=date(2026, 10, 10), window_days=0, done_on=date(2026, 10, 11)), "outside"),
        (ContactFact(id="", due_on=date(2026, 10, 10)), "overdue"),
        (ContactFact(id="", due_on=date(2026, 10, 31), window_days=20), "waiting"),
        (ContactFact(id="", due_on=date(2026, 10, 31), window_days=19), "overdue"),
        (ContactFact(id="", due_on=date(2026, 10, 10), out=True), "out"),
    ],
)
def test_each_contact_stands_in_one_column(contact, state):
    whole = follow_up(facts(contacts=(contact,)), AUTUMN, Told()).whole
    found = {name: getattr(whole, name) for name in ("in_window", "outside", "overdue", "waiting", "out")}
    assert {name: n for name, n in found.items() if n} == {state: 1}
    assert whole.due == (state != "out")


def test_follow_up_by_hand():
    contacts = tuple(
        ContactFact(id=str(n), due_on=due, done_on=done, practitioner_id=who)
        for n, (due, done, who) in enumerate([
            (date(2026, 8, 20), date(2026, 8, 21), "an"), (date(2026, 8, 21), None, "an"), (date(2026, 10, 25), None, "bo"),
            (date(2026, 11, 5), None, "bo"),
        ])
    )  # fmt: skip
    found = follow_up(facts(contacts=contacts), AUTUMN, Told())
    assert [(one.first, one.due, one.in_window, one.overdue) for one in found.months] == [
        (date(2026, 8, 15), 2, 1, 1), (date(2026, 9, 1), 0, 0, 0), (date(2026, 10, 1), 1, 0, 1),
    ]  # fmt: skip
    assert [(one.practitioner_id, one.due) for one in found.practitioners] == [("an", 2), ("bo", 1)]
    assert found.late == (0, 1, 1)  # 19 days and 84 days over
    assert (found.figures[0].key, found.figures[0].numerator, found.figures[0].denominator) == ("K12", 1, 3)
    assert [one.practitioner_id for one in follow_up(facts(contacts=contacts), AUTUMN, Told(), Filters("bo")).practitioners] == ["bo"]


@given(days=st.lists(st.tuples(st.integers(0, 90), st.none() | st.integers(-20, 40), st.integers(0, 14)), max_size=20))
def test_what_is_held_in_time_is_what_the_figure_counts_once_the_days_are_over(days):
    contacts = tuple(
        ContactFact(id=str(n), due_on=(due := date(2026, 8, 1) + timedelta(days=a)), window_days=window,
                    done_on=None if b is None else due + timedelta(days=b))
        for n, (a, b, window) in enumerate(days)
    )  # fmt: skip
    found = follow_up(facts(contacts=contacts), Period(date(2026, 8, 1), date(2026, 10, 30)), Told())
    whole, figure = found.whole, found.figures[0]
    assert (figure.numerator or 0) <= whole.in_window
    assert (figure.denominator or 0) <= whole.due == len(contacts)
    assert sum(found.late) == whole.overdue
