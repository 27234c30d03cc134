"""Queries about how clients are reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.contacts import ContactPoint, in_order

_point = table_of(ContactPoint)
_CHUNK = 500


def stored_points(store: Store, client_id: str) -> list[ContactPoint]:
    """Every stored phone number and e-mail address of a client, as it lies there."""
    return store.find(ContactPoint, client_id=client_id)


def points_of(store: Store, client_ids: Collection[str]) -> dict[str, tuple[ContactPoint, ...]]:
    """The contact points of each of these clients who has any, in order."""
    ids, found = sorted(set(client_ids)), defaultdict[str, list[ContactPoint]](list)
    for start in range(0, len(ids), _CHUNK):
        for point in store.find(ContactPoint, _point.c.client_id.in_(ids[start : start + _CHUNK])):
            found[point.client_id].append(point)
    return {client_id: in_order(points) for client_id, points in found.items()}


def write(store: Store, before: Sequence[ContactPoint], after: Sequence[ContactPoint]) -> list[ContactPoint]:
    """Make what is stored what is wanted: what is not in it goes, what differs is changed, what has no id is added."""
    kept = {point.id for point in after}
    for point in before:
        if point.id not in kept:
            store.remove(point)
    there = {point.id: point for point in before}
    return [_write_one(store, there.get(point.id), point) for point in after]


def _write_one(store: Store, before: ContactPoint | None, after: ContactPoint) -> ContactPoint:
    if before is None:
        return store.add(after)
    return before if before == after else store.change(after)
