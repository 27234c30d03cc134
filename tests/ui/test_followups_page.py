"""The follow-up page in a real window, against a real clinic."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from nmx_desk.domain.clients import Client
from nmx_desk.domain.plans import FollowUp, FollowUpStatus
from nmx_desk.services import followups, plans
from nmx_desk.services.desk import use_case
from nmx_desk.ui.followups import PAGE
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.plans import PAGE as PLANS

TODAY = date(2026, 9, 14)
Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@use_case("session.use")
def put_one(work, record):
    return work.store.add(record)


@use_case("session.use", writes=False)
def get_contact(work, contact_id):
    return work.store.get(FollowUp, contact_id)


@pytest.fixture
def contacts(clinic):
    """One overdue, one due, one coming."""
    desk, made = clinic.as_("behandelaar"), {}
    for number, (name, days) in enumerate((("overdue", 2), ("due", 12), ("coming", 60)), 1):
        client = desk.do(
            put_one, Client(client_no=f"C-{number}", first_name=name.title(), surname="<b>Vos</b>", phone=f"+3160011223{number}")
        )
        plan = desk.do(plans.create_plan, client.id, "three_phases").plan
        made[name] = desk.do(followups.plan_follow_up, plan.id, TODAY + timedelta(days=days))
    clinic.clock.move(days=14)
    return made


@pytest.fixture
def at_follow_ups(window_of):
    """``at_follow_ups(user)``: the window of a user, at the follow-ups."""

    def open_page(username):
        made = window_of(username, PAGE, PLANS)
        made.go("followups")
        settle(made)
        return made

    return open_page


@pytest.fixture
def window(at_follow_ups, contacts):
    return at_follow_ups("receptie")


@pytest.fixture
def page(window):
    return window.current()


def settle(window):
    for _ in range(3):
        QApplication.processEvents()
        window.runner.idle()


def shown(page):
    return [row.client.first_name for row in page.table.records.rows]


def status(clinic, made):
    return clinic.as_("manager").do(get_contact, made.id).status


def test_to_do_first_and_every_state_apart(window, page):
    assert shown(page) == ["Overdue", "Due"]
    assert page.count.text() == "1 overdue, 1 due"
    for state, names in (("overdue", ["Overdue"]), ("due", ["Due"]), ("coming", ["Coming"]), ("all", ["Overdue", "Due", "Coming"])):
        page.show_what.set_value(state)
        page.show_what.picked.emit(state)
        assert shown(page) == names
    assert unnamed(window) == []


def test_the_number_on_the_rail(qtbot, window):
    settle(window)
    assert "Follow-up, 2 waiting" in [button.accessibleName() for button in window.rail.findChildren(QToolButton)]


def test_the_first_shows_whom_to_call_but_no_plan_for_the_reception(qtbot, window, page):
    assert page.panel.isVisible()
    assert page.panel.title.text() == "Overdue <b>Vos</b>"
    assert page.panel.phone.text() == "06 00 11 22 31"
    assert not page.panel.plan_button.isVisible()
    assert unnamed(window) == []
    qtbot.keyClick(page.panel, Key.Key_Escape)
    assert page.panel.isHidden()
    assert page.table.hasFocus()


def test_completing_with_keys_and_taking_it_back(qtbot, clinic, window, page, contacts):
    qtbot.keyClick(page.table, Key.Key_Return)
    field = QApplication.focusWidget()
    assert field is page.panel.done_form._cells["done_on"].input
    page.panel.done_form._cells["adherence"].input.setText("80")
    qtbot.keyClick(page.panel, Key.Key_Return, Ctrl)
    settle(window)
    assert status(clinic, contacts["overdue"]) is FollowUpStatus.DONE
    assert shown(page) == ["Due"]
    assert window.toaster.run_action()
    settle(window)
    assert shown(page) == ["Overdue", "Due"]
    assert clinic.verified().ok


def test_a_day_that_cannot_be_is_said_beside_its_field(window, page, contacts):
    page.table.choose(contacts["due"].id)
    settle(window)
    page.panel.done_form.set_values({"done_on": TODAY + timedelta(days=100)})
    page.panel.complete()
    settle(window)
    assert "future" in page.panel.done_form.error_of("done_on")


def test_booking_a_moment_with_a_digit(qtbot, clinic, window, page, contacts):
    page.table.choose(contacts["due"].id)
    settle(window)
    assert len(page.panel.moments.offers) == 3
    qtbot.keyClick(page.table, Key.Key_1, Qt.KeyboardModifier.AltModifier)
    settle(window)
    assert contacts["due"].id not in [row.id for row in page.table.records.rows], "what is booked is not to be done"
    page.show_what.set_value("all")
    page._fill()
    page.table.choose(contacts["due"].id)
    settle(window)
    assert page.panel.row.booked_at is not None and page.panel.badge.accessibleName().endswith("Booked")
    assert not page.panel.moments.isVisible()
    assert clinic.verified().ok


def test_moments_of_a_coming_contact_begin_with_its_window(window, page, contacts):
    page.show_what.set_value("all")
    page._fill()
    page.table.choose(contacts["coming"].id)
    settle(window)
    assert min(offer.starts_at.date() for offer in page.panel.moments.offers) >= TODAY + timedelta(days=53)


def test_missing_lapsing_and_another_date(clinic, window, page, contacts):
    page.table.choose(contacts["overdue"].id)
    settle(window)
    page.do("miss")
    settle(window)
    assert status(clinic, contacts["overdue"]) is FollowUpStatus.MISSED
    page.table.choose(contacts["due"].id)
    settle(window)
    page.panel.due_form.set_values({"due_on": TODAY + timedelta(days=50)})
    page.panel._date()
    settle(window)
    assert "outside the window" in page.panel.due_form.error_of("reason")
    page.panel.due_form.set_values({"due_on": TODAY + timedelta(days=50), "reason": "op vakantie"})
    page.panel._date()
    settle(window)
    assert shown(page) == []
    assert page.panel.isHidden()
    page.arrive(follow_up_id=contacts["due"].id)
    settle(window)
    page.do("lapse")
    settle(window)
    assert status(clinic, contacts["due"]) is FollowUpStatus.LAPSED


def test_arriving_to_book_one(window, page, contacts):
    window.go("followups", follow_up_id=contacts["coming"].id, book=True)
    settle(window)
    assert page.panel.row.id == contacts["coming"].id
    assert page.panel.isVisible()


def test_the_practitioner_opens_the_plan(at_follow_ups, contacts):
    window = at_follow_ups("behandelaar")
    page = window.current()
    page.table.choose(contacts["due"].id)
    settle(window)
    assert page.panel.plan_button.isVisible()
    page.panel.plan_button.click()
    settle(window)
    assert window.current().name == "plans"
    assert window.current().sheet.client.first_name == "Due"


def test_the_manager_only_looks(at_follow_ups, contacts):
    window = at_follow_ups("manager")
    page = window.current()
    page.table.choose(contacts["due"].id)
    settle(window)
    assert not page.panel._completing.isVisible()
    assert not page.panel._booking.isVisible()
    assert not page.panel._dating.isVisible()
