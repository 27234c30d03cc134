"""The plan's page in a real window, against a real clinic: from a template to an active plan, with keys."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMenu

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.plan_rules import Cautions
from nmx_desk.domain.plans import GoalResult, ItemStatus, Pillar, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.services import plan_templates, plans
from nmx_desk.services.desk import use_case
from nmx_desk.services.plans import PlanSheet
from nmx_desk.services.scores import ScoreSheet
from nmx_desk.ui import errors
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.inputs import MultilineInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.plans import PAGE
from nmx_desk.ui.plans import steps as steps_of
from nmx_desk.ui.plans.board import MIME
from nmx_desk.ui.plans.draft import PlanDraft
from nmx_desk.ui.plans.templates import TemplatesDialog
from tests.lists import approve_papers
from tests.unit.test_reports_prints import text_of

TODAY = date(2026, 9, 14)
Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@use_case("session.use")
def put_record(work, record):
    return work.store.add(record)


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    return desk.do(
        put_record, Client(client_no="C-000001", first_name="Sanne", surname="Meer", phone="+31600112233", practitioner_id=desk.user.id)
    )


@pytest.fixture
def window(window_of):
    return window_of("behandelaar", PAGE)


def settle(window):
    """Wait until nothing runs, the pages' answers to what was written elsewhere included."""
    for _ in range(3):
        QApplication.processEvents()
        window.runner.idle()


def visit(window, **where):
    window.go("plans", **where)
    settle(window)
    return window.current()


@pytest.fixture
def page(window, desk, client):
    desk.do(plans.create_plan, client.id, "three_phases", "en")
    return visit(window, client_id=client.id)


def stored(desk, client):
    return desk.do(plans.open_plan, client.id)


def texts(sheet, place=0):
    return [item.text for item in sheet.items_of(sheet.phases[place].id)]


def answer(monkeypatch, yes=True, text=""):
    """Answer the next dialogs."""

    def exec_(dialog):
        for field in dialog.findChildren(MultilineInput):
            field.setPlainText(text)
        return Dialog.DialogCode.Accepted if yes else Dialog.DialogCode.Rejected

    monkeypatch.setattr(Dialog, "exec", exec_)


# -- from nothing to an active plan ------------------------------------------------------------------------------------------------------


def test_a_plan_begins_with_a_template_and_one_enter(qtbot, window, desk, client):
    page = visit(window, client_id=client.id)
    assert page.chooser.isVisible()
    assert not page.board.isVisible()
    assert page.head.name.text() == "Sanne Meer"
    assert unnamed(window) == []
    use = QApplication.focusWidget()
    assert use is not None
    qtbot.keyClick(use, Key.Key_Return)
    settle(window)
    assert page.board.isVisible()
    assert [column.cards[0].accessibleName().split(",")[0] for column in page.board.columns] == ["Nutrition"] * 3
    assert stored(desk, client).plan.status is PlanStatus.DRAFT
    assert page.board.cards()[0].hasFocus()
    assert unnamed(window) == []


def test_the_whole_way_with_keys(qtbot, monkeypatch, clinic, window, desk, client, page):
    answer(monkeypatch)
    qtbot.keyClick(page.board.cards()[0], Key.Key_Return)
    assert page.item_panel.isVisible()
    field = QApplication.focusWidget()
    field.selectAll()
    qtbot.keyClicks(field, "Keep a diary")
    assert page.board.cards()[0].accessibleName().startswith("Nutrition, Keep a diary")
    assert page.head.saved.text() == "Not saved yet"
    qtbot.keyClick(page, Key.Key_S, Ctrl)
    settle(window)
    assert page.head.saved.text() == "Saved 09:00"
    assert texts(stored(desk, client))[0] == "Keep a diary"
    qtbot.keyClick(page.item_panel, Key.Key_Escape)
    assert page.item_panel.isHidden()
    qtbot.keyClick(page.board.cards()[0], Key.Key_Return, Ctrl)
    settle(window)
    assert page.head.badge.badge.text == "Discussed"
    qtbot.keyClick(page.board.cards()[0], Key.Key_Return, Ctrl)
    settle(window)
    assert page.head.badge.badge.text == "Active"
    assert page.head.buttons["print"].isVisible()
    sheet = stored(desk, client)
    assert (sheet.plan.status, sheet.version.status) == (PlanStatus.ACTIVE, PlanStatus.ACTIVE)
    assert clinic.verified().ok


