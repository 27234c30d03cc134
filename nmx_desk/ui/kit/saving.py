"""Keeping something as a file where the user says: the folder is remembered, the file is whole or not there, only its owner reads it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileDevice, QIODevice, QSaveFile
from PySide6.QtWidgets import QFileDialog, QWidget

from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.i18n import _
from nmx_desk.ui import errors
from nmx_desk.ui.kit.page import Frame

FOLDER = "report_folder"
OWNER_ONLY = QFileDevice.Permission.ReadOwner | QFileDevice.Permission.WriteOwner


def ask_file(owner: QWidget, frame: Frame, title: str, name: str) -> Path | None:
    """Where to, beginning at the folder of the last time; with the ending of ``name`` unless another was typed. None: not at all."""
    ending = Path(name).suffix
    folder = Path(str(frame.user_settings.get(FOLDER, str(Path.home()))))
    chosen, _kind = QFileDialog.getSaveFileName(owner, title, str(folder / name), f"{ending[1:].upper()} (*{ending})")
    if not chosen:
        return None
    return Path(chosen) if Path(chosen).suffix else Path(f"{chosen}{ending}")


def write_file(owner: QWidget, frame: Frame, path: Path, data: bytes) -> None:
    """Write it and say so; what stood there stays when that fails, and the dialog offers to try again."""
    file = QSaveFile(str(path))
    written = file.open(QIODevice.OpenModeFlag.WriteOnly) and file.setPermissions(OWNER_ONLY) and file.write(data) == len(data)
    if not (written and file.commit()):
        text = _("The file {name} could not be written. Check the folder and the space on the disk.").format(name=path.name)
        errors.show(EnvironmentProblem(text), owner, retry=lambda: write_file(owner, frame, path, data))
        return
    frame.user_settings.put(FOLDER, str(path.parent))
    frame.toast(_("{file} has been saved.").format(file=path.name))


def save_as(owner: QWidget, frame: Frame, title: str, name: str, data: bytes) -> None:
    """Ask where to, and write it there."""
    if (path := ask_file(owner, frame, title, name)) is not None:
        write_file(owner, frame, path, data)
