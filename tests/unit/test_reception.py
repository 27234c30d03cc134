"""From the door to the room: the steps of the reception at the door, and what is counted of waiting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, Room
from nmx_desk.domain.reception import Place, late_by, mean_wait, place_of, waited
from nmx_desk.services import agenda, today
from nmx_desk.services.desk import use_case

S = AppointmentStatus
NINE = datetime(2026, 9, 14, 7, tzinfo=UTC)
VISIT = Appointment(starts_at=NINE, ends_at=NINE + timedelta(minutes=30))


def minutes(n):
    return timedelta(minutes=n)


def arrived(after, **more):
    return replace(VISIT, status=S.ARRIVED, checked_in_at=NINE + minutes(after), **more)


def test_waiting_is_counted_from_arrival_to_the_room():
    waiting = arrived(-10)
    assert waited(waiting, NINE + minutes(2)) == minutes(12)
    in_room = replace(waiting, status=S.IN_ROOM, in_room_at=NINE + minutes(5))
    assert waited(in_room, NINE + minutes(20)) == minutes(15)
    done = replace(in_room, status=S.COMPLETED, completed_at=NINE + minutes(40))
    assert waited(done, NINE + minutes(99)) == minutes(15)
    straight = replace(waiting, status=S.COMPLETED, completed_at=NINE + minutes(1))
    assert waited(straight, NINE + minutes(99)) == minutes(11)
    assert waited(VISIT, NINE) is None
    assert mean_wait([waiting, in_room, straight, VISIT], NINE) == minutes(13)
    assert mean_wait([waiting, VISIT], NINE) is None


@pytest.mark.parametrize(
    ("visit", "now", "late"),
    [(VISIT, 4, 0), (VISIT, 5, 5), (VISIT, 12, 12), (VISIT, 30, 0), (arrived(4), 20, 0), (arrived(7), 20, 7),
     (replace(VISIT, status=S.NO_SHOW), 12, 0), (replace(VISIT, status=S.COMPLETED, afterwards=True), 12, 0)],
)  # fmt: skip
def test_late_is_five_minutes_or_more(visit, now, late):
    assert late_by(visit, NINE + minutes(now)) == minutes(late)


def test_everybody_is_somewhere():
    places = {status: place_of(replace(VISIT, status=status)) for status in S}
    assert (places[S.CONFIRMED], places[S.ARRIVED], places[S.IN_ROOM]) == (Place.EXPECTED, Place.WAITING, Place.IN_ROOM)
    assert {places[status] for status in (S.COMPLETED, S.NO_SHOW, S.CANCELLED, S.MOVED)} == {Place.OVER}


@use_case("session.use")
def put(work, record):
    return work.store.add(record)


def test_the_steps_keep_their_times_and_give_them_back(clinic):
    desk = clinic.as_("receptie")
    me, now = clinic.as_("behandelaar").user.id, clinic.clock.moment
    room, base = desk.do(put, Room(name="Kamer 2", position=1)), int(now.timestamp() // 60)
    made = desk.do(put, Appointment(
        type_code="follow_up", practitioner_id=me, starts_at=now, ends_at=now + minutes(30), busy_from=base, busy_to=base + 30,
        wall_start="2026-09-14T09:00", who="Sanne", room_id=room.id,
    ))  # fmt: skip
    (visit,) = desk.do(today.today).desk.visits
    assert (visit.room, visit.may_check_in, visit.may_start, visit.may_complete) == ("Kamer 2", True, False, False)
    desk.do(agenda.check_in, made.id)
    clinic.clock.move(minutes=12)
    (visit,) = desk.do(today.today).desk.visits
    assert (visit.may_check_in, visit.may_start) == (False, True)
    in_room = desk.do(agenda.start, made.id)
    assert waited(in_room, clinic.clock.moment) // minutes(1) == 12
    clinic.clock.move(minutes=30)
    done = desk.do(agenda.complete, made.id)
    assert done.in_room_at == in_room.in_room_at and done.completed_at is not None
    back = desk.do(agenda.undo_status, made.id)
    assert (back.status, back.in_room_at, back.completed_at) == (S.IN_ROOM, in_room.in_room_at, None)
    back = desk.do(agenda.undo_status, made.id)
    assert (back.status, back.in_room_at, back.checked_in_at is None) == (S.ARRIVED, None, False)
    assert clinic.verified().ok
