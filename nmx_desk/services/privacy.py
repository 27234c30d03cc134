"""Requests under the privacy law, step by step: received, identified, decided by two people, carried out, closed (DOMAIN §4).

Nothing here names a client: the register outlives the file. Destroying is in :mod:`erasure`, the copy of a file in :mod:`dossier`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from nmx_desk.data import privacy as data
from nmx_desk.data.family import people_of
from nmx_desk.data.people import names_by_id
from nmx_desk.data.search import words
from nmx_desk.data.store import table_of
from nmx_desk.domain import deciding
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.privacy import (
    COPIES,
    SHORT_TEXT,
    ClientStatement,
    Decision,
    ErasureScope,
    Ground,
    PrivacyKind,
    PrivacyRequest,
    PrivacyState,
    Tombstone,
    due_from,
    may_step,
)
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.i18n import _
from nmx_desk.services import proposals
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import one_line

TAKES_PART = ("privacy.start", "privacy.prepare", "privacy.approve")


@dataclass(frozen=True, kw_only=True)
class PrivacyRow:
    """A request as the screens show it. ``client`` is empty for who may not read contact data, or when the file is gone.

    ``may_ask``: who may ask for the file, until the identity is checked; ``may_approve``: the reader is the second person;
    ``waiting``: a proposed decision waits for one; ``held``: a grievance is open.
    """

    request: PrivacyRequest
    client: str
    overdue: bool
    proposal: Proposal | None
    proposer: str
    may_approve: bool
    held: bool
    may_ask: str = ""

    @property
    def waiting(self) -> bool:
        """Whether a decision was proposed and waits for the second person."""
        return self.proposal is not None and self.proposal.status is ProposalStatus.OPEN

    @property
    def approved(self) -> bool:
        """Whether the decision was approved and is still to be carried out."""
        return self.request.state is PrivacyState.DECIDED


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("privacy.read", writes=False)
def list_privacy_requests(work: Work, *, closed: bool = False, client_id: str | None = None) -> list[PrivacyRow]:
    """The register, the nearest deadline first; with ``closed`` also what is done. Of one client when asked."""
    table = table_of(PrivacyRequest)
    where = [] if closed else [table.c.state != PrivacyState.CLOSED]
    if client_id is not None:
        where.append(table.c.client_id == client_id)
    found = work.store.find(PrivacyRequest, *where, order=[table.c.due_on, table.c.number])
    work.seen("privacy_list", "all", client_id)
    return _rows(work, found)


@use_case("privacy.read", writes=False)
def open_privacy_request(work: Work, request_id: str) -> PrivacyRow:
    """One request. The look is logged."""
    request = work.store.get(PrivacyRequest, request_id)
    work.seen("privacy_request", request.id, request.client_id)
    return _rows(work, [request])[0]


@use_case("privacy.read", writes=False)
def count_privacy_due(work: Work) -> int:
    """How many open requests are past their last day or fall due within a week."""
    return sum(1 for item in work.store.find(PrivacyRequest) if item.is_open and (item.due_on - work.today()).days <= 7)


@use_case("privacy.read", writes=False)
def list_tombstones(work: Work) -> list[Tombstone]:
    """What was destroyed, the last first."""
    return work.store.find(Tombstone, order=[table_of(Tombstone).c.created_at.desc()])


def _rows(work: Work, found: list[PrivacyRequest]) -> list[PrivacyRow]:
    names = names_by_id(work.store)
    deciders = {kind: proposals.holders(work, proposals.deciding_right(work, kind)) for kind in ("erase", "access")}
    held = {item.client_id for item in work.store.find(Grievance) if item.closed_on is None}
    rows = []
    for request in found:
        proposal = work.store.find_one(Proposal, id=request.proposal_id) if request.proposal_id else None
        who = deciders[proposal.kind] if proposal else set()
        may = proposal is not None and work.user.id in who and (proposal.created_by != work.user.id or who == {work.user.id})
        rows.append(PrivacyRow(
            request=request, client=_name(work, request), overdue=request.is_open and request.due_on < work.today(), proposal=proposal,
            proposer=names.get(proposal.created_by, "") if proposal else "", may_approve=may, held=request.client_id in held,
            may_ask=_may_ask(work, request),
        ))  # fmt: skip
    return rows


def _name(work: Work, request: PrivacyRequest) -> str:
    client = _client_of(work, request) if work.reach("clients.read") is not None else None
    return client.name if client else ""


def _may_ask(work: Work, request: PrivacyRequest) -> str:
    client = _client_of(work, request) if work.reach("clients.read") is not None and request.state is PrivacyState.RECEIVED else None
    return deciding.asking_words(client, people_of(work.store, client.id), work.today()) if client else ""


# -- steps -------------------------------------------------------------------------------------------------------------------------------


def _take_part(work: Work) -> None:
    """Whoever starts, prepares or approves may also receive, identify and close."""
    if all(work.reach(right) is None for right in TAKES_PART):
        work.need("privacy.start")


@use_case("privacy.read")
def register_request(work: Work, kind: PrivacyKind, client_id: str, asked: str = "", received_on: date | None = None) -> PrivacyRequest:
    """Write down what a client asks; it is to be answered within a month of the day it came in."""
    _take_part(work)
    client = work.store.get(Client, client_id)
    day = received_on or work.today()
    if day > work.today():
        raise UserError("received_on", _("This day is still to come. Choose the day the request came in."))
    return _new(work, client, kind=kind, asked=nameless(client, "asked", asked), received_on=day, due_on=due_from(day))


def _new(work: Work, client: Client | None, **facts: Any) -> PrivacyRequest:
    number = f"P-{work.store.next_number('privacy_no'):05}"
    about: dict[str, Any] = {"client_id": client.id, "client_no": client.client_no} if client else {}
    return work.store.add(PrivacyRequest(number=number, **about, **facts))


@use_case("privacy.read")
def identify(work: Work, request_id: str, how: str) -> PrivacyRequest:
    """Say how it was made sure that this is the client. Without it nothing is decided."""
    _take_part(work)
    request = _to_step(work, request_id, PrivacyState.IDENTIFIED)
    text = _text(work, request, "identity_how", how)
    if not text:
        raise UserError("identity_how", _("Write down how the identity was checked: which document, or by whom known."))
    return work.store.change(request, state=PrivacyState.IDENTIFIED, identity_how=text, identity_at=work.now(), identity_by=work.user.id)


@use_case("privacy.prepare")
def advise(work: Work, request_id: str, advice: str) -> PrivacyRequest:
    """The practitioner's advice, of one's own client or with a reason."""
    request = _own_request(work, request_id)
    if request.kind is PrivacyKind.DESTRUCTION:
        work.need("erase.advise")
    if request.state not in {PrivacyState.RECEIVED, PrivacyState.IDENTIFIED}:
        raise Conflict(_("This has been decided already. Look at the request again."))
    text = _text(work, request, "advice", advice)
    if not text:
        raise UserError("advice", _("Write down the advice first."))
    return work.store.change(request, advice=text, advice_by=work.user.id)


@use_case("privacy.prepare")
def propose_decision(
    work: Work, request_id: str, decision: Decision, reason: str = "", *,
    scope: ErasureScope | None = None, note_id: str = "", advice: str = "",
) -> PrivacyRequest:  # fmt: skip
    """Put a decision, with advice, before a second person. Refused or in part needs its reason; destruction needs its scope."""
    request = advise(work, request_id, advice) if advice else _own_request(work, request_id)
    if not request.waits_for_decision:
        raise Conflict(_("Check the client's identity first; what was decided already stays as it is."))
    text = _text(work, request, "decision_reason", reason)
    if decision is not Decision.GRANTED and not text:
        raise UserError("decision_reason", _("Write down why this is not granted in full; the client has a right to know."))
    if request.kind is PrivacyKind.DESTRUCTION:
        work.need("erase.advise")
        if decision is not Decision.REFUSED:
            _check_scope(work, request, scope, note_id)
    changed = work.store.change(
        request, decision=decision, decision_reason=text, scope=scope, subject=note_id if scope is ErasureScope.NOTE else request.subject
    )
    return _proposed(work, changed, text)


def _proposed(work: Work, request: PrivacyRequest, reason: str) -> PrivacyRequest:
    """The decision as a proposal; one that was waiting is replaced by it."""
    waiting = work.store.find_one(Proposal, id=request.proposal_id) if request.proposal_id else None
    if waiting is not None and waiting.status is ProposalStatus.OPEN:
        proposals.withdraw(work, waiting.id)
    kind = "erase" if request.kind is PrivacyKind.DESTRUCTION else "access"
    payload = {"request": request.number, "decision": str(request.decision), "scope": str(request.scope or "")}
    made = proposals.propose(work, kind, request.id, payload, reason or request.number, client_id=request.client_id)
    return work.store.change(request, proposal_id=made.id)


def _check_scope(work: Work, request: PrivacyRequest, scope: ErasureScope | None, note_id: str) -> None:
    if scope in {None, ErasureScope.REQUESTS, ErasureScope.CASES}:
        raise UserError("scope", _("Choose how much is to be destroyed."))
    if scope is ErasureScope.NOTE:
        note = work.store.find_one(ConsultNote, id=note_id)
        if note is None or note.client_id != request.client_id:
            raise UserError("note_id", _("Choose the consult note that is to be destroyed."))
    refuse_when_held(work, request)


@proposals.carried_out_on_approval("erase")
@proposals.carried_out_on_approval("access")
def _decided(work: Work, proposal: Proposal) -> None:
    """An approved decision stands."""
    request = work.store.get(PrivacyRequest, proposal.subject)
    _check_step(request, PrivacyState.DECIDED)
    work.store.change(request, state=PrivacyState.DECIDED, approved_by=work.user.id)


@use_case("privacy.approve")
def approve_decision(work: Work, request_id: str, reason: str = "") -> PrivacyRequest:
    """Approve the proposed decision as the second person."""
    request = work.store.get(PrivacyRequest, request_id)
    proposals.approve(work, _waiting(request), reason)
    return work.store.get(PrivacyRequest, request_id)


@use_case("privacy.approve")
def refuse_decision(work: Work, request_id: str, reason: str) -> PrivacyRequest:
    """Send the proposed decision back, saying why; another one can then be proposed."""
    request = work.store.get(PrivacyRequest, request_id)
    proposals.refuse(work, _waiting(request), _text(work, request, "reason", reason))
    return request


def _waiting(request: PrivacyRequest) -> str:
    if request.proposal_id is None:
        raise Conflict(_("No decision has been proposed yet."))
    return request.proposal_id


@use_case("privacy.prepare")
def carry_out_correction(work: Work, request_id: str) -> PrivacyRequest:
    """Say that the facts were corrected in the file, or that the client's statement stands beside them."""
    request = _own_request(work, request_id)
    if request.kind is not PrivacyKind.CORRECTION:
        raise Conflict(_("This request asks for something else than a correction."))
    return carried_out(work, request)


