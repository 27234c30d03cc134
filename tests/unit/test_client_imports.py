"""Importing clients at the door: sheets, cards, who is there already, what is odd, taking it back after later edits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from nmx_desk.domain.clients import Client, ClientStatus, Sex
from nmx_desk.domain.errors import Cancelled, NotAllowed, UserError
from nmx_desk.domain.intake_ways import ImportRow, ImportTarget
from nmx_desk.domain.notes import NoteKind
from nmx_desk.domain.requests import ImportBatch
from nmx_desk.services import client_imports, clients, imports, notes, search
from nmx_desk.services.desk import Progress, Work, use_case

FILES = Path(__file__).resolve().parent.parent / "data" / "client_files"
CLINIKO = (
    b"ID,First name,Last name,Preferred first name,Date of birth,Sex,Address line 1,City,Postcode,Phone number,Email,Notes\n"
    b'"=""123""",Johanna,de Vries,Jo,1980-02-01,Female,Dorpsstraat 1,Ede,1234 AB,"=""0612345678""",jo@example.org,moe\n'
    b'"=""124""",Karel,Kok,,1981-03-02,Male,Dorpsstraat 2,Ede,1234 AB,"=""0612345679""",karel@example.org,\n'
)


@use_case("clients.read", writes=False)
def stored(work: Work) -> list[Client]:
    return sorted(work.store.find(Client), key=lambda client: client.client_no)


@use_case("clients.read", writes=False)
def rows(work: Work) -> list[ImportRow]:
    return sorted(work.store.find(ImportRow), key=lambda row: row.row)


@use_case("clients.read", writes=False)
def batches(work: Work) -> list[ImportBatch]:
    return work.store.find(ImportBatch)


@pytest.fixture
def desk(desk_of):
    return desk_of("receptie")


def run(desk, data: bytes, name: str = "cliënten.csv", **more):
    return desk.do(client_imports.import_clients, name, data, **more)


def sheet() -> bytes:
    return (FILES / "clienten.xlsx").read_bytes()


# ---- what a file becomes


def test_a_dutch_sheet_becomes_clients(clinic, desk):
    result = run(desk, sheet(), "cliënten.xlsx")
    assert (result.preview.count("new"), result.preview.odd, result.batch.target) == (3, 1, ImportTarget.CLIENTS)
    meer, bos, vries = desk.do(stored)
    assert (meer.client_no, meer.name, meer.first_names, meer.initials) == ("C-000001", "Sanne van der Meer", "Johanna", "J.M.")
    assert (meer.birth_date, meer.sex, meer.phone, meer.phone2) == (date(1986, 10, 12), Sex.FEMALE, "+31611223344", "+31301234567")
    assert (meer.street, meer.house, meer.postcode, meer.city, meer.country) == ("Voorbeeldlaan", "12 a", "1234 AB", "Utrecht", "NL")
    assert (meer.email, meer.gp_name, meer.status) == ("sanne@example.org", "Huisarts A. Demo", ClientStatus.ACTIVE)
    assert (bos.birth_date, bos.phone) == (date(1990, 2, 1), "+31622334455")
    assert (vries.name, vries.birth_date, vries.phone) == ("Lou de Vries", None, "")
    assert "111222333" not in "".join(row.raw_payload for row in desk.do(rows))
    assert desk.do(search.find, "vries").clients
    assert clinic.verified().ok


def test_what_cannot_be_read_is_kept_and_shown(desk):
    odd = desk.do(client_imports.preview_clients, "x.xlsx", sheet()).records[2]
    assert (odd.mark, odd.unread) == ("new", {"birth_date": "31-02-1980", "phone": "geen"})
    assert len(odd.warnings) == 3
    run(desk, sheet())
    kept = json.loads(desk.do(rows)[2].raw_payload)
    assert (kept["Geboortedatum"], kept["Mobiel"]) == ("31-02-1980", "geen")


