"""The practitioner's tasks of DOMAIN §3, through the real windows with the full demo clinic: so many clicks and so many seconds, not more.

How they are counted stands in ``counting``. A task begins on the page Today unless it says otherwise.
"""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit, QToolButton

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.complaints import Complaint, ComplaintScore, OutcomeScore
from nmx_desk.domain.consults import AdviceCall, CallStatus
from nmx_desk.domain.history import LifeEvent
from nmx_desk.domain.labs import LabOrder, LabResult, LabStatus
from nmx_desk.domain.notes import Addendum, ConsultNote, Draft, NoteStatus
from nmx_desk.domain.plans import Plan, PlanItem, PlanStatus
from nmx_desk.domain.tasks import Repeat, Task
from nmx_desk.services import complaints, following, followups, labs, referrals, tasks, today
from nmx_desk.ui.kit.layout import Card
from nmx_desk.ui.plans.board import ItemCard
from nmx_desk.ui.today.lists import Line
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.clinic import once
from tests.ui.counting import button_of, choose_file, click_line, click_tab, do, press, printing, sees, soon, task
from tests.ui.hands import names_of

pytestmark = pytest.mark.slow


@pytest.fixture
def hands(hands_of, demo_clinic):
    """The practitioner at 08:30 on the page Today."""
    demo_clinic.asks_at_signing = True
    made = hands_of("behandelaar", demo_clinic, DEMO_PASSWORD)
    made.see("My clients today (")
    return made


def rows(hands, kind, **equals):
    return do(hands, once(lambda work: work.store.find(kind, **equals)))


def my_visit(hands, kind: str = "follow_up"):
    """The first of today's of this type."""
    return next(visit for visit in do(hands, today.today).mine.visits if visit.appointment.type_code == kind)


def password_soon(password: str = DEMO_PASSWORD) -> list[str]:
    """Type the password into the dialog that asks for it next, and press Enter: the PIN of the table."""

    def field(dialog) -> QLineEdit | None:
        return next((each for each in dialog.findChildren(QLineEdit) if each.echoMode() is QLineEdit.EchoMode.Password), None)

    def typed(found: QLineEdit) -> None:
        found.setText(password)
        QTest.keyClick(found, Qt.Key.Key_Return)

    return soon(field, typed)


# -- before ------------------------------------------------------------------------------------------------------------------------------


def test_opening_the_client_who_comes_with_everything_on_one_page(hands):
    visit = my_visit(hands)
    with task(hands, 2, 3):
        click_line(hands, visit.who)
        hands.see("Active plan")
    for words in ("Complaints", "Red flags", "Next"):
        hands.see(words)


def test_the_same_on_paper(hands, tmp_path):
    """From the client's file; the system's dialog is one of the clicks."""
    visit = my_visit(hands)
    hands.app.window.go("care", client_id=visit.appointment.client_id)
    hands.see(visit.who)
    with task(hands, 3, 10):
        looked = soon(lambda dialog: button_of(dialog, "Print"), press)
        printed = printing(tmp_path / "overzicht.pdf")
        hands.click("Print the overview")
        hands.wait_for(lambda: looked and printed, "the overview")
    assert (tmp_path / "overzicht.pdf").read_bytes().startswith(b"%PDF")


def test_an_advice_call_with_every_question_and_an_intake_booked(hands):
    """From the call in sight: who it is, every alarm symptom, how it ends."""
    me = hands.app.runner.desk.user.id
    booked = rows(hands, Appointment, type_code="advice_call", practitioner_id=me, status=AppointmentStatus.CONFIRMED)
    call = min((one for one in booked if one.request_id), key=lambda one: one.starts_at)
    hands.app.window.go("calls", request_id=call.request_id, appointment_id=call.id)
    hands.see("Red-flag check")
    with task(hands, 15, 60):
        hands.click("Name and birth date checked")
        page = hands.app.window.current()
        page.area.ensureWidgetVisible(page.flags.rows[0])  # the wheel; from there the program goes on to the next
        for number in range(1, len(page.flags.rows) + 1):
            answer = next(each for each in hands.all(QToolButton) if re.fullmatch(rf"{number}\. .*: No", names_of(each)[0]))
            assert not answer.visibleRegion().isEmpty(), "the next question is not in sight"
            QTest.mouseClick(answer, Qt.MouseButton.LeftButton)
            hands.settle()
        sees(hands, "1: ")
        hands.click("1: ")
        hands.click("Agrees to a file")
        hands.click("Complete the call")
        hands.see("The call is completed.")
    (held,) = rows(hands, AdviceCall, request_id=call.request_id)
    assert held.status is CallStatus.COMPLETED and held.identity_checked and held.file_agreed


# -- writing -----------------------------------------------------------------------------------------------------------------------------


