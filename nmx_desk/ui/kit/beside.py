"""A list with a panel beside it for one of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from nmx_desk.ui.kit.form import Form
from nmx_desk.ui.kit.layout import Item, SidePanel, column, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.table import Table


class EditPanel(SidePanel):
    """Adds or changes one row in its form."""

    form: Form

    @property
    def dirty(self) -> bool:
        """Whether something typed would be lost."""
        return not self.isHidden() and self.form.dirty


class RoomMaker(QObject):
    """While one of the panels is open, the page goes without what is ``away``. What has ``dirty``, with something typed in it, stays."""

    def __init__(self, panels: Sequence[QWidget], away: Sequence[QWidget]) -> None:
        super().__init__(panels[0])
        self._panels, self._away = panels, away
        self._gone: list[QWidget] = []
        for panel in panels:
            panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A panel came or went."""
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            narrow = any(not panel.isHidden() for panel in self._panels)
            if narrow:
                self._gone += [one for one in self._away if not one.isHidden() and not getattr(one, "dirty", False)]
            for gone in self._gone:
                gone.setVisible(not narrow)
            if not narrow:
                self._gone.clear()
        return super().eventFilter(watched, event)


class ListPart(QWidget):
    """While its panel is open, what else may be done is out of the way. A row that is opened is changed."""

    table: Table[Any]
    panel: EditPanel

    def put_beside(self, *left: Item, offered: Sequence[QWidget]) -> None:
        """Put the list and what stands over and under it beside the panel. ``offered``: what makes room for the panel."""
        self._offered = tuple(offered)
        items = column(*left)
        items.setStretchFactor(self.table, 1)
        whole = row(self.panel)
        whole.insertLayout(0, items, 1)
        self.setLayout(whole)
        follow_reading_order(self)
        self.table.opened.connect(lambda _row: self.edit())
        self.panel.closed.connect(self._panel_closed)

    def edit(self) -> None:
        """Change the chosen row."""
        raise NotImplementedError

    def keep(self) -> bool:
        """Whether nothing is being added or changed."""
        return not self.panel.dirty

    def offer(self) -> None:
        """What may be done, unless a row is being added or changed."""
        for widget in self._offered:
            widget.setVisible(self.panel.isHidden())

    def _panel_closed(self) -> None:
        self.offer()
        self.table.setFocus()
