"""Controlled documents: versions without their content, who read them, their copies on paper."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.controlled import ControlledDocument, ControlledVersion, DocumentReading, PaperCopy
from nmx_desk.domain.people import Role, User, UserRole

_VERSION, _READING, _COPY = table_of(ControlledVersion), table_of(DocumentReading), table_of(PaperCopy)
_HEAVY = frozenset({"content", "file"})


def documents(store: Store) -> list[ControlledDocument]:
    """All documents, by code."""
    return store.find(ControlledDocument, order=[table_of(ControlledDocument).c.code])


def heads(store: Store, document_id: str = "") -> dict[str, list[ControlledVersion]]:
    """The versions of each document (or of one) by its id, in their order: without content and file, for reading only."""
    columns = [column for column in _VERSION.c if column.name not in _HEAVY]
    statement = sa.select(*columns).order_by(_VERSION.c.document_id, _VERSION.c.number)
    if document_id:
        statement = statement.where(_VERSION.c.document_id == document_id)
    names = [column.name for column in columns]
    found: dict[str, list[ControlledVersion]] = {}
    for row in store.connection.execute(statement):
        found.setdefault(row.document_id, []).append(ControlledVersion(**dict(zip(names, row, strict=True))))
    return found


def readings(store: Store, version_ids: Collection[str]) -> dict[str, dict[str, DocumentReading]]:
    """Who read a version, by version and user."""
    found: dict[str, dict[str, DocumentReading]] = {one: {} for one in version_ids}
    for reading in store.find(DocumentReading, _READING.c.version_id.in_(list(version_ids))):
        found[reading.version_id][reading.user_id] = reading
    return found


def copies(store: Store, version_ids: Collection[str]) -> list[PaperCopy]:
    """The copies on paper of these versions, in the order in which they were handed on."""
    order = [_COPY.c.created_at, _COPY.c.id]
    return store.find(PaperCopy, _COPY.c.version_id.in_(list(version_ids)), order=order)


def people(store: Store) -> dict[str, tuple[User, frozenset[Role]]]:
    """Everybody with their roles, by id."""
    roles: dict[str, set[Role]] = {}
    for item in store.find(UserRole):
        roles.setdefault(item.user_id, set()).add(item.role)
    return {user.id: (user, frozenset(roles.get(user.id, ()))) for user in store.find(User)}
