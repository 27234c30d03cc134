"""An empty place says what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import Space


class _Picture(QWidget):
    """A soft disc with an icon."""

    SIDE = 56

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(self.SIDE, self.SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("accent_soft"))
        painter.drawEllipse(self.rect())
        painter.drawPixmap((self.SIDE - 24) // 2, (self.SIDE - 24) // 2, pixmap(self._icon, "accent", 24))


class EmptyState(QWidget):
    """Icon, sentence, and the action that ends the emptiness."""

    def __init__(
        self, title: str, text: str = "", *, icon: str = "leaf", action: str = "", run: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        box.setSpacing(Space.S)
        box.addStretch(1)
        box.addWidget(_Picture(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        box.addSpacing(Space.XS)
        self.title = Label(title, look="large", wrap=True)
        self.text = Label(text, role="muted", wrap=True)
        for label in (self.title, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            box.addWidget(label)
            label.setVisible(bool(label.text()))  # once it is inside: before, it would be a window of its own for a moment
        self.button = Button(action, run) if action else None
        if self.button:
            box.addSpacing(Space.S)
            box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(2)

    def say(self, title: str, text: str = "") -> None:
        """Say something else: "No result for this filter" instead of "No requests yet"."""
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
