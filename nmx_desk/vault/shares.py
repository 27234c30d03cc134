"""Is a folder on another computer? SQLite's locks and write-ahead log cannot be trusted there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from nmx_desk.i18n import _
from nmx_desk.vault.errors import NetworkShare

_REMOTE: Final = {
    "nfs",
    "nfs4",
    "cifs",
    "smb",
    "smb2",
    "smb3",
    "smbfs",
    "afs",
    "ncpfs",
    "webdav",
    "davfs",
    "fuse.sshfs",
    "fuse.davfs",
    "fuse.rclone",
}
_DRIVE_REMOTE: Final = 4  # DRIVE_REMOTE of GetDriveTypeW
MOUNTS: Final = Path("/proc/mounts")


def refuse_share(folder: Path) -> None:
    """Raises NetworkShare when ``folder`` (existing or not yet) lies on a network share."""
    if is_share(folder):
        raise NetworkShare(
            _(
                "The folder {folder} lies on a network share, where the database could be damaged. Choose a folder on this computer; "
                "a clinic with several workstations uses PostgreSQL."
            ).format(folder=folder)
        )


def is_share(folder: Path) -> bool:
    """UNC paths, mapped drives, and file systems of other computers."""
    text = os.fspath(folder)
    if text.startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        return _drive_is_remote(folder)
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:  # no /proc (macOS): nothing can be said
        return False
    return file_system(folder.resolve(), mounts) in _REMOTE


def file_system(folder: Path, mounts: str) -> str:
    """Type of the file system that holds ``folder``: the longest mount point above it, the last mounted of equals."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = Path(parts[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if folder.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind


def _drive_is_remote(folder: Path) -> bool:
    """Windows: a drive letter that stands for a share."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.resolve().drive + "\\") == _DRIVE_REMOTE)
    return False
