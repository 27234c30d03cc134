"""What is done with the hands in the agenda: dragged, stretched, cut and put, taken from the waiting list, zoomed; wired to the page."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _
from nmx_desk.services import agenda, lengths
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.page import Command
from nmx_desk.ui.theme import icon

if TYPE_CHECKING:
    from nmx_desk.ui.agenda.page import AgendaPage

ZOOM = "agenda/zoom"


class Moving(QObject):
    """Moves and lengths by hand; each can be taken back."""

    def __init__(self, page: AgendaPage) -> None:
        super().__init__(page)
        self.page, self.frame, self.grid = page, page.frame, page.view.canvas
        self.grid.lifted.connect(self._offer_starts)
        self.grid.dropped.connect(self._drop)
        self.grid.stretched.connect(self._stretch)
        self.grid.received.connect(page.around.drop)
        self.grid.stayed.connect(self._say_stayed)
        self.grid.spot_menu.connect(self._spot_menu)
        self.grid.zoomed.connect(lambda zoom: self.frame.user_settings.put(ZOOM, zoom))
        zoom = self.frame.user_settings.get(ZOOM, 1.0)
        self.grid.set_zoom(zoom if isinstance(zoom, int | float) else 1.0)

    def commands(self) -> list[Command]:
        """What the palette offers."""
        return [
            Command(_("Taller hours"), lambda: self.grid.step_zoom(1), "zoom in groter", "+", "plus"),
            Command(_("Find a client"), self.frame.search, "zoek search", "/", "search"),
            Command(_("Lower hours"), lambda: self.grid.step_zoom(-1), "zoom uit kleiner", "-", "minus"),
        ]

    def _offer_starts(self, appointment_id: str) -> None:
        columns = [(one.practitioner_id, one.day) for one in self.grid.sheet.columns] if self.grid.sheet else []
        offer = partial(self.grid.offer, appointment_id)
        self.frame.runner.latest(("agenda", "starts"), lengths.starts_for, appointment_id, columns, then=offer, owner=self.page)

    def _drop(self, appointment_id: str, practitioner_id: str, starts_at: datetime) -> None:
        cut = self.grid.cut
        self.grid.let_go()
        args = (appointment_id, starts_at.astimezone(UTC), practitioner_id)
        self.frame.runner.do(agenda.move, *args, then=self._moved, failed=partial(self._stays, cut), owner=self.page)

    def _stretch(self, appointment_id: str, starts_at: datetime, ends_at: datetime) -> None:
        item = self.grid.sheet.item(appointment_id) if self.grid.sheet else None
        if item is None:
            return
        old, begin = item.appointment, starts_at.astimezone(UTC)
        then = self._moved if begin != old.starts_at else partial(self._stretched, old)
        self.frame.runner.do(
            lengths.resize, appointment_id, begin, ends_at.astimezone(UTC), then=then, failed=partial(self._stays, ""), owner=self.page
        )

    def _moved(self, made: Appointment) -> None:
        when = dates.when(made.starts_at, self.frame.now(), time_always=True)
        self.frame.toast(_("Moved: {who}, {when}.").format(who=made.who, when=when), undo=partial(self.page.steps.undo, made.id))
        self.page.show_again(made)

    def _stretched(self, old: Appointment, made: Appointment) -> None:
        until = _("{who}: until {time}.").format(who=made.who, time=dates.clock(made.ends_at))
        back = partial(self.frame.runner.do, lengths.resize, made.id, old.starts_at, old.ends_at, owner=self.page)
        self.frame.toast(until, undo=back)
        self.page.show_again(made)

    def _stays(self, cut: str, error: DeskError) -> None:
        self.grid.let_go()
        self.grid.cut_out(cut)  # another moment can be tried at once
        self.frame.toast(error.message)

    def _say_stayed(self, who: str, why: str) -> None:
        self.frame.toast(_("{who} stays. {why}").format(who=who, why=why))

    def offer_cut(self, menu: QMenu, appointment_id: str) -> None:
        """The entry that takes an appointment, to put it elsewhere."""
        entry = menu.addAction(icon("scissors", "text"), _("Cut") + "\tCtrl+X")
        entry.triggered.connect(lambda _checked=False: self.grid.cut_out(appointment_id))

    def _spot_menu(self, at: QPoint) -> None:
        """What can be done with a free moment."""
        menu = QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        book = menu.addAction(icon("calendar-plus", "text"), _("New appointment") + "\tC")
        book.triggered.connect(lambda _checked=False: self.page.book())
        if self.grid.cut:
            put = menu.addAction(icon("clipboard-check", "text"), _("Put it here") + "\tCtrl+V")
            put.triggered.connect(lambda _checked=False: self.grid.put())
        menu.popup(at)
