"""Backup and restore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nmx_desk.audit import witness
from nmx_desk.data import log
from nmx_desk.data.schema import SCHEMA
from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.keeping import head_of_intact, make_backup
from nmx_desk.services.opening import FrontDoor, Surroundings, witness_path
from nmx_desk.vault import backup
from nmx_desk.vault.backup import put_in_place, refuse_full, work_folder
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import KeyFile
from nmx_desk.vault.sqlcipher import key_that_opens


@dataclass(frozen=True)
class BackupMade:
    """A finished, verified backup: ``size`` entries of the log with ``root`` (hex)."""

    file: str
    created: datetime
    size: int
    root: str


@use_case("backup.run", writes=False, aside=True)
def back_up(work: Work, out: Path | None = None) -> BackupMade:
    """Make a verified backup (one file); without a name in the clinic's own folder, where old ones are pruned. Logged as BACKUP."""
    held = work.desk.secrets
    if held is None:
        raise UserError("", _("The desk is locked. Sign in again."))
    place = ClinicFolder(work.desk.folder)
    target = out or backup.automatic_file(place.backups, work.now())
    manifest = make_backup(place, held, SCHEMA, target, work.progress.report)
    if out is None:
        backup.prune(place.backups, work.now())
    work.note(
        "BACKUP", "backup", manifest.files["desk.db"].sha256, values={"size": str(manifest.head["size"]), "root": manifest.head["root"]}
    )
    return BackupMade(str(target), manifest.created, int(manifest.head["size"]), str(manifest.head["root"]))


@use_case("session.use", writes=False)
def last_backup(work: Work) -> datetime | None:
    """When the newest backup was logged."""
    return log.last_time(work.store, "BACKUP")


@use_case("session.use", code="RESTORE")
def log_restore(work: Work, size: int, root: str, abandoned: str) -> None:
    """The entry a restored clinic begins with: what was restored, and which newer head was left behind."""
    work.note("RESTORE", "backup", root[:20], values={"restored": f"{size} {root}", "abandoned": abandoned})


def restore(file: Path, folder: Path, username: str, password: str, around: Surroundings | None = None) -> int:
    """A backup into an empty folder, verified, with a RESTORE entry. Returns the number of log entries.

    All is done in a folder beside, which then takes its place: after a failure or a kill ``folder`` is as it was.

    Raises WrongPassword, BadBackup, Conflict, EnvironmentProblem.
    """
    around = around or Surroundings()
    refuse_full(folder)
    with work_folder(folder.parent) as work:
        made = work / "clinic"
        manifest = backup.unpack(file, made)
        keys = KeyFile.load(ClinicFolder(made).keys)
        held, database = keys.open_slot(username, password), ClinicFolder(made).database
        head = head_of_intact(database, key_that_opens(database, held.db_key, held.previous_key))
        _match(head, manifest.head)
        path = witness_path(keys.db_uuid)
        known = witness.load(path) if around.witness else None
        newer = known is not None and known.size > int(head["size"])
        abandoned = f"{known.size} {known.root}" if known is not None and newer else ""
        desk = FrontDoor(made, replace(around, witness=False)).sign_in(username, password)
        try:
            desk.do(log_restore, int(head["size"]), str(head["root"]), abandoned)
            size = desk.log_size
        finally:
            desk.close()
        if abandoned:  # kept, but what it saw is left behind knowingly
            path.replace(path.with_name(f"{path.stem}.abandoned.json"))
        put_in_place(made, folder)
    return size


def _match(found: Mapping[str, Any], named: Mapping[str, Any]) -> None:
    if (found["size"], found["root"]) != (named["size"], named["root"]):
        raise UserError("", _("The backup's log is not the one its manifest names. Use another backup."))
