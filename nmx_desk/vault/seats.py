"""Whether a window of this workstation is still there: each holds a small file as long as its program lives, however it ends."""

from __future__ import annotations

from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.vault.errors import FolderInUse, ReadOnlyFolder
from nmx_desk.vault.lock import FileLock
from nmx_desk.vault.state import state_dir

FOLDER = "seats"


class SeatMark:
    """Says that the window of a session is there, until ``release`` or until the system ends its program."""

    def __init__(self, session: str) -> None:
        folder = state_dir() / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in folder.glob("*.seat"):  # of windows that were killed
            if is_there(old.stem) is False:
                old.unlink(missing_ok=True)
        self._path = folder / f"{session}.seat"
        self._lock = FileLock(self._path, exclusive=True)

    def release(self) -> None:
        """The window closes."""
        self._lock.release()
        self._path.unlink(missing_ok=True)


def is_there(session: str) -> bool | None:
    """Whether the window of a session is still open here; None when this workstation does not know it."""
    try:
        path = state_dir() / FOLDER / f"{session}.seat"
        if not path.exists():
            return None
        FileLock(path, exclusive=True, patience=0).release()
    except FolderInUse:
        return True
    except (EnvironmentProblem, ReadOnlyFolder, OSError):
        return None
    return False
