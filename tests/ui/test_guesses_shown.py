"""A misspelt name in the windows: what comes close is shown as such, and Enter typed too fast opens no guess."""

import pytest
from PySide6.QtCore import Qt

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.frame.contacts import found_in_contacts

NOTE = "Nothing exact; these come close"


@pytest.fixture
def window(window_of, clinic):
    clinic.as_("receptie").do(clients.create_client, Client(first_name="Karin", surname="Jansen", phone="0600123456"))
    made = window_of("receptie", PAGE, sources=lambda window: [found_in_contacts(window)])
    made.start()
    made.runner.idle()
    return made


def test_the_palette_says_that_it_guesses(qtbot, window):
    box = window.palette_box
    box.open("jnasen")
    qtbot.waitUntil(lambda: bool(box.results()))
    assert [(result.title, result.group) for result in box.results()] == [("Karin Jansen", NOTE)]
    assert box.list.item(0).text() == NOTE
    box.open("jansen")
    qtbot.waitUntil(lambda: bool(box.results()) and not box.results()[0].guessed)
    assert box.list.item(0).text() == "Clients"


def test_enter_typed_at_once_opens_no_guess(qtbot, window):
    box = window.palette_box
    box.open()
    qtbot.keyClicks(box.field, "jnasen")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(box.results()))
    window.runner.idle()
    assert box.isVisible()
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not box.isVisible())


def test_the_client_list_says_that_it_guesses(qtbot, window):
    window.go("clients")
    window.runner.idle()
    listing = window.current().list
    listing.load("jnasen")
    qtbot.waitUntil(listing.close_note.isVisible)
    assert listing.close_note.text() == NOTE
    assert [row.client.surname for row in listing.table.records.rows] == ["Jansen"]
    listing.load("jansen")
    qtbot.waitUntil(lambda: not listing.close_note.isVisible())
