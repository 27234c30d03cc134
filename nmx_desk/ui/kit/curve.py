"""A small curve of scores over time, painted, with its text beside it for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import set_tip
from nmx_desk.ui.theme import theme

MOST = 10
WIDTH, HEIGHT, EDGE, DOT = 168, 40, 5, 3
Points = Sequence[tuple[date, int]]


def told(name: str, points: Points) -> str:
    """The text alternative: every score with its day."""
    if not points:
        return _("{name}: not measured").format(name=name)
    scores = ", ".join(_("{n} on {day}").format(n=score, day=dates.short(day)) for day, score in points)
    return _("{name}: {scores}").format(name=name, scores=scores)


class ScoreCurve(QWidget):
    """Scores 0–10 over time on a fixed scale; a wider gap in time is a wider gap in the curve."""

    def __init__(self, name: str, points: Points) -> None:
        super().__init__()
        self._points = list(points)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        text = told(name, self._points)
        self.setAccessibleName(text)
        set_tip(self, text)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Grows with the text."""
        return QSize(round(WIDTH * theme().text_scale), round(HEIGHT * theme().text_scale))

    def places(self) -> list[QPointF]:
        """Where each score lies in the widget; a single one at the right."""
        if not self._points:
            return []
        first, last = self._points[0][0], self._points[-1][0]
        span = max((last - first).days, 1)
        wide, high = self.width() - 2 * EDGE, self.height() - 2 * EDGE
        lone = len(self._points) == 1
        return [
            QPointF(EDGE + (wide if lone else wide * (day - first).days / span), EDGE + high * (MOST - score) / MOST)
            for day, score in self._points
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, a dot for each score, the last one filled; thin lines at 0, 5 and 10."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour("border"), 1))
        for part in (0, 0.5, 1):
            level = round(EDGE + (self.height() - 2 * EDGE) * part) + 0.5
            painter.drawLine(QPointF(EDGE, level), QPointF(self.width() - EDGE, level))
        places = self.places()
        painter.setPen(QPen(theme().colour("accent"), 1.75))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        painter.setBrush(theme().colour("surface"))
        for place in places[:-1]:
            painter.drawEllipse(place, DOT - 1, DOT - 1)
        painter.setBrush(theme().colour("accent"))
        for place in places[-1:]:
            painter.drawEllipse(place, DOT, DOT)
