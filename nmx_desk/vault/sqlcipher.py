"""Opening the encrypted database: raw key, settings set and read back, and a clear sentence for every file that will not open."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Final

from sqlcipher3 import dbapi2 as driver

from nmx_desk.domain.errors import Conflict, EnvironmentProblem
from nmx_desk.i18n import _
from nmx_desk.vault.errors import DamagedDatabase, ForeignFile, MissingDatabase, ReadOnlyFolder
from nmx_desk.vault.files import PRIVATE
from nmx_desk.vault.shares import refuse_share

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

PAGE: Final = 4096
_WAL_HEADER, _FRAME_HEADER, _SALT = 32, 24, 16  # bytes: sqlite.org/fileformat.html#the_write_ahead_log
BUSY_MS: Final = 10_000
STATEMENTS: Final = 1000  # kept as SQLite runs them: making one that writes, with its triggers, takes longer than running it
_PAGE_NUMBER: Final = re.compile(r"page (\d+)")
_MIN_CACHE_KIB: Final = 8_000
_MAX_CACHE_KIB: Final = 250_000  # 256 MB
_SETTINGS: Final[dict[str, int]] = {
    "synchronous": 2,  # FULL: NORMAL loses acknowledged commits at a power cut
    "fullfsync": 1,  # macOS: fsync alone does not reach the disk there
    "foreign_keys": 1,
    "recursive_triggers": 1,  # REPLACE must fire the delete triggers
    "secure_delete": 1,
    "trusted_schema": 1,  # the capture triggers call our functions
    "temp_store": 2,  # MEMORY: nothing decrypted in a temporary file
    "busy_timeout": BUSY_MS,
}


def connect(path: Path, key: bytes, *, read_only: bool = False, create: bool = False) -> Connection:
    """A connection to the encrypted database at ``path``, in autocommit mode (BEGIN is ours), usable from any one thread at a time.

    ``key``: 32 bytes. ``create`` makes a new file and refuses an existing one. Raises MissingDatabase, DamagedDatabase, ForeignFile,
    ReadOnlyFolder, NetworkShare, Conflict, EnvironmentProblem; no message carries the key.
    """
    if len(key) != 32:
        raise ValueError("key length")
    _check_place(path, read_only=read_only, create=create)
    if create:
        _make_file(path)
    try:
        return _opened(path, key, b"", read_only=read_only)
    except driver.Error as error:
        if "not a database" not in str(error):
            raise _explain(path, error) from None
    try:  # a first page that was torn by a power cut: the WAL has it, unless closing a moment ago put it back already
        return _opened(path, key, _salt_in_wal(path), read_only=read_only)
    except driver.Error as error:
        raise _explain(path, error) from None


def opens(path: Path, key: bytes) -> bool:
    """Whether the database opens with this key. Raises as ``connect`` for any other trouble."""
    try:
        connect(path, key).close()
    except ForeignFile:
        return False
    return True


def key_that_opens(path: Path, key: bytes, previous: bytes | None) -> bytes:
    """The database key, or the one before it while a change of keys is not finished."""
    return key if previous is None or opens(path, key) else previous


def rekey(path: Path, old: bytes, new: bytes) -> None:
    """Encrypt the whole file with another key, in one transaction of the write-ahead log: a kill leaves the old key or the new one."""
    connection = connect(path, old)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except driver.Error as error:
        raise _explain(path, error) from None
    finally:
        connection.close()


def empty_target(path: Path, key: bytes) -> Connection:
    """A bare connection to a new encrypted file, for the driver's online backup to fill."""
    _make_file(path)
    connection = _open(path, read_only=False)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def quick_check(connection: Connection) -> list[str]:
    """What is wrong with the file, empty when nothing: every page's code and the structure of the tables. Reads the whole file."""
    return _findings(connection, "quick_check")


def full_check(connection: Connection) -> list[str]:
    """As ``quick_check``, with every index compared to its table."""
    return _findings(connection, "integrity_check")


def damaged_pages(connection: Connection) -> set[int]:
    """Numbers of the pages whose code is wrong, in the file alone: a page may be whole in the WAL. Reads the whole file."""
    rows = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    return {int(found[1]) if (found := _PAGE_NUMBER.search(str(row[0]))) else 0 for row in rows}


def _findings(connection: Connection, check: str) -> list[str]:
    try:
        rows = [*connection.execute("PRAGMA cipher_integrity_check"), *connection.execute(f"PRAGMA {check}")]
    except driver.DatabaseError as error:
        return [str(error)]
    return [str(row[0]) for row in rows if row[0] != "ok"]


