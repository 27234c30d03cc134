"""A second location in a real window: made where rooms are, said by rooms, hours and dates, what figures and reports are narrowed to."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.agenda import MAIN
from nmx_desk.services import locations, rooms, roster
from nmx_desk.ui import figures, quality, reports, requests
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.settings.days import What
from tests.ui.hands import settle
from tests.ui.test_settings_page import part_of, typed

MONDAY = date(2026, 9, 21)


@pytest.fixture
def north(clinic):
    return clinic.as_("manager").do(locations.add_location, "Noord", "Noorderweg 3, 1234 AB Proefstad")


def shown(form, name):
    return form.input(name).isVisibleTo(form)


def test_a_second_location_is_made_beside_the_rooms_by_keyboard(clinic, at_settings):
    window = at_settings("manager", "rooms")
    part = part_of(window, "rooms")
    other = part.locations
    assert not shown(part.form, "place") and part.table.isColumnHidden(1) and not other.form.isVisibleTo(part)
    other.fold.head.setFocus()
    QTest.keyClick(other.fold.head, Qt.Key.Key_Space)
    settle(window)
    QTest.keyClicks(other.form.input("name"), "Noord")
    QTest.keyClick(other.form.input("name"), Qt.Key.Key_Return)
    assert other.form.error_of("address") == "Fill this in."
    QTest.keyClicks(other.form.input("address"), "Noorderweg 3, 1234 AB Proefstad")
    QTest.keyClick(other.form.input("address"), Qt.Key.Key_Return)
    settle(window)
    (made,) = clinic.as_("receptie").do(locations.list_locations)
    assert (made.name, made.address) == ("Noord", "Noorderweg 3, 1234 AB Proefstad")
    assert shown(part.form, "place") and not part.table.isColumnHidden(1)
    typed(part.form, name="Noordkamer", place=made.id)
    part.add_button.click()
    settle(window)
    assert [room.location_id for room in clinic.as_("receptie").do(rooms.list_rooms)] == [made.id]
    part.table.choose(part.table.records.rows[0].id)
    assert part.form.values() == {"name": "Noordkamer", "place": made.id}
    typed(part.form, place=MAIN)
    part.change_button.click()
    settle(window)
    assert [(room.name, room.location_id) for room in clinic.as_("receptie").do(rooms.list_rooms)] == [("Noordkamer", None)]
    other.table.choose(made.id)
    typed(other.form, address="Noorderweg 5, 1234 AB Proefstad")
    other.change_button.click()
    settle(window)
    other.table.choose(made.id)
    other.close_button.click()
    settle(window)
    (made,) = clinic.as_("receptie").do(locations.list_locations)
    assert (made.address, made.is_active) == ("Noorderweg 5, 1234 AB Proefstad", False)
    assert not shown(part.form, "place") and unnamed(part) == []


def test_hours_and_dates_say_where(clinic, north, at_settings):
    window = at_settings("manager", "hours")
    part = part_of(window, "hours")
    me = clinic.as_("behandelaar").user.id
    part.who.set_value(me)
    part.who.edited.emit()
    settle(window)
    assert [field.value() for field in part.places] == [MAIN] * 7 and part.places[0].isVisibleTo(part)
    part.places[1].set_value(north.id)
    part.places[1].edited.emit()
    assert not part.keep()
    part.save()
    settle(window)
    rules = clinic.as_("manager").do(roster.practitioner_roster, me)
    assert {rule.weekday for rule in rules if rule.location_id == north.id} == {1}
    window.go("settings", part="days")
    settle(window)
    part = part_of(window, "days")
    assert not shown(part.form, "place"), "an absence is nowhere"
    typed(part.form, what=What.HOURS)
    typed(part.form, practitioner_id=me, date_from="21-9-2026", from_time="10:00", to_time="12:00", place=north.id)
    part.add_button.click()
    settle(window)
    (day,) = clinic.as_("manager").do(roster.list_days, MONDAY, MONDAY)
    assert (day.spans, day.location_id) == (((600, 720),), north.id)
    assert any("Noord" in differs.text for differs in part.table.records.rows)


def test_a_clinic_with_one_place_sees_no_field_for_it(clinic, at_settings, window_of):
    window = at_settings("manager", "hours")
    assert not any(field.isVisibleTo(window) for field in part_of(window, "hours").places)
    page = _figures(window_of)
    assert not page.filters.location.isVisibleTo(page)


def _figures(window_of):
    window = window_of("manager", figures.PAGE, requests.PAGE, reports.PAGE, quality.PAGE)
    window.go("figures")
    settle(window)
    return window.current()


def test_figures_and_their_print_are_narrowed_to_a_location_and_stay_so(clinic, north, window_of):
    page = _figures(window_of)
    window = page.window()
    assert page.filters.location.isVisibleTo(page)
    page.filters.location.set_value(north.id)
    page.filters.location.edited.emit()
    settle(window)
    assert page.filters.filters().location_id == north.id and page.filters.clear.isVisibleTo(page)
    page.print_it()
    settle(window)
    asked = window.current().asking
    assert asked.chosen().location_id == north.id and asked.filters["location"].isVisibleTo(asked.narrow) is asked.narrow.is_open
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    settle(window)
    assert window.current() is page and page.filters.filters().location_id == north.id
