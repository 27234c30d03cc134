"""Reading the log for people: entries with their values, filtered, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from nmx_desk.audit.entry import utc_text
from nmx_desk.data.store import Store, table_of
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.requests import AdviceRequest

T = TypeVar("T")

entry = sa.table(
    "audit_entry",
    *(
        sa.column(name)
        for name in (
            *("seq", "tx", "ts", "action", "code", "outcome", "actor", "role", "obj_type", "obj_id", "client", "purpose", "rule"),
            "reason_code",
        )
    ),
    sa.column("break_glass"),
    sa.column("station"),
)
value = sa.table("audit_value", *(sa.column(name) for name in ("seq", "ord", "field", "salt", "kinds", "old", "new")))
_LINE = tuple(column.name for column in entry.columns)
key = sa.table("audit_key", sa.column("id"), sa.column("user_id"), sa.column("public_key"))
head = sa.table("audit_head", *(sa.column(name) for name in ("size", "root", "ts", "key_id")))


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


def last_time(store: Store, code: str) -> datetime | None:
    """When something of this code was last logged."""
    found = store.connection.execute(sa.select(entry.c.ts).where(entry.c.code == code).order_by(entry.c.seq.desc()).limit(1)).scalar()
    return datetime.fromisoformat(found) if found else None


def lines(store: Store, wanted: LogFilter, reach: LogReach = EVERYTHING) -> list[LogLine]:
    """Entries that pass the filter and lie within reach, newest first."""
    c = entry.c
    where: list[Any] = [] if reach.everything else [_within(reach)]
    for column, text in ((c.client, wanted.client), (c.actor, wanted.actor), (c.obj_id, wanted.obj_id)):
        if text:
            where.append(column == text)
    if wanted.since is not None:
        where.append(c.ts >= utc_text(wanted.since))
    if wanted.until is not None:
        where.append(c.ts < utc_text(wanted.until))
    if wanted.codes:
        where.append(c.code.in_(wanted.codes))
    if wanted.break_glass:
        where.append(c.break_glass == 1)
    if wanted.before is not None:
        where.append(c.seq < wanted.before)
    statement = sa.select(entry).where(*where).order_by(c.seq.desc()).limit(wanted.limit)
    return [_line(row) for row in store.connection.execute(statement)]


def values(store: Store, seq: int) -> list[LogValue]:
    """What one entry changed, field by field; blanked values are left out."""
    rows = store.connection.execute(
        sa.select(value.c.field, value.c.old, value.c.new).where(value.c.seq == seq, value.c.salt.is_not(None)).order_by(value.c.ord)
    )
    return [LogValue(*row) for row in rows]


def _within(reach: LogReach) -> sa.ColumnElement[bool]:
    own = entry.c.actor == reach.actor
    if not reach.practitioner:
        return own
    clients = table_of(Client)
    return sa.or_(own, entry.c.client.in_(sa.select(clients.c.id).where(clients.c.practitioner_id == reach.practitioner)))


def fields_of(store: Store, seqs: Collection[int]) -> dict[int, list[str]]:
    """Which fields each of these entries holds values of."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for part in _parts(list(seqs)):
        rows = store.connection.execute(
            sa.select(value.c.seq, value.c.field).where(value.c.seq.in_(part)).order_by(value.c.seq, value.c.ord)
        )
        for seq, field in rows:
            found[seq].append(field)
    return found


def reason_at(store: Store, seq: int) -> str:
    """The written reason of the transaction an entry belongs to: it stands with the transaction's first entry, the nearest one before."""
    found = store.connection.execute(
        sa.select(value.c.new)
        .where(value.c.seq <= seq, value.c.field == "@reason", value.c.salt.is_not(None))
        .order_by(value.c.seq.desc())
        .limit(1)
    ).scalar()
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
    return None if row is None else (row[0], bytes(row[1]).hex(), datetime.fromisoformat(row[2]))


@dataclass(frozen=True)
class Signature:
    """Who signed the newest head, with which public key (hex), when."""

    user_id: str
    public_key: str
    at: datetime


def last_signature(store: Store) -> Signature | None:
    """The signature of the newest head."""
    row = store.connection.execute(
        sa.select(key.c.user_id, key.c.public_key, head.c.ts).join(key, key.c.id == head.c.key_id).order_by(head.c.size.desc()).limit(1)
    ).first()
    return None if row is None else Signature(row[0], row[1], datetime.fromisoformat(row[2]))


def _line(row: Any) -> LogLine:
    fields = dict(zip(_LINE, row, strict=True))
    return LogLine(at=datetime.fromisoformat(fields.pop("ts")), **fields | {"break_glass": bool(fields["break_glass"])})
