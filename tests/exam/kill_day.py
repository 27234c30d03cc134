"""Kill −9 at any moment of a day's writes: everything acknowledged is there afterwards and the log is intact.

A process of its own that forks a child per kill, so that a kill costs no start-up: ``python -m tests.exam.kill_day --kills 200``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nmx_desk.audit import witness
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.base import Record
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import witness_path
from nmx_desk.vault.folder import KEYS
from nmx_desk.vault.keyfile import KeyFile
from tests.clinic import PASSWORD, TestClinic, make_clinic
from tests.day import whole_day


def steps(clinic: TestClinic) -> Iterator[list[Any]]:
    """The steps of a day once they are acknowledged: name, table, row and its version."""
    for name, made in whole_day(clinic):
        record = made if isinstance(made, Record) else made.batch
        yield [name, TABLES[type(record)].name, record.id, record.version]


def live(folder: Path, out: int) -> None:
    """The child: live the day and say each step once it is acknowledged."""
    for step in steps(TestClinic(folder)):
        os.write(out, json.dumps(step).encode() + b"\n")
    os.write(out, b"[]\n")


def key_of(folder: Path) -> bytes:
    """The key of a test clinic's database."""
    return KeyFile.load(folder / KEYS).open_slot("manager", PASSWORD).db_key


def one_kill(template: Path, folder: Path, seconds: float) -> tuple[int, bool, list[str]]:
    """Kill after ``seconds``; returns acknowledged steps, whether the day had ended, and what was lost."""
    shutil.copytree(template, folder)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            live(folder, write)
        finally:
            os._exit(0)
    os.close(write)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        lines = [json.loads(line) for line in pipe.read().splitlines() if line.endswith(b"]")]
    acknowledged = [line for line in lines if line]
    return len(acknowledged), [] in lines, lost(folder, acknowledged)


def lost(folder: Path, acknowledged: list[list[str]]) -> list[str]:
    """What is missing after a kill: acknowledged rows, entries the witness saw, an intact log, a file that opens."""
    clinic = TestClinic(folder)
    desk = clinic.as_("receptie")
    missing = [desk.rescue] if desk.rescue else []
    with desk.database.reading() as connection:
        for name, table, record_id, version in acknowledged:
            found = connection.exec_driver_sql(f"SELECT version FROM {table} WHERE id = ?", (record_id,)).scalar()
            if found is None or found < int(version):
                missing.append(f"{name}: {table} {record_id}")
        seen = witness.load(witness_path(desk.db_uuid))
        result = check_log(desk.database.reading_driver, seen)
        missing += [f"{finding.kind} {finding.detail}" for finding in result.findings]
        if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
            missing.append("integrity")
    clinic.close()
    return missing


def main() -> int:
    """Prints one line of figures; exit code 1 when anything was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        os.environ["NMX_STATE_DIR"] = str(base / "state")
        make_clinic(base / "template")
        start = time.perf_counter()
        shutil.copytree(base / "template", base / "whole")
        clinic = TestClinic(base / "whole")
        steps = sum(1 for _ in whole_day(clinic))
        clinic.close()
        length = time.perf_counter() - start
        shutil.rmtree(base / "state", ignore_errors=True)
        tally = {"kills": 0, "steps": steps, "acknowledged": 0, "ended": 0, "lost": 0}
        for number in range(wanted.kills):
            count, ended, missing = one_kill(base / "template", base / f"k{number}", chance.uniform(0, length * 1.05))
            tally = tally | {"kills": number + 1, "acknowledged": tally["acknowledged"] + count, "ended": tally["ended"] + ended}
            tally["lost"] += len(missing)
            for line in missing:
                sys.stderr.write(f"kill {number}: {line}\n")
            shutil.rmtree(base / f"k{number}")
            shutil.rmtree(base / "state", ignore_errors=True)
    print(json.dumps(tally))
    return 1 if tally["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