def test_beginning_a_note_and_going_on_with_it(hands):
    visit = my_visit(hands)
    with task(hands, 2, 2):
        click_line(hands, visit.who)
        hands.click("New note")
        sees(hands, "Draft")
    (note,) = (one for one in rows(hands, ConsultNote, client_id=visit.appointment.client_id) if one.status is NoteStatus.DRAFT)
    hands.type("Slaapt beter sinds het avondritueel.", QApplication.focusWidget())
    hands.wait_for(lambda: any("avondritueel" in one.content for one in rows(hands, Draft, ref_id=note.id)), "the draft kept")
    hands.app.window.go("today")
    hands.see("Notes to sign")
    with task(hands, 2, 2):
        card = next(each for each in hands.all(Card) if any(name.startswith("Notes to sign") for name in names_of(each)))
        QTest.mouseClick(card.findChild(Line), Qt.MouseButton.LeftButton)
        hands.settle()
        if (page := hands.app.window.current()).name == "notewatch":  # more than this one wait to be signed
            assert page.table.current().id == note.id  # what one was writing last is chosen
            hands.key("Return", page.table)
        sees(hands, "Draft")
    assert any("avondritueel" in text.toPlainText() for text in hands.all(QPlainTextEdit))


def eight(hands, client_id: str) -> list[Complaint]:
    """The client's complaints, made eight."""
    known = [one for one in rows(hands, Complaint, client_id=client_id) if one.is_active]
    for n in range(len(known), 8):
        do(hands, complaints.add_complaint, client_id, Complaint(words=f"Klacht {n}", onset="2024"))
    return [one for one in rows(hands, Complaint, client_id=client_id) if one.is_active]


def test_scoring_eight_complaints_and_three_outcomes(hands):
    """From the first score on: eleven digits."""
    client_id = my_visit(hands).appointment.client_id
    known = eight(hands, client_id)
    hands.app.window.go("care", client_id=client_id)
    hands.click("Measure now")
    before = len(rows(hands, ComplaintScore, client_id=client_id))
    with task(hands, 11, 30):
        for digit in "54365432678":
            hands.key(digit)
    hands.click("Save")
    hands.see("Measured.")
    assert len(known) == 8 and len(rows(hands, ComplaintScore, client_id=client_id)) == before + 8
    newest = max(rows(hands, OutcomeScore, client_id=client_id), key=lambda one: one.created_at)
    assert (newest.calm, newest.energy, newest.resistance) == (6, 7, 8)


def test_an_event_of_a_life(hands):
    """From the client's timeline: when, what and its part in one line."""
    me = hands.app.runner.desk.user.id
    client_id = next(one.id for one in rows(hands, Client, practitioner_id=me) if one.birth_date)
    hands.app.window.go("care", client_id=client_id, part="timeline")
    hands.see("What happened (required)")
    page = hands.app.window.current()
    hands.wait_for(lambda: page.part.sheet is not None, "the timeline")
    with task(hands, 3, 15):
        QTest.mouseClick(page.part.quick.form.input("began"), Qt.MouseButton.LeftButton)
        hands.type("a7", QApplication.focusWidget())
        hands.key("Tab")
        hands.type("Val van de trap", QApplication.focusWidget())
        hands.key("Return")
        hands.wait_for(lambda: any(one.name == "Val van de trap" for one in page.part.sheet.events), "the event")
    (made,) = (one for one in rows(hands, LifeEvent, client_id=client_id) if one.name == "Val van de trap")
    assert made.began == "a7" and made.id in {one.entry.key for one in page.part.view.laid.places}


def test_signing_and_an_addendum(hands):
    """Two clicks each, and the password."""
    client_id = my_visit(hands).appointment.client_id
    hands.app.window.go("notes", client_id=client_id, kind="follow_up")
    sees(hands, "Draft")
    for box in hands.all(QCheckBox):
        if box.accessibleName().endswith(": nothing particular"):
            press(box)
    with task(hands, 2, 5):
        asked = password_soon()
        hands.click("Sign")
        hands.wait_for(lambda: asked, "the password")
        sees(hands, "Signed")
    with task(hands, 2, 5):
        asked, written = password_soon(), soon(lambda dialog: button_of(dialog, "Sign the addendum"), add)
        hands.click("Addendum")
        hands.wait_for(lambda: asked and written, "the password")
        sees(hands, "Amended")
    newest = max(rows(hands, ConsultNote, client_id=client_id), key=lambda one: one.created_at)
    (addendum,) = rows(hands, Addendum, note_id=newest.id)
    assert newest.status is NoteStatus.AMENDED and addendum.reason == "Vergeten te noteren"


def add(button) -> None:
    """What is added and why, into the dialog of this button, which is pressed."""
    dialog = button.window()
    dialog.findChild(QPlainTextEdit).setPlainText("Loopt elke dag een half uur.")
    dialog.findChild(QLineEdit).setText("Vergeten te noteren")
    press(button)


# -- follow-up ---------------------------------------------------------------------------------------------------------------------------


def my_contact(hands):
    """A planned contact of one's own whose plan has items to ask after, and how many."""
    me = hands.app.runner.desk.user.id
    for found in do(hands, followups.list_follow_ups):
        if found.follow_up.practitioner_id == me:
            sheet = do(hands, following.open_following, found.client.id)
            if sheet.own and sheet.plan.id == found.follow_up.plan_id and len(sheet.running) >= 3:
                return found, len(sheet.running)
    raise AssertionError("nobody to call")


