"""What the window needs from the floors below, as interfaces: the desk (``services/desk.py``) and the front door (``app.py``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class User(Protocol):
    """The signed-in person."""

    @property
    def id(self) -> str:
        """UUID text."""

    @property
    def username(self) -> str:
        """What is typed at sign-in."""

    @property
    def display_name(self) -> str:
        """What is shown."""

    @property
    def roles(self) -> frozenset[str]:
        """Of ``receptionist``, ``practitioner``, ``manager``, ``admin``."""

    @property
    def language(self) -> str:
        """``nl`` or ``en``."""


class Changes(Protocol):
    """What a commit touched."""

    @property
    def tables(self) -> frozenset[str]:
        """Names of tables."""

    @property
    def clients(self) -> frozenset[str]:
        """Ids of clients."""


class Progress(Protocol):
    """How far long work is."""

    def report(self, done: int, total: int, text: str = "") -> None:
        """Say how far; raises ``Cancelled`` if somebody asked to stop."""

    def cancel(self) -> None:
        """Ask to stop."""


class Desk(Protocol):
    """The one door to the use cases."""

    @property
    def user(self) -> User:
        """Who is signed in."""

    @property
    def clinic_name(self) -> str:
        """Name of the clinic."""

    @property
    def is_demo(self) -> bool:
        """Everything in it is invented."""

    @property
    def read_only(self) -> bool:
        """Nothing can be written."""

    def do(self, use_case: Any, *args: Any, reason: str = "", progress: Any = None, **kw: Any) -> Any:
        """Run a use case; see ``domain/errors.py`` for what it raises."""

    def may(self, right: str) -> bool:
        """Whether the user has the right."""

    def listen(self, callback: Callable[[Any], None]) -> None:
        """Call back with ``Changes`` after each commit, on the worker thread."""

    def close(self) -> None:
        """Drop the key and close the connections."""


@dataclass(frozen=True, kw_only=True)
class ClinicSetup:
    """Answers of the first-start wizard."""

    language: str
    clinic_name: str
    display_name: str
    username: str
    password: str


class FrontDoor(Protocol):
    """What the wizard and the login ask for. Every method may take long: the window calls them off the main thread."""

    def clinic_exists(self) -> bool:
        """Whether the folder holds a clinic."""

    def usernames(self) -> Sequence[tuple[str, str]]:
        """(user name, name to show) of everybody who can sign in here."""

    def sign_in(self, username: str, password: str) -> Desk:
        """Open the desk. Raises ``DeskError``; ``retry_after`` on it, if there, is the number of seconds to wait."""

    def recover(self, username: str, recovery_key: str, new_password: str) -> Desk:
        """Open the desk with the recovery key and give the user a new password."""

    def create(self, setup: ClinicSetup) -> str:
        """Make the clinic; returns the recovery key as groups of characters with hyphens."""

    def create_demo(self, folder: Path, progress: Progress) -> None:
        """Make the demo clinic in an empty folder."""

    def password_problems(self, text: str, username: str, clinic: str) -> list[str]:
        """Sentences about what is wrong with a password; empty when it is good. Quick: called at every key."""
