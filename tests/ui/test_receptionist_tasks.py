"""The receptionist's tasks of DOMAIN §3, through the real windows with the full demo clinic: so many clicks and so many seconds, not more.

How they are counted stands in ``counting``. A task begins on the page Today unless it says otherwise.
"""

import csv
import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from nmx_desk.domain.agenda import AppointmentStatus
from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.clients import ClientStatus
from nmx_desk.domain.requests import AttemptResult, RequestStatus
from nmx_desk.services import agenda, clients, followups, requests, today, waiting
from nmx_desk.ui.agenda.waitlist import Tile
from nmx_desk.ui.kit import dates
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.ui.counting import choose_file, click_line, do, in_sight, press, press_soon, printing, sees, task

pytestmark = pytest.mark.slow


@pytest.fixture
def hands(hands_of, demo_clinic):
    """The receptionist at 08:30 on the page Today."""
    made = hands_of("receptie", demo_clinic, DEMO_PASSWORD)
    made.see("Reception (")
    return made


# -- import ------------------------------------------------------------------------------------------------------------------------------


def overnight(path: Path, known) -> Path:
    """50 rows of a website's form: 44 people nobody knows, five of them once more, and one who asked us yesterday."""
    rows = [(f"Nieuw{n} Proef{chr(97 + n // 26)}{chr(97 + n % 26)}", f"nieuw{n}@example.org", f"06 009{n:05}", "Moe") for n in range(44)]
    rows += [*rows[:5], (known.name, known.email, known.phone, "Nog eens")]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("Naam", "E-mail", "Telefoon", "Uw vraag"))
        writer.writerows(rows)
    return path


def test_importing_fifty_requests_with_doubles_marked(hands, tmp_path):
    known = do(hands, requests.list_requests)[-1].request
    file = overnight(tmp_path / "aanvragen.csv", known)
    before = do(hands, requests.counts).new
    with task(hands, 3, 15):
        chosen = choose_file(hands, file)
        hands.click("Import…")
        hands.see("Recognised as")
        sees(hands, "6 doubles")
        hands.click("Import 50 requests")
        hands.see("44 new requests imported.")
    assert chosen == ["Import requests"]
    assert do(hands, requests.counts).new == before + 44


# -- find --------------------------------------------------------------------------------------------------------------------------------


def shown(hands) -> list[str]:
    """The clients that the palette lists, as they read: name, number, birth date, phone, e-mail."""
    entries = hands.app.window.palette_box.list
    found = [entries.item(n).data(Qt.ItemDataRole.UserRole) for n in range(entries.count())]
    return [f"{each.title} {each.subtitle}" for each in found if each is not None and re.search(r"C-\d{6}", each.subtitle)]


def palette_finds(hands, text: str, wanted: str = "") -> None:
    hands.type(text, hands.app.window.palette_box.field)
    hands.wait_for(lambda: any(wanted in line for line in shown(hands)), wanted or f"clients for {text}")


@pytest.mark.parametrize("by", ["name", "birth date", "phone", "postcode"])
def test_finding_who_is_on_the_phone(hands, by):
    """Three characters list whom they fit; whoever many share them with is there when a little more is typed."""
    sought = next(row.client for row in do(hands, clients.list_clients, "Yilmaz").rows if row.client.postcode)
    phone = f"0{sought.phone[3:]}"
    told = {"name": sought.surname, "birth date": f"{sought.birth_date:%d-%m-%Y}", "phone": phone, "postcode": sought.postcode}
    with task(hands, 1, 3):
        hands.key("Ctrl+K")
        palette_finds(hands, told[by][:3])
        listed = shown(hands)
        palette_finds(hands, told[by][3:], sought.client_no)
    begins = {"name": r"\bY", "birth date": re.escape(told[by][:2]), "phone": r"06 ", "postcode": ""}[by]
    assert all(re.search(begins, line) for line in listed), listed


# -- call --------------------------------------------------------------------------------------------------------------------------------


def recall(hands, demo_clinic) -> list:
    """The list of whom to call again, as it is a little later in the morning; the names in it."""
    demo_clinic.clock.move(hours=4)
    waiting = [row.request.name for row in do(hands, requests.due_recalls, demo_clinic.clock() + timedelta(hours=11))]
    assert len(waiting) >= 2
    return waiting


