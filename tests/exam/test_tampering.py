"""The tamper classes of AUDIT §4, each on a copy of a real clinic by somebody who holds the database key: found, the right place named."""

import collections
import os
import random
import shutil
from dataclasses import replace
from itertools import pairwise

import pytest
from sqlcipher3 import dbapi2 as driver

from nmx_desk.audit import storage, tree, witness
from nmx_desk.audit.entry import COLUMNS, entry_leaf, head_message, utc_text
from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.tlv import commitment
from nmx_desk.data.tables import captured_tables
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError, NotAllowed
from nmx_desk.services import clients, people
from nmx_desk.services.desk import use_case
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import witness_path
from nmx_desk.vault.sqlcipher import connect

ONE_CELL = "SELECT count(*) FROM {table} WHERE {row} = ? AND {column} IS ? AND typeof({column}) = typeof(?)"


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


def leaves(raw):
    """A leaf for each entry as it stands; after the last head for as many as there are."""
    return [entry_leaf([getattr(one.entry, name) for name in COLUMNS]) for one in stored(raw)]


def word(raw, text):
    """The number of a word, made when it is new."""
    raw.execute("INSERT OR IGNORE INTO audit_word (text) VALUES (?)", (text,))
    return raw.execute("SELECT id FROM audit_word WHERE text = ?", (text,)).fetchone()[0]


def where_it_says(raw, new, after=0):
    """Number and field of the first entry with this new value."""
    return raw.execute("SELECT seq, field, ord FROM audit_log_value WHERE new = ? AND seq > ? ORDER BY seq", (new, after)).fetchone()


def stored(raw):
    """The logical entries, as they stand."""
    return list(storage.entries(raw))


def recompute(raw, from_seq=0):
    """What an insider with the database key can do: every leaf, node and root anew, but not the signatures of others."""
    raw.execute("DELETE FROM audit_node")
    nodes = {}
    for seq, leaf in enumerate(leaves(raw)):
        for level, index, value in tree.new_nodes(seq, leaf, lambda lv, ix: nodes[lv, ix]):
            nodes[level, index] = value
    raw.executemany("INSERT INTO audit_node VALUES (?,?)", [(storage.node_id(*at), value) for at, value in nodes.items()])
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
    raw = tampered.connection
    table, row = ("audit_head", "first <= 60 AND size > 60") if column in {"actor", "ts", "role", "rule"} else ("audit_entry", "seq = 60")
    new = {"ts": 1_789_369_200_000_001, "obj_id": "somebody"}.get(column, word(raw, "VIEW"))
    raw.execute(f"UPDATE {table} SET {column} = ? WHERE {row}", (new,))
    assert 60 in places(tampered.examine(), "node")


def test_edit_a_value(tampered):
    seq, _, ord_ = where_it_says(tampered.connection, "Zwolle")
    tampered.connection.execute("UPDATE audit_value SET new = 'Assen' WHERE id = ?", (storage.value_id(seq, ord_),))
    found = [f for f in tampered.examine().findings if f.kind == "value"]
    assert [(f.seq, f.table, f.field) for f in found] == [(seq, "client", "city")]


def test_delete_a_value(tampered):
    seq, _, ord_ = where_it_says(tampered.connection, "Zwolle")
    tampered.connection.execute("DELETE FROM audit_value WHERE id = ?", (storage.value_id(seq, ord_),))
    assert places(tampered.examine(), "value_missing") == [seq]


def test_blank_a_value_without_an_erasure(tampered):
    raw = tampered.connection
    seq = where_it_says(raw, "Zwolle")[0]
    commits = next(storage.entries(raw, seq, seq + 1)).entry.commits
    raw.execute("UPDATE audit_entry SET salt = NULL, commits = ? WHERE seq = ?", (commits, seq))
    raw.execute("UPDATE audit_value SET old = NULL, new = NULL WHERE id >> 10 = ?", (seq,))
    assert seq in places(tampered.examine(), "blanked")


