"""One line of time: chosen scores as curves over the items of the plan as bars, with activations and contacts as marks and a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.domain.course import MARK_NAMES, Bar, Mark, MarkKind
from nmx_desk.domain.plans import PILLAR_NAMES
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.curve import told
from nmx_desk.ui.kit.pillars import PILLAR_HUES, PILLAR_ICONS
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

MOST, LABELS, CURVES, BAR = 10, 210, 170, 24
MARK_ICONS = {
    MarkKind.VERSION: "target", MarkKind.ENDED: "square-check-big", MarkKind.NOTE: "file-text", MarkKind.CALL: "phone",
    MarkKind.CONTACT: "repeat",
}  # fmt: skip
OF_PLAN = frozenset({MarkKind.VERSION, MarkKind.ENDED})
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Series:
    """Scores of one thing, oldest first; ``dashed``: 10 is good."""

    key: str
    name: str
    points: tuple[tuple[date, int], ...]
    hue: int
    dashed: bool = False

    def at(self, day: date) -> tuple[date, int] | None:
        """The last score up to a day."""
        return next((one for one in reversed(self.points) if one[0] <= day), None)


def mark_words(mark: Mark) -> str:
    """``Plan activated: version 2``."""
    name = _(MARK_NAMES[mark.kind])
    return _("{what}: version {n}").format(what=name, n=mark.number) if mark.kind is MarkKind.VERSION else name


def bar_words(bar: Bar) -> str:
    """An item with its days, and whether these are the planned ones."""
    began = dates.short(bar.began)
    if bar.began_planned:
        began = _("{day} (as planned)").format(day=began)
    if bar.ended is None:
        return _("{pillar}, {text}: since {began}").format(pillar=_(PILLAR_NAMES[bar.pillar]), text=bar.text, began=began)
    ended = dates.short(bar.ended)
    if bar.ended_planned:
        ended = _("{day} at the latest").format(day=ended)
    words = _("{pillar}, {text}: from {began} until {ended}")
    return words.format(pillar=_(PILLAR_NAMES[bar.pillar]), text=bar.text, began=began, ended=ended)


class CourseView(QWidget):
    """Arrows go from day to day on which something is known, Shift with them by one day; ``moved`` carries the day of the cursor."""

    moved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.series: Sequence[Series] = ()
        self.bars: Sequence[Bar] = ()
        self.marks: Sequence[Mark] = ()
        self.today, self.day = date(1970, 1, 1), date(1970, 1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Scores and plan over time"))
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """As high as its curves and bars."""
        return QSize(640, round((CURVES + BAR * len(self.bars) + 3 * BAR) * theme().text_scale))

    def minimumSizeHint(self) -> QSize:
        """Never less high, and wide enough to be read."""
        return QSize(420, self.sizeHint().height())

    def show_course(self, series: Sequence[Series], bars: Sequence[Bar], marks: Sequence[Mark], today: date) -> None:
        """Show these; the cursor stays on its day while that is in sight."""
        self.series, self.bars, self.marks, self.today = series, bars, marks, today
        first, last = self.span()
        self.day = self.day if first <= self.day <= last else last
        words = [told(one.name, one.points) for one in series] + [bar_words(one) for one in bars]
        words += [f"{mark_words(one)}, {dates.short(one.day)}" for one in marks]
        self.setAccessibleDescription(". ".join(words))
        self.updateGeometry()
        self.update()
        self.moved.emit(self.day)

    # -- where things lie ------------------------------------------------------------------------------------------------------------

    def days(self) -> list[date]:
        """The days on which something is known."""
        found = {day for one in self.series for day, _score in one.points} | {one.day for one in self.marks} | {self.today}
        found |= {day for one in self.bars for day in (one.began, one.ended) if day is not None}
        return sorted(found)

    def span(self) -> tuple[date, date]:
        """First and last day in sight."""
        days = self.days()
        return days[0], max(days[-1], days[0] + timedelta(days=1))

    def area(self) -> QRectF:
        """Where the curves are drawn."""
        scale = theme().text_scale
        top = BAR * scale
        return QRectF(LABELS * scale, top, self.width() - LABELS * scale - Space.L, CURVES * scale - Space.S)

    def x_of(self, day: date) -> float:
        """Where a day lies."""
        (first, last), area = self.span(), self.area()
        return area.left() + area.width() * (day - first).days / (last - first).days

    def day_at(self, x: float) -> date:
        """The day that lies nearest."""
        (first, last), area = self.span(), self.area()
        share = min(max((x - area.left()) / max(area.width(), 1), 0), 1)
        return first + timedelta(days=round((last - first).days * share))

    def bar_rect(self, row: int) -> QRectF:
        """Where an item's bar lies; one that runs goes on until today."""
        bar, scale, area = self.bars[row], theme().text_scale, self.area()
        top = area.bottom() + (1.5 * BAR + BAR * row) * scale
        left, right = self.x_of(bar.began), self.x_of(bar.ended or self.today)
        return QRectF(left, top + 4, max(right - left, 6), BAR * scale - 8)

    # -- drawing ---------------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Levels and months, marks through all, curves, bars, the cursor."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme().font(Text.SMALL))
            self._paint_levels(painter)
            self._paint_marks(painter)
            for one in self.series:
                self._paint_series(painter, one)
            for row in range(len(self.bars)):
                self._paint_bar(painter, row)
            self._paint_cursor(painter)

    def _paint_levels(self, painter: QPainter) -> None:
        area = self.area()
        for level in (0, 5, MOST):
            y = area.bottom() - area.height() * level / MOST
            painter.setPen(QPen(theme().colour("border"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme().colour("muted"))
            painter.drawText(QRectF(0, y - BAR / 2, area.left() - Space.S, BAR), _RIGHT, str(level))
        (first, last), tall = self.span(), BAR * theme().text_scale
        under = QRectF(area.left(), area.bottom() + 2, area.width(), tall)
        painter.drawText(under, _LEFT, dates.short(first))
        painter.drawText(under, _RIGHT, dates.short(last))

    def _paint_marks(self, painter: QPainter) -> None:
        """Lines of the plan through everything, of contacts through the curves; of icons on one spot the plan's is shown."""
        area, size, taken = self.area(), round(14 * theme().text_scale), list[float]()
        for mark in sorted(self.marks, key=lambda one: one.kind not in OF_PLAN):
            x, strong = self.x_of(mark.day), mark.kind in OF_PLAN
            line = Qt.PenStyle.SolidLine if strong else Qt.PenStyle.DotLine
            painter.setPen(QPen(theme().colour("border_strong" if strong else "border"), 1, line))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, self.height() if strong else area.bottom()))
            if all(abs(x - other) > size for other in taken):  # the cursor and the table tell both
                painter.drawPixmap(QPointF(x - size / 2, 2), pixmap(MARK_ICONS[mark.kind], "text" if strong else "muted", size))
                taken.append(x)

    def _paint_series(self, painter: QPainter, one: Series) -> None:
        area, colour = self.area(), theme().of_hue(one.hue, strong=True)
        places = [QPointF(self.x_of(day), area.bottom() - area.height() * score / MOST) for day, score in one.points]
        painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine if one.dashed else Qt.PenStyle.SolidLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for place in places:
            painter.drawEllipse(place, 3, 3)

    def _paint_bar(self, painter: QPainter, row: int) -> None:
        bar, rect, size = self.bars[row], self.bar_rect(row), round(14 * theme().text_scale)
        runs = bar.ran_on(self.day)
        painter.drawPixmap(QPointF(0, rect.center().y() - size / 2), pixmap(PILLAR_ICONS[bar.pillar], "text" if runs else "muted", size))
        painter.setPen(theme().colour("text" if runs else "muted"))
        label = QRectF(size + Space.XS, rect.top() - 4, self.area().left() - size - Space.L, rect.height() + 8)
        painter.drawText(label, _LEFT, painter.fontMetrics().elidedText(bar.text, Qt.TextElideMode.ElideRight, round(label.width())))
        edge = theme().of_hue(PILLAR_HUES[bar.pillar], strong=True)
        planned = bar.began_planned or bar.ended_planned
        painter.setPen(QPen(edge, 1.5, Qt.PenStyle.DashLine if planned else Qt.PenStyle.SolidLine))
        painter.setBrush(theme().of_hue(PILLAR_HUES[bar.pillar]))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if bar.ended is None:  # it goes on
            painter.setPen(QPen(edge, 2))
            painter.drawPolyline(QPolygonF([rect.topRight() + QPointF(-5, 3), rect.topRight() + QPointF(-1, rect.height() / 2),
                                            rect.bottomRight() + QPointF(-5, -3)]))  # fmt: skip

    def _paint_cursor(self, painter: QPainter) -> None:
        x, area = self.x_of(self.day), self.area()
        painter.setPen(QPen(theme().colour("accent"), 2 if self.hasFocus() else 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, self.height()))

    # -- the cursor ------------------------------------------------------------------------------------------------------------------

    def put_cursor(self, day: date) -> None:
        """On another day, within what is in sight."""
        first, last = self.span()
        day = min(max(day, first), last)
        if day != self.day:
            self.day = day
            self.update()
            self.moved.emit(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows the mouse."""
        if event.position().x() >= self.area().left() - Space.S:
            self.put_cursor(self.day_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch puts it, too."""
        self.mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From one known day to the next, by a day, to either end."""
        first, last = self.span()
        by_day = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Left:
                before = [day for day in self.days() if day < self.day]
                self.put_cursor(self.day - timedelta(days=1) if by_day else before[-1] if before else first)
            case Qt.Key.Key_Right:
                after = [day for day in self.days() if day > self.day]
                self.put_cursor(self.day + timedelta(days=1) if by_day else after[0] if after else last)
            case Qt.Key.Key_Home:
                self.put_cursor(first)
            case Qt.Key.Key_End:
                self.put_cursor(last)
            case _:
                super().keyPressEvent(event)
