"""The privacy page in the real window: a request from the client's page to a copy or a destruction, by four people, and by keyboard."""

import io
import os
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from nmx_desk import app as program
from nmx_desk.domain.clients import Client
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind, PrivacyState
from nmx_desk.services import clients, erasure, grievances, privacy, retention
from nmx_desk.services.desk import use_case
from nmx_desk.services.opening import ClinicSetup, create_clinic
from nmx_desk.ui.frame import watch
from nmx_desk.ui.theme import theme
from tests.clinic import PASSWORD
from tests.registers.grievances import ended
from tests.registers.grievances import held as held_by
from tests.ui.hands import Clicks, Hands, leave


@use_case("session.use")
def change_record(work, record, **changes):
    return work.store.change(record, **changes)


@pytest.fixture
def open_as(qapp, qtbot, clinic, monkeypatch):
    """``open_as("manager")``: that person at the window, in English."""
    theme().start(qapp)
    monkeypatch.setattr(watch, "VERIFY_AFTER", 10**8)
    monkeypatch.setattr(watch, "START_AFTER", 10**8)
    made = []

    def start(username):
        if made:
            leave(made.pop())
        state = Path(os.environ["NMX_STATE_DIR"])
        running = program.App(clinic.front, program.pages(), state, sources=program.palette_sources, now=clinic.clock)
        running.open_desk(clinic.front.sign_in(username, PASSWORD))
        running._change_language("en")
        made.append(running)
        hands = Hands(running)
        hands.settle()
        running.window.activateWindow()
        qtbot.waitUntil(running.window.isActiveWindow)
        return hands

    yield start
    for running in made:
        leave(running)


@pytest.fixture
def sanne(clinic):
    care = clinic.as_("behandelaar")
    new = Client(first_name="Sanne", prefix="van der", surname="Meer", phone="0612345678")
    return clinic.as_("receptie").do(clients.create_client, replace(new, practitioner_id=care.user.id))


def asked(clinic, client, kind):
    made = clinic.as_("receptie").do(privacy.register_request, kind, client.id)
    return clinic.as_("receptie").do(privacy.identify, made.id, "paspoort gezien")


def state_as(desk, request_id):
    return desk.do(privacy.open_privacy_request, request_id).request.state


def state(clinic, request_id):
    return state_as(clinic.as_("manager"), request_id)


def test_a_destruction_takes_eight_clicks_from_the_proposal_on(open_as, clinic, sanne, qapp):
    request = asked(clinic, sanne, PrivacyKind.DESTRUCTION)
    clicks = 0
    for username, presses in (("behandelaar", ["Propose the decision"]), ("manager", ["Approve"]), ("beheerder", ["Destroy"])):
        hands = open_as(username)
        counted = Clicks(qapp)
        hands.click("Privacy")
        if username == "beheerder":
            said = hands.answer("Destroy")
        for name in presses:
            hands.click(name)
        hands.settle()
        qapp.removeEventFilter(counted)
        clicks += counted.count
    assert any("cannot be undone" in line for line in said)
    assert clicks + 1 <= 8  # the answer in the dialog is pressed without the mouse here
    hands.wait_for(lambda: state(clinic, request.id) is PrivacyState.EXECUTED, "the destruction")
    assert clinic.as_("manager").do(privacy.list_tombstones)[0].client_no == sanne.client_no
    hands.tab("Destroyed")
    assert hands.app.window.current().gone.records.rows[0].client_no == sanne.client_no
    assert clinic.verified().ok


def test_a_copy_takes_eight_clicks_from_the_proposal_on(open_as, clinic, sanne, qapp, tmp_path, monkeypatch):
    request = asked(clinic, sanne, PrivacyKind.COPY)
    target = tmp_path / "copy.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), ""))
    clicks = 0
    for username, name in (("behandelaar", "Propose the decision"), ("manager", "Approve"), ("behandelaar", "Make the copy")):
        hands = open_as(username)
        counted = Clicks(qapp)
        hands.click("Privacy")
        hands.click(name)
        qapp.removeEventFilter(counted)
        clicks += counted.count
    hands.wait_for(target.exists, "the file")
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as found:
        assert "records.json" in found.namelist() and len(found.namelist()) == 3
    assert clicks <= 8
    assert state(clinic, request.id) is PrivacyState.EXECUTED


def test_by_keyboard_from_the_client_to_an_identified_request(open_as, clinic, sanne):
    hands = open_as("receptie")
    hands.app.window.go("clients", client_id=sanne.id)
    hands.settle()
    hands.key("Ctrl+Shift+Y")
    page = hands.app.window.current()
    assert page.name == "privacy" and page.new.client.client_id == sanne.id
    hands.key("Down")  # from access to a copy
    hands.key("Ctrl+Return")
    hands.see("P-00001 is registered.")
    (row,) = clinic.as_("receptie").do(privacy.list_privacy_requests)
    assert (row.request.kind, row.client) == (PrivacyKind.COPY, "Sanne van der Meer")
    page.open.setFocus()
    hands.key("Return", page.open)
    hands.type("paspoort gezien")
    hands.key("Ctrl+Return")
    hands.wait_for(lambda: state(clinic, row.request.id) is PrivacyState.IDENTIFIED, "identified")


def test_a_name_is_refused_beside_its_field(open_as, clinic, sanne):
    asked_for = clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, sanne.id)
    hands = open_as("receptie")
    hands.click("Privacy")
    hands.fill("How was the identity checked?", "Sanne van der Meer zelf")
    hands.click("Identity checked")
    hands.see("Leave the client's name out")
    assert state(clinic, asked_for.id) is PrivacyState.RECEIVED


