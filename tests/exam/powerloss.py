"""Power cuts, replayed: what SQLite wrote during a day is recorded, then disks are made as they may be after a cut at any moment.

What was synced before the cut is there. Of what was written to a file after its last sync any part may have survived, in sectors that are
new, old, zeros or garbage; a file that was made or deleted after its folder's last sync may be there or not. Only the bytes of a write can
be torn, not their neighbours: SQLite assumes so too (``powersafe overwrite``). Each disk is opened by signing in.

The same day once with ``synchronous=FULL``, as the program sets it, and once with NORMAL, which must lose: else the replay proves nothing.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nmx_desk.audit import witness
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.base import Record
from nmx_desk.domain.errors import DeskError
from nmx_desk.services.keeping import check_log, check_pages
from nmx_desk.services.opening import witness_path
from nmx_desk.vault import sqlcipher
from tests.clinic import TestClinic, make_clinic
from tests.day import whole_day
from tests.exam.disk import Event, recording
from tests.exam.outcome import Outcome, tally, with_progress

FULL, NORMAL = 2, 1
CHECKPOINT_PAGES = 40  # a checkpoint every few commits
SURVIVALS = ("nothing", "everything", "some", "prefix", "suffix", "torn", "torn")


@dataclass
class Recorded:
    """A day at a clinic: ``before`` the files it began with, what happened to them, and the clinic's keys and identity."""

    before: dict[str, bytes]
    events: list[Event]
    keys: bytes
    db_uuid: str
    start: int = 0


@contextmanager
def synchronous(level: int) -> Iterator[None]:
    """Every connection opened meanwhile works at this level: what the program never does."""
    kept = sqlcipher._SETTINGS["synchronous"]
    sqlcipher._SETTINGS["synchronous"] = level
    try:
        yield
    finally:
        sqlcipher._SETTINGS["synchronous"] = kept


def record_day(folder: Path, level: int) -> Recorded:
    """Live a day, and note after each commit what was acknowledged: the head that the witness saw, and the records people were shown."""
    make_clinic(folder)
    before = {path.name: path.read_bytes() for path in folder.glob("desk.db*")}
    with synchronous(level), recording() as disk:
        clinic = TestClinic(folder)
        try:
            uuid = clinic.as_("receptie").db_uuid
            for desk in map(clinic.as_, ("receptie", "behandelaar", "manager")):
                desk.database.driver.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
                desk.listen(lambda _changes: disk.happened("head", data=witness.load(witness_path(uuid))))
            start = len(disk.events)
            for number, (_, made) in enumerate(whole_day(clinic)):
                record = made if isinstance(made, Record) else made.batch
                disk.happened("shown", data=(TABLES[type(record)].name, record.id, record.version))
                if number == 8:
                    clinic.as_("manager").database.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            clinic.close()
    return Recorded(before, disk.events, (folder / "desk.keys").read_bytes(), uuid, start)


@dataclass
class File:
    """What is certainly on the disk, and what was written since the last sync."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[Event] = field(default_factory=list)


class Platter:
    """A disk after the first ``n`` events; ``after_cut`` makes what may be found on it when the power is back."""

    def __init__(self, before: dict[str, bytes], events: list[Event]) -> None:
        self.named = {name: File(bytearray(data)) for name, data in before.items()}
        self.named_for_sure = dict(self.named)
        for event in events:
            self._happen(event)

    def _happen(self, event: Event) -> None:
        if event.kind == "create":
            self.named[event.file] = File()
        elif event.kind == "delete":
            del self.named[event.file]
        elif event.kind == "folder":
            self.named_for_sure = dict(self.named)
        elif event.kind in {"write", "truncate"}:
            self.named[event.file].since.append(event)
        elif event.kind == "sync":
            file = self.named[event.file]
            for done in file.since:
                apply(file.synced, done)
            file.since.clear()

    def after_cut(self, survival: str, chance: random.Random) -> dict[str, bytes]:
        """The files that are there, and what is in them."""
        found = {}
        for name in sorted(self.named.keys() | self.named_for_sure.keys()):
            file = chance.choice([self.named.get(name), self.named_for_sure.get(name)])
            if file is not None:
                content = bytearray(file.synced)
                for event in surviving(file.since, survival, chance):
                    apply(content, event)
                found[name] = bytes(content)
        return found


def apply(content: bytearray, event: Event) -> None:
    """Do a write or a truncation to a file's content."""
    if event.kind == "truncate":
        del content[event.at :]
        return
    if len(content) < event.at:
        content.extend(bytes(event.at - len(content)))
    content[event.at : event.at + len(event.data)] = event.data


def surviving(since: list[Event], survival: str, chance: random.Random) -> Iterator[Event]:
    """The unsynced writes that reached the disk."""
    if survival == "everything":
        yield from since
    elif survival == "prefix":
        yield from since[: chance.randint(0, len(since))]
    elif survival == "suffix":
        yield from since[chance.randint(0, len(since)) :]
    elif survival in {"some", "torn"}:
        share = chance.choice((0.1, 0.5, 0.9))
        for event in since:
            if chance.random() < share:
                yield from torn(event, chance) if survival == "torn" and event.kind == "write" else (event,)


