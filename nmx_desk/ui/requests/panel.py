"""The panel of one request: who, what, calling, booking, ending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.request_views import PossibleDouble, RequestSheet
from nmx_desk.domain.requests import (
    ATTEMPT_RESULT_NAMES,
    REQUEST_STATUS_NAMES,
    AdviceRequest,
    AttemptResult,
    CallAttempt,
    RequestStatus,
    may_become,
)
from nmx_desk.i18n import _
from nmx_desk.services import recalls, requests
from nmx_desk.services.agenda import Offer
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.booking_task import BookingTask
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.labels import section, subheading
from nmx_desk.ui.kit.layout import SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.slots import FreeMoments
from nmx_desk.ui.requests import facts, looks
from nmx_desk.ui.requests.attempt import AttemptCard
from nmx_desk.ui.requests.doubles import DoubleCard
from nmx_desk.ui.requests.ending import End, EndForm, fill, possible
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

_S = RequestStatus
_ENDED = frozenset({_S.CLOSED, _S.UNREACHABLE, _S.DUPLICATE, _S.INVALID, _S.WITHDRAWN})
WIDTH = 480
CALL, BOOK, END = "call", "book", "end"


class RequestPanel(SidePanel):
    """Shows a request and carries out its steps. ``edit`` carries the request; ``done`` after a step, ``missed`` after a call in vain."""

    edit = Signal(object)
    done = Signal()
    missed = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Request"))
        self.frame = frame
        self.sheet: RequestSheet | None = None
        self.mode = ""
        self.setFixedWidth(round(WIDTH * min(theme().text_scale, 1.35)))
        self.attempt, self.moments, self.ending = AttemptCard(), FreeMoments(frame), EndForm()
        self.spoken = CheckInput(_("I spoke to this person just now"))
        self.later = CheckInput(_("Later than the first moment, by the client's own wish"))
        choose = Button(_("Choose in the agenda"), self._to_agenda, kind="quiet", icon="calendar-days")
        self.booking = holder(column(subheading(_("Book the advice call")), self.spoken, self.later, self.moments, row(choose, None)))
        self._top, self._below = column(space=Space.M), column(space=Space.L)
        for part in (holder(self._top), self.attempt, self.booking, self.ending, holder(self._below)):
            self.body.addWidget(part)
        self._make_foot()
        self.attempt.saved.connect(self._log)
        self.moments.picked.connect(self._book)
        self.ending.sent.connect(self._end)
        self.ending.kept.connect(lambda: self.use(CALL))

    def _make_foot(self) -> None:
        self.book_button = Button(_("Book"), self.book, kind="primary", icon="calendar-plus", tip="B")
        self.call_button = Button(_("Log attempt"), self.log, icon="phone-outgoing", tip="L")
        self.again_button = Button(_("New call"), self.ask_again, icon="plus", tip=_("A new request of the same person"))
        self.open_button = Button(_("Open call"), self.open_call, icon="phone-call", tip="O")
        self.undo_button = Button(_("Take back"), self.take_back, icon="undo-2")
        self.end_button = Button(_("Close…"), self._menu, kind="quiet")
        for item in (self.book_button, self.call_button, self.again_button, self.open_button, self.undo_button):
            self.foot.addWidget(item)
        self.foot.addStretch(1)
        self.foot.addWidget(self.end_button)

    # Showing ------------------------------------------------------------------------------------------------------------------------

    @property
    def request(self) -> AdviceRequest | None:
        """The request in sight."""
        return self.sheet.request if self.sheet else None

    def show_sheet(self, sheet: RequestSheet, *, focus: bool = False) -> None:
        """Show a request; what is being typed about the same request stays."""
        now, before = self.frame.now(), self.request
        self.sheet = sheet
        request = sheet.request
        self.set_title(looks.who(request), facts.subtitle(sheet, now))
        self._fill_top(sheet, now)
        self._fill_below(sheet, now)
        same = before is not None and before.id == request.id
        if not same or before is None or before.status is not request.status or not self.mode:
            self.use(CALL if request.is_called else "")
        self._offer(sheet)
        self.show()
        if not same:
            self.area.verticalScrollBar().setValue(0)
        if focus and self.mode == CALL:
            self.attempt.focus()

    def _fill_top(self, sheet: RequestSheet, now: datetime) -> None:
        empty_layout(self._top)
        self._top.addWidget(facts.states(sheet, now))
        self._top.addWidget(facts.contact(sheet.request, lambda: self.edit.emit(sheet.request)))
        for part in facts.asked(sheet.request):
            self._top.addWidget(part)

    def _fill_below(self, sheet: RequestSheet, now: datetime) -> None:
        empty_layout(self._below)
        if sheet.attempts:
            self._below.addWidget(facts.attempts(sheet.attempts, now))
        for part in facts.earlier(sheet, now, self.frame.go):
            self._below.addWidget(part)
        if sheet.doubles:
            self._below.addWidget(section(_("Possible doubles")))
        for other in sheet.doubles:
            can_mark = other.is_client or may_become(sheet.request.status, _S.DUPLICATE)
            card = DoubleCard(sheet.request, other, now, can_mark=can_mark)
            card.same.connect(self._same)
            card.shown.connect(self._go_double)
            self._below.addWidget(card)

    def _offer(self, sheet: RequestSheet) -> None:
        status = sheet.request.status
        self.book_button.setVisible(may_become(status, _S.BOOKED))
        self.call_button.setVisible(sheet.request.is_called and self.mode != CALL)
        self.again_button.setVisible(status is _S.DONE and sheet.request.is_called)
        self.open_button.setVisible(status in {_S.BOOKED, _S.HELD} and self.frame.desk.may("calls.hold"))
        self.undo_button.setVisible((status in _ENDED or status is _S.BOOKED) and self._may_take_back(sheet))
        self.end_button.setVisible(bool(possible(sheet)))

    def _may_take_back(self, sheet: RequestSheet) -> bool:
        request, made = sheet.request, sheet.appointment
        at = made.created_at if made is not None and request.status is _S.BOOKED else request.closed_at
        today = at is not None and dates.local(at).date() == dates.today(self.frame.now())
        return request.status is _S.DUPLICATE or today

    def use(self, mode: str) -> None:
        """Show what one is doing: calling, booking, ending, or nothing."""
        self.mode = mode
        self.attempt.setVisible(mode == CALL)
        self.booking.setVisible(mode == BOOK)
        self.ending.setVisible(mode == END)
        if mode == CALL:
            self.attempt.begin(self.frame.now())
        if self.sheet is not None:
            self._offer(self.sheet)

    def show_error(self, error: UserError) -> bool:
        """Beside the attempt or the reason, where it belongs to them."""
        if self.mode == CALL:
            return self.attempt.show_error(error)
        return self.mode == END and self.ending.fields.show_error(error)

    # Steps --------------------------------------------------------------------------------------------------------------------------

    def log(self) -> None:
        """Ready to write down a call attempt."""
        if self.sheet and self.sheet.request.is_called:
            if self.mode != CALL:
                self.use(CALL)
            self.attempt.focus()

    def press(self, digit: int) -> None:
        """A digit of the attempt, pressed in the list."""
        if self.isVisible() and self.mode == CALL:
            self.attempt.press(digit)

    def ask_again(self) -> None:
        """A new request of somebody who was to be called again."""
        if self.request:
            self._do(recalls.ask_again, self.request.id, then=lambda made: self.frame.go("requests", request_id=made.id))

    def book(self) -> None:
        """Offer the next free moments."""
        if self.sheet is None or not may_become(self.sheet.request.status, _S.BOOKED):
            return
        self.use(BOOK)
        today = dates.today(self.frame.now())
        spoken = any(
            one.attempt.result is AttemptResult.SPOKEN and dates.local(one.attempt.at).date() == today for one in self.sheet.attempts
        )
        self.spoken.setVisible(not spoken)
        self.spoken.set_value(not spoken)
        self.later.set_value(False)
        self.moments.ask(requests.CALL_TYPE)
        self.moments.part.setFocus(Qt.FocusReason.OtherFocusReason)
        self.moments.setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.ensureWidgetVisible(self.booking)

    def open_call(self) -> None:
        """Go to the script of the call."""
        if self.request and self.request.status in {_S.BOOKED, _S.HELD} and self.frame.desk.may("calls.hold"):
            self.frame.go("calls", request_id=self.request.id)

    def take_back(self) -> None:
        """Take back how it was ended or booked."""
        if self.request:
            self._undo(self.request.id)

    def _log(self, result: AttemptResult, note: str, recall: datetime | None) -> None:
        if self.request:
            self.frame.runner.do(requests.log_attempt, self.request.id, result, note, recall, then=self._logged, owner=self)

    def _logged(self, made: CallAttempt) -> None:
        text = _(ATTEMPT_RESULT_NAMES[made.result])
        if made.recall_at is not None:
            when = dates.when(made.recall_at, self.frame.now(), time_always=True)
            text = _("{result}. Call again {when}.").format(result=text, when=when)
        self.attempt.begin(self.frame.now())
        self.frame.toast(text, undo=partial(self._do, requests.undo_attempt, made.id))
        (self.done if made.result is AttemptResult.SPOKEN else self.missed).emit()

    def _book(self, offer: Offer) -> None:
        if self.request:
            spoken = bool(self.spoken.value()) and not self.spoken.isHidden()
            self.frame.runner.do(
                requests.book_call, self.request.id, offer, spoken=spoken, by_choice=self._by_choice(offer), then=self._booked,
                failed=self._not_booked, owner=self,
            )  # fmt: skip

    def _by_choice(self, offer: Offer) -> bool:
        """Whether the client wanted a later moment; who takes the first one did not."""
        return bool(self.later.value()) and offer not in self.moments.offers[:1]

    def _to_agenda(self) -> None:
        """Choose the moment with the days in sight, and come back to the list."""
        if self.request is None:
            return
        request_id, spoken = self.request.id, bool(self.spoken.value()) and not self.spoken.isHidden()
        later, first = bool(self.later.value()), self.moments.offers[:1]

        def book(offer: Offer, then: Callable[[Any], object], failed: Callable[[Any], object]) -> None:
            by_choice = later and offer not in first
            self.frame.runner.do(
                requests.book_call, request_id, offer, spoken=spoken, by_choice=by_choice, then=then, failed=failed, owner=self
            )

        undo = partial(self._undo, request_id)
        task = BookingTask(self.request.name, _("Advice call"), requests.CALL_TYPE, book, lambda _made: undo(), "requests")
        self.frame.go("agenda", once={"task": task})

    def _booked(self, made: Appointment) -> None:
        when = dates.when(made.starts_at, self.frame.now(), time_always=True)
        self.frame.toast(_("{who}: call booked {when}.").format(who=made.who, when=when), undo=partial(self._undo, made.request_id))
        self.done.emit()

    def _not_booked(self, error: Any) -> None:
        """Somebody was faster: say so, and offer what is free now."""
        self.frame.toast(error.message)
        self.moments.ask(requests.CALL_TYPE)

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.sheet:
            fill(menu, self.sheet, self.begin_end)
        menu.popup(self.end_button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def begin_end(self, end: End) -> None:
        """Ask for the reason, or do it when there is nothing to ask."""
        if end.reason is None:
            self._end(end, "")
        else:
            self.use(END)
            self.ending.begin(end)
            self.area.ensureWidgetVisible(self.ending)

    def _end(self, end: End, reason: str) -> None:
        if self.request:
            words = () if end.reason is None else (reason,)
            self.frame.runner.do(end.use_case, self.request.id, *words, then=self._ended, owner=self)

    def _ended(self, request: AdviceRequest) -> None:
        text = _("{who}: {state}").format(who=looks.who(request), state=_(REQUEST_STATUS_NAMES[request.status]).lower())
        self.frame.toast(text, undo=partial(self._undo, request.id))
        self.done.emit()

    def _same(self, other: PossibleDouble) -> None:
        if self.request is None:
            return
        if other.is_client:
            back = partial(self._do, requests.link_client, self.request.id, self.request.client_id)
            text = _("Linked to {who}.").format(who=other.record.name)
            self._do(requests.link_client, self.request.id, other.record.id, then=lambda _made: self.frame.toast(text, undo=back))
        else:
            self._do(requests.mark_duplicate, self.request.id, other.record.id, then=self._ended)

    def _go_double(self, other: PossibleDouble) -> None:
        where: dict[str, Any] = {"client_id": other.record.id} if other.is_client else {"request_id": other.record.id}
        self.frame.go("clients" if other.is_client else "requests", **where)

    def _undo(self, request_id: str | None) -> None:
        self._do(requests.undo_request_step, request_id)

    def _do(self, use_case: Any, *args: Any, then: Any = None) -> None:
        self.frame.runner.do(use_case, *args, then=then, owner=self)

