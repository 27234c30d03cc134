"""What importing requests and importing clients share: reading a file, a sender's remembered columns, what a preview shows of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nmx_desk.data import log
from nmx_desk.data.requests import names
from nmx_desk.data.store import table_of
from nmx_desk.domain.base import Record
from nmx_desk.domain.intake_ways import ImportSource, ImportTarget
from nmx_desk.domain.logwords import FOLLOWS, TECHNICAL, field_name
from nmx_desk.domain.personal import CLIENT_FIELDS
from nmx_desk.domain.request_views import ImportMade, ImportPreview, ImportRecord
from nmx_desk.domain.requests import ImportBatch
from nmx_desk.exchange.web_forms import FIELDS_OF, ParsedFile, ParsedRequest, header_of, parse_table, read_export
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case

CHUNK = 500
MOST_SHOWN = 100


@use_case("requests.import", writes=False)
def list_imports(work: Work, target: ImportTarget = ImportTarget.REQUESTS) -> list[ImportMade]:
    """The last imports, the newest first."""
    newest = [table_of(ImportBatch).c.created_at.desc()]
    batches = work.store.find(ImportBatch, target=target, order=newest, limit=MOST_SHOWN)
    by = names(work.store, {batch.created_by for batch in batches})
    return [ImportMade(batch, by.get(batch.created_by, "")) for batch in batches]


def read_file(work: Work, data: bytes, mapping: Mapping[str, str] | None, target: ImportTarget) -> ParsedFile:
    """The rows of a file, its columns as they were corrected for this sender before; ``mapping`` goes before that."""

    def told(done: int, total: int) -> None:
        work.progress.report(done, total, _("Reading the file"))

    work.progress.report(0, 0, _("Reading the file"))
    table = read_export(data)
    known = remembered(work, table.columns, target)
    parsed = parse_table(table, today=work.today(), mapping=known | dict(mapping or {}), target=target, progress=told)
    if known and not mapping:
        return replace(parsed, notices=(*parsed.notices, _("The columns are read as they were corrected the last time.")))
    return parsed


def remember(work: Work, file_name: str, parsed: ParsedFile, target: ImportTarget) -> None:
    """Keep the meaning of a sender's columns; what was left out on purpose stays left out."""
    wanted = json.dumps({field: parsed.mapping.get(field, "") for field in FIELDS_OF[target]}, ensure_ascii=False)
    header = _header(parsed.columns, target)
    source = work.store.find_one(ImportSource, header=header)
    if source is None:
        work.store.add(ImportSource(name=file_name[:200], header=header, mapping=wanted, target=target))
    elif source.mapping != wanted:
        work.store.change(source, mapping=wanted)


def remembered(work: Work, columns: Sequence[str], target: ImportTarget) -> dict[str, str]:
    """What a sender's columns meant when somebody corrected them; empty for an unknown sender."""
    source = work.store.find_one(ImportSource, header=_header(columns, target))
    return json.loads(source.mapping) if source else {}


def _header(columns: Sequence[str], target: ImportTarget) -> str:
    """One file may be a list of requests once and of clients another time: each has a memory of its own."""
    return header_of(columns) if target is ImportTarget.REQUESTS else f"{target}:{header_of(columns)}"


def shown(record: ParsedRequest, *, existing_client: str | None = None, warnings: tuple[str, ...] = ()) -> ImportRecord:
    """A row as a preview shows it, with more warnings."""
    return ImportRecord(
        **{field: getattr(record, field) for field in CLIENT_FIELDS}, row=record.row, received=record.received, question=record.question,
        preferred_times=record.preferred_times, double_of=record.double_of, existing_client=existing_client,
        warnings=(*record.warnings, *warnings), unread=record.unread,
    )  # fmt: skip


def preview_of(file_name: str, parsed: ParsedFile, records: Sequence[ImportRecord]) -> ImportPreview:
    """A file as it would be imported."""
    return ImportPreview(
        file_name=file_name, format=parsed.format, encoding=parsed.encoding, delimiter=parsed.delimiter, columns=parsed.columns,
        mapping=parsed.mapping, records=tuple(records), notices=parsed.notices,
    )  # fmt: skip


def seen(work: Work, data: bytes, preview: ImportPreview) -> ImportPreview:
    """A preview that is shown: looking up whether these people are known is a search, and is logged."""
    known = sum(record.existing_client is not None for record in preview.records)
    digest = hashlib.sha256(data).hexdigest()[:16]
    work.seen(
        "import_preview", digest, None, code="SEARCH", values={"file_name": preview.file_name[:200], "rows": preview.rows, "clients": known}
    )
    return preview


def batch_of(preview: ImportPreview, target: ImportTarget) -> ImportBatch:
    """What came out of a file."""
    return ImportBatch(
        file_name=preview.file_name[:200], format=preview.format, target=target, rows=preview.rows, new=preview.count("new"),
        double=preview.count("double"), odd=preview.odd, skipped=preview.count("skipped"),
        mapping=json.dumps(dict(preview.mapping), ensure_ascii=False),
    )  # fmt: skip


def took_back(work: Work, batch: ImportBatch, *, all_of_it: bool) -> None:
    """An import of which nothing is left is gone; else it says when it was taken back."""
    if all_of_it:
        work.store.remove(batch)
    else:
        work.store.change(batch, undone_at=work.now())


def raw_payload(record: ParsedRequest) -> str:
    """The row as it came."""
    return json.dumps(dict(record.raw), ensure_ascii=False)


def unique(keys: Sequence[str]) -> list[str]:
    """The second and later rows with one key get a number, so that nothing of the file is lost and importing it again adds nothing."""
    seen: Counter[str] = Counter()
    found = []
    for key in keys:
        seen[key] += 1
        found.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return found


def changed_since(work: Work, record: Record, kind: str) -> tuple[str, ...]:
    """What changed of a record since it came in: read from the log, which knows it field by field."""
    changes = log.lines(work.store, log.LogFilter(obj_id=record.id, codes=("CHANGE",)))
    fields = [field for found in log.fields_of(work.store, [line.seq for line in changes]).values() for field in found]
    return tuple(dict.fromkeys(field_name(field, kind) for field in fields if field not in TECHNICAL | FOLLOWS))
