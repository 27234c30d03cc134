"""What the log costs: a sealed change against the same change without a log, against SQLAlchemy-Continuum, and verifying."""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, configure_mappers, declarative_base

from nmx_desk.data.database import Compiled, engine_for
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.clients import Client
from nmx_desk.services import clients, log
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import ClinicSetup, FrontDoor, Surroundings
from nmx_desk.vault.keyfile import CHEAP_KDF
from nmx_desk.vault.sqlcipher import connect
from tests.bench import biglog

CHANGES = 150
SINGLE = 10_000  # entries that each have a signature of their own
PASSWORD = "vier gele fietsen zwemmen"


def _desk(folder: Path):
    front = FrontDoor(folder, Surroundings(kdf=CHEAP_KDF, witness=False))
    front.create(ClinicSetup(clinic_name="Bench", display_name="B", username="b", password=PASSWORD))
    return front.sign_in("b", PASSWORD)


def _logged(desk, client: Client) -> tuple[float, Client]:
    """Seconds for one change through the door, sealed and committed."""
    start = time.perf_counter()
    for n in range(CHANGES):
        client = desk.do(clients.change_client, Client(**client.__dict__ | {"city": f"Stad {n}"}))
    return (time.perf_counter() - start) / CHANGES, client


class _Orm:
    """The client table mapped for an ORM, without any trigger: the plain save that a program without a log would make."""

    def __init__(self, connect_to, versioned: bool = False) -> None:
        self.base = declarative_base()
        if versioned:
            from sqlalchemy_continuum import make_versioned

            make_versioned(user_cls=None)
        columns = {c.name: sa.Column(_plain(c.type), primary_key=c.name == "id") for c in TABLES[Client].columns}
        extra = {"__versioned__": {}} if versioned else {}
        self.kind = type("Klant" if versioned else "Persoon", (self.base,), {"__tablename__": "client", **extra, **columns})
        configure_mappers()
        self.engine = connect_to
        self.base.metadata.create_all(self.engine)
        with Session(self.engine) as session:
            row = {c.name: 0 if isinstance(_plain(c.type), sa.Integer) else "x" for c in TABLES[Client].columns}
            session.add(self.kind(**row | {"id": "1"}))
            session.commit()

    def change(self) -> float:
        """Seconds for one ORM save, committed."""
        start = time.perf_counter()
        for n in range(CHANGES):
            with Session(self.engine) as session:
                thing = session.get(self.kind, "1")
                thing.city = f"Stad {n} {time.perf_counter()}"
                thing.version = n
                session.commit()
        return (time.perf_counter() - start) / CHANGES


def _plain(kind):
    return sa.Integer() if isinstance(kind, sa.Integer | sa.Boolean) else sa.Text()


def _plain_engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def settings(connection, _record):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    return engine


def _row(name, ours, peer_name, peer, gate, *, lower_is_better=True):
    ratio = [a / b for a, b in zip(ours, peer, strict=True)]
    middle = statistics.median(ratio)
    return {
        "name": name,
        "ours_ms": statistics.median(ours) * 1000,
        "peer": peer_name,
        "peer_ms": statistics.median(peer) * 1000,
        "ratio": middle,
        "ratio_min": min(ratio),
        "ratio_max": max(ratio),
        "gate": gate,
        "ok": middle <= gate if lower_is_better else middle >= gate,
    }


def run(n_pairs: int = 5) -> list[dict]:
    """Rows for the table; paired runs, medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = _desk(folder / "clinic")
        client = desk.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600000001"))
        key = desk.secrets.db_key
        encrypted = _Orm(engine_for(lambda: connect(folder / "unlogged.db", key, create=True), Compiled()))
        plain = _Orm(_plain_engine(folder / "plain.db"))
        continuum = _Orm(_plain_engine(folder / "continuum.db"), versioned=True)
        logged, unlogged, plains, continuums = [], [], [], []
        for _ in range(n_pairs + 1):
            seconds, client = _logged(desk, client)
            logged.append(seconds)
            unlogged.append(encrypted.change())
            plains.append(plain.change())
            continuums.append(continuum.change())
        rows = [
            _row("a logged change, encrypted", logged[1:], "same ORM save, no log, encrypted", unlogged[1:], 2.5),
            _row("a logged change, encrypted", logged[1:], "Continuum, plain file", continuums[1:], 1.0),
            _row("Continuum, plain file", continuums[1:], "plain ORM save", plains[1:], 99),
        ]
        rows += _verifying(desk, client, n_pairs)
        desk.close()
    return rows + _opening(n_pairs)


def _figure(name: str, milliseconds: float, unit: str, found: list[float], gate: float, *, at_least: bool = False) -> dict:
    middle = statistics.median(found)
    return {
        "name": name, "ours_ms": milliseconds, "peer": unit, "peer_ms": middle, "ratio": middle, "ratio_min": min(found),
        "ratio_max": max(found), "gate": gate, "ok": middle >= gate if at_least else middle <= gate,
    }  # fmt: skip


def _verifying(desk, client: Client, n_pairs: int) -> list[dict]:
    """Full verification of a log with a signature for every entry, and what an entry takes on the disk."""
    for n in range(SINGLE):
        client = desk.do(clients.change_client, Client(**client.__dict__ | {"city": f"Dorp {n}"}))
    with desk.database.reading():
        driver = desk.database.reading_driver
        rates = []
        for _ in range(n_pairs):
            start = time.perf_counter()
            result = check_log(driver)
            rates.append(result.size / (time.perf_counter() - start))
        assert result.ok, result.findings[:3]
        weight = bytes_an_entry(driver)
    middle = statistics.median(rates)
    name = f"verify in full, {result.size} entries, {result.heads} signatures"
    return [
        _figure(name, result.size / middle * 1000, "entries a second", rates, 15_000, at_least=True),
        _figure("the log on disk, single changes", 0, "bytes an entry", [weight], 700),
    ]


def bytes_an_entry(driver) -> float:
    """Bytes of the log's tables and their indexes for each entry, as they lie in a file of their own."""
    with tempfile.TemporaryDirectory() as name:
        alone = sqlite3.connect(Path(name) / "log.db")
        wanted = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type <> 'trigger' AND sql IS NOT NULL ORDER BY type DESC"
        for table in ("audit_word", "audit_head", "audit_entry", "audit_value", "audit_node"):
            for (sql,) in driver.execute(wanted, (table,)).fetchall():
                alone.execute(sql)
            rows = driver.execute(f"SELECT * FROM {table} ORDER BY 1")
            alone.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows.description))})", rows)
        alone.commit()
        (pages,) = alone.execute("PRAGMA page_count").fetchone()
        (entries,) = alone.execute("SELECT count(*) FROM audit_entry").fetchone()
        alone.close()
    return pages * 4096 / entries


def _opening(n_pairs: int) -> list[dict]:
    """What verifying at the start adds, with a million entries of which the last were not verified yet."""
    clinic = biglog.make(1_000_000)
    os.environ["NMX_STATE_DIR"] = str(clinic.folder / "state")
    desk = clinic.as_("manager")
    desk.do(log.verify_log)
    took = []
    for _ in range(n_pairs):
        for _ in range(100):  # a working day
            desk.do(clients.list_clients)
            desk.forget_seen()
        start = time.perf_counter()
        assert desk.do(log.check_start).ok
        took.append((time.perf_counter() - start) * 1000)
    clinic.close()
    return [_figure(f"verify at the start, {desk.log_size} entries", statistics.median(took), "ms", took, 150)]


if __name__ == "__main__":
    for row in run():
        print(row)
