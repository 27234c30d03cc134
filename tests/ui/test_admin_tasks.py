"""The administrator's tasks of DOMAIN §3, through the real window: so many clicks, and not one more."""

import os
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar

from nmx_desk import app as program
from nmx_desk.services import backups
from nmx_desk.ui.frame import watch
from nmx_desk.ui.theme import theme
from tests.clinic import PASSWORD
from tests.ui.hands import Hands


class Clicks(QObject):
    """Counts what the mouse does."""

    def __init__(self, application):
        super().__init__()
        self.count = 0
        application.installEventFilter(self)

    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent) and target.isWidgetType():
            self.count += 1
        return False


@pytest.fixture
def hands(qapp, qtbot, clinic, monkeypatch):
    """The administrator at a clinic, in English."""
    theme().start(qapp)
    monkeypatch.setattr(watch, "VERIFY_AFTER", 10**8)
    monkeypatch.setattr(watch, "START_AFTER", 10**8)
    state = Path(os.environ["NMX_STATE_DIR"])
    running = program.App(clinic.front, program.pages(), state, sources=program.palette_sources, now=clinic.clock)
    running.use_language("en")
    running.open_desk(clinic.front.sign_in("beheerder", PASSWORD))
    running._change_language("en")
    yield Hands(running)
    running.lock()
    if running.front is not None:
        running.front.hide()
        running.front.deleteLater()
    running.deleteLater()
    QApplication.processEvents()


def click_tab(hands, name):
    for bar in hands.all(QTabBar):
        for index in range(bar.count()):
            if bar.tabText(index).replace("&", "") == name:
                QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
                return hands.settle()
    raise AssertionError(name)


@pytest.mark.parametrize("task", ["Back up now", "Try this backup"])
def test_a_backup_and_a_tested_restore_take_three_clicks_each(hands, clinic, qapp, task):
    if task == "Try this backup":
        clinic.as_("beheerder").do(backups.back_up)
        clinic.close()
    hands.settle()
    counted, start = Clicks(qapp), time.monotonic()
    hands.click("Settings")
    click_tab(hands, "Backup")
    hands.click(task)
    hands.see("verified")
    qapp.removeEventFilter(counted)
    assert counted.count <= 3
    assert time.monotonic() - start < 60  # the task's own measure
    state = hands.app.runner.desk.do(backups.backup_state)
    assert state.made is not None and (task == "Back up now" or state.tried is not None)
