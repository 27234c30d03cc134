"""Reading the log for people: entries with their values, filtered, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from nmx_desk.audit import storage
from nmx_desk.audit.storage import Words
from nmx_desk.audit.tlv import Value
from nmx_desk.data.store import Store, table_of
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.requests import AdviceRequest

T = TypeVar("T")

entry = sa.table("audit_entry", *(sa.column(name) for name in ("seq", "action", "code", "outcome", "obj_type", "obj_id", "client")))
value = sa.table("audit_value", *(sa.column(name) for name in ("id", "field", "old", "new")))
key = sa.table("audit_key", sa.column("id"), sa.column("user_id"), sa.column("public_key"))
_FACTS = ("tx", "ts", "actor", "role", "purpose", "rule", "reason_code", "break_glass", "station")
head = sa.table("audit_head", *(sa.column(name) for name in ("size", "first", "root", "key_id", *_FACTS)))
_later = head.alias("later")
_its_head = head.c.size == sa.select(sa.func.min(_later.c.size)).where(_later.c.size > entry.c.seq).scalar_subquery()
_BITS = storage.ORD_BITS


@dataclass(frozen=True)
class LogFilter:
    """What of the log is asked for; empty means all. ``before`` pages backwards from an entry number."""

    client: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    codes: tuple[str, ...] = ()
    obj_id: str = ""
    break_glass: bool = False
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


@dataclass(frozen=True)
class LogReach:
    """Whose entries a reader may see: everybody's, or those of ``actor`` and those about clients of ``practitioner``."""

    everything: bool = False
    actor: str = ""
    practitioner: str = ""


EVERYTHING = LogReach(everything=True)


def words_of(store: Store) -> Words:
    """The words of the log by number."""
    return Words(store.connection.connection.driver_connection)


def last_time(store: Store, code: str) -> datetime | None:
    """When something of this code was last logged."""
    number = words_of(store).id(code)
    wanted = sa.select(head.c.ts).select_from(entry).join(head, _its_head).where(entry.c.code == number)
    found = store.connection.execute(wanted.order_by(entry.c.seq.desc()).limit(1)).scalar()
    return _instant(found) if found else None


def lines(store: Store, wanted: LogFilter, reach: LogReach = EVERYTHING) -> list[LogLine]:
    """Entries that pass the filter and lie within reach, newest first."""
    words = words_of(store)
    where = _conditions(wanted, words)
    if where is None:
        return []
    if not reach.everything:
        where.append(_within(reach, words))
    columns = [*entry.c, *(head.c[name] for name in _FACTS)]
    statement = sa.select(*columns).select_from(entry).join(head, _its_head).where(*where).order_by(entry.c.seq.desc()).limit(wanted.limit)
    return [_line(words, row) for row in store.connection.execute(statement)]


def _conditions(wanted: LogFilter, words: Words) -> list[Any] | None:
    """What a filter asks for; None when it asks for a word that the log does not know, so that nothing can fit."""
    e, h = entry.c, head.c
    where: list[Any] = []
    for column, text in ((e.client, wanted.client), (h.actor, wanted.actor)):
        if text:
            number = words.id(text)
            if number is None:
                return None
            where.append(column == number)
    if wanted.obj_id:
        where.append(e.obj_id == storage.pack_id(wanted.obj_id))
    if wanted.since is not None:
        where.append(h.ts >= storage.micros(wanted.since))
    if wanted.until is not None:
        where.append(h.ts < storage.micros(wanted.until))
    if wanted.codes:
        where.append(e.code.in_([words.id(code) for code in wanted.codes]))
    if wanted.break_glass:
        where.append(h.break_glass == 1)
    if wanted.before is not None:
        where.append(e.seq < wanted.before)
    return where


def values(store: Store, seq: int) -> list[LogValue]:
    """What one entry changed, field by field; erased values are left out."""
    found = next(storage.entries(store.connection.connection.driver_connection, seq, seq + 1), None)
    shown = found.values if found else ()
    return [LogValue(item.field, _text(item.old), _text(item.new)) for item in shown if item.salt is not None]


def _text(found: Value) -> str | None:
    return None if found is None else found.hex() if isinstance(found, bytes) else str(found)


