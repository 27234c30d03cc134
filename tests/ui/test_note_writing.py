"""What helps while a note is written, in a real window: snippets, attachments, what stands beside, and nothing beside it."""

import json

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QInputMethodEvent, QRegion, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from nmx_desk.domain.complaints import AxisAssessment
from nmx_desk.domain.documents import Document
from nmx_desk.domain.history import Allergy, LifestyleMeasurement
from nmx_desk.domain.notes import ConsultNote, Draft, NoteStatus
from nmx_desk.services import history, snippets
from nmx_desk.ui.kit import private_files
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.notes import PAGE
from tests.clinic import once
from tests.ui.counting import button_of, press, soon

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals)))


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def window(window_of, desk):
    desk.do(snippets.save_snippet, "slp", "Slaapt | uur.\nWordt niet wakker.")
    desk.do(snippets.save_snippet, "moe", "Moe sinds een jaar.")
    return window_of("behandelaar", PAGE)


@pytest.fixture
def note(window, client):
    window.go("notes", client_id=client.id, kind="intake")
    return settle(window)


@pytest.fixture
def text(note):
    field = note.editor.sections["complaints"].text
    field.setFocus()
    return field


def settle(window):
    for _step in range(5):
        window.runner.idle()
        QApplication.processEvents()
    return window.current()


def key(window, what, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window.focusWidget(), what, modifier)
    settle(window)


# -- snippets ----------------------------------------------------------------------------------------------------------------------------


def test_an_abbreviation_and_tab_put_its_text_there_and_undoing_gives_back_what_was_typed(text, window):
    QTest.keyClicks(text, "Zegt: ;slp")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert text.toPlainText() == "Zegt: Slaapt  uur.\nWordt niet wakker."
    QTest.keyClicks(text, "zes")
    assert text.value() == "Zegt: Slaapt zes uur.\nWordt niet wakker.", "the cursor stands at the mark"
    for _step in range(2):
        QTest.keyClick(text, Qt.Key.Key_Z, CTRL)
    assert text.value() == "Zegt: ;slp"
    assert window.focusWidget() is text


def test_a_space_does_the_same_and_goes_on_behind_it(text):
    QTest.keyClicks(text, ";MOE en ;x en a;moe ")
    assert text.toPlainText() == "Moe sinds een jaar. en ;x en a;moe ", "an unknown one, and one in a word, stay as they are"
    text.clear()
    QTest.keyClicks(text, ";moe ")
    QTest.keyClick(text, Qt.Key.Key_Z, CTRL)
    assert text.toPlainText() == ";moe "


def test_tab_without_an_abbreviation_goes_on(text, note, window):
    QTest.keyClicks(text, "geen")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert window.focusWidget() is not text
    assert text.toPlainText() == "geen"


def list_soon(typed, then=Qt.Key.Key_Return):
    def use(dialog):
        QTest.keyClicks(dialog.wanted, typed)
        QTest.keyClick(dialog.wanted, then)

    return soon(lambda dialog: dialog if hasattr(dialog, "wanted") else None, use)


def test_the_list_follows_what_one_types_and_puts_the_text_where_one_was(text, note, window, qtbot):
    QTest.keyClicks(text, "Eerst. ")
    seen = list_soon("niet wakker")
    key(window, Qt.Key.Key_J, CTRL)
    assert seen == ["Snippets"]
    assert text.toPlainText() == "Eerst. Slaapt  uur.\nWordt niet wakker."
    assert window.focusWidget() is text
    window.activateWindow()  # a window manager does so
    qtbot.waitUntil(window.isActiveWindow)
    again = list_soon("slp", Qt.Key.Key_Escape)
    key(window, Qt.Key.Key_J, CTRL)
    assert again == ["Snippets"]
    assert text.toPlainText() == "Eerst. Slaapt  uur.\nWordt niet wakker.", "Escape puts nothing there"


def test_one_of_ones_own_is_made_from_what_was_chosen_and_works_at_once(text, note, window, desk):
    QTest.keyClicks(text, "Drinkt te weinig.")
    text.selectAll()
    made = []

    def fill(dialog):
        made.append(dialog.form.values()["text"])
        dialog.form.set_values({"short": "drk", "text": dialog.form.values()["text"]})
        soon(lambda under: under if hasattr(under, "wanted") and under is not dialog else None, lambda under: under.reject())
        dialog.accept()
        settle(window)

    def make(dialog):
        soon(lambda own: own if "short" in getattr(getattr(own, "form", None), "values", dict)() else None, fill)
        press(button_of(dialog, "New of my own …"))

    soon(lambda dialog: dialog if hasattr(dialog, "wanted") else None, make)
    key(window, Qt.Key.Key_J, CTRL)
    assert made == ["Drinkt te weinig."]
    assert "drk" in {one.short for one in desk.do(snippets.list_snippets) if one.own_id}
    text.clear()
    QTest.keyClicks(text, ";drk")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert text.toPlainText() == "Drinkt te weinig."


