"""From the lists of whom to call into the agenda, and back to the list one came from."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.clients import Client
from nmx_desk.domain.plans import FollowUp
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import RequestStatus
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.services import followups, plans, requests, tasks, waiting
from nmx_desk.services.desk import use_case
from nmx_desk.ui import agenda
from nmx_desk.ui import followups as followups_page
from nmx_desk.ui import requests as requests_page
from nmx_desk.ui import tasks as tasks_page
from nmx_desk.ui.agenda.booking import Wish
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.buttons import Button
from tests.agenda import at

PAGES = (tasks_page.PAGE, followups_page.PAGE, requests_page.PAGE, agenda.PAGE)


@use_case("session.use")
def put_one(work, record):
    return work.store.add(record)


@use_case("session.use", writes=False)
def get_one(work, kind, record_id):
    return work.store.get(kind, record_id)


@pytest.fixture
def window(window_of):
    return window_of("receptie", *PAGES)


def settle(window):
    for _round in range(4):
        QApplication.processEvents()
        window.runner.idle()
    QApplication.processEvents()


def press(qtbot, window, name):
    (found,) = [one for one in window.current().findChildren(Button) if one.accessibleName() == name and one.isVisible()]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
    settle(window)


@pytest.fixture
def contact(clinic, people_here):
    desk = clinic.as_("behandelaar")
    client = desk.do(put_one, Client(client_no="C-1", first_name="Sanne", surname="Vos", phone="+31600112231"))
    plan = desk.do(plans.create_plan, client.id, "three_phases").plan
    return desk.do(followups.plan_follow_up, plan.id, date(2026, 9, 16))


def test_a_follow_up_finds_its_moment_in_the_agenda_and_comes_back(qtbot, clinic, contact, window):
    window.go("followups", follow_up_id=contact.id)
    settle(window)
    press(qtbot, window, "Choose in the agenda")
    page = window.current()
    assert page.name == "agenda" and page.booking.isVisible() and page.booking.title.text() == "Book: Sanne Vos"
    assert unnamed(page.booking) == [] and page.booking.moments.offers and not page.booking.hold_it.isVisible()
    offer = page.booking.moments.offers[1]
    page.booking.moments.pick(2)
    settle(window)
    assert window.current().name == "followups" and window.toaster.text.startswith("Booked: Sanne Vos, ")
    found = clinic.as_("manager").do(get_one, FollowUp, contact.id)
    made = clinic.as_("manager").do(get_one, Appointment, found.appointment_id)
    assert (made.starts_at, made.practitioner_id, made.type_code) == (offer.starts_at, offer.practitioner_id, "follow_up")
    window._undo()
    settle(window)
    assert not clinic.as_("manager").do(get_one, Appointment, made.id).live
    (row,) = clinic.as_("receptie").do(followups.list_follow_ups)
    assert row.booked_at is None and window.current().panel._booking.isVisible()
    assert clinic.verified().ok


def test_a_moment_pointed_at_in_the_grid_is_for_who_is_being_booked(qtbot, clinic, contact, people_here, window):
    window.go("followups", follow_up_id=contact.id)
    settle(window)
    press(qtbot, window, "Choose in the agenda")
    page, moment = window.current(), at(14, 0, date(2026, 9, 17))
    page.view.canvas.wanted.emit(people_here["collega"], moment)
    settle(window)
    assert page.booking.task is not None and page.booking.book_here.isVisible()
    page.booking.book_here.click()
    settle(window)
    found = clinic.as_("manager").do(get_one, FollowUp, contact.id)
    made = clinic.as_("manager").do(get_one, Appointment, found.appointment_id)
    assert (made.starts_at, made.practitioner_id) == (moment, people_here["collega"]) and window.current().name == "followups"


def test_a_moment_that_is_taken_is_said_and_the_task_stays(qtbot, clinic, contact, people_here, window):
    window.go("followups", follow_up_id=contact.id)
    settle(window)
    press(qtbot, window, "Choose in the agenda")
    page = window.current()
    page.booking.point(Wish(people_here["collega"], at(3, 0, date(2026, 9, 17))))
    page.booking.book_here.click()
    settle(window)
    assert window.current() is page and page.booking.problem.isVisible() and page.booking.task is not None
    assert clinic.as_("manager").do(get_one, FollowUp, contact.id).appointment_id is None


def test_giving_up_goes_back_too(qtbot, clinic, contact, window):
    window.go("followups", follow_up_id=contact.id)
    settle(window)
    press(qtbot, window, "Choose in the agenda")
    window.current().booking.close_panel()
    settle(window)
    assert window.current().name == "followups"
    assert clinic.as_("manager").do(get_one, FollowUp, contact.id).appointment_id is None
    window.go("agenda")
    settle(window)
    assert not window.current().booking.isVisible()


def test_a_request_to_call_back_is_booked_in_the_agenda(qtbot, clinic, people_here, window):
    desk = clinic.as_("receptie")
    asked = desk.do(requests.new_request, NewRequest(first_name="Kim", surname="Bos", phone="0600112233", question="Moe"))
    window.go("requests", request_id=asked.id)
    settle(window)
    window.current()._book()
    settle(window)
    press(qtbot, window, "Choose in the agenda")
    page = window.current()
    assert page.name == "agenda" and page.booking.title.text() == f"Book: {asked.name}"
    offer = page.booking.moments.offers[0]
    page.booking.moments.pick(1)
    settle(window)
    assert window.current().name == "requests"
    sheet = desk.do(requests.open_request, asked.id)
    assert sheet.request.status is RequestStatus.BOOKED and sheet.row.booked_at == offer.starts_at
    window._undo()
    settle(window)
    again = desk.do(requests.open_request, asked.id)
    assert again.request.status is not RequestStatus.BOOKED and again.row.booked_at is None
    assert clinic.verified().ok


def test_the_waiting_list_is_back_after_booking_from_it(qtbot, clinic, people_here, vis, window):
    desk = clinic.as_("receptie")
    desk.do(waiting.add_waiting, WaitingEntry(client_id=vis.id, type_code="follow_up"))
    window.go("agenda")
    settle(window)
    page = window.current()
    page.around.open_waiting()
    settle(window)
    qtbot.keyClick(page.around.waiting.tiles[0], Qt.Key.Key_Return)
    settle(window)
    page.booking.moments.pick(1)
    settle(window)
    assert page.around.waiting.isVisible() and not page.details.isVisible() and not page.around.waiting.tiles
    assert page.view.canvas.selected() and window.toaster.text.startswith("Booked from the waiting list: ")
    window.toaster.run_action()
    settle(window)
    assert len(page.around.waiting.tiles) == 1
    assert not [one for one in desk.do(waiting.waiting_list) if one.entry.booked_id]


def test_a_recall_is_booked_with_the_days_in_sight_is_done_and_taken_back(qtbot, clinic, contact, window):
    asked = Task(title="Halfjaarcontrole", client_id=contact.client_id, due_on=date(2026, 9, 14))
    made = clinic.as_("receptie").do(tasks.add_task, asked)
    window.go("tasks", task_id=made.id)
    settle(window)
    qtbot.keyClick(window.current(), Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    page = window.current()
    assert page.name == "agenda" and page.booking.title.text() == "Book: Sanne Vos"
    page.booking.moments.pick(1)
    settle(window)
    assert window.current().name == "tasks" and window.toaster.text.startswith("Booked: Sanne Vos, ")
    assert clinic.as_("receptie").do(get_one, Task, made.id).status is TaskStatus.DONE
    window._undo()
    settle(window)
    assert clinic.as_("receptie").do(get_one, Task, made.id).status is TaskStatus.OPEN
    assert clinic.verified().ok
