"""Stretches of time as sorted, disjoint, half-open lists of integer UTC minutes since the epoch.

``[(lo, hi), …]`` with ``lo < hi`` and a gap between neighbours: touching stretches are one. Only ``merge`` takes anything; the others
expect such lists and give such lists, in O(n + m).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from heapq import merge as in_order

Interval = tuple[int, int]
Intervals = list[Interval]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_NEVER = (1 << 62, 1 << 62)


def to_minutes(when: datetime, *, up: bool = False) -> int:
    """UTC minutes since the epoch of an aware instant; a broken minute goes down, or ``up``. Naive: ValueError."""
    if when.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    since = when.astimezone(UTC) - _EPOCH
    return -(-since // _MINUTE) if up else since // _MINUTE


def from_minutes(minutes: int) -> datetime:
    """The aware UTC instant of a minute since the epoch."""
    return _EPOCH + minutes * _MINUTE


def merge(spans: Iterable[Interval]) -> Intervals:
    """Put any spans in order: sorted, overlapping and touching ones joined, empty and reversed ones dropped."""
    return _joined(sorted(spans))


def union(a: Intervals, b: Intervals) -> Intervals:
    """Minutes in ``a`` or ``b``."""
    return _joined(in_order(a, b))


def _joined(spans: Iterable[Interval]) -> Intervals:
    out: Intervals = []
    add, last = out.append, -1e999  # before everything
    for span in spans:
        lo, hi = span
        if lo > last:
            if lo < hi:
                add(span)
                last = hi
        elif hi > last:
            out[-1] = (out[-1][0], hi)
            last = hi
    return out


def subtract(a: Intervals, b: Intervals, before: int = 0, after: int = 0) -> Intervals:
    """Minutes in ``a`` and not in ``b``, each span of ``b`` grown to both sides. They may overlap when they rise."""
    out: Intervals = []
    add, rest = out.append, iter(b)
    begin, end = next(rest, _NEVER)
    for lo, hi in a:
        at, until = lo, hi + before
        while begin < until:
            if end + after > at:
                if begin - before > at:
                    add((at, begin - before))
                at = end + after
                if at >= hi:  # this span may reach into the next stretch of a: keep it
                    break
            begin, end = next(rest, _NEVER)
        if at < hi:
            add((at, hi))
    return out


def intersect(a: Intervals, b: Intervals) -> Intervals:
    """Minutes in both ``a`` and ``b``."""
    out: Intervals = []
    i = j = 0
    while i < len(a) and j < len(b):
        lo, hi = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if lo < hi:
            out.append((lo, hi))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return out
