"""Whom a case is about is put right while it is open: with a reason, words and files along, and nothing left with who it was not about."""

from dataclasses import replace

import pytest

from nmx_desk.domain.cases import CaseFile, CaseText, subject_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.grievances import Grievance, GrievanceStatus
from nmx_desk.domain.incidents import Harm, Incident
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.services import clients, deviations, grievances, incidents
from tests.clinic import once
from tests.registers import grievances as complaint_tests
from tests.registers import incidents as incident_tests

today = once(lambda work: work.today())


@pytest.fixture
def two(clinic):
    desk = clinic.as_("receptie")
    made = (
        Client(first_name="Anna", surname="Kuipers", phone="0600000001"),
        Client(first_name="Bert", surname="Zandstra", phone="0600000002"),
    )
    return tuple(desk.do(clients.create_client, one) for one in made)


def complaint(clinic, client):
    return complaint_tests.held(clinic.as_("manager"), client.id)


def incident(clinic, client):
    return incident_tests.reported(clinic.as_("manager"), client.id, harm=Harm.SLIGHT)


def deviation(clinic, client):
    boss = clinic.as_("manager")
    return boss.do(
        deviations.register_deviation, Deviation(summary="Verkeerde brief", found_on=boss.do(today), client_id=client.id), "Zo ging het."
    )


def mended(case, *words):
    """What changes a case: the use case, the case, its words, why it is about somebody else."""
    return lambda one, why: (case, one, *words, why)


KINDS = {
    "grievance": (complaint, mended(grievances.change_grievance, complaint_tests.WORDS), grievances.add_grievance_file, Grievance),
    "incident": (incident, mended(incidents.change_incident, incident_tests.WORDS), incidents.add_incident_file, Incident),
    "deviation": (deviation, mended(deviations.change_deviation, None), deviations.add_deviation_file, Deviation),
}  # fmt: skip


@pytest.fixture(params=KINDS)
def case(request, clinic, two):
    """Do, the case about the wrong client, how it is changed, what is stored of it."""
    make, change, add_file, kind = KINDS[request.param]
    do = clinic.as_("manager").do
    one = make(clinic, two[0])
    do(add_file, one.id, "brief.txt", b"Geachte mevrouw")
    subject = subject_of(request.param, one.id)

    def stored():
        read = once(
            lambda work: (
                work.store.get(kind, one.id),
                work.store.find(CaseText, subject=subject),
                work.store.find(CaseFile, subject=subject),
            )
        )
        return do(read)

    return do, one, change, stored


def test_words_and_files_go_along_and_the_reason_stays(case, two, clinic):
    do, one, change, stored = case
    wrong, right = two
    do(*change(replace(one, client_id=right.id), "Verwisseld bij het aannemen"))
    kept, texts, files = stored()
    assert (kept.client_id, kept.client_no) == (right.id, right.client_no)
    assert {row.client_id for row in (*texts, *files)} == {right.id} and len(files) == 1
    [why] = [row.text for row in texts if row.code == "whose"]
    assert why.endswith(": Verwisseld bij het aannemen")
    names = do(once(lambda work: {row.client_id for kind in (CaseText, CaseFile, type(one)) for row in work.store.find(kind)}))
    assert wrong.id not in names, "nothing is left with who it was not about"
    again = do(*change(replace(kept, client_id=None), "Over niemand")) if not isinstance(one, Deviation) else None
    assert again is None or (again.client_id is None and again.client_no == "")
    assert clinic.verified().ok


def test_a_reason_is_asked_for(case, two):
    do, one, change, stored = case
    with pytest.raises(UserError) as told:
        do(*change(replace(one, client_id=two[1].id), "  "))
    assert told.value.field == "client_why" and stored()[0].client_id == two[0].id


def test_a_case_about_nobody_may_turn_out_to_be_about_somebody(clinic, two):
    one = complaint_tests.held(clinic.as_("manager"))
    made = clinic.as_("manager").do(
        grievances.change_grievance, replace(one, client_id=two[1].id), complaint_tests.WORDS, "Naam later bekend"
    )
    assert made.client_no == two[1].client_no


def test_a_nonconformity_with_a_story_stays_with_a_client(clinic, two):
    """The auditor reads the words of one that is about nobody."""
    one = deviation(clinic, two[0])
    with pytest.raises(UserError):
        clinic.as_("manager").do(deviations.change_deviation, replace(one, client_id=None), None, "Toch niet")


def test_the_summary_may_not_name_who_it_is_about_now(clinic, two):
    one = complaint(clinic, two[0])
    with pytest.raises(UserError) as told:
        clinic.as_("manager").do(
            grievances.change_grievance, replace(one, client_id=two[1].id, summary="Zandstra niet gebeld"), complaint_tests.WORDS, "Ander"
        )
    assert told.value.field == "summary"


def test_telling_the_wrong_client_counts_no_more(clinic, two):
    do = clinic.as_("manager").do
    one = incident(clinic, two[0])
    do(incidents.ask_to_tell, one.id, do(today))
    one = do(incidents.tell_client, one.id, do(today), "Gebeld en uitgelegd")
    made = do(incidents.change_incident, replace(one, client_id=two[1].id), incident_tests.WORDS, "Verwisseld")
    assert made.told_on is None
    assert "told" not in do(incidents.open_incident, one.id).words
    [task] = do(once(lambda work: work.store.find(Task, client_id=two[0].id)))
    assert task.status is TaskStatus.LAPSED


def test_a_closed_case_stays_as_it_is(clinic, two):
    one = complaint(clinic, two[0])
    complaint_tests.ended(clinic.as_("manager"), one.id)
    closed = clinic.as_("manager").do(grievances.open_grievance, one.id).grievance
    assert closed.status is GrievanceStatus.CLOSED
    with pytest.raises(Conflict):
        clinic.as_("manager").do(grievances.change_grievance, replace(closed, client_id=two[1].id), complaint_tests.WORDS, "Te laat")


def test_the_file_is_held_of_who_it_is_about_now(clinic, two):
    """An open complaint stops the destruction of a file: of this client, no longer of the other."""
    one = complaint(clinic, two[0])
    clinic.as_("manager").do(grievances.change_grievance, replace(one, client_id=two[1].id), complaint_tests.WORDS, "Verwisseld")
    held = [clinic.as_("manager").do(once(lambda work, who=who: grievances.has_open(work, who.id))) for who in two]
    assert held == [False, True]
