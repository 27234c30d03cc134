"""Tiles: a figure each, in groups; arrow keys walk them, Enter opens what is behind one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from nmx_desk.ui.figures import words
from nmx_desk.ui.figures.words import Shown
from nmx_desk.ui.kit.across import Across
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.labels import Label, Picture, restyle, set_tip
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.trend import Sparkline
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import Space

LEAST = 172  # width of a tile at 100 % text
SIGN = 14
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class FigureTile(QFrame):
    """One figure: name, value with its counts, thirteen months, how it moved, its target. Click or Enter opens it."""

    opened = Signal(str)
    walked = Signal(object, int, int)

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setProperty("look", "card")
        self.setProperty("clickable", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._name = Label("", look="small", role="muted", elide=True)
        self.value = Label("", look="title")
        self._counts = Label("", look="small", role="muted", elide=True)
        self.line = Sparkline()
        self._arrow, self._change = Picture(), Label("", look="small", elide=True)
        self.standing, self.target = StateBadge(), StateBadge()
        for badge in (self.standing, self.target):
            badge.setParent(self)
            badge.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)  # all tiles are as wide, whatever a badge says
            badge.hide()
        number = row(self.value, self._counts, space=Space.S)
        number.setStretch(1, 1)
        number.setAlignment(self._counts, Qt.AlignmentFlag.AlignBottom)
        moved = row(self._arrow, self._change, space=Space.XS)
        moved.setStretch(1, 1)
        under = column(self.standing, self.target, space=Space.XS)
        self.setLayout(column(self._name, number, self.line, moved, under, STRETCH, space=Space.XS, margin=Space.M))
        theme().changed.connect(self._tint)
        self._role, self._icon = "muted", "minus"

    def show_figure(self, shown: Shown) -> None:
        """Show it."""
        figure, change = shown.figure, shown.change
        self._name.setText(words.name(shown.key))
        self.value.setText(words.value(figure))
        self._counts.setText(words.counts(figure))
        self.line.show_marks(words.name(shown.key), words.marks(shown), shown.target.value if shown.target else None)
        self._change.setText(words.change(shown))
        self._role, self._icon = words.ROLES[change.judged], words.ICONS[change.turn]
        self._change.set_role(self._role)
        self._tint()
        for badge, found in ((self.standing, words.standing(figure)), (self.target, words.target(shown))):
            badge.setVisible(found is not None)
            if found is not None:
                badge.set(found)
        self.setAccessibleName(words.whole(shown))
        self.setAccessibleDescription(words.formula(figure))
        set_tip(self, words.explained(shown))

    def choose(self, *, on: bool) -> None:
        """Whether what is behind it is in sight."""
        wanted = "true" if on else "false"
        if self.property("chosen") != wanted:
            self.setProperty("chosen", wanted)
            restyle(self)

    def _tint(self) -> None:
        self._arrow.setPixmap(pixmap(self._icon, self._role, SIGN))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; arrows go to the neighbours."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit(self.key)
        elif event.key() in ARROWS:
            self.walked.emit(self, *ARROWS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.key)


class TileGrid(Across):
    """The tiles of a group."""

    opened = Signal(str)
    walked = Signal(object, int, int)

    def __init__(self, name: str) -> None:
        super().__init__(LEAST)
        self.setAccessibleName(name)
        self.tiles: dict[str, FigureTile] = {}

    def show_figures(self, keys: Sequence[str], found: Mapping[str, Shown]) -> None:
        """Show these, in this order."""
        self.tiles = {key: self.tiles.get(key) or self._made(key) for key in keys}
        self.set_items(list(self.tiles.values()))
        for key, tile in self.tiles.items():
            tile.show_figure(found[key])

    def _made(self, key: str) -> FigureTile:
        tile = FigureTile(key)
        tile.opened.connect(self.opened)
        tile.walked.connect(self.walked)
        return tile
