"""Verifying and keeping a clinic's file, for use cases, migrations and restores: no desk needed, only the key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nmx_desk import __version__
from nmx_desk.audit.storage import micros
from nmx_desk.audit.verify import Anchor, Authority, Finding, Known, Result, verify, verify_since
from nmx_desk.audit.witness import Witness
from nmx_desk.data import migrate
from nmx_desk.data.database import Database
from nmx_desk.data.dialect import all_triggers
from nmx_desk.data.erasure import FREE_TEXTS
from nmx_desk.data.restores import counts_no_more, left_behind
from nmx_desk.data.tables import captured_tables
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.domain.people import Role
from nmx_desk.i18n import _
from nmx_desk.vault import backup
from nmx_desk.vault.errors import BadBackup, DamagedDatabase, DamagedKeyFile, ForeignFile, MissingDatabase, MissingKeyFile
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import Secrets
from nmx_desk.vault.manifest import Manifest, bad
from nmx_desk.vault.sqlcipher import connect, damaged_pages

BROKEN = (DamagedDatabase, DamagedKeyFile, ForeignFile, MissingDatabase, MissingKeyFile)  # files that nobody can sign in to
ENROLLERS = Authority("user_role", "user_id", "role", frozenset({Role.ADMIN.value}), frozenset({Role.MANAGER.value}), frozenset(FREE_TEXTS))


@dataclass(frozen=True)
class BackupFile:
    """A backup as its manifest describes it: ``size`` entries of the log with ``root``, written last at ``ts``. ``problem``: why not."""

    path: str
    name: str
    created: datetime
    bytes: int
    size: int = 0
    root: str = ""
    ts: str = ""
    db_uuid: str = ""
    problem: str = ""


def backup_files(folder: Path) -> list[BackupFile]:
    """The backups in a folder, newest first; a damaged one says so. Empty where there is no such folder."""
    paths = folder.glob("*.nmxbackup") if folder.is_dir() else ()
    return sorted(filter(None, map(_backup_file, paths)), key=lambda file: (file.created, file.name), reverse=True)


def _backup_file(path: Path) -> BackupFile | None:
    try:
        stat = path.stat()
    except OSError:  # gone meanwhile
        return None
    at = datetime.fromtimestamp(stat.st_mtime, UTC)
    try:
        found = backup.read_manifest(path)
        size, root, ts, own = (found.head.get(name, "") for name in ("size", "root", "ts", "db_uuid"))
        return BackupFile(str(path), path.name, found.created, stat.st_size, int(size), str(root), str(ts), str(own))
    except (BadBackup, KeyError, ValueError, TypeError):
        return BackupFile(str(path), path.name, at, stat.st_size, problem=bad(path).message)


def manifest_anchors(connection: Any, *folders: Path) -> list[Anchor]:
    """What the manifests of the backups say of the log, as anchors; those of what a restore left behind knowingly count no more."""
    # the files first: what is read of the log then is at least as new as each of them
    files = {file.root: file for folder in folders for file in backup_files(folder) if file.size and not file.problem}
    own = connection.execute("SELECT db_uuid FROM audit_meta").fetchone()
    left = left_behind(connection)
    ours = (file for file in files.values() if not file.db_uuid or (own and file.db_uuid == own[0]))
    return [Anchor(file.name, file.size, file.root) for file in ours if not counts_no_more(left, file.size, written(file.created, file.ts))]


def written(created: datetime, ts: str) -> int:
    """When the last entry of a backup was made, in microseconds; the backup's own time where its manifest does not say."""
    try:
        return micros(min(datetime.fromisoformat(ts), created))
    except (ValueError, TypeError):
        return micros(created)


def check_log(
    connection: Any,
    witness: Witness | None = None,
    progress: Callable[[int, int], None] | None = None,
    anchors: Sequence[Anchor] = (),
) -> Result:
    """Verify the log of an open database against this program's tables."""
    tables = captured_tables()
    others = all_triggers(tables)
    return verify(connection, tables, witness=witness, progress=progress, others=others, authority=ENROLLERS, anchors=anchors)


def check_new(
    connection: Any, known: Witness, anchors: Sequence[Anchor] = (), progress: Callable[[int, int], None] | None = None
) -> Result | None:
    """Verify what came after the head that this workstation found intact last; None when it never found one."""
    if not known.verified or not known.verified_root:
        return None
    tables = captured_tables()
    against = Known(witness=known, anchors=anchors, others=all_triggers(tables), authority=ENROLLERS)
    return verify_since(connection, tables, known.verified, bytes.fromhex(known.verified_root), against, progress)


def check_pages(database: Database, connection: Any) -> list[Finding]:
    """The damaged pages of a database's file, those that the log never reads as well. ``connection`` is any one to that database.

    A page that a power cut tore while it was copied from the WAL is whole in the WAL, and one that is just being written looks damaged for
    a moment: only what is still so after the WAL was copied again is damaged.
    """
    found = damaged_pages(connection)
    if found:
        database.checkpoint()
        found &= damaged_pages(connection)
    return [Finding("page", row=str(number)) for number in sorted(found)]


def head_of_intact(path: Path, key: bytes) -> Mapping[str, Any]:
    """The head of a database file whose log is intact. Raises ``EnvironmentProblem`` when it is not."""
    connection = connect(path, key, read_only=True)
    try:
        if migrate.pending(connection):  # an older schema is checked by the program that wrote it: here the head only
            row = connection.execute("SELECT size, root FROM audit_head ORDER BY size DESC LIMIT 1").fetchone() or (0, b"")
            return {"size": row[0], "root": bytes(row[1]).hex(), "ts": ""}
        result = check_log(connection)
        own = connection.execute("SELECT db_uuid FROM audit_meta").fetchone()
    finally:
        connection.close()
    if not result.ok:
        raise EnvironmentProblem(
            _("The log of this copy is not intact ({n} findings). Verify the log of the clinic and keep the older backups.").format(
                n=len(result.findings)
            )
        )
    return {"size": result.size, "root": result.root.hex(), "ts": result.last_ts, "db_uuid": own[0] if own else ""}


def make_backup(
    place: ClinicFolder,
    secrets: Secrets,
    revision: str,
    out: Path,
    progress: Callable[[int, int], None] | None = None,
    now: datetime | None = None,
) -> Manifest:
    """One file with database, keys and manifest; the copy is verified before it counts. Raises Conflict, EnvironmentProblem, Cancelled."""
    return backup.backup(
        place,
        secrets.db_key,
        out,
        now=now or datetime.now(UTC),
        app_version=__version__,
        schema_revision=revision,
        verify=head_of_intact,
        progress=progress,
    )
