"""Four eyes at the door: propose, approve, refuse, withdraw, carry out (AUDIT §6). The plain functions serve other use cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import User, UserRole
from nmx_desk.domain.proposals import KINDS, Kind, Proposal, ProposalStatus
from nmx_desk.domain.rights import scope
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case

Step = Callable[[Work, Proposal], None]
_AT_ONCE: dict[str, Step] = {}
_TAKEN_BACK: dict[str, Step] = {}


@dataclass(frozen=True)
class ProposalRow:
    """An open proposal as the screens show it. ``may_decide``: the reader may approve or refuse it; ``own``: may withdraw it."""

    proposal: Proposal
    proposer: str
    may_decide: bool
    own: bool


def carried_out_on_approval(kind: str) -> Callable[[Step], Step]:
    """Declare what an approval of this kind does at once, in the same transaction."""
    return lambda step: _AT_ONCE.setdefault(kind, step)


def taken_back_without_approval(kind: str) -> Callable[[Step], Step]:
    """Declare what a refusal or withdrawal of this kind undoes, in the same transaction."""
    return lambda step: _TAKEN_BACK.setdefault(kind, step)


def propose(work: Work, kind: str, subject: str, payload: dict[str, Any], reason: str, *, client_id: str | None = None) -> Proposal:
    """Put something before a second person. Raises ``Conflict`` while the same is already waiting."""
    if work.store.find_one(Proposal, kind=kind, subject=subject, status=ProposalStatus.OPEN) is not None:
        raise Conflict(_("This has already been proposed and waits for approval."))
    KINDS[kind]  # an unknown kind is our bug
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    return work.store.add(Proposal(kind=kind, subject=subject, client_id=client_id, payload=text, reason=reason.strip()))


def approve(work: Work, proposal_id: str, reason: str = "") -> Proposal:
    """Approve as the second person, or as the only one in a second, dated step. Some kinds are carried out at once."""
    proposal = _decidable(work, proposal_id)
    alone = proposal.created_by == work.user.id
    if alone:
        _check_alone(work, proposal)
        work.reason_code = "alone"
    approved = _decide(work, proposal, ProposalStatus.APPROVED, reason, alone=alone)
    if approved.kind in _AT_ONCE:
        _AT_ONCE[approved.kind](work, approved)
        return work.store.get(Proposal, approved.id)
    return approved


def refuse(work: Work, proposal_id: str, reason: str) -> Proposal:
    """Refuse, with the reason in a sentence. Who proposed it withdraws instead."""
    proposal = _decidable(work, proposal_id)
    if not reason.strip():
        raise UserError("reason", _("Write down why this is refused; the proposer reads it."))
    return _taken_back(work, _decide(work, proposal, ProposalStatus.REFUSED, reason))


def withdraw(work: Work, proposal_id: str) -> Proposal:
    """Take back one's own proposal while it waits."""
    proposal = _open(work, proposal_id)
    if proposal.created_by != work.user.id:
        raise NotAllowed(_("Only who proposed this can withdraw it."), right=KINDS[proposal.kind].approve)
    return _taken_back(work, _decide(work, proposal, ProposalStatus.WITHDRAWN, ""))


def take_approved(work: Work, proposal_id: str, kind: str) -> Proposal:
    """The approved proposal that is being carried out now, once. Raises unless it is approved and by another person where that is asked."""
    proposal = work.store.get(Proposal, proposal_id)
    if proposal.kind != kind or proposal.status is not ProposalStatus.APPROVED:
        raise Conflict(_("This has not been approved, or it was carried out already. Look at the proposal again."))
    execute = KINDS[kind].execute
    if execute:
        work.need(execute)
        if proposal.decided_by == work.user.id and others_who_may(work, execute):
            raise NotAllowed(_("Who approved this may not carry it out as well. Ask a colleague who may."), right=execute)
    return work.store.change(proposal, status=ProposalStatus.DONE, done_by=work.user.id, done_at=work.now())


def contents(proposal: Proposal) -> dict[str, Any]:
    """The payload, read."""
    found: dict[str, Any] = json.loads(proposal.payload)
    return found


