"""Writing a letter to a client's GP. Reached from an advice call or from the client; not in the rail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from PySide6.QtWidgets import QSizePolicy

from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.family import ConsentPurpose
from nmx_desk.domain.notes import Draft
from nmx_desk.domain.referrals import LONGEST, Referral
from nmx_desk.i18n import _
from nmx_desk.services import consents, drafts, referrals
from nmx_desk.services.consents import ConsentSheet, PurposeRow
from nmx_desk.services.referrals import LetterSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.autosave import Autosave
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import MultilineInput
from nmx_desk.ui.kit.labels import Label, heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, holder, row, scroll
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.paper import print_paper, show_paper
from nmx_desk.ui.letters.sending import SendingCard, badge_of
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

Then = Callable[[Referral], object]


class LettersPage(Page):
    """``arrive(letter_id=…)`` opens a letter; ``arrive(call_id=…)`` and ``arrive(client_id=…)`` begin one, or go on with it."""

    name: ClassVar[str] = "letters"
    icon: ClassVar[str] = "mail"
    right: ClassVar[str | None] = "letters.read"
    in_rail: ClassVar[bool] = False
    rail_as: ClassVar[str] = "clients"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: LetterSheet | None = None
        self._clean = ""
        self._autosave = Autosave(frame.runner, drafts.keep_draft, self._kept_content, self)
        self._build()
        self._autosave.tell(self.saved, self.banner)
        self.form.edited.connect(self._edited)
        self.text.edited.connect(self._edited)
        self.sending.sent.connect(lambda how: self._stored(lambda letter: self._do(referrals.send_letter, letter.id, how)))
        self.sending.undone.connect(lambda: self._stored(lambda letter: self._do(referrals.undo_sending, letter.id)))
        self.sending.answered.connect(lambda text, on: self._stored(lambda one: self._do(referrals.record_feedback, one.id, text, on)))
        self.sending.agreed.connect(self._agree)

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Letter to the GP")

    # -- how it lies -----------------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.heading, self.badge, self.subtitle = heading(self.title()), StateBadge(), muted("", wrap=False)
        self.saved, self.banner = Label("", look="small", role="muted"), Banner()
        self.print_button = Button(_("Print"), self.print_it, kind="primary", icon="printer", tip="Ctrl+P")
        self.look_button = Button(_("See the letter"), self.look, icon="eye")
        self.drop_button = Button(_("Throw away"), self.drop, kind="quiet", icon="trash-2")
        self.form = Form([
            Field(name="to_name", label=_("To"), max_length=LONGEST["to_name"]),
            Field(name="to_practice", label=_("Practice"), max_length=LONGEST["to_practice"]),
            Field(name="to_city", label=_("Town"), max_length=LONGEST["to_city"]),
            Field(name="reason", label=_("Reason"), max_length=LONGEST["reason"]),
            Field(name="urgent", label=_("Urgent: to be looked at today"), kind="check"),
        ])  # fmt: skip
        self.text = MultilineInput(lines=8, max_length=LONGEST["body"], name=_("Text of the letter"))
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.sending = SendingCard()
        head = row(
            column(row(self.heading, self.badge, STRETCH, space=Space.M), self.subtitle, space=2), self.saved, self.drop_button,
            self.look_button, self.print_button,
        )  # fmt: skip
        left = scroll(holder(column(Card(_("To whom and why"), self.form), self.sending, STRETCH)), _("To whom and why"))
        left.setFixedWidth(PANEL_WIDTH)
        written = column(self.text, self.problem, space=Space.S)
        written.setStretch(0, 1)
        self.body = holder(row(left, holder(written), space=Space.L))
        self.body.hide()
        whole = column(head, self.banner, self.body, space=Space.M, margin=Space.XL)
        whole.setStretch(2, 1)
        whole.addStretch(0)
        self.setLayout(whole)

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Open a letter, or begin one."""
        self._autosave.stop()
        self.sheet = None
        self.body.hide()
        self.banner.hide()
        self.saved.setText("")
        self._say("")
        case: tuple[Any, ...] = (referrals.open_letter, where["letter_id"]) if where.get("letter_id") else (
            referrals.begin_letter, where.get("client_id") or ""
        )  # fmt: skip
        about = {name: where[name] for name in ("call_id", "request_id") if where.get(name) and not where.get("letter_id")}
        self.frame.runner.do(*case, **about, then=self._show, failed=self._not_opened, owner=self)

    def leave(self) -> bool:
        """What was typed becomes a letter that has not gone out."""
        if self.dirty:
            self._autosave.now()
            self._stored(None)
        return True

    @property
    def dirty(self) -> bool:
        """Whether something was typed since the letter was opened or stored."""
        return self.sheet is not None and self.sheet.editable and self._content() != self._clean

    def _not_opened(self, error: DeskError) -> None:
        self.banner.say(error.message, Hue.WARN, closable=False)

    def _show(self, sheet: LetterSheet) -> None:
        fresh = self.sheet is None
        self.sheet = sheet
        client = sheet.client
        born = _("born {day}").format(day=dates.short(client.birth_date)) if client.birth_date else ""
        self.subtitle.setText(" · ".join(filter(None, (client.name, client.client_no, born, sheet.author))))
        self.badge.set(badge_of(sheet))
        self._fill(sheet.letter)
        self._clean = self._content()
        self.form.set_read_only(not sheet.editable)
        self.text.set_read_only(not sheet.editable)
        may_write = self.frame.desk.may("letters.write")
        self.sending.show_letter(sheet, may_write=may_write, today=dates.today(self.frame.now()))
        self.drop_button.setVisible(sheet.editable and bool(sheet.letter.id))
        self.body.show()
        follow_reading_order(self)
        if fresh and sheet.editable:
            self.text.setFocus()
            self.frame.runner.do(drafts.find_draft, referrals.DRAFT_KIND, self._draft_id(), then=self._restore, owner=self)
        if not sheet.may_send and sheet.editable:
            self.frame.runner.do(consents.consents_of, client.id, then=self._show_consent, owner=self)

    def _fill(self, letter: Referral) -> None:
        self.form.set_values({name: getattr(letter, name) for name in self.form.values()})
        self.text.set_value(letter.body)

    def _show_consent(self, found: ConsentSheet) -> None:
        self.sending.show_text(_to_gp(found))

    # -- keeping what is typed -------------------------------------------------------------------------------------------------------

    def _draft_id(self) -> str:
        return (self.sheet.letter.id or self.sheet.client.id) if self.sheet else ""

    def _content(self) -> str:
        return json.dumps({**self.form.values(), "body": self.text.value()}, ensure_ascii=False, sort_keys=True)

    def _kept_content(self) -> tuple[Any, ...] | None:
        if self.sheet is None or not self.dirty:
            return None
        return referrals.DRAFT_KIND, self._draft_id(), self.sheet.client.id, self._content()

    def _edited(self) -> None:
        self._say("")
        self.saved.setText(_("Saving …"))
        self._autosave.touch()

    def _restore(self, draft: Draft | None) -> None:
        """Put back what was typed before the program stopped; what cannot be read is left alone."""
        if draft is None or self.sheet is None or self._content() != self._clean:
            return
        try:
            data = json.loads(draft.content)
            self._fill(replace(self.sheet.letter, **{name: data[name] for name in (*LONGEST, "urgent")}))
        except (ValueError, KeyError, TypeError):
            self.banner.say(_("What was typed earlier could not be put back."), Hue.WARN)
            return
        if self.dirty:
            self.banner.say(_("Restored what was typed at {time}.").format(time=dates.clock(draft.saved_at)), Hue.INFO)

    def _written(self) -> Referral | None:
        """The letter with what stands here."""
        if self.sheet is None:
            return None
        return replace(self.sheet.letter, **self.form.values(), body=self.text.value())

    def _stored(self, then: Then | None) -> None:
        """Go on with the letter once it is stored; at once when nothing was typed since."""
        letter = self._written()
        if letter is None or self.sheet is None:
            return
        if letter.id and not self.dirty:
            if then is not None:
                then(self.sheet.letter)
            return

        def stored(made: Referral) -> None:
            if self.sheet is not None and self.sheet.client.id == letter.client_id:
                self._autosave.stop()
                self.sheet = replace(self.sheet, letter=made)
                self._clean = self._content()
                self.saved.setText(_("Saved {time}").format(time=dates.clock(self.frame.now())))
                self.drop_button.setVisible(self.sheet.editable)
            if then is not None:
                then(made)

        self._autosave.stop()
        self.frame.runner.do(referrals.save_letter, letter, then=stored, owner=self)

    # -- what can be done ------------------------------------------------------------------------------------------------------------

    def print_it(self) -> None:
        """Store it, and print."""
        self._stored(lambda letter: self._paper(letter, lambda data: print_paper(self.frame, self, data)))

    def look(self) -> None:
        """Store it, and show it as it will lie on the table."""
        self._stored(lambda letter: self._paper(letter, lambda data: self._show_paper(letter, data)))

    def _paper(self, letter: Referral, use: Callable[[bytes], object]) -> None:
        self.frame.runner.do(referrals.print_letter, letter.id, then=use, owner=self)

    def _show_paper(self, letter: Referral, data: bytes) -> None:
        number = self.sheet.client.client_no if self.sheet else ""
        show_paper(self.frame, self, self.title(), data, f"{number} {letter.written_on.isoformat()}")

    def _do(self, use_case: Any, *args: Any) -> None:
        self.frame.runner.do(use_case, *args, then=self._changed, owner=self)

    def _changed(self, letter: Referral) -> None:
        self.frame.runner.do(referrals.open_letter, letter.id, then=self._show, owner=self)

    def _agree(self, version: int) -> None:
        """The client agrees to the text in sight."""
        if self.sheet is not None:
            said, purpose = _("Said when the letter was written"), ConsentPurpose.DATA_TO_GP
            self.frame.runner.do(
                consents.give_consent, self.sheet.client.id, purpose, version, evidence=said, then=self._agreed, owner=self
            )

    def _agreed(self, found: ConsentSheet) -> None:
        """It may go to the GP when nobody else's word is missing."""
        if self.sheet is not None:
            self.sheet = replace(self.sheet, may_send=_to_gp(found).stands)
            self.sending.show_letter(self.sheet, may_write=True, today=dates.today(self.frame.now()))
            self._show_consent(found)

    def drop(self) -> None:
        """Throw away a letter that has not gone out."""
        sheet = self.sheet
        if sheet is None or not ask(
            self, _("Throw away this letter?"), _("It has not gone out. The log keeps that it was there."), yes=_("Throw away"), danger=True
        ):
            return

        def gone(_done: object) -> None:
            self._clean = self._content()
            self.frame.go("clients", client_id=sheet.client.id)

        self._autosave.stop()
        self.frame.runner.do(referrals.drop_letter, sheet.letter.id, then=gone, owner=self)

    def record(self) -> dict[str, str]:
        """What is in sight."""
        return {"obj_id": self.sheet.letter.id} if self.sheet and self.sheet.letter.id else {}

    def commands(self) -> list[Command]:
        """What the palette offers here."""
        return [
            Command(_("Print"), self.print_it, "afdrukken print", "Ctrl+P", "printer"),
            Command(_("See the letter"), self.look, "bekijk brief look", "Ctrl+E", "eye"),
            Command(_("Save"), lambda: self._stored(None), "bewaren opslaan save", "Ctrl+S", "save"),
        ]

    def show_error(self, error: UserError) -> bool:
        """Beside its field, or under the text."""
        if error.field != "body" and (self.form.show_error(error) or self.sending.answer.show_error(error)):
            return True
        self._say(error.message)
        return True

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


def _to_gp(found: ConsentSheet) -> PurposeRow:
    return next(row for row in found.rows if row.purpose is ConsentPurpose.DATA_TO_GP)
