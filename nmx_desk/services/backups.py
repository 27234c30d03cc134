"""Backups: made when asked for and on schedule, listed, and tried without touching the clinic's file (AUDIT §9)."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nmx_desk.audit import storage, tree
from nmx_desk.data import log
from nmx_desk.data.restores import counts_no_more, left_behind
from nmx_desk.data.schema import SCHEMA
from nmx_desk.domain import backups as schedule
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, UserError
from nmx_desk.domain.people import Clinic
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.keeping import BackupFile, backup_files, head_of_intact, make_backup, written
from nmx_desk.services.restoring import log_restore, restore
from nmx_desk.vault import backup, sqlcipher, swap
from nmx_desk.vault.errors import DamagedDatabase
from nmx_desk.vault.files import publish
from nmx_desk.vault.folder import DATABASE, KEYS, ClinicFolder
from nmx_desk.vault.keyfile import KeyFile, Secrets
from nmx_desk.vault.manifest import sha256_of

__all__ = ["log_restore", "restore"]  # the other half, by this module's name
STEPS = 4


@dataclass(frozen=True)
class BackupMade:
    """A finished, verified backup: ``size`` entries of the log with ``root`` (hex). ``second``: the copy in the second folder."""

    file: str
    created: datetime
    size: int
    root: str
    second: str = ""


@dataclass(frozen=True)
class Drill:
    """A backup that was proved: opened, verified, the beginning of this log."""

    file: str
    created: datetime
    size: int
    root: str


@dataclass(frozen=True)
class BackupState:
    """What the settings show: the backups there are, when one was made and one tried, and when the next is due."""

    files: tuple[BackupFile, ...]
    made: datetime | None
    tried: datetime | None
    minute: int
    hours: int
    second: str


# -- making ------------------------------------------------------------------------------------------------------------------------------


@use_case("backup.run", writes=False, aside=True)
def back_up(work: Work, out: Path | None = None) -> BackupMade:
    """Make a verified backup (one file); without a name in the clinic's own folder, where old ones are pruned. Logged as BACKUP."""
    return _back_up(work, out)


@use_case("session.use", writes=False)
def backup_due(work: Work) -> bool:
    """Whether the scheduled backup has to be made now, or was missed."""
    newest = next((file.created for file in backup_files(_place(work).backups) if not file.problem), None)
    return schedule.is_due(newest, work.now(), work.clinic.zone, work.clinic.backup_minute, work.clinic.backup_hours)


@use_case("session.use", writes=False, aside=True)
def back_up_on_schedule(work: Work) -> BackupMade | None:
    """The scheduled backup, whoever is signed in; None when another program made it meanwhile."""
    return _back_up(work, None) if backup_due(work) else None


def _back_up(work: Work, out: Path | None) -> BackupMade:
    held, place = _held(work), _place(work)
    target = out or backup.automatic_file(place.backups, work.now())
    manifest = make_backup(place, held, SCHEMA, target, work.progress.report, work.now())
    if out is None:
        backup.prune(place.backups, work.now())
        swap.prune(place, work.now())
    size, root = int(manifest.head["size"]), str(manifest.head["root"])
    work.note("BACKUP", "backup", manifest.files[DATABASE].sha256, values={"size": str(size), "root": root})
    second = _copy(work, target) if out is None and work.clinic.backup_second else ""
    return BackupMade(str(target), manifest.created, size, root, second)


