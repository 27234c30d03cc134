"""How the line of a life looks: lanes, bars as wide as what is known of their dates, names beside them, years and ages on top."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from nmx_desk.domain.lifeline import LANE_NAMES, Entry, Lane, Place, Scale, place, rows_of, ticks
from nmx_desk.domain.walltime import MONTHS
from nmx_desk.i18n import _
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

ROW, AXIS, SIGN, LONGEST, TICK = 26, 40, 14, 230, 56  # logical pixels at 100 % text
ALWAYS = (Lane.ANTECEDENT, Lane.TRIGGER, Lane.MEDIATOR, Lane.EVENT)
LANE_ICONS = {
    Lane.ANTECEDENT: "history", Lane.TRIGGER: "zap", Lane.MEDIATOR: "repeat", Lane.EVENT: "circle-dot", Lane.HISTORY: "stethoscope",
    Lane.COMPLAINT: "heart-pulse", Lane.PLAN: "target",
}  # fmt: skip
LANE_HUES = {
    Lane.ANTECEDENT: 265, Lane.TRIGGER: 20, Lane.MEDIATOR: 320, Lane.EVENT: 205, Lane.HISTORY: 190, Lane.COMPLAINT: 340, Lane.PLAN: 160,
}  # fmt: skip
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Laid:
    """The line as it lies in the widget: every place with its lane's first row, and how high all of it is."""

    scale: Scale
    places: tuple[Place, ...]
    tops: dict[Lane, float]
    rows: dict[Lane, int]
    height: float

    def rect(self, one: Place) -> QRectF:
        """Bar and name of an entry."""
        top = self.tops[one.entry.lane] + one.row * px(ROW)
        return QRectF(one.box[0], top, one.box[1] - one.box[0], px(ROW))

    def bar(self, one: Place) -> QRectF:
        """Its bar."""
        whole = self.rect(one)
        return QRectF(one.bar[0], whole.top() + px(5), one.bar[1] - one.bar[0], whole.height() - px(10))

    def at(self, point: QPointF) -> Place | None:
        """What lies there."""
        return next((one for one in self.places if self.rect(one).contains(point)), None)

    def lane_at(self, y: float) -> Lane:
        """The lane that lies there, or the nearest."""
        return next((lane for lane in reversed(self.tops) if y >= self.tops[lane]), next(iter(self.tops)))


def px(length: float) -> float:
    """A length in pixels at the size of text in use."""
    return length * theme().text_scale


def lane_width() -> float:
    """What the names of the lanes take at the left, with their sign."""
    letters = QFontMetricsF(theme().font(Text.SMALL))
    return max(letters.horizontalAdvance(_(name)) for name in LANE_NAMES.values()) + px(14 + 6 + 16)


def lay(entries: Sequence[Entry], scale: Scale) -> Laid:
    """Where all of it lies; the four parts an event can play always have a lane."""
    letters = QFontMetricsF(theme().font(Text.SMALL, strong=True))  # of the chosen one
    places = place(entries, scale, letters.horizontalAdvance, sign=px(SIGN), gap=px(6), most=px(LONGEST))
    there = {one.lane for one in entries}
    rows = {lane: max(rows_of(places).get(lane, 1), 1) for lane in Lane if lane in ALWAYS or lane in there}
    tops, top = {}, px(AXIS)
    for lane, count in rows.items():
        tops[lane] = top + px(3)
        top += count * px(ROW) + px(6)
    return Laid(scale, tuple(places), tops, rows, top)


