"""The tamper classes of AUDIT §4, each on a copy of a real clinic by somebody who holds the database key: found, the right place named."""

import shutil

import pytest
from sqlcipher3 import dbapi2 as driver

from nmx_desk.audit import tree, witness
from nmx_desk.audit.entry import Head, entry_leaf, head_message, utc_text
from nmx_desk.audit.seal import decode
from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.tlv import commitment
from nmx_desk.data.tables import captured_tables
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError
from nmx_desk.services import clients, people
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import witness_path
from nmx_desk.vault.sqlcipher import connect


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory, clinic_template):
    """A clinic with some history by three users, its key and its witness."""
    from tests.clinic import TestClinic

    folder = tmp_path_factory.mktemp("lived") / "clinic"
    shutil.copytree(clinic_template, folder)
    clinic = TestClinic(folder)
    for n in range(12):
        desk = clinic.as_(("receptie", "behandelaar", "manager")[n % 3])
        made = desk.do(clients.create_client, Client(first_name="Sanne", surname=f"Proef{n}", phone=f"06000012{n:02}"))
        clinic.clock.move(minutes=3)
        desk.do(clients.change_client, made.__class__(**made.__dict__ | {"city": "Zwolle"}))
        desk.do(clients.open_client, made.id)
    desk = clinic.as_("receptie")
    key, seed = desk.secrets.db_key, desk.secrets.seed
    with desk.database.reading() as connection:
        size, root = connection.exec_driver_sql("SELECT size, root FROM audit_head ORDER BY size DESC").first()
        uuid = desk.db_uuid
    clinic.close()
    return folder, key, seed, witness.Witness(uuid, size, bytes(root).hex(), "")


@pytest.fixture
def tampered(lived_in, tmp_path):
    """A bare connection to a copy, all triggers gone; ``examine()`` puts them back and verifies."""
    folder, key, seed, seen = lived_in
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    raw = connect(copy / "desk.db", key)
    raw.execute("PRAGMA foreign_keys = OFF")
    saved = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in saved:
        raw.execute(f'DROP TRIGGER "{name}"')

    class Tampered:
        connection = raw
        size = seen.size

        def examine(self, with_witness=True):
            for _, sql in saved:
                raw.execute(sql)
            return check_log(raw, seen if with_witness else None)

        def signer(self):
            return UserSigner(seed, 1)

    yield Tampered()
    raw.close()


def places(result, kind):
    return [f.seq for f in result.findings if f.kind == kind]


def recompute(raw, from_seq=0):
    """What an insider with the database key can do: every leaf, node and root anew, but not the signatures of others."""
    raw.execute("DELETE FROM audit_node")
    nodes = {}
    for entry in raw.execute("SELECT * FROM audit_entry ORDER BY seq").fetchall():
        for level, index, value in tree.new_nodes(entry[0], entry_leaf(entry), lambda lv, ix: nodes[lv, ix]):
            nodes[level, index] = value
    raw.executemany("INSERT INTO audit_node VALUES (?,?,?)", [(*at, value) for at, value in nodes.items()])
    for (size,) in raw.execute("SELECT size FROM audit_head").fetchall():
        if size > from_seq:
            root = tree.root(size, lambda lv, ix: nodes[lv, ix])
            raw.execute("UPDATE audit_head SET root = ? WHERE size = ?", (root, size))
    return nodes


def test_untouched_is_intact(tampered):
    result = tampered.examine()
    assert result.ok and result.size == tampered.size and result.values > 100


@pytest.mark.parametrize("column", ["actor", "ts", "client", "code", "obj_id", "role", "rule"])
def test_edit_a_header_field(tampered, column):
    tampered.connection.execute(f"UPDATE audit_entry SET {column} = '2026-09-14T07:00:00.000001Z' WHERE seq = 60")
    result = tampered.examine()
    assert any(f.kind in {"node", "root"} and f.seq is not None and 60 <= f.seq <= 70 for f in result.findings)
    assert 60 in places(result, "node")


def test_edit_a_value(tampered):
    seq, field = tampered.connection.execute("SELECT seq, field FROM audit_value WHERE new = 'Zwolle'").fetchone()
    tampered.connection.execute("UPDATE audit_value SET new = 'Assen' WHERE seq = ? AND field = ?", (seq, field))
    found = [f for f in tampered.examine().findings if f.kind == "value"]
    assert [(f.seq, f.table, f.field) for f in found] == [(seq, "client", "city")]


