"""Days that no calendar reaches are refused at the door in words, whatever asks for them."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk.domain.agenda import RosterRule
from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.series import SeriesRule, SeriesWish
from nmx_desk.domain.walltime import EARLIEST, LATEST
from nmx_desk.services import agenda, agenda_pages, agenda_prints, lengths, options, people, roster, series, waiting
from nmx_desk.services.reach import refuse_far
from tests.clinic import once

FAR = [date.min, date(1, 2, 3), date(1899, 12, 31), date(3000, 1, 1), date(9999, 12, 31), date.max]
START = datetime(2026, 9, 14, 8, 15, tzinfo=UTC)
QUIET = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


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


def everything(who, client, made, entry, day, moment):
    """What takes a day or a moment, of the receptionist and of who makes the hours."""
    wish = SeriesWish("follow_up", who, client.id, moment, SeriesRule())
    until = replace(wish, starts_at=instant(date(2026, 9, 15)), rule=SeriesRule(until=day))
    shifted = replace(until, rule=SeriesRule(), skipped=(day,), shifted=((date(2026, 9, 22), moment),))
    reception = [
        (agenda.free_moments, "advice_call", day, day), (agenda.next_free, "advice_call", {"after": moment}), (agenda.day_agenda, day),
        (agenda_pages.week_agenda, who, day), (agenda_pages.month_overview, day), (agenda_prints.week_sheet, who, day),
        (agenda.book, "advice_call", who, moment, {"who": "Iemand"}),
        (agenda.book, "advice_call", who, moment, {"who": "Iemand", "double_booking_reason": "toch"}),
        (agenda.book, "advice_call", who, moment, {"who": "Iemand", "afterwards": True}), (agenda.move, made.id, moment, who),
        (lengths.starts_for, made.id, [(who, day)]), (lengths.resize, made.id, moment, moment.replace(hour=23, minute=30)),
        (options.hold, "advice_call", who, moment), (waiting.offer_waiting, entry.id, who, moment),
        (waiting.book_waiting, entry.id, who, moment), (waiting.change_waiting, replace(entry, date_from=day, date_until=day)),
        *((case, one) for case in (series.preview_series, series.book_series) for one in (wish, until, shifted)),
        (series.preview_another, made.id, moment), (series.move_following, made.id, moment, who),
    ]  # fmt: skip
    hours = [
        (roster.set_day, who, day, [(0, 2880)]), (roster.close_part, who, day, [(0, 1440)]), (roster.list_days, day, day),
        (roster.add_closure, day, day, ""), (roster.add_absence, who, moment, moment.replace(hour=23, minute=59)),
        (roster.list_absences, day, day), (roster.stand_in, who, made.practitioner_id, day, day), (roster.suggested_closures, day.year),
        (roster.set_roster, who, [RosterRule(weekday=day.weekday(), valid_from=day, valid_to=day)]),
    ]  # fmt: skip
    return [("receptie", *one) for one in reception] + [("manager", *one) for one in hours]


DAYS = st.dates() | st.sampled_from([*FAR, EARLIEST, LATEST]) | st.dates(date(2026, 1, 1), date(2027, 12, 31))


@QUIET
@given(DAYS, st.times(), st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))
def test_whatever_day_is_asked_only_words_come_out(clinic, day, clock, offset):
    desk = clinic.as_("receptie")
    who = desk.do(people.list_practitioners)[0].id
    moment = datetime.combine(day, clock.replace(second=0, microsecond=0), timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    client = desk.do(once(lambda work: work.store.add(Client(client_no=work.new_id(), first_name="Anna", surname="Vis"))))
    made = desk.do(agenda.book, "advice_call", who, START, who="Sanne Vis", double_booking_reason="nog een")
    entry = desk.do(waiting.add_waiting, WaitingEntry(client_id=client.id, type_code="intake"))
    for name, case, *args in everything(who, client, made, entry, day, moment):
        kwargs = args.pop() if isinstance(args[-1], dict) else {}
        with suppress(DeskError):
            clinic.as_(name).do(case, *args, **kwargs)


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
    wish = SeriesWish("follow_up", "p", "c", START, SeriesRule())
    for far in (replace(wish, rule=SeriesRule(until=date.max)), replace(wish, shifted=((date(2026, 9, 22), instant(date.max)),))):
        with pytest.raises(UserError):
            refuse_far({"wish": far})
