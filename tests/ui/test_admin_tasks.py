"""The administrator's tasks of DOMAIN §3, through the real window: so many clicks, and not one more."""

import json
import threading
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLabel, QTabBar, QTableView

from nmx_desk.audit import verify as verify_module
from nmx_desk.domain.clients import Client
from nmx_desk.domain.code_lists import CODE_LISTS
from nmx_desk.domain.errors import NotAllowed, NotFound
from nmx_desk.domain.people import Role
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind, PrivacyState
from nmx_desk.services import agenda, backups, clients, code_lists, people, privacy, roster
from nmx_desk.ui import runner as runner_module
from tests.lists import approve_papers
from tests.ui.hands import PATIENCE, Clicks, clean, names_of


@pytest.fixture
def hands(hands_of, clinic, request):
    """The administrator (or who is asked for) at a clinic."""
    return hands_of(getattr(request, "param", "beheerder"), clinic)


def click_tab(hands, name):
    """A tab, or a part in the list of a page; a click either way."""
    for bar in hands.all(QTabBar):
        for index in range(bar.count()):
            if bar.tabText(index).replace("&", "") == name:
                QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
                return hands.settle()
    return hands.tab(name)


@pytest.mark.parametrize("task", ["Back up now", "Try this backup"])
def test_a_backup_and_a_tested_restore_take_three_clicks_each(hands, clinic, qapp, task):
    if task == "Try this backup":
        clinic.as_("beheerder").do(backups.back_up)
        clinic.close()
    hands.settle()
    counted, start = Clicks(qapp), time.monotonic()
    hands.click("Settings")
    click_tab(hands, "Backup")
    hands.click(task)
    hands.see("verified")
    qapp.removeEventFilter(counted)
    assert counted.count <= 3
    assert time.monotonic() - start < 60  # the task's own measure
    state = hands.app.runner.desk.do(backups.backup_state)
    assert state.made is not None and (task == "Back up now" or state.tried is not None)


def counted(hands, qapp, most):
    """Counts from here; ``done()`` fails when it was more."""
    clicks = Clicks(qapp)

    def done():
        qapp.removeEventFilter(clicks)
        assert clicks.count <= most, f"{clicks.count} clicks, {most} allowed"

    return done


def click_soon(name):
    """Press a button, with the mouse, of the dialog that the next action opens; what it says is in the list afterwards."""
    said = []

    def look():
        dialog = QApplication.activeModalWidget()
        button = next((b for b in dialog.findChildren(QAbstractButton) if name in names_of(b)), None) if dialog else None
        if button is None:
            return QTimer.singleShot(20, look)
        said.extend(clean(label.text()) for label in dialog.findChildren(QLabel))
        return QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(20, look)
    return said


def test_a_user_with_role_and_numbers_takes_six_clicks(hands, clinic, qapp):
    hands.settle()
    done, start = counted(hands, qapp, 6), time.monotonic()
    hands.click("Settings")
    click_tab(hands, "Users")
    hands.click("New user")
    for field, text in (("Name to show", "N. Demo"), ("User name", "nieuw"), ("Title or function", "arts")):
        hands.fill(field, text)
    for field, text in (("BIG number", "12345678901"), ("AGB code", "12345678")):
        hands.fill(field, text)
    hands.click("Practitioner")
    said = click_soon("I have written it down")
    hands.click("Add the user")
    hands.wait_for(lambda: said, "the one-time code")
    hands.settle()
    done()
    assert time.monotonic() - start < 60
    made = next(p for p in clinic.as_("manager").do(people.list_people) if p.user.username == "nieuw")
    assert (made.user.title, made.user.big, made.user.agb, made.waits) == ("arts", "12345678901", "12345678", True)
    clinic.approve()
    made = next(p for p in clinic.as_("manager").do(people.list_people) if p.user.username == "nieuw")
    assert made.roles == {Role.PRACTITIONER} and made.user.is_active


def test_blocking_takes_three_clicks_and_holds_at_once(hands, clinic, qapp):
    victim = clinic.as_("receptie")
    hands.click("Settings")
    click_tab(hands, "Users")
    done, start = counted(hands, qapp, 3), time.monotonic()
    table = hands.find(QTableView, "Users")
    number = next(n for n, person in enumerate(table.records.rows) if person.user.username == "receptie")
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(number, 1)).center())
    said = click_soon("Block")
    hands.click("Block")
    hands.wait_for(lambda: said, "the question")
    hands.see("R. Demo has been blocked.")
    done()
    assert time.monotonic() - start < 30
    with pytest.raises(NotAllowed):
        victim.do(people.read_clinic)


def click_row(hands, name, text):
    """A row of a table, found by what stands in it."""
    table = hands.find(QTableView, name)
    columns = table.records.columns
    number = next(n for n, row in enumerate(table.records.rows) if any(text in column.text(row) for column in columns))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(number, 1)).center())
    hands.settle()