def test_delete_an_entry(tampered):
    tampered.connection.execute("DELETE FROM audit_entry WHERE seq = 61")
    result = tampered.examine()
    assert places(result, "gap") == [61] and places(result, "node") == []


def test_delete_renumber_and_recompute(tampered):
    raw = tampered.connection
    gone = raw.execute("SELECT size - 1 FROM audit_head WHERE size = first + 1 AND size > 60 ORDER BY size").fetchone()[0]
    raw.execute("DELETE FROM audit_value WHERE id >> 10 = ?", (gone,))
    raw.execute("DELETE FROM audit_entry WHERE seq = ?", (gone,))
    raw.execute("DELETE FROM audit_head WHERE size = ?", (gone + 1,))
    for (seq,) in raw.execute("SELECT seq FROM audit_entry WHERE seq > ? ORDER BY seq", (gone,)).fetchall():
        raw.execute("UPDATE audit_entry SET seq = ? WHERE seq = ?", (seq - 1, seq))
    for (at,) in raw.execute("SELECT id FROM audit_value WHERE id >> 10 > ? ORDER BY id", (gone,)).fetchall():
        raw.execute("UPDATE audit_value SET id = ? WHERE id = ?", (at - 1024, at))
    for (size,) in raw.execute("SELECT size FROM audit_head WHERE size > ? ORDER BY size", (gone,)).fetchall():
        raw.execute("UPDATE audit_head SET size = size - 1, first = first - 1 WHERE size = ?", (size,))
    recompute(raw, 61)
    first = raw.execute("SELECT min(size) FROM audit_head WHERE size > ?", (gone,)).fetchone()[0]
    result = tampered.examine()
    assert min(places(result, "signature")) == first - 1 and places(result, "witness")


def test_swap_two(tampered):
    raw = tampered.connection
    for old, new in ((60, -1), (61, 60), (-1, 61)):
        raw.execute("UPDATE audit_entry SET seq = ? WHERE seq = ?", (new, old))
    assert min(places(tampered.examine(), "node")) == 60


def test_insert_and_recompute(tampered):
    raw = tampered.connection
    copied = "action, code, outcome, obj_type, obj_id, client, NULL, x''"
    raw.execute(f"INSERT INTO audit_entry SELECT ?, {copied} FROM audit_entry WHERE seq = 70", (tampered.size,))
    assert places(tampered.examine(), "unsigned") == [tampered.size]


def test_truncate_the_tail_without_a_trace_in_the_file(tampered):
    raw = tampered.connection
    keep = raw.execute("SELECT size FROM audit_head ORDER BY size DESC LIMIT 1 OFFSET 3").fetchone()[0]
    raw.execute("DELETE FROM audit_value WHERE id >> 10 >= ?", (keep,))
    raw.execute("DELETE FROM audit_entry WHERE seq >= ?", (keep,))
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
    raw.execute("UPDATE audit_head SET actor = (SELECT actor FROM audit_head LIMIT 1)")
    recompute(raw)
    assert len(places(tampered.examine(), "signature")) > 20


def test_rewrite_with_one_users_key(tampered):
    """An insider signs the rewritten history with a key of their own: the heads of others give it away."""
    raw, signer = tampered.connection, tampered.signer()
    seq, _, ord_ = where_it_says(raw, "Zwolle", 60)
    raw.execute("UPDATE audit_value SET new = 'Assen' WHERE id = ?", (storage.value_id(seq, ord_),))
    salt, names = next((one.values[ord_].salt, one.values) for one in storage.entries(raw, seq, seq + 1))
    forged = commitment(salt, names[ord_].field, names[ord_].old, "Assen")
    marks = bytearray(raw.execute("SELECT commits FROM audit_entry WHERE seq = ?", (seq,)).fetchone()[0])
    marks[4 * ord_ : 4 * ord_ + 4] = forged[:4]
    raw.execute("UPDATE audit_entry SET commits = ? WHERE seq = ?", (bytes(marks), seq))
    row = raw.execute("SELECT obj_id FROM audit_log WHERE seq = ?", (seq,)).fetchone()[0]
    raw.execute("UPDATE client SET city = 'Assen' WHERE id = ?", (row,))
    recompute(raw, seq)
    (uuid,) = raw.execute("SELECT db_uuid FROM audit_meta").fetchone()
    for head in list(storage.heads(raw, seq)):
        signature = signer.sign(head_message(uuid, replace(head, key_id=signer.key_id)))
        raw.execute("UPDATE audit_head SET key_id = ?, signature = ? WHERE size = ?", (word(raw, signer.key_id), signature, head.size))
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


