"""Python's collector of reference cycles, on the main thread only: a widget that is in a cycle must not be destroyed by a worker."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 1000  # ms
LIMITS = (50_000, 20, 20)
"""Most records are in no cycle: as Python is set, looks at figures take as long again by searching for them."""


def collect_due() -> None:
    """What Python would have collected by itself by now."""
    counts, limits = gc.get_count(), gc.get_threshold()
    if counts[0] > limits[0]:
        older = counts[1] > limits[1]
        gc.collect(2 if older and counts[2] > limits[2] else 1 if older else 0)


class Collector(QObject):
    """Collects on the thread it lives on, a moment after there is something to collect, until it is destroyed."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.set_threshold(*LIMITS)
        timer = QTimer(self, interval=EVERY)
        timer.timeout.connect(collect_due)
        timer.start()
        self.destroyed.connect(gc.enable)

    def keep_what_is_there(self) -> None:
        """What is loaded by now stays: it is not searched any more."""
        gc.freeze()