def test_cards_become_clients(clinic, desk):
    preview = run(desk, (FILES / "contacten.vcf").read_bytes(), "contacten.vcf").preview
    assert preview.count("new") == 3
    meer, celik, bos = desk.do(stored)
    assert (meer.name, meer.phone, meer.phone2, meer.house, meer.birth_date) == (
        "Sanne van der Meer", "+31611223344", "+31301234567", "12 a", date(1986, 10, 12),
    )  # fmt: skip
    assert (celik.name, celik.phone) == ("Renée Çelik", "+31622334455")
    assert (bos.name, bos.phone, bos.sex, bos.birth_date) == ("Kim Bos", "+31633445566", Sex.MALE, date(1990, 2, 1))
    raw = json.loads(desk.do(rows)[0].raw_payload)
    assert raw["Opmerkingen"] == "belt liever, 's avonds\nen niet op vrijdag, behalve in mei"
    assert "ABQSkZJRg" not in raw["vCard"]
    assert run(desk, (FILES / "contacten.vcf").read_bytes()).preview.count("skipped") == 3
    assert clinic.verified().ok


def test_a_row_without_a_name_is_kept(desk):
    run(desk, b"Naam,Telefoon\n,0612345678\n")
    (client,) = desk.do(stored)
    assert (client.surname, client.phone) == ("?", "+31612345678")


def test_partner_country_and_gp(desk):
    head = "Voornaam;Achternaam;Naam partner;Land;Telefoon;Huisartsenpraktijk"
    run(desk, f"{head}\nAn;Peeters;de Boer;België;0470 12 34 56;De Kade\n".encode())
    (client,) = desk.do(stored)
    assert (client.partner_prefix, client.partner_surname, client.country) == ("de", "Boer", "BE")
    assert (client.phone, client.gp_practice) == ("+32470123456", "De Kade")


def test_a_number_of_a_citizen_anywhere_is_pointed_out(desk):
    (record,) = run(desk, b"Naam;Telefoon;Opmerking\nKim Bos;0612345678;bsn 111222333\n").preview.records
    assert any("BSN" in warning for warning in record.warnings)


def test_the_row_stays_to_be_seen_but_not_what_is_no_contact_data(clinic, desk):
    run(desk, b"Naam;Telefoon;Geboortedatum;Notities\nKim Bos;geen;31-02-1980;al jaren moe\n", "oud.csv")
    (client,) = desk.do(stored)
    (shown,) = desk.do(client_imports.imported_rows, client.id)
    assert (shown.file_name, shown.row) == ("oud.csv", 1)
    assert dict(shown.cells) == {"Naam": "Kim Bos", "Telefoon": "geen", "Geboortedatum": "31-02-1980"}
    assert "moe" in desk.do(rows)[0].raw_payload
    other = desk.do(clients.create_client, Client(surname="Getypt", phone="0612345678"))
    assert desk.do(client_imports.imported_rows, other.id) == ()


# ---- who is there already


def test_importing_again_doubles_nothing(clinic, desk):
    run(desk, CLINIKO)
    assert [row.external_key.rpartition(":")[2] for row in desk.do(rows)] == ["123", "124"]
    again = run(desk, CLINIKO.replace(b"0612345678", b"0687654321")).preview
    assert [record.reason for record in again.records] == ["This row was imported before."] * 2
    assert len(desk.do(stored)) == 2
    other = b"Naam;Geboortedatum;Telefoon\nJo de Vries;1-2-1980;06 12345678\n"  # the same person from elsewhere
    assert run(desk, other).preview.records[0].reason == "This person is a client already (same name, birth date and phone)."
    assert run(desk, other).preview.records[0].reason == "This row was imported before."
    assert len(desk.do(stored)) == 2
    assert [row.client_id for row in desk.do(rows)].count(desk.do(stored)[0].id) == 2
    assert clinic.verified().ok


def test_two_of_one_name_and_birth_date_and_twins_on_one_phone(desk):
    data = (
        b"Voornaam;Achternaam;Geboortedatum;Telefoon;E-mail\n"
        b"Anna;de Vries;1-2-1980;0612345678;\nAnna;de Vries;1-2-1980;0687654321;\n"  # surely one, says the rule: shown, not made twice
        b"Tim;Bos;3-4-2015;0611111111;\nTom;Bos;3-4-2015;0611111111;\n"  # twins are two
        b"Jan;Kok;;;jan@example.org\nJan;Kok;;;\n"  # a bare name says nothing
    )
    marks = [record.mark for record in run(desk, data).preview.records]
    assert marks == ["new", "double", "new", "new", "new", "new"]
    assert [client.first_name for client in desk.do(stored)] == ["Anna", "Tim", "Tom", "Jan", "Jan"]
    assert len(desk.do(rows)) == 6


