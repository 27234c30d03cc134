"""Files of a case without their content, and what waits in the registers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.cases import CaseFile
from nmx_desk.domain.controlled import ControlledDocument, ControlledVersion, VersionStatus

_FILE, _DOCUMENT, _VERSION = table_of(CaseFile), table_of(ControlledDocument), table_of(ControlledVersion)


def files(store: Store, subject: str) -> list[sa.Row[Any]]:
    """The files of a case, the newest first: id, name, kind, size, created_at, created_by, note, void_reason."""
    c = _FILE.c
    columns = (c.id, c.name, c.kind, c.size, c.created_at, c.created_by, c.note, c.void_reason)
    return list(store.connection.execute(sa.select(*columns).where(c.subject == subject).order_by(c.created_at.desc(), c.id)))


def reviews_due(store: Store) -> list[sa.Row[Any]]:
    """Versions in force with the day on which they are looked at again: document's id, code, title, owner_id, that day. Without content."""
    d, v = _DOCUMENT.c, _VERSION.c
    statement = sa.select(d.id, d.code, d.title, d.owner_id, v.review_on).join(_VERSION, v.document_id == d.id)
    return list(store.connection.execute(statement.where(v.status == VersionStatus.IN_FORCE, v.review_on.is_not(None))))