def test_logging_a_call_attempt_with_a_recall_time(hands, demo_clinic):
    """From the request one has called, and again from the next, which the list goes on to by itself."""
    first, second, *_more = recall(hands, demo_clinic)
    hands.click("All: To call back")
    hands.key("Return")
    sees(hands, first)
    page = hands.app.window.current()
    for name in (first, second):
        hands.wait_for(lambda name=name: page.panel.request is not None and page.panel.request.name == name, name)
        called = page.panel.request
        with task(hands, 2, 8):
            hands.key("3")
            hands.key("8")
            hands.see("No answer. Call again")
        after = do(hands, requests.open_request, called.id)
        assert after.request.attempts == called.attempts + 1
        assert after.attempts[0].attempt.result is AttemptResult.NO_ANSWER
        assert dates.local(after.request.next_action_at).strftime("%H:%M") == "09:00"
        hands.settle()


def test_booking_the_advice_call_of_a_request(hands):
    asked = do(hands, today.today).desk.new[0].request
    with task(hands, 4, 20):
        click_line(hands, asked.name)
        hands.key("B")
        sees(hands, "1: ")
        hands.key("1")
        hands.see("call booked")
    assert do(hands, requests.open_request, asked.id).request.status is RequestStatus.BOOKED


# -- the day -----------------------------------------------------------------------------------------------------------------------------


def visits(hands, kind: str = "") -> list:
    return [visit for visit in do(hands, today.today).desk.visits if visit.appointment.type_code == (kind or visit.appointment.type_code)]


def test_moving_an_appointment(hands):
    visit = visits(hands, "intake")[-1]
    with task(hands, 4, 15):
        click_line(hands, visit.who)
        hands.click("Move…")
        sees(hands, "1: ")
        hands.key("1")
        hands.see("Moved: ")
    assert visit.id not in {each.id for each in visits(hands)}
    moved = [item for item in do(hands, clients.client_appointments, visit.appointment.client_id) if item.appointment.moved_from]
    assert moved[0].appointment.moved_from == visit.id


@pytest.mark.parametrize("ill", [False, True])
def test_cancelling_with_a_reason_computes_whether_it_was_late(hands, ill):
    visit = visits(hands, "intake")[-1]
    with task(hands, 4, 15):
        click_line(hands, visit.who)
        hands.click("Cancel…")
        hands.see("This is inside the cancellation term")
        hands.type("Oppas ziek")
        if ill:
            hands.click("Because of illness")
        hands.key("Return", hands.find(QLineEdit, "Reason"))
        hands.see("was cancelled." if ill else "was cancelled, too late.")
    gone = next(i.appointment for i in do(hands, clients.client_appointments, visit.appointment.client_id) if i.appointment.id == visit.id)
    assert (gone.status, gone.cancel_reason, gone.late) == (AppointmentStatus.CANCELLED, "Oppas ziek", not ill)


@pytest.mark.parametrize(("button", "status"), [("has arrived", "arrived"), ("did not show up", "no_show")])
def test_one_click_says_who_is_here_and_who_is_not(hands, demo_clinic, button, status):
    visit = visits(hands)[0]
    demo_clinic.clock.moment = visit.appointment.starts_at + timedelta(minutes=11)
    hands.key("F5")
    name = f"{visit.who} {button}"
    sees(hands, name)
    with task(hands, 1, 2):
        hands.click(name)
        hands.see(f"{name}.")
    assert next(v for v in visits(hands) if v.id == visit.id).appointment.status == status


# -- after the call ----------------------------------------------------------------------------------------------------------------------


def called(hands):
    """Somebody who had the free call and has no file yet."""
    return next(row.client for row in do(hands, clients.list_clients).rows if row.client.status is ClientStatus.PROSPECT)


