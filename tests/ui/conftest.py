"""Windows on a real clinic, made and taken away in one place: a few pages by themselves, or the whole program."""

import gc
import os
from pathlib import Path

import pytest

from nmx_desk import app as program
from nmx_desk.ui import quality, settings
from nmx_desk.ui.collector import collect_due
from nmx_desk.ui.frame import watch
from nmx_desk.ui.frame.window import MainWindow
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme
from tests.clinic import PASSWORD
from tests.ui.hands import Hands, leave, settle


@pytest.fixture(autouse=True)
def _collected_here():
    """As in the program: no worker comes upon a widget in a cycle and destroys it there."""
    gc.disable()
    yield
    gc.enable()
    collect_due()


@pytest.fixture
def window_of(qtbot, qapp, clinic):
    """``window_of(user, PAGE, …)`` opens a main window with these pages, in front; ``sources(window)`` is what its palette finds."""
    theme().start(qapp)
    made = []

    def opened(user, *pages, settings=None, sources=None):
        window = MainWindow(Runner(clinic.as_(user)), list(pages), settings or UserSettings(), now=clinic.clock)
        made.append(window)
        if sources is not None:
            window.set_sources(sources(window))
        qtbot.addWidget(window)
        window.resize(1280, 720)
        window.show()
        window.activateWindow()  # shortcuts belong to the active window
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield opened
    for window in made:
        window.runner.stop()


@pytest.fixture
def at_settings(window_of):
    """``at_settings(user, part)``: the window of a user, at a part of the settings."""

    def open_window(username, part=""):
        window = window_of(username, settings.PAGE)
        window.go("settings", part=part)
        settle(window)
        return window

    return open_window


@pytest.fixture
def at_quality(window_of):
    """``at_quality(part, user)``: the window and a part of the quality page, at a record perhaps."""

    def open_window(part, username="manager", **where):
        window = window_of(username, quality.PAGE)
        window.go("quality", **{"part": part} | where)
        settle(window)
        return window, window.current().part

    return open_window


@pytest.fixture
def hands_of(qapp, qtbot, monkeypatch):
    """``hands_of(user, clinic)`` sits down at the whole program, in English; nothing verifies by itself."""
    theme().start(qapp)
    monkeypatch.setattr(watch, "VERIFY_AFTER", 10**8)
    monkeypatch.setattr(watch, "START_AFTER", 10**8)
    made = []

    def sat_down(user, clinic, password=PASSWORD):
        state = Path(os.environ["NMX_STATE_DIR"])
        running = program.App(clinic.front, program.pages(), state, sources=program.palette_sources, now=clinic.clock)
        made.append(running)
        running.use_language("en")
        running.open_desk(clinic.front.sign_in(user, password))
        running._change_language("en")
        hands = Hands(running)
        hands.settle()
        return hands

    yield sat_down
    for running in made:
        leave(running)
