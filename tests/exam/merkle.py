"""The tree of the log against RFC 9162 written down a second time, and the stand-alone checker: roots, proofs, and what each refuses."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from nmx_desk.audit import tree
from nmx_desk.i18n import resources_dir
from tests.exam.merkle_reference import Reference, consistency_holds, inclusion_holds
from tests.exam.outcome import Outcome, tally

ALL_UP_TO = 256
LARGEST = 1_000_000


def entry(index: int) -> bytes:
    """The bytes of entry ``index``: all different."""
    return b"entry %d" % index


@cache
def checker() -> Any:
    """The one file that checks exports without this program."""
    spec = importlib.util.spec_from_file_location("nmx_check", resources_dir() / "checker" / "nmx_check.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def inclusion_said(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> set[bool]:
    """What the three say of an inclusion proof."""
    check, spelt = checker(), [item.hex() for item in path]
    third = check.fits(lambda steps: check.root_above(leaf, index, size, steps), spelt, root)
    return {tree.inclusion_holds(leaf, index, size, path, root), inclusion_holds(leaf, index, size, path, root), third}


def consistency_said(first: int, old: bytes, second: int, new: bytes, path: list[bytes]) -> set[bool]:
    """What the three say of a consistency proof."""
    check, spelt = checker(), [item.hex() for item in path]
    third = check.fits(lambda steps: check.roots_above(first, second, steps, old), spelt, (old, new))
    return {tree.consistency_holds(first, old, second, new, path), consistency_holds(first, old, second, new, path), third}


class Grown:
    """A log grown leaf by leaf with the program's own tree."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.levels: list[list[bytes]] = [[] for _ in range(size.bit_length() + 1)]
        for n in range(size):
            for level, _, value in tree.new_nodes(n, tree.leaf_hash(entry(n)), self.node):
                self.levels[level].append(value)

    def node(self, level: int, index: int) -> bytes:
        return self.levels[level][index]


class Pair:
    """The program's tree and the reference over the same entries."""

    def __init__(self, size: int) -> None:
        self.ours, self.theirs = Grown(size), Reference(entry)

    def inclusion(self, index: int, size: int) -> str:
        """Empty when both make the same proof, and all three accept it."""
        path, root = tree.inclusion_proof(index, size, self.ours.node), tree.root(size, self.ours.node)
        leaf = tree.leaf_hash(entry(index))
        same = path == self.theirs.path(index, 0, size) and root == self.theirs.mth(0, size)
        return "" if same and inclusion_said(leaf, index, size, path, root) == {True} else f"inclusion of {index} in {size}"

    def consistency(self, first: int, second: int) -> str:
        path = tree.consistency_proof(first, second, self.ours.node)
        old, new = tree.root(first, self.ours.node), tree.root(second, self.ours.node)
        same = path == self.theirs.proof(first, second) and (old, new) == (self.theirs.mth(0, first), self.theirs.mth(0, second))
        return "" if same and consistency_said(first, old, second, new, path) == {True} else f"consistency of {first} with {second}"

    def wrong_inclusion(self, index: int, size: int, chance: random.Random) -> Iterator[str]:
        """Every way of spoiling one proof must be refused by all three."""
        path, root = self.theirs.path(index, 0, size), self.theirs.mth(0, size)
        leaf, other = tree.leaf_hash(entry(index)), chance.randrange(self.ours.size)
        spoilt = {f"altered at {at}": (leaf, index, size, changed(path, at, chance), root) for at in range(len(path))}
        spoilt |= {
            "other leaf": (chance.randbytes(32), index, size, path, root),
            "other root": (leaf, index, size, path, chance.randbytes(32)),
            "extra element": (leaf, index, size, [*path, chance.randbytes(32)], root),
            "extra first element": (leaf, index, size, [chance.randbytes(32), *path], root),
            "index too large": (leaf, size, size, path, root),
            "negative index": (leaf, -1, size, path, root),
            "no entries": (leaf, 0, 0, path, root),
            "turned round": (leaf, index, size, [*path[::-1], root], root),
        }
        if path:
            spoilt |= {"first cut": (leaf, index, size, path[1:], root), "last cut": (leaf, index, size, path[:-1], root)}
            spoilt["nothing left"] = (leaf, index, size, [], root)
        if other < size and other != index:
            spoilt["other index"] = (leaf, other, size, path, root)
        if other + 1 != size and index < other + 1:
            spoilt["root of another size"] = (leaf, index, other + 1, path, self.theirs.mth(0, other + 1))
        for what, (*case, proof, seen) in spoilt.items():
            said = inclusion_said(*case, proof, seen)
            yield "" if said == {False} else f"inclusion of {index} in {size}, {what}: {said}"

    def wrong_consistency(self, first: int, second: int, chance: random.Random) -> Iterator[str]:
        path, old, new = self.theirs.proof(first, second), self.theirs.mth(0, first), self.theirs.mth(0, second)
        noise, other = chance.randbytes(32), chance.randrange(self.ours.size) + 1
        spoilt = {f"altered at {at}": (first, old, second, new, changed(path, at, chance)) for at in range(len(path))}
        spoilt |= {
            "other old root": (first, noise, second, new, path),
            "other new root": (first, old, second, noise, path),
            "extra element": (first, old, second, new, [*path, noise]),
            "extra first element": (first, old, second, new, [noise, *path]),
            "from nothing": (0, tree.EMPTY_ROOT, second, new, path),
            "backwards": (second + 1, new, second, old, path),
        }
        if path:
            spoilt |= {"first cut": (first, old, second, new, path[1:]), "last cut": (first, old, second, new, path[:-1])}
            spoilt["nothing left"] = (first, old, second, new, [])
        if other not in {first, second}:
            spoilt["root of another old size"] = (other, self.theirs.mth(0, other), second, new, path)
            spoilt["root of another new size"] = (first, old, other, self.theirs.mth(0, other), path)
        for what, (*case, proof) in spoilt.items():
            said = consistency_said(*case, proof)
            yield "" if said == {False} else f"consistency of {first} with {second}, {what}: {said}"


