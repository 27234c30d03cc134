"""The page of consult notes in a real window, at a real desk."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolButton

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.domain.notes import ConsultNote, Draft, NoteKind, NoteStatus
from nmx_desk.services import notes
from nmx_desk.ui import errors
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.marked import Marked
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.notes import PAGE, addendum, page, steps
from tests.clinic import PASSWORD, once

CTRL = Qt.KeyboardModifier.ControlModifier


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals)))


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    return desk.do(
        once(lambda work: work.store.add(Client(client_no="C-000001", first_name="<i>Anna</i>", surname="de Vries", phone="+31600112233")))
    )


@pytest.fixture
def window(window_of):
    return window_of("behandelaar", PAGE)


@pytest.fixture
def note(window, client):
    window.go("notes", client_id=client.id, kind="intake")
    return settle(window)


def settle(window):
    for _step in range(4):
        window.runner.idle()
    return window.current()


def write(note):
    QTest.keyClicks(note.editor.sections["complaints"].text, "Moe")
    note.editor.sections["history"].nothing.click()
    QTest.keyClicks(note.editor.sections["triggers"].text, "Reis")


def sign(note, _monkeypatch):
    write(note)
    note.editor.sections["triggers"].text.setFocus()
    QTest.keyClick(note.editor.sections["triggers"].text, Qt.Key.Key_Return, CTRL)
    settle(note.frame)


def test_ctrl_enter_signs_and_locks(note, window, desk, clinic, monkeypatch):
    QTest.keyClicks(note.context.complaints.rows[0].words, "Moe")
    QTest.keyClicks(note.context.complaints.rows[0].score, "7")
    QTest.keyClicks(note.context.outcome["calm"], "0")
    sign(note, monkeypatch)
    stored = rows(desk, ConsultNote)[0]
    assert stored.status is NoteStatus.SIGNED
    sheet = desk.do(notes.read_note, stored.id)
    assert sheet.sections[0].text == "Moe"
    assert sheet.sections[1].nothing_particular
    assert sheet.scores.complaints[0].scores[0].score == 7
    assert sheet.scores.outcomes[0].calm == 0
    assert not note.editor.isVisible()
    assert note.reader.isVisible()
    assert not note.sign_button.isVisible()
    assert note.addendum_button.isVisible()
    assert rows(desk, Draft) == []
    assert window.toaster.text == "The note is signed."
    assert clinic.verified().ok


def test_tab_goes_as_one_reads_and_digits_through_the_scores(note, window):
    last = list(note.editor.sections.values())[-1].text
    last.setFocus()
    for passed in (last, note.editor.attachments.add_button, note.context.folds[0].head):
        assert window.focusWidget() is passed
        QTest.keyClick(passed, Qt.Key.Key_Tab)
    assert window.focusWidget() is note.context.complaints.rows[0].words
    for number in range(2):
        QTest.keyClicks(note.context.complaints.rows[number].words, "Moe")
    note.editor.focus_first()
    note.tools.to_scores()
    assert window.focusWidget() is note.context.complaints.rows[0].score
    for key in "78456":
        QTest.keyClicks(window.focusWidget(), key)
    assert [score.value() for score in note.context.scores()] == [7, 8, 4, 5, 6]
    note.tools.to_scores()
    assert window.focusWidget() is note.editor.sections["complaints"].text


def test_the_keys_of_a_page_work_from_the_rail_too(note, window, desk, monkeypatch):
    asked = []
    desk.asks_at_signing = True
    monkeypatch.setattr(errors, "password_for", lambda *_: asked.append(1) or "")
    write(note)
    window.rail.findChild(QToolButton).setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return, CTRL)
    settle(window)
    assert asked == [1]


def test_beginning_what_is_signed_says_so(note, window, client, monkeypatch):
    sign(note, monkeypatch)
    window.go("notes", client_id=client.id, kind="intake")
    settle(window)
    assert note.banner.text.startswith("This consult has a signed note already.")
    assert window.focusWidget() is note


def test_every_text_field_is_plain_text_and_every_control_has_a_name(note, window):
    assert note.findChildren(QTextEdit) == []
    assert note.findChildren(QPlainTextEdit)
    assert note.heading.text() == "<i>Anna</i> de Vries"
    assert unnamed(window) == []


def test_required_sections_are_asked_beside_them(note, desk, monkeypatch):
    monkeypatch.setattr(page, "ask", lambda *_args, **_more: True)
    QTest.keyClicks(note.editor.sections["complaints"].text, "Moe")
    note.sign()
    settle(note.frame)
    assert "Medical history" in note.editor.sections["history"].error.text()
    assert note.editor.sections["history"].error.isVisible()
    assert rows(desk, ConsultNote)[0].status is NoteStatus.DRAFT


def test_text_and_the_tick_exclude_each_other(note):
    part = note.editor.sections["history"]
    part.nothing.click()
    QTest.keyClicks(part.text, "x")
    assert not part.nothing.value()
    part.nothing.click()
    assert not part.nothing.value()
    assert part.text.value() == "x"
    assert "Empty it first" in part.error.text()


def test_not_confirming_signs_nothing(note, desk, monkeypatch):
    desk.asks_at_signing = True
    monkeypatch.setattr(errors, "password_for", lambda *_: "")
    write(note)
    note.sign()
    settle(note.frame)
    assert rows(desk, ConsultNote)[0].status is NoteStatus.DRAFT and note.editor.isVisible()


def test_the_password_is_asked_until_it_is_right(note, desk, monkeypatch):
    desk.asks_at_signing, given, said = True, ["nee", PASSWORD], []
    monkeypatch.setattr(errors, "password_for", lambda message, _owner: said.append(message) or given.pop(0))
    write(note)
    note.sign()
    for _time in range(4):
        settle(note.frame)
    assert rows(desk, ConsultNote)[0].status is NoteStatus.SIGNED and given == []
    assert said[0].startswith("Sign with your password") and said[1].startswith("This is not your password")


def test_kept_within_two_seconds_and_put_back(note, window, desk, qtbot):
    size = desk.log_size
    QTest.keyClicks(note.editor.sections["complaints"].text, "Al jaren moe ")
    assert note.saved.text() == "Saving …"
    qtbot.waitUntil(lambda: note.saved.text().startswith("Saved"), timeout=2000)
    assert desk.log_size == size
    assert json.loads(rows(desk, Draft)[0].content)["sections"]["complaints"][0] == "Al jaren moe "
    where = note.where
    note.sheet = None  # as if the program had been killed: nothing is saved on the way out
    note.arrive(**where)
    settle(window)
    assert note.editor.sections["complaints"].text.toPlainText() == "Al jaren moe "
    assert "Restored what was typed at 09:00" in note.banner.text
    note.banner._act()
    settle(window)
    assert note.editor.sections["complaints"].text.toPlainText() == ""
    assert [kept.content for kept in rows(desk, Draft)] == [""]  # this window still sits at the note


def test_leaving_makes_one_logged_change(note, window, desk, client, clinic):
    QTest.keyClicks(note.editor.sections["complaints"].text, "Moe")
    QTest.keyClicks(note.context.complaints.rows[0].words, "Moe")
    window.go("notes", client_id=client.id)
    settle(window)
    assert rows(desk, Draft) == []
    sheet = desk.do(notes.open_note, client.id, NoteKind.INTAKE)
    assert sheet.sections[0].text == "Moe"
    assert [series.complaint.words for series in sheet.scores.complaints] == ["Moe"]
    assert note.list.isVisible()
    assert [row.note.id for row in note.list.table.records.rows] == [sheet.note.id]
    assert clinic.verified().ok


def test_when_leaving_cannot_save_the_draft_stays(note, window, desk, client):
    QTest.keyClicks(note.editor.sections["complaints"].text, "Moe")
    QTest.keyClicks(note.context.complaints.rows[0].words, "Moe")
    QTest.keyClicks(note.context.complaints.rows[0].since, "ooit")
    window.go("notes", client_id=client.id)
    settle(window)
    window.go("notes", client_id=client.id, kind="intake")
    settle(window)
    assert note.editor.sections["complaints"].text.value() == "Moe"
    assert note.context.complaints.rows[0].since.value() == "ooit"
    assert "Restored" in note.banner.text


def test_a_late_note_asks_why(note, window, desk, clinic, monkeypatch):
    clinic.clock.move(days=9)
    asked = []
    monkeypatch.setattr(page, "ask_reason", lambda _parent, _title, text, **_more: asked.append(text) or "Ziek geweest")
    sign(note, monkeypatch)
    settle(window)
    assert "24 hours" in asked[0]
    assert rows(desk, ConsultNote)[0].late_reason == "Ziek geweest"
    assert "Late entry: Ziek geweest" in [label.text() for label in note.reader.findChildren(page.Label)][-1]


def test_an_addendum_is_added_under_the_text(note, window, desk, monkeypatch):
    sign(note, monkeypatch)
    monkeypatch.setattr(page, "ask_addendum", lambda _parent: {"text": "Ook <b>hoofdpijn</b>", "reason": "Vergeten"})
    note.add_addendum()
    settle(window)
    assert note.sheet.note.status is NoteStatus.AMENDED
    assert "Ook <b>hoofdpijn</b>" in [label.text() for label in note.reader.findChildren(page.Label)]


def test_the_addendum_dialog_wants_text_and_reason(qtbot):
    dialog = addendum.AddendumDialog(None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.accept()
    assert dialog.isVisible()
    dialog.form.set_values({"text": "x", "reason": "Vergeten"})
    dialog.accept()
    assert not dialog.isVisible()


def test_going_back_after_signing_begins_no_second_note(note, window, desk, client, monkeypatch):
    sign(note, monkeypatch)
    window.go("notes", client_id=client.id)
    settle(window)
    window._move(-1)
    settle(window)
    assert note.reader.isVisible()
    assert len(rows(desk, ConsultNote)) == 1


def test_a_draft_is_deleted_after_asking(note, window, desk, monkeypatch):
    monkeypatch.setattr(page, "ask", lambda *_args, **_more: True)
    write(note)
    note.delete()
    settle(window)
    assert rows(desk, ConsultNote) == []
    assert note.list.isVisible()


def test_a_colleague_gives_a_reason_and_reads_only(note, window_of, clinic, client, monkeypatch):
    monkeypatch.setattr(errors, "reason_for", lambda _error, _owner: "Neemt vandaag waar")
    other = window_of("collega", PAGE)
    other.go("notes", client_id=client.id, kind="intake")
    shown = settle(other)
    assert "Behandelaar A. Demo is writing this note" in shown.banner.text
    assert not shown.editor.isVisible()
    assert not shown.sign_button.isVisible()


def test_without_a_reason_nothing_is_shown(note, window_of, clinic, client, monkeypatch):
    monkeypatch.setattr(errors, "reason_for", lambda _error, _owner: None)
    other = window_of("collega", PAGE)
    other.go("notes", client_id=client.id, kind="intake")
    shown = settle(other)
    assert "stays closed" in shown.banner.text
    assert not shown.split.isVisible()


def test_a_full_disk_is_said_and_the_text_stays(note, window, desk, monkeypatch):
    problem = EnvironmentProblem("The disk is full; nothing was saved.")
    real = desk.do

    def full(case, *args, **kwargs):
        if case.name == "keep_note":
            raise problem
        return real(case, *args, **kwargs)

    monkeypatch.setattr(desk, "do", full)
    QTest.keyClicks(note.editor.sections["complaints"].text, "Moe")
    note.autosave.now()
    settle(window)
    assert note.saved.text() == "Not saved"
    assert "disk is full" in note.banner.text
    assert note.editor.sections["complaints"].text.value() == "Moe"
    monkeypatch.setattr(desk, "do", real)
    note.banner._act()
    settle(window)
    assert len(rows(desk, Draft)) == 1


# -- carried forward, compared, void -----------------------------------------------------------------------------------------------------


@pytest.fixture
def second(note, window, client, monkeypatch, clinic):
    """A follow-up after a signed intake."""
    sign(note, monkeypatch)
    clinic.clock.move(days=14)
    window.go("notes", client_id=client.id, kind="phone")
    settle(window)
    page = window.current()
    page.editor.sections["course"].text.setFocus()
    return page


def test_parts_of_the_last_note_are_carried_forward_and_say_so(second, window, desk):
    intake = second.sheet.last.note
    second.editor.sections["course"].offer(intake.id, "14-9-2026", "Gaat beter.")
    QTest.mouseClick(second.editor.sections["course"].carry_button, Qt.MouseButton.LeftButton)
    part = second.editor.sections["course"]
    assert part.text.value() == "Gaat beter." and part.mark.text() == "carried forward from 14-9-2026, unchanged"
    QTest.keyClicks(part.text, "Ook ")
    assert part.mark.text() == "carried forward from 14-9-2026, changed"
    restored = json.loads(second._content())["sections"]["course"]
    assert restored[2] == intake.id
    second.editor.restore(json.loads(second._content()))
    assert second.editor.sections["course"].carried_from == intake.id
    part.text.set_value("")
    part.text.edited.emit()
    assert part.carried_from is None and not part.mark.isVisible()


def test_a_note_is_held_beside_another_with_its_words_marked(second, window, desk):
    QTest.keyClicks(second.editor.sections["course"].text, "Veel beter")
    QTest.keyClick(second.editor.sections["course"].text, Qt.Key.Key_V, CTRL | Qt.KeyboardModifier.ShiftModifier)
    settle(window)
    settle(window)
    beside = second.beside
    assert beside.isVisible() and not second.split.isVisible() and beside.older.count() >= 2
    assert any(marked.accessibleName() == "Veel beter" for marked in beside.findChildren(Marked))
    assert unnamed(second) == []
    second._back_to_note()
    assert second.split.isVisible() and second.editor.sections["course"].text.value() == "Veel beter"


def test_a_signed_note_is_declared_void_and_shows_why(note, window, desk, client, monkeypatch):
    sign(note, monkeypatch)
    monkeypatch.setattr(addendum, "ask_void", lambda *_: ("was van iemand anders", ""))
    note.steps.void_button.click()
    settle(window)
    settle(window)
    assert rows(desk, ConsultNote)[0].status is NoteStatus.VOID
    assert "Declared void: was van iemand anders" in [banner.text for banner in note.reader.findChildren(Banner)]
    assert not note.addendum_button.isVisible() and not note.steps.void_button.isVisible()


def test_a_signed_note_is_looked_at_on_paper_and_the_second_print_is_a_copy(note, window, desk, monkeypatch):
    shown = []
    monkeypatch.setattr(steps, "show_paper", lambda _frame, _page, _title, data, name: shown.append((name, data)))
    assert not note.steps.print_button.isVisible()
    sign(note, monkeypatch)
    for _time in range(2):
        note.steps.print_button.click()
        settle(window)
    assert [name for name, _data in shown] == ["C-000001 2026-09-14"] * 2 and all(data.startswith(b"%PDF") for _name, data in shown)
