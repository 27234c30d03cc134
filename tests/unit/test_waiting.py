"""The waiting list at the door: whom a freed moment suits, and what becomes of who waits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.bookings import WaitingEntry, WaitingStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed
from nmx_desk.services import agenda, appointment_types, clients, waiting
from tests.agenda import MONDAY, at, fetch, refused

S, W = AppointmentStatus, WaitingStatus
WEDNESDAY, FRIDAY = date(2026, 9, 16), date(2026, 9, 18)


@pytest.fixture
def add(reception):
    """Puts a client on the list; other words make it another client."""

    def put(name="Vis", type_code="follow_up", **wishes):
        client = reception.do(clients.create_client, Client(first_name="Wacht", surname=name, phone="0612345678"))
        return reception.do(waiting.add_waiting, WaitingEntry(client_id=client.id, type_code=type_code, **wishes))

    return put


@pytest.fixture
def freed(reception, people_here):
    """A follow-up of Wednesday ten o'clock with A that was cancelled."""
    made = reception.do(agenda.book, "follow_up", people_here["behandelaar"], at(10, 0, WEDNESDAY), who="Ander")
    return reception.do(agenda.cancel, made.id, "client", "Verhinderd")


def fits(desk, freed):
    return {row.entry.id: row.offer.starts_at for row in desk.do(waiting.who_fits, freed.id)}


def test_a_freed_place_says_whom_it_suits_the_longest_waiting_first(clinic, reception, people_here, add, freed):
    second = add("Baars", note="belt zelf ook")
    yes = [second, add("Vis", weekdays="3"), add("Zalm", practitioner_id=people_here["behandelaar"], date_from=WEDNESDAY)]
    short = add("Karper", type_code="advice_call")
    for wrong in (
        {"weekdays": "12"}, {"part_of_day": "afternoon"}, {"practitioner_id": people_here["collega"]},
        {"date_until": date(2026, 9, 15)}, {"date_from": date(2026, 9, 17)}, {"type_code": "intake"},
    ):  # fmt: skip
        add(f"Nee {len(wrong)} {next(iter(wrong))}", **wrong)
    found = reception.do(waiting.who_fits, freed.id)
    assert [row.id for row in found if row.entry.type_code == "follow_up"] == [one.id for one in yes]
    assert {row.offer.starts_at for row in found} == {freed.starts_at}
    assert short.id in {row.id for row in found}
    listed = {offer.starts_at for offer in reception.do(agenda.free_moments, "follow_up", WEDNESDAY, WEDNESDAY, freed.practitioner_id)}
    assert {row.offer.starts_at for row in found if row.entry.type_code == "follow_up"} <= listed
    assert clinic.verified().ok


def test_a_place_that_is_taken_again_or_is_over_suits_nobody(clinic, reception, add, freed):
    add()
    assert fits(reception, freed)
    back = reception.do(agenda.undo_status, freed.id)
    assert not fits(reception, back)
    gone = reception.do(agenda.cancel, back.id, "clinic", "Ziek")
    clinic.clock.moment = at(11, 0, WEDNESDAY)
    assert not fits(reception, gone)


def test_the_one_who_cancelled_and_who_died_or_is_elsewhere_are_not_named(clinic, reception, people_here, add, freed):
    mine, elsewhere, dead = add("Vis"), add("Baars"), add("Zalm")
    own = reception.do(agenda.book, "follow_up", people_here["behandelaar"], at(10, 0, WEDNESDAY), client_id=mine.client_id)
    own = reception.do(agenda.cancel, own.id, "client", "Verhinderd")
    reception.do(agenda.book, "follow_up", people_here["collega"], at(10, 0, WEDNESDAY), client_id=elsewhere.client_id)
    now = reception.do(clients.open_client, dead.client_id).client
    reception.do(clients.change_client, replace(now, deceased_on=MONDAY - timedelta(days=1)))
    assert fits(reception, own) == {}
    assert elsewhere.id in fits_at_all(reception)


def fits_at_all(desk):
    return {row.id for row in desk.do(waiting.waiting_list)}


