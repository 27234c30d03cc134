"""Things beside each other, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space


class Across(QWidget):
    """A grid whose columns follow from its width. ``least``: how wide each thing must be at 100 % text; ``most``: beside each other."""

    def __init__(self, least: int, *, most: int = 99) -> None:
        super().__init__()
        self._least, self._most = least, most
        self._items: list[QWidget] = []
        self.columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.M)

    def set_items(self, items: Sequence[QWidget]) -> None:
        """Show these, in this order; what was here and is not among them is deleted."""
        for gone in [one for one in self._items if one not in items]:
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        if list(items) != self._items:
            self._items = list(items)
            self._place(self._fitting())

    def minimumSizeHint(self) -> QSize:
        """One thing wide; as high as they are now."""
        return QSize(self._wide(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many beside each other as fit."""
        super().resizeEvent(event)
        if self._fitting() != self.columns:
            self._place(self._fitting())

    def _wide(self) -> int:
        return round(self._least * theme().text_scale)

    def _fitting(self) -> int:
        return max(1, min((self.width() + Space.M) // (self._wide() + Space.M), self._most))

    def _place(self, columns: int) -> None:
        for n in range(max(self.columns, columns)):
            self._grid.setColumnStretch(n, 1 if n < columns else 0)
        self.columns = columns
        for n, item in enumerate(self._items):
            self._grid.addWidget(item, n // columns, n % columns)
