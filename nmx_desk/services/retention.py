"""How long files are kept: what is due for destruction, and what must wait because a formal complaint is open (DOMAIN §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nmx_desk.data import privacy as data
from nmx_desk.data.store import table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.privacy import (
    CASES_KEPT,
    DECISION_NAMES,
    GROUND_NAMES,
    PRIVACY_KIND_NAMES,
    PRIVACY_STATE_NAMES,
    REQUESTS_KEPT,
    SCOPE_NAMES,
    ErasureScope,
    Ground,
    PrivacyRequest,
    PrivacyState,
    Tombstone,
)
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import _, ngettext
from nmx_desk.reports.records import RetentionPrint, RetentionRow
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.privacy import by_retention

MOST_AT_ONCE = 500
"""Bare requests in one proposal."""


@dataclass(frozen=True, kw_only=True)
class DueFile:
    """A file whose period is over. ``name`` is empty for who may not read contact data; ``held``: a complaint is open."""

    client_id: str
    client_no: str
    name: str
    until: date
    held: bool
    proposed: bool


@dataclass(frozen=True, kw_only=True)
class DueList:
    """What may be destroyed: files, bare requests, and the words of complaints in nobody's file (how many, since when)."""

    files: tuple[DueFile, ...]
    requests: int
    oldest_request: date | None
    requests_proposed: bool
    cases: int
    oldest_case: date | None
    cases_proposed: bool


@use_case("privacy.read", writes=False)
def list_due(work: Work) -> DueList:
    """What may be destroyed today because its period is over."""
    table, today = table_of(Client), work.today()
    over = (table.c.retention_until < today, table.c.merged_into.is_(None))
    clients = work.store.find(Client, *over, order=[table.c.retention_until, table.c.client_no])
    held = {item.client_id for item in work.store.find(Grievance) if item.closed_on is None}
    proposed = {item.client_id or item.scope for item in _proposed(work)}
    named = work.reach("clients.read") is not None
    files = tuple(
        DueFile(
            client_id=client.id, client_no=client.client_no, name=client.name if named else "", until=client.retention_until or today,
            held=client.id in held, proposed=client.id in proposed,
        ) for client in clients
    )  # fmt: skip
    bare, (cases, _ids) = _bare(work), _lone(work)
    work.seen("due_list", "all", None)
    oldest = min((item.closed_at for item in bare if item.closed_at), default=None)
    return DueList(
        files=files, requests=len(bare), oldest_request=oldest.astimezone(work.zone).date() if oldest else None,
        requests_proposed=ErasureScope.REQUESTS in proposed, cases=len(cases), oldest_case=min(cases.values(), default=None),
        cases_proposed=ErasureScope.CASES in proposed,
    )  # fmt: skip


def _proposed(work: Work) -> list[PrivacyRequest]:
    open_ = work.store.find(PrivacyRequest, ground=Ground.RETENTION)
    return [item for item in open_ if item.state in {PrivacyState.IDENTIFIED, PrivacyState.DECIDED}]


def _bare(work: Work) -> list[AdviceRequest]:
    return data.bare_requests(work.store, work.now() - REQUESTS_KEPT, MOST_AT_ONCE)


def _lone(work: Work) -> tuple[dict[str, date], list[str]]:
    return data.lone_cases(work.store, work.today() - CASES_KEPT)


@use_case("retention.propose")
def propose_due_file(work: Work, client_id: str) -> PrivacyRequest:
    """Propose to destroy a file whose period is over; a second person approves."""
    client = work.store.get(Client, client_id)
    if client.retention_until is None or client.retention_until >= work.today():
        raise UserError("client_id", _("The period of this file is not over yet."))
    if client.id in {item.client_id for item in _proposed(work)}:
        raise Conflict(_("This has already been proposed and waits for approval."))
    return by_retention(work, client, ErasureScope.FILE)


@use_case("retention.propose")
def propose_due_requests(work: Work) -> PrivacyRequest:
    """Propose to destroy the bare requests that are due, in one go."""
    bare = _bare(work)
    if not bare:
        raise UserError("", _("No request is due."))
    if ErasureScope.REQUESTS in {item.scope for item in _proposed(work)}:
        raise Conflict(_("This has already been proposed and waits for approval."))
    return by_retention(work, None, ErasureScope.REQUESTS, "\n".join(item.id for item in bare))


