"""The settings for other calendars and published agendas, in a real window against a real clinic and real servers."""

import pytest
from shiboken6 import delete

from nmx_desk.domain.calendars import BusySource, BusyTime, CalendarKind
from nmx_desk.services import agenda, calendars
from nmx_desk.ui.frame.incoming import CalendarWatch
from nmx_desk.ui.kit.incoming import IncomingHere
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.settings.calendars import PUBLISHED
from tests.calendar_servers import PASSWORD, USER, Radicale
from tests.ui.hands import settle
from tests.ui.test_settings_page import part_of, typed
from tests.unit.test_agenda_services import at
from tests.unit.test_calendars import event, found


@pytest.fixture
def part(at_settings):
    return part_of(at_settings("manager", "calendars"), "calendars")


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "thuis.ics"
    made.write_text(event())
    return made


def shown(part):
    rows = part.table.records.rows
    return [(item.practitioner, item.title, item.what, item.busy, bool(item.record.trouble)) for item in rows]


def visible(part):
    return {name for name in part.panel.form.values() if part.panel.form.input(name).isVisibleTo(part)}


def test_a_file_is_chosen_tried_saved_and_read(part, clinic, file, qtbot, monkeypatch):
    part.add_button.click()
    typed(part.panel.form, what=CalendarKind.FILE.value, name="Thuis", practitioner_id=clinic.as_("behandelaar").user.id)
    assert visible(part) == {"practitioner_id", "what", "name", "address", "every_minutes", "is_active"}
    monkeypatch.setattr("nmx_desk.ui.settings.calendars.QFileDialog.getOpenFileName", lambda *_all: (str(file), ""))
    part.panel.choose_button.click()
    assert not part.keep()
    part.panel.try_button.click()
    settle(part.window())
    assert clinic.as_("manager").do(found, BusySource) == []
    part.panel.confirm.click()
    qtbot.waitUntil(lambda: shown(part) == [("Behandelaar A. Demo", "Thuis", "File", 1, False)])
    assert part.keep() and part.panel.isHidden()


def test_what_is_wrong_stands_at_its_field_and_below_the_list(part, clinic, file, qtbot):
    part.add_button.click()
    typed(part.panel.form, what=CalendarKind.URL.value, address="http://example.org/a.ics")
    part.panel.confirm.click()
    settle(part.window())
    assert "not private" in part.panel.form.error_of("address")
    typed(part.panel.form, what=CalendarKind.FILE.value, address=str(file))
    file.write_text(event().replace("DTSTART", "X-START"))
    part.panel.confirm.click()
    qtbot.waitUntil(lambda: [row[4] for row in shown(part)] == [True])
    part.table.choose(part.table.records.rows[0].id)
    assert "DTSTART is missing" in part.trouble.text()


def test_an_agenda_is_published_and_taken_off_the_list(part, clinic, tmp_path, qtbot, monkeypatch):
    who = clinic.as_("behandelaar").user.id
    clinic.as_("receptie").do(agenda.book, "advice_call", who, at(12), who="Sanne Vis", double_booking_reason="proef")
    with Radicale(tmp_path / "server") as server:
        part.publish_button.click()
        assert "name" not in visible(part) and part.panel.form.values()["what"] == PUBLISHED
        typed(part.panel.form, practitioner_id=who, address=server.address, username=USER, password=PASSWORD)
        part.panel.confirm.click()
        qtbot.waitUntil(lambda: "S.V." in server.ask("GET", "")[1], timeout=20_000)
        qtbot.waitUntil(part.look_button.isEnabled)
    part.table.choose(part.table.records.rows[0].id)
    monkeypatch.setattr("nmx_desk.ui.settings.calendars.ask", lambda *_all, **_more: True)
    part.remove_button.click()
    qtbot.waitUntil(lambda: shown(part) == [])


def test_calendars_are_read_beside_the_work_of_a_receptionist(clinic, window_of, file, qtbot):
    who = clinic.as_("behandelaar").user.id
    clinic.as_("manager").do(calendars.save_source, BusySource(practitioner_id=who, kind=CalendarKind.FILE, address=str(file)))
    window = window_of("receptie")
    watch = CalendarWatch(window.runner, IncomingHere(UserSettings(), clinic.as_("receptie").db_uuid))
    watch.look()
    qtbot.waitUntil(lambda: len(clinic.as_("manager").do(found, BusyTime)) == 1)
    qtbot.waitUntil(lambda: not watch._busy)
    delete(watch)  # on this thread, where its timer is


def test_without_calendars_nothing_is_asked_of_anybody(part):
    assert shown(part) == [] and not part.look_button.isEnabled()
