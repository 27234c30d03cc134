"""One encrypted database: a connection that writes and one that reads, each used by one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2 as driver

from nmx_desk.domain.errors import Conflict, DeskError, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.i18n import N_, _


class Compiled:
    """The statements that the connections of one database know. They hold values that were asked for, so they go when it is closed."""

    def __init__(self) -> None:
        self.statements: sa.util.LRUCache[Any, Any] = sa.util.LRUCache(1000)
        self.dialect: sa.Dialect | None = None


def engine_for(connect: Callable[[], Any], compiled: Compiled) -> sa.Engine:
    """An engine over one driver connection made by ``connect``. BEGIN and COMMIT are said by :class:`Database` only.

    Its errors never carry the values of a statement: they may end in a report.
    """
    engine = sa.create_engine(
        "sqlite+pysqlite://", module=driver, creator=connect, poolclass=StaticPool, hide_parameters=True,
        execution_options={"compiled_cache": compiled.statements},
    )  # fmt: skip
    engine.dialect = compiled.dialect = compiled.dialect or engine.dialect  # what is compiled is kept by the dialect it is for
    return engine


_SCHEMA_ACTIONS = frozenset(
    getattr(driver, f"SQLITE_{action}")
    for action in (
        "ALTER_TABLE",
        "ATTACH",
        "DETACH",
        *(f"{verb}_{what}" for verb in ("CREATE", "DROP") for what in ("INDEX", "TABLE", "TRIGGER", "VIEW", "VTABLE")),
        *(f"{verb}_TEMP_{what}" for verb in ("CREATE", "DROP") for what in ("INDEX", "TABLE", "TRIGGER", "VIEW")),
    )
)
_GUARDS = frozenset(("writable_schema", "recursive_triggers", "ignore_check_constraints", "journal_mode", "synchronous"))


def _keeps_the_schema(action: int, what: str | None, value: str | None, _database: str | None, _trigger: str | None) -> int:
    """SQLite's question before each statement: what goes round the capture triggers (DROP TABLE fires none) is refused."""
    refused = action in _SCHEMA_ACTIONS or (action == driver.SQLITE_PRAGMA and value is not None and str(what).lower() in _GUARDS)
    return int(driver.SQLITE_DENY if refused else driver.SQLITE_OK)


