"""Files of a case without their content, and what waits in the registers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.cases import CaseFile

_FILE = table_of(CaseFile)


def files(store: Store, subject: str) -> list[sa.Row[Any]]:
    """The files of a case, the newest first: id, name, kind, size, created_at, created_by, note, void_reason."""
    c = _FILE.c
    columns = (c.id, c.name, c.kind, c.size, c.created_at, c.created_by, c.note, c.void_reason)
    return list(store.connection.execute(sa.select(*columns).where(c.subject == subject).order_by(c.created_at.desc(), c.id)))
