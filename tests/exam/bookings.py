"""Eight programs book, hold, move and cancel in one agenda at the same time: nobody is in two places, and nothing acknowledged is lost.

Half of them skip the friendly check before, so that the database alone is the judge.
"""

from __future__ import annotations

import multiprocessing
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.services import agenda, appointment_types, clients, options, people, placing, rooms
from nmx_desk.services.desk import Desk
from tests.clinic import MONDAY, TestClinic, make_clinic
from tests.exam.outcome import Outcome, tally

PROGRAMS, CLIENTS, DAYS = 8, 12, 15
USERS = ("receptie", "behandelaar", "collega", "manager")


class Booker:
    """One program at its desk: tries to book wherever, and remembers what was acknowledged as booked."""

    def __init__(self, desk: Desk, seed: int, known: list[str]) -> None:
        self.desk = desk
        self.random = random.Random(seed)
        self.clients = known
        self.people = [user.id for user in desk.do(people.list_practitioners)]
        self.live: dict[str, str] = {}
        self.refused = 0

    def moment(self) -> datetime:
        """A quarter of an hour in the clinic's hours of the next three weeks."""
        day = MONDAY + timedelta(days=self.random.randrange(1, DAYS))
        return day + timedelta(minutes=15 * self.random.randrange(28))

    def attempt(self) -> None:
        """A booking, a move, an option that is booked or left, or a cancellation."""
        kind = self.random.choice(["intake", "follow_up", "follow_up", "advice_call"])
        where = (self.random.choice(self.people), self.moment())
        client, deed = self.random.choice(self.clients), self.random.random()
        if self.live and deed < 0.2:
            old = self.random.choice(list(self.live))
            made = self.desk.do(agenda.move, old, where[1], where[0])
            del self.live[old]
        elif self.live and deed < 0.3:
            old = self.random.choice(list(self.live))
            self.desk.do(agenda.cancel, old, "client", "verhinderd")
            del self.live[old]
            return
        elif deed < 0.4:
            option = self.desk.do(options.hold, kind, *where, client_id=client)
            made = self.desk.do(agenda.book, kind, *where, client_id=client, option_id=option.id)
        else:
            made = self.desk.do(agenda.book, kind, *where, client_id=client)
        self.live[made.id] = f"{made.practitioner_id} {made.starts_at}"


def at_work(folder: str, number: int, count: int, seed: int, known: list[str], answer: Any) -> None:
    """One program's attempts; says what it was told is booked."""
    if number % 2:
        placing._check_overlap = lambda *_given: None
        placing.fits = lambda *_given: True
    booker = Booker(TestClinic(Path(folder)).as_(USERS[number % len(USERS)]), seed * 100 + number, known)
    wrong = ""
    for _attempt in range(count):
        try:
            booker.attempt()
        except (UserError, Conflict):
            booker.refused += 1
        except Exception as error:  # noqa: BLE001 (told to the one who asked)
            wrong = f"{type(error).__name__} {error}"
    answer.put({"live": booker.live, "refused": booker.refused, "wrong": wrong})
    booker.desk.close()


def prepared(folder: Path) -> list[str]:
    """A clinic with one room, which an intake needs, and a few clients; their ids."""
    make_clinic(folder)
    clinic = TestClinic(folder)
    manager = clinic.as_("manager")
    manager.do(rooms.add_room, "Kamer 1")
    kind = next(one for one in manager.do(appointment_types.list_appointment_types) if one.code == "intake")
    manager.do(appointment_types.change_appointment_type, replace(kind, needs_room=True))
    reception = clinic.as_("receptie")
    known = [reception.do(clients.create_client, Client(surname=f"Boek {n}", phone=f"06000011{n:02}")).id for n in range(CLIENTS)]
    clinic.close()
    return known


def told(folder: Path, count: int, seed: int, known: list[str]) -> list[dict[str, Any]]:
    """What the eight say when they are done."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    programs = [context.Process(target=at_work, args=(str(folder), n, count, seed, known, answer)) for n in range(PROGRAMS)]
    for one in programs:
        one.start()
    said = [answer.get(timeout=600 + 10 * count) for _ in programs]
    for one in programs:
        one.join()
    return said


def wrong(clinic: TestClinic, said: list[dict[str, Any]]) -> Iterator[str]:
    """A text for each acknowledged booking, empty when it stands; for each two neighbours in time, empty when they do not overlap."""
    desk = clinic.as_("manager")
    with desk.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id, practitioner_id, client_id, room_id, busy_from, busy_to, type_code FROM appointment"
            " WHERE live = 1 AND double_booked_reason = '' ORDER BY busy_from"
        ).fetchall()
    there = {row[0] for row in rows}
    for one in said:
        yield one["wrong"]
        yield from ("" if booked in there else f"{booked} ({where}) is lost" for booked, where in one["live"].items())
    for column, what in ((1, "practitioner"), (2, "client"), (3, "room")):
        for who in {row[column] for row in rows if row[column]}:
            mine = [row for row in rows if row[column] == who]
            yield from ("" if a[5] <= b[4] else f"{what} {who}: {a[0]} and {b[0]}" for a, b in pairwise(mine))
    yield from ("" if row[3] else f"{row[0]} has no room" for row in rows if row[6] == "intake")
    result = clinic.verified()
    yield "" if result.ok else f"the log is not intact: {result.findings[:2]}"


def run(count: int, seed: int) -> Outcome:
    """Eight programs with ``count`` attempts each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "clinic"
        said = told(folder, count, seed, prepared(folder))
        clinic = TestClinic(folder)
        try:
            found = list(wrong(clinic, said))
        finally:
            clinic.close()
    booked, refused = sum(len(one["live"]) for one in said), sum(one["refused"] for one in said)
    note = f"{PROGRAMS} programs × {count}, {booked} booked, {refused} refused, 0 overlaps of practitioner, client and room"
    return tally("eight programs book in one agenda", found, note if not any(found) else f"{booked} booked, {refused} refused")
