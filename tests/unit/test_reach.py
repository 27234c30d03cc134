"""Days that no calendar reaches are refused at the door in words, whatever asks for them."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.walltime import EARLIEST, LATEST
from nmx_desk.services import agenda, agenda_pages, people, roster, series, waiting
from nmx_desk.services.reach import refuse_far
from tests.clinic import once

FAR = [date.min, date(1, 2, 3), date(1899, 12, 31), date(3000, 1, 1), date(9999, 12, 31), date.max]
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


def instant(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


@pytest.mark.parametrize("day", FAR)
def test_every_way_to_a_moment_refuses_a_far_one(desk, clinic, day):
    who = desk.do(people.list_practitioners)[0].id
    client = desk.do(once(lambda work: work.store.add(Client(client_no="C-1", first_name="Anna", surname="Vis", phone="+31600112233"))))
    made = desk.do(agenda.book, "advice_call", who, datetime(2026, 9, 14, 8, 15, tzinfo=UTC), who="Sanne Vis")
    tries = [
        (agenda.free_moments, "advice_call", day, day), (agenda.book, "advice_call", who, instant(day)),
        (agenda.move, made.id, instant(day), who), (agenda.day_agenda, day), (agenda_pages.week_agenda, who, day),
        (agenda_pages.month_overview, day), (series.preview_another, made.id, instant(day)),
        (waiting.add_waiting, WaitingEntry(client_id=client.id, type_code="intake", date_from=day)),
    ]  # fmt: skip
    for case, *args in tries:
        with pytest.raises(UserError, match="1900 to 2999"):
            desk.do(case, *args)
    with pytest.raises(UserError, match="1900 to 2999"):
        clinic.as_("manager").do(roster.set_day, who, day, [(540, 600)])


@QUIET
@given(st.dates())
def test_whatever_day_is_asked_only_words_come_out(clinic, day):
    desk = clinic.as_("receptie")
    who = desk.do(people.list_practitioners)[0].id
    tries = [
        (agenda.free_moments, "advice_call", day, day), (agenda.day_agenda, day), (agenda_pages.week_agenda, who, day),
        (agenda_pages.month_overview, day), (agenda.book, "advice_call", who, instant(day)),
    ]  # fmt: skip
    for case, *args in tries:
        with suppress(DeskError):
            desk.do(case, *args)


@pytest.mark.parametrize("day", [EARLIEST, LATEST])
def test_the_first_and_the_last_day_can_be_looked_at(desk, day):
    assert desk.do(agenda.day_agenda, day).day == day
    desk.do(agenda_pages.month_overview, day)
    desk.do(agenda_pages.week_agenda, desk.do(people.list_practitioners)[0].id, day)


def test_a_record_is_looked_into_and_the_field_named():
    refuse_far({"wish": WaitingEntry(date_from=date(2026, 1, 1)), "n": 3, "days": None})
    with pytest.raises(UserError) as refused:
        refuse_far({"entry": replace(WaitingEntry(), date_until=date.max)})
    assert refused.value.field == "date_until"
