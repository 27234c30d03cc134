"""What the receptionist does all day, in the clicks and seconds of DOMAIN §3: real windows, counted by the hands that do it.

A click is a mouse click or one key; what is typed (a name, a reason) does not count. Choosing a file in the system's dialog counts as one,
its print dialog is the system's.
"""

import os
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QTableView

from nmx_desk import app as program
from nmx_desk.domain.agenda import AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.plans import FollowUp, Plan, PlanStatus
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult, RequestStatus
from nmx_desk.services import agenda, clients, people, requests
from nmx_desk.services.desk import use_case
from nmx_desk.ui.reports import page as reports_page
from nmx_desk.ui.theme import theme
from tests.day import FORMS
from tests.ui.hands import Hands

LEFT = Qt.MouseButton.LeftButton


class CountingHands(Hands):
    """Hands that count their clicks."""

    clicks = 0

    def click(self, name, number=0):
        self.clicks += 1
        super().click(name, number)

    def key(self, sequence, widget=None):
        self.clicks += 1
        super().key(sequence, widget)

    def click_row(self, table_name, text):
        self.clicks += 1
        table = self.find(QTableView, table_name)
        row = next(n for n, record in enumerate(table.records.rows) if text in table.records.columns[1].text(record))
        QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.model().index(row, 1)).center())
        self.settle()

    def click_appointment(self, made):
        self.clicks += 1
        canvas = self.app.window.current().view.canvas
        scale = canvas.scale()
        box = next(scale.box(block) for block in scale.sheet.blocks if block.item.appointment.id == made.id)
        QTest.mouseClick(canvas, LEFT, pos=QPoint(round(box.center().x()), round(box.center().y())))
        self.settle()

    @contextmanager
    def within(self, clicks, seconds):
        """Fails when more is needed."""
        begun, self.clicks = time.monotonic(), 0
        yield
        self.settle()
        took = time.monotonic() - begun
        assert self.clicks <= clicks, f"{self.clicks} clicks, {clicks} allowed"
        assert took <= seconds, f"{took:.1f} s, {seconds} allowed"


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@pytest.fixture
def sanne(clinic):
    me = clinic.as_("behandelaar").user.id
    client = Client(
        first_name="Sanne", surname="Meer", phone="0600123456", birth_date=date(1980, 3, 14), postcode="1094 TV", practitioner_id=me
    )
    return clinic.as_("receptie").do(clients.create_client, client)


@pytest.fixture
def kim(clinic):
    return clinic.as_("receptie").do(requests.new_request, NewRequest(first_name="Kim", surname="Bos", phone="0600112233"))


@pytest.fixture
def book(clinic):
    """``book(client)``: a follow-up consult today at two."""
    desk = clinic.as_("receptie")

    def made(client):
        me = next(user.id for user in desk.do(people.list_practitioners) if user.username == "behandelaar")
        at = clinic.clock.moment.replace(microsecond=0) + timedelta(hours=5)
        return desk.do(agenda.book, "follow_up", me, at, client_id=client.id)

    return made


@pytest.fixture
def hands(qapp, clinic):
    """The receptionist, signed in, on the page Today."""
    theme().start(qapp)
    state = Path(os.environ["NMX_STATE_DIR"])
    running = program.App(clinic.front, program.pages(), state, sources=program.palette_sources, now=clinic.clock)
    running.use_language("en")

    def come_in():
        desk = clinic.front.sign_in("receptie", "vier gele fietsen zwemmen")
        running._settings.put("language", "en")
        running.station.put("language", "en")
        running.open_desk(desk)
        running._change_language("en")
        made = CountingHands(running)
        made.settle()
        return made

    yield come_in
    running._close_desk()
    running.deleteLater()
    qapp.processEvents()
    assert clinic.verified().ok


def test_import_fifty_requests_with_a_preview(hands, monkeypatch):
    hands = hands()

    def chosen(*_args, **_more):
        hands.clicks += 1
        return str(FORMS / "gravity_forms.csv"), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", chosen)
    with hands.within(clicks=3, seconds=15):
        hands.click("Import…")
        hands.see("Recognised as Gravity Forms")
        assert hands.app.window.current().importing.preview.count("double") == 5
        hands.click("Import 50")
        hands.see("45 new requests imported.")
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: asked.append(1) or ("", ""))
    hands.app.window.go("today")
    hands.key("Alt+Left")
    hands.see("45 requests")
    assert not asked, "coming back does not ask for a file again"


@pytest.mark.parametrize("typed", ["mee", "san", "14-3-1980", "0600123", "1094"])
def test_find_a_client_while_the_phone_rings(hands, sanne, typed):
    hands = hands()
    with hands.within(clicks=1, seconds=3):
        hands.click("Search or do something")
        palette = hands.app.window.palette_box
        hands.type(typed, palette.field)
        hands.wait_for(lambda: any(found.title == "Sanne Meer" for found in palette.results()[:1]), "the client, first in the list")
    hands.key("Return", palette.field)
    hands.see(sanne.client_no)


