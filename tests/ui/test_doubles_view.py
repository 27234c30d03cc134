"""Possible doubles among all clients, in the window: found, explained, led to the merge, remembered as two; stopped on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, merging
from nmx_desk.ui.clients import PAGE, doubles_view
from nmx_desk.ui.frame.window import MainWindow
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme

ANNA = Client(first_name="Anna", prefix="de", surname="Vries", birth_date=date(1980, 5, 1), phone="0600222333")


@pytest.fixture
def window_of(qtbot, qapp, clinic):
    theme().start(qapp)
    for one in (ANNA, replace(ANNA, phone="0600222444"), replace(ANNA, first_name="Bram"), replace(ANNA, first_name="A.", surname="Vriez")):
        clinic.as_("receptie").do(clients.create_client, one)
    made = []

    def opened(username):
        runner = Runner(clinic.as_(username))
        window = MainWindow(runner, [PAGE], UserSettings(None), now=clinic.clock)
        qtbot.addWidget(window)
        window.resize(1280, 720)
        window.show()
        window.go("clients")
        runner.idle()
        made.append(runner)
        return window, window.page("clients"), runner

    yield opened
    for runner in made:
        runner.stop()


def test_found_explained_and_led_to_the_merge(window_of, clinic):
    _window, page, runner = window_of("receptie")
    assert page.list.doubles_button.text() == "Possible doubles (3)"
    page.list.doubles_button.click()
    runner.idle()
    view = page.doubles
    assert [pair.likeness.strength for pair in view.table.records.rows] == ["strong", "strong", "likely"]
    assert view.why.text().startswith("Very likely the same person: same")
    assert not unnamed(view)
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    runner.idle()
    runner.idle()
    assert page.merge.isVisible() and page.merge.lines is not None
    page.merge.reason.setText("dezelfde persoon, gebeld")
    page.merge._propose_merge()
    runner.idle()
    assert len(clinic.as_("manager").do(merging.waiting_merges)) == 1
    page.frame.go("clients", doubles=True)
    runner.idle()
    assert len(view.table.records.rows) == 2
    assert page.list.doubles_button.text() == "Possible doubles (2)"


def test_two_people_do_not_come_back_unless_it_is_undone(window_of, monkeypatch, clinic):
    window, page, runner = window_of("receptie")
    window.go("clients", doubles=True)
    runner.idle()
    view = page.doubles
    monkeypatch.setattr(doubles_view, "ask_reason", lambda *_args, **_kw: "nichtjes")
    view.apart_button.click()
    runner.idle()
    assert len(view.table.records.rows) == 2 and window.toaster.text == "Remembered: two people."
    view.look()
    runner.idle()
    assert len(view.table.records.rows) == 2
    assert window.toaster.run_action()
    runner.idle()
    runner.idle()
    assert len(view.table.records.rows) == 3
    assert clinic.verified().ok


def test_families_only_when_asked_and_the_manager_has_no_such_list(window_of):
    window, page, runner = window_of("receptie")
    window.go("clients", doubles=True)
    runner.idle()
    page.doubles.weak.click()
    runner.idle()
    assert "weak" in [pair.likeness.strength for pair in page.doubles.table.records.rows]
    window, page, runner = window_of("manager")
    assert not page.list.doubles_button.isVisible()
    assert "Possible doubles" not in [command.title for command in page.commands()]


def test_stopped_on_the_way(window_of):
    _window, page, runner = window_of("receptie")
    page.doubles.look()
    page.doubles.stop()
    runner.idle()
    assert not page.doubles.progress.isVisible() and page.doubles.table.records.rows == []