# -- attachments -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "brief.txt"
    path.write_text("Beste collega", encoding="utf-8")
    return path


def names(note):
    return [one.name for one in note.editor.attachments.rows]


def files_of(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def click(note, name):
    found = button_of(note.editor.attachments, name)
    assert found is not None, name
    press(found)
    settle(note.frame)


def drop(field, data):
    spot = field.viewport().rect().center()
    entered = QDragEnterEvent(spot, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(field.viewport(), entered)
    assert entered.isAccepted()
    event = QDropEvent(QPointF(spot), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(field.viewport(), event)


def test_files_come_by_dialog_drop_and_paste_and_belong_to_the_note(text, note, window, desk, letter, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a, **_k: ([str(letter)], ""))
    key(window, Qt.Key.Key_A, CTRL | SHIFT)
    second = tmp_path / "uitslag.txt"
    second.write_text("CRP 3", encoding="utf-8")
    QGuiApplication.clipboard().setMimeData(files_of(second))
    QTest.keyClick(text, Qt.Key.Key_V, CTRL)
    settle(window)
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(picture)
    QTest.keyClick(text, Qt.Key.Key_V, CTRL)
    settle(window)
    assert names(note)[:2] == ["brief.txt", "uitslag.txt"] and names(note)[2].endswith(".png")
    assert text.toPlainText() == ""
    stored = rows(desk, Document)
    assert {one.note_id for one in stored} == {note.sheet.note.id}
    assert note.banner.isHidden()
    assert unnamed(window) == []


def test_what_is_dropped_on_the_text_is_attached_and_text_goes_in_the_text(text, note, window, letter):
    drop(text, files_of(letter))
    settle(window)
    assert names(note) == ["brief.txt"]
    words = QMimeData()
    words.setText("moe")
    words.setHtml("<b>moe</b>")
    text.insertFromMimeData(words)
    assert text.toPlainText() == "moe"


def test_what_cannot_be_attached_is_told_by_name_and_the_rest_is(text, note, window, letter, tmp_path):
    empty, program = tmp_path / "leeg.pdf", tmp_path / "x.exe"
    empty.write_bytes(b"")
    program.write_bytes(b"MZ\x00\x01")
    drop(text, files_of(program, letter, tmp_path / "weg.txt", empty))
    settle(window)
    assert names(note) == ["brief.txt"]
    for name in ("x.exe", "weg.txt", "leeg.pdf"):
        assert name in note.banner.text


def test_an_attachment_opens_and_is_taken_away_and_a_signed_note_takes_none(text, note, window, desk, letter, monkeypatch):
    opened = []
    monkeypatch.setattr(private_files, "hand_over", lambda name, content: opened.append((name, content)) or True)
    drop(text, files_of(letter))
    drop(text, files_of(letter))
    settle(window)
    click(note, "Open brief.txt")
    assert opened == [("brief.txt", b"Beste collega")]
    click(note, "Take brief.txt away")
    assert len(rows(desk, Document)) == 1
    fill(note)
    note.sign()
    settle(window)
    assert rows(desk, ConsultNote)[0].status is NoteStatus.SIGNED
    shown = note.reader.attachments
    assert [one.name for one in shown.rows] == ["brief.txt"] and shown.isVisible()
    assert shown.add_button.isHidden() and not shown.acceptDrops()
    assert button_of(shown, "Take brief.txt away") is None
    drop_on = files_of(letter)
    shown.add_mime(drop_on)
    settle(window)
    assert len(rows(desk, Document)) == 1


# -- required sections, and one key ------------------------------------------------------------------------------------------------------


def fill(note):
    for part in note.editor.sections.values():
        if part.kind.required and not part.text.value():
            part.nothing.set_value(True)


def test_one_key_says_nothing_particular_and_goes_on(text, note, window):
    key(window, Qt.Key.Key_0, CTRL)
    assert note.editor.sections["complaints"].nothing.value()
    following = list(note.editor.sections.values())[1]
    assert window.focusWidget() is following.text


def test_signing_says_which_are_missing_and_goes_to_the_first(text, note, window, desk):
    QTest.keyClicks(text, "Moe")
    key(window, Qt.Key.Key_Return, CTRL)
    wanted = [part for part in note.editor.sections.values() if part.kind.required][1:]
    assert all(part.error.isVisible() for part in wanted)
    assert window.focusWidget() is wanted[0].text
    assert not note.editor.sections["complaints"].error.isVisible()
    assert rows(desk, ConsultNote)[0].status is NoteStatus.DRAFT


def texts_in(fold):
    return [one.text() for one in fold._inside.findChildren(QLabel) if one.text()]


# -- what stands beside ------------------------------------------------------------------------------------------------------------------


def test_lifestyle_is_asked_with_the_note_kept_as_typed_and_signed_with_it(text, note, window, desk):
    fold = note.context.lifestyle
    assert not fold.is_open
    fold.head.click()
    fold.form.input("stress").setFocus()
    QTest.keyClicks(fold.form.input("stress"), "0")
    note.autosave.now()
    settle(window)
    assert json.loads(rows(desk, Draft)[0].content)["lifestyle"]["stress"] == 0
    fill(note)
    note.sign()
    settle(window)
    assert [one.stress for one in rows(desk, LifestyleMeasurement)] == [0], "0 is a value"


def test_a_fold_is_remembered_open_or_closed(note, window, client):
    note.context.lifestyle.head.click()
    note.context.folds[0].head.click()
    window.go("notes", client_id=client.id, kind="intake")
    settle(window)
    again = type(note.context)(window)
    assert again.lifestyle.is_open and not again.folds[0].is_open


def test_an_axis_is_judged_with_this_note_without_leaving_it(text, note, window, desk):
    QTest.keyClicks(text, "Moe")
    key(window, Qt.Key.Key_J, CTRL | SHIFT)
    axes = note.context.axes
    assert axes.is_open and axes.buttons
    key(window, Qt.Key.Key_J, CTRL | SHIFT)
    first = window.focusWidget()
    assert first in axes.buttons.values()
    QTest.keyClick(first, Qt.Key.Key_Space)
    settle(window)
    assert axes.panel.isVisible()
    axes.panel.form.input("hypothesis").setFocus()
    QTest.keyClicks(axes.panel.form.input("hypothesis"), "Darm eerst.")
    assert not note.leave(), "what is typed here is not left behind"
    key(window, Qt.Key.Key_Return, CTRL)
    made = rows(desk, AxisAssessment)
    assert [one.source_id for one in made] == [note.sheet.note.id]
    assert rows(desk, ConsultNote)[0].status is NoteStatus.DRAFT, "Ctrl+Enter in the panel signs nothing"
    assert axes.panel.isHidden() and note.context.isVisible()
    assert text.value() == "Moe"
    assert note.leave()


def test_the_history_is_asked_for_only_when_its_fold_is_open_and_follows_what_is_written_down(note, window, desk, client):
    told = note.context.history
    assert not told.is_open
    desk.do(history.add_told, client.id, Allergy(name="Noten", words="jeuk"))
    settle(window)
    assert texts_in(told) == []
    told.head.click()
    settle(window)
    assert any("Noten" in words for words in texts_in(told))


# -- only writing ------------------------------------------------------------------------------------------------------------------------


def test_one_key_hides_what_is_beside_and_the_cursor_stays(text, note, window):
    QTest.keyClicks(text, "Moe")
    key(window, Qt.Key.Key_F11)
    assert note.context.side.isHidden() and note.editor.form.isHidden()
    assert window.focusWidget() is text
    QTest.keyClicks(text, " en traag")
    key(window, Qt.Key.Key_F11)
    assert note.context.side.isVisible() and note.editor.form.isVisible()
    assert text.value() == "Moe en traag"


def test_the_way_to_the_scores_brings_them_back(text, note, window):
    key(window, Qt.Key.Key_F11)
    key(window, Qt.Key.Key_F6)
    assert note.context.side.isVisible()
    assert window.focusWidget() is note.context.scores()[0]


def test_no_key_of_the_page_is_taken_by_another(note, window):
    made = [one for one in window.findChildren(QShortcut) if one.parent() in (window, note) or note.isAncestorOf(one.parent())]
    taken = [one.key().toString() for one in made]
    assert {"F11", "F6", "Ctrl+J", "Ctrl+Return"} <= set(taken)
    assert len(taken) == len(set(taken))


def test_a_field_grows_with_its_text_to_a_bound_and_the_line_one_writes_stays_in_sight(text, note, window):
    low = text.height()
    text.setPlainText("Gaat beter.\n" * 12)
    settle(window)
    twelve = text.height()
    text.setPlainText("Gaat beter.\n" * 400)
    settle(window)
    assert low < twelve < text.height() < window.height()
    last = list(note.editor.sections.values())[-1].text
    last.setFocus()
    QGuiApplication.clipboard().setText("Slaapt.\n" * 30)
    QTest.keyClick(last, Qt.Key.Key_V, CTRL)
    settle(window)
    assert not last.visibleRegion().intersected(QRegion(last.cursorRect())).isEmpty()
    text.clear()
    settle(window)
    assert text.height() == low


# -- however the letters come ------------------------------------------------------------------------------------------------------------


def test_text_that_comes_in_bursts_is_kept_as_typing_is(text, note, window, desk, qtbot):
    for burst in ("De cliënt is moe. ", "Slaapt slecht. "):
        event = QInputMethodEvent()
        event.setCommitString(burst)
        QApplication.sendEvent(text, event)
    assert note.saved.text() == "Saving …"
    qtbot.waitUntil(lambda: settle(window) and note.saved.text().startswith("Saved"), timeout=10_000)
    assert json.loads(rows(desk, Draft)[0].content)["sections"]
    assert "De cliënt is moe. Slaapt slecht." in rows(desk, Draft)[0].content
