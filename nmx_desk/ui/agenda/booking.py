"""The side panel that books or moves: type, for whom, with whom, and the next free moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal

from nmx_desk.domain.agenda import AppointmentType
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.people import User
from nmx_desk.i18n import _, language, ngettext
from nmx_desk.services import agenda, representatives
from nmx_desk.services.agenda import DayItem, Offer
from nmx_desk.services.search import Found, Hit
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.finding import Finding
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.search import SearchField
from nmx_desk.ui.kit.slots import FreeMoments, TwoLines
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MANY_NO_SHOWS = 2


@dataclass(frozen=True)
class Wish:
    """A moment somebody pointed at in the day."""

    practitioner_id: str
    starts_at: datetime


class Booking(SidePanel):
    """Books a new appointment, or moves one. ``booked`` carries the appointment as stored, and the one it was moved from or None."""

    booked = Signal(object, object)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("New appointment"))
        self.frame = frame
        self._moving: DayItem | None = None
        self._wish: Wish | None = None
        self._client: Hit | None = None
        self._finding = Finding(frame.runner, self)
        self.kind = ChoiceInput(name=_("Type"))
        self.practitioner = ChoiceInput(blank=_("Anybody"), name=_("Practitioner"))
        self.who = SearchField(_("Client or name"), name=_("For whom"), pause=250)
        self.moments = FreeMoments(frame)
        self.problem = Banner()
        self._all_the_same: Callable[[], object] | None = None
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
        self.moments.picked.connect(self._take)

    def _build(self) -> None:
        parts = (section(_("For whom")), self.who, holder(self._hits), self._client_row, self._warning, self._hindered, self._who_error)
        self._for_whom = holder(column(*parts, space=Space.XS))
        self._type_box = holder(column(section(_("Type")), self.kind, space=Space.XS))
        for part in (
            self.problem, self._type_box, self._for_whom,
            holder(column(section(_("Practitioner")), self.practitioner, space=Space.XS)),
            holder(column(section(_("Next free moments")), self.moments, space=Space.S)),
        ):  # fmt: skip
            self.body.addWidget(part)
        self.book_here = Button("", self._book_wish, kind="primary", icon="calendar-plus")
        self.foot.addWidget(self.book_here)
        self._nobody()

    # Opening ------------------------------------------------------------------------------------------------------------------------

    def offer(self, types: list[AppointmentType], people: list[User]) -> None:
        """What can be chosen."""
        self.kind.set_options([(kind.code, kind.name(language())) for kind in types])
        self.practitioner.set_options([(user.id, user.display_name) for user in people])
        self._ask()

    def open_new(self, wish: Wish | None = None) -> None:
        """Start a booking, at a moment that was pointed at or anywhere."""
        self._moving = None
        self.set_title(_("New appointment"))
        self._type_box.show()
        self._for_whom.show()
        self._nobody()
        self._open(wish)
        self.who.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_for(self, client: Hit, type_code: str) -> None:
        """Begin with a client who was chosen elsewhere, and what it is for."""
        if type_code:
            self.kind.set_value(type_code)
        self.choose(client)
        self.kind.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()

    def open_move(self, item: DayItem) -> None:
        """Choose another moment for an appointment."""
        self._moving = item
        made = item.appointment
        self.set_title(_("Move: {who}").format(who=item.who), dates.full(made.starts_at))
        self.kind.set_value(made.type_code)
        self._type_box.hide()
        self._for_whom.hide()
        self._open(None, made.practitioner_id)

    def _open(self, wish: Wish | None, practitioner_id: str | None = None) -> None:
        self.problem.hide()
        self._wish = wish
        self.practitioner.set_value(wish.practitioner_id if wish else practitioner_id)
        self.book_here.setVisible(wish is not None)
        if wish:
            day = dates.day(dates.local(wish.starts_at).date(), self.frame.now())
            self.book_here.setText(_("Book {day} {time}").format(day=day, time=dates.clock(wish.starts_at)))
        self.show()
        self._ask()

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
            button.clicked.connect(lambda _checked=False, each=hit: self.choose(each))
            self._hits.addWidget(button)

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
        text = ngettext("Did not show up {n} time before.", "Did not show up {n} times before.", n).format(n=n)
        self._warning.setText(text if n >= MANY_NO_SHOWS else "")
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
            self.moments.ask(self.kind.value() or "", practitioner_id=self.practitioner.value())

    def _book_wish(self) -> None:
        if self._wish:
            self._book(self._wish.practitioner_id, self._wish.starts_at)

    def _take(self, offer: Offer) -> None:
        self._book(offer.practitioner_id, offer.starts_at)

    def _book(self, practitioner_id: str, starts_at: datetime) -> None:
        self.problem.hide()
        old = self._moving
        if old:
            self.frame.runner.do(
                agenda.move, old.appointment.id, starts_at, practitioner_id,
                then=lambda made: self.booked.emit(made, old), failed=self._fail, owner=self,
            )  # fmt: skip
            return
        self._all_the_same = partial(self._book_new, practitioner_id, starts_at, although_died=True)
        self._book_new(practitioner_id, starts_at)

    def _book_new(self, practitioner_id: str, starts_at: datetime, *, although_died: bool = False) -> None:
        self.frame.runner.do(
            agenda.book, self.kind.value(), practitioner_id, starts_at, client_id=self._client.ref_id if self._client else None,
            who=self.who.text().strip(), although_died=although_died, then=lambda made: self.booked.emit(made, None), failed=self._fail,
            owner=self,
        )  # fmt: skip

    def _fail(self, error: DeskError) -> None:
        if isinstance(error, UserError) and error.field == "although_died":
            self.problem.say(error.message, Hue.DANGER, action_text=_("Book all the same"), action=self._all_the_same)
            return
        if isinstance(error, UserError) and error.field == "who":
            self._hindered.hide()
            self._who_error.setText(error.message)
            self._who_error.show()
            self.who.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.problem.say(error.message, Hue.WARN)
        self._ask()
