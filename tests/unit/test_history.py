"""What a client brings along, at the door: told, changed, taken away and put back; nothing is an answer; medication counts for the plan."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.history import Allergy, HistoryItem, HistoryKind, HistoryTopic, Medicine, PriorTest, Reaction, Taken, TriedBefore
from nmx_desk.domain.history_rules import MEDICINE_UNITS, blank_of, in_order, parse_amount, topic_of
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.services import documents, history, plans
from tests.clinic import once

OMEPRAZOLE = Medicine(name="Omeprazol", dose="20", dose_unit="mg", frequency="1x daags", began="2021", prescriber="huisarts")
EVERY = [
    HistoryItem(name="Colitis ulcerosa", began="2016-03", treated_by="MDL"),
    HistoryItem(kind=HistoryKind.OPERATION, name="Blindedarm", began="1998"),
    HistoryItem(kind=HistoryKind.FAMILY, name="Coeliakie", relation="zus", relative_age=0),
    OMEPRAZOLE,
    Medicine(taken=Taken.SUPPLEMENT, name="Vitamine D", dose="800", dose_unit="IE"),
    Allergy(name="Noten", words="jeuk", reaction=Reaction.INTOLERANCE),
    PriorTest(name="Coloscopie", place="ziekenhuis", began="2016"),
    TriedBefore(name="Glutenvrij", began="2019", ended="2020", effect=0, stop_note="hielp niet"),
]


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    anna = Client(
        client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id,
        birth_date=date(1980, 6, 1),
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(anna)))


def add(desk, client, told):
    return desk.do(history.add_told, client.id, told)


def sheet(desk, client):
    return desk.do(history.open_history, client.id)


def call(desk, client, **said):
    def put(work):
        request = work.store.add(AdviceRequest(client_id=client.id, external_key=work.new_id()))
        work.store.add(AdviceCall(
            request_id=request.id, client_id=client.id, practitioner_id=work.user.id, started_at=work.now(), **said
        ))  # fmt: skip

    desk.do(once(put))


def test_every_list_keeps_what_is_told_in_its_order(desk, client, clinic):
    made = [add(desk, client, told) for told in EVERY]
    second = add(desk, client, HistoryItem(name="Astma"))
    found = sheet(desk, client)
    assert [topic_of(one) for one in made] == list(HistoryTopic)
    assert all(found.of(topic)[0] == one for topic, one in zip(HistoryTopic, made, strict=True))
    assert found.of(HistoryTopic.DIAGNOSES) == (made[0], second) and second.position == 2
    assert made[-1].effect == 0 and made[2].relative_age == 0, "0 is a value"
    assert clinic.verified().ok


@pytest.mark.parametrize("told", EVERY, ids=lambda told: topic_of(told).value)
def test_what_was_taken_away_is_put_back_as_it_was(desk, client, clinic, told):
    made = add(desk, client, told)
    changed = desk.do(history.change_told, replace(made, name=f"{made.name} (nagevraagd)"))
    with pytest.raises(Conflict):
        desk.do(history.remove_told, made)
    assert desk.do(history.remove_told, changed) == changed and not sheet(desk, client).told
    assert desk.do(history.put_back_told, changed).name == changed.name
    [back] = sheet(desk, client).told
    assert (back.id, back.position) == (changed.id, changed.position)
    with pytest.raises(Conflict):
        desk.do(history.put_back_told, changed)
    assert clinic.verified().ok


@pytest.mark.parametrize(("told", "field"), [
    (HistoryItem(name="  "), "name"),
    (HistoryItem(kind=HistoryKind.FAMILY, name="Reuma"), "relation"),
    (HistoryItem(kind=HistoryKind.FAMILY, name="Reuma", relation="oma", relative_age=121), "relative_age"),
    (HistoryItem(name="Astma", began="gisteren"), "began"),
    (HistoryItem(name="Astma", began="2031"), "began"),
    (HistoryItem(name="Astma", began="2019", ended="a7"), "ended"),
    (replace(OMEPRAZOLE, stopped="2020-12"), "stopped"),
    (replace(OMEPRAZOLE, dose_unit=""), "dose"),
    (replace(OMEPRAZOLE, dose_unit="stuks"), "dose"),
    (replace(OMEPRAZOLE, dose=""), "dose"),
    (replace(OMEPRAZOLE, dose="veel"), "dose"),
    (replace(OMEPRAZOLE, name="BSN 111222333"), "name"),
    (TriedBefore(name="Rust", effect=3), "effect"),
    (PriorTest(name="Bloed", document_id="van-een-ander"), "document_id"),
    (Allergy(name="n" * 201), "name"),
])  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(desk, client, told, field):
    with pytest.raises(UserError) as refused:
        add(desk, client, told)
    assert refused.value.field == field and not sheet(desk, client).told


def test_what_is_said_to_be_a_test_may_have_its_document(desk, client):
    made = desk.do(documents.add_document, client.id, "uitslag.txt", b"normaal")
    found = add(desk, client, PriorTest(name="Bloed", document_id=made.id))
    assert sheet(desk, client).of(HistoryTopic.TESTS) == (found,) and sheet(desk, client).documents[0].id == made.id


def test_nothing_is_an_answer_with_a_day_until_something_is_told(desk, client, clinic):
    assert sheet(desk, client).nothing(HistoryTopic.ALLERGIES) is None, "not asked is not nothing"
    asked = desk.do(history.tell_nothing, client.id, HistoryTopic.ALLERGIES)
    assert desk.do(history.tell_nothing, client.id, "allergies") == asked == sheet(desk, client).nothing(HistoryTopic.ALLERGIES)
    clinic.clock.move(days=40)
    again = desk.do(history.tell_nothing, client.id, HistoryTopic.ALLERGIES)
    assert sheet(desk, client).nothing(HistoryTopic.ALLERGIES) == again != asked
    desk.do(history.untell_nothing, again.id)
    assert sheet(desk, client).nothing(HistoryTopic.ALLERGIES) == asked
    nuts = add(desk, client, Allergy(name="Noten"))
    assert sheet(desk, client).nothing(HistoryTopic.ALLERGIES) is None
    with pytest.raises(Conflict):
        desk.do(history.tell_nothing, client.id, HistoryTopic.ALLERGIES)
    desk.do(history.change_told, replace(nuts, ended="2026"))
    assert desk.do(history.tell_nothing, client.id, HistoryTopic.ALLERGIES).asked_on == clinic.clock().date()
    assert clinic.verified().ok


def cautions(desk, client):
    return desk.do(plans.open_plan, client.id).cautions


@pytest.fixture
def plan(desk, client):
    return desk.do(plans.create_plan, client.id, desk.do(plans.plan_templates)[0].code, "nl").plan


def test_medication_of_the_history_and_of_a_later_call_ask_for_a_contra_check(desk, client, plan, clinic):
    assert not cautions(desk, client)
    call(desk, client, medication="bloedverdunner")
    assert cautions(desk, client).medication == "bloedverdunner"
    clinic.clock.move(days=1)
    made = add(desk, client, OMEPRAZOLE)
    assert cautions(desk, client).medication == "Omeprazol", "what was written down since is what holds"
    add(desk, client, Medicine(taken=Taken.SUPPLEMENT, name="Vitamine D"))
    assert cautions(desk, client).medication == "Omeprazol"
    clinic.clock.move(days=1)
    call(desk, client, medication="ook prednison")
    assert cautions(desk, client).medication == "Omeprazol, ook prednison"
    clinic.clock.move(days=1)
    desk.do(history.change_told, replace(made, stopped="2026"))
    assert cautions(desk, client).medication == "ook prednison", "a later call is not forgotten because something else was stopped"
    desk.do(history.tell_nothing, client.id, HistoryTopic.MEDICATION)
    assert not cautions(desk, client)


def test_a_call_that_says_none_is_no_medication_and_tests_told_in_it_are_shown(desk, client):
    call(desk, client, medication="geen.", prior_tests="bloed, normaal", treated_by="MDL-arts")
    assert sheet(desk, client).called == {HistoryTopic.DIAGNOSES: "MDL-arts", HistoryTopic.TESTS: "bloed, normaal"}


def test_a_colleague_needs_a_reason_and_the_summary_stays_closed_without_asking(clinic, desk, client):
    made = add(desk, client, OMEPRAZOLE)
    other = clinic.as_("collega")
    asked = desk.do(history.tell_nothing, client.id, HistoryTopic.TRIED)
    for steps in (
        (history.open_history, client.id), (history.add_told, client.id, OMEPRAZOLE), (history.change_told, replace(made, name="x")),
        (history.remove_told, made), (history.put_back_told, made), (history.tell_nothing, client.id, HistoryTopic.FAMILY),
        (history.untell_nothing, asked.id),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            other.do(*steps)
    assert other.do(history.summary, client.id) == history.HistorySheet(closed=True)
    assert other.do(history.open_history, client.id, reason="waarneming").told == desk.do(history.summary, client.id).told == (made,)


@pytest.mark.parametrize(("typed", "amount"), [
    ("20 mg", ("20", "mg")), ("20 mg 2x", None), ("1,5ml", ("1.5", "ml")), ("400 iu", ("400", "IE")), ("100 mcg", ("100", "µg")),
    ("2 capsules", ("2", "capsule")),
    ("1 Tablet", ("1", "tablet")), ("0,250 g.", ("0.25", "g")), (" ", ("", "")),
    ("20", None), ("mg", None), ("20 stuks", None), ("0 mg", None), ("1,2,3 mg", None),
])  # fmt: skip
def test_a_dose_is_typed_with_its_unit(typed, amount):
    assert parse_amount(typed) == amount


@given(st.integers(1, 9_999_999), st.integers(0, 999), st.sampled_from(MEDICINE_UNITS))
def test_whatever_dose_is_shown_is_read_back(whole, thousandths, unit):
    dose, read = parse_amount(f"{whole},{thousandths:03} {unit}")
    assert read == unit and parse_amount(f"{dose} {unit}") == (dose, unit) and float(dose) == whole + thousandths / 1000


def test_a_blank_of_every_list_stands_in_that_list():
    assert [topic_of(blank_of(topic)) for topic in HistoryTopic] == list(HistoryTopic)


@given(st.integers(1950, 2020), st.integers(1950, 2020))
def test_years_are_in_order_when_they_may_be(first, last):
    assert in_order(str(first), str(last)) == (first <= last) and in_order("", str(last)) and in_order(str(first), "")
