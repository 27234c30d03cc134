"""Every way to write a row against every table there is: it is logged, or it is refused. What is committed must verify afterwards."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, registry

from nmx_desk.audit.verify import verify
from nmx_desk.data.tables import TABLES, UNLOGGED, captured_tables
from nmx_desk.domain.errors import DeskError
from nmx_desk.services.desk import Desk, Work, use_case
from nmx_desk.vault.sqlcipher import connect
from tests.clinic import TestClinic, make_clinic
from tests.day import whole_day
from tests.exam import erasures
from tests.exam.outcome import Outcome, tally

KINDS = {table.name: kind for kind, table in TABLES.items() if table.name not in UNLOGGED}
LOG = ("audit_entry", "audit_value", "audit_head", "audit_node", "audit_key", "audit_meta", "audit_word")
Row = dict[str, Any]
Route = Callable[[Any, sa.Table, int], list[str]]
"""Writes rows numbered from a number on, and says which actions must have been captured."""


def sample(table: sa.Table, number: int) -> Row:
    """A row that satisfies the table's own checks; references are switched off for the test."""
    row: Row = {}
    for column in table.columns:
        if column.name == "id":
            row["id"] = f"row-{number}"
        elif isinstance(column.type, sa.Integer) and not isinstance(column.type, sa.Boolean):
            row[column.name] = {"version": 1, "busy_from": 10_000 * number, "busy_to": 10_000 * number + 30}.get(column.name, 1)
        elif isinstance(column.type, sa.Boolean):
            row[column.name] = False
        elif column.name == "received_at":
            row[column.name] = f"2026-09-14T07:00:{number:02}.000000Z"  # the search index reads it
        else:
            day = "2026-09-14T07:00:00.000000Z" if column.name == "received_at" else ""  # the search index reads it
            row[column.name] = None if column.nullable else day or f"{column.name}-{number}"
    return row


def raw_insert(connection: Any, table: sa.Table, row: Row, verb: str = "INSERT", tail: str = "") -> None:
    """A row by raw SQL."""
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    connection.exec_driver_sql(f'{verb} INTO "{table.name}" ({columns}) VALUES ({marks}){tail}', tuple(row.values()))


def by_orm(connection: Any, table: sa.Table, number: int) -> list[str]:
    mapped: Any = type("Row", (), {})
    plain = (sa.Column(c.name, _plain(c), primary_key=c.name == "id") for c in table.columns)
    registry().map_imperatively(mapped, sa.Table(table.name, sa.MetaData(), *plain))
    with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
        thing = mapped()
        for name, value in sample(table, number).items():
            setattr(thing, name, value)
        session.add(thing)
        session.flush()
        thing.created_by = "orm"
        session.flush()
        session.delete(thing)
        session.commit()
    return ["C", "U", "D"]


def _plain(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.Boolean):
        return sa.Boolean()
    return sa.Integer() if isinstance(column.type, sa.Integer) else sa.Text()


def by_bulk_update(connection: Any, table: sa.Table, number: int) -> list[str]:
    (present,) = connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').one()
    raw_insert(connection, table, sample(table, number))
    connection.execute(sa.update(table).values(created_by=f"bulk {number}"))
    return ["C"] + ["U"] * (present + 1)


def by_core(connection: Any, table: sa.Table, number: int) -> list[str]:
    row = sample(table, number)
    plain = sa.table(table.name, *(sa.column(name) for name in row))
    connection.execute(sa.insert(plain).values(**row))
    connection.execute(sa.delete(plain).where(plain.c.id == row["id"]))
    return ["C", "D"]


def by_core_many(connection: Any, table: sa.Table, number: int) -> list[str]:
    rows = [sample(table, number), sample(table, number + 1)]
    plain = sa.table(table.name, *(sa.column(name) for name in rows[0]))
    connection.execute(sa.insert(plain), rows)
    return ["C", "C"]


def by_raw_sql(connection: Any, table: sa.Table, number: int) -> list[str]:
    row = sample(table, number)
    raw_insert(connection, table, row)
    connection.exec_driver_sql(f"UPDATE \"{table.name}\" SET created_by = 'raw' WHERE id = ?", (row["id"],))
    connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE id = ?', (row["id"],))
    return ["C", "U", "D"]


