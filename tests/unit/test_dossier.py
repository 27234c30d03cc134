"""The copy of a file at the door: everything in it, nothing cut, logged; the retention clock and the list of what is due."""

import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest

from nmx_desk import i18n
from nmx_desk.data.tables import OUTLIVES, TABLES, client_tables
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.errors import Conflict, NotAllowed
from nmx_desk.domain.family import ConsentPurpose, Relation, Representative
from nmx_desk.domain.notes import ConsultNote, FrozenKind, NoteSection
from nmx_desk.domain.plans import Plan, PlanStatus
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind, PrivacyState
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.reports.records import NotePrint, Titled
from nmx_desk.services import clients, consents, dossier, erasure, frozen, log, privacy, reports, representatives
from nmx_desk.services.desk import use_case
from tests.clinic import once
from tests.exam import erasures


@use_case("session.use")
def change(work, record, **changes):
    return work.store.change(record, **changes)


@use_case("session.use", writes=False)
def get(work, kind, record_id):
    return work.store.get(kind, record_id)


@pytest.fixture
def planted(clinic):
    """A client with a word of its own in every text of every table, of the practitioner."""
    care = clinic.as_("behandelaar")
    made = care.do(erasures.plant, random.Random(7), 1)
    care.do(change, care.do(get, Client, made.client.id), practitioner_id=care.user.id)
    return made


def granted(clinic, client, kind=PrivacyKind.COPY, decision=Decision.GRANTED):
    asked = clinic.as_("receptie").do(privacy.register_request, kind, client.id)
    clinic.as_("receptie").do(privacy.identify, asked.id, "paspoort gezien")
    clinic.as_("behandelaar").do(privacy.propose_decision, asked.id, decision, "" if decision is Decision.GRANTED else "reden")
    return clinic.as_("manager").do(privacy.approve_decision, asked.id)


def opened(copy):
    with zipfile.ZipFile(io.BytesIO(copy.content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def text_of(pdf):
    """What can be read, without spaces and line ends."""
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf))


def test_every_table_about_a_client_is_in_the_copy(clinic, planted):
    copy = clinic.as_("behandelaar").do(dossier.copy_of_file, granted(clinic, planted.client).id)
    found = json.loads(opened(copy)["records.json"])
    about = client_tables().keys() | OUTLIVES.keys() | {"draft"}
    there = {name for name in about if name not in dossier.LEFT_OUT}
    none = {"tombstone", "grievance", "incident", "deviation"}  # nothing was destroyed, no case is about them
    assert found["records"].keys() == there - none
    assert set(dossier.LEFT_OUT) <= about
    columns = {table.name: set(table.c.keys()) for table in TABLES.values()}
    for table, records in found["records"].items():
        assert set(records[0]) == columns[table], table
    assert copy.records == sum(len(records) for records in found["records"].values())
    assert found["seen_by"] and found["client_no"] == planted.client.client_no


def test_the_copy_reads_and_nothing_is_cut(clinic, planted):
    care = clinic.as_("behandelaar")
    long = " ".join(f"woord{number}" for number in range(6000)) + " slotwoord"
    care.do(change, care.do(get, Client, planted.client.id), emergency_contact=long)
    files = opened(care.do(dossier.copy_of_file, granted(clinic, planted.client).id))
    file, seen, _records, *documents = files.values()
    assert len(documents) == 2  # of the file, and of a case
    assert documents[0].startswith(b"%PDF-") and len(documents[0]) > 20_000
    assert "slotwoord" in text_of(file) and planted.client.surname in text_of(file)
    assert "BehandelaarA.Demo" in text_of(seen)


def test_the_export_is_logged_and_may_be_made_again(clinic, planted):
    request = granted(clinic, planted.client)
    care = clinic.as_("behandelaar")
    care.do(dossier.copy_of_file, request.id)
    care.do(dossier.copy_of_file, request.id)
    assert clinic.as_("receptie").do(privacy.open_privacy_request, request.id).request.state is PrivacyState.EXECUTED
    lines = clinic.as_("manager").do(log.client_history, planted.client.id)
    assert [line.obj_type for line in lines if line.code == "EXPORT"] == ["dossier", "dossier"]
    clinic.as_("receptie").do(privacy.close_privacy_request, request.id)
    with pytest.raises(Conflict):
        care.do(dossier.copy_of_file, request.id)
    assert clinic.verified().ok


def test_who_may_and_when(clinic, planted):
    request = granted(clinic, planted.client)
    for username in ("receptie", "beheerder"):
        with pytest.raises(NotAllowed):
            clinic.as_(username).do(dossier.copy_of_file, request.id)
    for username in ("manager", "collega"):
        with pytest.raises(NotAllowed):
            clinic.as_(username).do(dossier.copy_of_file, request.id)
    assert clinic.as_("manager").do(dossier.copy_of_file, request.id, reason="behandelaar is ziek").records
    refused = granted(clinic, planted.client, decision=Decision.REFUSED)
    with pytest.raises(Conflict):
        clinic.as_("behandelaar").do(dossier.copy_of_file, refused.id)
    other = granted(clinic, planted.client, PrivacyKind.CORRECTION)
    with pytest.raises(Conflict):
        clinic.as_("behandelaar").do(dossier.copy_of_file, other.id)


def test_d4_lists_what_is_due_asked_and_destroyed(clinic, planted):
    care = clinic.as_("behandelaar")
    today = clinic.clock.moment.date()
    care.do(change, care.do(get, Client, planted.client.id), retention_until=today - timedelta(days=1))
    destroyed = erasures.approved(clinic, planted.client, ErasureScope.CARE)
    boss = clinic.as_("beheerder")
    boss.do(erasure.execute_destruction, destroyed)
    stone = boss.do(privacy.list_tombstones)[0]
    csv = boss.do(reports.make_report, "retention", format="csv", date_from=today, date_to=today).decode("utf-8-sig")
    assert stone.client_no in csv and stone.request_no in csv
    assert not any(word in csv for word in planted.words)
    pdf = boss.do(reports.make_report, "retention", date_from=today, date_to=today)
    assert stone.request_no in text_of(pdf)
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(reports.make_report, "retention", date_from=today, date_to=today)


