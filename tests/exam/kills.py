"""Kill −9 at any moment of writes, checkpoints, backups and a migration: nothing acknowledged is lost and the log is intact."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from nmx_desk.data import migrate
from nmx_desk.services import backups, clients
from nmx_desk.services.keeping import check_log, head_of_intact
from nmx_desk.vault import backup
from nmx_desk.vault.folder import DATABASE
from nmx_desk.vault.sqlcipher import connect
from nmx_desk.vault.state import state_dir
from tests.clinic import TestClinic, make_clinic
from tests.exam import kill_day
from tests.exam.migrations_fail import fresh
from tests.exam.outcome import Outcome, tally, with_progress

Said = list[list[Any]]


@dataclass(frozen=True)
class Situation:
    """``make`` a clinic, let a child ``live`` in it and say what was acknowledged, and see what is ``lost`` when it was killed."""

    name: str
    share: float
    make: Callable[[Path], None]
    live: Callable[[Path, int], None]
    lost: Callable[[Path, Said], list[str]]


def say(out: int, *what: Any) -> None:
    """Tell the parent what is acknowledged."""
    os.write(out, json.dumps(what).encode() + b"\n")


def checkpoints(folder: Path, out: int) -> None:
    """A day in which every commit is followed by a checkpoint."""
    clinic = TestClinic(folder)
    for name in ("receptie", "behandelaar"):
        clinic.as_(name).database.driver.execute("PRAGMA wal_autocheckpoint = 1")
    for line in kill_day.steps(clinic):
        clinic.as_("receptie").database.truncate_wal()
        say(out, *line)


def copies(folder: Path, out: int) -> None:
    """A backup after every few steps."""
    clinic = TestClinic(folder)
    admin = clinic.as_("beheerder")
    steps = kill_day.steps(clinic)
    for number in range(3):
        for line in islice(steps, 3):
            say(out, *line)
        file = folder / f"{number}.nmxbackup"
        admin.do(backups.back_up, file)
        say(out, "backup", file.name)


def lost_of_copies(folder: Path, said: Said) -> list[str]:
    """The clinic is whole; so is every backup that has its name, and each that was acknowledged has it."""
    missing = [f"{line[1]} is not there" for line in said if line[0] == "backup" and not (folder / line[1]).exists()]
    missing += kill_day.lost(folder, [line for line in said if line[0] != "backup"])
    key = kill_day.key_of(folder)
    for file in folder.glob("*.nmxbackup"):
        backup.unpack(file, folder / file.stem)
        head_of_intact(folder / file.stem / DATABASE, key)
    return missing


def migration(folder: Path, out: int) -> None:
    """A file of the first version is opened, and so brought up to date."""
    clinic = TestClinic(folder)
    clinic.clock.move(days=1)
    clinic.as_("manager")
    say(out, "migrated")


def lost_of_migration(folder: Path, said: Said) -> list[str]:
    """It opens, has the new schema and all that was in it; had it already when that was acknowledged."""
    clinic = TestClinic(folder)
    clinic.clock.move(days=2)
    if said and _pending(folder):
        return ["acknowledged, and the file has its old schema"]
    desk = clinic.as_("manager")
    try:
        with desk.database.reading():
            driver = desk.database.reading_driver
            found = [f"{one.kind} {one.detail}" for one in check_log(driver).findings]
            found += ["not migrated"] if migrate.pending(driver) else []
        return found if desk.do(clients.list_clients).rows else [*found, "no clients"]
    finally:
        clinic.close()


def _pending(folder: Path) -> bool:
    """Whether the file as it lies there has still to be migrated."""
    connection = connect(folder / DATABASE, kill_day.key_of(folder))
    try:
        return bool(migrate.pending(connection))
    finally:
        connection.close()


def old_clinic(folder: Path) -> None:
    """As the first version wrote it."""
    fresh(folder)[0].close()


SITUATIONS = (
    Situation("writes", 0.5, make_clinic, kill_day.live, kill_day.lost),
    Situation("checkpoints", 0.2, make_clinic, checkpoints, kill_day.lost),
    Situation("backups", 0.2, make_clinic, copies, lost_of_copies),
    Situation("a migration", 0.1, old_clinic, migration, lost_of_migration),
)


def killed(one: Situation, folder: Path, after: int, seconds: float | None) -> tuple[Said, float]:
    """Let a child live in the folder and kill it so many seconds after it acknowledged so many steps (None: not at all).

    Returns what it acknowledged, and how long it took.
    """
    read, write = os.pipe()
    start, child = time.perf_counter(), os.fork()
    if child == 0:
        os.close(read)
        try:
            one.live(folder, write)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        lines = [pipe.readline() for _ in range(after)]
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        lines += pipe.read().splitlines()
    os.waitpid(child, 0)
    took = time.perf_counter() - start
    said = [json.loads(line) for line in lines if line.strip().endswith(b"]")]
    return [line for line in said if line], took  # an empty one: the day had ended


def kills(one: Situation, base: Path, count: int, chance: random.Random, seen: Counter[str]) -> Iterator[str]:
    """So many kills in one situation; each in a fresh copy."""
    one.make(base / "template")
    shutil.copytree(base / "template", base / "calm")
    whole, length = killed(one, base / "calm", 0, None)
    step = length / max(len(whole), 1)
    for number in range(count):
        shutil.rmtree(state_dir() / "witness", ignore_errors=True)
        shutil.copytree(base / "template", base / "run")
        after = chance.randrange(len(whole)) if len(whole) > 1 else 0
        said, _ = killed(one, base / "run", after, chance.uniform(0, step))
        seen["in the middle"] += len(said) < len(whole)
        seen["acknowledged"] += len(said)
        try:
            missing = one.lost(base / "run", said)
        except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
            missing = [f"{type(error).__name__} {error}"]
        yield f"{one.name}, kill {number}: {missing[:2]}" if missing else ""
        shutil.rmtree(base / "run")


def run(count: int, seed: int) -> list[Outcome]:
    """``count`` kills: half during writes, a fifth each during checkpoints and backups, the others during a migration."""
    outcomes = []
    for one in SITUATIONS:
        chance, seen, share = random.Random(f"{one.name} {seed}"), Counter[str](), max(round(count * one.share), 1)
        with tempfile.TemporaryDirectory() as name:
            said = list(with_progress(f"kills, {one.name}", kills(one, Path(name), share, chance, seen), share))
        note = f"{seen['in the middle']:,} before the end, {seen['acknowledged']:,} steps acknowledged"
        outcomes.append(tally(f"kill −9 during {one.name}", said, note))
    return outcomes
