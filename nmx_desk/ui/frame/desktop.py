"""A word on the desktop, outside the window: through the tray of this computer where there is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from nmx_desk.ui.theme import icon

SHOWN = 10_000  # ms


def tray_of_this_computer() -> QSystemTrayIcon | None:
    """A place in the tray; None where the desktop has none that can say something."""
    if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
        return QSystemTrayIcon()
    return None


class DesktopNote(QObject):
    """``clicked`` when somebody clicks what was said, or the icon."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None, tray: Callable[[], QSystemTrayIcon | None] = tray_of_this_computer) -> None:
        super().__init__(parent)
        self._make = tray
        self._tray: QSystemTrayIcon | None = None

    def say(self, title: str, text: str) -> bool:
        """Say it; False where the desktop has no place for it."""
        tray = self._tray or self._begin()
        if tray is None:
            return False
        tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, SHOWN)
        return True

    def _begin(self) -> QSystemTrayIcon | None:
        tray = self._tray = self._make()
        if tray is not None:
            tray.setIcon(icon("inbox", "accent"))
            tray.messageClicked.connect(self.clicked)
            tray.activated.connect(lambda _reason: self.clicked.emit())
            tray.show()
        return tray

    def end(self) -> None:
        """Take the icon away."""
        if self._tray is not None:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None
