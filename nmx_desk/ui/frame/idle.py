"""Nobody touched anything for some minutes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication

LEAST, STANDARD, MOST = 1, 5, 15  # minutes
TOUCHES = {
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.TouchBegin,
    QEvent.Type.InputMethod,
}  # fmt: skip


class IdleWatch(QObject):
    """``idle`` after ``minutes`` without key or mouse."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None, *, minutes: int = STANDARD) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        self.set_minutes(minutes)

    def set_minutes(self, minutes: int) -> None:
        """1 to 15."""
        self._timer.setInterval(max(LEAST, min(MOST, minutes)) * 60_000)

    def start(self) -> None:
        """Begin to watch."""
        app = QApplication.instance()
        if app:
            app.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """End watching."""
        app = QApplication.instance()
        if app:
            app.removeEventFilter(self)
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Any touch, and text that is dictated, starts the time again. Every event comes by here: its class costs less than its type."""
        del watched
        if isinstance(event, QInputEvent | QInputMethodEvent) and event.type() in TOUCHES:
            self._timer.start()
        return False