def test_log_an_attempt_and_when_to_call_again(hands, kim, clinic):
    hands = hands()
    hands.app.window.go("requests", request_id=kim.id)
    hands.settle()
    with hands.within(clicks=2, seconds=8):
        hands.click("No answer")
        hands.click("In 1 hour")
    (attempt,) = clinic.as_("receptie").do(requests.open_request, kim.id).attempts
    assert attempt.attempt.result is AttemptResult.NO_ANSWER
    assert attempt.attempt.recall_at is not None


def test_book_the_advice_call_of_a_request(hands, kim, clinic):
    hands = hands()
    hands.app.window.go("requests")
    hands.settle()
    with hands.within(clicks=4, seconds=20):
        hands.click_row("Requests", "Kim Bos")
        hands.click("Book")
        hands.see("I spoke to this person just now")
        hands.wait_for(lambda: hands.app.window.current().panel.moments.offers, "free moments")
        hands.click("1: today")
    assert clinic.as_("receptie").do(requests.open_request, kim.id).request.status is RequestStatus.BOOKED


def test_the_same_with_the_keyboard_alone(hands, kim, clinic):
    hands = hands()
    hands.app.window.go("requests")
    hands.settle()
    with hands.within(clicks=4, seconds=20):
        hands.key("Return")
        hands.key("B")
        hands.wait_for(lambda: hands.app.window.current().panel.moments.offers, "free moments")
        hands.key("1")
    assert clinic.as_("receptie").do(requests.open_request, kim.id).request.status is RequestStatus.BOOKED


def test_cancel_with_a_reason_and_the_late_flag(hands, sanne, book, clinic):
    made = book(sanne)
    hands = hands()
    hands.app.window.go("agenda")
    hands.settle()
    with hands.within(clicks=4, seconds=15):
        hands.click_appointment(made)
        hands.click("Cancel…")
        hands.see("it counts as too late")
        hands.type("Trein reed niet")
        hands.click("Cancel appointment")
        hands.see("was cancelled, too late.")


def test_move_to_the_next_free_moment(hands, sanne, book, clinic):
    made = book(sanne)
    hands = hands()
    hands.app.window.go("agenda")
    hands.settle()
    with hands.within(clicks=4, seconds=15):
        hands.click_appointment(made)
        hands.click("Move…")
        hands.wait_for(lambda: hands.app.window.current().booking.moments.offers, "free moments")
        hands.click("2: today")
        hands.see("Moved: Sanne Meer")


@pytest.mark.parametrize(
    ("name", "status"), [("Sanne Meer has arrived", AppointmentStatus.ARRIVED), ("Sanne Meer did not show up", AppointmentStatus.NO_SHOW)]
)
def test_check_in_and_no_show(hands, sanne, book, clinic, name, status):
    made = book(sanne)
    clinic.clock.move(hours=5, minutes=12)
    hands = hands()
    with hands.within(clicks=1, seconds=2):
        hands.click(name)
    (row,) = clinic.as_("receptie").do(clients.client_appointments, sanne.id)
    assert (row.appointment.id, row.appointment.status) == (made.id, status)


def test_book_the_intake_after_the_call(hands, sanne, clinic):
    """From the client that the phone brought up; no confirmation is printed yet."""
    hands = hands()
    with hands.within(clicks=5, seconds=30):
        hands.click("Search or do something")
        palette = hands.app.window.palette_box
        hands.type("meer", palette.field)
        hands.key("Return", palette.field)
        hands.see(sanne.client_no)
        hands.click("Book")
        hands.wait_for(lambda: hands.app.window.current().booking.moments.offers, "free moments")
        hands.click("1: ")
        hands.see("Booked: Sanne Meer")
    (row,) = clinic.as_("receptie").do(clients.client_appointments, sanne.id)
    assert row.appointment.type_code == "intake"


def test_the_lists_of_the_day(hands, sanne, kim, book, clinic, monkeypatch):
    """Who is to be called again, whose follow-up is overdue, and the day list on paper."""
    desk, me = clinic.as_("receptie"), clinic.as_("behandelaar").user.id
    desk.do(requests.log_attempt, kim.id, AttemptResult.NO_ANSWER, "", clinic.clock.moment + timedelta(minutes=30))
    (plan,) = desk.do(add, Plan(client_id=sanne.id, practitioner_id=me, status=PlanStatus.ACTIVE))
    desk.do(add, FollowUp(client_id=sanne.id, plan_id=plan.id, practitioner_id=me, due_on=date(2026, 8, 20), window_days=7))
    book(sanne)
    clinic.clock.move(minutes=40)
    printed = []
    monkeypatch.setattr(reports_page.ReportsPage, "_print", lambda _page, data: printed.append(data[:4]))
    hands = hands()
    hands.see("To call back (1)")
    with hands.within(clicks=2, seconds=5):
        hands.click("All: To call back")
        hands.see("1 request")
    with hands.within(clicks=2, seconds=5):
        hands.click("Follow-up")
        hands.see("1 overdue")
    hands.app.window.go("today")
    with hands.within(clicks=2, seconds=5):
        hands.click("Print the day list")
        hands.wait_for(lambda: printed == [b"%PDF"], "something to print")
