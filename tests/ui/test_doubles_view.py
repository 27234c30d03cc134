"""Possible doubles among all clients, in the window: found, explained, led to the merge, remembered as two; stopped on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, doubles, merging
from nmx_desk.ui.clients import PAGE, doubles_view
from nmx_desk.ui.kit.a11y import unnamed

ANNA = Client(first_name="Anna", prefix="de", surname="Vries", birth_date=date(1980, 5, 1), phone="0600222333")


@pytest.fixture
def at_clients(window_of, clinic):
    for one in (ANNA, replace(ANNA, phone="0600222444"), replace(ANNA, first_name="Bram"), replace(ANNA, first_name="A.", surname="Vriez")):
        clinic.as_("receptie").do(clients.create_client, one)

    def opened(username):
        window = window_of(username, PAGE)
        window.go("clients")
        window.runner.idle()
        return window, window.page("clients"), window.runner

    return opened


def test_found_explained_and_led_to_the_merge(at_clients, clinic):
    _window, page, runner = at_clients("receptie")
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


def test_two_people_do_not_come_back_unless_it_is_undone(at_clients, monkeypatch, clinic):
    window, page, runner = at_clients("receptie")
    window.go("clients", doubles=True)
    runner.idle()
    view = page.doubles
    monkeypatch.setattr(doubles_view, "ask_reason", lambda *_args, **_kw: "nichtjes")
    view.apart_button.click()
    runner.idle()
    assert len(view.table.records.rows) == 2 and window.toaster.text == "Remembered: two people."
    assert view.words.text().startswith("2 pairs") and page.list.doubles_button.text() == "Possible doubles (2)"
    view.look()
    runner.idle()
    assert len(view.table.records.rows) == 2
    assert window.toaster.run_action()
    runner.idle()
    runner.idle()
    assert len(view.table.records.rows) == 3
    assert clinic.verified().ok


def test_pairs_that_are_not_shown_are_counted_all_the_same(at_clients, monkeypatch):
    monkeypatch.setattr(doubles, "MOST_PAIRS", 2)
    window, page, runner = at_clients("receptie")
    window.go("clients", doubles=True)
    runner.idle()
    view = page.doubles
    assert len(view.table.records.rows) == 2 and view.words.text().startswith("3 pairs")
    monkeypatch.setattr(doubles_view, "ask_reason", lambda *_args, **_kw: "nichtjes")
    view.apart_button.click()
    runner.idle()
    assert view.words.text().startswith("2 pairs") and "surest 1 " in view.words.text()
    assert page.list.doubles_button.text() == "Possible doubles (2)"


def test_families_only_when_asked_and_the_manager_has_no_such_list(at_clients):
    window, page, runner = at_clients("receptie")
    window.go("clients", doubles=True)
    runner.idle()
    page.doubles.weak.click()
    runner.idle()
    assert "weak" in [pair.likeness.strength for pair in page.doubles.table.records.rows]
    window, page, runner = at_clients("manager")
    assert not page.list.doubles_button.isVisible()
    assert "Possible doubles" not in [command.title for command in page.commands()]


def test_stopped_on_the_way(at_clients):
    _window, page, runner = at_clients("receptie")
    page.doubles.look()
    page.doubles.stop()
    runner.idle()
    assert not page.doubles.progress.isVisible() and page.doubles.table.records.rows == []