def torn(event: Event, chance: random.Random) -> Iterator[Event]:
    """A write of which each sector came through, did not, or holds zeros or garbage."""
    sector = chance.choice((512, 4096))
    at, end = event.at, event.at + len(event.data)
    while at < end:
        stop = min(end, (at // sector + 1) * sector)
        fate = chance.choice(("new", "new", "old", "zeros", "garbage"))
        if fate != "old":
            data = event.data[at - event.at : stop - event.at]
            yield event._replace(at=at, data={"zeros": bytes(len(data)), "garbage": chance.randbytes(len(data))}.get(fate, data))
        at = stop


def cut_at(recorded: Recorded, chance: random.Random) -> int:
    """Any moment of the day; half of the times one just after somebody was told that it was saved."""
    told = [number for number, event in enumerate(recorded.events) if event.kind in {"head", "shown"} and number >= recorded.start]
    return chance.choice(told) + 1 if chance.random() < 0.5 else chance.randint(recorded.start, len(recorded.events))


@dataclass(frozen=True)
class Seen:
    """A disk after a power cut: what was acknowledged and is not there, and whether the program says so by itself."""

    lost: tuple[str, ...]
    noticed: bool


def look_at(recorded: Recorded, cut: int, survival: str, folder: Path, chance: random.Random) -> Seen:
    """Cut the power after ``cut`` events and sign in to what is left."""
    folder.mkdir()
    for name, data in Platter(recorded.before, recorded.events[:cut]).after_cut(survival, chance).items():
        (folder / name).write_bytes(data)
    (folder / "desk.keys").write_bytes(recorded.keys)
    happened = recorded.events[:cut]
    path = witness_path(recorded.db_uuid)
    path.unlink(missing_ok=True)
    head = next((event.data for event in reversed(happened) if event.kind == "head"), None)
    if head is not None:
        witness.save(path, head)
    shown = [event.data for event in happened if event.kind == "shown"]
    try:
        return opened(folder, head, shown)
    finally:
        shutil.rmtree(folder)


def opened(folder: Path, head: witness.Witness | None, shown: list[Any]) -> Seen:
    """Sign in, as on the morning after; then look for every record, and check the whole log against the last head that was seen."""
    clinic = TestClinic(folder)
    try:
        desk = clinic.as_("receptie")
        lost = [f"{table} {record_id}" for table, record_id, version in shown if not there(desk, table, record_id, version)]
        with desk.database.reading():
            result = check_log(desk.database.reading_driver, head)
            found = result.findings + check_pages(desk.database, desk.database.reading_driver)
        desk.database.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # pages torn in the file are whole in the WAL
        wrong = [f"{one.kind} {one.detail} {one.row}" for one in found] + sqlcipher.full_check(desk.database.reading_driver)
        return Seen(tuple(lost + wrong + ([desk.rescue] if desk.rescue else [])), bool(desk.rescue))
    except DeskError as error:
        return Seen((f"does not open: {error}",), noticed=True)
    finally:
        clinic.close()


def there(desk: Any, table: str, record_id: str, version: int) -> bool:
    """Whether a record is in the database as it was shown, or newer."""
    with desk.database.reading() as connection:
        found = connection.exec_driver_sql(f"SELECT version FROM {table} WHERE id = ?", (record_id,)).scalar()
    return found is not None and found >= version


def cuts(count: int, seed: int, level: int, base: Path) -> Iterator[tuple[str, Seen]]:
    """``count`` power cuts in a day at this level."""
    recorded = record_day(base / "day", level)
    chance = random.Random(seed)
    for number in range(count):
        cut, survival = cut_at(recorded, chance), SURVIVALS[number % len(SURVIVALS)]
        yield f"cut after event {cut} of {len(recorded.events)}, {survival}", look_at(recorded, cut, survival, base / "image", chance)


def run(count: int, seed: int) -> list[Outcome]:
    """``count`` images at each level."""
    with tempfile.TemporaryDirectory() as name:
        full = list(with_progress("power cut FULL", cuts(count, seed, FULL, Path(name) / "full"), count))
        normal = list(with_progress("power cut NORMAL", cuts(count, seed, NORMAL, Path(name) / "normal"), count))
    losing = [seen for _, seen in normal if seen.lost]
    bites = [] if losing else ["NORMAL lost nothing: the replay proves nothing"]
    note = f"{len(losing):,} of {count:,} images lose something; each is noticed at the sign-in"
    return [
        tally("power cut, FULL: nothing lost", (f"{what}: {seen.lost[0]}" if seen.lost else "" for what, seen in full)),
        tally(
            "power cut, NORMAL: loses, noticed",
            [*(f"{what}: {seen.lost[0]}" if not seen.noticed else "" for what, seen in normal if seen.lost), *bites],
            note,
        ),
    ]
