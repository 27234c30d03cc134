"""A client's documents without their content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.documents import Document, DocumentRow
from nmx_desk.domain.people import User


def rows(store: Store, client_id: str, removable: Callable[[str, datetime], bool] = lambda _by, _at: False) -> list[DocumentRow]:
    """The documents of a client, the newest first; ``removable`` says of who added it when whether it may go."""
    t = table_of(Document)
    columns = (t.c.id, t.c.name, t.c.kind, t.c.size, t.c.created_at, t.c.created_by, t.c.note, t.c.void_reason)
    asked = sa.select(*columns).where(t.c.client_id == client_id)
    names = {user.id: user.display_name for user in store.find(User)}
    return [
        DocumentRow(
            id=row.id, name=row.name, kind=row.kind, size=row.size, added_at=row.created_at, added_by=names.get(row.created_by, ""),
            note=row.note, removable=removable(row.created_by, row.created_at), void_reason=row.void_reason,
        )
        for row in store.connection.execute(asked.order_by(t.c.created_at.desc(), t.c.id))
    ]  # fmt: skip