def test_a_change_that_is_not_medical_does_not_extend_the_period(clinic):
    """Contact data, a privacy request, the copy itself: none of them moves the clock."""
    care, long_ago = clinic.as_("behandelaar"), clinic.clock.moment - timedelta(days=3000)
    client = care.do(clients.create_client, Client(first_name="Anneke", surname="Bakker", practitioner_id=care.user.id, phone="0612345678"))
    client = care.do(change, client, last_clinical_change=long_ago, retention_until=long_ago.date())
    clinic.as_("receptie").do(clients.change_client, replace(client, city="Elders"))
    care.do(dossier.copy_of_file, granted(clinic, client).id)
    now = care.do(get, Client, client.id)
    assert now.city == "Elders" and (now.last_clinical_change, now.retention_until) == (long_ago, long_ago.date())


@use_case("session.use")
def add(work, record):
    return work.store.add(record)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("Vermoeidheid", "Leefstijl", "Vervolgconsult", "Bijwerking", "Telefoonnummer:0612345678")),
        ("en", ("Fatigue", "Lifestyle", "Follow-upconsult", "Sideeffect", "Telefoonnummer:0612345678")),
    ],
)
def test_the_client_reads_words_and_never_a_code_of_the_program(clinic, planted, language, words):
    """What a form chose from stands there in words, a score names its complaint, a section the day of its note."""
    i18n.use(language)
    care, about = clinic.as_("behandelaar"), {"client_id": planted.client.id}
    complaint = care.do(add, Complaint(code="fatigue", words="Elke middag op", axes="gut_brain metabolism", **about))
    care.do(add, ComplaintScore(complaint_id=complaint.id, score=7, moment="follow_up", source_id=complaint.id, **about))
    note = care.do(add, ConsultNote(care_date=date(2026, 3, 5), author_id=care.user.id, hash="af" * 32, **about))
    care.do(add, NoteSection(note_id=note.id, code="lifestyle", text="Rookt niet", **about))
    care.do(add, Plan(practitioner_id=care.user.id, stop_reason="side_effect", status=PlanStatus.STOPPED, **about))
    row = json.dumps({"Telefoonnummer": "0612345678"})
    care.do(add, AdviceRequest(first_name="A", surname="B", outcome="intake_booked", raw_payload=row, **about))
    file = opened(care.do(dossier.copy_of_file, granted(clinic, planted.client).id))[i18n._("file.pdf")]
    text = text_of(file)
    codes = ("fatigue", "follow_up", "lifestyle", "side_effect", "intake_booked", "afafaf", "gut_brain", complaint.id)
    assert not [code for code in codes if code in text]
    assert not [word for word in words if "".join(word.split()) not in text]
    assert text.count("Elkemiddagop") == 2 and text.count("5maart2026" if language == "nl" else "5March2026") >= 2


def test_what_was_signed_is_a_pdf_of_the_copy_and_no_code_in_it(clinic, planted):
    care, client = clinic.as_("behandelaar"), planted.client
    shown = NotePrint(
        client_name="Anna de Vries", client_no=client.client_no, birth_date=None, kind="Vrij verslag", care_date=date(2026, 3, 5),
        author="A. Demo", begun_by="", attendees="", minutes=30, signed_at=clinic.clock(), late_reason="", hash="af" * 32,
        sections=(Titled(title="Beloop", text="Slaapt weer door."),), scores=(),
    )  # fmt: skip
    kept = care.do(once(lambda work: frozen.keep(work, FrozenKind.NOTE, work.new_id(), client.id, shown, spoken="nl"), "notes.read"))
    care.do(change, care.do(add, replace(kept, id="", subject_id="ander verslag")), content=kept.content.replace("weer", "niet"))
    files = opened(care.do(dossier.copy_of_file, granted(clinic, client).id))
    (name,) = [name for name in files if "Consult note" in name]  # the altered one stands in the part for machines only
    assert "Slaaptweerdoor." in text_of(files[name]) and "(kopie)" in text_of(files[name])
    read = text_of(files["file.pdf"])
    assert "".join(name.split()) in read and "Slaapt" not in read and "subject" not in read


def test_d4_says_until_when_a_request_is_to_be_answered(clinic, planted):
    i18n.use("nl")
    asked = clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, planted.client.id)
    boss, first = clinic.as_("manager"), asked.received_on
    assert f"{asked.due_on:%d-%m-%Y}" in boss.do(reports.make_report, "retention", format="csv", date_from=first).decode("utf-8-sig")
    clinic.clock.move(days=40)
    later = {"date_from": first, "date_to": first, "format": "csv"}
    assert "te laat" in boss.do(reports.make_report, "retention", **later).decode("utf-8-sig")


def test_a_consent_is_shown_with_the_text_that_was_agreed_to(clinic, planted):
    care, client_id = clinic.as_("behandelaar"), planted.client.id
    care.do(consents.give_consent, client_id, ConsentPurpose.DATA_TO_GP, 1, evidence="formulier")
    care.do(representatives.add_representative, client_id, Representative(first_name="Cor", relation=Relation.MENTOR))
    text = text_of(opened(care.do(dossier.copy_of_file, granted(clinic, planted.client).id))[i18n._("file.pdf")])
    for words in ("1: The clinic may inform my GP", "Data to the GP", "Mentor", "Cor"):
        assert "".join(words.split()) in text
