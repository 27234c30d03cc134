"""Doubles: who is being typed looked up among all clients, at the door; and all clients compared with each other.

As many clients as in ``bench_search`` (``NMX_BENCH_CLIENTS``). Gates: 95 % of what is typed answered at the door in 50 ms, whatever is
shared by many included; 100,000 clients compared in 60 s.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from nmx_desk.services import doubles
from nmx_desk.services.desk import Desk
from tests.bench.bench_search import CLIENTS, clinic, ms, people, row

GATE_TYPED_MS, GATE_ALL_S = 50.0, 60.0


def typed(count: int) -> list[dict[str, Any]]:
    """What stands in a form after one field and another: names, birth date, phone, e-mail, address; half with a phone nobody has."""
    random = Random(5)
    some = [client for client in people(min(CLIENTS, 50_000)) if random.random() < count / 20_000]
    found: list[dict[str, Any]] = []
    for client in some:
        known = {name: getattr(client, name) for name in ("first_name", "surname", "birth_date", "phone", "email", "postcode")}
        known |= {"phone": known["phone"] if random.random() < 0.5 else f"06{random.randrange(10**8):08}", "house_no": "12"}
        names = random.sample(sorted(known), random.randint(2, len(known)))
        found.append({name: known[name] for name in names})
    return found[:count]


def at_the_door(desk: Desk, forms: list[dict[str, Any]]) -> list[float]:
    times = []
    for form in forms:
        start = perf_counter()
        desk.do(doubles.doubles_of_typed, form)
        times.append(ms(start))
    return sorted(times)


def measured(desk: Desk) -> list[dict[str, Any]]:
    """The rows for a clinic that is there."""
    forms = typed(500)
    at_the_door(desk, forms[:20])
    times = at_the_door(desk, forms)
    p95 = times[len(times) * 95 // 100]
    start = perf_counter()
    desk.do(doubles.list_doubles)
    took = ms(start)
    return [
        row(f"doubles of what is typed, {CLIENTS:,} clients, median of {len(times)}", median(times), "–", ok=True),
        row("doubles of what is typed, p95", p95, f"≤ {GATE_TYPED_MS:g} ms", ok=p95 <= GATE_TYPED_MS),
        row("doubles of what is typed, slowest", times[-1], "–", ok=True),
        row(f"possible doubles among {CLIENTS:,} clients", took, f"≤ {GATE_ALL_S * CLIENTS / 100_000:g} s",
            ok=took <= GATE_ALL_S * 1000 * CLIENTS / 100_000),
    ]  # fmt: skip


def run(n_pairs: int = 5) -> list[dict[str, Any]]:
    """Rows of the benchmark: name, ours_ms, peer, peer_ms, ratio, gate, ok."""
    with tempfile.TemporaryDirectory() as folder:
        desk = clinic(Path(folder) / "clinic", CLIENTS)
        try:
            return measured(desk)
        finally:
            desk.close()


if __name__ == "__main__":
    for line in run():
        print(f"{'ok ' if line['ok'] else 'NOT'} {line['name']:60} {line['ours_ms']:10.2f} ms  {line['gate']}")
