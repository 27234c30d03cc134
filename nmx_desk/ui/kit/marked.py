"""Plain text with some of its words marked: what went and what came."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.ui.theme import theme


class Marked(QWidget):
    """Wrapped text, never markup. ``came``: marked words are underlined on green, else struck through on red; never colour alone."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]] = (), *, came: bool) -> None:
        super().__init__()
        self._text, self._spans, self._came = text.replace("\n", "\u2028"), tuple(spans), came
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(text)
        theme().changed.connect(self.update)

    def hasHeightForWidth(self) -> bool:
        """Wrapping decides the height."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height in pixels of the wrapped text."""
        return self._layout(width)[1]

    def sizeHint(self) -> QSize:
        """As high as at the width it has."""
        width = max(self.width(), 160)
        return QSize(width, self.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As high as its lines at the width it got, whatever a layout beside it reckoned with."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        del event
        painter = QPainter(self)
        painter.setPen(theme().colour("text"))
        self._layout(self.width())[0].draw(painter, QPointF(0, 0))

    def _layout(self, width: int) -> tuple[QTextLayout, int]:
        layout = QTextLayout(self._text, theme().font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats([self._range(start, end) for start, end in self._spans])
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 40))
            line.setPosition(QPointF(0, height))
            height += line.height() + 2
        layout.endLayout()
        return layout, round(height) + 2

    def _range(self, start: int, end: int) -> QTextLayout.FormatRange:
        look = QTextCharFormat()
        look.setBackground(theme().colour("ok_soft" if self._came else "danger_soft"))
        look.setForeground(theme().colour("ok" if self._came else "danger"))
        look.setFontUnderline(self._came)
        look.setFontStrikeOut(not self._came)
        made = QTextLayout.FormatRange()
        made.start, made.length, made.format = start, end - start, look
        return made
