"""All curves of a client on one axis of time, with their figures in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.i18n import _
from nmx_desk.services.scores import ScoreSheet
from nmx_desk.ui.care.measuring import outcome_names
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.curve import told
from nmx_desk.ui.kit.hues import HUES, dot
from nmx_desk.ui.kit.labels import Label, Picture, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Segments, column, empty_layout, holder, row, scroll
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space, Text

MOST, STEP = 10, 5
COMPLAINTS, OUTCOMES = "complaints", "outcomes"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Curve:
    """A named series of scores 0–10, oldest first."""

    name: str
    points: tuple[tuple[date, int], ...]
    hue: int


def curves_of(sheet: ScoreSheet, which: str) -> list[Curve]:
    """The complaints that were ever measured, or the three outcomes."""
    if which == COMPLAINTS:
        named = [(one.complaint.words, [(score.measured_on, score.score) for score in one.scores]) for one in sheet.complaints]
    else:
        named = [
            (name, [(one.measured_on, value) for one in sheet.outcomes if (value := getattr(one, code)) is not None])
            for code, name in outcome_names().items()
        ]
    return [Curve(name, tuple(points), HUES[n * 3 % len(HUES)][0]) for n, (name, points) in enumerate(named) if points]


class CurvesView(QWidget):
    """Lines over one axis of time; wider gaps in time are wider gaps here. What it shows is told in its description."""

    def __init__(self) -> None:
        super().__init__()
        self.curves: Sequence[Curve] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Scores over time"))
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(480, 180)

    def minimumSizeHint(self) -> QSize:
        """As low as can be read."""
        return QSize(240, 110)

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Show these."""
        self.curves = curves
        self.setAccessibleDescription(". ".join(told(one.name, one.points) for one in curves))
        self.update()

    def _area(self) -> QRectF:
        line = theme().text_px(Text.SMALL) + Space.S
        return QRectF(self.rect()).adjusted(Space.XL + Space.S, Space.S, -Space.S, -line)

    def places(self, curve: Curve) -> list[QPointF]:
        """Where each score lies."""
        area, days = self._area(), [day for one in self.curves for day, _score in one.points]
        first, last = min(days), max(days)
        span = max((last - first).days, 1)
        return [
            QPointF(area.left() + area.width() * (day - first).days / span, area.bottom() - area.height() * score / MOST)
            for day, score in curve.points
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Levels 0, 5 and 10, the first and the last day, and each curve."""
        del event
        if not self.curves:
            return
        area, days = self._area(), [day for one in self.curves for day, _score in one.points]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme().font(Text.SMALL))
            for level in range(0, MOST + 1, STEP):
                y = round(area.bottom() - area.height() * level / MOST) + 0.5
                painter.setPen(QPen(theme().colour("border"), 1))
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
                painter.setPen(theme().colour("muted"))
                painter.drawText(QRectF(0, y - 10, area.left() - Space.S, 20), _RIGHT, str(level))
            under = QRectF(area.left(), area.bottom() + Space.XS, area.width(), self.height() - area.bottom() - Space.XS)
            painter.drawText(under, Qt.AlignmentFlag.AlignLeft, dates.short(min(days)))
            if max(days) > min(days):
                painter.drawText(under, Qt.AlignmentFlag.AlignRight, dates.short(max(days)))
            for curve in self.curves:
                self._paint(painter, curve)

    def _paint(self, painter: QPainter, curve: Curve) -> None:
        colour, places = theme().of_hue(curve.hue, strong=True), self.places(curve)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for place in places:
            painter.drawEllipse(place, 3, 3)


class CurvesCard(Card):
    """Complaints or outcomes as curves; beside them every curve's name with its figures in words."""

    def __init__(self) -> None:
        self.which = Segments(_("What is drawn"), ((COMPLAINTS, _("Complaints")), (OUTCOMES, _("How life is"))))
        super().__init__(_("Over time"), actions=(self.which,))
        self._sheet: ScoreSheet | None = None
        self.view = CurvesView()
        self.nothing = muted(_("Nothing was measured yet."))
        self._names = column(space=Space.S)
        self.legend = scroll(holder(column(self._names, STRETCH)), _("Figures"))
        line = row(self.view, self.legend, space=Space.L)
        line.setStretch(0, 3)
        line.setStretch(1, 2)
        self.body.addWidget(self.nothing)
        self.body.addLayout(line, 1)
        self.which.picked.connect(lambda _which: self._draw())

    def show_scores(self, sheet: ScoreSheet | None) -> None:
        """Show a client's scores, or nothing."""
        self._sheet = sheet
        self._draw()

    def _draw(self) -> None:
        curves = curves_of(self._sheet, self.which.value()) if self._sheet else []
        self.view.show_curves(curves)
        for part in (self.view, self.legend):
            part.setVisible(bool(curves))
        self.nothing.setVisible(not curves)
        empty_layout(self._names)
        for curve in curves:
            sign = Picture()
            sign.setPixmap(dot(curve.hue).pixmap(16, 16))
            figures = "   ".join(_("{n} on {day}").format(n=score, day=dates.short(day)) for day, score in reversed(curve.points))
            words = column(Label(curve.name, look="small", elide=True), Label(figures, look="small", role="muted", wrap=True), space=2)
            line = row(column(sign, STRETCH), words, space=Space.S)
            line.setStretch(1, 1)
            self._names.addLayout(line)
