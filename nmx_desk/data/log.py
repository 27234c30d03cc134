"""Reading the log for people: entries with their values, filtered, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from nmx_desk.audit import storage
from nmx_desk.audit.storage import Words
from nmx_desk.audit.tlv import Value
from nmx_desk.data import logquery, logtext, merging
from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.requests import AdviceRequest

head = sa.table("audit_head", *(sa.column(name) for name in ("size", "root", "ts", "key_id")))
_OWN = """WITH RECURSIVE own(id) AS (SELECT id FROM client WHERE practitioner_id = ? AND merged_into IS NULL
 UNION SELECT c.id FROM client c JOIN own ON c.merged_into = own.id) SELECT id FROM own"""


@dataclass(frozen=True)
class LogFilter:
    """What of the log is asked for; empty means all. ``text``: words in old or new values; ``before`` pages back from an entry number."""

    client: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    codes: tuple[str, ...] = ()
    obj_id: str = ""
    break_glass: bool = False
    text: str = ""
    before: int | None = None
    limit: int = 200


@dataclass(frozen=True)
class LogValue:
    """A field's old and new value as text; None is "nothing"."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class LogLine:
    """One entry for reading."""

    seq: int
    tx: str
    at: datetime
    action: str
    code: str
    outcome: int
    actor: str
    role: str
    obj_type: str
    obj_id: str
    client: str | None
    purpose: str
    rule: str
    reason_code: str
    break_glass: bool
    station: str
    first: int
    on_behalf_of: str | None


@dataclass(frozen=True)
class LogReach:
    """Whose entries a reader may see: everybody's, or those of ``actor`` and those about clients of ``practitioner``."""

    everything: bool = False
    actor: str = ""
    practitioner: str = ""


EVERYTHING = LogReach(everything=True)


def last_time(store: Store, code: str, obj_type: str) -> datetime | None:
    """When something of this code, of which there are few, was last done to this kind of thing."""
    return next((line.at for line in lines(store, LogFilter(codes=(code,), limit=500)) if line.obj_type == obj_type), None)


def lines(store: Store, wanted: LogFilter, reach: LogReach = EVERYTHING) -> list[LogLine]:
    """Entries that pass the filter and lie within reach, newest first; of a client also those under a number that was merged."""
    if wanted.client:
        parts = [_lines(store, replace(wanted, client=span.client_id), reach, span) for span in merging.spans(store, wanted.client)]
        found = {line.seq: line for part in parts for line in part}  # parts may overlap
        return [found[seq] for seq in sorted(found, reverse=True)[: wanted.limit]]
    return _lines(store, wanted, reach, merging.Span(""))


def _lines(store: Store, wanted: LogFilter, reach: LogReach, span: merging.Span) -> list[LogLine]:
    """The entries of one client in one part of the log; without a client those of all."""
    driver = _driver(store)
    words = Words(driver)
    found = logquery.in_numbers(words, client=wanted.client, actor=wanted.actor, obj_id=wanted.obj_id, codes=wanted.codes)
    if found is None:
        return []
    since, until = (None if at is None else storage.micros(at) for at in (wanted.since, wanted.until))
    first, last = logquery.within(driver, since, until)
    first, last = max(first, span.first), min(last, span.last)
    before = last if wanted.before is None else min(last, wanted.before)
    own = None if reach.everything else (words.id(reach.actor) or -1, _clients_of(store, words, reach.practitioner))
    found = replace(found, after=first, before=before, glass=wanted.break_glass, own=own)
    rows = _with_words(driver, found, wanted) if wanted.text.strip() else logquery.find(driver, found, wanted.limit)
    return [_line(words, row) for row in rows]


def _with_words(driver: Any, found: logquery.Wanted, wanted: LogFilter) -> list[tuple[Any, ...]]:
    """As many as are wanted of those with the words: part after part, since other conditions may leave few of each."""
    if logquery.is_rare(driver, found):
        few = logquery.find(driver, found, logquery.COMMON)
        said = logtext.saying(driver, wanted.text, [row[0] for row in few])
        return [row for row in few if row[0] in said][: wanted.limit]
    rows: list[tuple[Any, ...]] = []
    while len(rows) < wanted.limit:
        seqs = logtext.find(driver, wanted.text, found.after, found.before)
        rows += logquery.find(driver, replace(found, seqs=seqs), wanted.limit - len(rows))
        if not seqs:
            break
        found = replace(found, before=seqs[-1])
    return rows


def _driver(store: Store) -> Any:
    return store.connection.connection.driver_connection


def _clients_of(store: Store, words: Words, practitioner: str) -> tuple[int, ...]:
    if not practitioner:
        return ()
    ids = [row[0] for row in _driver(store).execute(_OWN, (practitioner,))]
    return tuple(number for text in ids if (number := words.id(text)) is not None)


def values(store: Store, seq: int) -> list[LogValue]:
    """What one entry changed, field by field; erased values are left out."""
    found = next(storage.entries(_driver(store), seq, seq + 1), None)
    shown = found.values if found else ()
    return [LogValue(item.field, _text(item.old), _text(item.new)) for item in shown if item.salt is not None]


def _text(found: Value) -> str | None:
    return None if found is None else found.hex() if isinstance(found, bytes) else str(found)


def erased(store: Store, seq: int) -> list[str]:
    """The fields of an entry whose values were destroyed."""
    found = next(storage.entries(_driver(store), seq, seq + 1), None)
    return [item.field for item in found.values if item.salt is None] if found else []


