"""Four eyes (AUDIT §6): one person proposes, another approves, and for some kinds a third carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class ProposalStatus(StrEnum):
    """State machine *Voorstel*: open → approved → done, or open → refused or withdrawn."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


PROPOSAL_STATUS_NAMES = {
    ProposalStatus.OPEN: N_("Waits for approval"),
    ProposalStatus.APPROVED: N_("Approved"),
    ProposalStatus.REFUSED: N_("Refused"),
    ProposalStatus.WITHDRAWN: N_("Withdrawn"),
    ProposalStatus.DONE: N_("Carried out"),
}


@dataclass(frozen=True, kw_only=True)
class Proposal(Record):
    """Something that needs a second person. ``payload`` is JSON; who proposed it is ``created_by``; ``alone``: approved by the proposer."""

    kind: str = ""
    subject: str = ""
    client_id: str | None = None
    payload: str = "{}"
    reason: str = ""
    status: ProposalStatus = ProposalStatus.OPEN
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    done_by: str | None = None
    done_at: datetime | None = None
    alone: bool = False


@dataclass(frozen=True)
class Kind:
    """The rules of one kind of proposal.

    ``approve``: the right to decide; ``execute``: the right to carry it out, by somebody who did not approve it (empty: anybody);
    ``stand_in``: the right that decides where nobody holds ``approve``; ``next_day``: who is alone waits a night.
    """

    name: str
    approve: str
    execute: str = ""
    stand_in: str = ""
    next_day: bool = False


KINDS: Final = {
    "user": Kind(N_("a new user"), "users.approve", stand_in="users.propose"),
    "roles": Kind(N_("other roles of a user"), "users.approve", stand_in="users.propose"),
    "restore": Kind(N_("putting back a backup"), "restore.approve", stand_in="restore.run"),
    "merge": Kind(N_("merging two clients"), "clients.approve"),
    "unmerge": Kind(N_("taking two merged clients apart"), "clients.approve"),
    "erase": Kind(N_("destroying a client's file"), "erase.approve", execute="erase.execute", next_day=True),
    "access": Kind(N_("giving a client the file"), "privacy.approve"),
}
