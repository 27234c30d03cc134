"""Reading the log for people: entries with their values, filtered, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from nmx_desk.audit.entry import utc_text
from nmx_desk.data.store import Store

entry = sa.table(
    "audit_entry",
    *(
        sa.column(name)
        for name in ("seq", "tx", "ts", "action", "code", "outcome", "actor", "role", "obj_type", "obj_id", "client", "purpose", "rule")
    ),
    sa.column("break_glass"),
    sa.column("station"),
)
value = sa.table("audit_value", *(sa.column(name) for name in ("seq", "ord", "field", "salt", "kinds", "old", "new")))
_LINE = tuple(column.name for column in entry.columns)
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
    break_glass: bool
    station: str


def last_time(store: Store, code: str) -> datetime | None:
    """When something of this code was last logged."""
    found = store.connection.execute(sa.select(entry.c.ts).where(entry.c.code == code).order_by(entry.c.seq.desc()).limit(1)).scalar()
    return datetime.fromisoformat(found) if found else None


def lines(store: Store, wanted: LogFilter) -> list[LogLine]:
    """Entries that pass the filter, newest first."""
    c = entry.c
    where: list[Any] = []
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


def newest_head(store: Store) -> tuple[int, str, datetime] | None:
    """Size, root (hex) and time of the last head."""
    row = store.connection.execute(sa.select(head.c.size, head.c.root, head.c.ts).order_by(head.c.size.desc()).limit(1)).first()
    return None if row is None else (row[0], bytes(row[1]).hex(), datetime.fromisoformat(row[2]))


def _line(row: Any) -> LogLine:
    fields = dict(zip(_LINE, row, strict=True))
    return LogLine(at=datetime.fromisoformat(fields.pop("ts")), **fields | {"break_glass": bool(fields["break_glass"])})
