"""What is told: requests that came in without one's own hand, and calls that are due; numbers, never names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.intake_ways import Mailbox
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, RequestStatus
from nmx_desk.exchange.mails import read_mail
from nmx_desk.services import clients, imports, mailbox, noticing, requests
from nmx_desk.services.desk import Work, use_case
from tests.unit.test_mailbox import form


@use_case("requests.change")
def put_request(work: Work, request: AdviceRequest) -> AdviceRequest:
    return work.store.add(request)


def ask(clinic, who="receptie", n=1):
    wanted = NewRequest(first_name="Kim", surname=f"Bos{n}", phone=f"06001112{n:02}", question="moe")
    return clinic.as_(who).do(requests.new_request, wanted)


def news(clinic, who="receptie", since=None):
    return clinic.as_(who).do(noticing.look_for_news, since or clinic.clock() - timedelta(hours=1))


def test_what_others_write_down_is_news_and_what_one_writes_oneself_is_not(clinic):
    made = ask(clinic)
    assert news(clinic).arrived == frozenset()
    assert news(clinic, "manager").arrived == {made.id}
    assert news(clinic, "manager", clinic.clock() + timedelta(hours=1)).arrived == frozenset()


def test_what_comes_in_by_itself_is_news_to_everybody_and_a_chosen_file_is_not(clinic):
    box = clinic.as_("manager").do(mailbox.save_mailbox, Mailbox(host="mail.example.org", username="x"), "y").mailbox
    clinic.as_("receptie").do(mailbox.keep_mails, box.id, 1, 1, [read_mail(form(1), clinic.clock())])
    clinic.as_("receptie").do(imports.import_requests, "x.csv", b"Naam;Telefoon\nJan Smit;0600111333\n")
    assert len(news(clinic).arrived) == 1
    assert len(news(clinic, "behandelaar").arrived) == 2


def test_a_double_is_no_news(clinic):
    first, second = ask(clinic, n=1), ask(clinic, n=2)
    clinic.as_("receptie").do(requests.mark_duplicate, second.id, first.id)
    assert news(clinic, "manager").arrived == {first.id}


def test_a_call_is_due_for_its_owner_when_its_time_has_come(clinic):
    made = ask(clinic)
    recall = clinic.clock() + timedelta(hours=2)
    clinic.as_("behandelaar").do(requests.log_attempt, made.id, AttemptResult.NO_ANSWER, recall_at=recall)
    assert news(clinic, "behandelaar").due == frozenset()
    clinic.clock.move(hours=3)
    assert news(clinic, "behandelaar").due == {(made.id, recall)}
    assert news(clinic, "manager").due == frozenset()


def test_what_stands_in_the_recall_list_is_told_and_counted_also_after_a_call(clinic):
    """The outcome "call later" ends the request and leaves the promise."""
    desk, recall = clinic.as_("behandelaar"), clinic.clock() + timedelta(hours=1)
    ended = {"status": RequestStatus.DONE, "owner_id": desk.user.id, "next_action_at": recall}
    made = desk.do(put_request, AdviceRequest(surname="Bos", received_at=clinic.clock(), **ended))
    assert (news(clinic, "behandelaar").due, desk.do(noticing.count_waiting)) == (frozenset(), 0)
    clinic.clock.move(hours=2)
    do = clinic.as_("behandelaar").do
    assert [row.id for row in do(requests.due_recalls)] == [made.id]
    assert (news(clinic, "behandelaar").due, do(noticing.count_waiting)) == ({(made.id, recall)}, 1)


@pytest.mark.parametrize("gone", [False, True])
def test_nobody_is_reminded_of_who_has_died(clinic, gone):
    made = ask(clinic)
    do = clinic.as_("receptie").do
    client = do(clients.create_client, Client(first_name="Kim", surname="Bos1", phone="0600111201"))
    do(requests.link_client, made.id, client.id)
    do(requests.log_attempt, made.id, AttemptResult.NO_ANSWER, recall_at=clinic.clock() + timedelta(hours=1))
    if gone:
        do(clients.change_client, replace(client, status=ClientStatus.DECEASED, deceased_on=clinic.clock().date()))
    clinic.clock.move(hours=2)
    assert len(news(clinic).due) == (0 if gone else 1)
    assert do(noticing.count_waiting) == (0 if gone else 1)
