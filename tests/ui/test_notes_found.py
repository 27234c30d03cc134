"""Consult notes from the palette: found when the typing stands still, opened with Enter; not asked for who may not read them."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from nmx_desk.app import palette_sources
from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import NoteKind
from nmx_desk.i18n import _
from nmx_desk.services import clients, notes
from nmx_desk.ui.notes import PAGE


@pytest.fixture
def note(clinic):
    desk = clinic.as_("behandelaar")
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600123456", practitioner_id=desk.user.id))
    sheet = desk.do(notes.open_note, client.id, NoteKind.FOLLOW_UP)
    filled = [replace(one, text="Opgeblazen gevoel na een broodje.") for one in sheet.sections]
    return desk.do(notes.sign_note, sheet.note.id, filled).note


@pytest.fixture
def at_start(window_of, note):
    """``at_start(user)``: the window of a user, with all that the palette finds."""

    def make(user):
        window = window_of(user, PAGE, sources=palette_sources)
        window.start()
        window.runner.idle()
        return window

    return make


def searches(clinic):
    with clinic.as_("manager").database.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM audit_log WHERE obj_type = 'note_search'").scalar_one()


def test_a_practitioner_finds_and_opens_a_note(qtbot, clinic, at_start, note):
    window = at_start("behandelaar")
    box = window.palette_box
    box.open()
    qtbot.keyClicks(box.field, "broodje")
    qtbot.waitUntil(lambda: any(result.group == _("Consult notes") for result in box.results()), timeout=5000)
    result = next(result for result in box.results() if result.group == _("Consult notes"))
    assert result.title.startswith("Sanne Meer · ")
    assert "na een broodje" in result.subtitle
    assert searches(clinic) == 1
    while box.list.currentItem().data(Qt.ItemDataRole.UserRole) is not result:
        qtbot.keyClick(box.field, Qt.Key.Key_Down)
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    window.runner.idle()
    assert box.isHidden()
    assert window.current().sheet.note.id == note.id


def test_the_reception_is_shown_no_notes(qtbot, clinic, at_start):
    box = at_start("receptie").palette_box
    box.open()
    qtbot.keyClicks(box.field, "broodje")
    qtbot.wait(700)
    assert box.results() == []
    assert searches(clinic) == 0
