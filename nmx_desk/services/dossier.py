"""The copy of a file that a client may have (AVG art. 15 and 20): for reading, for machines, and who looked at it, in one ZIP."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from nmx_desk.data import erasure as data
from nmx_desk.data import log as log_data
from nmx_desk.data.consults import list_version
from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.data.tables import OUTLIVES, TABLES, metadata
from nmx_desk.domain.agenda import Appointment, AppointmentType
from nmx_desk.domain.base import Record
from nmx_desk.domain.clients import Client
from nmx_desk.domain.code_lists import COMPLAINTS, CONSENTS, RED_FLAGS
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.consults import RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.family import Consent
from nmx_desk.domain.logvalues import value_text
from nmx_desk.domain.logwords import TECHNICAL, bare_name, field_name
from nmx_desk.domain.notes import ConsultNote, FrozenPrint, NoteSection
from nmx_desk.domain.people import CodeItem
from nmx_desk.domain.plans import PlanPhase
from nmx_desk.domain.privacy import Decision, PrivacyRequest, PrivacyState, Tombstone
from nmx_desk.domain.walltime import day_label
from nmx_desk.i18n import _, language
from nmx_desk.reports.records import DossierPart, DossierPrint, DossierRecord
from nmx_desk.services import log, privacy
from nmx_desk.services.access_list import MOST
from nmx_desk.services.clients import is_own
from nmx_desk.services.code_lists import items_of
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.frozen import is_whole
from nmx_desk.services.frozen_files import frozen_name, frozen_pdf
from nmx_desk.services.log_prints import seen_print
from nmx_desk.services.note_templates import titles_of
from nmx_desk.services.report_base import print_context

LEFT_OUT = {
    "proposal": "says what colleagues asked each other to approve; a merge names another client",
    "client_merge": "says how two numbers became one; when that was undone it holds another person's data as well",
    "draft": "personal working notes until they are left or signed",
}
"""Tables about a client that are not in the copy, and why."""
UNREAD = TECHNICAL | {
    "id", "client_id", "position", "payload", "external_key", "busy_from", "busy_to", "live", "wall_start", "zone", "uid", "sequence",
    "status_at", "status_before", "moved_from", "sha256", "hash", "source_id", "retention_class",
}  # fmt: skip
"""Fields for the program only: they stand in the part for machines."""
ID = re.compile(r"(\w+:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What names another record: for the part for machines."""
FORMAT = 1
FILES = "files/"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy of a file: the ZIP and a name for it, without the client's name. ``records``: how many are in it."""

    file_name: str
    content: bytes
    records: int


@use_case("export.clients")
def copy_of_file(work: Work, request_id: str) -> Copy:
    """Make the copy that two people granted and say that it was made; again as often as needed until the request is closed."""
    request = work.store.get(PrivacyRequest, request_id)
    if not privacy.is_copy(request) or request.client_id is None:
        raise Conflict(_("This request asks for something else than a copy of the file."))
    client = work.store.get(Client, request.client_id)
    work.need("export.clients", own=is_own(work, client), client_id=client.id)
    if request.state is not PrivacyState.EXECUTED:
        request = privacy.carried_out(work, request)
    elif request.decision is Decision.REFUSED:
        raise Conflict(_("This request was refused. Tell the client why and close it."))
    records = everything_about(work, client.id)
    content = _zip(work, client, request, records)
    work.note("EXPORT", "dossier", client.id, client.id, values={"request": request.number})
    count = sum(len(found) for found in records.values())
    return Copy(file_name=f"{client.client_no}-{work.today().isoformat()}.zip", content=content, records=count)


def everything_about(work: Work, client_id: str) -> dict[str, list[Record]]:
    """Every record about a client by table, the contact data first. What a new table holds is in it at once."""
    kinds = {table.name: kind for kind, table in TABLES.items()}
    rows = data.rows_of_file(work.store, client_id)
    found: dict[str, list[Record]] = {}
    for table in sorted(metadata.sorted_tables, key=lambda table: (table.name != "client", table.name in OUTLIVES)):
        if table.name in LEFT_OUT or table.name not in kinds:
            continue
        kind = kinds[table.name]
        if table.name in OUTLIVES:
            records = work.store.find(kind, client_id=client_id)
        else:
            records = [work.store.get(kind, row) for row in sorted(rows.get(table.name, ()))]
        if records:
            found[table.name] = sorted(records, key=lambda record: (record.created_at, record.id))
    return found


def _zip(work: Work, client: Client, request: PrivacyRequest, records: dict[str, list[Record]]) -> bytes:
    from nmx_desk.reports.dossier import dossier

    ctx = print_context(work, request.number)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(_("file.pdf"), dossier(ctx, _for_reading(work, client, request, records)))
        made.writestr(_("who-saw-my-file.pdf"), seen_print(work, ctx, client))
        made.writestr("records.json", _for_machines(work, client, records))
        for record in (record for found in records.values() for record in found):
            for item in fields(record):
                if isinstance(content := getattr(record, item.name), bytes):
                    made.writestr(_path(record), content)
            if isinstance(record, FrozenPrint) and is_whole(record):
                made.writestr(_path(record), frozen_pdf(work, record))
    return out.getvalue()


