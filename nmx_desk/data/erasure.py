"""Which rows a destruction takes, taking them, and where else a client is named. Derived from the tables: a new one is covered at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from nmx_desk.data import contacts, merging
from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.data.tables import TABLES, UNLOGGED, client_tables, metadata
from nmx_desk.domain.cases import CaseFile, CaseText
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import ComplaintScore, OutcomeScore
from nmx_desk.domain.contacts import ContactKind
from nmx_desk.domain.matching import match
from nmx_desk.domain.merging import ClientMerge
from nmx_desk.domain.notes import ConsultNote, Draft
from nmx_desk.domain.proposals import Proposal
from nmx_desk.domain.requests import AdviceRequest

Rows = dict[str, set[str]]
"""Ids by table."""
KEPT_PROPOSALS = ("erase", "access")
MERGES = ("merge", "unmerge")
"""Proposals that name a second client."""
STAY_WITH_CARE = frozenset({
    "client", "contact_point", "representative", "consent", "appointment", "appointment_series", "waiting_entry", "client_merge",
    "case_text", "case_file", "invitation", "satisfaction_answer",
})  # fmt: skip
SEARCHED, REASON = FREE_TEXTS = "words", "@reason"
"""Fields of the log in which people write words of their own, about whomever."""
NOBODY = ""
"""Instead of a client: what has a client is somebody else's."""
_NO_TEXT = {"id", "created_by", "client_id", "client_no"}
_NOTE, _REQUEST, _MERGE = table_of(ConsultNote), table_of(AdviceRequest), table_of(ClientMerge)


# -- which rows --------------------------------------------------------------------------------------------------------------------------


def rows_of_file(store: Store, client_id: str) -> Rows:
    """Everything about a client: the rows that name the client, requests by the same person, and what hangs on them.

    The clients that were merged into this one are this one.
    """
    ids = merging.family(store, client_id)
    rows = _about(store, ids, frozenset())
    rows[_MERGE.name] |= {merge.id for merge in store.find(ClientMerge, sa.or_(_MERGE.c.gone_id.in_(ids), _MERGE.c.kept_id.in_(ids)))}
    return _with_dependents(store, rows, ids, frozenset())


def rows_of_care(store: Store, client_id: str) -> Rows:
    """The medical file: everything but contact data and appointments."""
    return _with_dependents(store, _about(store, [client_id], STAY_WITH_CARE), [client_id], STAY_WITH_CARE)


def rows_of_note(store: Store, note_id: str) -> Rows:
    """One consult note with its sections and addenda and what was measured in it."""
    rows: Rows = {_NOTE.name: {note.id for note in store.find(ConsultNote, id=note_id)}}
    for kind in (ComplaintScore, OutcomeScore):
        rows[table_of(kind).name] = {score.id for score in store.find(kind, source_id=note_id)}
    return _with_dependents(store, rows, None, frozenset())


def rows_of_requests(store: Store, ids: Iterable[str]) -> Rows:
    """Requests that never became a client, with their attempts and appointments."""
    there = {request.id for part in in_parts(sorted(ids)) for request in store.find(AdviceRequest, _REQUEST.c.id.in_(part))}
    return _with_dependents(store, {_REQUEST.name: there}, [NOBODY], frozenset())


def rows_of_cases(store: Store, ids: Iterable[str]) -> Rows:
    """Words and files of formal complaints in nobody's file."""
    wanted, rows = sorted(ids), Rows()
    for kind in (CaseText, CaseFile):
        table = table_of(kind)
        there = {one for part in in_parts(wanted) for one in store.connection.execute(
            sa.select(table.c.id).where(table.c.id.in_(part), table.c.client_id.is_(None))).scalars()}  # fmt: skip
        if there:
            rows[table.name] = there
    return rows


def _about(store: Store, ids: list[str], stay: frozenset[str]) -> Rows:
    rows: Rows = {}
    for name, column in client_tables().items():
        if name not in stay:
            rows[name] = _ids(store, name, column, ids)
    asked = table_of(Proposal).c
    merges = sa.and_(asked.kind.in_(MERGES), sa.or_(*(asked.payload.contains(client_id, autoescape=True) for client_id in ids)))
    about = sa.or_(asked.client_id.in_(ids), merges)
    proposals = store.find(Proposal, asked.kind.not_in(KEPT_PROPOSALS), about)
    rows[table_of(Proposal).name] = {proposal.id for proposal in proposals}
    rows[_REQUEST.name] |= set().union(*(_same_person(store, client_id) for client_id in ids))
    return rows


