"""The log as reports: who saw a file, for the client (D1); who saw and changed what (D1); what was changed, from what to what (D2)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from nmx_desk.data import log as log_data
from nmx_desk.data.log import LogLine
from nmx_desk.data.people import names_by_id
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.logvalues import value_text
from nmx_desk.domain.logwords import TECHNICAL, field_name
from nmx_desk.i18n import _
from nmx_desk.reports.formats import brief
from nmx_desk.reports.records import AccessPrint, AccessRow, PrintContext, SeenPrint, SeenRow
from nmx_desk.reports.sheets import Sheet
from nmx_desk.services import log
from nmx_desk.services.access_list import access_list
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work
from nmx_desk.services.log import LogRow
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.report_base import Made, Wanted, client_of, midnight, print_progress, wall

MOST_ENTRIES = 20_000
MOST_CHANGES = 10_000
LONGEST_VALUE = 120
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def access(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Who saw and changed what, of one client or of everybody, oldest first."""
    zone, found = work.zone, _entries(work, wanted)
    rows = tuple(
        AccessRow(seq=r.seq, at=r.at, who=r.who, role=r.role, sentence=r.sentence, why=r.why, reason=r.reason, break_glass=r.break_glass)
        for r in found
    )
    if wanted.as_table:
        columns = (_("No."), _("When"), _("Who"), _("Role"), _("What"), _("What for"), _("Reason"), _("Emergency access"))
        return Sheet(columns, tuple(
            (r.seq, wall(r.at, zone), r.who, r.role, r.sentence, r.why, r.reason, _("yes") if r.break_glass else _("no")) for r in rows
        ))  # fmt: skip
    from nmx_desk.reports.access import access_log

    shown = AccessPrint(subject=_subject(wanted), first=wanted.first, last=wanted.last, rows=rows)
    return access_log(ctx, shown, progress=print_progress(work))


def changes(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """What was changed, with old and new values, oldest first. They hold what clients told: a manager writes down why."""
    work.need("notes.read", own=False, client_id=wanted.client.id if wanted.client else "")
    lines = _changed(work, wanted)
    said = _values(work, lines)
    rows = tuple(
        AccessRow(seq=r.seq, at=r.at, who=r.who, role=r.role, sentence=r.sentence, change=said[r.seq], reason=r.reason,
                  break_glass=r.break_glass)
        for r in log.rows_of(work, lines)
    )  # fmt: skip
    if wanted.as_table:
        columns = (_("No."), _("When"), _("Who"), _("Role"), _("What"), _("Old → new"), _("Reason"))
        zone = work.zone
        return Sheet(columns, tuple((r.seq, wall(r.at, zone), r.who, r.role, r.sentence, r.change, r.reason) for r in rows))
    from nmx_desk.reports.access import change_log

    shown = AccessPrint(subject=_subject(wanted), first=wanted.first, last=wanted.last, rows=rows)
    return change_log(ctx, shown, progress=print_progress(work))


def _changed(work: Work, wanted: Wanted) -> list[LogLine]:
    """Entries that changed something, oldest first. Raises ``UserError`` for more than a print holds."""
    asked, found = _asked(work, wanted), list[LogLine]()
    while page := log_data.lines(work.store, asked):
        found += [line for line in page if line.action in "CUD"]
        if len(found) > MOST_CHANGES:
            raise UserError("date_to", _("There are more than {n} entries in this period. Choose a shorter one.").format(n=MOST_CHANGES))
        asked = replace(asked, before=page[-1].seq)
    return found[::-1]


def _values(work: Work, lines: list[LogLine]) -> dict[int, str]:
    """Of each entry its fields with old and new value, shortened; names of people instead of their ids."""
    names = names_by_id(work.store)
    clients = log_data.client_names(work.store, {line.client for line in lines if line.client})
    names |= {client_id: client.name for client_id, client in clients.items()}
    said = {}
    for n, line in enumerate(lines):
        if n % 500 == 0:
            work.progress.report(n, len(lines))
        record = log_data.record_of(line.obj_type)
        found = [item for item in log_data.values(work.store, line.seq) if item.field not in TECHNICAL and (item.old or item.new)]
        said[line.seq] = "; ".join(
            _change(field_name(item.field, line.obj_type), *(
                _shown(value_text(record, item.field, text, names, work.zone)) for text in (item.old, item.new)))
            for item in found
        )  # fmt: skip
    return said


def _shown(value: str) -> str:
    """A value in one line; of an id its beginning, by which the row is found."""
    return f"{value[:8]}…" if ID.fullmatch(value) else brief(value, LONGEST_VALUE)


def _change(name: str, old: str, new: str) -> str:
    return f"{name}: {old} → {new}" if old and new else f"{name}: {new}" if new else f"{name}: {old} → –"


def _subject(wanted: Wanted) -> str:
    return f"{wanted.client.name} ({wanted.client.client_no})" if wanted.client else ""


def _asked(work: Work, wanted: Wanted) -> log_data.LogFilter:
    return log_data.LogFilter(
        client=wanted.client.id if wanted.client else "", actor=wanted.chosen.actor, since=midnight(wanted.first, work.zone),
        until=midnight(wanted.last + timedelta(days=1), work.zone), limit=2_000,
    )  # fmt: skip


def _entries(work: Work, wanted: Wanted) -> list[LogRow]:
    """The entries a report is about, oldest first. Raises ``UserError`` for more than a print holds."""
    found = log.rows(work, replace(_asked(work, wanted), limit=MOST_ENTRIES + 1), log_data.EVERYTHING)
    if len(found) > MOST_ENTRIES:
        raise UserError("date_to", _("There are more than {n} entries in this period. Choose a shorter one.").format(n=MOST_ENTRIES))
    return found[::-1]


def seen(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """For the client, in the client's language: who saw the file, by day, without technical entries."""
    client = client_of(wanted)
    work.need("log.clients", own=is_own(work, client), client_id=client.id)
    if wanted.as_table:
        columns = (_("Day"), _("Who"), _("Role"), _("What"), _("What for"), _("Reason"))
        found = access_list(work, client.id)
        return Sheet(columns, tuple((i.day, i.who, i.role, ", ".join(i.what), i.why, i.reason) for i in found))
    return seen_print(work, ctx, client)


def seen_print(work: Work, ctx: PrintContext, client: Client) -> bytes:
    """Who saw a client's file, as PDF in the client's language. Checks no right and logs nothing: for use cases that do."""
    from nmx_desk.reports.access import seen_list

    language_of = known_language(client.language)
    rows = tuple(
        SeenRow(day=i.day, who=i.who, role=i.role, what="\n".join(i.what), why="\n".join(filter(None, (i.why, i.reason))))
        for i in access_list(work, client.id, language=language_of)
    )
    seen = SeenPrint(client=client.name, client_no=client.client_no, rows=rows)
    return seen_list(replace(ctx, language=language_of), seen, progress=print_progress(work))
