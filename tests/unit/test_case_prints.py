"""The registers on paper (C4, C5) and the letters about a complaint: counted by hand, nobody named, in the client's language."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed
from nmx_desk.domain.grievances import GrievanceStatus, Judgement
from nmx_desk.domain.incidents import Calamity, Harm
from nmx_desk.services import case_letters, case_prints, clients, figures_json, grievances, incident_terms, incidents, people, reports
from tests.clinic import once
from tests.prints import page_texts
from tests.registers.grievances import WORDS, ended, held
from tests.registers.incidents import analysed, reported

TODAY = date(2026, 9, 14)
_S = GrievanceStatus


def words(data):
    return " ".join(" ".join(page_texts(data)).split())


@pytest.fixture
def client(clinic):
    care = clinic.as_("behandelaar")
    anna = Client(client_no="C-000001", first_name="Anna", surname="Waterval", phone="+31600112233", language="en")
    return care.do(once(lambda work: work.store.add(anna)))


def judged(boss, one, days):
    boss.do(grievances.step_grievance, one.id, _S.CONFIRMED)
    boss.do(grievances.step_grievance, one.id, _S.INVESTIGATING)
    told = {"judgement": f"Gegrond na {days} dagen."}
    return boss.do(grievances.step_grievance, one.id, _S.JUDGED, judgement=Judgement.FOUNDED, words=told)


def test_the_register_of_complaints_counts_by_hand_and_names_nobody(clinic, client):
    boss, desk = clinic.as_("manager"), clinic.as_("receptie")
    first, second, third = (held(desk, client.id) for _n in range(3))
    ended(boss, third.id)
    clinic.clock.move(days=10)
    judged(boss, first, 10)
    clinic.clock.move(days=40)
    until = TODAY + timedelta(days=50)
    found = case_prints._grievances
    made = boss.do(once(lambda work: found(work, TODAY, until)))
    assert [(tile.value, tile.remark) for tile in made.tiles] == [
        ("3", ""), ("2", "1 overdue"), ("2 of 3", "K16, by the last day of the term"), ("10", "half of them sooner, 10 at most"),
    ]  # fmt: skip
    (figure,) = json.loads(boss.do(figures_json.figures_file, "grievances", TODAY, until))["figures"]
    assert (figure["numerator"], figure["denominator"], len(figure["counted"])) == (2, 3, 3)  # what the figures say, the register says
    assert {(one.name, one.count) for one in made.counts} == {
        ("Organisation", 3), ("Founded", 1), ("Not yet", 1), ("Taken back by the client", 1),
    }  # fmt: skip
    assert (made.quarters[-2].came, made.quarters[-2].closed, made.quarters[-1].came) == (3, 1, 0)
    assert [line.term for line in made.rows] == ["in time", "overdue since 26-10-2026", ""]
    pdf = words(boss.do(reports.make_report, "grievances", date_from=TODAY, date_to=until))
    csv = boss.do(reports.make_report, "grievances", date_from=TODAY, date_to=until, format="csv").decode("utf-8-sig")
    for said in (pdf, csv):
        assert second.number in said and "Niet teruggebeld" in said
        for secret in ("Waterval", "C-000001", WORDS["story"], WORDS["complainant"]):
            assert secret not in said
    assert clinic.verified().ok


def test_the_register_of_incidents_counts_by_hand(clinic, client):
    boss, desk = clinic.as_("manager"), clinic.as_("receptie")
    now = desk.do(once(lambda work: work.now()))
    first = reported(desk, client.id, harm=Harm.SLIGHT, chance=5, leak_found_at=now)
    second = reported(desk, calamity=Calamity.DOUBT)
    analysed(boss, first.id)
    boss.do(incidents.add_incident_action, first.id, "Potjes apart zetten", None, TODAY + timedelta(days=3))
    boss.do(incident_terms.settle_leak, first.id, now, "AP-1", "")
    clinic.clock.move(days=45)
    until = TODAY + timedelta(days=45)
    made = boss.do(once(lambda work: case_prints._incidents(work, TODAY, until)))
    assert [(tile.value, tile.remark) for tile in made.tiles] == [
        ("2", ""), ("2", "1 overdue"), ("1", "1 overdue"), ("0", "1 looked into"), ("1", "1 reported"),
    ]  # fmt: skip
    assert made.terms == (
        f"{first.number}: Report the data leak to the authority (AP), by 17-09-2026: in time",
        f"{second.number}: Look into whether it is a calamity, by 26-10-2026: too late",
    )
    assert ("Supplier or laboratory", 1) in {(one.name, one.count) for one in made.counts}
    assert ("High risk", 1) in {(one.name, one.count) for one in made.counts}
    pdf = words(boss.do(reports.make_report, "incidents", date_from=TODAY, date_to=until))
    assert first.number in pdf and "Waterval" not in pdf and boss.do(reports.make_report, "incidents", date_from=TODAY, format="xlsx")


def test_letters_are_in_the_clients_language_with_whom_to_turn_to(clinic, client):
    boss, desk = clinic.as_("manager"), clinic.as_("receptie")
    clinic_row = boss.do(people.read_clinic)
    boss.do(people.change_clinic, replace(clinic_row, complaints_officer="K. Functionaris, 06-00000001", dispute_body="Geschillenraad"))
    one = desk.do(grievances.register_grievance, replace(held(desk), id="", number="", client_id=client.id), {"story": "Niet teruggebeld."})
    said = words(boss.do(case_letters.grievance_letter, one.id, "receipt"))
    assert "We received your complaint" in said and "Dear Anna Waterval" in said and "26 October 2026" in said and "K. Functionaris" in said
    assert "Geschillenraad" not in said
    for kind in ("longer", "judged"):
        with pytest.raises(Conflict):
            boss.do(case_letters.grievance_letter, one.id, kind)
    boss.do(grievances.extend_grievance, one.id, "Het laboratorium {due} antwoordt nog niet.")
    assert "Het laboratorium {due} antwoordt nog niet." in words(boss.do(case_letters.grievance_letter, one.id, "longer"))
    judged(boss, one, 0)
    said = words(boss.do(case_letters.grievance_letter, one.id, "judged"))
    assert re.search(r"Founded\. Gegrond na 0 dagen\.", said) and "Geschillenraad" in said
    with pytest.raises(NotAllowed):
        desk.do(case_letters.grievance_letter, one.id, "receipt")


def test_a_letter_that_went_out_is_printed_as_it_was_and_as_a_copy(clinic, client):
    boss, desk = clinic.as_("manager"), clinic.as_("receptie")
    one = held(desk, client.id)
    letter = partial(boss.do, case_letters.grievance_letter, one.id, "receipt")
    assert "14 September 2026" in words(letter()) and not boss.do(grievances.open_grievance, one.id).parts.files
    clinic.clock.move(days=2)
    boss.do(grievances.step_grievance, one.id, _S.CONFIRMED)
    (kept,) = boss.do(grievances.open_grievance, one.id).parts.files  # it was printed to be sent: that is what went out
    assert kept.name == f"{one.number} letter of receipt.pdf" and kept.note == "Went out on 16-09-2026"
    row = boss.do(people.read_clinic)
    boss.do(people.change_clinic, replace(row, complaints_officer="N. Nieuw, 06-00000001"))
    boss.do(grievances.extend_grievance, one.id, "Het lab antwoordt nog niet.")
    again = words(letter())
    assert "16 September 2026" in again and "26 October 2026" in again and "COPY" in again and "N. Nieuw" not in again
    first = boss.do(case_letters.grievance_letter, one.id, "longer")
    second = boss.do(case_letters.grievance_letter, one.id, "longer")
    assert "COPY" not in words(first) and "Copy of the letter of 16-09-2026" in words(second) and "23 November 2026" in words(second)
    assert len(boss.do(grievances.open_grievance, one.id).parts.files) == 2 and clinic.verified().ok


def test_a_letter_of_a_step_that_was_a_mistake_is_void_and_made_again(clinic):
    boss, desk = clinic.as_("manager"), clinic.as_("receptie")
    one = held(desk, None)  # about no client of the clinic
    judged(boss, one, 0)
    assert "Gegrond na 0 dagen." in words(boss.do(case_letters.grievance_letter, one.id, "judged"))
    boss.do(grievances.undo_grievance_step, one.id)
    with pytest.raises(Conflict):
        boss.do(case_letters.grievance_letter, one.id, "judged")
    told = {"judgement": "Deels gegrond, bij nader inzien."}
    boss.do(grievances.step_grievance, one.id, _S.JUDGED, judgement=Judgement.PARTLY, words=told)
    said = words(boss.do(case_letters.grievance_letter, one.id, "judged"))
    assert "Deels gegrond, bij nader inzien." in said and "COPY" not in said
    files = boss.do(grievances.open_grievance, one.id).parts.files
    assert sorted(bool(row.void_reason) for row in files) == [False, True]
    boss.do(grievances.step_grievance, one.id, _S.CLOSED)


def test_the_clients_page_says_that_one_is_open_to_who_may_know(clinic, client):
    desk, boss, care = clinic.as_("receptie"), clinic.as_("manager"), clinic.as_("behandelaar")
    one = held(desk, client.id)
    assert [who.do(clients.open_client, client.id).complaint_open for who in (desk, boss, care)] == [True, True, False]
    ended(boss, one.id)
    assert not desk.do(clients.open_client, client.id).complaint_open
