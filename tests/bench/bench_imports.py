"""10,000 rows into an encrypted clinic, through the door, from the bytes of a file to the sealed log: requests and clients, CSV and XLSX.

Gate: 20 s an import. The peer is what a spreadsheet program's user would do without the program: the same rows parsed by Python's ``csv``
and inserted into a plain SQLite table – it reads no name, number or date, knows nobody and writes no log.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from nmx_desk.services import client_imports, imports
from nmx_desk.services.desk import Desk, use_case
from tests.bench.bench_search import clinic
from tests.sheets import book, texts

ROWS, BESIDE = 10_000, 100_000
GATE_S = 20.0
HEAD = [
    "Id", "Voornaam", "Tussenvoegsel", "Achternaam", "Geboortedatum", "Telefoon", "E-mailadres", "Straat", "Huisnummer", "Postcode",
    "Woonplaats", "Klachten", "Aangevraagd op",
]  # fmt: skip


def lines(first: int) -> list[list[str]]:
    """People who are nowhere else yet, numbered from ``first``."""
    return [HEAD] + [
        [
            str(n), f"Naam{n % 97}", "van", f"Achter{n % 3011}", f"{n % 28 + 1}-{n % 12 + 1}-{1940 + n % 70}", f"06{n:08}",
            f"n{n}@example.org", "Voorbeeldlaan", str(n % 200 + 1), "1234 AB", "Utrecht", f"Al jaren moe, vraag {n}",
            f"{n % 28 + 1}-8-2026 {n % 24}:15",
        ]
        for n in range(first, first + ROWS)
    ]  # fmt: skip


def as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    return book({"Blad1": texts(rows)})


def peer(data: bytes) -> float:
    """Parsed and inserted, nothing understood."""
    start = perf_counter()
    rows = list(csv.reader(io.StringIO(data.decode()), delimiter=";"))
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "plain.db")
        connection.execute(f"CREATE TABLE person ({', '.join(f'c{n}' for n in range(len(HEAD)))})")
        connection.executemany(f"INSERT INTO person VALUES ({', '.join('?' * len(HEAD))})", rows[1:])
        connection.commit()
        connection.close()
    return perf_counter() - start


@use_case("clients.change")
def count_on(work: Any) -> None:
    """The next client number comes after those that are taken."""
    work.store.next_numbers("client_no", BESIDE)


def measured(desk: Desk, name: str, case: Any, data: bytes, other: float) -> dict[str, Any]:
    """One import; nothing of it may be known before."""
    start = perf_counter()
    result = desk.do(case, name, data)
    seconds = perf_counter() - start
    if result.preview.count("new") != ROWS:
        raise AssertionError(f"{result.preview.count('new')} new")
    return {
        "name": f"import of 10,000 {name} beside {BESIDE:,} clients", "ours_ms": seconds * 1000, "peer": "csv + plain SQLite, no log",
        "peer_ms": other * 1000, "ratio": other / seconds, "gate": f"≤ {GATE_S:g} s", "ok": seconds <= GATE_S,
    }  # fmt: skip


def run(_n_pairs: int = 5) -> list[dict[str, Any]]:
    """Rows of the benchmark."""
    files = [lines(100_000 * n) for n in range(1, 5)]
    other = peer(as_csv(files[0]))
    with tempfile.TemporaryDirectory() as folder:
        desk = clinic(Path(folder) / "clinic", BESIDE)
        desk.do(count_on)  # the clients beside were given their numbers by hand
        try:
            rows = [
                measured(desk, "requests, CSV", imports.import_requests, as_csv(files[0]), other),
                measured(desk, "requests, XLSX", imports.import_requests, as_xlsx(files[1]), other),
                measured(desk, "clients, CSV", client_imports.import_clients, as_csv(files[2]), other),
                measured(desk, "clients, XLSX", client_imports.import_clients, as_xlsx(files[3]), other),
            ]
            start = perf_counter()
            preview = desk.do(client_imports.preview_clients, "again.csv", as_csv(files[2]))
        finally:
            desk.close()
    seconds = perf_counter() - start
    known = preview.count("skipped") == ROWS
    return [*rows, {"name": "preview of 10,000 clients who are there already", "ours_ms": seconds * 1000, "peer": None, "peer_ms": None,
                    "ratio": None, "gate": "≤ 10 s", "ok": known and seconds <= 10}]  # fmt: skip


if __name__ == "__main__":
    for found in run():
        print(f"{'ok ' if found['ok'] else 'NOT'} {found['name']:60} {found['ours_ms'] / 1000:6.1f} s  {found['gate']}")
