"""Failed sign-ins before the database is open: a side file that slows guessing and is imported into the log at the next sign-in.

It never holds what was typed. Whoever can write in the folder can delete it (the manual says so); a broken one never blocks a sign-in.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Final

from nmx_desk.vault.errors import TooSoon
from nmx_desk.vault.files import PRIVATE

UNKNOWN: Final = "unknown"
RECOVERED: Final = "recovered:"  # before a user's id: not a failure, but the recovery key used while nothing could be logged
DELAYS: Final = (0, 0, 0, 1, 2, 4, 8, 16, 32, 60)  # seconds after so many failures since the last success
_MAX_BYTES: Final = 256 * 1024  # more is not written and not read


@dataclass(frozen=True)
class Attempt:
    """One failed sign-in: aware UTC time and the user's id, or ``unknown`` for a name without a slot."""

    at: datetime
    user_id: str


class Attempts:
    """The file ``desk.attempts`` (one JSON object per line)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pending(self) -> list[Attempt]:
        """Failed sign-ins since the last success, oldest first. Lines that cannot be read are passed over."""
        try:
            with self.path.open("rb") as file:
                lines = file.read(_MAX_BYTES).splitlines()
        except OSError:
            return []
        return [attempt for line in lines if (attempt := _parse(line)) is not None]

    def check_delay(self, now: datetime) -> None:
        """Raises TooSoon when the last failures ask for more patience."""
        failures = self.pending()
        if not failures:
            return
        since = now - failures[-1].at
        wait = timedelta(seconds=DELAYS[min(len(failures), len(DELAYS) - 1)]) - since
        if wait > timedelta(0) and since >= timedelta(0):  # a time in the future is a clock put back: nobody is locked out by that
            raise TooSoon(ceil(wait.total_seconds()))

    def record(self, now: datetime, user_id: str | None) -> None:
        """Add a failed sign-in of a known user (id) or an unknown name (None). A failure to write is nobody's reason to stop."""
        line = json.dumps({"at": now.astimezone(UTC).isoformat(timespec="microseconds"), "user": user_id or UNKNOWN}).encode() + b"\n"
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), PRIVATE)
            with os.fdopen(handle, "ab") as file:
                if file.tell() < _MAX_BYTES - 1024:
                    file.write(b"\n" + line if _torn(self.path) else line)
        except OSError:
            return

    def drain(self) -> list[Attempt]:
        """Take out everything pending: the sign-in succeeded. Log ``pending`` first, then drain: a kill between loses nothing."""
        attempts = self.pending()
        try:
            self.path.unlink(missing_ok=True)
        except OSError:
            return attempts
        return attempts


def _torn(path: Path) -> bool:
    """The last line was cut off by a kill: the next one must not be glued to it."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _parse(line: bytes) -> Attempt | None:
    try:
        raw = json.loads(line)
        at, user = datetime.fromisoformat(raw["at"]), raw["user"]
        if at.tzinfo is None or not isinstance(user, str) or len(user) > 64:
            return None
        return Attempt(at.astimezone(UTC), user)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
