"""Eight programs write in one clinic at the same time: one log, unforked, with everything that was acknowledged."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nmx_desk.audit.storage import heads
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.services import backups, clients
from tests.clinic import TestClinic, make_clinic
from tests.exam.outcome import Outcome, tally

WRITERS = 8
USERS = ("receptie", "behandelaar", "collega", "manager")


def at_work(folder: str, number: int, shared: str, seconds: float, answer: Any) -> None:
    """One program: adds clients and changes one that all of them change, until the time is over; says what was acknowledged."""
    desk = TestClinic(Path(folder)).as_(USERS[number % len(USERS)])
    made, moves, conflicts, longest, wrong = [], 0, 0, 0.0, ""
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            start = time.monotonic()
            made.append(desk.do(clients.create_client, Client(surname=f"W{number} {len(made)}", phone=f"06{number}{len(made):07}")).id)
            longest = max(longest, time.monotonic() - start)
            now = desk.do(clients.open_client, shared, reason="aan de telefoon").client
            try:
                desk.do(clients.change_client, replace(now, house_no=str(int(now.house_no or 0) + 1)))
                moves += 1
            except Conflict:
                conflicts += 1
    except Exception as error:  # noqa: BLE001 (told to the one who asked)
        wrong = f"{type(error).__name__} {error}"
    answer.put({"made": made, "moves": moves, "conflicts": conflicts, "longest": longest, "wrong": wrong})
    desk.close()


def told(folder: Path, shared: str, seconds: float, backups_to: Path) -> tuple[list[dict[str, Any]], list[Any]]:
    """What the eight say when they are done, and the heads of backups made meanwhile."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    programs = [context.Process(target=at_work, args=(str(folder), n, shared, seconds, answer)) for n in range(WRITERS)]
    for one in programs:
        one.start()
    clinic, made = TestClinic(folder), []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        made.append(clinic.as_("beheerder").do(backups.back_up, backups_to / f"{len(made)}.nmxbackup"))
        time.sleep(max(seconds / 6, 1.0))
    clinic.close()
    said = [answer.get(timeout=seconds + 300) for _ in programs]
    for one in programs:
        one.join()
    return said, made


def wrong(clinic: TestClinic, shared: str, said: list[dict[str, Any]], made: list[Any]) -> Iterator[str]:
    """A text for each acknowledged thing, empty when it is there; then for the log as a whole."""
    desk = clinic.as_("manager")
    with desk.database.reading() as connection:
        there = {row for (row,) in connection.exec_driver_sql("SELECT id FROM client")}
        numbers = Counter(row for (row,) in connection.exec_driver_sql("SELECT client_no FROM client"))
        moves = int(connection.exec_driver_sql("SELECT house_no FROM client WHERE id = ?", (shared,)).scalar_one())
        roots = {head.size: head.root.hex() for head in heads(desk.database.reading_driver)}
    for one in said:
        yield one["wrong"]
        yield from ("" if row in there else f"client {row} is lost" for row in one["made"])
    acknowledged = sum(one["moves"] for one in said)
    yield "" if moves == acknowledged else f"{acknowledged} changes acknowledged, {moves} there"
    yield "" if max(numbers.values()) == 1 else "a client number was given twice"
    yield from ("" if roots.get(one.size) == one.root else f"the backup of {one.size} entries is of another log" for one in made)
    result = clinic.verified()
    yield "" if result.ok else f"the log is not intact: {result.findings[:2]}"


def run(count: int, seed: int) -> Outcome:
    """Eight programs for ``count`` seconds."""
    del seed
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "clinic"
        make_clinic(folder)
        clinic = TestClinic(folder)
        shared = clinic.as_("receptie").do(clients.create_client, Client(surname="Samen", phone="0600001111")).id
        clinic.close()
        said, made = told(folder, shared, count, Path(name))
        try:
            found = list(wrong(clinic, shared, said, made))
            size = clinic.as_("manager").log_size
        finally:
            clinic.close()
    conflicts, longest = sum(one["conflicts"] for one in said), max(one["longest"] for one in said)
    note = f"{count} s, {size:,} entries, {conflicts:,} conflicts said, longest wait {longest:.1f} s, {len(made)} backups meanwhile"
    return tally("eight writers at once, one log", found, note)
