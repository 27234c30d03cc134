"""The page of the advice call in a real window, at a real desk, with the keyboard."""

import json
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from nmx_desk import i18n
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.consults import AdviceCall, Answer, CallOutcome, CallStatus, RedFlagAnswer
from nmx_desk.domain.notes import Draft
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.services import calls, drafts
from nmx_desk.ui.calls import PAGE, page
from nmx_desk.ui.kit import flags
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.theme import theme
from tests.clinic import once

CTRL = Qt.KeyboardModifier.ControlModifier


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals)))


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def request_id(desk):
    made = AdviceRequest(
        first_name="<b>Anna</b>", surname="de Vries", phone="+31600112233", birth_date=date(1980, 12, 7), question="Moe & <img src=x>",
        status=RequestStatus.BOOKED,
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(replace(made, received_at=work.now())))).id


@pytest.fixture
def window(window_of):
    return window_of("behandelaar", PAGE)


@pytest.fixture
def call(window, request_id):
    window.go("calls", request_id=request_id)
    window.runner.idle()
    return window.current()


def answer_all(call, key="n"):
    call.flags.focus_blank()
    for _line in call.flags.rows:
        QTest.keyClicks(QApplication.focusWidget(), key)


def test_the_whole_call_by_keyboard_in_fourteen_presses(window, call, desk, clinic):
    presses = 0
    call.commands()[1].run()
    for _line in call.flags.rows:
        assert QApplication.focusWidget().visibleRegion().boundingRect() == QApplication.focusWidget().rect()  # the question is in sight
        QTest.keyClicks(QApplication.focusWidget(), "n")
        presses += 1
    assert call.outcome.outcome() is CallOutcome.INTAKE_BOOKED
    assert call.flags.progress.text() == "11 of 11 answered"
    assert call.flags.banner.text == "No red flag is open."
    window.runner.idle()
    assert len(call.outcome.moments.offers) == 3
    QTest.keyClicks(QApplication.focusWidget(), "1")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, CTRL)
    presses += 3
    window.runner.idle()
    window.runner.idle()
    assert presses == 14
    assert rows(desk, AdviceCall)[0].status is CallStatus.COMPLETED
    assert len(rows(desk, Appointment, type_code="intake")) == 1
    assert call.banner.text == "This call is completed: Intake booked."
    assert rows(desk, Draft) == []
    assert clinic.verified().ok


def test_hostile_text_stays_text_and_every_control_has_a_name(call, window):
    assert call.heading.text() == "<b>Anna</b> de Vries"
    assert call.form.form.values()["question"] == "Moe & <img src=x>"
    call.flags.rows[0]._choose(Answer.YES)
    for outcome in (CallOutcome.EMERGENCY, CallOutcome.REFERRED_GP):
        call.outcome.set_outcome(outcome)
    assert unnamed(window) == []


def test_no_outcome_while_a_question_is_blank(call, window, desk):
    call.flags.rows[0].setFocus()
    QTest.keyClicks(call.flags.rows[0], "n")
    assert not any(button.isEnabled() for button in call.outcome.buttons.values())
    call.complete()
    assert call.outcome.error.text() == "10 red-flag questions are still open. Ask them first."
    assert QApplication.focusWidget() is call.flags.rows[1]
    window.runner.idle()
    assert rows(desk, AdviceCall)[0].status is CallStatus.OPEN


def test_a_yes_leaves_only_the_referral_until_a_written_decision(call, window, desk, monkeypatch):
    answer_all(call)
    call.flags.rows[3].setFocus()
    QTest.keyClicks(call.flags.rows[3], "y")
    enabled = {outcome for outcome, button in call.outcome.buttons.items() if button.isEnabled()}
    assert enabled == {CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY}
    assert "GP first" in call.flags.banner.text
    call.flags.rows[3].assessed.click()
    assert all(button.isEnabled() for button in call.outcome.buttons.values())
    call.flags.rows[3].assessed.click()
    monkeypatch.setattr(page, "ask_reason", lambda *_args, **_more: "Afgevallen door een dieet.")
    call.flags.banner._act()
    window.runner.idle()
    window.runner.idle()
    assert "Afgevallen door een dieet." in call.flags.banner.text
    assert all(button.isEnabled() for button in call.outcome.buttons.values())
    call.flags.rows[0]._choose(Answer.YES)
    call._save(None)
    window.runner.idle()
    assert call.flags.overridden == ""
    assert not call.outcome.buttons[CallOutcome.DECLINES].isEnabled()


@pytest.mark.parametrize(("code", "word"), [("acute", "112"), ("suicidal", "113")])
def test_an_emergency_is_said_at_once(call, code, word):
    next(line for line in call.flags.rows if line.question.code == code)._choose(Answer.YES)
    assert word in call.flags.banner.text
    assert "Emergency" in call.flags.banner.text
    assert call.flags.banner.isVisible()
    assert call.flags.banner.visibleRegion().boundingRect() == call.flags.banner.rect()  # in sight, wherever one has scrolled to


@pytest.mark.parametrize(("language", "keys"), [("nl", "JNO"), ("en", "YNU")])
def test_the_keys_are_the_first_letters_of_the_words(language, keys, monkeypatch):
    words = {"Yes": "Ja", "No": "Nee", "Unknown": "Onbekend"} if language == "nl" else {}
    monkeypatch.setattr(flags, "_", lambda text: words.get(text, text))
    assert "".join(flags.answer_keys()) == keys


