"""What a forger did, and what a verification must say of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from nmx_desk.audit.verify import Anchor, Finding
from tests.exam.forge import Forger
from tests.exam.lived import Life

ANCHORS = 5


@dataclass(frozen=True)
class Deed:
    """What was done and what must be said: ``first``, entries of which one must be the first named; ``also`` must be named too.

    ``rows``: live rows that must be named, and no others, with this ``field``. ``anchored``: only what was kept elsewhere can tell.
    """

    what: str
    first: Collection[int] = ()
    also: int | None = None
    rows: tuple[tuple[str, str, str], ...] = ()  # kind, table, row
    field: str = ""
    anchored: bool = False
    consequences: frozenset[str] = frozenset({"blanked"})  # kinds that may name other entries as well: what an ERASE entry no longer covers


Class = Callable[[Forger], Deed | None]


def missed(deed: Deed, findings: list[Finding]) -> str:
    """Empty when what was done is found and rightly named."""
    if not findings:
        return f"{deed.what}: nothing found"
    if deed.rows:
        said = {(finding.kind, finding.table, finding.row) for finding in findings}
        right = said == set(deed.rows) and (not deed.field or {finding.field for finding in findings} == {deed.field})
        return "" if right else f"{deed.what}: {sorted(said)[:3]} instead of {deed.rows[:2]} {deed.field}"
    named = [finding.seq for finding in findings if finding.seq is not None and finding.kind not in deed.consequences]
    if not named or min(named) not in deed.first or (deed.also is not None and deed.also not in named):
        return f"{deed.what}: {findings[0]} instead of {deed.first}"
    return ""


def anchors_of(life: Life) -> list[Anchor]:
    """Heads that backups kept, evenly over the clinic's life, and the last."""
    step = max(len(life.heads) // ANCHORS, 1)
    return [life.anchor(head) for head in (*life.heads[step::step], life.heads[-1])]


def first_anchor(life: Life, seq: int) -> int:
    """How many entries the first backup after an entry knows."""
    return min(anchor.size for anchor in anchors_of(life) if anchor.size > seq)