def test_activating_asks_for_the_password_first(monkeypatch, window, desk, client, page):
    desk.asks_at_signing = True
    monkeypatch.setattr(errors, "password_for", lambda *_: "")
    page.do("discuss")
    settle(window)
    page.do("activate")
    settle(window)
    assert stored(desk, client).plan.status is PlanStatus.DISCUSSED


def test_a_discussed_plan_becomes_a_draft_again(window, desk, client, page):
    page.do("discuss")
    settle(window)
    assert not page.writing
    page.head.buttons["redraft"].click()
    settle(window)
    assert page.writing
    assert stored(desk, client).version.status is PlanStatus.DRAFT


def test_one_primary_button(monkeypatch, window, page):
    answer(monkeypatch)
    for code in ("discuss", "activate", "print"):
        primary = [name for name, button in page.head.buttons.items() if button.isVisible() and button.property("kind") == "primary"]
        assert primary == [code]
        if code != "print":
            page.do(code)
            settle(window)


# -- editing -----------------------------------------------------------------------------------------------------------------------------


def test_arrows_walk_and_control_moves_between_phases(qtbot, window, desk, client, page):
    first, second = page.board.cards()[:2]
    qtbot.keyClick(first, Key.Key_Down)
    assert second.hasFocus()
    qtbot.keyClick(second, Key.Key_Right)
    assert page.board.columns[1].cards[1].hasFocus()
    qtbot.keyClick(page.board.columns[1].cards[1], Key.Key_Left)
    moved = page.board.columns[0].cards[1]
    assert moved.hasFocus()
    text = page.draft.find(moved.key)[1].item.text
    qtbot.keyClick(moved, Key.Key_Right, Ctrl)
    assert page.board.card(moved.key).hasFocus()
    page.save()
    settle(window)
    sheet = stored(desk, client)
    assert text in texts(sheet, 1)
    assert text not in texts(sheet)
    item = next(item for item in sheet.items if item.text == text)
    assert item.evaluate_on == TODAY + timedelta(weeks=12)  # the proposed date moved along
    qtbot.keyClick(page.board.card(moved.key), Key.Key_Left, Ctrl)
    qtbot.keyClick(page.board.card(moved.key), Key.Key_Left, Ctrl)  # no phase before the first
    page.save()
    settle(window)
    assert text in texts(stored(desk, client))


def test_dropping_moves_too(window, page):
    card, target = page.board.columns[0].cards[0], page.board.columns[2]
    data = QMimeData()
    data.setData(MIME, card.key.encode())
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    target.dropEvent(event)
    assert card.key in [other.key for other in page.board.columns[2].cards]
    page.save()
    settle(window)


def test_items_are_added_removed_and_put_back(qtbot, window, desk, client, page):
    count = len(page.board.cards())
    qtbot.keyClick(page.board.cards()[0], Key.Key_N, Ctrl)
    assert page.item_panel.isVisible()
    page.save()  # an item without words is not saved: it is shown
    settle(window)
    assert page.item_panel.form.error_of("text") == "Write down what is to be done."
    qtbot.keyClicks(QApplication.focusWidget(), "Walk")
    page.save()
    settle(window)
    assert len(stored(desk, client).items) == count + 1
    qtbot.keyClick(page.board.cards()[0], Key.Key_Delete)
    page.save()
    settle(window)
    assert len(stored(desk, client).items) == count
    assert window.toaster.run_action()
    page.save()
    settle(window)
    assert len(stored(desk, client).items) == count + 1


