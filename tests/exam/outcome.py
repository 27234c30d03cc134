"""What one class of the exam found: tried, found, missed. Anything missed is a failure."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """One row of the table. ``note`` says in a few words what was measured beside, or which cases were missed."""

    name: str
    tried: int
    found: int
    missed: int
    note: str = ""

    @property
    def ok(self) -> bool:
        """Something was tried and nothing missed."""
        return self.tried > 0 and self.missed == 0 and self.found == self.tried


def tally(name: str, cases: Iterable[str], note: str = "") -> Outcome:
    """Count cases: an empty text is one that was found, any other text says what was missed."""
    tried, missed = 0, []
    for said in cases:
        tried += 1
        if said:
            missed.append(said)
            print(f"{name}: MISSED {said}", file=sys.stderr, flush=True)
    return Outcome(name, tried, tried - len(missed), len(missed), "; ".join([note, *missed[:3]]).strip("; "))


def with_progress(name: str, things: Iterable[T], total: int) -> Iterator[T]:
    """The things, with a line on standard error at every tenth of them."""
    step = max(total // 10, 1)
    for number, thing in enumerate(things, 1):
        yield thing
        if number % step == 0:
            print(f"  {name}: {number:,} of {total:,}", file=sys.stderr, flush=True)
