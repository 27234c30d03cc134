"""The agenda on paper, from the agenda: chosen with the keyboard, in sight before it is printed, in the log."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

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


def pages_of(data):
    document = QPdfDocument(QApplication.instance())
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice

    buffer = QBuffer(document)
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    return [(document.pagePointSize(n).width(), document.pagePointSize(n).height()) for n in range(document.pageCount())]


@pytest.mark.parametrize(("down", "title", "printed"), [(0, "Day list", "daylist"), (1, "Week sheet", "weeksheet")])
def test_a_day_and_a_week_are_seen_before_they_are_printed(clinic, window, monkeypatch, down, title, printed):
    desk = clinic.as_("receptie")
    offer = desk.do(agenda.next_free, "advice_call")[0]
    desk.do(agenda.book, "advice_call", offer.practitioner_id, offer.starts_at + timedelta(), who="Sanne Vis")
    shown = []
    monkeypatch.setattr(paper.PaperDialog, "exec", lambda dialog: shown.append(dialog))
    page = window.page("agenda")
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    menu = next(found for found in page.findChildren(QMenu) if found.isVisible())
    assert menu.activeAction().text().startswith("Day list, ")
    for _step in range(down):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    settle(window)
    (dialog,) = shown
    assert dialog.windowTitle() == title
    told = [line for line in clinic.as_("manager").do(log.find_entries, log.LogFilter(codes=("PRINT",))).rows if line.obj_type == printed]
    assert told