@pytest.mark.parametrize("way", ["print", "text"])
def test_booking_an_intake_with_its_confirmation(hands, tmp_path, way):
    """From the client in sight, who has had the call and phones."""
    client = called(hands)
    copied = "The text is on the clipboard." + (f" E-mail: {client.email}" if client.email else "")
    hands.app.window.go("clients", client_id=client.id)
    hands.see(client.client_no)
    with task(hands, 5, 30):
        hands.key("Ctrl+B")
        sees(hands, "1: ")
        hands.key("Alt+1")
        hands.see("Booked: ")
        looked = press_soon("Print" if way == "print" else "Copy the text")
        printed = printing(tmp_path / "brief.pdf") if way == "print" else ["Print"]
        hands.click("Confirmation")
        hands.wait_for(lambda: looked and printed, "the letter")
        hands.see("sent to the printer." if way == "print" else copied)
    booked = max((row.appointment for row in do(hands, clients.client_appointments, client.id)), key=lambda one: one.created_at)
    assert booked.type_code == "intake"
    if way == "print":
        assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF")
    else:
        text = QApplication.clipboard().text()
        assert client.name in text and f"{dates.local(booked.starts_at):%H:%M}" in text and "24 uur" in text


def test_from_today_to_the_confirmation_in_sight_with_the_keyboard_alone(hands):
    client = called(hands)
    with task(hands, 5, 30):
        hands.key("Ctrl+K")
        palette_finds(hands, client.client_no, client.client_no)
        hands.key("Return", hands.app.window.palette_box.field)
        hands.see(client.email)
        hands.key("Ctrl+B")
        sees(hands, "1: ")
        hands.key("Alt+1")
        hands.see("Booked: ")
        looked = press_soon("Close")
        clicked = hands.keys
        hands.key("P")
        hands.wait_for(lambda: looked, "the letter")
        hands.keys = clicked + 1 - len(looked)  # closing it is not part of the task
    assert looked == ["Confirmation of the appointment"]


# -- lists -------------------------------------------------------------------------------------------------------------------------------


def test_the_list_of_whom_to_call_again_begins_with_who_waits_longest(hands, demo_clinic):
    waiting = recall(hands, demo_clinic)
    with task(hands, 2, 5):
        hands.click("All: To call back")
        sees(hands, "Print the call-back list")
    rows = hands.app.window.current().table.records.rows
    assert [row.request.name for row in rows] == waiting
    assert all(first.request.next_action_at <= then.request.next_action_at for first, then in itertools.pairwise(rows))


def test_the_list_of_overdue_follow_ups(hands):
    with task(hands, 2, 5):
        hands.click("Follow-up")
        hands.click("Overdue")
        sees(hands, "Open client")
    rows = hands.app.window.current().table.records.rows
    assert rows and {row.state for row in rows} == {"overdue"}


@pytest.mark.parametrize("which", ["day list", "call-back list"])
def test_printing_a_list(hands, demo_clinic, tmp_path, which):
    if which == "call-back list":
        recall(hands, demo_clinic)
        hands.click("All: To call back")
        sees(hands, "Print the call-back list")
    with task(hands, 2, 5):
        printed = printing(tmp_path / "lijst.pdf")
        hands.click(f"Print the {which}")
        hands.see("sent to the printer.")
    assert printed == ["Print"]
    assert (tmp_path / "lijst.pdf").read_bytes().startswith(b"%PDF")


# -- the agenda --------------------------------------------------------------------------------------------------------------------------


def test_from_the_door_to_done_is_a_click_each(hands, demo_clinic):
    visit = next(one for one in visits(hands) if one.appointment.request_id is None)
    demo_clinic.clock.moment = visit.appointment.starts_at
    hands.key("F5")
    for button, said in (("has arrived", "has arrived."), ("goes into the room", "is in the room."), ("is done", "is done.")):
        sees(hands, f"{visit.who} {button}")
        with task(hands, 1, 2):
            hands.click(f"{visit.who} {button}")
            hands.see(f"{visit.who} {said}")
        demo_clinic.clock.move(minutes=4)
    made = next(one for one in visits(hands) if one.id == visit.id).appointment
    assert made.checked_in_at < made.in_room_at < made.completed_at
    assert in_sight(hands, "waited 4 min on average today")


