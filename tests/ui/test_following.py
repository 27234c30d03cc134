"""How a plan goes, in real windows: adherence by one key an item, side effects, stop rules, red flags and their banner."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.consults import Settled
from nmx_desk.domain.plans import FollowUpStatus, ItemStatus, PlanItem, Severity, SideEffect, StopReason
from nmx_desk.services import following, followups, plans, red_flags, tasks
from nmx_desk.ui import care, clients, notes
from nmx_desk.ui import followups as followups_ui
from nmx_desk.ui import plans as plans_ui
from nmx_desk.ui.kit import alarms as alarms_kit
from nmx_desk.ui.kit import following as following_kit
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.adherence import AdherenceInput
from nmx_desk.ui.kit.alarms import FlagsDialog
from tests.clinic import once
from tests.ui.hands import settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def care_desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def contact(clinic, care_desk, client):
    """A contact that is due, of an active plan whose first item has a stop rule."""
    made = care_desk.do(plans.create_plan, client.id, "three_phases")
    care_desk.do(once(lambda work: work.store.change(work.store.get(PlanItem, made.items[0].id), stop_when="bij huiduitslag")))
    care_desk.do(plans.discuss, made.plan.id)
    care_desk.do(plans.activate, made.plan.id)
    day = care_desk.do(following.open_following, client.id).today
    found = care_desk.do(followups.plan_follow_up, made.plan.id, day + timedelta(days=14))
    clinic.clock.move(days=14)
    return found


@pytest.fixture
def at(window_of, contact):
    def opened(page, **where):
        window = window_of("behandelaar", followups_ui.PAGE, notes.PAGE, plans_ui.PAGE, care.PAGE, clients.PAGE)
        window.go(page, **where)
        settle(window)
        return window

    return opened


def sheet(desk, client):
    return desk.do(following.open_following, client.id)


def told(desk, client):
    return [one.told[-1].percent if one.told else None for one in sheet(desk, client).running]


def keys(text):
    for one in text:
        QTest.keyClick(QApplication.focusWidget(), one)


def test_a_contact_is_completed_with_one_key_an_item(at, clinic, care_desk, client, contact):
    window = at("followups")
    page, count = window.current(), len(sheet(care_desk, client).running)
    assert count >= 3 and unnamed(page) == []
    assert "Stop when: bij huiduitslag" in [label.text() for label in page.panel.findChildren(following_kit.Label)]
    QTest.keyClick(page.table, Key.Key_Return)
    assert isinstance(QApplication.focusWidget(), AdherenceInput)
    keys("403")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return, CTRL)
    settle(window)
    assert told(care_desk, client) == [100, 0, 75, *[None] * (count - 3)], "0 is told, the rest was not asked"
    assert care_desk.do(once(lambda work: work.store.get(type(contact), contact.id))).status is FollowUpStatus.DONE
    assert window.toaster.run_action()
    settle(window)
    assert told(care_desk, client) == [None] * count
    assert clinic.verified().ok


def test_keys_walk_change_and_make_blank(at, client):
    window = at("followups")
    rows = window.current().panel.items
    first, second = list(rows.inputs.values())[:2]
    rows.focus_first()
    keys("2")
    assert second.hasFocus() and first.value() == 50
    QTest.keyClick(second, Key.Key_Right)
    assert second.value() == 0 and second.accessibleName().endswith("0 %, not at all")
    QTest.keyClick(second, Key.Key_Right)
    QTest.keyClick(second, Key.Key_Delete)
    assert second.value() is None and second.accessibleName().endswith("not asked")
    QTest.keyClick(second, Key.Key_Up)
    assert first.hasFocus() and rows.changed() == {next(iter(rows.inputs)): 50}


def test_what_others_do_meanwhile_takes_nothing_chosen_away(at, care_desk, client):
    window = at("followups")
    panel = window.current().panel
    panel.items.focus_first()
    keys("4")
    line = sheet(care_desk, client).running[1].line
    day = sheet(care_desk, client).today
    window.runner.do(following.report_side_effect, client.id, SideEffect(item_line=line, words="Kramp", began_on=day))
    settle(window)
    assert next(iter(panel.items.values().values())) == 100
    assert any("Kramp (mild)" in label.text() for label in panel.findChildren(following_kit.Label))


def test_in_a_note_it_is_saved_by_itself_and_before_signing(at, care_desk, client, qtbot):
    window = at("notes", client_id=client.id, kind="follow_up")
    card = window.current().following
    assert card.isVisible() and unnamed(card) == []
    card.rows.focus_first()
    keys("13")
    qtbot.waitUntil(lambda: told(care_desk, client)[:2] == [25, 75])
    settle(window)
    assert card.saved.text() == "Saved" and card.rows.changed() == {}
    keys("4")
    window.current().leave()
    settle(window)
    assert told(care_desk, client)[2] == 100
    note = window.current().sheet.note
    assert {one.source_id for found in sheet(care_desk, client).items for one in found.told} == {note.id}


def effect_of(monkeypatch, **values):
    monkeypatch.setattr(following_kit, "ask_values", lambda *_args, **_kw: dict(values))


def test_a_side_effect_that_stops_its_item_and_back(at, clinic, care_desk, client, monkeypatch):
    window = at("followups")
    panel, found = window.current().panel, sheet(care_desk, client).running[0]
    day = sheet(care_desk, client).today
    effect_of(monkeypatch, words="Buikkramp", severity=Severity.SEVERE, began_on=day, ended_on=None, action=None, stop=True)
    panel.acts.side_effect(found)
    settle(window)
    item = sheet(care_desk, client).items[0]
    assert (item.item.status, item.effects[0].words) == (ItemStatus.STOPPED, "Buikkramp") and found.line not in panel.items.inputs
    assert window.toaster.run_action()
    settle(window)
    assert sheet(care_desk, client).items[0].running and found.line in panel.items.inputs
    assert clinic.verified().ok


def test_a_stop_rule_that_was_met(at, care_desk, client, monkeypatch):
    window = at("followups")
    effect_of(monkeypatch, reason="Huiduitslag", why=StopReason.SIDE_EFFECT)
    window.current().panel.acts.stop_rule(sheet(care_desk, client).running[0])
    settle(window)
    assert sheet(care_desk, client).items[0].item.status is ItemStatus.STOPPED
    assert [row.task.title[:9] for row in care_desk.do(tasks.list_tasks).rows] == ["Stop rule"]


def answer_flags(letters):
    """Type into the dialog that the next click opens, and save."""

    def type_them():
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, FlagsDialog) and one.isVisible())
        dialog.check.rows[0].setFocus()
        for letter in letters:
            QTest.keyClick(QApplication.focusWidget() or dialog.check.rows[0], letter)
        dialog.accept()

    QTimer.singleShot(400, type_them)


def test_red_flags_asked_at_a_contact_stand_at_plan_and_file_until_settled(at, clinic, care_desk, client, monkeypatch):
    window = at("followups")
    answer_flags("y")
    window.current().panel.flags_button.click()
    settle(window)
    settle(window)
    assert len(care_desk.do(red_flags.open_alarms, client.id)) == 1
    for page, where in (("plans", {}), ("care", {}), ("clients", {})):
        window.go(page, client_id=client.id, **where)
        settle(window)
        current = window.current()
        banner = current.sheet.alarm if page == "clients" else current.alarm
        assert banner.isVisible() and "Alarm symptom told on" in banner.text and unnamed(banner) == []
    told = {"settled": Settled.DISCUSSED, "reason": "besproken met de huisarts"}
    monkeypatch.setattr(alarms_kit, "ask_values", lambda *_args, **_kw: told)
    banner.settle()
    settle(window)
    assert not banner.isVisible() and care_desk.do(red_flags.open_alarms, client.id) == ()
    assert window.toaster.run_action()
    settle(window)
    assert banner.isVisible()
    assert clinic.verified().ok


def test_the_list_keeps_to_one_practitioner_and_remembers_it(at, care_desk):
    window = at("followups")
    page = window.current()
    names = [page.of_whom.itemText(number) for number in range(page.of_whom.count())]
    assert names == ["All practitioners", care_desk.user.display_name]
    page.of_whom.set_value(care_desk.user.id)
    page._chosen_whom()
    assert len(page.table.records.rows) == 1
    window.go("followups")
    settle(window)
    assert page.of_whom.value() == care_desk.user.id


def test_an_item_of_the_plan_says_beside_its_form_how_it_goes(at, care_desk, client):
    first = sheet(care_desk, client).running[0]
    care_desk.do(following.save_adherence, client.id, {first.line: 0})
    effect = SideEffect(item_line=first.line, words="Kramp", began_on=sheet(care_desk, client).today)
    care_desk.do(following.report_side_effect, client.id, effect)
    window = at("plans", client_id=client.id)
    page = window.current()
    page.open_item(first.item.id)
    settle(window)
    part = page.followed
    assert part.isVisible() and part.told.text() == "Kept to: 0 %" and "Kramp (mild)" in part.effects.text()
    assert part.effect_button.isVisible() and part.rule_button.isVisible() and unnamed(page.item_panel) == []
    care_desk.do(following.take_back_side_effect, sheet(care_desk, client).items[0].effects[0].id)
    window.current().refresh(None)
    settle(window)
    assert part.effects.isHidden()