def test_a_dose_without_unit_is_refused_beside_the_field(qtbot, window, desk, client, page):
    page.open_item(page.board.cards()[0].key)
    dose = page.item_panel.form._cells["dose"].input
    dose.setFocus()
    qtbot.keyClicks(dose, "1,5")
    qtbot.keyClick(page, Key.Key_S, Ctrl)
    settle(window)
    assert page.item_panel.form.error_of("dose_unit") == "A dose needs a unit. Choose one."
    unit = page.item_panel.form._cells["dose_unit"].input
    unit.setFocus()
    qtbot.keyClick(unit, Key.Key_Down)
    unit.edited.emit()
    page.save()
    settle(window)
    item = next(item for item in stored(desk, client).items if item.dose)
    assert (item.dose, item.dose_unit) == ("1.5", "mg")


def test_stopping_medication_is_refused_in_the_panel(qtbot, window, page):
    page.open_item(page.board.cards()[0].key)
    field = QApplication.focusWidget()
    field.selectAll()
    qtbot.keyClicks(field, "Stop met medicatie")
    page.save()
    assert "prescribing doctor" in page.item_panel.form.error_of("text")


def test_phases_change_and_dates_follow(qtbot, window, desk, client, page):
    page.open_phase(page.draft.parts[0].key)
    page.phase_panel.form._cells["weeks"].input.setText("6")
    page.phase_panel.form._cells["weeks"].input.edited.emit()
    page.add_phase()
    page.save()
    settle(window)
    sheet = stored(desk, client)
    assert [phase.weeks for phase in sheet.phases] == [6, 8, 8, 4]
    assert {item.evaluate_on for item in sheet.items_of(sheet.phases[0].id)} == {TODAY + timedelta(weeks=6)}
    assert page.phase_panel.remove.isVisible()
    page.phase_panel.removed.emit(page.draft.parts[-1].key)
    page.save()
    settle(window)
    assert len(stored(desk, client).phases) == 3


def test_editing_goes_on_while_it_is_saved(qtbot, window, desk, client, page):
    key = page.board.cards()[0].key
    page.open_item(key)
    page._item_edited(key, {"text": "First"})
    added = page.draft.add_item(page.draft.parts[1].key, Pillar.OTHER)
    page._item_edited(added, {"text": "New"})
    page.save()
    page._item_edited(key, {"text": "Second"})
    page._item_edited(added, {"text": "Newer"})
    settle(window)
    page.save()
    settle(window)
    sheet = stored(desk, client)
    assert texts(sheet)[0] == "Second"
    assert [text for text in texts(sheet, 1) if text.startswith("New")] == ["Newer"]
    assert not page.draft.dirty


def test_edits_are_saved_by_themselves(qtbot, window, desk, client, page):
    page._item_edited(page.board.cards()[0].key, {"text": "By itself"})
    qtbot.waitUntil(lambda: page.head.saved.text().startswith("Saved "), timeout=5000)
    settle(window)
    assert texts(stored(desk, client))[0] == "By itself"


def test_leaving_saves_and_what_cannot_be_saved_keeps_one_here(window, desk, client, page):
    first, second = page.board.cards()[:2]
    page._item_edited(first.key, {"text": "Saved on leaving"})
    assert page.leave()
    settle(window)
    assert texts(stored(desk, client))[0] == "Saved on leaving"
    page._item_edited(first.key, {"text": ""})
    page._item_edited(second.key, {"text": "Rescued"})
    assert not page.leave()
    settle(window)
    assert texts(stored(desk, client))[:2] == ["Saved on leaving", "Rescued"]
    assert page.item_panel.form.error_of("text")


def test_a_draft_is_thrown_away_after_asking(monkeypatch, window, desk, client, page):
    answer(monkeypatch)
    page._item_edited(page.board.cards()[0].key, {"text": "Gone"})
    page.do("discard")
    settle(window)
    assert stored(desk, client) is None
    assert page.chooser.isVisible()


