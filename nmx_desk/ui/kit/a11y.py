"""For tests: which controls a screen reader could not name."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox,
    QLineEdit, QPlainTextEdit, QProgressBar, QTabBar, QTextEdit,
)  # fmt: skip
INNER = (QHeaderView, QScrollBar)  # read through the view they belong to


def unnamed(widget: QWidget) -> list[str]:
    """Descriptions of the visible controls in a window that have no accessible name; empty when all is well."""
    return [_describe(child) for child in [widget, *widget.findChildren(QWidget)] if _is_control(child) and not _name(child)]


def _is_control(widget: QWidget) -> bool:
    if isinstance(widget, INNER) or not widget.isVisible() or _inside_another(widget):
        return False
    return isinstance(widget, CONTROLS) or widget.focusPolicy().value != 0


def _inside_another(widget: QWidget) -> bool:
    """Parts that Qt itself makes: the field of a spin box, the list of a combo box, the buttons of a calendar."""
    step = widget.parentWidget()
    while step is not None:
        if isinstance(step, (QAbstractSpinBox, QComboBox)) or step.inherits("QCalendarWidget"):
            return True
        step = step.parentWidget() if not step.isWindow() else None
    return widget.objectName() in {"qt_scrollarea_viewport", "ScrollLeftButton", "ScrollRightButton"}


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    text = interface.text(QAccessible.Text.Name) if interface else ""
    return (text or widget.accessibleName()).strip()


def _describe(widget: QWidget) -> str:
    place: list[str] = []
    step: QWidget | None = widget
    while step is not None:
        place.append(step.objectName() or type(step).__name__)
        step = step.parentWidget()
    return " in ".join(place)
