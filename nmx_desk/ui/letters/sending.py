"""How a letter goes out, whether the client agreed, and what came back."""

from __future__ import annotations

from PySide6.QtCore import Signal

from nmx_desk.domain.referrals import SENT_HOW_NAMES, SentHow
from nmx_desk.i18n import _
from nmx_desk.services.consents import PurposeRow
from nmx_desk.services.referrals import TO_GP, LetterSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted, section
from nmx_desk.ui.kit.layout import STRETCH, Card, column, holder, row
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

ICONS = {SentHow.CLIENT: "user-round", SentHow.POST: "mail", SentHow.SECURE_MAIL: "send"}


def badge_of(sheet: LetterSheet) -> Badge:
    """How far a letter is, as icon, word and hue."""
    letter = sheet.letter
    if letter.feedback:
        return Badge(_("Answered"), Hue.OK, "circle-check")
    if letter.sent_how is SentHow.NOT_YET:
        return Badge(_(SENT_HOW_NAMES[SentHow.NOT_YET]), Hue.WARN, "pencil")
    return Badge(_(SENT_HOW_NAMES[letter.sent_how]), Hue.INFO, ICONS[letter.sent_how])


class SendingCard(Card):
    """``sent`` carries how, ``undone`` that it did not go out, ``answered`` what came back and when.

    ``agreed`` carries the version of the text that the client agrees to.
    """

    sent = Signal(object)
    agreed = Signal(int)
    undone = Signal()
    answered = Signal(str, object)

    def __init__(self) -> None:
        super().__init__(_("Going out"))
        self.consent, self.agreement = Label("", wrap=True), muted("")
        self._version = 0  # of the text in sight
        self.agree = Button(_("The client agrees"), lambda: self.agreed.emit(self._version), icon="check")
        self.buttons = {how: Button(_(SENT_HOW_NAMES[how]), icon=ICONS[how]) for how in ICONS}
        for how, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, how=how: self.sent.emit(how))
        self.out = Label("", wrap=True)
        self.undo = Button(_("Take back"), self.undone.emit, kind="quiet", icon="undo-2")
        self.answer = Form([
            Field(name="feedback", label=_("Answer of the GP"), kind="multiline", lines=3, max_length=8000),
            Field(name="feedback_on", label=_("Answered on"), kind="date", past=True),
        ])  # fmt: skip
        self.keep = Button(_("Keep the answer"), self._answer, icon="save")
        self.answer.submitted.connect(self._answer)
        self._asking = holder(column(self.consent, self.agreement, row(self.agree, STRETCH), space=Space.S))
        self._ways = holder(column(section(_("It has gone out")), *(row(each, STRETCH) for each in self.buttons.values()), space=Space.S))
        self._gone = holder(column(row(self.out, self.undo, STRETCH), self.answer, row(self.keep, STRETCH), space=Space.S))
        for part in (self._asking, self._ways, self._gone):
            self.body.addWidget(part)

    def show_letter(self, sheet: LetterSheet, *, may_write: bool, today: object) -> None:
        """Show how it stands."""
        letter, waits = sheet.letter, sheet.letter.sent_how is SentHow.NOT_YET
        given, lacking = _("The client agreed that the GP gets data."), _("No consent yet: only the client may take it along.")
        self.consent.setText(given if sheet.may_send else lacking)
        self.consent.set_role("ok" if sheet.may_send else "warn")
        self._asking.setVisible(waits)
        self.agree.setVisible(waits and not sheet.may_send and may_write)
        self.agree.setEnabled(False)  # until there is a text to agree to
        self.agreement.setText("")
        self.agreement.setVisible(waits and not sheet.may_send)
        self._ways.setVisible(waits and may_write)
        for how, button in self.buttons.items():
            button.setEnabled(how not in TO_GP or sheet.may_send)
        self._gone.setVisible(not waits)
        if letter.sent_on is not None:
            way = _(SENT_HOW_NAMES[letter.sent_how])
            self.out.setText(_("{how}, {day}").format(how=way, day=dates.full_day(letter.sent_on)))
        self.undo.setVisible(may_write and letter.sent_on == today and not letter.feedback)
        self.answer.set_values({"feedback": letter.feedback, "feedback_on": letter.feedback_on})
        self.answer.set_read_only(not may_write)
        self.keep.setVisible(may_write)

    def show_text(self, found: PurposeRow) -> None:
        """The text that the client agrees to, and whose word is missing beside what was given."""
        self._version = found.text_version
        self.agreement.setText(found.text)
        self.agree.setEnabled(True)
        if found.lacks:
            self.consent.setText(found.lacks)

    def _answer(self) -> None:
        values = self.answer.checked()
        if values is not None:
            self.answered.emit(values["feedback"] or "", values["feedback_on"])
