"""One message: to whom, what became of it, and every word of it as it goes out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from nmx_desk.domain.mailing import MailState, OutgoingMail, may_become
from nmx_desk.i18n import _
from nmx_desk.services.outbox import MailRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import MultilineInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.outbox.looks import kind_name, state_badge
from nmx_desk.ui.theme.tokens import Space


class MailPanel(SidePanel):
    """``asked`` carries a code: send, withdraw, arrived, client or appointment."""

    asked = Signal(str)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Message"))
        self._frame = frame
        self.row: MailRow | None = None
        self.badge = StateBadge()
        self.address = Label("", look="strong", selectable=True, wrap=True)
        self.about = Label("", role="muted", wrap=True)
        self.answer = Label("", role="warn", wrap=True, selectable=True)
        self.subject = Label("", look="strong", wrap=True)
        self.text = MultilineInput(lines=10, name=_("Text of the message"))
        self.text.set_read_only(on=True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.attached = Label("", role="muted", wrap=True)
        self.send_button = Button(_("Send now"), lambda: self.asked.emit("send"), kind="primary", icon="send", tip="Ctrl+Return")
        self.arrived_button = Button(_("It has arrived"), lambda: self.asked.emit("arrived"), icon="check")
        self.withdraw_button = Button(_("Withdraw"), lambda: self.asked.emit("withdraw"), icon="ban", tip="Del")
        self.client_button = Button(_("Open client"), lambda: self.asked.emit("client"), kind="quiet", icon="user-round")
        self._build()
        self.hide()

    def _build(self) -> None:
        head = column(row(self.badge, STRETCH), self.address, self.about, self.answer, space=Space.XS)
        self.body.addLayout(head)
        two = (self.send_button, self.arrived_button)  # side by side they are wider than the panel with large text
        self.body.addLayout(column(*(row(button, STRETCH) for button in two), space=Space.S))
        self.body.addLayout(row(self.withdraw_button, self.client_button, STRETCH))
        self.body.addWidget(section(_("Message")))
        self.body.addWidget(self.subject)
        self.body.addWidget(self.text, 1)
        self.body.addWidget(self.attached)

    def show_row(self, found: MailRow) -> None:
        """Show a message; its words come when they were read."""
        fresh = self.row is None or self.row.mail.id != found.mail.id
        self.row = found
        mail = found.mail
        self.set_title(found.name or mail.address, found.client_no)
        self.badge.set(state_badge(mail.state))
        self.address.setText(mail.address)
        self.about.setText(self._about(mail))
        self.answer.setText(mail.answer)
        self.answer.setVisible(bool(mail.answer))
        self.answer.set_role("muted" if mail.state is MailState.SENT else "warn")
        may = self._frame.desk.may("mail.send")
        self.send_button.setVisible(may and (mail.state is MailState.WAITING or may_become(mail.state, MailState.WAITING)))
        self.send_button.setText(_("Send now") if mail.state is MailState.WAITING else _("Send again"))
        self.arrived_button.setVisible(may and mail.state is MailState.UNSURE)
        self.withdraw_button.setVisible(may and may_become(mail.state, MailState.WITHDRAWN))
        self.client_button.setVisible(mail.client_id is not None)
        if fresh:
            self.subject.setText("")
            self.text.set_value("")
            self.attached.setText("")
        self.show()

    def show_text(self, mail: OutgoingMail) -> None:
        """Every word of it."""
        if self.row is not None and self.row.mail.id == mail.id:
            self.subject.setText(mail.subject)
            self.text.set_value(mail.body)
            self.attached.setText(_("With an invitation that calendars understand (.ics)") if mail.calendar else "")

    def _about(self, mail: OutgoingMail) -> str:
        now = self._frame.now()
        parts = [kind_name(mail.kind), dates.when(mail.state_at, now, time_always=True)]
        if mail.state is MailState.WAITING and mail.next_try_at and mail.next_try_at > now:
            parts.append(_("goes out {when}").format(when=dates.when(mail.next_try_at, now, time_always=True)))
        return " · ".join(parts)