def pick(hands, name, text):
    """One of a list that opens: a click to open it and a click on what is chosen."""
    box = hands.find(QComboBox, name)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    hands.wait_for(box.view().isVisible, name)
    row = next(n for n in range(box.count()) if clean(box.itemText(n)) == text)
    place = box.view().visualRect(box.model().index(row, 0)).center()
    QTest.qWait(2 * QApplication.doubleClickInterval())  # so long a list that opened takes no click for a choice; its timer is a coarse one
    QTest.mouseClick(box.view().viewport(), Qt.MouseButton.LeftButton, pos=place)
    hands.settle()
    assert clean(box.currentText()) == text


def test_changing_an_appointment_type_takes_six_clicks(hands, clinic, qapp):
    hands.settle()
    done, start = counted(hands, qapp, 6), time.monotonic()
    hands.click("Settings")
    click_tab(hands, "Appointment types")
    click_row(hands, "Appointment types", "Intake consult")
    hands.click("Change …")
    hands.fill("Minutes", "90")
    hands.fill("Price in euros", "195,50")
    hands.click("Save")
    hands.see("“Intake consult” has been saved.")
    done()
    assert time.monotonic() - start < 60
    desk = clinic.as_("receptie")
    intake = next(kind for kind in desk.do(agenda.appointment_types) if kind.code == "intake")
    assert (intake.duration, intake.price_cents) == (90, 19_550)
    offer = desk.do(agenda.next_free, "intake")[0]
    assert (offer.ends_at - offer.starts_at).seconds == 90 * 60


def test_adding_an_appointment_type_takes_four_clicks(hands, clinic, qapp):
    hands.settle()
    done = counted(hands, qapp, 4)
    hands.click("Settings")
    click_tab(hands, "Appointment types")
    hands.click("New type")
    for field, text in (("Name in Dutch", "Evaluatie"), ("Name in English", "Evaluation"), ("Minutes", "20"), ("Price in euros", "0")):
        hands.fill(field, text)
    hands.click("Add the type")
    hands.see("“Evaluation” has been saved.")
    done()
    assert clinic.as_("receptie").do(agenda.next_free, "evaluation")


def test_changing_a_roster_takes_six_clicks(hands, clinic, qapp):
    colleague = clinic.as_("collega").user
    hands.settle()
    done, start = counted(hands, qapp, 6), time.monotonic()
    hands.click("Settings")
    click_tab(hands, "Working hours")
    pick(hands, "Practitioner", colleague.display_name)
    hands.fill("Saturday, from (1)", "10:00")
    hands.fill("Saturday, to (1)", "13:00")
    hands.click("Save")
    hands.see("The working hours have been saved.")
    done()
    assert time.monotonic() - start < 60
    rules = clinic.as_("manager").do(roster.practitioner_roster, colleague.id)
    assert [(rule.start_minute, rule.end_minute) for rule in rules if rule.weekday == 5] == [(600, 780)]
    assert 5 not in {rule.weekday for rule in clinic.as_("manager").do(roster.practitioner_roster, clinic.as_("behandelaar").user.id)}


def test_adding_a_closure_takes_six_clicks(hands, clinic, qapp):
    hands.settle()
    done, start = counted(hands, qapp, 6), time.monotonic()
    hands.click("Settings")
    click_tab(hands, "Closures")
    for field, text in (("First day", "12-10-2026"), ("Last day", "13-10-2026"), ("Reason", "Studiedagen")):
        hands.fill(field, text)
    hands.click("Close on these days")
    hands.see("The closure has been saved.")
    done()
    assert time.monotonic() - start < 60
    first, last = date(2026, 10, 12), date(2026, 10, 13)
    [made] = clinic.as_("manager").do(roster.list_closures, first, last)
    assert (made.date_from, made.date_to, made.reason) == (first, last, "Studiedagen")
    assert clinic.as_("receptie").do(agenda.free_moments, "intake", first, last) == []


@pytest.mark.parametrize(("title", "code", "item"), [
    ("Red-flag questions", "red_flags", "Diarrhoea during the night?"), ("Health complaints", "complaints", "Bloating"),
])  # fmt: skip
def test_editing_a_code_list_takes_five_clicks_until_it_waits_and_keeps_the_old_version(hands, clinic, qapp, title, code, item):
    before = clinic.as_("manager").do(code_lists.read_code_list, code, 1)
    hands.settle()
    done, start = counted(hands, qapp, 5), time.monotonic()
    hands.click("Settings")
    click_tab(hands, "Code lists")
    hands.click(title)
    click_row(hands, "Items of the list", item)
    hands.fill("Dutch", "In andere woorden")
    hands.fill("English", "In other words")
    hands.fill("Why the list changes", "duidelijker gesteld")
    hands.click("Offer for approval")
    hands.see("Waits for approval")
    done()
    assert time.monotonic() - start < 45
    assert clinic.as_("manager").do(code_lists.list_code_lists)[list(CODE_LISTS).index(code)].current == 1
    approve_papers(clinic)
    after = clinic.as_("manager").do(code_lists.read_code_list, code, 2)
    assert [(i.code, i.label_en) for i in after] == [(i.code, "In other words" if i.label_en == item else i.label_en) for i in before]
    assert clinic.as_("manager").do(code_lists.read_code_list, code, 1) == before
    assert clinic.verified().ok


