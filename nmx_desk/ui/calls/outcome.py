"""How the call ends: one of seven outcomes, with what that outcome needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from nmx_desk.domain.consults import CALL_OUTCOME_NAMES, AdviceCall, CallOutcome
from nmx_desk.i18n import _
from nmx_desk.services.agenda import Offer
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import CheckInput, DateInput, TextInput
from nmx_desk.ui.kit.labels import Label, set_tip
from nmx_desk.ui.kit.layout import STRETCH, Card, column, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.slots import FreeMoments
from nmx_desk.ui.theme.tokens import Space

ICONS = {
    CallOutcome.INTAKE_BOOKED: "calendar-check",
    CallOutcome.REFERRED_GP: "stethoscope",
    CallOutcome.EMERGENCY: "octagon-alert",
    CallOutcome.CALL_LATER: "phone-outgoing",
    CallOutcome.NOT_FITTING: "circle-x",
    CallOutcome.DECLINES: "ban",
    CallOutcome.INFORMATION_ONLY: "info",
}


class OutcomePanel(Card):
    """The outcomes and what belongs to the chosen one. ``edited`` at each change, ``completed`` when the call may end, ``undone`` when not.

    ``error`` and ``done`` are placed by the page, under whatever scrolls, so that they are always in sight.
    """

    edited = Signal()
    completed = Signal()
    undone = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Outcome"))
        self.intake: Offer | None = None
        self._asked = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons = {outcome: self._button(outcome) for outcome in CallOutcome}
        self._build_parts(frame)
        self.error = Label("", role="danger", wrap=True)
        self.error.hide()
        self.done = Button(
            _("Complete the call"), self.completed.emit, kind="primary", icon="check", tip=_("Complete the call (Ctrl+Enter)")
        )
        self.undo = Button(_("Take back the outcome"), self.undone.emit, kind="quiet", icon="undo-2")
        self._group.buttonClicked.connect(self._chosen)
        self.why = Label("", look="small", role="muted", wrap=True)
        self.body.setSpacing(Space.S)
        self.body.addWidget(self.why)
        for button in self.buttons.values():
            self.body.addWidget(button)
        for part in (self._intake, self._later, self._reason, self.undo):
            self.body.addWidget(part)
        self._show_parts()

    def _button(self, outcome: CallOutcome) -> Button:
        made = Button(_(CALL_OUTCOME_NAMES[outcome]), icon=ICONS[outcome])
        made.setCheckable(True)
        made.setProperty("look", "choice")
        self._group.addButton(made)
        return made

    def _build_parts(self, frame: Frame) -> None:
        self.moments = FreeMoments(frame)
        self.moments.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that 1, 2, 3 choose as soon as “intake” is chosen
        self.moments.part.hide()  # the panel is narrow; “more moments” leads on
        self.moments.picked.connect(self._picked)
        self.chosen = Label("", look="strong", wrap=True)
        self.other = Button(_("Another moment"), self._unpick, kind="quiet", icon="calendar-clock")
        self._picked_row = holder(column(self.chosen, row(self.other, STRETCH), space=Space.XS))
        self.agreed = CheckInput(_("Agrees to a file"))
        self.agreed.edited.connect(self._edited)
        self._intake = holder(column(self.moments, self._picked_row, self.agreed, space=Space.S))
        self.next_date = DateInput(name=_("Call back on"))
        self.next_date.edited.connect(self._edited)
        self._later = holder(column(Label(_("Call back on"), look="small", role="muted"), self.next_date, space=Space.XS))
        self.fit_reason = TextInput(max_length=300, name=_("Why does it not fit?"))
        self.fit_reason.edited.connect(self._edited)
        self._reason = holder(column(Label(_("Why does it not fit?"), look="small", role="muted"), self.fit_reason, space=Space.XS))

    def show_call(self, call: AdviceCall, *, read_only: bool, may_undo: bool = False) -> None:
        """Begin with what is stored."""
        self.undo.setVisible(may_undo)
        self._asked = False
        self.moments.ask("")
        self._unpick()
        self.agreed.set_value(call.file_agreed)
        self.next_date.set_value(call.next_date)
        self.fit_reason.set_value(call.fit_reason)
        self.set_outcome(call.outcome)
        for part in (*self.buttons.values(), self.agreed, self.next_date, self.fit_reason, self.moments):
            part.setEnabled(not read_only)
        self.done.setVisible(not read_only)
        self.why.hide()
        if read_only:
            self._intake.hide()
        self.say("")

    def begin(self) -> None:
        """Every question was asked: offer the moments of an intake, as most calls end, or go to the first outcome that can be chosen."""
        intake = self.buttons[CallOutcome.INTAKE_BOOKED]
        if self.outcome() is None and intake.isEnabled():
            intake.click()
        else:
            first = next((button for button in self.buttons.values() if button.isEnabled()), self.done)
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def outcome(self) -> CallOutcome | None:
        """The chosen outcome."""
        return next((outcome for outcome, button in self.buttons.items() if button.isChecked()), None)

    def set_outcome(self, outcome: CallOutcome | None) -> None:
        """Choose without telling."""
        self._group.setExclusive(False)
        for each, button in self.buttons.items():
            button.setChecked(each is outcome)
        self._group.setExclusive(True)
        self._show_parts()

    def allow(self, allowed: frozenset[CallOutcome], why: str) -> None:
        """Only these can be chosen; ``why`` not the others is said above them and in their tooltips."""
        self.why.setText(why)
        self.why.setVisible(len(allowed) < len(self.buttons))
        for outcome, button in self.buttons.items():
            button.setEnabled(outcome in allowed)
            set_tip(button, "" if outcome in allowed else why)
        chosen = self.outcome()
        if chosen is not None and chosen not in allowed:
            self.set_outcome(None)

    def say(self, message: str) -> None:
        """Show or clear what stands in the way."""
        self.error.setText(message)
        self.error.setVisible(bool(message))

    def answer(self) -> dict[str, Any]:
        """What ``complete_call`` needs beside the outcome."""
        outcome = self.outcome()
        return {
            "intake": self.intake if outcome is CallOutcome.INTAKE_BOOKED else None,
            "next_date": self.next_date.value() if outcome is CallOutcome.CALL_LATER else None,
            "fit_reason": self.fit_reason.value(),
            "file_agreed": self.agreed.value(),
        }

    def changed(self, call: AdviceCall) -> AdviceCall:
        """The call with what stands here; its outcome is only written when it is completed."""
        values = self.answer()
        return replace(call, file_agreed=values["file_agreed"], next_date=values["next_date"], fit_reason=values["fit_reason"])

    def data(self) -> dict[str, Any]:
        """What stands here as JSON, for a draft; a moment that was picked may be gone by then, so it is not kept."""
        on, outcome = self.next_date.value(), self.outcome()
        return {
            "outcome": str(outcome) if outcome else None,
            "agreed": self.agreed.value(),
            "next_date": on.isoformat() if on else None,
            "fit_reason": self.fit_reason.value(),
        }

    def restore(self, data: dict[str, Any]) -> None:
        """Show what a draft holds."""
        self.agreed.set_value(data["agreed"])
        self.next_date.set_value(date.fromisoformat(data["next_date"]) if data["next_date"] else None)
        self.fit_reason.set_value(data["fit_reason"])
        self.set_outcome(CallOutcome(data["outcome"]) if data["outcome"] else None)

    def _chosen(self) -> None:
        self._show_parts()
        if self.outcome() is CallOutcome.INTAKE_BOOKED:
            self.moments.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edited()

    def _show_parts(self) -> None:
        outcome = self.outcome()
        booking = outcome is CallOutcome.INTAKE_BOOKED
        if booking and not self._asked:
            self._asked = True
            self.moments.ask("intake")
        parts: list[tuple[QWidget, bool]] = [
            (self._intake, booking), (self._later, outcome is CallOutcome.CALL_LATER), (self._reason, outcome is CallOutcome.NOT_FITTING),
        ]  # fmt: skip
        for part, on in parts:
            part.setVisible(on)

    def _picked(self, offer: Offer) -> None:
        self.intake = offer
        self.chosen.setText(
            _("Intake: {when}, {practitioner}").format(when=dates.full(offer.starts_at), practitioner=offer.with_whom)
        )
        self._show_picked()
        self.agreed.setFocus()
        self._edited()

    def _unpick(self) -> None:
        self.intake = None
        self._show_picked()

    def _show_picked(self) -> None:
        self.moments.setVisible(self.intake is None)
        self._picked_row.setVisible(self.intake is not None)

    def _edited(self) -> None:
        self.say("")
        self.edited.emit()