def test_a_shared_phone_is_told_and_imported(desk):
    desk.do(clients.create_client, Client(first_name="Piet", surname="Meer", phone="0612345678", birth_date=date(1984, 1, 2)))
    (record,) = run(desk, b"Naam;Geboortedatum;Telefoon\nTim Meer;3-4-2014;0612345678\n").preview.records
    assert (record.mark, record.odd) == ("new", False)
    assert record.reason == "A client looks like this person (same surname and phone): it is made all the same."


def test_the_same_file_may_be_a_list_of_requests_too(desk):
    data = b"a;b\nSanne;0612345678\n"
    run(desk, data, mapping={"surname": "a", "phone": "b"})
    desk.do(imports.import_requests, "x.csv", data, {"first_name": "a", "phone": "b"})
    again = desk.do(client_imports.preview_clients, "y.csv", b"b;a\n0687654321;Bos\n")
    assert (again.records[0].surname, again.notices) == ("Bos", ("The columns are read as they were corrected the last time.",))
    assert desk.do(imports.preview_import, "y.csv", b"b;a\n0687654321;Kim\n").records[0].first_name == "Kim"


def test_own_columns(desk):
    with pytest.raises(UserError) as wrong:
        desk.do(client_imports.preview_clients, "x.csv", b"a;b;c\n#;-;1\n")
    assert wrong.value.field == "mapping"
    assert desk.do(client_imports.read_client_columns, b"a;b;c\n#;-;1\n") == ("a", "b", "c")


def test_who_may(clinic):
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(client_imports.import_clients, "x.csv", CLINIKO)
    assert clinic.verified().ok


# ---- taking back


def test_undo_of_an_untouched_import_leaves_nothing(clinic, desk):
    batch = run(desk, CLINIKO).batch
    assert desk.do(client_imports.undo_client_import, batch.id).removed == 2
    assert desk.do(stored) == desk.do(rows) == desk.do(batches) == []
    assert run(desk, CLINIKO).preview.count("new") == 2
    assert desk.do(stored)[0].client_no == "C-000003"  # a number is never used again
    assert clinic.verified().ok


def test_undo_says_what_was_edited_and_leaves_who_is_in_use(clinic, desk):
    batch = run(desk, sheet()).batch
    meer, bos, vries = desk.do(stored)
    desk.do(clients.change_client, replace(vries, phone="0612345699", birth_date=date(1980, 2, 28)))
    clinic.as_("behandelaar").do(notes.open_note, bos.id, NoteKind.FOLLOW_UP, reason="proef")
    clinic.clock.move(days=9)
    desk = clinic.as_("receptie")
    done = desk.do(client_imports.undo_client_import, batch.id)
    assert (done.removed, done.kept) == (1, 2)
    told = {one.name: one for one in done.edited}
    assert set(told["Lou de Vries"].fields) == {"date of birth", "phone"}
    assert told["Kim Bos"].in_use
    assert [one.name for one in done.removable] == ["Lou de Vries"]
    assert [row.client_id for row in desk.do(rows)] == [bos.id, vries.id]
    assert desk.do(client_imports.undo_client_import, batch.id, edited_too=True).removed == 1
    assert [client.id for client in desk.do(stored)] == [bos.id]
    assert meer.id not in {client.id for client in desk.do(stored)}
    assert clinic.verified().ok


def test_undo_takes_the_rows_kept_with_clients_who_were_there(desk):
    desk.do(clients.create_client, Client(first_name="Jo", surname="Vries", prefix="de", phone="0612345678", birth_date=date(1980, 2, 1)))
    batch = run(desk, CLINIKO).batch
    assert len(desk.do(rows)) == 2
    desk.do(client_imports.undo_client_import, batch.id)
    assert (len(desk.do(stored)), desk.do(rows)) == (1, [])


def test_cancel_keeps_nothing(clinic, desk):
    progress = Progress()

    def stop(_done: int, _total: int, text: str) -> None:
        if text == "Saving the clients":
            progress.cancel()

    progress._shown = stop
    lines = "".join(f"Naam{i} Achter{i};06{i:08}\n" for i in range(1, 1200))
    with pytest.raises(Cancelled):
        run(desk, f"Naam;Telefoon\n{lines}".encode(), progress=progress)
    assert desk.do(stored) == desk.do(rows) == desk.do(batches) == []
    assert clinic.verified().ok
