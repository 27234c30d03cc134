"""The day with the practitioners' names above it, which stay in sight."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from nmx_desk.domain.walltime import iso_week
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.canvas import Canvas
from nmx_desk.ui.agenda.grips import Grid
from nmx_desk.ui.agenda.paint import gutter
from nmx_desk.ui.agenda.sheet import Sheet
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space, Text

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Head(QWidget):
    """Names over the columns, in step with the canvas below."""

    def __init__(self, canvas: Canvas, area: QScrollArea) -> None:
        super().__init__()
        self._canvas, self._area = canvas, area
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        area.horizontalScrollBar().valueChanged.connect(self._moved)
        theme().changed.connect(self.update)

    def _moved(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(200, theme().text_px(Text.BODY) + theme().text_px(Text.SMALL) + 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dot in the practitioner's hue, name, and how many come."""
        del event
        scale, sheet = self._canvas.scale(), self._canvas.sheet
        if scale is None or sheet is None:
            return
        offset = self._area.horizontalScrollBar().value()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            corner = QRectF(0, Space.S, gutter() - Space.S, theme().text_px(Text.BODY) + 6)
            self._write(painter, corner, _("wk {n}").format(n=iso_week(sheet.agenda.day)[1]), role="muted", align=_RIGHT)
            painter.setClipRect(gutter(), 0, self._area.viewport().width() - gutter(), self.height())
            for number, each in enumerate(sheet.columns):
                left = scale.x(number) - offset
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme().of_hue(each.hue, strong=True))
                painter.drawEllipse(QRectF(left + Space.S, Space.S + 5, 8, 8))
                name = QRectF(left + Space.XL, Space.S, scale.column_width - Space.XL - Space.XS, theme().text_px(Text.BODY) + 6)
                today = self._canvas.now is not None and each.day == self._canvas.now.astimezone(sheet.zone).date()
                week = sheet.agenda.is_week
                title = looks.sentence_case(looks.short_day(each.day)) if week else each.name
                self._write(painter, name, title, role="accent" if week and today else "text")
                live = sum(item.appointment.live for item in each.items)
                said = ngettext("{n} appointment", "{n} appointments", live).format(n=live) if each.open or live else _("not working")
                said = " · ".join(filter(None, (each.where, said)))
                self._write(painter, name.translated(0, name.height()), said, role="muted")

    def _write(self, painter: QPainter, box: QRectF, text: str, *, role: str, align: Qt.AlignmentFlag = _LEFT) -> None:
        strong = role != "muted"
        painter.setFont(theme().font(Text.BODY if strong else Text.SMALL, strong=strong))
        painter.setPen(theme().colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, align, shown)


class DayView(QFrame):
    """Head and canvas."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.canvas = Grid()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setAccessibleName(_("Day"))
        self.area.setWidget(self.canvas)
        self.head = _Head(self.canvas, self.area)
        box = column(self.head, self.area, space=0)
        box.setContentsMargins(1, 0, 1, 1)
        self.setLayout(box)
        self.canvas.walked.connect(self._follow)

    def show_sheet(self, sheet: Sheet, now: datetime) -> None:
        """Show a day; another day begins at now, or at its first appointment."""
        before = self.canvas.sheet
        self.canvas.show_sheet(sheet, now)
        self.head.update()
        if before is None or before.key != sheet.key:
            QTimer.singleShot(0, self, self._to_the_point)

    def _to_the_point(self) -> None:
        scale, sheet, now = self.canvas.scale(), self.canvas.sheet, self.canvas.now
        if scale is None or sheet is None:
            return
        today = sheet.on(now.astimezone(sheet.zone).date()) if now else []
        minute = sheet.minute(now, today[0]) - 60 if now and today else min((block.start for block in sheet.blocks), default=sheet.first)
        self.area.verticalScrollBar().setValue(round(scale.y(minute)) - Space.S)

    def _follow(self, box: QRectF) -> None:
        center = box.center()
        self.area.ensureVisible(round(center.x()), round(center.y()), 0, round(box.height() / 2) + Space.XL)