def holders(work: Work, right: str) -> set[str]:
    """Ids of the active users whose roles give a right."""
    roles: dict[str, set[Any]] = {}
    for item in work.store.find(UserRole):
        roles.setdefault(item.user_id, set()).add(item.role)
    return {user.id for user in work.store.find(User, is_active=True) if scope(roles.get(user.id, ()), right) is not None}


def deciding_right(work: Work, kind: str) -> str:
    """The right that decides this kind now: the one to approve, or the stand-in where no active user holds that."""
    rules = KINDS[kind]
    return rules.stand_in if rules.stand_in and not holders(work, rules.approve) else rules.approve


def others_who_may(work: Work, right: str) -> bool:
    """Whether an active colleague holds a right."""
    return bool(holders(work, right) - {work.user.id})


def _open(work: Work, proposal_id: str) -> Proposal:
    proposal = work.store.get(Proposal, proposal_id)
    if proposal.status is not ProposalStatus.OPEN:
        raise Conflict(_("This proposal has been decided already."))
    return proposal


def _decidable(work: Work, proposal_id: str) -> Proposal:
    proposal = _open(work, proposal_id)
    work.need(deciding_right(work, proposal.kind))
    return proposal


def _check_alone(work: Work, proposal: Proposal) -> None:
    """Whether the proposer may approve as well: nobody else can, and for some kinds a night has passed."""
    right = deciding_right(work, proposal.kind)
    if others_who_may(work, right):
        raise NotAllowed(_("You proposed this yourself. Somebody else has to approve it."), right=right)
    if _waits(work, KINDS[proposal.kind], proposal):
        raise UserError("", _("Nobody else can approve this. Do so yourself tomorrow or later: the night replaces a colleague."))


def _waits(work: Work, rules: Kind, proposal: Proposal) -> bool:
    return rules.next_day and proposal.created_at.astimezone(work.zone).date() >= work.today()


def _taken_back(work: Work, proposal: Proposal) -> Proposal:
    if proposal.kind in _TAKEN_BACK:
        _TAKEN_BACK[proposal.kind](work, proposal)
    return proposal


def _decide(work: Work, proposal: Proposal, status: ProposalStatus, reason: str, *, alone: bool = False) -> Proposal:
    return work.store.change(
        proposal, status=status, decided_by=work.user.id, decided_at=work.now(), decision_reason=reason.strip(), alone=alone
    )


@use_case("session.use", writes=False)
def list_proposals(work: Work) -> list[ProposalRow]:
    """Open proposals that the user may decide or made, oldest first. One about a client is logged as seen."""
    found = open_rows(work)
    for row in found:
        if row.proposal.client_id:
            work.seen("proposal", row.proposal.id, row.proposal.client_id)
    return found


def open_rows(work: Work, kinds: Collection[str] = tuple(KINDS)) -> list[ProposalRow]:
    """The same, of these kinds only, and without logging the look: for use cases that do."""
    names = names_by_id(work.store)
    rights = {kind: deciding_right(work, kind) for kind in kinds}
    alone = {right: not holders(work, right) - {work.user.id} for right in set(rights.values())}
    rows = []
    for proposal in work.store.find(Proposal, table_of(Proposal).c.kind.in_(kinds), status=ProposalStatus.OPEN):
        own, right = proposal.created_by == work.user.id, rights[proposal.kind]
        may_decide = work.reach(right) is not None and (not own or alone[right])
        if own or may_decide:
            rows.append(ProposalRow(proposal, names.get(proposal.created_by, ""), may_decide, own))
    return sorted(rows, key=lambda row: row.proposal.created_at)


@use_case("session.use")
def approve_proposal(work: Work, proposal_id: str, reason: str = "") -> Proposal:
    """Approve a proposal; see :func:`approve`."""
    return approve(work, proposal_id, reason)


@use_case("session.use")
def refuse_proposal(work: Work, proposal_id: str, reason: str) -> Proposal:
    """Refuse a proposal; see :func:`refuse`."""
    return refuse(work, proposal_id, reason)


@use_case("session.use")
def withdraw_proposal(work: Work, proposal_id: str) -> Proposal:
    """Withdraw one's own proposal; see :func:`withdraw`."""
    return withdraw(work, proposal_id)
