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
VIEWS = [
    "CREATE VIEW audit_log AS SELECT e.seq AS seq, CASE typeof(h.tx) WHEN 'blob' THEN substr(lower(hex(h.tx)), 1, 8) || '-' || substr(lower(hex(h.tx)), 9, 4) || '-' || substr(lower(hex(h.tx)), 13, 4) || '-' || substr(lower(hex(h.tx)), 17, 4) || '-' || substr(lower(hex(h.tx)), 21, 12) ELSE h.tx END AS tx, strftime('%Y-%m-%dT%H:%M:%S', h.ts / 1000000, 'unixepoch') || printf('.%06dZ', h.ts % 1000000) AS ts, h.skew AS skew, e.action AS action, (SELECT text FROM audit_word w WHERE w.id = e.code) AS code, e.outcome AS outcome, (SELECT text FROM audit_word w WHERE w.id = h.actor) AS actor, (SELECT text FROM audit_word w WHERE w.id = h.role) AS role, (SELECT text FROM audit_word w WHERE w.id = h.on_behalf_of) AS on_behalf_of, (SELECT text FROM audit_word w WHERE w.id = h.station) AS station, (SELECT text FROM audit_word w WHERE w.id = h.session) AS session, (SELECT text FROM audit_word w WHERE w.id = h.app_version) AS app_version, (SELECT text FROM audit_word w WHERE w.id = h.schema_version) AS schema_version, (SELECT text FROM audit_word w WHERE w.id = e.obj_type) AS obj_type, CASE typeof(e.obj_id) WHEN 'blob' THEN substr(lower(hex(e.obj_id)), 1, 8) || '-' || substr(lower(hex(e.obj_id)), 9, 4) || '-' || substr(lower(hex(e.obj_id)), 13, 4) || '-' || substr(lower(hex(e.obj_id)), 17, 4) || '-' || substr(lower(hex(e.obj_id)), 21, 12) ELSE e.obj_id END AS obj_id, (SELECT text FROM audit_word w WHERE w.id = e.client) AS client, (SELECT text FROM audit_word w WHERE w.id = h.purpose) AS purpose, (SELECT text FROM audit_word w WHERE w.id = h.rule) AS rule, h.break_glass AS break_glass, (SELECT text FROM audit_word w WHERE w.id = h.reason_code) AS reason_code FROM audit_entry e JOIN audit_head h ON h.size = (SELECT min(size) FROM audit_head n WHERE n.size > e.seq)",
    "CREATE VIEW audit_log_value AS SELECT id >> 10 AS seq, id & 1023 AS ord, (SELECT text FROM audit_word w WHERE w.id = field) AS field, old, new FROM audit_value",
]
OLD = ("audit_entry", "audit_value", "audit_node", "audit_head")
FACTS = ("actor", "role", "on_behalf_of", "station", "session", "app_version", "schema_version", "purpose", "rule")


def upgrade() -> None:
    compact(op.get_bind().connection.driver_connection)
    tables_and_columns()


def compact(driver: Any) -> None:
    """The log of 0001 in its compact form: every entry, hash and signature stays what it was."""
    driver.execute("PRAGMA legacy_alter_table = ON")
    for (name,) in driver.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit\\_%' ESCAPE '\\'"
    ).fetchall():
        driver.execute(f'DROP TRIGGER "{name}"')
    for name in OLD:
        driver.execute(f"ALTER TABLE {name} RENAME TO {name}_1")
    for (name,) in driver.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'audit_entry_%' AND sql IS NOT NULL"
    ).fetchall():
        driver.execute(f"DROP INDEX {name}")
    for statement in LOG:
        driver.execute(statement)
    convert(driver)
    for name in OLD:
        driver.execute(f"DROP TABLE {name}_1")
    driver.execute("UPDATE audit_meta SET format = 2")
    driver.execute("PRAGMA legacy_alter_table = OFF")
    for view in VIEWS:
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


def tables_and_columns() -> None:
    op.create_table(
        "grievance",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("client_no", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grievance")),
    )
    op.create_index(op.f("ix_grievance_client_id"), "grievance", ["client_id"], unique=False)
    op.create_table(
        "log_stamp",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_stamp")),
    )
    op.create_table(
        "log_text_reach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_text_reach")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_status"), "proposal", ["status"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("client_no", sa.Text(), nullable=False),
        sa.Column("destroyed_on", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("request_no", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("executed_by", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_client_no"), "tombstone", ["client_no"], unique=False)
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("client_no", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("identity_how", sa.Text(), nullable=False),
        sa.Column("identity_at", sa.Text(), nullable=True),
        sa.Column("identity_by", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("advice_by", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("executed_at", sa.Text(), nullable=True),
        sa.Column("executed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_privacy_request_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
        sa.UniqueConstraint("number", name=op.f("uq_privacy_request_number")),
    )
    op.create_index(op.f("ix_privacy_request_proposal_id"), "privacy_request", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_privacy_request_state_due_on"), "privacy_request", ["state", "due_on"], unique=False)
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_saved_filter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_filter_user_id_name")),
    )
    op.create_index(op.f("ix_saved_filter_user_id"), "saved_filter", ["user_id"], unique=False)
    op.create_table(
        "client_statement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("ref_type", sa.Text(), nullable=False),
        sa.Column("ref_id", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("request_no", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_statement_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_statement")),
    )
    op.create_index(op.f("ix_client_statement_client_id"), "client_statement", ["client_id"], unique=False)
    op.create_table(
        "client_merge",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("kept_id", sa.Text(), nullable=False),
        sa.Column("gone_id", sa.Text(), nullable=False),
        sa.Column("gone_no", sa.Text(), nullable=False),
        sa.Column("gone_status", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("log_from", sa.Integer(), nullable=False),
        sa.Column("log_to", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.Text(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_merge_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_merge")),
    )
    op.create_index(op.f("ix_client_merge_client_id"), "client_merge", ["client_id"], unique=False)
    op.create_index(op.f("ix_client_merge_gone_id"), "client_merge", ["gone_id"], unique=False)
    op.create_index(op.f("ix_client_merge_kept_id"), "client_merge", ["kept_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_document_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_client_id"), "document", ["client_id"], unique=False)
    op.add_column("clinic", sa.Column("two_step_managers", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("clinic", sa.Column("two_step_admins", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("clinic", sa.Column("backup_minute", sa.Integer(), server_default=sa.text("780"), nullable=False))
    op.add_column("clinic", sa.Column("backup_hours", sa.Integer(), server_default=sa.text("24"), nullable=False))
    op.add_column("clinic", sa.Column("backup_second", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("clinic", sa.Column("stamp_url", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("clinic", sa.Column("stamp_certificates", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("desk_user", sa.Column("big", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("desk_user", sa.Column("agb", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("desk_user", sa.Column("rbcz", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("desk_user", sa.Column("is_removed", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("desk_user", sa.Column("two_step", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("desk_user", sa.Column("two_step_version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("desk_user", sa.Column("two_step_used", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("ALTER TABLE client ADD COLUMN merged_into TEXT CONSTRAINT fk_client_merged_into REFERENCES client (id)")
    op.create_index(op.f("ix_client_merged_into"), "client", ["merged_into"], unique=False)
