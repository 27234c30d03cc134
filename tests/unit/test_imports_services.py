"""Importing website forms at the door: the five files, what is double, what is there already, taking back, ten thousand rows."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nmx_desk.domain import matching
from nmx_desk.domain.clients import Client, Sex
from nmx_desk.domain.errors import Cancelled, NotAllowed, UserError
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, ImportBatch, RequestStatus
from nmx_desk.services import agenda, clients, imports, requests, search
from nmx_desk.services.desk import Progress, Work, use_case

FILES = Path(__file__).resolve().parent.parent / "data" / "website_forms"
NAMES = ("gravity_forms", "elementor", "flamingo", "calendly", "excel_opgeslagen")
HEADER = ("Voornaam", "Tussenvoegsel", "Achternaam", "Telefoon", "E-mail", "Geboortedatum", "Vraag", "Datum")


@use_case("requests.read", writes=False)
def stored(work: Work) -> list[AdviceRequest]:
    return sorted(work.store.find(AdviceRequest), key=lambda request: (request.received_at, request.id))


@use_case("requests.read", writes=False)
def batches(work: Work) -> list[ImportBatch]:
    return work.store.find(ImportBatch)


@use_case("requests.read")
def made_from(work: Work, request_id: str) -> Client:
    return clients.client_from_request(work, work.store.get(AdviceRequest, request_id))


def file_of(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows((HEADER, *rows))
    return text.getvalue().encode()


def row(first="Sanne", prefix="van der", surname="Meer", phone="0600112233", email="sanne@example.org", born="12-10-1986",
        question="Moe", received="1-9-2026 10:00"):  # fmt: skip
    return (first, prefix, surname, phone, email, born, question, received)


@pytest.fixture
def desk(desk_of):
    return desk_of("receptie")


def run(desk, data: bytes, name: str = "form.csv", **more):
    return desk.do(imports.import_requests, name, data, **more)


# ---- the five files


@pytest.mark.parametrize("name", NAMES)
def test_a_file_through_the_door_equals_its_truth(clinic, desk, name):
    truth = json.loads((FILES / f"{name}.truth.json").read_text(encoding="utf-8"))
    data = (FILES / f"{name}.csv").read_bytes()
    preview = desk.do(imports.preview_import, f"{name}.csv", data)
    result = run(desk, data, f"{name}.csv")
    assert result.preview == replace(preview)
    answer = json.loads(json.dumps(preview.as_json()))
    doubles = [person["dup_of"] for person in truth["people"]]
    assert (answer["format"], answer["rows"]) == (truth["format"], truth["rows"])
    assert answer["double"] == sum(of is not None for of in doubles)
    assert (answer["new"], answer["odd"]) == (answer["rows"] - answer["double"], 0)
    for record, person in zip(answer["records"], truth["people"], strict=True):
        for field in ("row", "first_name", "prefix", "surname", "phone", "email", "question", "received"):
            assert record[field] == person[field]
        assert record["birth_date"] == (person["birth_date"] if truth.get("has_birth_date") else None)
        assert (record["double_of"], record["existing_client"], record["warnings"]) == (person["dup_of"], None, [])
    kept = desk.do(stored)
    assert len(kept) == truth["rows"]
    assert sum(request.status is RequestStatus.DUPLICATE for request in kept) == answer["double"]
    assert all(json.loads(request.raw_payload) and request.import_id == result.batch.id for request in kept)
    assert clinic.verified().ok


def test_the_five_files_one_after_another(clinic, desk):
    rows = 0
    for name in NAMES:
        data = (FILES / f"{name}.csv").read_bytes()
        before = {request.id: request for request in desk.do(stored)}
        preview = run(desk, data, f"{name}.csv").preview
        rows += preview.rows
        fresh = [request for request in desk.do(stored) if request.id not in before]
        assert len(fresh) == preview.rows == preview.count("new") + preview.count("double")
        for request in fresh:
            if request.duplicate_of in before:
                original = before[request.duplicate_of]
                assert original.duplicate_of is None
                assert abs(request.received_at - original.received_at).days < 30
                assert {request.phone, request.email} & {original.phone, original.email} or request.birth_date == original.birth_date
    everything = {request.id: request for request in desk.do(stored)}
    assert len(everything) == rows
    for name in NAMES:  # and again: nothing is added
        again = run(desk, (FILES / f"{name}.csv").read_bytes()).preview
        assert again.count("skipped") == again.rows
    assert {request.id: request for request in desk.do(stored)} == everything
    assert clinic.verified().ok


# ---- rules


def test_received_is_local_time(desk):
    run(
        desk, file_of(row(received="1-9-2026 10:00"), row("Kim", "", "Bos", "0600445566", "kim@example.org", "", received="1-2-2026 10:00"))
    )
    winter, summer = desk.do(stored)
    assert (winter.received_at, summer.received_at) == (datetime(2026, 2, 1, 9, tzinfo=UTC), datetime(2026, 9, 1, 8, tzinfo=UTC))


def test_double_within_thirty_days_new_after(desk):
    data = file_of(
        row(received="1-7-2026 10:00"), row(received="30-7-2026 10:00"), row(received="31-8-2026 10:00"), row(received="2-9-2026 10:00")
    )
    preview = run(desk, data).preview
    assert [record.mark for record in preview.records] == ["new", "double", "new", "double"]
    assert [record.double_of for record in preview.records] == [None, 1, 1, 1]
    first, second, third, fourth = desk.do(stored)
    assert (second.duplicate_of, third.duplicate_of, fourth.duplicate_of) == (first.id, None, third.id)
    assert (third.status, fourth.status) == (RequestStatus.NEW, RequestStatus.DUPLICATE)
    assert preview.records[3].reason.startswith("The same person as row 3 (same ")


def test_double_of_an_earlier_import_and_of_its_original(desk):
    run(desk, file_of(row(received="1-8-2026 10:00")))
    run(desk, file_of(row(question="Nog steeds moe", received="20-8-2026 10:00")))
    run(desk, file_of(row(question="Weer", received="5-9-2026 10:00")))
    first, second, third = desk.do(stored)
    assert (second.duplicate_of, third.duplicate_of) == (first.id, None)  # 35 days after the request it would double


def test_who_gave_up_and_asks_again_is_called_again(desk):
    run(desk, file_of(row(received="1-9-2026 10:00")))
    (first,) = desk.do(stored)
    desk.do(requests.withdraw_request, first.id)
    preview = run(desk, file_of(row(question="Toch", received="8-9-2026 10:00"))).preview
    assert preview.records[0].mark == "new"


def test_existing_client_is_linked(clinic, desk):
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600112233", birth_date=date(1986, 10, 12)))
    preview = run(desk, file_of(row())).preview
    assert preview.records[0].existing_client == client.id
    assert desk.do(stored)[0].client_id == client.id
    assert clinic.verified().ok


def test_a_shared_phone_is_not_the_same_person(desk):
    desk.do(clients.create_client, Client(first_name="Piet", surname="Meer", phone="0600112233", birth_date=date(1984, 1, 2)))
    data = file_of(row(), row("Tim", born="3-4-2014"))
    preview = run(desk, data).preview
    assert [(record.mark, record.existing_client) for record in preview.records] == [("new", None), ("new", None)]


def test_several_clients_are_for_a_person_to_choose(desk):
    for number in ("0600112233", "0600112234"):
        desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone=number, birth_date=date(1986, 10, 12)))
    (record,) = run(desk, file_of(row())).preview.records
    assert record.existing_client is None
    assert record.odd
    assert desk.do(stored)[0].client_id is None


def test_thirty_days_later_is_new_and_linked(desk):
    run(desk, file_of(row(received="1-7-2026 10:00")))
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600112233", birth_date=date(1986, 10, 12)))
    run(desk, file_of(row(question="Opnieuw", received="1-9-2026 10:00")))
    assert [(request.status, request.client_id) for request in desk.do(stored)][1] == (RequestStatus.NEW, client.id)


def test_equal_rows_are_all_kept_and_imported_once(desk):
    data = file_of(row(), row())
    assert [record.mark for record in run(desk, data).preview.records] == ["new", "double"]
    assert run(desk, data).preview.count("skipped") == 2
    assert len(desk.do(stored)) == 2


def test_nothing_odd_is_dropped(clinic, desk):
    data = file_of(row('=cmd|"/c calc"!A1', "", "<b>Jan</b>", "12", "geen", "31-2-1980", "x" * 3000, "ooit"), ("Half", "", "Rij"))
    preview = run(desk, data).preview
    assert preview.rows == preview.odd == preview.count("new") == 2
    kept = desk.do(stored)
    assert json.loads(kept[0].raw_payload)["Geboortedatum"] in {"31-2-1980", ""}
    assert all(request.warnings for request in kept)
    assert clinic.verified().ok


def test_a_citizen_service_number_is_pointed_out(desk):
    (record,) = run(desk, file_of(row(question="Mijn BSN is 111222333"))).preview.records
    assert record.warnings == ("The text seems to hold a citizen service number (BSN). Take it out.",)


def test_own_mapping_and_columns(desk):
    with pytest.raises(UserError) as wrong:
        desk.do(imports.preview_import, "x.csv", b"a;b;c\n#;-;1\n")
    assert wrong.value.field == "mapping"
    data = b"a;b;c\nSanne;0600112233;Moe\n"
    assert desk.do(imports.read_import_columns, data) == ("a", "b", "c")
    preview = desk.do(imports.preview_import, "x.csv", data, {"first_name": "a", "phone": "b", "question": "c"})
    assert (preview.records[0].first_name, preview.records[0].phone, preview.records[0].question) == ("Sanne", "+31600112233", "Moe")


def test_a_preview_writes_no_request(clinic, desk):
    desk.do(imports.preview_import, "x.csv", file_of(row()))
    assert desk.do(stored) == []
    assert clinic.verified().ok


def test_who_may(clinic):
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(imports.import_requests, "x.csv", file_of(row()))
    assert clinic.verified().ok


# ---- taking back


def test_undo_removes_what_nobody_touched(clinic, desk):
    batch = run(desk, file_of(row(), row(question="Nog eens"), row("Kim", "", "Bos", "0600445566", "kim@example.org", "1-2-1990"))).batch
    kim = next(request for request in desk.do(stored) if request.first_name == "Kim")
    desk.do(requests.log_attempt, kim.id, AttemptResult.NO_ANSWER)
    undone = desk.do(imports.undo_import, batch.id)
    assert (undone.removed, undone.kept) == (2, 1)
    assert [request.id for request in desk.do(stored)] == [kim.id]
    assert len(desk.do(batches)) == 1
    assert clinic.verified().ok


def test_undo_of_an_untouched_import_leaves_nothing(clinic, desk):
    batch = run(desk, (FILES / "elementor.csv").read_bytes()).batch
    desk.do(imports.undo_import, batch.id)
    assert desk.do(stored) == []
    assert desk.do(batches) == []
    assert run(desk, (FILES / "elementor.csv").read_bytes()).preview.count("skipped") == 0
    assert clinic.verified().ok


def test_undo_keeps_the_original_of_a_later_import(clinic, desk):
    first = run(desk, file_of(row(received="1-9-2026 10:00"))).batch
    run(desk, file_of(row(question="Nog eens", received="3-9-2026 10:00")))
    assert desk.do(imports.undo_import, first.id).removed == 0
    assert clinic.verified().ok


def test_undo_says_what_was_edited_and_takes_it_back_when_asked(clinic, desk):
    rows = [row(name, "", "Bos", f"060044556{i}", f"{name}@example.org", f"1-2-199{i}") for i, name in enumerate(("Kim", "Lou", "Max"))]
    batch = run(desk, file_of(*rows)).batch
    by = {request.first_name: request for request in desk.do(stored)}
    desk.do(requests.change_request, replace(by["Kim"], question="Sinds 2019 moe", preferred_times="ochtend"))
    desk.do(requests.log_attempt, by["Lou"].id, AttemptResult.NO_ANSWER)
    clinic.clock.move(days=9)
    desk = clinic.as_("receptie")
    done = desk.do(imports.undo_import, batch.id)
    assert (done.removed, done.kept) == (1, 2)
    told = {one.name: one.fields for one in done.removable}
    assert set(told["Kim Bos"]) == {"question", "wished times"}
    assert {"number of attempts", "state", "first attempt at"} <= set(told["Lou Bos"])
    assert {request.first_name for request in desk.do(stored)} == {"Kim", "Lou"}
    assert desk.do(batches)[0].undone_at is not None
    assert desk.do(imports.undo_import, batch.id, edited_too=True).kept == 0
    assert desk.do(stored) == desk.do(batches) == []
    assert clinic.verified().ok


def test_undo_never_takes_a_request_with_a_call(clinic, desk):
    batch = run(desk, file_of(row())).batch
    (asked,) = desk.do(stored)
    offer = desk.do(agenda.next_free, "advice_call", count=1)[0]
    desk.do(requests.book_call, asked.id, offer)
    done = desk.do(imports.undo_import, batch.id, edited_too=True)
    assert (done.removed, [one.in_use for one in done.edited]) == (0, [True])
    assert done.removable == ()
    assert clinic.verified().ok


def test_corrected_columns_are_remembered_for_the_sender(clinic, desk):
    first, later = b"a;b;c\nSanne;0600112233;Moe\n", b"c;b;a\nSlecht slapen;0600445566;Kim\n"
    desk.do(imports.import_requests, "x.csv", first, {"first_name": "a", "phone": "b", "question": "c"})
    preview = desk.do(imports.preview_import, "y.csv", later)
    assert (preview.records[0].first_name, preview.records[0].question) == ("Kim", "Slecht slapen")
    assert preview.notices == ("The columns are read as they were corrected the last time.",)
    desk.do(imports.import_requests, "y.csv", later, {"first_name": "a", "phone": "b", "question": ""})
    assert desk.do(imports.preview_import, "z.csv", b"a;b;c\nLou;0600778899;Jeuk\n").records[0].question == ""
    assert clinic.verified().ok


def test_cancel_keeps_nothing(clinic, desk):
    progress = Progress()

    def stop(_done: int, _total: int, text: str) -> None:
        if text == "Saving the requests":
            progress.cancel()

    progress._shown = stop
    with pytest.raises(Cancelled):
        run(desk, many(1200), progress=progress)
    assert desk.do(stored) == []
    assert desk.do(batches) == []
    assert clinic.verified().ok


# ---- ten thousand


def many(count: int) -> bytes:
    people = (
        row(
            f"Naam{i % 97}",
            "van",
            f"Achter{i % 3011}",
            f"06{i:08}",
            f"n{i}@example.org",
            f"{i % 28 + 1}-{i % 12 + 1}-{1940 + i % 70}",
            f"Vraag {i}",
            f"{i % 28 + 1}-8-2026 {i % 24}:15",
        )
        for i in range(count)
    )
    return file_of(*people)


def client(i: int) -> Client:
    born = date(1940 + i % 70, i % 12 + 1, i % 28 + 1)
    return Client(
        client_no=f"C-{i:06}", first_name=f"Naam{i % 89}", surname=f"Achter{i % 4001}", phone=f"+316{i + 5000:08}", birth_date=born
    )


@use_case("clients.change")
def add_clients(work: Work, count: int) -> None:
    work.store.add_all(client(i) for i in range(count))


@pytest.mark.slow
def test_two_thousand_rows_beside_five_thousand_clients(clinic, desk, monkeypatch):
    """Of ten million pairs few are compared, and who may be meant is asked for many at a time; the bench of imports holds the seconds."""
    desk.do(add_clients, 5000)
    compared, asked, compare = [], [], matching.compare
    monkeypatch.setattr(matching, "compare", lambda one, other: compared.append(one) or compare(one, other))
    desk.database.driver.set_trace_callback(lambda text: asked.append(text) if text.startswith("SELECT") and " IN (" in text else None)
    preview = run(desk, many(2000)).preview
    desk.database.driver.set_trace_callback(None)
    assert preview.rows == 2000
    assert 0 < len(compared) <= 5 * preview.rows
    assert 0 < len(asked) < 100


def test_what_a_form_asks_more_goes_along_to_the_client(clinic, desk):
    head = "Voornaam;Voorletters;Tussenvoegsel;Achternaam;Geboortedatum;Geslacht;Straat;Huisnummer;Toevoeging"
    head += ";Postcode;Woonplaats;Telefoon;Mobiel"
    cells = "Sanne;S.M.;van der;Meer;12-10-1986;V;Voorbeeldlaan;12;a;1234AB;Utrecht;030 123 45 67;06 00 11 22 33"
    run(desk, f"{head};Klacht(en)\n{cells};Moe\n".encode())
    (asked,) = desk.do(stored)
    assert (asked.initials, asked.sex, asked.phone, asked.phone2) == ("S.M.", Sex.FEMALE, "+31600112233", "+31301234567")
    client = clinic.as_("receptie").do(made_from, asked.id)
    assert (client.house_no, client.house_suffix, client.postcode, client.city) == ("12", "a", "1234 AB", "Utrecht")
    assert (client.sex, client.phone2, client.street) == (Sex.FEMALE, "+31301234567", "Voorbeeldlaan")
    assert clinic.verified().ok
    assert {hit.kind for hit in desk.do(search.find, "030 123").requests} == {"request"}


def test_a_second_phone_recognises_who_asked_before(desk):
    head = b"Naam;Telefoon;Mobiel;Geboortedatum\n"
    run(desk, head + b"Sanne Visser;030 123 45 67;0600112233;12-10-1986\n")
    assert run(desk, head + b"S. Visser;0301234567;;12-10-1986\n", "later.csv").preview.records[0].mark == "double"