def _within(reach: LogReach, words: Words) -> sa.ColumnElement[bool]:
    own = head.c.actor == words.id(reach.actor)
    if not reach.practitioner:
        return own
    clients = table_of(Client)
    theirs: sa.Select[Any] = sa.select(sa.column("id")).select_from(sa.table("audit_word")).where(
        sa.column("text").in_(sa.select(clients.c.id).where(clients.c.practitioner_id == reach.practitioner))
    )  # fmt: skip
    return sa.or_(own, entry.c.client.in_(theirs))


def fields_of(store: Store, seqs: Collection[int]) -> dict[int, list[str]]:
    """Which fields each of these entries holds values of."""
    words = words_of(store)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for seq in seqs:
        rows = store.connection.execute(sa.select(value.c.field).where(_of(seq)).order_by(value.c.id)).scalars()
        found[seq] += [words.text(number) for number in rows]
    return found


def _of(seq: int) -> sa.ColumnElement[bool]:
    return value.c.id.between(seq << _BITS, (seq << _BITS) + storage.MOST_VALUES - 1)


def reason_at(store: Store, seq: int) -> str:
    """The written reason of the transaction an entry belongs to: it stands with the transaction's first entry."""
    first = store.connection.execute(sa.select(head.c.first).where(head.c.size > seq).order_by(head.c.size).limit(1)).scalar()
    if first is None:
        return ""
    number = words_of(store).id("@reason")
    found = store.connection.execute(sa.select(value.c.new).where(_of(first), value.c.field == number)).scalar()
    return str(found or "")


def client_names(store: Store, ids: Collection[str]) -> dict[str, Client]:
    """The clients with these ids that are still there."""
    found: dict[str, Client] = {}
    for part in _parts(list(ids)):
        found |= {client.id: client for client in store.find(Client, table_of(Client).c.id.in_(part))}
    return found


def request_names(store: Store, ids: Collection[str]) -> dict[str, str]:
    """Names on the requests with these ids."""
    found: dict[str, str] = {}
    for part in _parts(list(ids)):
        found |= {request.id: request.name for request in store.find(AdviceRequest, table_of(AdviceRequest).c.id.in_(part))}
    return found


def record_of(table: str) -> type[Record] | None:
    """The kind of record a table holds; None for what is no table of records."""
    return next((kind for kind, made in TABLES.items() if made.name == table), None)


def _parts(items: list[T]) -> Iterator[list[T]]:
    """Pieces small enough for one IN list of any engine."""
    for start in range(0, len(items), 500):
        yield items[start : start + 500]


def newest_head(store: Store) -> tuple[int, str, datetime] | None:
    """Size, root (hex) and time of the last head."""
    row = store.connection.execute(sa.select(head.c.size, head.c.root, head.c.ts).order_by(head.c.size.desc()).limit(1)).first()
    return None if row is None else (row[0], bytes(row[1]).hex(), _instant(row[2]))


@dataclass(frozen=True)
class Signature:
    """Who signed the newest head, with which public key (hex), when."""

    user_id: str
    public_key: str
    at: datetime


def last_signature(store: Store) -> Signature | None:
    """The signature of the newest head."""
    found = storage.newest_head(store.connection.connection.driver_connection)
    if found is None:
        return None
    row = store.connection.execute(sa.select(key.c.user_id, key.c.public_key).where(key.c.id == found.key_id)).first()
    return None if row is None else Signature(row[0], row[1], datetime.fromisoformat(found.ts))


def _instant(at: int) -> datetime:
    return datetime.fromisoformat(storage.ts_text(at))


def _line(words: Words, row: Any) -> LogLine:
    text = words.text
    return LogLine(
        seq=row.seq, tx=storage.unpack_id(row.tx), at=_instant(row.ts), action=row.action, code=text(row.code), outcome=row.outcome,
        actor=text(row.actor), role=text(row.role), obj_type=text(row.obj_type), obj_id=storage.unpack_id(row.obj_id),
        client=words.maybe(row.client), purpose=text(row.purpose), rule=text(row.rule), reason_code=text(row.reason_code),
        break_glass=bool(row.break_glass), station=text(row.station),
    )  # fmt: skip
