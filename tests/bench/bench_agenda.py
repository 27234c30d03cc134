"""The agenda's week with 400 appointments: a full repaint, and a step of dragging, against child widgets and a graphics scene.

Gates (AGENDA §5): repaint ≤ 16 ms, a drag step ≤ 8 ms. Peers show the same appointments – name, time, colour – as their users would write
it: a frame with a label each, and an item each in a ``QGraphicsScene``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QBrush, QColor, QPixmap, QRegion
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsScene, QGraphicsView, QLabel, QVBoxLayout, QWidget

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.agenda_views import DayAgenda, DayColumn, DayItem
from nmx_desk.domain.walltime import CLINIC_ZONE
from nmx_desk.ui.agenda.dragging import Grip, picked_up
from nmx_desk.ui.agenda.grips import Grid
from nmx_desk.ui.agenda.sheet import Sheet
from nmx_desk.ui.theme import theme

MONDAY = date(2026, 11, 23)
COUNT, DAYS, SIZE = 400, 5, (1100, 1000)
GATE_MS, GATE_DRAG_MS = 16.0, 8.0
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
STATES = (AppointmentStatus.CONFIRMED, AppointmentStatus.ARRIVED, AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW)


def week() -> DayAgenda:
    """80 appointments a day, up to four beside each other."""
    columns = []
    for day in range(DAYS):
        on = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), UTC)
        items = []
        for n in range(COUNT // DAYS):
            begin = on + timedelta(minutes=7 * 60 + n // 4 * 30 + 5 * (n % 4))
            made = Appointment(
                id=f"{day}-{n}", type_code=("intake", "follow_up")[n % 2], starts_at=begin, ends_at=begin + timedelta(minutes=25),
                who=f"Cliënt {day}{n:02}", status=STATES[n % 4], uid=f"{day}-{n}",
            )  # fmt: skip
            items.append(DayItem(made, made.who, "06 12 34 56 78"))
        hours = ((on + timedelta(hours=7), on + timedelta(hours=17)),)
        columns.append(DayColumn("p", "Behandelaar A. Demo", 170, MONDAY + timedelta(days=day), hours, (), tuple(items)))
    types = tuple(AppointmentType(code=code, name_nl=code, name_en=code, hue=hue) for code, hue in (("intake", 200), ("follow_up", 90)))
    return DayAgenda(MONDAY, CLINIC_ZONE, tuple(columns), (), types)


def frames(sheet: Sheet, canvas: Grid) -> QWidget:
    """A frame and a label for each appointment."""
    whole, scale = QWidget(), canvas.scale()
    whole.resize(*SIZE)
    for block in sheet.blocks if scale else ():
        frame = QFrame(whole)
        frame.setGeometry(scale.box(block).toRect())
        frame.setStyleSheet("QFrame { background: #cfe8e3; border: 1px solid #0f766e; border-radius: 4px; } QLabel { border: none; }")
        QVBoxLayout(frame).addWidget(QLabel(f"{block.item.who}\n{block.start // 60}:{block.start % 60:02}"))
    return whole


def scene(sheet: Sheet, canvas: Grid) -> QGraphicsView:
    """An item with a text for each appointment."""
    made, scale = QGraphicsScene(0, 0, *SIZE), canvas.scale()
    for block in sheet.blocks if scale else ():
        box = made.addRect(scale.box(block), QColor("#0f766e"), QBrush(QColor("#cfe8e3")))
        text = made.addText(f"{block.item.who}\n{block.start // 60}:{block.start % 60:02}")
        text.setPos(scale.box(block).topLeft())
        text.setParentItem(box)
    view = QGraphicsView(made)
    made.setParent(view)
    view.resize(*SIZE)
    return view


def timed(once: Callable[[], object], rounds: int) -> float:
    """Milliseconds, the median of so many."""
    found = []
    for _ in range(rounds):
        start = perf_counter()
        once()
        found.append((perf_counter() - start) * 1000)
    return median(found)


def onto(widget: QWidget) -> Callable[[], object]:
    """Paint a widget and all in it on a picture of its size."""
    picture = QPixmap(widget.size())

    def paint() -> None:
        widget.render(picture, QPoint())

    return paint


def row(name: str, ours: float, gate: str, ok: bool, peer: str = "", peer_ms: float | None = None) -> dict[str, Any]:
    """A line of the table."""
    ratio = peer_ms / ours if peer_ms is not None else None
    return {"name": name, "ours_ms": ours, "peer": peer or None, "peer_ms": peer_ms, "ratio": ratio, "gate": gate, "ok": ok}


def run(n_pairs: int = 15) -> list[dict[str, Any]]:
    """Rows of the benchmark: name, ours_ms, peer, peer_ms, ratio, gate, ok."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    theme().use("light", 1.0)
    sheet, canvas = Sheet(week()), Grid()
    canvas.resize(*SIZE)
    canvas.show_sheet(sheet, NOW)
    canvas.resize(*SIZE)
    canvas.show()
    app.processEvents()
    picture = QPixmap(canvas.size())

    def repaint() -> None:
        canvas._picture = None
        canvas.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)

    def again() -> None:
        canvas.show_sheet(sheet, NOW)
        repaint()

    block = sheet.blocks[0]
    canvas.drag = picked_up(sheet, block, Grip.WHOLE, block.start) or None
    steps = iter(range(10_000))

    def step() -> None:
        if canvas.drag is None:
            canvas.drag = picked_up(sheet, sheet.blocks[0], Grip.WHOLE, sheet.blocks[0].start)
        n = next(steps)
        canvas._drag_to(n % DAYS, 500 + 5 * (n % 60))
        canvas.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)

    repaint()
    ours, dragging, whole = timed(repaint, n_pairs), timed(step, 4 * n_pairs), timed(again, n_pairs)
    child, items = frames(sheet, canvas), scene(sheet, canvas)
    child.show()
    items.show()
    app.processEvents()
    by_child, by_scene = timed(onto(child), n_pairs), timed(items.viewport().grab, n_pairs)
    for widget in (canvas, child, items):
        widget.close()
    return [
        row("agenda week, 400 appointments, full repaint", ours, f"≤ {GATE_MS:g} ms", ours <= GATE_MS, "child widgets", by_child),
        row("agenda week, 400 appointments, full repaint", ours, "–", ok=True, peer="QGraphicsView", peer_ms=by_scene),
        row("agenda week, 400 appointments, laid out and painted anew", whole, "–", ok=True),
        row("agenda week, a step of dragging", dragging, f"≤ {GATE_DRAG_MS:g} ms", dragging <= GATE_DRAG_MS),
    ]

