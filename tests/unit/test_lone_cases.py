"""The words of formal complaints in nobody's file: due two years after closing, destroyed by two people, the register stays."""

from datetime import timedelta

import pytest

from nmx_desk.domain.cases import CaseFile, CaseText
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.grievances import Grievance, GrievanceStatus
from nmx_desk.domain.people import Role, UserRole
from nmx_desk.domain.privacy import ErasureScope, Ground
from nmx_desk.services import case_letters, clients, destroyed, erasure, grievances, privacy, reports, retention
from nmx_desk.services.desk import use_case
from tests.clinic import once
from tests.exam import erasures
from tests.prints import page_texts
from tests.registers.grievances import ended, held

NEEDLES = [b"llemans", b"erugbelverzoek", b"lacht-bijlage"]


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@use_case("session.use", writes=False)
def find(work, kind, **equals):
    return work.store.find(kind, **equals)


def nobodys(desk, kind):
    return [row for row in desk.do(find, kind) if row.client_id is None]


@pytest.fixture
def told(clinic):
    """A complaint by somebody without a file, with a file and a reason that names them, closed; and one of a client, closed too."""
    boss = clinic.as_("manager")
    one = held(boss)
    words = {"complainant": "Mevrouw Ellemans", "contact": "ellemans@example.org", "story": "Terugbelverzoek van Ellemans vergeten"}
    one = boss.do(grievances.change_grievance, one, words)
    boss.do(grievances.add_grievance_file, one.id, "brief.pdf", b"%PDF-1.4 Klacht-bijlage van mevrouw Ellemans")
    boss.do(clients.list_clients, reason="mevrouw Ellemans belde hierover")
    ended(boss, one.id)
    anna = clinic.as_("receptie").do(clients.create_client, Client(first_name="Anna", surname="Visser", phone="0612345678"))
    ended(boss, held(boss, anna.id).id)
    return one


def approver(clinic):
    desk = clinic.as_("collega")
    desk.do(add, UserRole(user_id=desk.user.id, role=Role.MANAGER))
    return desk


def test_due_two_years_after_closing_and_gone_without_a_byte(clinic, told):
    boss = clinic.as_("manager")
    closed = clinic.clock.moment.date()
    clinic.clock.moment += timedelta(days=729)
    assert boss.do(retention.list_due).cases == 0
    with pytest.raises(UserError):
        boss.do(retention.propose_due_cases)
    clinic.clock.moment += timedelta(days=3)
    due = boss.do(retention.list_due)
    assert (due.cases, due.oldest_case, due.cases_proposed, due.requests_proposed) == (1, closed, False, False)
    pages = page_texts(boss.do(reports.make_report, "retention", date_from=closed, date_to=clinic.clock.moment.date()))
    printed = " ".join(" ".join(pages).split())
    assert "14 September 2028 Words of 1 formal complaint in nobody's file To be proposed" in printed
    made = boss.do(retention.propose_due_cases)
    assert (made.scope, made.client_id, boss.do(retention.list_due).cases_proposed) == (ErasureScope.CASES, None, True)
    with pytest.raises(Conflict):
        boss.do(retention.propose_due_cases)
    approver(clinic).do(privacy.approve_decision, made.id)
    admin = clinic.as_("beheerder")
    assert admin.do(erasure.preview_destruction, made.id).total == len(made.subject.split())
    done = admin.do(erasure.execute_destruction, made.id)
    assert done.rows == len(made.subject.split()) > 3
    assert erasures.left(clinic, NEEDLES) == {}
    assert nobodys(boss, CaseText) == nobodys(boss, CaseFile) == []
    assert boss.do(find, CaseText), "what is in a client's file stays there"
    kept = boss.do(find, Grievance, id=told.id)[0]
    assert (kept.number, kept.state, kept.summary) == (told.number, GrievanceStatus.CLOSED, told.summary), "the register stays"
    assert boss.do(grievances.open_grievance, told.id)
    (stone,) = boss.do(privacy.list_tombstones)
    assert (stone.client_no, stone.scope, stone.ground) == ("", ErasureScope.CASES, Ground.RETENTION)
    with pytest.raises(Conflict, match="destroyed"):
        boss.do(case_letters.grievance_letter, told.id, case_letters.RECEIPT)
    assert boss.do(retention.list_due).cases == 0
    result = clinic.verified()
    assert result.ok, result.findings[:5]


def test_opened_again_it_is_held(clinic, told):
    boss = clinic.as_("manager")
    clinic.clock.moment += timedelta(days=800)
    made = boss.do(retention.propose_due_cases)
    approver(clinic).do(privacy.approve_decision, made.id)
    boss.do(once(lambda work: work.store.change(work.store.get(Grievance, told.id), closed_on=None), "quality.use"))
    with pytest.raises(Conflict):
        clinic.as_("beheerder").do(erasure.execute_destruction, made.id)
    assert nobodys(boss, CaseText)


def test_the_database_remembers_what_was_destroyed(clinic, told):
    boss = clinic.as_("manager")
    clinic.clock.moment += timedelta(days=800)
    made = boss.do(retention.propose_due_cases)
    approver(clinic).do(privacy.approve_decision, made.id)
    clinic.as_("beheerder").do(erasure.execute_destruction, made.id)
    orders = boss.do(once(lambda work: destroyed.in_database(work.driver), "quality.use"))
    (order,) = orders
    assert (order.scope, sorted(order.subject.split())) == (ErasureScope.CASES, sorted(made.subject.split()))
