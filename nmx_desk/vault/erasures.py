"""The list of what was destroyed, beside the witness: it is applied again to a restored backup. Ids, numbers and days; no names."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nmx_desk.vault.state import state_dir


def path_of(db_uuid: str) -> Path:
    """Where a clinic's list stands."""
    return state_dir() / "erasures" / f"{db_uuid}.json"


def read(db_uuid: str) -> list[Any] | None:
    """The lines of the list, as they stand there; None when there is no list, or one that cannot be read."""
    try:
        found = json.loads(path_of(db_uuid).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def write(db_uuid: str, lines: Sequence[dict[str, Any]]) -> None:
    """Replace the list, durably; one that cannot be read is kept beside it. Raises OSError."""
    path = path_of(db_uuid)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(list(lines), file)
        file.flush()
        os.fsync(file.fileno())
    if read(db_uuid) is None:
        with suppress(FileNotFoundError):
            path.replace(path.with_suffix(".unreadable.json"))
    temporary.replace(path)
