"""Requests under the privacy law at the door: each step, who may take it, two people for every decision, holds and the due list."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.data import log
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.people import Role, UserRole
from nmx_desk.domain.privacy import STEPS, Decision, ErasureScope, Ground, PrivacyKind, PrivacyState, due_from
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.services import clients, privacy, proposals, retention
from nmx_desk.services.desk import use_case
from tests.registers.grievances import ended
from tests.registers.grievances import held as held_by

SANNE = Client(first_name="Sanne", prefix="van der", surname="Meer", phone="06 00 12 34 56", birth_date=date(1980, 5, 1))


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@use_case("session.use")
def change(work, record, **changes):
    return work.store.change(record, **changes)


@pytest.fixture
def sanne(clinic):
    return clinic.as_("receptie").do(clients.create_client, replace(SANNE, practitioner_id=clinic.as_("behandelaar").user.id))


def registered(clinic, client, kind=PrivacyKind.COPY):
    made = clinic.as_("receptie").do(privacy.register_request, kind, client.id, "alles")
    return clinic.as_("receptie").do(privacy.identify, made.id, "paspoort gezien")


def decided(clinic, client, kind=PrivacyKind.COPY, decision=Decision.GRANTED, **more):
    made = registered(clinic, client, kind)
    clinic.as_("behandelaar").do(privacy.propose_decision, made.id, decision, "" if decision is Decision.GRANTED else "reden", **more)
    return clinic.as_("manager").do(privacy.approve_decision, made.id)


def test_a_request_from_receipt_to_a_granted_copy(clinic, sanne):
    made = clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, sanne.id, "alles over 2026", date(2026, 8, 31))
    assert (made.number, made.client_no, made.due_on) == ("P-00001", sanne.client_no, date(2026, 9, 30))
    with pytest.raises(Conflict):
        clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.GRANTED)  # nobody knows yet who asks
    made = clinic.as_("receptie").do(privacy.identify, made.id, "paspoort gezien")
    assert made.state is PrivacyState.IDENTIFIED and made.identity_by == clinic.as_("receptie").user.id
    clinic.as_("behandelaar").do(privacy.advise, made.id, "geen bezwaar")
    clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.GRANTED)
    row = clinic.as_("manager").do(privacy.open_privacy_request, made.id)
    assert row.waiting and row.may_approve and row.proposer == "Behandelaar A. Demo" and row.client == "Sanne van der Meer"
    made = clinic.as_("manager").do(privacy.approve_decision, made.id)
    assert (made.state, made.approved_by) == (PrivacyState.DECIDED, clinic.as_("manager").user.id)
    assert clinic.verified().ok


def test_every_step_is_in_the_log_of_the_client(clinic, sanne):
    decided(clinic, sanne)
    desk = clinic.as_("manager")
    with desk.database.reading() as connection:
        lines = log.lines(desk._store(connection), log.LogFilter(client=sanne.id))
    assert [line.action for line in lines if line.obj_type == "privacy_request"] == ["U", "U", "U", "U", "C"]
    assert {line.obj_type for line in lines} >= {"privacy_request", "proposal"}


def test_due_within_a_month_also_at_the_end_of_one():
    assert due_from(date(2026, 1, 31)) == date(2026, 2, 28)
    assert due_from(date(2027, 12, 15)) == date(2028, 1, 15)


def test_what_came_in_tomorrow_is_refused(clinic, sanne):
    with pytest.raises(UserError) as refused:
        clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, sanne.id, "", date(2026, 9, 15))
    assert refused.value.field == "received_on"


def test_identity_needs_a_way(clinic, sanne):
    made = clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, sanne.id)
    with pytest.raises(UserError) as refused:
        clinic.as_("receptie").do(privacy.identify, made.id, "  ")
    assert refused.value.field == "identity_how"


@pytest.mark.parametrize("text", ["mevrouw Meer wil alles", "bel +31600123456", "MEER!", "voor sanne van der meer"])
def test_no_name_in_what_outlives_the_file(clinic, sanne, text):
    with pytest.raises(UserError) as refused:
        clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, sanne.id, text)
    assert refused.value.field == "asked"


def test_words_that_hold_the_name_by_chance_are_fine(clinic, sanne):
    assert clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, sanne.id, "wil meer brieven").asked


def test_who_proposed_does_not_approve(clinic, sanne):
    boss = clinic.as_("manager")
    boss.do(add, UserRole(user_id=boss.user.id, role=Role.PRACTITIONER), UserRole(user_id=clinic.as_("collega").user.id, role=Role.MANAGER))
    made = registered(clinic, sanne)
    boss.do(privacy.propose_decision, made.id, Decision.GRANTED, "", reason="waarnemer")
    with pytest.raises(NotAllowed):
        boss.do(privacy.approve_decision, made.id)
    assert clinic.as_("collega").do(privacy.approve_decision, made.id).state is PrivacyState.DECIDED


def test_sent_back_and_proposed_again(clinic, sanne):
    made = registered(clinic, sanne)
    clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.REFUSED, "een ander zou geschaad worden")
    clinic.as_("manager").do(privacy.refuse_decision, made.id, "dat is niet zo")
    made = clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.GRANTED)
    assert clinic.as_("manager").do(privacy.approve_decision, made.id).decision is Decision.GRANTED


def test_proposed_anew_while_the_first_waits(clinic, sanne):
    made = registered(clinic, sanne)
    clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.GRANTED)
    clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.PARTLY, "brief van een derde blijft weg")
    assert len(clinic.as_("manager").do(proposals.list_proposals)) == 1


@pytest.mark.parametrize("decision", [Decision.PARTLY, Decision.REFUSED])
def test_less_than_everything_needs_a_reason(clinic, sanne, decision):
    made = registered(clinic, sanne)
    with pytest.raises(UserError) as refused:
        clinic.as_("behandelaar").do(privacy.propose_decision, made.id, decision)
    assert refused.value.field == "decision_reason"


def test_a_refused_request_is_closed_and_never_carried_out(clinic, sanne):
    made = decided(clinic, sanne, PrivacyKind.CORRECTION, Decision.REFUSED)
    with pytest.raises(Conflict):
        clinic.as_("behandelaar").do(privacy.carry_out_correction, made.id)
    assert clinic.as_("receptie").do(privacy.close_privacy_request, made.id).state is PrivacyState.CLOSED


def test_withdrawn_by_the_client(clinic, sanne):
    made = registered(clinic, sanne)
    with pytest.raises(UserError):
        clinic.as_("receptie").do(privacy.close_privacy_request, made.id)
    clinic.as_("receptie").do(privacy.close_privacy_request, made.id, "ingetrokken")
    assert clinic.as_("receptie").do(privacy.list_privacy_requests) == []
    assert len(clinic.as_("receptie").do(privacy.list_privacy_requests, closed=True)) == 1


def test_a_correction_with_the_clients_statement(clinic, sanne):
    made = decided(clinic, sanne, PrivacyKind.CORRECTION, Decision.PARTLY)
    desk = clinic.as_("behandelaar")
    said = desk.do(privacy.add_statement, made.id, "Ik ben het niet eens met deze conclusie.")
    assert desk.do(privacy.statements_of, sanne.id) == [said]
    assert desk.do(privacy.carry_out_correction, made.id).state is PrivacyState.EXECUTED
    assert desk.do(privacy.close_privacy_request, made.id).state is PrivacyState.CLOSED


def test_destruction_says_how_much(clinic, sanne):
    made = registered(clinic, sanne, PrivacyKind.DESTRUCTION)
    desk = clinic.as_("behandelaar")
    together = (ErasureScope.REQUESTS, ""), (ErasureScope.CASES, "")
    for scope, note in ((None, ""), *together, (ErasureScope.NOTE, ""), (ErasureScope.NOTE, "elders")):
        with pytest.raises(UserError):
            desk.do(privacy.propose_decision, made.id, Decision.GRANTED, scope=scope, note_id=note)
    (note,) = desk.do(add, ConsultNote(client_id=sanne.id, author_id=desk.user.id, care_date=date(2026, 9, 1)))
    made = desk.do(privacy.propose_decision, made.id, Decision.GRANTED, scope=ErasureScope.NOTE, note_id=note.id)
    assert made.subject == note.id


def test_nothing_is_destroyed_while_a_complaint_is_open(clinic, sanne):
    held = held_by(clinic.as_("receptie"), sanne.id)
    made = registered(clinic, sanne, PrivacyKind.DESTRUCTION)
    with pytest.raises(Conflict):
        clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.GRANTED, scope=ErasureScope.FILE)
    assert clinic.as_("manager").do(privacy.open_privacy_request, made.id).held
    assert [item.number for item in clinic.as_("beheerder").do(retention.list_holds)] == [held.number]
    ended(clinic.as_("manager"), held.id)
    assert clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.GRANTED, scope=ErasureScope.FILE).proposal_id


def test_who_may_do_what(clinic, sanne):
    made = registered(clinic, sanne, PrivacyKind.DESTRUCTION)
    for username in ("receptie", "manager", "beheerder"):
        with pytest.raises(NotAllowed):
            clinic.as_(username).do(privacy.propose_decision, made.id, Decision.GRANTED, scope=ErasureScope.FILE)
    clinic.as_("behandelaar").do(privacy.propose_decision, made.id, Decision.GRANTED, scope=ErasureScope.FILE)
    for username in ("receptie", "behandelaar", "beheerder"):
        with pytest.raises(NotAllowed):
            clinic.as_(username).do(privacy.approve_decision, made.id)
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(privacy.register_request, PrivacyKind.COPY, sanne.id)
    assert clinic.as_("beheerder").do(privacy.open_privacy_request, made.id).client == ""


def test_anothers_client_needs_a_reason(clinic):
    owner = clinic.as_("collega").user.id
    client = clinic.as_("receptie").do(clients.create_client, replace(SANNE, practitioner_id=owner))
    made = registered(clinic, client)
    with pytest.raises(NotAllowed) as refused:
        clinic.as_("behandelaar").do(privacy.advise, made.id, "goed")
    assert refused.value.needs_reason
    assert clinic.as_("behandelaar").do(privacy.advise, made.id, "goed", reason="waarnemer").advice == "goed"


def test_the_register_says_what_is_late_and_what_comes_first(clinic, sanne):
    desk = clinic.as_("receptie")
    late = desk.do(privacy.register_request, PrivacyKind.COPY, sanne.id, "", date(2026, 8, 1))
    soon = desk.do(privacy.register_request, PrivacyKind.ACCESS, sanne.id, "", date(2026, 8, 20))
    later = desk.do(privacy.register_request, PrivacyKind.ACCESS, sanne.id)
    rows = desk.do(privacy.list_privacy_requests)
    assert [(row.request.id, row.overdue) for row in rows] == [(late.id, True), (soon.id, False), (later.id, False)]
    assert desk.do(privacy.count_privacy_due) == 2


@pytest.mark.parametrize("now", PrivacyState)
def test_only_the_steps_of_the_table(clinic, sanne, now):
    (made,) = clinic.as_("receptie").do(add, replace(registered(clinic, sanne), id="", number=f"P-{now}", state=now))
    receptie = clinic.as_("receptie")
    steps = {PrivacyState.IDENTIFIED: privacy.identify, PrivacyState.CLOSED: privacy.close_privacy_request}
    for then in steps.keys() - STEPS[now]:
        with pytest.raises(Conflict):
            receptie.do(steps[then], made.id, "x")


# -- retention


def test_files_are_due_once_their_period_is_over(clinic, sanne):
    desk = clinic.as_("manager")
    assert desk.do(retention.list_due).files == ()
    today = date(2026, 9, 14)
    old = desk.do(change, sanne, retention_until=today)
    assert desk.do(retention.list_due).files == ()  # kept until the end of that day
    with pytest.raises(UserError):
        desk.do(retention.propose_due_file, sanne.id)
    desk.do(change, old, retention_until=today - timedelta(days=1))
    (due,) = desk.do(retention.list_due).files
    assert (due.client_no, due.name, due.held, due.proposed) == (sanne.client_no, "Sanne van der Meer", False, False)
    assert clinic.as_("beheerder").do(retention.list_due).files[0].name == ""
    made = clinic.as_("beheerder").do(retention.propose_due_file, sanne.id)
    assert (made.ground, made.scope, made.state) == (Ground.RETENTION, ErasureScope.FILE, PrivacyState.IDENTIFIED)
    assert desk.do(retention.list_due).files[0].proposed
    with pytest.raises(Conflict):
        clinic.as_("beheerder").do(retention.propose_due_file, sanne.id)
    assert desk.do(privacy.approve_decision, made.id).state is PrivacyState.DECIDED


def test_a_held_file_is_not_proposed(clinic, sanne):
    desk = clinic.as_("manager")
    desk.do(change, sanne, retention_until=date(2026, 1, 1))
    held_by(clinic.as_("receptie"), sanne.id)
    assert desk.do(retention.list_due).files[0].held
    with pytest.raises(Conflict):
        desk.do(retention.propose_due_file, sanne.id)


def test_bare_requests_are_due_a_year_after_closing(clinic, sanne):
    desk = clinic.as_("manager")
    now = clinic.clock.moment
    closed = AdviceRequest(surname="x", received_at=now - timedelta(days=500), status=RequestStatus.WITHDRAWN)
    kept = {
        "open": replace(closed, status=RequestStatus.NEW, closed_at=None),
        "of a client": replace(closed, client_id=sanne.id, closed_at=now - timedelta(days=400)),
        "with advice": replace(closed, retention_class="advice", closed_at=now - timedelta(days=400)),
        "closed lately": replace(closed, closed_at=now - timedelta(days=360)),
    }
    (due, *_) = desk.do(add, replace(closed, closed_at=now - timedelta(days=366)), *kept.values())
    found = desk.do(retention.list_due)
    assert (found.requests, found.oldest_request, found.requests_proposed) == (1, date(2025, 9, 13), False)
    made = clinic.as_("beheerder").do(retention.propose_due_requests)
    assert (made.subject, made.client_id, made.scope) == (due.id, None, ErasureScope.REQUESTS)
    assert desk.do(retention.list_due).requests_proposed
    with pytest.raises(Conflict):
        clinic.as_("beheerder").do(retention.propose_due_requests)
