"""Dates with other hours, locums, rooms: what is free then, what is in the way, and that nothing booked is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from nmx_desk.domain.agenda import AppointmentType, RosterRule
from nmx_desk.domain.calendars import BusySource, BusyTime
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.notes import NoteKind
from nmx_desk.services import agenda, appointment_types, clients, notes, rooms, roster
from tests.clinic import once

MONDAY = date(2026, 9, 21)


def at(hour, minute=0, day=MONDAY):
    return datetime.combine(day, time(hour, minute), ZoneInfo("Europe/Amsterdam")).astimezone(UTC)


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


@pytest.fixture
def who(clinic):
    return {name: clinic.as_(name).user.id for name in ("behandelaar", "collega")}


def refused(desk, *args, **kw):
    with pytest.raises(UserError) as caught:
        desk.do(*args, **kw)
    return caught.value


def known(desk, **fields):
    """A client in the book."""
    return desk.do(clients.create_client, Client(birth_date=date(1980, 1, 1), phone="0612345678", **fields))


def free(desk, user_id, day=MONDAY, kind="advice_call"):
    return [offer.starts_at for offer in desk.do(agenda.free_moments, kind, day, day, user_id)]


# -- dates with other hours


def test_one_date_has_other_hours_or_none_and_the_weekly_ones_come_back(clinic, desk, boss, who):
    me, sunday = who["behandelaar"], MONDAY + timedelta(days=6)
    weekly = free(desk, me)
    boss.do(roster.set_day, me, MONDAY, [(18 * 60, 19 * 60), (10 * 60, 10 * 60 + 30)], "avondspreekuur")
    assert free(desk, me) == [at(10), at(18), at(18, 15), at(18, 30)]
    assert free(desk, who["collega"]) == weekly
    boss.do(roster.set_day, me, MONDAY, [], "scholing")
    assert free(desk, me) == []
    assert free(desk, me, sunday) == []
    boss.do(roster.set_day, me, sunday, [(10 * 60, 11 * 60)])
    assert free(desk, me, sunday)[0] == at(10, 0, sunday)
    found = boss.do(roster.list_days, MONDAY, sunday)
    assert [(one.day, one.spans, one.reason) for one in found] == [(MONDAY, (), "scholing"), (sunday, ((600, 660),), "")]
    boss.do(roster.clear_day, me, MONDAY)
    assert free(desk, me) == weekly
    assert [one.day for one in boss.do(roster.list_days, MONDAY, sunday)] == [sunday]
    assert clinic.verified().ok


def test_other_hours_say_what_lies_outside_them_now_and_delete_nothing(clinic, desk, boss, who):
    me = who["behandelaar"]
    anna = known(desk, first_name="Anna", surname="Visser")
    early = desk.do(agenda.book, "advice_call", me, at(9), client_id=anna.id)
    late = desk.do(agenda.book, "advice_call", me, at(14), who="Iemand")
    desk.do(agenda.book, "advice_call", who["collega"], at(9), who="Een ander")
    made = boss.do(roster.set_day, me, MONDAY, [(13 * 60, 17 * 60)])
    assert [item.appointment.id for item in made.conflicts] == [early.id]
    assert made.conflicts[0].who == "Anna Visser"
    again = boss.do(roster.set_day, me, MONDAY, [(15 * 60, 17 * 60)])
    assert [item.appointment.id for item in again.conflicts] == [late.id], "only what this change put outside"
    assert boss.do(roster.clear_day, me, MONDAY).conflicts == ()
    hours = boss.do(roster.practitioner_roster, me)
    fewer = boss.do(roster.set_roster, me, [rule for rule in hours if rule.weekday != 0])
    assert [item.appointment.id for item in fewer.conflicts] == [early.id, late.id]
    day = desk.do(agenda.day_agenda, MONDAY)
    assert {item.appointment.id for column in day.columns for item in column.items} >= {early.id, late.id}
    assert clinic.verified().ok


def test_who_may_not_read_the_agenda_sees_when_never_who(clinic, desk, boss, who):
    """The administrator changes hours and rooms, and has nothing to do with who comes."""
    anna = known(desk, first_name="Anna", surname="Visser")
    booked = desk.do(agenda.book, "advice_call", who["behandelaar"], at(9), client_id=anna.id)
    admin = clinic.as_("beheerder")
    for made in (
        admin.do(roster.set_day, who["behandelaar"], MONDAY, []), admin.do(roster.add_closure, MONDAY, MONDAY, "dicht"),
        admin.do(roster.add_absence, who["behandelaar"], at(8), at(12)),
    ):  # fmt: skip
        (item,) = made.conflicts
        assert (item.appointment.id, item.who, item.appointment.starts_at) == (booked.id, "An appointment", at(9))
        assert "Visser" not in repr(item) and anna.id not in repr(item) and "612345678" not in repr(item)
    assert boss.do(roster.add_closure, MONDAY, MONDAY, "nog eens").conflicts[0].who == "Anna Visser"
    assert clinic.verified().ok


@pytest.mark.parametrize("spans", [[(600, 600)], [(600, 700), (650, 800)], [(1440, 1500)], [(600, 2881)]])
def test_impossible_hours_on_a_date_are_refused(boss, who, spans):
    assert refused(boss, roster.set_day, who["collega"], MONDAY, spans).field == "spans"
    assert boss.do(roster.list_days, MONDAY, MONDAY) == []


def test_a_part_of_a_day_is_closed_and_the_rest_stays_as_it_was(clinic, desk, boss, who):
    me = who["behandelaar"]
    booked = [desk.do(agenda.book, "advice_call", me, at(hour), who="Iemand") for hour in (9, 13)]
    made = boss.do(roster.close_part, me, MONDAY, [(12 * 60, 14 * 60)], "overleg")
    assert [item.appointment.id for item in made.conflicts] == [booked[1].id]
    assert (made.spans, made.closed) == ((), ((720, 840),))
    left = free(desk, me)
    assert left and all(start + timedelta(minutes=15) <= at(12) or start >= at(14) for start in left)
    assert "does not work then" in refused(desk, agenda.book, "advice_call", me, at(12, 30), who="Nog iemand").message
    again = boss.do(roster.close_part, me, MONDAY, [(14 * 60, 15 * 60), (0, 9 * 60 + 5)], "tandarts")
    assert again.closed == ((0, 545), (720, 900)) and [item.appointment.id for item in again.conflicts] == [booked[0].id]
    assert boss.do(roster.list_days, MONDAY, MONDAY) == [replace(again, conflicts=())]
    assert again.reason == "overleg · tandarts"
    boss.do(roster.set_day, me, MONDAY, [(10 * 60, 16 * 60)])
    other = boss.do(roster.close_part, me, MONDAY, [(11 * 60, 12 * 60)])
    assert (other.spans, other.closed) == (((600, 960),), ((660, 720),)), "other hours stay"
    boss.do(roster.clear_day, me, MONDAY)
    boss.do(roster.set_day, me, MONDAY, other.spans, other.reason, other.closed)
    assert boss.do(roster.list_days, MONDAY, MONDAY) == [replace(other, conflicts=())]
    assert clinic.verified().ok


def test_closing_all_parts_of_a_day_closes_it(desk, boss, who):
    me = who["behandelaar"]
    made = boss.do(roster.close_part, me, MONDAY, [(0, 12 * 60), (12 * 60, 24 * 60)])
    assert (made.spans, made.closed) == ((), ()) and free(desk, me) == []
    assert boss.do(roster.list_days, MONDAY, MONDAY) == [made]
    assert "closed already" in refused(boss, roster.close_part, me, MONDAY, [(600, 700)]).message


@pytest.mark.parametrize("spans", [[], [(600, 600)], [(700, 600)], [(600, 1441)], [(-5, 60)], [(540, 600), (700, 650)]])
def test_a_part_that_is_none_is_refused(boss, who, spans):
    assert refused(boss, roster.close_part, who["collega"], MONDAY, spans).field == "spans"
    assert boss.do(roster.list_days, MONDAY, MONDAY) == []


def test_a_receptionist_opens_and_closes_no_date(desk, who):
    for case, args in ((roster.set_day, ([],)), (roster.close_part, ([(600, 700)],)), (roster.clear_day, ())):
        with pytest.raises(NotAllowed):
            desk.do(case, who["collega"], MONDAY, *args)
    with pytest.raises(NotAllowed):
        desk.do(rooms.add_room, "Kamer 1")


# -- other calendars


def test_time_that_is_busy_elsewhere_is_not_free(clinic, desk, boss, who):
    me = who["behandelaar"]

    def keep(work, first, last):
        source = work.store.add(BusySource(practitioner_id=me, name="thuis"))
        work.store.add(BusyTime(source_id=source.id, practitioner_id=me, busy_from=to_minutes(first), busy_to=to_minutes(last)))

    before = free(desk, me)
    boss.do(once(keep, "agenda.manage"), at(9, 30), at(10, 5))
    assert set(before) - set(free(desk, me)) == {at(9, 15), at(9, 30), at(9, 45), at(10)}, "with the five minutes after a call"
    boss.do(once(keep, "agenda.manage"), at(0, day=MONDAY - timedelta(days=10)), at(0, day=MONDAY + timedelta(days=10)))
    assert free(desk, me) == []
    assert free(desk, who["collega"]) == before
    assert refused(desk, agenda.book, "advice_call", me, at(15), who="Iemand").field == "starts_at"
    assert clinic.verified().ok


# -- rooms


@pytest.fixture
def intake_in_a_room(boss):
    """Two rooms, of which the second was added last, and an intake that needs one."""
    made = [boss.do(rooms.add_room, name) for name in ("Kamer 1", "Kamer 2")]
    kind = next(kind for kind in boss.do(appointment_types.list_appointment_types) if kind.code == "intake")
    boss.do(appointment_types.change_appointment_type, replace(kind, needs_room=True))
    return made


def test_the_first_free_room_is_taken_and_without_one_nothing_is_free(clinic, desk, boss, who, intake_in_a_room):
    one, two = intake_in_a_room
    me, other = who["behandelaar"], who["collega"]
    assert at(9, 15) in free(desk, other, kind="intake")
    first = desk.do(agenda.book, "intake", me, at(9, 15), who="Anna")
    assert first.room_id == one.id
    assert at(9, 15) in free(desk, other, kind="intake"), "there is a second room"
    second = desk.do(agenda.book, "intake", other, at(9, 15), who="Bram")
    assert second.room_id == two.id
    calls = desk.do(agenda.book, "advice_call", me, at(16), who="Cor")
    assert calls.room_id is None
    boss.do(rooms.close_room, boss.do(rooms.list_rooms)[1])
    moved = desk.do(agenda.move, second.id, at(13, 30), other)
    assert moved.room_id == one.id
    assert at(13, 30) not in free(desk, me, kind="intake"), "I am free, the room is not"
    assert "No room is free" in refused(desk, agenda.book, "intake", me, at(13, 30), who="Dirk").message
    doubled = desk.do(agenda.book, "intake", me, at(13, 30), who="Dirk", double_booking_reason="op de gang")
    assert doubled.room_id is None
    assert clinic.verified().ok


def test_a_buffer_keeps_the_room_too(desk, boss, who, intake_in_a_room):
    boss.do(rooms.close_room, intake_in_a_room[1])
    kind = next(kind for kind in boss.do(appointment_types.list_appointment_types) if kind.code == "intake")
    booked = desk.do(agenda.book, "intake", who["behandelaar"], at(9, 15), who="Anna")
    assert booked.busy_to - to_minutes(booked.ends_at) == kind.buffer_after > 0
    assert booked.ends_at not in free(desk, who["collega"], kind="intake")
    after = [moment for moment in free(desk, who["collega"], kind="intake") if to_minutes(moment) >= booked.busy_to]
    assert after and min(free(desk, who["collega"], kind="intake")) == after[0]


def test_the_database_refuses_a_room_that_is_taken(clinic, desk, who, intake_in_a_room):
    booked = desk.do(agenda.book, "intake", who["behandelaar"], at(9, 15), who="Anna")
    other = desk.do(agenda.book, "intake", who["collega"], at(9, 15), who="Bram")
    into = once(lambda work: work.store.change(work.store.get(type(other), other.id), room_id=booked.room_id), "agenda.book")
    with pytest.raises(Conflict) as refusal:
        desk.do(into)
    assert "room is taken" in refusal.value.message


def test_rooms_have_names_of_their_own_an_order_and_one_stays(clinic, desk, boss, who, intake_in_a_room):
    one, two = intake_in_a_room
    assert [room.name for room in desk.do(rooms.list_rooms)] == ["Kamer 1", "Kamer 2"]
    for name in ("", "  ", "kamer 1", "x" * 61):
        assert refused(boss, rooms.add_room, name).field == "name"
    assert [room.name for room in boss.do(rooms.order_rooms, [two.id])] == ["Kamer 2", "Kamer 1"]
    one, two = boss.do(rooms.list_rooms)[::-1]
    booked = desk.do(agenda.book, "intake", who["behandelaar"], at(9, 15), who="Anna")
    assert booked.room_id == two.id
    closed = boss.do(rooms.close_room, two)
    assert [item.appointment.id for item in closed.conflicts] == [booked.id]
    assert "the last one" in refused(boss, rooms.close_room, one).message
    assert boss.do(rooms.open_room, closed.room).is_active
    assert boss.do(rooms.change_room, one, "Spreekkamer").name == "Spreekkamer"
    assert clinic.verified().ok


def test_a_type_needs_no_room_where_there_is_none(boss):
    kind = AppointmentType(name_nl="Massage", name_en="Massage", code="massage", needs_room=True)
    assert refused(boss, appointment_types.add_appointment_type, kind).field == "needs_room"


# -- locums


def test_a_locum_has_the_hours_and_the_clients_of_whom_they_replace_for_a_time(clinic, desk, boss, who):
    me, locum = who["behandelaar"], who["collega"]
    boss.do(roster.set_roster, locum, [])
    last = MONDAY + timedelta(days=4)
    assert free(desk, locum) == []
    weekly = free(desk, me)
    boss.do(roster.stand_in, locum, me, MONDAY, last)
    assert free(desk, locum) == weekly
    assert free(desk, locum, MONDAY - timedelta(days=7)) == free(desk, locum, MONDAY + timedelta(days=7)) == []
    assert [(one.practitioner_id, one.stands_in_for, one.date_from, one.date_to) for one in boss.do(roster.list_stand_ins)] == [
        (locum, me, MONDAY, last)
    ]
    anna = known(desk, first_name="Anna", surname="Visser", practitioner_id=me)
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(notes.open_note, anna.id, NoteKind.FOLLOW_UP)
    clinic.clock.moment = at(9)
    assert clinic.as_("collega").do(notes.open_note, anna.id, NoteKind.FOLLOW_UP).note.client_id == anna.id
    clinic.clock.moment = at(9, day=last + timedelta(days=1))
    anna2 = known(desk, first_name="Bea", surname="Bos", practitioner_id=me)
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(notes.open_note, anna2.id, NoteKind.FOLLOW_UP)
    assert clinic.verified().ok


def test_standing_in_can_end_earlier_and_says_who_was_booked(clinic, desk, boss, who):
    me, locum = who["behandelaar"], who["collega"]
    boss.do(roster.set_roster, locum, [])
    boss.do(roster.stand_in, locum, me, MONDAY, MONDAY + timedelta(days=4))
    thursday = MONDAY + timedelta(days=3)
    booked = desk.do(agenda.book, "advice_call", locum, at(9, 0, thursday), who="Anna")
    (period,) = boss.do(roster.list_stand_ins)
    ended = boss.do(roster.end_stand_in, period, MONDAY + timedelta(days=1))
    assert [item.appointment.id for item in ended.conflicts] == [booked.id]
    assert free(desk, locum) and not free(desk, locum, thursday)
    (period,) = boss.do(roster.list_stand_ins)
    assert period.date_to == MONDAY + timedelta(days=1)
    boss.do(roster.end_stand_in, period)
    assert boss.do(roster.list_stand_ins) == [] and free(desk, locum) == []
    rules = boss.do(roster.set_roster, locum, [RosterRule(weekday=0, start_minute=540, end_minute=600)]).rules
    assert [rule.stands_in_for for rule in rules] == [None]


def test_nobody_stands_in_for_themselves_or_backwards_or_for_who_never_works(boss, who):
    me, locum = who["behandelaar"], who["collega"]
    assert refused(boss, roster.stand_in, me, me, MONDAY, MONDAY).field == "stands_in_for"
    assert refused(boss, roster.stand_in, locum, me, MONDAY, MONDAY - timedelta(days=1)).field == "date_to"
    boss.do(roster.set_roster, me, [])
    assert refused(boss, roster.stand_in, locum, me, MONDAY, MONDAY).field == "stands_in_for"