def test_rare_things_stand_in_a_menu(qtbot, window, page):
    page.head.more.click()
    menu = page.head.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == [
        "Print the draft", "Save as template", "Own templates", "Throw draft away",
    ]  # fmt: skip
    menu.close()
    assert "Throw draft away" in [command.title for command in page.commands()]


# -- cautions ----------------------------------------------------------------------------------------------------------------------------


def test_cautions_are_said_and_checked(window, desk, client):
    request = desk.do(put_record, AdviceRequest(client_id=client.id, received_at=desk.now(), first_name="Sanne"))
    call = AdviceCall(
        request_id=request.id, client_id=client.id, practitioner_id=desk.user.id, started_at=desk.now(), medication="<b>omeprazol</b>"
    )
    desk.do(put_record, call)
    desk.do(plans.create_plan, client.id, "three_phases")
    page = visit(window, client_id=client.id)
    assert "<b>omeprazol</b>" in page.banner.text
    page.do("discuss")
    settle(window)
    assert page.item_panel.isVisible()
    assert page.item_panel.form.error_of("contra_checked")
    page.banner._act()
    page.save()
    settle(window)
    page.do("discuss")
    settle(window)
    assert stored(desk, client).version.status is PlanStatus.DISCUSSED


# -- after activation --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def active(monkeypatch, window, desk, page):
    answer(monkeypatch, text="Because it goes better")
    desk.do(plans.discuss, page.sheet.plan.id)
    desk.do(plans.activate, page.sheet.plan.id)
    settle(window)
    assert page.sheet.version.status is PlanStatus.ACTIVE  # what others do is followed
    return page


def test_a_passed_evaluation_is_marked_while_the_item_runs(clinic, window, desk, client, active):
    assert [one.accessibleName() for one in active.board.columns if "now in week 1" in one.accessibleName()] == [
        active.board.columns[0].accessibleName()
    ]
    first = next(card for card in active.board.cards() if card._shown.status is ItemStatus.ACTIVE)
    assert first._when.text().startswith("Evaluate on ")
    clinic.clock.move(days=100)
    visit(window, client_id=client.id)
    waits = {card._shown.status for card in active.board.cards() if card._when.text().startswith("Evaluation waits since ")}
    assert waits == {ItemStatus.ACTIVE}


def test_items_are_paused_and_stopped_from_the_panel(qtbot, window, desk, client, active):
    active.open_item(active.board.cards()[0].key)
    assert active.item_panel.form._cells["text"].input.isReadOnly()
    active.item_panel.stepped.emit(plans.pause_item, ())
    settle(window)
    assert active.item_panel.badge.badge.text == "Paused"
    active.item_panel.reason.set_value(StopReason.SIDE_EFFECT)
    active.item_panel._stop()
    settle(window)
    assert stored(desk, client).items[0].status is ItemStatus.STOPPED
    assert active.board.cards()[0]._badge.badge.text == "Stopped: side effect"


def test_a_new_version_shows_what_changed(window, desk, client, active):
    active.head.buttons["new_version"].click()
    settle(window)
    assert active.sheet.version.number == 2
    assert active.sheet.version.reason == "Because it goes better"
    assert active.head.versions.isVisible()
    active._item_edited(active.board.cards()[0].key, {"text": "Other words"})
    active.head.buttons["compare"].click()
    settle(window)
    shown = [label.text() for label in active.around.changes.findChildren(type(active.head.saved))]
    assert "Other words" in shown
    assert any("→ Other words" in text for text in shown)
    old = visit(window, version_id=active.sheet.versions[-1].id)
    assert old.sheet.version.number == 1
    assert not old.writing


def test_the_plan_is_completed(window, desk, client, active):
    active.do("complete")
    settle(window)
    assert stored(desk, client).plan.status is PlanStatus.COMPLETED
    assert active.head.badge.badge.text == "Completed"


def test_the_plan_is_stopped_with_a_reason(window, desk, client, active):
    active.do("stop")
    settle(window)
    assert stored(desk, client).plan.stop_reason == "side_effect"


