"""Labels. Names and notes come from strangers: every text is plain text here, and nothing else makes labels or tooltips."""

from __future__ import annotations

import html
from typing import Literal

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from nmx_desk.ui.theme import theme

Look = Literal["body", "small", "large", "title", "strong", "section", "mono", "key"]


def plain_tip(text: str) -> str:
    """Tooltip text that Qt will not read as markup, wrapped at a legible width."""
    return f"<p style='white-space: pre-wrap'>{html.escape(text)}</p>" if text else ""


def set_tip(widget: QWidget, text: str) -> None:
    """Give a widget a plain-text tooltip."""
    widget.setToolTip(plain_tip(text))


def show_tip(at: QPoint, text: str, widget: QWidget) -> None:
    """Show a plain-text tooltip at a place on the screen; an empty text hides it."""
    QToolTip.showText(at, plain_tip(text), widget)


def restyle(widget: QWidget) -> None:
    """Let the style sheet look again after a property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Picture(QLabel):
    """A place for a small icon. It never holds a text."""


LETTERS = 24
"""Longer words than this, links above all, do not widen what they stand in."""


class Label(QLabel):
    """Plain text. ``role`` is a colour token; ``elide`` shortens with … and shows the whole in the tooltip; ``wrap`` breaks lines."""

    def __init__(
        self, text: str = "", *, look: Look = "body", role: str = "text", selectable: bool = False, elide: bool = False, wrap: bool = False
    ) -> None:
        super().__init__()
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", look)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if selectable:
            flags = Qt.TextInteractionFlag
            self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text; an elided one is whole in the tooltip."""
        super().setText(text)
        self.setAccessibleName(text)
        if self._elide:
            set_tip(self, text)

    def set_role(self, role: str) -> None:
        """Change the colour token."""
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)

    def minimumSizeHint(self) -> QSize:
        """An elided label may shrink to a few letters; one word without an end makes what wraps no wider than its place."""
        hint = super().minimumSizeHint()
        least = 40 if self._elide else LETTERS * self.fontMetrics().averageCharWidth() if self.wordWrap() else hint.width()
        return QSize(min(hint.width(), least), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shorten when it does not fit."""
        if not self._elide:
            super().paintEvent(event)
            return
        area = self.contentsRect()
        shown = QFontMetrics(self.font()).elidedText(self.text().replace("\n", " "), Qt.TextElideMode.ElideRight, area.width())
        painter = QPainter(self)
        painter.setPen(theme().colour(str(self.property("role"))))
        painter.drawText(area, self.alignment(), shown)


def heading(text: str) -> Label:
    """Title of a page."""
    return Label(text, look="title")


def subheading(text: str) -> Label:
    """Title of a part of a page."""
    return Label(text, look="large")


def section(text: str) -> Label:
    """Small muted title over a group."""
    return Label(text, look="section", role="muted")


def muted(text: str, *, wrap: bool = True) -> Label:
    """Explaining text."""
    return Label(text, role="muted", wrap=wrap)
