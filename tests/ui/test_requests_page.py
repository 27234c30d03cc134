"""The requests page in a real window, against a real clinic."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from nmx_desk import i18n
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AttemptResult, RequestStatus
from nmx_desk.services import agenda, clients, requests
from nmx_desk.ui.kit import importing
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.requests import PAGE
from nmx_desk.ui.requests.doubles import DoubleCard
from nmx_desk.ui.requests.ending import ENDS, possible
from nmx_desk.ui.theme import theme
from tests.clinic import once

FILES = Path(__file__).resolve().parent.parent / "data" / "website_forms"
S, R = RequestStatus, AttemptResult
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def sanne(desk):
    return desk.do(
        requests.new_request, NewRequest(first_name="Sanne", surname="van der Meer", phone="0600112233", question="Moe & <b>vol</b>")
    )


@pytest.fixture
def kim(desk, clinic, sanne):
    received = clinic.clock.moment - timedelta(days=2)
    return desk.do(requests.new_request, NewRequest(first_name="Kim", surname="Bos", email="kim@example.org", received_at=received))


def settle(window):
    QApplication.processEvents()
    window.runner.idle()
    QApplication.processEvents()
    window.runner.idle()


@pytest.fixture(autouse=True)
def _log_holds(clinic):
    yield
    assert clinic.verified().ok


@pytest.fixture
def at_requests(window_of, desk):
    """``at_requests(user)``: the window of a user, at the requests."""

    def make(who="receptie"):
        made = window_of(who, PAGE)
        made.start()
        settle(made)
        return made

    return make


@pytest.fixture
def window(at_requests, sanne, kim):
    return at_requests()


@pytest.fixture
def page(window):
    return window.current()


def press(qtbot, window, *keys):
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget() or window, key)
        settle(window)


def shown(page):
    return [row.request.first_name for row in page.table.records.rows]


def found(desk, request):
    return desk.do(requests.open_request, request.id)


def undo(window):
    window.toaster.run_action()
    settle(window)


# ---- list


def test_who_waits_longest_stands_first(window, page):
    assert shown(page) == ["Kim", "Sanne"]
    assert window.rail._buttons["requests"]._number == 2
    assert unnamed(window) == []


def test_the_states_fold_into_a_list_beside_a_panel_with_large_text(qtbot, window, page, desk, kim):
    theme().use("light", 1.5)
    try:
        assert page.states.segments.isVisible()
        page.open_request(kim.id)
        settle(window)
        choice = page.states.choice
        assert choice.isVisible() and not page.states.segments.isVisible() and choice.value() == "open"
        assert choice.width() >= choice.sizeHint().width() and unnamed(window) == []
        choice.setFocus()
        press(qtbot, window, Key.Key_End)
        assert (page.states.value(), choice.value()) == ("all", "all") and set(shown(page)) == {"Kim", "Sanne"}
        page.panel.close_panel()
        settle(window)
        assert page.states.segments.isVisible() and page.states.segments.value() == "all"
    finally:
        theme().use("light", 1.0)


def test_filters_and_search(qtbot, window, page, desk, kim):
    desk.do(requests.withdraw_request, kim.id)
    settle(window)
    assert shown(page) == ["Sanne"]
    page.states.set_value("closed")
    page._filtered()
    settle(window)
    assert shown(page) == ["Kim"]
    page.states.set_value("all")
    page.search.setText("meer")
    press(qtbot, window)
    page.search._tell()
    settle(window)
    assert shown(page) == ["Sanne"]
    page.search.setText("niemand")
    page.search._tell()
    settle(window)
    assert shown(page) == []
    assert page.empty.title.text() == "Nothing found"


def test_an_empty_clinic_says_what_to_do(at_requests):
    window = at_requests()
    page = window.current()
    assert page.empty.isVisible()
    assert page.empty.button.isVisible()
    assert unnamed(window) == []


# ---- calling, by keyboard alone


def test_log_an_attempt_with_a_recall_in_two_keys(qtbot, window, page, desk, kim, clinic):
    press(qtbot, window, Key.Key_Return)
    assert page.panel.isVisible()
    assert page.panel.title.text() == "Kim Bos"
    press(qtbot, window, Key.Key_3, Key.Key_8)
    sheet = found(desk, kim)
    assert [one.attempt.result for one in sheet.attempts] == [R.NO_ANSWER]
    assert sheet.request.next_action_at.isoformat() == "2026-09-15T07:00:00+00:00"
    assert sheet.request.status is S.IN_PROGRESS
    undo(window)
    assert (found(desk, kim).request.status, found(desk, kim).attempts) == (S.NEW, ())


def test_log_with_typed_note_and_time(qtbot, window, page, desk, kim):
    press(qtbot, window, Key.Key_L)
    card = page.panel.attempt
    card.note.setText("via partner")
    card.choose(R.SPOKEN)
    card.day.setText("16-9")
    card.time.setText("8")
    card._typed()
    settle(window)
    (one,) = found(desk, kim).attempts
    assert (one.attempt.note, one.attempt.recall_at.isoformat()) == ("via partner", "2026-09-16T06:00:00+00:00")


def test_a_recall_in_the_past_is_said_beside_the_fields(qtbot, window, page, desk, kim):
    press(qtbot, window, Key.Key_L)
    card = page.panel.attempt
    card._typed()
    assert card.problem.text() == "Choose what came of the call."
    card.choose(R.SPOKEN)
    card.day.setText("1-9-2026")
    card._typed()
    assert "both" in card.problem.text()
    card.time.setText("9:00")
    card._typed()
    settle(window)
    assert card.problem.text() == "Choose a moment that is still to come."
    assert found(desk, kim).attempts == ()


def test_typing_survives_what_others_do(qtbot, window, page, desk, kim, sanne):
    press(qtbot, window, Key.Key_L)
    page.panel.attempt.note.setText("half a sen")
    desk.do(requests.log_attempt, sanne.id, R.BUSY)
    settle(window)
    assert page.panel.attempt.note.text() == "half a sen"
    assert page.panel.request.id == kim.id


# ---- booking


def test_book_in_two_keys_and_take_it_back(qtbot, window, page, desk, kim):
    press(qtbot, window, Key.Key_B, Key.Key_2)
    sheet = found(desk, kim)
    assert sheet.request.status is S.BOOKED
    assert [one.attempt.result for one in sheet.attempts] == [R.SPOKEN]
    assert "call booked" in window.toaster.text
    assert sheet.row.booked_at is not None
    undo(window)
    assert found(desk, kim).request.status is S.IN_PROGRESS


def test_book_without_having_spoken(qtbot, window, page, desk, kim):
    press(qtbot, window, Key.Key_B)
    page.panel.spoken.set_value(False)
    page.panel.moments.pick(1)
    settle(window)
    assert found(desk, kim).attempts == ()


@pytest.mark.parametrize(("number", "chosen"), [(1, False), (3, True)])
def test_later_by_the_clients_own_wish(qtbot, window, page, desk, kim, number, chosen):
    """It is said for the figure of the lead time; who takes the first moment did not wish for later."""
    press(qtbot, window, Key.Key_B)
    page.panel.later.set_value(True)
    page.panel.moments.pick(number)
    settle(window)
    made = desk.do(once(lambda work: work.store.find(Appointment, request_id=kim.id)))
    assert [one.by_choice for one in made] == [chosen]


def test_a_moment_that_was_just_taken_is_offered_no_more(qtbot, window, page, desk, kim, sanne):
    press(qtbot, window, Key.Key_B)
    taken = page.panel.moments.offers[0]
    desk.do(requests.book_call, sanne.id, taken)
    settle(window)
    page.panel._book(taken)
    settle(window)
    assert window.toaster.text
    assert taken not in page.panel.moments.offers
    assert found(desk, kim).request.status is S.NEW


def test_the_practitioner_may_open_the_call(at_requests, desk, kim, monkeypatch):
    desk.do(requests.book_call, kim.id, desk.do(agenda.next_free, "advice_call")[0])
    window = at_requests("behandelaar")
    page = window.current()
    page.open_request(kim.id)
    settle(window)
    assert page.panel.open_button.isVisible()
    gone = []
    monkeypatch.setattr(window, "go", lambda name, **where: gone.append((name, where)))
    page.panel.open_call()
    assert gone == [("calls", {"request_id": kim.id})]


def test_the_receptionist_may_not(window, page, desk, kim):
    desk.do(requests.book_call, kim.id, desk.do(agenda.next_free, "advice_call")[0])
    page.open_request(kim.id)
    settle(window)
    assert not page.panel.open_button.isVisible()


# ---- ending


def test_end_with_a_reason_and_take_it_back(qtbot, window, page, desk, kim):
    press(qtbot, window, Key.Key_Return)
    invalid = next(end for end in ENDS if end.status is S.INVALID)
    page.panel.begin_end(invalid)
    page.panel.ending.send()
    settle(window)
    assert page.panel.ending.fields.error_of("reason")
    page.panel.ending.fields.input("reason").setText("spam")
    page.panel.ending.send()
    settle(window)
    assert found(desk, kim).request.close_reason == "spam"
    undo(window)
    assert found(desk, kim).request.status is S.NEW


def test_only_possible_endings_are_offered(window, page, desk, kim):
    page.open_request(kim.id)
    settle(window)
    assert [end.status for end in possible(page.panel.sheet)] == [S.WITHDRAWN, S.UNREACHABLE, S.INVALID]
    page.panel._menu()
    menu = QApplication.activePopupWidget()
    entries = {action.text(): action.isEnabled() for action in menu.actions()}
    menu.close()
    assert entries["Cannot be reached (after 3 attempts on 2 days)"] is False


def test_doubles_side_by_side(qtbot, window, page, desk, sanne):
    client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600112233", birth_date=date(1986, 10, 12)))
    again = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Meer", phone="0600112233"))
    page.open_request(sanne.id)
    settle(window)
    cards = page.panel.findChildren(DoubleCard)
    assert {card.other.record.id for card in cards} == {client.id, again.id}
    next(card for card in cards if card.other.is_client).same.emit(cards[0].other)
    settle(window)
    assert found(desk, sanne).client == client
    undo(window)
    assert found(desk, sanne).client is None
    assert unnamed(window) == []


# ---- new


def test_write_down_a_request_by_phone(qtbot, window, page, desk):
    press(qtbot, window, Key.Key_N)
    assert page.form.isVisible()
    page.form.fields.set_values({"first_name": "Tim", "surname": "de Wit", "phone": "12"})
    page.form.save()
    settle(window)
    assert page.form.fields.error_of("phone")
    page.form.fields.input("phone").setText("06 12345678")
    page.form.save()
    settle(window)
    assert page.panel.title.text() == "Tim de Wit"
    assert desk.do(requests.list_requests)[-1].request.phone == "+31612345678"
    assert unnamed(window) == []


def test_mend_the_contact_data(qtbot, window, page, desk, sanne):
    page.open_request(sanne.id)
    settle(window)
    page.panel.edit.emit(page.panel.request)
    page.form.fields.input("phone").setText("0600998877")
    page.form.save()
    settle(window)
    mended = found(desk, sanne).request
    assert (mended.phone, mended.prefix, mended.surname) == ("+31600998877", "van der", "Meer")


# ---- import


def test_import_in_two_clicks_and_take_it_back(qtbot, at_requests, monkeypatch, desk):
    window = at_requests()
    page = window.current()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(FILES / "gravity_forms.csv"), ""))
    qtbot.mouseClick(page.import_button, LEFT)
    settle(window)
    view = page.importing
    assert view.isVisible()
    assert "Gravity Forms" in view.about.text()
    assert len(view.table.records.rows) == 50
    assert unnamed(window) == []
    qtbot.mouseClick(view.go, LEFT)
    settle(window)
    assert len(page.table.records.rows) == 45
    assert "45" in window.toaster.text
    undo(window)
    assert page.table.records.rows == []


@pytest.mark.parametrize("too", [True, False], ids=["edited ones too", "edited ones stay"])
def test_taking_an_import_back_says_what_was_edited(qtbot, at_requests, monkeypatch, desk, too):
    window = at_requests()
    page = window.current()
    page.import_file(str(FILES / "gravity_forms.csv"))
    settle(window)
    qtbot.mouseClick(page.importing.go, LEFT)
    settle(window)
    edited = page.table.records.rows[0].request
    desk.do(requests.change_request, replace(edited, question="Sinds 2019 moe"))
    asked = []
    monkeypatch.setattr(importing, "ask", lambda _page, title, text, **_more: asked.append((title, text)) or too)
    undo(window)
    settle(window)
    assert asked == [("Somebody went on with part of this import. Take that back as well?", f"{edited.name}: question")]
    assert [row.id for row in page.table.records.rows] == ([] if too else [edited.id])


def test_drop_a_file(qtbot, window, page):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(FILES / "calendly.csv"))])
    here = (Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(10, 10), *here)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    page.dropEvent(QDropEvent(QPointF(10, 10), *here))
    settle(window)
    assert page.importing.preview.format == "calendly"
    press(qtbot, window, Key.Key_Escape)
    assert not page.importing.isVisible()


def test_a_picture_cannot_be_dropped(window, page):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("picture.png")])
    enter = QDragEnterEvent(QPoint(1, 1), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    enter.ignore()
    page.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_choose_the_columns_oneself(window, page, tmp_path):
    path = tmp_path / "eigen.csv"
    path.write_text("a;b\n#;-\n", encoding="utf-8")
    page.import_file(str(path))
    settle(window)
    view = page.importing
    assert view.map_card.isVisible()
    assert not view.go.isEnabled()
    assert "recognised" in view.problem.text
    path.write_text("a;b\nSanne;0600112233\n", encoding="utf-8")
    page.import_file(str(path))
    settle(window)
    assert view.mapping.values()["phone"] == "b"  # told by what it holds
    view.columns_button.click()
    view.mapping.input("first_name").set_value("a")
    view.mapping.input("first_name").edited.emit()
    settle(window)
    view.mapping.input("phone").set_value("b")
    view.mapping.input("phone").edited.emit()
    settle(window)
    (record,) = view.preview.records
    assert (record.first_name, record.phone) == ("Sanne", "+31600112233")
    view.mapping.input("phone").set_value("")
    view.mapping.input("phone").edited.emit()
    settle(window)
    assert view.preview.records[0].phone == ""


def test_a_file_that_is_none(window, page, tmp_path):
    page.import_file(str(tmp_path / "gone.csv"))
    assert not page.importing.isVisible()
    path = tmp_path / "x.csv"
    path.write_bytes(b"PK\x03\x04abc")
    page.import_file(str(path))
    settle(window)
    assert "damaged" in page.importing.problem.text
    assert not page.importing.go.isEnabled()


def test_with_the_largest_text_the_panel_stays_in_the_window(at_requests, kim, qapp):
    before = theme().text_scale
    i18n.use("nl")
    theme().use("light", 1.5)
    try:
        window = at_requests()
        window.go("requests", request_id=kim.id)
        settle(window)
        qapp.processEvents()
        page = window.current()
        assert page.panel.isVisible()
        assert page.panel.geometry().right() < page.width()
    finally:
        theme().use("light", before)
        i18n.use("en")
