"""One sentence where somebody signs out, when a note of today is not signed. Nothing asks, nothing stops."""

from __future__ import annotations

from PySide6.QtCore import QObject

from nmx_desk.services import note_watch
from nmx_desk.ui.frame.window import MainWindow


class UnsignedToday(QObject):
    """Keeps the user menu's sentence; for whoever writes notes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        if window.desk.may("notes.write") and not window.desk.read_only:
            window.runner.changed.connect(self._ask)
            window.top.unsigned.connect(lambda: window.go("notewatch", show="unsigned"))
            self._ask()

    def _ask(self, *_changes: object) -> None:
        self._window.runner.latest("unsigned today", note_watch.count_unsigned_today, then=self._window.top.say_unsigned, owner=self)
