"""Properties: whatever goes through the door verifies; whatever one cell or row of the log or of a record becomes else is a finding."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk.data.tables import captured_tables
from nmx_desk.services.desk import use_case
from tests.exam.bypass import KINDS, TABLES, raw_insert, sample
from tests.exam.lived import AUDIT, examined, lives, opened

GARBAGE: tuple[Any, ...] = (None, 0, 1, -1, 2**62, 1.5, "", "x", "1", b"", b"\xff" * 32, "9999-12-31T23:59:59.999999Z", "ERASE", "\0")
ERASED = "(SELECT salt IS NULL OR length(salt) % 16 = 1 FROM audit_entry WHERE seq = audit_value.id >> 10)"


def row_of(raw, chance, table):
    """Any row of a table as its rowid and cells."""
    count = raw.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    return raw.execute(f'SELECT rowid, * FROM "{table}" LIMIT 1 OFFSET ?', (chance.randrange(count),)).fetchone() if count else None


def change_cell(raw, chance, table, row, columns):
    column = chance.choice(columns)
    other = row_of(raw, chance, table)[1 + columns.index(column)]
    new = chance.choice((other, chance.choice(GARBAGE), chance.choice(GARBAGE)))
    raw.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, row[0]))
    return column


def swap_cells(raw, chance, table, row, columns):
    column, other = chance.choice(columns), row_of(raw, chance, table)
    at = 1 + columns.index(column)
    for where, new in ((other[0], None), (row[0], other[at]), (other[0], row[at])):
        raw.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, where))
    return column


def double(raw, chance, table, row, columns):
    """The same row once more, under another number or id."""
    cells = list(row[1:])
    cells[0] = chance.choice((-5, 2**40, 2**62, -(2**62))) if isinstance(cells[0], int) else "another"
    raw.execute(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(cells))})', cells)
    return "a row more"


def remove(raw, chance, table, row, columns):
    raw.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row[0],))
    return "a row less"


def snapshot(raw, table):
    """All cells with their types. The field of an erased value is left out: nothing that is kept binds the name."""
    columns = [line[1] for line in raw.execute(f'PRAGMA table_info("{table}")')]
    named = [f"CASE WHEN {ERASED} THEN 0 ELSE field END" if (table, name) == ("audit_value", "field") else f'"{name}"' for name in columns]
    return sorted(raw.execute(f'SELECT {", ".join(f"quote({name})" for name in named)} FROM "{table}"').fetchall())


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.sampled_from((change_cell, change_cell, swap_cells, double, remove)), st.booleans())
def test_any_mutation_of_the_log_or_of_a_record_is_found(chance, deed, of_the_log):
    raw = bare()
    table = chance.choice(AUDIT if of_the_log else [one.name for one in captured_tables()])
    row = row_of(raw, chance, table)
    if row is None:
        return
    columns = [line[1] for line in raw.execute(f'PRAGMA table_info("{table}")')]
    before = snapshot(raw, table)
    raw.execute("BEGIN")
    try:
        done = deed(raw, chance, table, row, columns)
    except raw.Error:  # a constraint refused it
        raw.execute("ROLLBACK")
        return
    try:
        if snapshot(raw, table) != before:
            found = {finding.kind for finding in examined(raw, None).findings} - {"trigger"}
            assert found, (table, row[0], done)
    finally:
        raw.execute("ROLLBACK")


COPY: list[Any] = []


def bare():
    """A copy without triggers, made once."""
    if not COPY:
        COPY.append(opened(lives(1)[0]))
        for (name,) in COPY[0].execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            COPY[0].execute(f'DROP TRIGGER "{name}"')
    return COPY[0]


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
VALUES = st.one_of(TEXTS, st.none(), st.integers(-(2**63), 2**63 - 1), st.binary(max_size=20))
DEED = st.tuples(st.sampled_from(("put", "change", "take", "again")), st.sampled_from(sorted(KINDS)), VALUES)
DEEDS = st.lists(DEED, min_size=1, max_size=8)


@use_case("session.use")
def write(work, deeds):
    """Rows put in, changed and taken away again by raw SQL, whatever they hold; what a constraint refuses is left."""
    connection = work.store.connection
    for number, (what, name, value) in enumerate(deeds):
        connection.exec_driver_sql("SAVEPOINT one")
        try:
            if what in {"put", "again"}:
                verb = "INSERT" if what == "put" else "INSERT OR REPLACE"
                raw_insert(connection, TABLES[KINDS[name]], sample(TABLES[KINDS[name]], number % 3), verb=verb)
            elif what == "change":
                connection.exec_driver_sql(f"UPDATE \"{name}\" SET created_by = ? WHERE id LIKE 'row-%'", (value,))
            else:
                connection.exec_driver_sql(f"DELETE FROM \"{name}\" WHERE id LIKE 'row-%'")
            connection.exec_driver_sql("RELEASE one")
        except Exception:  # noqa: BLE001 (any refusal is right: what was written must be logged)
            connection.exec_driver_sql("ROLLBACK TO one")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
def test_whatever_goes_through_the_door_verifies(clinic, deeds):
    desk = clinic.as_("receptie")
    desk.database.driver.execute("PRAGMA foreign_keys = OFF")
    desk.do(write, deeds)
    result = clinic.verified()
    assert result.ok, result.findings[:3]