def by_executemany(connection: Any, table: sa.Table, number: int) -> list[str]:
    rows = [tuple(sample(table, number + more).values()) for more in (0, 1)]
    columns = ", ".join(f'"{name}"' for name in sample(table, number))
    cursor = connection.connection.driver_connection
    cursor.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join("?" * len(rows[0]))})', rows)
    cursor.executemany(f'UPDATE "{table.name}" SET created_by = ? WHERE id = ?', [("many", row[0]) for row in rows])
    return ["C", "C", "U", "U"]


def by_replace(connection: Any, table: sa.Table, number: int) -> list[str]:
    row = sample(table, number)
    raw_insert(connection, table, row)
    raw_insert(connection, table, row | {"created_by": "replaced"}, verb="INSERT OR REPLACE")
    raw_insert(connection, table, row | {"created_by": "again"}, verb="REPLACE")
    return ["C", "D", "C", "D", "C"]


def by_update_or_replace(connection: Any, table: sa.Table, number: int) -> list[str]:
    raw_insert(connection, table, sample(table, number))
    connection.exec_driver_sql(f"UPDATE OR REPLACE \"{table.name}\" SET created_by = 'replaced' WHERE id = ?", (f"row-{number}",))
    return ["C", "U"]


def by_upsert(connection: Any, table: sa.Table, number: int) -> list[str]:
    row = sample(table, number)
    raw_insert(connection, table, row)
    raw_insert(connection, table, row, tail=" ON CONFLICT (id) DO UPDATE SET created_by = 'upsert'")
    raw_insert(connection, table, row, tail=" ON CONFLICT DO NOTHING")
    raw_insert(connection, table, row, verb="INSERT OR IGNORE")
    return ["C", "U"]


def by_returning(connection: Any, table: sa.Table, number: int) -> list[str]:
    raw_insert(connection, table, sample(table, number), tail=" RETURNING id")
    where = f"WHERE id = 'row-{number}' RETURNING *"
    connection.exec_driver_sql(f"UPDATE \"{table.name}\" SET created_by = 'returned' {where}").all()
    connection.exec_driver_sql(f'DELETE FROM "{table.name}" {where}').all()
    return ["C", "U", "D"]


def by_insert_select(connection: Any, table: sa.Table, number: int) -> list[str]:
    raw_insert(connection, table, sample(table, number))
    other = sample(table, number + 1)
    marks = ", ".join(f'coalesce(?, "{name}")' if value is not None else "NULL" for name, value in other.items())
    columns = ", ".join(f'"{name}"' for name in other)
    connection.exec_driver_sql(
        f'WITH there AS (SELECT * FROM "{table.name}" WHERE id = ?) INSERT INTO "{table.name}" ({columns}) SELECT {marks} FROM there',
        (f"row-{number}", *(value for value in other.values() if value is not None)),
    )
    return ["C", "C"]


def by_update_from(connection: Any, table: sa.Table, number: int) -> list[str]:
    raw_insert(connection, table, sample(table, number))
    connection.exec_driver_sql(
        f"UPDATE \"{table.name}\" SET (created_by, created_at) = (f.a, f.b) FROM (SELECT 'from' AS a, 'elsewhere' AS b) f WHERE id = ?",
        (f"row-{number}",),
    )
    return ["C", "U"]


def by_savepoint(connection: Any, table: sa.Table, number: int) -> list[str]:
    connection.exec_driver_sql("SAVEPOINT taken_back")
    raw_insert(connection, table, sample(table, number))
    connection.exec_driver_sql("ROLLBACK TO taken_back")
    raw_insert(connection, table, sample(table, number + 1))
    connection.exec_driver_sql("RELEASE taken_back")
    return ["C"]


def by_rowid(connection: Any, table: sa.Table, number: int) -> list[str]:
    raw_insert(connection, table, sample(table, number))
    last = f'(SELECT max(rowid) FROM "{table.name}")'
    connection.exec_driver_sql(f"UPDATE \"{table.name}\" SET created_by = 'rowid' WHERE rowid = {last}")
    connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE rowid = {last}')
    return ["C", "U", "D"]


