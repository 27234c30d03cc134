"""Importing website forms: what a file holds, what of it is new, double or there already, and taking an import back (DOMAIN §6 Import)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from nmx_desk.data import requests as query
from nmx_desk.domain.intake_ways import ImportTarget, ImportWay
from nmx_desk.domain.likeness import likeness
from nmx_desk.domain.matching import Folded, Person, PersonIndex, folded
from nmx_desk.domain.personal import PERSON_FIELDS
from nmx_desk.domain.request_views import EditedRecord, ImportPreview, ImportRecord, ImportResult, ImportUndone
from nmx_desk.domain.requests import AdviceRequest, ImportBatch, RequestStatus, Source, is_double
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


class _Original(NamedTuple):
    """A request that a row may double: its id, when it came in, and its row when it stands in the same file."""

    id: str
    received_at: datetime
    person: Person
    row: int | None = None


@dataclass(frozen=True)
class Judged:
    """A row, what becomes of it, and the request it would be (None: it is there already)."""

    record: ImportRecord
    request: AdviceRequest | None


# -- use cases ---------------------------------------------------------------------------------------------------------------------------


@use_case("requests.import", writes=False)
def read_import_columns(work: Work, data: bytes) -> tuple[str, ...]:  # noqa: ARG001 (every use case gets its work)
    """The columns of a file in which nothing was recognised, for choosing among them."""
    return read_columns(data)


@use_case("requests.import", writes=False, aside=True)
def preview_import(work: Work, file_name: str, data: bytes, mapping: Mapping[str, str] | None = None) -> ImportPreview:
    """What importing a file would do. ``mapping`` (field to column) goes before what is recognised.

    Raises ``UserError`` when the file cannot be read, with the field ``mapping`` when no column was recognised.
    """
    parsed = read_file(work, data, mapping, ImportTarget.REQUESTS)
    return seen(work, data, preview_of(file_name, parsed, [one.record for one in judge(work, parsed)]))


@use_case("requests.import", code="IMPORT", typed=False)
def import_requests(work: Work, file_name: str, data: bytes, mapping: Mapping[str, str] | None = None) -> ImportResult:
    """Import a file in one go. Doubles are kept as requests of their own, marked so; rows that are there already are left out."""
    parsed = read_file(work, data, mapping, ImportTarget.REQUESTS)
    if mapping:
        remember(work, file_name, parsed, ImportTarget.REQUESTS)
    return keep(work, file_name, parsed)


def keep(work: Work, file_name: str, parsed: ParsedFile, way: ImportWay = ImportWay.FILE) -> ImportResult:
    """Make requests of the rows of a file that was read."""
    judged = judge(work, parsed)
    preview = preview_of(file_name, parsed, [one.record for one in judged])
    batch = work.store.add(replace(batch_of(preview, ImportTarget.REQUESTS), way=way))
    made = [replace(one.request, import_id=batch.id) for one in judged if one.request is not None]
    for start in range(0, len(made), CHUNK):
        work.progress.report(start, len(made), _("Saving the requests"))
        work.store.add_all(made[start : start + CHUNK])
    work.progress.report(len(made), len(made), _("Sealing the log"))
    return ImportResult(batch, preview)


@use_case("requests.import")
def undo_import(work: Work, import_id: str, *, edited_too: bool = False) -> ImportUndone:
    """Remove the requests of an import, on any later day; the log keeps everything.

    What somebody went on with stays and is told, with what was changed; ``edited_too`` takes that back as well. A request with an
    appointment or a call, or whose double came with another import, always stays.
    """
    batch = work.store.get(ImportBatch, import_id)
    all_of_it = {request.id: request for request in work.store.find(AdviceRequest, import_id=batch.id)}
    busy = query.in_use(work.store, batch.id)
    mine = all_of_it.keys() - busy if edited_too else {request.id for request in query.untouched(work.store, batch.id)}
    gone = mine - query.doubled_by_others(work.store, batch.id, mine)
    busy |= query.doubled_by_others(work.store, batch.id, all_of_it.keys() - busy)
    query.remove_requests(work.store, [one for one in gone if all_of_it[one].duplicate_of is not None])
    query.remove_requests(work.store, [one for one in gone if all_of_it[one].duplicate_of is None])
    left = [request for request in all_of_it.values() if request.id not in gone]
    took_back(work, batch, all_of_it=not left)
    return ImportUndone(len(gone), tuple(_edited(work, request, in_use=request.id in busy) for request in left))


def _edited(work: Work, request: AdviceRequest, *, in_use: bool) -> EditedRecord:
    return EditedRecord(request.id, request.name, changed_since(work, request, "advice_request"), in_use)


# -- judging ------------------------------------------------------------------------------------------------------------------------------


def judge(work: Work, parsed: ParsedFile) -> list[Judged]:
    """What becomes of each row."""
    return _Judge(work, parsed).judge()


class _Judge:
    """Says of each row whether it is new, double or there already, and which client asks."""

    def __init__(self, work: Work, parsed: ParsedFile) -> None:
        self._work, self._records = work, parsed.records
        self._people = [record.person for record in parsed.records]
        sought = query.Sought(self._people)
        self._clients: PersonIndex[str] = PersonIndex()
        for who, person in query.plausible_clients(work.store, sought):
            self._clients.put(who, folded(person))
        self._earlier: dict[str, query.Earlier] = {}
        self._requests: PersonIndex[str] = PersonIndex()
        for earlier in query.plausible_requests(work.store, sought):
            if earlier.id not in self._earlier:
                self._earlier[earlier.id] = earlier
                self._requests.put(earlier.id, folded(earlier.person))
        self._keys = unique([record.external_key for record in parsed.records])
        self._there = query.known_keys(work.store, self._keys)
        self._originals: dict[int, list[_Original]] = {}  # by the first row of the same person

    def judge(self) -> list[Judged]:
        """Every row in its order."""
        found = []
        for i, record in enumerate(self._records):
            if i % CHUNK == 0:
                self._work.progress.report(i, len(self._records), _("Looking for people who are known"))
            found.append(self._one(i, record))
        return found

    def _one(self, i: int, record: ParsedRequest) -> Judged:
        person = folded(self._people[i])
        known = dict.fromkeys(found for found, _person in self._requests.strong(person))
        earlier = [self._earlier[found] for found in known]
        client, several = self._client(person, earlier)
        warnings = (_("Several clients look like this person; choose the right one."),) if several else ()
        if holds_citizen_number(record.question):
            warnings = (*warnings, _("The text seems to hold a citizen service number (BSN). Take it out."))
        row = shown(record, existing_client=client, warnings=warnings)
        if self._keys[i] in self._there:
            return Judged(replace(row, mark="skipped", reason=_("This entry was imported before.")), None)
        request = self._request(self._keys[i], record, client, row.warnings)
        mine = self._originals.setdefault(record.double_of or record.row, [])
        candidates = mine + [_Original(one.root_id, one.received_at, one.person) for one in earlier if not one.given_up]
        original = next((one for one in candidates if is_double(request.received_at, one.received_at)), None)
        if original is None:
            mine.append(_Original(request.id, request.received_at, self._people[i], record.row))
            return Judged(row, request)
        if original not in mine:
            mine.append(original)
        request = replace(
            request, status=RequestStatus.DUPLICATE, status_before=RequestStatus.NEW, duplicate_of=original.id, closed_at=self._work.now()
        )
        return Judged(replace(row, mark="double", reason=self._reason(original, self._people[i])), request)

    def _client(self, person: Folded, earlier: list[query.Earlier]) -> tuple[str | None, bool]:
        """The one client who surely is this person; whether several seem to be."""
        found = {who for who, _person in self._clients.strong(person)}
        found |= {one.client_id for one in earlier if one.client_id}
        return (next(iter(found)) if len(found) == 1 else None), len(found) > 1

    def _reason(self, original: _Original, person: Person) -> str:
        why = likeness(original.person, person)
        words = f" ({why.reasons})" if why is not None else ""
        if original.row is not None:
            return _("The same person as row {n}{why}.").format(n=original.row, why=words)
        day = original.received_at.astimezone(self._work.zone).date()
        return _("The same person asked on {day}{why}.").format(day=f"{day.day}-{day.month}-{day.year}", why=words)

    def _request(self, key: str, record: ParsedRequest, client: str | None, warnings: tuple[str, ...]) -> AdviceRequest:
        received = record.received.replace(tzinfo=self._work.zone).astimezone(UTC) if record.received else self._work.now()
        return AdviceRequest(
            **{field: getattr(record, field) for field in PERSON_FIELDS}, id=self._work.new_id(), client_id=client, received_at=received,
            source=Source.WEBSITE, raw_payload=raw_payload(record), external_key=key, question=record.question,
            preferred_times=record.preferred_times, warnings="\n".join(warnings),
        )  # fmt: skip
