"""The letter to the GP begins with what stands in the file, and is printed as it went out; what was printed before is a copy."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.domain.labs import LabOrder, LabResult, LabStatus
from nmx_desk.domain.notes import FrozenPrint
from nmx_desk.domain.referrals import LONGEST, SentHow
from nmx_desk.reports.records import ReferralPrint
from nmx_desk.reports.referral import referral_letter
from nmx_desk.services import clients, labs, log, referrals
from nmx_desk.services.referral_words import LabSaid, Told, first_body
from tests.clinic import once
from tests.day import whole_day
from tests.prints import page_texts
from tests.unit.test_client_prints import DAY, anna, desk, much  # noqa: F401 (fixtures)
from tests.unit.test_referrals import FORBIDDEN, call  # noqa: F401 (a fixture)
from tests.unit.test_reports_prints import context


@pytest.fixture
def letter(desk, anna):  # noqa: F811
    return desk.do(referrals.save_letter, desk.do(referrals.begin_letter, anna.id).letter)


def flat(data):
    return " ".join(" ".join(page_texts(data)).split())


def test_it_begins_with_complaints_findings_what_is_taken_and_the_plan(desk, anna, clinic):  # noqa: F811
    body = desk.do(referrals.begin_letter, anna.id).letter.body
    for words in (
        "- Moe, sinds mei 2019, minder wordend: van 8 op 02-03-2026 naar 0 op 01-05-2026", "tot 10 (best): Energie: 0.",
        "- Darmbarrière, sterk vermoed (uit een lab): Na de reis", "- Penicilline (allergie, ernstig): huiduitslag",
        "- Levothyroxine 0,5 mg, 1 × per dag, sinds 2018",
    ):  # fmt: skip
        assert words in body, words
    assert not any(word in body.casefold() for word in FORBIDDEN)
    seen = clinic.as_("manager").do(log.list_log, log.LogFilter(client=anna.id, limit=1))[0]
    assert (seen.obj_type, seen.code) == ("overview", "VIEW")


def test_after_a_day_of_work_the_plan_is_one_paragraph(clinic):
    made = dict(whole_day(clinic))
    body = clinic.as_("behandelaar").do(referrals.begin_letter, made["plan"].client_id).letter.body
    (plan,) = [part for part in body.split("\n\n") if "loopt er een persoonlijk plan" in part]
    assert "Stap 1 van 3:" in plan and "\n" not in plan and "- opgeblazen gevoel, sinds mei 2021: 0 op" in body


def test_tests_that_were_reviewed_stand_in_it_as_the_lab_gave_them(desk, anna, clinic):  # noqa: F811
    def ordered(panel, lines, on):
        made = desk.do(labs.add_lab_order, anna.id, LabOrder(lab="Streeklab", panel=panel, cost_cents=0, cost_told_on=DAY))
        desk.do(labs.step_lab_order, made.id, LabStatus.ORDERED)
        return desk.do(labs.save_lab_results, made.id, lines, on)

    iron = [
        LabResult(analyte="Ferritine", value="8.50", unit="µg/L", ref_low="20", ref_high="200", flag="L"),
        LabResult(analyte="CRP", comparator="<", value="5", unit="mg/L", ref_text="< 10"),
        LabResult(analyte="Giardia", text="niet aangetoond"),
    ]
    reviewed = ordered("IJzer", iron, DAY)
    ordered("Nog niet bekeken", iron, DAY)
    old = ordered("Te lang geleden", iron, DAY - timedelta(days=400))
    for one in (reviewed, old):
        desk.do(labs.step_lab_order, one.id, LabStatus.REVIEWED)
    body = desk.do(referrals.begin_letter, anna.id).letter.body
    said = "Ferritine 8,50 µg/L L (referentie 20 – 200); CRP < 5 mg/L (referentie < 10); Giardia niet aangetoond"
    (line,) = [line for line in body.split("\n") if said in line]
    assert line == f"- IJzer (Streeklab, {DAY:%d-%m-%Y}): {said}"
    assert "Nog niet bekeken" not in body and "Te lang geleden" not in body
    seen = clinic.as_("manager").do(log.list_log, log.LogFilter(client=anna.id))
    assert ("lab_result", "VIEW") in {(one.obj_type, one.code) for one in seen}


def test_however_much_stands_in_the_file_the_letter_can_be_stored():
    tests = [LabSaid(panel="PANEL" * 40, lab="LAB" * 40, on=DAY, results=[LabResult(analyte="A" * 120, text="B" * 500)] * 200)] * 20
    body = first_body(Told(clinic="Praktijk", care=much(safe=60), labs=tests))
    assert len(body) < LONGEST["body"] and body.count("MIDDEL") == 12 and "- …" in body and body.count("(LABLAB") == 6


def test_who_held_the_call_of_a_colleagues_client_gets_nothing_of_the_file(clinic, desk, call):  # noqa: F811
    colleague = clinic.as_("collega").user.id

    def others(work):
        client = work.store.change(work.store.get(Client, call.client_id), practitioner_id=colleague)
        work.store.add(Complaint(client_id=client.id, words="GEHEIM"))

    desk.do(once(others))
    assert "GEHEIM" not in desk.do(referrals.begin_letter, call_id=call.id).letter.body
    colleague_sees = clinic.as_("collega").do(referrals.begin_letter, call.client_id).letter.body
    assert "GEHEIM" in colleague_sees


def test_what_went_out_is_printed_as_it_went(desk, anna, letter):  # noqa: F811
    desk.do(referrals.print_letter, letter.id)
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    desk.do(clients.change_client, replace(desk.do(clients.open_client, anna.id).client, surname="van Vliet"))
    shown = flat(desk.do(referrals.print_letter, letter.id))
    assert "Anna de Vries" in shown and "van Vliet" not in shown and "kopie" in shown, "it was printed before it went out"


def test_the_first_print_is_no_copy_also_when_it_is_made_after_it_went_out(desk, letter):  # noqa: F811
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    assert "kopie" not in flat(desk.do(referrals.print_letter, letter.id))
    assert "kopie" in flat(desk.do(referrals.print_letter, letter.id))


def test_what_did_not_go_out_after_all_may_change_again(desk, letter):  # noqa: F811
    sent = desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    open_again = desk.do(referrals.undo_sending, sent.id)
    desk.do(referrals.save_letter, replace(open_again, body="Andere woorden."))
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    shown = flat(desk.do(referrals.print_letter, letter.id))
    assert "Andere woorden." in shown
    assert len(desk.do(once(lambda work: work.store.find(FrozenPrint, subject_id=letter.id)))) == 1


def test_one_that_went_out_before_letters_were_kept_is_kept_now(desk, letter):  # noqa: F811
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    desk.do(once(lambda work: work.store.remove(work.store.find_one(FrozenPrint, subject_id=letter.id))))
    desk.do(referrals.print_letter, letter.id)
    assert desk.do(once(lambda work: work.store.find_one(FrozenPrint, subject_id=letter.id))).printed_at is not None


def test_what_was_kept_and_altered_is_not_printed(desk, letter):  # noqa: F811
    desk.do(referrals.send_letter, letter.id, SentHow.CLIENT)
    desk.do(once(lambda work: work.store.change(work.store.find_one(FrozenPrint, subject_id=letter.id), content="{}")))
    with pytest.raises(EnvironmentProblem):
        desk.do(referrals.print_letter, letter.id)


def test_the_last_paragraph_goes_along_with_the_closing_and_a_smaller_type_saves_a_page():
    def pages(lines):
        body = "\n\n".join([*(f"Een regel van de brief nummer {n}." for n in range(lines)), "Slotzin."])
        letter = ReferralPrint(to=("H. Arts",), to_name="H. Arts", written_on=DAY, city="Utrecht", client="A", birth_date=None, address=(),
                               reason="x", body=body, urgent=False, author="B")  # fmt: skip
        return page_texts(referral_letter(context("nl"), letter))

    found = [pages(lines) for lines in range(12, 34)]
    assert {len(each) for each in found} == {1, 2}
    assert all("Slotzin." in each[-1] and "Met vriendelijke groet" in each[-1] for each in found)
    assert [len(each) for each in found] == sorted(len(each) for each in found)
