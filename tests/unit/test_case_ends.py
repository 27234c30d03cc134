"""What becomes of complaints and incidents when their client's file is destroyed, or merged with another."""

from datetime import date

from nmx_desk.domain.cases import CaseFile, CaseText
from nmx_desk.domain.clients import Client
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.tasks import Task
from nmx_desk.services import erasure, grievances, incidents, retention
from tests.clinic import once
from tests.exam import erasures
from tests.registers.grievances import ended, held
from tests.registers.incidents import analysed, reported
from tests.unit.test_merging import merge, two, undo

__all__ = ["two"]
TODAY = date(2026, 9, 14)
SECRET = ("zqxvwordvanverhaal", "zqxvwordvanbestand", "zqxvwordvanwens", "zqxvwordvanincident")


def find(clinic, kind, **equals):
    return clinic.as_("manager").do(once(lambda work: work.store.find(kind, **equals)))


def test_after_a_destruction_the_numbers_are_left_and_no_word(clinic, tmp_path):
    desk, boss = clinic.as_("receptie"), clinic.as_("manager")
    care = clinic.as_("behandelaar")
    told = Client(client_no="C-000001", first_name="Anna", surname="Zqxvwaterbakker", phone="+31600112233", practitioner_id=care.user.id)
    client = care.do(once(lambda work: work.store.add(told)))
    new = Grievance(client_id=client.id, opened_on=TODAY, summary="Niet teruggebeld")
    one = desk.do(grievances.register_grievance, new, {"story": SECRET[0], "wish": SECRET[2]})
    boss.do(grievances.add_grievance_file, one.id, "brief.txt", SECRET[1].encode())
    told = Incident(client_id=client.id, reported_on=TODAY, summary="Verkeerd potje")
    two_ = desk.do(incidents.report_incident, told, {"story": SECRET[3]})
    boss.do(incidents.ask_to_tell, two_.id, TODAY)
    analysed(boss, two_.id)
    needles = [word[4:].encode() for word in (*SECRET, "Zqxvwaterbakker")]
    assert set(erasures.left(clinic, needles)) == set(needles), "they are there before"
    ended(boss, one.id)
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, client))
    assert erasures.left(clinic, needles) == {} and erasures.left_in_backup(clinic, tmp_path, needles) == {}
    assert (find(clinic, CaseText), find(clinic, CaseFile), find(clinic, Task, source=f"incident:{two_.id}")) == ([], [], [])
    [kept], [seen] = find(clinic, Grievance), find(clinic, Incident)
    assert (kept.number, kept.client_no, kept.summary, seen.number) == (one.number, "C-000001", "Niet teruggebeld", two_.number)
    assert boss.do(grievances.open_grievance, one.id).client == "" and boss.do(incidents.open_incident, two_.id).words == {}
    assert clinic.verified().ok


def test_cases_go_along_with_a_merge_and_back(clinic, two):
    kept, gone = two
    desk, boss = clinic.as_("receptie"), clinic.as_("manager")
    one, seen = held(desk, gone.id), reported(desk, gone.id)
    made = merge(clinic, kept, gone)
    assert {row.client_id for row in (*find(clinic, Grievance), *find(clinic, Incident), *find(clinic, CaseText))} == {kept.id}
    assert boss.do(grievances.open_grievance, one.id).client == boss.do(incidents.open_incident, seen.id).client != ""
    assert [hold.id for hold in boss.do(retention.list_holds)] == [one.id]
    undo(clinic, made)
    assert {row.client_id for row in (*find(clinic, Grievance), *find(clinic, Incident), *find(clinic, CaseText))} == {gone.id}
    assert clinic.verified().ok
