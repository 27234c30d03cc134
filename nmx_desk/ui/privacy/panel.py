"""The panel of one request: what is known, and the next step as its one primary button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal

from nmx_desk.domain.privacy import (
    COPIES,
    DECISION_NAMES,
    GROUND_NAMES,
    PRIVACY_KIND_NAMES,
    SCOPE_NAMES,
    Decision,
    ErasureScope,
    Ground,
    PrivacyKind,
    PrivacyState,
)
from nmx_desk.i18n import _
from nmx_desk.services.privacy import TAKES_PART, PrivacyRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, Kind
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.privacy.looks import left_text, state_badge
from nmx_desk.ui.theme.tokens import Space

_S, _K = PrivacyState, PrivacyKind


class RequestPanel(SidePanel):
    """``asked`` carries what to do (identify, decide, approve, copy, destroy, close …) and the values of the form."""

    asked = Signal(str, dict)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Privacy request"))
        self.frame = frame
        self.row: PrivacyRow | None = None
        self.form: Form | None = None
        self.step: Button | None = None
        self.badge, self.left = StateBadge(), Label("", role="muted")
        self.facts = Label("", wrap=True, selectable=True)
        self.turn = Label("", role="muted", wrap=True)
        self._place = column(space=Space.M)
        self.body.addLayout(row(self.badge, self.left, STRETCH))
        for widget in (self.facts, self.turn):
            self.body.addWidget(widget)
        self.body.addLayout(self._place)
        self.hide()

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def show_row(self, found: PrivacyRow) -> None:
        """Show a request; what is being typed about it stays while it does not change."""
        same = self.row is not None and self.row.request == found.request and self.row.proposal == found.proposal
        self.row = found
        self.set_title(f"{found.request.number}  {_(PRIVACY_KIND_NAMES[found.request.kind])}", found.client or found.request.client_no)
        self.badge.set(state_badge(found))
        self.left.setText(left_text(found, dates.today(self.frame.now())))
        self.facts.setText("\n".join(_facts(found)))
        if not same:
            empty_layout(self._place)
            empty_layout(self.foot)
            self.form = self.step = None
            self.turn.setText("")
            self._offer(found)
            self.foot.addStretch(1)
        self.turn.setVisible(bool(self.turn.text()))
        self.show()

    def focus_step(self) -> None:
        """Go to what is to be filled in, or to the step."""
        if self.form is not None:
            self.form.focus_first()
        elif self.step is not None:
            self.step.setFocus()

    def press(self) -> None:
        """Do the next step."""
        if self.isVisible() and self.step is not None:
            self.step.click()

    # -- what can be done now --------------------------------------------------------------------------------------------------------

    def _offer(self, found: PrivacyRow) -> None:
        request, may = found.request, self.frame.desk.may
        takes_part = any(may(right) for right in TAKES_PART)
        if found.waiting and request.state is _S.IDENTIFIED:
            self._approval(found)
        elif request.state is _S.RECEIVED:
            self._identity(found) if takes_part else self._waits(_("The front desk checks the client's identity first."))
        elif request.state is _S.IDENTIFIED:
            self._decision(found) if may("privacy.prepare") else self._waits(_("The practitioner proposes what to decide."))
        elif request.state is _S.DECIDED and request.decision is not Decision.REFUSED:
            self._carrying_out(found)
        elif request.is_open and takes_part:
            self._step(_("Close the request"), "close", icon="check")
            if request.kind in COPIES and request.state is _S.EXECUTED and may("export.clients"):
                self._also(_("Make the copy again"), "copy", icon="download")
        early = request.state in {_S.RECEIVED, _S.IDENTIFIED, _S.DECIDED} and not found.waiting and request.decision is not Decision.REFUSED
        if early and takes_part:
            self._also(_("Close without carrying out"), "close_early", kind="quiet")

    def _identity(self, found: PrivacyRow) -> None:
        words, hint = _("How was the identity checked?"), _("Passport seen at the desk")
        self._fields([Field(name="identity_how", label=words, placeholder=hint, help=found.may_ask)])
        self._step(_("Identity checked"), "identify", icon="user-check")

    def _decision(self, found: PrivacyRow) -> None:
        destroys = found.request.kind is _K.DESTRUCTION
        fields = [
            Field(name="decision", label=_("Decision"), kind="choice", required=True,
                  options=[(decision, _(name)) for decision, name in DECISION_NAMES.items()]),
        ]  # fmt: skip
        if destroys:
            scopes = [(scope, _(SCOPE_NAMES[scope])) for scope in (ErasureScope.FILE, ErasureScope.CARE, ErasureScope.NOTE)]
            fields.append(Field(name="scope", label=_("What is destroyed"), kind="choice", required=True, options=scopes))
            fields.append(Field(name="note_id", label=_("Which consult note"), kind="choice"))
            fields.append(Field(name="advice", label=_("Advice: another's weighty interest, a legal duty?"), max_length=500))
        fields.append(Field(name="decision_reason", label=_("Reason (when refused or in part)"), max_length=500))
        form = self._fields(fields)
        if destroys:
            form.set_visible("note_id", False)
            form.edited.connect(lambda: form.set_visible("note_id", form.values()["scope"] == ErasureScope.NOTE))
            self.asked.emit("notes", {})
            form.set_values({"advice": found.request.advice})
        self._step(_("Propose the decision"), "decide", icon="send")
        if destroys:
            self._also(_("Save the advice only"), "advise", kind="quiet")

    def set_notes(self, notes: list[tuple[str, str]]) -> None:
        """The consult notes to choose from."""
        if self.form is not None and "note_id" in self.form.values():
            self.form.input("note_id").set_options(notes)  # type: ignore[union-attr]

    def _approval(self, found: PrivacyRow) -> None:
        own = found.proposal is not None and found.proposal.created_by == self.frame.desk.user.id
        if found.may_approve and own:
            self.turn.setText(_("Nobody else can approve this. Confirm it yourself in a second step; the log dates both."))
            self._step(_("Approve"), "approve", icon="badge-check")
        elif found.may_approve:
            self.turn.setText(_("{name} proposed this. Nothing happens before somebody else approves it.").format(name=found.proposer))
            self._step(_("Approve"), "approve", icon="badge-check")
            self._also(_("Send back"), "refuse", icon="undo-2")
        else:
            self._waits(_("Proposed by {name}; waits for the manager's approval.").format(name=found.proposer))
        if self.frame.desk.may("privacy.prepare"):
            self._also(_("Withdraw"), "withdraw", kind="quiet")

    def _carrying_out(self, found: PrivacyRow) -> None:
        request, may = found.request, self.frame.desk.may
        if request.kind is _K.DESTRUCTION:
            if found.held:
                self._waits(_("A formal complaint of this client is open. Nothing is destroyed until it is closed."))
            elif may("erase.execute"):
                self._step(_("Destroy"), "destroy", icon="trash-2", danger=True)
            else:
                self._waits(_("Approved. An administrator carries it out."))
        elif request.kind is _K.CORRECTION:
            if may("privacy.prepare"):
                self._fields([Field(name="text", label=_("Statement of the client, beside the file"), kind="multiline", lines=3)])
                self._step(_("Correction done"), "correct", icon="check")
                self._place.addLayout(row(Button(_("Add the statement"), self._asks("state"), icon="plus"), STRETCH))
            else:
                self._waits(_("Approved. The practitioner corrects the file, or adds the client's statement."))
        elif may("export.clients"):
            self._step(_("Make the copy"), "copy", icon="download")
        else:
            self._waits(_("Approved. The practitioner makes the copy."))

    # -- parts -----------------------------------------------------------------------------------------------------------------------

    def _fields(self, fields: list[Field]) -> Form:
        self.form = Form(fields)
        self.form.submitted.connect(self.press)
        self._place.addWidget(holder(column(self.form)))
        return self.form

    def _step(self, text: str, what: str, *, icon: str, danger: bool = False) -> None:
        tip = _("{step} (Ctrl+Enter)").format(step=text)
        self.step = Button(text, self._asks(what), kind="danger" if danger else "primary", icon=icon, tip=tip)
        self.foot.addWidget(self.step)

    def _also(self, text: str, what: str, *, icon: str = "", kind: Kind = "secondary") -> None:
        button = Button(text, self._asks(what), kind=kind, icon=icon)
        if kind == "quiet":
            self._place.addLayout(row(button, STRETCH))
        else:
            self.foot.addWidget(button)

    def _waits(self, text: str) -> None:
        self.turn.setText(text)

    def _asks(self, what: str) -> Callable[[], None]:
        def ask() -> None:
            values = self.form.checked() if self.form is not None and what in {"identify", "advise", "decide", "correct", "state"} else {}
            if values is not None:
                self.asked.emit(what, values)

        return ask


def _facts(found: PrivacyRow) -> list[str]:
    request = found.request
    received, due = dates.full_day(request.received_on), dates.full_day(request.due_on)
    lines = [_("Received {day}, to be answered by {due}").format(day=received, due=due)]
    if request.ground is Ground.RETENTION:
        lines.append(_(GROUND_NAMES[request.ground]))
    for label, text in ((_("Asked"), request.asked), (_("Identity"), request.identity_how), (_("Advice"), request.advice)):
        if text:
            lines.append(f"{label}: {text}")
    if request.decision is not None:
        parts = [_(DECISION_NAMES[request.decision]), _(SCOPE_NAMES[request.scope]) if request.scope else "", request.decision_reason]
        word = _("Decision") if request.approved_by else _("Proposed decision")
        lines.append(f"{word}: " + " – ".join(filter(None, parts)))
    if request.executed_at is not None:
        lines.append(_("Carried out {when}").format(when=dates.full(request.executed_at)))
    if request.close_reason:
        lines.append(_("Closed: {reason}").format(reason=request.close_reason))
    return lines