def test_the_next_contact_is_dated_and_moved(qtbot, window, desk, client, active):
    active.contact._weeks[1].click()
    settle(window)
    made = stored(desk, client).contacts[0]
    assert made.follow_up.due_on == TODAY + timedelta(weeks=6)
    active.contact.day.setFocus()
    qtbot.keyClicks(active.contact.day, "29-10-2026")
    qtbot.keyClick(active.contact.day, Key.Key_Return)
    settle(window)
    made = stored(desk, client).contacts[0]
    assert made.follow_up.due_on == date(2026, 10, 29)
    active.contact.day.set_value(TODAY - timedelta(days=1))
    active.contact._set.click()
    settle(window)
    assert "today" in active.contact._problem.text()


def test_the_print_is_looked_at_here_in_the_language_of_the_client_or_the_other(monkeypatch, window, desk, client, active):
    looked = []
    monkeypatch.setattr(steps_of, "show_paper", lambda _frame, _page, title, data, name: looked.append((title, text_of(data), name)))
    for code in ("print", "print_other"):
        active.do(code)
        settle(window)
    assert [title for title, _text, _name in looked] == ["Personal plan", "Personal plan"]
    assert "Persoonlijk plan van Sanne Meer" in looked[0][1]
    assert "Personal plan of Sanne Meer" in looked[1][1] and "(copy)" in looked[1][1]
    assert looked[0][2] == "C-000001 Personal plan 2026-09-14"


def test_a_draft_is_printed_as_a_draft(monkeypatch, window, desk, client, page):
    looked = []
    monkeypatch.setattr(steps_of, "show_paper", lambda _frame, _page, _title, data, _name: looked.append(text_of(data)))
    page._item_edited(page.board.cards()[0].key, {"text": "Walk on Monday"})
    page.do("print_draft")
    settle(window)
    assert "Persoonlijk plan (concept)" in looked[0] and "Walk on Monday" in looked[0]
    page.do("discuss")
    settle(window)
    page.do("activate")
    settle(window)
    page.do("print")
    settle(window)
    assert "(kopie)" not in looked[1]  # a draft on paper is no print of what was signed


# -- who may ----------------------------------------------------------------------------------------------------------------------------


def test_scores_of_the_own_client_are_shown(window, desk, client):
    complaint = desk.do(put_record, Complaint(client_id=client.id, words="<i>moe</i>"))
    for score, day in ((8, 1), (0, 2)):
        desk.do(put_record, ComplaintScore(complaint_id=complaint.id, client_id=client.id, score=score, measured_on=date(2026, 9, day)))
    desk.do(plans.create_plan, client.id, "three_phases")
    page = visit(window, client_id=client.id)
    assert page.baseline.isVisible()
    assert "8 → 0" in [label.text() for label in page.baseline.findChildren(type(page.head.saved))]
    page._item_edited(page.board.cards()[0].key, {"text": "Something"})
    page.save()
    settle(window)
    assert page.baseline.isVisible()  # the answer to a write has none: those that were read stay


def test_a_colleague_gives_a_reason_once(window_of, monkeypatch, clinic, desk, client):
    desk.do(plans.create_plan, client.id, "three_phases")
    window = window_of("collega", PAGE)
    page = visit(window, client_id=client.id)
    assert not page.writing
    assert page.head.buttons["take_over"].isVisible()
    answer(monkeypatch, text="Stands in during leave")
    page.head.buttons["take_over"].click()
    assert page.writing
    for text in ("One", "Two"):
        page._item_edited(page.board.cards()[0].key, {"text": text})
        page.save()
        settle(window)
    assert texts(stored(desk, client))[0] == "Two"
    assert clinic.verified().ok


def test_the_manager_only_reads(qtbot, window_of, desk, client):
    desk.do(plans.create_plan, client.id, "three_phases")
    window = window_of("manager", PAGE)
    page = visit(window, client_id=client.id)
    assert [name for name, button in page.head.buttons.items() if button.isVisible()] == []
    assert not page.head.more.isVisible()
    assert not page.baseline.isVisible()
    before = page.draft.content()
    qtbot.keyClick(page.board.cards()[0], Key.Key_Right, Ctrl)
    qtbot.keyClick(page.board.cards()[0], Key.Key_Delete)
    assert page.draft.content() == before
    assert unnamed(window) == []