# -- garbage: always a finding, never an exception ---------------------------------------------------------------------------------------

GARBAGE = (
    None, 0, -1, 2**62, -(2**63), 1.5, "", "x", "zz" * 50, b"", b"\xff\xfe" * 40, "1_0", " 10", "9999-12-31T23:59:59.999999Z", "ERASE",
    "\0", "\U0001f600", "tt", "CUD",
)  # fmt: skip
AUDIT = ("audit_entry", "audit_value", "audit_head", "audit_node", "audit_key", "audit_meta", "audit_word")
ROW: dict[str, str] = {}
ROUNDS = int(os.environ.get("NMX_EXAM_CELLS", "60"))


def spoil(raw, chance):
    """Change one random cell, or remove one random row; returns what was done, None when it came to nothing."""
    table = chance.choice((*AUDIT, *AUDIT, *(t.name for t in captured_tables())))
    count = raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    if not count:
        return None
    row = ROW.get(table, "rowid")
    column = chance.choice([f'"{line[1]}"' for line in raw.execute(f"PRAGMA table_info({table})")])
    at, before = raw.execute(f"SELECT {row}, {column} FROM {table} LIMIT 1 OFFSET {chance.randrange(count)}").fetchone()
    try:
        if chance.random() < 0.1:
            raw.execute(f"DELETE FROM {table} WHERE {row} = ?", (at,))
            return table, at
        if chance.random() < 0.1:
            raw.execute(f"UPDATE {table} SET {column} = CAST(x'ff41' AS TEXT) WHERE {row} = ?", (at,))
            return table, column, at, "no UTF-8"
        new = chance.choice(GARBAGE)
        raw.execute(f"UPDATE {table} SET {column} = ? WHERE {row} = ?", (new, at))
    except raw.Error:  # a constraint refused it
        return None
    (same,) = raw.execute(ONE_CELL.format(table=table, row=row, column=column), (at, before, before)).fetchone()
    return None if same else (table, column, at, new)


def test_any_cell_may_hold_garbage(tampered):
    raw, chance, kinds = tampered.connection, random.Random(7), collections.Counter()
    raw.execute("PRAGMA ignore_check_constraints = ON")
    for number in range(ROUNDS):
        raw.execute("BEGIN")
        while (done := spoil(raw, chance)) is None:
            pass
        found = [finding for finding in check_log(raw).findings if finding.kind != "trigger"]
        assert found, (number, done)
        kinds.update(finding.kind for finding in found)
        raw.execute("ROLLBACK")
    assert len(kinds) > 8


@pytest.mark.parametrize("table", [*AUDIT, "audit_raw", "client"])
@pytest.mark.parametrize("deed", ["DELETE FROM", "DROP TABLE"])
def test_a_table_that_is_empty_or_gone(tampered, table, deed):
    tampered.connection.execute(f"{deed} {table}")
    found = {finding.kind for finding in check_log(tampered.connection).findings} - {"trigger"}
    assert found or (table, deed) == ("audit_raw", "DELETE FROM")  # which is always empty


@pytest.mark.parametrize("spelling", ["1", 1.0, b"1", "01"])
def test_a_number_in_another_spelling(tampered, spelling):
    raw = tampered.connection
    at = raw.execute("SELECT id FROM audit_value WHERE typeof(new) = 'integer' AND new = 1").fetchone()[0]
    raw.execute("UPDATE audit_value SET new = ? WHERE id = ?", (spelling, at))
    assert places(tampered.examine(), "value") == [at >> 10]


