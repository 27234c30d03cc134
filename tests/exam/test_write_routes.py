"""Each write route of AUDIT §1, and more, against every table: logged or refused, nothing else."""

from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from nmx_desk.data.tables import TABLES, UNLOGGED, captured_tables, metadata
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.services import clients
from nmx_desk.services.desk import use_case
from tests.exam.bypass import KINDS, LOG, ROUND_THE_BACK, ROUTES, Seen, by_route, outside, raw_insert, refused, run_sql, sample, the_log


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_captured_for_every_table(clinic, route):
    desk, seen = clinic.as_("receptie"), Counter()
    desk.database.driver.execute("PRAGMA foreign_keys = OFF")
    assert [said for kind in KINDS.values() if (said := by_route(desk, route, TABLES[kind], 7, seen))] == []
    assert seen["logged"] >= len(KINDS) - 1


def captured(connection, table):
    return [a for (a,) in connection.exec_driver_sql("SELECT action FROM audit_raw WHERE obj_type = ? ORDER BY id", (table.name,))]


def test_cascades_are_captured(clinic):
    """Deleting a parent takes its children along, each with its own entry."""
    desk = clinic.as_("receptie")
    owned = [(t, fk) for t in TABLES.values() for fk in t.foreign_keys if fk.ondelete == "CASCADE" and t.name not in UNLOGGED]
    care = {"call_attempt", "note_section", "red_flag_answer", "plan_phase", "plan_item", "plan_goal"}
    care |= {"event_complaint", "lab_result"}
    care |= {"audit_finding", "supplier_review", "review_chapter", "review_decision", "objective_reading"}
    assert {t.name for t, _ in owned} == care | {"busy_time", "published_event"}
    for table, key in owned:

        @use_case("session.use")
        def cascade(work, table=table, key=key):
            connection = work.store.connection
            parent = key.column.table
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            raw_insert(connection, parent, sample(parent, 1) | ({"status": "draft"} if "status" in parent.c else {}))
            raw_insert(connection, table, sample(table, 2) | {key.parent.name: "row-1"})
            connection.exec_driver_sql(f"DELETE FROM {parent.name} WHERE id = 'row-1'")
            raise Seen([], captured(connection, table))

        desk.database.driver.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(Seen) as seen:
            desk.do(cascade)
        assert seen.value.args[1] == ["C", "D"], table.name


def test_writing_round_the_door_is_refused_for_every_table(clinic):
    seen = Counter()
    assert [said for said in outside(clinic, seen) if said] == []
    assert len(seen) == 5 and min(seen.values()) > 2 * len(KINDS)
    assert clinic.verified().ok


def test_a_transaction_that_is_not_sealed_cannot_commit(clinic):
    desk = clinic.as_("receptie")
    driver = desk.database.driver
    desk.recorder.begin(desk._context(run_sql, ""))
    driver.execute("BEGIN IMMEDIATE")
    driver.execute("UPDATE clinic SET name = 'behind the back'")
    with pytest.raises(Exception, match="FOREIGN KEY constraint failed"):
        driver.execute("COMMIT")
    driver.execute("ROLLBACK")
    desk.recorder.end()
    assert clinic.verified().ok


def test_another_program_cannot_write(clinic):
    """The key alone is not enough: the triggers call functions only this application has."""
    from nmx_desk.vault.sqlcipher import connect

    desk = clinic.as_("receptie")
    other = connect(clinic.folder / "desk.db", desk.secrets.db_key)
    with pytest.raises(Exception, match="no such function"):
        other.execute("UPDATE clinic SET name = 'elsewhere'")
    other.close()


def test_the_log_is_never_rewritten(clinic):
    desk, size = clinic.as_("receptie"), clinic.as_("receptie").log_size
    for table in LOG:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = rowid"):
            with pytest.raises(Exception, match="never rewritten"):
                desk.database.driver.execute(statement)
    assert [said for said in the_log(clinic) if said] == []
    assert clinic.verified().ok and desk.log_size == size


