"""Destroying what two people decided to destroy, in one transaction, so that no byte is left and the log still proves itself (AUDIT §5)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from nmx_desk.audit import erase
from nmx_desk.data import contacts, indexing, logtext, merging, search
from nmx_desk.data import erasure as data
from nmx_desk.data.erasure import FREE_TEXTS, SEARCHED, Rows
from nmx_desk.data.search import words
from nmx_desk.data.tables import OUTLIVES
from nmx_desk.domain.cases import CaseText
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.errors import Conflict, EnvironmentProblem
from nmx_desk.domain.logwords import bare_name, object_name
from nmx_desk.domain.merging import ClientMerge
from nmx_desk.domain.privacy import ErasureScope, Ground, PrivacyKind, PrivacyRequest, Tombstone
from nmx_desk.domain.proposals import Proposal
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import _
from nmx_desk.services import destroyed, privacy
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.destroyed import Order
from nmx_desk.services.merging import take_apart

SHORTEST_QUERY = 3
LENT = ("client", "contact_point")
"""Tables in which one client gets values of another by a merge."""


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """What was destroyed. ``named_in``: other records that still name the client, as ``(what it is, id)``: to be looked at by hand."""

    request: PrivacyRequest | None
    rows: int
    entries: int
    named_in: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a destruction would take: records by kind, in words."""

    counts: tuple[tuple[str, int], ...] = field(default=())

    @property
    def total(self) -> int:
        """How many records."""
        return sum(count for _name, count in self.counts)


@use_case("privacy.read", writes=False)
def preview_destruction(work: Work, request_id: str) -> Preview:
    """How much an approved destruction would take. Numbers only."""
    request = work.store.get(PrivacyRequest, request_id)
    if request.scope is None:
        return Preview()
    rows = _rows(work, _order(work, request))
    return Preview(counts=tuple((bare_name(table), len(ids)) for table, ids in sorted(rows.items())))


@use_case("erase.execute")
def execute_destruction(work: Work, request_id: str) -> Destroyed:
    """Destroy what was approved. Raises ``Conflict`` while a grievance is open; nobody executes what they approved."""
    request = work.store.get(PrivacyRequest, request_id)
    if request.kind is not PrivacyKind.DESTRUCTION:
        raise Conflict(_("This request asks for something else than destruction."))
    privacy.refuse_when_held(work, request)
    done = privacy.carried_out(work, request, "erase")
    order = _order(work, done)
    found = _destroy(work, order)
    if work.desk.witness_path is not None:
        destroyed.announce(work.desk.db_uuid, order)
    work.after(lambda: _leave_no_trace(work, order))
    return replace(found, request=done)


def _order(work: Work, request: PrivacyRequest) -> Order:
    proposal = work.store.find_one(Proposal, id=request.proposal_id) if request.proposal_id else None
    return Order(
        client_id=request.client_id, client_no=request.client_no, scope=str(request.scope), subject=request.subject,
        ground=str(request.ground), request=request.number, on=work.today().isoformat(), requester=proposal.created_by if proposal else "",
        approver=request.approved_by or "", executor=request.executed_by or "",
        merged=tuple(merging.family(work.store, request.client_id)[1:]) if request.client_id else (),
    )  # fmt: skip


def _rows(work: Work, order: Order) -> Rows:
    store = work.store
    if order.scope == ErasureScope.REQUESTS:
        return data.rows_of_requests(store, order.subject.split())
    if order.scope == ErasureScope.CASES:
        return data.rows_of_cases(store, order.subject.split())
    if order.scope == ErasureScope.NOTE:
        return data.rows_of_note(store, order.subject)
    of_one = data.rows_of_care if order.scope == ErasureScope.CARE else data.rows_of_file
    rows: Rows = {}
    for client_id in order.clients:
        for table, ids in of_one(store, client_id).items():
            rows.setdefault(table, set()).update(ids)
    return rows


