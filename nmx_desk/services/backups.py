"""Backup and restore."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nmx_desk.data import log
from nmx_desk.data.schema import SCHEMA
from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.keeping import make_backup
from nmx_desk.services.restoring import log_restore, restore
from nmx_desk.vault import backup
from nmx_desk.vault.folder import ClinicFolder

__all__ = ["log_restore", "restore"]  # the other half, by this module's name


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
    manifest = make_backup(place, held, SCHEMA, target, work.progress.report, work.now())
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
