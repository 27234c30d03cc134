"""Search field of a list."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.theme import icon, theme

PAUSE = 120  # ms of no typing before the list asks


class SearchField(QLineEdit):
    """``searched`` carries the text shortly after typing stops; ↓ says ``down`` (go into the list); Esc empties it first."""

    searched = Signal(str)
    down = Signal()

    def __init__(self, placeholder: str, *, name: str = "", pause: int = PAUSE) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self.setMaxLength(100)
        self._loupe = QAction(icon("search"), "", self)
        self.addAction(self._loupe, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(icon("x"), _("Clear the search"), self)
        self._clear.triggered.connect(self.empty)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)
        for button in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            button.setAccessibleName(_("Clear the search"))
        self._timer = QTimer(self, singleShot=True, interval=pause)
        self._timer.timeout.connect(self._tell)
        self.textChanged.connect(self._changed)
        theme().changed.connect(self._retint)

    def empty(self) -> None:
        """Search for nothing."""
        self.clear()
        self._timer.stop()
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↓, Enter and Esc."""
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.empty()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._timer.stop()
            self._tell()
        else:
            super().keyPressEvent(event)

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._timer.start()

    def _tell(self) -> None:
        self.searched.emit(self.text().strip())

    def _retint(self) -> None:
        self._loupe.setIcon(icon("search"))
        self._clear.setIcon(icon("x"))
