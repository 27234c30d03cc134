"""The settings for other days, rooms and what is in the way, in a real window against a real clinic."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.services import agenda, appointment_types, rooms, roster
from nmx_desk.ui.settings.days import What
from tests.ui.hands import settle
from tests.ui.test_settings_page import part_of, typed

MONDAY = date(2026, 9, 21)


def at(hour, minute=0, day=MONDAY):
    return datetime.combine(day, time(hour, minute), ZoneInfo("Europe/Amsterdam")).astimezone(UTC)


@pytest.fixture
def me(clinic):
    return clinic.as_("behandelaar").user.id


def fill(part, what, **values):
    typed(part.form, what=what)
    typed(part.form, **values)


def visible(part):
    return {name for name in part.form.values() if part.form.input(name).isVisibleTo(part)}


def test_each_kind_shows_its_own_fields(at_settings):
    part = part_of(at_settings("manager", "days"), "days")
    always = {"what", "practitioner_id", "date_from"}
    for what, more in (
        (What.AWAY, {"date_to", "from_time", "to_time", "reason"}), (What.CLOSED, {"reason"}), (What.LOCUM, {"date_to", "stands_in_for"}),
        (What.PART, {"from_time", "to_time", "from_again", "to_again", "reason"}),
        (What.HOURS, {"from_time", "to_time", "from_again", "to_again", "reason"}),
    ):  # fmt: skip
        typed(part.form, what=what)
        assert visible(part) == always | more


def test_other_hours_on_a_date_show_what_is_in_the_way_and_come_off_again(clinic, me, at_settings):
    booked = clinic.as_("receptie").do(agenda.book, "advice_call", me, at(9), who="Sanne Vis")
    window = at_settings("manager", "days")
    part = part_of(window, "days")
    fill(part, What.HOURS, practitioner_id=me, date_from="21-9-2026", from_time="13:00")
    part.add_button.click()
    assert part.form.error_of("to_time") == "Fill this in."
    assert not window.page("settings").leave()
    typed(part.form, to_time="12:00")
    part.add_button.click()
    settle(window)
    assert "end after they begin" in part.form.error_of("to_time")
    typed(part.form, to_time="17:00", from_again="18:00", to_again="19:00", reason="avond")
    part.add_button.click()
    settle(window)
    (row,) = part.table.records.rows
    assert (row.what, row.first, row.text) == (What.HOURS, MONDAY, "13:00–17:00 · 18:00–19:00 · avond")
    assert part.conflicts.isVisible() and [item.appointment.id for item in part.conflicts.table.records.rows] == [booked.id]
    assert part.conflicts.said.text() == "1 appointment is in the way now. It stays booked: move it."
    assert part.keep()
    part.table.choose(row.id)
    part.remove_button.click()
    settle(window)
    assert part.table.records.rows == [] and part.conflicts.isHidden()
    assert clinic.as_("manager").do(roster.list_days, MONDAY, MONDAY) == []
    window.toaster.undo()
    settle(window)
    assert [row.first for row in part.table.records.rows] == [MONDAY]


def test_a_part_of_a_day_is_closed_and_taken_back(clinic, me, at_settings):
    booked = clinic.as_("receptie").do(agenda.book, "advice_call", me, at(13), who="Sanne Vis")
    window = at_settings("manager", "days")
    part = part_of(window, "days")

    def shown():
        return [(row.what, row.text) for row in part.table.records.rows]

    fill(part, What.PART, practitioner_id=me, date_from="21-9-2026", reason="overleg")
    part.add_button.click()
    assert part.form.error_of("from_time") == "Fill this in."
    typed(part.form, from_time="14:00", to_time="12:00")
    part.add_button.click()
    settle(window)
    assert "ends after it begins" in part.form.error_of("to_time")
    typed(part.form, from_time="12:00", to_time="14:00")
    part.add_button.click()
    settle(window)
    assert shown() == [(What.PART, "closed 12:00–14:00 · overleg")]
    assert [item.appointment.id for item in part.conflicts.table.records.rows] == [booked.id]
    fill(part, What.PART, practitioner_id=me, date_from="21-9-2026", from_time="16:00", to_time="0:00")
    part.add_button.click()
    settle(window)
    assert shown() == [(What.PART, "closed 12:00–14:00 · closed 16:00–00:00 · overleg")]
    window.toaster.undo()
    settle(window)
    assert shown() == [(What.PART, "closed 12:00–14:00 · overleg")]
    part.table.choose_first()
    part.remove_button.click()
    settle(window)
    assert shown() == []
    window.toaster.undo()
    settle(window)
    assert shown() == [(What.PART, "closed 12:00–14:00 · overleg")]
    assert clinic.verified().ok


def test_what_was_saved_is_taken_back(clinic, me, at_settings):
    window = at_settings("manager", "days")
    part = part_of(window, "days")
    other = clinic.as_("collega").user.id
    for what, values in (
        (What.AWAY, {"date_to": "2-10-2026"}), (What.CLOSED, {}), (What.HOURS, {"from_time": "9:00", "to_time": "10:00"}),
        (What.LOCUM, {"date_to": "2-10-2026", "practitioner_id": other, "stands_in_for": me}),
    ):  # fmt: skip
        fill(part, what, **{"practitioner_id": me, "date_from": "28-9-2026", **values})
        part.add_button.click()
        settle(window)
        assert [row.what for row in part.table.records.rows] == [what]
        window.toaster.undo()
        settle(window)
        assert part.table.records.rows == []


def test_an_absence_a_closed_date_and_a_locum_stand_in_one_list(clinic, me, at_settings):
    window = at_settings("manager", "days")
    part = part_of(window, "days")
    fill(part, What.AWAY, practitioner_id=me, date_from="28-9-2026", date_to="2-10-2026", reason="vakantie")
    part.add_button.click()
    settle(window)
    fill(part, What.AWAY, practitioner_id=me, date_from="22-9-2026", from_time="9:00", to_time="10:30")
    part.add_button.click()
    settle(window)
    fill(part, What.CLOSED, practitioner_id=me, date_from="23-9-2026")
    part.add_button.click()
    settle(window)
    other = clinic.as_("collega").user.id
    fill(part, What.LOCUM, practitioner_id=other, stands_in_for=me, date_from="28-9-2026", date_to="2-10-2026")
    part.add_button.click()
    settle(window)
    shown = [(row.what, row.first.day, row.last.day, row.text) for row in part.table.records.rows]
    assert shown == [
        (What.AWAY, 22, 22, "09:00–10:30"), (What.CLOSED, 23, 23, ""), (What.AWAY, 28, 2, "vakantie"),
        (What.LOCUM, 28, 2, "for Behandelaar A. Demo"),
    ]  # fmt: skip
    for _row in range(4):
        part.table.choose_first()
        part.remove()
        settle(window)
    assert part.table.records.rows == []
    assert clinic.verified().ok


def test_rooms_are_added_ordered_and_taken_out_of_use(clinic, at_settings):
    window = at_settings("beheerder", "rooms")
    part = part_of(window, "rooms")
    for name in ("Kamer 1", "Kamer 2", "kamer 2"):
        typed(part.form, name=name)
        part.add_button.click()
        settle(window)
    assert "has this name" in part.form.error_of("name")
    typed(part.form, name="")
    part.form.mark_clean()
    assert [room.name for room in part.table.records.rows] == ["Kamer 1", "Kamer 2"]
    part.table.choose(part.table.records.rows[1].id)
    assert part.up_button.isEnabled() and not part.down_button.isEnabled()
    part.up_button.click()
    settle(window)
    assert [room.name for room in part.table.records.rows] == ["Kamer 2", "Kamer 1"]
    part.close_button.click()
    settle(window)
    assert [(room.name, room.is_active) for room in part.table.records.rows] == [("Kamer 1", True), ("Kamer 2", False)]
    part.table.choose(part.table.records.rows[1].id)
    assert part.close_button.text() == "Take into use"
    part.close_button.click()
    settle(window)
    assert all(room.is_active for room in clinic.as_("receptie").do(rooms.list_rooms))


def test_a_type_can_need_a_room_once_there_is_one(clinic, at_settings):
    window = at_settings("manager", "types")
    part = part_of(window, "types")
    kind = next(kind for kind in part.table.records.rows if kind.code == "intake")
    part.table.choose(kind.id)
    part.edit_button.click()
    typed(part.panel.form, needs_room=True)
    part.panel.confirm.click()
    settle(window)
    assert "There is no room yet" in part.panel.form.error_of("needs_room")
    clinic.as_("manager").do(rooms.add_room, "Kamer 1")
    part.panel.confirm.click()
    settle(window)
    assert next(one for one in clinic.as_("manager").do(appointment_types.list_appointment_types) if one.code == "intake").needs_room


def test_fewer_weekly_hours_show_what_is_in_the_way(clinic, me, at_settings):
    clinic.as_("receptie").do(agenda.book, "advice_call", me, at(9), who="Sanne Vis")
    window = at_settings("manager", "hours")
    part = part_of(window, "hours")
    part.who.set_value(me)
    part._read()
    settle(window)
    part.fields[0, 0][0].setText("10:00")
    part.fields[0, 0][0].edited.emit()
    part.save()
    settle(window)
    assert [item.who for item in part.conflicts.table.records.rows] == ["Sanne Vis"]
    part.conflicts.done_button.click()
    assert part.conflicts.isHidden()


def test_the_administrator_is_told_when_and_not_who(clinic, me, at_settings):
    clinic.as_("receptie").do(agenda.book, "advice_call", me, at(9), who="Sanne Vis")
    window = at_settings("beheerder", "closures")
    part = part_of(window, "closures")
    typed(part.form, date_from="21-9-2026", reason="Studiedag")
    part.add_button.click()
    settle(window)
    assert [item.who for item in part.conflicts.table.records.rows] == ["An appointment"]
    assert part.conflicts.isVisible() and not part.conflicts.open_button.isVisible()


def test_other_hours_are_saved_by_the_keyboard_alone(clinic, me, at_settings, qtbot):
    window = at_settings("manager", "days")
    part = part_of(window, "days")
    part.form.input("what").setFocus()
    keys = QTest.keyClick
    keys(part.form.input("what"), Qt.Key.Key_Down)
    assert part.form.input("what").value() == What.HOURS
    for name, text in (("date_from", "21-9-2026"), ("from_time", "10"), ("to_time", "11:30")):
        for _step in range(4):
            if window.focusWidget() is part.form.input(name):
                break
            keys(window.focusWidget(), Qt.Key.Key_Tab)
        assert window.focusWidget() is part.form.input(name), name
        QTest.keyClicks(window.focusWidget(), text)
    keys(window.focusWidget(), Qt.Key.Key_Return)
    settle(window)
    assert [row.text for row in part.table.records.rows] == ["10:00–11:30"]


def press(window, key):
    QTest.keyClick(window.focusWidget(), key)
    settle(window)


def test_a_week_is_typed_once_saved_by_enter_and_the_focus_stays_in_the_part(clinic, me, at_settings):
    window = at_settings("manager", "hours")
    part = part_of(window, "hours")
    part.who.set_value(me)
    part._read()
    settle(window)
    first = part.fields[0, 0][0]
    first.setFocus()
    first.selectAll()
    QTest.keyClicks(first, "8:30")
    part.same_button.setFocus()
    press(window, Qt.Key.Key_Return)
    assert not part.keep() and part.fields[5, 0][0].text() == ""
    part.fields[4, 0][0].setFocus()
    press(window, Qt.Key.Key_Return)
    rules = clinic.as_("manager").do(roster.practitioner_roster, me)
    assert sorted(rule.weekday for rule in rules if rule.start_minute == 8 * 60 + 30) == [0, 1, 2, 3, 4]
    part.fields[0, 0][0].setText("9:00")
    part.fields[0, 0][0].edited.emit()
    part.save_button.setFocus()
    press(window, Qt.Key.Key_Return)
    assert part.keep() and window.focusWidget() is part.who


def test_a_closure_is_added_by_enter_and_taken_away_by_delete(clinic, me, at_settings):
    window = at_settings("manager", "closures")
    part = part_of(window, "closures")
    part.form.input("date_from").setFocus()
    QTest.keyClicks(part.form.input("date_from"), "21-12-2026")
    press(window, Qt.Key.Key_Return)
    assert [row.date_from.day for row in part.table.records.rows] == [21] and part.keep()
    part.table.setFocus()
    part.table.choose_first()
    press(window, Qt.Key.Key_Delete)
    assert part.table.records.rows == [] and "open again" in window.toaster.text


def test_another_day_is_taken_away_by_delete(clinic, me, at_settings):
    window = at_settings("manager", "days")
    part = part_of(window, "days")
    typed(part.form, practitioner_id=me, date_from="21-12-2026", reason="Vrij")
    part.add_button.click()
    settle(window)
    assert len(part.table.records.rows) == 1
    part.table.setFocus()
    part.table.choose_first()
    press(window, Qt.Key.Key_Delete)
    assert part.table.records.rows == [] and "weekly hours hold again" in window.toaster.text
