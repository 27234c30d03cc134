"""The contract of a page. A page package exports ``PAGE = XxxPage``; ``app.py`` lists them and the frame shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.ui.kit.door import Changes, Desk
from nmx_desk.ui.kit.form import Form
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner


@dataclass(frozen=True)
class Command:
    """Something the palette can do. ``keywords``: other words one may type for it; ``shortcut`` is shown and, on this page, works."""

    title: str
    run: Callable[[], object]
    keywords: str = ""
    shortcut: str = ""
    icon: str = "command"


class Frame(Protocol):
    """What the window offers its pages."""

    @property
    def runner(self) -> Runner:
        """The way to the desk."""

    @property
    def desk(self) -> Desk:
        """Who is signed in and what they may."""

    @property
    def user_settings(self) -> UserSettings:
        """What the window remembers for this user: sizes, widths, filters. Ids only, nothing personal."""

    @property
    def station(self) -> UserSettings:
        """What this workstation remembers, whoever is signed in."""

    def go(self, name: str, *, once: dict[str, Any] | None = None, **where: Any) -> None:
        """Go to a page; ``where`` reaches its ``arrive``, and so does ``once``: a step to begin there, not repeated on coming back."""

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say that something was done, with a way back."""

    def now(self) -> datetime:
        """Aware UTC."""

    def put_back(self, file: str, permit: object) -> None:
        """Close everything and go to where a backup is put back; ``permit``: why that is allowed."""

    def sign_in_again(self, message: str) -> None:
        """Close everything: the clinic is another one now. The message stands above the sign-in."""

    def search(self) -> None:
        """Open the field that finds clients, requests and commands."""

    def log_checked(self, entries: int, *, ok: bool) -> None:
        """The log was verified up to this many entries: the bottom bar keeps saying how that ended."""


class Page(QWidget):
    """A page of the window. It is made once, on the first visit."""

    name: ClassVar[str]
    icon: ClassVar[str]
    right: ClassVar[str | None] = None  # None: everyone
    in_rail: ClassVar[bool] = True
    rail_as: ClassVar[str] = ""  # of a page that is not in the rail: the page there it belongs to
    in_rescue: ClassVar[bool] = False  # whether it is there when the log is in doubt and no client may be shown
    rail_order: ClassVar[int] = 100
    badge_use_case: ClassVar[Any] = None  # a reading use case without arguments that returns the number beside the rail entry

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.setObjectName(f"page_{self.name}")
        self.setAccessibleName(self.title())

    @classmethod
    def title(cls) -> str:
        """Translated name, as in the rail."""
        raise NotImplementedError

    def manual(self) -> str:
        """Name of the manual's page about what is in sight."""
        return self.name

    def record(self) -> dict[str, str]:
        """What is in sight, as the log page is asked for its history: ``client_id`` of a client, ``obj_id`` of any other record."""
        return {}

    def arrive(self, **where: Any) -> None:
        """Somebody navigated here; ``where`` holds ids. Read what is shown here: called at every visit."""

    def refresh(self, changes: Changes | None) -> None:
        """Something changed (None: everything may have). Called for the page in sight only; ``arrive`` reads anew anyway."""

    def leave(self) -> bool:
        """About to go elsewhere or to lock. False keeps the user here; save what was typed before saying True."""
        return True

    def commands(self) -> list[Command]:
        """What the palette offers while this page is in sight."""
        return []

    def show_error(self, error: UserError) -> bool:
        """Show it in the visible form that has the field; False if there is none."""
        return any(form.isVisible() and form.show_error(error) for form in self.findChildren(Form))
