"""Backups put back, a fifth of them damaged: the good ones open and verify, the damaged ones are refused and nothing changes.

Half go into an empty folder, half in the place of the clinic that is there.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from nmx_desk.domain.errors import DeskError
from nmx_desk.services import backups
from nmx_desk.services.restoring import Permit, restore, restore_here
from nmx_desk.vault.folder import DATABASE, KEYS
from nmx_desk.vault.manifest import MANIFEST
from tests.clinic import PASSWORD, TestClinic, make_clinic
from tests.day import whole_day
from tests.exam.outcome import Outcome, tally, with_progress

EVERY = 5  # one of so many is damaged
STEPS = 40  # of the day, between two backups


def made(folder: Path, out: Path) -> list[Path]:
    """A clinic that lived a day, and backups of its beginning, its course and its end."""
    make_clinic(folder)
    clinic, files = TestClinic(folder), []
    admin = clinic.as_("beheerder")

    def back_up() -> None:
        files.append(out / f"{len(files)}.nmxbackup")
        admin.do(backups.back_up, files[-1])

    back_up()
    for number, _ in enumerate(whole_day(clinic), 1):
        if number % STEPS == 0:
            back_up()
        clinic.clock.move(seconds=1)
    back_up()
    clinic.close()
    return files


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(file: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def flip(file: Path, chance: random.Random, _other: Path) -> None:
    """One bit of what the archive holds."""
    with zipfile.ZipFile(file) as archive:
        info = chance.choice(archive.infolist())
    first = info.header_offset + 30 + len(info.filename)
    data = bytearray(file.read_bytes())
    data[first + chance.randrange(info.file_size)] ^= 1 << chance.randrange(8)
    file.write_bytes(data)


def cut(file: Path, chance: random.Random, _other: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: chance.randrange(len(data))])


def hole(file: Path, chance: random.Random, _other: Path) -> None:
    """A sector that reads as zeros, in the database."""
    parts = members(file)
    data, first = bytearray(parts[DATABASE]), chance.randrange(len(parts[DATABASE]) - 512)
    data[first : first + 512] = bytes(512)
    file.write_bytes(file.read_bytes().replace(parts[DATABASE], bytes(data)))


def without(file: Path, chance: random.Random, _other: Path) -> None:
    parts = members(file)
    del parts[chance.choice([MANIFEST, DATABASE, KEYS])]
    packed(file, parts)


def exchanged(file: Path, _chance: random.Random, other: Path) -> None:
    """The database of another backup of this clinic."""
    packed(file, members(file) | {DATABASE: members(other)[DATABASE]})


def lying(file: Path, chance: random.Random, _other: Path) -> None:
    """A manifest that fits the files, but names another log."""
    parts = members(file)
    said = json.loads(parts[MANIFEST])
    said["head"] |= chance.choice([{"size": said["head"]["size"] + 1}, {"root": "ab" * 32}])
    packed(file, parts | {MANIFEST: json.dumps(said).encode()})


DAMAGES: tuple[Callable[[Path, random.Random, Path], None], ...] = (flip, cut, hole, without, exchanged, lying)


def state(folder: Path) -> dict[str, bytes]:
    """Everything of a clinic's folder that a restore may change."""
    if not folder.exists():
        return {}
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", ".lock", ".attempts"))]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def put_back(file: Path, clinic: TestClinic, in_place: bool) -> None:
    if in_place:
        restore_here(clinic.front, file, "beheerder", PASSWORD, Permit(reason="exam"))
    else:
        restore(file, clinic.folder, "beheerder", PASSWORD, clinic.around)


def good(file: Path, clinic: TestClinic, in_place: bool) -> str:
    put_back(file, clinic, in_place)
    size = int(json.loads(members(file)[MANIFEST])["head"]["size"])
    try:
        desk = clinic.as_("manager")
        found = clinic.verified()
        if desk.rescue or not found.ok or found.size < size:
            return f"{file.name} restored, but: {desk.rescue} {found.findings[:1]}"
    finally:
        clinic.close()
    return ""


def damaged(file: Path, clinic: TestClinic, in_place: bool) -> str:
    before = state(clinic.folder)
    try:
        put_back(file, clinic, in_place)
    except DeskError as error:
        if not error.message.endswith("."):
            return f"no sentence: {error.message}"
    else:
        return "was restored"
    return "" if state(clinic.folder) == before else "something was changed"


def cases(base: Path, count: int, seed: int, seen: Counter[str]) -> Iterator[str]:
    chance = random.Random(seed)
    (base / "backups").mkdir()
    files = made(base / "clinic", base / "backups")
    for number in range(count):
        in_place = number % 2 == 1
        clinic = TestClinic(base / "clinic" if in_place else base / f"restored{number}")
        file = chance.choice(files)
        if number % EVERY == 0:
            damage = DAMAGES[number // EVERY % len(DAMAGES)]
            bad = base / "bad.nmxbackup"
            shutil.copy(file, bad)
            damage(bad, chance, chance.choice([other for other in files if other != file]))
            said = damaged(bad, clinic, in_place)
            seen["damaged"] += 1
            yield f"{number}, {damage.__name__}: {said}" if said else ""
        else:
            said = good(file, clinic, in_place)
            seen["in place" if in_place else "into an empty folder"] += 1
            yield f"{number}: {said}" if said else ""
        for rest in (*base.glob("restored*"), *(base / "clinic").glob("replaced-*")):
            shutil.rmtree(rest)


def run(count: int, seed: int) -> Outcome:
    """``count`` restores."""
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        said = list(with_progress("restores", cases(Path(name), count, seed, seen), count))
    return tally("restores, one in five of a damaged backup", said, ", ".join(f"{n} {what}" for what, n in seen.most_common()))
