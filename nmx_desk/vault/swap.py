"""Putting a restored clinic in the place of the one that is there: two files that change as one, whatever happens meanwhile.

The restored files stand ready in one folder; giving that folder its name is the decision. Whoever opens the clinic afterwards finishes what
was begun: the old files go to a dated folder beside, nothing of them is removed.
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from nmx_desk.vault.backup import OLDEST, mended
from nmx_desk.vault.files import sync_folder
from nmx_desk.vault.folder import DATABASE, KEYS, ClinicFolder

_READY: Final = re.compile(r"\.restored-(.+)")
_REPLACED: Final = re.compile(r"replaced-(\d{8}T\d{6}Z)(?:-\d+)?")
_OLD: Final = {DATABASE: (f"{DATABASE}-wal", f"{DATABASE}-shm", DATABASE), KEYS: (KEYS,)}


def hand_over(place: ClinicFolder, made: Path, now: datetime) -> Path:
    """Replace the clinic's files by those in ``made`` (nothing but the two); returns the folder in which the old ones are kept.

    The caller holds the folder exclusively. Raises EnvironmentProblem; all is as it was, or done, or will be.
    """
    with mended(place.database):
        stamp = _free_stamp(place.path, now)
        sync_folder(made)
        made.rename(place.path / f".restored-{stamp}")
        sync_folder(place.path)
    finish(place)
    return place.path / f"replaced-{stamp}"


def pending(place: ClinicFolder) -> list[Path]:
    """Restored files that wait to be put in place: a restore was interrupted."""
    return sorted(path for path in place.path.glob(".restored-*") if path.is_dir()) if place.path.is_dir() else []


def finish(place: ClinicFolder) -> None:
    """Do the rest of an interrupted restore; the caller holds the folder exclusively. Again is harmless. Raises EnvironmentProblem."""
    with mended(place.database):
        for ready in pending(place):
            match = _READY.fullmatch(ready.name)
            aside = place.path / f"replaced-{match[1] if match else 'x'}"
            aside.mkdir(mode=0o700, exist_ok=True)
            for name, old in _OLD.items():
                if (ready / name).exists():
                    _change(place.path, aside, old, ready / name)
            ready.rmdir()
            sync_folder(place.path)


def prune(place: ClinicFolder, now: datetime) -> list[Path]:
    """Remove what was replaced as long ago as the oldest backup may be: erased clients live on in it. Returns the removed."""
    removed = []
    for path in place.path.glob("replaced-*"):
        match = _REPLACED.fullmatch(path.name)
        if match and now - datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) > OLDEST:
            shutil.rmtree(path, ignore_errors=True)
            removed.append(path)
    return removed


def _change(folder: Path, aside: Path, old: tuple[str, ...], new: Path) -> None:
    """The database's own log goes first: without its database it is nothing, and no other database may ever meet it."""
    for name in old:
        if (folder / name).exists():
            (folder / name).replace(aside / name)
    sync_folder(aside)
    sync_folder(folder)
    new.replace(folder / new.name)
    sync_folder(folder)


def _free_stamp(folder: Path, now: datetime) -> str:
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (stamp, *(f"{stamp}-{number}" for number in range(2, 1000)))
    return next(name for name in names if not (folder / f"replaced-{name}").exists())
