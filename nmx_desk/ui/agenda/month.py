"""A month at a glance: a cell per day with how many come, what is free and everybody's lines; and the same, small, to go to a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.domain.agenda_views import GRID_WEEKS, TAKEN_OTHERWISE, WEEK, Lane, MonthDay
from nmx_desk.domain.walltime import WEEKDAYS, iso_week
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import show_tip
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

WEEKS, DAYS = GRID_WEEKS, WEEK
_MORNING, _EVENING = 8 * 60, 18 * 60
LANE, MOST_LANE = 4, 10  # how high a practitioner's line is at least, and at most
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class MonthGrid(QWidget):
    """Six weeks with their numbers. ``picked`` carries a day, ``walked`` the day the cursor went to. ``small``: numbers only."""

    picked = Signal(object)
    walked = Signal(object)

    def __init__(self, *, small: bool = False) -> None:
        super().__init__()
        self._small = small
        self._found: dict[date, MonthDay] = {}
        self.day = self.today = date(1970, 1, 1)
        self._week_of: date | None = None
        self.names: Mapping[str, str] = {}  # of practitioners, for what is said of a day
        self._by_practitioner, self._hours = False, (_MORNING, _EVENING)
        self._places: list[int] = []  # of the practitioners who have a line
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Month"))
        policy = QSizePolicy.Policy.Fixed if small else QSizePolicy.Policy.Expanding
        self.setSizePolicy(policy, policy)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Small enough to stand beside a day, or a page."""
        side = round(30 * theme().text_scale)
        return QSize(side * (DAYS + 1), side * (WEEKS + 1)) if self._small else QSize(700, 460)

    def minimumSizeHint(self) -> QSize:
        """A small one is never smaller."""
        return self.sizeHint() if self._small else QSize(420, 300)

    def show_month(
        self, day: date, today: date, found: Sequence[MonthDay] = (), *, week: bool = False, by_practitioner: bool = False
    ) -> None:
        """Show the month of a day, with what is known of its days.

        ``week``: its whole week is chosen; ``by_practitioner``: a hue says with whom and not of what kind.
        """
        self.day, self.today = day, today
        self._week_of = day - timedelta(days=day.weekday()) if week else None
        if found or day.replace(day=1) not in self._found:
            self._found = {one.day: one for one in found}
            self._by_practitioner = by_practitioner
            hours = [minute for one in found for lane in one.lanes for span in lane.open for minute in span]
            self._hours = min([*hours, _MORNING]), max([*hours, _EVENING])
            self._places = sorted({lane.place for one in found for lane in one.lanes})
        self.setAccessibleDescription(self._told(day))
        self.update()

    # Where a day lies ---------------------------------------------------------------------------------------------------------------

    def _first(self) -> date:
        first = self.day.replace(day=1)
        return first - timedelta(days=first.weekday())

    def _gutter(self) -> float:
        return self.width() / (DAYS + 1) if self._small else 36 * theme().text_scale

    def _head(self) -> float:
        return self.height() / (WEEKS + 1) if self._small else 30 * theme().text_scale

    def box(self, day: date) -> QRectF:
        """Where a day is painted."""
        place = (day - self._first()).days
        width, height = (self.width() - self._gutter()) / DAYS, (self.height() - self._head()) / WEEKS
        return QRectF(self._gutter() + place % DAYS * width, self._head() + place // DAYS * height, width, height)

    def lane_box(self, day: date, place: int) -> QRectF:
        """Where a practitioner's line of a day is painted: at the same height every day. Empty where there is no room for lines."""
        box, top = self._inner(day), self._words_end(day)
        room = box.bottom() - top
        if self._small or place not in self._places or room < LANE:
            return QRectF()
        high = min(MOST_LANE, room / len(self._places))
        gap = min(2, high / 3)
        top = box.bottom() - high * (len(self._places) - self._places.index(place)) + gap
        return QRectF(box.left(), top, box.width(), high - gap)

    def _inner(self, day: date) -> QRectF:
        return self.box(day).adjusted(Space.S, Space.XS, -Space.S, -Space.S)

    def _line(self, day: date, number: int) -> QRectF:
        """A line of words of a day."""
        inner, high = self._inner(day), 20 * theme().text_scale
        return QRectF(inner.left(), inner.top() + number * high, inner.width(), high)

    def _words_end(self, day: date) -> float:
        return self._line(day, 2).top() + Space.XS

    def day_at(self, at: QPointF) -> date | None:
        """The day under a point."""
        days = (self._first() + timedelta(days=n) for n in range(WEEKS * DAYS))
        return next((day for day in days if self.box(day).contains(at)), None)

    # Keys and mouse -----------------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go by days and weeks, Enter opens the day."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -DAYS, Qt.Key.Key_Down: DAYS}
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps:
            self.show_month(self.day + timedelta(days=steps[key]), self.today)
            self.walked.emit(self.day)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.picked.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes to the day."""
        if event.button() == Qt.MouseButton.LeftButton and (day := self.day_at(event.position())):
            self.picked.emit(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The frame of the cursor shows."""
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """What there is to say of the day under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self.day_at(QPointF(event.pos()))
            show_tip(event.globalPos(), self._told(day) if day else "", self)
            return True
        return super().event(event)

    def _sentence(self, day: date) -> str:
        said, found = [dates.full_day(day)], self._found.get(day)
        if found:
            said.append(_count(found.appointments))
            if found.free_minutes and found.closed is None:
                said.append(_free(found.free_minutes))
            if found.closed is not None:
                said.append(_("closed: {reason}").format(reason=found.closed) if found.closed else _("closed"))
        return ", ".join(said)

    def _told(self, day: date) -> str:
        """The same, and a line for each practitioner."""
        lanes = found.lanes if (found := self._found.get(day)) else ()
        named = [(self.names[lane.practitioner_id], lane) for lane in lanes if lane.practitioner_id in self.names]
        return "\n".join([self._sentence(day), *(f"{who}: {_count(lane.appointments)}, {_free(lane.free_minutes)}" for who, lane in named)])

    # Painting -----------------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names of the days, numbers of the weeks, the days."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_names(painter)
            counts = {} if self._small else self._counts()
            for day in (self._first() + timedelta(days=n) for n in range(WEEKS * DAYS)):
                self._paint_day(painter, day, counts.get(day, ""))

    def _paint_names(self, painter: QPainter) -> None:
        painter.setFont(theme().font(Text.SMALL))
        painter.setPen(theme().colour("muted"))
        for n in range(DAYS):
            box = self.box(self._first() + timedelta(days=n))
            painter.drawText(QRectF(box.left(), 0, box.width(), self._head()), _CENTRE, _(WEEKDAYS[n])[: 2 if self._small else 20])
        for n in range(WEEKS):
            monday = self._first() + timedelta(days=n * DAYS)
            box = self.box(monday)
            painter.drawText(QRectF(0, box.top(), self._gutter(), box.height()), _CENTRE, str(iso_week(monday)[1]))

    def _paint_day(self, painter: QPainter, day: date, count: str) -> None:
        box = self.box(day).adjusted(1, 1, -1, -1)
        found, inside = self._found.get(day), day.month == self.day.month
        chosen = day == self.day or (self._week_of is not None and 0 <= (day - self._week_of).days < DAYS)
        if not self._small:
            works = found is None or (found.open_minutes > 0 and found.closed is None)
            painter.fillRect(box, theme().colour("surface" if works else "window" if theme().colours.dark else "sunken"))
        if chosen:
            painter.setPen(QPen(theme().colour("focus"), 2) if self.hasFocus() and day == self.day else Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("accent_soft"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 2, RADIUS - 2)
        painter.setFont(theme().font(Text.SMALL if self._small else Text.BODY, strong=day == self.today))
        painter.setPen(theme().colour("accent" if day == self.today else "text" if inside else "muted"))
        painter.drawText(box if self._small else self._line(day, 0), _CENTRE if self._small else _LEFT, str(day.day))
        if found and self._small:
            self._paint_load(painter, box, found)
        elif found:
            self._paint_words(painter, found, count)
            for lane in found.lanes if found.closed is None or found.appointments else ():
                self._paint_lane(painter, self.lane_box(day, lane.place), lane)

    def _paint_load(self, painter: QPainter, box: QRectF, found: MonthDay) -> None:
        """How full a day is, of a small month."""
        full = min(1.0, found.taken_minutes / found.open_minutes) if found.open_minutes else 0.0
        if found.appointments:
            painter.fillRect(QRectF(box.center().x() - 8, box.bottom() - 4, 16 * max(full, 0.15), 2), theme().colour("accent"))

    def _counts(self) -> dict[date, str]:
        """How many come each day, as fully as there is room for beside the days' numbers: alike on all days."""
        metrics, body = (QFontMetrics(theme().font(size)) for size in (Text.SMALL, Text.BODY))
        room = self._line(self.day, 0).width() - body.horizontalAdvance("30") - Space.XS
        for words in (_count, _short_count, str):
            found = {one.day: words(one.appointments) for one in self._found.values() if one.appointments}
            if all(metrics.horizontalAdvance(said) <= room for said in found.values()):
                break
        return found

    def _paint_words(self, painter: QPainter, found: MonthDay, count: str) -> None:
        """How many come, and how much is free or why the day is closed."""
        painter.setFont(theme().font(Text.SMALL))
        painter.setPen(theme().colour("muted"))
        painter.drawText(self._line(found.day, 0), _RIGHT, count)
        free = _free(found.free_minutes) if found.open_minutes else ""
        said, line = free if found.closed is None else found.closed or _("Closed"), self._line(found.day, 1)
        painter.drawText(line, _LEFT, painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(line.width())))

    def _paint_lane(self, painter: QPainter, box: QRectF, lane: Lane) -> None:
        """One practitioner's hours, and what of them is taken."""
        for begin, end in lane.open:
            painter.fillRect(self._stretch(box, begin, end), free_colour())
        for begin, end, kind in lane.taken:
            hue = lane.hue if self._by_practitioner and kind != TAKEN_OTHERWISE else kind
            colour = taken_colour() if hue == TAKEN_OTHERWISE else theme().of_hue(hue, strong=True)
            painter.fillRect(self._stretch(box, begin, end).adjusted(0, 0, -0.5, 0), colour)

    def _stretch(self, box: QRectF, begin: int, end: int) -> QRectF:
        """These minutes of a line."""
        first, last = self._hours
        left, right = ((max(first, min(last, minute)) - first) / (last - first) * box.width() for minute in (begin, end))
        return QRectF(box.left() + left, box.top(), max(right - left, 1), box.height()) if box.height() else QRectF()


def free_colour() -> QColor:
    """Of what is worked and free: pale, on whatever lies under it."""
    return _thin("text", 34)


def taken_colour() -> QColor:
    """Of what is taken by no appointment."""
    return _thin("muted", 130)


def _thin(role: str, alpha: int) -> QColor:
    colour = theme().colour(role)
    colour.setAlpha(alpha)
    return colour


def hours_text(minutes: int) -> str:
    """``7 h 30``: hours and minutes, which nobody takes for a time of the day."""
    hours, rest = divmod(minutes, 60)
    return _("{h} h {m:02}").format(h=hours, m=rest) if rest else _("{h} h").format(h=hours)


def _count(n: int) -> str:
    return ngettext("{n} appointment", "{n} appointments", n).format(n=n)


def _short_count(n: int) -> str:
    return ngettext("{n} appt.", "{n} appts.", n).format(n=n)


def _free(minutes: int) -> str:
    return _("{time} free").format(time=hours_text(minutes))
