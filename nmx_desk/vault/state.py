"""The workstation's own folder: witness files and window settings. Apart from the clinic's, so that one is not put back with the other."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.i18n import _

VARIABLE = "NMX_STATE_DIR"


def state_dir() -> Path:
    """The folder, made when needed, for its owner only. ``NMX_STATE_DIR`` moves it. Raises EnvironmentProblem."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else Path(platformdirs.user_state_dir("nmx-desk", appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem(
            _("The folder {folder} for this workstation's settings could not be made ({reason}). Set {variable} to another folder.").format(
                folder=folder, reason=error.strerror or "", variable=VARIABLE
            )
        ) from error
    return folder
