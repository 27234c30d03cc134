"""What was signed is printed as it was, whatever changed since; from the second time on as a copy."""

import io
from dataclasses import replace

import pypdfium2
import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, NotAllowed
from nmx_desk.domain.notes import FrozenPrint, NoteKind, NoteSection
from nmx_desk.services import clients, complaints, frozen, note_steps, notes, scores
from nmx_desk.services.notes import ComplaintEntry
from tests.clinic import once

FOLLOW = [NoteSection(code="course", text="Gaat beter.\n\nMinder moe."), NoteSection(code="agreed", text="Over zes weken.")]


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def anna(desk):
    made = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    return desk.do(once(lambda work: work.store.add(made)))


@pytest.fixture
def signed(desk, anna):
    note = desk.do(notes.open_note, anna.id, NoteKind.FOLLOW_UP).note
    desk.do(scores.save_scores, note.id, [ComplaintEntry(words="Moe", score=0), ComplaintEntry(words="Buikpijn")], None)
    return desk.do(notes.sign_note, note.id, FOLLOW).note


def text(data):
    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def kept(desk, note):
    return desk.do(once(lambda work: work.store.find_one(FrozenPrint, subject_id=note.id)))


def test_a_signed_note_prints_its_words_scores_and_fingerprint(desk, signed, clinic):
    shown = text(desk.do(frozen.print_note, signed.id))
    for words in ("Anna de Vries (C-000001)", "Gaat beter.", "Minder moe.", "Over zes weken.", "Moe", "0 of 10", signed.hash[:40]):
        assert words in shown
    assert "Buikpijn" not in shown, "what was not measured is not there"
    assert "copy" not in shown and "copy" in text(desk.do(frozen.print_note, signed.id))
    assert clinic.verified().ok


def test_names_words_and_scores_that_change_later_change_nothing_on_paper(desk, signed, anna):
    found = desk.do(clients.open_client, anna.id).client
    desk.do(clients.change_client, replace(found, surname="van Vliet"))
    [series] = [one for one in desk.do(complaints.open_complaints, anna.id).active if one.complaint.words == "Moe"]
    desk.do(complaints.change_complaint, replace(series.complaint, words="Uitgeput"))
    shown = text(desk.do(frozen.print_note, signed.id))
    assert "Anna de Vries" in shown and "Uitgeput" not in shown and "Moe" in shown


def test_addenda_and_why_it_is_void_stand_apart(desk, signed):
    before = kept(desk, signed)
    desk.do(notes.add_addendum, signed.id, "Ook hoofdpijn genoemd.", "vergeten te noteren")
    desk.do(note_steps.void_note, signed.id, "van iemand anders")
    shown = text(desk.do(frozen.print_note, signed.id))
    assert "Ook hoofdpijn genoemd." in shown and "vergeten te noteren" in shown and "Declared void: van iemand anders" in shown
    assert (kept(desk, signed).content, kept(desk, signed).sha256) == (before.content, before.sha256)


def test_what_was_kept_and_altered_is_not_printed(desk, signed):
    desk.do(once(lambda work: work.store.change(work.store.find_one(FrozenPrint, subject_id=signed.id), content="{}")))
    with pytest.raises(EnvironmentProblem):
        desk.do(frozen.print_note, signed.id)


def test_drafts_are_not_printed_and_strangers_print_nothing(desk, anna, signed, clinic):
    draft = desk.do(notes.open_note, anna.id, NoteKind.FREE).note
    with pytest.raises(Conflict):
        desk.do(frozen.print_note, draft.id)
    for username in ("receptie", "collega"):
        with pytest.raises(NotAllowed):
            clinic.as_(username).do(frozen.print_note, signed.id)


def test_a_note_signed_before_there_were_frozen_prints_is_frozen_when_it_is_printed(desk, signed):
    desk.do(once(lambda work: work.store.remove(work.store.find_one(FrozenPrint, subject_id=signed.id))))
    assert "Gaat beter." in text(desk.do(frozen.print_note, signed.id))
    assert kept(desk, signed).printed_at is not None
