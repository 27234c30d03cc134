"""The left rail: icon and word of every page the user may see; collapsible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QVBoxLayout

from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.labels import Label, set_tip
from nmx_desk.ui.kit.layout import row
from nmx_desk.ui.theme import set_icon, theme
from nmx_desk.ui.theme.tokens import RAIL_NARROW, RAIL_WIDE, Space, Text

CORNER_TEXT = 10  # pixels


@dataclass(frozen=True)
class Entry:
    """One page on the rail."""

    name: str
    title: str
    icon: str
    shortcut: str = ""


class RailButton(QToolButton):
    """Icon, word, and a number at the right when there is something to do."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self._number = 0
        self.setProperty("kind", "rail")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText("  " + entry.title.replace("&", "&&"))
        self.toggled.connect(self._tint)
        self.set_number(0)
        self._tint(checked=False)

    def set_number(self, number: int) -> None:
        """How many wait."""
        self._number = number
        waiting = ngettext("{n} waiting", "{n} waiting", number).format(n=number)
        self.setAccessibleName(f"{self.entry.title}, {waiting}" if number else self.entry.title)
        tip = f"{self.entry.title} ({self.entry.shortcut})" if self.entry.shortcut else self.entry.title
        set_tip(self, f"{tip}: {waiting}" if number else tip)
        self.update()

    def set_wide(self, wide: bool) -> None:
        """With or without the word."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)

    def minimumSizeHint(self) -> QSize:
        """The word may be cut before the rail grows."""
        return QSize(RAIL_NARROW - 2 * Space.S, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, and the number over it."""
        super().paintEvent(event)
        if not self._number:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        narrow = self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        font = theme().font(Text.SMALL, strong=True)
        if narrow:  # the icon under it must be seen, however large the text is
            font.setPixelSize(CORNER_TEXT)
        painter.setFont(font)
        most = 99 if narrow else 999
        words = str(self._number) if self._number <= most else f"{most}+"
        side = font.pixelSize() + (4 if narrow else 7)
        width = max(side, painter.fontMetrics().horizontalAdvance(words) + (6 if narrow else 10))
        top = 1 if narrow else (self.height() - side) // 2
        area = QRect(self.width() - width - (0 if narrow else Space.S), top, width, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("accent_fill"))
        painter.drawRoundedRect(area, side / 2, side / 2)
        painter.setPen(theme().colour("on_accent"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)

    def _tint(self, checked: bool) -> None:
        set_icon(self, self.entry.icon, "accent" if checked else "muted", 20)


class Rail(QFrame):
    """``chosen`` carries the name of a page."""

    chosen = Signal(str)
    resized = Signal(bool)  # wide

    def __init__(self, clinic: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        self.setAccessibleName(_("Pages"))
        self._wide = True
        self._title = Label(clinic, look="strong", elide=True)
        self._toggle = IconButton("panel-left-close", _("Make the page list narrow"), self.toggle)
        self._buttons = {entry.name: RailButton(entry) for entry in entries}
        box = QVBoxLayout(self)
        box.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        box.setSpacing(Space.XS)
        head = row(self._title, self._toggle)
        head.setContentsMargins(Space.S, 0, 0, Space.S)
        head.setStretch(0, 1)
        self._head = head
        box.addLayout(head)
        for name, button in self._buttons.items():
            button.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            box.addWidget(button)
        box.addStretch(1)
        self.set_wide(True)

    def set_current(self, name: str) -> None:
        """Mark the page in sight."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def set_number(self, name: str, number: int) -> None:
        """How many wait at a page."""
        self._buttons[name].set_number(number)

    def toggle(self) -> None:
        """Narrow or wide."""
        self.set_wide(not self._wide)
        self.resized.emit(self._wide)

    def set_wide(self, wide: bool) -> None:
        """With words, or icons only."""
        self._wide = wide
        self.setFixedWidth(round(RAIL_WIDE * max(1.0, theme().text_scale)) if wide else RAIL_NARROW)
        self._title.setVisible(wide)
        self._head.setContentsMargins(Space.S if wide else Space.XS, 0, 0, Space.S)
        name = _("Make the page list narrow") if wide else _("Make the page list wide")
        self._toggle.set_look("panel-left-close" if wide else "panel-left-open", name)
        for button in self._buttons.values():
            button.set_wide(wide)
