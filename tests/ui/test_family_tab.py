"""The tab "People and consents" in a real window: who may decide, what was agreed to, by keyboard and by mouse."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from nmx_desk.domain.clients import Client
from nmx_desk.domain.family import Agreement, Authority, ConsentPurpose, Representative
from nmx_desk.services import clients, consents, representatives
from nmx_desk.ui.clients import PAGE, people
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.messages import Banner

TEN = date(2016, 1, 1)
ELS = Representative(first_name="Els", surname="Bakker", authority=Authority.YES, phone="0600111222")


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def lisa(desk):
    return desk.do(clients.create_client, Client(first_name="Lisa", surname="Bakker", phone="0600111222", birth_date=TEN))


@pytest.fixture
def tab_of(window_of):
    """``tab_of(client)`` opens the client at the tab."""

    def opened(client, username="receptie"):
        window = window_of(username, PAGE)
        window.go("clients", client_id=client.id, part="family")
        settle(window.runner)
        return window, window.page("clients").sheet, window.runner

    return opened


def settle(runner):
    """Until what was done is shown: a commit is told, then read again."""
    for _ in range(3):
        runner.idle()


def button(part, name):
    return next(found for found in part.findChildren(QPushButton) if found.accessibleName() == name and found.isVisibleTo(part))


def press(runner, *keys):
    """Keys into whatever has the focus."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)
        settle(runner)


def badges(sheet):
    return {badge.badge.text for badge in sheet.header.findChildren(StateBadge)}


def problems(part):
    return [banner.text for banner in part.people.findChildren(Banner) if banner.text]


def test_a_parent_is_written_down_in_place_and_the_alert_goes(tab_of, desk, lisa):
    _window, sheet, runner = tab_of(lisa)
    part = sheet.family
    assert part.people.rule.text() == "Lisa is 10: the parents with authority decide."
    assert len(problems(part)) == 1 and "Minor: authority unknown" in badges(sheet)
    button(part, "Add somebody").setFocus()
    press(runner, Qt.Key.Key_Return)
    form = part.people.form.form
    assert QApplication.focusWidget() is form.input("first_name")
    QTest.keyClicks(form.input("first_name"), "Els")
    press(runner, Qt.Key.Key_Return)
    assert part.people.form.isHidden() and QApplication.focusWidget() is button(part, "Add somebody")
    [els] = desk.do(representatives.representatives_of, lisa.id).people
    assert (els.name, els.authority) == ("Els", Authority.UNKNOWN)
    assert "Els" in problems(part)[0]
    part.people.table.selectRow(0)
    part.people.table.setFocus()
    press(runner, Qt.Key.Key_Return)
    form.input("authority").set_value(Authority.YES)
    form.input("phone").set_value("12")
    part.people.form.save()
    settle(runner)
    assert form.error_of("phone") and desk.do(representatives.representatives_of, lisa.id).people == (els,)
    form.input("phone").set_value("")
    part.people.form.save()
    settle(runner)
    assert problems(part) == [] and "Minor: authority unknown" not in badges(sheet)
    assert part.people.form.isHidden() and not part.dirty


def test_a_refusing_parent_is_seen_at_the_top_and_ends(tab_of, desk, lisa):
    desk.do(representatives.add_representative, lisa.id, ELS)
    jan = Representative(first_name="Jan", authority=Authority.YES, agreement=Agreement.REFUSED)
    desk.do(representatives.add_representative, lisa.id, jan)
    _window, sheet, runner = tab_of(lisa)
    assert "A parent refuses" in badges(sheet) and "Jan refuses" in problems(sheet.family)[0]
    sheet.family.people.table.selectRow(1)
    sheet.family.people.table.opened.emit(sheet.family.people.table.current())
    button(sheet.family, "Ends today").click()
    settle(runner)
    assert problems(sheet.family) == [] and "A parent refuses" not in badges(sheet)
    assert len(desk.do(representatives.representatives_of, lisa.id).people) == 2


def test_a_consent_is_given_and_withdrawn_by_keyboard(tab_of, desk):
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600123456", birth_date=date(1980, 5, 1)))
    _window, sheet, runner = tab_of(client)
    part = sheet.family.consents
    button(part, "Give: Newsletter").setFocus()
    press(runner, Qt.Key.Key_Return)
    form = part._asking.form
    assert QApplication.focusWidget() is form.input("given_by")
    form.input("evidence").setFocus()
    QTest.keyClicks(form.input("evidence"), "aan de balie")
    press(runner, Qt.Key.Key_Return)
    kept = desk.do(consents.consents_of, client.id).rows[0].last.consent
    assert (kept.purpose, kept.given_by, kept.evidence) == (ConsentPurpose.NEWSLETTER, "", "aan de balie")
    assert QApplication.focusWidget() is button(part, "Withdraw: Newsletter")
    press(runner, Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert not desk.do(consents.consents_of, client.id).rows[0].stands
    assert QApplication.focusWidget() is button(part, "Give: Newsletter")
    texts = {badge.badge.text for badge in part.findChildren(StateBadge) if badge.isVisibleTo(part)}
    assert texts == {"Withdrawn", "Not given"}


def test_for_a_child_only_a_parent_can_be_chosen(tab_of, desk, lisa):
    _window, sheet, runner = tab_of(lisa)
    assert not button(sheet.family.consents, "Give: Newsletter").isEnabled()
    desk.do(representatives.add_representative, lisa.id, ELS)
    settle(runner)
    button(sheet.family.consents, "Give: Newsletter").click()
    choice = sheet.family.consents._asking.form.input("given_by")
    assert [choice.itemText(n) for n in range(choice.count())] == ["Els Bakker"]


def test_what_is_typed_is_not_lost(tab_of, desk, lisa):
    window, sheet, runner = tab_of(lisa)
    button(sheet.family, "Add somebody").click()
    form = sheet.family.people.form.form
    QTest.keyClicks(form.input("first_name"), "Els")
    window.go("clients")
    settle(runner)
    assert sheet.isVisible() and form.input("first_name").text() == "Els"
    desk.do(representatives.add_representative, lisa.id, ELS)
    window.page("clients").refresh(None)
    settle(runner)
    assert sheet.family.people.sheet.people and form.isVisible() and form.input("first_name").text() == "Els"


def test_everything_has_a_name(tab_of, desk, lisa):
    desk.do(representatives.add_representative, lisa.id, ELS)
    _window, sheet, _runner = tab_of(lisa)
    button(sheet.family, "Add somebody").click()
    button(sheet.family.consents, "Give: Newsletter").click()
    assert unnamed(sheet.family) == []


def test_the_manager_goes_on_despite_a_refusal_with_a_reason(tab_of, desk, clinic, lisa, monkeypatch):
    desk.do(representatives.add_representative, lisa.id, replace(ELS, agreement=Agreement.REFUSED))
    _window, sheet, runner = tab_of(lisa)
    sheet.family.people.table.opened.emit(sheet.family.people.sheet.people[0])
    assert sheet.family.people.form.despite_button.isHidden()  # not the reception
    _window, sheet, runner = tab_of(lisa, "manager")
    sheet.family.people.table.opened.emit(sheet.family.people.sheet.people[0])
    monkeypatch.setattr(people, "ask_reason", lambda *_args, **_more: "de rechter heeft het goedgevonden")
    sheet.family.people.form.despite_button.click()
    settle(runner)
    assert problems(sheet.family) == ["Els Bakker refuses; M. Demo decided to go on: de rechter heeft het goedgevonden"]
    assert desk.do(representatives.what_hinders, lisa.id, "intake") == ""
