"""The painted day: mouse and keys on it, and an accessible object per appointment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.paint import Scale, gutter, paint_day
from nmx_desk.ui.agenda.sheet import STEP, Block, Sheet
from nmx_desk.ui.kit.labels import show_tip
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import RADIUS, Space, Text

HOUR = 88  # pixels of an hour at least, at 100 % text: a quarter of an hour holds one line
NARROWEST = 112
Spot = tuple[int, int]  # column and minute


class Canvas(QWidget):
    """A day to walk through. ``opened`` and ``cancelling`` carry an appointment's id, ``wanted`` a practitioner and a moment."""

    opened = Signal(str)
    cancelling = Signal(str)
    stepped = Signal(str, str)  # appointment's id and the step: check_in, no_show, done, confirm
    menu = Signal(str, QPoint)
    spot_menu = Signal(QPoint)  # of the free moment under the cursor
    wanted = Signal(str, object)
    walked = Signal(QRectF)  # the cursor went here: bring it into sight

    def __init__(self) -> None:
        super().__init__()
        self.sheet: Sheet | None = None
        self.now: datetime | None = None
        self._picture: QPixmap | None = None
        self._spot: Spot | None = None
        self._voices: dict[str, QWidget] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Appointments of the day"))
        self.setAccessibleDescription(_("Arrow keys go through appointments and free moments, Enter opens."))
        theme().changed.connect(self._repaint)

    # What is shown ------------------------------------------------------------------------------------------------------------------

    def show_sheet(self, sheet: Sheet, now: datetime) -> None:
        """Show a day; the cursor stays on its appointment, or at its time."""
        kept = self.selected()
        day_changed = self.sheet is None or self.sheet.key != sheet.key
        self.sheet, self.now = sheet, now
        self.setAccessibleName(_("Appointments of the week") if sheet.agenda.is_week else _("Appointments of the day"))
        if day_changed:
            self._spot = None
        elif kept and (block := sheet.block_of(kept)):
            self._spot = block.column, block.start
        elif self._spot and self._spot[0] >= len(sheet.columns):
            self._spot = None
        self.setMinimumSize(self.minimumSizeHint())
        self._repaint()

    def minimumSizeHint(self) -> QSize:
        """Every hour tall enough for its appointments, every column wide enough for a name."""
        if self.sheet is None:
            return QSize(gutter(), HOUR)
        hours = max(1, (self.sheet.last - self.sheet.first) // 60)
        return QSize(gutter() + NARROWEST * len(self.sheet.columns), round(HOUR * theme().text_scale) * hours + 2 * Space.S)

    def tick(self, now: datetime) -> None:
        """Time goes on."""
        self.now = now
        self.update()

    def scale(self) -> Scale | None:
        """Pixels of what is shown."""
        return Scale(self.sheet, self.width(), self.height()) if self.sheet and self.sheet.columns else None

    # The cursor ---------------------------------------------------------------------------------------------------------------------

    def selected(self) -> str:
        """Id of the appointment under the cursor; empty on a free moment."""
        block = self._block()
        return block.item.appointment.id if block else ""

    def select(self, appointment_id: str) -> None:
        """Put the cursor on an appointment."""
        if self.sheet and (block := self.sheet.block_of(appointment_id)):
            self._go((block.column, block.start))

    def point(self, practitioner_id: str, moment: datetime) -> None:
        """Put the cursor on a moment of a practitioner, if it is in sight."""
        if self.sheet is None:
            return
        day = moment.astimezone(self.sheet.zone).date()
        for number, column in enumerate(self.sheet.columns):
            if (column.practitioner_id, column.day) == (practitioner_id, day):
                self._go((number, self.sheet.minute(moment, number)))

    def spot(self) -> tuple[str, datetime] | None:
        """Practitioner and moment under the cursor, where it is free."""
        if self.sheet is None or self._spot is None or self._block():
            return None
        column, minute = self._spot
        if not self.sheet.exists(column, minute):
            return None
        return self.sheet.columns[column].practitioner_id, self.sheet.instant(column, minute)

    def _block(self) -> Block | None:
        return self.sheet.block_at(*self._spot) if self.sheet and self._spot else None

    def _go(self, spot: Spot) -> None:
        self._spot = spot
        self.update()
        self.walked.emit(self._cursor_box())
        voice = self._voices.get(self.selected())
        if voice:
            QAccessible.updateAccessibility(QAccessibleEvent(voice, QAccessible.Event.Focus))
        else:
            self.setAccessibleDescription(self._spot_words())

    def _spot_words(self) -> str:
        if self.sheet is None or self._spot is None:
            return ""
        column, minute = self._spot
        return _("{time}, free, {practitioner}").format(time=self.sheet.clock(minute, column), practitioner=looks.whose(self.sheet, column))

    def _cursor_box(self) -> QRectF:
        scale, block = self.scale(), self._block()
        if scale is None or self._spot is None:
            return QRectF()
        if block:
            return scale.box(block)
        column, minute = self._spot
        return QRectF(scale.x(column) + Space.XS, scale.y(minute) + 1, scale.column_width - Space.S, STEP * scale.per_minute - 2)

    def _walk(self, columns: int, steps: int) -> None:
        sheet = self.sheet
        if sheet is None or not sheet.columns:
            return
        if self._spot is None:
            self._go(self._first_spot(sheet))
            return
        column, minute = self._spot
        if columns:
            column += columns
            while 0 <= column < len(sheet.columns) and not sheet.stops(column):
                column += columns
            if 0 <= column < len(sheet.columns):
                self._go((column, min(sheet.stops(column), key=lambda stop: abs(stop - minute))))
            return
        stops = [stop for stop in sheet.stops(column) if (stop > minute) == (steps > 0) and stop != minute]
        if stops:
            self._go((column, stops[0] if steps > 0 else stops[-1]))

    def _first_spot(self, sheet: Sheet) -> Spot:
        today = sheet.on(self.now.astimezone(sheet.zone).date()) if self.now else []
        for column in [*today, *range(len(sheet.columns))]:
            now = sheet.minute(self.now, column) if self.now else 0
            if stops := sheet.stops(column):
                return column, next((stop for stop in stops if stop >= now), stops[0]) if now < sheet.last else stops[0]
        return 0, sheet.first

    # Keys and mouse -----------------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter opens or books, Del cancels; I, R, D and N are steps of the appointment under the cursor."""
        key, here = event.key(), self.selected()
        walks = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        steps = {Qt.Key.Key_I: "check_in", Qt.Key.Key_R: "start", Qt.Key.Key_D: "done", Qt.Key.Key_N: "no_show", Qt.Key.Key_P: "confirm"}
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if not plain:
            super().keyPressEvent(event)
        elif key in walks:
            self._walk(*walks[Qt.Key(key)])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._enter()
        elif here and key == Qt.Key.Key_Delete:
            self.cancelling.emit(here)
        elif here and key in steps:
            self.stepped.emit(here, steps[Qt.Key(key)])
        elif here and key == Qt.Key.Key_Menu:
            self.menu.emit(here, self.mapToGlobal(self._cursor_box().center().toPoint()))
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        if here := self.selected():
            self.opened.emit(here)
        elif spot := self.spot():
            self.wanted.emit(*spot)

    def _under(self, at: QPointF) -> Block | None:
        scale = self.scale()
        return next((block for block in scale.sheet.blocks if scale.box(block).contains(at)), None) if scale else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on an appointment opens it; on a free moment it puts the cursor there."""
        scale = self.scale()
        if scale is None:
            return
        block = self._under(event.position())
        column = scale.column_at(event.position().x())
        minute = scale.minute_at(event.position().y()) // STEP * STEP
        if block:
            self._go((block.column, block.start))
            if event.button() == Qt.MouseButton.LeftButton:
                self.opened.emit(block.item.appointment.id)
        elif column is not None and scale.sheet.first <= minute < scale.sheet.last and scale.sheet.exists(column, minute):
            self._go((column, minute))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click on a free moment books it."""
        if self._under(event.position()) is None and (spot := self.spot()):
            self.wanted.emit(*spot)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over appointments."""
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._under(event.position()) else Qt.CursorShape.ArrowCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the appointment under the mouse, or under the cursor when the keyboard asks."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        block = self._block() if by_key else self._under(QPointF(event.pos()))
        at = self.mapToGlobal(self._cursor_box().center().toPoint()) if by_key else event.globalPos()
        if block:
            self.menu.emit(block.item.appointment.id, at)
        elif self.spot():
            self.spot_menu.emit(at)

    def event(self, event: QEvent) -> bool:
        """The card of the appointment under the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            help_event = cast("QHelpEvent", event)
            block = self._under(QPointF(help_event.pos()))
            if block and self.sheet:
                types = {kind.code: kind for kind in self.sheet.agenda.types}
                show_tip(help_event.globalPos(), looks.hover(block.item, types), self)
            else:
                show_tip(help_event.globalPos(), "", self)
            return True
        return super().event(event)

    # Painting -----------------------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size is another picture."""
        super().resizeEvent(event)
        self._repaint()

    def _repaint(self) -> None:
        self._picture = None
        self._place_voices()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and over it what moves: the now line and the cursor."""
        del event
        scale = self.scale()
        if scale is None:
            return
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            with QPainter(self._picture) as still:
                paint_day(still, scale, self.rect())
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_now(painter, scale)
            self._paint_cursor(painter)
            self.paint_over(painter, scale)

    def paint_over(self, painter: QPainter, scale: Scale) -> None:
        """What lies over everything; nothing here."""

    def _paint_now(self, painter: QPainter, scale: Scale) -> None:
        columns = scale.sheet.on(self.now.astimezone(scale.sheet.zone).date()) if self.now else []
        if self.now is None or not columns:
            return
        minute = scale.sheet.minute(self.now, columns[0])
        if scale.sheet.first <= minute <= scale.sheet.last:
            y, left = round(scale.y(minute)) + 0.5, scale.x(columns[0])
            painter.setPen(QPen(theme().colour("danger_fill"), 2))
            painter.save()
            painter.setClipRegion(self._beside(scale, columns, minute))
            painter.drawLine(QPointF(left, y), QPointF(scale.x(columns[-1] + 1), y))
            painter.restore()
            painter.setBrush(theme().colour("danger_fill"))
            painter.drawEllipse(QPointF(left, y), 4, 4)

    def _beside(self, scale: Scale, columns: list[int], minute: int) -> QRegion:
        """Everywhere but the appointments of that minute: a line through a name would read as struck out."""
        free = QRegion(self.rect())
        for block in scale.sheet.blocks:
            if block.column in columns and block.start <= minute <= block.end:
                free -= QRegion(scale.box(block).toAlignedRect())
        return free

    def _paint_cursor(self, painter: QPainter) -> None:
        if self._spot is None:
            return
        box = self._cursor_box()
        painter.setPen(QPen(theme().colour("focus"), 2 if self.hasFocus() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, RADIUS - 1, RADIUS - 1)
        if self.sheet and self._block() is None:
            column, minute = self._spot
            painter.setPen(theme().colour("accent"))
            painter.setFont(theme().font(Text.SMALL, strong=True))
            painter.drawText(box.adjusted(Space.S, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.sheet.clock(minute, column))

    def _place_voices(self) -> None:
        """One invisible child per appointment and absence, named for screen readers, lying where it is painted."""
        scale = self.scale()
        wanted = dict(_spoken(scale)) if scale else {}
        for gone in self._voices.keys() - wanted.keys():
            self._voices.pop(gone).deleteLater()
        for key, (box, words) in wanted.items():
            voice = self._voices.get(key)
            if voice is None:
                voice = self._voices[key] = QWidget(self)
                voice.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            voice.setGeometry(box.toRect())
            voice.setAccessibleName(words)
            voice.show()


def _spoken(scale: Scale) -> Iterator[tuple[str, tuple[QRectF, str]]]:
    """What a screen reader reads: where it lies and what it says, by a key that stays while it is the same thing."""
    sheet = scale.sheet
    types = {kind.code: kind for kind in sheet.agenda.types}
    for block in sheet.blocks:
        yield block.item.appointment.id, (scale.box(block), looks.sentence(block.item, types, looks.whose(sheet, block.column)))
    for number, stretches in enumerate(sheet.away):
        for away in stretches:
            begin, end = (sheet.clock(minute, number) for minute in (away.start, away.end))
            words = f"{begin} – {end}", looks.away_words(away), looks.whose(sheet, number)
            top, bottom = scale.y(max(away.start, sheet.first)), scale.y(min(away.end, sheet.last))
            box = QRectF(scale.x(number), top, scale.column_width, max(0.0, bottom - top))
            yield f"away {number} {away.start} {away.elsewhere}", (box, ", ".join(words))
