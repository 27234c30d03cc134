"""Keys that belong to a part of a page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def on_ctrl_enter(widget: QWidget, run: Callable[[], object]) -> None:
    """Ctrl+Enter anywhere inside a widget does this."""
    QShortcut(QKeySequence("Ctrl+Return"), widget, context=Qt.ShortcutContext.WidgetWithChildrenShortcut).activated.connect(run)
