"""What a migration does to columns is replayed from its MIGRATE entry: added with a default, renamed, dropped."""

import json
from datetime import UTC, datetime

import pytest
from sqlcipher3 import dbapi2 as driver

from nmx_desk.audit import storage
from nmx_desk.audit.capture import CapturedTable, triggers
from nmx_desk.audit.entry import Context
from nmx_desk.audit.seal import Recorder
from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.verify import verify

BEFORE = CapturedTable("thing", ("a", "b"), None)
AFTER = CapturedTable("thing", ("c", "d"), None)
MAP = {"thing": {"added": {"d": 5}, "renamed": {"a": "c"}, "dropped": ["b"]}}
SIGNER = UserSigner(b"\5" * 32, 1)


@pytest.fixture
def log():
    connection = driver.connect(":memory:", isolation_level=None)
    for statement in storage.TABLES.split(";"):
        connection.execute(statement)
    connection.execute("INSERT INTO audit_meta VALUES (1, 'db', 2)")
    connection.execute("CREATE TABLE thing (id TEXT PRIMARY KEY, a, b)")
    recorder = Recorder(connection)
    equip(connection, BEFORE)

    def do(*deeds):
        context = Context(tx="t", actor="me", role="admin", session="s", station="", app_version="1", schema_version="1")
        recorder.begin(context)
        for deed in deeds:
            deed(recorder, connection)
        recorder.seal(datetime(2026, 1, 1, tzinfo=UTC), SIGNER)
        recorder.end()

    do(lambda _, c: c.execute("INSERT INTO audit_key VALUES (?,?,?,?,?)", (SIGNER.key_id, "me", SIGNER.public_key, 1, "me")))
    do(lambda _, c: c.execute("INSERT INTO thing VALUES ('x', 'one', 'two')"))
    yield connection, do
    connection.close()


def equip(connection, table):
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for sql in triggers([table]).values():
        connection.execute(sql)


def migrated(log, columns):
    connection, do = log
    assert verify(connection, [BEFORE]).ok
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for change in ("RENAME COLUMN a TO c", "DROP COLUMN b", "ADD COLUMN d DEFAULT 5"):
        connection.execute(f"ALTER TABLE thing {change}")
    equip(connection, AFTER)
    do(lambda recorder, _: recorder.note("E", "MIGRATE", "schema", "2", None, values={"columns": json.dumps(columns)}))
    return connection, do


def test_columns_are_replayed(log):
    connection, do = migrated(log, MAP)
    assert verify(connection, [AFTER]).findings == []
    do(lambda _, c: c.execute("UPDATE thing SET c = 'three', d = 6"), lambda _, c: c.execute("INSERT INTO thing VALUES ('y', 1, 2)"))
    assert verify(connection, [AFTER]).findings == []


@pytest.mark.parametrize("part", ["added", "renamed"])
def test_a_map_that_leaves_something_out_does_not_fit(log, part):
    connection, _ = migrated(log, {"thing": MAP["thing"] | {part: {}}})
    assert {f.kind for f in verify(connection, [AFTER]).findings} == {"row_changed"}


def test_a_map_that_is_none_is_a_finding(log):
    connection, _ = migrated(log, {"thing": "nothing"})
    assert "entry" in {f.kind for f in verify(connection, [AFTER]).findings}