def _path(record: Record) -> str:
    """Where the content of a document stands in the ZIP: its own name, whatever somebody called it kept inside one folder."""
    if isinstance(record, FrozenPrint):
        return f"{FILES}{record.id[:8]}-{frozen_name(record)}"
    name = re.sub(r"[^\w .-]", "_", str(getattr(record, "name", ""))).lstrip(".")
    return f"{FILES}{record.id[:8]}-{name}"


# -- for reading -------------------------------------------------------------------------------------------------------------------------


def _for_reading(work: Work, client: Client, request: PrivacyRequest, records: dict[str, list[Record]]) -> DossierPrint:
    names = names_by_id(work.store)
    parts = tuple(
        DossierPart(title=_title(table), records=tuple(_record(work, table, record, names) for record in found))
        for table, found in records.items()
    )
    return DossierPrint(
        subject=client.name, client_no=client.client_no, request_no=request.number, parts=parts,
        destroyed=tuple(stone.destroyed_on for stone in work.store.find(Tombstone, client_id=client.id)),
    )  # fmt: skip


def _title(table: str) -> str:
    return _capital(bare_name(table))


def _record(work: Work, table: str, record: Record, names: dict[str, str]) -> DossierRecord:
    kind, columns = type(record), table_of(type(record)).c
    facts = []
    words = names | _words(work, record)
    for item in fields(kind):
        value = getattr(record, item.name)
        if isinstance(record, FrozenPrint) and item.name == "content":
            text = _path(record) if is_whole(record) else None  # what was altered stands in the part for machines, as it is
        else:
            text = _path(record) if isinstance(value, bytes) else _plain(value)
        points = [key.column.table.name for key in columns[item.name].foreign_keys]
        if points and points != ["desk_user"]:
            text = _called(work, points[0], text) if text else ""
        if item.name in UNREAD or text in (None, "") or (text not in words and ID.fullmatch(str(text))):
            continue
        facts.append((_capital(field_name(item.name, table)), _read(work, kind, item.name, str(text), words)))
    return DossierRecord(at=record.created_at, by=names.get(record.created_by or "", ""), facts=tuple(facts))


def _words(work: Work, record: Record) -> dict[str, str]:
    """What the codes in a record stand for; a red-flag question as it was asked then."""
    if isinstance(record, Appointment):
        return {found.code: found.name(language()) for found in work.store.find(AppointmentType)}
    if isinstance(record, RedFlagAnswer) and (check := work.store.find_one(RedFlagCheck, id=record.check_id)):
        return {item.code: item.label(language()) for item in list_version(work.store, RED_FLAGS, check.list_version)}
    if isinstance(record, Consent):
        return {str(record.text_version): _text_shown(work, record)}
    if isinstance(record, Complaint):
        return {record.code: _kind(work, record)}
    if isinstance(record, NoteSection):
        return titles_of(work, work.store.find(ConsultNote, id=record.note_id))
    return {}


def _text_shown(work: Work, consent: Consent) -> str:
    """The text that was agreed to, with its version; of a form that had its own text only that."""
    items = items_of(work, CONSENTS, consent.text_version) if consent.text_version else []
    found = next((item.label(language()) for item in items if item.code == consent.purpose), "")
    return f"{consent.text_version}: {found}" if found else _("the text of the form")


def _kind(work: Work, complaint: Complaint) -> str:
    """What sort of complaint it is, by the newest version of the list that knows it."""
    newest = [table_of(CodeItem).c.list_version.desc()]
    found = work.store.find(CodeItem, order=newest, list_code=COMPLAINTS, code=complaint.code, limit=1)
    return found[0].label(language()) if found else complaint.code


def _called(work: Work, table: str, record_id: str) -> str:
    """How another part of the file is called in a record that belongs to it; empty for what goes without saying."""
    if table == "complaint":
        complaint = work.store.get(Complaint, record_id)
        return complaint.words or _kind(work, complaint)
    if table == "consult_note":
        return day_label(work.store.get(ConsultNote, record_id).care_date)
    return work.store.get(PlanPhase, record_id).name if table == "plan_phase" else ""


def _read(work: Work, kind: type[Record], field: str, text: str, names: dict[str, str]) -> str:
    if field == "raw_payload":
        return _lines(text)
    return text if text.startswith(FILES) else value_text(kind, field, text, names, work.zone)


def _lines(text: str) -> str:
    """A row as it came in, name by name; as it is when it is something else."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return "\n".join(f"{name}: {value}" for name, value in found.items()) if isinstance(found, dict) else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- for machines ------------------------------------------------------------------------------------------------------------------------


def _for_machines(work: Work, client: Client, records: dict[str, list[Record]]) -> str:
    seen = log.rows(work, log.LogFilter(client=client.id, limit=MOST), log_data.EVERYTHING)
    made: dict[str, Any] = {
        "format": FORMAT,
        "clinic": work.clinic.name,
        "client_no": client.client_no,
        "made_at": _plain(work.now()),
        "records": {table: [_fields(record) for record in found] for table, found in records.items()},
        "seen_by": [
            {"entry": row.seq, "at": _plain(row.at), "who": row.who, "role": row.role, "what": row.sentence, "reason": row.reason}
            for row in reversed(seen)
        ],
        "left_out": LEFT_OUT,
    }
    return json.dumps(made, ensure_ascii=False, indent=1)


def _fields(record: Record) -> dict[str, Any]:
    values = {item.name: getattr(record, item.name) for item in fields(record)}
    return {name: _path(record) if isinstance(value, bytes) else _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, int) else str(value)
