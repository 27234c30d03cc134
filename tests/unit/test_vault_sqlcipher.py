"""The encrypted file: settings read back, nothing legible on the disk, a sentence for every bad file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from nmx_desk.domain.errors import Conflict, EnvironmentProblem
from nmx_desk.vault import shares, sqlcipher
from nmx_desk.vault.errors import DamagedDatabase, ForeignFile, MissingDatabase, NetworkShare, ReadOnlyFolder
from nmx_desk.vault.sqlcipher import connect, full_check, quick_check

KEY = bytes(range(32))
SENTINEL = "Zeldzame-Naam-8f3a91"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


@pytest.fixture
def filled(path: Path) -> Path:
    connection = connect(path, KEY, create=True)
    connection.execute("CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT)")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO client (name) VALUES (?)", [(f"{SENTINEL} {i} " + "x" * 200,) for i in range(500)])
    connection.execute("COMMIT")
    connection.close()
    return path


@pytest.mark.parametrize("torn", [bytes(16), os.urandom(512)])
def test_a_first_page_torn_by_a_power_cut_is_read_from_the_wal(filled, tmp_path, torn):
    """The cipher takes its salt from the file; a checkpoint that was cut off leaves garbage there, and the page in the WAL."""
    connection = connect(filled, KEY)
    connection.execute("CREATE TABLE more (id INTEGER PRIMARY KEY)")
    cut = tmp_path / "cut"
    cut.mkdir()
    for name in ("desk.db", "desk.db-wal"):
        shutil.copy(filled.with_name(name), cut / name)
    connection.close()
    with (cut / "desk.db").open("rb+") as file:
        file.write(torn)
    opened = [connect(cut / "desk.db", KEY) for _ in range(2)]
    assert [one.execute("SELECT count(*) FROM client").fetchone()[0] for one in opened] == [500, 500]
    for one in opened:
        one.close()
    again = connect(cut / "desk.db", KEY)
    assert full_check(again) == []
    again.close()


def test_every_setting_is_read_back(filled):
    connection = connect(filled, KEY)
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in (*sqlcipher._SETTINGS, "journal_mode", "cache_size")}
    assert found == {**sqlcipher._SETTINGS, "journal_mode": "wal", "cache_size": -8000}
    assert connection.isolation_level is None
    connection.close()


@pytest.mark.parametrize("name", [*sqlcipher._SETTINGS, "cache_size"])
def test_a_setting_that_does_not_take_is_refused(filled, name, monkeypatch):
    class Deaf:
        def __init__(self, real):
            self.real = real

        def execute(self, sql):
            return self.real.execute("SELECT 1" if sql.startswith(f"PRAGMA {name} =") else sql)

        def close(self):
            self.real.close()

    real_open = sqlcipher._open
    other = {"busy_timeout": 1234, "trusted_schema": 0, "synchronous": 1, "secure_delete": 0}
    if name in other:  # the driver's own value is the one we want: ask for another
        monkeypatch.setitem(sqlcipher._SETTINGS, name, other[name])
    monkeypatch.setattr(sqlcipher, "cache_kib", lambda _size: 12_345)
    monkeypatch.setattr(sqlcipher, "_open", lambda path, *, read_only: Deaf(real_open(path, read_only=read_only)))
    with pytest.raises(EnvironmentProblem, match=name):
        connect(filled, KEY)


def test_cache_fits_the_file_within_bounds():
    assert sqlcipher.cache_kib(0) == 8_000
    assert sqlcipher.cache_kib(100 * 1024 * 1024) == 125 * 1024
    assert sqlcipher.cache_kib(10**12) == 250_000


def test_nothing_legible_on_the_disk_not_even_in_the_wal(path):
    connection = connect(path, KEY, create=True)
    connection.execute("CREATE TABLE client (name TEXT)")
    connection.execute("INSERT INTO client VALUES (?)", (SENTINEL,))
    files = list(path.parent.iterdir())
    assert {"desk.db", "desk.db-wal"} <= {file.name for file in files}
    for file in files:
        data = file.read_bytes()
        assert SENTINEL.encode() not in data
        assert b"CREATE TABLE" not in data
        assert KEY not in data
    connection.close()
    assert SENTINEL.encode() not in path.read_bytes()
    assert not path.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_only_the_owner_may_read_the_file_and_its_wal(path):
    connection = connect(path, KEY, create=True)
    connection.execute("CREATE TABLE t (a)")
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    connection.close()


def test_readers_read_beside_a_writer_and_cannot_write(filled):
    writer, reader = connect(filled, KEY), connect(filled, KEY, read_only=True)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM client")
    assert reader.execute("SELECT count(*) FROM client").fetchone() == (500,)
    with pytest.raises(Exception, match="readonly"):
        reader.execute("DELETE FROM client")
    writer.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM client").fetchone() == (0,)
    reader.close()
    writer.close()


def test_usable_from_another_thread_and_by_sqlalchemy(filled):
    import sqlcipher3

    engine = sa.create_engine("sqlite://", module=sqlcipher3.dbapi2, creator=lambda: connect(filled, KEY), poolclass=sa.pool.NullPool)
    found = []

    def read() -> None:
        with engine.connect() as connection:
            found.append(connection.execute(sa.text("SELECT count(*) FROM client")).scalar_one())

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    engine.dispose()
    assert found == [500]


# ---- bad files


def refusal(path: Path, kind: type[EnvironmentProblem], match: str, key: bytes = KEY, **options: bool) -> None:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind, match=match) as error:
        connect(path, key, **options)
    shown = repr(error.value) + str(error.value) + repr(error.value.__cause__) + repr(error.value.__context__)
    assert key.hex() not in shown
    assert (path.read_bytes() if path.is_file() else None) == before, "a file that does not open is left as it is"


def test_missing(path):
    refusal(path, MissingDatabase, "no database desk.db")
    assert not path.exists()


def test_missing_folder(tmp_path):
    refusal(tmp_path / "no" / "desk.db", MissingDatabase, "no database")


def test_wrong_key(filled):
    refusal(filled, ForeignFile, "does not open with this clinic's keys", key=b"\1" * 32)


def test_key_of_wrong_length_is_our_bug(filled):
    with pytest.raises(ValueError, match="key length"):
        connect(filled, b"short")


def test_empty(path):
    path.touch()
    refusal(path, DamagedDatabase, "empty")


def test_folder_instead_of_file(path):
    path.mkdir()
    refusal(path, ForeignFile, "is a folder")


def test_unencrypted_database(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (a)")
    other.close()
    refusal(path, ForeignFile, "unencrypted")


@pytest.mark.parametrize("data", [b"%PDF-1.7 hello", b"x", b"\0" * 8192, os.urandom(16384)], ids=["pdf", "byte", "zeros", "noise"])
def test_foreign(path, data):
    path.write_bytes(data)
    refusal(path, EnvironmentProblem, r"desk\.db")


@pytest.mark.parametrize("keep", [100, 4096, 5000, 8192, -4096, -1])
def test_truncated(filled, keep):
    size = filled.stat().st_size
    os.truncate(filled, keep if keep > 0 else size + keep)
    try:
        connection = connect(filled, KEY)
    except (DamagedDatabase, ForeignFile):
        return
    findings = quick_check(connection)
    connection.close()
    assert findings


def test_flipped_bytes_are_found_at_opening_or_by_the_check(filled):
    data = filled.read_bytes()
    for place in range(5, len(data), 4096 * 3 + 111):
        filled.write_bytes(data[:place] + bytes([data[place] ^ 0x40]) + data[place + 1 :])
        try:
            connection = connect(filled, KEY)
        except (DamagedDatabase, ForeignFile):
            continue
        assert quick_check(connection)
        assert full_check(connection)
        connection.close()
    filled.write_bytes(data)
    connection = connect(filled, KEY)
    assert quick_check(connection) == full_check(connection) == []
    connection.close()


def test_create_refuses_an_existing_file(filled):
    before = filled.read_bytes()
    with pytest.raises(Conflict):
        connect(filled, KEY, create=True)
    assert filled.read_bytes() == before


def as_nobody(work) -> str:
    """What ``work`` returns in a process without root's rights: tests in a container run as root, whom no right stops."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setuid(65534)
            found = work()
        except BaseException as error:  # noqa: BLE001  (the answer of the test)
            found = f"{type(error).__name__} {error}"
        os.write(writing, found.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read().decode()
    os.waitpid(child, 0)
    return answer


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "mode", "expected"),
    [
        (0o555, 0o444, "rw", "ReadOnlyFolder The program may not write in the folder"),
        (0o777, 0o444, "rw", "ReadOnlyFolder The file desk.db is write-protected"),
        (0o555, 0o444, "ro", "rows 500"),
        (0o777, 0o000, "rw", "EnvironmentProblem The file desk.db cannot be read"),
        (0o555, 0o444, "create", "ReadOnlyFolder"),
    ],
)
def test_rights(filled, folder_mode, file_mode, mode, expected):
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        target = folder / ("new.db" if mode == "create" else "desk.db")
        shutil.copy(filled, folder / "desk.db")
        (folder / "desk.db").chmod(file_mode)
        folder.chmod(folder_mode)

        def count() -> str:
            connection = connect(target, KEY, read_only=mode == "ro", create=mode == "create")
            return f"rows {connection.execute('SELECT count(*) FROM client').fetchone()[0]}"

        found = as_nobody(count)
        folder.chmod(0o755)
    assert found.startswith(expected)


