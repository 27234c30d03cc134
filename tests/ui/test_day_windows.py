"""The whole day through the real windows: set up, reception, practitioner, manager; ends with an intact log."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QTableView, QWidget

from nmx_desk import app as program
from nmx_desk.services import clients
from nmx_desk.services.opening import FrontDoor, Surroundings
from nmx_desk.ui.kit.flags import FlagRow
from nmx_desk.ui.kit.score import ScoreInput
from nmx_desk.ui.theme import theme
from nmx_desk.vault.keyfile import CHEAP_KDF
from tests.clinic import Clock, TestClinic
from tests.day import FILES, FORMS, THURSDAY
from tests.ui.hands import Hands, names_of

FIRST, DESK = "vier gele fietsen zwemmen", "rode kat op het dak"


@pytest.fixture
def started(qapp, tmp_path):
    """The program on an empty folder, in English, nine o'clock on Thursday 17 September 2026."""
    theme().start(qapp)
    clock = Clock(THURSDAY)
    door = FrontDoor(tmp_path / "clinic", Surroundings(kdf=CHEAP_KDF, clock=clock))
    running = program.App(door, program.pages(), Path(os.environ["NMX_STATE_DIR"]), sources=program.palette_sources, now=clock)
    running.use_language("en")
    running.start()
    yield running, clock, tmp_path / "clinic"
    if running.window is not None:
        running._close_desk()
    if running.front is not None:
        running.front.hide()
        running.front.deleteLater()
    Hands(running).settle() if running.window or running.front else None
    running.deleteLater()
    QApplication.processEvents()


def set_up(hands):
    """First-start wizard: language, clinic, first user, recovery key shown and confirmed; then the receptionist is enrolled."""
    hands.fill("Name of the clinic", "Proefpraktijk")
    hands.click("Continue")
    hands.fill("Your name", "Behandelaar A. Demo")
    hands.fill("User name", "behandelaar")
    hands.fill("Password", FIRST)
    hands.fill("Password once more", FIRST)
    hands.click("Make the clinic")
    hands.see("Keep the recovery key")
    shown = next(label for label in hands.all(QLabel) if label.accessibleName().startswith("Recovery key"))
    key = shown.text().split("-")
    for field in hands.fields("Group"):
        hands.fill(field.accessibleName(), key[int(field.accessibleName().split()[-1]) - 1])
    hands.click("I have kept it")
    sign_in(hands, "behandelaar", FIRST)


def sign_in(hands, username, password, new_password=""):
    hands.see("Sign in")
    hands.click(username)
    hands.fill("One-time code" if new_password else "Password", password)
    if new_password:
        hands.fill("New password", new_password)
    hands.key("Return")
    hands.wait_for(lambda: hands.app.window is not None, "the main window")
    hands.settle()


def switch(hands, username, password, new_password=""):
    """Lock, then somebody else signs in."""
    hands.app.window.switch_user_asked.emit()
    hands.settle()
    sign_in(hands, username, password, new_password)


def add_user(hands, name, username, role):
    """Settings → Users → New user; returns the one-time code that is shown once."""
    hands.app.window.go("settings")
    hands.settle()
    hands.tab("Users")
    hands.click("New user")
    hands.fill("Name to show", name)
    hands.fill("User name", username)
    hands.click(role)
    said = hands.answer("I have written it down")
    hands.click("Add the user")
    return next(text for text in said if text.count("-") == 4)


def choose_first_row(hands, name):
    table = hands.find(QTableView, name)
    table.setFocus()
    hands.key("Home", table)
    hands.key("Return", table)


def reception(hands, clock, monkeypatch):
    """Five files with a preview each; a call attempt with a recall time; the call booked in a moment offered; the day view."""
    hands.app.window.go("requests")
    for name in FILES:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, name=name, **__: (str(FORMS / f"{name}.csv"), ""))
        hands.click("Import…")
        hands.see("Recognised as")
        hands.click("Import ")
        hands.see("imported.")
    hands.see("Requests")
    choose_first_row(hands, "Requests")
    hands.see("Linda Szabó")
    hands.click("No answer")
    hands.click("In 1 hour")
    hands.click("Save")
    clock.move(hours=1)
    hands.click("Spoken")
    hands.click("Save")
    hands.click("Book")
    hands.click("1: today")
    hands.see("call booked today 10:45")
    hands.app.window.go("agenda")
    hands.settle()
    assert any("Linda Szabó" in name for w in hands.all(QWidget) for name in names_of(w)), "not in the day view"