def _destroy(work: Work, order: Order) -> Destroyed:
    """Rows, index, what the log kept of them; last the ERASE entry that lists them."""
    rows = _rows(work, order)
    listed = [(table, row) for table, ids in sorted(rows.items()) for row in sorted(ids)]
    whole = order.scope in {ErasureScope.FILE, ErasureScope.REQUESTS, ErasureScope.CASES}
    names = _names(work, rows) if whole else ()
    texts = _texts_to_blank(work, rows, names) if whole else {}
    numbers = {client_id: work.store.get(Client, client_id).client_no for client_id in rows.get("client", ())}
    apart = _lent(work, rows) if order.scope == ErasureScope.FILE else set()
    work.blank_captured(listed)
    data.remove(work.store, rows, order.client_id)
    if order.scope == ErasureScope.CARE:
        _clock_ends(work, order)
    indexing.drain(work.driver)
    if rows.keys() & {"client", "advice_request"}:
        search.rebuild(work.driver)
    entries = _blank(work, order, rows, texts, apart)
    _bury(work, order, numbers, len(listed))
    _say(work, order, listed, entries)
    found = _named_in(work, rows, names)
    return Destroyed(request=None, rows=len(listed), entries=len(entries), named_in=found)


def _bury(work: Work, order: Order, numbers: dict[str, str], rows: int) -> None:
    """A tombstone for the number, and one for each number that had been merged into it."""
    stone = Tombstone(
        client_id=order.client_id, client_no=order.client_no, destroyed_on=work.today(), scope=ErasureScope(order.scope),
        ground=Ground(order.ground), request_no=order.request, proposed_by=order.requester, approved_by=order.approver,
        executed_by=order.executor, row_count=rows,
    )  # fmt: skip
    work.store.add(stone)
    merged = {client_id: number for client_id, number in numbers.items() if client_id != order.client_id}
    work.store.add_all(replace(stone, client_id=client_id, client_no=number, row_count=1) for client_id, number in merged.items())


def _say(work: Work, order: Order, listed: list[tuple[str, str]], entries: Collection[int]) -> None:
    nobodys = "grievance" if order.scope == ErasureScope.CASES else "advice_request"
    kind, which = ("client", order.client_id) if order.client_id else (nobodys, order.request)
    work.note("ERASE", kind, which or "", order.client_id, values={
        "request": order.request, "ground": order.ground, "scope": order.scope, "requester": order.requester, "approver": order.approver,
        "executor": order.executor, "rows": json.dumps(listed), "entries": json.dumps(erase.ranges(entries)),
    })  # fmt: skip


def _lent(work: Work, rows: Rows) -> set[int]:
    """Entries in which another client had values of this one, while both were merged: when that came and when it was undone.

    Of a phone number or address that only stood in the other's list for that time, every entry.
    """
    found: set[int] = set()
    for merge in (work.store.get(ClientMerge, row) for row in rows.get("client_merge", ())):
        if merge.undone_at is None or merge.kept_id in rows.get("client", ()):
            continue
        for table in LENT:
            entries = erase.entries_of_table_in(work.driver, table, merge.kept_id, (merge.log_from, merge.log_to))
            gone = {row for row in entries.values() if not data.is_there(work.store, table, row)}
            found |= {*entries, *erase.entries_of_rows(work.driver, {table: gone})}
    return found


def _blank(work: Work, order: Order, rows: Rows, texts: dict[int, set[str]], apart: Collection[int]) -> set[int]:
    """Blank what the log holds of it. Returns the entries that are not about one of the rows: the ERASE entry lists them."""
    of_rows = erase.entries_of_rows(work.driver, rows)
    further: dict[int, set[str] | None] = dict(texts)
    if order.client_id and order.scope == ErasureScope.FILE:
        for client_id in {*order.clients, *rows.get("client", ())}:
            about = erase.entries_of_client(work.driver, client_id, OUTLIVES)
            further |= {seq: None for seq, (table, row) in about.items() if not data.is_there(work.store, table, row)}
        further |= dict.fromkeys(apart)
    logtext.forget(work.driver, [*of_rows, *further])
    for seq in of_rows:
        further.pop(seq, None)
        work.erase_values(seq)
    for seq, fields in further.items():
        work.erase_values(seq, fields)
    return set(further)


def _clock_ends(work: Work, order: Order) -> None:
    """Without a medical file there is nothing to keep for twenty years."""
    for client_id in order.clients:
        client = work.store.find_one(Client, id=client_id)
        if client is not None and client.merged_into is None:
            work.store.change(client, last_clinical_change=None, retention_until=None)


