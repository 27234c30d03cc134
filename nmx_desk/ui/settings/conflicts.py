"""Appointments that are in the way of other hours: still booked, to be moved by people."""

from __future__ import annotations

from collections.abc import Sequence

from nmx_desk.domain.agenda_views import DayItem
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Card, bring_into_sight, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table

HEIGHT = 132
"""A header and two appointments; the others are scrolled to."""


class Conflicts(Card):
    """Which appointments the last change left outside the hours; hidden without any. Enter or the button opens one in the agenda."""

    def __init__(self, frame: Frame) -> None:
        self.said = Label("", role="danger", wrap=True)
        self.table: Table[DayItem] = Table(
            [
                Column(key="when", title=_("When"), text=lambda item: dates.when(item.appointment.starts_at, time_always=True),
                       tooltip=lambda item: dates.full(item.appointment.starts_at),
                       sort_key=lambda item: item.appointment.starts_at, strong=True, detail=lambda item: item.phone),
                Column(key="who", title=_("Who"), text=lambda item: item.who),
            ],
            name="conflicts", label=_("Appointments in the way"), key=lambda item: item.appointment.id,
        )  # fmt: skip
        self.open_button = Button(_("Show in the agenda"), self.show_one, icon="calendar")
        self.done_button = Button(_("Put away"), self.hide, kind="quiet")
        super().__init__(_("In the way"), self.said, self.table, row(self.open_button, None, self.done_button))
        self._frame = frame
        self.table.opened.connect(lambda _item: self.show_one())
        self.table.chosen.connect(lambda item: self.open_button.setEnabled(item is not None))
        self.table.setFixedHeight(HEIGHT)
        self.open_button.setVisible(frame.desk.may("agenda.read"))
        self.hide()

    def show_items(self, items: Sequence[DayItem]) -> None:
        """What is in the way since the last change."""
        n = len(items)
        text = ngettext(
            "{n} appointment is in the way now. It stays booked: move it.",
            "{n} appointments are in the way now. They stay booked: move them.",
            n,
        )
        self.said.setText(text.format(n=n))
        self.table.set_rows(items)
        self.setVisible(bool(items))
        if items:
            self.table.choose_first()
            bring_into_sight(self)

    def show_one(self) -> None:
        """Open the chosen appointment in the agenda."""
        item = self.table.current()
        if item is not None and self._frame.desk.may("agenda.read"):
            day = dates.local(item.appointment.starts_at).date()
            self._frame.go("agenda", day=day.isoformat(), appointment_id=item.appointment.id)
