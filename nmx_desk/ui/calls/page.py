"""Holding an advice call. Reached from a request or an appointment; not in the rail."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt

from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.consults import CALL_OUTCOME_NAMES, MOST_COMPLAINTS_IN_CALL, CallStatus, FlagResult, RedFlagCheck
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.family import ConsentPurpose
from nmx_desk.domain.flags import allowed_outcomes
from nmx_desk.domain.notes import Draft
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import calls, consents, drafts
from nmx_desk.services.calls import CallSheet
from nmx_desk.services.consents import ConsentSheet
from nmx_desk.services.referrals import letter_waits
from nmx_desk.ui.calls.form import CallForm
from nmx_desk.ui.calls.outcome import OutcomePanel
from nmx_desk.ui.calls.script import Script
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.autosave import Autosave
from nmx_desk.ui.kit.complaints import ComplaintRows, entry_data, entry_from
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.flags import FlagCheck, answer_data, answer_from
from nmx_desk.ui.kit.history_summary import HistorySummary
from nmx_desk.ui.kit.labels import Label, heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, holder, row, scroll
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import Space

SCRIPT_WIDTH = 212
OUTCOME_WIDTH = 304


class CallsPage(Page):
    """``arrive(request_id=…, appointment_id=…)`` begins the call or goes on with it."""

    name: ClassVar[str] = "calls"
    icon: ClassVar[str] = "phone-call"
    right: ClassVar[str | None] = "calls.hold"
    in_rail: ClassVar[bool] = False
    rail_as: ClassVar[str] = "requests"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: CallSheet | None = None
        self._where: dict[str, Any] = {}
        self._clean = ""
        self._autosave = Autosave(frame.runner, drafts.keep_draft, self._kept_content, self)
        self._build()
        self._autosave.tell(self.saved, self.banner)
        for part in (self.form, self.complaints, self.flags, self.outcome):
            part.edited.connect(self._edited)
        self.flags.reached.connect(self.area.ensureWidgetVisible)
        self.flags.finished.connect(self.outcome.begin)
        self.flags.override_asked.connect(self.override)
        self.outcome.completed.connect(self.complete)
        self.outcome.undone.connect(self.take_back)
        self.form.newsletter.agreed.connect(self._agree)

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Advice call")

    # -- how it lies -----------------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.heading, self.subtitle = heading(""), muted("", wrap=False)
        self.saved = Label("", look="small", role="muted")
        self.banner = Banner()
        self.form, self.flags = CallForm(), FlagCheck()
        self.complaints = ComplaintRows(most=MOST_COMPLAINTS_IN_CALL)
        self.outcome, self.told = OutcomePanel(self.frame), HistorySummary(self.frame, quiet=True)
        who, flags = Card(_("Who and what"), self.form), Card(_("Red-flag check"), self.flags)
        middle = column(who, self.told, Card(_("Complaints"), self.complaints), flags, STRETCH, space=Space.M)
        middle.setContentsMargins(0, 0, Space.S, 0)
        left = scroll(holder(column(Script(self.frame.desk.clinic_name), STRETCH)), _("Script"))
        left.setFixedWidth(round(SCRIPT_WIDTH * min(theme().text_scale, 1.22)))  # room for its longest word, and for the form beside it
        left.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # nothing in it takes the keys, and it may be longer than the window
        left.setProperty("look", "reading")
        outcomes = scroll(holder(column(self.outcome, STRETCH)), _("Outcome"))
        right = holder(column(outcomes, self.outcome.error, self.outcome.done, space=Space.S))
        right.setFixedWidth(round(OUTCOME_WIDTH * min(theme().text_scale, 1.05)))
        self.area = scroll(holder(middle), _("The call"))
        told = column(self.area, self.flags.banner, space=Space.S)
        told.setStretch(0, 1)
        self.body = holder(row(left, holder(told), right, space=Space.M))
        self.body.setVisible(False)
        head = row(column(self.heading, self.subtitle, space=2), STRETCH, self.saved, space=Space.M)
        whole = column(head, self.banner, self.body, space=Space.M, margin=Space.XL)
        whole.setStretch(2, 1)
        whole.addStretch(0)
        self.setLayout(whole)

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Open the call of a request."""
        self._where = where
        self._autosave.stop()
        self.sheet = None
        self.banner.hide()
        self.heading.setText(self.title())
        self.subtitle.setText("")
        self.saved.setText("")
        self.body.hide()
        self.told.open("")
        if where.get("request_id"):
            self.frame.runner.do(
                calls.open_call, where["request_id"], where.get("appointment_id"), then=self._show, failed=self._not_opened, owner=self
            )  # fmt: skip

    def refresh(self, changes: Changes | None) -> None:
        """Load again when asked to; what is being written stays."""
        if changes is None and not self.dirty:
            self.arrive(**self._where)

    def leave(self) -> bool:
        """What was typed becomes one logged change."""
        if self.dirty:
            self._autosave.now()
            self._save(None)
        return True

    @property
    def dirty(self) -> bool:
        """Whether something was changed since the call was opened or saved."""
        return self.sheet is not None and not self.sheet.read_only and self._content() != self._clean

    def _not_opened(self, error: DeskError) -> None:
        self.banner.say(error.message, Hue.WARN, closable=False)

    def _show(self, sheet: CallSheet) -> None:
        self.sheet = sheet
        self.heading.setText(sheet.client.name)
        self.subtitle.setText(_particulars(sheet))
        self.form.show_call(sheet.call, read_only=sheet.read_only)
        self.complaints.set_entries(sheet.complaints, read_only=sheet.read_only)
        self.flags.set_questions(sheet.questions, sheet.answers, read_only=sheet.read_only, overridden=sheet.check.override_reason)
        ended = sheet.call.ended_at if not sheet.editor else None
        may_undo = ended is not None and dates.local(ended).date() == dates.today(self.frame.now())
        self.outcome.show_call(sheet.call, read_only=sheet.read_only, may_undo=may_undo)
        self.form.newsletter.hide()
        self.told.open(sheet.client.id)
        self.frame.runner.do(consents.consents_of, sheet.client.id, then=self._show_consent, owner=self)
        self.body.show()
        if sheet.read_only:
            self._say_read_only(sheet)
            self.setFocus()
            return
        self._clean = self._content()
        if sheet.draft is not None:
            self._restore(sheet.draft)
        self._allow()
        follow_reading_order(self)
        self.form.checks["identity_checked"].setFocus()

    def _show_consent(self, found: ConsentSheet) -> None:
        if self.sheet is not None and found.client.id == self.sheet.client.id:
            asked = next(row for row in found.rows if row.purpose is ConsentPurpose.NEWSLETTER)
            self.form.newsletter.show_consent(asked, may_ask=not self.sheet.read_only)

    def _agree(self, version: int) -> None:
        """Asked separately, kept at once: the newsletter has nothing to do with how the call ends."""
        if self.sheet is not None:
            said, purpose = _("Said in the advice call"), ConsentPurpose.NEWSLETTER
            self.frame.runner.do(
                consents.give_consent, self.sheet.client.id, purpose, version, evidence=said, then=self._show_consent, owner=self
            )

    def _say_read_only(self, sheet: CallSheet) -> None:
        if sheet.call.status is CallStatus.COMPLETED and sheet.call.outcome is not None:
            text = _("This call is completed: {outcome}.").format(outcome=_(CALL_OUTCOME_NAMES[sheet.call.outcome]))
            go, words = partial(self.frame.go, "clients", client_id=sheet.client.id), _("Open the client")
            if letter_waits(sheet.call):
                go, words = partial(self.frame.go, "letters", call_id=sheet.call.id), _("Write the letter to the GP")
            self.banner.say(text, Hue.OK, closable=False, action_text=words, action=go)
        else:
            self.banner.say(_("{name} is holding this call. It can only be read.").format(name=sheet.editor), Hue.INFO, closable=False)

    def _restore(self, draft: Draft) -> None:
        """Put back what was typed before the program stopped. A draft that cannot be read is left alone."""
        try:
            data = json.loads(draft.content)
            self.form.restore(data["form"])
            self.complaints.set_entries([entry_from(entry) for entry in data["complaints"]])
            self.flags.set_answers([answer_from(answer) for answer in data["answers"]])
            self.outcome.restore(data["outcome"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self.banner.say(_("What was typed earlier could not be put back."), Hue.WARN)
            return
        if self.dirty:
            text = _("Restored what was typed at {time}.").format(time=dates.clock(draft.saved_at))
            self.banner.say(text, Hue.INFO, action_text=_("Throw it away"), action=self._throw_away)

    def _throw_away(self) -> None:
        sheet = self.sheet
        if sheet is not None:
            self._autosave.stop()
            self.frame.runner.do(
                drafts.drop_draft, calls.DRAFT_KIND, sheet.call.id, then=lambda _done: self.arrive(**self._where), owner=self
            )  # fmt: skip

    # -- saving while typing ---------------------------------------------------------------------------------------------------------

    def _content(self) -> str:
        data = {
            "form": self.form.data(),
            "complaints": [entry_data(entry) for entry in self.complaints.entries()],
            "answers": [answer_data(answer) for answer in self.flags.answers()],
            "outcome": self.outcome.data(),
        }
        return json.dumps(data, ensure_ascii=False, sort_keys=True)

    def _kept_content(self) -> tuple[Any, ...] | None:
        sheet = self.sheet
        if sheet is None or sheet.read_only:
            return None
        return calls.DRAFT_KIND, sheet.call.id, sheet.client.id, self._content()

    def _edited(self) -> None:
        if self.sheet is not None and not self.sheet.read_only:
            self._allow()
            self.saved.setText(_("Saving …"))
            self._autosave.touch()

    def _save(self, then: Any) -> None:
        """Everything that stands here in one unit of work; the draft goes with it."""
        sheet = self.sheet
        if sheet is None or sheet.read_only:
            return

        def saved(now: CallSheet) -> None:
            if self.sheet is not None and self.sheet.call.id == now.call.id:
                self._stands(now)
                if then is not None:
                    then(now)

        self._autosave.stop()
        call = self.outcome.changed(self.form.changed(sheet.call))
        self.frame.runner.do(calls.save_call, call, self.flags.answers(), self.complaints.entries(), then=saved, owner=self)

    def _stands(self, saved: CallSheet) -> None:
        """What is on the screen is stored: go on from its versions and ids."""
        self.sheet = saved
        self.complaints.set_entries(saved.complaints)
        self.flags.set_overridden(saved.check.override_reason)
        follow_reading_order(self)
        self._clean = self._content()
        self.saved.setText(_("Saved {time}").format(time=dates.clock(self.frame.now())))
        self._allow()

    # -- what can be done ------------------------------------------------------------------------------------------------------------

    def _allow(self) -> None:
        """Offer only the outcomes that the answers allow."""
        blank = self.flags.blank()
        result = FlagResult.INCOMPLETE if blank else self.flags.worst()
        why = _("Answer every red-flag question first.") if blank else _("A red flag is open: refer first, or decide otherwise in writing.")
        self.outcome.allow(allowed_outcomes(result, overridden=bool(self.flags.overridden)), why)

    def override(self) -> None:
        """A written decision that the call may end otherwise than the flags ask."""
        text = _("A red flag is open. Write down why the call may end otherwise; the reason is kept with the call and in the log.")
        reason = ask_reason(self.window(), _("Decide otherwise"), text, yes=_("Decide otherwise"), least=calls.LEAST_REASON)
        if reason:
            self._save(lambda sheet: self._override(sheet, reason))

    def _override(self, sheet: CallSheet, reason: str) -> None:
        def decided(check: RedFlagCheck) -> None:
            self.flags.set_overridden(check.override_reason)
            self._allow()

        self.frame.runner.do(calls.override_flags, sheet.check.id, reason, then=decided, owner=self)

    def complete(self) -> None:
        """Save and end the call, when nothing is missing."""
        sheet = self.sheet
        if sheet is None or sheet.read_only:
            return
        blank = self.flags.blank()
        if blank:
            text = ngettext(
                "{n} red-flag question is still open. Ask it first.", "{n} red-flag questions are still open. Ask them first.", len(blank)
            )
            self.outcome.say(text.format(n=len(blank)))
            self.flags.focus_blank()
            return
        outcome = self.outcome.outcome()
        if outcome is None:
            self.outcome.say(_("Choose how the call ended."))
            return
        answer = self.outcome.answer()
        self._save(
            lambda saved: self.frame.runner.do(
                calls.complete_call, saved.call.id, outcome, then=self._completed, failed=self._not_completed, owner=self, **answer
            )
        )

    def _completed(self, sheet: CallSheet) -> None:
        self._show(sheet)
        self.frame.toast(_("The call is completed."))

    def take_back(self) -> None:
        """The call goes on: how it ended is taken back."""
        if self.sheet is not None:
            self.frame.runner.do(calls.reopen_call, self.sheet.call.id, then=self._reopened, owner=self)

    def _reopened(self, sheet: CallSheet) -> None:
        self.banner.hide()
        self._show(sheet)
        self.frame.toast(_("The outcome was taken back. The call goes on."))

    def _not_completed(self, error: DeskError) -> None:
        self.outcome.say(error.message)

    def record(self) -> dict[str, str]:
        """What is in sight."""
        return {"obj_id": self.sheet.call.id} if self.sheet else {}

    def commands(self) -> list[Command]:
        """Completing has its keys."""
        return [
            Command(_("Complete the call"), self.complete, "afronden complete", "Ctrl+Return", "check"),
            Command(_("Go to the red-flag check"), self.flags.focus_blank, "alarmcheck red flags", "Ctrl+R", "flag"),
        ]

    def show_error(self, error: UserError) -> bool:
        """Beside the field, or in the banner."""
        if self.form.isVisible() and self.form.form.show_error(error):
            return True
        self.banner.say(error.message, Hue.DANGER)
        self.outcome.done.setFocus(Qt.FocusReason.OtherFocusReason)
        return True


def _particulars(sheet: CallSheet) -> str:
    client = sheet.client
    parts = [client.client_no, shown_phone(client.phone)]
    if client.birth_date is not None:
        parts.append(_("born {day}").format(day=dates.short(client.birth_date)))
    if client.call_instruction:
        parts.append(client.call_instruction)
    return " · ".join(part for part in parts if part)
