"""Tab goes as one reads. Qt's own order is the order of making, which is wrong as soon as a part is built later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QStackedWidget, QTabWidget, QWidget


def follow_reading_order(*parts: QWidget) -> None:
    """Let Tab walk through ``parts`` one after the other, each by its layout; what is hidden keeps its place for later."""
    stops = [stop for part in parts for stop in _stops(part)]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    for part in _inside(widget):
        yield from _stops(part)


def _inside(widget: QWidget) -> Iterator[QWidget]:
    if isinstance(widget, QScrollArea):
        inner = widget.widget()
        if inner is not None:
            yield inner
    elif isinstance(widget, QTabWidget):
        yield widget.tabBar()
        yield from filter(None, (widget.widget(number) for number in range(widget.count())))
    elif isinstance(widget, QSplitter | QStackedWidget):
        yield from filter(None, (widget.widget(number) for number in range(widget.count())))
    elif (layout := widget.layout()) is not None:
        yield from _laid(layout)


def _laid(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield widget
        elif (inner := item.layout()) is not None:
            yield from _laid(inner)