def carried_out(work: Work, request: PrivacyRequest, proposal_kind: str = "access") -> PrivacyRequest:
    """Carry out what two people decided: marks proposal and request. Raises ``Conflict`` unless it was granted and approved."""
    _check_step(request, PrivacyState.EXECUTED)
    if request.decision is Decision.REFUSED:
        raise Conflict(_("This request was refused. Tell the client why and close it."))
    proposals.take_approved(work, _waiting(request), proposal_kind)
    return work.store.change(request, state=PrivacyState.EXECUTED, executed_at=work.now(), executed_by=work.user.id)


@use_case("privacy.read")
def close_privacy_request(work: Work, request_id: str, reason: str = "") -> PrivacyRequest:
    """Close what was carried out or refused; before that only with a reason, such as withdrawn by the client."""
    _take_part(work)
    request = _to_step(work, request_id, PrivacyState.CLOSED)
    text = _text(work, request, "close_reason", reason)
    done = request.state is PrivacyState.EXECUTED or (request.approved_by is not None and request.decision is Decision.REFUSED)
    if not (done or text):
        raise UserError("close_reason", _("This was not carried out. Write down why it is closed, such as: withdrawn by the client."))
    waiting = work.store.find_one(Proposal, id=request.proposal_id) if request.proposal_id else None
    if waiting is not None and waiting.status is ProposalStatus.OPEN:
        raise Conflict(_("A decision waits for approval. Have it approved or sent back first."))
    return work.store.change(request, state=PrivacyState.CLOSED, closed_at=work.now(), close_reason=text)


