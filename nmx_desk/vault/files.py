"""Writing a file so that a kill or a power cut leaves the old one or the new one, never half of one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE = 0o600


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut. Windows has no such call and does not need it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(temporary: Path, path: Path) -> None:
    """Give a completely written file its real name, durably. Raises OSError."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, readable by its owner only. Raises EnvironmentProblem; the old file then still stands."""
    temporary = path.with_name(path.name + ".new")
    try:
        temporary.unlink(missing_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        publish(temporary, path)
    except OSError as error:
        raise EnvironmentProblem(
            _(
                "The file {name} could not be written ({reason}). Check the free space and the rights on its folder; nothing was changed."
            ).format(name=path.name, reason=error.strerror or "")
        ) from error