def _copy(work: Work, made: Path) -> str:
    """The same file in the second folder, read back; old ones are pruned there too. Raises EnvironmentProblem; the first one stands."""
    folder = Path(work.clinic.backup_second)
    target, temporary = folder / made.name, folder / f".nmx-{made.name}.part"
    try:
        if not folder.is_dir():  # a disk that is not there must not be made as a folder on this one
            raise FileNotFoundError(2, os.strerror(2))
        try:
            shutil.copyfile(made, temporary)
            publish(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        with made.open("rb") as one, target.open("rb") as other:
            same = sha256_of(one) == sha256_of(other)
        backup.prune(folder, work.now())
    except OSError as error:
        raise EnvironmentProblem(
            _("The backup was made, but not copied to {folder} ({reason}). Connect its disk and back up again.").format(
                folder=folder, reason=error.strerror or ""
            )
        ) from error
    if not same:
        differs = _("The copy in {folder} differs from the backup. Check that disk and back up again.")
        raise EnvironmentProblem(differs.format(folder=folder))
    return str(target)


def _held(work: Work) -> Secrets:
    held = work.desk.secrets
    if held is None:
        raise UserError("", _("The desk is locked. Sign in again."))
    return held


def _place(work: Work) -> ClinicFolder:
    return ClinicFolder(work.desk.folder)


# -- looking ------------------------------------------------------------------------------------------------------------------------------


@use_case("session.use", writes=False)
def last_backup(work: Work) -> datetime | None:
    """When the newest backup was logged."""
    return log.last_time(work.store, "BACKUP", "backup")


@use_case("settings.read", writes=False)
def backup_state(work: Work) -> BackupState:
    """The backups in the clinic's folder, newest first, and the schedule."""
    clinic, tried = work.clinic, log.last_time(work.store, "BACKUP", "drill")
    files = tuple(backup_files(_place(work).backups))
    return BackupState(files, last_backup(work), tried, clinic.backup_minute, clinic.backup_hours, clinic.backup_second)


@use_case("settings.change", code="CONFIG")
def change_schedule(work: Work, minute: int, hours: int, second: str = "") -> Clinic:
    """When backups are made, and the second folder they go to (empty: none)."""
    schedule.check_schedule(minute, hours)
    second = second.strip()
    if second:
        folder = Path(second)
        if not folder.is_absolute() or not folder.is_dir() or not os.access(folder, os.W_OK):
            raise UserError("backup_second", _("This folder is not there, or nothing may be written in it. Choose another one."))
        if folder.resolve().is_relative_to(work.desk.folder.resolve()):
            raise UserError("backup_second", _("Choose a folder outside the clinic's own, best on another disk."))
    return work.store.change(work.clinic, backup_minute=minute, backup_hours=hours, backup_second=second)


# -- trying -------------------------------------------------------------------------------------------------------------------------------


@use_case("backup.run", writes=False, aside=True)
def drill_backup(work: Work, file: Path) -> Drill:
    """Prove a backup: unpacked in private, opened, every page, index and entry verified, held against its manifest and this clinic's log.

    The clinic's file is not touched and nothing is left behind. Logged as BACKUP of a "drill". Raises BadBackup, Conflict,
    EnvironmentProblem: then the backup proves nothing.
    """
    report, held, place = work.progress.report, _held(work), _place(work)
    report(0, STEPS, _("Unpacking"))
    with backup.work_folder(place.backups) as private:
        made = private / "clinic"
        manifest = backup.unpack(file, made)
        report(1, STEPS, _("Opening"))
        database = made / DATABASE
        if KeyFile.load(made / KEYS).db_uuid != work.desk.db_uuid:
            raise Conflict(_("This is a backup of another clinic."))
        key = _key_of(database, held)
        report(2, STEPS, _("Verifying every page"))
        _check_pages(database, key)
        report(3, STEPS, _("Verifying the log"))
        head = head_of_intact(database, key)
    size, root = int(head["size"]), str(head["root"])
    if (size, root) != (manifest.head["size"], manifest.head["root"]):
        raise Conflict(_("The backup's log is not the one its manifest names. Use another backup."))
    _check_beginning(work, size, root, written(manifest.created, str(manifest.head.get("ts", ""))))
    work.note("BACKUP", "drill", manifest.files[DATABASE].sha256, values={"size": str(size), "root": root})
    report(STEPS, STEPS)
    return Drill(str(file), manifest.created, size, root)


def _key_of(database: Path, held: Secrets) -> bytes:
    for key in filter(None, (held.db_key, held.previous_key)):
        if sqlcipher.opens(database, key):
            return key
    raise Conflict(
        _("This backup has an earlier key of the clinic: a user was removed since. Restore it into an empty folder to try it.")
    )


def _check_pages(database: Path, key: bytes) -> None:
    connection = sqlcipher.connect(database, key)
    try:
        findings = sqlcipher.full_check(connection)
    finally:
        connection.close()
    if findings:
        raise DamagedDatabase(_("The database in this backup is damaged. Make a new backup and keep the older ones."))


def _check_beginning(work: Work, size: int, root: str, at: int) -> None:
    """The backup's log must be the beginning of this one, unless a restore left it behind knowingly."""
    live = storage.newest_head(work.driver)
    if live is not None and size <= live.size and tree.root(size, storage.node_at(work.driver)).hex() == root:
        return
    if counts_no_more(left_behind(work.driver), size, at):
        raise Conflict(_("This backup opens and is whole, but a later restore left it behind: it is not a beginning of this clinic's log."))
    raise Conflict(_("The log of this backup is not a beginning of this clinic's log. Verify the log of the clinic, and keep this backup."))
