"""Importing clients: what a column may be, and the sentences."""

from __future__ import annotations

from nmx_desk.domain.request_views import ImportRecord
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services import client_imports
from nmx_desk.ui.kit.import_rows import PERSON_FIELDS, ImportKind, remarks_column, row_columns
from nmx_desk.ui.kit.table import Column

FIELDS = PERSON_FIELDS | {
    "country": N_("Country"), "partner_prefix": N_("Tussenvoegsel of the partner"), "partner_surname": N_("Surname of the partner"),
    "gp_name": N_("General practitioner"), "gp_practice": N_("GP practice"), "client_key": N_("Number at the sender"),
}  # fmt: skip


def _place(record: ImportRecord) -> str:
    return " ".join(filter(None, (record.postcode, record.city)))


def _columns() -> list[Column[ImportRecord]]:
    return [*row_columns(), Column[ImportRecord](key="place", title=_("City"), text=_place, width=144), remarks_column()]


def clients_kind() -> ImportKind:
    """The import of clients."""
    return ImportKind(
        columns=client_imports.read_client_columns, preview=client_imports.preview_clients, run=client_imports.import_clients,
        undo=client_imports.undo_client_import, fields=FIELDS, table=_columns, title=_("Import clients"), working=_("Importing clients"),
        go=lambda n: ngettext("Import {n} client", "Import {n} clients", n).format(n=n),
        done=lambda n: ngettext("{n} new client imported.", "{n} new clients imported.", n).format(n=n),
        stayed=lambda n: ngettext("{n} client is in use and stayed.", "{n} clients are in use and stayed.", n).format(n=n),
    )  # fmt: skip