ROUTES: dict[str, Route] = {
    "orm": by_orm, "bulk_update": by_bulk_update, "core": by_core, "core_many": by_core_many, "raw_sql": by_raw_sql,
    "executemany": by_executemany, "replace": by_replace, "update_or_replace": by_update_or_replace, "upsert": by_upsert,
    "returning": by_returning, "insert_select": by_insert_select, "update_from": by_update_from, "savepoint": by_savepoint,
    "rowid": by_rowid,
}  # fmt: skip


class Seen(Exception):
    """Carries what was seen out of the transaction that is rolled back."""


@use_case("session.use")
def write(work: Work, route: str, table: sa.Table, number: int) -> None:
    """Write by one route, seal and verify; raises ``Seen`` with the actions that must have been captured, those that were, and findings."""
    connection, desk = work.store.connection, work.desk
    expected = ROUTES[route](connection, table, number)
    wanted = "SELECT action FROM audit_raw WHERE obj_type = ? ORDER BY id"
    got = [action for (action,) in connection.exec_driver_sql(wanted, (table.name,))]
    assert desk.signer is not None
    desk.recorder.seal(work.now(), desk.signer)
    raise Seen(expected, got, verify(work.driver, captured_tables()).findings)


# -- the class ---------------------------------------------------------------------------------------------------------------------------


def routes(clinic: TestClinic, first: int, seen: Counter[str]) -> Iterator[str]:
    """Each route against each table, sealed and verified before it is taken back."""
    desk = clinic.as_("receptie")
    desk.database.driver.execute("PRAGMA foreign_keys = OFF")
    for route in ROUTES:
        for kind in KINDS.values():
            yield by_route(desk, route, TABLES[kind], first, seen)
    desk.database.driver.execute("PRAGMA foreign_keys = ON")


def by_route(desk: Desk, route: str, table: sa.Table, number: int, seen: Counter[str]) -> str:
    """One route against one table; empty when it was logged as it should be, or refused."""
    try:
        desk.do(write, route, table, number)
    except Seen as told:
        expected, got, findings = told.args
        seen["logged"] += 1
        return "" if got == expected and not findings else f"{route}, {table.name}: {got} of {expected}, {findings[:1]}"
    except (sa.exc.DBAPIError, DeskError) as error:
        seen[f"refused: {route} {table.name} {error}"[:120]] += 1
    return ""


def deeds(run: Callable[..., Any], table: sa.Table) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """An insert, a replacement, and where there are rows an update and a delete."""
    row = sample(table, 9_999_999)
    columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    yield f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', tuple(row.values())
    yield f'REPLACE INTO "{table.name}" ({columns}) VALUES ({marks})', tuple(row.values())
    if run(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]:
        yield f"UPDATE \"{table.name}\" SET created_by = 'nobody'", ()
        yield f'DELETE FROM "{table.name}"', ()


def refused(run: Callable[..., Any], *args: Any) -> str:
    """Empty when it is refused."""
    try:
        run(*args)
    except Exception:  # noqa: BLE001 (whatever refuses it; that nothing was written shows afterwards)
        return ""
    return f"went through: {args[0] if args else run}"


@use_case("session.use", writes=False)
def write_while_reading(work: Work, sql: str, values: tuple[Any, ...]) -> None:
    """A write where only reading is meant."""
    work.store.connection.exec_driver_sql(sql, values)


def _unsealed(desk: Desk, sql: str, values: tuple[Any, ...], *, defer: bool) -> None:
    """A transaction with a context, and no seal before its commit."""
    run = desk.database.driver.execute
    desk.recorder.begin(desk._context(write, ""))
    run("BEGIN IMMEDIATE")
    try:
        run(f"PRAGMA defer_foreign_keys = {int(defer)}")
        run(sql, values)
        run("COMMIT")
    finally:
        if desk.database.driver.in_transaction:
            run("ROLLBACK")
        desk.recorder.end()


