"""What a proof costs in a log of a million entries: one entry's, one log as the beginning of another, and the whole file."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable

from nmx_desk.audit import export, storage, tree
from nmx_desk.services import proofs
from tests.bench import biglog

ENTRIES = 1_000_000
PROOFS = 500


def _each(name: str, gate: float, run: Callable[[], object], times: int) -> dict:
    """Milliseconds of one, over many."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        took.append((time.perf_counter() - start) * 1000)
    middle = statistics.median(took)
    return {
        "name": name, "ours_ms": middle, "peer": "ms", "peer_ms": middle, "ratio": middle, "ratio_min": min(took), "ratio_max": max(took),
        "gate": gate, "ok": middle <= gate,
    }  # fmt: skip


def run(entries: int = ENTRIES) -> list[dict]:
    """Rows for the table."""
    clinic = biglog.make(entries)
    os.environ["NMX_STATE_DIR"] = str(clinic.folder / "state")
    desk, chance = clinic.as_("manager"), random.Random(1)
    with desk.database.reading():
        driver = desk.database.reading_driver
        size = export.newest(driver).size
        read = storage.node_at(driver)
        rows = [
            _each(f"inclusion proof, {size} entries", 1, lambda: tree.inclusion_proof(chance.randrange(size), size, read), PROOFS),
            _each(f"consistency proof, {size} entries", 1, lambda: tree.consistency_proof(chance.randrange(1, size), size, read), PROOFS),
        ]
    whole = "proof of an entry as a file, signatures and keys with it"
    rows.append(_each(whole, 100, lambda: desk.do(proofs.entry_proof, chance.randrange(size)), 30))
    clinic.close()
    return rows


if __name__ == "__main__":
    for row in run():
        print(row)
