"""RFC 9162 §2.1 written down a second time, straight from its recursive definitions: slow, and owing nothing to the program's own tree.

``D`` is a function from an index to an entry's bytes; ``[start, end)`` names the part of it that a definition speaks of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable


def largest_power_below(n: int) -> int:
    """k, "the largest power of two smaller than n"."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Reference:
    """MTH, PATH and PROOF over a list of entries. Hashes of complete subtrees are remembered, so that a million leaves stay possible."""

    def __init__(self, entry: Callable[[int], bytes]) -> None:
        self.entry = entry
        self.remembered: dict[tuple[int, int], bytes] = {}

    def mth(self, start: int, end: int) -> bytes:
        """§2.1.1: Merkle Tree Hash of ``D[start:end]``."""
        n = end - start
        if n == 0:
            return hashlib.sha256().digest()
        if n == 1:
            return hashlib.sha256(b"\x00" + self.entry(start)).digest()
        if (start, end) in self.remembered:
            return self.remembered[start, end]
        k = largest_power_below(n)
        found = hashlib.sha256(b"\x01" + self.mth(start, start + k) + self.mth(start + k, end)).digest()
        if n >= 32 and n == 2 * k:
            self.remembered[start, end] = found
        return found

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        """§2.1.3.1: PATH(m, D[start:end])."""
        n = end - start
        if n == 1:
            return []
        k = largest_power_below(n)
        if m < k:
            return [*self.path(m, start, start + k), self.mth(start + k, end)]
        return [*self.path(m - k, start + k, end), self.mth(start, start + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """§2.1.4.1: PROOF(m, D[0:n])."""
        return self.subproof(m, 0, n, known=True)

    def subproof(self, m: int, start: int, end: int, *, known: bool) -> list[bytes]:
        """§2.1.4.1: SUBPROOF(m, D[start:end], b)."""
        n = end - start
        if m == n:
            return [] if known else [self.mth(start, end)]
        k = largest_power_below(n)
        if m <= k:
            return [*self.subproof(m, start, start + k, known=known), self.mth(start + k, end)]
        return [*self.subproof(m - k, start + k, end, known=False), self.mth(start, start + k)]


class Refused(Exception):
    """The proof cannot be one."""


def pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_by_path(leaf: bytes, m: int, n: int, path: list[bytes]) -> bytes:
    """The root that PATH(m, D[0:n]) leads to, read back along its definition."""
    if not 0 <= m < n or (n == 1) != (not path):
        raise Refused
    if n == 1:
        return leaf
    k = largest_power_below(n)
    if m < k:
        return pair(root_by_path(leaf, m, k, path[:-1]), path[-1])
    return pair(path[-1], root_by_path(leaf, m - k, n - k, path[:-1]))


def roots_by_proof(m: int, n: int, path: list[bytes], old: bytes, *, known: bool) -> tuple[bytes, bytes]:
    """The old and the new root that SUBPROOF(m, D[0:n], known) leads to. ``old`` stands for the tree whose hash is known."""
    if m == n:
        if len(path) != (0 if known else 1):
            raise Refused
        return (old, old) if known else (path[0], path[0])
    if not 0 < m < n or not path:
        raise Refused
    k = largest_power_below(n)
    if m <= k:
        first, second = roots_by_proof(m, k, path[:-1], old, known=known)
        return first, pair(second, path[-1])
    first, second = roots_by_proof(m - k, n - k, path[:-1], old, known=False)
    return pair(path[-1], first), pair(path[-1], second)


def inclusion_holds(leaf: bytes, m: int, n: int, path: list[bytes], root: bytes) -> bool:
    """Whether the path proves that the leaf is entry ``m`` of the ``n`` under this root."""
    try:
        return root_by_path(leaf, m, n, path) == root
    except Refused:
        return False


def consistency_holds(m: int, old: bytes, n: int, new: bytes, path: list[bytes]) -> bool:
    """Whether the path proves that the first ``m`` of the ``n`` entries are the old tree."""
    try:
        return roots_by_proof(m, n, path, old, known=True) == (old, new)
    except Refused:
        return False
