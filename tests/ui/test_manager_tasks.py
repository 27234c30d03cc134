"""The manager's tasks of DOMAIN §3, through the real windows with the full demo clinic: so many clicks and so many seconds, not more.

How they are counted stands in ``counting``. A task begins on the page Today unless it says otherwise.
"""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.ui.figures.tiles import FigureTile
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.ui.counting import sees, task

pytestmark = pytest.mark.slow


@pytest.fixture
def hands(hands_of, demo_clinic):
    """The manager at 08:30 on the page Today."""
    return hands_of("manager", demo_clinic, DEMO_PASSWORD)


# -- figures -----------------------------------------------------------------------------------------------------------------------------


def test_the_dashboard(hands):
    """One click from anywhere: every figure with its course, the funnel, the week."""
    with task(hands, 1, 2):
        hands.click("Figures")
        sees(hands, "Valid requests, ")
    page = hands.app.window.current()
    assert len(page.board.tiles()) == 25 and all(len(tile.line.marks) == 13 for tile in page.board.tiles())
    assert page.board.funnel.steps[0].count > 0 and sum(map(sum, page.board.heat.counts)) > 0


def test_the_list_behind_a_figure(hands):
    hands.click("Figures")
    sees(hands, "Valid requests, ")
    page = hands.app.window.current()
    reached = next(tile for tile in hands.all(FigureTile) if tile.key == "K3")
    with task(hands, 1, 2):
        QTest.mouseClick(reached, Qt.MouseButton.LeftButton, pos=reached.rect().center())
        hands.wait_for(lambda: page.panel.table.records.rows, "the rows behind the figure")
    assert len(page.panel.table.records.rows) == page.shown["K3"].figure.numerator


def test_the_list_of_what_is_overdue(hands):
    """It stands on Today; one click from anywhere shows all of it beside the figures."""
    sees(hands, "Overdue (")
    hands.app.window.go("clients")
    with task(hands, 1, 2):
        hands.click("Figures")
        sees(hands, "Overdue (")
    rows = hands.app.window.current().late.table.records.rows
    assert rows and [row.since for row in rows] == sorted(row.since for row in rows)


# -- registers ---------------------------------------------------------------------------------------------------------------------------


def test_register_a_nonconformity(hands):
    """The page, the register, a new one, its words, Enter."""
    with task(hands, 6, 60):
        hands.click("Quality")
        parts = hands.app.window.current().list.list
        [item] = parts.findItems("Nonconformities", Qt.MatchFlag.MatchExactly)
        QTest.mouseClick(parts.viewport(), Qt.MouseButton.LeftButton, pos=parts.visualItemRect(item).center())
        hands.settle()
        hands.click("New nonconformity")
        hands.type("Brochure met oude prijzen aan de balie")
        hands.key("Return")
        sees(hands, "Brochure met oude prijzen aan de balie")
    part = hands.app.window.current().part
    assert part.view.isVisible() and part.sheet.deviation.owner_id == hands.app.runner.desk.user.id
