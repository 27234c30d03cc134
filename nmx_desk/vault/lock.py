"""A lock between programs on one file: many shared holders or one exclusive holder; the system releases it when a program dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Self

from nmx_desk.i18n import _
from nmx_desk.vault.errors import FolderInUse, ReadOnlyFolder
from nmx_desk.vault.files import PRIVATE

_SHARED_PLACES = 64  # Windows has exclusive byte locks only: a sharer takes one of these bytes, an excluder all
_PATIENCE = 0.5  # seconds: a command that is just ending is waited for


class FileLock:
    """Held from construction until ``release`` or the end of the ``with`` block; waits for it ``patience`` seconds.

    Raises FolderInUse, ReadOnlyFolder.
    """

    def __init__(self, path: Path, *, exclusive: bool, patience: float = _PATIENCE) -> None:
        self._handle: int | None = None
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
        except OSError as error:
            if not exclusive and not os.access(path.parent, os.W_OK):
                return  # nothing can be migrated or restored where nothing can be written
            raise ReadOnlyFolder(
                _("The lock file {name} cannot be written ({reason}). Check the rights on the clinic's folder.").format(
                    name=path.name, reason=error.strerror or ""
                )
            ) from error
        until = time.monotonic() + patience
        while not _try_lock(handle, exclusive=exclusive):
            if time.monotonic() > until:
                os.close(handle)
                raise _in_use(exclusive=exclusive)
            time.sleep(0.02)
        self._handle = handle

    def release(self) -> None:
        """Give it up; again is harmless."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None:
        self.release()


def _in_use(*, exclusive: bool) -> FolderInUse:
    if exclusive:
        return FolderInUse(_("This clinic is open in another window or command. Close it everywhere and try again."))
    return FolderInUse(_("Another program is updating or restoring this clinic. Wait until it is done and try again."))


def _try_lock(handle: int, *, exclusive: bool) -> bool:
    if sys.platform == "win32":
        import msvcrt

        places = [(0, _SHARED_PLACES)] if exclusive else [(place, 1) for place in range(_SHARED_PLACES)]
        for place, length in places:
            os.lseek(handle, place, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, length)
            except OSError:
                continue
            return True
        return False
    import fcntl

    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
