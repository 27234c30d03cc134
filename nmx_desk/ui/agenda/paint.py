"""Painting the day: everything that stays the same between two changes, on one picture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPainterPath, QPen

from nmx_desk.domain.agenda import AppointmentStatus, AppointmentType
from nmx_desk.i18n import _
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.sheet import Block, Sheet
from nmx_desk.ui.theme import pixmap, theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

GUTTER = 56
EDGE = 4
ICON = 14
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Scale:
    """From columns and minutes to pixels, for a canvas of this size."""

    def __init__(self, sheet: Sheet, width: int, height: int) -> None:
        self.sheet = sheet
        self.per_minute = (height - 2 * Space.S) / max(60, sheet.last - sheet.first)
        self.column_width = (width - GUTTER) / max(1, len(sheet.columns))

    def y(self, minute: float) -> float:
        """Height of a minute."""
        return Space.S + (minute - self.sheet.first) * self.per_minute

    def x(self, column: int) -> float:
        """Left side of a column."""
        return GUTTER + column * self.column_width

    def box(self, block: Block) -> QRectF:
        """Where a block is painted."""
        width = (self.column_width - Space.S) / block.lanes
        left = self.x(block.column) + Space.XS + block.lane * width
        return QRectF(left, self.y(block.start) + 1, width - (2 if block.lanes > 1 else 0), self.y(block.end) - self.y(block.start) - 2)

    def column_at(self, x: float) -> int | None:
        """The column under a point."""
        found = int((x - GUTTER) // self.column_width) if x >= GUTTER else -1
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
    types = {kind.code: kind for kind in scale.sheet.agenda.types}
    for block in scale.sheet.blocks:
        paint_block(painter, scale.box(block), block, types)


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
        said = _("Absent: {reason}").format(reason=away.reason) if away.reason else _("Absent")
        _write(painter, box.adjusted(Space.M, Space.XS, -Space.S, 0), said)
    painter.setPen(QPen(theme().colour("border"), 1))
    painter.drawLine(QPointF(column.left(), 0), QPointF(column.left(), size.height()))


def _write(painter: QPainter, box: QRectF, text: str) -> None:
    painter.setFont(theme().font(Text.SMALL))
    painter.setPen(theme().colour("muted"))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)


def _paint_hours(painter: QPainter, scale: Scale, size: QRect) -> None:
    painter.setFont(theme().font(Text.SMALL))
    half = QPen(theme().colour("border"), 1, Qt.PenStyle.DotLine)
    for minute in range(scale.sheet.first, scale.sheet.last + 1, 30):
        y = round(scale.y(minute)) + 0.5
        painter.setPen(half if minute % 60 else QPen(theme().colour("border"), 1))
        painter.drawLine(QPointF(GUTTER, y), QPointF(size.width(), y))
        if minute % 60 == 0 and minute < scale.sheet.last:
            painter.setPen(theme().colour("muted"))
            painter.drawText(QRectF(0, y - 1, GUTTER - Space.S, 20), _RIGHT, f"{minute // 60:02}:00")


def paint_block(painter: QPainter, box: QRectF, block: Block, types: dict[str, AppointmentType]) -> None:
    """One appointment: hue for its type, edge and icon for its state, name and type in words."""
    made = block.item.appointment
    status, kind = made.status, types.get(made.type_code, AppointmentType())
    faded = status in {AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW}
    edge = looks.edge(status)
    strong = theme().colour(edge) if edge else theme().of_hue(kind.hue, strong=True)
    fill = theme().colour(f"{edge}_soft") if faded else theme().of_hue(kind.hue)
    shape = QPainterPath()
    shape.addRoundedRect(box, RADIUS - 1, RADIUS - 1)
    painter.save()
    painter.setClipPath(shape)
    painter.fillPath(shape, fill)
    painter.fillRect(QRectF(box.left(), box.top(), EDGE, box.height()), strong)
    painter.restore()
    painter.setPen(QPen(_between(fill, strong), 1, Qt.PenStyle.DashLine if made.double_booked_reason else Qt.PenStyle.SolidLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    _paint_words(painter, box, block, looks.type_name(types, made.type_code))


def _between(fill: QColor, strong: QColor) -> QColor:
    mixed = QColor(strong)
    mixed.setAlpha(110)
    return mixed if fill != strong else strong


def _paint_words(painter: QPainter, box: QRectF, block: Block, kind: str) -> None:
    item = block.item
    line = theme().text_px(Text.SMALL) + 5
    inner = box.adjusted(EDGE + Space.S - 2, 0, -Space.XS, 0)
    tall = box.height() >= 2 * line + 4
    badge = looks.state(item.appointment.status)
    if inner.width() > 70:
        top = box.top() + (Space.XS + 1 if tall else (box.height() - ICON) / 2)
        painter.drawPixmap(QPointF(box.right() - ICON - Space.XS, top), pixmap(badge.icon, str(badge.hue), ICON))
        inner.setRight(box.right() - ICON - Space.S)
    first = QRectF(inner.left(), box.top() + (Space.XS - 1 if tall else 0), inner.width(), line if tall else box.height())
    clock = looks.times(item).split(" ", 1)[0]
    used = _line(painter, first, item.who if tall or inner.width() < 2 * GUTTER else f"{clock}  {item.who}", strong=True)
    if not tall:
        _line(painter, first.adjusted(used + Space.S, 0, 0, 0), kind, role="muted")
        return
    whole = f"{looks.times(item)}  {kind}"
    fits = QFontMetrics(theme().font(Text.SMALL)).horizontalAdvance(whole) <= first.width()
    _line(painter, first.translated(0, line), whole if fits else f"{clock}  {kind}", role="muted")
    if item.call_instruction and box.height() >= 3 * line + 6:
        _line(painter, first.translated(0, 2 * line), item.call_instruction, role="warn")


def _line(painter: QPainter, box: QRectF, text: str, *, strong: bool = False, role: str = "text") -> float:
    """One line, shortened to fit; returns its width."""
    font = theme().font(Text.SMALL, strong=strong, text=text)
    measure = QFontMetrics(font)
    if box.width() < measure.averageCharWidth() * 3:
        return 0.0
    shown = measure.elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, int(box.width()))
    painter.setFont(font)
    painter.setPen(theme().colour(role))
    painter.drawText(box, _LEFT, shown)
    return float(measure.horizontalAdvance(shown))
