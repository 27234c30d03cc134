"""A clinic with a long log, made through the door in large steps and kept in ``build/`` for the next run.

``python -m tests.bench.biglog 1000000`` makes one.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

from nmx_desk.domain.clients import Client
from nmx_desk.services.desk import Desk, use_case
from tests.clinic import PASSWORD, USERS, TestClinic, make_clinic

BUILD = Path("build")
CLIENTS = 5_000
STEP = 50  # entries of a transaction
OFTEN = 0.05  # of all readings are about one client
READS = (
    ("R", "VIEW", "client"), ("R", "VIEW", "consult_note"), ("R", "VIEW", "plan"), ("R", "SEARCH", "search"), ("R", "PRINT", "daylist"),
)  # fmt: skip


@use_case("session.use")
def _clients(work, count: int) -> None:
    work.store.add_all(
        Client(client_no=f"C-{n:06}", first_name="Sanne", surname=f"Proef{n}", phone=f"+316{n:08}", city="Zwolle") for n in range(count)
    )


@use_case("session.use")
def _live(work, seed: int, count: int, ids: list[str]) -> None:
    """Some thousands of readings, and a change for every tenth."""
    chance = random.Random(seed)
    changes = count // 10
    for _ in range(count - changes):
        action, code, kind = chance.choice(READS)
        client = ids[0] if chance.random() < OFTEN else chance.choice(ids)
        values = {"words": f"sanne {chance.randrange(1000)}", "hits": chance.randrange(50)} if code == "SEARCH" else None
        work.desk.recorder.note(action, code, kind, client, client if kind != "daylist" else None, values=values)
    change = "UPDATE client SET city = ?, version = version + 1 WHERE id = ?"
    run = work.store.connection.exec_driver_sql
    for _ in range(changes):
        run(change, (f"Plaats {chance.randrange(10_000)}", chance.choice(ids)))


def _begun(folder: Path) -> TestClinic:
    """A clinic with clients; one that was interrupted goes on where it was."""
    clinic = TestClinic(folder)
    if (folder / "begun").exists():
        clinic.clock.move(days=900)  # after all that was written
        return clinic
    shutil.rmtree(folder, ignore_errors=True)
    BUILD.mkdir(exist_ok=True)
    make_clinic(folder)
    clinic.as_("receptie").do(_clients, CLIENTS)
    (folder / "begun").touch()
    return clinic


def make(entries: int) -> TestClinic:
    """The clinic, made when it is not there; close it when done."""
    folder = BUILD / f"biglog-{entries}"
    if (folder / "made").exists():
        return TestClinic(folder)
    clinic = _begun(folder)
    desk: Desk = clinic.as_("receptie")
    with desk.database.reading() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM client ORDER BY client_no")]
    users = list(USERS)
    step = 0
    while desk.database.driver.execute("SELECT max(size) FROM audit_head").fetchone()[0] < entries:
        clinic.clock.move(seconds=40)
        clinic.as_(users[step % len(users)]).do(_live, step, min(STEP, entries), ids, reason="drukke dag" if step % 500 == 7 else "")
        step += 1
    for _ in range(2):  # the last ones are written singly, as in life
        made = desk.do(_one)
        del made
    clinic.close()
    (folder / "made").touch()
    return TestClinic(folder, replace(clinic.clock))


@use_case("session.use")
def _one(work) -> None:
    work.desk.recorder.note("R", "VIEW", "client", "one", None)


if __name__ == "__main__":
    start = time.perf_counter()
    made = make(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    desk = made.as_("manager")
    size = desk.log_size
    print(size, "entries", round(time.perf_counter() - start), "s", (made.folder / "desk.db").stat().st_size // size, "bytes an entry")
    made.close()
    assert PASSWORD