def beside(store: Store, line: LogLine, limit: int) -> list[LogLine]:
    """The first other entries of the same transaction."""
    row = _driver(store).execute("SELECT size FROM audit_head WHERE first = ?", (line.first,)).fetchone()
    if row is None:
        return []
    words, wanted = Words(_driver(store)), logquery.Wanted(after=line.first, before=min(int(row[0]), line.first + limit + 1))
    return [_line(words, found) for found in logquery.find(_driver(store), wanted, limit + 1)[::-1] if found[0] != line.seq][:limit]


def fields_of(store: Store, seqs: Collection[int]) -> dict[int, list[str]]:
    """Which fields each of these entries holds values of."""
    words, run = Words(_driver(store)), _driver(store).execute
    wanted = "SELECT field FROM audit_value WHERE id BETWEEN ? AND ? ORDER BY id"
    return {seq: [words.text(number) for (number,) in run(wanted, _ids(seq))] for seq in seqs}


def _ids(seq: int) -> tuple[int, int]:
    return storage.value_id(seq, 0), storage.value_id(seq, storage.MOST_VALUES - 1)


def reasons(store: Store, lines_: Iterable[LogLine]) -> dict[str, str]:
    """The written reasons by transaction: each stands with the first entry of its transaction."""
    words, run = Words(_driver(store)), _driver(store).execute
    number = words.id("@reason")
    firsts = {line.tx: line.first for line in lines_ if line.reason_code}
    wanted = "SELECT new FROM audit_value WHERE id BETWEEN ? AND ? AND field = ?"
    found = {tx: run(wanted, (*_ids(first), number)).fetchone() for tx, first in firsts.items()}
    return {tx: str(row[0] or "") for tx, row in found.items() if row is not None}


def client_names(store: Store, ids: Collection[str]) -> dict[str, Client]:
    """The clients with these ids that are still there."""
    found: dict[str, Client] = {}
    for part in in_parts(ids):
        found |= {client.id: client for client in store.find(Client, table_of(Client).c.id.in_(part))}
    return found


def client_numbers(store: Store, records: Collection[tuple[str, str]]) -> dict[str, str]:
    """The client's number by the id of a record, given as table and id; what is about no client is left out."""
    found: dict[str, str] = {}
    with suppress(sa.exc.SQLAlchemyError, LookupError, TypeError, ValueError):  # of a damaged file as far as it can be read
        for table, row in records:
            kind = record_of(table)
            record = store.find_one(kind, id=row) if kind else None
            client = record if isinstance(record, Client) else store.find_one(Client, id=getattr(record, "client_id", None) or "")
            if client is not None:
                found[row] = client.client_no
    return found


def request_names(store: Store, ids: Collection[str]) -> dict[str, str]:
    """Names on the requests with these ids."""
    found: dict[str, str] = {}
    for part in in_parts(ids):
        found |= {request.id: request.name for request in store.find(AdviceRequest, table_of(AdviceRequest).c.id.in_(part))}
    return found


def record_of(table: str) -> type[Record] | None:
    """The kind of record a table holds; None for what is no table of records."""
    return next((kind for kind, made in TABLES.items() if made.name == table), None)



def newest_head(store: Store) -> tuple[int, str, datetime] | None:
    """Size, root (hex) and time of the last head."""
    row = store.connection.execute(sa.select(head.c.size, head.c.root, head.c.ts).order_by(head.c.size.desc()).limit(1)).first()
    return None if row is None else (row[0], bytes(row[1]).hex(), _instant(row[2]))


@dataclass(frozen=True)
class Signer:
    """A signing key (hex): whose, of which key period, made known by whom; how many heads it signed from when to when; whether it ended."""

    user_id: str
    public_key: str
    epoch: int
    attested_by: str
    heads: int
    first: datetime | None
    last: datetime | None
    ended: bool


def signers(store: Store) -> list[Signer]:
    """Every signing key the clinic ever had, oldest first."""
    rows = _driver(store).execute(
        "SELECT k.user_id, k.public_key, k.epoch, k.attested_by, coalesce(h.n, 0), h.first, h.last, EXISTS (SELECT 1 FROM audit_entry e"
        " WHERE e.obj_id = k.id AND e.action = 'E' AND e.code = (SELECT id FROM audit_word WHERE text = 'KEY')) FROM audit_key k"
        " LEFT JOIN audit_word w ON w.text = k.id"
        " LEFT JOIN (SELECT key_id, count(*) AS n, min(ts) AS first, max(ts) AS last FROM audit_head GROUP BY key_id) h ON h.key_id = w.id"
        " ORDER BY k.rowid"
    )
    return [
        Signer(user, public, epoch, attested, n, first and _instant(first), last and _instant(last), bool(ended))
        for user, public, epoch, attested, n, first, last, ended in rows
    ]


def period(store: Store) -> tuple[datetime, datetime] | None:
    """When the first and the last entry were written."""
    row = _driver(store).execute("SELECT min(ts), max(ts) FROM audit_head").fetchone()
    return None if row is None or row[0] is None else (_instant(row[0]), _instant(row[1]))


def _instant(at: int) -> datetime:
    return datetime.fromisoformat(storage.ts_text(at))


def _line(words: Words, row: tuple[Any, ...]) -> LogLine:
    text = words.text
    (seq, tx, ts, action, code, outcome, actor, role, obj_type, obj_id, client, purpose, rule, reason_code, glass, station, first,
     behalf) = row  # fmt: skip
    return LogLine(
        seq=seq, tx=storage.unpack_id(tx), at=_instant(ts), action=action, code=text(code), outcome=outcome, actor=text(actor),
        role=text(role), obj_type=text(obj_type), obj_id=storage.unpack_id(obj_id), client=words.maybe(client), purpose=text(purpose),
        rule=text(rule), reason_code=text(reason_code), break_glass=bool(glass), station=text(station), first=first,
        on_behalf_of=words.maybe(behalf),
    )  # fmt: skip