def test_a_follow_up_contact_with_every_item_asked_after(hands):
    """From the list: to the items, a key for each of them, done."""
    contact, items = my_contact(hands)
    hands.app.window.go("followups", follow_up_id=contact.id)
    hands.see("Keys 0–4")
    with task(hands, items + 2, 30):
        hands.key("Return")
        for _item in range(items):
            hands.key("3")
        hands.key("Ctrl+Return")
        hands.see("The contact is completed.")
    sheet = do(hands, following.open_following, contact.client.id)
    assert [one.on(sheet.today) for one in sheet.running] == [75] * items


def test_a_recall_done_and_the_next_one_there(hands):
    """One click, from the list."""
    me = hands.app.runner.desk.user.id
    asked = Task(title="Halfjaarcontrole", due_on=do(hands, today.today).day, owner_id=me, repeat=Repeat.HALF_YEAR)
    made = do(hands, tasks.add_task, asked)
    hands.app.window.go("tasks", task_id=made.id)
    table = hands.app.window.current().board.table
    hands.wait_for(lambda: table.current() is not None and table.current().task.id == made.id, "the recall")
    with task(hands, 1, 5):
        hands.click("Done")
        hands.see("It comes again on")
    assert rows(hands, Task, source=f"task:{made.id}")


# -- labs and letters --------------------------------------------------------------------------------------------------------------------


def test_a_lab_value_with_its_paper(hands, tmp_path):
    """From the tests of the client; one of the clicks is in the system's dialog."""
    client_id = my_visit(hands).appointment.client_id
    made = do(hands, labs.add_lab_order, client_id, LabOrder(panel="Ontlasting", cost_cents=18900, cost_told_on=do(hands, today.today).day))
    do(hands, labs.step_lab_order, made.id, LabStatus.ORDERED)
    do(hands, labs.step_lab_order, made.id, LabStatus.SENT)
    (paper := tmp_path / "uitslag.pdf").write_bytes(b"%PDF-1.4 uitslag")
    hands.app.window.go("care", client_id=client_id, part="labs")
    hands.see("Ontlasting")
    with task(hands, 4, 30):
        hands.click("Enter the result")
        hands.type("Zonuline 38,5 ng/ml <48", QApplication.focusWidget())
        chosen = choose_file(hands, paper)
        hands.click("Add the document")
        hands.wait_for(lambda: chosen, "the file")
        hands.click("Save")
        hands.wait_for(lambda: rows(hands, LabResult, order_id=made.id), "the result")
    assert [one.value for one in rows(hands, LabResult, order_id=made.id)] == ["38.5"]
    assert rows(hands, LabOrder, id=made.id)[0].status is LabStatus.RECEIVED


def test_a_letter_to_the_gp_with_what_is_known(hands, tmp_path):
    """From the client; the system's print dialog is one of the clicks."""
    client_id = my_visit(hands).appointment.client_id
    hands.app.window.go("clients", client_id=client_id)
    hands.see("Active plan")
    with task(hands, 5, 90):
        click_tab(hands, "Letters")
        hands.click("New letter")
        printed = printing(tmp_path / "brief.pdf")
        hands.click("Print")
        hands.wait_for(lambda: printed, "the letter")
        hands.click("Given to the client")
        hands.wait_for(lambda: any(each.letter.sent_on for each in do(hands, referrals.letters_of, client_id)), "the letter out")
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF")


# -- the plan ----------------------------------------------------------------------------------------------------------------------------


class TestThePlan:
    """From a template to what the client takes home."""

    def test_a_plan_from_a_template_edited_and_printed(self, hands, tmp_path):
        """From the client's plan; the password is typed, the system's print dialog is one of the clicks."""
        me = hands.app.runner.desk.user.id
        planned = {one.client_id for one in rows(hands, Plan)}
        mine = [one for one in rows(hands, Client, practitioner_id=me) if one.id not in planned and one.status is ClientStatus.ACTIVE]
        client = min(mine, key=lambda one: one.client_no)
        hands.app.window.go("plans", client_id=client.id)
        hands.see("Use the template “Three phases”")
        with task(hands, 8, 180):
            hands.click("Use the template “Three phases”")
            sees(hands, "Draft")
            card = hands.all(ItemCard)[0]
            QTest.mouseClick(card, Qt.MouseButton.LeftButton)
            hands.type("Elke dag een wandeling van twintig minuten. ", QApplication.focusWidget())
            if hands.app.window.current().sheet.cautions:
                hands.click("All items are checked")
            hands.click("Discussed")
            sees(hands, "Before it is signed")
            asked = password_soon()
            hands.click("Activate")
            hands.wait_for(lambda: asked, "the password")
            sees(hands, "Active")
            looked = soon(lambda dialog: button_of(dialog, "Print"), press)
            printed = printing(tmp_path / "plan.pdf")
            hands.click("Print")
            hands.wait_for(lambda: looked and printed, "the plan")
        (plan,) = rows(hands, Plan, client_id=client.id)
        assert plan.status is PlanStatus.ACTIVE
        assert any(item.text.startswith("Elke dag een wandeling") for item in rows(hands, PlanItem, client_id=client.id))
        assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
