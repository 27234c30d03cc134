"""Rooms: which there are, and in which order they are taken."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.agenda import MAIN, Room
from nmx_desk.i18n import _
from nmx_desk.services import locations, rooms
from nmx_desk.services.locations import Places
from nmx_desk.services.rooms import LONGEST_NAME, RoomClosed
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import Card, column, holder, row, scroll
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.settings.conflicts import Conflicts
from nmx_desk.ui.settings.locations import Locations
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space


def state(room: Room) -> Badge:
    """Whether it is taken."""
    return Badge(_("In use"), Hue.OK, "circle-check") if room.is_active else Badge(_("Not in use"), Hue.NEUTRAL, "circle-x")


class RoomsPart(QWidget):
    """A list in the order in which rooms are taken, and a form for the name of one."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._places: dict[str, str] = {}
        nothing = EmptyState(_("No rooms yet"), _("Add the rooms in which one appointment at a time can be."), icon="door-open")
        self.table: Table[Room] = Table(
            [
                Column(key="name", title=_("Room"), text=lambda room: room.name, strong=True),
                Column(key="place", title=_("Location"), text=lambda room: self._places.get(room.location_id or MAIN, ""), width=170),
                Column(key="state", title=_("State"), text=lambda room: state(room).text, badge=state, width=150),
            ],
            name="rooms", label=_("Rooms"), settings=frame.user_settings, empty=nothing,
        )  # fmt: skip
        self.form = Form([
            Field(name="name", label=_("Name"), required=True, max_length=LONGEST_NAME),
            Field(name="place", label=_("Location"), kind="choice", required=True),
        ])  # fmt: skip
        self.locations = Locations(frame)
        self.add_button = Button(_("Add the room"), self.add, kind="primary")
        self.change_button = Button(_("Change"), self.change, icon="pencil")
        self.up_button = IconButton("arrow-up", _("Earlier"), lambda: self._shift(-1), role="text")
        self.down_button = IconButton("arrow-down", _("Later"), lambda: self._shift(1), role="text")
        self.close_button = Button(_("Take out of use"), self.close_or_open, icon="ban")
        self.conflicts = Conflicts(frame)
        text = _("A type that needs a room is free only when a room is. The first free room is taken.")
        left = column(row(self.up_button, self.down_button, None, self.close_button), self.table, self.conflicts)
        left.setStretchFactor(self.table, 1)
        ask = Card(_("New room"), muted(text), self.form, row(None, self.change_button, self.add_button))
        right = scroll(holder(column(ask, self.locations, None)), ask.accessibleName())
        right.setFixedWidth(PANEL_WIDTH + Space.M)
        whole = row()
        whole.addLayout(left, 1)
        whole.addWidget(right)
        self.setLayout(whole)
        follow_reading_order(self)
        self.table.chosen.connect(self._chosen)
        self.form.submitted.connect(self.add)
        self.locations.changed.connect(self.load)
        self._got_places(())
        self._chosen(None)

    def load(self) -> None:
        """Read and show."""
        self.locations.load()
        self._frame.runner.latest("settings-places", locations.list_places, then=self._got_places, owner=self)
        self._frame.runner.latest("settings-rooms", rooms.list_rooms, then=self._show, owner=self)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not (self.form.dirty or self.locations.form.dirty)

    def _got_places(self, found: Places) -> None:
        """A clinic with one place sees nothing of places."""
        self._places = dict(found)
        self.form.set_visible("place", bool(found))
        self.table.setColumnHidden(1, not found)
        field = self.form.input("place")
        if isinstance(field, ChoiceInput):
            field.set_options(found)
        self.form.mark_clean()

    def _show(self, found: list[Room]) -> None:
        self.table.set_rows(found)
        self._chosen(self.table.current())

    def _chosen(self, room: Room | None) -> None:
        active = [one.id for one in self.table.records.rows if one.is_active]
        at = active.index(room.id) if room is not None and room.id in active else None
        self.up_button.setEnabled(at is not None and at > 0)
        self.down_button.setEnabled(at is not None and at < len(active) - 1)
        self.close_button.setEnabled(room is not None)
        self.close_button.setText(_("Take out of use") if room is None or room.is_active else _("Take into use"))
        self.change_button.setEnabled(room is not None)
        if not self.form.dirty:
            self.form.set_values({"name": room.name if room else "", "place": (room.location_id if room else None) or MAIN})

    def add(self) -> None:
        """Add a room with the name that was typed."""
        values = self.form.checked()
        if values is not None:
            self._frame.runner.do(rooms.add_room, values["name"], values["place"] or "", then=self._saved, owner=self.form)

    def change(self) -> None:
        """Give the chosen room the name that was typed, where there are several the place too."""
        values, room = self.form.checked(), self.table.current()
        if values is not None and room is not None:
            self._frame.runner.do(rooms.change_room, room, values["name"], values["place"], then=self._saved, owner=self.form)

    def _saved(self, room: Room) -> None:
        self.form.set_values({"name": ""})
        self.load()
        self._frame.toast(_("“{name}” has been saved.").format(name=room.name))

    def _shift(self, by: int) -> None:
        room = self.table.current()
        ids = [one.id for one in self.table.records.rows if one.is_active]
        if room is None or room.id not in ids:
            return
        at = ids.index(room.id)
        ids.insert(at + by, ids.pop(at))
        self._frame.runner.do(rooms.order_rooms, ids, then=self._show, owner=self)

    def close_or_open(self) -> None:
        """Take the chosen room out of use, or into use again."""
        room = self.table.current()
        if room is None:
            return
        if room.is_active:
            self._frame.runner.do(rooms.close_room, room, then=self._closed, owner=self)
        else:
            self._frame.runner.do(rooms.open_room, room, then=lambda _room: self.load(), owner=self)

    def _closed(self, made: RoomClosed) -> None:
        self.load()
        self.conflicts.show_items(made.conflicts)
        text = _("“{name}” is not taken any more.").format(name=made.room.name)
        self._frame.toast(text, lambda: self._open_again(made.room))

    def _open_again(self, room: Room) -> None:
        self.conflicts.hide()
        self._frame.runner.do(rooms.open_room, room, then=lambda _room: self.load(), owner=self)