def test_who_wants_an_earlier_one_is_moved_there_and_goes_off_the_list(clinic, reception, people_here, vis, freed):
    has = reception.do(agenda.book, "follow_up", people_here["collega"], at(14, 0, FRIDAY), client_id=vis.id)
    entry = reception.do(waiting.add_waiting, WaitingEntry(client_id=vis.id, type_code="follow_up", appointment_id=has.id))
    (row,) = reception.do(waiting.who_fits, freed.id)
    assert row.has.id == has.id
    made = reception.do(waiting.book_waiting, entry.id, row.offer.practitioner_id, row.offer.starts_at)
    assert (made.moved_from, made.uid, made.sequence) == (has.id, has.uid, 1)
    assert not reception.do(waiting.waiting_list)
    assert not reception.do(fetch, Appointment, has.id).live
    back = reception.do(waiting.put_back_waiting, entry.id)
    assert (back.status, back.booked_id) == (W.WAITING, None)
    assert [one.starts_at for one in live_of(reception, vis.id)] == [has.starts_at]
    assert clinic.verified().ok


def live_of(desk, client_id):
    return [row.appointment for row in desk.do(clients.client_appointments, client_id) if row.appointment.live]


def test_an_earlier_one_is_not_offered_a_later_one(reception, people_here, vis, freed):
    has = reception.do(agenda.book, "follow_up", people_here["collega"], at(9, 0, date(2026, 9, 15)), client_id=vis.id)
    reception.do(waiting.add_waiting, WaitingEntry(client_id=vis.id, type_code="follow_up", appointment_id=has.id))
    assert not fits(reception, freed)


def test_a_moment_is_held_while_they_are_asked_and_then_booked_or_not(clinic, reception, add, freed):
    entry = add()
    option = reception.do(waiting.offer_waiting, entry.id, freed.practitioner_id, freed.starts_at)
    assert (option.status, option.client_id) == (S.OPTION, entry.client_id)
    (row,) = reception.do(waiting.waiting_list)
    assert row.entry.status is W.OFFERED
    reception.do(waiting.put_back_waiting, entry.id)
    made = reception.do(waiting.book_waiting, entry.id, freed.practitioner_id, freed.starts_at, option_id=option.id)
    assert (made.status, made.who) == (S.CONFIRMED, "Wacht Vis")
    reception.do(waiting.put_back_waiting, entry.id)
    assert reception.do(fetch, Appointment, made.id).cancel_reason == "Booked by mistake"
    assert [one.id for one in reception.do(waiting.waiting_list)] == [entry.id]
    assert clinic.verified().ok


def test_a_wish_is_checked_and_nobody_waits_twice_for_the_same(clinic, reception, vis, add):
    wish = WaitingEntry(client_id=vis.id, type_code="follow_up")
    for field, value in (("part_of_day", "night"), ("weekdays", ""), ("weekdays", "8"), ("note", "x" * 201), ("type_code", "none")):
        assert refused(reception, waiting.add_waiting, replace(wish, **{field: value})).field == field
    turned = replace(wish, date_from=FRIDAY, date_until=WEDNESDAY)
    assert refused(reception, waiting.add_waiting, turned).field == "date_until"
    entry = reception.do(waiting.add_waiting, wish)
    assert refused(reception, waiting.add_waiting, wish).field == "client_id"
    assert reception.do(waiting.change_waiting, replace(entry, weekdays="531")).weekdays == "135"
    reception.do(waiting.withdraw_waiting, entry.id)
    with pytest.raises(Conflict):
        reception.do(waiting.withdraw_waiting, entry.id)
    assert reception.do(waiting.count_waiting_list) == 0
    reception.do(waiting.put_back_waiting, entry.id)
    assert reception.do(waiting.count_waiting_list) == 1
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(waiting.waiting_list)


def test_a_type_that_was_retired_meanwhile_suits_nobody_and_hides_nobody_else(clinic, reception, add, freed):
    manager = clinic.as_("manager")
    call = next(one for one in manager.do(appointment_types.list_appointment_types) if one.code == "advice_call")
    short = manager.do(appointment_types.add_appointment_type, replace(call, id="", code="short", name_nl="Kort", name_en="Short"))
    waits, other = add("Baars", type_code="short"), add("Vis")
    assert set(fits(reception, freed)) == {waits.id, other.id}
    manager.do(appointment_types.retire_appointment_type, short)
    assert set(fits(reception, freed)) == {other.id}
