"""When things come in: the hours of a week, the fuller the darker. Arrow keys walk the hours, each is said in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import show_tip
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space, Text

DAYS, HOURS = 7, 24
LINE = 20  # height of a day at 100 % text
EVERY = 3  # hours between two that are named
STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def day_name(weekday: int, *, short: bool = False) -> str:
    """Monday is 0."""
    return dates.locale().dayName(weekday + 1, dates.locale().FormatType.ShortFormat if short else dates.locale().FormatType.LongFormat)


class HeatStrip(QWidget):
    """Counts by weekday and hour. ``opened`` carries the weekday and the hour that somebody clicked, or pressed Enter at."""

    opened = Signal(int, int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.counts: Sequence[Sequence[int]] = ()
        self.at = (0, 9)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        theme().changed.connect(self.update)

    def show_counts(self, counts: Sequence[Sequence[int]]) -> None:
        """Seven rows of twenty-four."""
        self.counts = counts
        self.setAccessibleDescription(self.told())
        self.update()

    def told(self) -> str:
        """The text alternative: each day, and the fullest hours."""
        by_day = "; ".join(f"{day_name(n)} {dates.number(sum(hours))}" for n, hours in enumerate(self.counts))
        hours = [(count, day, hour) for day, found in enumerate(self.counts) for hour, count in enumerate(found) if count]
        fullest = sorted(hours, key=lambda one: (-one[0], one[1:]))[:3]
        most = "; ".join(self.said(day, hour) for _count, day, hour in fullest)
        return _("{days}. Most: {most}").format(days=by_day, most=most) if most else by_day

    def said(self, day: int, hour: int) -> str:
        """One hour in words."""
        count = self.counts[day][hour] if self.counts else 0
        return _("{day} {start}–{end} h: {n}").format(day=day_name(day), start=hour, end=hour + 1, n=dates.number(count))

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(320, round((DAYS * LINE + LINE) * theme().text_scale))

    def _area(self) -> QRectF:
        names = max(self.fontMetrics().horizontalAdvance(day_name(n, short=True)) for n in range(DAYS))
        return QRectF(self.rect()).adjusted(names + Space.M, 2, -2, -round(LINE * theme().text_scale))

    def cell(self, day: int, hour: int) -> QRectF:
        """Where an hour lies."""
        area = self._area()
        wide, tall = area.width() / HOURS, area.height() / DAYS
        return QRectF(area.left() + hour * wide, area.top() + day * tall, wide, tall)

    def hour_at(self, place: QPoint) -> tuple[int, int] | None:
        """The (day, hour) under a point."""
        area = self._area()
        if not area.contains(place):
            return None
        hour = int((place.x() - area.left()) * HOURS / area.width())
        return min(int((place.y() - area.top()) * DAYS / area.height()), DAYS - 1), min(hour, HOURS - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hours, the names of days, every third hour, and the one the keys are at."""
        del event
        most = max((count for hours in self.counts for count in hours), default=0)
        with QPainter(self) as painter:
            painter.setFont(theme().font(Text.SMALL))
            for day, hours in enumerate(self.counts):
                for hour, count in enumerate(hours):
                    painter.fillRect(self.cell(day, hour).adjusted(0.5, 0.5, -1, -1), _colour(count, most))
            self._paint_names(painter)
            if self.hasFocus():
                painter.setPen(QPen(theme().colour("focus"), 2))
                painter.drawRect(self.cell(*self.at))

    def _paint_names(self, painter: QPainter) -> None:
        area = self._area()
        painter.setPen(theme().colour("muted"))
        for day in range(DAYS):
            box = self.cell(day, 0)
            painter.drawText(QRectF(0, box.top(), area.left(), box.height()), _LEFT, day_name(day, short=True))
        for hour in range(0, HOURS, EVERY):
            box = self.cell(DAYS - 1, hour)
            under = QRectF(box.left(), area.bottom(), box.width() * EVERY, self.height() - area.bottom())
            painter.drawText(under, _LEFT, str(hour))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter opens."""
        if event.key() in STEPS:
            step = STEPS[Qt.Key(event.key())]
            self.at = min(max(self.at[0] + step[0], 0), DAYS - 1), min(max(self.at[1] + step[1], 0), HOURS - 1)
            self._say()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit(*self.at)
        else:
            super().keyPressEvent(event)

    def _say(self) -> None:
        words = self.said(*self.at)
        self.setAccessibleName(f"{self._name}. {words}")
        show_tip(self.mapToGlobal(self.cell(*self.at).bottomRight().toPoint()), words, self)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        found = self.hour_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.at = found
            self.opened.emit(*found)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys are."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take it away."""
        super().focusOutEvent(event)
        self.setAccessibleName(self._name)
        self.update()

    def event(self, event: QEvent) -> bool:
        """The hour under the pointer."""
        if isinstance(event, QHelpEvent):
            found = self.hour_at(event.pos())
            show_tip(event.globalPos(), self.said(*found) if found else "", self)
            return True
        return super().event(event)


def _colour(count: int, most: int) -> QColor:
    """From the sunken ground to the accent."""
    ground, full = theme().colour("sunken"), theme().colour("accent")
    if not count:
        return ground
    part = 0.15 + 0.85 * count / most
    pairs = ((ground.red(), full.red()), (ground.green(), full.green()), (ground.blue(), full.blue()))
    return QColor(*(round(a + (b - a) * part) for a, b in pairs))
