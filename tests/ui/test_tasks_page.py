"""Tasks in real windows: one's own and the clinic's, written, done, handed over by keys, in a client's file, and their card on Today."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.clients import Client
from nmx_desk.domain.people import Role
from nmx_desk.domain.tasks import Repeat, Task, TaskStatus
from nmx_desk.services import tasks
from nmx_desk.ui import care, today
from nmx_desk.ui import tasks as tasks_ui
from nmx_desk.ui.kit import tasks as tasks_kit
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.today.lists import Line
from tests.clinic import once
from tests.ui.hands import settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def client(clinic):
    desk = clinic.as_("behandelaar")
    anna = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    return desk.do(once(lambda work: work.store.add(anna)))


@pytest.fixture
def made(clinic, client):
    """One late and one for today of the practitioner's, one for the reception."""
    desk = clinic.as_("behandelaar")
    day = desk.do(tasks.list_tasks).today
    me, put = desk.user.id, {}
    for name, days, kw in (
        ("Uitslag bespreken", 0, {"owner_id": me}), ("Controle", 3, {"owner_id": me, "repeat": Repeat.SIX_WEEKS}),
        ("Afspraak maken", 3, {"role": Role.RECEPTIONIST}),
    ):  # fmt: skip
        put[name] = desk.do(tasks.add_task, Task(title=name, client_id=client.id, due_on=day + timedelta(days=days), **kw))
    clinic.clock.move(days=3)
    return put


def shown(board):
    return [row.task.title for row in board.table.records.rows]


@pytest.fixture
def at(window_of, made):
    def opened(user, page="tasks", **where):
        window = window_of(user, tasks_ui.PAGE, care.PAGE, today.PAGE)
        window.go(page, **where)
        settle(window)
        return window

    return opened


def stored(clinic, task):
    return clinic.as_("behandelaar").do(once(lambda work: work.store.get(Task, task.id)))


def test_ones_own_and_at_one_click_the_clinics(at):
    window = at("behandelaar")
    page = window.current()
    assert shown(page.board) == ["Uitslag bespreken", "Controle"] and page.count.text() == "2 tasks, 1 overdue" and unnamed(page) == []
    for kind, names in (("clinic", ["Uitslag bespreken", "Controle", "Afspraak maken"]), ("late", ["Uitslag bespreken"]), ("ended", [])):
        page.show_what.set_value(kind)
        page.show_what.picked.emit(kind)
        settle(window)
        assert sorted(shown(page.board)) == sorted(names)


def test_the_reception_sees_only_what_was_written_for_it(at):
    window = at("receptie")
    page = window.current()
    page.show_what.set_value("clinic")
    page._read()
    settle(window)
    assert shown(page.board) == ["Afspraak maken"]


def test_a_repeated_task_is_done_by_keys_says_when_it_comes_again_and_is_taken_back(at, clinic, made):
    window = at("behandelaar", task_id=made["Controle"].id)
    page = window.current()
    assert page.board.table.current().id == made["Controle"].id
    QTest.keyClick(page, Key.Key_Return, CTRL)
    settle(window)
    assert stored(clinic, made["Controle"]).status is TaskStatus.DONE and "comes again on" in window.toaster.text
    assert window.toaster.run_action()
    settle(window)
    assert stored(clinic, made["Controle"]).status is TaskStatus.OPEN and shown(page.board).count("Controle") == 1
    assert clinic.verified().ok


def test_a_task_is_written_and_changed_without_the_mouse(at, clinic):
    window = at("behandelaar")
    page = window.current()
    QTest.keyClick(page, Key.Key_N, CTRL)
    settle(window)
    QTest.keyClicks(QApplication.focusWidget(), "Apotheek bellen")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    settle(window)
    assert "Apotheek bellen" in shown(page.board) and page.board.panel.isHidden()
    page.board.table.choose(next(row.id for row in page.board.table.records.rows if row.task.title == "Apotheek bellen"))
    QTest.keyClick(page.board.table, Key.Key_Return)
    page.board.panel.form.input("title").setText("Apotheek mailen")
    page.board.panel.form.edited.emit()
    assert not page.leave(), "what was typed stays"
    page.board.panel.save()
    settle(window)
    assert "Apotheek mailen" in shown(page.board)
    [row] = [row for row in clinic.as_("behandelaar").do(tasks.list_tasks).rows if row.task.title == "Apotheek mailen"]
    assert row.mine and row.task.care


def test_for_the_reception_one_is_warned_who_reads_it(at):
    window = at("behandelaar")
    page = window.current()
    page.board.begin()
    panel = page.board.panel
    assert not panel.warning.isVisible()
    panel.form.input("owner").set_value("role:receptionist")
    panel.form.edited.emit()
    assert panel.warning.isVisible()


def test_handed_over_in_two_steps_and_back(at, clinic, made, monkeypatch):
    window = at("behandelaar", task_id=made["Uitslag bespreken"].id)
    page, other = window.current(), clinic.as_("collega").user
    monkeypatch.setattr(tasks_kit, "ask_values", lambda *_args, **_kw: {"owner": f"user:{other.id}"})
    page.board.hand()
    settle(window)
    assert stored(clinic, made["Uitslag bespreken"]).owner_id == other.id
    assert window.toaster.run_action()
    settle(window)
    assert stored(clinic, made["Uitslag bespreken"]).owner_id == clinic.as_("behandelaar").user.id


def test_delete_asks_why_it_is_not_needed(at, clinic, made, monkeypatch):
    window = at("behandelaar", task_id=made["Uitslag bespreken"].id)
    monkeypatch.setattr(tasks_kit, "ask_reason", lambda *_args, **_kw: "al besproken")
    QTest.keyClick(window.current().board.table, Key.Key_Delete)
    settle(window)
    lapsed = stored(clinic, made["Uitslag bespreken"])
    assert (lapsed.status, lapsed.note) == (TaskStatus.LAPSED, "al besproken")


def test_the_part_of_the_file_shows_and_writes_the_clients_own(at, clinic, client):
    window = at("behandelaar", "care", client_id=client.id, part="tasks")
    part = window.current().part
    assert len(shown(part.board)) == 3 and unnamed(window.current()) == []
    part.board.begin()
    part.board.panel.form.input("title").setText("Brief sturen")
    part.board.panel.save()
    settle(window)
    [row] = [row for row in clinic.as_("behandelaar").do(tasks.client_tasks, client.id).rows if row.task.title == "Brief sturen"]
    assert row.task.client_id == client.id


def test_the_card_on_today_has_what_is_due_with_its_one_click(at, clinic, made):
    window = at("behandelaar", "today")
    page = window.current()
    lines = [line.accessibleName() for line in page.findChildren(Line)]
    mine = [name for name in lines if "Uitslag" in name or "Controle" in name]
    assert mine == ["Uitslag bespreken, Anna de Vries", "Controle, Anna de Vries"]
    button = next(one for one in page.findChildren(tasks_kit.Button) if one.accessibleName() == "Uitslag bespreken is done")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(window)
    assert stored(clinic, made["Uitslag bespreken"]).status is TaskStatus.DONE
