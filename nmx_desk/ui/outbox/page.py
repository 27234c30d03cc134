"""The outbox: what waits, what was refused or is in doubt, what was sent. Reminders are listed before they are queued.

A page of its own, for the front desk: letters to doctors are the practitioners', and the agenda needs its whole window.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from PySide6.QtGui import QKeySequence, QShortcut

from nmx_desk.domain.mailing import MailState
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import outbox, reminders, sending
from nmx_desk.services.outbox import MailRow, Outbox
from nmx_desk.services.reminders import ReminderRun
from nmx_desk.services.sending import Sent
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.outbox.looks import KIND_ICONS, kind_name, state_badge
from nmx_desk.ui.outbox.panel import MailPanel
from nmx_desk.ui.outbox.reminding import choose_reminders
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import Space

OURS = frozenset({"outgoing_mail", "mail_sender"})
WAITING, GONE = "waiting", "gone"


class OutboxPage(Page):
    """``arrive(mail_id=…)`` chooses a message."""

    name: ClassVar[str] = "outbox"
    icon: ClassVar[str] = "send"
    right: ClassVar[str | None] = "mail.read"
    rail_order: ClassVar[int] = 55
    badge_use_case: ClassVar[Any] = outbox.count_trouble

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.found: Outbox | None = None
        self._wanted = ""
        self.count, self.banner = muted(""), Banner()
        self.show_what = Segments(_("Show"), [(WAITING, _("On its way")), (GONE, _("Sent and withdrawn"))])
        self.remind_button = Button(_("Reminders …"), self.remind, icon="bell")
        self.send_button = Button(_("Send all now"), self.send_all, kind="primary", icon="send")
        self.panel = MailPanel(frame)
        self.table: Table[MailRow] = Table(
            self._columns(), name="outbox", label=_("Messages"), settings=frame.user_settings, key=lambda found: found.mail.id,
            empty=EmptyState(_("Nothing here"), _("Messages appear here when appointments are booked, moved or cancelled."), icon="send"),
        )  # fmt: skip
        self.table.spare(("subject", "when"))
        self._build()
        self._connect()

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Outbox")

    def _build(self) -> None:
        head = row(heading(self.title()), STRETCH, self.remind_button, self.send_button, space=Space.M)
        left = column(head, self.count, self.banner, row(self.show_what, STRETCH), self.table, space=Space.M)
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        body = row(left, self.panel, space=0)
        body.setStretch(0, 1)
        self.setLayout(body)
        self.banner.hide()
        may = self.frame.desk.may("mail.send")
        self.remind_button.setVisible(may)
        self.send_button.setVisible(may)

    def _connect(self) -> None:
        self.show_what.picked.connect(lambda _value: self._read())
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _row: self.panel.text.setFocus())
        self.panel.closed.connect(self._closed)
        self.panel.asked.connect(self.do)
        delete = QShortcut(QKeySequence("Del"), self.table)
        delete.activated.connect(partial(self.do, "withdraw"))

    def _columns(self) -> list[Column[MailRow]]:
        now, scale = self.frame.now, theme().text_scale
        return [
            Column(key="who", title=_("To"), text=lambda r: r.name or r.mail.address, detail=lambda r: r.mail.address, strong=True),
            Column(key="kind", title=_("Message"), text=lambda r: kind_name(r.mail.kind), width=round(140 * scale),
                   icon=lambda r: KIND_ICONS[r.mail.kind]),
            Column(key="state", title=_("State"), text=lambda r: state_badge(r.mail.state).text, badge=lambda r: state_badge(r.mail.state),
                   tooltip=lambda r: r.mail.answer, width=round(180 * scale)),
            Column(key="when", title=_("Since"), text=lambda r: dates.when(r.mail.state_at, now(), time_always=True),
                   sort_key=lambda r: r.mail.state_at, width=round(150 * scale)),
            Column(key="subject", title=_("Subject"), text=lambda r: r.mail.subject, tooltip=lambda r: r.mail.subject),
        ]  # fmt: skip

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, *, mail_id: str = "", **_more: Any) -> None:
        """List what is on its way."""
        self._wanted = mail_id
        self._read()

    def refresh(self, changes: Changes | None) -> None:
        """Follow what is sent."""
        if changes is None or changes.tables & OURS:
            self._read()

    def _read(self) -> None:
        gone = self.show_what.value() == GONE
        self.frame.runner.latest("outbox", outbox.list_outbox, gone=gone, then=self._show, owner=self)

    def _show(self, found: Outbox) -> None:
        fresh, self.found = self.found is None, found
        self.table.set_rows(found.rows)
        if self._wanted:
            self.table.choose(self._wanted)
            self._wanted = ""
        elif fresh:
            self.table.choose_first()
            self.table.setFocus()
        waiting, doubtful = found.counts.get(MailState.WAITING, 0), found.counts.get(MailState.UNSURE, 0)
        refused = found.counts.get(MailState.REFUSED, 0)
        parts = [ngettext("{n} waits", "{n} wait", waiting).format(n=waiting)]
        parts += [ngettext("{n} perhaps sent", "{n} perhaps sent", doubtful).format(n=doubtful)] if doubtful else []
        parts += [ngettext("{n} refused", "{n} refused", refused).format(n=refused)] if refused else []
        self.count.setText(", ".join(parts))
        self.send_button.setEnabled(found.sends and waiting > 0)
        self.remind_button.setEnabled(found.sends)
        self._warn(found)

    def _warn(self, found: Outbox) -> None:
        if not found.sends:
            may = self.frame.desk.may("settings.change")
            text = _("The clinic sends no mail. Who manages the settings can switch it on, under “Mail”.")
            go = partial(self.frame.go, "settings", part="mail") if may else None
            self.banner.say(text, Hue.INFO, action_text=_("Open the settings") if may else "", action=go)
        elif found.trouble:
            self.banner.say(found.trouble, Hue.WARN, action_text=_("Try again"), action=self.send_all)
        else:
            self.banner.hide()

    def _chosen(self, found: MailRow | None) -> None:
        if found is None:
            self.panel.hide()
            return
        self.panel.show_row(found)
        self.frame.runner.latest("outbox-mail", outbox.open_mail, found.mail.id, then=self.panel.show_text, owner=self)

    def _closed(self) -> None:
        self.table.clearSelection()
        self.table.setFocus()

    # -- what can be done ------------------------------------------------------------------------------------------------------------

    def do(self, code: str) -> None:
        """What a button of the panel asks for."""
        found = self.panel.row
        if found is None or self.panel.isHidden():
            return
        if code == "client" and found.mail.client_id:
            self.frame.go("clients", client_id=found.mail.client_id)
        elif code == "send" and not self.panel.send_button.isHidden():
            self._run(outbox.send_now, _("The message goes out now."), then=self._send)
        elif code == "arrived" and not self.panel.arrived_button.isHidden():
            self._run(outbox.mark_sent, _("The message is marked as sent."))
        elif code == "withdraw" and not self.panel.withdraw_button.isHidden():
            back = partial(self.frame.runner.do, outbox.send_now, found.mail.id, owner=self)
            self._run(outbox.withdraw_mail, _("The message is withdrawn."), undo=back)

    def _run(self, case: Any, said: str, *, then: Callable[[], object] | None = None, undo: Callable[[], object] | None = None) -> None:
        def done(_mail: object) -> None:
            self.frame.toast(said, undo)
            if then is not None:
                then()

        if self.panel.row is not None:
            self.frame.runner.do(case, self.panel.row.mail.id, then=done, owner=self)

    def _send(self) -> None:
        """Send what is due, without a word when it goes well."""
        self.frame.runner.do(sending.send_waiting, then=lambda _sent: None, failed=self._failed, progress=_quietly, owner=self)

    def send_all(self) -> None:
        """Send everything that waits, whenever its next try would be."""
        self.send_button.setEnabled(False)
        self.frame.runner.do(
            sending.send_waiting, everything=True, then=self._sent, failed=self._failed, progress=_("Sending the mail"), owner=self
        )

    def _sent(self, sent: Sent | None) -> None:
        self._read()
        if sent is not None and not sent.trouble:
            self.frame.toast(ngettext("{n} message was sent.", "{n} messages were sent.", sent.sent).format(n=dates.number(sent.sent)))

    def _failed(self, error: Any) -> None:
        self._read()
        errors.show(error, self)

    def remind(self) -> None:
        """List whom a run would remind, and queue what stays chosen."""
        self.frame.runner.do(reminders.list_reminders, then=self._choose, owner=self)

    def _choose(self, run: ReminderRun) -> None:
        chosen = choose_reminders(self, run, self.frame.now())
        if chosen:
            self.frame.runner.do(reminders.queue_reminders, chosen, then=self._queued, owner=self)

    def _queued(self, n: int) -> None:
        self.frame.toast(ngettext("{n} reminder goes out.", "{n} reminders go out.", n).format(n=dates.number(n)))
        self._send()

    def record(self) -> dict[str, str]:
        """What is in sight."""
        found = self.table.current()
        return {"obj_id": found.mail.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        return [
            Command(_("Send now"), partial(self.do, "send"), "verstuur send", "Ctrl+Return", "send"),
            Command(_("Withdraw"), partial(self.do, "withdraw"), "trek in withdraw", "", "ban"),
            Command(_("Reminders …"), self.remind, "herinneringen reminders", "Ctrl+Shift+R", "bell"),
            Command(_("Open the client"), partial(self.do, "client"), "cliënt client", "Ctrl+O", "user-round"),
        ]


def _quietly(_done: int, _total: int, _text: str) -> None:
    """It can be stopped, and nobody need look at it."""
