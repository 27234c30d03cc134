"""Filters kept, what is filtered as a file, and who saw my file: at the door."""

import csv
import io
import json
from dataclasses import replace

import pypdfium2
import pytest

from nmx_desk import i18n
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import NotAllowed, NotFound, UserError
from nmx_desk.domain.privacy import PrivacyKind
from nmx_desk.services import access_list, clients, log, logbook, privacy, reports
from nmx_desk.services.desk import use_case
from nmx_desk.services.log import LogFilter


@use_case("session.use")
def change_record(work, record, **changes):
    return work.store.change(record, **changes)


@pytest.fixture
def sanne(clinic):
    """A client of a practitioner: seen by the desk, by her own and, with a reason, by another."""
    own = clinic.as_("behandelaar")
    client = own.do(clients.create_client, Client(first_name="Sanne", surname="=Meer", phone="0612345678", practitioner_id=own.user.id))
    clinic.as_("receptie").do(clients.open_client, client.id)
    clinic.clock.move(days=1)
    own.do(clients.change_client, replace(client, city="Zwolle"))
    clinic.as_("collega").do(clients.open_client, client.id)
    return client


def test_a_filter_is_kept_by_name_for_oneself(clinic):
    mine, other = clinic.as_("manager"), clinic.as_("receptie")
    kept = mine.do(logbook.save_filter, "audit", '{"kind": "Seen"}')
    assert mine.do(logbook.save_filter, "audit", "{}").id == kept.id
    assert [item.content for item in mine.do(logbook.list_filters)] == ["{}"]
    assert other.do(logbook.list_filters) == []
    other.do(logbook.drop_filter, kept.id)
    assert mine.do(logbook.list_filters)
    with pytest.raises(UserError):
        mine.do(logbook.save_filter, " ", "{}")
    mine.do(logbook.drop_filter, kept.id)
    with pytest.raises(NotFound):
        mine.do(logbook.drop_filter, kept.id)
    assert clinic.verified().ok


@pytest.mark.parametrize("form", logbook.FORMATS)
def test_what_is_filtered_leaves_as_a_file_with_a_reason_only(clinic, sanne, form):
    desk = clinic.as_("manager")
    wanted = LogFilter(client=sanne.id)
    with pytest.raises(NotAllowed) as denied:
        desk.do(logbook.export_filtered, wanted, form, "Sanne")
    assert denied.value.needs_reason
    made = desk.do(logbook.export_filtered, wanted, form, "Sanne", reason="vraag van de auditor")
    shown = [row.seq for row in desk.do(log.list_log, replace(wanted, before=desk.log_size - 1))]  # without this very export
    if form == "csv":
        rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter=";"))
        assert [int(row[0]) for row in rows[1:-1]] == sorted(shown)
        assert "Sanne" in rows[-1][5] and desk.log_size
        assert not any(cell.startswith("=") for row in rows for cell in row)
    elif form == "json":
        found = json.loads(made)
        assert found["count"] == len(found["entries"]) == len(shown)
        assert len(found["log_root"]) == 64
    else:
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made))
        assert "Behandelaar B. Demo" in text and "Sanne" in text
    newest = desk.do(log.list_log, LogFilter(actor=desk.user.id, codes=("PRINT", "EXPORT")))[0]
    assert (newest.code, newest.reason, newest.client_id) == ("PRINT" if form == "pdf" else "EXPORT", "vraag van de auditor", sanne.id)
    assert clinic.verified().ok


def test_a_receptionist_exports_only_own_deeds(clinic, sanne):
    made = json.loads(clinic.as_("receptie").do(logbook.export_filtered, LogFilter(), "json", "alles"))
    assert {entry["who"] for entry in made["entries"]} == {"R. Demo"}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_who_saw_my_file_in_plain_words(clinic, sanne, language):
    i18n.use("en")
    desk = clinic.as_("manager")
    desk.do(clients.change_client, replace(desk.do(clients.open_client, sanne.id).client, language=language))
    found = desk.do(access_list.who_saw, sanne.id)
    people = {item.who for item in found}
    assert {"R. Demo", "Behandelaar A. Demo", "Behandelaar B. Demo", "M. Demo"} <= people
    front = next(item for item in found if item.who == "R. Demo")
    assert front.why == {"nl": "Balie: aanvragen, afspraken en contact", "en": "Front desk: requests, appointments and contact"}[language]
    assert any(word in text for item in found for text in item.what for word in ("dossier", "file"))
    pdf = desk.do(reports.make_report, "seen", client_id=sanne.id)
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    assert {"nl": "Wie zag het dossier van", "en": "Who saw the file of"}[language] in text
    rows = desk.do(reports.make_report, "seen", client_id=sanne.id, format="csv", reason="de cliënt vraagt het")
    assert b"R. Demo" in rows
    assert clinic.verified().ok


def test_an_entry_says_what_was_done_in_the_same_step_and_what_was_destroyed(clinic, sanne):
    @use_case("clients.change")
    def two_steps(work):
        work.store.change(work.store.get(Client, sanne.id), city="Assen")
        work.store.add(Client(client_no="C-9", surname="Tweede", phone="+31612340000"))

    desk = clinic.as_("manager")
    desk.do(two_steps)
    row = desk.do(log.list_log, LogFilter(client=sanne.id, codes=("CHANGE",)))[0]
    found = desk.do(log.log_details, row.seq)
    assert len(found.beside) == 1 and "Tweede" in found.beside[0]
    assert not found.erased

    @use_case("clients.change")
    def destroy(work):
        work.erase_values(row.seq, {"city"})

    desk.do(destroy)
    found = desk.do(log.log_details, row.seq)
    assert found.erased == ("city",)
    assert "city" not in {change.field for change in found.changes}


def test_what_the_program_did_by_itself_is_no_deed_of_a_person(clinic, sanne):
    """Signing moves the day until which a file is kept: that is no change of contact data. A privacy request is not a new file."""
    i18n.use("nl")
    clinic.clock.move(days=1)
    own = clinic.as_("behandelaar")
    own.do(change_record, own.do(clients.open_client, sanne.id).client, last_clinical_change=clinic.clock.moment)
    clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, sanne.id)
    found = clinic.as_("manager").do(access_list.who_saw, sanne.id)
    texts = {item.who: item.what for item in found if item.day == clinic.clock.moment.date()}
    assert not any("contactgegevens" in text for text in texts.get("Behandelaar A. Demo", ()))
    assert "Noteerde uw privacyverzoek of klacht" in texts["R. Demo"]
