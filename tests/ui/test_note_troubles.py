"""What can go wrong while somebody types a note, in a real window: the disk is full, the clock is set back, the text is very long."""

import json
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import ConsultNote, Draft, NoteSection, NoteStatus
from nmx_desk.services import note_seats, note_versions, notes
from nmx_desk.services.note_seats import typed_sections
from nmx_desk.ui import today
from nmx_desk.ui.notes import PAGE
from tests.clinic import PASSWORD, once
from tests.exam.disk import recording
from tests.exam.disk_full import CODES

CTRL = Qt.KeyboardModifier.ControlModifier


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals)))


def settle(window):
    for _step in range(5):
        window.runner.idle()
    return window.current()


@pytest.fixture
def disk():
    """A disk that can be full; made before the clinic is opened."""
    with recording() as made:
        yield made


@pytest.fixture
def desk(disk, clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def window(desk, window_of):
    return window_of("behandelaar", today.PAGE, PAGE)


@pytest.fixture
def page(window, desk):
    made = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    client = desk.do(once(lambda work: work.store.add(made)))
    window.go("notes", client_id=client.id, kind="free")
    return settle(window)


def full(disk):
    disk.refuse = lambda event: CODES[event.kind] if event.kind in {"write", "map", "create"} else 0


def room(disk):
    disk.refuse = None


def text(page):
    return page.editor.sections["text"].text


def kept(desk):
    return [typed_sections(draft.content)["text"][0] for draft in rows(desk, Draft) if draft.content]


def test_on_a_full_disk_the_typing_goes_on_and_is_kept_once_there_is_room(page, window, desk, disk):
    QTest.keyClicks(text(page), "Moe sinds mei. ")
    page.autosave.now()
    settle(window)
    full(disk)
    QTest.keyClicks(text(page), "Slaapt slecht. ")
    page.autosave.now()
    settle(window)
    assert (page.saved.text(), page.banner.isVisible()) == ("Not saved", True) and "disk is full" in page.banner.text
    QTest.keyClicks(text(page), "Eet goed.")
    room(disk)
    page.banner._act()  # “Try again”
    settle(window)
    assert kept(desk) == ["Moe sinds mei. Slaapt slecht. Eet goed."] and page.saved.text().startswith("Saved")


def test_what_could_not_be_saved_is_there_again_when_one_comes_back(page, window, desk, disk, clinic):
    """Also from another page: the disk takes nothing that was typed."""
    note_id = page.sheet.note.id
    full(disk)
    QTest.keyClicks(text(page), "Getypt op een volle schijf")
    page.autosave.now()
    settle(window)
    window.go("today")
    settle(window)
    room(disk)
    window.go("notes", note_id=note_id)
    page = settle(window)
    assert text(page).toPlainText() == "Getypt op een volle schijf" and kept(desk) == ["Getypt op een volle schijf"]
    window.go("today")
    settle(window)
    assert [one.text for one in rows(desk, NoteSection, note_id=note_id)] == ["Getypt op een volle schijf"] and clinic.verified().ok


def test_nothing_that_was_held_goes_over_what_was_written_elsewhere_meanwhile(page, window, desk, disk, clinic):
    note_id = page.sheet.note.id
    full(disk)
    QTest.keyClicks(text(page), "Getypt op een volle schijf")
    window.go("today")
    settle(window)
    room(disk)
    other = clinic.front.sign_in("behandelaar", PASSWORD)
    desk.do(note_seats.leave_seat, note_id)
    sheet = other.do(notes.read_note, note_id)
    other.do(notes.save_note, sheet.note, [NoteSection(code="text", text="Elders geschreven")], base=sheet.base)
    other.close()
    window.go("notes", note_id=note_id)
    page = settle(window)
    assert text(page).toPlainText() == "Elders geschreven"
    held = [one for one in desk.do(note_versions.note_versions, note_id) if one.beside]
    assert [one.texts["text"] for one in held] == ["Getypt op een volle schijf"]


def test_a_clock_that_is_set_back_takes_nothing_of_what_was_typed(page, window, desk, clinic):
    QTest.keyClicks(text(page), "Voor de klok verzet werd. ")
    page.autosave.now()
    settle(window)
    clinic.clock.move(hours=-5)
    QTest.keyClicks(text(page), "En daarna.")
    page.autosave.now()
    settle(window)
    assert kept(desk) == ["Voor de klok verzet werd. En daarna."]
    QTest.keyClick(text(page), Qt.Key.Key_Return, CTRL)
    settle(window)
    (note,) = rows(desk, ConsultNote)
    assert note.status is NoteStatus.SIGNED and note.signed_at < note.created_at and not note.late
    sheet = desk.do(notes.read_note, note.id)
    assert (sheet.sections[0].text, sheet.broken) == ("Voor de klok verzet werd. En daarna.", False) and clinic.verified().ok


def test_a_window_elsewhere_does_not_hold_a_note_for_as_long_as_a_clock_was_wrong(page, desk, clinic):
    """Its clock was a day ahead: what it said last lies in the future of everybody else, and it is gone."""
    note_id = page.sheet.note.id
    desk.do(note_seats.keep_note, note_id, page.sheet.base, json.dumps({"sections": {"text": ["Moe", False]}}))
    ahead = clinic.clock.moment + timedelta(days=1)
    desk.do(once(lambda work: [work.store.change(one, seat="elsewhere", station="PC-2", seen_at=ahead) for one in work.store.find(Draft)]))
    sheet = desk.do(notes.read_note, note_id)
    assert sheet.elsewhere is None and sheet.draft is not None


def test_a_note_of_200_000_letters_is_typed_kept_signed_compared_and_printed(page, window, desk, clinic):
    note_id, long = page.sheet.note.id, "Moe sinds het voorjaar, en slaapt slecht. " * 4_800
    text(page).insertPlainText(long)
    QTest.keyClicks(text(page), "Tot hier.")
    page.autosave.now()
    settle(window)
    assert kept(desk) == [f"{long}Tot hier."] and len(long) > 200_000
    window.go("today")
    settle(window)
    window.go("notes", note_id=note_id)
    page = settle(window)
    QTest.keyClicks(text(page), "Eerst dit. ")
    QTest.keyClick(text(page), Qt.Key.Key_Return, CTRL)
    settle(window)
    sheet = desk.do(notes.read_note, note_id)
    assert sheet.note.status is NoteStatus.SIGNED and sheet.sections[0].text == f"Eerst dit. {long}Tot hier."
    now, *before = desk.do(note_versions.note_versions, note_id)
    (pair,) = desk.do(note_versions.compare_notes, note_id, before[0].key, now.key)
    assert len(pair.new) - len(pair.old) == len("Eerst dit. ") and clinic.verified().ok