def test_every_table_is_captured_or_named_as_an_exception():
    import nmx_desk.data.search  # noqa: F401

    tables = set(metadata.tables) - {table.name for table in captured_tables()}
    assert tables <= set(UNLOGGED), f"no triggers, no reason: {tables - set(UNLOGGED)}"


def test_no_table_has_a_real_column():
    for table in metadata.tables.values():
        for column in table.columns:
            assert not isinstance(column.type, (sa.Float, sa.Numeric)), f"{table.name}.{column.name}"


def test_every_table_can_be_made_in_the_other_dialect():
    """PostgreSQL comes later; nothing in the description of the tables may be of one engine only, but the partial indexes."""
    for table in metadata.tables.values():
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
    indexes = [index for table in metadata.tables.values() for index in table.indexes]
    partial = {index.name for index in indexes if index.dialect_options["sqlite"].get("where") is not None}
    known = {"uq_plan_active", "ix_appointment_busy", "ix_appointment_in_room"}
    assert partial == known, "only_where in data/dialect.py says them for PostgreSQL too, when it comes"


def test_a_failed_use_case_leaves_nothing(clinic):
    desk = clinic.as_("receptie")
    size = desk.log_size

    @use_case("clients.change")
    def half(work):
        from nmx_desk.domain.clients import Client

        work.store.add(Client(client_no="C-1", surname="Half"))
        raise DeskError("no")

    with pytest.raises(DeskError):
        desk.do(half)
    assert desk.log_size == size
    with desk.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM client").scalar_one() == 0


@pytest.mark.parametrize("statement", ROUND_THE_BACK)
def test_ways_round_the_triggers_are_refused(clinic, statement):
    desk = clinic.as_("receptie")
    assert refused(desk.do, run_sql, statement) == ""
    assert clinic.verified().ok
    assert desk.do(clients.create_client, Client(surname="Daarna", phone="0600001111")).client_no == "C-000001"


def test_a_piece_of_a_text_written_past_sql_is_named(clinic):
    """The driver can write into a cell without any statement: no trigger fires, and the verification names the field."""
    desk = clinic.as_("receptie")
    made = desk.do(clients.create_client, Client(surname="Eerlijk", phone="0600001111", city="Zwolle"))
    rowid = desk.database.driver.execute("SELECT rowid FROM client").fetchone()[0]
    with desk.database.driver.open_blob("client", "city", rowid) as cell:
        cell.write(b"Hoorn!")
    assert [(f.kind, f.table, f.row, f.field) for f in clinic.verified().findings] == [("row_changed", "client", made.id, "city")]


def do_raw(desk, *statements):
    @use_case("session.use")
    def deed(work):
        for sql, *values in statements:
            work.store.connection.exec_driver_sql(sql, tuple(values))
        return [tuple(row) for row in work.store.connection.exec_driver_sql("SELECT action, obj_id FROM audit_raw ORDER BY id")]

    return desk.do(deed)


def test_replacing_by_another_unique_column_logs_the_row_that_goes(clinic):
    desk = clinic.as_("receptie")
    insert = "INSERT OR REPLACE INTO counter VALUES (?, 1, '2026-09-14T07:00:00.000000Z', 'me', ?, 1)"
    got = do_raw(desk, (insert, "a", "x"), (insert, "b", "y"), (insert, "c", "x"))
    assert got == [("C", "a"), ("C", "b"), ("D", "a"), ("C", "c")]
    assert do_raw(desk, ("UPDATE OR REPLACE counter SET name = 'x' WHERE id = 'b'",)) == [("D", "c"), ("U", "b")]
    got = do_raw(desk, (f"{insert.replace(' OR REPLACE', '')} ON CONFLICT (name) DO UPDATE SET value = value + 1", "d", "x"))
    assert got == [("U", "b")]
    assert clinic.verified().ok