def _own_request(work: Work, request_id: str) -> PrivacyRequest:
    """The request of one's own client; another's only with a reason."""
    request = work.store.get(PrivacyRequest, request_id)
    client = _client_of(work, request)
    if client is not None and client.practitioner_id is not None and not is_own(work, client) and not work.reason.strip():
        sentence = _("This is outside your own clients. Write down why you need it; the reason is logged.")
        raise NotAllowed(sentence, right=work.case.right, needs_reason=True)
    return request


def _client_of(work: Work, request: PrivacyRequest) -> Client | None:
    return work.store.find_one(Client, id=request.client_id) if request.client_id else None


def _to_step(work: Work, request_id: str, then: PrivacyState) -> PrivacyRequest:
    request = work.store.get(PrivacyRequest, request_id)
    _check_step(request, then)
    return request


def _check_step(request: PrivacyRequest, then: PrivacyState) -> None:
    if not may_step(request.state, then):
        raise Conflict(_("This step does not follow from where the request stands. Look at the request again."))


# -- texts without a name ----------------------------------------------------------------------------------------------------------------


def _text(work: Work, request: PrivacyRequest, field: str, text: str) -> str:
    return nameless(_client_of(work, request), field, text)


def nameless(client: Client | None, field: str, text: str) -> str:
    """The text, trimmed. Raises ``UserError`` when it names the client: the register outlives the file."""
    text = one_line(field, text, SHORT_TEXT)
    if client is not None and _names(client, text):
        raise UserError(field, _("Leave the client's name out: this register is kept after the file is destroyed."))
    return text


