"""The agenda on paper, from the agenda: chosen with the keyboard, in sight before it is printed, in the log."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from nmx_desk.services import agenda, log
from nmx_desk.ui.agenda import PAGE
from nmx_desk.ui.kit import paper
from tests.ui.hands import settle


@pytest.fixture
def window(window_of):
    window = window_of("receptie", PAGE)
    window.go("agenda")
    settle(window)
    return window


@pytest.mark.parametrize(("down", "title", "printed"), [(0, "Day list", "daylist"), (1, "Week sheet", "weeksheet")])
def test_a_day_and_a_week_are_seen_before_they_are_printed(clinic, window, monkeypatch, down, title, printed):
    desk = clinic.as_("receptie")
    offer = desk.do(agenda.next_free, "advice_call")[0]
    desk.do(agenda.book, "advice_call", offer.practitioner_id, offer.starts_at, who="Sanne Vis")
    shown = []

    def seen(dialog):
        shown.append((dialog.windowTitle(), dialog.preview.pages))

    monkeypatch.setattr(paper.PaperDialog, "exec", seen)
    page = window.page("agenda")
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    menu = next(found for found in page.findChildren(QMenu) if found.isVisible())
    assert menu.activeAction().text().startswith("Day list, ")
    for _step in range(down):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle(window)
    assert shown == [(title, 1)]
    assert printed in {row.obj_type for row in clinic.as_("manager").do(log.list_log, log.LogFilter(codes=("PRINT",)))}
