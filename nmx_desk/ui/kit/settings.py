"""What the window remembers per user: sizes, widths, filters, the last page. Ids only, nothing personal."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class UserSettings:
    """A small JSON file. Losing it costs nothing, so a broken one is forgotten."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._values: dict[str, Any] = _read(file)

    def get(self, key: str, default: Any = None) -> Any:
        """What was put under the key, as JSON gives it back."""
        return self._values.get(key, default)

    def put(self, key: str, value: Any) -> None:
        """Remember a JSON value; written at ``save``."""
        self._values[key] = value

    def save(self) -> None:
        """Write the file, whole or not at all."""
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part = self._file.with_suffix(".part")
            part.write_text(json.dumps(self._values, ensure_ascii=False), encoding="utf-8")
            os.replace(part, self._file)  # noqa: PTH105 (replaces atomically on every system)
        except OSError:
            return  # a full disk must not keep anybody from closing the window


def _read(file: Path | None) -> dict[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8")) if file else {}
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
