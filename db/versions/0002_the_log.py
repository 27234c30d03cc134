"""The log that cannot be got round: the log in its compact form, privacy, four eyes, keys, backups."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LOG = [
    "CREATE TABLE audit_word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    """CREATE TABLE audit_head (
  size INTEGER PRIMARY KEY, first INTEGER NOT NULL, tx NOT NULL, ts INTEGER NOT NULL, skew INTEGER NOT NULL, actor INTEGER NOT NULL,
  role INTEGER NOT NULL, on_behalf_of INTEGER, station INTEGER NOT NULL, session INTEGER NOT NULL, app_version INTEGER NOT NULL,
  schema_version INTEGER NOT NULL, purpose INTEGER NOT NULL, rule INTEGER NOT NULL, break_glass INTEGER NOT NULL,
  reason_code INTEGER NOT NULL, root BLOB NOT NULL, key_id INTEGER NOT NULL, epoch INTEGER NOT NULL, signature BLOB NOT NULL)""",
    "CREATE INDEX audit_head_actor ON audit_head (actor)",
    "CREATE INDEX audit_head_ts ON audit_head (ts)",
    "CREATE INDEX audit_head_glass ON audit_head (break_glass) WHERE break_glass = 1",
    """CREATE TABLE audit_entry (
  seq INTEGER PRIMARY KEY, action TEXT NOT NULL, code INTEGER NOT NULL, outcome INTEGER NOT NULL, obj_type INTEGER NOT NULL,
  obj_id NOT NULL, client INTEGER, salt BLOB, commits BLOB NOT NULL)""",
    "CREATE INDEX audit_entry_client ON audit_entry (client) WHERE client IS NOT NULL",
    "CREATE INDEX audit_entry_object ON audit_entry (obj_id)",
    "CREATE INDEX audit_entry_code ON audit_entry (code)",
    "CREATE TABLE audit_value (id INTEGER PRIMARY KEY, field INTEGER NOT NULL, old, new)",
    "CREATE TABLE audit_node (id INTEGER PRIMARY KEY, hash BLOB NOT NULL)",
]
OLD = ("audit_entry", "audit_value", "audit_node", "audit_head")
FACTS = ("actor", "role", "on_behalf_of", "station", "session", "app_version", "schema_version", "purpose", "rule")


def upgrade() -> None:
    compact(op.get_bind().connection.driver_connection)
    declared()


def compact(driver: Any) -> None:
    """The log of 0001 in its compact form: every entry, hash and signature stays what it was."""
    from nmx_desk.audit import storage

    driver.execute("PRAGMA legacy_alter_table = ON")
    for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit\\_%' ESCAPE '\\'").fetchall():
        driver.execute(f'DROP TRIGGER "{name}"')
    for name in OLD:
        driver.execute(f"ALTER TABLE {name} RENAME TO {name}_1")
    for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'audit_entry_%' AND sql IS NOT NULL").fetchall():
        driver.execute(f"DROP INDEX {name}")
    for statement in LOG:
        driver.execute(statement)
    convert(driver)
    for name in OLD:
        driver.execute(f"DROP TABLE {name}_1")
    driver.execute("UPDATE audit_meta SET format = 2")
    driver.execute("PRAGMA legacy_alter_table = OFF")
    for view in storage.VIEWS:
        driver.execute(view)
    driver.execute(
        "CREATE VIRTUAL TABLE log_text USING fts5(old, new, content='audit_value', content_rowid='id', detail='none', columnsize=0,"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    driver.execute("INSERT INTO log_text (log_text, rank) VALUES ('secure-delete', 1)")


def convert(driver: Any) -> None:
    words: dict[str, int] = {}

    def number(text: str | None) -> int | None:
        if text is not None and text not in words:
            words[text] = driver.execute("INSERT INTO audit_word (text) VALUES (?)", (text,)).lastrowid
        return None if text is None else words[text]

    names = [row[1] for row in driver.execute("PRAGMA table_info(audit_entry_1)")]
    values = {seq: list(rows) for seq, rows in groupby(driver.execute("SELECT * FROM audit_value_1 ORDER BY seq, ord"), lambda row: row[0])}
    firsts = {}
    first = 0
    for size, *_ in driver.execute("SELECT size FROM audit_head_1 ORDER BY size").fetchall():
        firsts[size], first = first, size
    for row in driver.execute("SELECT * FROM audit_entry_1 ORDER BY seq").fetchall():
        entry = dict(zip(names, row, strict=True))
        own = values.get(entry["seq"], [])
        salts = b"\x01" + b"".join(value[3] or bytes(16) for value in own) if any(value[3] for value in own) else None
        erased = any(value[3] is None for value in own)
        commits = entry["commits"] if erased else b"".join(entry["commits"][at : at + 4] for at in range(0, len(entry["commits"]), 32))
        driver.execute(
            "INSERT INTO audit_entry VALUES (?,?,?,?,?,?,?,?,?)",
            (entry["seq"], entry["action"], number(entry["code"]), entry["outcome"], number(entry["obj_type"]), packed(entry["obj_id"]),
             number(entry["client"]), salts, commits),
        )  # fmt: skip
        for _, ord_, field, _, kinds, old, new in own:
            pair = (decoded(kinds[0], old), decoded(kinds[1], new))
            driver.execute("INSERT INTO audit_value VALUES (?,?,?,?)", (entry["seq"] << 10 | ord_, number(field), *pair))
        if entry["seq"] + 1 in firsts:
            size = entry["seq"] + 1
            _, root, ts, key_id, epoch, signature = driver.execute("SELECT * FROM audit_head_1 WHERE size = ?", (size,)).fetchone()
            driver.execute(
                f"INSERT INTO audit_head VALUES ({','.join('?' * 20)})",  # noqa: S608
                (size, firsts[size], packed(entry["tx"]), micros(ts), entry["skew"], *(number(entry[name]) for name in FACTS),
                 entry["break_glass"], number(entry["reason_code"]), root, number(key_id), epoch, signature),
            )  # fmt: skip
    for level, index, value in driver.execute("SELECT level, idx, hash FROM audit_node_1").fetchall():
        last = ((index + 1) << level) - 1
        driver.execute("INSERT INTO audit_node VALUES (?,?)", (2 * last - last.bit_count() + level, value))


def packed(text: str) -> str | bytes:
    try:
        made = UUID(text)
    except ValueError:
        return text
    return made.bytes if str(made) == text else text


def decoded(kind: str, text: Any) -> Any:
    return text if kind in "nt" else int(text) if kind == "i" else bytes.fromhex(text)


def micros(ts: str) -> int:
    return (datetime.fromisoformat(ts) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def declared() -> None:
    """While this schema is being made: whatever the tables have that the file lacks. Frozen into statements when it is released."""
    from nmx_desk.data.tables import TABLES, metadata

    bind = op.get_bind()
    there = sa.inspect(bind)
    known = set(there.get_table_names())
    defaults = {table.name: record() for record, table in TABLES.items()}
    for table in metadata.sorted_tables:
        if table.name not in known:
            table.create(bind)
            continue
        columns = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                value = getattr(defaults[table.name], column.name)
                default = None if value is None else sa.text(repr(int(value)) if isinstance(value, int) else repr(str(value)))
                kind = column.type.impl_instance if isinstance(column.type, sa.types.TypeDecorator) else column.type
                op.add_column(table.name, sa.Column(column.name, kind, nullable=column.nullable, server_default=default))
