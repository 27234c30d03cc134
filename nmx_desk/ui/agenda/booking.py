"""The side panel that books or moves, or books what another page asks for: type, for whom, with whom, and the next free moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal

from nmx_desk.domain.agenda import Appointment, AppointmentType
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.series import SeriesRule, SeriesWish
from nmx_desk.domain.waiting import WaitingRow
from nmx_desk.i18n import _, language
from nmx_desk.services import agenda, representatives, series, waiting
from nmx_desk.services.agenda import DayItem, Offer
from nmx_desk.services.search import Found, Hit
from nmx_desk.ui.agenda.holding import Holding
from nmx_desk.ui.agenda.looks import MANY_NO_SHOWS, no_show_words
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.booking_task import BookingTask
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.finding import Finding
from nmx_desk.ui.kit.inputs import CheckInput, ChoiceInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.search import SearchField
from nmx_desk.ui.kit.slots import FreeMoments, TwoLines
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


@dataclass(frozen=True)
class Wish:
    """A moment somebody pointed at in the day."""

    practitioner_id: str
    starts_at: datetime


class Booking(SidePanel):
    """Books a new appointment, moves one, or books for who waits. ``booked`` carries the appointment, and what it was moved from or None.

    A moment that is picked before anybody is chosen is held. ``repeating`` carries a ``SeriesWish``, whose it is, and the option held;
    ``found`` carries a ``BookingTask`` of another page, the ``Offer`` at which it was booked and what was made, ``left`` one given up.
    ``waits`` the client (a ``Hit``), type and practitioner of who wants to be on the waiting list; ``moved_on`` what was moved of a series.
    """

    booked = Signal(object, object)
    found = Signal(object, object, object)
    left = Signal(object)
    repeating = Signal(object, str, str)
    waits = Signal(object, str, object)
    moved_on = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("New appointment"))
        self.frame = frame
        self._moving: DayItem | None = None
        self.entry: WaitingRow | None = None
        self.task: BookingTask | None = None
        self._wish: Wish | None = None
        self._client: Hit | None = None
        self._finding = Finding(frame.runner, self)
        self.kind = ChoiceInput(name=_("Type"))
        self.practitioner = ChoiceInput(blank=_("Anybody"), name=_("Practitioner"))
        self.who = SearchField(_("Client or name"), name=_("For whom"), pause=250)
        self.moments = FreeMoments(frame)
        self.problem = Banner()
        self.holding = Holding(frame)
        self.repeat = CheckInput(_("Repeat: a series of appointments"))
        self.following = CheckInput(_("The following of the series too"))
        self.wait = Button(_("Put on the waiting list"), self._wait, kind="quiet", icon="hourglass")
        self._all_the_same: Callable[[], object] | None = None
        self._tried = ("", frame.now())
        self._hits = column(space=Space.XS)
        self._chosen = Label("", look="strong", elide=True)
        self._about = Label("", look="small", role="muted", elide=True)
        self._warning = Label("", look="small", role="warn", wrap=True)
        self._client_row = holder(row(column(self._chosen, self._about, space=2), IconButton("x", _("Somebody else"), self._nobody)))
        self._who_error = Label("", look="small", role="danger", wrap=True)
        self._hindered = Label("", look="small", role="warn", wrap=True)
        self._build()
        self.kind.edited.connect(self._ask)
        self.kind.edited.connect(self._hinder)
        self.practitioner.edited.connect(self._ask)
        self.who.searched.connect(self._search)
        self.who.down.connect(self._into_hits)
        self.moments.picked.connect(self._take)
        self.holding.held.connect(self._held)
        self.holding.refused.connect(self._fail)
        self.holding.gone.connect(lambda: self._offer_here(self._wish))
        self.kind.edited.connect(self.holding.let_go)

    def _build(self) -> None:
        parts = (section(_("For whom")), self.who, holder(self._hits), self._client_row, self._warning, self._hindered, self._who_error)
        self._for_whom = holder(column(*parts, space=Space.XS))
        self._type_box = holder(column(section(_("Type")), self.kind, space=Space.XS))
        for part in (
            self.problem, self.holding, self._type_box, self._for_whom, self.repeat, self.following,
            holder(column(section(_("Practitioner")), self.practitioner, space=Space.XS)),
            holder(column(section(_("Next free moments")), self.moments, row(self.wait, None), space=Space.S)),
        ):  # fmt: skip
            self.body.addWidget(part)
        self.book_here = Button("", self._book_wish, kind="primary", icon="calendar-plus")
        self.hold_it = Button(_("Hold"), self._hold_wish, icon="hourglass", tip=_("Keep this moment for five minutes"))
        self.foot.addWidget(self.hold_it)
        self.foot.addWidget(self.book_here, 1)
        self._nobody()

    # Opening ------------------------------------------------------------------------------------------------------------------------

    def offer(self, types: list[AppointmentType], people: list[User]) -> None:
        """What can be chosen."""
        self.kind.set_options([(kind.code, kind.name(language())) for kind in types])
        self.practitioner.set_options([(user.id, user.display_name) for user in people])
        self._ask()

    def open_new(self, wish: Wish | None = None) -> None:
        """Start a booking, at a moment that was pointed at or anywhere."""
        self._begin(_("New appointment"), chosen=False)
        self._nobody()
        self._open(wish)
        self.who.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, title: str, subtitle: str = "", *, chosen: bool) -> None:
        """Forget the last task; with ``chosen`` it is known already for whom and for what."""
        self._moving = self.entry = self.task = None
        self.holding.let_go()
        self.set_title(title, subtitle)
        for switch in (self.repeat, self.following):
            switch.set_value(False)
        self.following.hide()
        for part in (self._type_box, self._for_whom, self.repeat, self.wait):
            part.setVisible(not chosen)

    def start_for(self, client: Hit, type_code: str) -> None:
        """Begin with a client who was chosen elsewhere, and what it is for."""
        if type_code and type_code != self.kind.value():
            self.holding.let_go()
            self.kind.set_value(type_code)
        self.choose(client)
        self.kind.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()

    def open_move(self, item: DayItem) -> None:
        """Choose another moment for an appointment."""
        made = item.appointment
        self._begin(_("Move: {who}").format(who=item.who), dates.full(made.starts_at), chosen=True)
        self._moving = item
        self.following.setVisible(made.series_id is not None)
        self.kind.set_value(made.type_code)
        self._open(None, made.practitioner_id)

    def open_task(self, task: BookingTask) -> None:
        """Choose a moment for what another page asks."""
        self._begin(_("Book: {who}").format(who=task.who), task.about, chosen=True)
        self.task = task
        self.kind.set_value(task.type_code)
        self._open(None, task.practitioner_id)
        self.moments.focus_first()

    def point(self, wish: Wish) -> bool:
        """Offer a moment that was pointed at for what the panel is open for; False when that is nothing in particular."""
        if not self.isVisible() or not (self.task or self.entry or self._moving):
            return False
        self._offer_here(wish)
        return True

    def open_waiting(self, found: WaitingRow) -> None:
        """Choose a moment for somebody on the waiting list."""
        self._begin(_("From the waiting list: {who}").format(who=found.who), found.phone, chosen=True)
        self.entry = found
        self.kind.set_value(found.entry.type_code)
        self._open(None, found.entry.practitioner_id)
        self.moments.focus_first()

    def close_panel(self) -> None:
        """What was held is free again; a task is given up."""
        self.holding.let_go()
        super().close_panel()
        if self.task:
            self.left.emit(self.task)

    def _open(self, wish: Wish | None, practitioner_id: str | None = None) -> None:
        self.problem.hide()
        self.practitioner.set_value(wish.practitioner_id if wish else practitioner_id)
        self._offer_here(wish)
        self.show()
        self._ask()

    def _offer_here(self, wish: Wish | None) -> None:
        """The button for the moment that was pointed at or is held; what is past is registered afterwards."""
        self._wish = wish
        ahead = wish is not None and wish.starts_at > self.frame.now()
        self.book_here.setVisible(wish is not None)
        self.hold_it.setVisible(ahead and not self.holding.option_id and self.task is None)
        if wish:
            day = dates.day(dates.local(wish.starts_at).date(), self.frame.now())
            text = _("Book {day} {time}") if ahead else _("Register afterwards {day} {time}")
            self.book_here.setText(text.format(day=day, time=dates.clock(wish.starts_at)))

    # For whom -----------------------------------------------------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        self._who_error.hide()
        if text:
            self._finding.ask(text, self._show_hits)
        else:
            self._finding.leave()
            empty_layout(self._hits)

    def _show_hits(self, found: Found) -> None:
        empty_layout(self._hits)
        if found.guessed:
            self._hits.addWidget(Label(_("Nothing exact; these come close"), role="muted", wrap=True))
        for hit in found.clients[:4]:
            button = TwoLines(hit.title, "", hit.subtitle, name=f"{hit.title}, {hit.subtitle}")
            button.clicked.connect(lambda _checked=False, each=hit: self._choose_here(each))
            self._hits.addWidget(button)

    def _into_hits(self) -> None:
        if found := [button for button in self.findChildren(TwoLines) if self._hits.indexOf(button) >= 0]:
            found[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_here(self, hit: Hit) -> None:
        self.choose(hit)
        if self.book_here.isVisible():
            self.book_here.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.moments.focus_first()

    def choose(self, hit: Hit) -> None:
        """Book for this client. What was searched to find them is logged."""
        self._finding.opened(hit)
        self._client = hit
        self._chosen.setText(hit.title)
        self._about.setText(hit.subtitle)
        self._show_who()
        self.frame.runner.latest(("no-shows", id(self)), agenda.count_no_shows, hit.ref_id, then=self._warn, owner=self)
        self._hinder()

    def _hinder(self) -> None:
        """Say beside the client what stands in the way of this type: a minor's parents, before it is tried."""
        self._hindered.hide()
        if self._client is not None and self.kind.value():
            day = dates.local(self._wish.starts_at).date() if self._wish else None
            args = (self._client.ref_id, self.kind.value(), day)
            self.frame.runner.latest(("hindered", id(self)), representatives.what_hinders, *args, then=self._say_hindered, owner=self)

    def _say_hindered(self, text: str) -> None:
        self._hindered.setText(text)
        self._hindered.setVisible(bool(text) and self._client is not None)

    def _warn(self, n: int) -> None:
        self._warning.setText(no_show_words(n))
        self._warning.setVisible(n >= MANY_NO_SHOWS)

    def _nobody(self) -> None:
        self._client = None
        self.who.clear()
        self._show_who()

    def _show_who(self) -> None:
        empty_layout(self._hits)
        self.who.setVisible(self._client is None)
        self._client_row.setVisible(self._client is not None)
        for said in (self._warning, self._hindered, self._who_error):
            said.hide()

    # Booking ------------------------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        if self.isVisible():
            after = self.task.after if self.task else None
            self.moments.ask(self.kind.value() or "", practitioner_id=self.practitioner.value(), after=after)

    def _book_wish(self) -> None:
        if self._wish:
            self._book(self._wish.practitioner_id, self._wish.starts_at)

    def _take(self, offer: Offer) -> None:
        self._book(offer.practitioner_id, offer.starts_at)

    def _book(self, practitioner_id: str, starts_at: datetime, why: str = "") -> None:
        """Do what the panel is open for, at this moment. ``why``: the reason for a double booking."""
        self.problem.hide()
        self._all_the_same = None
        run, option_id, old = self.frame.runner.do, self.holding.option_id, self._moving
        self._tried = (practitioner_id, starts_at)
        done = partial(self._booked, old)
        if old and self.following.value():
            run(series.move_following, old.appointment.id, starts_at, practitioner_id,
                then=self.moved_on.emit, failed=self._fail, owner=self)  # fmt: skip
        elif old:
            run(agenda.move, old.appointment.id, starts_at, practitioner_id, double_booking_reason=why, option_id=option_id,
                then=done, failed=self._fail, owner=self)  # fmt: skip
        elif self.task:
            self._book_task(self.task, practitioner_id, starts_at)
        elif self.entry:
            run(waiting.book_waiting, self.entry.id, practitioner_id, starts_at, double_booking_reason=why, option_id=option_id,
                then=done, failed=self._fail, owner=self)  # fmt: skip
        elif self.repeat.value():
            self._repeat(practitioner_id, starts_at)
        elif self._client is None and not self.who.text().strip() and starts_at > self.frame.now():
            self._hold(practitioner_id, starts_at)
        else:
            self._all_the_same = partial(self._book_new, practitioner_id, starts_at, why, although_died=True)
            self._book_new(practitioner_id, starts_at, why)

    def _book_task(self, task: BookingTask, practitioner_id: str, starts_at: datetime) -> None:
        offer = Offer(starts_at, starts_at, practitioner_id, self.practitioner.currentText(), task.type_code)
        task.book(offer, lambda made: self.found.emit(task, offer, made), self._fail)

    def _book_new(self, practitioner_id: str, starts_at: datetime, why: str = "", *, although_died: bool = False) -> None:
        self.frame.runner.do(
            agenda.book, self.kind.value(), practitioner_id, starts_at, client_id=self._client.ref_id if self._client else None,
            who=self.who.text().strip(), although_died=although_died, afterwards=starts_at < self.frame.now(),
            double_booking_reason=why, option_id=self.holding.option_id, then=partial(self._booked, None), failed=self._fail, owner=self,
        )  # fmt: skip

    def _booked(self, old: DayItem | None, made: Appointment) -> None:
        self.holding.forget()
        self.booked.emit(made, old)

    # Before booking -----------------------------------------------------------------------------------------------------------------

    def _hold_wish(self) -> None:
        if self._wish:
            self._hold(self._wish.practitioner_id, self._wish.starts_at)

    def _hold(self, practitioner_id: str, starts_at: datetime) -> None:
        if self.kind.value():
            client_id = self._client.ref_id if self._client else None
            self.holding.hold(self.kind.value(), practitioner_id, starts_at, client_id)

    def _held(self, option: Appointment) -> None:
        self._offer_here(Wish(option.practitioner_id, option.starts_at))
        self._ask()
        if self._client is None and self._for_whom.isVisible():
            self.who.setFocus(Qt.FocusReason.OtherFocusReason)

    def _repeat(self, practitioner_id: str, starts_at: datetime) -> None:
        if self._client is None:
            self._say_who(_("Choose the client: a series is for somebody who is one."))
            return
        wish = SeriesWish(self.kind.value(), practitioner_id, self._client.ref_id, starts_at, SeriesRule())
        self.repeating.emit(wish, self._client.title, self.holding.option_id)

    def _wait(self) -> None:
        if self._client is None:
            self._say_who(_("Choose the client who wants to be on the waiting list."))
            return
        self.waits.emit(self._client, self.kind.value() or "", self.practitioner.value())

    def _say_who(self, text: str) -> None:
        self._hindered.hide()
        self._who_error.setText(text)
        self._who_error.show()
        self.who.setFocus(Qt.FocusReason.OtherFocusReason)

    def _in_spite(self) -> None:
        """Book what is not free, with the reason."""
        practitioner_id, starts_at = self._tried
        text = _("It is marked in the agenda, with this reason.")
        if why := ask_reason(self, _("Book all the same"), text, yes=_("Book all the same"), least=3):
            self._book(practitioner_id, starts_at, why)

    def _fail(self, error: DeskError) -> None:
        if isinstance(error, UserError) and error.field == "although_died":
            self.problem.say(error.message, Hue.DANGER, action_text=_("Book all the same"), action=self._all_the_same)
            return
        if isinstance(error, UserError) and error.field == "who":
            self._say_who(error.message)
            return
        in_spite = isinstance(error, UserError) and error.field == "starts_at" and self._tried[1] > self.frame.now() and not self.task
        self.problem.say(
            error.message, Hue.WARN, action_text=_("Book all the same…") if in_spite else "", action=self._in_spite if in_spite else None
        )
        self._ask()
