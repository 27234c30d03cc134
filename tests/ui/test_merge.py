"""Merging doubles through the real window (DOMAIN §3): proposed and approved in at most six clicks each, undone the same way."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QAbstractButton

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, merging, proposals
from nmx_desk.ui.kit.a11y import unnamed
from tests.ui.hands import Clicks, clean

HOSTILE = "<b>Sanne</b> & 'co' =cmd|x"
SANNE = Client(first_name="Sanne", surname="Visser", phone="0612345678", birth_date=date(1980, 5, 4))


@pytest.fixture
def two(clinic):
    desk = clinic.as_("receptie")
    made = [desk.do(clients.create_client, client) for client in (SANNE, replace(SANNE, first_name=HOSTILE, email="sanne@example.org"))]
    clinic.close()
    return made


def counted(qapp):
    return Clicks(qapp)


def at_most(clicks, qapp, most):
    qapp.removeEventFilter(clicks)
    assert clicks.count <= most, f"{clicks.count} clicks, {most} allowed"


def test_proposing_and_approving_take_six_clicks_each(hands_of, clinic, qapp, two):
    kept, gone = two
    hands = hands_of("receptie", clinic)
    hands.app.window.go("clients", client_id=gone.id)
    hands.settle()
    clicks = counted(qapp)
    hands.click("Merge with another client")
    hands.click(f"Sanne Visser, {kept.client_no}")
    hands.see("Stays: Sanne Visser, C-000001")
    assert unnamed(hands.window) == []
    hands.click(clean(f"First name of who goes: {HOSTILE}"))
    hands.fill("How do you know?", "zelfde geboortedatum en telefoon")
    hands.click("Propose the merge")
    hands.see("Proposed. The practice manager decides.")
    at_most(clicks, qapp, 6)
    leave_desk(hands)

    boss = hands_of("manager", clinic)
    clicks = counted(qapp)
    boss.click("Clients")
    boss.click("Look and decide")
    boss.see("zelfde geboortedatum en telefoon")
    assert unnamed(boss.window) == []
    boss.click("Approve the merge")
    boss.see(f"was also {gone.client_no}")
    at_most(clicks, qapp, 6)
    now = clinic.as_("receptie").do(clients.open_client, gone.id).client
    assert (now.id, now.first_name, now.email) == (kept.id, HOSTILE, "sanne@example.org")
    assert clinic.verified().ok


def leave_desk(hands):
    hands.app.window.hide()


def test_taking_apart_takes_six_clicks_each(hands_of, clinic, qapp, two):
    kept, gone = two
    merged(clinic, kept, gone)
    hands = hands_of("receptie", clinic)
    hands.app.window.go("clients", client_id=kept.id)
    hands.settle()
    clicks = counted(qapp)
    hands.click(f"Take {gone.client_no} apart again")
    hands.see("Goes back to C-000002")
    hands.fill("How do you know?", "toch zussen")
    hands.click("Propose to take apart")
    hands.see("Proposed. The practice manager decides.")
    at_most(clicks, qapp, 6)
    leave_desk(hands)
    boss = hands_of("manager", clinic)
    clicks = counted(qapp)
    boss.click("Clients")
    boss.click("Look and decide")
    boss.see("toch zussen")
    boss.click("Approve taking apart")
    boss.see("Approved.")
    at_most(clicks, qapp, 6)
    assert clinic.as_("receptie").do(clients.open_client, gone.id).client.id == gone.id


def merged(clinic, kept, gone):
    asked = clinic.as_("receptie").do(merging.propose_merge, kept.id, gone.id, None, "zelfde")
    clinic.approve()
    clinic.close()
    return asked


def test_everything_by_keyboard(hands_of, clinic, two):
    kept, gone = two
    hands = hands_of("receptie", clinic)
    hands.app.window.go("clients", client_id=gone.id)
    hands.settle()
    hands.key("Ctrl+Shift+M")
    hands.see("Who is the same person?")
    view = hands.app.window.current().merge
    assert view.picker.hasFocus()
    hands.type(kept.client_no)
    hands.settle()
    hands.key("Return", view.picker)
    hands.see("Stays: Sanne Visser, C-000001")
    assert view.reason.hasFocus()
    email = next(button for button in hands.all(QAbstractButton) if button.accessibleName().startswith("E-mail of who stays"))
    email.setFocus()
    hands.key("Space", email)
    assert view.lines.chosen()["email"] == "kept"
    view.reason.setFocus()
    hands.type("zelfde persoon")
    hands.settle()
    view._main.setFocus()
    hands.key("Return", view._main)
    hands.see("Proposed. The practice manager decides.")
    leave_desk(hands)
    boss = hands_of("manager", clinic)
    boss.click("Clients")
    boss.click("Look and decide")
    assert boss.app.window.current().merge._main.hasFocus()
    boss.key("Return")
    boss.see(f"was also {gone.client_no}")
    assert clinic.as_("receptie").do(clients.open_client, kept.id).client.email == ""


def test_a_second_phone_follows_the_first_and_what_cannot_be_is_refused(hands_of, clinic, two):
    kept, gone = two
    desk = clinic.as_("receptie")
    gone = desk.do(clients.change_client, replace(gone, phone="0687654321"))
    clinic.close()
    hands = hands_of("receptie", clinic)
    hands.app.window.go("clients", client_id=kept.id)
    hands.settle()
    hands.click("Merge with another client")
    view = hands.app.window.current().merge
    view.picker.set_client(gone.id, "Sanne")
    hands.see("Goes: ")
    assert hands.find(QAbstractButton, "Second phone of who goes: 06 87 65 43 21").isChecked()
    hands.click("Phone of who goes: 06 87 65 43 21")
    assert hands.find(QAbstractButton, "Second phone of who stays: 06 12 34 56 78").isChecked()
    hands.fill("How do you know?", "zelfde")
    assert not hands.app.window.page("clients").leave()
    hands.click("Propose the merge")
    hands.see("Proposed.")
    clinic.as_("behandelaar").do(clients.change_client, replace(gone, city="Elders"))
    clinic.close()
    leave_desk(hands)
    boss = hands_of("manager", clinic)
    boss.click("Clients")
    boss.click("Look and decide")
    boss.see("was changed after this was proposed")
    assert not boss.app.window.current().merge._main.isEnabled()
    boss.app.window.current().merge._decide(proposals.refuse_proposal, "Refused.", "veranderd")
    boss.see("Refused.")
    assert clinic.as_("manager").do(merging.count_waiting_merges) == 0
