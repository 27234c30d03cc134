"""One analyte over time: the lab's values, its own range in grey, a table beside it. A change of unit breaks the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmx_desk.domain.lab_lines import shown_number, shown_reference, shown_value
from nmx_desk.domain.labs import LabResult
from nmx_desk.i18n import _, language
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import SidePanel
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space, Text

DOT, GAP = 4, 24
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Stretch:
    """Values of one unit that follow one another, with the scale they share."""

    unit: str
    results: tuple[LabResult, ...]

    @property
    def scale(self) -> tuple[float, float]:
        """Lowest and highest of values and ranges, with some room."""
        found = [float(text) for one in self.results for text in (one.value, one.ref_low, one.ref_high) if text]
        low, high = min(found), max(found)
        room = (high - low or abs(high) or 1) * 0.1
        return (min(low, 0.0) if low >= 0 and low - room < 0 else low - room), high + room


def stretches(results: Sequence[LabResult]) -> list[Stretch]:
    """The numbers of an analyte in runs of one unit, oldest first; words have no place in a drawing."""
    numbers = [one for one in results if one.value and one.measured_on]
    return [Stretch(unit, tuple(run)) for unit, run in groupby(numbers, key=lambda one: one.unit)]


def told(result: LabResult) -> str:
    """``< 5 mg/l on 7-12-2026, reference < 10, flag H``."""
    comma = language() == "nl"
    value = " ".join(filter(None, (shown_value(result, comma=comma), result.unit)))
    parts = [_("{n} on {day}").format(n=value, day=dates.short(result.measured_on)) if result.measured_on else value]
    if reference := shown_reference(result, comma=comma):
        parts.append(_("reference {range}").format(range=reference))
    if result.flag:
        parts.append(_("flag {flag}").format(flag=result.flag))
    return ", ".join(parts)


class TrendView(QWidget):
    """Each run of one unit has a scale of its own, side by side. What it shows is told in its description."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Stretch] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Course of the value"))
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Grows with the text."""
        return QSize(300, round(180 * theme().text_scale))

    def show_results(self, results: Sequence[LabResult]) -> None:
        """Show these, oldest first."""
        self.runs = stretches(results)
        self.setAccessibleDescription(". ".join(map(told, results)))
        self.setVisible(bool(self.runs))
        self.update()

    def areas(self) -> list[QRectF]:
        """Where each run is drawn: as wide as it has values."""
        line = theme().text_px(Text.SMALL) + Space.S
        left, count = round(44 * theme().text_scale), sum(len(run.results) + 1 for run in self.runs)
        room = self.width() - (left + GAP) * len(self.runs)
        found, x = [], float(left)
        for run in self.runs:
            wide = room * (len(run.results) + 1) / count
            found.append(QRectF(x, line, wide, self.height() - 2 * line))
            x += wide + left + GAP
        return found

    def places(self, run: Stretch, area: QRectF) -> list[QPointF]:
        """Where each value of a run lies; a wider gap in time is a wider gap here."""
        days = [one.measured_on or date.min for one in run.results]
        span, (low, high) = max((days[-1] - days[0]).days, 1), run.scale
        alone = len(set(days)) == 1
        inner = area.adjusted(Space.L, 0, -Space.L, 0)
        return [
            QPointF(
                inner.center().x() if alone else inner.left() + inner.width() * (day - days[0]).days / span,
                area.bottom() - area.height() * (float(one.value) - low) / (high - low),
            )
            for day, one in zip(days, run.results, strict=True)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """For each run the lab's range, the line, the values, the unit over it and the days under it."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme().font(Text.SMALL))
            for run, area in zip(self.runs, self.areas(), strict=True):
                places = self.places(run, area)
                self._paint_range(painter, run, area, places)
                self._paint_frame(painter, run, area)
                colour = theme().colour("accent")
                painter.setPen(QPen(colour, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(QPolygonF(places))
                for place, one in zip(places, run.results, strict=True):
                    painter.setBrush(theme().colour("surface") if one.comparator else colour)  # "< 5" is hollow: it lies somewhere below
                    painter.drawEllipse(place, DOT, DOT)

    def _paint_range(self, painter: QPainter, run: Stretch, area: QRectF, places: Sequence[QPointF]) -> None:
        low, high = run.scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("pressed"))
        for n, one in enumerate(run.results):
            if not (one.ref_low or one.ref_high):
                continue
            left = area.left() if n == 0 else (places[n - 1].x() + places[n].x()) / 2
            right = area.right() if n == len(places) - 1 else (places[n].x() + places[n + 1].x()) / 2
            least, most = (float(text) if text else end for text, end in ((one.ref_low, low), (one.ref_high, high)))
            top, bottom = (area.bottom() - area.height() * (level - low) / (high - low) for level in (most, least))
            painter.drawRect(QRectF(left, top, right - left, bottom - top))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_frame(self, painter: QPainter, run: Stretch, area: QRectF) -> None:
        comma, (low, high) = language() == "nl", run.scale
        painter.setPen(QPen(theme().colour("border"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(theme().colour("muted"))
        painter.drawText(QRectF(area.left(), 0, area.width(), area.top()), Qt.AlignmentFlag.AlignLeft, run.unit)
        tall = theme().text_px(Text.SMALL) + Space.XS
        for level in (low, (low + high) / 2, high):
            y = area.bottom() - area.height() * (level - low) / (high - low)
            y = min(y, area.bottom() - tall / 2)
            painter.drawText(QRectF(0, y - tall / 2, area.left() - Space.XS, tall), _RIGHT, shown_number(f"{level:.3g}", comma=comma))
        days = [one.measured_on for one in run.results if one.measured_on]
        under = QRectF(area.left() - GAP, area.bottom() + Space.XS, area.width() + 2 * GAP, self.height() - area.bottom())
        if len(set(days)) == 1:
            painter.drawText(under, Qt.AlignmentFlag.AlignHCenter, dates.short(days[0]))
        else:
            painter.drawText(under, Qt.AlignmentFlag.AlignLeft, dates.short(days[0]))
            painter.drawText(under, Qt.AlignmentFlag.AlignRight, dates.short(days[-1]))


class TrendPanel(SidePanel):
    """The course of one analyte over all orders, and its figures in a table."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Course of the value"))
        self.view = TrendView()
        comma = language() == "nl"
        columns: list[Column[LabResult]] = [
            Column(key="day", title=_("Date"), text=lambda one: dates.short(one.measured_on) if one.measured_on else "–", width=106),
            Column(key="value", title=_("Result"), text=lambda one: f"{shown_value(one, comma=comma)} {one.unit}".strip(), tooltip=told),
            Column(key="reference", title=_("Reference"), width=104,
                   text=lambda one: " ".join(filter(None, (shown_reference(one, comma=comma), one.flag)))),
        ]  # fmt: skip
        self.table: Table[LabResult] = Table(columns, name="lab_trend", label=_("All values"), settings=frame.user_settings)
        self.table.setMinimumHeight(200)
        note = muted(_("Grey is the reference of the lab at each value. A hollow dot lies below or above what could be measured."))
        for one in (self.view, note, self.table):
            self.body.addWidget(one)
        self.hide()

    def show_trend(self, analyte: str, results: Sequence[LabResult]) -> None:
        """Show an analyte's values, oldest first."""
        self.set_title(analyte)
        self.view.show_results(results)
        self.table.set_rows(list(reversed(results)))
        self.show()
