"""Painting the day: everything that stays the same between two changes, on one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen, QPixmap

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.walltime import clock_text
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.sheet import Block, Sheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

EDGE = 4
ICON = 14
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_OVER = frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW})
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def gutter() -> int:
    """Pixels at the left for the hours."""
    return round(56 * theme().text_scale)


class Scale:
    """From columns and minutes to pixels, for a canvas of this size."""

    def __init__(self, sheet: Sheet, width: int, height: int) -> None:
        self.sheet = sheet
        self.per_minute = (height - 2 * Space.S) / max(60, sheet.last - sheet.first)
        self.column_width = (width - gutter()) / max(1, len(sheet.columns))

    def y(self, minute: float) -> float:
        """Height of a minute."""
        return Space.S + (minute - self.sheet.first) * self.per_minute

    def x(self, column: int) -> float:
        """Left side of a column."""
        return gutter() + column * self.column_width

    def box(self, block: Block) -> QRectF:
        """Where a block is painted."""
        width = (self.column_width - Space.S) / block.lanes
        left = self.x(block.column) + Space.XS + block.lane * width
        return QRectF(left, self.y(block.start) + 1, width - (2 if block.lanes > 1 else 0), self.y(block.end) - self.y(block.start) - 2)

    def column_at(self, x: float) -> int | None:
        """The column under a point."""
        found = int((x - gutter()) // self.column_width) if x >= gutter() else -1
        return found if 0 <= found < len(self.sheet.columns) else None

    def minute_at(self, y: float) -> int:
        """The minute at a height."""
        return int(self.sheet.first + (y - Space.S) / self.per_minute)


def paint_day(painter: QPainter, scale: Scale, size: QRect) -> None:
    """Hours, open and closed time, absences, appointments."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(size, theme().colour("surface"))
    for number in range(len(scale.sheet.columns)):
        _paint_column(painter, scale, number, size)
    _paint_hours(painter, scale, size)
    inks = Inks(scale.sheet.agenda.types, scale.sheet.people if scale.sheet.by_practitioner else {})
    for block in scale.sheet.blocks:
        paint_block(painter, scale.box(block), block, inks)


def _paint_column(painter: QPainter, scale: Scale, number: int, size: QRect) -> None:
    column = QRectF(scale.x(number), 0, scale.column_width, size.height())
    painter.fillRect(column, theme().colour("window" if theme().colours.dark else "sunken"))
    for start, end in scale.sheet.open[number]:
        painter.fillRect(QRectF(column.left(), scale.y(start), column.width(), (end - start) * scale.per_minute), theme().colour("surface"))
    for away in scale.sheet.away[number]:
        top = scale.y(max(away.start, scale.sheet.first))
        box = QRectF(column.left(), top, column.width(), scale.y(min(away.end, scale.sheet.last)) - top)
        painter.fillRect(box, theme().colour("sunken"))
        painter.fillRect(box, QBrush(theme().colour("border"), Qt.BrushStyle.BDiagPattern))
        _write(painter, box.adjusted(Space.M, Space.XS, -Space.S, 0), looks.away_words(away))
    painter.fillRect(QRect(round(column.left()), 0, 1, size.height()), theme().colour("border"))


def _write(painter: QPainter, box: QRectF, text: str) -> None:
    painter.setFont(theme().font(Text.SMALL))
    painter.setPen(theme().colour("muted"))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)


def _paint_hours(painter: QPainter, scale: Scale, size: QRect) -> None:
    painter.setFont(theme().font(Text.SMALL))
    painter.setPen(theme().colour("muted"))
    hour, half = theme().colour("border"), theme().colour("border")
    half.setAlpha(110)
    for minute in range(scale.sheet.first, scale.sheet.last + 1, 30):
        y, wall = round(scale.y(minute)), scale.sheet.axis.wall(minute)
        painter.fillRect(QRect(gutter(), y, size.width() - gutter(), 1), half if wall % 60 else hour)
        if wall % 60 == 0 and minute < scale.sheet.last:
            line = QRectF(0, y - 1, gutter() - Space.S, 20)
            painter.drawText(line, _RIGHT, clock_text(wall))
            painter.drawText(line.translated(0, theme().text_px(Text.SMALL) + 2), _RIGHT, scale.sheet.axis.hour_name(minute))