def test_delete_a_value(tampered):
    seq = tampered.connection.execute("SELECT seq FROM audit_value WHERE new = 'Zwolle'").fetchone()[0]
    tampered.connection.execute("DELETE FROM audit_value WHERE seq = ? AND field = 'city'", (seq,))
    assert places(tampered.examine(), "value_missing") == [seq]


def test_blank_a_value_without_an_erasure(tampered):
    seq = tampered.connection.execute("SELECT seq FROM audit_value WHERE new = 'Zwolle'").fetchone()[0]
    tampered.connection.execute("UPDATE audit_value SET salt = NULL, old = NULL, new = NULL WHERE seq = ?", (seq,))
    assert seq in places(tampered.examine(), "blanked")


def test_delete_an_entry(tampered):
    tampered.connection.execute("DELETE FROM audit_entry WHERE seq = 61")
    result = tampered.examine()
    assert places(result, "gap") == [61] and places(result, "orphan") in ([61], [])


def test_delete_renumber_and_recompute(tampered):
    raw = tampered.connection
    raw.execute("DELETE FROM audit_value WHERE seq = 61")
    raw.execute("DELETE FROM audit_entry WHERE seq = 61")
    for table in ("audit_entry", "audit_value"):
        for (seq,) in raw.execute(f"SELECT DISTINCT seq FROM {table} WHERE seq > 61 ORDER BY seq").fetchall():
            raw.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (seq - 1, seq))
    for (size,) in raw.execute("SELECT size FROM audit_head WHERE size > 61 ORDER BY size").fetchall():
        raw.execute("UPDATE audit_head SET size = ? WHERE size = ?", (size - 1, size))
    recompute(raw, 61)
    result = tampered.examine()
    assert min(places(result, "signature")) >= 60 and places(result, "witness")


def test_swap_two(tampered):
    raw = tampered.connection
    for old, new in ((60, -1), (61, 60), (-1, 61)):
        raw.execute("UPDATE audit_entry SET seq = ? WHERE seq = ?", (new, old))
    assert min(places(tampered.examine(), "node")) == 60


def test_insert_and_recompute(tampered):
    raw = tampered.connection
    entry = list(raw.execute("SELECT * FROM audit_entry WHERE seq = 70").fetchone())
    entry[0] = tampered.size
    raw.execute(f"INSERT INTO audit_entry VALUES ({','.join('?' * 22)})", entry)
    recompute(raw, 10**9)
    assert places(tampered.examine(), "unsigned") == [tampered.size]


def test_truncate_the_tail_without_a_trace_in_the_file(tampered):
    raw = tampered.connection
    keep = raw.execute("SELECT size FROM audit_head ORDER BY size DESC LIMIT 1 OFFSET 3").fetchone()[0]
    for table, column in (("audit_value", "seq"), ("audit_entry", "seq")):
        raw.execute(f"DELETE FROM {table} WHERE {column} >= ?", (keep,))
    raw.execute("DELETE FROM audit_head WHERE size > ?", (keep,))
    recompute(raw, 10**9)
    result = tampered.examine()
    assert places(result, "witness") == [keep]


def test_change_a_live_row_with_triggers_dropped(tampered):
    row = tampered.connection.execute("SELECT id FROM client ORDER BY client_no").fetchone()[0]
    tampered.connection.execute("UPDATE client SET phone = '+31600009999' WHERE id = ?", (row,))
    assert [(f.kind, f.table, f.row, f.field) for f in tampered.examine().findings] == [("row_changed", "client", row, "phone")]


def test_delete_a_live_row_with_triggers_dropped(tampered):
    row = tampered.connection.execute("SELECT id FROM client ORDER BY client_no").fetchone()[0]
    tampered.connection.execute("DELETE FROM client WHERE id = ?", (row,))
    assert [(f.kind, f.row) for f in tampered.examine().findings] == [("row_missing", row)]


def test_add_a_live_row_with_triggers_dropped(tampered):
    raw = tampered.connection
    raw.execute("INSERT INTO closure VALUES ('x', 1, '2026-01-01T00:00:00.000000Z', 'me', '2026-01-01', '2026-01-02', 'party')")
    assert [(f.kind, f.row) for f in tampered.examine().findings] == [("row_unlogged", "x")]


