"""Backups, restores and a log in doubt, through the real windows."""

import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPlainTextEdit

from nmx_desk import app as program
from nmx_desk.domain.clients import Client
from nmx_desk.services import backups, clients, log
from nmx_desk.ui.frame import watch
from nmx_desk.ui.front.restore import Restore
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.theme import theme
from tests.clinic import PASSWORD, TestClinic
from tests.ui.hands import Hands, names_of

REASON = "De invoer van vanmiddag was van een andere praktijk."


@pytest.fixture
def hands(qapp, qtbot, clinic, monkeypatch):
    """The program at a clinic, in English."""
    theme().start(qapp)
    monkeypatch.setattr(watch, "VERIFY_AFTER", 10**8)
    monkeypatch.setattr(watch, "START_AFTER", 10**8)
    running = program.App(
        clinic.front, program.pages(), Path(os.environ["NMX_STATE_DIR"]), sources=program.palette_sources, now=clinic.clock
    )
    running.use_language("en")
    yield Hands(running)
    running.lock()
    if running.front is not None:
        running.front.background.wait()
        running.front.hide()
        running.front.deleteLater()
    running.deleteLater()
    QApplication.processEvents()


def sign_in(hands, clinic, user):
    hands.app.open_desk(clinic.front.sign_in(user, PASSWORD))
    hands.app._change_language("en")
    hands.settle()
    return hands.app.window


def at_backup(hands, clinic, user):
    window = sign_in(hands, clinic, user)
    window.go("settings", part="backup")
    hands.settle()
    return window.page("settings").parts["backup"]


def with_reason(hands, press, yes):
    """Press what asks for a reason, write it and agree."""

    def write():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(20, write)
            return
        dialog.findChild(QPlainTextEdit).setPlainText(REASON)
        next(button for button in dialog.findChildren(QAbstractButton) if yes in names_of(button)).click()

    QTimer.singleShot(20, write)
    press()
    hands.settle()


def leave(hands):
    hands.app.switch_user()
    hands.settle()


def surnames(clinic):
    made = TestClinic(clinic.folder, clinic.clock)
    try:
        return sorted(row.client.surname for row in made.as_("receptie").do(clients.list_clients).rows)
    finally:
        made.close()


def front_restore(hands):
    part = hands.app.front.part
    assert isinstance(part, Restore)
    return part


def put_back(hands, username, password=PASSWORD):
    hands.fill("User name", username)
    hands.fill("Password at the time of the backup", password)
    hands.key("Return")
    hands.wait_for(lambda: not hands.app.front.background.busy, "the restore")


def test_a_backup_is_put_back_by_two_people(hands, clinic):
    clinic.as_("receptie").do(clients.create_client, Client(surname="Eerder", phone="0600001111"))
    made = clinic.as_("beheerder").do(backups.back_up)
    clinic.as_("receptie").do(clients.create_client, Client(surname="Later", phone="0600002222"))
    clinic.close()
    part = at_backup(hands, clinic, "beheerder")
    assert part.table.current().path == made.file and unnamed(hands.window) == []
    with_reason(hands, lambda: hands.click("Restore this backup"), "Propose")
    hands.see("Waits for the manager's approval.")
    assert not hands.reads("Approve")
    leave(hands)
    part = at_backup(hands, clinic, "manager")
    assert not part.now_button.isVisible() and not part.restore_button.isVisible() and not part.try_button.isVisible()
    hands.see(REASON)
    hands.click("Approve")
    hands.see("the administrator can put it back")
    leave(hands)
    at_backup(hands, clinic, "beheerder")
    hands.answer("Close and put back")
    hands.click("Put it back now")
    hands.wait_for(lambda: hands.app.front is not None, "the front window")
    part = front_restore(hands)
    assert part.choice.value() == made.file and unnamed(hands.window) == []
    put_back(hands, "beheerder", "not this one at all")
    hands.see("User name or password is wrong")
    put_back(hands, "beheerder")
    hands.see("The backup is in place")
    assert surnames(clinic) == ["Eerder"]
    assert len(list(clinic.folder.glob("replaced-*"))) == 1


@pytest.mark.parametrize("missing", [["desk.db"], ["desk.keys"], ["desk.db", "desk.keys"]])
def test_where_nothing_opens_the_last_backup_is_offered(hands, clinic, missing):
    clinic.as_("receptie").do(clients.create_client, Client(surname="Eerder", phone="0600001111"))
    clinic.as_("beheerder").do(backups.back_up)
    clinic.close()
    for name in missing:
        (clinic.folder / name).unlink()
    hands.app.show_front()
    hands.settle()
    assert not front_restore(hands).leave.isVisible(), "there is nothing to go back to"
    assert hands.reads("missing") or hands.reads("no clinic in the folder")
    put_back(hands, "beheerder")
    hands.see("The backup is in place")
    assert surnames(clinic) == ["Eerder"]


