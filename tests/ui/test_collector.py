"""Reference cycles that hold something of the window: collected, and never by a worker."""

import gc
import threading
import weakref

import pytest
import shiboken6
from PySide6.QtCore import QObject, QTimer

from nmx_desk.ui.collector import LIMITS, Collector


@pytest.fixture
def collector(qapp):
    before = gc.get_threshold()
    owner = QObject()
    made = Collector(owner)
    yield made
    shiboken6.delete(owner)
    assert gc.isenabled()
    gc.set_threshold(*before)


def test_what_is_of_the_window_is_destroyed_on_its_own_thread(collector, qtbot):
    gone_on = []

    def drop():
        thing = QObject()
        QTimer(thing).start(1000)
        thing.itself = thing
        weakref.finalize(thing, lambda: gone_on.append(threading.current_thread()))

    drop()
    kept = []
    worker = threading.Thread(target=lambda: kept.extend([number] for number in range(4 * LIMITS[0])))
    worker.start()
    worker.join()
    assert gone_on == [], "a worker with much to do collects nothing"
    qtbot.waitUntil(lambda: bool(gone_on), timeout=15_000)
    assert gone_on == [threading.main_thread()]
    assert not gc.isenabled()
