"""What the log costs: a sealed change against the same change without a log, against SQLAlchemy-Continuum, and verifying."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, configure_mappers, declarative_base

from nmx_desk.data.database import engine_for
from nmx_desk.data.tables import TABLES
from nmx_desk.domain.clients import Client
from nmx_desk.services import clients
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import ClinicSetup, FrontDoor, Surroundings
from nmx_desk.vault.keyfile import CHEAP_KDF
from nmx_desk.vault.sqlcipher import connect

CHANGES = 150
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
        encrypted = _Orm(engine_for(lambda: connect(folder / "unlogged.db", key, create=True)))
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
        rows += _verifying(desk, n_pairs)
        desk.close()
    return rows


def _verifying(desk, n_pairs: int) -> list[dict]:
    with desk.database.reading():
        driver = desk.database.reading_driver
        rates = []
        for _ in range(n_pairs):
            start = time.perf_counter()
            result = check_log(driver)
            rates.append(result.size / (time.perf_counter() - start))
        assert result.ok, result.findings[:3]
    middle = statistics.median(rates)
    return [
        {
            "name": f"verify in full, {result.size} entries",
            "ours_ms": result.size / middle * 1000,
            "peer": "entries a second",
            "peer_ms": middle,
            "ratio": middle,
            "ratio_min": min(rates),
            "ratio_max": max(rates),
            "gate": 15_000,
            "ok": middle >= 15_000,
        }
    ]


if __name__ == "__main__":
    for row in run():
        print(row)
