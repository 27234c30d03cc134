"""500 destructions: unique words planted in every text about a client, in searches and in reasons; afterwards 0 bytes are left.

Looked for in the decrypted pages of the database, of its write-ahead log and of a fresh backup; before each destruction they must be found.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from nmx_desk.data.tables import TABLES, client_tables, metadata
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import ConsultNote, Draft, NoteStatus
from nmx_desk.domain.plans import PlanStatus, PlanVersion
from nmx_desk.domain.privacy import Decision, ErasureScope, PrivacyKind
from nmx_desk.domain.requests import AdviceRequest, CallAttempt
from nmx_desk.services import backups, erasure, privacy, proposals, search
from nmx_desk.services.desk import Desk, Work, use_case
from nmx_desk.vault import backup
from tests.clinic import TestClinic, make_clinic
from tests.exam import pages
from tests.exam.outcome import Outcome, tally, with_progress

BACKUP_EVERY = 25
LETTERS = "bdfgklmnprstvz"  # folding leaves them as they are
KEPT = {"id", "created_by", "client_no", "client_id"}
"""Columns without a planted word: ids, and the number that the tombstone keeps on purpose."""


@dataclass
class Planted:
    """A client and the words that must be gone."""

    client: Client = field(default_factory=Client)
    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def needles(self) -> list[bytes]:
        """What to look for: the full-text index shortens the beginning of a word by what it shares with the one before."""
        return [word[4:].encode() for word in self.words]


class Planter:
    """Makes rows of every kind of record about one client, every text a word of its own."""

    def __init__(self, work: Work, rng: random.Random) -> None:
        self.work, self.rng, self.planted = work, rng, Planted()
        self.last: dict[str, str] = {"desk_user": work.user.id}

    def word(self) -> str:
        word = "".join(self.rng.choices(LETTERS, k=24))
        self.planted.words.append(word)
        return word

    def record(self, kind: type[Record], **given: Any) -> Record:
        """A record with a word in every text, and a parent in every reference that needs one."""
        table, hints = TABLES[kind], get_type_hints(kind)
        values: dict[str, Any] = {}
        for item in fields(kind):
            column = table.c[item.name]
            keys = [key.column.table.name for key in column.foreign_keys]
            if item.name in KEPT or item.name in given:
                continue
            if keys:
                values[item.name] = self.last.get(keys[0]) if keys[0] != table.name else None
            elif hints[item.name] in (str, str | None):
                values[item.name] = self.word()
            elif hints[item.name] is bytes:  # large enough for pages of its own
                values[item.name] = b"%PDF-" + self.word().encode() + bytes(20_000) + self.word().encode()
            elif hints[item.name] is bytes:
                values[item.name] = self.word().encode()
        if "client_id" in table.c:
            values["client_id"] = self.planted.client.id
        made = self.work.store.add(kind(**values | given))
        self.last[table.name] = made.id
        return made

    def everything(self, number: int) -> Planted:
        """One row of each table about a client, in the order of their references; then what the tables alone do not say."""
        kinds = {table.name: kind for kind, table in TABLES.items()}
        for table in metadata.sorted_tables:
            if table.name == "client":
                self.planted.client = self.record(Client, client_no=f"C-{number:06}")  # type: ignore[assignment]
            elif table.name in client_tables():
                minute = number * 2000
                given = {"busy_from": minute, "busy_to": minute + 30} if kinds[table.name] is Appointment else {}
                self.record(kinds[table.name], **given)
        self._the_same_person_asked_before()
        self.record(Draft, ref_id=self.last["consult_note"], owner_id=self.work.user.id)
        proposals.propose(self.work, "merge", self.word(), {"names": self.word()}, self.word(), client_id=self.planted.client.id)
        self._sign()
        return self.planted

    def _the_same_person_asked_before(self) -> None:
        """A request that nobody linked, with its call attempt: its entries name no client."""
        client = self.planted.client
        same = {"first_name": client.first_name, "surname": client.surname, "email": client.email}
        asked = self.record(AdviceRequest, **same, received_at=self.work.now())
        self.work.store.change(asked, client_id=None)
        self.work.store.add(CallAttempt(request_id=asked.id, note=self.word(), at=self.work.now()))

    def _sign(self) -> None:
        """What was signed and activated goes too, its guards notwithstanding."""
        store = self.work.store
        store.change(store.get(ConsultNote, self.last["consult_note"]), status=NoteStatus.SIGNED)
        store.change(store.get(PlanVersion, self.last["plan_version"]), status=PlanStatus.ACTIVE)
        client = store.get(Client, self.planted.client.id)
        self.planted.client = store.change(client, city=self.word())  # an older value, in the log only
        self.planted.notes.append(self.last["consult_note"])


@use_case("session.use")
def plant(work: Work, rng: random.Random, number: int) -> Planted:
    """Rows of every kind about a new client."""
    return Planter(work, rng).everything(number)


@use_case("session.use")
def look(work: Work, client_id: str | None, period: str = "") -> None:
    """Something else that is logged, with a value and a written reason."""
    work.note("EXPORT", "access", client_id or "day", client_id, values={"period": period})


def seen_and_searched(desk: Desk, planted: Planted) -> None:
    """What the log keeps elsewhere: searches, reasons, also with entries about nobody."""
    client = planted.client
    desk.do(search.settled, client.surname, 1)
    desk.do(search.settled, client.surname[:9], 1)
    word = client.first_name[::-1]
    planted.words.append(word)
    desk.do(look, client.id, word, reason=client.first_name)
    desk.do(look, None, reason=f"terugbellen: {client.first_name} {client.prefix} {client.surname}, {client.email}")


def approved(clinic: TestClinic, client: Client, scope: ErasureScope = ErasureScope.FILE, note_id: str = "") -> str:
    """A request for destruction, decided by two people; its id."""
    asked = clinic.as_("receptie").do(privacy.register_request, PrivacyKind.DESTRUCTION, client.id)
    clinic.as_("receptie").do(privacy.identify, asked.id, "paspoort gezien")
    care = clinic.as_("behandelaar")
    care.do(privacy.propose_decision, asked.id, Decision.GRANTED, scope=scope, note_id=note_id)
    clinic.as_("manager").do(privacy.approve_decision, asked.id)
    return asked.id


def key_of(desk: Desk) -> bytes:
    """The raw key of the open database."""
    assert desk.secrets is not None
    return desk.secrets.db_key


def left(clinic: TestClinic, needles: list[bytes]) -> dict[bytes, int]:
    """Which of these byte strings still stand in the pages of the database and its write-ahead log."""
    return pages.count(clinic.folder / "desk.db", key_of(clinic.as_("beheerder")), needles)


def left_in_backup(clinic: TestClinic, folder: Path, needles: list[bytes]) -> dict[bytes, int]:
    """Which still stand in a backup made now."""
    out = folder / f"{clinic.clock.moment:%H%M%S%f}.nmxbackup"
    clinic.as_("beheerder").do(backups.back_up, out)
    backup.unpack(out, folder / out.stem)
    return pages.count(folder / out.stem / "desk.db", key_of(clinic.as_("beheerder")), needles)


def run(count: int, seed: int) -> Outcome:
    """Plant, find, destroy, and look again, ``count`` times in one growing clinic."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_clinic(folder / "clinic")
        clinic = TestClinic(folder / "clinic")
        try:
            return tally("destructions", cases(clinic, folder, count, random.Random(seed)), "every text of every table about a client")
        finally:
            clinic.close()


def cases(clinic: TestClinic, folder: Path, count: int, rng: random.Random) -> Iterator[str]:
    """One text a destruction: empty when nothing was left."""
    for number in with_progress("destructions", range(1, count + 1), count):
        clinic.clock.move(minutes=1)
        planted = clinic.as_("behandelaar").do(plant, rng, number)
        seen_and_searched(clinic.as_("receptie"), planted)
        before = left(clinic, planted.needles)
        if len(before) < len(planted.needles):
            yield f"{number}: only {len(before)} of {len(planted.needles)} words were found before"
            continue
        clinic.as_("beheerder").do(erasure.execute_destruction, approved(clinic, planted.client))
        after = left(clinic, planted.needles)
        last = number == count or number % BACKUP_EVERY == 0
        if not after and last:
            after = left_in_backup(clinic, folder, planted.needles)
            verdict = clinic.verified()
            if not verdict.ok:
                yield f"{number}: the log is not intact: {verdict.findings[0]}"
                continue
        yield f"{number}: {sum(after.values())} words left" if after else ""
