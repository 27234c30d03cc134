"""Kill −9 while somebody's access is taken away and the file gets a new key: a file that opens, every time, for everybody who is left.

A process is forked per kill. It removes a user, signs in again (which gives the file its new key) and removes nobody else.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from nmx_desk.domain.errors import DeskError
from nmx_desk.services import keys, people
from nmx_desk.services.keeping import check_log
from nmx_desk.vault.state import state_dir
from tests.clinic import TestClinic, make_clinic
from tests.exam.outcome import Outcome, tally, with_progress

LEFT = ("manager", "beheerder", "behandelaar", "receptie")


def remove(folder: Path, out: int) -> float:
    """Take the access of one user away; say each step. Returns how long it took."""
    clinic = TestClinic(folder)
    admin = clinic.as_("beheerder")
    user_id = next(person.user.id for person in admin.do(people.list_people) if person.user.username == "collega")
    begun = time.perf_counter()
    os.write(out, b"r")
    admin.do(keys.remove_user, user_id)
    os.write(out, b"k")
    clinic.close()
    clinic.as_("manager")
    os.write(out, b"d")
    taken = time.perf_counter() - begun
    clinic.close()
    return taken


def one_kill(template: Path, folder: Path, seconds: float) -> tuple[str, str]:
    """Kill ``seconds`` after the removal began; returns the steps that were said, and what is wrong afterwards."""
    shutil.rmtree(state_dir() / "witness", ignore_errors=True)  # it is the same clinic each time
    shutil.copytree(template, folder)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            remove(folder, write)
        finally:
            os._exit(0)
    os.close(write)
    steps = os.read(read, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        steps += pipe.read()
    return steps.decode(), wrong(folder)


def wrong(folder: Path) -> str:
    """What is not as it should be: somebody who cannot sign in, a log that is not intact, a key that is still to change."""
    clinic = TestClinic(folder)
    try:
        for username in LEFT:
            desk = clinic.as_(username)
            if desk.rescue or desk.secrets is None or desk.secrets.previous_key is not None:
                return f"{username}: {desk.rescue or 'not settled'}"
        desk = clinic.as_("manager")
        with desk.database.reading() as connection:
            result = check_log(desk.database.reading_driver)
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                return "integrity"
        return "; ".join(f"{finding.kind} {finding.detail}" for finding in result.findings)
    except DeskError as error:
        return error.message
    finally:
        clinic.close()


def _cases(count: int, seed: int, spread: dict[str, int]) -> Iterator[str]:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        make_clinic(base / "template")
        shutil.copytree(base / "template", base / "whole")
        read, write = os.pipe()
        length = remove(base / "whole", write)
        os.close(read)
        os.close(write)
        for number in with_progress("rekey", range(count), count):
            folder = base / f"k{number}"
            steps, said = one_kill(base / "template", folder, chance.uniform(0, 1.1 * length))
            spread[steps[-1:]] = spread.get(steps[-1:], 0) + 1
            yield f"kill {number}: {said}" if said else ""
            shutil.rmtree(folder)


def run(count: int, seed: int) -> Outcome:
    """``count`` kills at random moments; the note says into which step they fell."""
    if not hasattr(os, "fork"):
        return Outcome("kill −9 during a change of keys", 0, 0, 0, "needs fork")
    spread: dict[str, int] = {}
    made = tally("kill −9 during a change of keys", _cases(count, seed, spread))
    fell = f"{spread.get('r', 0)} while removing, {spread.get('k', 0)} while the file got its key, {spread.get('d', 0)} afterwards"
    return Outcome(made.name, made.tried, made.found, made.missed, f"{fell} {made.note}".strip())
