"""The doors of the floors below, as the window knows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from nmx_desk.services.desk import Changes, Desk, Progress
from nmx_desk.services.keeping import BackupFile
from nmx_desk.services.opening import ClinicSetup

__all__ = ["BackupFile", "Changes", "ClinicSetup", "Desk", "FrontDoor", "Progress"]


class FrontDoor(Protocol):
    """What the wizard and the login ask for. All but the quick ones may take long: the window calls them off the main thread."""

    @property
    def folder(self) -> Path:
        """Where the clinic is, or will be."""

    def clinic_exists(self) -> bool:
        """Whether the folder holds a clinic. Quick."""

    def usernames(self) -> Sequence[tuple[str, str]]:
        """(user name, name to show) of everybody who can sign in here. Quick."""

    def trouble(self) -> str:
        """What is wrong with the clinic's files so that nobody can sign in: a backup has to be put back. Quick."""

    def backups(self) -> Sequence[BackupFile]:
        """The backups in the clinic's own folder, newest first. Quick."""

    def restore(self, file: Path, username: str, password: str, permit: object, progress: Progress) -> tuple[int, str, str]:
        """Put back a backup in the clinic's place. Returns the entries of its log, the folder of the replaced files and what is unsure."""

    def needs_password(self, username: str) -> bool:
        """Whether the user has only a one-time code and must choose a password. Quick."""

    def password_problems(self, text: str, username: str, clinic: str) -> list[str]:
        """Sentences about what is wrong with a password; empty when it is good. Quick: called at every key."""

    def sign_in(self, username: str, password: str, *, new_password: str = "", one_time_code: str = "") -> Desk:
        """Open the desk. Raises ``DeskError``; ``seconds`` on it, if there, is how long to wait; ``UserError`` on what is still asked."""

    def recover(self, code: str, new_password: str) -> Desk:
        """Open the desk with the recovery key and give its holder a new password."""

    def create(self, setup: ClinicSetup) -> str:
        """Make the clinic; returns the recovery key as groups of characters with hyphens."""

    @property
    def demo_password(self) -> str:
        """Of a demo clinic, to be shown; empty in a real one."""

    def create_demo(self, folder: Path, progress: Progress) -> None:
        """Make the demo clinic in an empty folder; this door then leads to it."""
