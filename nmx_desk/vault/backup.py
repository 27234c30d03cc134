"""Backups: an online copy of the encrypted database, verified, packed with its keys in one file; unpacking and pruning.

Nothing is decrypted on the way: the copy is encrypted with the same key. The database is copied and examined inside the clinic's folder, so
that SQLite never works on the disk the backup goes to (a stick, a share); only finished bytes go there.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2 as driver

from nmx_desk.domain.errors import Cancelled, Conflict, EnvironmentProblem
from nmx_desk.i18n import _
from nmx_desk.vault import sqlcipher
from nmx_desk.vault.errors import BadBackup, DamagedDatabase
from nmx_desk.vault.files import publish, sync_folder
from nmx_desk.vault.folder import DATABASE, KEYS, ClinicFolder
from nmx_desk.vault.manifest import BROKEN, MANIFEST, Manifest, PackedFile, bad, open_backup, sha256_of
from nmx_desk.vault.shares import refuse_share

Verify = Callable[[Path, bytes], Mapping[str, Any]]
Progress = Callable[[int, int], None]

_STEP_PAGES: Final = 2_000  # 8 MB between two looks at the cancel button
_REMAINS, _PART = ".nmx-", ".part"  # names of what is being written; swept a day after a kill
_NAME: Final = re.compile(r"nmx-desk-(\d{8}T\d{6})Z(?:-\d+)?\.nmxbackup")
_DAILY, _WEEKLY, OLDEST = 14, 8, timedelta(days=90)


def backup_name(now: datetime) -> str:
    """Name of an automatic backup; only such names are pruned."""
    return f"nmx-desk-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z.nmxbackup"


def automatic_file(backups: Path, now: datetime) -> Path:
    """Where the next automatic backup goes; a second one in the same second gets a number."""
    name = backup_name(now)
    names = (name, *(name.replace("Z.", f"Z-{n}.") for n in range(2, 1000)))
    return next(path for path in map(backups.joinpath, names) if not path.exists())


def backup(  # noqa: PLR0913  (what a manifest says is given by name)
    folder: ClinicFolder,
    key: bytes,
    out_file: Path,
    *,
    now: datetime,
    app_version: str,
    schema_revision: str,
    verify: Verify,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Manifest:
    """Copy the clinic's database while others work in it, verify the copy, pack it with the key file into ``out_file``.

    ``verify(copy, key)`` checks the log of the copy, raises when it finds something, and returns the copy's head for the manifest.
    ``progress(done, total)`` counts pages. Raises Conflict (file exists), EnvironmentProblem, DamagedDatabase, Cancelled.
    """
    if out_file.exists():
        raise Conflict(_("There is already a file {name}. Choose another name for the backup.").format(name=out_file.name))
    with mended(out_file), work_folder(folder.backups) as work:
        _sweep(out_file.parent, now)
        _check_room(folder, out_file.parent)
        copy, keys = work / DATABASE, work / KEYS
        _copy_database(folder.database, key, copy, progress, cancelled)
        keys.write_bytes(folder.keys.read_bytes())
        head = _examine(copy, key, verify)
        if cancelled():
            raise _stopped()
        files = {path.name: _fingerprint(path) for path in (copy, keys)}
        manifest = Manifest(now.astimezone(UTC), app_version, schema_revision, head, files)
        _pack(out_file, manifest, [copy, keys])
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What a backup says about itself. Raises BadBackup."""
    archive, manifest = open_backup(file)
    archive.close()
    return manifest


def unpack(file: Path, into: Path) -> Manifest:
    """Database and key file of a backup into a new or empty folder, hashes checked. Raises Conflict, BadBackup, EnvironmentProblem.

    Written to a folder beside and renamed: after a kill ``into`` is untouched or complete.
    """
    refuse_full(into)
    archive, manifest = open_backup(file)
    with archive, mended(into), work_folder(into.parent) as work:
        for name, expected in manifest.files.items():
            _extract(archive, name, work / name, expected, file)
        put_in_place(work, into)
    return manifest


