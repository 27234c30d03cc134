"""One line of time: chosen scores as curves, under them the items of the plan as bars, with activations and contacts as marks and a cursor.

The curves stay in sight while the bars roll; both can be looked at closer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.domain.course import MARK_NAMES, Bar, Mark, MarkKind
from nmx_desk.domain.plans import PILLAR_NAMES
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.curve import told
from nmx_desk.ui.kit.labels import set_tip
from nmx_desk.ui.kit.pillars import PILLAR_HUES, PILLAR_ICONS
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

MOST, LABELS, CURVES, BAR = 10, 210, 170, 24
CLOSER, FEWEST_DAYS = 2, 14  # how much closer a step brings, and the least that is in sight
MARK_ICONS = {
    MarkKind.VERSION: "target", MarkKind.ENDED: "square-check-big", MarkKind.NOTE: "file-text", MarkKind.CALL: "phone",
    MarkKind.CONTACT: "repeat",
}  # fmt: skip
OF_PLAN = frozenset({MarkKind.VERSION, MarkKind.ENDED})
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TOLD, STROKE = 6, 3.0  # values in words; width of the stroke of one
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
    """An item with its days, whether these are the planned ones, and what was told of it."""
    told = " · ".join(str(percent) for _day, percent in bar.told[-TOLD:])
    return ", ".join(filter(None, (_days_words(bar), _("kept to: {values} %").format(values=told) if told else "")))


def _days_words(bar: Bar) -> str:
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
    """Arrows go from day to day on which something is known, Shift with them by one day; ``moved`` carries the day of the cursor.

    Plus, minus and 0, or Ctrl and the wheel, show fewer days, more, all; ``changed`` says that days lie elsewhere.
    """

    moved = Signal(object)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.series: Sequence[Series] = ()
        self.bars: Sequence[Bar] = ()
        self.marks: Sequence[Mark] = ()
        self.today, self.day = date(1970, 1, 1), date(1970, 1, 1)
        self._sight: tuple[date, date] | None = None  # None: all
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(_("Scores and plan over time"))
        set_tip(self, _("Closer: + or Ctrl and the wheel. Further: −. All of it: 0."))
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """As high as its curves, with the marks over them and the days under them."""
        return QSize(640, round((CURVES + 2 * BAR) * theme().text_scale))

    def minimumSizeHint(self) -> QSize:
        """High and wide enough to be read; where there is little room the curves are less high."""
        return QSize(420, round((CURVES / 2 + 2 * BAR) * theme().text_scale))

    def show_course(self, series: Sequence[Series], bars: Sequence[Bar], marks: Sequence[Mark], today: date) -> None:
        """Show these; the cursor stays on its day while that is in sight."""
        self.series, self.bars, self.marks, self.today = series, bars, marks, today
        first, last = self.whole()
        if self._sight is not None and not first <= self._sight[0] < self._sight[1] <= last:
            self._sight = None
        self.day = self.day if first <= self.day <= last else last
        words = [told(one.name, one.points) for one in series] + [bar_words(one) for one in bars]
        words += [f"{mark_words(one)}, {dates.short(one.day)}" for one in marks]
        self.setAccessibleDescription(". ".join(words))
        self._again()
        self.moved.emit(self.day)

    def _again(self) -> None:
        self.update()
        self.changed.emit()

    # -- where things lie ------------------------------------------------------------------------------------------------------------

    def days(self) -> list[date]:
        """The days on which something is known."""
        found = {day for one in self.series for day, _score in one.points} | {one.day for one in self.marks} | {self.today}
        found |= {day for one in self.bars for day in (one.began, one.ended) if day is not None}
        return sorted(found)

    def whole(self) -> tuple[date, date]:
        """First and last day of all that is known."""
        days = self.days()
        return days[0], max(days[-1], days[0] + timedelta(days=1))

    def span(self) -> tuple[date, date]:
        """First and last day in sight."""
        return self._sight or self.whole()

    def come_closer(self, steps: int) -> None:
        """Show fewer days around the cursor, which stays where it is; less than 0 for more, until all are shown."""
        (first, last), (start, end) = self.span(), self.whole()
        days = round((last - first).days / CLOSER**steps)
        if days >= (end - start).days:
            self.show_all()
            return
        days = max(days, min(FEWEST_DAYS, (last - first).days))
        before = round(days * (self.day - first).days / (last - first).days)
        self._look_at(self.day - timedelta(days=before), days)

    def show_all(self) -> None:
        """Every day that is known."""
        self._sight = None
        self._again()

    def _look_at(self, first: date, days: int) -> None:
        start, end = self.whole()
        first = max(start, min(first, end - timedelta(days=days)))
        self._sight = (first, first + timedelta(days=days))
        self._again()

    def area(self) -> QRectF:
        """Where the curves are drawn."""
        scale = theme().text_scale
        tall = self.height() - 2 * BAR * scale - Space.S
        return QRectF(LABELS * scale, BAR * scale, self.width() - LABELS * scale - Space.L, tall)

    def x_of(self, day: date) -> float:
        """Where a day lies."""
        (first, last), area = self.span(), self.area()
        return area.left() + area.width() * (day - first).days / (last - first).days

    def day_at(self, x: float) -> date:
        """The day that lies nearest."""
        (first, last), area = self.span(), self.area()
        share = min(max((x - area.left()) / max(area.width(), 1), 0), 1)
        return first + timedelta(days=round((last - first).days * share))

    # -- drawing ---------------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Levels and days, marks, curves, the cursor."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme().font(Text.SMALL))
            self._paint_levels(painter)
            self._paint_marks(painter)
            painter.setClipRect(QRectF(self.area().left() - 4, 0, self.width(), self.height()))
            for one in self.series:
                self._paint_series(painter, one)
            self.paint_cursor(painter)

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
        first, last = self.span()
        seen = (one for one in self.marks if first <= one.day <= last)
        for mark in sorted(seen, key=lambda one: one.kind not in OF_PLAN):
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

    def paint_cursor(self, painter: QPainter, top: float | None = None) -> None:
        """The line at its day, from the top of the curves or from another height on, as far as one paints."""
        x = self.x_of(self.day)
        painter.setPen(QPen(theme().colour("accent"), 2 if self.hasFocus() else 1))
        painter.drawLine(QPointF(x, self.area().top() if top is None else top), QPointF(x, painter.device().height()))

    # -- the cursor ------------------------------------------------------------------------------------------------------------------

    def put_cursor(self, day: date) -> None:
        """On another day, within what is in sight."""
        start, end = self.whole()
        day = min(max(day, start), end)
        if day != self.day:
            self.day = day
            first, last = self.span()
            if not first <= day <= last:
                days = (last - first).days
                self._look_at(day if day < first else day - timedelta(days=days), days)
            self._again()
            self.moved.emit(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows the mouse."""
        if event.position().x() >= self.area().left() - Space.S:
            self.put_cursor(self.day_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch puts it, too."""
        self.mouseMoveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Closer and further with Ctrl; to earlier and later days with Shift or sideways."""
        turned = event.angleDelta()
        aside = turned.x() or (turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turned.y():
            self.come_closer(1 if turned.y() > 0 else -1)
        elif aside and self._sight is not None:
            days = (self._sight[1] - self._sight[0]).days
            self._look_at(self._sight[0] - timedelta(days=max(days // 8, 1) * (1 if aside > 0 else -1)), days)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From one known day to the next, by a day, to either end; closer and further."""
        first, last = self.whole()
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
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.come_closer(1)
            case Qt.Key.Key_Minus:
                self.come_closer(-1)
            case Qt.Key.Key_0:
                self.show_all()
            case _:
                super().keyPressEvent(event)


class BarsView(QWidget):
    """The items of the plan under the curves of a ``CourseView``, day under day with them."""

    def __init__(self, view: CourseView) -> None:
        super().__init__()
        self.view = view
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        view.changed.connect(self._again)
        theme().changed.connect(self.updateGeometry)

    def _again(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its bars."""
        return QSize(self.view.minimumSizeHint().width(), round(BAR * (len(self.view.bars) + 0.5) * theme().text_scale))

    def minimumSizeHint(self) -> QSize:
        """Never less high."""
        return self.sizeHint()

    def bar_rect(self, row: int) -> QRectF:
        """Where an item's bar lies; one that runs goes on until today."""
        bar, scale = self.view.bars[row], theme().text_scale
        left, right = self.view.x_of(bar.began), self.view.x_of(bar.ended or self.view.today)
        return QRectF(left, BAR * row * scale + 4, max(right - left, 6), BAR * scale - 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plan's own marks through all, bars, the cursor."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme().font(Text.SMALL))
            painter.setPen(QPen(theme().colour("border_strong"), 1))
            first, last = self.view.span()
            for mark in self.view.marks:
                if mark.kind in OF_PLAN and first <= mark.day <= last:
                    x = self.view.x_of(mark.day)
                    painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
            for row in range(len(self.view.bars)):
                self._paint_bar(painter, row)
            self.view.paint_cursor(painter, 0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows the mouse."""
        self.view.mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch puts it, too."""
        self.view.mouseMoveEvent(event)

    def _paint_bar(self, painter: QPainter, row: int) -> None:
        bar, rect, size = self.view.bars[row], self.bar_rect(row), round(14 * theme().text_scale)
        runs = bar.ran_on(self.view.day)
        painter.drawPixmap(QPointF(0, rect.center().y() - size / 2), pixmap(PILLAR_ICONS[bar.pillar], "text" if runs else "muted", size))
        painter.setPen(theme().colour("text" if runs else "muted"))
        label = QRectF(size + Space.XS, rect.top() - 4, self.view.area().left() - size - Space.L, rect.height() + 8)
        painter.drawText(label, _LEFT, painter.fontMetrics().elidedText(bar.text, Qt.TextElideMode.ElideRight, round(label.width())))
        painter.save()
        painter.setClipRect(QRectF(self.view.area().left() - 1, 0, self.view.area().width() + 2, self.height()))
        edge = theme().of_hue(PILLAR_HUES[bar.pillar], strong=True)
        planned = bar.began_planned or bar.ended_planned
        painter.setPen(QPen(edge, 1.5, Qt.PenStyle.DashLine if planned else Qt.PenStyle.SolidLine))
        painter.setBrush(theme().of_hue(PILLAR_HUES[bar.pillar]))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        self._paint_told(painter, bar, rect)
        if bar.ended is None:  # it goes on
            painter.setPen(QPen(edge, 2))
            painter.drawPolyline(QPolygonF([rect.topRight() + QPointF(-5, 3), rect.topRight() + QPointF(-1, rect.height() / 2),
                                            rect.bottomRight() + QPointF(-5, -3)]))  # fmt: skip
        painter.restore()

    def _paint_told(self, painter: QPainter, bar: Bar, rect: QRectF) -> None:
        """How far it was kept to: at each contact a stroke as high as was told; nothing at all is a dot."""
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("text"))
        for day, percent in bar.told:
            x, high = self.view.x_of(day), max(rect.height() * percent / 100, STROKE)
            painter.drawRect(QRectF(x - STROKE / 2, rect.bottom() - high, STROKE, high))
        painter.restore()