# -- where the client is named elsewhere -------------------------------------------------------------------------------------------------


def _names(work: Work, rows: Rows) -> tuple[str, ...]:
    """How the people behind these rows are named in running text: full names, phones, e-mails, folded."""
    found: set[str] = set()
    for client_id in rows.get("client", ()):
        client = work.store.get(Client, client_id)
        found |= {client.name, f"{client.first_name} {client.prefix} {client.surname}", client.client_no}
        found |= {form for point in contacts.all_values(work.store, client) for form in (point.value, shown_phone(point.value))}
    for request_id in rows.get("advice_request", ()):
        request = work.store.get(AdviceRequest, request_id)
        found |= {request.name, request.email, request.phone, shown_phone(request.phone)}
    told = (work.store.get(CaseText, row) for row in rows.get("case_text", ()))
    found |= {one.text for one in told if one.code == "complainant"}
    folded = {" ".join(words(name)) for name in found}
    return tuple(name for name in folded if " " in name or any(character.isdigit() for character in name))


def _says(text: str, names: Iterable[str]) -> bool:
    said = f" {' '.join(words(text))} "
    return any(f" {name} " in said for name in names)


def _texts_to_blank(work: Work, rows: Rows, names: tuple[str, ...]) -> dict[int, set[str]]:
    """Searches that were about the client and written reasons that name the client, wherever they stand."""
    texts = list(erase.texts(work.driver, FREE_TEXTS))
    queries = {text for _seq, name, text in texts if name == SEARCHED and len(re.sub(r"\W", "", text)) >= SHORTEST_QUERY}
    about = search.finding(work.driver, queries, [*rows.get("client", ()), *rows.get("advice_request", ())])
    found: dict[int, set[str]] = {}
    for seq, name, text in texts:
        if (name == SEARCHED and text in about) or _says(text, names):
            found.setdefault(seq, set()).add(name)
    return found


def _named_in(work: Work, rows: Rows, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Other records that name the client: they are other people's and stay; who executes looks at them."""
    if not names:
        return ()
    found = {(table, row) for table, row, text in data.texts_elsewhere(work.store, rows) if _says(text, names)}
    return tuple(sorted((object_name(table), row) for table, row in found))


# -- after the commit, and after a restore -----------------------------------------------------------------------------------------------


def _leave_no_trace(work: Work, order: Order) -> None:
    """The order is settled and the write-ahead log emptied. The destruction stands already: what fails is said."""
    desk = work.desk
    desk.forget_seen()
    if desk.witness_path is not None:
        destroyed.settle(desk.db_uuid, order)
    if not desk.database.truncate_wal():
        raise EnvironmentProblem(
            _("The file is destroyed, but another program is reading the database: its traces go when that program is closed.")
        )


def reapply(work: Work, orders: Iterable[Order]) -> int:
    """Destroy again, in a restored database, what was destroyed after its backup was made. Returns how many orders had something to do."""
    applied = 0
    for order in orders:
        if _rows(work, order):
            _destroy(work, order)
            applied += 1
    if applied:
        work.after(lambda: _emptied(work))
    return applied


def _emptied(work: Work) -> None:
    work.desk.database.truncate_wal()


def part(work: Work, orders: Iterable[Order]) -> None:
    """In a backup a client that was destroyed later may still be part of another one, who is not to be destroyed: taken apart first."""
    for order in orders:
        client = work.store.find_one(Client, id=order.client_id) if order.client_id else None
        while client is not None and client.merged_into is not None:
            last = merging.merges_into(work.store, merging.current(work.store, client.id).id)[0]
            take_apart(work, last)
            client = work.store.get(Client, client.id)


@use_case("restore.run", code="MERGE")
def part_for_erasures(work: Work) -> None:
    """After a restore, before what was destroyed is destroyed again: see :func:`part`. A step of its own, so that the log can name it."""
    part(work, destroyed.known(work.desk.db_uuid).orders)


@use_case("restore.run")
def reapply_erasures(work: Work) -> int:
    """After a restore: destroy again what this workstation knows to have been destroyed in this clinic."""
    return reapply(work, destroyed.known(work.desk.db_uuid).orders)
