"""From a client to "who read this on 3 October and why", with keys alone, as a manager with an auditor at the door."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication, QTableView

from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import NoteKind
from nmx_desk.services import clients, notes
from tests.ui.hands import Hands
from tests.ui.test_troubles import hands, sign_in  # noqa: F401 (a fixture)

SECONDS, A_KEY = 15.0, 0.28  # an unhurried typist: 210 keys a minute


class Typist(Hands):
    """Counts the keys."""

    keys = 0

    def key(self, sequence, widget=None):
        self.keys += 1
        super().key(sequence, widget)

    def type(self, text, widget=None):
        self.keys += len(text)
        super().type(text, widget)


@pytest.fixture
def read_on_3_october(clinic):
    """A note of somebody else's client, read by a colleague with a written reason on 3 October; other looks before and after."""
    own, colleague = clinic.as_("behandelaar"), clinic.as_("collega")
    client = own.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0612345678", practitioner_id=own.user.id))
    note = own.do(notes.open_note, client.id, NoteKind.FOLLOW_UP).note
    for moment, desk, reason in (
        (datetime(2026, 10, 2, 9, tzinfo=UTC), own, ""),
        (datetime(2026, 10, 3, 8, 30, tzinfo=UTC), colleague, "waarneming wegens ziekte"),
        (datetime(2026, 10, 5, 9, tzinfo=UTC), own, ""),
    ):
        clinic.clock.moment = moment
        desk.do(notes.read_note, note.id, reason=reason)
        desk.forget_seen()
    return client


@pytest.mark.xvfb
def test_who_read_this_on_3_october_and_why(clinic, hands, read_on_3_october):  # noqa: F811
    clinic.close()
    typist = Typist(hands.app)
    sign_in(hands, clinic, "manager")
    hands.app.window.go("clients", client_id=read_on_3_october.id)
    hands.settle()
    typist.key("Ctrl+H")
    hands.see("Log")
    typist.key("P")
    for _day in range(2):
        typist.type("3-10-2026")
        typist.key("Tab")
    table = hands.find(QTableView, "Entries of the log")
    sentences = [row.sentence for row in table.records.rows]
    assert sentences and all("Behandelaar B. Demo" in text for text in sentences), sentences
    table.setFocus()
    typist.key("Home", table)
    typist.key("Return", table)
    hands.see("waarneming wegens ziekte")
    hands.see("Emergency access")
    assert typist.keys * A_KEY < SECONDS, typist.keys
    assert QApplication.activeModalWidget() is None