def the_call(hands, clock):
    """Script, complaints with scores, every red-flag question answered, intake booked."""
    clock.moment = datetime(2026, 9, 17, 8, 45, tzinfo=UTC)
    hands.app.window.go("requests")
    hands.click("Booked")
    choose_first_row(hands, "Requests")
    hands.click("Open call")
    hands.see("Script")
    assert not hands.find(QAbstractButton, "Intake booked").isEnabled()
    hands.click("Name and birth date checked")
    hands.fill("Complaint 1", "moe")
    hands.fill("Complaint 1 since", "2019")
    score = hands.find(ScoreInput, "Score of complaint 1")
    hands.key("7", score)
    for row in hands.all(FlagRow):
        row.setFocus()
        hands.key("N", row)
    hands.see("11 of 11 answered")
    hands.click("Intake booked")
    hands.click("1: tomorrow")
    hands.click("Agrees to a file")
    hands.click("Complete the call")
    hands.see("The call is completed.")


def the_consult(hands, clock):
    """The client found by the search; the note typed, saved meanwhile, signed, locked."""
    clock.moment = datetime(2026, 9, 18, 7, 5, tzinfo=UTC)
    hands.app.window.activateWindow()
    hands.wait_for(hands.app.window.isActiveWindow, "the window in front")
    hands.key("Ctrl+K", hands.app.window)
    palette = hands.app.window.palette_box
    hands.type("szab lin", palette.field)
    titles = lambda: [palette.list.item(n).text() for n in range(palette.list.count())]  # noqa: E731
    hands.wait_for(lambda: any("C-000001" in title for title in titles()), "the client in the palette")
    hands.key("Return", palette.field)
    hands.see("7 of 10")
    hands.click("New note")
    hands.write("Complaints", "Al jaren moe, vooral ’s middags.")
    hands.write("Medical history", "Geen operaties. Eén keer longontsteking.")
    hands.click("Possible triggers: nothing particular")
    hands.see("Saved 09:0")
    said = hands.answer("Sign", FIRST)
    hands.click("Sign")
    hands.see("Signed by Behandelaar A. Demo")
    assert any("locked for good" in text for text in said)
    assert not hands.fields("Medical history")


def the_plan(hands):
    """From the three-phase template to an active plan with the next contact dated."""
    where = hands.app.window.desk.do(clients.list_clients).rows[0]
    hands.app.window.go("plans", client_id=where.id)
    hands.click("Use the template “Three phases”")
    hands.click("Discussed")
    hands.answer("Sign", FIRST)
    hands.click("Activate")
    hands.see("New version")
    hands.click("In 4 weeks")
    hands.see("The next contact is dated.")
    hands.app.window.go("followups")
    hands.see("Follow-up")
    return where.id


def the_manager(hands, client_id, monkeypatch, tmp_path):
    """Who saw and changed what; the month's figures and the plan as PDF, seen first; the log verified, the certificate."""
    hands.app.window.go("log", client_id=client_id)
    hands.see("Log")
    entries = hands.find(QTableView, "Entries of the log")
    assert entries.model().rowCount() > 20
    hands.click("Verify the log")
    hands.see("intact.")
    for report, wanted in (("month", {}), ("plan", {"client_id": client_id}), ("certificate", {})):
        name = f"{report}.pdf"
        hands.app.window.go("reports", report=report, **wanted)
        hands.settle()
        if not hands.find(QAbstractButton, "Save as PDF").isEnabled():
            hands.click("Show the report")
        hands.wait_for(lambda: hands.find(QAbstractButton, "Save as PDF").isEnabled(), "the report")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name, **__: (str(tmp_path / name), ""))
        hands.click("Save as PDF")
        hands.wait_for(lambda name=name: (tmp_path / name).exists(), name)
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")


@pytest.mark.xvfb
def test_the_whole_day(started, monkeypatch, tmp_path):
    running, clock, folder = started
    hands = Hands(running)
    set_up(hands)
    code = add_user(hands, "R. Demo", "receptie", "Receptionist")
    manager_code = add_user(hands, "M. Demo", "manager", "Practice manager")
    switch(hands, "receptie", code, DESK)
    reception(hands, clock, monkeypatch)
    switch(hands, "behandelaar", FIRST)
    the_call(hands, clock)
    the_consult(hands, clock)
    client_id = the_plan(hands)
    switch(hands, "manager", manager_code, DESK)
    the_manager(hands, client_id, monkeypatch, tmp_path)
    running.lock()
    hands.see("Locked")
    clinic = TestClinic(folder, clock)
    clinic.desks["manager"] = clinic.front.sign_in("manager", DESK)
    result = clinic.verified()
    clinic.close()
    assert result.ok, result.findings[:5]
    assert result.size > 350
