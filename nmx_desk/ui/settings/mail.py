"""The account that the clinic's mail goes out by, and what its messages say. Nothing is sent until it is switched on here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.mail_texts import MAIL_TEXTS
from nmx_desk.domain.mailing import MAIL_SECURITY_NAMES, MailSender
from nmx_desk.i18n import _
from nmx_desk.services import mail_sender
from nmx_desk.services.mail_sender import MOST_REMINDER_HOURS, SenderView
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, offer_saving
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import FORM_WIDTH, Space


class MailPart(QWidget):
    """``texts_asked`` carries the code list with the texts."""

    texts_asked = Signal(str)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._sender = MailSender()
        self.form = Form(_fields(), columns=2)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.back = Button(_("Undo the changes"), self.load, kind="quiet")
        self.try_button = Button(_("Try it: send a message to ourselves"), self.try_it, icon="send")
        self.texts_button = Button(_("Look at the texts"), lambda: self.texts_asked.emit(MAIL_TEXTS), icon="pencil")
        self.outbox_button = Button(_("Open the outbox"), lambda: frame.go("outbox"), icon="send")
        self.state, self.trouble = Label("", role="muted", wrap=True), Label("", role="warn", wrap=True)
        self._build()
        self._edited()

    def _build(self) -> None:
        account = Card(
            _("Mail to clients"),
            muted(_("When an appointment is booked, moved or cancelled, the client is told by mail, with an invitation for their calendar. "
                    "A message waits two minutes in the outbox first. It goes over a secured connection (TLS) to your own mail server.")),
            self.form, row(self.save_button, self.back, STRETCH), row(self.try_button, STRETCH), self.state, self.trouble,
        )  # fmt: skip
        texts = Card(
            _("What the messages say"),
            muted(_("Confirmation, change, cancellation and reminder, in Dutch and in English, with a preview of each.")),
            row(self.texts_button, self.outbox_button, STRETCH),
        )  # fmt: skip
        cards = column(account, texts, None, space=Space.L)
        for card in (account, texts):
            card.setFixedWidth(FORM_WIDTH + 120)
        self.setLayout(column(scroll(holder(column(row(holder(cards), None), None)), _("Mail"))))
        may = self._frame.desk.may("settings.change")
        self.form.set_read_only(not may)
        self.save_button.setVisible(may)
        self.try_button.setVisible(may)
        self.outbox_button.setVisible(self._frame.desk.may("mail.read"))
        self.form.edited.connect(self._edited)
        self.form.submitted.connect(self.save)

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-mail", mail_sender.read_sender, then=self._show, owner=self)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not self.form.dirty

    def save(self) -> None:
        """Save what was typed."""
        wanted = self._wanted()
        if wanted is not None and self.form.dirty:
            self._frame.runner.do(mail_sender.save_sender, *wanted, then=self._saved, owner=self.form)

    def try_it(self) -> None:
        """Send the clinic a message of its own, by the account as it is typed here."""
        wanted = self._wanted()
        if wanted is not None:
            self.try_button.setEnabled(False)
            title = _("Trying the mail")
            self._frame.runner.do(mail_sender.try_sender, *wanted, then=self._tried, failed=self._failed, progress=title, owner=self)

    def _wanted(self) -> tuple[MailSender, str] | None:
        values = self.form.checked()
        if values is None:
            return None
        password = str(values.pop("password") or "")
        return replace(self._sender, **values), password

    def _show(self, view: SenderView) -> None:
        self._sender = view.sender
        values: dict[str, Any] = {name: getattr(view.sender, name) for name in self.form.values() if name != "password"}
        self.form.set_values(values | {"password": ""})
        self._edited()
        checked = view.sender.checked_at
        text = _("Last sent {when}.").format(when=dates.when(checked, self._frame.now(), time_always=True)) if checked else ""
        self.state.setText(text if view.sender.id else _("No account is set: nothing is sent."))
        self.trouble.setText(view.sender.trouble)
        self.trouble.setVisible(bool(view.sender.trouble))

    def _saved(self, view: SenderView) -> None:
        self._show(view)
        said = _("The mail is switched on.") if view.sender.is_active else _("Saved. The mail is switched off: nothing is sent.")
        self._frame.toast(said)

    def _tried(self, address: str) -> None:
        self._edited()
        self._frame.toast(_("It works: a message went to {address}.").format(address=address))

    def _failed(self, error: DeskError) -> None:
        self._edited()
        errors.show(error, self.form)

    def _edited(self) -> None:
        offer_saving(self.save_button, self.back, self.form.first(), dirty=self.form.dirty)
        self.try_button.setEnabled(True)


def _fields() -> list[Field]:
    return [
        Field(name="is_active", label=_("Send mail to clients"), kind="check", span=0),
        Field(name="host", label=_("Mail server"), required=True, placeholder="mail.example.org"),
        Field(name="security", label=_("Secured by"), kind="choice", required=True,
              options=[(kind, _(name)) for kind, name in MAIL_SECURITY_NAMES.items()]),
        Field(name="port", label=_("Port"), kind="int", required=True, least=1, most=65535,
              help=_("Usually 465 with TLS, 587 with STARTTLS.")),
        Field(name="username", label=_("User name"), help=_("Empty: the server asks nobody to sign in.")),
        Field(name="password", label=_("Password of the mailbox"), kind="password", span=0,
              help=_("Kept in the encrypted file and never shown. Empty: the one that is known.")),
        Field(name="from_name", label=_("Name of the sender"), required=True),
        Field(name="from_address", label=_("Address of the sender"), kind="email", required=True),
        Field(name="reply_to", label=_("Answers go to"), kind="email", help=_("Empty: to the sender.")),
        Field(name="reminder_hours", label=_("Hours before which to remind"), kind="int", required=True, least=0, most=MOST_REMINDER_HOURS,
              help=_("0: no reminders.")),
    ]  # fmt: skip