def cache_kib(size: int) -> int:
    """Page cache for a file of ``size`` bytes: all of it with room to grow, within 8 to 256 MB."""
    return max(_MIN_CACHE_KIB, min(_MAX_CACHE_KIB, size * 5 // 4 // 1024))


def _check_place(path: Path, *, read_only: bool, create: bool) -> None:
    """Everything that can be said before opening."""
    refuse_share(path.parent)
    if create and path.exists():
        raise Conflict(_("There is already a clinic in this folder. Choose another folder or open the clinic that is there."))
    if not create:
        _check_file(path)
    if not read_only and not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
        raise ReadOnlyFolder(
            _("The program may not write in the folder {folder}. Change the rights on the folder and try again.").format(folder=path.parent)
        )
    if not (read_only or create) and not os.access(path, os.W_OK):
        raise ReadOnlyFolder(_("The file {name} is write-protected. Change the rights on the file and try again.").format(name=path.name))


def _check_file(path: Path) -> None:
    """There is a readable, non-empty file that is not an unencrypted database."""
    if path.is_dir():
        raise ForeignFile(_("{name} is a folder, not a database. Choose the clinic's folder itself.").format(name=path.name))
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingDatabase(
            _("There is no database {name} in the folder {folder}. Choose the clinic's folder, or restore a backup.").format(
                name=path.name, folder=path.parent
            )
        ) from error
    except OSError as error:
        raise EnvironmentProblem(
            _("The file {name} cannot be read ({reason}). Check the rights on the clinic's folder.").format(
                name=path.name, reason=error.strerror or ""
            )
        ) from error
    if not start:
        raise DamagedDatabase(_("The database {name} is empty (0 bytes). Restore the last backup.").format(name=path.name))
    if path.stat().st_size < PAGE and start != b"SQLite format 3\0":  # SQLite would take it for a new, empty database
        raise _damaged(path)
    if start == b"SQLite format 3\0":
        raise ForeignFile(_("{name} is an unencrypted database of another program. Choose the clinic's folder.").format(name=path.name))


def _make_file(path: Path) -> None:
    """An empty file that only its owner may read; SQLite gives the -wal and -shm files the same rights."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    except OSError as error:
        raise EnvironmentProblem(
            _("The database could not be made in {folder} ({reason}). Check the folder's rights and free space.").format(
                folder=path.parent, reason=error.strerror or ""
            )
        ) from error


def _open(path: Path, *, read_only: bool) -> Connection:
    """The bare connection; a read-only one to a folder where nothing may be written treats the file as unchanging."""
    mode = "rw"
    if read_only:
        mode = "ro" if os.access(path.parent, os.W_OK) or _has_wal(path) else "ro&immutable=1"
    connection: Connection = driver.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000,
        cached_statements=STATEMENTS,
    )
    return connection


def _opened(path: Path, key: bytes, salt: bytes, *, read_only: bool) -> Connection:
    """A connection that has read the first page with the key and accepted every setting. Raises driver.Error, EnvironmentProblem."""
    connection = _open(path, read_only=read_only)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{(key + salt).hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        _configure(connection, path, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _has_wal(path: Path) -> bool:
    return _wal(path).exists() and _wal(path).stat().st_size > 0


def _salt_in_wal(path: Path) -> bytes:
    """The salt that stands before the first page, read from the first copy of that page in the WAL; empty when there is none.

    A power cut while the WAL is being copied into the file may tear the first page, and without its salt no page can be read. SQLite has
    that page in the WAL until the copy is safe, but the cipher takes the salt from the file. Later copies may be torn themselves.
    """
    try:
        with _wal(path).open("rb") as file:
            file.seek(_WAL_HEADER)
            while len(frame := file.read(_FRAME_HEADER + _SALT)) == _FRAME_HEADER + _SALT:
                if int.from_bytes(frame[:4], "big") == 1:
                    return frame[_FRAME_HEADER:]
                file.seek(PAGE - _SALT, os.SEEK_CUR)
    except OSError:
        pass
    return b""


def _configure(connection: Connection, path: Path, *, read_only: bool) -> None:
    """Set every setting and believe only what is read back. Raises EnvironmentProblem."""
    expected: dict[str, int | str] = {**_SETTINGS, "cache_size": -cache_kib(path.stat().st_size)}
    if read_only:
        expected["query_only"] = 1
    else:
        expected["journal_mode"] = "wal"
    for name, value in expected.items():
        connection.execute(f"PRAGMA {name} = {value}")
    for name, value in expected.items():
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != value:
            raise EnvironmentProblem(
                _("The database did not accept the setting {name}. Install NMX Desk again; nothing was changed.").format(name=name)
            )


def _damaged(path: Path) -> DamagedDatabase:
    return DamagedDatabase(
        _("The database {name} is cut off or damaged. Restore the last backup; the file is left as it is.").format(name=path.name)
    )


_LEAST_ROOM = 64 * 1024  # bytes: a database in WAL mode makes a file of half this beside it, and says "I/O error" when it cannot


def _explain(path: Path, error: Exception) -> EnvironmentProblem:
    """The sentence for a driver's error at opening. The original carries nothing the user could use, so it is not chained."""
    code = getattr(error, "sqlite_errorname", "") or ""
    text = str(error)
    size = path.stat().st_size if path.is_file() else 0
    if size % PAGE or "malformed" in text or code.startswith(("SQLITE_CORRUPT", "SQLITE_IOERR_SHORT")):
        return DamagedDatabase(
            _("The database {name} is cut off or damaged. Restore the last backup; the file is left as it is.").format(name=path.name)
        )
    if "not a database" in text or "encrypted" in text:
        return ForeignFile(
            _(
                "The database {name} does not open with this clinic's keys: it belongs to another clinic or program, "
                "or its beginning is damaged. Put the right {name} and desk.keys together, or restore the last backup."
            ).format(name=path.name)
        )
    if "locked" in text or "busy" in text:
        return EnvironmentProblem(_("Another program keeps the database busy. Close it, wait a moment and try again."))
    if "full" in text or ("I/O" in text and shutil.disk_usage(path.parent).free < _LEAST_ROOM):
        return EnvironmentProblem(_("The disk is full. Free some space and try again; nothing was changed."))
    if "readonly" in text or "unable to open" in text:
        return ReadOnlyFolder(
            _("The database {name} cannot be opened for writing. Check the rights on the folder and its files.").format(name=path.name)
        )
    return EnvironmentProblem(
        _("The database {name} could not be opened ({reason}). Try again; if it stays so, restore the last backup.").format(
            name=path.name, reason=text
        )
    )
