"""A clinic's folder: which file is where, whether it can be used, and who holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nmx_desk.domain.errors import Conflict, EnvironmentProblem
from nmx_desk.i18n import _
from nmx_desk.vault.errors import MissingDatabase, MissingKeyFile, ReadOnlyFolder
from nmx_desk.vault.files import sync_folder, write_atomic
from nmx_desk.vault.lock import FileLock
from nmx_desk.vault.shares import refuse_share

DATABASE = "desk.db"
KEYS = "desk.keys"


@dataclass(frozen=True)
class ClinicFolder:
    """The folder of one clinic; nothing is read or made by naming it."""

    path: Path

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.path / DATABASE

    @property
    def keys(self) -> Path:
        """The key file."""
        return self.path / KEYS

    @property
    def attempts(self) -> Path:
        """Failed sign-ins not yet in the log."""
        return self.path / "desk.attempts"

    @property
    def lock_file(self) -> Path:
        """What ``shared`` and ``exclusive`` lock."""
        return self.path / "desk.lock"

    @property
    def marker(self) -> Path:
        """Stands there while a clinic is being made: what is beside it has never been used."""
        return self.path / "desk.making"

    @property
    def backups(self) -> Path:
        """Automatic backups; pruned."""
        return self.path / "backups"

    @property
    def demo_mark(self) -> Path:
        """Says that this is a demo clinic, before anybody signs in: everybody there has the same known password."""
        return self.path / "desk.demo"

    def is_clinic(self) -> bool:
        """There is a database or a key file here, and not half made."""
        return not self.marker.exists() and (self.database.exists() or self.keys.exists())

    def check(self, *, read_only: bool = False) -> None:
        """A clinic that can be opened. Raises MissingDatabase, MissingKeyFile, NetworkShare, ReadOnlyFolder."""
        refuse_share(self.path)
        if self.marker.exists():
            raise MissingDatabase(
                _("Making the clinic in {folder} was interrupted. Make it again; nothing had been entered yet.").format(folder=self.path)
            )
        if not self.path.is_dir() or not self.is_clinic():
            raise MissingDatabase(
                _("There is no clinic in the folder {folder}. Choose another folder or make a new clinic.").format(folder=self.path)
            )
        if not self.database.exists():
            raise MissingDatabase(
                _("The database {name} is missing in {folder}. Restore the last backup.").format(name=DATABASE, folder=self.path)
            )
        if not self.keys.exists():
            raise MissingKeyFile(
                _("The key file {name} is missing in {folder}. Put it back from the last backup.").format(name=KEYS, folder=self.path)
            )
        if not read_only and not os.access(self.path, os.W_OK):
            raise ReadOnlyFolder(
                _("The program may not write in the folder {folder}. Change the rights on the folder and try again.").format(
                    folder=self.path
                )
            )

    def make(self) -> None:
        """Make the folder for a new clinic, for its owner only. Raises Conflict (holds a clinic), NetworkShare, EnvironmentProblem."""
        refuse_share(self.path)
        if self.is_clinic():
            raise Conflict(_("There is already a clinic in this folder. Choose another folder or open the clinic that is there."))
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentProblem(
                _("The folder {folder} could not be made ({reason}). Choose another folder.").format(
                    folder=self.path, reason=error.strerror or ""
                )
            ) from error
        if not os.access(self.path, os.W_OK):
            raise ReadOnlyFolder(
                _("The program may not write in the folder {folder}. Change the rights on the folder and try again.").format(
                    folder=self.path
                )
            )

    @contextmanager
    def making(self) -> Iterator[None]:
        """Make a clinic's files here, alone: after an error or a kill the folder is free again. Raises as ``make``, FolderInUse."""
        self.make()
        with self.exclusive():
            self.make()  # somebody else may have been faster
            self._clear()
            write_atomic(self.marker, b"")
            try:
                yield
            except BaseException:
                self._clear()
                raise
            self.marker.unlink()
            sync_folder(self.path)

    def _clear(self) -> None:
        """Remove what was half made, the marker last."""
        if self.is_clinic():
            return
        with suppress(OSError):  # what cannot be removed now stays marked for the next attempt
            for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", KEYS, f"{KEYS}.new", self.marker.name):
                (self.path / name).unlink(missing_ok=True)

    def shared(self) -> FileLock:
        """Held by every program that has the database open. Raises FolderInUse."""
        return FileLock(self.lock_file, exclusive=False)

    def exclusive(self) -> FileLock:
        """For migrating, rekeying and restoring: nobody else has the database open. Raises FolderInUse."""
        return FileLock(self.lock_file, exclusive=True)