def test_rewrite_everything_without_keys(tampered):
    raw = tampered.connection
    raw.execute("UPDATE audit_entry SET actor = (SELECT actor FROM audit_entry WHERE seq = 0)")
    recompute(raw)
    assert len(places(tampered.examine(), "signature")) > 20


def test_rewrite_with_one_users_key(tampered):
    """An insider signs the rewritten history with a key of their own: the heads of others give it away."""
    raw, signer = tampered.connection, tampered.signer()
    seq, ord_, field, salt, kinds, old, _ = raw.execute("SELECT * FROM audit_value WHERE new = 'Zwolle' AND seq > 60").fetchone()
    forged = commitment(bytes(salt), field, decode(kinds[0], old), "Assen")
    raw.execute("UPDATE audit_value SET new = 'Assen' WHERE seq = ? AND ord = ?", (seq, ord_))
    commits = bytearray(raw.execute("SELECT commits FROM audit_entry WHERE seq = ?", (seq,)).fetchone()[0])
    commits[32 * ord_ : 32 * ord_ + 32] = forged
    raw.execute("UPDATE audit_entry SET commits = ? WHERE seq = ?", (bytes(commits), seq))
    row = raw.execute("SELECT obj_id FROM audit_entry WHERE seq = ?", (seq,)).fetchone()[0]
    raw.execute("UPDATE client SET city = 'Assen' WHERE id = ?", (row,))
    recompute(raw, seq)
    (uuid,) = raw.execute("SELECT db_uuid FROM audit_meta").fetchone()
    for size, root, ts, _, epoch, _ in raw.execute("SELECT * FROM audit_head WHERE size > ?", (seq,)).fetchall():
        head = Head(size, bytes(root), ts, signer.key_id, epoch, b"")
        raw.execute(
            "UPDATE audit_head SET key_id = ?, signature = ? WHERE size = ?", (signer.key_id, signer.sign(head_message(uuid, head)), size)
        )
    result = tampered.examine()
    assert places(result, "signer") and places(result, "witness")


def test_a_trigger_altered_or_missing(tampered):
    result = check_log(tampered.connection)
    assert {f.kind for f in result.findings} == {"trigger"} and len(result.findings) > 3 * len(captured_tables())


def test_put_back_an_older_whole_file(clinic):
    """The witness of the workstation knows; the desk shows nothing but findings."""
    desk = clinic.as_("receptie")
    desk.do(clients.create_client, Client(surname="Eerst", phone="0600001111"))
    clinic.close()
    older = (clinic.folder / "desk.db").read_bytes()
    desk = clinic.as_("receptie")
    desk.do(clients.create_client, Client(surname="Later", phone="0600002222"))
    size = desk.log_size
    clinic.close()
    for ending in ("-wal", "-shm"):
        (clinic.folder / f"desk.db{ending}").unlink(missing_ok=True)
    (clinic.folder / "desk.db").write_bytes(older)
    desk = clinic.as_("receptie")
    assert desk.read_only and f"{size - 51 + 51}"
    with pytest.raises(Exception, match="entries that this computer saw are missing"):
        desk.do(people.list_people)
    with desk.database.reading():
        found = check_log(desk.database.reading_driver, witness.load(witness_path(desk.db_uuid)))
    assert [f.kind for f in found.findings] == ["witness"]


def test_every_flipped_byte_of_the_file_is_noticed(lived_in, tmp_path):
    """SQLCipher authenticates its pages: a flipped byte never goes unnoticed."""
    folder, key, _, _ = lived_in
    data = (folder / "desk.db").read_bytes()
    missed = []
    for at in range(37, len(data), len(data) // 40):
        copy = tmp_path / "desk.db"
        copy.write_bytes(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
        for ending in ("-wal", "-shm"):
            (tmp_path / f"desk.db{ending}").unlink(missing_ok=True)
        try:
            raw = connect(copy, key)
            if check_log(raw).ok and raw.execute("PRAGMA cipher_integrity_check").fetchall() == []:
                missed.append(at)
            raw.close()
        except (DeskError, driver.Error, ValueError):  # noticed
            pass
    assert missed == []


def test_time_text_sorts_as_time():
    from datetime import UTC, datetime, timedelta

    moments = [datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) + timedelta(microseconds=n) for n in range(3)]
    assert sorted(map(utc_text, moments)) == list(map(utc_text, moments))