def test_arrows_and_delete_go_about_the_questions(call):
    call.flags.rows[0].setFocus()
    QTest.keyClick(call.flags.rows[0], Qt.Key.Key_Down)
    assert QApplication.focusWidget() is call.flags.rows[1]
    QTest.keyClicks(call.flags.rows[1], "u")
    assert call.flags.rows[1].value().answer is Answer.UNKNOWN
    QTest.keyClick(call.flags.rows[1], Qt.Key.Key_Delete)
    assert call.flags.rows[1].value() is None


def test_at_most_five_complaints_with_room_for_the_next(call):
    for number in range(5):
        QTest.keyClicks(call.complaints.rows[number].words, f"Klacht {number}")
    assert len(call.complaints.rows) == 5
    QTest.keyClicks(call.complaints.rows[0].score, "0")
    assert [entry.score for entry in call.complaints.entries()] == [0, None, None, None, None]


def test_what_was_typed_is_kept_within_two_seconds_and_put_back(call, window, desk, qtbot):
    QTest.keyClicks(call.complaints.rows[0].words, "Moe")
    call.flags.rows[0]._choose(Answer.UNKNOWN)
    qtbot.waitUntil(lambda: call.saved.text().startswith("Saved"), timeout=2000)
    kept = json.loads(rows(desk, Draft)[0].content)
    assert kept["complaints"][0]["words"] == "Moe"
    window.runner.idle()
    call.sheet = None  # as if the program had been killed: nothing is saved on the way out
    call.arrive(**call._where)
    window.runner.idle()
    assert call.complaints.entries()[0].words == "Moe"
    assert call.flags.answers() == [RedFlagAnswer(code=call.flags.rows[0].question.code, answer=Answer.UNKNOWN)]
    assert "Restored what was typed at" in call.banner.text
    call.banner._act()
    window.runner.idle()
    window.runner.idle()
    assert call.complaints.entries() == []
    assert rows(desk, Draft) == []


def test_a_broken_draft_does_no_harm(call, window, desk):
    desk.do(drafts.keep_draft, "call", call.sheet.call.id, None, '{"form": 3}')
    call.arrive(**call._where)
    window.runner.idle()
    assert "could not be put back" in call.banner.text
    assert call.body.isVisible()


def test_leaving_saves_as_one_logged_change(call, window, desk, clinic):
    QTest.keyClicks(call.complaints.rows[0].words, "Moe")
    assert call.leave()
    window.runner.idle()
    assert [entry.words for entry in desk.do(calls.open_call, call.sheet.request.id).complaints] == ["Moe"]
    assert rows(desk, Draft) == []
    assert clinic.verified().ok


def test_saving_twice_does_not_double_the_complaints(call, window, desk):
    QTest.keyClicks(call.complaints.rows[0].words, "Moe")
    for _time in range(2):
        call._save(None)
        window.runner.idle()
    assert len(desk.do(calls.open_call, call.sheet.request.id).complaints) == 1


def test_what_stands_in_the_way_is_said(call, window, desk):
    answer_all(call)
    call.outcome.set_outcome(None)
    call.complete()
    assert call.outcome.error.text() == "Choose how the call ended."
    call.outcome.buttons[CallOutcome.INTAKE_BOOKED].click()
    call.complete()
    window.runner.idle()
    window.runner.idle()
    assert "agreement that a file is opened" in call.outcome.error.text()
    call.outcome.buttons[CallOutcome.NOT_FITTING].click()
    call.complete()
    window.runner.idle()
    window.runner.idle()
    assert "does not fit" in call.outcome.error.text()
    call.outcome.fit_reason.set_value("Zoekt een diëtist")
    call.outcome.fit_reason.setFocus()
    QTest.keyClick(call.outcome.fit_reason, Qt.Key.Key_Return, CTRL)
    window.runner.idle()
    window.runner.idle()
    assert rows(desk, AdviceCall)[0].fit_reason == "Zoekt een diëtist"


def test_a_request_without_a_booked_call_is_explained(window, desk):
    made = desk.do(once(lambda work: work.store.add(AdviceRequest(surname="Bakker", phone="+31600112244", received_at=work.now()))))
    window.go("calls", request_id=made.id)
    window.runner.idle()
    assert "Book the call first" in window.current().banner.text
    assert not window.current().body.isVisible()


def test_a_colleague_sees_it_read_only(call, window_of):
    other = window_of("collega", PAGE)
    other.go("calls", request_id=call.sheet.request.id)
    other.runner.idle()
    assert "Behandelaar A. Demo is holding this call" in other.current().banner.text
    assert not other.current().outcome.done.isVisible()
    assert not any(button.isEnabled() for button in other.current().outcome.buttons.values())
    assert not other.current().dirty


def test_with_the_largest_text_nothing_is_cut_at_the_side(window_of, qapp, request_id):
    before = theme().text_scale
    i18n.use("nl")
    theme().use("light", 1.5)
    try:
        window = window_of("behandelaar", PAGE)
        window.go("calls", request_id=request_id)
        window.runner.idle()
        qapp.processEvents()
        areas = [area for area in window.current().findChildren(QScrollArea) if area.isVisible()]
        assert {area.accessibleName(): area.widget().width() - area.viewport().width() for area in areas} == {
            "Belscript": 0, "Het gesprek": 0, "Uitkomst": 0
        }  # fmt: skip
    finally:
        theme().use("light", before)
        i18n.use("en")
