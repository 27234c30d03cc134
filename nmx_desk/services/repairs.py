"""The part of the front door for files that nobody can sign in to: what is wrong, which backups there are, an interrupted restore."""

from __future__ import annotations

from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.i18n import _
from nmx_desk.services.keeping import BROKEN, BackupFile, backup_files
from nmx_desk.vault import swap
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import KeyFile


class Repairs:
    """What ``FrontDoor`` knows of its files before anybody signed in."""

    place: ClinicFolder
    _trouble = ""  # as the last sign-in found it

    def trouble(self) -> str:
        """What is wrong with the clinic's files so that nobody can sign in; empty when they open, as far as is known without a password."""
        try:
            self.place.check()
            KeyFile.load(self.place.keys)
            if self.place.database.stat().st_size == 0:
                return _("The database {name} is empty (0 bytes). Restore the last backup.").format(name=self.place.database.name)
        except BROKEN as error:
            return error.message
        except EnvironmentProblem:  # a folder that may not be used: the sign-in says so
            pass
        return self._trouble

    def mended(self) -> None:
        """The files are other ones now: what was known of them is forgotten."""
        self._trouble = ""

    def backups(self) -> list[BackupFile]:
        """The backups in the clinic's own folder, newest first."""
        return backup_files(self.place.backups)

    def _finish_restore(self) -> None:
        """Do the rest of a restore that was interrupted, unless it is still at work. Raises FolderInUse, EnvironmentProblem."""
        if swap.pending(self.place):
            with self.place.exclusive():
                swap.finish(self.place)
