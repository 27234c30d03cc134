"""Requests at the door: every step allowed and refused, possible doubles, booking in one go, what is logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import OPEN_STATES, AdviceRequest, AttemptResult, RequestStatus, Source
from nmx_desk.services import agenda, clients, noticing, requests
from nmx_desk.services.desk import Work, use_case

S, R = RequestStatus, AttemptResult
SANNE = NewRequest(
    first_name="Sanne", surname="van der Meer", phone="06 00112233", email="Sanne@Example.org", birth_date=date(1986, 10, 12)
)


@use_case("requests.read", writes=False)
def codes(work: Work) -> list[tuple[str, str]]:
    return [tuple(row) for row in work.store.connection.exec_driver_sql("SELECT code, obj_type FROM audit_log ORDER BY seq")]


@use_case("agenda.read", writes=False)
def appointments(work: Work) -> list[Appointment]:
    return sorted(work.store.find(Appointment), key=lambda one: one.created_at)


@use_case("requests.change")
def force(work: Work, request_id: str, **changes: object) -> AdviceRequest:
    return work.store.change(work.store.get(AdviceRequest, request_id), **changes)


@pytest.fixture
def desk(desk_of):
    return desk_of("receptie")


@pytest.fixture
def sanne(desk):
    return desk.do(requests.new_request, SANNE)


@pytest.fixture(autouse=True)
def _log_holds(clinic):
    yield
    assert clinic.verified().ok


def sheet(desk, request):
    return desk.do(requests.open_request, request.id)


def free(desk, number=0):
    return desk.do(agenda.next_free, "advice_call", count=number + 1)[number]


# ---- new


def test_new_request_is_tidied(desk, sanne):
    assert (sanne.prefix, sanne.surname, sanne.phone, sanne.email) == ("van der", "Meer", "+31600112233", "sanne@example.org")
    assert (sanne.status, sanne.source, sanne.attempts, sanne.external_key) == (S.NEW, Source.PHONE, 0, None)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("surname", NewRequest(phone="0600112233")),
        ("phone", NewRequest(surname="Meer")),
        ("phone", NewRequest(surname="Meer", phone="12")),
        ("email", NewRequest(surname="Meer", email="geen")),
        ("birth_date", NewRequest(surname="Meer", phone="0600112233", birth_date=date(2027, 1, 1))),
        ("birth_date", NewRequest(surname="Meer", phone="0600112233", birth_date=date(1890, 1, 1))),
        ("question", NewRequest(surname="Meer", phone="0600112233", question="x" * 2001)),
        ("received_at", NewRequest(surname="Meer", phone="0600112233", received_at=datetime(2027, 1, 1, tzinfo=UTC))),
    ],
)
def test_new_request_says_what_is_wrong(clinic, desk, field, wrong):
    with pytest.raises(UserError) as problem:
        desk.do(requests.new_request, wrong)
    assert problem.value.field == field


def test_new_request_of_a_client_is_linked(clinic, desk):
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600112233", birth_date=date(1986, 10, 12)))
    assert desk.do(requests.new_request, SANNE).client_id == client.id


def test_change_request_mends_contact_data_only(clinic, desk, sanne):
    mended = desk.do(requests.change_request, replace(sanne, phone="0600998877", status=S.DONE))
    assert (mended.phone, mended.status) == ("+31600998877", S.NEW)
    with pytest.raises(Conflict):
        desk.do(requests.change_request, replace(sanne, phone="0600998800"))


def test_administrator_sees_no_requests(clinic, sanne):
    for case in (requests.list_requests, requests.counts, requests.due_recalls):
        with pytest.raises(NotAllowed):
            clinic.as_("beheerder").do(case)


# ---- lists


def test_list_begins_with_who_waits_longest(clinic, desk, sanne):
    early = desk.do(
        requests.new_request, NewRequest(surname="Bos", phone="0600445566", received_at=clinic.clock.moment - timedelta(days=2))
    )
    rows = desk.do(requests.list_requests)
    assert [row.id for row in rows] == [early.id, sanne.id]
    assert rows[0].age >= timedelta(days=2)
    assert rows[0].speed is None


def test_list_filters(clinic, desk, sanne):
    kim = desk.do(
        requests.new_request,
        NewRequest(source=Source.EMAIL, first_name="Kim", surname="Bos", email="kim@example.org", question="Slecht slapen"),
    )
    desk.do(requests.withdraw_request, kim.id)
    assert [row.id for row in desk.do(requests.list_requests)] == [sanne.id]
    assert [row.id for row in desk.do(requests.list_requests, (S.WITHDRAWN,))] == [kim.id]
    assert [row.id for row in desk.do(requests.list_requests, (), Source.EMAIL)] == [kim.id]
    for text in ("mee", "MEER sanne", "van der Meer", "06-0011", "12-10-1986", "sanne@ex"):
        assert [row.id for row in desk.do(requests.list_requests, OPEN_STATES, text=text)] == [sanne.id], text
    assert [row.id for row in desk.do(requests.list_requests, (), text="slapen")] == [kim.id]
    assert desk.do(requests.list_requests, (), text="%") == desk.do(requests.list_requests, (), text="100%_") == []
    desk.do(requests.log_attempt, sanne.id, R.NO_ANSWER)
    assert [row.id for row in desk.do(requests.list_requests, owner=desk.user.id)] == [sanne.id]


def test_counts_and_recalls(clinic, desk, sanne):
    assert desk.do(noticing.count_waiting) == 1
    desk.do(requests.log_attempt, sanne.id, R.NO_ANSWER, recall_at=clinic.clock.moment + timedelta(hours=1))
    assert desk.do(requests.due_recalls) == []
    assert [row.id for row in desk.do(requests.due_recalls, clinic.clock.moment + timedelta(hours=8))] == [sanne.id]
    clinic.clock.move(hours=2)
    (row,) = desk.do(requests.due_recalls)
    assert row.recall_due
    counts = desk.do(requests.counts)
    assert (counts.new, counts.due, counts.open) == (0, 1, 1)


# ---- a request with all that is known


def test_opening_is_logged_once_with_the_doubles(clinic, desk, sanne):
    desk.do(clients.create_client, Client(first_name="Piet", surname="Meer", phone="0600112233", birth_date=date(1984, 1, 2)))
    before = len(desk.do(codes))
    sheet(desk, sanne)
    sheet(desk, sanne)
    assert desk.do(codes)[before:] == [("VIEW", "advice_request"), ("VIEW", "possible_double")]


def test_possible_doubles_strong_before_weak(clinic, desk, sanne):
    partner = desk.do(clients.create_client, Client(first_name="Piet", surname="Bos", email="piet@example.org", phone2="0600112233"))
    same = desk.do(
        clients.create_client,
        Client(first_name="S.", surname="Jansen", partner_surname="Meer", phone="0600000001", birth_date=date(1986, 10, 12)),
    )
    again = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Meer", email="sanne@example.org"))
    desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600000002", birth_date=date(1986, 10, 13)))
    found = sheet(desk, sanne).doubles
    assert [(one.record.id, one.likeness.strength) for one in found] == [(same.id, "strong"), (again.id, "strong"), (partner.id, "weak")]
    linked = desk.do(requests.link_client, sanne.id, same.id)
    assert same.id not in [one.record.id for one in sheet(desk, linked).doubles]


def test_earlier_contact_of_the_client(clinic, desk, sanne):
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600112233"))
    old = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Meer", phone="0600112233"))
    desk.do(requests.link_client, old.id, client.id)
    desk.do(requests.book_call, old.id, free(desk))
    desk.do(requests.link_client, sanne.id, client.id)
    found = sheet(desk, sanne)
    assert [one.id for one in found.earlier_requests] == [old.id]
    assert [one.request_id for one in found.earlier_appointments] == [old.id]
    assert found.client == client


# ---- attempts


def test_an_attempt_puts_it_in_progress(clinic, desk, sanne):
    recall = clinic.clock.moment + timedelta(hours=1)
    desk.do(requests.log_attempt, sanne.id, R.VOICEMAIL, "ingesproken", recall)
    found = sheet(desk, sanne)
    assert (found.request.status, found.request.attempts, found.request.next_action_at) == (S.IN_PROGRESS, 1, recall)
    assert found.request.owner_id == desk.user.id
    assert found.row.speed is not None
    (attempt,) = found.attempts
    assert (attempt.attempt.result, attempt.attempt.note, attempt.by) == (R.VOICEMAIL, "ingesproken", "R. Demo")
    desk.do(requests.log_attempt, sanne.id, R.SPOKEN)
    again = sheet(desk, sanne).request
    assert (again.attempts, again.next_action_at, again.first_attempt_at) == (2, None, found.request.first_attempt_at)


def test_an_attempt_is_refused(clinic, desk, sanne):
    with pytest.raises(UserError, match="still to come"):
        desk.do(requests.log_attempt, sanne.id, R.BUSY, recall_at=clinic.clock.moment - timedelta(minutes=1))
    with pytest.raises(UserError, match="300"):
        desk.do(requests.log_attempt, sanne.id, R.BUSY, "x" * 301)
    desk.do(requests.withdraw_request, sanne.id)
    with pytest.raises(Conflict):
        desk.do(requests.log_attempt, sanne.id, R.BUSY)
    assert sheet(desk, sanne).attempts == ()


def test_undo_attempt(clinic, desk, sanne):
    recall = clinic.clock.moment + timedelta(hours=1)
    first = desk.do(requests.log_attempt, sanne.id, R.BUSY, recall_at=recall)
    second = desk.do(requests.log_attempt, sanne.id, R.SPOKEN)
    with pytest.raises(Conflict):
        desk.do(requests.undo_attempt, first.id)
    back = desk.do(requests.undo_attempt, second.id)
    assert (back.status, back.attempts, back.next_action_at, back.first_attempt_at) == (S.IN_PROGRESS, 1, recall, first.at)
    back = desk.do(requests.undo_attempt, first.id)
    assert (back.status, back.attempts, back.next_action_at, back.first_attempt_at) == (S.NEW, 0, None, None)
    third = desk.do(requests.log_attempt, sanne.id, R.BUSY)
    clinic.clock.move(days=1)
    with pytest.raises(UserError, match="same day"):
        desk.do(requests.undo_attempt, third.id)


def test_unreachable_after_three_attempts_on_two_days(clinic, desk, sanne):
    for result in (R.NO_ANSWER, R.VOICEMAIL, R.BUSY):
        assert not sheet(desk, sanne).may_be_unreachable
        desk.do(requests.log_attempt, sanne.id, result)
    with pytest.raises(UserError, match="two days"):
        desk.do(requests.mark_unreachable, sanne.id)
    clinic.clock.move(days=1)
    desk.do(requests.log_attempt, sanne.id, R.NO_ANSWER)
    assert sheet(desk, sanne).may_be_unreachable
    assert desk.do(requests.mark_unreachable, sanne.id).status is S.UNREACHABLE


def test_who_was_spoken_was_reached(clinic, desk, sanne):
    for _again in range(3):
        desk.do(requests.log_attempt, sanne.id, R.SPOKEN)
        clinic.clock.move(days=1)
    with pytest.raises(UserError):
        desk.do(requests.mark_unreachable, sanne.id)


# ---- booking


def test_book_an_offer(clinic, desk, sanne):
    offer = free(desk)
    made = desk.do(requests.book_call, sanne.id, offer)
    assert (made.request_id, made.starts_at, made.who) == (sanne.id, offer.starts_at, "Sanne van der Meer")
    found = sheet(desk, sanne)
    assert (found.request.status, found.row.booked_at, found.appointment) == (S.BOOKED, offer.starts_at, made)
    with pytest.raises(Conflict):
        desk.do(requests.book_call, sanne.id, free(desk))
    assert len(desk.do(appointments)) == 1


def test_booking_can_say_that_the_person_was_spoken(clinic, desk, sanne):
    desk.do(requests.book_call, sanne.id, free(desk), spoken=True)
    found = sheet(desk, sanne)
    assert [one.attempt.result for one in found.attempts] == [R.SPOKEN]
    assert (found.request.status, found.request.status_before, found.request.attempts) == (S.BOOKED, S.IN_PROGRESS, 1)


def test_book_a_moment_of_ones_own(clinic, desk, sanne):
    offer = free(desk, 2)
    made = desk.do(requests.book_call, sanne.id, (offer.practitioner_id, offer.starts_at))
    assert (made.starts_at, made.type_code) == (offer.starts_at, "advice_call")


def test_a_moment_that_is_taken_books_nothing(clinic, desk, sanne):
    offer = free(desk)
    other = desk.do(requests.new_request, NewRequest(surname="Bos", phone="0600445566"))
    desk.do(requests.book_call, other.id, offer)
    with pytest.raises(UserError):
        desk.do(requests.book_call, sanne.id, offer)
    assert sheet(desk, sanne).request == sanne


def test_undo_a_booking(clinic, desk, sanne):
    desk.do(requests.log_attempt, sanne.id, R.SPOKEN)
    offer = free(desk)
    desk.do(requests.book_call, sanne.id, offer)
    back = desk.do(requests.undo_request_step, sanne.id)
    assert back.status is S.IN_PROGRESS
    (gone,) = desk.do(appointments)
    assert (gone.status, gone.cancelled_by, gone.late) == (AppointmentStatus.CANCELLED, "clinic", False)
    assert free(desk) == offer
    desk.do(requests.book_call, sanne.id, offer)
    clinic.clock.move(days=1)
    with pytest.raises(UserError, match="same day"):
        desk.do(requests.undo_request_step, sanne.id)


def test_a_call_may_fall_through_twice_and_be_taken_up(clinic, desk, sanne):
    for time in range(3):
        made = desk.do(requests.book_call, sanne.id, free(desk))
        desk.do(agenda.cancel, made.id, "client", "ziek", ill=True)
        if time < 2:
            desk.do(requests.log_attempt, sanne.id, R.SPOKEN)
    with pytest.raises(UserError, match="3 times"):
        desk.do(requests.log_attempt, sanne.id, R.SPOKEN)
    with pytest.raises(UserError, match="3 times"):
        desk.do(requests.book_call, sanne.id, free(desk))
    assert desk.do(requests.close_request, sanne.id, "driemaal afgezegd").status is S.CLOSED


def test_what_the_clinic_cancels_does_not_count(clinic, desk, sanne):
    for _time in range(4):
        made = desk.do(requests.book_call, sanne.id, free(desk))
        desk.do(agenda.cancel, made.id, "clinic", "behandelaar ziek")
    assert desk.do(requests.log_attempt, sanne.id, R.SPOKEN).result is R.SPOKEN


# ---- ending


def test_duplicate_of_follows_to_the_original(clinic, desk, sanne):
    second = desk.do(requests.new_request, SANNE)
    third = desk.do(requests.new_request, SANNE)
    assert desk.do(requests.mark_duplicate, second.id, sanne.id).duplicate_of == sanne.id
    assert desk.do(requests.mark_duplicate, third.id, second.id).duplicate_of == sanne.id
    assert sheet(desk, third).original.id == sanne.id
    assert sheet(desk, sanne).doubles == ()
    for of in (sanne.id, second.id):
        with pytest.raises(UserError):
            desk.do(requests.mark_duplicate, sanne.id, of)
    clinic.clock.move(days=3)
    back = desk.do(requests.undo_request_step, third.id)
    assert (back.status, back.duplicate_of, back.closed_at) == (S.NEW, None, None)


@pytest.mark.parametrize("case", [requests.mark_invalid, requests.close_request])
def test_a_reason_is_needed(clinic, desk, sanne, case):
    if case is requests.close_request:
        made = desk.do(requests.book_call, sanne.id, free(desk))
        desk.do(agenda.cancel, made.id, "client", "geen tijd")
    with pytest.raises(UserError) as problem:
        desk.do(case, sanne.id, "  ")
    assert problem.value.field == "reason"
    assert desk.do(case, sanne.id, "spam").close_reason == "spam"


def test_only_what_the_state_machine_has(clinic, desk, sanne):
    with pytest.raises(Conflict):
        desk.do(requests.close_request, sanne.id, "zomaar")
    desk.do(requests.withdraw_request, sanne.id)
    with pytest.raises(Conflict):
        desk.do(requests.mark_invalid, sanne.id, "spam")


def test_not_while_a_call_is_planned(clinic, desk, sanne):
    desk.do(requests.book_call, sanne.id, free(desk))
    with pytest.raises(UserError, match="Cancel it first"):
        desk.do(requests.withdraw_request, sanne.id)


def test_undo_the_end_on_the_same_day(clinic, desk, sanne):
    with pytest.raises(UserError, match="nothing"):
        desk.do(requests.undo_request_step, sanne.id)
    desk.do(requests.withdraw_request, sanne.id, "toch niet")
    back = desk.do(requests.undo_request_step, sanne.id)
    assert (back.status, back.close_reason, back.closed_at) == (S.NEW, "", None)
    desk.do(requests.mark_invalid, sanne.id, "spam")
    clinic.clock.move(days=1)
    with pytest.raises(UserError, match="same day"):
        desk.do(requests.undo_request_step, sanne.id)


def test_link_takes_the_planned_call_along(clinic, desk, sanne):
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", email="andere@example.org"))
    desk.do(requests.book_call, sanne.id, free(desk))
    desk.do(requests.link_client, sanne.id, client.id)
    assert desk.do(appointments)[0].client_id == client.id
