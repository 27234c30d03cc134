"""A client's documents without their content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.documents import Document, DocumentRow


def rows(
    store: Store, client_id: str, removable: Callable[[str, datetime, str | None], bool] = lambda _by, _at, _note: False, note_id: str = ""
) -> list[DocumentRow]:
    """The documents of a client, the newest first; ``removable`` says of who added it when, and with which note, whether it may go.

    ``note_id``: those of one note, in the order in which they were added.
    """
    t = table_of(Document)
    columns = (t.c.id, t.c.name, t.c.kind, t.c.size, t.c.created_at, t.c.created_by, t.c.note, t.c.void_reason, t.c.note_id, t.c.sha256)
    asked = sa.select(*columns).where(t.c.client_id == client_id, *([t.c.note_id == note_id] if note_id else []))
    order = (t.c.created_at, t.c.id) if note_id else (t.c.created_at.desc(), t.c.id)
    names = names_by_id(store)
    return [
        DocumentRow(
            id=row.id, name=row.name, kind=row.kind, size=row.size, added_at=row.created_at, added_by=names.get(row.created_by, ""),
            note=row.note, removable=removable(row.created_by, row.created_at, row.note_id), void_reason=row.void_reason,
            note_id=row.note_id, sha256=row.sha256,
        )
        for row in store.connection.execute(asked.order_by(*order))
    ]  # fmt: skip