@use_case("retention.propose")
def propose_due_cases(work: Work) -> PrivacyRequest:
    """Propose to destroy the words and files of complaints in nobody's file that are due, in one go; the register keeps its rows."""
    cases, ids = _lone(work)
    if not cases:
        raise UserError("", _("No formal complaint is due."))
    if ErasureScope.CASES in {item.scope for item in _proposed(work)}:
        raise Conflict(_("This has already been proposed and waits for approval."))
    return by_retention(work, None, ErasureScope.CASES, "\n".join(ids))


# -- on paper ----------------------------------------------------------------------------------------------------------------------------


def for_print(work: Work, first: date, last: date) -> RetentionPrint:
    """What is due now, requests received and files destroyed in these days: numbers, never names (D4)."""
    due = list_due(work)
    over = _("File whose period is over")
    rows = [RetentionRow(number=file.client_no, day=file.until, what=over, state=_due_state(file)) for file in due.files]
    if due.requests and due.oldest_request:
        state = _("Proposed, waits for approval") if due.requests_proposed else _("To be proposed")
        what = ngettext("{n} request that never became a client", "{n} requests that never became a client", due.requests)
        rows.append(RetentionRow(number="", day=due.oldest_request, what=what.format(n=due.requests), state=state))
    if due.cases and due.oldest_case:
        state = _("Proposed, waits for approval") if due.cases_proposed else _("To be proposed")
        rows.append(RetentionRow(number="", day=due.oldest_case + CASES_KEPT, what=cases_words(due.cases), state=state))
    table = table_of(PrivacyRequest)
    asked = work.store.find(PrivacyRequest, table.c.received_on.between(first, last), order=[table.c.received_on, table.c.number])
    stones = table_of(Tombstone)
    gone = work.store.find(Tombstone, stones.c.destroyed_on.between(first, last), order=[stones.c.destroyed_on, stones.c.id])
    return RetentionPrint(
        first=first, last=last, due=tuple(rows),
        requests=tuple(
            RetentionRow(number=r.number, day=r.received_on, what=_(PRIVACY_KIND_NAMES[r.kind]), state=_request_state(r, work.today()))
            for r in asked
        ),
        destroyed=tuple(
            RetentionRow(
                number=f"{s.client_no} {s.request_no}".strip(), day=s.destroyed_on, what=_(SCOPE_NAMES[s.scope]),
                state=_(GROUND_NAMES[s.ground]),
            ) for s in gone
        ),
    )  # fmt: skip


def cases_words(n: int) -> str:
    """How many complaints in nobody's file are due."""
    said = ngettext("Words of {n} formal complaint in nobody's file", "Words of {n} formal complaints in nobody's file", n)
    return said.format(n=n)


def _due_state(file: DueFile) -> str:
    if file.held:
        return _("Held: a formal complaint is open")
    return _("Proposed, waits for approval") if file.proposed else _("To be proposed")


def _request_state(request: PrivacyRequest, today: date) -> str:
    state = _(PRIVACY_STATE_NAMES[request.state])
    if request.decision and request.approved_by:
        state = f"{state}: {_(DECISION_NAMES[request.decision]).lower()}"
    if request.state in {PrivacyState.EXECUTED, PrivacyState.CLOSED}:
        return state
    late = _("{state}, to be answered by {day}: late") if request.due_on < today else _("{state}, to be answered by {day}")
    return late.format(state=state, day=f"{request.due_on:%d-%m-%Y}")


# -- holds -------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A complaint that is open, so that nothing of its client is destroyed: its number and day, nothing of what it says."""

    id: str
    number: str
    client_no: str
    opened_on: date


@use_case("privacy.read", writes=False)
def list_holds(work: Work) -> list[Hold]:
    """Open complaints of clients: what of these may not be destroyed. The register says the rest (``grievances``)."""
    work.seen("grievance", "all", None)
    columns = table_of(Grievance).c
    found = work.store.find(Grievance, columns.closed_on.is_(None), columns.client_id.is_not(None), order=[columns.opened_on])
    return [Hold(id=one.id, number=one.number, client_no=one.client_no, opened_on=one.opened_on) for one in found]
