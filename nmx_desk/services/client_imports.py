"""Importing clients from a sheet of another system or address cards: who is new, who is there already, taking it back (DOMAIN §6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nmx_desk.data import imports as data
from nmx_desk.data import merging
from nmx_desk.data import requests as query
from nmx_desk.domain.clients import Client, ClientStatus, tidy_postcode
from nmx_desk.domain.intake_ways import ImportRow, ImportTarget
from nmx_desk.domain.likeness import likeness
from nmx_desk.domain.matching import Person, PersonIndex, Strength
from nmx_desk.domain.personal import CLIENT_FIELDS
from nmx_desk.domain.request_views import EditedRecord, ImportedRow, ImportPreview, ImportRecord, ImportResult, ImportUndone
from nmx_desk.domain.requests import ImportBatch
from nmx_desk.exchange.web_forms import ParsedFile, ParsedRequest, read_columns
from nmx_desk.i18n import _
from nmx_desk.services.citizen_number import holds_citizen_number
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.import_files import (
    CHUNK,
    batch_of,
    changed_since,
    preview_of,
    raw_payload,
    read_file,
    remember,
    seen,
    shown,
    took_back,
    unique,
)

_TARGET = ImportTarget.CLIENTS
_SUFFIX = 12
NAMELESS = "?"
"""The surname of a row without any name: it is kept, and seen."""


@dataclass(frozen=True)
class _Judged:
    """A row and what becomes of it. ``key`` is unique; ``client_id``: who it is about, in the clinic or in this file; None: known row."""

    record: ImportRecord
    parsed: ParsedRequest
    key: str
    client_id: str | None


# -- use cases ---------------------------------------------------------------------------------------------------------------------------


@use_case("clients.import", writes=False)
def read_client_columns(work: Work, data: bytes) -> tuple[str, ...]:  # noqa: ARG001 (every use case gets its work)
    """The columns of a file in which nothing was recognised, for choosing among them."""
    return read_columns(data)


@use_case("clients.import", writes=False, aside=True)
def preview_clients(work: Work, file_name: str, data: bytes, mapping: Mapping[str, str] | None = None) -> ImportPreview:
    """What importing a file of clients would do; as ``imports.preview_import``."""
    parsed, judged = _read(work, data, mapping)
    return seen(work, data, preview_of(file_name, parsed, [one.record for one in judged]))


@use_case("clients.import", code="IMPORT", typed=False)
def import_clients(work: Work, file_name: str, data: bytes, mapping: Mapping[str, str] | None = None) -> ImportResult:
    """Import clients in one go. Who is there already is left alone; the row as it came is kept with every client it is about."""
    parsed, judged = _read(work, data, mapping)
    preview = preview_of(file_name, parsed, [one.record for one in judged])
    batch = work.store.add(batch_of(preview, _TARGET))
    if mapping:
        remember(work, file_name, parsed, _TARGET)
    new = [one for one in judged if one.record.mark == "new"]
    numbers = work.store.next_numbers("client_no", len(new)) if new else range(0)
    made = [_client(one, batch.id, number) for one, number in zip(new, numbers, strict=True)]
    rows = [_row(one, batch.id, one.client_id) for one in judged if one.client_id is not None]
    for start in range(0, len(made), CHUNK):
        work.progress.report(start, len(made) + len(rows), _("Saving the clients"))
        work.store.add_all(made[start : start + CHUNK])
    for start in range(0, len(rows), CHUNK):
        work.progress.report(len(made) + start, len(made) + len(rows), _("Saving the clients"))
        work.store.add_all(rows[start : start + CHUNK])
    work.progress.report(len(made) + len(rows), len(made) + len(rows), _("Sealing the log"))
    return ImportResult(batch, preview)


@use_case("clients.import")
def undo_client_import(work: Work, import_id: str, *, edited_too: bool = False) -> ImportUndone:
    """Remove the clients of an import, on any later day; the log keeps everything.

    Whose contact data somebody changed stays and is told, with what was changed; ``edited_too`` takes that back as well. A client with
    a request, an appointment, a note or anything else always stays.
    """
    batch = work.store.get(ImportBatch, import_id)
    made = data.clients_of(work.store, batch.id)
    busy, grown = data.in_use(work.store, batch.id), data.with_parts(work.store, batch.id)
    gone = {one.id for one in made if one.id not in busy and (edited_too or (one.version == 1 and one.id not in grown))}
    left = [one for one in made if one.id not in gone]
    data.remove(work.store, batch.id, gone, [one.id for one in left])
    took_back(work, batch, all_of_it=not left)
    return ImportUndone(len(gone), tuple(_edited(work, one, in_use=one.id in busy, grown=one.id in grown) for one in left))


def _edited(work: Work, client: Client, *, in_use: bool, grown: bool) -> EditedRecord:
    fields = changed_since(work, client, "client")
    return EditedRecord(client.id, client.name, (*fields, _("phones, addresses and tags")) if grown else fields, in_use)


@use_case("clients.read", writes=False)
def imported_rows(work: Work, client_id: str) -> tuple[ImportedRow, ...]:
    """The rows that a client came from, newest first: only the columns of contact data, whatever else the sender knew."""
    client = merging.current(work.store, client_id)
    work.seen("client", client.id, client.id)
    rows = [(row, work.store.find_one(ImportBatch, id=row.import_id)) for row in work.store.find(ImportRow, client_id=client.id)]
    found = [_imported(row, batch) for row, batch in rows if batch is not None]
    return tuple(sorted(found, key=lambda one: one.imported_at, reverse=True))


def _imported(row: ImportRow, batch: ImportBatch) -> ImportedRow:
    raw, said = json.loads(row.raw_payload), set(json.loads(batch.mapping).values())
    cells = {column: text for column, text in raw.items() if column in said and text}
    return ImportedRow(batch.file_name, batch.created_at, row.row, cells)


# -- judging ------------------------------------------------------------------------------------------------------------------------------


def _read(work: Work, data: bytes, mapping: Mapping[str, str] | None) -> tuple[ParsedFile, list[_Judged]]:
    parsed = read_file(work, data, mapping, _TARGET)
    return parsed, _Judge(work, parsed).judge()


class _Judge:
    """Says of each row whether it is a new client, a client already, or the same person as a row before it."""

    def __init__(self, work: Work, parsed: ParsedFile) -> None:
        self._work, self._records = work, parsed.records
        self._numbers = {parsed.mapping.get(field) for field in ("phone", "phone2", "client_key")}
        self._clients: PersonIndex[str] = PersonIndex()
        self._people: dict[str, Person] = {}
        for who, person in query.plausible_clients(work.store, query.Sought(record.person for record in parsed.records)):
            self._clients.add(who, person)
            self._people[who] = person
        self._keys = unique([record.external_key for record in parsed.records])
        self._there = data.known_keys(work.store, self._keys)
        self._ids: dict[int, str] = {}  # by the first row of the same person

    def judge(self) -> list[_Judged]:
        """Every row in its order."""
        found = []
        for i, record in enumerate(self._records):
            if i % CHUNK == 0:
                self._work.progress.report(i, len(self._records), _("Looking for people who are known"))
            found.append(self._one(self._keys[i], record))
        return found

    def _one(self, key: str, record: ParsedRequest) -> _Judged:
        matches = self._clients.find(record.person)
        known = sorted(who for who, strength in matches if strength == "strong")
        row = shown(record, existing_client=known[0] if known else None, warnings=tuple(self._warnings(record, len(known))))
        if key in self._there:
            return _Judged(replace(row, mark="skipped", reason=_("This row was imported before.")), record, key, None)
        if known:
            reason = _("This person is a client already{why}.").format(why=_why(self._people[known[0]], record.person))
            return _Judged(replace(row, mark="skipped", reason=reason), record, key, known[0])
        first = record.double_of or record.row
        if first in self._ids:
            why = _why(self._records[first - 1].person, record.person)
            reason = _("The same person as row {n}{why}.").format(n=first, why=why)
            return _Judged(replace(row, mark="double", reason=reason), record, key, self._ids[first])
        self._ids[first] = self._work.new_id()
        return _Judged(replace(row, reason=self._alike(matches, record.person)), record, key, self._ids[first])

    def _alike(self, matches: list[tuple[str, Strength]], person: Person) -> str:
        """What is told of a client who shares something, but is not surely the same: families share phones, twins a birth date."""
        why = likeness(self._people[matches[0][0]], person) if matches else None
        return _("A client looks like this person{why}: it is made all the same.").format(why=f" ({why.reasons})") if why else ""

    def _warnings(self, record: ParsedRequest, known: int) -> list[str]:
        found = []
        if known > 1:
            found.append(_("Several clients look like this person: they may be one."))
        if tidy_postcode(record.postcode, record.country or "NL") is None:
            found.append(_("The postcode cannot be right; see how it was filled in."))
        if any(holds_citizen_number(cell) for column, cell in record.raw.items() if column not in self._numbers):
            found.append(_("The row seems to hold a citizen service number (BSN). Take it out of the file first."))
        return found


def _why(one: Person, other: Person) -> str:
    found = likeness(one, other)
    return f" ({found.reasons})" if found else ""


def _row(one: _Judged, import_id: str, client_id: str) -> ImportRow:
    raw = raw_payload(one.parsed)
    return ImportRow(import_id=import_id, client_id=client_id, row=one.record.row, external_key=one.key, raw_payload=raw)


def _client(one: _Judged, import_id: str, number: int) -> Client:
    said = {field: getattr(one.parsed, field) for field in CLIENT_FIELDS}
    said["house_suffix"] = one.parsed.house_suffix[:_SUFFIX]
    said["country"] = one.parsed.country or "NL"
    if not one.parsed.name:
        said["surname"] = NAMELESS
    return Client(
        **said, id=one.client_id or "", client_no=f"C-{number:06}", status=ClientStatus.ACTIVE, import_id=import_id, external_key=one.key
    )