def test_an_id_in_another_spelling(tampered):
    raw = tampered.connection
    seq = raw.execute("SELECT seq FROM audit_entry WHERE typeof(obj_id) = 'blob'").fetchone()[0]
    text = raw.execute("SELECT obj_id FROM audit_log WHERE seq = ?", (seq,)).fetchone()[0]
    raw.execute("UPDATE audit_entry SET obj_id = ? WHERE seq = ?", (text, seq))
    assert seq in places(tampered.examine(), "entry")


def test_salts_spelt_out_where_a_seed_stood(tampered):
    """The same salts in another form: not what the program writes."""
    raw = tampered.connection
    seq = where_it_says(raw, "Zwolle")[0]
    salts = [value.salt for value in next(storage.entries(raw, seq, seq + 1)).values]
    raw.execute("UPDATE audit_entry SET salt = ? WHERE seq = ?", (storage.one_by_one(salts), seq))
    assert seq in places(tampered.examine(), "value")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("INSERT INTO audit_node VALUES (-7, x'00')", "node"),
        ("INSERT INTO audit_value VALUES (-7, 1, NULL, 'x')", "orphan"),
        ("INSERT INTO audit_value VALUES (-9000000000000000000, 1, NULL, 'x')", "orphan"),
        ("INSERT INTO audit_entry VALUES (-9000000000000000000, 'R', 1, 0, 1, 'x', NULL, NULL, x'')", "gap"),
        ("INSERT INTO audit_word (text) VALUES ('planted')", "word"),
        ("INSERT INTO audit_word (id, text) VALUES (-1, x'00')", "word"),
        ("INSERT INTO audit_meta VALUES (2, 'another', 2)", "meta"),
    ],
)
def test_a_row_put_where_nobody_looks(tampered, statement, kind):
    raw = tampered.connection
    raw.execute("PRAGMA ignore_check_constraints = ON")
    raw.execute(statement)
    assert {finding.kind for finding in tampered.examine().findings} == {kind}


def test_a_blanked_value_with_something_in_its_place(tampered):
    raw = tampered.connection
    seq, _, ord_ = where_it_says(raw, "Zwolle")
    commits = next(storage.entries(raw, seq, seq + 1)).entry.commits
    raw.execute("UPDATE audit_entry SET salt = NULL, commits = ? WHERE seq = ?", (commits, seq))
    raw.execute("UPDATE audit_value SET new = 'Assen' WHERE id = ?", (storage.value_id(seq, ord_),))
    assert seq in places(tampered.examine(), "value")


def test_a_head_between_two_deeds_of_the_same_user_removed(tampered):
    raw = tampered.connection
    heads = raw.execute("SELECT size, key_id FROM audit_head ORDER BY size").fetchall()
    gone, after = next((a, b) for (a, one), (b, two) in pairwise(heads[5:]) if one == two)
    raw.execute("DELETE FROM audit_head WHERE size = ?", (gone,))
    found = tampered.examine()
    assert places(found, "head") == [after - 1] and gone - 1 in places(found, "node")


@pytest.mark.parametrize("size", [0, -3])
def test_a_head_no_transaction_can_have_made(tampered, size):
    names = ", ".join(line[1] for line in tampered.connection.execute("PRAGMA table_info(audit_head)").fetchall()[1:])
    tampered.connection.execute(f"INSERT INTO audit_head SELECT ?, {names} FROM audit_head LIMIT 1", (size,))
    assert places(tampered.examine(), "head") == [0]


def test_a_trigger_added(tampered):
    """It would act in the name of whoever writes next, and be logged as theirs."""
    raw = tampered.connection
    raw.execute("CREATE TRIGGER helpful AFTER INSERT ON closure BEGIN UPDATE client SET phone = ''; END")
    assert [(f.kind, f.detail) for f in tampered.examine().findings] == [("trigger", "trigger helpful is unknown")]