class LifelinePaint:
    """Paints one line. ``chosen`` is the entry under the cursor, ``linked`` what belongs to it; ``ghost`` where one is being dragged."""

    def __init__(self, painter: QPainter, laid: Laid, *, width: float, born: date | None, today: date) -> None:
        self.painter, self.laid, self.scale = painter, laid, laid.scale
        self.width, self.born, self.today = width, born, today
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme().font(Text.SMALL))

    def background(self) -> None:
        """Lanes with their names, years as thin lines, today."""
        painter, scale = self.painter, self.scale
        for day in ticks(scale, px(TICK)):
            painter.setPen(QPen(theme().colour("border"), 1))
            painter.drawLine(QPointF(scale.x(day), px(AXIS)), QPointF(scale.x(day), self.laid.height))
        for lane, top in self.laid.tops.items():
            painter.setPen(QPen(theme().colour("border"), 1))
            painter.drawLine(QPointF(0, top - px(3)), QPointF(self.width, top - px(3)))
            size = round(px(14))
            painter.drawPixmap(QPointF(0, top + (px(ROW) - size) / 2), pixmap(LANE_ICONS[lane], "muted", size))
            painter.setPen(theme().colour("muted"))
            room = QRectF(size + px(6), top, scale.left - size - px(14), px(ROW))
            painter.drawText(room, _LEFT, self._cut(_(LANE_NAMES[lane]), room.width()))
        if scale.first <= self.today <= scale.last:
            painter.setPen(QPen(theme().colour("accent"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(scale.x(self.today), px(AXIS) - px(4)), QPointF(scale.x(self.today), self.laid.height))

    def axis(self, top: float) -> None:
        """Years, and under them how old somebody was; it stays in sight."""
        painter, scale = self.painter, self.scale
        painter.fillRect(QRectF(0, top, self.width, px(AXIS) - 1), theme().colour("surface"))
        painter.setPen(QPen(theme().colour("border_strong"), 1))
        painter.drawLine(QPointF(scale.left, top + px(AXIS) - 1), QPointF(scale.right, top + px(AXIS) - 1))
        wide = px(TICK)
        for day in ticks(scale, wide):
            room = QRectF(scale.x(day) - wide / 2, top + px(2), wide, px(18))
            if room.right() > self.width + wide / 3 or room.left() < scale.left - wide:
                continue
            painter.setPen(theme().colour("text"))
            painter.drawText(room, _CENTRE, str(day.year) if day.month == 1 else _(MONTHS[day.month - 1])[:3].lower())
            if day.month == 1 and self.born is not None and day.year >= self.born.year:
                painter.setPen(theme().colour("muted"))
                painter.drawText(room.translated(0, px(17)), _CENTRE, _("{n} y").format(n=day.year - self.born.year))

    def entries(self, chosen: str, linked: Collection[str], *, focused: bool) -> None:
        """All that lies on the line; what is chosen has a frame, and what belongs to it a mark."""
        for one in self.laid.places:
            self._entry(one, strong=one.entry.key == chosen or one.entry.key in linked)
            if one.entry.key == chosen:
                self._frame(one, focused=focused)
        self._ties(chosen, linked)

    def ghost(self, laid: Laid, key: str, words: str) -> None:
        """Where an entry would lie, and the date it would have."""
        one = next((one for one in laid.places if one.entry.key == key), None)
        if one is None:
            return
        painter, bar = self.painter, laid.bar(one)
        painter.setPen(QPen(theme().colour("accent"), 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(bar, RADIUS, RADIUS)
        letters = painter.fontMetrics().horizontalAdvance(words) + 2 * px(6)
        left = min(max(bar.center().x() - letters / 2, self.scale.left), self.width - letters)
        flag = QRectF(left, max(bar.top() - px(24), px(AXIS) + 1), letters, px(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("accent"))
        painter.drawRoundedRect(flag, RADIUS, RADIUS)
        painter.setPen(theme().colour("on_accent"))
        painter.drawText(flag, _CENTRE, words)

    # -- one entry -------------------------------------------------------------------------------------------------------------------

    def _entry(self, one: Place, *, strong: bool) -> None:
        painter, bar, entry = self.painter, self.laid.bar(one), one.entry
        edge, soft = theme().of_hue(LANE_HUES[entry.lane], strong=True), theme().of_hue(LANE_HUES[entry.lane])
        if entry.until is None:
            self._moment(bar, entry, edge, soft)
        else:
            self._period(bar, entry, edge, soft)
        painter.setPen(theme().colour("text"))
        painter.setFont(theme().font(Text.SMALL, strong=strong))
        rect = self.laid.rect(one)
        room = QRectF(one.label[0], rect.top(), max(one.label[1] - one.label[0], 0), rect.height())
        painter.drawText(room, _LEFT, self._cut(entry.name, room.width() + 1))
        painter.setFont(theme().font(Text.SMALL))

    def _moment(self, bar: QRectF, entry: Entry, edge: QColor, soft: QColor) -> None:
        """A stretch in which it happened, with a dot in its middle; a day is only the dot."""
        painter = self.painter
        if entry.last > entry.first:
            painter.setPen(QPen(edge, 1, Qt.PenStyle.DashLine))
            painter.setBrush(soft)
            painter.drawRoundedRect(bar, RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(edge)
        middle = entry.first + (entry.last - entry.first) // 2
        x = min(max(self.scale.x(middle), bar.left() + px(SIGN) / 2), bar.right() - px(SIGN) / 2)
        painter.drawEllipse(QPointF(x, bar.center().y()), px(4.5), px(4.5))

    def _period(self, bar: QRectF, entry: Entry, edge: QColor, soft: QColor) -> None:
        """From beginning to end; what is not known of either is drawn open."""
        painter, until = self.painter, entry.until or entry.last
        sure = (self._clip(entry.last, bar), self._clip((entry.ending or until) + timedelta(days=0 if entry.ending else 1), bar))
        painter.setPen(QPen(edge, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(bar, RADIUS, RADIUS)
        if sure[1] > sure[0]:
            painter.setPen(QPen(edge, 1))
            painter.setBrush(soft)
            painter.drawRoundedRect(QRectF(sure[0], bar.top(), sure[1] - sure[0], bar.height()), RADIUS, RADIUS)
        if entry.open:  # it goes on
            painter.setPen(QPen(edge, 2))
            painter.drawPolyline(QPolygonF([
                QPointF(bar.right() - px(6), bar.top() + px(4)), QPointF(bar.right() - px(2), bar.center().y()),
                QPointF(bar.right() - px(6), bar.bottom() - px(4)),
            ]))  # fmt: skip

    def _clip(self, day: date, bar: QRectF) -> float:
        return min(max(self.scale.x(day), bar.left()), bar.right())

    def _frame(self, one: Place, *, focused: bool) -> None:
        painter = self.painter
        painter.setPen(QPen(theme().colour("accent"), 2 if focused else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.laid.rect(one).adjusted(-Space.XS, 1, Space.XS, -1), RADIUS, RADIUS)

    def _ties(self, chosen: str, linked: Collection[str]) -> None:
        """Thin lines from the chosen event to what it was said to belong to."""
        here = next((one for one in self.laid.places if one.entry.key == chosen), None)
        if here is None:
            return
        painter, start = self.painter, self.laid.bar(here)
        painter.setPen(QPen(theme().colour("accent"), 1, Qt.PenStyle.DotLine))
        for one in self.laid.places:
            if one.entry.key in linked:
                there = self.laid.bar(one)
                x = min(max(start.center().x(), there.left()), there.right())
                low, high = (start, there) if start.top() < there.top() else (there, start)
                painter.drawLine(QPointF(start.center().x(), low.bottom()) if low is start else QPointF(x, low.bottom()),
                                 QPointF(x, high.top()) if high is there else QPointF(start.center().x(), high.top()))  # fmt: skip

    def _cut(self, text: str, room: float) -> str:
        return self.painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(room))