# -- the draft as a property -------------------------------------------------------------------------------------------------------------


def made_sheet():
    phases = tuple(PlanPhase(id=f"p{n}", name=f"Phase {n}", weeks=n + 1) for n in range(3))
    items = tuple(PlanItem(id=f"i{n}", phase_id=f"p{n % 3}", text=f"Item {n}", pillar=list(Pillar)[n % 6]) for n in range(6))
    return PlanSheet(
        client=Client(), plan=Plan(), version=PlanVersion(), phases=phases, items=items, versions=(), contacts=(), cautions=Cautions(),
        scores=ScoreSheet(), practitioner="", today=TODAY, start=TODAY,
    )  # fmt: skip


steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 9), st.sampled_from((-1, 1))),
        st.tuples(st.just("remove"), st.integers(0, 9), st.booleans()),
        st.tuples(st.just("change"), st.integers(0, 9), st.text(max_size=5)),
        st.tuples(st.just("add"), st.integers(0, 2), st.none()),
    ),
    max_size=12,
)


@given(steps)
def test_whatever_is_done_every_item_stands_in_one_phase(done):
    draft = PlanDraft(made_sheet())
    for what, place, how in done:
        keys = [entry.key for entry in draft.entries()]
        if what == "add":
            draft.add_item(draft.parts[place].key)
        elif keys:
            key = keys[place % len(keys)]
            if what == "move":
                draft.move(key, how)
            elif what == "change":
                draft.change_item(key, {"text": how})
            else:
                back = draft.remove_item(key)
                if how:
                    back()
        phases, items, _goals, _cadence = draft.content()
        assert len({item.id for item in items}) == len(items)
        assert {item.phase_id for item in items} <= {phase.id for phase in phases}
        savable = draft.savable().items
        assert all(item.text.strip() for item in savable)
        assert (draft.problem() is None) == all(item.text.strip() for item in items)


def test_nothing_done_is_nothing_dirty():
    draft = PlanDraft(made_sheet())
    assert not draft.dirty
    draft.change_item("i0", {"text": "Item 0"})
    assert not draft.dirty
    back = draft.remove_item("i1")
    assert draft.dirty
    back()
    assert not draft.dirty


# -- goals, week, contacts ---------------------------------------------------------------------------------------------------------------


def put(form, **values):
    """Fill in fields as a user does."""
    for name, value in values.items():
        form.input(name).set_value(value)
        form.input(name).edited.emit()


def test_a_goal_takes_its_start_from_the_last_score(window, desk, client, page):
    complaint = desk.do(put_record, Complaint(client_id=client.id, words="Moe"))
    desk.do(put_record, ComplaintScore(complaint_id=complaint.id, client_id=client.id, score=7, measured_on=date(2026, 9, 2)))
    page.around.show_view("goals")
    settle(window)
    page.around.goals.add.click()
    settle(window)
    panel = page.around.goal_panel
    assert panel.isVisible() and panel.form.first().hasFocus()
    put(panel.form, goal_text="Less tired", goal_measure=f"complaint:{complaint.id}", goal_target="3,5")
    assert panel.form.values()["goal_baseline"] == "7"
    assert page.around.goals.cards[0].accessibleName().startswith("Less tired, Moe: from 7 to 3,5, now 7")
    page.save()
    settle(window)
    (goal,) = stored(desk, client).goals
    assert (goal.text, goal.measure, goal.baseline, goal.target) == ("Less tired", f"complaint:{complaint.id}", "7", "3.5")
    assert goal.due_on == TODAY + timedelta(weeks=20)
    assert unnamed(window) == []
    assert not page.draft.dirty


