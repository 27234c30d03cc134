"""What can go wrong with keys, files and backups; each says what to do next."""

from __future__ import annotations

from nmx_desk.domain.errors import DeskError, EnvironmentProblem
from nmx_desk.i18n import _, ngettext


class WrongPassword(DeskError):
    """User name and password do not fit; deliberately says no more than that."""

    def __init__(self) -> None:
        super().__init__(_("User name or password is wrong. Check both and try again."))


class TooSoon(DeskError):
    """Too many failed sign-ins: wait ``seconds`` more."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            ngettext(
                "Signing in failed several times. Wait {n} second and try again.",
                "Signing in failed several times. Wait {n} seconds and try again.",
                seconds,
            ).format(n=seconds)
        )
        self.seconds = seconds


class MissingKeyFile(EnvironmentProblem):
    """There is no key file in the clinic's folder."""


class DamagedKeyFile(EnvironmentProblem):
    """The key file cannot be read or does not have the expected form."""


class MissingDatabase(EnvironmentProblem):
    """There is no database in the clinic's folder."""


class DamagedDatabase(EnvironmentProblem):
    """The database is empty, cut off or changed behind the program's back."""


class ForeignFile(EnvironmentProblem):
    """The file is no database of this clinic: another program's, or another clinic's key."""


class ReadOnlyFolder(EnvironmentProblem):
    """The program may not write in the folder."""


class NetworkShare(EnvironmentProblem):
    """The folder lies on another computer, where SQLite's locks cannot be trusted."""


class FolderInUse(EnvironmentProblem):
    """Another program uses the clinic's folder in a way that excludes this task."""


class BadBackup(EnvironmentProblem):
    """The backup file is incomplete, changed or not a backup."""
