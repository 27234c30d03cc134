"""Printing from a client's file in the real window: one click to the overview on paper, the rest in a menu; nobody's file, no print."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from nmx_desk.ui import care, errors, letters
from nmx_desk.ui.care import printing
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.paper import PaperDialog
from tests.ui.hands import settle
from tests.ui.test_care_page import put  # noqa: F401 (a fixture)


@pytest.fixture
def papers(monkeypatch):
    """Title, file name and first bytes of every paper that was shown."""
    shown = []
    monkeypatch.setattr(printing, "show_paper", lambda _frame, _parent, title, data, name: shown.append((title, name, data[:5])))
    return shown


def opened(window_of, username, client, *more):
    window = window_of(username, care.PAGE, *more)
    window.go("care", client_id=client.id)
    settle(window)
    return window


@pytest.mark.parametrize("way", ["click", "key"])
def test_the_overview_is_one_click_or_one_key_away(window_of, put, papers, way):  # noqa: F811
    window = opened(window_of, "behandelaar", put("behandelaar"))
    page = window.current()
    if way == "click":
        QTest.mouseClick(page.prints.button, Qt.MouseButton.LeftButton)
    else:
        QTest.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    ((title, name, data),) = papers
    assert (title, data) == ("Client overview", b"%PDF-") and name.startswith("C-000001 Client overview ")
    assert unnamed(page) == []


def test_the_rest_stands_in_a_menu_that_the_arrows_walk(window_of, put, papers):  # noqa: F811
    window = opened(window_of, "behandelaar", put("behandelaar"), letters.PAGE)
    page = window.current()
    QTest.mouseClick(page.prints.more, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    offered = ["Print the overview", "Print the progress", "Print the timeline", "Print the plan", "Letter to the GP"]
    assert [action.text() for action in menu.actions()] == offered
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle(window)
    assert papers[0][0] == "Progress"
    page.prints.letter()
    settle(window)
    assert window.current().name == "letters"


def test_a_real_preview_is_seen_before_it_is_printed(window_of, put, monkeypatch):  # noqa: F811
    window = opened(window_of, "behandelaar", put("behandelaar"))
    seen = []
    monkeypatch.setattr(PaperDialog, "exec", lambda dialog: seen.append(dialog.preview.pages))
    window.current().prints.show("overview")
    settle(window)
    assert seen == [1]


def test_a_closed_file_prints_nothing_until_the_reason_is_given(window_of, put, papers, monkeypatch):  # noqa: F811
    window = opened(window_of, "manager", put("behandelaar"))
    page = window.current()
    assert not page.prints.button.isEnabled() and not page.prints.more.isEnabled() and not page.commands()
    monkeypatch.setattr(errors, "reason_for", lambda *_: "Klacht van de cliënt")
    page.locked.asked.emit()
    settle(window)
    page.prints.show("overview")
    settle(window)
    assert len(papers) == 1


def test_the_keys_of_a_part_work_as_well(window_of, put):  # noqa: F811
    window = opened(window_of, "behandelaar", put("behandelaar"))
    page, begun = window.current(), []
    page.part.begin_measuring = lambda: begun.append(1)
    QTest.keyClick(page, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert begun == [1]
