"""Notes that want attention, in real windows: a number in the rail, one line on Today, the manager's lists, a draft given on."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import NoteKind, NoteSection
from nmx_desk.services import note_steps, notes, people, proposals
from nmx_desk.ui import notes as notes_page
from nmx_desk.ui import notewatch, today
from nmx_desk.ui.frame.unsigned import UnsignedToday
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.today.lists import Line
from tests.clinic import once


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


def draft(desk, number, *, days=0):
    """A draft about a consult of so many days ago."""
    who = {"first_name": "Anna", "surname": f"de Vries {number}", "phone": "+31600112233"}
    made = Client(client_no=f"C-{number:06}", practitioner_id=desk.user.id, **who)
    client = desk.do(once(lambda work: work.store.add(made)))
    note = desk.do(notes.open_note, client.id, NoteKind.FREE).note
    return desk.do(once(lambda work: work.store.change(note, care_date=note.care_date - timedelta(days=days))))


def sign(desk, note, reason=""):
    return desk.do(notes.sign_note, note.id, [NoteSection(code="text", text="Besproken")], reason).note


def settle(window):
    for _step in range(4):
        window.runner.idle()


@pytest.fixture
def opened(window_of):
    def at(username, page, **where):
        window = window_of(username, today.PAGE, notewatch.PAGE, notes_page.PAGE)
        window.go(page, **where)
        settle(window)
        return window, window.current()

    return at


def labels(page):
    return [button.text() for button in page.show_what.findChildren(type(page.show_what._group.buttons()[0]))]


def names(page):
    return [row.client.surname for row in page.table.records.rows]


def test_a_practitioner_is_told_once_on_today_and_by_the_number_in_the_rail(desk, opened):
    draft(desk, 1)
    draft(desk, 2, days=3)
    window, page = opened("behandelaar", "today")
    (line,) = [one for one in page.findChildren(Line) if one.isVisible()]
    assert line.accessibleName().startswith("2 notes, the oldest: Anna de Vries 2, ")
    assert "2 waiting" in window.rail._buttons["notewatch"].accessibleName()
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
    settle(window)
    page = window.current()
    assert (page.name, names(page), labels(page)) == ("notewatch", ["de Vries 1", "de Vries 2"], ["To sign (2)", "Declared void"])
    QTest.keyClick(page.table, Qt.Key.Key_Return)  # the newest is chosen already
    settle(window)
    assert window.current().name == "notes" and window.current().sheet.client.surname == "de Vries 1"
    assert unnamed(page) == []


def test_the_only_note_is_opened_at_once(desk, opened):
    note = draft(desk, 1)
    window, page = opened("behandelaar", "today")
    (line,) = [one for one in page.findChildren(Line) if one.isVisible()]
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(window)
    assert window.current().sheet.note.id == note.id


def test_the_manager_comes_from_today_to_what_waits_too_long_and_sees_why_others_were_late(desk, opened):
    late = draft(desk, 1, days=9)
    sign(desk, late, "Was ziek na het weekend")
    draft(desk, 2, days=8)
    gone = sign(desk, draft(desk, 3))
    desk.do(note_steps.void_note, gone.id, "Stond in het verkeerde dossier")
    window, page = opened("manager", "today")
    line = next(one for one in page.findChildren(Line) if one.isVisible() and "de Vries 2" in one.accessibleName())
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
    settle(window)
    page = window.current()
    assert labels(page) == ["Unsigned over 7 days (1)", "Of who left", "Signed late (1)", "Declared void (1)"]
    assert (page.show_what.value(), names(page), page.give_button.isVisible()) == ("overdue", ["de Vries 2"], False)
    said = {"late": ["Signed after 9 days", "Was ziek na het weekend"], "void": ["Declared void", "Stond in het verkeerde dossier"]}
    for kind, words in said.items():
        window.go("notewatch", show=kind)
        settle(window)
        (row,) = page.table.records.rows
        texts = {column.key: column.text(row) for column in page.table.records.columns}
        assert [texts["state"], texts["reason"]] == words
        assert [column.struck(row) for column in page.table.records.columns if column.struck] == [kind == "void"]


def test_a_draft_of_somebody_who_left_is_given_to_a_colleague(clinic, desk, opened):
    note = draft(desk, 1)
    other = clinic.as_("collega").user
    clinic.as_("beheerder").do(people.block_user, desk.user.id)
    boss = clinic.as_("manager")
    for row in boss.do(proposals.list_proposals):
        boss.do(proposals.approve_proposal, row.proposal.id)
    window, page = opened("manager", "notewatch")
    assert (page.show_what.value(), page.give_button.isVisible()) == ("left", True)

    def choose():
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, Dialog) and one.isVisible())
        dialog.form.set_values({"author": other.id})
        dialog.accept()

    QTimer.singleShot(0, choose)
    page.give()
    settle(window)
    settle(window)
    assert window.toaster.text == f"{other.display_name} goes on with the draft."
    assert (names(page), page.give_button.isVisible()) == ([], False)
    assert clinic.as_("collega").do(notes.read_note, note.id).note.author_id == other.id


def test_a_void_note_is_struck_through_in_its_clients_list(desk, opened):
    gone = sign(desk, draft(desk, 1))
    desk.do(note_steps.void_note, gone.id, "verkeerde cliënt")
    _window, page = opened("behandelaar", "notes", client_id=gone.client_id)
    (row,) = page.list.table.records.rows
    assert [column.struck(row) for column in page.list.table.records.columns if column.struck] == [True, True]
    before = page.list.table.grab().toImage()
    for column in page.list.table.records.columns:
        object.__setattr__(column, "struck", None)
    assert page.list.table.grab().toImage() != before  # it is painted, not only said


def test_the_user_menu_says_where_one_signs_out_what_of_today_is_not_signed(desk, opened):
    draft(desk, 2, days=1)
    window, page = opened("behandelaar", "today")
    UnsignedToday(window)
    settle(window)
    entry = window.top._unsigned
    assert not entry.isVisible()
    note = draft(desk, 1)
    window.runner.changed.emit(None)
    settle(window)
    assert (entry.isVisible(), entry.text()) == (True, "A note of today is not signed yet")
    entry.trigger()
    settle(window)
    assert window.current().name == "notewatch"
    sign(desk, note)
    window.runner.changed.emit(None)
    settle(window)
    assert not entry.isVisible() and page is not window.current()
