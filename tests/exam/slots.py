"""Free moments of generated rosters, as ``slots --scenario`` answers, against one bit a minute and ``portion``: equal sets of starts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from nmx_desk.domain.scenarios import read_scenario
from tests.exam.outcome import Outcome, tally, with_progress
from tests.exam.slot_cases import case
from tests.exam.slot_oracles import EPOCH, MINUTE, Starts, by_bits, by_portion


def ours(scenario: dict[str, Any]) -> Starts:
    """The program's answer, read back from what it prints; each appointment as long as its type."""
    found: Starts = {str(person["id"]): [] for person in scenario["practitioners"]}
    for row in json.loads(json.dumps(read_scenario(json.loads(json.dumps(scenario))).rows())):
        start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
        found[row["practitioner"]].append((start - EPOCH) // MINUTE)
        if (end - start) // MINUTE != scenario["type"]["duration"]:
            found[row["practitioner"]].append(-1)
    return found


def differs(scenario: dict[str, Any]) -> str:
    """What the three disagree about; empty when they agree."""
    mine = ours(scenario)
    for name, oracle in (("bits", by_bits), ("portion", by_portion)):
        if (theirs := oracle(scenario)) != mine:
            return f"{name}: {json.dumps(scenario)} ours {mine} theirs {theirs}"
    return ""


def cases(count: int, seed: int) -> Iterator[str]:
    chance = Random(seed)
    for scenario in with_progress("slots", (case(chance) for _ in range(count)), count):
        yield differs(scenario)


def run(count: int, seed: int) -> Outcome:
    """``count`` scenarios; each must give the same starts three ways."""
    return tally("slots: program, bits and portion agree", cases(count, seed))
