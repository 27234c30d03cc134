"""Contact log, households, tags at the door: who may, what is refused, what is shown, what merging does with them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.contacts import ContactMoment, ContactPoint, ContactWay
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.family import HouseholdMember, HouseholdRole
from nmx_desk.domain.referrals import Referral, SentHow
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult
from nmx_desk.services import agenda, client_tags, clients, confirmations, contact_log, contact_points, households, log, requests
from tests.clinic import MONDAY
from tests.unit.test_merging import add, find, merge, undo

CALL = ContactMoment(way=ContactWay.PHONE, incoming=True, text="Belt morgen terug over de afspraak")


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


def made(desk, name, **facts):
    about = {"surname": "Meer", "phone": "0612345678", "postcode": "1234AB", "house_no": "5", "birth_date": date(1980, 5, 1)} | facts
    return desk.do(clients.create_client, Client(first_name=name, **about))


# -- the contact log ---------------------------------------------------------------------------------------------------------------------


def test_a_contact_is_written_down_with_who_when_and_how(clinic, desk):
    sanne = made(desk, "Sanne")
    desk.do(contact_log.add_contact_moment, sanne.id, replace(CALL, who=" haar  moeder "))
    earlier = replace(CALL, at=MONDAY - timedelta(days=2), way=ContactWay.LETTER, incoming=False, text="Folder gestuurd")
    desk.do(contact_log.add_contact_moment, sanne.id, earlier)
    first, second = desk.do(contact_log.contact_log, sanne.id)
    assert (first.text, first.who, first.by, first.incoming) == (CALL.text, "haar moeder", "R. Demo", True)
    assert (second.way, second.at, second.may_correct, second.may_remove) == (ContactWay.LETTER, MONDAY - timedelta(days=2), True, True)
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("moment", "field"),
    [(replace(CALL, text="  "), "text"), (replace(CALL, text="bsn 111222333"), "text"), (replace(CALL, who="111222333"), "who"),
     (replace(CALL, text="x" * 1001), "text"), (replace(CALL, at=MONDAY + timedelta(days=1)), "at")],
)  # fmt: skip
def test_what_cannot_be_written_down(desk, moment, field):
    sanne = made(desk, "Sanne")
    with pytest.raises(UserError) as refused:
        desk.do(contact_log.add_contact_moment, sanne.id, moment)
    assert refused.value.field == field and desk.do(contact_log.contact_log, sanne.id) == ()


def test_only_the_author_and_a_manager_correct_and_only_the_author_takes_out(clinic, desk):
    sanne = made(desk, "Sanne")
    moment = desk.do(contact_log.add_contact_moment, sanne.id, CALL)
    colleague, boss = clinic.as_("collega"), clinic.as_("manager")
    with pytest.raises(NotAllowed):
        colleague.do(contact_log.correct_contact_moment, replace(moment, text="anders"))
    with pytest.raises(NotAllowed):
        colleague.do(contact_log.remove_contact_moment, moment.id)
    with pytest.raises(NotAllowed):
        boss.do(contact_log.remove_contact_moment, moment.id)
    mended = desk.do(contact_log.correct_contact_moment, replace(moment, text="Belt dinsdag terug"))
    with pytest.raises(Conflict):
        desk.do(contact_log.correct_contact_moment, replace(moment, text="van een verouderd scherm"))
    boss.do(contact_log.correct_contact_moment, replace(mended, text="Belt woensdag terug"))
    assert [line.text for line in desk.do(contact_log.contact_log, sanne.id)] == ["Belt woensdag terug"]
    gone = desk.do(contact_log.remove_contact_moment, moment.id)
    assert desk.do(contact_log.contact_log, sanne.id) == ()
    desk.do(contact_log.add_contact_moment, sanne.id, gone)  # undo
    assert [line.at for line in desk.do(contact_log.contact_log, sanne.id)] == [moment.at]
    changes = [row for row in boss.do(log.list_log, log.LogFilter(client=sanne.id, limit=50)) if row.obj_type == "contact_moment"]
    assert {row.code for row in changes} >= {"CREATE", "CHANGE", "DELETE"}


def test_call_attempts_and_letters_stand_among_the_contacts(clinic, desk):
    sanne = made(desk, "Sanne")
    asked = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Meer", phone="0612345678", birth_date=date(1980, 5, 1)))
    desk.do(requests.link_client, asked.id, sanne.id)
    desk.do(requests.log_attempt, asked.id, AttemptResult.VOICEMAIL, "ingesproken")
    about = {"client_id": sanne.id, "to_name": "Huisarts A", "reason": "bloed", "body": "geheim"}
    sent = Referral(**about, sent_how=SentHow.POST, sent_on=date(2026, 9, 1))
    clinic.as_("behandelaar").do(add, sent, replace(sent, sent_how=SentHow.NOT_YET, sent_on=None))
    call, letter = desk.do(contact_log.contact_log, sanne.id)
    assert (call.result, call.text, call.moment, call.by) == (AttemptResult.VOICEMAIL, "ingesproken", None, "R. Demo")
    assert (letter.way, letter.who, letter.text, letter.day_only) == (ContactWay.LETTER, "Huisarts A", "", True)


def test_a_confirmation_that_was_made_stands_among_the_contacts(clinic, desk):
    sanne = made(desk, "Sanne")
    offer = desk.do(agenda.next_free, "intake")[0]
    booked = desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=sanne.id)
    desk.do(confirmations.confirm_appointment, booked.id)
    (line,) = desk.do(contact_log.contact_log, sanne.id)
    assert (line.text, line.by, line.moment) == ("Confirmation of an appointment", "R. Demo", None)


def test_the_administrator_reads_and_writes_no_contacts(clinic, desk):
    sanne = made(desk, "Sanne")
    for case, arguments in ((contact_log.contact_log, ()), (contact_log.add_contact_moment, (CALL,))):
        with pytest.raises(NotAllowed):
            clinic.as_("beheerder").do(case, sanne.id, *arguments)


# -- households --------------------------------------------------------------------------------------------------------------------------


def mates(desk, client):
    return [[(mate.name, mate.age, mate.role) for mate in home.others] for home in desk.do(clients.open_client, client.id).households]


def test_two_are_linked_shown_and_unlinked(clinic, desk):
    sanne, tess = made(desk, "Sanne"), made(desk, "Tess", birth_date=date(2015, 3, 1))
    assert [item.name for item in desk.do(households.household_suggestions, sanne.id)] == ["Tess Meer"]
    desk.do(households.link_household, sanne.id, tess.id)
    assert mates(desk, sanne) == [[("Tess Meer", 11, HouseholdRole.CHILD)]]
    assert mates(desk, tess) == [[("Sanne Meer", 46, HouseholdRole.ADULT)]]
    assert desk.do(households.household_suggestions, sanne.id) == ()
    looks = clinic.as_("manager").do(log.list_log, log.LogFilter(client=tess.id, codes=("VIEW",)))
    assert any(row.obj_type == "household_member" for row in looks)
    with pytest.raises(Conflict):
        desk.do(households.link_household, tess.id, sanne.id)
    [home] = desk.do(clients.open_client, sanne.id).households
    desk.do(households.set_household_role, home.others[0].member_id, "other")
    assert mates(desk, sanne) == [[("Tess Meer", 11, HouseholdRole.OTHER)]]
    gone = desk.do(households.unlink_household, home.member_id)
    assert len(gone) == 2 and mates(desk, sanne) == mates(desk, tess) == []
    desk.do(households.put_back_household, gone)
    assert mates(desk, tess) == [[("Sanne Meer", 46, HouseholdRole.ADULT)]]
    assert clinic.verified().ok


def test_a_child_lives_in_two_homes_and_an_adult_in_one(desk):
    mother, father, child = made(desk, "Moeder"), made(desk, "Vader"), made(desk, "Kind", birth_date=date(2016, 1, 1))
    partner = made(desk, "Partner")
    desk.do(households.link_household, mother.id, child.id)
    desk.do(households.link_household, father.id, partner.id)
    with pytest.raises(Conflict):
        desk.do(households.link_household, mother.id, father.id)
    desk.do(households.link_household, child.id, father.id)
    assert [len(home) for home in mates(desk, child)] == [1, 2]
    assert [name for name, _age, _role in mates(desk, father)[0]] == ["Partner Meer", "Kind Meer"]
    third = made(desk, "Derde")
    desk.do(households.link_household, third.id, made(desk, "Vierde").id)
    with pytest.raises(Conflict):
        desk.do(households.link_household, child.id, third.id)


def test_who_has_nobody_joins_the_home_of_the_other(desk):
    one, other, third = made(desk, "Een"), made(desk, "Twee"), made(desk, "Drie")
    assert desk.do(households.link_household, one.id, other.id) == desk.do(households.link_household, third.id, one.id)
    assert len(mates(desk, third)[0]) == 2
    with pytest.raises(UserError):
        desk.do(households.link_household, one.id, one.id)


def test_a_suggestion_needs_the_same_address_and_any_number(desk):
    sanne = made(desk, "Sanne")
    made(desk, "Elders", house_no="6")
    made(desk, "Toevoeging", house_suffix="a")
    made(desk, "Anders", phone="0687654321")
    listed = made(desk, "Lijst", phone="0611111111")
    before = desk.do(contact_points.contact_points, listed.id)
    desk.do(contact_points.save_contact_points, listed.id, [*before, ContactPoint(value="0622222222"), ContactPoint(value="0612345678")])
    assert [item.name for item in desk.do(households.household_suggestions, sanne.id)] == ["Lijst Meer"]
    assert [item.name for item in desk.do(households.household_suggestions, listed.id)] == ["Sanne Meer"]


def test_a_merge_keeps_the_household_and_taking_apart_gives_it_back(clinic, desk):
    sanne, double, tess = made(desk, "Sanne"), made(desk, "S.", phone="0687654321"), made(desk, "Tess")
    desk.do(households.link_household, double.id, tess.id)
    merged = merge(clinic, sanne, double)
    assert mates(desk, sanne) == [[("Tess Meer", 46, HouseholdRole.ADULT)]]
    undo(clinic, merged)
    assert mates(desk, sanne) == [] and [name for name, _age, _role in mates(desk, double)[0]] == ["Tess Meer"]
    desk.do(households.link_household, sanne.id, tess.id)
    merge(clinic, sanne, double)  # both were in it: one place is shown
    assert mates(desk, sanne) == [[("Tess Meer", 46, HouseholdRole.ADULT)]]
    [home] = desk.do(clients.open_client, sanne.id).households
    desk.do(households.unlink_household, home.member_id)
    assert desk.do(find, HouseholdMember) == []


# -- tags --------------------------------------------------------------------------------------------------------------------------------


def test_tags_are_added_kept_in_one_spelling_and_taken_away(clinic, desk):
    sanne, tess = made(desk, "Sanne"), made(desk, "Tess")
    desk.do(client_tags.add_tag, sanne.id, "  Nieuwsbrief ")
    desk.do(client_tags.add_tag, tess.id, "nieuwsbrief")
    desk.do(client_tags.add_tag, sanne.id, "VIP")
    assert desk.do(client_tags.list_tags) == ("Nieuwsbrief", "VIP")
    assert desk.do(clients.open_client, sanne.id).tags == ("Nieuwsbrief", "VIP")
    desk.do(client_tags.remove_tag, sanne.id, "VIP")
    assert desk.do(client_tags.list_tags) == ("Nieuwsbrief",)
    for wrong in ("", "x" * 31, "111222333"):
        with pytest.raises(UserError):
            desk.do(client_tags.add_tag, sanne.id, wrong)
    assert clinic.verified().ok


def test_the_list_shows_who_has_a_tag_a_piece_at_a_time(desk):
    for number in range(7):
        who = made(desk, f"Naam{number}", surname=f"Proef{number}", phone=f"060000000{number}")
        if number % 2 == 0:
            desk.do(client_tags.add_tag, who.id, "even")
    first = desk.do(clients.list_clients, "", 2, tag="even")
    assert [row.client.surname for row in first.rows] == ["Proef0", "Proef2"]
    rest = desk.do(clients.list_clients, "", 2, first.after, tag="even")
    assert ([row.client.surname for row in rest.rows], rest.after) == (["Proef4", "Proef6"], "")
    assert [row.client.surname for row in desk.do(clients.list_clients, "proef4", tag="even").rows] == ["Proef4"]
    assert not desk.do(clients.list_clients, "proef3", tag="even").rows
