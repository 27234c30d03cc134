"""A log in doubt: what is missing, and the two ways out, for the manager; for others whom to call."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _, ngettext
from nmx_desk.services import rescue, restoring
from nmx_desk.services.rescue import Doubt
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import FORM_WIDTH, Space


class RescuePart(QWidget):
    """There is nothing to look at, only this to do."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.state = EmptyState(_("No clients are shown until this is cleared up"), icon="shield-alert")
        self.steps = Label(self._steps(), wrap=True)
        self.steps.setMinimumWidth(FORM_WIDTH)
        self.restore = Button(_("Restore a backup …"), self.put_back, kind="primary", icon="history")
        self.accept = Button(_("Accept the loss …"), self.accept_loss, icon="circle-check")
        decides = frame.desk.may("restore.approve")
        for button in (self.restore, self.accept):
            button.setVisible(decides)
        ways = row(STRETCH, self.restore, self.accept, STRETCH, space=Space.M)
        self.setLayout(column(self.state, row(STRETCH, self.steps, STRETCH), ways, STRETCH, space=Space.L))

    def load(self) -> None:
        """Ask what is missing."""
        if self._frame.desk.may("restore.approve"):
            self._frame.runner.latest("rescue", rescue.read_doubt, then=self._show, owner=self)

    def _steps(self) -> str:
        may = self._frame.desk.may
        verify, call = _("Verify the log: that says what was found."), _("Call the manager or the administrator: they can verify the log.")
        steps = [
            verify if may("log.integrity") else call,
            _("Leave the database and all backups as they are, and write nothing on this disk."),
            _("If an older copy was put back by mistake, put the newer file back and sign in again."),
        ]
        if may("restore.approve"):
            steps.append(_("Otherwise restore the last backup, or accept that the entries are lost, with the reason."))
        else:
            steps.append(_("Otherwise the manager restores a backup, or accepts the loss."))
        return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))

    def _show(self, found: Doubt | None) -> None:
        if found is not None:
            self.state.say(self.state.title.text(), self._missing(found))

    def _missing(self, found: Doubt) -> str:
        now = self._frame.now()
        since, until = (dates.when(at, now, time_always=True) if at else "–" for at in (found.since, found.until))
        if found.missing is None:
            text = _("This file has {size} entries, the last from {since}; this computer saw another log, of {seen} entries, at {until}.")
            return text.format(size=dates.number(found.size), since=since, seen=dates.number(found.seen), until=until)
        text = ngettext(
            "{n} entry is missing, made between {since} and {until}.", "{n} entries are missing, made between {since} and {until}.",
            found.missing,
        )  # fmt: skip
        return text.format(n=dates.number(found.missing), since=since, until=until)

    def put_back(self) -> None:
        """Close the clinic and choose a backup."""
        text = _("The clinic is closed and you choose a backup. What was entered after it is gone from the clinic; the file is kept.")
        reason = ask_reason(self, _("Restore a backup?"), text, yes=_("Close and choose a backup"))
        if reason:
            then = lambda permit: self._frame.put_back("", permit)  # noqa: E731
            self._frame.runner.do(restoring.permit_in_rescue, reason=reason, then=then, owner=self)

    def accept_loss(self) -> None:
        """Go on without what is missing."""
        text = _(
            "The clinic goes on without the missing entries: what was entered in them has to be entered again. "
            "The log keeps that they are missing, your name and the reason."
        )
        reason = ask_reason(self, _("Accept the loss?"), text, yes=_("Accept the loss"))
        if reason:
            self._frame.runner.do(rescue.log_acceptance, reason=reason, then=lambda _none: self._accepted(), owner=self)

    def _accepted(self) -> None:
        rescue.go_on(self._frame.desk)
        self._frame.sign_in_again(_("The loss has been accepted and logged. Sign in to go on."))
