"""The list of what was destroyed, beside the witness: it is applied again to a restored backup. Ids, numbers and days; no names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.i18n import _
from nmx_desk.vault.state import state_dir


def _path(db_uuid: str) -> Path:
    return state_dir() / "erasures" / f"{db_uuid}.json"


def read(db_uuid: str) -> list[dict[str, Any]]:
    """What was destroyed in this clinic, in order. Raises EnvironmentProblem for a list that cannot be read."""
    try:
        text = _path(db_uuid).read_text("utf-8")
    except FileNotFoundError:
        return []
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _unreadable(str(error)) from None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _unreadable("")
    return found


def add(db_uuid: str, order: dict[str, Any]) -> None:
    """Remember one more destruction, durably. Raises EnvironmentProblem."""
    path = _path(db_uuid)
    known = read(db_uuid)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as file:
            json.dump([*known, order], file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise EnvironmentProblem(
            _("The file is destroyed, but the list for restored backups could not be written ({reason}). Tell the administrator.").format(
                reason=error.strerror or ""
            )
        ) from error


def _unreadable(reason: str) -> EnvironmentProblem:
    sentence = _("The list of what was destroyed cannot be read ({reason}). Put back this workstation's settings folder and try again.")
    return EnvironmentProblem(sentence.format(reason=reason))
