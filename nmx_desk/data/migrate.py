"""Bringing a database to this program's schema, in one transaction. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from nmx_desk.audit import storage
from nmx_desk.data import indexing
from nmx_desk.data.dialect import FULL_TEXT, LOG_TEXT, NOTE_TEXT, install_triggers
from nmx_desk.data.schema import SCHEMA
from nmx_desk.data.tables import captured_tables
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.i18n import _, resources_dir


def migrations_dir() -> Path:
    """Folder of alembic's ``env.py`` and ``versions``: beside the resources, in a checkout as in a package."""
    return resources_dir().parent / "db"


def revision(driver: Any) -> str:
    """The schema revision of an open database; empty for a new one."""
    if driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
        return ""
    row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def pending(driver: Any) -> bool:
    """Whether the database is older than this program. Raises ``EnvironmentProblem`` when it is newer, or none of ours."""
    found = revision(driver)
    if found == SCHEMA:
        return False
    if not found:
        raise EnvironmentProblem(_("The file {name} holds no clinic of this program. Restore the last backup.").format(name="desk.db"))
    known = sorted(path.name.split("_", 1)[0] for path in (migrations_dir() / "versions").glob("[0-9]*.py"))
    if found not in known:
        raise EnvironmentProblem(
            _("This clinic's file was made by a newer NMX Desk. Install the newest version on this computer; the file was not touched.")
        )
    return True


def upgrade(connection: sa.Connection) -> dict[str, Any]:
    """Run the pending migrations and make every trigger anew; inside the caller's transaction, foreign keys switched off by the caller.

    Returns the map of columns for the MIGRATE entry: by table what was added (with its default), renamed and dropped. A revision says what
    it renames in ``RENAMED = {table: {old: new}}``; the rest is seen.
    """
    from alembic import command  # 250 ms that only a migration needs
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    config.attributes["connection"] = connection
    driver: Any = connection.connection.driver_connection
    before, renamed = _columns(driver), _renamed(config, revision(driver))
    command.upgrade(config, "head")
    install_triggers(driver, captured_tables())
    indexing.drain(driver)
    broken = driver.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise EnvironmentProblem(_("The clinic's file could not be brought up to date; it was left as it was. Restore the last backup."))
    return _changed(driver, before, renamed)


def _columns(driver: Any) -> dict[str, dict[str, str | None]]:
    """Per table of clinic records its columns with their defaults, as the database has them."""
    found = {}
    for table in captured_tables():
        rows = driver.execute(f'PRAGMA table_info("{table.name}")').fetchall()
        found[table.name] = {row[1]: row[4] for row in rows}
    return found


def _renamed(config: Any, found: str) -> dict[str, dict[str, str]]:
    """What the pending revisions say they rename, old name to new."""
    from alembic.script import ScriptDirectory

    made: dict[str, dict[str, str]] = {}
    for script in reversed(list(ScriptDirectory.from_config(config).iterate_revisions("head", found or "base"))):
        for table, names in getattr(script.module, "RENAMED", {}).items():
            made.setdefault(table, {}).update(names)
    return made


def _changed(driver: Any, before: dict[str, dict[str, str | None]], renamed: dict[str, dict[str, str]]) -> dict[str, Any]:
    """What the columns of existing rows became: what the verifier replays at the MIGRATE entry."""
    found: dict[str, Any] = {}
    for table, columns in _columns(driver).items():
        names = renamed.get(table, {})
        was = {names.get(name, name) for name in before[table]}
        added = {name: default for name, default in columns.items() if name not in was}
        dropped = sorted(was - columns.keys())
        if before[table] and (added or dropped or names):
            values = {name: driver.execute(f"SELECT {default or 'NULL'}").fetchone()[0] for name, default in added.items()}
            found[table] = {"added": values, "renamed": names, "dropped": dropped}
    return found


def log_and_search_ddl() -> list[str]:
    """What is not in SQLAlchemy's metadata: the log's tables and the full-text index."""
    return [*(sql.strip() for sql in storage.TABLES.split(";") if sql.strip()), *storage.VIEWS, FULL_TEXT, LOG_TEXT, NOTE_TEXT]
