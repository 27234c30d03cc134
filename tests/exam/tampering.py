"""The thirteen tamper classes of AUDIT §4, each on copies of lived-in clinics by somebody who holds the database key.

Found means: there is a finding, and the first entry it names is the one that was tampered with. Where a forger makes every hash fit again,
that is the transaction: only its signature tells. Anchors are used only where the file itself cannot know.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from tests.exam.deed import Class, anchors_of, missed
from tests.exam.forge import Forger
from tests.exam.lived import Life, copies, examined
from tests.exam.outcome import Outcome, with_progress
from tests.exam.tampering_cells import CELLS
from tests.exam.tampering_parts import PARTS
from tests.exam.tampering_whole import WHOLE, older_files

WORTH_A_PROCESS = 200
NAMES = (*CELLS, *PARTS, *WHOLE, "an older whole file put back")


def one_case(tamper: Class, life: Life, raw: Any, chance: random.Random) -> tuple[str, str]:
    """Tamper, verify, undo; what was done and what was missed."""
    while True:
        raw.execute("BEGIN")
        try:
            forger = Forger(raw, life, chance)
            deed = tamper(forger)
            if deed is None:
                continue
            forger.put_back()
            anchored = deed.anchored
            result = examined(raw, life.witness() if anchored else None, anchors_of(life) if anchored else ())
            return deed.what, missed(deed, result.findings)
        finally:
            raw.execute("ROLLBACK")


def cases(name: str, count: int, seed: int) -> Iterator[tuple[str, str]]:
    """So many cases of one class."""
    chance = random.Random(f"{name} {seed}")
    if name == NAMES[-1]:
        yield from older_files(count, chance)
        return
    tamper = (CELLS | PARTS | WHOLE)[name]
    there = copies(count)
    for number in range(count):
        yield one_case(tamper, *there[number % len(there)], chance)


def part(name: str, count: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Cases in one process: what was missed, and how often what was done."""
    said: list[str] = []
    done: Counter[str] = Counter()
    for what, wrong in cases(name, count, seed):
        said += [wrong] if wrong else []
        done[what] += 1
    return said, done


def outcome(name: str, count: int, parts: Iterator[tuple[list[str], Counter[str]]]) -> Outcome:
    wrong: list[str] = []
    done: Counter[str] = Counter()
    for said, kinds in parts:
        wrong += said
        done += kinds
    note = "; ".join([f"{len(done)} ways", *wrong[:3]])
    return Outcome(f"tampering: {name}", count, count - len(wrong), len(wrong), note)


def run(count: int, seed: int) -> list[Outcome]:
    """``count`` cases of each of the thirteen classes, in two processes when it is worth it."""
    if count < WORTH_A_PROCESS:
        return [outcome(name, count, iter([part(name, count, seed)])) for name in NAMES]
    half = (count + 1) // 2
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        made = {name: [pool.submit(part, name, half, seed), pool.submit(part, name, count - half, seed + 1000)] for name in NAMES}
        futures = with_progress("tampering classes", made.items(), len(made))
        return [outcome(name, count, (future.result() for future in both)) for name, both in futures]