def _same_person(store: Store, client_id: str) -> set[str]:
    """Requests that were never linked, but are surely by this client."""
    client = store.find_one(Client, id=client_id)
    if client is None:
        return set()
    points = contacts.all_values(store, client)
    phones, emails = (tuple(point.value for point in points if point.kind is kind) for kind in ContactKind)
    c = _REQUEST.c
    likely = sa.or_(c.phone.in_(phones), c.email.in_(emails), c.birth_date == client.birth_date)
    found = store.find(AdviceRequest, c.client_id.is_(None), likely)
    person = replace(client.person, phones=phones, emails=emails)
    return {request.id for request in found if match(person, request.person) == "strong"}


def _links() -> Iterator[tuple[sa.Table, sa.Column[Any], str]]:
    """Every reference between tables about clients: table, column, what it points at."""
    known = client_tables()
    for table in TABLES.values():
        for column in table.columns:
            for key in column.foreign_keys:
                if table.name in known and key.column.table.name in known:
                    yield table, column, key.column.table.name


def _with_dependents(store: Store, rows: Rows, clients: list[str] | None, stay: frozenset[str]) -> Rows:
    """The rows with all that refer to them, unless they are another client's."""
    grown = True
    while grown:
        grown = False
        for table, column, parent in _links():
            if table.name in stay or not rows.get(parent):
                continue
            found = _ids(store, table.name, column.name, rows[parent])
            others = _ids_of_others(store, table.name, found, clients) if clients is not None else set()
            new = found - others - rows.get(table.name, set())
            if new:
                rows.setdefault(table.name, set()).update(new)
                grown = True
    return {name: ids for name, ids in rows.items() if ids}


def _ids(store: Store, table: str, column: str, values: Collection[str]) -> set[str]:
    t = metadata.tables[table]
    return {row[0] for part in in_parts(sorted(values)) for row in store.connection.execute(sa.select(t.c.id).where(t.c[column].in_(part)))}


def _ids_of_others(store: Store, table: str, ids: Collection[str], clients: list[str]) -> set[str]:
    t, column = metadata.tables[table], client_tables()[table]
    return {
        row[0]
        for part in in_parts(sorted(ids))
        for row in store.connection.execute(sa.select(t.c.id).where(t.c.id.in_(part), t.c[column].not_in(clients)))
    }



# -- taking them -------------------------------------------------------------------------------------------------------------------------


def remove(store: Store, rows: Rows, client_id: str | None) -> None:
    """Delete the rows, and the drafts about them; whatever else points at them points nowhere after."""
    run = store.connection.execute
    store.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # a version goes before its parts: its guards want it so
    _release(store, rows)
    for table in metadata.sorted_tables:
        for part in in_parts(sorted(rows.get(table.name, ()))):
            run(sa.delete(table).where(table.c.id.in_(part)))
    draft = table_of(Draft)
    everything = sorted(set().union(*rows.values(), {client_id} if client_id and client_id in rows.get("client", ()) else ()))
    for part in in_parts(everything):
        run(sa.delete(draft).where(sa.or_(draft.c.ref_id.in_(part), draft.c.client_id.in_(part))))


def _release(store: Store, rows: Rows) -> None:
    for table, column, parent in _links():
        outside = _ids(store, table.name, column.name, rows.get(parent, ())) - rows.get(table.name, set())
        for part in in_parts(sorted(outside)):
            values = {column.name: None, "version": table.c.version + 1}
            store.connection.execute(sa.update(table).where(table.c.id.in_(part)).values(values))


def is_there(store: Store, table: str, row: str) -> bool:
    """Whether this is a record about a client that is still there: what the log holds of it is another client's."""
    known = table in client_tables()
    return known and bool(_ids(store, table, "id", [row]))


# -- where else ----------------------------------------------------------------------------------------------------------------------


def texts_elsewhere(store: Store, rows: Rows) -> Iterator[tuple[str, str, str]]:
    """Every text of the clinic's records outside these rows: table, id, text."""
    for table in TABLES.values():
        if table.name in UNLOGGED:
            continue
        gone = rows.get(table.name, set())
        names = [column.name for column in table.columns if isinstance(column.type, sa.Text) and column.name not in _NO_TEXT]
        for row in store.connection.execute(sa.select(table.c.id, *(table.c[name] for name in names))):
            if row[0] not in gone:
                for text in row[1:]:
                    if text:
                        yield table.name, row[0], text