def changed(path: list[bytes], at: int, chance: random.Random) -> list[bytes]:
    """The path with one bit of one element turned."""
    bit = chance.randrange(256)
    element = (int.from_bytes(path[at], "big") ^ (1 << bit)).to_bytes(32, "big")
    return [*path[:at], element, *path[at + 1 :]]


def every(pair: Pair, up_to: int) -> Iterator[str]:
    """All (i, n) up to a size: the root, the inclusion of i in n, the consistency of i + 1 with n."""
    for n in range(1, up_to + 1):
        for i in range(n):
            yield pair.inclusion(i, n)
            yield pair.consistency(i + 1, n)


def at_random(pair: Pair, count: int, chance: random.Random) -> Iterator[str]:
    for _ in range(count):
        n = chance.randint(1, min(pair.ours.size, 2 ** chance.randint(1, pair.ours.size.bit_length())))
        i = chance.randrange(n)
        yield pair.inclusion(i, n)
        yield pair.consistency(i + 1, n)


def spoilt(pair: Pair, count: int, chance: random.Random) -> Iterator[str]:
    for _ in range(count):
        n = chance.randint(1, min(pair.ours.size, 2 ** chance.randint(1, pair.ours.size.bit_length())))
        i = chance.randrange(n)
        yield from pair.wrong_inclusion(i, n, chance)
        yield from pair.wrong_consistency(i + 1, n, chance)


def run(count: int, seed: int) -> list[Outcome]:
    """``count`` random places in a log of a million entries (fewer for a smaller count), beside all places in small ones."""
    chance = random.Random(seed)
    up_to = ALL_UP_TO if count >= 1000 else 64
    pair = Pair(LARGEST if count >= 1000 else 10_000)
    return [
        tally(f"Merkle, all (i, n) ≤ {up_to}", every(pair, up_to)),
        tally(f"Merkle, random n ≤ {pair.ours.size:,}", at_random(pair, count, chance)),
        tally("Merkle, spoilt proofs refused", spoilt(pair, count, chance)),
    ]