def outside(clinic: TestClinic, seen: Counter[str]) -> Iterator[str]:
    """Round the door: on its own connection, after a deed, on another connection, while reading, without a seal."""
    desk = clinic.as_("receptie")
    assert desk.secrets is not None
    other = connect(clinic.folder / "desk.db", desk.secrets.db_key)
    ways: dict[str, Callable[[str, tuple[Any, ...]], Any]] = {
        "outside the door": desk.database.driver.execute,
        "another connection": other.execute,
        "while reading": lambda sql, values: desk.do(write_while_reading, sql, values),
        "unsealed": lambda sql, values: _unsealed(desk, sql, values, defer=False),
        "unsealed, references deferred": lambda sql, values: _unsealed(desk, sql, values, defer=True),
    }
    for way, run in ways.items():
        for kind in KINDS.values():
            for sql, values in deeds(other.execute, TABLES[kind]):
                seen[way] += 1
                yield refused(run, sql, values)
    other.close()


@use_case("session.use")
def run_sql(work: Work, statement: str) -> None:
    """A change that is logged, then a statement."""
    work.store.connection.exec_driver_sql("UPDATE clinic SET name = 'sly'")
    work.store.connection.exec_driver_sql(statement)


ROUND_THE_BACK = (
    "DROP TABLE closure", "DROP TRIGGER nmx_client_update", "CREATE TEMP TRIGGER t AFTER INSERT ON client BEGIN DELETE FROM client; END",
    "CREATE TEMP TRIGGER t BEFORE INSERT ON main.audit_raw BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TRIGGER t AFTER INSERT ON client BEGIN DELETE FROM client; END", "ALTER TABLE client RENAME TO gone",
    "ALTER TABLE client DROP COLUMN city", "ALTER TABLE client ADD COLUMN more", "ATTACH ':memory:' AS elsewhere",
    "PRAGMA writable_schema = ON", "PRAGMA recursive_triggers = OFF", "PRAGMA ignore_check_constraints = ON",
    "CREATE TEMP TABLE client AS SELECT * FROM main.client", "CREATE TEMP TABLE audit_raw (id, tx)", "CREATE TEMP VIEW client AS SELECT 1",
    "CREATE INDEX i ON audit_entry (seq)", "DROP INDEX audit_entry_client", "DROP VIEW audit_log", "COMMIT", "VACUUM",
)  # fmt: skip


def the_log(clinic: TestClinic) -> Iterator[str]:
    """The log's own tables written to, and ways to get the triggers out of the way, each within a use case."""
    desk = clinic.as_("receptie")
    for table in LOG:
        columns = [line[1] for line in desk.database.driver.execute(f"PRAGMA table_info({table})")]
        yield refused(desk.do, run_sql, f"DELETE FROM {table}")
        yield refused(desk.do, run_sql, f"REPLACE INTO {table} SELECT * FROM {table}")
        yield refused(desk.do, run_sql, f"INSERT INTO {table} DEFAULT VALUES")
        for column in columns:
            yield refused(desk.do, run_sql, f"UPDATE {table} SET {column} = {column}")
    for statement in ROUND_THE_BACK:
        yield refused(desk.do, run_sql, statement)


def run(count: int, seed: int) -> list[Outcome]:
    """Each route ``count`` times against each table; everything else once."""
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        make_clinic(Path(name) / "clinic")
        clinic = TestClinic(Path(name) / "clinic")
        try:
            for _ in whole_day(clinic):
                pass
            clinic.as_("behandelaar").do(erasures.plant, random.Random(seed), 900)
            written = [one for number in range(count) for one in routes(clinic, 1000 * (number + 1), seen)]
            size = clinic.as_("receptie").log_size
            round_it, at_it = list(outside(clinic, seen)), list(the_log(clinic))
            whole = clinic.verified()
            left = [] if whole.ok and whole.size == size else [f"something was written: {whole.size - size} entries, {whole.findings[:1]}"]
        finally:
            clinic.close()
    note = f"{seen['logged']:,} logged, the others refused by the clinic's own rules"
    return [
        tally(f"bypass: {len(ROUTES)} routes × {len(KINDS)} tables", written, note),
        tally("bypass: outside the door, refused", [*round_it, *left]),
        tally("bypass: at the log and its guards, refused", at_it),
    ]