def test_a_goal_without_words_is_shown_and_one_that_is_removed_comes_back(window, desk, client, page):
    page.around.add_goal()
    page.around.show_view("steps")
    page.save()
    settle(window)
    assert page.around.goals.isVisible()
    assert page.around.goal_panel.form.error_of("goal_text") == "Write down what is to be reached."
    put(page.around.goal_panel.form, goal_text="Sleep through")
    page.save()
    settle(window)
    page.around.goal_panel.remove.click()
    page.save()
    settle(window)
    assert stored(desk, client).goals == ()
    assert window.toaster.run_action()
    page.save()
    settle(window)
    assert [goal.text for goal in stored(desk, client).goals] == ["Sleep through"]


def test_a_goal_is_judged_at_the_evaluation(window, desk, client, page):
    page.around.add_goal()
    put(page.around.goal_panel.form, goal_text="Sleep through")
    for code in ("discuss", "activate"):
        page.do(code)
        settle(window)
    page.around.show_view("goals")
    page.around.open_goal(page.draft.goals[0].key)
    panel = page.around.goal_panel
    assert not panel.form.isHidden() and panel._judge.isVisible()
    put(panel.judging, result=GoalResult.PARTLY)
    panel._judged()
    settle(window)
    (goal,) = stored(desk, client).goals
    assert (goal.result, goal.judged_on) == (GoalResult.PARTLY, TODAY)
    assert "Partly reached" in page.around.goals.cards[0].accessibleName()


def test_the_week_of_the_supplements_says_moment_days_and_food(window, page):
    key = page.draft.add_item(page.draft.parts[0].key, Pillar.SUPPLEMENT)
    page.open_item(key)
    put(page.item_panel.form, text="Zinc", dose="15", dose_unit="mg", times=2, moments="morning evening", with_food="with")
    other = page.draft.add_item(page.draft.parts[0].key, Pillar.SUPPLEMENT)
    page.open_item(other)
    put(page.item_panel.form, text="Vitamin D", times=2, per="week", days="1 4")
    page.around.show_view("week")
    names = [label.accessibleName() for label in page.around.week.findChildren(Label) if label.accessibleName()]
    assert "Zinc, 15 mg, with food, Mo Tu We Th Fr Sa Su" in names
    assert "Vitamin D, 2 × a week, Mo Th" in names
    shown = [label.text() for label in page.around.week.findChildren(Label)]
    assert shown.count("Zinc") == 2 and shown.count("•") == 16
    assert {"Morning", "Evening", "Other moments"} <= set(shown)
    page.save()
    settle(window)
    item = next(entry.item for entry in page.draft.entries() if entry.item.text == "Zinc")
    assert (item.times, item.moments, item.with_food) == (2, "morning evening", "with")


def test_the_weeks_of_the_contacts_are_changed_and_told_before_signing(window, desk, client, page):
    page.around.show_view("contacts")
    assert page.around.contacts.form.values()["cadence"] == "4 8 12 20"
    put(page.around.contacts.form, cadence="4, x")
    page.save()
    settle(window)
    assert page.around.contacts.form.error_of("cadence") == "Write weeks from 1 to 52, such as 4 8 12."
    put(page.around.contacts.form, cadence="6 12")
    page.save()
    settle(window)
    assert stored(desk, client).version.cadence == "6 12"
    page.do("discuss")
    settle(window)
    said = [label.text() for label in page.around.changes.findChildren(Label)]
    assert page.around.changes.isVisible() and "week 6" in said and "week 20" not in said
    put(page.around.changes.form, agreed_with="Her mother")
    page.do("activate")
    settle(window)
    sheet = stored(desk, client)
    assert (sheet.version.status, sheet.version.agreed_with) == (PlanStatus.ACTIVE, "Her mother")
    assert [contact.follow_up.due_on for contact in sheet.contacts] == [TODAY + timedelta(weeks=6), TODAY + timedelta(weeks=12)]
    assert "agreed 14-9-2026 with Her mother" in page.head.subtitle.text()
    assert page.around.changes.isHidden()


