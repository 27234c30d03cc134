"""A word on the desktop, outside the window: through the tray of this computer where there is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from nmx_desk.ui.theme import icon

SHOWN = 10_000  # ms


class DesktopNote(QObject):
    """``clicked`` when somebody clicks what was said, or the icon."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None, tray: Callable[[], QSystemTrayIcon] = QSystemTrayIcon) -> None:
        super().__init__(parent)
        self._make, self._tray = tray, None

    def say(self, title: str, text: str) -> bool:
        """Say it; False where the desktop has no place for it."""
        if self._tray is None and not self._begin():
            return False
        tray = self._tray
        if tray is None or not tray.supportsMessages():
            return False
        tray.setToolTip(text)
        tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, SHOWN)
        return True

    def _begin(self) -> bool:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        tray = self._make()
        tray.setIcon(icon("inbox", "accent"))
        tray.messageClicked.connect(self.clicked)
        tray.activated.connect(lambda _reason: self.clicked.emit())
        tray.show()
        self._tray = tray
        return True

    def end(self) -> None:
        """Take the icon away."""
        if self._tray is not None:
            self._tray.hide()
            self._tray.deleteLater()
            self._tray = None