class Inks:
    """Colours, names, letters and their measures for one picture: made once, not for each appointment.

    ``people``: the hue of each practitioner, where that is what a hue says; else it is that of the type.
    """

    def __init__(self, types: Sequence[AppointmentType], people: Mapping[str, int] | None = None) -> None:
        self._types = {kind.code: kind for kind in types}
        self._people = people or {}
        self._hues: dict[int, tuple[QColor, QColor]] = {}
        self._pens: dict[tuple[AppointmentStatus, str, bool], tuple[QColor, QBrush, QPen]] = {}
        self._fonts = {strong: theme().font(Text.SMALL, strong=strong, text="words") for strong in (False, True)}
        self.colours = {role: QPen(theme().colour(role)) for role in ("text", "muted", "warn")}
        self.line = theme().text_px(Text.SMALL) + 5
        self.narrow = QFontMetrics(self._fonts[False]).averageCharWidth() * 3
        self._icons: dict[AppointmentStatus, QPixmap] = {}
        self._shapes: dict[tuple[int, int, int, int], QPixmap] = {}

    def kind(self, code: str) -> str:
        """What a type is called."""
        return looks.type_name(self._types, code)

    def _hue(self, made: Appointment) -> tuple[QColor, QColor]:
        """Soft and strong, of the type or the practitioner."""
        hue = self._people.get(made.practitioner_id, self._types.get(made.type_code, AppointmentType()).hue)
        if hue not in self._hues:
            self._hues[hue] = theme().of_hue(hue), theme().of_hue(hue, strong=True)
        return self._hues[hue]

    def of(self, made: Appointment) -> tuple[QColor, QBrush, QPen]:
        """Edge, fill and outline: hue for the type or the practitioner, edge for the state, dashes for a double booking on purpose."""
        key = made.status, made.practitioner_id if self._people else made.type_code, bool(made.double_booked_reason)
        if key not in self._pens:
            soft, strong = self._hue(made)
            edge = looks.edge(made.status)
            strong = theme().colour(edge) if edge else strong
            fill = _faded(soft) if made.status in _OVER else soft
            line = QColor(strong)
            line.setAlpha(110)
            style = Qt.PenStyle.DashLine if made.double_booked_reason else Qt.PenStyle.SolidLine
            self._pens[key] = strong, QBrush(fill), QPen(line if fill != strong else strong, 1, style)
        return self._pens[key]

    def shape(self, made: Appointment, size: QSize, ratio: float) -> QPixmap:
        """An appointment of a size without its words; most of a picture's are alike."""
        strong, fill, line = self.of(made)
        key = size.width(), size.height(), id(fill), id(line)
        if key not in self._shapes:
            shape = self._shapes[key] = QPixmap(size * ratio)
            shape.setDevicePixelRatio(ratio)
            shape.fill(Qt.GlobalColor.transparent)
            with QPainter(shape) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(line)
                painter.setBrush(fill)
                painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), RADIUS - 2, RADIUS - 2)
                painter.fillRect(QRectF(0, 1, EDGE, size.height() - 2), strong)
        return self._shapes[key]

    def icon(self, status: AppointmentStatus) -> QPixmap:
        """The sign of a state."""
        if status not in self._icons:
            badge = looks.state(status)
            self._icons[status] = pixmap(badge.icon, str(badge.hue), ICON)
        return self._icons[status]

    def fits(self, text: str, room: float) -> bool:
        """Whether a text is not longer than this."""
        return _shortened(text, int(room), False, theme().text_px(Text.SMALL))[0] == text

    def write(self, painter: QPainter, box: QRectF, text: str, *, strong: bool = False, role: str = "text") -> float:
        """One line, shortened to fit; returns its width."""
        room = int(box.width())
        if room < self.narrow:
            return 0.0
        shown, width = _shortened(text.replace("\n", " "), room, strong, theme().text_px(Text.SMALL))
        painter.setFont(self._fonts[strong])
        painter.setPen(self.colours[role])
        painter.drawText(box, _LEFT, shown)
        return float(width)


def _faded(colour: QColor) -> QColor:
    """Half way to the ground: what is over keeps its hue, and what is to come stands out."""
    ground = theme().colour("surface")
    pairs = ((colour.red(), ground.red()), (colour.green(), ground.green()), (colour.blue(), ground.blue()))
    red, green, blue = ((one + other) // 2 for one, other in pairs)
    return QColor(red, green, blue)


@lru_cache(maxsize=4096)
def _shortened(text: str, room: int, strong: bool, pixels: int) -> tuple[str, int]:
    """A text cut to fit, and its width; remembered, for a week is painted anew at every change of anything in it."""
    del pixels  # the font at this size
    measure = QFontMetrics(theme().font(Text.SMALL, strong=strong, text="words"))
    width = measure.horizontalAdvance(text)
    if width <= room:
        return text, width
    text = measure.elidedText(text, Qt.TextElideMode.ElideRight, room)
    return text, measure.horizontalAdvance(text)


def paint_block(painter: QPainter, box: QRectF, block: Block, inks: Inks) -> None:
    """One appointment: hue for its type, edge and icon for its state, name and type in words."""
    at = box.toAlignedRect()
    painter.drawPixmap(at.topLeft(), inks.shape(block.item.appointment, at.size(), painter.device().devicePixelRatioF()))
    _paint_words(painter, box, block, inks)


def _paint_words(painter: QPainter, box: QRectF, block: Block, inks: Inks) -> None:
    item, line = block.item, inks.line
    inner = box.adjusted(EDGE + Space.S - 2, 0, -Space.XS, 0)
    tall = box.height() >= 2 * line + 4
    if inner.width() > 70:
        top = box.top() + (Space.XS + 1 if tall else (box.height() - ICON) / 2)
        painter.drawPixmap(QPointF(box.right() - ICON - Space.XS, top), inks.icon(item.appointment.status))
        inner.setRight(box.right() - ICON - Space.S)
    first = QRectF(inner.left(), box.top() + (Space.XS - 1 if tall else 0), inner.width(), line if tall else box.height())
    kind, clock = inks.kind(item.appointment.type_code), dates.clock(item.appointment.starts_at)
    used = inks.write(painter, first, item.who if tall or inner.width() < 2 * gutter() else f"{clock}  {item.who}", strong=True)
    if not tall:
        if first.width() - used > 4 * Space.XL:
            inks.write(painter, first.adjusted(used + Space.S, 0, 0, 0), kind, role="muted")
        return
    whole = f"{looks.times(item)}  {kind}"
    inks.write(painter, first.translated(0, line), whole if inks.fits(whole, first.width()) else f"{clock}  {kind}", role="muted")
    if item.call_instruction and box.height() >= 3 * line + 6:
        inks.write(painter, first.translated(0, 2 * line), item.call_instruction, role="warn")
