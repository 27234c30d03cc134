"""The agenda page: one day, its appointments, and the panels beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.agenda_views import MonthDay
from nmx_desk.domain.people import User
from nmx_desk.i18n import _
from nmx_desk.services import agenda, agenda_pages, people, reports
from nmx_desk.services.agenda import DayAgenda, DayItem
from nmx_desk.services.search import Hit
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.around import Around
from nmx_desk.ui.agenda.booking import Booking, Wish
from nmx_desk.ui.agenda.dayview import DayView
from nmx_desk.ui.agenda.details import Details
from nmx_desk.ui.agenda.head import DAY, MONTH, WEEK, AgendaHead
from nmx_desk.ui.agenda.month import MonthGrid
from nmx_desk.ui.agenda.moving import Moving
from nmx_desk.ui.agenda.printing import Printing
from nmx_desk.ui.agenda.sheet import Sheet
from nmx_desk.ui.agenda.shown import Shown
from nmx_desk.ui.agenda.steps import Steps
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.booking_task import BookingTask
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import Space

WATCHED = frozenset((
    "appointment", "appointment_type", "roster_rule", "closure", "absence", "client", "advice_request", "desk_user", "user_role",
))  # fmt: skip
ROOMY = 760  # width of the agenda from which the button for a new appointment has words
TICK = 30_000  # ms between two looks at the clock


class AgendaPage(Page):
    """The day, a column per practitioner. ``arrive(day=, appointment_id=)``: date or ISO text; ``client_id=, type_code=``: book."""

    name: ClassVar[str] = "agenda"
    icon: ClassVar[str] = "calendar-days"
    right: ClassVar[str | None] = "agenda.read"
    rail_order: ClassVar[int] = 30

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: Sheet | None = None
        self._wanted = ""
        self._task: BookingTask | None = None
        self._guest = ("", "")  # client and type to book, once the types are known
        self._show_details = False
        self._point: tuple[str, datetime] | None = None  # a practitioner and a moment to put the cursor on
        self.head = AgendaHead(frame)
        self.gone = Button("", kind="quiet", icon="calendar-x")
        self.gone.hide()
        self.closed = Banner()
        self.view = DayView()
        self.month = MonthGrid()
        advice = _("An administrator adds users with the role of practitioner.")
        self.nobody = EmptyState(_("No practitioners yet"), advice, icon="stethoscope")
        self.details = Details()
        self.booking = Booking(frame)
        self.shown = Shown(frame)
        self.around = Around(self)
        self._build()
        self._connect()

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Agenda")

    def _build(self) -> None:
        self.new = Button(_("New"), self.book, kind="primary", icon="calendar-plus", tip="C", name=_("New appointment"))
        waiting = IconButton("hourglass", _("Waiting list"), self.around.open_waiting, shortcut="L")
        finding = IconButton("calendar-search", _("Find a free moment"), self.around.open_finder, shortcut="F")
        self.printing = Printing(self)
        self.view_button = IconButton("sliders-horizontal", _("View"), self.around.open_view, shortcut="V")
        self._top = row(self.head, self.gone, row(finding, waiting, self.printing.button, self.view_button, space=0), self.new)
        self._top.setStretch(0, 1)
        left = column(self._top, self.closed, self.view, self.month, self.nobody)
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        left.setStretchFactor(self.view, 1)
        left.setStretchFactor(self.month, 1)
        self.nobody.hide()
        self.month.hide()
        for panel in (self.details, self.booking):
            panel.hide()
        whole = row(self.around.pane, self.details, self.booking, *self.around.panels, space=0)
        whole.insertLayout(1, left, 1)
        self.setLayout(whole)
        self._clock = QTimer(self, interval=TICK)
        self._clock.timeout.connect(self._tick)

    def _connect(self) -> None:
        canvas = self.view.canvas
        canvas.opened.connect(self.open_appointment)
        canvas.wanted.connect(lambda who, moment: self._open_booking(Wish(who, moment.astimezone(UTC))))
        self.moving, self.steps = Moving(self), Steps(self)
        self.gone.clicked.connect(self.around.show_gone)
        self.details.closed.connect(self.back_to_day)
        self.booking.booked.connect(self.around.booked)
        self.booking.closed.connect(self.back_to_day)
        self.head.moved.connect(self._moved)
        for fit in (self._fit, self.around.fit_pane):
            self.head.resized.connect(fit)
        self.head.jump.returnPressed.connect(self.back_to_day)
        self.month.walked.connect(self.head.go)
        self.month.picked.connect(self._open_day)
        self.shown.changed.connect(self._load)

    def _fit(self) -> None:
        """The button for a new appointment is a sign only where a panel leaves little room, that for cancelled ones a number."""
        roomy = self._top.geometry().width() >= ROOMY * theme().text_scale
        self.new.setText(_("New appointment") if roomy else "")
        self.new.setAccessibleName(_("New appointment"))
        self.around.say_gone(in_words=roomy)

    # Visits -------------------------------------------------------------------------------------------------------------------------

    def arrive(
        self, *, day: date | str | None = None, appointment_id: str = "", client_id: str = "", type_code: str = "",
        task: BookingTask | None = None, mode: str = "", **_more: Any,
    ) -> None:  # fmt: skip
        """Go to a day, its week or month (``mode``); open an appointment there, book for a client, or find a moment for a page's task."""
        self._clock.start()
        wanted = date.fromisoformat(day) if isinstance(day, str) else day
        if mode:
            self.head.mode.set_value(mode)
        self._want(appointment_id, details=bool(appointment_id))
        self._guest, self._task = (client_id, type_code), task
        self.head.go(wanted or self.day, tell=False)
        self.head.tell()
        self.frame.runner.latest(("agenda", "people"), people.list_practitioners, then=self._got_people, owner=self)
        self.view.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: Changes | None) -> None:
        """Read the day again when something of it changed."""
        if changes is None or changes.tables & WATCHED:
            self._load()
        self.around.refresh(changes)

    def leave(self) -> bool:
        """Nothing is kept here that could be lost; what was held is free again."""
        self.booking.holding.let_go()
        self._clock.stop()
        return True

    def record(self) -> dict[str, str]:
        """What is in sight."""
        found = self.details.item if self.details.isVisible() else None
        return {"obj_id": found.appointment.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette offers here."""
        return [
            Command(_("New appointment"), self.book, "boek afspraak book appointment", "C", "calendar-plus"),
            Command(_("Find a free moment"), self.around.open_finder, "zoek vrij moment find next free slot", "F", "calendar-search"),
            Command(_("Waiting list"), self.around.open_waiting, "wachtlijst waiting", "L", "hourglass"),
            Command(_("View"), self.around.open_view, "weergave kleuren legenda behandelaars tonen verbergen", "V", "sliders-horizontal"),
            *self.head.commands(), *self.moving.commands(), *self.printing.commands(),
        ]

    def show_again(self, made: Appointment) -> None:
        """Read what is in sight again, with the cursor on an appointment."""
        self._wanted = made.id
        self._load()

    def arrive_at(self, appointment_id: str, day: date, *, details: bool = True) -> None:
        """Show an appointment on its day."""
        self._want(appointment_id, details=details)
        self.head.go(day, tell=False)
        self.head.tell()

    def _want(self, appointment_id: str, *, details: bool) -> None:
        """Put the cursor on an appointment once it is read; one to be opened cannot be in a month."""
        self._wanted, self._show_details = appointment_id, details
        if details and self.head.mode.value() == MONTH:
            self.head.mode.set_value(DAY)

    def point_at(self, practitioner_id: str, moment: datetime) -> None:
        """Show a moment of a practitioner, the cursor on it: in the week where that is shown, else in the day."""
        self._point = (practitioner_id, moment)
        self.head.go(dates.local(moment).date(), tell=False)
        self.head.show_mode(WEEK if self.head.mode.value() == WEEK else DAY, practitioner_id)

    # The day ------------------------------------------------------------------------------------------------------------------------

    @property
    def day(self) -> date:
        """The day in sight, or the one whose week or month is."""
        return self.head.day

    def go_day(self, day: date) -> None:
        """Show a day, in its week or month where that is what is shown."""
        self.head.go(day)

    def _open_day(self, day: date) -> None:
        self.head.go(day, tell=False)
        self.head.show_mode(DAY)
        self.back_to_day()

    def _moved(self) -> None:
        if self.sheet is None or self.head.mode.value() == MONTH or self.day not in {one.day for one in self.sheet.columns}:
            self.details.hide()
        self.around.follow()
        self._load()

    def _load(self) -> None:
        ask, who = self.frame.runner.latest, self.head.practitioner_id
        if self.head.mode.value() == MONTH:
            ask(("agenda", "day"), agenda_pages.month_overview, self.day, then=self._show_month, owner=self)
        elif self.head.mode.value() == WEEK and who:
            ask(("agenda", "day"), agenda_pages.week_agenda, who, self.day, then=self._show, owner=self)
        else:
            ask(("agenda", "day"), agenda.day_agenda, self.day, then=self._show, owner=self)

    def _show_month(self, found: tuple[MonthDay, ...]) -> None:
        self._wanted = ""
        had_focus = self.view.isAncestorOf(self.focusWidget() or self)
        for other in (self.view, self.gone, self.closed, self.nobody):
            other.hide()
        self.month.show()
        seen = [each.without(self.shown.hidden) for each in found]
        self.month.names = {user.id: user.display_name for user in self.shown.people}
        self.month.show_month(self.day, dates.today(self.frame.now()), seen, by_practitioner=self.shown.by_practitioner)
        if had_focus or self.month.hasFocus():
            self.month.setFocus(Qt.FocusReason.OtherFocusReason)

    def _bring_back(self, found: DayAgenda) -> bool:
        """Who is hidden is shown again when a moment or an appointment of theirs is wanted; of another's week the day is. Whether it is."""
        who = self._point[0] if self._point else ""
        if self._wanted:
            who = next((each.practitioner_id for each in found.columns for one in each.items if one.appointment.id == self._wanted), "")
        if who:
            self.shown.show(who)
        elif self._wanted and self._show_details and found.is_week:
            self.head.show_mode(DAY)
            return True
        return False

    def _show(self, found: DayAgenda) -> None:
        if self._bring_back(found):
            return
        self.sheet = Sheet(found, self.shown.hidden, by_practitioner=self.shown.by_practitioner)
        self.month.hide()
        self.view.setVisible(bool(found.columns))
        self.nobody.setVisible(not found.columns)
        self.view.show_sheet(self.sheet, self.frame.now())
        self.gone.setVisible(bool(self.sheet.cancelled()))
        self._fit()
        closed = looks.closed_words(found)
        self.closed.say(closed, Hue.INFO, closable=False) if closed else self.closed.hide()
        if self._wanted:
            self.view.canvas.select(self._wanted)
            if self._show_details:
                self.open_appointment(self._wanted)
            self._wanted, self._show_details = "", False
        elif self._point:
            self.view.canvas.point(*self._point)
            self._point = None
        elif self.details.isVisible() and self.details.form is None:
            self._show_again()

    def _got_people(self, found: list[User]) -> None:
        self.head.offer(found)
        self.shown.offer(found)
        self.printing.people = found
        self.frame.runner.latest(("agenda", "types"), agenda.appointment_types, then=self._got_types, owner=self)

    def _got_types(self, types: list[AppointmentType]) -> None:
        self.booking.offer(types, self.shown.people)
        self.around.offer(types, self.shown.people)
        (client_id, type_code), self._guest = self._guest, ("", "")
        if self._task:
            self.around.find_for(self._task)
            self._task = None
        elif client_id:
            booked_for = partial(self._book_for, client_id, type_code)
            self.frame.runner.do(reports.client_label, client_id, then=booked_for, owner=self)

    def _tick(self) -> None:
        self.view.canvas.tick(self.frame.now())
        found = self.details.item if self.details.isVisible() and self.details.form is None else None
        if found and found.appointment.status is AppointmentStatus.ARRIVED and not self.details.isAncestorOf(self.focusWidget() or self):
            self._show_again()  # how long they wait

    # One appointment ----------------------------------------------------------------------------------------------------------------

    def open_appointment(self, appointment_id: str) -> None:
        """Show an appointment of this day in the side panel."""
        item = self.item(appointment_id)
        if item is None or self.sheet is None:
            return
        self.booking.hide()
        self.around.hide()
        types = {kind.code: kind for kind in self.sheet.agenda.types}
        names = {each.practitioner_id: each.name for each in self.sheet.columns}
        self.details.show_item(item, types, names.get(item.appointment.practitioner_id, ""), self.frame.now())
        self.details.show()

    def item(self, appointment_id: str) -> DayItem | None:
        """An appointment in sight."""
        return self.sheet.item(appointment_id) if self.sheet else None

    def _show_again(self) -> None:
        if self.details.item and self.item(self.details.item.appointment.id):
            self.open_appointment(self.details.item.appointment.id)
        else:
            self.details.hide()

    def back_to_day(self) -> None:
        """Put the focus on the days."""
        shown = self.month if self.head.mode.value() == MONTH else self.view.canvas
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    # Booking ------------------------------------------------------------------------------------------------------------------------

    def book(self) -> None:
        """Open the booking panel, at the free moment under the cursor if there is one."""
        spot = self.view.canvas.spot()
        ahead = spot is not None and spot[1] > self.frame.now()
        self._open_booking(Wish(spot[0], spot[1].astimezone(UTC)) if spot and ahead else None)

    def _open_booking(self, wish: Wish | None) -> None:
        if wish and self.booking.point(wish):
            return
        self.around.close_panels()
        self.booking.open_new(wish)

    def _book_for(self, client_id: str, type_code: str, label: str) -> None:
        self._open_booking(None)
        self.booking.start_for(Hit("client", client_id, label, ""), type_code)
