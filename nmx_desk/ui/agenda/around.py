"""What stands around the day on the agenda page: waiting list, finder, series, two that change places, fees. It wires them to the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from nmx_desk.domain.agenda import Appointment, AppointmentType, FeeDecision
from nmx_desk.domain.people import User
from nmx_desk.domain.series import SeriesReach, SeriesView, SeriesWish
from nmx_desk.domain.waiting import WaitingRow
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import agenda, options, series, waiting
from nmx_desk.services.agenda import DayItem, Offer
from nmx_desk.services.search import Hit
from nmx_desk.ui.agenda.booking import Wish
from nmx_desk.ui.agenda.details import CHARGE, EARLIER, RELEASE, SERIES, SWAP, WAIVE
from nmx_desk.ui.agenda.finder import Finder
from nmx_desk.ui.agenda.glance import Glance, GlancePane, ViewPanel
from nmx_desk.ui.agenda.serial import SeriesPanel
from nmx_desk.ui.agenda.waitlist import WaitingPanel
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.booking_task import BookingTask
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import set_tip
from nmx_desk.ui.kit.layout import SidePanel
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import PANEL_WIDTH

if TYPE_CHECKING:
    from nmx_desk.ui.agenda.page import AgendaPage

WIDEST = 1.3
WIDE = 1230  # width of the page from which the pane stands beside the days
WATCHED = frozenset({"waiting_entry", "appointment", "client"})


class Around(QObject):
    """``page.around``: ``drop`` is what the grid calls when a row of the waiting list is dropped on a moment."""

    def __init__(self, page: AgendaPage) -> None:
        super().__init__(page)
        self.page = page
        self.frame, self.grid = page.frame, page.view.canvas
        self.waiting = WaitingPanel(page.frame)
        self.series = SeriesPanel(page.frame)
        self.finder = Finder(page.frame)
        self.view = ViewPanel(Glance(page.frame, page.head, page.shown))
        self.pane = GlancePane(Glance(page.frame, page.head, page.shown))
        self.panels = (self.waiting, self.series, self.finder, self.view)
        self.swapping: DayItem | None = None  # waits for another one to change places with
        for glance in self._glances:
            glance.gone.connect(page.go_day)
        for panel in self.panels:
            panel.hide()
            panel.closed.connect(page.back_to_day)
        for each in (page.details, page.booking, *self.panels):
            each.installEventFilter(self)
        theme().changed.connect(self._fit)
        self._fit()
        page.details.cancelled.connect(self.cancel)
        page.booking.repeating.connect(self._repeat)
        page.booking.waits.connect(self._wait)
        page.booking.moved_on.connect(self._moved_on)
        page.booking.found.connect(self._found)
        page.booking.left.connect(lambda task: self.frame.go(task.back, **task.where))
        self.waiting.taken.connect(self._book_for)
        self.waiting.booked.connect(self._booked_for)
        self.waiting.said.connect(page.frame.toast)
        self.series.booked.connect(self._series_booked)
        self.series.added.connect(lambda made: self.booked(made, None))
        self.finder.chosen.connect(self._book_at)
        self.series.wanted.connect(lambda made: self.show_appointment(made.id, dates.local(made.starts_at).date()))
        self._steps: dict[str, Callable[[DayItem], object]] = {
            SERIES.code: lambda item: self._open(self.series, self.series.open_series, item.appointment.id),
            RELEASE.code: lambda item: self.frame.runner.do(options.release, item.appointment.id, owner=self),
            EARLIER.code: self._wants_earlier, SWAP.code: self._swap,
            CHARGE.code: partial(self._fee, FeeDecision.CHARGED), WAIVE.code: partial(self._fee, FeeDecision.WAIVED),
        }  # fmt: skip

    @property
    def _glances(self) -> tuple[Glance, Glance]:
        return self.view.glance, self.pane.glance

    def offer(self, types: list[AppointmentType], people: list[User]) -> None:
        """Which types and practitioners there are."""
        self.waiting.offer(types, people)
        self.finder.offer(types, people)
        for glance in self._glances:
            glance.offer(types)

    def open_view(self) -> None:
        """Whose columns are shown and what colours say: where it stands already the focus goes there."""
        if self.pane.isVisible():
            self.pane.glance.focus_first()
        else:
            self.close_panels()
            self.view.open_view()

    def fit_pane(self) -> None:
        """Beside the days there is room for a month and the rest only on a wide window without a panel."""
        free = all(panel.isHidden() for panel in (self.page.details, self.page.booking, *self.panels))
        self.pane.setVisible(free and self.page.width() >= WIDE * theme().text_scale)
        self.page.view_button.setVisible(self.pane.isHidden())

    def follow(self) -> None:
        """Another day is in sight."""
        for glance in self._glances:
            if glance.isVisible():
                glance.follow()

    def _fit(self) -> None:
        """Larger text needs wider panels: their buttons stand side by side."""
        for panel in (self.page.details, self.page.booking, *self.panels):
            panel.setMinimumWidth(round(PANEL_WIDTH * min(theme().text_scale, WIDEST)))

    def eventFilter(self, panel: QObject, event: QEvent) -> bool:
        """A panel that goes away gives the focus to the days, not to whatever comes next in the window; and room for the pane."""
        if event.type() in {QEvent.Type.Hide, QEvent.Type.Show}:
            self.fit_pane()
        if event.type() is QEvent.Type.Hide and isinstance(panel, QWidget) and panel.isHidden():
            had = QApplication.focusWidget()
            if had is panel or (had is not None and panel.isAncestorOf(had)):
                self.page.back_to_day()
        return False

    def hide(self) -> None:
        """Make room for another panel."""
        for panel in self.panels:
            panel.hide()

    def close_panels(self) -> None:
        """Nothing stands beside the day."""
        for panel in (self.page.details, self.page.booking, *self.panels):
            panel.hide()

    def show_appointment(self, appointment_id: str, day: date) -> None:
        """Go to the day of an appointment and open it there."""
        self.hide()
        self.page.arrive_at(appointment_id, day)
        self.page.back_to_day()

    def refresh(self, changes: Changes | None) -> None:
        """Read what is in sight here again when something of it changed."""
        if changes is None or changes.tables & WATCHED:
            self.waiting.ask()

    def _open(self, panel: SidePanel, show: Callable[..., object], *args: object) -> None:
        self.close_panels()
        show(*args)
        panel.setFocus()

    # Steps --------------------------------------------------------------------------------------------------------------------------

    def step(self, code: str, item: DayItem) -> bool:
        """Do a step of the details panel, if it is one of those here."""
        if code not in self._steps:
            return False
        self._steps[code](item)
        return True

    def _fee(self, fee: FeeDecision, item: DayItem) -> None:
        self.frame.runner.do(agenda.decide_fee, item.appointment.id, fee, owner=self)

    def _swap(self, item: DayItem) -> None:
        """The first click says which one; the same step of another one changes their places."""
        first, self.swapping = self.swapping if self.grid.marked else None, None
        self.grid.mark("")
        if first is None or first.appointment.id == item.appointment.id:
            self.swapping = item
            self.grid.mark(item.appointment.id)
            self.page.details.hide()
            said = _("Open the appointment that changes places with {who}, and choose “Change places” there.")
            self.frame.toast(said.format(who=item.who))
            return
        ids = (first.appointment.id, item.appointment.id)
        self.frame.runner.do(options.swap, *ids, then=partial(self._swapped, first.who, item.who), owner=self)

    def _swapped(self, one: str, other: str, made: tuple[Appointment, Appointment]) -> None:
        ids = tuple(each.id for each in made)
        undo = partial(self.frame.runner.do, options.undo_swap, *ids, owner=self)
        self.frame.toast(_("{one} and {other} have changed places.").format(one=one, other=other), undo=undo)
        self.close_panels()

    # Cancelling ---------------------------------------------------------------------------------------------------------------------

    def cancel(self, appointment_id: str, by: str, reason: str, ill: bool, reach: str = SeriesReach.ONE) -> None:
        """Cancel an appointment; of a series perhaps the following too, or all that are to come."""
        if reach == SeriesReach.ONE:
            self.frame.runner.do(agenda.cancel, appointment_id, by, reason, ill=ill, then=self._cancelled, owner=self)
        else:
            which = SeriesReach(reach)
            self.frame.runner.do(series.cancel_series, appointment_id, which, by, reason, ill=ill, then=self._series_ended, owner=self)

    def _cancelled(self, made: Appointment) -> None:
        self.close_panels()
        text = _("The appointment of {who} was cancelled, too late.") if made.late else _("The appointment of {who} was cancelled.")
        self.frame.toast(text.format(who=made.who), undo=partial(self.page.steps.undo, made.id))
        self.page.back_to_day()
        self.freed(made)

    # Booked -------------------------------------------------------------------------------------------------------------------------

    def booked(self, made: Appointment, old: DayItem | None) -> None:
        """The booking panel is done: show what it made. What one does next is confirm it, or see who else waits."""
        waited = self.page.booking.entry
        self.page.booking.hide()
        when = dates.when(made.starts_at, self.frame.now(), time_always=True)
        if waited is not None:
            self._say_booked(waited, made)
            self.open_waiting()
        elif old is None:
            undo = partial(self.cancel, made.id, "clinic", _("Booked by mistake"), False)
            self.frame.toast(_("Booked: {who}, {when}.").format(who=made.who, when=when), undo=undo)
        else:
            self.frame.toast(_("Moved: {who}, {when}.").format(who=made.who, when=when), undo=partial(self.page.steps.undo, made.id))
            self.freed(old.appointment)
        self.page.arrive_at(made.id, dates.local(made.starts_at).date(), details=waited is None)
        self.page.back_to_day()

    def say_gone(self, *, in_words: bool) -> None:
        """How many appointments of these days were cancelled."""
        n = len(self.page.sheet.cancelled()) if self.page.sheet else 0
        said = ngettext("{n} cancelled", "{n} cancelled", n).format(n=n)
        self.page.gone.setText(said if in_words else str(n))
        self.page.gone.setAccessibleName(said)
        set_tip(self.page.gone, "" if in_words else said)

    def show_gone(self, _on: bool = False) -> None:
        """The appointments of these days that were cancelled, to open one."""
        menu = QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for item in self.page.sheet.cancelled() if self.page.sheet else ():
            entry = menu.addAction(f"{dates.clock(item.appointment.starts_at)}  {item.who}".replace("&", "&&"))
            entry.triggered.connect(lambda _checked=False, found=item.appointment.id: self.page.open_appointment(found))
        menu.popup(self.page.gone.mapToGlobal(QPoint(0, self.page.gone.height())))

    # Series -------------------------------------------------------------------------------------------------------------------------

    def _repeat(self, wish: SeriesWish, who: str, option_id: str) -> None:
        self.page.booking.hide()
        self.series.open_new(wish, who, option_id)

    def _series_booked(self, view: SeriesView) -> None:
        self.page.booking.holding.forget()
        self.close_panels()
        first, n = view.appointments[0], len(view.appointments)
        text = ngettext("{n} appointment of a series has been booked.", "{n} appointments of a series have been booked.", n).format(n=n)
        undo = partial(
            self.frame.runner.do, series.cancel_series, first.id, SeriesReach.ALL, "clinic", _("Booked by mistake"), owner=self
        )
        self.frame.toast(text, undo=undo)
        self.show_appointment(first.id, dates.local(first.starts_at).date())

    def _moved_on(self, made: tuple[Appointment, ...]) -> None:
        self.close_panels()
        n, ids = len(made), tuple(one.id for one in made)
        text = ngettext("{n} appointment of the series was moved.", "{n} appointments of the series were moved.", n).format(n=n)
        self.frame.toast(text, undo=partial(self.frame.runner.do, series.undo_move_following, ids, owner=self))
        self.show_appointment(made[0].id, dates.local(made[0].starts_at).date())

    def _series_ended(self, gone: tuple[Appointment, ...]) -> None:
        self.close_panels()
        n = len(gone)
        text = ngettext("{n} appointment of the series was cancelled.", "{n} appointments of the series were cancelled.", n).format(n=n)
        ids = tuple(one.id for one in gone)
        self.frame.toast(text, undo=partial(self.frame.runner.do, series.put_back_series, ids, owner=self))
        self.waiting.look_who_fits(gone[0])

    # Finder -------------------------------------------------------------------------------------------------------------------------

    def open_finder(self) -> None:
        """Look for the next free moments."""
        self.close_panels()
        self.finder.open_finder()

    def _book_at(self, offer: Offer) -> None:
        """Go to a moment that was found, and begin to book it."""
        self.close_panels()
        self.page.point_at(offer.practitioner_id, offer.starts_at)
        self.page.booking.kind.set_value(offer.type_code)
        self.page.booking.open_new(Wish(offer.practitioner_id, offer.starts_at))

    # For other pages ----------------------------------------------------------------------------------------------------------------

    def find_for(self, task: BookingTask) -> None:
        """Find a moment for what another page asks."""
        self.close_panels()
        self.page.booking.open_task(task)

    def _found(self, task: BookingTask, offer: Offer, made: object) -> None:
        """It is booked: back to the list it came from."""
        self.close_panels()
        when = dates.when(offer.starts_at, self.frame.now(), time_always=True)
        self.frame.toast(_("Booked: {who}, {when}.").format(who=task.who, when=when), undo=partial(task.undo, made))
        self.frame.go(task.back, **task.where)

    # Waiting list -------------------------------------------------------------------------------------------------------------------

    def open_waiting(self) -> None:
        """Everybody who waits."""
        self._open(self.waiting, self.waiting.open_list)

    def freed(self, gone: Appointment) -> None:
        """A moment is free again: say whom it suits."""
        self.waiting.look_who_fits(gone)

    def drop(self, entry_id: str, practitioner_id: str, starts_at: datetime) -> None:
        """A row of the waiting list was dropped on a moment."""
        found = next((tile.found for tile in self.waiting.tiles if tile.found.id == entry_id), None)
        if found is not None:
            self.waiting.book_at(found, practitioner_id, starts_at)

    def _wants_earlier(self, item: DayItem) -> None:
        made = item.appointment
        if made.client_id:
            self._open(self.waiting, self.waiting.open_add, made.client_id, item.who, made.type_code, None, made.id)

    def _wait(self, client: Hit, type_code: str, practitioner_id: str | None) -> None:
        self._open(self.waiting, self.waiting.open_add, client.ref_id, client.title, type_code, practitioner_id)

    def _book_for(self, found: WaitingRow) -> None:
        self.close_panels()
        self.page.booking.open_waiting(found)

    def _booked_for(self, found: WaitingRow, made: Appointment) -> None:
        self.close_panels()
        self._say_booked(found, made)
        self.show_appointment(made.id, dates.local(made.starts_at).date())

    def _say_booked(self, found: WaitingRow, made: Appointment) -> None:
        when = dates.when(made.starts_at, self.frame.now(), time_always=True)
        undo = partial(self.frame.runner.do, waiting.put_back_waiting, found.id, owner=self)
        self.frame.toast(_("Booked from the waiting list: {who}, {when}.").format(who=found.who, when=when), undo=undo)
