"""Clinics with some history, copied into memory: five users, several hundred entries, a destruction; and what was kept elsewhere of them.

Whoever holds the database key can open the file with any program, so a forger's copy needs neither encryption nor a disk.
"""

from __future__ import annotations

import random
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2 as driver

from nmx_desk.audit import storage
from nmx_desk.audit.capture import pack
from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.verify import Anchor, Result, verify
from nmx_desk.audit.witness import Witness
from nmx_desk.data.dialect import all_triggers
from nmx_desk.data.tables import captured_tables
from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, erasure, log
from nmx_desk.services.keeping import ENROLLERS
from tests.clinic import TestClinic, make_clinic
from tests.day import whole_day
from tests.exam import erasures

FIVE = ("receptie", "behandelaar", "collega", "manager", "beheerder")
AUDIT = ("audit_entry", "audit_value", "audit_head", "audit_node", "audit_key", "audit_meta", "audit_word")
WORKERS = FIVE[:4]
FEW = 50  # cases for which one clinic will do


class Tx(NamedTuple):
    """A transaction: its entries are ``first`` up to, not with, ``size``; ``user`` signed it."""

    first: int
    size: int
    root: str
    user: str


@dataclass(frozen=True)
class Dump:
    """All rows of all tables at one moment."""

    size: int
    rows: dict[str, list[tuple[Any, ...]]]


@dataclass
class Life:
    """A clinic's schema, its rows at the end and at moments before, its users' keys, and its transactions."""

    schema: list[tuple[str, str, str]]  # kind, table, statement
    db_uuid: str
    users: dict[str, str]
    signers: dict[str, UserSigner]
    heads: list[Tx]
    now: Dump
    before: list[Dump] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many entries."""
        return self.now.size

    def tx_of(self, seq: int) -> Tx:
        """The transaction of an entry."""
        return self.heads[bisect_right(self.heads, seq, key=lambda head: head.size)]

    def anchor(self, head: Tx) -> Anchor:
        """A head that was kept elsewhere, as a backup's manifest has it."""
        return Anchor(f"backup {head.size}", head.size, head.root)

    def witness(self, head: Tx | None = None) -> Witness:
        """What the workstation saw last."""
        head = head or self.heads[-1]
        return Witness(self.db_uuid, head.size, head.root, "")


def opened(life: Life, dump: Dump | None = None) -> Any:
    """A connection to a copy in memory, with all guards in place and functions that let a forger write what they like."""
    raw = driver.connect(":memory:", isolation_level=None)
    for name, count, function in (
        ("nmx_ctx", 0, lambda: "forged"),
        ("nmx_pack", -1, pack),
        ("nmx_sealing", 0, lambda: 1),
        ("nmx_erasing", 0, lambda: 1),
    ):
        raw.create_function(name, count, function)
    for kind in ("table", "index", "view", "trigger"):
        for _, _, sql in (item for item in life.schema if item[0] == kind):
            raw.execute(sql)
        for table, rows in (dump or life.now).rows.items() if kind == "table" else ():
            if rows:
                raw.executemany(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(rows[0]))})', rows)
    raw.execute("PRAGMA ignore_check_constraints = ON")
    return raw


def examined(raw: Any, witness: Witness | None, anchors: list[Anchor] | tuple[Anchor, ...] = ()) -> Result:
    """As the program verifies, with anchors."""
    tables = captured_tables()
    return verify(raw, tables, witness=witness, others=all_triggers(tables), authority=ENROLLERS, anchors=anchors)


@cache
def lives(number: int) -> list[Life]:
    """So many clinics, made once a process."""
    return [_live(random.Random(seed)) for seed in range(number)]


@cache
def copies(count: int) -> list[tuple[Life, Any]]:
    """Clinics for so many cases, each with a copy that is open; made once a process."""
    return [(life, opened(life)) for life in lives(3 if count >= FEW else 1)]


def _live(chance: random.Random) -> Life:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "clinic"
        make_clinic(folder)
        clinic = TestClinic(folder)
        try:
            return _written_down(clinic, list(_days(clinic, chance)))
        finally:
            clinic.close()


def _days(clinic: TestClinic, chance: random.Random) -> Iterator[Dump]:
    """Work by all five users in some order; a moment is kept now and then."""
    yield from _contacts(clinic, chance, 0)
    for step, _ in enumerate(whole_day(clinic)):
        if step % 4 == 0:
            yield _dump(clinic)
    yield from _contacts(clinic, chance, 10)
    clinic.clock.move(minutes=1)
    planted = clinic.as_("behandelaar").do(erasures.plant, chance, 900)
    erasures.seen_and_searched(clinic.as_("receptie"), planted)
    yield _dump(clinic)
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, planted.client))
    clinic.as_("manager").do(log.verify_log)
    yield from _contacts(clinic, chance, 20)


def _contacts(clinic: TestClinic, chance: random.Random, start: int) -> Iterator[Dump]:
    who = chance.sample(WORKERS, 4)
    for number in range(start, start + 6):
        desk = clinic.as_(who[number % 4])
        made = desk.do(clients.create_client, Client(first_name="Sanne", surname=f"Proef{number}", phone=f"06000012{number:02}"))
        clinic.clock.move(minutes=chance.randrange(1, 9))
        made = desk.do(clients.change_client, replace(made, city=chance.choice(("Zwolle", "Assen", "Hoogeveen"))))
        clinic.as_(who[(number + 1) % 4]).do(clients.open_client, made.id, reason="vraag aan de telefoon")
        if number % 2:
            yield _dump(clinic)
    clinic.as_("beheerder").do(log.verify_log)


def _tables(raw: Any) -> set[str]:
    """The tables that are not full-text indexes, nor parts of one."""
    return {row[1] for row in raw.execute("PRAGMA main.table_list") if row[2] == "table" and not row[1].startswith("sqlite_")}


def _dump(clinic: TestClinic) -> Dump:
    database = clinic.as_("receptie").database
    with database.reading():
        raw = database.reading_driver
        rows = {name: raw.execute(f'SELECT * FROM "{name}"').fetchall() for name in _tables(raw)}
    return Dump(max(row[0] for row in rows["audit_head"]), rows)


def _written_down(clinic: TestClinic, before: list[Dump]) -> Life:
    now = _dump(clinic)
    raw = clinic.as_("receptie").database.reading_driver
    with clinic.as_("receptie").database.reading():
        found = raw.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        schema = [item for item in found if item[0] == "view" or item[1] in now.rows]
        seen = list(storage.heads(raw))
    desks = {name: clinic.as_(name) for name in FIVE}
    keys = {desk.signer.key_id: name for name, desk in desks.items()}  # type: ignore[union-attr]
    firsts = [0, *(head.size for head in seen)]
    heads = [Tx(first, head.size, head.root.hex(), keys.get(head.key_id, "")) for first, head in zip(firsts, seen, strict=False)]
    return Life(
        schema=schema, db_uuid=desks["manager"].db_uuid, users={name: desk.user.id for name, desk in desks.items()},
        signers={name: UserSigner(desk.secrets.seed, 1) for name, desk in desks.items()},  # type: ignore[union-attr]
        heads=[head for head in heads if head.size <= now.size], now=now, before=[dump for dump in before if dump.size < now.size],
    )  # fmt: skip
