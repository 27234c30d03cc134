"""Who may decide for a client, at the door: written down, changed, ended, and what that stands in the way of at each age."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nmx_desk.domain.agenda import AppointmentStatus
from nmx_desk.domain.clients import Alert, Client
from nmx_desk.domain.consults import Answer, CallOutcome, RedFlagAnswer
from nmx_desk.domain.contacts import ContactLabel
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.family import Agreement, Authority, Relation, Representative
from nmx_desk.domain.plans import PlanStatus
from nmx_desk.domain.privacy import PrivacyKind
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.services import (
    agenda,
    calls,
    clients,
    contact_points,
    documents,
    merging,
    plans,
    privacy,
    proposals,
    representatives,
    requests,
    today,
)
from tests.clinic import once

TODAY = date(2026, 9, 14)
TEN, THIRTEEN = date(2016, 1, 1), date(2013, 1, 1)
SIXTEEN_TOMORROW = date(2010, 9, 15)
BSN = "111222333"
ELS = Representative(first_name="Els", surname="Bakker", authority=Authority.YES, phone="0600111222")
JAN = Representative(first_name="Jan", surname="Kok", authority=Authority.YES)


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


def child(desk, born=TEN, **fields):
    made = Client(first_name="Lisa", surname="Bakker", phone="0600111222", birth_date=born)
    return desk.do(clients.create_client, replace(made, **fields))


def add(desk, client, person=ELS, **fields):
    return desk.do(representatives.add_representative, client.id, replace(person, **fields))


def sheet(desk, client):
    return desk.do(representatives.representatives_of, client.id)


def book(desk, client, kind="intake", day=None):
    after = None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    offer = desk.do(agenda.next_free, kind, after=after)[0]
    return desk.do(agenda.book, kind, offer.practitioner_id, offer.starts_at, client_id=client.id)


def refused(act, *words):
    with pytest.raises(UserError) as found:
        act()
    assert all(word in found.value.message for word in words), found.value.message
    return found.value.field


# -- writing down ------------------------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_tidied_and_nothing_is_ever_taken_away(clinic, desk):
    client = child(desk)
    made = add(desk, client, first_name="  Els ", phone="06-00111222", email="Els@Example.ORG", note=" gescheiden  ")
    assert (made.first_name, made.phone, made.email, made.note) == ("Els", "+31600111222", "els@example.org", "gescheiden")
    ended = desk.do(representatives.change_representative, replace(made, ends_on=TODAY, authority=Authority.NO))
    found = sheet(desk, client)
    assert found.people == (ended,) and found.acting == frozenset()
    assert clinic.verified().ok


def test_agreeing_has_a_day_and_asking_again_has_none(desk):
    client = child(desk)
    made = add(desk, client, agreement=Agreement.GIVEN)
    assert made.agreed_on == TODAY
    earlier = desk.do(representatives.change_representative, replace(made, agreed_on=TODAY - timedelta(days=9)))
    assert earlier.agreed_on == TODAY - timedelta(days=9)
    turned = desk.do(representatives.change_representative, replace(earlier, agreement=Agreement.REFUSED))
    assert turned.agreed_on == TODAY
    blank = desk.do(representatives.change_representative, replace(turned, agreement=Agreement.NOT_ASKED))
    assert blank.agreed_on is None


@pytest.mark.parametrize(("fields", "field"), [
    ({"first_name": " ", "surname": ""}, "surname"), ({"note": f"bsn {BSN}"}, "note"), ({"surname": BSN}, "surname"),
    ({"phone": BSN}, "phone"), ({"email": f"{BSN}@example.org"}, "email"), ({"phone": "12"}, "phone"),
    ({"email": "els@"}, "email"), ({"note": "x" * 301}, "note"),
    ({"agreement": Agreement.GIVEN, "agreed_on": TODAY + timedelta(days=1)}, "agreed_on"), ({"document_id": "niets"}, "document_id"),
])  # fmt: skip
def test_what_cannot_be(desk, fields, field):
    client = child(desk)
    assert refused(lambda: add(desk, client, **fields)) == field
    assert sheet(desk, client).people == ()


def test_at_most_two_parents_at_a_time_and_others_beside_them(desk):
    client = child(desk)
    first = add(desk, client)
    add(desk, client, JAN)
    assert refused(lambda: add(desk, client, first_name="Piet"), "Two parents") == "relation"
    guardian = add(desk, client, first_name="Piet", relation=Relation.GUARDIAN)
    assert refused(lambda: desk.do(representatives.change_representative, replace(guardian, relation=Relation.PARENT))) == "relation"
    desk.do(representatives.change_representative, replace(first, ends_on=TODAY))
    add(desk, client, first_name="Piet")
    assert len(sheet(desk, client).people) == 4


def test_a_document_of_the_own_file_is_the_proof(clinic, desk):
    care = clinic.as_("behandelaar")
    client, other = (child(desk, phone=phone, practitioner_id=care.user.id) for phone in ("0600999777", "0600999888"))
    mine = care.do(documents.add_document, client.id, "gezag.txt", b"Uittreksel gezagsregister")
    theirs = care.do(documents.add_document, other.id, "ander.txt", b"Iets anders")
    assert add(desk, client, document_id=mine.id).document_id == mine.id
    assert refused(lambda: add(desk, client, JAN, document_id=theirs.id)) == "document_id"
    assert sheet(desk, client).documents == ()  # the reception does not see what documents there are
    assert [row.name for row in sheet(care, client).documents] == ["gezag.txt"]


def test_who_was_slower_is_told_and_an_admin_has_no_business_here(clinic, desk):
    client = child(desk)
    made = add(desk, client)
    desk.do(representatives.change_representative, replace(made, note="een"))
    with pytest.raises(Conflict):
        desk.do(representatives.change_representative, replace(made, note="twee"))
    admin = clinic.as_("beheerder")
    for act in (lambda: sheet(admin, client), lambda: add(admin, client), lambda: admin.do(representatives.change_representative, made)):
        with pytest.raises(NotAllowed):
            act()


# -- authority unknown -------------------------------------------------------------------------------------------------------------------


def test_nobody_written_down_stops_an_intake_but_not_a_call(desk):
    client = child(desk)
    assert refused(lambda: book(desk, client), "Nobody with authority", "Lisa (10)") == "who"
    assert book(desk, client, "advice_call").status is AppointmentStatus.CONFIRMED
    assert book(desk, client, "follow_up").status is AppointmentStatus.CONFIRMED
    add(desk, client)
    assert book(desk, client).status is AppointmentStatus.CONFIRMED


@pytest.mark.parametrize("born", [TEN, THIRTEEN])
def test_one_parent_of_unknown_authority_stops_an_intake(desk, born):
    client = child(desk, born)
    add(desk, client)
    jan = add(desk, client, JAN, authority=Authority.UNKNOWN)
    assert refused(lambda: book(desk, client), "Jan Kok", "unknown") == "who"
    found = sheet(desk, client)
    assert len(found.problems) == 1 and "Jan Kok" in found.problems[0]
    assert Alert.NO_AUTHORITY in desk.do(clients.open_client, client.id).alerts
    desk.do(representatives.change_representative, replace(jan, authority=Authority.NO))
    assert book(desk, client) and Alert.NO_AUTHORITY not in desk.do(clients.open_client, client.id).alerts


def test_the_age_on_the_day_of_the_appointment_counts(desk):
    client = child(desk, TODAY.replace(year=2010) + timedelta(days=20))  # sixteen in twenty days
    assert refused(lambda: book(desk, client), "(15)") == "who"
    assert book(desk, client, day=TODAY + timedelta(days=20)).status is AppointmentStatus.CONFIRMED


def test_an_intake_is_not_moved_back_before_the_birthday(desk):
    client = child(desk, TODAY.replace(year=2010) + timedelta(days=20))
    made = book(desk, client, day=TODAY + timedelta(days=20))
    early = desk.do(agenda.next_free, "intake")[0]
    assert refused(lambda: desk.do(agenda.move, made.id, early.starts_at, early.practitioner_id), "Nobody") == "who"


def test_who_turns_out_to_be_a_child_is_not_checked_in(clinic, desk):
    client = child(desk, None)
    made = book(desk, client)
    desk.do(clients.change_client, replace(desk.do(clients.open_client, client.id).client, birth_date=TEN))
    clinic.clock.moment = made.starts_at
    for step in (agenda.check_in, agenda.start):
        assert refused(lambda step=step: desk.do(step, made.id), "Nobody") == "who"
    add(desk, client)
    assert desk.do(agenda.check_in, made.id).status is AppointmentStatus.ARRIVED
    assert desk.do(agenda.start, made.id).status is AppointmentStatus.IN_ROOM


def test_a_request_of_a_child_that_is_no_client_yet_is_not_a_way_around(desk):
    asked = desk.do(requests.new_request, NewRequest(first_name="Lisa", surname="Bakker", phone="0600111222", birth_date=TEN))
    offer = desk.do(agenda.next_free, "intake")[0]
    act = lambda: desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, request_id=asked.id)  # noqa: E731
    assert refused(act, "Nobody", "(10)") == "who"


def test_a_call_ends_with_an_intake_only_when_the_authority_is_known(clinic, desk):
    asked = desk.do(requests.new_request, NewRequest(first_name="Lisa", surname="Bakker", phone="0600111222", birth_date=TEN))
    care = clinic.as_("behandelaar")
    offer = desk.do(agenda.next_free, "advice_call", practitioner_id=care.user.id)[0]
    desk.do(requests.book_call, asked.id, offer)
    clinic.clock.moment = offer.starts_at
    called = care.do(calls.open_call, asked.id)
    answers = [RedFlagAnswer(code=question.code, answer=Answer.NO) for question in called.questions]
    called = care.do(calls.save_call, replace(called.call, file_agreed=True), answers, [])
    intake = care.do(agenda.next_free, "intake", practitioner_id=care.user.id)[0]
    act = lambda: care.do(calls.complete_call, called.call.id, CallOutcome.INTAKE_BOOKED, intake=intake)  # noqa: E731
    assert refused(act, "Nobody") == "who"
    add(care, called.client)
    assert act().call.outcome is CallOutcome.INTAKE_BOOKED


def test_it_is_said_before_it_is_tried(desk):
    client = child(desk)
    assert "Nobody" in desk.do(representatives.what_hinders, client.id, "intake")
    assert desk.do(representatives.what_hinders, client.id, "advice_call") == ""
    assert desk.do(representatives.what_hinders, client.id, "intake", TODAY + timedelta(days=3000)) == ""


# -- a parent who refuses ----------------------------------------------------------------------------------------------------------------


def test_a_refusing_parent_stops_intake_and_follow_up_but_not_a_call(desk):
    client = child(desk)
    add(desk, client)
    jan = add(desk, client, JAN, agreement=Agreement.REFUSED)
    for kind in ("intake", "follow_up"):
        assert refused(lambda kind=kind: book(desk, client, kind), "Jan Kok refuses", "manager") == "who"
    assert book(desk, client, "advice_call")
    assert Alert.REFUSED in desk.do(clients.open_client, client.id).alerts
    assert Alert.REFUSED in desk.do(clients.list_clients, "bakker").rows[0].alerts
    desk.do(representatives.change_representative, replace(jan, authority=Authority.NO))
    assert book(desk, client)


def own_plan(clinic, client, *, active=True):
    care = clinic.as_("behandelaar")
    plan = care.do(plans.create_plan, client.id, care.do(plans.plan_templates)[0].code, "nl").plan
    checked = care.do(plans.open_plan, client.id)
    items = [replace(item, contra_checked=True) for item in checked.items]
    care.do(plans.save_version, checked.version, checked.phases, items)
    care.do(plans.discuss, plan.id)
    return care.do(plans.activate, plan.id).plan if active else plan


def test_a_refusing_parent_stops_a_new_plan_and_leaves_the_active_one(clinic, desk):
    client, care = child(desk), clinic.as_("behandelaar")
    els = add(desk, client)
    plan = own_plan(clinic, client)
    desk.do(representatives.change_representative, replace(els, agreement=Agreement.REFUSED))
    found = care.do(plans.open_plan, client.id)
    assert found.plan.status is PlanStatus.ACTIVE
    care.do(plans.new_version, plan.id, "na de evaluatie")
    care.do(plans.discuss, plan.id)
    refused(lambda: care.do(plans.activate, plan.id), "Els Bakker refuses")
    assert care.do(plans.open_plan, client.id).plan.status is PlanStatus.ACTIVE


def test_only_the_manager_goes_on_with_a_reason_until_the_parent_says_something_else(clinic, desk):
    client, care, boss = child(desk), clinic.as_("behandelaar"), clinic.as_("manager")
    els = add(desk, client, agreement=Agreement.REFUSED)
    plan = own_plan(clinic, client, active=False)
    for other in (desk, care, clinic.as_("beheerder")):
        with pytest.raises(NotAllowed):
            other.do(representatives.go_on_despite, els.id, reason="de rechter vindt het goed")
    for reason in ("", "zo maar", f"volgens bsn {BSN}"):
        with pytest.raises(UserError):
            boss.do(representatives.go_on_despite, els.id, reason=reason)
    decided = boss.do(representatives.go_on_despite, els.id, reason="de rechter vindt het goed")
    with pytest.raises(Conflict):
        boss.do(representatives.go_on_despite, els.id, reason="de rechter vindt het goed")
    found = sheet(desk, client)
    assert found.problems == () and found.decisions == ("Els Bakker refuses; M. Demo decided to go on: de rechter vindt het goed",)
    assert Alert.REFUSED in desk.do(clients.open_client, client.id).alerts  # it is still so
    assert book(desk, client) and book(desk, client, "follow_up")
    assert care.do(plans.activate, plan.id).plan.status is PlanStatus.ACTIVE
    desk.do(representatives.change_representative, replace(decided, note="belt nog terug"))
    assert sheet(desk, client).problems == ()
    kept = sheet(desk, client).people[0]
    desk.do(representatives.change_representative, replace(kept, agreed_on=TODAY - timedelta(days=1)))
    assert sheet(desk, client).decisions == ()
    refused(lambda: book(desk, client, "follow_up"), "Els Bakker refuses")
    assert clinic.verified().ok


# -- the boy who turns sixteen -----------------------------------------------------------------------------------------------------------


def test_a_boy_turns_sixteen_with_an_active_plan(clinic, desk):
    client, care = child(desk, SIXTEEN_TOMORROW, first_name="Daan", email="els@example.org"), clinic.as_("behandelaar")
    add(desk, client)
    jan = add(desk, client, JAN)
    plan = own_plan(clinic, client)
    desk.do(representatives.change_representative, replace(jan, agreement=Agreement.REFUSED))
    before = sheet(desk, client)
    assert "Daan is 15" in before.rule and len(before.acting) == 2 and before.problems
    assert before.sixteen.startswith("Becomes 16 on Tuesday 15 September 2026")
    assert "Jan Kok" in desk.do(representatives.what_hinders, client.id, "follow_up")
    clinic.clock.move(days=1)  # the birthday
    at = sheet(desk, client)
    assert at.rule == "Daan decides alone." and at.acting == frozenset() and not at.problems
    assert len(at.people) == 2  # what was written down stays
    assert at.sixteen.startswith("Became 16 on")
    assert set(desk.do(clients.open_client, client.id).alerts) == set()
    care.do(plans.new_version, plan.id, "op eigen verzoek")
    care.do(plans.discuss, plan.id)
    assert care.do(plans.activate, plan.id).plan.status is PlanStatus.ACTIVE
    assert book(desk, client, "follow_up")
    clinic.clock.move(days=40)
    assert sheet(desk, client).sixteen == ""


def test_the_header_says_when_the_birthday_is_near(clinic, desk):
    client = child(desk, date(2010, 10, 14))  # fifteen years and eleven months today
    assert "14 October 2026" in desk.do(clients.open_client, client.id).sixteen
    younger = child(desk, date(2010, 10, 15), phone="0600111333")
    assert desk.do(clients.open_client, younger.id).sixteen == ""
    clinic.clock.move(days=1)
    assert "15 October 2026" in desk.do(clients.open_client, younger.id).sixteen


def test_at_sixteen_a_parents_phone_and_address_are_marked_and_get_no_mail(clinic, desk):
    client = child(desk, SIXTEEN_TOMORROW, email="els@example.org")
    add(desk, client, email="els@example.org")
    address = lambda: desk.do(once(lambda work: representatives.mail_address(work, client)))  # noqa: E731
    assert address() == "els@example.org" and "Of a parent" not in desk.do(clients.open_client, client.id).sixteen
    clinic.clock.move(days=1)
    assert desk.do(clients.open_client, client.id).sixteen.endswith(
        "Of a parent, so no calls or letters to it any more: 06 00 11 12 22, els@example.org."
    )
    assert address() == ""
    points = desk.do(contact_points.contact_points, client.id)
    own = [replace(points[0], value="0600777888", label=ContactLabel.MOBILE), replace(points[1], value="daan@example.org")]
    kept = replace(points[0], id="", value="0600777999", label=ContactLabel.PARENT)
    desk.do(contact_points.save_contact_points, client.id, [*own, kept])
    assert address() == "daan@example.org"
    assert desk.do(clients.open_client, client.id).sixteen.endswith("any more: 06 00 77 79 99.")


def test_mail_about_a_child_without_an_address_goes_to_who_has_authority(desk):
    client = child(desk)
    add(desk, client, JAN, email="jan@example.org", authority=Authority.NO)
    assert desk.do(once(lambda work: representatives.mail_address(work, client))) == ""
    add(desk, client, email="els@example.org")
    assert desk.do(once(lambda work: representatives.mail_address(work, client))) == "els@example.org"


# -- twins, nobody's e-mail --------------------------------------------------------------------------------------------------------------


def test_twins_on_one_phone_have_their_own_parents_written_down(desk):
    sem, saar = (child(desk, date(2015, 3, 3), first_name=name) for name in ("Sem", "Saar"))
    add(desk, sem)
    assert book(desk, sem)
    assert refused(lambda: book(desk, saar), "Saar (11)") == "who"
    add(desk, saar)
    assert book(desk, saar)
    assert [sheet(desk, one).people[0].client_id for one in (sem, saar)] == [sem.id, saar.id]


def test_a_client_without_an_e_mail_address_has_a_representative_without_one(desk):
    client = child(desk, email="")
    assert add(desk, client, email="").email == "" and book(desk, client)


# -- beside the client -------------------------------------------------------------------------------------------------------------------


def test_two_files_with_three_parents_are_not_one_child(clinic, desk):
    one, other = child(desk), child(desk)
    add(desk, one)
    add(desk, one, JAN)
    add(desk, other)  # the same mother
    piet = add(desk, other, first_name="Piet")
    found = desk.do(merging.preview_merge, one.id, other.id)
    assert any("more than two parents" in text for text in found.problems)
    with pytest.raises(Conflict):
        desk.do(merging.propose_merge, one.id, other.id, None, "dezelfde")
    desk.do(representatives.change_representative, replace(piet, ends_on=TODAY))
    asked = desk.do(merging.propose_merge, one.id, other.id, None, "dezelfde")
    clinic.as_("manager").do(proposals.approve_proposal, asked.id)
    assert len(sheet(desk, one).people) == 4 and len(sheet(desk, other).people) == 4  # the other's number leads to who stayed
    made = desk.do(merging.merges_of, one.id).merges[0]
    clinic.as_("manager").do(proposals.approve_proposal, desk.do(merging.propose_undo, made.id, "toch niet").id)
    assert (len(sheet(desk, one).people), len(sheet(desk, other).people)) == (2, 2)


def test_who_may_ask_for_the_file_follows_the_age(clinic, desk):
    client = child(desk, SIXTEEN_TOMORROW, first_name="Daan")
    made = desk.do(privacy.register_request, PrivacyKind.COPY, client.id)
    asked = lambda: desk.do(privacy.open_privacy_request, made.id).may_ask  # noqa: E731
    assert asked() == "May ask for the file: Daan Bakker."
    add(desk, client)
    add(desk, client, JAN, authority=Authority.UNKNOWN)
    assert asked() == "May ask for the file: Daan Bakker, Els Bakker."
    clinic.clock.move(days=1)
    assert asked() == "May ask for the file: Daan Bakker."
    small = child(desk, phone="0600111444")
    made = desk.do(privacy.register_request, PrivacyKind.COPY, small.id)
    assert "Nobody with authority over Lisa Bakker" in asked()
    add(desk, small)
    assert asked() == "May ask for the file: Els Bakker."


def test_the_day_names_who_becomes_sixteen(clinic, desk):
    daan = child(desk, SIXTEEN_TOMORROW, first_name="Daan", practitioner_id=clinic.as_("collega").user.id)
    child(desk, TEN, phone="0600111555")
    [line] = desk.do(today.today).desk.turning
    assert (line.client_id, line.name) == (daan.id, "Daan Bakker") and "Becomes 16 on Tuesday 15 September 2026" in line.words
    assert [one.client_id for one in clinic.as_("collega").do(today.today).mine.turning] == [daan.id]
    assert clinic.as_("behandelaar").do(today.today).mine.turning == ()
    clinic.clock.move(days=1)
    assert "Became 16" in desk.do(today.today).desk.turning[0].words
    clinic.clock.move(days=40)
    assert desk.do(today.today).desk.turning == ()
