"""The calendar a desk keeps: always what the file says, whoever wrote it, and one booking costs two days at most."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, RosterRule
from nmx_desk.domain.calendars import BusySource, BusyTime
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.services import agenda, appointment_types, rooms, roster
from tests.clinic import PASSWORD, once
from tests.unit.test_roster_services import MONDAY, at, boss, desk, intake_in_a_room, who

__all__ = ["boss", "desk", "intake_in_a_room", "who"]  # fixtures
LAST = MONDAY + timedelta(days=27)


def kept(desk, first=MONDAY, last=LAST):
    return [[*desk.do(agenda.free_moments, kind, first, last)] for kind in ("advice_call", "intake")]


def fresh(desk, first=MONDAY, last=LAST):
    """The same list made inside a writing use case, which keeps nothing."""
    return [desk.do(once(lambda work, kind=kind: agenda.free_moments(work, kind, first, last))) for kind in ("advice_call", "intake")]


@pytest.mark.usefixtures("intake_in_a_room")
def test_what_is_kept_is_what_the_file_says_whoever_wrote_it(clinic, desk, boss, who):
    other = clinic.front.sign_in("receptie", PASSWORD)  # as another program would
    chance, booked = Random(7), []
    try:
        for _turn in range(24):
            assert kept(desk) == fresh(desk)
            hand = chance.choice((desk, other))
            offers = [offer for found in kept(hand) for offer in found]
            if booked and chance.random() < 0.4:
                gone = booked.pop(chance.randrange(len(booked)))
                hand.do(agenda.cancel, gone.id, "client", "verhinderd")
            elif booked and chance.random() < 0.4:
                offer = chance.choice([one for one in offers if one.type_code == booked[-1].type_code])
                booked.append(hand.do(agenda.move, booked.pop().id, offer.starts_at, offer.practitioner_id))
            else:
                offer = chance.choice(offers)
                booked.append(hand.do(agenda.book, offer.type_code, offer.practitioner_id, offer.starts_at, who="Iemand"))
    finally:
        other.close()
    assert clinic.verified().ok


def changes(boss, who):
    """Each other thing that free moments are made from, changed."""
    me = who["behandelaar"]
    yield lambda: boss.do(roster.set_day, me, MONDAY, [(600, 700)])
    yield lambda: boss.do(roster.clear_day, me, MONDAY)
    yield lambda: boss.do(roster.add_closure, MONDAY, MONDAY, "dicht")
    yield lambda: boss.do(roster.add_absence, me, at(9, day=MONDAY + timedelta(days=1)), at(12, day=MONDAY + timedelta(days=2)))
    yield lambda: boss.do(roster.set_roster, me, [RosterRule(weekday=2, start_minute=540, end_minute=720)])
    yield lambda: boss.do(rooms.add_room, "Kamer 3")
    yield lambda: boss.do(rooms.close_room, boss.do(rooms.list_rooms)[0])

    def elsewhere(work):
        source = work.store.add(BusySource(practitioner_id=me, name="thuis"))
        lo = to_minutes(at(9, day=MONDAY + timedelta(days=2)))
        work.store.add(BusyTime(source_id=source.id, practitioner_id=me, busy_from=lo, busy_to=lo + 60))

    yield lambda: boss.do(once(elsewhere))


@pytest.mark.usefixtures("intake_in_a_room")
def test_hours_rooms_and_other_calendars_are_seen_at_once(desk, boss, who):
    for change in changes(boss, who):
        assert kept(desk) == fresh(desk)
        change()
        assert kept(desk) == fresh(desk)


def test_an_option_whose_time_is_over_is_free_again_though_nobody_wrote(clinic, desk, who):
    moment, me = at(9), who["behandelaar"]

    def hold(work):
        lo = to_minutes(moment)
        work.store.add(Appointment(
            practitioner_id=me, type_code="advice_call", starts_at=moment, ends_at=moment + timedelta(minutes=15), busy_from=lo,
            busy_to=lo + 20, who="Iemand", uid=work.new_id(), status=AppointmentStatus.OPTION, expires_at=work.now() + timedelta(minutes=5),
        ))  # fmt: skip

    before = kept(desk)
    desk.do(once(hold))
    assert kept(desk) == fresh(desk) != before
    clinic.clock.move(minutes=6)
    assert kept(desk) == fresh(desk) == before


def test_other_days_are_added_and_far_ones_read_by_themselves(desk):
    near = kept(desk, MONDAY, MONDAY)
    assert desk.do(agenda.free_moments, "advice_call", MONDAY, LAST)[: len(near[0])] == near[0]
    assert kept(desk, MONDAY, LAST) == fresh(desk, MONDAY, LAST)
    far = MONDAY + timedelta(days=300), MONDAY + timedelta(days=307)
    assert kept(desk, *far) == fresh(desk, *far)
    assert desk.calendar._kept.first == far[0]
    assert kept(desk, MONDAY, MONDAY) == near


def test_one_booking_costs_two_days_at_most(desk, boss, who):
    kind = next(kind for kind in boss.do(appointment_types.list_appointment_types) if kind.code == "advice_call").slot
    desk.do(agenda.free_moments, "advice_call", MONDAY, LAST)
    known = desk.calendar._kept.calendar.known_days(who["behandelaar"], kind)
    assert len(known) == 28
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10), who="Iemand")
    desk.do(agenda.day_agenda, MONDAY)  # asks for the calendar, not for free moments
    assert 26 <= len(desk.calendar._kept.calendar.known_days(who["behandelaar"], kind)) < 28
    assert len(desk.calendar._kept.calendar.known_days(who["collega"], kind)) == 28


# -- what is listed can be booked, what is not cannot


class _Undone(Exception):
    """Leave without keeping anything."""


@pytest.mark.usefixtures("intake_in_a_room")
@pytest.mark.parametrize("kind", ["advice_call", "intake"])
def test_every_listed_moment_books_and_every_other_is_refused(desk, boss, who, kind):
    me, sunday = who["behandelaar"], MONDAY + timedelta(days=34)  # 25 October 2026, two o'clock comes twice
    boss.do(roster.set_day, me, sunday, [(0, 300), (360, 540)])
    boss.do(roster.add_absence, me, at(7, day=sunday), at(7, 20, day=sunday))
    boss.do(rooms.close_room, boss.do(rooms.list_rooms)[1])
    desk.do(agenda.book, kind, me, desk.do(agenda.free_moments, kind, sunday, sunday, me)[3].starts_at, who="Iemand")
    listed = {offer.starts_at for offer in desk.do(agenda.free_moments, kind, sunday, sunday, me)}

    def tried(work, moment):
        agenda.book(work, kind, me, moment, who="Een ander")
        raise _Undone

    first = at(0, day=sunday) - timedelta(minutes=30)
    for moment in sorted({first + timedelta(minutes=5 * n) for n in range(150)} | listed):
        with pytest.raises(_Undone if moment in listed else (UserError, Conflict)):
            desk.do(once(tried, "agenda.book"), moment)
    assert len(listed) > 3
