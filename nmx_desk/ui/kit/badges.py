"""State as icon, word and hue; never hue alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.ui.theme import Hue, pixmap, theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

ICON = 14


@dataclass(frozen=True)
class Badge:
    """What a badge says."""

    text: str
    hue: Hue = Hue.NEUTRAL
    icon: str = "circle"


def badge_width(badge: Badge) -> int:
    """Width in pixels of the painted badge."""
    return QFontMetrics(theme().font(Text.SMALL)).horizontalAdvance(badge.text) + ICON + Space.S * 2 + Space.XS


def badge_height() -> int:
    """Height in pixels of any badge."""
    return theme().text_px(Text.SMALL) + 10


def paint_badge(painter: QPainter, area: QRect, badge: Badge, align: str = "left") -> None:
    """Paint it in the area, shortened when it does not fit."""
    width, height = min(badge_width(badge), area.width()), badge_height()
    left = {"left": area.left(), "right": area.right() - width, "center": area.center().x() - width // 2}[align]
    box = QRect(left, area.center().y() - height // 2 + 1, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().colour(f"{badge.hue}_soft"))
    painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
    painter.drawPixmap(box.left() + Space.S - 1, box.center().y() - ICON // 2 + 1, pixmap(badge.icon, str(badge.hue), ICON))
    painter.setPen(theme().colour(str(badge.hue)))
    painter.setFont(theme().font(Text.SMALL))
    words = box.adjusted(Space.S + ICON + Space.XS, 0, -Space.XS, 0)
    shown = painter.fontMetrics().elidedText(badge.text, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class StateBadge(QWidget):
    """A badge on a page."""

    def __init__(self, text: str = "", hue: Hue = Hue.NEUTRAL, icon: str = "circle") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(Badge(text, hue, icon))

    def set(self, badge: Badge) -> None:
        """Show another state."""
        self.badge = badge
        self.setAccessibleName(badge.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as icon and word."""
        return QSize(badge_width(self.badge), badge_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the badge."""
        del event
        painter = QPainter(self)
        paint_badge(painter, self.rect(), self.badge)
