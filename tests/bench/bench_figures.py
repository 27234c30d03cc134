"""The dashboard at the door: all figures with what they were before and thirteen months of their course, from the encrypted file.

The full demo clinic (two years), and the same with its years ten times over (twenty years). Gates: 300 ms, and 1 s. ``NMX_BENCH_KEPT``: a
folder in which the demo clinic, which takes minutes to make, is kept between runs.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.tables import Day, Instant, Word, metadata
from nmx_desk.services import collector, figures, today
from nmx_desk.services.desk import Desk
from nmx_desk.services.opening import FrontDoor, Surroundings
from nmx_desk.vault.keyfile import CHEAP_KDF
from nmx_desk.vault.passwords import DEMO_PASSWORD
from nmx_desk.vault.sqlcipher import connect
from tests.bench.bench_search import ms, row
from tests.clinic import Clock
from tests.full_demo import MORNING, kept_demo

GATE_MS, GATE_YEARS_MS = 300.0, 1000.0
TIMES = 9
MONTH = date(2026, 8, 1), date(2026, 8, 31)
CARRIED = (
    "client", "advice_request", "call_attempt", "appointment", "advice_call", "red_flag_check", "consult_note", "complaint",
    "complaint_score", "referral", "plan", "plan_version", "plan_phase", "plan_item", "follow_up", "satisfaction_answer", "grievance",
    "incident", "deviation", "task",
)  # fmt: skip
"""Tables that grow with the years."""
OWN = {"client_no", "external_key", "number", "uid", "request_id", "client_id", "moved_from", "merged_into", "origin", "hash"}


def _shifted(column: sa.Column[Any], n: int, days: int) -> str:
    """SQL: what stands in a column in the copy of ``n`` times two years ago; an id of its own for each row, people stay who they are."""
    name = f'"{column.name}"'
    if isinstance(column.type, Day):
        return f"date({name}, '-{days} days')"
    if isinstance(column.type, Instant):
        return f"strftime('%Y-%m-%dT%H:%M:%S', {name}, '-{days} days') || substr({name}, 20)"
    if column.name in {"busy_from", "busy_to"}:
        return f"{name} - {days * 1440}"
    refers = any(not key.target_fullname.startswith("desk_user.") for key in column.foreign_keys)
    if column.primary_key or refers or (column.name in OWN and not isinstance(column.type, Word)):
        return f"CASE WHEN {name} = '' THEN '' ELSE {name} || '-{n}' END"
    return name


def grown(desk: Desk) -> None:
    """The years ten times over, past the log: nobody looks at it here."""
    raw = connect(desk.database.path, desk.secrets.db_key)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    raw.execute("PRAGMA foreign_keys = OFF")  # what is not carried along is referred to all the same
    raw.execute("BEGIN")
    for n in range(1, TIMES + 1):
        for name in CARRIED:
            columns = [column for column in metadata.tables[name].columns if column.name not in {"import_id", "series_id"}]
            names = ", ".join(f'"{column.name}"' for column in columns)
            values = ", ".join(_shifted(column, n, 728 * n) for column in columns)
            there = "WHERE length(id) = 36"  # the first years' own
            raw.execute(f"INSERT INTO {name} ({names}) SELECT {values} FROM {name} {there}")
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    raw.close()


def _door(desk: Desk, rounds: int, *what: Any) -> list[float]:
    times = []
    for _round in range(rounds):
        desk.forget_seen()
        start = perf_counter()
        desk.do(*what)
        times.append(ms(start))
    return times


def _rows(desk: Desk, size: str, gate: float, rounds: int) -> list[dict[str, Any]]:
    first = _door(desk, 1, figures.dashboard, *MONTH)[0]
    shown = median(_door(desk, rounds, figures.dashboard, *MONTH))
    behind = median(_door(desk, rounds, figures.rows_behind, "K7", "counted", *MONTH))
    narrowed = median(_door(desk, rounds, figures.dashboard, *MONTH, figures.Filters(source="website")))
    page = median(_door(desk, rounds, today.today))
    return [
        row(f"dashboard at the door, {size}", shown, f"≤ {gate:g} ms", ok=shown <= gate),
        row(f"dashboard, the first time, {size}", first, "–", ok=True),
        row(f"dashboard of one source, {size}", narrowed, f"≤ {gate:g} ms", ok=narrowed <= gate),
        row(f"the rows behind a figure, {size}", behind, f"≤ {gate:g} ms", ok=behind <= gate),
        row(f"the manager's Today, {size}", page, "–", ok=True),
    ]


def run(n_pairs: int = 5) -> list[dict[str, Any]]:
    """Rows of the benchmark: name, ours_ms, peer, peer_ms, ratio, gate, ok."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "clinic"
        shutil.copytree(kept_demo(Path(os.environ.get("NMX_BENCH_KEPT") or f"{name}/kept")), folder)
        door = FrontDoor(folder, Surroundings(kdf=CHEAP_KDF, clock=Clock(MORNING), witness=False))
        desk = door.sign_in("manager", DEMO_PASSWORD)
        collector.collect_seldom()  # as the window program does at its start
        collector.keep_what_is_there()
        try:
            found = _rows(desk, "full demo", GATE_MS, 2 * n_pairs)
            grown(desk)
            return found + _rows(desk, "20 years", GATE_YEARS_MS, n_pairs)
        finally:
            desk.close()
