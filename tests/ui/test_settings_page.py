"""The settings page in a real window, against a real clinic."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from nmx_desk.domain.code_lists import CODE_LISTS
from nmx_desk.services import appointment_types, backups, people, roster
from nmx_desk.ui import errors as errors_module
from nmx_desk.ui import quality, settings
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.parts import Parts
from nmx_desk.ui.settings import stamps as stamps_module
from nmx_desk.ui.settings import types as types_module
from nmx_desk.ui.settings import users as users_module
from nmx_desk.ui.settings.page import SettingsPage
from tests.authority import Authority, listening
from tests.ui.hands import settle

PARTS = [
    "clinic", "users", "types", "hours", "days", "rooms", "closures", "calendars", "incoming", "mail", "backup", "stamps", "lists",
]


def part_of(window, key):
    return window.page("settings").parts[key]


def test_only_what_a_role_may(at_settings):
    assert list(at_settings("beheerder").page("settings").parts) == PARTS
    manager = at_settings("manager")
    assert list(manager.page("settings").parts) == PARTS
    assert not part_of(manager, "users").add_button.isVisibleTo(manager)
    assert at_settings("receptie").current() is None


def test_the_last_part_is_remembered(at_settings):
    window = at_settings("manager")
    window.page("settings").tabs.show_part("rooms")
    assert SettingsPage(window).tabs.current() == "rooms"
    window.user_settings.put("settings.part", "gone")
    assert SettingsPage(window).tabs.current() == "clinic"


@pytest.mark.parametrize("part", PARTS)
def test_every_control_has_a_name(at_settings, part):
    assert unnamed(at_settings("beheerder", part)) == []


def test_the_clinic_is_changed_and_logged(clinic, at_settings):
    window = at_settings("manager")
    part = part_of(window, "clinic")
    assert part.form.values()["name"] == "Proefpraktijk"
    part.form.input("city").setText("Utrecht")
    part.form.input("city").edited.emit()
    assert part.save_button.isEnabled()
    part.save()
    settle(window)
    assert clinic.as_("manager").do(people.read_clinic).city == "Utrecht"
    assert not part.form.dirty
    part.form.input("city").setText("Zeist")
    part.form.input("city").edited.emit()
    part.save_button.setFocus()
    part.save_button.click()
    settle(window)
    assert window.focusWidget() is part.form.input("name"), "the button that was pressed is off now"
    part.form.input("name").setText("")
    part.save()
    assert part.form.error_of("name") == "Fill this in."
    assert not window.page("settings").leave()
    part.undo()
    assert window.page("settings").leave()
    assert clinic.verified().ok


def test_a_new_user_gets_a_code_that_is_shown_once_and_works(clinic, monkeypatch, at_settings):
    shown = []
    monkeypatch.setattr(users_module.CodeDialog, "exec", lambda dialog: shown.append(dialog.code.text()))
    window = at_settings("beheerder", "users")
    part = part_of(window, "users")
    part.open_panel()
    part.panel.form.input("display_name").setText("Nieuwe R. Demo")
    part.panel.form.input("username").setText("nieuw")
    part.panel.save()
    assert part.panel.problem.text() == "Choose at least one role."
    part.panel.roles.input("receptionist").setChecked(True)
    part.panel.save()
    settle(window)
    assert [p.user.username for p in part.table.records.rows if p.user.display_name == "Nieuwe R. Demo"] == ["nieuw"]
    assert not part.panel.isVisible()
    clinic.approve()
    desk = clinic.front.sign_in("nieuw", shown[0], new_password="zeven blauwe stoelen dansen")
    clinic.desks["nieuw"] = desk
    assert desk.user.display_name == "Nieuwe R. Demo"
    assert clinic.verified().ok


def test_a_user_name_in_use_is_said_beside_the_field(at_settings):
    window = at_settings("beheerder", "users")
    part = part_of(window, "users")
    part.open_panel()
    part.panel.form.set_values({"display_name": "Dubbel", "username": "receptie"})
    part.panel.roles.input("receptionist").setChecked(True)
    part.panel.save()
    settle(window)
    assert "already in use" in part.panel.form.error_of("username")


def test_blocking_asks_first_and_never_oneself(clinic, monkeypatch, at_settings):
    window = at_settings("beheerder", "users")
    part = part_of(window, "users")
    part.table.choose(clinic.as_("beheerder").user.id)
    assert not part.block_button.isEnabled()
    part.table.choose(clinic.as_("collega").user.id)
    monkeypatch.setattr(users_module, "ask", lambda *_args, **_more: False)
    part.block()
    settle(window)
    assert part.table.current().user.is_active
    monkeypatch.setattr(users_module, "ask", lambda *_args, **_more: True)
    part.block_button.click()
    settle(window)
    blocked = next(p for p in part.table.records.rows if p.user.username == "collega")
    assert not blocked.user.is_active
    assert users_module.state(blocked).text == "Blocked"


def test_a_manager_may_block_but_adds_nobody(clinic, at_settings):
    part = part_of(at_settings("manager", "users"), "users")
    part.table.choose(clinic.as_("collega").user.id)
    assert part.block_button.isVisible()
    assert part.block_button.isEnabled()
    assert not part.add_button.isVisible()


def test_working_hours(clinic, at_settings):
    window = at_settings("manager", "hours")
    part = part_of(window, "hours")
    who = part.who.value()
    start, end = part.fields[5, 0]
    start.setText("10")
    start.edited.emit()
    part.save()
    assert "Fill in both times" in part.problem.text()
    end.setText("0:00")
    end.edited.emit()
    part.save()
    settle(window)
    rules = clinic.as_("manager").do(roster.practitioner_roster, who)
    assert [(r.start_minute, r.end_minute) for r in rules if r.weekday == 5] == [(600, 1440)]
    assert len(rules) == 11
    assert part.keep()
    first = part.fields[0, 1][0]
    first.setText("12:00")
    first.edited.emit()
    part.save()
    settle(window)
    assert part.problem.text() == "The hours on Monday overlap. Change one of them."
    assert not window.page("settings").leave()
    part.back.click()
    assert window.page("settings").leave()


def typed(form, **values):
    for name, value in values.items():
        form.input(name).set_value(value)
        form.input(name).edited.emit()


def test_an_appointment_type_is_added_changed_and_retired(clinic, monkeypatch, at_settings):
    window = at_settings("beheerder", "types")
    part = part_of(window, "types")
    assert [kind.code for kind in part.table.records.rows] == ["advice_call", "follow_up", "intake"]
    part.add_button.click()
    typed(part.panel.form, name_nl="Massage", name_en="Intake consult", duration="0", price_cents="60,5")
    part.panel.confirm.click()
    assert "1 to 720" in part.panel.form.error_of("duration") and "95,50" in part.panel.form.error_of("price_cents")
    typed(part.panel.form, duration="", price_cents="60,50")
    part.panel.confirm.click()
    assert part.panel.form.error_of("duration") == "Fill this in."
    typed(part.panel.form, duration="40")
    part.panel.confirm.click()
    settle(window)
    assert "has this name" in part.panel.form.error_of("name_en")  # said by the desk, beside its field
    assert not window.page("settings").leave()
    typed(part.panel.form, name_en="Massage")
    part.panel.confirm.click()
    settle(window)
    assert part.panel.isHidden() and part.add_button.isVisible()
    made = next(kind for kind in part.table.records.rows if kind.code == "massage")
    assert (made.duration, made.price_cents, types_module.price(made)) == (40, 6050, "€\xa060.50")
    part.table.choose(made.id)
    assert window.page("settings").record() == {"obj_id": made.id}
    part.edit_button.click()
    assert not part.panel.form.input("code").isEnabled()
    typed(part.panel.form, buffer_after="5", hue=322)
    part.panel.confirm.click()
    settle(window)
    made = part.table.current()
    assert (made.buffer_after, made.hue, types_module.time_taken(made)) == (5, 322, "0 min before, 5 min after")
    monkeypatch.setattr(types_module, "ask", lambda *_args, **_more: True)
    part.retire_button.click()
    settle(window)
    assert types_module.state(part.table.current()).text == "Retired" and part.retire_button.text() == "Offer again"
    window.toaster.run_action()
    settle(window)
    assert types_module.state(part.table.current()).text == "In use"
    part.table.choose(next(kind.id for kind in part.table.records.rows if kind.code == "intake"))
    assert not part.retire_button.isEnabled()
    assert clinic.verified().ok


def test_starts_counted_from_when_work_begins_have_no_first_one_past_the_hour(clinic, at_settings):
    window = at_settings("beheerder", "types")
    part = part_of(window, "types")
    part.table.choose(next(kind.id for kind in part.table.records.rows if kind.code == "intake"))
    part.edit_button.click()
    assert part.panel.form.input("anchor").isEnabled()
    typed(part.panel.form, from_opening=True)
    assert not part.panel.form.input("anchor").isEnabled()
    part.panel.confirm.click()
    settle(window)
    assert part.table.current().from_opening
    part.edit_button.click()
    assert not part.panel.form.input("anchor").isEnabled()
    typed(part.panel.form, from_opening=False)
    assert part.panel.form.input("anchor").isEnabled()


def test_a_type_is_changed_with_the_keyboard_alone(clinic, at_settings):
    window = at_settings("manager", "types")
    part = part_of(window, "types")
    window.activateWindow()
    settle(window)
    part.table.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(QApplication.focusWidget(), key)
    chosen = part.panel.kind
    assert part.panel.isVisible() and QApplication.focusWidget() is part.panel.form.input("name_nl")
    for _step in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is part.panel.form.input("duration")
    QTest.keyClicks(QApplication.focusWidget(), "20")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    settle(window)
    after = {kind.id: kind for kind in clinic.as_("manager").do(appointment_types.list_appointment_types)}
    assert after[chosen.id] == replace(chosen, duration=20, version=2)
    assert part.panel.isHidden() and part.table.hasFocus()


def test_who_changes_a_type_second_is_told_and_loses_nothing(clinic, monkeypatch, at_settings):
    shown = []
    monkeypatch.setattr(errors_module, "show", lambda error, *_owner, **_retry: shown.append(error.message))
    window = at_settings("manager", "types")
    part = part_of(window, "types")
    part.table.selectRow(2)
    part.edit()
    intake = part.table.current()
    typed(part.panel.form, duration="90")
    clinic.as_("beheerder").do(appointment_types.change_appointment_type, replace(intake, price_cents=18_000))
    settle(window)
    part.panel.save()
    settle(window)
    assert len(shown) == 1 and "Somebody else" in shown[0]
    assert part.panel.form.values()["duration"] == 90 and part.panel.isVisible()


def test_the_code_lists_are_a_click_away(clinic, window_of):
    window = window_of("beheerder", settings.PAGE, quality.PAGE)
    window.go("settings", part="lists")
    settle(window)
    part = part_of(window, "lists")
    assert list(part.buttons) == list(CODE_LISTS)
    part.buttons["red_flags"].click()
    settle(window)
    shown = window.page("quality").part
    assert shown.view.isVisible() and len(shown.view.sheet.items) == 11


def test_closures_and_holidays(clinic, at_settings):
    window = at_settings("manager", "closures")
    part = part_of(window, "closures")
    part.form.set_values({"date_from": date(2026, 10, 12), "reason": "Studiedag"})
    part.add()
    settle(window)
    assert [(c.date_from, c.date_to, c.reason) for c in part.table.records.rows] == [(date(2026, 10, 12), date(2026, 10, 12), "Studiedag")]
    assert part.holidays.choose(date(2026, 12, 25))
    part.take.click()
    settle(window)
    assert [c.date_from for c in part.table.records.rows] == [date(2026, 10, 12), date(2026, 12, 25)]
    assert date(2026, 12, 25) not in [h.day for h in part.holidays.records.rows]
    assert date(2027, 4, 27) in [h.day for h in part.holidays.records.rows]
    part.table.choose_first()
    part.remove_button.click()
    settle(window)
    assert len(part.table.records.rows) == 1
    window.toaster.run_action()
    settle(window)
    assert len(part.table.records.rows) == 2
    part.form.set_values({"date_from": date(2026, 10, 12), "date_to": date(2026, 10, 11)})
    part.add()
    settle(window)
    assert "before the first" in part.form.error_of("date_to")


def test_backup(clinic, tmp_path, monkeypatch, at_settings):
    window = at_settings("beheerder", "backup")
    part = part_of(window, "backup")
    assert part.last.text() == "There is no backup yet" and not part.try_button.isEnabled()
    part.now_button.click()
    assert not part.now_button.isEnabled()
    settle(window)
    assert part.now_button.isEnabled()
    assert "made and verified" in part.made.text()
    assert part.last.text().startswith("Last backup: today")
    target = Path(tmp_path / "elders.nmxbackup")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    part.choose()
    settle(window)
    assert target.stat().st_size > 10_000
    assert clinic.as_("beheerder").do(backups.last_backup) is not None
    assert clinic.verified().ok


def test_the_log_is_stamped_from_the_window(monkeypatch, at_settings, tmp_path):
    authority = Authority(tmp_path / "authority", "Stempel")
    window = at_settings("manager", "stamps")
    part = part_of(window, "stamps")
    assert not part.stamp_button.isEnabled()
    part.form.input("stamp_url").setText("ergens")
    part.form.input("stamp_certificates").setPlainText(authority.trusted)
    part.save()
    settle(window)
    assert "https://" in part.form.error_of("stamp_url")
    with listening(lambda asked: (200, {}, authority.answer(asked))) as url:
        part.form.input("stamp_url").setText(url)
        part.save()
        settle(window)
        assert not part.form.dirty and part.stamp_button.isEnabled()
        part.stamp()
        settle(window)
    assert [row.authority for row in part.table.records.rows] == ["Stempel"]
    assert part.stamp_button.isEnabled()
    shown = []
    monkeypatch.setattr(stamps_module.errors, "show", lambda error, _owner: shown.append(error.message))
    part.stamp()  # nobody listens any more
    settle(window)
    assert len(shown) == 1 and "does not answer" in shown[0]
    assert part.stamp_button.isEnabled() and len(part.table.records.rows) == 1


def test_the_list_of_parts_is_walked_by_the_arrows_past_its_heads(qtbot, at_settings):
    window = at_settings("manager", "users")
    parts = window.page("settings").tabs
    parts.list.setFocus()
    qtbot.keyClick(parts.list, Qt.Key.Key_Down)
    settle(window)
    assert parts.current() == "types", "the head of the agenda is passed over"
    qtbot.keyClick(parts.list, Qt.Key.Key_Up)
    settle(window)
    assert parts.current() == "users"
    heads = [item.text() for item in parts._items() if not item.data(Qt.ItemDataRole.UserRole)]
    assert heads == ["Clinic", "Agenda", "Messages", "Data"]


def test_tab_goes_from_the_list_into_each_part_and_back(qtbot, at_settings):
    window = at_settings("beheerder")
    page = window.page("settings")
    heads = {"Clinic", "Agenda", "Messages", "Data", "Code lists"}
    for key, part in page.parts.items():
        page.tabs.show_part(key)
        settle(window)
        page.tabs.list.setFocus()
        qtbot.keyClick(page.tabs.list, Qt.Key.Key_Tab)
        inside = window.focusWidget()
        assert part.isAncestorOf(inside), (key, inside)
        qtbot.keyClick(inside, Qt.Key.Key_Backtab)
        assert window.focusWidget() is page.tabs.list, key
        item = page.tabs.list.currentItem()
        assert item.text() and item.data(Qt.ItemDataRole.AccessibleDescriptionRole) in heads, key


def test_a_head_without_parts_is_not_there(qtbot):
    parts = Parts("Settings")
    qtbot.addWidget(parts)
    parts.add("one", "One", QLabel("1"), group="First", icon_name="house")
    parts.add("two", "Two", QLabel("2"), group="First", icon_name="house")
    assert [item.text() for item in parts._items()] == ["First", "One", "Two"] and parts.current() == "one"
    arrived = []
    parts.arrived.connect(arrived.append)
    parts.show_part("two")
    parts.show_part("gone")
    assert arrived == ["two"] and parts.current() == "two"