def test_everybody_sees_only_the_own_step(open_as, clinic, sanne):
    request = asked(clinic, sanne, PrivacyKind.DESTRUCTION)
    clinic.as_("behandelaar").do(privacy.propose_decision, request.id, Decision.GRANTED, scope=ErasureScope.CARE)
    steps = {"receptie": set(), "behandelaar": {"Withdraw"}, "manager": {"Approve", "Send back"}, "beheerder": set()}
    for username, there in steps.items():
        hands = open_as(username)
        hands.click("Privacy")
        panel = hands.app.window.current().panel
        assert panel.isVisible() and panel.badge.badge.text == "Waits for approval"
        shown = {button.accessibleName() for button in panel.findChildren(QPushButton) if button.isVisible()}
        assert shown == there, username


def test_who_is_alone_is_not_told_to_wait_for_somebody_else(open_as, clinic, tmp_path):
    clinic.close()
    clinic.folder = tmp_path / "alone"
    setup = ClinicSetup(clinic_name="Alleen", display_name="S. Demo", username="solo", password=PASSWORD)
    create_clinic(clinic.folder, setup, clinic.around)
    desk = clinic.as_("solo")
    client = desk.do(clients.create_client, Client(surname="Meer", phone="0612345678", practitioner_id=desk.user.id))
    request = desk.do(privacy.register_request, PrivacyKind.COPY, client.id)
    desk.do(privacy.identify, request.id, "bekend")
    desk.do(privacy.propose_decision, request.id, Decision.GRANTED)
    hands = open_as("solo")
    hands.click("Privacy")
    hands.see("Nobody else can approve this.")
    assert not hands.reads("Send back") and not hands.reads("somebody else approves it")
    hands.click("Approve")
    hands.wait_for(lambda: state_as(desk, request.id) is PrivacyState.DECIDED, "the decision")


def test_a_note_may_be_chosen_and_what_is_held_waits(open_as, clinic, sanne):
    request = asked(clinic, sanne, PrivacyKind.DESTRUCTION)
    hands = open_as("behandelaar")
    hands.click("Privacy")
    assert not hands.reads("Which consult note")
    hands.choose("What is destroyed", "One consult note")
    hands.see("Which consult note")
    hands.click("Propose the decision")
    hands.see("Choose the consult note")
    clinic.as_("behandelaar").do(privacy.propose_decision, request.id, Decision.GRANTED, scope=ErasureScope.FILE)
    clinic.as_("manager").do(privacy.approve_decision, request.id)
    held_by(clinic.as_("receptie"), sanne.id)
    hands = open_as("beheerder")
    hands.click("Privacy")
    hands.see("A formal complaint of this client is open")
    hands = open_as("manager")
    hands.click("Privacy")
    hands.tab("Formal complaints")
    page = hands.app.window.current()
    page.holds.table.choose_first()
    hands.click("Open in the register")
    hands.see("Niet teruggebeld")
    [hold] = clinic.as_("manager").do(retention.list_holds)
    ended(clinic.as_("manager"), hold.id)
    assert clinic.as_("beheerder").do(erasure.execute_destruction, request.id).rows


def test_a_practitioner_may_advise_and_leave_the_decision_for_later(open_as, clinic, sanne):
    request = asked(clinic, sanne, PrivacyKind.DESTRUCTION)
    hands = open_as("behandelaar")
    hands.click("Privacy")
    hands.click("Save the advice only")
    hands.see("Write down the advice first.")
    hands.fill("Advice", "geen bezwaar")
    hands.click("Save the advice only")
    hands.see("The advice is saved.")
    hands.see("Advice: geen bezwaar")
    kept = clinic.as_("manager").do(privacy.open_privacy_request, request.id).request
    assert (kept.state, kept.advice, kept.advice_by) == (PrivacyState.IDENTIFIED, "geen bezwaar", clinic.as_("behandelaar").user.id)
    hands.fill("Advice", "overleg eerst met de huisarts")
    hands.choose("Decision", "Refused")
    hands.click("Propose the decision")
    hands.see("the client has a right to know")  # nothing is written by halves
    assert clinic.as_("manager").do(privacy.open_privacy_request, request.id).request.advice == "geen bezwaar"
    hands.fill("Reason", "een ander heeft het dossier nodig")
    hands.click("Propose the decision")
    hands.see("waits for the manager's approval")
    hands = open_as("manager")
    hands.click("Privacy")
    hands.see("Advice: overleg eerst met de huisarts")


def test_what_is_due_is_proposed_from_the_list(open_as, clinic, sanne):
    clinic.as_("behandelaar").do(change_record, sanne, retention_until=clinic.clock.moment.date() - timedelta(days=1))
    hands = open_as("beheerder")
    hands.click("Privacy")
    hands.tab("Due for destruction")
    assert not hands.reads("Sanne")  # who may not read contact data sees a number
    hands.click("Propose to destroy")
    hands.wait_for(lambda: clinic.as_("manager").do(privacy.list_privacy_requests) != [], "the proposal")
    (row,) = clinic.as_("manager").do(privacy.list_privacy_requests)
    assert row.waiting and row.may_approve


def test_words_of_a_complaint_in_nobodys_file_are_proposed_from_the_list(open_as, clinic):
    boss = clinic.as_("manager")
    told = held_by(boss)
    ended(boss, told.id)
    told = boss.do(grievances.open_grievance, told.id).row.grievance
    boss.do(change_record, told, closed_on=told.closed_on - timedelta(days=800))
    hands = open_as("manager")
    hands.click("Privacy")
    hands.tab("Due for destruction")
    hands.click("Propose to destroy")
    hands.wait_for(lambda: clinic.as_("manager").do(privacy.list_privacy_requests) != [], "the proposal")
    (row,) = clinic.as_("manager").do(privacy.list_privacy_requests)
    assert row.waiting and row.request.scope is ErasureScope.CASES
