"""Phones and addresses of a client at the door: one truth with the client's own fields, through forms, merges, search and exports."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.contacts import ContactKind, ContactLabel, ContactPoint, label_for, own_values
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.services import client_export, clients, contact_points, merging, proposals, requests, search
from tests.unit.test_merging import find, merge, stored, undo

PHONE, EMAIL = ContactKind.PHONE, ContactKind.EMAIL


def point(value, label=ContactLabel.PRIVATE, **more):
    return ContactPoint(kind=EMAIL if "@" in value else PHONE, value=value, label=label, **more)


@pytest.mark.parametrize("number", ["+31612345678", "0612345678", "06 12 34 56 78", "+31 6 12345678"])
def test_a_dutch_mobile_number_is_labelled_so_however_it_was_typed(number):
    assert label_for(PHONE, number) is ContactLabel.MOBILE
    assert {label_for(PHONE, "+32470612345"), label_for(PHONE, "0201234567"), label_for(EMAIL, number)} == {ContactLabel.PRIVATE}


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def sanne(desk):
    return desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0612345678", email="Sanne@Example.org"))


def values(desk, client_id):
    return [item.value for item in desk.do(contact_points.contact_points, client_id)]


def own(clinic, client):
    now = stored(clinic, client)
    return now.phone, now.phone2, now.email


def test_a_client_without_a_list_has_what_the_form_says(clinic, desk, sanne):
    found = desk.do(contact_points.contact_points, sanne.id)
    assert [(item.value, item.label, item.id) for item in found] == [
        ("+31612345678", ContactLabel.MOBILE, ""), ("sanne@example.org", ContactLabel.PRIVATE, "")]  # fmt: skip
    assert desk.do(find, ContactPoint) == []


def test_the_first_of_the_list_are_the_clients_own(clinic, desk, sanne):
    before = desk.do(contact_points.contact_points, sanne.id)
    work = point("030 123 45 67", ContactLabel.WORK, note="tot vijf uur", no_voicemail=True)
    mother = point("+32 470 12 34 56", ContactLabel.PARENT)
    office = point("Werk@Example.org", ContactLabel.WORK, bounced_on=date(2026, 9, 1))
    saved = desk.do(contact_points.save_contact_points, sanne.id, [work, *before, mother, office], before)
    assert [item.value for item in saved] == ["+31301234567", "+31612345678", "+32470123456", "sanne@example.org", "werk@example.org"]
    assert [item.position for item in saved] == [0, 1, 2, 0, 1]
    assert own(clinic, sanne) == ("+31301234567", "+31612345678", "sanne@example.org")
    assert (saved[0].note, saved[0].no_voicemail, saved[-1].bounced_on) == ("tot vijf uur", True, date(2026, 9, 1))
    with pytest.raises(Conflict):
        desk.do(contact_points.save_contact_points, sanne.id, before, before)
    desk.do(contact_points.save_contact_points, sanne.id, saved[1:], saved)
    assert own(clinic, sanne) == ("+31612345678", "+32470123456", "sanne@example.org")
    desk.do(contact_points.save_contact_points, sanne.id, saved)  # undo
    assert values(desk, sanne.id) == [item.value for item in saved]
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("given", "field"),
    [([], "value"), ([point("12")], "value"), ([point("a@b")], "value"), ([point("0612345678"), point("+31612345678")], "value"),
     ([point("0612345678", note="bsn 111222333")], "note"), ([point("0612345678", note="x" * 200)], "note"), ([point(" ")], "value")],
)  # fmt: skip
def test_what_cannot_be_is_refused(desk, sanne, given, field):
    with pytest.raises(UserError) as refused:
        desk.do(contact_points.save_contact_points, sanne.id, given)
    assert refused.value.field == field
    assert values(desk, sanne.id) == ["+31612345678", "sanne@example.org"]


def test_a_belgian_number_without_its_country_is_read_as_one(desk):
    made = desk.do(clients.create_client, Client(surname="Peeters", phone="0470 12 34 56", country="BE"))
    assert made.phone == "+32470123456"
    saved = desk.do(contact_points.save_contact_points, made.id, [point("+32470123456"), point("02 123 45 67")])
    assert [item.value for item in saved] == ["+32470123456", "+3221234567"]


def test_twins_may_share_a_phone(desk, sanne):
    twin = desk.do(clients.create_client, Client(first_name="Tess", surname="Meer", phone="0687654321"))
    desk.do(contact_points.save_contact_points, twin.id, [point("0687654321"), point("0612345678", ContactLabel.PARENT)])
    assert values(desk, twin.id) == ["+31687654321", "+31612345678"]
    assert {hit.ref_id for hit in desk.do(search.find, "0612345678").clients} == {sanne.id, twin.id}


def test_the_form_and_the_list_go_along(clinic, desk, sanne):
    listed = [point("0612345678", ContactLabel.WORK, note="na vijf uur"), point("0687654321"), point("0611111111", ContactLabel.PARENT),
              point("sanne@example.org", bounced_on=date(2026, 9, 1))]  # fmt: skip
    desk.do(contact_points.save_contact_points, sanne.id, listed)
    now = stored(clinic, sanne)
    desk.do(clients.change_client, replace(now, phone="0622222222", email="nieuw@example.org"))
    found = desk.do(contact_points.contact_points, sanne.id)
    assert [item.value for item in found] == ["+31622222222", "+31687654321", "+31611111111", "nieuw@example.org"]
    assert (found[0].label, found[0].note, found[3].bounced_on) == (ContactLabel.WORK, "na vijf uur", None)
    desk.do(clients.change_client, replace(stored(clinic, sanne), phone="", city="Zwolle"))
    assert values(desk, sanne.id) == ["+31687654321", "+31611111111", "nieuw@example.org"]
    assert own(clinic, sanne) == ("+31687654321", "+31611111111", "nieuw@example.org")
    desk.do(clients.change_client, replace(stored(clinic, sanne), phone="0611111111", phone2="0687654321"))  # the other way round
    assert values(desk, sanne.id)[:2] == ["+31611111111", "+31687654321"]
    assert clinic.verified().ok


def test_everything_in_the_list_finds_the_client_and_what_left_it_does_not(desk, sanne):
    desk.do(contact_points.save_contact_points, sanne.id, [*listed(sanne), point("0201234567"), point("tante.bea@example.org")])
    for query in ("020 1234567", "0201234", "tante.bea", "tante.bea@example.org", "0612345678"):
        assert [hit.ref_id for hit in desk.do(search.find, query).clients] == [sanne.id], query
    desk.do(contact_points.save_contact_points, sanne.id, listed(sanne))
    assert not desk.do(search.find, "0201234567").clients


def listed(client):
    return [point(value) for value in (client.phone, client.phone2, client.email) if value]


def test_who_shares_any_number_may_be_the_same_person(desk, sanne):
    desk.do(contact_points.save_contact_points, sanne.id, [*listed(sanne), point("0687654321"), point("0611111111")])
    [double] = desk.do(clients.find_doubles, Client(first_name="Sanne", surname="Meer", phone="0611111111"))
    assert (double.client.id, double.likeness.strength) == (sanne.id, "strong")
    asked = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Meer", phone="0611111111", question="moe"))
    assert asked.client_id == sanne.id


def test_a_merge_keeps_every_number_and_taking_apart_gives_each_its_own(clinic, desk, sanne):
    other = desk.do(clients.create_client, Client(first_name="S.", surname="Meer", phone="0687654321", phone2="0201234567"))
    theirs = [point("0687654321", ContactLabel.WORK), point("0201234567"), point("0612345678", ContactLabel.PARTNER)]
    desk.do(contact_points.save_contact_points, other.id, theirs)
    before = {client.id: (values(desk, client.id), own(clinic, client)) for client in (sanne, other)}
    made = merge(clinic, sanne, other, {"phone": "gone"})
    assert values(desk, sanne.id) == ["+31687654321", "+31612345678", "+31201234567", "sanne@example.org"]
    assert own(clinic, sanne)[:2] == ("+31687654321", "+31612345678")
    assert [hit.ref_id for hit in desk.do(search.find, "0201234567").clients] == [sanne.id]
    now = desk.do(contact_points.contact_points, sanne.id)
    desk.do(contact_points.save_contact_points, sanne.id, [*now[:3], point("0613131313"), *now[3:]], now)
    undo(clinic, made)
    assert values(desk, other.id) == before[other.id][0] and own(clinic, other) == before[other.id][1]
    assert values(desk, sanne.id) == ["+31612345678", "+31613131313", "sanne@example.org"]
    labels = {item.value: item.label for item in desk.do(contact_points.contact_points, other.id)}
    assert labels["+31687654321"] is ContactLabel.WORK
    assert clinic.verified().ok


def test_the_fields_never_differ_from_the_list(clinic, desk, sanne):
    """Whatever is done to list, form and merges: the first of the list are the client's own."""
    other = desk.do(clients.create_client, Client(surname="Ander", phone="0687654321", email="ander@example.org"))
    desk.do(contact_points.save_contact_points, other.id, [*listed(other), point("0201234567"), point("sanne@example.org")])
    for step in range(4):
        made = merge(clinic, stored(clinic, sanne), stored(clinic, other), {"email": "gone"} if step % 2 else {})
        for client in (sanne, other):
            desk_values = own_values(desk.do(contact_points.contact_points, client.id))
            now = stored(clinic, sanne)
            assert (now.phone, now.phone2, now.email) == tuple(desk_values.values())
        undo(clinic, made)
        for client in (sanne, other):
            assert own(clinic, client) == tuple(own_values(desk.do(contact_points.contact_points, client.id)).values())
    assert clinic.verified().ok


