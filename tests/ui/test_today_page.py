"""Today in a real window: what each role gets, one click to check in, and what an empty day says."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, CallAttempt, RequestStatus
from nmx_desk.services import clients
from nmx_desk.services.desk import use_case
from nmx_desk.services.today import today
from nmx_desk.ui import figures, quality
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.layout import ClickCard
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.today import PAGE
from nmx_desk.ui.today.lists import Line
from tests.ui.hands import settle


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@pytest.fixture
def day(clinic):
    """Nine o'clock: two visits with ``behandelaar`` (the first began at a quarter to), requests, an old draft."""
    desk, me, now = clinic.as_("receptie"), clinic.as_("behandelaar").user.id, clinic.clock.moment
    sanne = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600123456", practitioner_id=me))
    desk.do(add, Complaint(client_id=sanne.id, words="Moe na\nhet eten"))
    desk.do(add, ConsultNote(client_id=sanne.id, author_id=me, care_date=date(2026, 9, 1)))
    received = [("Piet", 1, RequestStatus.NEW, None), ("Anna", 60, RequestStatus.NEW, None), ("Eva", 5, RequestStatus.IN_PROGRESS, 2),
                ("Dubbel", 5, RequestStatus.DUPLICATE, None), ("Vorige", 24 * 31, RequestStatus.DONE, None)]  # fmt: skip
    requests = desk.do(
        add,
        *(AdviceRequest(first_name=name, surname="Proef", question="Al jaren moe", received_at=now - timedelta(hours=hours), status=status,
                        next_action_at=now + timedelta(hours=due) if due else None) for name, hours, status, due in received),
    )  # fmt: skip
    desk.do(add, CallAttempt(request_id=requests[2].id, at=now, result=AttemptResult.SPOKEN))
    for start, client, request in ((-15, sanne.id, None), (60, None, requests[0].id)):
        at, base = now + timedelta(minutes=start), int(now.timestamp() // 60) + start
        kind = "follow_up" if client else "advice_call"
        made = Appointment(client_id=client, request_id=request, type_code=kind, practitioner_id=me, starts_at=at, who="Iemand")
        desk.do(add, replace(made, ends_at=at + timedelta(minutes=30), busy_from=base, busy_to=base + 30, wall_start="2026-09-14T09:00"))
    return sanne


@pytest.fixture
def page_of(window_of):
    def opened(username):
        window = window_of(username, PAGE)
        window.go("today")
        window.runner.idle()
        return window.page("today"), window.runner

    return opened


def lines(page):
    return [line.accessibleName() for line in page.findChildren(Line) if line.isVisible()]


def button(page, name):
    return next(found for found in page.findChildren(Button) if found.isVisible() and found.accessibleName() == name)


def test_what_each_role_gets(clinic, day):
    desk, mine, month = (clinic.as_(name).do(today) for name in ("receptie", "behandelaar", "manager"))
    assert (desk.mine, desk.month, mine.desk, mine.month, month.desk, month.mine) == (None,) * 6
    assert [row.request.first_name for row in desk.desk.new] == ["Anna", "Piet"]
    assert [row.request.first_name for row in desk.desk.recalls] == ["Eva"]
    assert [visit.reason for visit in desk.desk.visits] == ["", ""]
    assert [(visit.who, visit.reason) for visit in mine.mine.visits] == [("Sanne Meer", "Moe na het eten"), ("Piet Proef", "Al jaren moe")]
    assert [draft.client for draft in mine.mine.unsigned] == ["Sanne Meer"]
    tiles = {tile.key: (tile.count, tile.before) for tile in month.month.tiles}
    assert tiles == {"requests": (3, 1), "reached": (1, 0), "booked": (1, 0), "held": (0, 0), "no_show": (0, 0)}
    assert [(item.kind, item.client) for item in month.month.overdue] == [("note", "Sanne Meer"), ("request", "Anna Proef")]
    assert clinic.as_("collega").do(today).mine.visits == ()
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(today)
    assert clinic.verified().ok


def test_check_in_is_one_click_and_can_be_undone(qtbot, clinic, day, page_of):
    page, runner = page_of("receptie")
    assert [line.split(",")[0] for line in lines(page)][:2] == ["08:45", "10:00"]
    qtbot.mouseClick(button(page, "Sanne Meer has arrived"), Qt.MouseButton.LeftButton)
    runner.idle()
    runner.idle()
    (visit, _) = page.sheet.desk.visits
    assert visit.appointment.status is AppointmentStatus.ARRIVED
    assert page.window().toaster.text == "Sanne Meer has arrived."
    page.window().toaster.run_action()
    runner.idle()
    runner.idle()
    assert page.sheet.desk.visits[0].appointment.status is AppointmentStatus.CONFIRMED


def press(qtbot, page, runner, name):
    qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)
    runner.idle()
    runner.idle()


def says(page):
    return [found.accessibleName() for found in page.findChildren(StateBadge) if found.isVisible()]


