"""What is attached to a note: only to one's own unsigned one, kept with it when it is signed, and printed as a list."""

import io

import pypdfium2
import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Axis, Insight
from nmx_desk.domain.documents import Document
from nmx_desk.domain.errors import Conflict, NotAllowed
from nmx_desk.domain.history import LifestyleMeasurement
from nmx_desk.domain.notes import NoteKind, NoteSection
from nmx_desk.services import axes, documents, frozen, note_steps, notes
from tests.clinic import once

FOLLOW = [NoteSection(code="course", text="Gaat beter."), NoteSection(code="agreed", text="Over zes weken.")]


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


def somebody(desk, number=1):
    made = Client(client_no=f"C-{number:06}", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    return desk.do(once(lambda work: work.store.add(made)))


@pytest.fixture
def anna(desk):
    return somebody(desk)


@pytest.fixture
def note(desk, anna):
    return desk.do(notes.open_note, anna.id, NoteKind.FOLLOW_UP).note


def attach(desk, note, name="brief.txt", content=b"Beste collega", what="brief van de huisarts"):
    return desk.do(documents.add_document, note.client_id, name, content, what, note_id=note.id)


def all_of(desk):
    return desk.do(once(lambda work: work.store.find(Document)))


def printed(desk, note):
    with pypdfium2.PdfDocument(io.BytesIO(desk.do(frozen.print_note, note.id))) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_attachments_stand_with_the_note_in_their_order_and_in_the_file(desk, anna, note):
    first, second = attach(desk, note), attach(desk, note, "foto.png", b"\x89PNG\r\n\x1a\n123", "")
    loose = desk.do(documents.add_document, anna.id, "los.txt", b"los")
    assert [one.id for one in desk.do(notes.read_note, note.id).documents] == [first.id, second.id]
    assert {one.id for one in desk.do(documents.list_documents, anna.id)} == {first.id, second.id, loose.id}


def test_a_signed_note_takes_none_loses_none_and_lists_them_on_paper(desk, anna, note, clinic):
    made = attach(desk, note)
    signed = desk.do(notes.sign_note, note.id, FOLLOW).note
    before = all_of(desk)
    for refused in (
        lambda: attach(desk, signed, "later.txt"),
        lambda: desk.do(documents.remove_document, made.id),
        lambda: desk.do(documents.note_document, made.id, "iets anders"),
    ):
        with pytest.raises(Conflict, match="This note is signed"):
            refused()
    assert all_of(desk) == before
    [row] = desk.do(notes.read_note, signed.id).documents
    assert not row.removable
    shown = printed(desk, signed)
    assert "Attachments" in shown and "brief.txt: brief van de huisarts" in shown and before[0].sha256[:20] in shown
    assert clinic.verified().ok


def test_not_even_behind_the_doors_back(desk, anna, note):
    made = attach(desk, note)
    desk.do(notes.sign_note, note.id, FOLLOW)
    kept = all_of(desk)[0]
    for act in (
        lambda work: work.store.change(kept, note_id=None),
        lambda work: work.store.add(Document(client_id=anna.id, name="x.txt", note_id=note.id)),
    ):
        with pytest.raises(Conflict, match="signed"):
            desk.do(once(act, "notes.write"))
    assert [one.id for one in all_of(desk)] == [made.id]


def test_a_colleagues_draft_and_another_client_are_refused(desk, anna, note, clinic):
    other = somebody(desk, 2)
    with pytest.raises(Conflict):
        desk.do(documents.add_document, other.id, "x.txt", b"x", note_id=note.id)
    colleague = clinic.as_("collega")
    with pytest.raises((Conflict, NotAllowed)):
        attach(colleague, note)
    assert all_of(desk) == []


def test_the_draft_goes_the_document_stays_in_the_file(desk, anna, note):
    made = attach(desk, note)
    desk.do(notes.delete_draft_note, note.id)
    [row] = desk.do(documents.list_documents, anna.id)
    assert (row.id, row.note_id) == (made.id, None)


def test_in_the_wrong_file_it_is_void_and_goes_along_with_the_copy(desk, anna, note, clinic):
    attach(desk, note)
    signed = desk.do(notes.sign_note, note.id, FOLLOW).note
    other = somebody(desk, 2)
    copy = desk.do(note_steps.void_note, signed.id, "verkeerde cliënt", other.id).copy
    [there] = desk.do(notes.read_note, copy.id).documents
    assert (there.name, there.void_reason) == ("brief.txt", "")
    [here] = desk.do(documents.list_documents, anna.id)
    assert here.void_reason == "verkeerde cliënt"
    assert clinic.verified().ok


def test_lifestyle_is_measured_with_the_note_and_0_is_a_value(desk, anna, note):
    told = LifestyleMeasurement(alcohol=0, stress=7)
    saved = desk.do(notes.save_note, note, FOLLOW, lifestyle=told)
    assert (saved.lifestyle.alcohol, saved.lifestyle.stress, saved.lifestyle.nutrition) == (0, 7, None)
    assert saved.lifestyle_before is None and saved.lifestyle.source_id == note.id
    desk.do(notes.sign_note, note.id, FOLLOW)
    later = desk.do(notes.open_note, anna.id, NoteKind.PHONE)
    assert later.lifestyle == LifestyleMeasurement() and later.lifestyle_before.stress == 7
    blank = desk.do(notes.save_note, later.note, [], lifestyle=LifestyleMeasurement())
    assert blank.lifestyle.source_id is None, "nothing told is no row"


def test_what_was_told_and_judged_with_a_note_stands_on_its_paper_and_what_was_not_does_not(desk, anna, note):
    told = LifestyleMeasurement(alcohol=0, sleep_half_hours=15, pattern="mediterraan")
    desk.do(notes.save_note, note, FOLLOW, lifestyle=told)
    for state, words in ((1, "Eerst gedacht."), (3, "Klachten na brood.")):
        desk.do(axes.judge_axis, anna.id, Axis.BARRIER, state, Insight.SELF_REPORT, words, note.id)
    desk.do(axes.judge_axis, anna.id, Axis.LIVER, 2, Insight.UNKNOWN, "Los van dit verslag.", None)
    shown = printed(desk, desk.do(notes.sign_note, note.id, FOLLOW).note)
    for words in ("Alcohol, glasses a week", "Sleep, hours a night", "7.5", "mediterraan", "Klachten na brood."):
        assert words in shown, words
    for words in ("Caffeine", "Smoking", "Eerst gedacht.", "Los van dit verslag."):
        assert words not in shown, words
