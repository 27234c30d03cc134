"""Models and migrations agree, and every released schema still opens."""

import re

import pytest
import sqlalchemy as sa

from nmx_desk.data import migrate, note_search, schema, search  # noqa: F401 (both declare their tables)
from nmx_desk.data.dialect import all_triggers
from nmx_desk.data.tables import captured_tables, metadata


def columns(connection):
    """Every table's columns, keys and checks as the database has them."""
    inspector = sa.inspect(connection)
    found = {}
    for name in sorted(metadata.tables):
        found[name] = (
            {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)},
            sorted(
                (tuple(f["constrained_columns"]), f["referred_table"], f["options"].get("ondelete"))
                for f in inspector.get_foreign_keys(name)
            ),
            sorted((i["name"], tuple(i["column_names"]), i["unique"]) for i in inspector.get_indexes(name)),
            sorted(tuple(u["column_names"]) for u in inspector.get_unique_constraints(name)),
            sorted(re.sub(r"\s+", " ", c["sqltext"]) for c in inspector.get_check_constraints(name)),
        )
    return found


def test_migrated_and_declared_schema_are_the_same(clinic):
    with sa.create_engine("sqlite://").connect() as fresh, clinic.as_("receptie").database.reading() as migrated:
        metadata.create_all(fresh)
        assert columns(migrated) == columns(fresh)


def test_the_logs_tables_are_as_the_log_wants_them(clinic):
    squeeze = lambda sql: re.sub(r"\s+", " ", sql)  # noqa: E731
    with clinic.as_("receptie").database.reading() as connection:
        there = {squeeze(sql) for (sql,) in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    for statement in migrate.log_and_search_ddl():
        assert squeeze(statement) in there


def test_every_trigger_is_there(clinic):
    with clinic.as_("receptie").database.reading() as connection:
        there = dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all())
    assert there == all_triggers(captured_tables())


def test_this_programs_schema_is_the_newest_migration():
    newest = max(path.name.split("_", 1)[0] for path in (migrate.migrations_dir() / "versions").glob("[0-9]*.py"))
    assert newest == schema.SCHEMA


def test_a_newer_schema_is_refused_untouched(clinic):
    desk = clinic.as_("receptie")
    desk.database.driver.execute("UPDATE alembic_version SET version_num = '9999'")
    clinic.close()
    before = (clinic.folder / "desk.db").read_bytes()
    with pytest.raises(Exception, match="newer NMX Desk"):
        clinic.as_("receptie")
    assert (clinic.folder / "desk.db").read_bytes() == before