def test_busy_database_is_a_sentence(filled, monkeypatch):
    monkeypatch.setattr(sqlcipher, "BUSY_MS", 50)
    monkeypatch.setitem(sqlcipher._SETTINGS, "busy_timeout", 50)
    first = connect(filled, KEY)
    first.execute("PRAGMA locking_mode = EXCLUSIVE")
    first.execute("BEGIN EXCLUSIVE")
    first.execute("INSERT INTO client (name) VALUES ('x')")
    with pytest.raises(EnvironmentProblem, match="busy"):
        connect(filled, KEY)
    first.close()


# ---- network shares

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
//nas/data /mnt/de\040kliniek cifs rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
broken line
tmpfs /mnt/shadow nfs rw 0 0
tmpfs /mnt/shadow tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/x", "ext4"),
        ("/home/a", "nfs4"),
        ("/home/local/a", "ext4"),
        ("/homes", "ext4"),
        ("/mnt/de kliniek/x", "cifs"),
        ("/mnt/shadow", "tmpfs"),
    ],
)
def test_file_system_of_a_folder(folder, kind):
    assert shares.file_system(Path(folder), MOUNTS) == kind


def test_share_is_refused(filled, tmp_path, monkeypatch):
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/x {filled.parent.resolve()} nfs rw 0 0\n")
    monkeypatch.setattr(shares, "MOUNTS", table)
    with pytest.raises(NetworkShare, match="PostgreSQL"):
        connect(filled, KEY)


@pytest.mark.parametrize("name", ["//server/share/clinic", "\\\\server\\share\\clinic"])
def test_unc_paths_are_shares(name):
    class Unc:
        def __fspath__(self) -> str:
            return name

    assert shares.is_share(Unc())  # a pure path would fold the slashes on POSIX


def test_local_folder_is_none(tmp_path):
    assert not shares.is_share(tmp_path)
    assert ReadOnlyFolder is not NetworkShare


def test_a_full_disk_at_opening_is_called_that(tmp_path, monkeypatch):
    """SQLite calls it an I/O error; nobody should restore a backup for it."""
    path = tmp_path / "desk.db"
    connect(path, KEY, create=True).close()
    for free, said in ((0, "The disk is full"), (10**9, "could not be opened")):
        monkeypatch.setattr(sqlcipher.shutil, "disk_usage", lambda _path, free=free: SimpleNamespace(free=free))
        assert said in sqlcipher._explain(path, OSError("disk I/O error")).message
