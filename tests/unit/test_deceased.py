"""Somebody who has died: nobody is told to call, nothing is booked unless it is meant, what was planned goes in one step."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.domain.agenda import AppointmentStatus
from nmx_desk.domain.clients import Alert, Client, ClientStatus
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.plans import FollowUp, Plan, PlanStatus
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult
from nmx_desk.services import agenda, clients, deceased, followups, requests, today
from tests.unit.test_merging import add, stored


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


def book(desk, client, practitioner_id, count):
    for _number in range(count):
        offer = desk.do(agenda.next_free, "follow_up", practitioner_id=practitioner_id)[0]
        desk.do(agenda.book, "follow_up", practitioner_id, offer.starts_at, client_id=client.id)


@pytest.fixture
def sanne(clinic, desk):
    """A client with two appointments, a planned contact, a new request and one that is to be called back."""
    who = Client(first_name="Sanne", surname="Meer", phone="0612345678", call_instruction="na vijf uur", birth_date=date(1940, 1, 1))
    made = desk.do(clients.create_client, who)
    me = clinic.as_("behandelaar").user.id
    book(desk, made, me, 2)
    (plan,) = desk.do(add, Plan(client_id=made.id, practitioner_id=me, status=PlanStatus.ACTIVE))
    desk.do(add, FollowUp(client_id=made.id, plan_id=plan.id, practitioner_id=me, due_on=date(2026, 9, 1)))
    for question in ("nieuw", "terugbellen"):
        asked = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Meer", phone="0612345678", question=question))
        desk.do(requests.link_client, asked.id, made.id)
    desk.do(requests.log_attempt, asked.id, AttemptResult.NO_ANSWER, "", clinic.clock() + timedelta(minutes=5))
    clinic.clock.move(days=3)
    return made


def dies(clinic, desk, client):
    return desk.do(clients.change_client, replace(stored(clinic, client), deceased_on=date(2026, 9, 15)))


def test_lists_that_say_to_call_leave_out_who_has_died(clinic, desk, sanne):
    boss = clinic.as_("manager")
    assert len(desk.do(requests.due_recalls)) == 1 and len(desk.do(followups.list_follow_ups)) == 1
    assert len(desk.do(today.today).desk.new) == 1
    assert "request" in {item.kind for item in boss.do(today.today).month.overdue}
    dies(clinic, desk, sanne)
    assert desk.do(requests.due_recalls) == [] and desk.do(followups.list_follow_ups) == ()
    assert desk.do(followups.count_follow_ups) == 0 and desk.do(requests.counts).due == 0
    assert [row.has_died for row in desk.do(requests.list_requests)] == [True, True]
    assert desk.do(today.today).desk.new == ()
    assert {item.kind for item in boss.do(today.today).month.overdue} == set()


def test_the_day_says_so_instead_of_a_number(clinic, desk, sanne):
    dies(clinic, desk, sanne)
    coming = desk.do(clients.client_appointments, sanne.id)[0].appointment
    offer = desk.do(agenda.next_free, "follow_up", practitioner_id=coming.practitioner_id)[0]
    desk.do(agenda.book, "follow_up", offer.practitioner_id, offer.starts_at, client_id=sanne.id, although_died=True)
    day = desk.do(agenda.day_agenda, offer.starts_at.date())
    (item,) = [item for column in day.columns for item in column.items]
    assert (item.phone, item.call_instruction, item.who) == ("", "Has died: do not call", "Sanne Meer")


def test_booking_needs_to_be_meant(clinic, desk, sanne):
    dies(clinic, desk, sanne)
    offer = desk.do(agenda.next_free, "intake")[0]
    with pytest.raises(UserError) as refused:
        desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=sanne.id)
    assert refused.value.field == "although_died"
    request = next(row for row in desk.do(requests.list_requests) if row.request.client_id == sanne.id)
    call = desk.do(agenda.next_free, "advice_call")[0]
    with pytest.raises(UserError):
        desk.do(requests.book_call, request.id, call)
    assert desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=sanne.id, although_died=True).live


def test_what_is_planned_is_cancelled_in_one_step_and_put_back(clinic, desk, sanne):
    with pytest.raises(UserError):
        desk.do(deceased.cancel_all_coming, sanne.id)
    book(desk, sanne, clinic.as_("behandelaar").user.id, 2)
    dies(clinic, desk, sanne)
    sheet = desk.do(clients.open_client, sanne.id)
    assert (sheet.still_planned, sheet.alerts, sheet.client.status) == (2, (Alert.DECEASED,), ClientStatus.DECEASED)
    gone = desk.do(deceased.cancel_all_coming, sanne.id)
    assert {(item.status, item.cancelled_by, item.late) for item in gone} == {(AppointmentStatus.CANCELLED, "clinic", False)}
    assert desk.do(clients.open_client, sanne.id).still_planned == 0
    desk.do(deceased.put_back_coming, tuple(item.id for item in gone))
    assert desk.do(clients.open_client, sanne.id).still_planned == 2
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(deceased.cancel_all_coming, sanne.id)
    assert clinic.verified().ok


def test_status_and_day_of_death_say_the_same(clinic, desk, sanne):
    assert dies(clinic, desk, sanne).status is ClientStatus.DECEASED
    back = desk.do(clients.change_client, replace(stored(clinic, sanne), deceased_on=None))
    assert (back.status, back.has_died) == (ClientStatus.ACTIVE, False)
