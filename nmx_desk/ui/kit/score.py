"""A complaint's score 0–10, given with the digits of the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.labels import set_tip
from nmx_desk.ui.theme import Hue, pixmap, theme
from nmx_desk.ui.theme.tokens import Space, Text

BOX, SMALLEST_BOX = 26, 21
GAP = 2
EDGE = 3  # room for the ring
ICON = 16
MOST = 10


def direction(value: int | None, before: int | None, *, high_is_good: bool = False) -> tuple[str, Hue, str]:
    """Icon, hue and word of a change; lower is better unless ``high_is_good``. Empty word when there is nothing to compare."""
    if value is None or before is None:
        return "", Hue.NEUTRAL, ""
    if value != before:
        better = (value > before) == high_is_good
        words = _("better, was {n}") if better else _("worse, was {n}")
        return "trending-down" if value < before else "trending-up", Hue.OK if better else Hue.DANGER, words.format(n=before)
    return "move-right", Hue.NEUTRAL, _("unchanged")


class ScoreInput(QWidget):
    """Eleven boxes. A digit sets and goes on to the next score (1 waits: 0 makes it 10, another digit is for the next score).

    ←→ change it, ↑↓ walk between scores, Delete or Backspace makes it "not measured" (None). ``before`` is the last score; the arrow and
    the words beside the boxes tell the direction. ``edited`` at every change. ``walk_scores`` says which score is next.
    """

    edited = Signal()

    def __init__(self, name: str, *, before: int | None = None, high_is_good: bool = False) -> None:
        super().__init__()
        self._name, self._before, self._high_is_good = name, before, high_is_good
        self._value: int | None = None
        self._one = False  # a 1 was typed just now
        self.above: ScoreInput | None = None
        self.below: ScoreInput | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tell()

    def value(self) -> int | None:
        """0–10; None is not measured."""
        return self._value

    def set_before(self, before: int | None) -> None:
        """The last score, to compare with."""
        self._before = before
        self._tell()

    def set_value(self, value: int | None) -> None:
        """Show a score without telling."""
        self._value = value if value is None else max(0, min(MOST, value))
        self._tell()

    def sizeHint(self) -> QSize:
        """Boxes and the words beside them."""
        words = self.fontMetrics().horizontalAdvance(_("worse, was {n}").format(n=10))
        return QSize((BOX + GAP) * (MOST + 1) + Space.M + ICON + Space.XS + words, BOX + 2 * EDGE)

    def minimumSizeHint(self) -> QSize:
        """The boxes must fit."""
        return QSize((SMALLEST_BOX + GAP) * (MOST + 1) + Space.S + ICON, BOX + 2 * EDGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What does not fit beside the boxes is in the tooltip."""
        super().resizeEvent(event)
        self._tell()

    def _direction(self) -> tuple[str, Hue, str]:
        return direction(self._value, self._before, high_is_good=self._high_is_good)

    def _words(self) -> tuple[float, str]:
        """Width of a box, and the longest words about the direction that fit beside the boxes."""
        word = self._direction()[2]
        measure = QFontMetrics(theme().font(Text.SMALL))
        for words in dict.fromkeys((word, _("was {n}").format(n=self._before) if word else "")):
            beside = Space.M + ICON + Space.XS + measure.horizontalAdvance(words) + EDGE if words else 0
            box = (self.width() - EDGE - beside) / (MOST + 1) - GAP
            if box >= SMALLEST_BOX:
                return min(box, float(BOX)), words
        box = (self.width() - EDGE - (Space.S + ICON if word else 0)) / (MOST + 1) - GAP
        return max(min(box, float(BOX)), float(SMALLEST_BOX)), ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Boxes, the chosen one filled, and the direction."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(Text.SMALL, strong=True))
        box, words = self._words()
        for number in range(MOST + 1):
            self._paint_box(painter, number, box)
        name, hue, _whole = self._direction()
        if name:
            left = round((box + GAP) * (MOST + 1)) + (Space.M if words else Space.S)
            painter.drawPixmap(left, (self.height() - ICON) // 2, pixmap(name, str(hue), ICON))
            painter.setPen(theme().colour(str(hue)))
            painter.setFont(theme().font(Text.SMALL))
            area = self.rect().adjusted(left + ICON + Space.XS, 0, 0, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_box(self, painter: QPainter, number: int, box: float) -> None:
        area = QRectF(EDGE + number * (box + GAP), EDGE, box, BOX)
        chosen = number == self._value
        edge = "focus" if self.hasFocus() else "border_strong" if number == self._before else "border"
        painter.setPen(QPen(theme().colour(edge), 1.5 if self.hasFocus() else 1))
        painter.setBrush(theme().colour("accent_fill" if chosen else "surface"))
        painter.drawRoundedRect(area, 4, 4)
        painter.setPen(theme().colour("on_accent" if chosen else "muted"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, arrows, Delete."""
        key, text = event.key(), event.text()
        if text.isdecimal() and text.isascii() and len(text) == 1:
            self._digit(int(text))
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._choose(None)
        elif key == Qt.Key.Key_Left:
            self._choose(max(0, (self._value if self._value is not None else 1) - 1))
        elif key == Qt.Key.Key_Right:
            self._choose(min(MOST, (self._value if self._value is not None else -1) + 1))
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._go(self.above if key == Qt.Key.Key_Up else self.below)
        else:
            super().keyPressEvent(event)

    def _digit(self, digit: int) -> None:
        if self._one and digit > 0 and self.below is not None:
            self._go(self.below)
            self.below._digit(digit)  # noqa: SLF001 (another of the same class)
            return
        self._choose(MOST if self._one and digit == 0 else digit)
        if self._value == 1:
            self._one = True
        else:
            self._go(self.below)

    @staticmethod
    def _go(to: ScoreInput | None) -> None:
        if to is not None:
            to.setFocus(Qt.FocusReason.TabFocusReason)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the box."""
        number = int((event.position().x() - EDGE) // (self._words()[0] + GAP))
        if 0 <= number <= MOST:
            self._choose(number)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self._one = False
        self.update()

    def _choose(self, value: int | None) -> None:
        self._value, self._one = value, False
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        told = _("not measured") if self._value is None else _("{n} of 10").format(n=self._value)
        word = self._direction()[2]
        self.setAccessibleName(f"{self._name}: {told}" + (f", {word}" if word else ""))
        set_tip(self, word if word != self._words()[1] else "")
        self.update()


def walk_scores(scores: Sequence[ScoreInput]) -> None:
    """Let digits and ↑↓ walk through these scores in this order."""
    for score in scores:
        score.above = score.below = None
    for above, below in pairwise(scores):
        above.below, below.above = below, above