def test_a_damaged_database_leads_from_the_sign_in_to_the_backups(hands, clinic):
    clinic.as_("receptie").do(clients.create_client, Client(surname="Eerder", phone="0600001111"))
    clinic.as_("beheerder").do(backups.back_up)
    clinic.close()
    path = clinic.folder / "desk.db"
    path.write_bytes(path.read_bytes()[:50_000])
    hands.app.show_front(chosen="beheerder")
    hands.settle()
    hands.fill("Password", PASSWORD)
    hands.key("Return")
    hands.wait_for(lambda: isinstance(hands.app.front.part, Restore), "where a backup is put back")
    hands.see("cut off or damaged")
    put_back(hands, "receptie")
    hands.see("Only an administrator or the manager")
    put_back(hands, "manager")
    hands.see("The backup is in place")
    assert surnames(clinic) == ["Eerder"]


@pytest.fixture
def older(clinic):
    """An older copy was put back: what this computer saw is missing."""
    clinic.as_("receptie").do(clients.create_client, Client(surname="Eerder", phone="0600001111"))
    clinic.as_("beheerder").do(backups.back_up)
    clinic.close()
    kept = clinic.folder / "kept"
    shutil.copy(clinic.folder / "desk.db", kept)
    clinic.clock.move(minutes=20)
    clinic.as_("receptie").do(clients.create_client, Client(surname="Weg", phone="0600002222"))
    clinic.close()
    kept.replace(clinic.folder / "desk.db")


def test_the_manager_accepts_a_loss(hands, clinic, older):
    window = sign_in(hands, clinic, "manager")
    assert window.desk.read_only
    hands.see("entries are missing, made between today 09:00 and today 09:20")
    assert unnamed(window) == []
    with_reason(hands, lambda: hands.click("Accept the loss"), "Accept the loss")
    hands.see("The loss has been accepted and logged")
    window = sign_in(hands, clinic, "manager")
    assert not window.desk.read_only and surnames(clinic) == ["Eerder"]
    assert window.desk.do(log.verify_log).ok


def test_the_manager_puts_back_a_backup_instead(hands, clinic, older):
    sign_in(hands, clinic, "manager")
    with_reason(hands, lambda: hands.click("Restore a backup"), "Close and choose a backup")
    hands.wait_for(lambda: hands.app.front is not None, "the front window")
    front_restore(hands)
    put_back(hands, "manager")
    hands.see("The backup is in place")
    window = sign_in(hands, clinic, "manager")
    assert not window.desk.read_only and window.desk.do(log.verify_log).ok


@pytest.mark.parametrize("username", ["receptie", "beheerder"])
def test_others_only_read_what_is_the_matter(hands, clinic, older, username):
    window = sign_in(hands, clinic, username)
    assert window.current().manual() == "log-doubt"
    hands.see("entries that this computer saw are missing")
    hands.see("the manager restores a backup, or accepts the loss")
    assert not hands.reads("Accept the loss") and not hands.reads("Restore a backup")


def test_the_scheduled_backup_is_made_and_a_failure_is_said_and_tried_again(hands, clinic, tmp_path):
    second = tmp_path / "schijf"
    second.mkdir()
    clinic.as_("manager").do(backups.change_schedule, 780, 24, str(second))
    clinic.close()
    window = sign_in(hands, clinic, "receptie")
    second.rename(tmp_path / "weg")
    hands.app._backups.look()
    hands.see("The scheduled backup failed. The backup was made, but not copied")
    (tmp_path / "weg").rename(second)
    clinic.clock.move(hours=5)
    hands.app._backups.look()  # failed a moment ago: it waits
    hands.settle()
    assert not list(second.iterdir())
    hands.click("Try again")
    hands.wait_for(lambda: list(second.iterdir()), "the copy")
    hands.settle()
    assert "Last backup: today 14:0" in window.bottom._backup.accessibleName()


def test_the_schedule_is_set_by_keyboard(hands, clinic, tmp_path):
    part = at_backup(hands, clinic, "manager")
    hands.key("Return", part.schedule_button)
    field = part.panel.form.input("backup_minute")
    field.selectAll()
    hands.type("07:30", field)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    hands.settle()
    part.panel.form.input("backup_second").setText(str(tmp_path / "none"))
    part.panel.form.input("backup_second").edited.emit()
    part.panel.save()
    hands.see("This folder is not there")
    part.panel.form.input("backup_second").setText("")
    part.panel.form.input("backup_second").edited.emit()
    part.panel.save()
    hands.settle()
    assert hands.app.window.desk.clinic.backup_minute == 450 and not part.panel.isVisible()
    hands.see("Once a day, from 07:30")
