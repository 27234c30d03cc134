"""Triggers that capture every change of every table, generated from a description of the tables (AUDIT §3).

One row of ``audit_raw`` a changed record, so that a rolled-back savepoint takes its captures along. ``nmx_ctx`` and ``nmx_pack`` are
functions of this application: a write by any other program fails with "no such function", a write outside the door with "no audit context".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from nmx_desk.audit.tlv import Value, tlv


@dataclass(frozen=True)
class CapturedTable:
    """A table of records: its name, its columns without ``id``, and the column that names the client (None: about no client)."""

    name: str
    columns: tuple[str, ...]
    client: str | None


KEY_TABLE = CapturedTable("audit_key", ("user_id", "public_key", "epoch", "attested_by"), None)
_APPEND_ONLY = ("audit_meta", "audit_key", "audit_word", "audit_node", "audit_head")
_NEVER = "the log is never rewritten"
_BLANKED = "NEW.id = OLD.id AND NEW.field = OLD.field AND NEW.old IS NULL AND NEW.new IS NULL"
_SAME_ENTRY = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in ("seq", "action", "code", "outcome", "obj_type", "obj_id", "client"))


def _capture(table: CapturedTable, event: str) -> str:
    """One capture trigger for SQLite."""
    row = "OLD" if event == "DELETE" else "NEW"
    sides = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[event]
    fields = ",".join(table.columns)
    values = ", ".join(f'{side}."{column}"' for column in table.columns for side in sides)
    client = f'{row}."{table.client}"' if table.client else "NULL"
    if table.client and event == "UPDATE":
        client = f'coalesce(NEW."{table.client}", OLD."{table.client}")'
    action, code = {"INSERT": ("C", "CREATE"), "UPDATE": ("U", "CHANGE"), "DELETE": ("D", "DELETE")}[event]
    checks = ' SELECT CASE WHEN NEW."id" IS NOT OLD."id" THEN RAISE(ABORT, \'an id never changes\') END;' if event == "UPDATE" else ""
    if event != "DELETE":
        nul = " OR ".join(f"typeof(NEW.\"{name}\") = 'text' AND instr(NEW.\"{name}\", char(0))" for name in ("id", *table.columns))
        checks += f" SELECT CASE WHEN {nul} THEN RAISE(ABORT, 'no NUL in text') END;"  # functions see a text up to its first NUL only
    return (  # names of our own tables only
        f'CREATE TRIGGER "nmx_{table.name}_{event.lower()}" AFTER {event} ON "{table.name}" BEGIN{checks}'  # noqa: S608
        f" INSERT INTO audit_raw (tx, action, code, outcome, obj_type, obj_id, client, data)"
        f" VALUES (nmx_ctx(), '{action}', '{code}', 0, '{table.name}', {row}.\"id\", {client},"
        f" nmx_pack('{action}', '{fields}', {values})); END"
    )


def _guards() -> list[str]:
    """Triggers that refuse to rewrite the log."""
    made = [
        f'CREATE TRIGGER "nmx_guard_{name}_{event.lower()}" BEFORE {event} ON "{name}"'
        f" BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
        for name in _APPEND_ONLY
        for event in ("UPDATE", "DELETE")
    ]
    made += [
        f'CREATE TRIGGER "nmx_guard_{name}_{event.lower()}" BEFORE {event} ON "{name}" WHEN NOT ({allowed})'
        f" BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
        for name, event, allowed in (
            ("audit_entry", "UPDATE", f"nmx_erasing() AND {_SAME_ENTRY}"),
            ("audit_entry", "DELETE", "0"),
            ("audit_value", "UPDATE", f"nmx_erasing() AND {_BLANKED}"),
            ("audit_value", "DELETE", "0"),
            ("audit_raw", "UPDATE", "0"),
            ("audit_raw", "DELETE", "nmx_sealing()"),
        )
    ]
    made += [
        f'CREATE TRIGGER "nmx_guard_{name}_insert" BEFORE INSERT ON "{name}" WHEN NOT nmx_sealing()'
        f" BEGIN SELECT RAISE(ABORT, 'only the seal writes the log'); END"
        for name in ("audit_word", "audit_entry", "audit_value", "audit_node", "audit_head")
    ]
    return made


def triggers(tables: Iterable[CapturedTable]) -> dict[str, str]:
    """Every trigger the database must have, by name, as SQLite stores it."""
    made = [_capture(table, event) for table in (*tables, KEY_TABLE) for event in ("INSERT", "UPDATE", "DELETE")] + _guards()
    return {sql.split('"', 2)[1]: sql for sql in made}


def pack(action: str, fields: str, *values: Value) -> bytes | None:
    """SQL function ``nmx_pack``: the changed fields of one row as ``tlv(field, old, new, …)``. Blobs are taken by their SHA-256."""
    names = fields.split(",")
    plain = [sha256(v).digest() if isinstance(v, bytes) else v for v in values]
    out: list[Value] = []
    if action == "U":
        for name, old, new in zip(names, plain[::2], plain[1::2], strict=True):
            if old != new or type(old) is not type(new):
                out += (name, old, new)
    elif action == "C":
        for name, new in zip(names, plain, strict=True):
            if new is not None:
                out += (name, None, new)
    else:
        for name, old in zip(names, plain, strict=True):
            if old is not None:
                out += (name, old, None)
    if any(isinstance(v, float) for v in out):
        raise TypeError("no REAL values in the log")
    return tlv(*out)