class Database:
    """``connect`` makes driver connections to the same file."""

    def __init__(self, path: Path, connect: Callable[[], Any]) -> None:
        self.path = path
        self._connect = connect
        self._file = _identity(path)
        self._write_lock = threading.RLock()
        self._read_lock = threading.RLock()
        self._compiled = Compiled()
        self._writer = engine_for(connect, self._compiled).connect()
        self._reader = engine_for(connect, self._compiled).connect()
        self._reader.exec_driver_sql("PRAGMA query_only = ON")
        self._reader.rollback()
        self._closed = False

    def keep_schema(self) -> None:
        """From now on the writing connection refuses to change the schema, its triggers or the settings that guard them."""
        self.driver.set_authorizer(_keeps_the_schema)

    @property
    def driver(self) -> Any:
        """The writing driver connection, for the log's recorder."""
        return self._writer.connection.driver_connection

    @property
    def reading_driver(self) -> Any:
        """The reading driver connection, for verification inside :meth:`reading`."""
        return self._reader.connection.driver_connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: commits at the end, rolls back when anything is raised."""
        with self._write_lock, _explained():
            self._check_open()
            connection = self._writer
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A read transaction: everything seen in it is of one moment."""
        with self._read_lock, _explained():
            self._check_open()
            connection = self._reader
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def aside(self) -> Iterator[sa.Connection]:
        """A read transaction on a connection of its own, for long work beside which others go on reading."""
        with _explained():
            self._check_open()
            connection = engine_for(self._connect, self._compiled).connect()
            raw: Any = connection.connection.driver_connection
            try:
                connection.exec_driver_sql("PRAGMA query_only = ON")
                connection.rollback()
                connection.exec_driver_sql("BEGIN")
                yield connection
            finally:
                connection.rollback()
                connection.close()
                connection.engine.dispose()
                raw.close()

    def checkpoint(self) -> None:
        """Copy the WAL into the file, as far as nobody reads from it."""
        with self._write_lock, _explained():
            self._check_open()
            self.driver.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def truncate_wal(self) -> bool:
        """Bring everything into the main file and empty the write-ahead log; False while somebody reads an older state."""
        with self._write_lock, _explained():
            self._check_open()
            busy, _log, _done = self.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def data_version(self) -> int:
        """Changes when another connection has committed."""
        with self._read_lock:
            self._check_open()
            value = self.reading_driver.execute("PRAGMA data_version").fetchone()[0]
            return int(value)

    def _check_open(self) -> None:
        if self._closed:
            raise NotAllowed(_("The desk is locked. Sign in again."))
        now = _identity(self.path)
        if self._file is not None and now is None:  # an open file that was deleted can be written to on and on, for nothing
            raise EnvironmentProblem(_("The clinic's file is no longer where it was. Put it back, or connect its disk, and try again."))
        if self._file is not None and now != self._file:
            raise EnvironmentProblem(_("The clinic's file was replaced by another one. Close the program and open it again."))

    def close(self) -> None:
        """Close both connections and forget the key."""
        with self._write_lock, self._read_lock:
            if self._closed:
                return
            self._closed = True
            for connection in (self._reader, self._writer):
                raw = connection.connection.driver_connection
                connection.close()
                connection.engine.dispose()
                if raw is not None:
                    raw.close()
            del self._connect, self._reader, self._writer, self._compiled


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file this is, whatever its name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _explained() -> Iterator[None]:
    """Driver errors as sentences: whose fault it is and what to do next."""
    try:
        yield
    except DeskError:
        raise
    except (sa.exc.DBAPIError, driver.Error) as error:
        explained = _explain(str(getattr(error, "orig", error)))
        if explained is None:
            raise
        raise explained from error
    except UnicodeEncodeError as error:  # half a character of two: no database keeps it
        raise UserError("", _("A text holds a broken character that cannot be stored. Type that text again.")) from error


_SENTENCES: tuple[tuple[str, type[DeskError], str], ...] = (
    ("overlap client", Conflict, N_("This client already has an appointment at that time. Choose another moment.")),
    ("overlap room", Conflict, N_("The room is taken at that time. Choose another moment.")),
    ("overlap", Conflict, N_("This moment has just been taken. Choose another one.")),
    ("signed", Conflict, N_("This has been signed and cannot be changed any more. Add an addendum instead.")),
    (
        "client is merged",
        Conflict,
        N_("This client was merged with another one: nothing is written under this number any more. Open the client who stayed."),
    ),
    ("no NUL in text", DeskError, N_("A text holds a character that cannot be stored (NUL). Remove it and try again.")),
    ("UNIQUE constraint failed", Conflict, N_("This is there already. Reload and look again.")),
    ("database or disk is full", EnvironmentProblem, N_("The disk is full; nothing was saved. Free some space and try again.")),
    ("readonly", EnvironmentProblem, N_("The clinic's file cannot be written to. Check the rights of its folder and try again.")),
    ("locked", EnvironmentProblem, N_("Another program is writing to the clinic's file. Try again in a moment.")),
    ("unable to open", EnvironmentProblem, N_("The clinic's file cannot be opened. Check its folder and its disk, and try again.")),
    ("malformed", EnvironmentProblem, N_("The clinic's file is damaged. Close the program and restore the last backup.")),
    ("not a database", EnvironmentProblem, N_("The clinic's file is damaged. Close the program and restore the last backup.")),
    ("disk I/O error", EnvironmentProblem, N_("The disk reported an error; nothing was saved. Check the disk and try again.")),
)


def _explain(text: str) -> DeskError | None:
    for part, kind, sentence in _SENTENCES:
        if part in text:
            return kind(_(sentence))
    return None