def approved(clinic, kind, **what):
    """A request under the privacy law that two people decided on: what is left is to carry it out."""
    care, desk = clinic.as_("behandelaar"), clinic.as_("receptie")
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Vis", phone="0612345678", practitioner_id=care.user.id))
    made = desk.do(privacy.register_request, kind, client.id)
    desk.do(privacy.identify, made.id, "paspoort gezien")
    care.do(privacy.propose_decision, made.id, Decision.GRANTED, **what)
    return clinic.as_("manager").do(privacy.approve_decision, made.id)


def test_carrying_out_a_destruction_takes_eight_clicks(hands, clinic, qapp):
    asked = approved(clinic, PrivacyKind.DESTRUCTION, scope=ErasureScope.FILE)
    hands.settle()
    done, start = counted(hands, qapp, 8), time.monotonic()
    hands.click("Privacy")
    said = click_soon("Destroy")
    hands.click("Destroy")
    hands.wait_for(lambda: said, "the question")
    hands.see("destroyed.")
    click_tab(hands, "Destroyed")
    done()
    assert time.monotonic() - start < 120  # the task's own measure
    assert any("cannot be undone" in line for line in said)
    manager = clinic.as_("manager")
    assert manager.do(privacy.open_privacy_request, asked.id).request.state is PrivacyState.EXECUTED
    with pytest.raises(NotFound):
        manager.do(clients.open_client, asked.client_id)
    [stone] = manager.do(privacy.list_tombstones)
    three = [clinic.as_(name).user.id for name in ("behandelaar", "manager", "beheerder")]
    assert [stone.proposed_by, stone.approved_by, stone.executed_by] == three
    assert clinic.verified().ok


@pytest.mark.parametrize("hands", ["behandelaar"], indirect=True)
def test_making_the_copy_of_an_access_request_takes_eight_clicks(hands, clinic, qapp, tmp_path, monkeypatch):
    asked, target = approved(clinic, PrivacyKind.ACCESS), tmp_path / "copy.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), ""))
    hands.settle()
    done, start = counted(hands, qapp, 7), time.monotonic()  # and one in the dialog of the system
    hands.click("Privacy")
    hands.click("Make the copy")
    hands.wait_for(target.exists, "the file")
    hands.see("has been saved.")
    hands.click("Close the request")
    hands.see("The request is closed.")
    done()
    assert time.monotonic() - start < 120
    with zipfile.ZipFile(target) as made:
        assert {Path(name).suffix for name in made.namelist()} == {".pdf", ".json"}
        assert json.loads(made.read("records.json"))["records"]["client"][0]["surname"] == "Vis"
    assert clinic.as_("manager").do(privacy.open_privacy_request, asked.id).request.state is PrivacyState.CLOSED


def test_verifying_the_log_takes_one_click_shows_how_far_it_is_and_can_be_stopped(hands, clinic, qapp, monkeypatch):
    hands.click("Log")
    seen, go_on = [], threading.Event()
    original = runner_module.Job.report

    def held(job, done, total, text=""):
        seen.append((done, total))
        go_on.wait(PATIENCE)
        original(job, done, total, text)

    monkeypatch.setattr(verify_module, "STEP", 10)
    monkeypatch.setattr(runner_module.Job, "report", held)
    done = counted(hands, qapp, 1)
    button = next(b for b in hands.all(QAbstractButton) if "Verify the log" in names_of(b))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    until = time.monotonic() + PATIENCE
    while not seen and time.monotonic() < until:
        QApplication.processEvents()
    done()
    strip = hands.app.window.current().progress
    assert 0 < seen[0][0] < seen[0][1]
    assert strip.isVisible() and not button.isEnabled()
    stopping = next(b for b in strip.findChildren(QAbstractButton) if b.isVisible())
    QTest.mouseClick(stopping, Qt.MouseButton.LeftButton)
    go_on.set()
    hands.settle()
    assert not strip.isVisible() and button.isEnabled()
    assert not hands.reads("intact.")
    monkeypatch.setattr(runner_module.Job, "report", original)
    hands.click("Verify the log")
    hands.see("intact.")