def refuse_full(folder: Path) -> None:
    """A clinic is restored into a new or empty folder of this computer only. Raises Conflict, NetworkShare."""
    refuse_share(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(_("The folder {folder} is not empty. Choose a new or empty folder for the restored clinic.").format(folder=folder))


def put_in_place(made: Path, folder: Path) -> None:
    """Give a finished folder its name, durably; an empty one of that name gives way. Raises EnvironmentProblem."""
    with mended(folder):
        sync_folder(made)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
        sync_folder(folder.parent)


def prune(backups: Path, now: datetime) -> list[Path]:
    """Remove automatic backups but the newest of 14 days, the newest of 8 weeks and all of the last 24 hours; returns the removed.

    Older than 90 days goes without exception: erased clients live on in them. Call after a new backup was made, so that one is always left.
    Remains of interrupted backups older than a day go too.
    """
    dated = sorted(((at, path) for path in _listing(backups) if (at := _written(path)) is not None), reverse=True)
    newest_of_day: dict[Any, Path] = {}
    newest_of_week: dict[Any, Path] = {}
    for at, path in dated:
        newest_of_day.setdefault(at.date(), path)
        newest_of_week.setdefault(at.isocalendar()[:2], path)
    keep = {*list(newest_of_day.values())[:_DAILY], *list(newest_of_week.values())[:_WEEKLY]}
    removed = [path for at, path in dated if now - at > OLDEST or (path not in keep and now - at > timedelta(days=1))]
    for path in removed:
        path.unlink(missing_ok=True)
    _sweep(backups, now)
    return removed


def _sweep(folder: Path, now: datetime) -> None:
    """Remove what killed programs left half written more than a day ago."""
    for path in _listing(folder):
        is_ours = path.name.startswith(_REMAINS) and path.name.endswith(_PART)
        if is_ours and now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > timedelta(days=1):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _listing(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _written(path: Path) -> datetime | None:
    """Time in the name of an automatic backup, else None; file times change when somebody copies."""
    match = _NAME.fullmatch(path.name)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """A private folder that is gone afterwards, unless it was renamed."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=_REMAINS, suffix=_PART, dir=parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def mended(target: Path) -> Iterator[None]:
    """Errors of disk and driver as a sentence."""
    try:
        yield
    except OSError as error:
        raise _no_room(target, error.strerror or "") from error
    except driver.Error as error:
        raise _no_room(target, str(error)) from None


def _no_room(target: Path, reason: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        _("{name} could not be written ({reason}). Check the free space and the rights on its disk; nothing half done was left.").format(
            name=target.name, reason=reason
        )
    )


def _stopped() -> Cancelled:
    return Cancelled(_("The backup was stopped. Nothing of it was kept."))


def _check_room(folder: ClinicFolder, target: Path) -> None:
    """Copy and packed file must both fit, the log of changes included. Raises EnvironmentProblem, OSError."""
    wal = folder.database.with_name(DATABASE + "-wal")
    size = folder.database.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    same_disk = target.stat().st_dev == folder.path.stat().st_dev
    for place, needed in ((folder.path, 2 * size if same_disk else size), (target, size)):
        if shutil.disk_usage(place).free < needed:
            raise EnvironmentProblem(
                _("The backup needs {n} MB free in {folder}. Free some space or choose another disk; nothing was changed.").format(
                    n=needed // 1_000_000 + 1, folder=place
                )
            )


def _copy_database(database: Path, key: bytes, copy: Path, progress: Progress | None, cancelled: Callable[[], bool]) -> None:
    """One consistent state: a read transaction is held throughout, so writers neither wait nor make it start again."""

    def tick(_status: int, remaining: int, total: int) -> None:
        if cancelled():
            raise _stopped()
        if progress is not None:
            progress(total - remaining, total)

    source = sqlcipher.connect(database, key, read_only=True)
    try:
        target = sqlcipher.empty_target(copy, key)
        try:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=_STEP_PAGES, progress=tick)
        finally:
            target.close()
    finally:
        source.close()


def _examine(copy: Path, key: bytes, verify: Verify) -> Mapping[str, Any]:
    """Reopen the copy from the disk, check every page, index and the log. Raises DamagedDatabase and what ``verify`` raises."""
    connection = sqlcipher.connect(copy, key)
    try:
        findings = sqlcipher.full_check(connection)
    finally:
        connection.close()
    if findings:
        raise DamagedDatabase(
            _("The copy of the database does not pass its check, so no backup was made. Check the disk, then look at the last good backup.")
        )
    return verify(copy, key)


def _fingerprint(path: Path) -> PackedFile:
    with path.open("rb") as file:
        return sha256_of(file)


def _pack(out_file: Path, manifest: Manifest, members: list[Path]) -> None:
    """Write beside, then rename. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=_REMAINS, suffix=_PART, dir=out_file.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(MANIFEST, manifest.to_json())
            for member in members:
                archive.write(member, member.name)
        publish(temporary, out_file)
    finally:
        temporary.unlink(missing_ok=True)


def _extract(archive: zipfile.ZipFile, name: str, target: Path, expected: PackedFile, file: Path) -> None:
    """One member, its length limited to what was announced. Raises BadBackup, OSError."""
    try:
        with archive.open(name) as source, target.open("xb") as out:
            target.chmod(0o600)
            found = sha256_of(source, out.write, expected.size)  # type: ignore[arg-type]
            out.flush()
            os.fsync(out.fileno())
    except BROKEN as error:
        raise bad(file) from error
    if found != expected:
        raise BadBackup(
            _("The file {member} in the backup {name} was changed or damaged. Choose another backup; nothing was changed.").format(
                member=name, name=file.name
            )
        )
