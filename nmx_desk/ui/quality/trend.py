"""Values over time as a painted line with its target, and how often each score was given; both say themselves in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import set_tip
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space, Text

Points = Sequence[tuple[date, float]]
DOT = 3
LEAST_WIDTH = 160


def said(name: str, points: Points, target: float | None = None, decimals: int = 1) -> str:
    """The line in words."""
    if not points:
        return _("{name}: no value yet").format(name=name)
    values = ", ".join(
        _("{value} on {day}").format(value=dates.number(value, decimals), day=dates.short(day)) for day, value in points
    )  # fmt: skip
    words = f"{name}: {values}"
    return words if target is None else f"{words}. " + _("Target: {value}").format(value=dates.number(target, decimals))


class TrendLine(QWidget):
    """A line through values, a dashed one at the target. The scale runs from ``low`` to ``high``, or to what the values need."""

    def __init__(self, name: str, *, low: float | None = None, high: float | None = None, height: int = 88, decimals: int = 1) -> None:
        super().__init__()
        self._name, self._low, self._high, self._height, self._decimals = name, low, high, height, decimals
        self._points: list[tuple[date, float]] = []
        self._target: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_points([])
        theme().changed.connect(self.update)

    def show_points(self, points: Points, target: float | None = None) -> None:
        """Show other values."""
        self._points, self._target = list(points), target
        text = said(self._name, self._points, target, self._decimals)
        self.setAccessibleName(text)
        set_tip(self, text)
        self.update()

    def sizeHint(self) -> QSize:
        """Grows with the text."""
        return QSize(round(LEAST_WIDTH * 1.5), round(self._height * theme().text_scale))

    def minimumSizeHint(self) -> QSize:
        """Wide enough to be read."""
        return QSize(LEAST_WIDTH, self.sizeHint().height())

    def scale(self) -> tuple[float, float]:
        """The lowest and the highest value that fits."""
        values = [value for _day, value in self._points] + ([self._target] if self._target is not None else [])
        low = self._low if self._low is not None else min(values, default=0.0)
        high = self._high if self._high is not None else max(values, default=1.0)
        return (low, high) if high > low else (low - 1, high + 1)

    def _area(self) -> QRectF:
        measure = self.fontMetrics()
        left = max(measure.horizontalAdvance(dates.number(value, self._decimals)) for value in self.scale()) + Space.S
        return QRectF(left, Space.S, max(self.width() - left - Space.L, 1), max(self.height() - measure.height() - Space.L, 1))

    def places(self) -> list[QPointF]:
        """Where each value lies in the widget; a single one at the right."""
        if not self._points:
            return []
        area, (low, high) = self._area(), self.scale()
        first, last = self._points[0][0], self._points[-1][0]
        span = (last - first).days

        def across(day: date) -> float:
            return area.right() if not span else area.left() + area.width() * (day - first).days / span

        def up(value: float) -> float:
            return area.bottom() - area.height() * min(max((value - low) / (high - low), 0), 1)

        return [QPointF(across(day), up(value)) for day, value in self._points]

    def paintEvent(self, event: QPaintEvent) -> None:
        """The scale, the target, the line, a dot for each value."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(Text.SMALL))
        area, (low, high) = self._area(), self.scale()
        for value, level in ((high, area.top()), (low, area.bottom())):
            painter.setPen(QPen(theme().colour("border"), 1))
            painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))
            painter.setPen(theme().colour("muted"))
            box = QRectF(0, level - 10, area.left() - Space.XS, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, dates.number(value, self._decimals))
        if self._target is not None:
            level = area.bottom() - area.height() * (self._target - low) / (high - low)
            painter.setPen(QPen(theme().colour("warn"), 1.25, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), level), QPointF(area.right(), level))
        self._paint_line(painter)
        self._paint_days(painter, area)

    def _paint_line(self, painter: QPainter) -> None:
        places = self.places()
        painter.setPen(QPen(theme().colour("accent"), 1.75))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        for number, place in enumerate(places):
            last = number == len(places) - 1
            painter.setBrush(theme().colour("accent" if last else "surface"))
            painter.drawEllipse(place, DOT if last else DOT - 1, DOT if last else DOT - 1)

    def _paint_days(self, painter: QPainter, area: QRectF) -> None:
        if not self._points:
            return
        painter.setPen(theme().colour("muted"))
        below = QRectF(area.left(), area.bottom() + Space.XS, area.width(), self.height() - area.bottom() - Space.XS)
        first, last = self._points[0][0], self._points[-1][0]
        if first != last:
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, dates.short(first))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, dates.short(last))


class ScoreBars(QWidget):
    """How often each score of 0–10 was given, as columns with their number; would not recommend, neutral, would recommend."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._counts: tuple[int, ...] = (0,) * 11
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_counts(self._counts)
        theme().changed.connect(self.update)

    def show_counts(self, counts: Sequence[int]) -> None:
        """Show other counts, of 0 to 10."""
        self._counts = tuple(counts)
        given = ", ".join(f"{score}: {count}" for score, count in enumerate(self._counts) if count)
        text = f"{self._name}: {given or _('nothing yet')}"
        self.setAccessibleName(text)
        set_tip(self, text)
        self.update()

    def sizeHint(self) -> QSize:
        """Grows with the text."""
        return QSize(11 * 22, round(84 * theme().text_scale))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the digits."""
        return QSize(11 * 16, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Columns, their counts above and their scores below."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(Text.SMALL))
        line, most, wide = painter.fontMetrics().height(), max(self._counts) or 1, self.width() / 11
        room = self.height() - 2 * line - Space.XS
        for score, count in enumerate(self._counts):
            left, high = score * wide, room * count / most
            hue = "danger" if score < 7 else "neutral" if score < 9 else "ok"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour(hue))
            if count:
                painter.drawRoundedRect(QRectF(left + 3, line + room - high, wide - 6, high), 2, 2)
            painter.setPen(theme().colour("text"))
            above = QRectF(left, room - high, wide, line)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, str(count) if count else "")
            painter.setPen(theme().colour("muted"))
            painter.drawText(QRectF(left, self.height() - line, wide, line), Qt.AlignmentFlag.AlignCenter, str(score))
