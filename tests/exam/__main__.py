"""``make exam``: every class of AUDIT §10 at its full count, as a table and as JSON (``build/exam.json``).

``--count-factor 0.1`` tries a tenth of each count, ``--only merkle bypass`` chooses classes. Exit code 1 when anything was missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from tests.exam.outcome import Outcome
from tests.exam.register import CLASSES, ExamClass, named, take

COLUMNS = f"{'class':<44} {'tried':>9} {'found':>9} {'missed':>7}   note"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.exam", description="The exam of the log: what was tried, found and missed.")
    parser.add_argument("--count-factor", type=float, default=1.0, help="part of the full counts (0.1: a tenth)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help=f"one of {', '.join(one.name for one in CLASSES)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path("build") / "exam.json")
    wanted = parser.parse_args()
    try:
        wanted.classes = named(wanted.only)
    except ValueError as error:
        parser.error(str(error))
    return wanted


def examine(one: ExamClass, count: int, seed: int) -> list[Outcome]:
    """A class in a process of its own: what breaks it is one row of the table, and the others go on."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(take, one, count, seed).result()
        except Exception as error:  # noqa: BLE001 (whatever it was, it is a missed class)
            traceback.print_exception(error)
            return [Outcome(one.name, 0, 0, 1, f"broke off: {type(error).__name__} {error}"[:200])]


def line(outcome: Outcome) -> str:
    verdict = "" if outcome.ok else "  MISSED" if outcome.missed else "  NOTHING TRIED"
    return f"{outcome.name:<44.44} {outcome.tried:>9,} {outcome.found:>9,} {outcome.missed:>7,}   {outcome.note}{verdict}"


def main() -> int:
    """Run the classes one after another, then print the whole table."""
    wanted = arguments()
    outcomes: list[Outcome] = []
    rows = []
    for one in wanted.classes:
        count = max(round(one.full * wanted.count_factor), 1)
        print(f"{one.name}: {count:,} …", file=sys.stderr, flush=True)
        start = time.perf_counter()
        found = examine(one, count, wanted.seed)
        seconds = round(time.perf_counter() - start, 1)
        outcomes += found
        rows += [{"class": one.name, "count": count, "seconds": seconds, **asdict(outcome), "ok": outcome.ok} for outcome in found]
        for outcome in found:
            print(f"{line(outcome)}  ({seconds:.0f} s)", file=sys.stderr, flush=True)
        wanted.json.parent.mkdir(parents=True, exist_ok=True)  # after every class: an exam that is broken off leaves what it has
        wanted.json.write_text(json.dumps({"seed": wanted.seed, "factor": wanted.count_factor, "rows": rows}, indent=1), "utf-8")
    failed = [outcome for outcome in outcomes if not outcome.ok]
    print("\n".join([COLUMNS, *map(line, outcomes), f"{len(outcomes)} rows, {len(failed)} not at 100 %; {wanted.json}"]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