def _names(client: Client, text: str) -> bool:
    """Whether a text has the client's name, phone or e-mail. A surname may be an ordinary word (Meer): then its capital tells."""
    said = f" {' '.join(words(text))} "
    whole = (f"{client.prefix} {client.surname}", f"{client.partner_prefix} {client.partner_surname}", client.email, client.phone)
    if any(f" {' '.join(found)} " in said for name in whole if (found := words(name))):
        return True
    capitals = {word for typed in text.split() if typed[:1].isupper() for word in words(typed)}
    return any(set(words(name)) & capitals for name in (client.surname, client.partner_surname))


# -- statements, holds --------------------------------------------------------------------------------------------------------------------


@use_case("privacy.prepare")
def add_statement(work: Work, request_id: str, text: str, ref_type: str = "client", ref_id: str = "") -> ClientStatement:
    """Put the client's own statement beside a record: an opinion or a diagnosis is not corrected."""
    request = _own_request(work, request_id)
    if request.client_id is None or not text.strip():
        raise UserError("text", _("Write down the client's statement."))
    client = work.store.get(Client, request.client_id)
    return work.store.add(ClientStatement(
        client_id=client.id, ref_type=ref_type, ref_id=ref_id or client.id, given_on=work.today(), text=text.strip(),
        request_no=request.number,
    ))  # fmt: skip


@use_case("notes.read", writes=False)
def statements_of(work: Work, client_id: str) -> list[ClientStatement]:
    """The client's statements, the last first. Of one's own client, or with a reason."""
    client = work.store.get(Client, client_id)
    work.need("notes.read", own=is_own(work, client), client_id=client_id)
    work.seen("client_statement", client.id, client.id)
    return work.store.find(ClientStatement, client_id=client_id, order=[table_of(ClientStatement).c.created_at.desc()])


def refuse_when_held(work: Work, request: PrivacyRequest) -> None:
    """Raise ``Conflict`` while a grievance of the client, or one whose words it is about, is open."""
    if request.client_id is None:
        if request.scope is ErasureScope.CASES and data.are_open(work.store, request.subject.split()):
            raise Conflict(_("A formal complaint was opened again. Nothing of it is destroyed until it is closed."))
        return
    if any(item.closed_on is None for item in work.store.find(Grievance, client_id=request.client_id)):
        raise Conflict(_("A formal complaint of this client is open. Nothing is destroyed until it is closed."))


def is_copy(request: PrivacyRequest) -> bool:
    """Whether the request ends with the file handed to the client."""
    return request.kind in COPIES


def by_retention(work: Work, client: Client | None, scope: ErasureScope, subject: str = "") -> PrivacyRequest:
    """A destruction because the period is over, with its proposal; nobody asked, so nobody is identified."""
    request = _new(
        work, client, kind=PrivacyKind.DESTRUCTION, ground=Ground.RETENTION, received_on=work.today(), due_on=due_from(work.today()),
        state=PrivacyState.IDENTIFIED, decision=Decision.GRANTED, scope=scope, subject=subject,
    )  # fmt: skip
    refuse_when_held(work, request)
    return _proposed(work, request, "")
