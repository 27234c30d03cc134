"""Contact data that leaves: vCard and FHIR Patient of a client, the list as CSV; who may, and what the log says."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from nmx_desk.domain.clients import Client, ClientStatus, NameUse, Sex
from nmx_desk.domain.errors import NotAllowed, NotFound
from nmx_desk.domain.family import Authority, ConsentPurpose, Representative
from nmx_desk.exchange.fhir import patient
from nmx_desk.exchange.vcards import vcard
from nmx_desk.services import agenda, client_export, clients, consents, log, merging, proposals, representatives
from tests.unit.test_cli import as_json, run  # noqa: F401 (a fixture)

SANNE = Client(
    id="0b5d1f3e-5f0c-4d7e-9a53-000000000001", client_no="C-000001", first_name="Zoë", first_names="Zoë Maria", prefix="van der",
    surname="Meer", partner_prefix="de", partner_surname="Boër", name_use=NameUse.PARTNER_OWN, salutation="mevrouw",
    birth_date=date(1980, 2, 29), sex=Sex.FEMALE, phone="+31612345678", phone2="+31301234567", email="zoe@example.org",
    street="Kerkstraat", house_no="1 a", postcode="1234 AB", city="’s-Hertogenbosch", emergency_contact="Piet, de buurman",
    gp_name="Huisarts A", gp_practice="Praktijk B", gp_city="Zwolle", call_instruction="niet op het werk bellen",
    status=ClientStatus.ACTIVE,
)  # fmt: skip
BELGIAN = Client(client_no="C-000002", first_name="Jan", surname="Peeters", phone="+32470123456", country="BE", postcode="2000")
HOSTILE = "a;b,c\\d\r\nEND:VCARD\nBEGIN:VCARD\x00\u2028TEL:1\u202e\ud800"
HL7 = "http://hl7.org/fhir/StructureDefinition/"


def unfolded(card: bytes) -> dict[str, str]:
    """A card as a reader of RFC 2426 sees it: name → value as it stands."""
    text = card.decode("utf-8")
    assert text.endswith("\r\n") and all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:3.0", "END:VCARD")
    return dict(line.split(":", 1) for line in lines[2:-1])


def fields(value: str) -> list[str]:
    """The fields of a structured value, unescaped."""
    found, escaped = [""], False
    for sign in value:
        if escaped:
            found[-1] += "\n" if sign in "nN" else sign
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == ";":
            found.append("")
        else:
            found[-1] += sign
    return found


@pytest.mark.parametrize(
    ("use", "family", "sort"),
    [
        (NameUse.OWN, "van der Meer", "Meer Zoë"),
        (NameUse.PARTNER, "de Boër", "Boër Zoë"),
        (NameUse.PARTNER_OWN, "de Boër-van der Meer", "Boër Zoë"),
        (NameUse.OWN_PARTNER, "van der Meer-de Boër", "Meer Zoë"),
    ],
)
def test_a_card_carries_the_name_as_it_is_used(use, family, sort):
    card = unfolded(vcard(replace(SANNE, name_use=use)))
    assert fields(card["N"]) == [family, "Zoë", "", "", ""]
    assert (card["FN"], card["SORT-STRING"], card["UID"]) == (f"Zoë {family}", sort, "C-000001")


def test_a_card_says_how_to_reach_somebody_and_nothing_else():
    card = unfolded(vcard(SANNE))
    assert card["TEL;TYPE=CELL,PREF"] == "+31612345678" and card["TEL;TYPE=VOICE"] == "+31301234567"
    assert card["EMAIL;TYPE=INTERNET"] == "zoe@example.org" and card["BDAY"] == "1980-02-29"
    assert fields(card["ADR;TYPE=HOME"]) == ["", "", "Kerkstraat 1 a", "’s-Hertogenbosch", "", "1234 AB", "NL"]
    whole = vcard(SANNE).decode()
    assert not any(word in whole for word in ("Huisarts", "buurman", "bellen"))


def test_what_is_not_known_has_no_line():
    card = unfolded(vcard(BELGIAN))
    assert "EMAIL;TYPE=INTERNET" not in card and "BDAY" not in card and "TEL;TYPE=VOICE" not in card
    assert card["TEL;TYPE=VOICE,PREF"] == "+32470123456" and fields(card["ADR;TYPE=HOME"])[-2:] == ["2000", "BE"]


def test_hostile_text_stays_inside_its_field():
    long = "é;" * 200
    card = unfolded(vcard(Client(client_no="C-1", first_name=HOSTILE, surname=long, street=HOSTILE, city="x", phone="+31612345678")))
    assert fields(card["N"]) == [long, "a;b,c\\d\nEND:VCARD\nBEGIN:VCARD\nTEL:1", "", "", ""]
    assert len(fields(card["ADR;TYPE=HOME"])) == 7
    assert set(card) == {"UID", "FN", "N", "SORT-STRING", "TEL;TYPE=CELL,PREF", "ADR;TYPE=HOME"}


def test_a_patient_has_the_parts_of_a_dutch_name():
    made = patient(SANNE, system="urn:uuid:x", clinic="Proefpraktijk")
    usual, official = made["name"]
    assert (usual["use"], usual["text"], usual["given"]) == ("usual", "Zoë de Boër-van der Meer", ["Zoë"])
    assert (official["use"], official["family"], official["given"]) == ("official", "de Boër-van der Meer", ["Zoë", "Maria"])
    parts = {item["url"].removeprefix(HL7 + "humanname-"): item["valueString"] for item in usual["_family"]["extension"]}
    assert parts == {"own-prefix": "van der", "own-name": "Meer", "partner-prefix": "de", "partner-name": "Boër"}
    assert usual["extension"] == [{"url": HL7 + "humanname-assembly-order", "valueCode": "NL3"}]
    assert usual["prefix"] == ["mevrouw"]


def test_a_patient_says_who_it_is_and_no_citizen_number():
    made = patient(SANNE, system="urn:uuid:x", clinic="Proefpraktijk")
    assert made["identifier"] == [
        {"use": "usual", "system": "urn:uuid:x", "value": "C-000001", "assigner": {"display": "Proefpraktijk"}}
    ]
    assert (made["resourceType"], made["active"], made["gender"], made["birthDate"]) == ("Patient", True, "female", "1980-02-29")
    assert [(item["system"], item["value"]) for item in made["telecom"]] == [
        ("phone", "+31612345678"), ("phone", "+31301234567"), ("email", "zoe@example.org")]  # fmt: skip
    [home] = made["address"]
    assert (home["line"], home["city"], home["postalCode"], home["country"]) == (["Kerkstraat 1 a"], "’s-Hertogenbosch", "1234 AB", "NL")
    assert made["contact"][0]["name"] == {"text": "Piet, de buurman"}
    assert made["generalPractitioner"] == [{"type": "Practitioner", "display": "Huisarts A, Praktijk B, Zwolle"}]
    assert made["communication"][0]["language"]["coding"][0]["code"] == "nl"
    assert "bellen" not in json.dumps(made) and "deceasedDateTime" not in made


def empty_parts(value):
    if isinstance(value, dict):
        return not value or any(map(empty_parts, value.values()))
    if isinstance(value, list):
        return not value or any(map(empty_parts, value))
    return value is None or value == ""


@pytest.mark.parametrize("client", [SANNE, BELGIAN, Client(client_no="C-3", surname=HOSTILE, gp_city=HOSTILE, language=HOSTILE)])
def test_a_patient_has_no_empty_parts_and_nothing_unseen(client):
    made = patient(client, system="urn:uuid:x", clinic="Proefpraktijk")
    assert not empty_parts({name: value for name, value in made.items() if name != "active"})
    said = json.dumps(made, ensure_ascii=False).encode().decode()
    assert not any(sign in said for sign in ("\x00", "\\u0000", "\u202e", "\\n", "\\r"))


def test_somebody_who_died():
    made = patient(Client(surname="X", status=ClientStatus.DECEASED, deceased_on=date(2026, 1, 2)), system="urn:x", clinic="P")
    assert (made["deceasedDateTime"], made["active"]) == ("2026-01-02", False) and "deceasedBoolean" not in made


# -- at the door -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(clinic):
    """Clients: the practitioner's own, a colleague's, one nobody treats; by name."""
    do, mine, other = clinic.as_("receptie").do, clinic.as_("behandelaar").user.id, clinic.as_("collega").user.id
    return {
        name: do(clients.create_client, Client(first_name=name, surname="Meer", phone=phone, practitioner_id=who, **more))
        for name, phone, who, more in (
            ("Anna", "0612345678", mine, {"prefix": "van der", "call_instruction": "=HYPERLINK(1)"}),
            ("Bert", "+32470123456", other, {"country": "BE", "city": '@SUM;"x"'}),
            ("Cas", "0301234567", None, {}),
        )
    }


def exported(clinic):
    """What left lately, oldest first: thing, client, reason."""
    found = clinic.as_("manager").do(log.list_log, log.LogFilter(codes=("EXPORT",)))
    return [(row.obj_type, row.client_id, row.reason) for row in reversed(found)]


def table(made: bytes) -> list[dict[str, str]]:
    assert made.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("case", [client_export.export_vcard, client_export.export_fhir])
def test_a_practitioner_exports_the_own_client_and_a_colleagues_with_a_reason(clinic, people, case):
    desk, anna, bert = clinic.as_("behandelaar"), people["Anna"], people["Bert"]
    assert b"Anna" in desk.do(case, anna.id)
    with pytest.raises(NotAllowed) as refused:
        desk.do(case, bert.id)
    assert refused.value.needs_reason
    assert b"+32470123456" in desk.do(case, bert.id, reason="verwijzing")
    assert exported(clinic) == [("client", anna.id, ""), ("client", bert.id, "verwijzing")]
    assert clinic.verified().ok


def test_the_front_desk_and_the_administrator_export_nothing(clinic, people):
    for who in ("receptie", "beheerder"):
        for case, args in ((client_export.export_vcard, (people["Anna"].id,)), (client_export.export_client_list, ())):
            with pytest.raises(NotAllowed) as refused:
                clinic.as_(who).do(case, *args, reason="graag")
            assert not refused.value.needs_reason
    assert exported(clinic) == []


def test_a_manager_needs_a_reason(clinic, people):
    desk = clinic.as_("manager")
    for case, args in ((client_export.export_fhir, (people["Anna"].id,)), (client_export.export_client_list, ())):
        with pytest.raises(NotAllowed) as refused:
            desk.do(case, *args, reason="  ")
        assert refused.value.needs_reason
    assert exported(clinic) == []
    made = json.loads(desk.do(client_export.export_fhir, people["Anna"].id, reason="overdracht"))
    assert made["identifier"][0]["value"] == people["Anna"].client_no
    assert made["identifier"][0]["system"] == f"urn:uuid:{desk.db_uuid}"


def test_the_list_of_a_manager_has_everybody_and_says_so_of_each(clinic, people):
    rows = table(clinic.as_("manager").do(client_export.export_client_list, reason="verhuizing"))
    assert {row["First name"] for row in rows} == set(people)
    assert exported(clinic)[0] == ("client_list", None, "verhuizing")
    assert {client for _what, client, _why in exported(clinic)[1:]} == {client.id for client in people.values()}


def test_the_list_is_one_for_a_dutch_spreadsheet(clinic, people):
    anna, bert, _cas = sorted(
        table(clinic.as_("manager").do(client_export.export_client_list, reason="x")), key=lambda row: row["First name"]
    )
    assert anna["Call instruction"] == "'=HYPERLINK(1)" and bert["City"] == "'@SUM;\"x\""
    assert (anna["Phone"], bert["Phone"], bert["Country"]) == ("06 12 34 56 78", "'+32 470 12 34 56", "BE")
    assert (anna["Prefix of the surname"], anna["Practitioner"], anna["No voicemail"]) == ("van der", "Behandelaar A. Demo", "no")


def test_a_workbook_holds_text_and_dates_and_no_formula(clinic, people):
    do = clinic.as_("receptie").do
    do(clients.change_client, replace(people["Anna"], birth_date=date(1980, 2, 29), street="A & <B> _x0041_", gp_name="\x0bDr"))
    made = clinic.as_("manager").do(client_export.export_client_list, "xlsx", reason="x")
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        assert book.testzip() is None
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert sheet.findall(f".//{space}f") == []
    head, *rows = [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{space}row")]
    anna = next(dict(zip(head, row, strict=True)) for row in rows if "Anna" in row)
    assert (anna["Call instruction"], anna["Street"], anna["Date of birth"]) == ("=HYPERLINK(1)", "A & <B> _x005F_x0041_", "29280")
    assert len(rows) == 3


def names_of(desk) -> set[str]:
    return {row["First name"] for row in table(desk.do(client_export.export_client_list))}


def test_the_list_of_a_practitioner_has_the_own_clients(clinic, people):
    desk = clinic.as_("behandelaar")
    assert names_of(desk) == {"Anna"}
    offer = clinic.as_("receptie").do(agenda.next_free, "intake", practitioner_id=desk.user.id)[0]
    clinic.as_("receptie").do(agenda.book, "intake", desk.user.id, offer.starts_at, client_id=people["Cas"].id)
    assert names_of(desk) == {"Anna", "Cas"} and names_of(clinic.as_("collega")) == {"Bert"}


def test_a_reason_does_not_give_a_practitioner_the_whole_list(clinic, people):
    assert len(table(clinic.as_("behandelaar").do(client_export.export_client_list, reason="alles graag"))) == 1


def test_of_a_merged_client_who_stayed_leaves(clinic, people):
    anna, cas = people["Anna"], people["Cas"]
    asked = clinic.as_("receptie").do(merging.propose_merge, anna.id, cas.id, None, "dubbel")
    clinic.as_("manager").do(proposals.approve_proposal, asked.id)
    clinic.clock.move(days=1)
    assert b"C-000001" in clinic.as_("behandelaar").do(client_export.export_vcard, cas.id)
    assert exported(clinic) == [("client", anna.id, "")]
    listed = table(clinic.as_("manager").do(client_export.export_client_list, reason="x"))
    shown = clinic.as_("manager").do(clients.list_clients).rows
    assert [row["Client number"] for row in listed] == [row.client.client_no for row in shown]
    assert {row.client.client_no for row in shown} == {anna.client_no, people["Bert"].client_no}
    with pytest.raises(NotFound):
        clinic.as_("behandelaar").do(client_export.export_vcard, "nobody")


def test_the_command_writes_privately_and_never_over_a_file(clinic, people, run, tmp_path):  # noqa: F811
    clinic.close()
    card, listed = tmp_path / "anna.vcf", tmp_path / "list.csv"
    answer = as_json(run("clients", "export", "--format", "vcard", "--client", "C-000001", "--out", card, "--json", user="behandelaar"))
    assert answer["bytes"] == card.stat().st_size and unfolded(card.read_bytes())["FN"] == "Anna van der Meer"
    assert card.stat().st_mode & 0o077 == 0
    assert run("clients", "export", "--format", "fhir", "--client", "C-000001", "--out", card, user="behandelaar")[0] == 3
    assert run("clients", "export", "--format", "fhir", "--out", tmp_path / "x", user="behandelaar")[0] == 2
    assert run("clients", "export", "--format", "csv", "--out", listed, user="manager")[0] == 1 and not listed.exists()
    code, _out, said = run("clients", "export", "--format", "csv", "--out", listed, "--reason", "verhuizing", user="manager")
    assert (code, len(table(listed.read_bytes()))) == (0, 3), said


def test_who_acts_for_a_child_stands_in_fhir_and_the_newsletter_in_the_list(clinic):
    desk, care = clinic.as_("receptie"), clinic.as_("behandelaar")
    mine = {"phone": "0600111222", "practitioner_id": care.user.id}
    lisa = desk.do(clients.create_client, Client(first_name="Lisa", surname="Bakker", birth_date=date(2013, 1, 1), **mine))
    kim = desk.do(clients.create_client, Client(first_name="Kim", surname="Vos", **mine))
    els = Representative(first_name="Els", surname="Bakker", authority=Authority.YES, phone="0600111222", email="els@example.org")
    desk.do(representatives.add_representative, lisa.id, els)
    desk.do(representatives.add_representative, lisa.id, Representative(surname="Weg", ends_on=date(2026, 1, 1)))
    [contact] = json.loads(care.do(client_export.export_fhir, lisa.id))["contact"]
    assert contact["relationship"][0]["coding"][0]["code"] == "PRN" and contact["name"] == {"text": "Els Bakker"}
    assert [item["value"] for item in contact["telecom"]] == ["+31600111222", "els@example.org"]
    for client, giver in ((kim, ""), (lisa, "Els Bakker")):
        desk.do(consents.give_consent, client.id, ConsentPurpose.NEWSLETTER, 1, given_by=giver)

    def newsletter():
        return {line["Client number"]: line["Newsletter"] for line in table(care.do(client_export.export_client_list))}

    assert newsletter() == {kim.client_no: "yes", lisa.client_no: "no"}  # she is 13: her own word is missing
    desk.do(consents.give_consent, lisa.id, ConsentPurpose.NEWSLETTER, 1)
    desk.do(consents.withdraw_consent, kim.id, ConsentPurpose.NEWSLETTER)
    assert newsletter() == {kim.client_no: "no", lisa.client_no: "yes"}
