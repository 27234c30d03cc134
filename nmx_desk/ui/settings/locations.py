"""Locations beside the clinic's own address: folded away, for most clinics have one place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.agenda import Location
from nmx_desk.i18n import _
from nmx_desk.services import locations
from nmx_desk.services.locations import LONGEST_ADDRESS, LONGEST_NAME
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.fold import Fold
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table

LIST_HEIGHT = 172


class Locations(QWidget):
    """A list, and a form for one. ``changed``: there is another place to choose, or one less."""

    changed = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        nothing = EmptyState(_("One place"), _("Everything is at the clinic's own address."), icon="house")
        self.table: Table[Location] = Table(
            [
                Column(key="name", title=_("Location"), text=lambda one: one.name, detail=lambda one: one.address, strong=True,
                       tooltip=lambda one: one.address),
                Column(key="state", title=_("State"), text=lambda one: _("In use") if one.is_active else _("Not in use"), width=110),
            ],
            name="locations", label=_("Locations"), settings=frame.user_settings, empty=nothing,
        )  # fmt: skip
        self.table.setFixedHeight(LIST_HEIGHT)
        self.form = Form([
            Field(name="name", label=_("Name"), required=True, max_length=LONGEST_NAME),
            Field(name="address", label=_("Address"), required=True, max_length=LONGEST_ADDRESS,
                  help=_("As clients read it in a confirmation, such as: Noorderweg 3, 1234 AB Utrecht")),
        ])  # fmt: skip
        self.add_button = Button(_("Add the location"), self.add, icon="plus")
        self.change_button = Button(_("Change"), self.change, icon="pencil")
        self.close_button = Button(_("Take out of use"), self.close_or_open, icon="ban")
        text = _("Rooms and working hours then say where they are, and figures and lists can be narrowed to a location.")
        self.fold = Fold(
            "locations", _("Other locations"), muted(text), self.table, row(None, self.close_button), self.form,
            row(None, self.change_button, self.add_button), settings=frame.user_settings, opened=False,
        )  # fmt: skip
        self.setLayout(column(self.fold))
        self.table.chosen.connect(self._chosen)
        self.form.submitted.connect(self._entered)
        self._chosen(None)

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-locations", locations.list_locations, then=self._show, owner=self)

    def _show(self, found: list[Location]) -> None:
        self.table.set_rows(found)
        self.fold.set_said(", ".join(one.name for one in found if one.is_active))
        self._chosen(self.table.current())

    def _chosen(self, one: Location | None) -> None:
        if not self.form.dirty:
            self.form.set_values({"name": one.name, "address": one.address} if one else {"name": "", "address": ""})
        self.change_button.setEnabled(one is not None)
        self.close_button.setEnabled(one is not None)
        self.close_button.setText(_("Take out of use") if one is None or one.is_active else _("Take into use"))

    def _entered(self) -> None:
        (self.change if self.table.current() is not None else self.add)()

    def add(self) -> None:
        """Add what was typed."""
        if (values := self.form.checked()) is not None:
            self._frame.runner.do(locations.add_location, values["name"], values["address"], then=self._saved, owner=self.form)

    def change(self) -> None:
        """Give the chosen location what was typed."""
        values, one = self.form.checked(), self.table.current()
        if values is not None and one is not None:
            self._frame.runner.do(locations.change_location, one, values["name"], values["address"], then=self._saved, owner=self.form)

    def close_or_open(self) -> None:
        """Take the chosen location out of use, or into use again."""
        one = self.table.current()
        if one is not None:
            deed = locations.close_location if one.is_active else locations.open_location
            self._frame.runner.do(deed, one, then=self._saved, owner=self)

    def _saved(self, one: Location) -> None:
        self.form.clear()
        self.load()
        self.changed.emit()
        self._frame.toast(_("“{name}” has been saved.").format(name=one.name))
