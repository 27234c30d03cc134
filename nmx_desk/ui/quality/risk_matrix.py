"""The 5 × 5 picture of a risk register: how many lie at each chance and impact. Arrow keys walk, Enter or a click keeps those of a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.domain.risks import LEVEL_NAMES, Level, level
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit.labels import show_tip
from nmx_desk.ui.kit.messages import announce
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

CELL, LOW, GAP, SIDES = 56, 26, 3, 5
HUES = {Level.LOW: "ok", Level.MEDIUM: "warn", Level.HIGH: "danger"}
_STEPS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (1, 0), Qt.Key.Key_Down: (-1, 0),
}  # fmt: skip
Cell = tuple[int, int]


class RiskMatrix(QWidget):
    """``picked`` carries (chance, impact), or None when that is let go. Chance upwards, impact to the right."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[Cell] = Counter()
        self.kept: Cell | None = None
        self.at: Cell = (SIDES, SIDES)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Chance and impact"))
        theme().changed.connect(self._look)
        self._look()

    def show_weights(self, weights: Iterable[Cell]) -> None:
        """Show how many there are of each (chance, impact)."""
        self.counts = Counter(weights)
        self._look()

    def keep(self, cell: Cell | None) -> None:
        """Mark the cell whose rows are kept."""
        self.kept = cell
        self._look()

    def told(self, cell: Cell) -> str:
        """A cell in words."""
        many = ngettext("{n} risk", "{n} risks", self.counts[cell]).format(n=self.counts[cell])
        weight = _(LEVEL_NAMES[level(cell[0] * cell[1])]).lower()
        text = _("Chance {chance}, impact {impact}: {many}, {weight}").format(chance=cell[0], impact=cell[1], many=many, weight=weight)
        return _("{cell}; these are shown").format(cell=text) if cell == self.kept else text

    def sizeHint(self) -> QSize:
        """As large as its cells and the numbers beside them."""
        scale = theme().text_scale
        edge = self._edge()
        return QSize(round(SIDES * CELL * scale) + edge, round(SIDES * LOW * scale) + edge)

    def _edge(self) -> int:
        return round((Text.SMALL + Space.S) * theme().text_scale)

    def box(self, cell: Cell) -> QRect:
        """Where a cell lies."""
        scale, (chance, impact) = theme().text_scale, cell
        wide, high = round(CELL * scale), round(LOW * scale)
        return QRect(self._edge() + (impact - 1) * wide, (SIDES - chance) * high, wide - GAP, high - GAP)

    def cell_at(self, place: object) -> Cell | None:
        """The cell that lies there."""
        return next((cell for cell in _cells() if self.box(cell).contains(place)), None)  # type: ignore[call-overload]

    def _look(self) -> None:
        self.setAccessibleDescription(self.told(self.at))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells by weight with their numbers; the axes; a frame around where one is and around what is kept."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cell in _cells():
            self._paint(painter, cell)
        painter.setPen(theme().colour("muted"))
        painter.setFont(theme().font(Text.SMALL))
        for number in range(1, SIDES + 1):
            line, below = self.box((number, 1)), self.box((1, number))
            painter.drawText(QRect(0, line.top(), self._edge() - Space.XS, line.height()), Qt.AlignmentFlag.AlignCenter, str(number))
            foot = QRect(below.left(), below.bottom() + GAP, below.width(), self._edge() - GAP)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, str(number))

    def _paint(self, painter: QPainter, cell: Cell) -> None:
        box, hue, many = self.box(cell), HUES[level(cell[0] * cell[1])], self.counts[cell]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour(f"{hue}_soft"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if many:
            painter.setPen(theme().colour(hue))
            painter.setFont(theme().font(Text.BODY, strong=True))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(many))
        if cell == self.kept or (cell == self.at and self.hasFocus()):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().colour("text" if cell == self.kept else "focus"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def pick(self, cell: Cell) -> None:
        """Keep the rows of a cell, or let go of it."""
        self.at = cell
        self.kept = None if cell == self.kept else cell
        self._look()
        self.picked.emit(self.kept)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk; Enter and Space pick; Esc lets go."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.at = (min(max(self.at[0] + step[0], 1), SIDES), min(max(self.at[1] + step[1], 1), SIDES))
            self._look()
            announce(self, self.told(self.at))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.pick(self.at)
        elif event.key() == Qt.Key.Key_Escape and self.kept is not None:
            self.pick(self.kept)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click picks."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None:
            self.pick(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What lies there, in words."""
        cell = self.cell_at(event.position().toPoint())
        show_tip(event.globalPosition().toPoint(), self.told(cell) if cell else "", self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where one is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        super().focusOutEvent(event)
        self.update()


def _cells() -> list[Cell]:
    return [(chance, impact) for chance in range(SIDES, 0, -1) for impact in range(1, SIDES + 1)]
