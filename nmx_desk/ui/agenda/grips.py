"""The painted day with hands: appointments are dragged, made longer or shorter, cut and put elsewhere; hours grow and shrink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from nmx_desk.ui.agenda.canvas import HOUR, Canvas
from nmx_desk.ui.agenda.dragging import Drag, Grip, dragged, offered_starts, picked_up, why_not
from nmx_desk.ui.agenda.paint import Scale, gutter
from nmx_desk.ui.agenda.sheet import STEP, Block, Sheet
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

EDGE = 6  # pixels at the top and bottom of an appointment by which it is made longer or shorter
ZOOMS = (0.5, 0.75, 1.0, 1.5, 2.0)
WAITING = "application/x-nmx-waiting"


class Grid(Canvas):
    """``lifted``: an appointment is picked up, ``dropped``: it goes to a practitioner and a start, ``stretched``: to another start and end.

    ``received``: somebody of the waiting list, a practitioner and a moment. ``stayed``: who is not moved, and why.
    """

    lifted = Signal(str)
    dropped = Signal(str, str, object)
    stretched = Signal(str, object, object)
    received = Signal(str, str, object)
    stayed = Signal(str, str)
    zoomed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.zoom = 1.0
        self.drag: Drag | None = None
        self.cut = ""
        self.marked = ""
        self._press: tuple[QPointF, Block, Grip] | None = None
        self._offered: Mapping[int, Sequence[int]] | None = None
        self.setAcceptDrops(True)

    def show_sheet(self, sheet: Sheet, now: datetime) -> None:
        """What is shown anew lets go of what was held."""
        self.drag = self._press = None
        if self.cut and sheet.item(self.cut) is None and self.sheet is not None and self.sheet.key == sheet.key:
            self.cut = ""
        super().show_sheet(sheet, now)

    # Zoom ---------------------------------------------------------------------------------------------------------------------------

    def set_zoom(self, zoom: float) -> None:
        """How tall an hour is, beside usual."""
        self.zoom = min(ZOOMS, key=lambda known: abs(known - zoom))
        self.setMinimumSize(self.minimumSizeHint())
        self.resize(self.width(), self.minimumHeight())
        self._repaint()

    def step_zoom(self, by: int) -> None:
        """A level more or less."""
        place = ZOOMS.index(self.zoom) + by
        if 0 <= place < len(ZOOMS):
            self.set_zoom(ZOOMS[place])
            self.zoomed.emit(self.zoom)

    def minimumSizeHint(self) -> QSize:
        """As tall as the zoom asks."""
        usual, edges = super().minimumSizeHint(), 2 * Space.S
        return QSize(usual.width(), round((usual.height() - edges) * self.zoom) + edges) if self.sheet else QSize(gutter(), HOUR)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl: zoom."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    # Keys ---------------------------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift with arrows makes longer and shorter, Ctrl+X cuts, Ctrl+V puts it under the cursor, Esc lets go, + and − zoom."""
        key, with_, here = event.key(), event.modifiers(), self.selected()
        if key == Qt.Key.Key_Escape and (self.drag or self.cut or self.marked):
            self.let_go()
        elif with_ == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_X and here:
            self.cut_out(here)
        elif with_ == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_V and self.cut:
            self.put()
        elif with_ == Qt.KeyboardModifier.ShiftModifier and here and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._lengthen(5 if key == Qt.Key.Key_Down else -5)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus} and not with_ & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(-1 if key == Qt.Key.Key_Minus else 1)
        else:
            super().keyPressEvent(event)

    def cut_out(self, appointment_id: str) -> None:
        """Take an appointment, to put it elsewhere."""
        self.cut = appointment_id
        self.update()

    def mark(self, appointment_id: str) -> None:
        """Show which one waits for another to change places with; empty: none."""
        self.marked = appointment_id
        self.update()

    def put(self) -> None:
        """Put what was cut at the cursor; on another appointment it is told why not."""
        block = self._block()
        if self.sheet and self.cut and block:
            self.dropped.emit(self.cut, self.sheet.columns[block.column].practitioner_id, self.sheet.instant(block.column, block.start))
        elif self.cut and (spot := self.spot()):
            self.dropped.emit(self.cut, *spot)

    def let_go(self) -> None:
        """Everything stays where it is."""
        self.drag = self._press = None
        self.cut = self.marked = ""
        self.unsetCursor()
        self.update()

    def _lengthen(self, minutes: int) -> None:
        block = self._block()
        if self.sheet and block and picked_up(self.sheet, block, Grip.BOTTOM, block.end):
            made = block.item.appointment
            end = made.ends_at + timedelta(minutes=minutes)
            if made.starts_at < end <= self.sheet.until(block.column, self.sheet.axis.end):
                self.stretched.emit(made.id, made.starts_at, end)

    # Mouse --------------------------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of an appointment; on a free moment the cursor goes there."""
        block, scale = self._under(event.position()), self.scale()
        if block is None or scale is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._go((block.column, block.start))
        self._press = event.position(), block, _grip(scale.box(block), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What is held goes along."""
        scale = self.scale()
        if scale is None:
            return
        if self._press is None:
            block = self._under(event.position())
            at_edge = block is not None and _grip(scale.box(block), event.position()) is not Grip.WHOLE
            pointing = Qt.CursorShape.SizeVerCursor if at_edge else Qt.CursorShape.PointingHandCursor
            self.setCursor(pointing if block else Qt.CursorShape.ArrowCursor)
            return
        begun, block, grip = self._press
        if self.drag is None:
            if (event.position() - begun).manhattanLength() < QApplication.startDragDistance():
                return
            self._offered = None
            self.drag = picked_up(scale.sheet, block, grip, scale.minute_at(begun.y()))
            if self.drag is None:
                self._press = None
                return
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.setCursor(Qt.CursorShape.ClosedHandCursor if grip is Grip.WHOLE else Qt.CursorShape.SizeVerCursor)
            if grip is Grip.WHOLE:
                self.lifted.emit(block.item.appointment.id)
        column = scale.column_at(event.position().x())
        self._drag_to(self.drag.column if column is None else column, scale.minute_at(event.position().y()))

    def _drag_to(self, column: int, minute: int) -> None:
        if self.drag and self.sheet:
            before = self.drag
            self.drag = dragged(before, self.sheet, column, minute, self._offered)
            if self.drag != before:
                self.update()
                self.walked.emit(self._ghost_box())

    def offer(self, appointment_id: str, found: Mapping[tuple[str, object], Sequence[datetime]]) -> None:
        """The starts that are free for what is held."""
        if self.drag and self.sheet and self.drag.block.item.appointment.id == appointment_id:
            self._offered = offered_starts(self.sheet, found)
            self._drag_to(self.drag.column, self.drag.start + self.drag.held)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put it down; a click that went nowhere opens."""
        drag, press = self.drag, self._press
        self.drag = self._press = None
        self.unsetCursor()
        self.update()
        if press is None or event.button() != Qt.MouseButton.LeftButton or self.sheet is None:
            super().mouseReleaseEvent(event)
        elif drag is None:
            self.opened.emit(press[1].item.appointment.id)
        elif not drag.fits:
            self.stayed.emit(drag.block.item.who, why_not(drag, self.sheet, self.now))
        elif drag.is_elsewhere:
            made = drag.block.item.appointment
            begin, end = self.sheet.instant(drag.column, drag.start), self.sheet.until(drag.column, drag.end)
            if drag.grip is Grip.WHOLE:
                self.dropped.emit(made.id, self.sheet.columns[drag.column].practitioner_id, begin)
            else:
                kept = drag.grip is Grip.BOTTOM
                self.stretched.emit(made.id, made.starts_at if kept else begin, end if kept else made.ends_at)

    # From the waiting list ----------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Somebody of the waiting list may come in."""
        if event.mimeData().hasFormat(WAITING):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The cursor shows where they would come."""
        scale = self.scale()
        column = scale.column_at(event.position().x()) if scale else None
        if scale is None or column is None:
            event.ignore()
            return
        minute = scale.minute_at(event.position().y()) // STEP * STEP
        if scale.sheet.is_free(column, minute):
            self._go((column, minute))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """They come here."""
        if event.mimeData().hasFormat(WAITING) and (spot := self.spot()):
            self.received.emit(bytes(event.mimeData().data(WAITING).data()).decode(), *spot)
            event.acceptProposedAction()

    # Painting -----------------------------------------------------------------------------------------------------------------------

    def _ghost_box(self) -> QRectF:
        scale = self.scale()
        if scale is None or self.drag is None:
            return QRectF()
        top, width = scale.y(self.drag.start), scale.column_width - Space.S
        return QRectF(scale.x(self.drag.column) + Space.XS, top + 1, width, scale.y(self.drag.end) - top - 2)

    def paint_over(self, painter: QPainter, scale: Scale) -> None:
        """What is held, with its times; hatched where it cannot stay. What was cut is faint, what changes places has a dashed edge."""
        gone = self.drag.block if self.drag else scale.sheet.block_of(self.cut) if self.cut else None
        if gone is not None:
            veil = theme().colour("surface")
            veil.setAlpha(170)
            painter.fillRect(scale.box(gone), veil)
        if self.marked and (one := scale.sheet.block_of(self.marked)):
            painter.setPen(QPen(theme().colour("accent"), 3, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(scale.box(one).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
        if self.drag is None:
            return
        self._paint_free(painter, scale)
        box, hue = self._ghost_box(), "accent" if self.drag.fits else "danger"
        fill = theme().colour(f"{hue}_soft")
        fill.setAlpha(235)
        painter.setPen(QPen(theme().colour(hue), 2))
        painter.setBrush(fill)
        painter.drawRoundedRect(box, RADIUS - 1, RADIUS - 1)
        if not self.drag.fits:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(theme().colour("danger"), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(box, RADIUS - 1, RADIUS - 1)
        self._paint_times(painter, scale, box, self.drag)

    def _paint_free(self, painter: QPainter, scale: Scale) -> None:
        """A mark at each start that is free for what is held."""
        for column, starts in (self._offered or {}).items():
            for start in starts:
                mark = QRectF(scale.x(column) + 1, scale.y(start), 6, 2)
                painter.fillRect(mark, theme().colour("accent"))

    def _paint_times(self, painter: QPainter, scale: Scale, box: QRectF, drag: Drag) -> None:
        clock, column = scale.sheet.clock, drag.column
        said = f"{clock(drag.start, column)} – {clock(drag.end, column)}  {drag.block.item.who}"
        painter.setFont(theme().font(Text.SMALL, strong=True, text="words"))
        measure = painter.fontMetrics()
        line = QRectF(box.left() + Space.S, box.top() + 3, box.width() - 2 * Space.S, min(measure.height() + 2, box.height() - 4))
        shown = measure.elidedText(said, Qt.TextElideMode.ElideRight, int(line.width()))
        if not drag.fits:
            painter.fillRect(line.adjusted(-2, 0, measure.horizontalAdvance(shown) + 4 - line.width(), 0), theme().colour("danger_soft"))
        painter.setPen(theme().colour("text" if drag.fits else "danger"))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _grip(box: QRectF, at: QPointF) -> Grip:
    if box.height() < 4 * EDGE:
        return Grip.BOTTOM if box.bottom() - at.y() <= EDGE / 2 else Grip.WHOLE
    return Grip.TOP if at.y() - box.top() <= EDGE else Grip.BOTTOM if box.bottom() - at.y() <= EDGE else Grip.WHOLE
