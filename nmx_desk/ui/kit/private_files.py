"""Files that another program is to show: written in a folder that only its owner may enter, and wiped at lock and exit.

A program that was killed leaves them; the next start wipes them.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

_folder: list[Path] = []


def keep_in(folder: Path) -> None:
    """From now on files are put in this folder; what an earlier program left in it goes."""
    _folder[:] = [folder]
    wipe()


def put(name: str, content: bytes) -> Path:
    """Write a file that its owner alone may read; each in a folder of its own. Raises ``OSError``; ``ValueError`` for a path."""
    if not name or name in {".", ".."} or Path(name).name != name or "\\" in name or "\0" in name:
        raise ValueError("not a plain file name")
    root = _folder[0]
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = Path(mkdtemp(dir=root)) / name  # 0700
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path


def hand_over(name: str, content: bytes) -> bool:
    """Write a file and show it in the program of this computer; False when it cannot be written."""
    try:
        path = put(name, content)
    except (OSError, ValueError):
        return False
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
    return True


def wipe() -> None:
    """Take every file away. One that another program holds fast is tried again the next time."""
    for folder in _folder:
        shutil.rmtree(folder, ignore_errors=True)
