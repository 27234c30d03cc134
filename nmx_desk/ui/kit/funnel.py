"""How many of those who began came how far: a bar for each step, each of which opens who is behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

HEIGHT = 32


@dataclass(frozen=True)
class Step:
    """A step of the way: how many came so far, and of how many that began."""

    key: str
    name: str
    count: int
    whole: int

    @property
    def share(self) -> str:
        """In percent of those who began; "n/a" when nobody did."""
        return _("{n} %").format(n=dates.number(100 * self.count / self.whole)) if self.whole else _("n/a")


class StepBar(QWidget):
    """One step: its name, a bar, how many and their share. Click or Enter opens it."""

    opened = Signal(str)

    def __init__(self, step: Step, name_width: Callable[[], int]) -> None:
        super().__init__()
        self.step, self._name_width = step, name_width
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("{name}: {n}, {share}").format(name=step.name, n=dates.number(step.count), share=step.share))
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A line; it grows with the text."""
        return QSize(240, round(HEIGHT * theme().text_scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, bar, number and share; a ring while it has the focus."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme().font(Text.BODY))
            metrics, inside = painter.fontMetrics(), QRectF(self.rect()).adjusted(Space.XS, 2, -Space.XS, -2)
            said = f"{dates.number(self.step.count)}   {self.step.share}"
            left, right = self._name_width() + Space.M, metrics.horizontalAdvance("0.000   100 %") + Space.S
            painter.setPen(theme().colour("text"))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(inside.left(), inside.top(), left, inside.height()), middle, self.step.name)
            room = QRectF(inside.left() + left, inside.top() + 3, max(inside.width() - left - right, 1), inside.height() - 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("sunken"))
            painter.drawRoundedRect(room, 3, 3)
            if self.step.whole and self.step.count:
                painter.setBrush(theme().colour("accent_fill"))
                room.setWidth(room.width() * self.step.count / self.step.whole)
                painter.drawRoundedRect(room, 3, 3)
            painter.setPen(theme().colour("text"))
            painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, said)
            if self.hasFocus():
                painter.setPen(QPen(theme().colour("focus"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; ↑ and ↓ go to the neighbours."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.opened.emit(self.step.key)
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.step.key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()


class Funnel(QWidget):
    """The steps below each other. ``opened`` carries a step's key."""

    opened = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.steps: Sequence[Step] = ()
        self.bars: list[StepBar] = []
        self.setAccessibleName(name)
        self._box = column(space=2)
        self.setLayout(self._box)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show these; who was at one stays there."""
        if [step.key for step in steps] != [step.key for step in self.steps]:
            for bar in self.bars:
                bar.hide()
                bar.deleteLater()
            self.bars = []
        self.steps = steps
        for step, bar in zip(steps, self.bars, strict=False):
            bar.step = step
            bar.setAccessibleName(_("{name}: {n}, {share}").format(name=step.name, n=dates.number(step.count), share=step.share))
            bar.update()
        for step in steps[len(self.bars) :]:
            bar = StepBar(step, self._widest)
            bar.opened.connect(self.opened)
            self.bars.append(bar)
            self._box.addWidget(bar)

    def _widest(self) -> int:
        """Of the names, in pixels."""
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(step.name) for step in self.steps), default=0)
