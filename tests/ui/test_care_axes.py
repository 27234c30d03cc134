"""The seven axes in the client's file: judged by keyboard, taken back, with what belongs to them; scores and plan with a cursor."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Axis, Complaint, Insight, OutcomeScore
from nmx_desk.domain.notes import NoteKind
from nmx_desk.services import axes, complaints, notes, plans
from nmx_desk.ui import care
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.labels import Label
from tests.clinic import once
from tests.ui.hands import settle

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    anna = Client(
        client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id,
        birth_date=date(1980, 1, 1),
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(anna)))


@pytest.fixture
def page(window_of, client):
    window = window_of("behandelaar", care.PAGE)
    window.go("care", client_id=client.id, part="axes")
    settle(window)
    return window.current()


def judged(desk, client):
    return desk.do(axes.open_axes, client.id).axes[0].judged


def test_an_axis_is_judged_without_a_mouse_and_taken_back(qapp, desk, client, page):
    desk.do(complaints.add_complaint, client.id, Complaint(words="Buikpijn", axes="barrier"))
    settle(page.window())
    toasts = []
    page.part.frame.toast = lambda text, undo=None: toasts.append((text, undo))
    page.part.table.setFocus()
    QTest.keyClick(qapp.focusWidget(), Key.Key_Return)
    panel = page.part.panel
    assert panel.isVisible() and qapp.focusWidget() is panel.form.input("state")
    QTest.keyClick(qapp.focusWidget(), Key.Key_2)
    panel.form.input("hypothesis").setFocus()
    QTest.keyClicks(qapp.focusWidget(), "klachten na brood")
    assert not page.leave(), "what was typed is not lost"
    QTest.keyClick(qapp.focusWidget(), Key.Key_Return, CTRL)
    settle(page.window())
    [one] = judged(desk, client)
    assert (one.state, one.insight, one.hypothesis, one.source_id) == (2, Insight.UNKNOWN, "klachten na brood", None)
    assert page.part.table.records.rows[0].now == one and unnamed(page) == []
    toasts[-1][1]()
    settle(page.window())
    assert judged(desk, client) == () and page.part.table.records.rows[0].now is None


def test_a_judgement_goes_with_the_note_that_is_being_written_unless_one_says_otherwise(desk, client, page):
    note = desk.do(notes.open_note, client.id, NoteKind.FREE).note
    settle(page.window())
    page.part.judge()
    form = page.part.panel.form
    assert form.values()["note_id"] == note.id
    form.input("state").set_value(1)
    page.part.panel.save()
    settle(page.window())
    page.part.judge()
    form.set_values({**form.values(), "state": 0, "note_id": None})
    page.part.panel.save()
    settle(page.window())
    assert [(one.state, one.source_id) for one in judged(desk, client)] == [(0, None), (1, note.id)]


def test_the_panel_shows_what_was_thought_before_and_what_belongs_to_the_axis(desk, client, page):
    desk.do(complaints.add_complaint, client.id, Complaint(words="Buikpijn", axes="barrier"))
    desk.do(axes.judge_axis, client.id, Axis.BARRIER, 3, Insight.SELF_REPORT, "eerst gedacht")
    settle(page.window())
    page.part.judge()
    words = " ".join(label.text() for label in page.part.panel.findChildren(Label))
    assert "Buikpijn" in words and "eerst gedacht" in words


@pytest.fixture
def course_page(desk, client, clinic, page):
    tired = desk.do(complaints.add_complaint, client.id, Complaint(words="Moe"))
    desk.do(complaints.measure, client.id, [complaints.Measured(complaint_id=tired.id, score=8)], OutcomeScore(energy=3))
    clinic.clock.move(days=10)
    plan = desk.do(plans.create_plan, client.id, desk.do(plans.plan_templates)[0].code, "nl").plan
    desk.do(plans.discuss, plan.id)
    desk.do(plans.activate, plan.id)
    clinic.clock.move(days=20)
    desk.do(complaints.measure, client.id, [complaints.Measured(complaint_id=tired.id, score=0)])
    page.part.show_what._group.button(1).click()
    settle(page.window())
    return page


def words_of(panel):
    shown = [panel.day.text()]
    for n in range(panel.words.count()):
        box = panel.words.itemAt(n).layout()
        shown += [box.itemAt(k).widget().text() for k in range(box.count())]
    return "\n".join(shown)


def test_the_cursor_tells_the_scores_and_what_ran_on_a_day(desk, course_page):
    panel = course_page.part.course
    view = panel.view
    view.setFocus()
    QTest.keyClick(view, Key.Key_Home)
    first = view.day
    assert "Moe: 8" in words_of(panel) and "Nothing of a plan" in words_of(panel)
    QTest.keyClick(view, Key.Key_Right)
    assert view.day == first + timedelta(days=10)
    assert "Plan activated: version 1" in words_of(panel) and panel.sheet.bars[0].text.rstrip(".") in words_of(panel)
    QTest.keyClick(view, Key.Key_Right, SHIFT)
    assert view.day == first + timedelta(days=11) and "Moe: 8 (" in words_of(panel)
    QTest.keyClick(view, Key.Key_End)
    assert "Moe: 0" in words_of(panel) and unnamed(course_page) == []
    QTest.mouseMove(view, QPoint(round(view.x_of(first + timedelta(days=5))), 50))
    assert view.day == first + timedelta(days=5)


def test_the_line_of_time_is_looked_at_closer_and_rolls_with_the_cursor(course_page):
    view, bars = course_page.part.course.view, course_page.part.course.bars
    start, end = view.whole()
    view.setFocus()
    QTest.keyClick(view, Key.Key_Home)
    QTest.keyClick(view, Key.Key_Plus)
    assert view.span() == (start, start + timedelta(days=15)) and view.x_of(start) == view.area().left()
    assert bars.bar_rect(0).right() > view.area().right(), "it goes on until today, which is out of sight"
    QTest.keyClick(view, Key.Key_End)
    assert view.span() == (end - timedelta(days=15), end) and view.day == end
    for _n in range(3):
        QTest.keyClick(view, Key.Key_Plus)
    assert (view.span()[1] - view.span()[0]).days == 14 and view.span()[1] == end
    QTest.keyClick(view, Key.Key_Minus)
    QTest.keyClick(view, Key.Key_Minus)
    assert view.span() == (start, end)
    QTest.keyClick(view, Key.Key_Plus)
    QTest.keyClick(view, Key.Key_0)
    assert view.span() == (start, end)


def test_the_wheel_comes_closer_with_ctrl_goes_aside_with_shift_and_rolls_the_bars_alone(qapp, course_page):
    view = course_page.part.course.view

    def wheel(turned, keys):
        at = QPointF(view.area().center())
        none = Qt.MouseButton.NoButton
        event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), QPoint(0, turned), none, keys, Qt.ScrollPhase.NoScrollPhase, False)
        qapp.sendEvent(view, event)
        return event.isAccepted()

    assert not wheel(-120, Qt.KeyboardModifier.NoModifier)
    assert wheel(120, CTRL) and (view.span()[1] - view.span()[0]).days == 15
    before = view.span()[0]
    assert wheel(120, SHIFT) and view.span()[0] < before
    assert wheel(-120, CTRL) and view.span() == view.whole()


def test_what_is_drawn_is_chosen_and_all_of_it_is_told_and_in_the_table(desk, course_page):
    panel = course_page.part.course
    assert [one.name for one in panel.all] == ["Moe", "Energy (10 is good)"]
    assert "Moe: 8 on" in panel.view.accessibleDescription() and "Plan activated" in panel.view.accessibleDescription()
    panel.choices.itemAt(0).widget().click()
    assert "Moe" not in panel.view.accessibleDescription() and panel.view.accessibleDescription().startswith("Energy")
    panel.show_as._group.button(1).click()
    assert panel.table.isVisible() and not panel.view.isVisible()
    whats = [one.what for one in panel.table.records.rows]
    assert whats.count("Score") == 3 and "Plan activated: version 1" in whats and whats.count("Begun") == len(panel.sheet.bars)


def test_of_another_client_nothing_stays(desk, client, course_page):
    other = desk.do(once(lambda work: work.store.add(Client(client_no="C-000002", surname="Ander", practitioner_id=desk.user.id))))
    course_page.window().go("care", client_id=other.id, part="axes")
    settle(course_page.window())
    panel = course_page.part.course
    assert panel.all == [] and panel.nothing.isVisible() and "Moe" not in words_of(panel) + panel.view.accessibleDescription()