def test_who_may_not_read_clients_sees_no_numbers(clinic, sanne):
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(contact_points.contact_points, sanne.id)
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(contact_points.save_contact_points, sanne.id, [point("0611111111")])


def test_exports_show_all_of_them_with_their_labels(clinic, desk, sanne):
    work = point("030 123 45 67", ContactLabel.WORK)
    school = point("school@example.org", ContactLabel.OTHER)
    desk.do(contact_points.save_contact_points, sanne.id, [*listed(sanne), point("0687654321", ContactLabel.PARTNER), work, school])
    boss = clinic.as_("manager")
    card = boss.do(client_export.export_vcard, sanne.id, reason="x").decode()
    reached = [line for line in card.split("\r\n") if "TEL" in line or "EMAIL" in line or "ABLabel" in line]
    assert reached == [
        "TEL;TYPE=CELL,PREF:+31612345678", "item2.TEL;TYPE=CELL:+31687654321", "item2.X-ABLabel:Partner",
        "TEL;TYPE=VOICE,WORK:+31301234567",
        "EMAIL;TYPE=INTERNET:sanne@example.org", "item5.EMAIL;TYPE=INTERNET:school@example.org", "item5.X-ABLabel:Other"]  # fmt: skip
    made = json.loads(boss.do(client_export.export_fhir, sanne.id, reason="x"))
    told = [(item["system"], item["value"], item.get("use"), item.get("rank")) for item in made["telecom"]]
    assert told == [
        ("phone", "+31612345678", "mobile", 1), ("phone", "+31687654321", "mobile", 2), ("phone", "+31301234567", "work", 3),
        ("email", "sanne@example.org", None, None), ("email", "school@example.org", None, None)]  # fmt: skip
    rows = list(csv.reader(io.StringIO(boss.do(client_export.export_client_list, reason="x").decode("utf-8-sig")), delimiter=";"))
    assert dict(zip(*rows, strict=True))["All phone numbers and addresses"] == (
        "Home: 06 12 34 56 78; Partner: 06 87 65 43 21; Work: 030 123 45 67; Home: sanne@example.org; Other: school@example.org"
    )


def test_a_proposal_to_merge_says_what_moves(clinic, desk, sanne):
    other = desk.do(clients.create_client, Client(surname="Meer", phone="0687654321"))
    desk.do(contact_points.save_contact_points, other.id, [*listed(other), point("0201234567")])
    asked = desk.do(merging.propose_merge, sanne.id, other.id, None, "dubbel")
    clinic.as_("manager").do(proposals.approve_proposal, asked.id)
    assert values(desk, sanne.id)[0] == "+31612345678" and set(values(desk, sanne.id)) >= {"+31687654321", "+31201234567"}