def test_a_day_that_cannot_be_is_said_in_the_panel(window, desk, client, active):
    card = active.board.columns[0].cards[0]
    active.open_item(card.key)
    active.item_panel._stop()
    assert active.item_panel._problem.text() == "Choose why this item stops."
    active.item_panel.reason.set_value(StopReason.SIDE_EFFECT)
    active.item_panel.day.setText("1-1-2030")
    active.item_panel._stop()
    settle(window)
    assert active.item_panel._problem.text() != "Choose why this item stops."
    active.item_panel.day.set_value(TODAY)
    active.item_panel.note.setText("Cramps")
    active.item_panel._stop()
    settle(window)
    item = next(item for item in stored(desk, client).items if item.id == card.key)
    assert (item.status, item.stopped_on, item.stop_note) == (ItemStatus.STOPPED, TODAY, "Cramps")


def test_a_phase_begins_at_once(window, desk, client, active):
    active.board.columns[1].begun.emit(active.board.columns[1].key)
    settle(window)
    sheet = stored(desk, client)
    assert {item.status for item in sheet.items_of(sheet.phases[1].id)} == {ItemStatus.ACTIVE}
    assert {item.begun_on for item in sheet.items_of(sheet.phases[1].id)} == {TODAY}


def test_a_plan_becomes_a_template_gets_a_next_version_another_name_and_is_retired(monkeypatch, window, clinic, desk, client, active):
    monkeypatch.setattr(Dialog, "exec", lambda dialog: put(dialog.form, name="Ours", about="For most") or Dialog.DialogCode.Accepted)
    active.do("save_template")
    settle(window)
    assert not any(template.is_own for template in desk.do(plan_templates.plan_templates)), "another person approves it first"
    approve_papers(clinic)
    own = [template for template in desk.do(plan_templates.plan_templates) if template.is_own]
    assert [(template.name, template.number, template.about) for template in own] == [("Ours", 1, "For most")]

    def next_one(dialog):
        put(dialog.form, code=own[0].code)
        assert dialog.said() == {"code": own[0].code, "name": "Ours", "about": "For most"}
        put(dialog.form, about="For nearly all")
        return Dialog.DialogCode.Accepted

    monkeypatch.setattr(Dialog, "exec", next_one)
    active.do("save_template")
    settle(window)
    approve_papers(clinic)
    shown = TemplatesDialog(window, active)
    settle(window)
    assert [(template.name, template.number) for template in shown.shown] == [("Ours", 2)]
    monkeypatch.setattr(Dialog, "exec", lambda dialog: put(dialog.form, name="Ours, longer") or Dialog.DialogCode.Accepted)
    shown._rename(shown.shown[0])
    settle(window)
    approve_papers(clinic)
    shown._do(plan_templates.retire_template, own[0].code)
    settle(window)
    assert [(template.name, template.number, template.is_active) for template in shown.shown] == [("Ours, longer", 3, False)]
    assert not any(template.is_own for template in desk.do(plan_templates.plan_templates))
    shown._do(plan_templates.offer_template, own[0].code)
    settle(window)
    assert any(template.is_own for template in desk.do(plan_templates.plan_templates))
    shown.close()


def test_a_plan_begins_with_a_template_of_ones_own(monkeypatch, window, clinic, desk, client, active):
    monkeypatch.setattr(Dialog, "exec", lambda dialog: put(dialog.form, name="Ours") or Dialog.DialogCode.Accepted)
    active.do("save_template")
    settle(window)
    approve_papers(clinic)
    new = Client(client_no="C-000002", first_name="Bo", surname="Ton", phone="+31600112234", practitioner_id=desk.user.id)
    other = desk.do(put_record, new)
    page = visit(window, client_id=other.id)
    button = next(each for each in page.chooser.findChildren(Button) if each.accessibleName() == "Use the template “Ours”")
    button.click()
    settle(window)
    assert [item.text for item in stored(desk, other).items] == [item.text for item in stored(desk, client).items]
    assert unnamed(window) == []
