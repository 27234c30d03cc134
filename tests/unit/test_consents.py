"""Consents at the door: given by who may, with the text that was shown, withdrawn as easily, and what of them stands at each age."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.code_lists import CONSENTS
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.family import Authority, Consent, ConsentPurpose, Relation, Representative, newsletter_wish
from nmx_desk.domain.people import CodeItem
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.services import calls, clients, code_lists, consents
from tests.clinic import once
from tests.lists import save_list

NEWS, GP = ConsentPurpose.NEWSLETTER, ConsentPurpose.DATA_TO_GP
TODAY = date(2026, 9, 14)
BSN = "111222333"


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


def client_of(desk, born=date(1980, 5, 1)):
    return desk.do(clients.create_client, Client(first_name="Lisa", surname="Bakker", phone="0600111222", birth_date=born))


def parent(desk, client, **fields):
    made = Representative(client_id=client.id, first_name="Els", surname="Bakker", authority=Authority.YES)
    return desk.do(once(lambda work: work.store.add(replace(made, **fields))))


def give(desk, client, purpose=GP, version=1, **more):
    return row(desk.do(consents.give_consent, client.id, purpose, version, **more), purpose)


def row(sheet, purpose=GP):
    return next(found for found in sheet.rows if found.purpose is purpose)


def stands(desk, client, purpose=GP):
    return desk.do(once(lambda work: consents.standing(work, client.id, purpose))) is not None


def test_nothing_is_agreed_to_before_it_is_given_and_every_purpose_is_there(desk):
    client = client_of(desk)
    sheet = desk.do(consents.consents_of, client.id)
    assert [one.purpose for one in sheet.rows] == list(ConsentPurpose)
    assert not any(one.stands or one.history for one in sheet.rows)
    assert all(one.text and one.text_version == 1 for one in sheet.rows)
    assert sheet.givers == (("", "Lisa Bakker"),)


def test_giving_keeps_the_text_the_moment_and_who_wrote_it_down(clinic, desk):
    client = client_of(desk)
    given = give(desk, client, evidence="formulier  in dossier")
    assert (given.stands, given.lacks, given.last.entered_by) == (True, "", "R. Demo")
    kept = given.last.consent
    assert (kept.given_by, kept.text_version, kept.evidence) == ("", 1, "formulier in dossier")
    assert kept.given_at.date() == TODAY and given.last.text == given.text
    assert stands(desk, client) and not stands(desk, client, NEWS)
    assert clinic.verified().ok


def test_withdrawing_is_one_step_and_what_was_given_stays_in_sight(desk):
    client = client_of(desk)
    give(desk, client)
    gone = row(desk.do(consents.withdraw_consent, client.id, GP, "per telefoon"))
    assert not gone.stands and not stands(desk, client)
    assert gone.last.consent.withdrawn_how == "per telefoon" and gone.last.consent.withdrawn_at.date() == TODAY
    again = give(desk, client)
    assert again.stands and len(again.history) == 2 and again.last.consent.withdrawn_at is None


def test_once_given_it_is_not_given_again_and_once_withdrawn_not_again(desk):
    client = client_of(desk)
    give(desk, client)
    with pytest.raises(Conflict):
        give(desk, client)
    desk.do(consents.withdraw_consent, client.id, GP)
    with pytest.raises(Conflict):
        desk.do(consents.withdraw_consent, client.id, GP)


def test_a_new_version_of_the_text_leaves_what_was_agreed_to(clinic, desk):
    client, boss = client_of(desk), clinic.as_("manager")
    give(desk, client)
    old = boss.do(code_lists.read_code_list, CONSENTS, 1)
    new = [replace(item, label_nl="Andere woorden.", label_en="Other words.") if item.code == GP else item for item in old]
    boss.do(save_list, CONSENTS, 1, new, reason="korter gemaakt")
    found = row(desk.do(consents.consents_of, client.id))
    assert found.stands and found.last.consent.text_version == 1
    assert found.last.text != found.text and found.text in {"Andere woorden.", "Other words."} and found.text_version == 2
    assert give(desk, client, NEWS, 2).last.consent.text_version == 2


def test_only_a_text_that_was_there_can_have_been_shown(clinic, desk):
    client, boss = client_of(desk), clinic.as_("manager")
    old = boss.do(code_lists.read_code_list, CONSENTS, 1)
    boss.do(save_list, CONSENTS, 1, old[::-1], reason="andere volgorde")
    for version, on in ((0, None), (3, None), (-1, None), (2, TODAY - timedelta(days=1))):
        with pytest.raises(UserError) as refused:
            give(desk, client, version=version, on=on)
        assert refused.value.field == "text_version"
    earlier = give(desk, client, version=1, on=TODAY - timedelta(days=400))
    assert earlier.last.consent.given_at.astimezone(desk.do(once(lambda work: work.zone))).date() == TODAY - timedelta(days=400)


def test_the_texts_are_changed_but_none_is_added_or_taken_away(clinic):
    boss = clinic.as_("manager")
    items = boss.do(code_lists.read_code_list, CONSENTS, 1)
    extra = CodeItem(label_nl="Nog iets", label_en="Something else")
    for wrong in (items[1:], [*items, extra]):
        with pytest.raises(UserError) as refused:
            boss.do(save_list, CONSENTS, 1, wrong, reason="proberen")
        assert refused.value.field == "items"
    long = [replace(items[0], label_nl="x" * 1000), *items[1:]]
    assert boss.do(save_list, CONSENTS, 1, long, reason="langer").current == 2


def test_a_clinic_that_is_older_than_the_texts_begins_with_those_of_the_program(clinic, desk):
    boss = clinic.as_("manager")

    def forget(work):
        for item in work.store.find(CodeItem, list_code=CONSENTS):
            work.store.remove(item)

    before = [item.label_nl for item in boss.do(code_lists.read_code_list, CONSENTS, 1)]
    boss.do(once(forget))
    assert [item.label_nl for item in boss.do(code_lists.read_code_list, CONSENTS, 1)] == before
    assert next(found for found in boss.do(code_lists.list_code_lists) if found.code == CONSENTS).current == 1
    assert give(desk, client_of(desk)).stands
    kept = boss.do(once(lambda work: work.store.find(CodeItem, list_code=CONSENTS)))
    assert len(kept) == len(ConsentPurpose)
    items = boss.do(code_lists.read_code_list, CONSENTS, 1)
    assert boss.do(save_list, CONSENTS, 1, items[::-1], reason="andere volgorde").current == 2


# -- by age ------------------------------------------------------------------------------------------------------------------------------


def test_before_twelve_a_parent_with_authority_agrees(desk):
    client = client_of(desk, date(2016, 1, 1))
    for wrong in ("", "Els Bakker"):
        with pytest.raises(UserError) as refused:
            give(desk, client, given_by=wrong)
        assert refused.value.field == "given_by"
    parent(desk, client)
    parent(desk, client, first_name="Jan", authority=Authority.UNKNOWN)
    parent(desk, client, first_name="Ab", ends_on=TODAY)
    assert desk.do(consents.consents_of, client.id).givers == (("Els Bakker", "Els Bakker"),)
    for wrong in ("Jan Bakker", "Ab Bakker", ""):
        with pytest.raises(UserError):
            give(desk, client, given_by=wrong)
    assert give(desk, client, given_by="Els Bakker").stands


def test_from_twelve_on_both_agree(desk):
    client = client_of(desk, date(2013, 1, 1))
    parent(desk, client)
    first = give(desk, client, given_by="Els Bakker")
    assert not first.stands and "Lisa" in first.lacks and not stands(desk, client)
    both = give(desk, client)
    assert both.stands and stands(desk, client) and len(both.history) == 2
    gone = row(desk.do(consents.withdraw_consent, client.id, GP))
    assert not gone.stands and all(line.consent.withdrawn_at for line in gone.history)


def test_the_twelfth_and_the_sixteenth_birthday(clinic, desk):
    client = client_of(desk, date(2014, 9, 15))  # twelve tomorrow
    parent(desk, client)
    assert give(desk, client, given_by="Els Bakker").stands
    clinic.clock.move(days=1)
    partly = row(desk.do(consents.consents_of, client.id))
    assert not partly.stands and "Lisa" in partly.lacks
    assert give(desk, client).stands
    clinic.clock.moment = clinic.clock.moment.replace(year=2030, month=9, day=14)
    assert stands(desk, client)
    clinic.clock.move(days=1)
    assert stands(desk, client)  # her own word stays
    lines = row(desk.do(consents.consents_of, client.id)).history
    assert [(line.consent.given_by, line.lapsed) for line in lines] == [("", False), ("Els Bakker", True)]


def test_at_sixteen_what_a_parent_said_alone_counts_no_more(clinic, desk):
    client = client_of(desk, date(2010, 9, 15))  # sixteen tomorrow
    parent(desk, client)
    give(desk, client, given_by="Els Bakker")
    clinic.clock.move(days=1)
    found = row(desk.do(consents.consents_of, client.id))
    assert not found.stands and found.last.lapsed
    with pytest.raises(UserError) as refused:
        give(desk, client, NEWS, given_by="Els Bakker")
    assert "16" in refused.value.message
    late = give(desk, client, NEWS, given_by="Els Bakker", on=TODAY)  # a paper of yesterday, found today
    assert not late.stands and late.last.lapsed
    assert give(desk, client).stands


def test_who_acts_for_an_adult_may_agree_when_authorised(desk):
    client = client_of(desk)
    parent(desk, client, relation=Relation.CURATOR)
    parent(desk, client, first_name="Jan", relation=Relation.PARENT)
    assert [name for name, _shown in desk.do(consents.consents_of, client.id).givers] == ["", "Els Bakker"]
    assert give(desk, client, given_by="Els Bakker").stands and stands(desk, client)


# -- what is refused ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "field"), [
    ({"evidence": f"bsn {BSN}"}, "evidence"), ({"evidence": "x" * 301}, "evidence"), ({"on": TODAY + timedelta(days=1)}, "on"),
    ({"given_by": "Iemand Anders"}, "given_by"),
])  # fmt: skip
def test_what_cannot_be(desk, more, field):
    with pytest.raises(UserError) as refused:
        give(desk, client_of(desk), **more)
    assert refused.value.field == field


def test_who_has_no_business_with_clients_sees_and_writes_none(clinic, desk):
    client, admin = client_of(desk), clinic.as_("beheerder")
    for case, args in ((consents.consents_of, ()), (consents.give_consent, (GP, 1)), (consents.withdraw_consent, (GP,))):
        with pytest.raises(NotAllowed):
            admin.do(case, client.id, *args)


def test_it_goes_with_the_file_and_is_in_the_log(clinic, desk):
    client = client_of(desk)
    give(desk, client)
    kept = desk.do(once(lambda work: work.store.find(Consent, client_id=client.id)))
    from nmx_desk.data import erasure

    rows = desk.do(once(lambda work: erasure.rows_of_file(work.store, client.id)))
    assert rows["consent"] == {kept[0].id}


# -- from the website's form ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cells", "wish"), [
    ({"Nieuwsbrief": "Ja"}, "Nieuwsbrief: Ja"), ({"Ik wil de nieuwsbrief": "1"}, "Ik wil de nieuwsbrief: 1"),
    ({"Newsletter": " checked "}, "Newsletter: checked"), ({"nieuwsbrief": "Ik wil graag"}, "nieuwsbrief: Ik wil graag"),
    ({"Nieuwsbrief": "Nee"}, ""), ({"Nieuwsbrief": ""}, ""), ({"Nieuwsbrief": "0"}, ""), ({"Nieuwsbrief": "Ik wil geen nieuwsbrief"}, ""),
    ({"Nieuwsbrief": "misschien"}, ""), ({"Privacy": "Ja"}, ""), ({"Akkoord met de voorwaarden": "1"}, ""), ({}, ""),
])  # fmt: skip
def test_what_a_form_says_of_the_newsletter(cells, wish):
    assert newsletter_wish(json.dumps(cells)) == wish


@pytest.mark.parametrize("raw", ["", "geen json", "[1, 2]", "3", '"Nieuwsbrief: ja"'])
def test_a_payload_that_is_no_form_says_nothing(raw):
    assert newsletter_wish(raw) == ""


def called(clinic, cells, **fields):
    """The client of a request with this form, made when the call begins."""
    asked = AdviceRequest(
        status=RequestStatus.BOOKED, first_name="Sanne", surname="Meer", phone="+31600112233", question="moe",
        raw_payload=json.dumps(cells), **fields,
    )  # fmt: skip
    received = clinic.clock() - timedelta(days=3)
    request = clinic.as_("receptie").do(once(lambda work: work.store.add(replace(asked, received_at=received)), "requests.change"))
    return clinic.as_("behandelaar").do(calls.open_call, request.id).client, received


def test_a_tick_in_the_form_comes_along_when_the_client_is_made(clinic, desk):
    client, received = called(clinic, {"Nieuwsbrief": "Ja, graag"})
    found = row(desk.do(consents.consents_of, client.id), NEWS)
    assert found.stands and found.last.consent.given_at == received
    assert (found.last.consent.text_version, found.last.consent.evidence) == (0, "Nieuwsbrief: Ja, graag")
    desk.do(consents.withdraw_consent, client.id, NEWS)
    assert not stands(desk, client, NEWS)


@pytest.mark.parametrize(("cells", "fields"), [
    ({"Nieuwsbrief": "Nee"}, {}), ({"Nieuwsbrief": f"ja {BSN}"}, {}), ({"Nieuwsbrief": "Ja"}, {"birth_date": date(2018, 1, 1)}),
])  # fmt: skip
def test_and_nothing_comes_along_when_not(clinic, desk, cells, fields):
    client, _received = called(clinic, cells, **fields)
    assert not row(desk.do(consents.consents_of, client.id), NEWS).history
