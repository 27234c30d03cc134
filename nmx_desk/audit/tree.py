"""The Merkle tree over the entries (RFC 9162 §2.1): append, root, proofs.

``leaf = SHA256(00 ‖ bytes)``, ``node = SHA256(01 ‖ left ‖ right)``. Complete nodes are stored as ``(level, index)``: node ``(l, i)``
covers the leaves ``i·2^l … (i+1)·2^l − 1``.
A tree of ``size`` leaves is the row of its complete subtrees, largest first, folded from the right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TypeAlias

NodeAt: TypeAlias = Callable[[int, int], bytes]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one entry's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbouring nodes."""
    return sha256(b"\x01" + left + right).digest()


def new_nodes(n: int, leaf: bytes, node_at: NodeAt) -> Iterator[tuple[int, int, bytes]]:
    """The complete nodes ``(level, index, hash)`` that leaf number ``n`` (from 0) adds, lowest first."""
    level, index, value = 0, n, leaf
    yield level, index, value
    while index & 1:
        value = node_hash(node_at(level, index - 1), value)
        level, index = level + 1, index >> 1
        yield level, index, value


def _peaks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Complete subtrees that make up the leaves ``[start, end)`` of one RFC subtree, left to right."""
    while start < end:
        level = (start & -start).bit_length() - 1 if start else (end - start).bit_length()
        while (1 << level) > end - start:
            level -= 1
        yield level, start >> level
        start += 1 << level


def peaks(size: int) -> list[tuple[int, int]]:
    """Complete subtrees ``(level, index)`` that make up the first ``size`` leaves, largest first."""
    return list(_peaks(0, size))


def subtree(start: int, end: int, node_at: NodeAt) -> bytes:
    """MTH of the leaves ``[start, end)``; ``start`` must be a multiple of the subtree's power of two."""
    value: bytes | None = None
    for level, index in reversed(list(_peaks(start, end))):
        node = node_at(level, index)
        value = node if value is None else node_hash(node, value)
    return EMPTY_ROOT if value is None else value


def root(size: int, node_at: NodeAt) -> bytes:
    """Root of the first ``size`` leaves."""
    return subtree(0, size, node_at)


def _split(n: int) -> int:
    """Largest power of two smaller than ``n``."""
    return 1 << ((n - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162 §2.1.3.1, lowest first. Raises ``ValueError`` outside the tree."""
    if not 0 <= index < size:
        raise ValueError(index)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        k = start + _split(end - start)
        if index < k:
            path.append(subtree(k, end, node_at))
            end = k
        else:
            path.append(subtree(start, k, node_at))
            start = k
    return path[::-1]


def consistency_proof(first: int, second: int, node_at: NodeAt) -> list[bytes]:
    """PROOF(first, D[second]) of RFC 9162 §2.1.4.1. Raises ``ValueError`` when ``first`` is not in 1..second."""
    if not 0 < first <= second:
        raise ValueError(first)
    path: list[bytes] = []
    start, end, complete = 0, second, True
    while first != end:
        k = start + _split(end - start)
        if first <= k:
            path.append(subtree(k, end, node_at))
            end = k
        else:
            path.append(subtree(start, k, node_at))
            start, complete = k, False
    if not complete:
        path.append(subtree(start, end, node_at))
    return path[::-1]


def inclusion_holds(leaf: bytes, index: int, size: int, path: list[bytes], expected_root: bytes) -> bool:
    """Check an inclusion proof (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, value = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            value = node_hash(sibling, value)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = node_hash(value, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and value == expected_root


def consistency_holds(first: int, first_root: bytes, second: int, second_root: bytes, path: list[bytes]) -> bool:
    """Check that the tree ``first`` is the beginning of the tree ``second`` (RFC 9162 §2.1.4.2)."""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second:
        return False
    nodes = list(path)
    if first & (first - 1) == 0:
        nodes.insert(0, first_root)
    if not nodes:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(node, old), node_hash(node, new)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root