def test_an_entry_hidden_from_an_index(tampered):
    """Whoever filters by client would not see it: the index was made over another value, and its definition put back."""
    raw = tampered.connection
    seq, about = raw.execute("SELECT seq, client FROM audit_entry WHERE client IS NOT NULL ORDER BY seq DESC").fetchone()
    (genuine,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_entry_client'").fetchone()
    raw.execute("DROP INDEX audit_entry_client")
    raw.execute(f"CREATE INDEX audit_entry_client ON audit_entry (CASE seq WHEN {seq} THEN 1 ELSE client END) WHERE client IS NOT NULL")
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'audit_entry_client'", (genuine,))
    raw.execute("PRAGMA writable_schema = RESET")
    shown = [row for (row,) in raw.execute("SELECT seq FROM audit_entry WHERE client = ?", (about,))]
    found = tampered.examine().findings
    assert seq not in shown and {finding.kind for finding in found} == {"index"} and seq in [finding.seq for finding in found]


@pytest.mark.parametrize("name", ["audit_log", "audit_log_value"])
def test_a_view_that_shows_something_else(tampered, name):
    tampered.connection.execute(f"DROP VIEW {name}")
    tampered.connection.execute(f"CREATE VIEW {name} AS SELECT * FROM audit_entry WHERE seq < 70")
    tampered.connection.execute("CREATE VIEW more AS SELECT 1")
    assert {finding.detail for finding in tampered.examine().findings} == {f"view {name} is altered", "view more is unknown"}


# -- an insider with a key of their own, through the program's own seal --------------------------------------------------------------------


def insider(clinic, *statements):
    """What a user could do who makes their own copy of this program: properly captured, sealed and signed."""

    @use_case("session.use")
    def deed(work):
        for sql, *values in statements:
            work.store.connection.exec_driver_sql(sql, tuple(values))

    desk = clinic.as_("receptie")
    desk.do(deed)
    with desk.database.reading():
        return check_log(desk.database.reading_driver)


def user_id(clinic, username):
    desk = clinic.as_("receptie")
    return next(one.user.id for one in desk.do(people.list_people) if one.user.username == username)


@pytest.mark.parametrize("attested_by", ["beheerder", "receptie"])
def test_an_insider_makes_a_key_for_a_colleague(clinic, attested_by):
    forged = UserSigner(os.urandom(32), 1)
    manager = user_id(clinic, "manager")
    key = (forged.key_id, manager, forged.public_key, 1, user_id(clinic, attested_by))
    found = insider(clinic, ("INSERT INTO audit_key VALUES (?,?,?,?,?)", *key)).findings
    assert {(f.kind, f.table, f.row) for f in found} == {("authority", "audit_key", forged.key_id)}


def test_an_insider_gives_themselves_a_role(clinic):
    me = user_id(clinic, "receptie")
    row = ("x", 1, "2026-09-14T07:00:00.000000Z", me, me, "admin")
    found = insider(clinic, ("INSERT INTO user_role VALUES (?,?,?,?,?,?)", *row)).findings
    assert [(f.kind, f.table, f.row) for f in found] == [("authority", "user_role", "x")]


def test_a_key_is_given_to_somebody_else(tampered):
    raw = tampered.connection
    one, two = raw.execute("SELECT id, user_id FROM audit_key LIMIT 2").fetchall()
    raw.execute("UPDATE audit_key SET user_id = ? WHERE id = ?", (two[1], one[0]))
    assert [(f.kind, f.table, f.field) for f in tampered.examine().findings] == [("row_changed", "audit_key", "user_id")]


def test_a_user_signs_with_another_epoch(clinic):
    desk = clinic.as_("receptie")

    @use_case("session.use")
    def another_epoch(work):
        work.note("LOGIN", "desk_user", work.user.id)
        work.new_epoch = 7

    desk.do(another_epoch)
    size = desk.log_size
    with desk.database.reading():
        assert [(f.kind, f.seq) for f in check_log(desk.database.reading_driver).findings] == [("signer", size - 1)]


def test_a_key_period_begun_or_a_key_ended_by_who_may_not(clinic):
    desk, other = clinic.as_("receptie"), clinic.as_("collega").signer.key_id

    @use_case("session.use")
    def reach_for_the_keys(work):
        work.begin_epoch(2)
        work.note("KEY", "audit_key", other)

    desk.do(reach_for_the_keys)
    with desk.database.reading():
        found = check_log(desk.database.reading_driver).findings
    assert [(f.kind, f.table) for f in found] == [("authority", "epoch"), ("authority", "audit_key")]


def test_a_key_that_was_ended_signs_nothing_more(clinic):
    desk, admin = clinic.as_("receptie"), clinic.as_("beheerder")

    @use_case("keys.manage")
    def end(work):
        work.note("KEY", "audit_key", desk.signer.key_id)

    admin.do(end)
    desk._key_has_ended = lambda _connection: False  # a program that does not look
    desk.do(clients.create_client, Client(surname="Na", phone="0600001111"))
    with admin.database.reading():
        assert [f.kind for f in check_log(admin.database.reading_driver).findings] == ["signer"]
    del desk._key_has_ended
    desk._version = -1
    with pytest.raises(NotAllowed):
        desk.do(clients.list_clients)


@pytest.mark.parametrize(("action", "code"), [("E", "PARTY"), ("CU", "CHANGE"), ("", "VIEW"), ("R", "")])
def test_an_entry_with_a_code_or_action_there_is_not(clinic, action, code):
    desk = clinic.as_("receptie")

    @use_case("session.use")
    def odd(work):
        desk.recorder.note(action, code, "client", "x", None)

    desk.do(odd)
    with desk.database.reading():
        assert [f.kind for f in check_log(desk.database.reading_driver).findings] == ["entry"]


def test_an_insider_lies_about_the_old_value(clinic):
    """Captured by a trigger of their own making: the old value is not what the log says was there."""
    from nmx_desk.audit.tlv import tlv

    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, Client(surname="Eerlijk", phone="0600001111"))

    @use_case("clients.change")
    def lie(work):
        connection = work.store.connection
        connection.exec_driver_sql("UPDATE client SET city = 'Assen' WHERE id = ?", (made.id,))
        connection.exec_driver_sql("DROP TRIGGER nmx_guard_audit_raw_update")
        connection.exec_driver_sql("UPDATE audit_raw SET data = ?", (tlv("city", "Zwolle", "Assen"),))

    desk.database.driver.set_authorizer(None)
    desk.do(lie)
    with desk.database.reading():
        found = check_log(desk.database.reading_driver).findings
    assert ("replay", "client", "city") in {(f.kind, f.table, f.field) for f in found}


