"""What waits for a second person: approve, refuse with a reason, or withdraw one's own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nmx_desk.domain.people import ROLE_NAMES, Role
from nmx_desk.domain.proposals import KINDS
from nmx_desk.i18n import _
from nmx_desk.services import proposals
from nmx_desk.services.proposals import ProposalRow, contents
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import Card, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Frame


def about(item: ProposalRow) -> str:
    """What is proposed, in a sentence."""
    said = contents(item.proposal)
    roles = ", ".join(_(ROLE_NAMES[Role(word)]) for word in said.get("roles", ()) if word in set(Role))
    what = _(KINDS[item.proposal.kind].name)
    parts = [str(said.get("name") or ""), roles]
    details = " – ".join(filter(None, parts)) or item.proposal.reason
    return _("{by} proposes {what}: {details}").format(by=item.proposer, what=what, details=details)


class Waiting(Card):
    """Proposals of some kinds; hidden when there are none. ``changed`` is called after a decision."""

    def __init__(self, frame: Frame, kinds: Collection[str], changed: Callable[[], object]) -> None:
        super().__init__(_("Waits for a second person"))
        self._frame, self._kinds, self._changed = frame, frozenset(kinds), changed
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        box = self.layout()
        if isinstance(box, QVBoxLayout):
            box.addLayout(self._list)
        self.hide()

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest(("waiting", *sorted(self._kinds)), proposals.list_proposals, then=self._show, owner=self)

    def _show(self, found: list[ProposalRow]) -> None:
        empty_layout(self._list)
        mine = [item for item in found if item.proposal.kind in self._kinds]
        for item in mine:
            self._list.addWidget(self._line(item))
        self.setVisible(bool(mine))

    def _line(self, item: ProposalRow) -> QWidget:
        text = column(Label(about(item), wrap=True), muted(dates.when(item.proposal.created_at, self._frame.now())), space=2)
        line = row(holder(text), space=8)
        line.setStretch(0, 1)
        if item.may_decide:
            line.addWidget(Button(_("Refuse …"), partial(self._refuse, item)))
            line.addWidget(Button(_("Approve"), partial(self._approve, item), icon="check"))
        elif item.own:
            line.addWidget(Button(_("Withdraw"), partial(self._withdraw, item), kind="quiet"))
        return holder(line)

    def _approve(self, item: ProposalRow) -> None:
        self._frame.runner.do(proposals.approve_proposal, item.proposal.id, then=lambda _p: self._decided(_("Approved.")), owner=self)

    def _refuse(self, item: ProposalRow) -> None:
        reason = ask_reason(self, _("Refuse this?"), about(item), yes=_("Refuse"))
        if reason:
            self._frame.runner.do(
                proposals.refuse_proposal, item.proposal.id, reason, then=lambda _p: self._decided(_("Refused.")), owner=self
            )

    def _withdraw(self, item: ProposalRow) -> None:
        self._frame.runner.do(proposals.withdraw_proposal, item.proposal.id, then=lambda _p: self._decided(_("Withdrawn.")), owner=self)

    def _decided(self, text: str) -> None:
        self._frame.toast(text)
        self._changed()