def test_from_the_door_to_done_is_a_click_each(qtbot, clinic, day, page_of):
    page, runner = page_of("receptie")
    assert headings(page) == ["Expected (2)"]
    assert says(page)[0] == "15 min late"
    press(qtbot, page, runner, "Sanne Meer has arrived")
    assert headings(page) == ["Waiting (1)", "Expected (1)"]
    clinic.clock.move(minutes=12)
    page.show_sheet(page.sheet)
    runner.idle()
    assert says(page)[:2] == ["15 min late", "Waits 12 min"]
    assert "1 waits, for 12 min" in texts(page)
    press(qtbot, page, runner, "Sanne Meer goes into the room")
    assert headings(page) == ["In the room (1)", "Expected (1)"]
    assert "waited 12 min on average today" in texts(page)
    press(qtbot, page, runner, "Sanne Meer is done")
    assert headings(page) == ["Expected (1)", "Over (1)"]
    page.window().toaster.run_action()
    runner.idle()
    runner.idle()
    assert headings(page) == ["In the room (1)", "Expected (1)"]
    assert clinic.verified().ok


def texts(page):
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def headings(page):
    return [text for text in texts(page) if text.startswith(("Waiting (", "In the room (", "Expected (", "Over ("))]


def test_no_show_is_offered_ten_minutes_after_the_start(qtbot, clinic, day, page_of):
    page, runner = page_of("receptie")
    assert not [found for found in page.findChildren(Button) if found.accessibleName() == "Piet Proef did not show up"]
    qtbot.mouseClick(button(page, "Sanne Meer did not show up"), Qt.MouseButton.LeftButton)
    runner.idle()
    runner.idle()
    assert page.sheet.desk.visits[0].appointment.status is AppointmentStatus.NO_SHOW
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("username", "sentence"),
    [("receptie", "No new requests. Import the website's forms on the page Requests."), ("behandelaar", "Every note is signed."),
     ("manager", "Nothing is overdue.")],
)  # fmt: skip
def test_an_empty_day_says_what_to_do(page_of, username, sentence):
    page, _ = page_of(username)
    assert sentence in [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert unnamed(page.window()) == []


def test_rows_open_with_the_keyboard(qtbot, clinic, day, page_of):
    page, runner = page_of("behandelaar")
    went = []
    page.frame.go = lambda name, **where: went.append((name, where))
    page.show_sheet(page.sheet)
    runner.idle()
    first = next(line for line in page.findChildren(Line) if line.isVisible())
    qtbot.keyClick(first, Qt.Key.Key_Return)
    assert went == [("clients", {"client_id": day.id})]
    assert unnamed(page.window()) == []


def test_the_page_renews_itself(clinic, day, page_of):
    page, runner = page_of("manager")
    assert len(page.sheet.month.overdue) == 2
    runner.do(add, AdviceRequest(first_name="Laat", received_at=clinic.clock.moment - timedelta(days=9)))
    runner.idle()
    runner.idle()
    assert len(page.sheet.month.overdue) == 3


def test_reading_again_keeps_the_focus_on_its_line(clinic, day, page_of, qapp):
    page, runner = page_of("behandelaar")
    line = [line for line in page.findChildren(Line) if line.isVisible()][1]
    name = line.accessibleName()
    line.setFocus()
    page.refresh(None)
    runner.idle()
    qapp.processEvents()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    found = page.window().focusWidget()
    assert isinstance(found, Line)
    assert found.accessibleName() == name
    assert found.isVisible()


def test_who_becomes_sixteen_is_a_line_that_opens_the_people_around_them(clinic, page_of):
    daan = Client(first_name="Daan", surname="Visser", phone="0600123999", birth_date=date(2010, 9, 20))
    made = clinic.as_("receptie").do(clients.create_client, daan)
    page, _runner = page_of("receptie")
    assert any(line.accessibleName().startswith("Daan Visser, Becomes 16 on") for line in page.area.findChildren(Line))
    gone = []
    page.frame.go = lambda *where, **what: gone.append((where, what))
    page.show_sheet(page.sheet)
    line = [line for line in page.area.findChildren(Line) if line.accessibleName().startswith("Daan")][-1]
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert gone == [(("clients",), {"client_id": made.id, "part": "family"})]


def test_a_tile_of_the_manager_opens_what_is_behind_it(qtbot, clinic, day, window_of):
    window = window_of("manager", PAGE, figures.PAGE, settings=UserSettings())
    window.go("figures")
    settle(window)
    window.current().filters.source.set_value("phone")  # a filter of last time does not change the number one clicked
    window.current().filters.source.edited.emit()
    settle(window)
    window.go("today")
    settle(window)
    reached = next(card for card in window.current().findChildren(ClickCard) if card.accessibleName().startswith("Reached this month: 1;"))
    qtbot.mouseClick(reached, Qt.MouseButton.LeftButton)
    settle(window)
    page = window.current()
    assert page.name == "figures" and page.panel.key == "K3" and page.filters.source.value() is None
    assert [row.who for row in page.panel.table.records.rows] == ["Eva Proef"]


def test_what_is_overdue_in_a_register_stands_there_too(qtbot, clinic, day, window_of):
    clinic.as_("manager").do(add, Deviation(number="AF-2026-001", summary="Verslag te laat", due_on=date(2026, 9, 1)))
    window = window_of("manager", PAGE, quality.PAGE, figures.PAGE)
    window.go("today")
    settle(window)
    found = next(line for line in window.current().findChildren(Line) if "AF-2026-001" in line.accessibleName())
    assert "Nonconformities: Action to be carried out" in found.accessibleName()
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
    settle(window)
    assert window.current().name == "quality"
