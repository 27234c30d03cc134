"""Citizen service numbers (BSN) in a file: they are taken out before anything is made of it; the clinic may not keep them."""

from __future__ import annotations

import re
from dataclasses import replace

from stdnum.nl import bsn

from nmx_desk.exchange.web_forms_columns import column_key
from nmx_desk.exchange.web_forms_read import Table
from nmx_desk.i18n import _

_NAMED = re.compile(r"bsn|burgerservice|sofinummer|sofinr")
_ENOUGH = 5  # filled cells that all pass the eleven test: one number in eleven does


def asks_citizen_number(label: str) -> bool:
    """Whether a column or question is about the citizen service number."""
    return bool(_NAMED.search(column_key(label)))


def without_citizen_numbers(table: Table) -> Table:
    """The table with those columns empty, and a notice for each."""
    columns = enumerate(table.columns[: table.width])
    found = [place for place, column in columns if asks_citizen_number(column) or _holds(table, place)]
    if not found:
        return table
    rows = tuple(tuple("" if place in found else cell for place, cell in enumerate(row)) for row in table.rows)
    said = _("The column “{column}” was left out: it holds citizen service numbers (BSN), which the clinic may not keep.")
    return replace(table, rows=rows, notices=(*table.notices, *(said.format(column=table.columns[place][:60]) for place in found)))


def _holds(table: Table, place: int) -> bool:
    """Whether the first filled cells of a column are all such numbers."""
    cells = 0
    for row in table.rows:
        cell = row[place].strip() if place < len(row) else ""
        if cell:
            if not (8 <= len(cell) <= 12 and bsn.is_valid(cell)):
                return False
            cells += 1
            if cells == _ENOUGH:
                return True
    return False
