"""One bit flipped anywhere in the WAL of a clinic that was killed: everything is there, or the program says at once how much is missing.

SQLite takes a WAL up to its first wrong checksum and drops the rest without a word; only the witness knows what was acknowledged.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nmx_desk.audit import witness
from nmx_desk.domain.errors import EnvironmentProblem, NotAllowed
from nmx_desk.services import clients
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import witness_path
from tests.clinic import TestClinic, make_clinic
from tests.day import whole_day
from tests.exam.outcome import Outcome, tally, with_progress


@dataclass(frozen=True)
class Killed:
    """The folder as a kill left it, and what this workstation saw last."""

    folder: Path
    head: witness.Witness


def killed(folder: Path) -> Killed:
    """A clinic that lived a day of which every commit still stands in the WAL."""
    make_clinic(folder)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            clinic = TestClinic(folder)
            for name in ("receptie", "behandelaar"):
                clinic.as_(name).database.driver.execute("PRAGMA wal_autocheckpoint = 0")
            for _ in whole_day(clinic):
                pass
            os.write(write, clinic.as_("receptie").db_uuid.encode())
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        uuid = pipe.read().decode()
    os.waitpid(child, 0)
    head = witness.load(witness_path(uuid))
    assert head is not None
    return Killed(folder, head)


def looked_at(killed: Killed, folder: Path, seen: Counter[str]) -> str:
    """Sign in as the manager; empty when all is there or the loss is said and nothing is shown."""
    witness.save(witness_path(killed.head.db_uuid), killed.head)
    clinic = TestClinic(folder)
    try:
        desk = clinic.as_("manager")
        if desk.rescue:
            return "" if refused(desk, clinic, killed.head, seen) else f"said only: {desk.rescue}"
        with desk.database.reading():
            result = check_log(desk.database.reading_driver, killed.head)
        seen["whole"] += 1
        return "" if result.ok and result.size >= killed.head.size else f"silent: {result.findings[:1]}"
    except EnvironmentProblem:
        seen["does not open"] += 1
        return ""
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return f"{type(error).__name__} {error}"
    finally:
        clinic.close()


def refused(desk, clinic: TestClinic, head: witness.Witness, seen: Counter[str]) -> bool:
    """Whether the right number of missing entries is named and no client is shown."""
    with desk.database.reading():
        size = check_log(desk.database.reading_driver).size
    seen["said to lack entries"] += 1
    try:
        desk.do(clients.list_clients)
    except NotAllowed:
        return re.search(rf"\b{head.size - size}\b", desk.rescue) is not None and head.size > size
    return False


def flips(killed: Killed, base: Path, count: int, seed: int, seen: Counter[str]) -> Iterator[str]:
    chance = random.Random(seed)
    wal = (killed.folder / "desk.db-wal").read_bytes()
    for _ in range(count):
        at, bit = chance.randrange(len(wal)), chance.randrange(8)
        folder = base / "flipped"
        shutil.copytree(killed.folder, folder)
        with (folder / "desk.db-wal").open("rb+") as file:
            file.seek(at)
            file.write(bytes([wal[at] ^ (1 << bit)]))
        said = looked_at(killed, folder, seen)
        yield f"byte {at} of the WAL: {said}" if said else ""
        shutil.rmtree(folder)


def run(count: int, seed: int) -> Outcome:
    """``count`` flips."""
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        clinic = killed(Path(name) / "clinic")
        said = list(with_progress("WAL flips", flips(clinic, Path(name), count, seed, seen), count))
    return tally("WAL flips after a kill", said, ", ".join(f"{n:,} {what}" for what, n in seen.most_common()))