def test_finding_the_next_free_thursday_afternoon(hands):
    with task(hands, 5, 20):
        hands.click("Agenda")
        hands.key("F")
        hands.click("Thursday")
        hands.click("Afternoon")
        sees(hands, "1: ")
        hands.key("Alt+1")
        hands.wait_for(hands.app.window.current().booking.book_here.isVisible, "the moment")
    page = hands.app.window.current()
    _who, moment = page.view.canvas.spot()
    assert (dates.local(moment).weekday(), 12 <= dates.local(moment).hour < 18) == (3, True)
    assert page.booking.book_here.text().endswith(dates.clock(moment))


def carried(hands, page, block, minute: int, column: int) -> None:
    """Drag an appointment to a minute of a column, with the mouse."""
    canvas, scale = page.view.canvas, page.view.canvas.scale()
    middle = scale.column_width / 2

    def spot(at: int, number: int) -> QPoint:
        return QPoint(round(scale.x(number) + middle), round(scale.y(at)))

    def over(point: QPoint) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        there = QPointF(canvas.mapToGlobal(point))
        QApplication.sendEvent(
            canvas, QMouseEvent(QEvent.Type.MouseMove, QPointF(point), there, none, left, Qt.KeyboardModifier.NoModifier)
        )

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=spot(block.start + 10, block.column))
    over(spot(block.start + 25, block.column))
    hands.settle()
    over(spot(minute + 10, column))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=spot(minute + 10, column))
    hands.settle()


def free_elsewhere(hands, page):
    """An appointment in sight that stands alone, and a free moment of its kind on another day of these: (block, minute, column)."""
    days = [column.day for column in page.sheet.columns]
    for block in page.sheet.blocks:
        made = block.item.appointment
        alone = all(other is block or other.column != block.column or other.end <= block.start or other.start >= block.end
                    for other in page.sheet.blocks)  # fmt: skip
        if not alone or made.status is not AppointmentStatus.CONFIRMED:
            continue
        for offer in do(hands, agenda.free_moments, made.type_code, days[0], days[-1], made.practitioner_id):
            column = days.index(dates.local(offer.starts_at).date())
            if column != block.column:
                return block, page.sheet.minute(offer.starts_at, column), column, offer
    raise AssertionError("a full week")


def test_moving_an_appointment_by_dragging_it_to_another_day_of_the_week(hands):
    with task(hands, 4, 15):
        hands.click("Agenda")
        hands.key("W")
        hands.key("Ctrl+Right")
        page = hands.app.window.current()
        block, minute, column, offer = free_elsewhere(hands, page)
        carried(hands, page, block, minute, column)
        hands.see("Moved: ")
    there = page.sheet.block_at(column, minute)
    assert there is not None and there.item.appointment.moved_from == block.item.appointment.id
    assert there.item.appointment.starts_at == offer.starts_at


def test_booking_for_somebody_on_the_waiting_list_and_back_to_it(hands):
    client = called(hands)
    entry = do(hands, waiting.add_waiting, WaitingEntry(client_id=client.id, type_code="intake"))
    with task(hands, 4, 20):
        hands.click("Agenda")
        hands.key("L")
        tile = next(tile for tile in hands.all(Tile) if tile.found.id == entry.id)
        assert client.name in tile.accessibleName()
        press(tile)
        sees(hands, "1: ")
        hands.key("Alt+1")
        hands.see("Booked from the waiting list: ")
    assert hands.app.window.current().around.waiting.isVisible()
    assert entry.id not in {row.id for row in do(hands, waiting.waiting_list)}


def test_booking_a_follow_up_with_the_days_in_sight_and_back_to_the_list(hands):
    with task(hands, 4, 20):
        hands.click("Follow-up")
        table = hands.app.window.current().table
        found = next(row for row in table.records.rows if row.booked_at is None)
        if table.current().id != found.id:
            table.choose(found.id)
            hands.keys += 1
            hands.settle()
        hands.click("Choose in the agenda")
        sees(hands, "1: ")
        hands.key("Alt+1")
        hands.see(f"Booked: {found.client.name}, ")
    assert hands.app.window.current().name == "followups"
    assert next(row for row in do(hands, followups.list_follow_ups) if row.id == found.id).booked_at is not None
