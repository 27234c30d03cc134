"""Files of people: exports of forms (Gravity Forms, Elementor, Contact Form 7, Calendly), any sheet with a header, address cards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from nmx_desk.domain.intake_ways import ImportTarget
from nmx_desk.domain.matching import find_doubles
from nmx_desk.exchange.web_forms_cells import bare, unwrapped
from nmx_desk.exchange.web_forms_columns import FIELDS_OF, belied, detect_format, guess_field, map_columns
from nmx_desk.exchange.web_forms_content import contents
from nmx_desk.exchange.web_forms_dates import date_order, likely_order
from nmx_desk.exchange.web_forms_private import without_citizen_numbers
from nmx_desk.exchange.web_forms_read import Table, read_table
from nmx_desk.exchange.web_forms_rows import ParsedRequest, parse_row
from nmx_desk.i18n import _

__all__ = ["FIELDS_OF", "ParsedFile", "ParsedRequest", "parse_file", "parse_table", "read_columns", "read_export"]

_CARD_NUMBER = 16  # letters: shorter ones are counted by their program, and another program counts the same


@dataclass(frozen=True)
class ParsedFile:
    """A whole export. ``mapping`` is field to column; ``notices`` are sentences about the file as a whole."""

    format: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    records: tuple[ParsedRequest, ...]
    notices: tuple[str, ...] = ()


def read_export(data: bytes) -> Table:
    """The cells of a file as they stand in it, but for citizen service numbers. Raises UserError as ``parse_file``."""
    return without_citizen_numbers(read_table(data, _known))


def read_columns(data: bytes) -> tuple[str, ...]:
    """The columns of a file, for choosing among them when ``parse_file`` recognises none. Raises UserError as ``parse_file``."""
    return read_export(data).columns


def parse_file(
    data: bytes, *, today: date, mapping: Mapping[str, str] | None = None, progress: Callable[[int, int], None] | None = None
) -> ParsedFile:
    """Read an export completely; ``mapping`` (field to column) goes before what is recognised.

    ``progress`` hears rows done and rows in all now and then (10,000 rows take about two seconds); raising there stops the work.
    Raises UserError with one clear sentence when the file cannot be read; single bad values only give their row a warning.
    """
    return parse_table(read_export(data), today=today, mapping=mapping, progress=progress)


def parse_table(
    table: Table, *, today: date, mapping: Mapping[str, str] | None = None, target: ImportTarget = ImportTarget.REQUESTS,
    progress: Callable[[int, int], None] | None = None,
) -> ParsedFile:  # fmt: skip
    """``parse_file`` for a file whose cells have been read already; ``target`` says which fields its columns may mean."""
    form = detect_format(table.columns)
    held = contents(table.columns, table.rows, today)
    found = map_columns(form, table.columns, mapping, held, target)
    orders = _orders(table, found, today)
    chosen = (mapping or {}).values()
    notices = [
        _("The column “{column}” holds something else than its name says; check which column is what.").format(column=column[:60])
        for column in belied(form, table.columns, held, target)
        if column not in chosen
    ]
    records = []
    for i in range(len(table.rows)):
        if progress and i % 500 == 0:
            progress(i, len(table.rows))
        records.append(_parse(table, form, found, i, today, orders))
    if "client_key" in found:
        records = _keyed(table, found["client_key"], records)
    doubles = find_doubles([record.person for record in records])
    return ParsedFile(
        form,
        table.encoding,
        table.delimiter,
        table.columns,
        MappingProxyType(found),
        tuple(record if first is None else replace(record, double_of=first + 1) for record, first in zip(records, doubles, strict=True)),
        (*table.notices, *notices),
    )


def header_of(columns: Sequence[str]) -> str:
    """The fingerprint of a sender: its column names, in whatever order."""
    return hashlib.sha256("\n".join(sorted(columns)).encode("utf-8", "replace")).hexdigest()


def _keyed(table: Table, column: str, records: list[ParsedRequest]) -> list[ParsedRequest]:
    """The rows under the sender's own numbers, when these tell them apart; a card's number is the same everywhere if it is a long one."""
    shortest = _CARD_NUMBER if table.encoding == "vcard" else 1
    numbers = [number if len(number := bare(record.raw.get(column, ""))[:100]) >= shortest else "" for record in records]
    if len(set(filter(None, numbers))) < sum(map(bool, numbers)):
        return records
    sender = "vcard" if table.encoding == "vcard" else header_of(table.columns)[:16]
    return [
        replace(record, external_key=f"{sender}:{number}") if number else record for record, number in zip(records, numbers, strict=True)
    ]


def _known(column: str) -> bool:
    return any(guess_field(column, target) for target in ImportTarget)


def _orders(table: Table, mapping: Mapping[str, str], today: date) -> dict[str, str]:
    """Of each field that is a date, whether its day or its month stands first; a column that does not tell follows the other one."""
    orders = {}
    for field in ("birth_date", "received"):
        if field in mapping:
            place = table.columns.index(mapping[field])
            cells = [unwrapped(row[place]) for row in table.rows if place < len(row)]
            orders[field] = date_order(cells) or (likely_order(cells, today) if field == "received" else "")
    told = [order for order in orders.values() if order in {"day", "month"}]
    return {field: order or (told[0] if told else "day") for field, order in orders.items()}


def _parse(table: Table, form: str, mapping: Mapping[str, str], i: int, today: date, orders: Mapping[str, str]) -> ParsedRequest:
    cells = table.rows[i]
    record = parse_row(i + 1, form, mapping, dict(zip(table.columns, cells, strict=False)), today, orders)
    if len(cells) < table.width:
        return replace(record, warnings=(_("The row has fewer cells than the file has columns."), *record.warnings))
    if len(cells) > table.width:
        return replace(record, warnings=(_("The row has more cells than the file has columns."), *record.warnings))
    return record
