"""The lock and the change of user at the front desk, in the real program: what is gone, what is kept, how long it takes (AUDIT §7)."""

import gc
import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit

from nmx_desk import app as program
from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import NoteKind
from nmx_desk.services import clients, notes, people
from nmx_desk.ui.frame import watch
from nmx_desk.ui.kit import clipboard
from nmx_desk.ui.theme import theme
from nmx_desk.vault.keyfile import STANDARD_KDF, KeyFile, Secrets
from tests.clinic import PASSWORD
from tests.ui.hands import PATIENCE, Hands

FILES = Path("/proc/self/fd")
WORDS = "slaapt slecht sinds het voorjaar"


@pytest.fixture
def hands(qapp, qtbot, clinic, monkeypatch):
    """The program at a clinic, nobody signed in."""
    theme().start(qapp)
    monkeypatch.setattr(watch, "VERIFY_AFTER", 10**8)
    monkeypatch.setattr(watch, "START_AFTER", 10**8)
    state = Path(os.environ["NMX_STATE_DIR"])
    running = program.App(clinic.front, program.pages(), state, sources=program.palette_sources, now=clinic.clock)
    running.use_language("en")
    yield Hands(running)
    running.lock()
    running.front.background.wait()
    running.front.hide()
    running.front.deleteLater()
    running.deleteLater()
    QApplication.processEvents()


def sign_in(hands, clinic, username):
    hands.app.open_desk(clinic.front.sign_in(username, PASSWORD))
    hands.app._change_language("en")
    hands.settle()


def keys_in_memory(key):
    gc.collect()
    return [item for item in gc.get_objects() if isinstance(item, Secrets) and item.db_key == key]


def open_files(folder):
    """Names of the clinic's files that this process has open, where the system tells."""
    found = []
    for link in FILES.glob("*"):
        try:
            path = link.readlink()
        except OSError:
            continue
        if path.is_relative_to(folder):
            found.append(path.name)
    return sorted(found)


def a_note_being_written(clinic):
    care = clinic.as_("behandelaar")
    client = Client(surname="Meer", phone="0600123456", birth_date=date(1980, 3, 14), practitioner_id=care.user.id)
    client_id = clinic.as_("receptie").do(clients.create_client, client).id
    sheet = care.do(notes.open_note, client_id, NoteKind.FOLLOW_UP)
    clinic.close()
    return client_id, sheet.note.id


def test_the_lock_drops_the_key_closes_hides_clears_and_keeps_drafts(hands, clinic):
    client_id, _note = a_note_being_written(clinic)
    sign_in(hands, clinic, "behandelaar")
    hands.app.window.go("notes", client_id=client_id, kind="follow_up")
    hands.settle()
    field = hands.all(QPlainTextEdit)[0]
    field.setFocus()
    hands.type(WORDS, field)
    window, runner, desk = hands.app.window, hands.app.runner, hands.app.runner.desk
    key = desk.secrets.db_key
    clipboard.copy("06 00 12 34 56")
    loose = QDialog(window)
    loose.show()
    assert keys_in_memory(key)
    assert "desk.db" in open_files(clinic.folder) or not FILES.exists()
    hands.app.idle.idle.emit()
    assert desk.secrets is None and not hasattr(desk, "signer")
    del runner, desk
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    assert keys_in_memory(key) == []
    assert open_files(clinic.folder) == []
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [hands.app.front]
    assert QApplication.clipboard().text() == ""
    assert not any("Meer" in text or WORDS in text for text in hands.texts())
    sign_in(hands, clinic, "behandelaar")
    hands.app.window.go("notes", client_id=client_id, kind="follow_up")
    hands.wait_for(lambda: any(WORDS in field.toPlainText() for field in hands.all(QPlainTextEdit)), "the draft")


def test_the_minutes_of_the_settings_are_the_minutes_of_the_lock(hands, clinic):
    manager = clinic.as_("manager")
    manager.do(people.change_clinic, replace(manager.clinic, lock_minutes=3))
    sign_in(hands, clinic, "receptie")
    assert hands.app.idle._timer.interval() == 3 * 60_000
    assert hands.app.idle._timer.isActive()


def test_another_user_is_at_work_within_five_seconds_with_the_real_cost_of_a_password(hands, clinic):
    for username in ("receptie", "collega"):
        keys = KeyFile.load(clinic.folder / "desk.keys", kdf=STANDARD_KDF)
        keys.set_password(keys.open_slot(username, PASSWORD), PASSWORD)
        keys.save()
    sign_in(hands, clinic, "receptie")
    begun = time.monotonic()
    hands.app.window.switch_user_asked.emit()
    login = hands.app.front.part
    login.users._group.buttons()[login.users._names.index("collega")].click()
    login.password.set_value(PASSWORD)
    login.sign_in()
    until = time.monotonic() + PATIENCE
    while hands.app.window is None and time.monotonic() < until:
        QApplication.processEvents()
    hands.settle()
    took = time.monotonic() - begun
    assert hands.app.runner.desk.user.username == "collega"
    assert took <= 5, f"{took:.1f} s"