@pytest.mark.parametrize("value", ["1.5", "9e999", "CAST(2 AS REAL)"])
def test_a_real_value_is_refused_wherever_it_would_stay_one(clinic, value):
    desk = clinic.as_("receptie")
    for column in ("version", "value"):
        if (column, value) == ("version", "CAST(2 AS REAL)"):
            continue  # SQLite itself makes it an integer
        change = f"UPDATE counter SET {column} = {value} + 0.25 WHERE id = 'r'"
        with pytest.raises(Exception, match="user-defined function raised exception"):
            do_raw(desk, ("INSERT INTO counter VALUES ('r', 1, 'now', 'me', 'real', 1)",), (change,))
    assert clinic.verified().ok


@pytest.mark.parametrize("value", [None, "", "\U0001f600", b"\xff\x00", 2**63 - 1, -(2**63)])
def test_odd_values_are_logged_as_they_are(clinic, value):
    desk = clinic.as_("receptie")
    do_raw(
        desk,
        ("INSERT INTO closure VALUES ('o', 1, 'now', 'me', '2026-01-01', '2026-01-02', 'x')",),
        ("UPDATE closure SET reason = coalesce(?, 'none'), version = ? WHERE id = 'o'", value, value if isinstance(value, int) else 2),
    )
    assert clinic.verified().ok


def test_no_nul_hides_a_change_from_the_log(clinic):
    """A function of the application sees a text up to its first NUL only: what stands behind it would change unlogged."""
    desk = clinic.as_("receptie")
    with pytest.raises(DeskError, match="cannot be stored"):
        do_raw(desk, ("UPDATE clinic SET name = ?", "a\0b"))
    with pytest.raises(DeskError, match="cannot be stored"):
        desk.do(clients.create_client, Client(surname="Nul\0", phone="0600001111"))
    do_raw(desk, ("UPDATE clinic SET name = ?", b"a\0b"))
    assert clinic.verified().ok


@pytest.mark.parametrize("value", ["\ud800", 2**63, 10**30])
def test_values_that_cannot_be_stored_are_refused(clinic, value):
    desk, size = clinic.as_("receptie"), clinic.as_("receptie").log_size
    with pytest.raises((UserError, OverflowError)):
        do_raw(desk, ("UPDATE clinic SET name = ?", value))
    assert desk.log_size == size and clinic.verified().ok


def test_a_savepoint_that_is_rolled_back_takes_its_captures_along(clinic):
    desk = clinic.as_("receptie")
    got = do_raw(
        desk,
        ("SAVEPOINT a",),
        ("UPDATE clinic SET name = 'first'",),
        ("ROLLBACK TO a",),
        ("UPDATE clinic SET city = 'second'",),
        ("RELEASE a",),
    )
    assert len(got) == 1
    assert clinic.verified().ok


def test_an_id_never_changes(clinic):
    desk = clinic.as_("receptie")
    for verb in ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"):
        with pytest.raises(Exception, match="an id never changes"):
            do_raw(desk, (f"{verb} clinic SET id = 'other'",))
    assert clinic.verified().ok


def test_a_seal_that_breaks_half_way_leaves_nothing(clinic, monkeypatch):
    desk = clinic.as_("receptie")
    size = desk.log_size
    monkeypatch.setattr(type(desk.signer), "sign", lambda *_: (_ for _ in ()).throw(RuntimeError("smart card gone")))
    with pytest.raises(RuntimeError):
        do_raw(desk, ("UPDATE clinic SET name = 'half'",))
    monkeypatch.undo()
    with pytest.raises(Exception, match="only the seal"):
        desk.database.driver.execute("INSERT INTO audit_word (text) VALUES ('forged')")
    result = clinic.verified()
    assert result.ok and result.size == size


def test_a_use_case_through_the_door_inside_another_leaves_nothing(clinic):
    desk = clinic.as_("receptie")

    @use_case("session.use")
    def outer(work):
        work.store.connection.exec_driver_sql("UPDATE clinic SET name = 'outer'")
        desk.do(clients.create_client, Client(surname="Binnen", phone="0600001111"))

    size = desk.log_size
    with pytest.raises(Exception, match="transaction within a transaction"):
        desk.do(outer)
    assert clinic.verified().size == size
