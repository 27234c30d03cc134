"""What the registers of people and means share: a list with panels beside it, one open at a time, and the form of one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.beside import EditPanel, RoomMaker
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.keys import on_ctrl_enter
from nmx_desk.ui.kit.layout import Item, SidePanel, column, holder, row
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Table
from nmx_desk.ui.quality.part import QualityPart
from nmx_desk.ui.theme.tokens import Space


class RecordPanel(EditPanel):
    """The form of one record; ``kept`` carries what was stored. ``extra`` stands under the form and is shown for what is stored."""

    kept = Signal(object)

    def __init__(self, frame: Frame, form_fields: Sequence[Field], case: Any, *, columns: int = 2) -> None:
        super().__init__()
        self.frame, self.case = frame, case
        self.record: Any = None
        self.before: tuple[Any, ...] = ()
        self.form = Form(form_fields, columns=columns)
        self.names = [field.name for field in form_fields]
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        on_ctrl_enter(self, self.save)
        self.hide()

    def begin(self, record: Any, title: str, subtitle: str = "", *, before: tuple[Any, ...] = (), at: str = "") -> None:
        """Open for a record; without id it is new. ``before``: what the use case is told before the record."""
        self.record, self.before = record, before
        self.set_title(title, subtitle)
        self.form.set_values({name: getattr(record, name) for name in self.names if hasattr(record, name)})
        self.show()
        if at:
            self.form.input(at).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.focus_first()

    def wanted(self, values: Mapping[str, Any]) -> Any:
        """The record as it was filled in: an empty choice of what may be nothing is None."""
        known = {field.name: field.default for field in fields(self.record)}
        told = {name: None if value == "" and known[name] is None else value for name, value in values.items() if name in known}
        return replace(self.record, **{name: known[name] if value is None else value for name, value in told.items()})

    def save(self) -> None:
        """Keep it."""
        values = self.form.checked()
        if values is not None:
            self.frame.runner.do(self.case, *self.before, self.wanted(values), then=self._saved, owner=self.form)

    def _saved(self, made: Any) -> None:
        self.form.mark_clean()
        self.close_panel()
        self.kept.emit(made)


class ListedPart(QualityPart):
    """A list, ``panels`` beside it of which one is open at most. A row that is opened is changed; Delete and Ctrl+N as each says."""

    table: Table[Any]

    def lay_out(self, panels: Sequence[SidePanel], *left: Item, spare: Sequence[str] = (), away: Sequence[QWidget] = ()) -> None:
        """Put the list and what stands over and under it beside the panels."""
        self.panels, self._asked = tuple(panels), ""
        items = column(*left, space=Space.M)
        items.setStretchFactor(self.table, 1)
        self.left = holder(items)
        whole = row(*panels, space=Space.L)
        whole.insertWidget(0, self.left, 1)
        self.setLayout(whole)
        follow_reading_order(self)
        self.table.opened.connect(lambda _row: self.edit())
        for panel in panels:
            panel.closed.connect(self._panel_closed)
        self.table.spare(spare)
        RoomMaker(panels, away)

    def edit(self) -> None:
        """Change the chosen row."""
        raise NotImplementedError

    def only(self, panel: SidePanel | None) -> bool:
        """Make room for a panel; False while something typed in another is not saved."""
        if not self.keep():
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        for one in self.panels:
            if one is not panel:
                one.hide()
        return True

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not any(getattr(panel, "dirty", False) for panel in self.panels)

    def arrive(self, *, record_id: str = "", **where: Any) -> None:
        """Come into sight, at a record perhaps."""
        self._asked = record_id
        super().arrive(**where)

    def listed(self, rows: Sequence[Any]) -> None:
        """Show rows; go to the one that was asked for, or to the first."""
        self.table.set_rows(rows)
        asked, self._asked = self._asked, ""
        if asked and self.table.choose(asked):
            self.table.setFocus()
            self.edit()
        else:
            self.table.choose_first()

    def _panel_closed(self) -> None:
        self.table.setFocus()

    def record(self) -> dict[str, str]:
        """What is chosen."""
        found = self.table.current()
        return {"obj_id": found.id} if found is not None else {}
