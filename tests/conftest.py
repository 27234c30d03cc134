"""Guards round every test: its own state folder, English, no unexpected log line, no widget or thread left behind.

Clinics to test with come from tests/clinic.py.
"""

import gc
import importlib.util
import logging
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from hypothesis import settings

from nmx_desk import i18n
from nmx_desk.data import database

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [entry for entry in (str(ROOT),) if entry not in sys.path]  # tests.clinic, also when pytest starts elsewhere
pytest_plugins = ["tests.clinic", "tests.full_demo", "tests.agenda"] if importlib.util.find_spec("tests.clinic") else []

if not sys.platform.startswith("linux") or not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("desk", deadline=None)  # a time limit on a busy machine says nothing about the rule
settings.load_profile("desk")

THREAD_PATIENCE = 2.0  # seconds a worker may take to end after its test


@pytest.fixture(scope="session")
def _states(tmp_path_factory):
    """Where the tests' own folders are: pytest looks through all there are for each one it numbers."""
    return tmp_path_factory.mktemp("states")


@pytest.fixture(autouse=True)
def _own_state(_states, monkeypatch):
    """Witness files, window settings and the program's log of each test in a folder of its own; nothing taken over from the shell."""
    monkeypatch.setenv("NMX_STATE_DIR", tempfile.mkdtemp(dir=_states))
    for name in ("NMX_CLINIC", "NMX_USER", "NMX_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    i18n.use("en")


def pytest_collection_finish():
    """What is loaded by now stays: looking for cycles in it, after every window and in between, took as long as the tests."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _compiled_once():
    """What one test compiled the next one knows: in the program it goes with its clinic, and here each test has a clinic of its own."""
    known = database.Compiled()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "Compiled", lambda: known)
        yield


class _Collector(logging.Handler):
    """Keeps what is logged at WARNING or above."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_log(request):
    """Fail on a log line at WARNING or above, unless the test asks for caplog or is marked expects_log."""
    if "caplog" in request.fixturenames or request.node.get_closest_marker("expects_log"):
        yield
        return
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    assert not collector.lines, f"unexpected log lines: {collector.lines}"


@pytest.fixture(autouse=True)
def _no_leaked_threads():
    """Fail on a thread that outlives its test."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + THREAD_PATIENCE
    while (left := _left_threads(before)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not left, f"threads left running: {[thread.name for thread in left]}"


def _left_threads(before):
    # A Qt thread that called into Python shows up as a dummy thread and never leaves the list.
    return [thread for thread in threading.enumerate() if thread not in before and not thread.name.startswith("Dummy-")]


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item):
    """Fail on a top-level widget that is left after all fixtures of the test, pytest-qt's cleaning included, are done."""
    result = yield
    if left := _left_widgets():
        names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in left]
        for widget in left:
            widget.deleteLater()
        _process_deletions()
        pytest.fail(f"widgets left behind: {names}")
    return result


def _left_widgets():
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not isinstance(widgets.QApplication.instance(), widgets.QApplication):
        return []
    _process_deletions()
    if left := widgets.QApplication.topLevelWidgets():
        del left
        gc.collect()  # a widget in a reference cycle is gone once it is collected: slow, so only when there is something left
        _process_deletions()
    return widgets.QApplication.topLevelWidgets()


def _process_deletions():
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    core.QCoreApplication.processEvents()


@pytest.fixture(scope="session")
def qapp_cls():
    """The application of the window tests, with Qt's own settings and files in its test folders."""
    from PySide6.QtCore import QStandardPaths
    from PySide6.QtWidgets import QApplication

    QStandardPaths.setTestModeEnabled(True)
    return QApplication
