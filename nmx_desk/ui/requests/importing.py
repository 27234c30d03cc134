"""Importing requests: what a column may be, and the sentences."""

from __future__ import annotations

from nmx_desk.domain.request_views import ImportRecord
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services import imports
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.import_rows import PERSON_FIELDS, ImportKind, remarks_column, row_columns
from nmx_desk.ui.kit.table import Column

FIELDS = PERSON_FIELDS | {
    "received": N_("Received"), "question": N_("What they ask"), "remarks": N_("Remarks"), "preferred_times": N_("Wished times"),
}  # fmt: skip


def _received(record: ImportRecord) -> str:
    return f"{dates.short(record.received.date())} {record.received:%H:%M}" if record.received else ""


def _columns() -> list[Column[ImportRecord]]:
    received = Column[ImportRecord](key="received", title=_("Received"), text=_received, width=144, sort_key=lambda r: r.received)
    return [*row_columns(), received, remarks_column()]


def requests_kind() -> ImportKind:
    """The import of requests."""
    return ImportKind(
        columns=imports.read_import_columns, preview=imports.preview_import, run=imports.import_requests, undo=imports.undo_import,
        fields=FIELDS, table=_columns, title=_("Import"), working=_("Importing requests"),
        go=lambda n: ngettext("Import {n} request", "Import {n} requests", n).format(n=n),
        done=lambda n: ngettext("{n} new request imported.", "{n} new requests imported.", n).format(n=n),
        stayed=lambda n: ngettext("{n} request is in use and stayed.", "{n} requests are in use and stayed.", n).format(n=n),
    )  # fmt: skip