def test_what_another_program_puts_ready_is_never_sealed_in_my_name(clinic):
    from nmx_desk.vault.sqlcipher import connect

    desk = clinic.as_("receptie")
    other = connect(clinic.folder / "desk.db", desk.secrets.db_key)
    other.execute(
        "INSERT INTO audit_raw (tx, action, code, outcome, obj_type, obj_id, client, data, sealed)"
        " VALUES ('t', 'D', 'DELETE', 0, 'client', 'somebody', NULL, x'', 0)"
    )
    other.close()
    desk.do(clients.create_client, Client(surname="Ik", phone="0600001111"))
    with desk.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM audit_log WHERE obj_id = 'somebody'").scalar_one() == 0
        assert [f.kind for f in check_log(desk.database.reading_driver).findings] == ["unsealed"]


def test_a_damaged_witness_file_is_a_notice_not_an_obstacle(clinic):
    desk = clinic.as_("receptie")
    path = witness_path(desk.db_uuid)
    clinic.close()
    for text in ('{"db_uuid": 1, "size": "many", "root": null, "ts": ""}', "[" * 100_000, "[1]", ""):
        path.write_text(text, "utf-8")
        assert witness.load(path) is None
        assert clinic.as_("receptie").rescue == ""
        clinic.close()


def test_a_witness_never_takes_another_history_for_its_own(tmp_path):
    path = tmp_path / "w.json"
    witness.advance(path, "db", 5, b"\1" * 32, "t")
    witness.advance(path, "db", 5, b"\2" * 32, "t", verified=5)
    assert witness.load(path) == witness.Witness("db", 5, "01" * 32, "t", 0)
