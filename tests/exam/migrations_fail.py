"""The migration of a released clinic breaks off after any of its statements: the file is as it was, and migrates the next time.

The failure comes from the connection itself, as that of a disk would. All happens in one folder, so that no failure may leave anything.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from nmx_desk.data import migrate
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.services import clients
from nmx_desk.services.opening import FrontDoor
from nmx_desk.vault import backup, sqlcipher
from nmx_desk.vault.keyfile import KeyFile
from tests.clinic import PASSWORD, TestClinic
from tests.exam.outcome import Outcome, tally, with_progress

RELEASED = Path(__file__).parent.parent / "migrations" / "released"
OLDEST = "0001"


class Fuse:
    """Counts the statements of the first writing transaction, and breaks it after statement number ``at`` (None: never)."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.count, self.inside, self.broke = at, 0, False, False
        self.firsts: dict[str, int] = {}  # each different statement, and where it ran first

    def ran(self, sql: str) -> None:
        if sql.startswith("BEGIN IMMEDIATE"):
            self.inside = self.count == 0
        if self.inside:
            self.count += 1
            self.firsts.setdefault(sql, self.count)
            if self.at is not None and self.count >= self.at:
                self.broke = True
                self.inside = False
                raise driver.OperationalError("disk I/O error")

    def ended(self) -> None:
        self.inside = False


def fused(fuse: Fuse) -> Any:
    """A kind of connection that tells the fuse of every statement that ran, and of the commit."""

    class Cursor(driver.Cursor):  # type: ignore[misc, name-defined]
        def execute(self, sql: str, *arguments: Any) -> Any:
            made = super().execute(sql, *arguments)
            fuse.ran(sql)
            return made

        def executemany(self, sql: str, *arguments: Any) -> Any:
            made = super().executemany(sql, *arguments)
            fuse.ran(sql)
            return made

    class Connection(driver.Connection):  # type: ignore[misc, name-defined]
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *arguments: Any) -> Any:
            return self.cursor().execute(sql, *arguments)

        def executemany(self, sql: str, *arguments: Any) -> Any:
            return self.cursor().executemany(sql, *arguments)

        def commit(self) -> None:
            super().commit()
            fuse.ended()

    return Connection


class Injected:
    """While it is entered, every new connection has the fuse."""

    def __init__(self, fuse: Fuse) -> None:
        self.kind, self.before = fused(fuse), driver.connect

    def __enter__(self) -> None:
        driver.connect = lambda *arguments, **named: self.before(*arguments, **named, factory=self.kind)

    def __exit__(self, *_args: object) -> None:
        driver.connect = self.before


def contents(database: Path, key: bytes) -> str:
    """A fingerprint of the schema and of every row of every table."""
    connection = sqlcipher.connect(database, key, read_only=True)
    digest = sha256()
    try:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        digest.update(repr(found).encode())
        for kind, name, sql in found:
            if kind == "table" and not str(sql).upper().startswith("CREATE VIRTUAL"):
                for row in connection.execute(f'SELECT * FROM "{name}"'):
                    digest.update(repr(row).encode())
    finally:
        connection.close()
    return digest.hexdigest()


def chosen(fuse: Fuse, count: int, seed: int) -> list[int]:
    """Where to break it: after each different statement, and all along its thousands of rows; the first and the last among them."""
    chance = random.Random(seed)
    different = sorted(fuse.firsts.values())
    if count <= len(different):
        return sorted({1, fuse.count, *chance.sample(different, count)})
    more = min(count, fuse.count) - len(different)
    return sorted({*different, fuse.count, *chance.sample(range(1, fuse.count + 1), more)})


def breaks(clinic: TestClinic, key: bytes, before: str, at: int) -> str:
    fuse, said = Fuse(at), ""
    try:
        with Injected(fuse):
            clinic.as_("manager")
        said = "nobody was told" if fuse.broke else "was never reached"
    except EnvironmentProblem as error:
        if not error.message.endswith("."):
            said = f"no sentence: {error.message}"
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        said = f"{type(error).__name__} {error}"
    finally:
        clinic.close()
        for file in (clinic.folder / "backups").glob("*"):
            file.unlink()
    if not said and contents(clinic.folder / "desk.db", key) != before:
        said = "the file is not as it was"
    return f"statement {at}: {said}" if said else ""


def fresh(folder: Path) -> tuple[TestClinic, bytes]:
    backup.unpack(RELEASED / f"{OLDEST}.nmxbackup", folder)
    clinic = TestClinic(folder)
    clinic.clock.move(days=1)
    return clinic, KeyFile.load(folder / "desk.keys").open_slot("manager", PASSWORD).db_key


def at_last(clinic: TestClinic) -> str:
    """After all failures the migration succeeds, and the log is intact."""
    try:
        desk = clinic.as_("manager")
        with desk.database.reading():
            newest = not migrate.pending(desk.database.reading_driver)
        found = clinic.verified()
        return "" if newest and found.ok and desk.do(clients.list_clients).rows else f"after all failures: {found.findings[:1]}"
    finally:
        clinic.close()


def cases(base: Path, count: int, seed: int, fuse: Fuse) -> Iterator[str]:
    counted, _key = fresh(base / "counted")
    with Injected(fuse):
        FrontDoor(counted.folder, replace(counted.around, witness=False)).sign_in("manager", PASSWORD).close()
    clinic, key = fresh(base / "clinic")
    before = contents(clinic.folder / "desk.db", key)
    for at in chosen(fuse, count, seed):
        yield breaks(clinic, key, before, at)
    yield at_last(clinic)


def run(count: int, seed: int) -> Outcome:
    """Failures after ``count`` of the migration's statements, all different ones among them."""
    fuse = Fuse()
    with tempfile.TemporaryDirectory() as name:
        said = list(with_progress("migrations that fail", cases(Path(name), count, seed, fuse), count))
    return tally("migration failing after each statement", said, f"of {fuse.count:,} statements, {len(fuse.firsts):,} of them different")
