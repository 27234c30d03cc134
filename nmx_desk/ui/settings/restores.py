"""Restores that wait for a second person, or to be carried out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services import proposals, restoring
from nmx_desk.services.restoring import Waiting
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask, ask_reason
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import Card, column, empty_layout, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class WaitingRestores(QWidget):
    """A card each; nothing where nothing waits."""

    def __init__(self, frame: Frame, done: Callable[[], object]) -> None:
        super().__init__()
        self._frame, self._done = frame, done
        self._box = column(space=Space.S)
        self.setLayout(self._box)

    def show_waiting(self, found: list[Waiting]) -> None:
        """Show them."""
        empty_layout(self._box)
        for item in found:
            self._box.addWidget(self._card(item))
        self.setVisible(bool(found))

    def _card(self, item: Waiting) -> Card:
        now = self._frame.now()
        when = dates.when(datetime.fromisoformat(item.created), now, time_always=True)
        said = _("Restore of the backup of {when}").format(when=when)
        state = _("Approved: the administrator can put it back.") if item.approved else _("Waits for the manager's approval.")
        proposed = _("Proposed by {name}: {reason}").format(name=item.proposer, reason=item.reason)
        words = column(Label(said, look="strong", wrap=True), muted(f"{state} {proposed}"), space=Space.XS)
        inside = row(words, *self._buttons(item), space=Space.M)
        inside.setStretch(0, 1)
        return Card("", inside)

    def _buttons(self, item: Waiting) -> list[Button]:
        made = []
        if item.approved and self._frame.desk.may("restore.run"):
            made.append(Button(_("Put it back now …"), lambda: self.put_back(item), kind="primary", icon="history"))
        if not item.approved and item.may_decide:
            made.append(Button(_("Approve"), lambda: self.decide(proposals.approve_proposal, item), kind="primary", icon="circle-check"))
        if not item.approved and item.may_decide and not item.own:
            made.append(Button(_("Refuse …"), lambda: self.refuse(item), icon="ban"))
        if not item.approved and item.own:
            made.append(Button(_("Withdraw"), lambda: self.decide(proposals.withdraw_proposal, item)))
        return made

    def put_back(self, item: Waiting) -> None:
        """Close the clinic and do it."""
        text = _(
            "Everybody closes the program first. What was entered after this backup is then gone from the clinic; "
            "the file with it is kept in a folder beside."
        )
        if ask(self, _("Put back this backup?"), text, yes=_("Close and put back"), danger=True):
            then = lambda permit: self._frame.put_back(item.file, permit)  # noqa: E731
            self._frame.runner.do(restoring.permit_of, item.id, then=then, owner=self)

    def refuse(self, item: Waiting) -> None:
        """Say why not."""
        reason = ask_reason(self, _("Refuse this restore?"), _("The proposer reads the reason."), yes=_("Refuse"))
        if reason:
            self._frame.runner.do(proposals.refuse_proposal, item.id, reason, then=lambda _made: self._done(), owner=self)

    def decide(self, case: object, item: Waiting) -> None:
        """Approve or withdraw."""
        self._frame.runner.do(case, item.id, then=lambda _made: self._done(), owner=self)
