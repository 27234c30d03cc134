"""An insider with one of five users' keys rewrites history and seals all later heads as if they were their own: right in itself.

What was kept elsewhere tells, each kind by itself: the workstation's witness, a backup's manifest, the code on a printed report, a head of
a colleague that somebody wrote down. Without any of it, only what needed another's right (keys, roles, destructions) still tells.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from nmx_desk.audit.verify import Anchor
from nmx_desk.audit.witness import Witness
from tests.exam.deed import Deed, missed
from tests.exam.forge import Forger
from tests.exam.lived import FIVE, Life, Tx, copies, examined
from tests.exam.outcome import Outcome
from tests.exam.rewriting import rewritten
from tests.exam.tampering import WORTH_A_PROCESS

PRINTED = 20  # hex digits of the root on a printed report


def rewrite(f: Forger, user: str) -> int:
    """Change history; from there on everything was done and signed by this user. Returns the first entry that is another now."""
    at = rewritten(f, 1)
    f.run("UPDATE audit_head SET actor = ? WHERE size > ?", (f.word(f.life.users[user]), at))
    (first,) = f.run("SELECT first FROM audit_head WHERE size > ? ORDER BY size", (at,)).fetchone() or (at,)
    f.regrow(max(first - 1, 0))
    f.reseal(at, f.life.signers[user])
    f.forget_words()
    return min(first, at)


def kept(life: Life, head: Tx) -> dict[str, tuple[Witness | None, list[Anchor]]]:
    """Each kind of anchor there may be of a head."""
    return {
        "witness": (life.witness(head), []),
        "backup": (None, [life.anchor(head)]),
        "printed report": (None, [Anchor("report", head.size, head.root[:PRINTED])]),
        "colleague's head": (None, [Anchor(f"head of {head.user}", head.size, head.root)]),
    }


def one_case(life: Life, raw: Any, chance: random.Random, seen: Counter[str]) -> str:
    """Rewrite, and look with each kind of anchor; empty when each of them tells."""
    raw.execute("BEGIN")
    try:
        user = chance.choice(FIVE)
        f = Forger(raw, life, chance)
        at = rewrite(f, user)
        f.put_back()
        later = [head for head in life.heads if head.size > at]
        if not later:
            return "nothing was kept elsewhere"
        seen[f"by {user}"] += 1
        return _looked_at(life, raw, chance, at, later, user, seen)
    finally:
        raw.execute("ROLLBACK")


def _looked_at(life: Life, raw: Any, chance: random.Random, at: int, later: list[Tx], user: str, seen: Counter[str]) -> str:
    alone = examined(raw, None).findings
    seen["found without any anchor"] += bool(alone)
    seen.update(f"alone: {kind}" for kind in {one.kind for one in alone})
    early = [head for head in life.heads if head.size <= at]
    if early and [one for one in examined(raw, life.witness(early[-1]), [life.anchor(early[-1])]).findings if one not in alone]:
        return f"rewritten from {at} by {user}: what was kept before it contradicts"
    for kind, head in zip(kept(life, later[0]), chance.choices(later, k=4), strict=True):
        chosen = chance.choice([one for one in later if one.user != user] or later) if kind == "colleague's head" else head
        witness, anchors = kept(life, chosen)[kind]
        findings = examined(raw, witness, anchors).findings
        told = [one for one in findings if one not in alone]
        wrong = missed(Deed(f"{kind} of {chosen.size}", range(at, chosen.size)), told)
        if wrong:
            return f"rewritten from {at} by {user}, {wrong}"
    return ""


def part(count: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Cases in one process."""
    chance, seen = random.Random(f"insider {seed}"), Counter[str]()
    there = copies(count)
    return [one_case(*there[number % len(there)], chance, seen) for number in range(count)], seen


def parts(count: int, seed: int) -> Iterator[tuple[list[str], Counter[str]]]:
    """All cases, in two processes when it is worth it."""
    if count < WORTH_A_PROCESS:
        yield part(count, seed)
        return
    half = (count + 1) // 2
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield from [future.result() for future in (pool.submit(part, half, seed), pool.submit(part, count - half, seed + 1000))]


def run(count: int, seed: int) -> Outcome:
    """``count`` rewritings, each looked at with four kinds of anchor."""
    said: list[str] = []
    seen: Counter[str] = Counter()
    for some, more in parts(count, seed):
        said += some
        seen += more
    wrong = [one for one in said if one]
    kinds = ", ".join(f"{kind[7:]} {times:,}" for kind, times in seen.most_common() if kind.startswith("alone: "))
    note = f"4 kinds of anchor each; {seen['found without any anchor']:,} told by the file alone ({kinds})"
    return Outcome("insider with 1 of 5 keys", count, count - len(wrong), len(wrong), "; ".join([note, *wrong[:3]]))
