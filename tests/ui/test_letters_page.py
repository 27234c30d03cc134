"""The letter to the GP through the real window: from the call and from the client, in five clicks; nothing that is typed is lost."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit

from nmx_desk.domain.consults import Answer, CallOutcome, RedFlagAnswer
from nmx_desk.domain.family import ConsentPurpose
from nmx_desk.domain.referrals import SentHow
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.services import agenda, calls, clients, code_lists, consents, drafts, referrals, requests
from nmx_desk.ui.kit import paper
from nmx_desk.ui.kit.a11y import unnamed
from tests.lists import save_list
from tests.ui.hands import Clicks


@pytest.fixture
def ended(clinic):
    """A call that ended with a referral to the GP."""
    desk, reception = clinic.as_("behandelaar"), clinic.as_("receptie")
    asked = NewRequest(first_name="Kim", surname="de Bos", phone="0600112233", birth_date=date(1980, 2, 3), question="Altijd moe")
    request = reception.do(requests.new_request, asked)
    reception.do(requests.book_call, request.id, reception.do(agenda.next_free, "advice_call", practitioner_id=desk.user.id)[0])
    sheet = desk.do(calls.open_call, request.id)
    answers = [RedFlagAnswer(code=item.code, answer=Answer.YES if item.code == "blood_stool" else Answer.NO) for item in sheet.questions]
    sheet = desk.do(calls.save_call, sheet.call, answers, [])
    reception.do(clients.change_client, replace(sheet.client, gp_name="H. Arts", gp_practice="De Hoek", gp_city="Zwolle"))
    call = desk.do(calls.complete_call, sheet.call.id, CallOutcome.REFERRED_GP).call
    clinic.close()
    return call


@pytest.fixture
def hands(hands_of, clinic, ended):
    """The practitioner who held the call."""
    return hands_of("behandelaar", clinic)


@pytest.fixture
def printed(monkeypatch):
    """What went to the printer; the system's dialog is answered at once."""
    sheets = []
    monkeypatch.setattr(QPrintDialog, "exec", lambda _dialog: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(paper, "print_pdf", lambda document, _printer: sheets.append(document.pageCount()) or document.pageCount())
    return sheets


def letters(hands, ended):
    return [each.letter for each in hands.app.runner.desk.do(referrals.letters_of, ended.client_id)]


def test_from_the_call_in_five_clicks(hands, ended, printed, qapp):
    hands.app.window.go("calls", request_id=ended.request_id)
    hands.see("This call is completed")
    clicks = Clicks(qapp)
    hands.click("Write the letter to the GP")
    hands.click("Print")
    hands.see("sent to the printer.")
    hands.click("Given to the client")
    hands.wait_for(lambda: letters(hands, ended) and letters(hands, ended)[0].sent_on, "the letter out")
    qapp.removeEventFilter(clicks)
    assert clicks.count + 1 <= 5  # and one for the system's print dialog
    (letter,) = letters(hands, ended)
    assert (letter.to_name, letter.sent_how, letter.call_id) == ("H. Arts", SentHow.CLIENT, ended.id)
    assert "bloed" in letter.body and printed == [1]


def test_from_the_client_in_five_clicks(hands, ended, printed, qapp):
    hands.app.window.go("clients", client_id=ended.client_id)
    hands.see("Kim de Bos")
    clicks = Clicks(qapp)
    hands.tab("Letters")
    clicks.count += 1
    hands.click("New letter")
    hands.click("Print")
    hands.see("sent to the printer.")
    hands.click("Given to the client")
    hands.wait_for(lambda: letters(hands, ended) and letters(hands, ended)[0].sent_on, "the letter out")
    qapp.removeEventFilter(clicks)
    assert clicks.count + 1 <= 5
    hands.app.window.go("clients", client_id=ended.client_id, part="letters")
    hands.wait_for(lambda: hands.app.window.current().sheet.letters.table.records.rows, "the letter in the list")


def test_consent_is_asked_and_then_the_gp_gets_it(hands, ended):
    hands.app.window.go("letters", call_id=ended.id)
    page = hands.app.window.current()
    hands.wait_for(lambda: page.sheet is not None and page.sending.agreement.text(), "what is agreed to")
    assert not page.sending.buttons[SentHow.POST].isEnabled()
    hands.click("The client agrees")
    hands.wait_for(page.sending.buttons[SentHow.POST].isEnabled, "the consent")
    hands.click("By secure e-mail")
    hands.wait_for(lambda: letters(hands, ended) and letters(hands, ended)[0].sent_on, "the letter out")
    assert letters(hands, ended)[0].sent_how is SentHow.SECURE_MAIL
    assert page.text.isReadOnly()
    hands.fill("Answer of the GP", "Gezien, bloedonderzoek volgt.")
    hands.fill("Answered on", "14-09-2026")
    hands.click("Keep the answer")
    hands.wait_for(lambda: letters(hands, ended)[0].feedback, "the answer")


def test_what_is_agreed_to_is_the_text_in_sight(hands, ended, clinic):
    hands.app.window.go("letters", call_id=ended.id)
    page = hands.app.window.current()
    hands.wait_for(lambda: page.sheet is not None and page.sending.agreement.text(), "what is agreed to")
    seen = page.sending.agreement.text()
    manager = clinic.as_("manager")
    items = manager.do(code_lists.read_code_list, "consents", 1)
    newer = [replace(item, label_en=f"{item.label_en} And more.", label_nl=f"{item.label_nl} En meer.") for item in items]
    manager.do(save_list, "consents", 1, newer, reason="Nieuwe tekst")
    hands.click("The client agrees")
    hands.settle()
    row = next(row for row in manager.do(consents.consents_of, ended.client_id).rows if row.purpose is ConsentPurpose.DATA_TO_GP)
    assert row.text != seen and row.last.consent.text_version == 1


def test_a_child_of_fourteen_does_not_agree_alone(hands, ended, clinic):
    reception = clinic.as_("receptie")
    client = reception.do(clients.open_client, ended.client_id).client
    reception.do(clients.change_client, replace(client, birth_date=date(2012, 2, 3)))
    hands.app.window.go("letters", call_id=ended.id)
    page = hands.app.window.current()
    hands.wait_for(lambda: page.sheet is not None and page.sending.agreement.text(), "what is agreed to")
    hands.click("The client agrees")
    hands.see("A parent with authority has to agree as well.")
    assert not page.sending.buttons[SentHow.POST].isEnabled()


def test_what_was_typed_is_stored_on_leaving_and_nothing_when_nothing_was(hands, ended):
    hands.app.window.go("letters", call_id=ended.id)
    hands.see("Letter to the GP")
    hands.app.window.go("today")
    hands.settle()
    assert letters(hands, ended) == []
    hands.app.window.go("letters", call_id=ended.id)
    hands.settle()
    hands.fill("Text of the letter", "Graag uw oordeel.")
    hands.app.window.go("today")
    hands.settle()
    assert [each.body for each in letters(hands, ended)] == ["Graag uw oordeel."]


def test_what_cannot_be_stored_on_leaving_is_there_the_next_time(hands, ended):
    hands.app.window.go("letters", call_id=ended.id)
    page = hands.app.window.current()
    hands.settle()
    words = "Haar nummer is 111222333."  # a citizen service number: no letter keeps it
    hands.fill("Text of the letter", words)
    page._autosave._timer.stop()  # no two seconds have gone by
    hands.app.window.go("today")
    hands.settle()
    assert letters(hands, ended) == []
    hands.app.window.go("letters", call_id=ended.id)
    assert page.saved.text() == ""
    hands.wait_for(lambda: page.text.value() == words, "what was typed")
    page.text.setPlainText("Kort.")


def test_what_was_typed_is_back_after_a_crash(hands, ended):
    hands.app.window.go("letters", call_id=ended.id)
    page = hands.app.window.current()
    hands.settle()
    hands.fill("Text of the letter", "Half getypt")
    page._autosave.now()
    hands.settle()
    page.arrive(call_id=ended.id)
    hands.wait_for(lambda: page.text.value() == "Half getypt", "what was typed")
    hands.see("Restored what was typed at")


def test_it_is_seen_before_it_is_printed(hands, ended, monkeypatch):
    shown = []
    monkeypatch.setattr("nmx_desk.ui.letters.page.show_paper", lambda _frame, _parent, *what: shown.append(what))
    hands.app.window.go("letters", call_id=ended.id)
    hands.click("See the letter")
    hands.wait_for(lambda: shown, "the letter")
    ((title, data, name),) = shown
    assert (title, data[:4], name) == ("Letter to the GP", b"%PDF", "C-000001 2026-09-14")


def test_thrown_away_only_when_asked(hands, ended, monkeypatch):
    hands.app.window.go("letters", call_id=ended.id)
    hands.fill("Text of the letter", "Toch niet.")
    hands.key("Ctrl+S")
    hands.wait_for(lambda: letters(hands, ended), "the letter")
    hands.answer("Throw away")
    hands.click("Throw away")
    hands.wait_for(lambda: letters(hands, ended) == [], "gone")
    hands.see("Kim de Bos")


def test_what_was_thrown_away_leaves_no_draft(hands, ended):
    hands.app.window.go("letters", call_id=ended.id)
    hands.fill("Text of the letter", "Toch niet.")
    hands.key("Ctrl+S")
    hands.wait_for(lambda: letters(hands, ended), "the letter")
    (letter,) = letters(hands, ended)
    page = hands.app.window.current()
    hands.fill("Text of the letter", "Toch niet, en dit ook niet.")
    page._autosave.now()
    hands.wait_for(lambda: page.saved.text().startswith("Saved"), "the draft")
    hands.answer("Throw away")
    hands.click("Throw away")
    hands.wait_for(lambda: letters(hands, ended) == [], "gone")
    assert hands.app.runner.desk.do(drafts.find_draft, referrals.DRAFT_KIND, letter.id) is None


def test_too_long_is_said_under_the_text(hands, ended):
    hands.app.window.go("letters", call_id=ended.id)
    page = hands.app.window.current()
    hands.settle()
    page.text.setPlainText("x" * 8001)
    hands.key("Ctrl+S", page.text)
    hands.see("Use at most")
    assert letters(hands, ended) == []
    page.text.setPlainText("Kort.")


def test_every_control_has_a_name_and_the_text_has_the_focus(hands, ended):
    hands.app.window.go("letters", call_id=ended.id)
    hands.settle()
    page = hands.app.window.current()
    assert isinstance(QApplication.focusWidget() or page.text, QPlainTextEdit)
    assert unnamed(page) == []
