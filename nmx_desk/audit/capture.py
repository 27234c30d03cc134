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


AUDIT_TABLES = """
CREATE TABLE audit_meta (id INTEGER PRIMARY KEY CHECK (id = 1), db_uuid TEXT NOT NULL, format INTEGER NOT NULL);
CREATE TABLE audit_key (
  id TEXT PRIMARY KEY NOT NULL, user_id TEXT NOT NULL, public_key TEXT NOT NULL, epoch INTEGER NOT NULL, attested_by TEXT NOT NULL);
CREATE TABLE audit_entry (
  seq INTEGER PRIMARY KEY, tx TEXT NOT NULL, ts TEXT NOT NULL, skew INTEGER NOT NULL, action TEXT NOT NULL, code TEXT NOT NULL,
  outcome INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, on_behalf_of TEXT, station TEXT NOT NULL, session TEXT NOT NULL,
  app_version TEXT NOT NULL, schema_version TEXT NOT NULL, obj_type TEXT NOT NULL, obj_id TEXT NOT NULL, client TEXT, purpose TEXT NOT NULL,
  rule TEXT NOT NULL, break_glass INTEGER NOT NULL, reason_code TEXT NOT NULL, commits BLOB NOT NULL);
CREATE INDEX audit_entry_client ON audit_entry (client, seq) WHERE client IS NOT NULL;
CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);
CREATE INDEX audit_entry_object ON audit_entry (obj_id, seq);
CREATE INDEX audit_entry_code ON audit_entry (code, seq);
CREATE TABLE audit_value (
  seq INTEGER NOT NULL REFERENCES audit_entry(seq), ord INTEGER NOT NULL, field TEXT NOT NULL, salt BLOB, kinds TEXT NOT NULL,
  old TEXT, new TEXT, PRIMARY KEY (seq, ord)) WITHOUT ROWID;
CREATE TABLE audit_node (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID;
CREATE TABLE audit_head (
  size INTEGER PRIMARY KEY, root BLOB NOT NULL, ts TEXT NOT NULL, key_id TEXT NOT NULL, epoch INTEGER NOT NULL, signature BLOB NOT NULL);
CREATE TABLE audit_raw (
  id INTEGER PRIMARY KEY, tx TEXT NOT NULL, action TEXT NOT NULL, code TEXT NOT NULL, outcome INTEGER NOT NULL, obj_type TEXT NOT NULL,
  obj_id TEXT NOT NULL, client TEXT, data BLOB NOT NULL,
  sealed INTEGER NOT NULL DEFAULT -1 REFERENCES audit_entry(seq) DEFERRABLE INITIALLY DEFERRED)
"""

KEY_TABLE = CapturedTable("audit_key", ("user_id", "public_key", "epoch", "attested_by"), None)
_APPEND_ONLY = ("audit_meta", "audit_key", "audit_entry", "audit_node", "audit_head")


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
        f" BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END"
        for name in _APPEND_ONLY
        for event in ("UPDATE", "DELETE")
    ]
    made.append(
        'CREATE TRIGGER "nmx_guard_audit_value_delete" BEFORE DELETE ON "audit_value"'
        " BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END"
    )
    made.append(
        'CREATE TRIGGER "nmx_guard_audit_value_update" BEFORE UPDATE ON "audit_value" WHEN NOT (nmx_erasing() AND NEW.seq = OLD.seq'
        " AND NEW.ord = OLD.ord AND NEW.field = OLD.field AND NEW.salt IS NULL AND NEW.old IS NULL AND NEW.new IS NULL)"
        " BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END"
    )
    made.append(
        'CREATE TRIGGER "nmx_guard_audit_raw_update" BEFORE UPDATE ON "audit_raw"'
        " BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END"
    )
    made.append(
        'CREATE TRIGGER "nmx_guard_audit_raw_delete" BEFORE DELETE ON "audit_raw" WHEN NOT nmx_sealing()'
        " BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END"
    )
    made += [
        f'CREATE TRIGGER "nmx_guard_{name}_insert" BEFORE INSERT ON "{name}" WHEN NOT nmx_sealing()'
        f" BEGIN SELECT RAISE(ABORT, 'only the seal writes the log'); END"
        for name in ("audit_entry", "audit_value", "audit_node", "audit_head")
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
