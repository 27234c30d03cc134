"""A figure over months: a small line for a tile, bars for a panel. Both say in words what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import show_tip
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space, Text

EDGE, DOT = 4, 3
LINE_HEIGHT, BARS_HEIGHT = 34, 168
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True)
class Mark:
    """One month. ``value`` None: there was nothing to divide by; ``said`` is the value in words; ``growing``: it may still change."""

    label: str
    short: str
    value: float | None
    said: str
    growing: bool = False


def told(name: str, marks: Sequence[Mark]) -> str:
    """The text alternative: every month with its value."""
    return _("{name}: {scores}").format(name=name, scores="; ".join(map(told_one, marks)) or "–")


def told_one(mark: Mark) -> str:
    """One month in words."""
    if mark.growing:
        return _("{label}: {value}, not complete yet").format(label=mark.label, value=mark.said)
    return _("{name}: {scores}").format(name=mark.label, scores=mark.said)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest, never the same."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    return (low, high) if high > low else (low - 1, high + 1)


class Sparkline(QWidget):
    """Months as a line that breaks where there is no value; what is still growing is dotted, the target a thin dashed line."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: Sequence[Mark] = ()
        self.target: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_marks(self, name: str, marks: Sequence[Mark], target: float | None = None) -> None:
        """Show these, oldest first."""
        self.marks, self.target = marks, target
        self.setAccessibleName(_("Course of {name}").format(name=name))
        self.setAccessibleDescription(told(name, marks))
        self.update()

    def sizeHint(self) -> QSize:
        """Low; it grows with the text."""
        return QSize(120, round(LINE_HEIGHT * theme().text_scale))

    def places(self) -> list[QPointF | None]:
        """Where each month lies."""
        values = [mark.value for mark in self.marks if mark.value is not None]
        low, high = spread([*values, *([self.target] if self.target is not None else [])])
        wide, tall = self.width() - 2 * EDGE, self.height() - 2 * EDGE
        step = wide / max(len(self.marks) - 1, 1)
        return [
            None if mark.value is None else QPointF(EDGE + n * step, EDGE + tall * (high - mark.value) / (high - low))
            for n, mark in enumerate(self.marks)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """The target, the line, a dot for the last."""
        del event
        places = self.places()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_target(painter)
            for n in range(1, len(places)):
                start, end = places[n - 1], places[n]
                if start is not None and end is not None:
                    style = Qt.PenStyle.DotLine if self.marks[n].growing else Qt.PenStyle.SolidLine
                    painter.setPen(QPen(theme().colour("accent"), 1.75, style))
                    painter.drawLine(start, end)
                elif end is not None:  # alone between two gaps: a line without length would not be seen
                    self._dot(painter, end, DOT - 1, growing=self.marks[n].growing)
            if places and places[0] is not None and places[1:2] in ([], [None]):
                self._dot(painter, places[0], DOT - 1, growing=self.marks[0].growing)
            if places and places[-1] is not None:
                self._dot(painter, places[-1], DOT, growing=self.marks[-1].growing)

    def _dot(self, painter: QPainter, place: QPointF, radius: int, *, growing: bool) -> None:
        painter.setPen(QPen(theme().colour("accent"), 1.5))
        painter.setBrush(theme().colour("surface" if growing else "accent"))
        painter.drawEllipse(place, radius, radius)

    def _paint_target(self, painter: QPainter) -> None:
        if self.target is None:
            return
        values = [mark.value for mark in self.marks if mark.value is not None]
        low, high = spread([*values, self.target])
        y = round(EDGE + (self.height() - 2 * EDGE) * (high - self.target) / (high - low)) + 0.5
        painter.setPen(QPen(theme().colour("muted"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(EDGE, y), QPointF(self.width() - EDGE, y))


class MonthBars(QWidget):
    """Months as bars from zero, hatched while they grow; the pointer says each value."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: Sequence[Mark] = ()
        self.target: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_marks(self, name: str, marks: Sequence[Mark], target: float | None = None) -> None:
        """Show these, oldest first."""
        self.marks, self.target = marks, target
        self.setAccessibleName(_("Course of {name}").format(name=name))
        self.setAccessibleDescription(told(name, marks))
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(300, round(BARS_HEIGHT * theme().text_scale))

    def _area(self) -> QRectF:
        line = theme().text_px(Text.SMALL) + Space.S
        return QRectF(self.rect()).adjusted(theme().text_px(Text.SMALL) * 2.8 + Space.S, Space.S, -Space.XS, -line)

    def _scale(self) -> tuple[float, float]:
        values = [mark.value for mark in self.marks if mark.value is not None]
        values += [self.target] if self.target is not None else []
        low, high = min([0.0, *values]), max([0.0, *values])
        return (low, high) if high > low else (0.0, 1.0)

    def bars(self) -> list[QRectF | None]:
        """Where each month's bar lies."""
        area, (low, high) = self._area(), self._scale()
        step = area.width() / max(len(self.marks), 1)
        found: list[QRectF | None] = []
        for n, mark in enumerate(self.marks):
            if mark.value is None:
                found.append(None)
                continue
            zero, top = (area.bottom() - area.height() * (level - low) / (high - low) for level in (0.0, mark.value))
            box = QRectF(area.left() + n * step + step * 0.15, min(zero, top), step * 0.7, max(abs(zero - top), 1))
            found.append(box)
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Levels, bars, the target, the months."""
        del event
        area, (low, high) = self._area(), self._scale()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme().font(Text.SMALL))
            places = 0 if high - low >= 4 else 1
            for level in (low, (low + high) / 2, high):
                self._paint_level(painter, area, area.bottom() - area.height() * (level - low) / (high - low), level, places)
            for mark, box in zip(self.marks, self.bars(), strict=True):
                if box is not None:
                    self._paint_bar(painter, box, growing=mark.growing)
            if self.target is not None:
                y = round(area.bottom() - area.height() * (self.target - low) / (high - low)) + 0.5
                painter.setPen(QPen(theme().colour("text"), 1.25, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            self._paint_months(painter, area)

    def _paint_level(self, painter: QPainter, area: QRectF, y: float, level: float, places: int) -> None:
        tall = theme().text_px(Text.SMALL) + Space.XS
        painter.setPen(QPen(theme().colour("border"), 1))
        painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
        painter.setPen(theme().colour("muted"))
        top = min(max(y - tall / 2, 0), self.height() - tall)
        painter.drawText(QRectF(0, top, area.left() - Space.S, tall), _RIGHT, dates.number(level, places))

    def _paint_bar(self, painter: QPainter, box: QRectF, *, growing: bool) -> None:
        accent = theme().colour("accent")
        painter.setPen(QPen(accent, 1.25) if growing else Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(accent, Qt.BrushStyle.BDiagPattern) if growing else accent)
        painter.drawRect(box)

    def _paint_months(self, painter: QPainter, area: QRectF) -> None:
        step = area.width() / max(len(self.marks), 1)
        words = max((painter.fontMetrics().horizontalAdvance(mark.short) for mark in self.marks), default=1)
        every = max(1, -(-(words + Space.XS) // max(int(step), 1)))
        painter.setPen(theme().colour("muted"))
        for n in range(len(self.marks) - 1, -1, -every):
            middle = area.left() + (n + 0.5) * step
            box = QRectF(middle - words, area.bottom() + Space.XS, 2 * words, self.height() - area.bottom())
            painter.drawText(box, _MIDDLE, self.marks[n].short)

    def event(self, event: QEvent) -> bool:
        """The value under the pointer."""
        if isinstance(event, QHelpEvent):
            area = self._area()
            n = int((event.pos().x() - area.left()) // (area.width() / max(len(self.marks), 1)))
            mark = self.marks[n] if 0 <= n < len(self.marks) and event.pos().x() >= area.left() else None
            show_tip(event.globalPos(), told_one(mark) if mark else "", self)
            return True
        return super().event(event)

