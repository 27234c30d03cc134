"""Merging two clients: the other one found, both side by side, proposed; and for the second person the same to decide on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.client_views import Double
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.likeness import likeness
from nmx_desk.domain.merging import GROUP_NAMES, ClientMerge, older_first
from nmx_desk.domain.proposals import Proposal
from nmx_desk.i18n import _
from nmx_desk.services import clients, merging, proposals
from nmx_desk.services.merging import MergePreview, UndoPreview, WaitingMerge
from nmx_desk.ui.clients.merge_lines import MergeLines, UndoneFields
from nmx_desk.ui.clients.merge_words import counted, who
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.inputs import TextInput
from nmx_desk.ui.kit.labels import Label, heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Item, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.likeness import likeness_badge, likeness_lines
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

Preview = MergePreview | UndoPreview


class MergeView(QWidget):
    """``begin`` proposes a merge of a client, ``apart`` an undoing, ``decide`` shows what waits. ``done`` leads back to a client."""

    def __init__(self, frame: Frame, done: Callable[[str], object]) -> None:
        super().__init__()
        self._frame, self._done = frame, done
        self._client: Client | None = None
        self._found: Preview | None = None
        self._waiting: WaitingMerge | None = None
        self.lines: MergeLines | None = None
        self.title = heading("")
        self.problem, self.doubt = Banner(), Banner()
        self.picker = ClientPicker(frame.runner, name=_("The other client"))
        self.picker.picked.connect(self._picked)
        self._likely = row(space=Space.S)
        self._choose = holder(column(muted(_("Who is the same person? Only you can tell: nothing is merged by itself.")),
                                     self.picker, self._likely, space=Space.S))  # fmt: skip
        self._body = column(space=Space.M)
        self._body.setContentsMargins(0, 0, Space.S, 0)
        self.reason = TextInput(max_length=500, name=_("How do you know?"))
        self.reason.edited.connect(self._ready)
        self._why = holder(column(Label(_("How do you know?"), look="small", role="muted"), self.reason, space=Space.XS))
        self._foot = row(space=Space.S)
        back = IconButton("arrow-left", _("Back to the client"), self.leave)
        box = column(
            row(back, self.title, STRETCH, space=Space.S), self._choose, self.problem, self.doubt,
            scroll(holder(column(self._body, STRETCH)), _("Side by side")), self._why, self._foot, space=Space.M, margin=Space.XL,
        )  # fmt: skip
        box.setStretch(4, 1)
        self.setLayout(box)
        self._main: Button | None = None

    @property
    def dirty(self) -> bool:
        """Whether a reason was typed that is not sent."""
        return self._why.isVisible() and bool(self.reason.value())

    def leave(self) -> None:
        """Back to the client, what was typed thrown away."""
        self.reason.set_value("")
        self._done(self._client.id if self._client is not None else "")

    # -- beginning -------------------------------------------------------------------------------------------------------------------

    def _clear(self, title: str) -> None:
        self._client, self._found, self._waiting, self.lines, self._main = None, None, None, None, None
        self.title.setText(title)
        self.reason.set_value("")
        self.picker.set_client("", tell=False)
        for layout in (self._body, self._foot, self._likely):
            empty_layout(layout)
        for part in (self._choose, self._why, self.problem, self.doubt):
            part.hide()

    def begin(self, client_id: str, other_id: str = "") -> None:
        """Propose to merge a client with another one, to be found unless it is known."""
        self._clear(_("Merge two clients"))
        begun = partial(self._about, other_id=other_id)
        self._frame.runner.latest(("merge", "client"), clients.open_client, client_id, then=lambda s: begun(s.client), owner=self)

    def _about(self, client: Client, *, other_id: str) -> None:
        self._client = client
        if other_id:
            self._picked(other_id)
            return
        self.title.setText(_("Merge {who} with another client").format(who=who(client)))
        self._choose.show()
        self.picker.setFocus(Qt.FocusReason.OtherFocusReason)
        self._frame.runner.latest(("merge", "doubles"), clients.find_doubles, client, then=self._offer, failed=lambda _e: None, owner=self)

    def _offer(self, found: tuple[Double, ...]) -> None:
        empty_layout(self._likely)
        for double in found[:3]:
            other = double.client
            label = who(other) if double.likeness.strength == "strong" else _("{who} (perhaps)").format(who=who(other))
            name = _("{who}. {why}").format(who=who(other), why=double.likeness.sentence)
            button = Button(label, partial(self.picker.set_client, other.id, who(other)), icon="users-round", name=name, tip=name)
            self._likely.addWidget(button)
        self._likely.addStretch(1)

    def _choose_again(self) -> None:
        if self._client is not None:
            self.begin(self._client.id)

    def apart(self, merge: ClientMerge) -> None:
        """Propose to take two merged clients apart."""
        self._clear(_("Take two merged clients apart"))
        self._frame.runner.latest(("merge", "preview"), merging.preview_undo, merge.id, then=self._show_undo, owner=self)

    def decide(self, waiting: WaitingMerge) -> None:
        """Show a proposal as the proposer saw it."""
        self._clear(_("Take two merged clients apart") if waiting.apart else _("Merge two clients"))
        self._client, self._waiting = waiting.kept, waiting
        show, failed = self._show_proposal, self._cannot
        proposal_id = waiting.row.proposal.id
        self._frame.runner.latest(("merge", "preview"), merging.preview_proposal, proposal_id, then=show, failed=failed, owner=self)

    def _cannot(self, error: DeskError) -> None:
        """What was proposed is not possible any more: it can still be refused or withdrawn."""
        self.problem.say(error.message, Hue.DANGER, closable=False)
        self._to_decide("", possible=False)

    def _show_proposal(self, found: Preview) -> None:
        if isinstance(found, UndoPreview):
            self._show_undo(found)
        else:
            self._show_merge(found)

    # -- side by side ----------------------------------------------------------------------------------------------------------------

    def _picked(self, client_id: str) -> None:
        empty_layout(self._body)
        empty_layout(self._foot)
        for part in (self._why, self.problem, self.doubt):
            part.hide()
        if client_id and self._client is not None:
            self._frame.runner.latest(("merge", "order"), clients.open_client, client_id, then=lambda s: self._order(s.client), owner=self)

    def _order(self, other: Client) -> None:
        """Who has been here longest stays, until somebody says otherwise."""
        if self._client is not None:
            kept, gone = older_first(self._client, other)
            self._ask(kept.id, gone.id)

    def _ask(self, kept_id: str, gone_id: str) -> None:
        self._frame.runner.latest(("merge", "preview"), merging.preview_merge, kept_id, gone_id, then=self._show_merge, owner=self)

    def _show_merge(self, found: MergePreview) -> None:
        self._found = found
        empty_layout(self._body)
        empty_layout(self._foot)
        self._warn(found)
        if found.doubts:
            fields = ", ".join(_(GROUP_NAMES[key]).lower() for key in found.doubts)
            self.doubt.say(_("These differ: {fields}. Are they two people, such as twins?").format(fields=fields), Hue.WARN, closable=False)
        else:
            self.doubt.hide()
        why = likeness(found.kept.person, found.gone.person)
        if why is not None:
            line = row(likeness_badge(why), likeness_lines(why), space=Space.M)
            line.setStretch(1, 1)
            self._body.addLayout(line)
        moves = _("Moves to {number}: {what}.").format(number=found.kept.client_no, what=counted(found.moves))
        self._body.addWidget(Label(moves if found.moves else _("No records move: only the contact data is merged."), wrap=True))
        self.lines = MergeLines(found, fixed=self._waiting is not None)
        self._body.addWidget(self.lines)
        after = _("{gone} leads to {kept} from then on. This can be undone at any later time.")
        self._body.addWidget(muted(after.format(gone=found.gone.client_no, kept=found.kept.client_no)))
        if self._waiting is None:
            swap = Button(_("Swap who stays"), partial(self._ask, found.gone.id, found.kept.id), kind="quiet", icon="repeat")
            self._choose.hide()
            self._foot.addWidget(swap)
            self._foot.addWidget(Button(_("Another client"), self._choose_again, kind="quiet", icon="search"))
            self._to_propose(_("Propose the merge"), self._propose_merge)
        else:
            self._to_decide(_("Approve the merge"))

    def _show_undo(self, found: UndoPreview) -> None:
        self._found, self._client = found, found.kept
        empty_layout(self._body)
        empty_layout(self._foot)
        self._warn(found)
        self.title.setText(_("Take {gone} out of {kept} again").format(gone=found.merge.gone_no, kept=who(found.kept)))
        for item in self._undo_parts(found):
            self._body.addWidget(item)
        if self._waiting is None:
            self._to_propose(_("Propose to take apart"), self._propose_undo)
        else:
            self._to_decide(_("Approve taking apart"))

    def _undo_parts(self, found: UndoPreview) -> list[QWidget]:
        gone, kept = found.merge.gone_no, found.kept.client_no
        nothing = _("nothing")
        lines: list[QWidget] = [
            Label(_("Goes back to {number}: {what}.").format(number=gone, what=counted(found.moves) or nothing), wrap=True),
        ]
        if found.fields:
            lines.append(UndoneFields(found))
        if found.stays:
            text = _("Stays as it is with {number}, because it was changed since: {fields}.")
            lines.append(Label(text.format(number=kept, fields=", ".join(found.stays)), wrap=True))
        if found.added:
            text = _("Was added since and stays with {number}: {what}. Look whose it is.")
            lines.append(Label(text.format(number=kept, what=counted(found.added)), role="warn", wrap=True))
        return lines

    def _warn(self, found: Preview) -> None:
        if found.problems:
            self.problem.say("\n".join(found.problems), Hue.DANGER, closable=False)
        else:
            self.problem.hide()

    # -- proposing -------------------------------------------------------------------------------------------------------------------

    def _to_propose(self, text: str, run: Callable[[], object]) -> None:
        self._why.show()
        self._main = Button(text, run, kind="primary", icon="check")
        self._end(Button(_("Cancel"), self.leave, kind="quiet"), self._main)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ready()

    def _ready(self) -> None:
        if self._main is not None and self._found is not None and self._waiting is None:
            self._main.setEnabled(bool(self.reason.value()) and not self._found.problems)

    def _end(self, *buttons: Item) -> None:
        self._foot.addStretch(1)
        for button in buttons:
            if isinstance(button, QWidget):
                self._foot.addWidget(button)

    def _propose_merge(self) -> None:
        found = self._found
        if isinstance(found, MergePreview) and self.lines is not None:
            self._frame.runner.do(
                merging.propose_merge, found.kept.id, found.gone.id, self.lines.chosen(), self.reason.value(),
                versions=(found.kept.version, found.gone.version), then=self._proposed, owner=self,
            )  # fmt: skip

    def _propose_undo(self) -> None:
        if isinstance(self._found, UndoPreview):
            self._frame.runner.do(merging.propose_undo, self._found.merge.id, self.reason.value(), then=self._proposed, owner=self)

    def _proposed(self, _made: Proposal) -> None:
        self._frame.toast(_("Proposed. The practice manager decides."))
        self.leave()

    # -- deciding --------------------------------------------------------------------------------------------------------------------

    def _to_decide(self, text: str, *, possible: bool = True) -> None:
        waiting = self._waiting
        if waiting is None:
            return
        said = _("{by}: {reason}").format(by=waiting.row.proposer, reason=waiting.row.proposal.reason)
        self._body.insertWidget(0, Label(said, wrap=True))
        buttons: list[Item] = []
        if waiting.row.own:
            buttons.append(Button(_("Withdraw"), partial(self._decide, proposals.withdraw_proposal, _("Withdrawn.")), kind="quiet"))
        if waiting.row.may_decide:
            buttons.append(Button(_("Refuse …"), self._refuse))
        if waiting.row.may_decide and possible:
            self._main = Button(text, partial(self._decide, proposals.approve_proposal, _("Approved.")), kind="primary", icon="check")
            self._main.setEnabled(self._found is not None and not self._found.problems)
            buttons.append(self._main)
        self._end(*buttons)
        if self._main is not None:
            self._main.setFocus(Qt.FocusReason.OtherFocusReason)

    def _decide(self, step: Any, said: str, *more: str) -> None:
        if self._waiting is not None:
            self._frame.runner.do(step, self._waiting.row.proposal.id, *more, then=lambda _made: self._decided(said), owner=self)

    def _refuse(self) -> None:
        reason = ask_reason(self, _("Refuse this?"), self.title.text(), yes=_("Refuse"))
        if reason:
            self._decide(proposals.refuse_proposal, _("Refused."), reason)

    def _decided(self, said: str) -> None:
        self._frame.toast(said)
        self.leave()

    def show_error(self, error: UserError) -> bool:
        """What is wrong with the reason stands above it."""
        if error.field != "reason" or not self._why.isVisible():
            return False
        self.problem.say(error.message, Hue.DANGER, closable=False)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        return True
