"""Errors that say whose fault it is. Messages are translated where they are raised and say what to do next."""

from __future__ import annotations


class DeskError(Exception):
    """Anything the program understands and can explain in one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(DeskError):
    """The user can mend it: ``field`` names the input (empty: the whole form)."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(DeskError):
    """The signed-in user may not do this. ``needs_reason``: a written reason would allow it (break-glass); ``client_id``: whose file."""

    def __init__(self, message: str, *, right: str = "", needs_reason: bool = False, client_id: str = "") -> None:
        super().__init__(message)
        self.right = right
        self.needs_reason = needs_reason
        self.client_id = client_id


class PasswordNeeded(DeskError):
    """A signature: who is signed in gives the password first, here and now."""


class NotFound(DeskError):
    """The record is not there (any more)."""


class Conflict(DeskError):
    """Somebody else changed it meanwhile, or the slot has been taken."""


class EnvironmentProblem(DeskError):
    """Disk, network, file or another program: not the user's input and not our bug."""


class Cancelled(DeskError):
    """The user stopped a long task; nothing of it was kept."""
