"""Around the log page: filters kept under a name, and what is filtered as a file (AUDIT §1.6)."""

from __future__ import annotations

import json

from nmx_desk.data import log as data
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.logfilters import SavedFilter
from nmx_desk.domain.people import Role
from nmx_desk.i18n import _
from nmx_desk.reports.records import AccessPrint, AccessRow
from nmx_desk.services import log
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.log import LogFilter, LogRow
from nmx_desk.services.report_base import print_context, print_progress

FORMATS = ("csv", "pdf", "json")
MOST = 20_000
LONGEST_NAME = 60


@use_case("log.own", writes=False)
def list_filters(work: Work) -> list[SavedFilter]:
    """The user's own filters, by name."""
    return sorted(work.store.find(SavedFilter, user_id=work.user.id), key=lambda item: item.name.casefold())


@use_case("log.own", code="CONFIG")
def save_filter(work: Work, name: str, content: str) -> SavedFilter:
    """Keep a filter under a name, over one of the same name."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise UserError("name", _("Give the filter a name of at most {n} characters.").format(n=LONGEST_NAME))
    known = work.store.find_one(SavedFilter, user_id=work.user.id, name=name)
    if known is not None:
        return work.store.change(known, content=content)
    return work.store.add(SavedFilter(user_id=work.user.id, name=name, content=content))


@use_case("log.own", code="CONFIG")
def drop_filter(work: Work, filter_id: str) -> None:
    """Forget a filter of one's own."""
    known = work.store.get(SavedFilter, filter_id)
    if known.user_id == work.user.id:
        work.store.remove(known)


@use_case("log.own", writes=False, aside=True)
def export_filtered(work: Work, wanted: LogFilter, form: str, said: str) -> bytes:
    """What passes a filter as CSV, PDF or JSON, oldest first; ``said`` is the filter in words.

    Others' deeds leave as a file only with a written reason. Raises ``UserError`` for more than 20,000 entries.
    """
    if form not in FORMATS:
        raise UserError("format", _("This report comes as {formats}. Choose another ending.").format(formats=", ".join(FORMATS)))
    everything = work.reach("log.all") is not None
    if (everything or work.roles & {Role.PRACTITIONER}) and not work.reason.strip():
        message = _("This file holds personal data. Write down why you need it; the reason is logged.")
        raise NotAllowed(message, right="log.all", needs_reason=True)
    found = log.rows(work, LogFilter(**{**wanted.__dict__, "before": None, "limit": MOST + 1}), log.reach_of(work))
    if len(found) > MOST:
        raise UserError("period", _("There are more than {n} entries in this period. Choose a shorter one.").format(n=MOST))
    made = {"csv": _csv, "pdf": _pdf, "json": _json}[form](work, found[::-1], said)
    about = log.client_asked(work, wanted)
    work.seen("log", form, about, code="PRINT" if form == "pdf" else "EXPORT", values={"filter": said, "size": len(found)})
    return made


def _csv(work: Work, rows: list[LogRow], said: str) -> bytes:
    from nmx_desk.reports.formats import csv_bytes

    head = data.newest_head(work.store)
    columns = [_("No."), _("When"), _("Who"), _("Role"), _("Client"), _("What"), _("What for"), _("Reason"), _("Emergency access")]
    body: list[tuple[object, ...]] = [
        (r.seq, f"{r.at.astimezone(work.zone):%Y-%m-%d %H:%M:%S}", r.who, r.role, r.client, r.sentence, r.why, r.reason,
         _("yes") if r.break_glass else _("no")) for r in rows
    ]  # fmt: skip
    size, root = (head[0], head[1]) if head else (0, "")
    last = _("{n} entries; filter: {filter}; log: {size} entries, root {root}").format(n=len(rows), filter=said, size=size, root=root)
    return csv_bytes(columns, [*body, ("", "", "", "", "", last, "", "", "")])


def _json(work: Work, rows: list[LogRow], said: str) -> bytes:
    head = data.newest_head(work.store)
    whole = {
        "filter": said, "count": len(rows), "generated_at": work.now().isoformat(), "log_size": head[0] if head else 0,
        "log_root": head[1] if head else "", "entries": [row.as_json() for row in rows],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _pdf(work: Work, rows: list[LogRow], said: str) -> bytes:
    from nmx_desk.reports.access import access_log

    made = tuple(
        AccessRow(seq=r.seq, at=r.at, who=r.who, role=r.role, sentence=r.sentence, why=r.why, reason=r.reason, break_glass=r.break_glass)
        for r in rows
    )
    days = [row.at.astimezone(work.zone).date() for row in rows] or [work.today()]
    subject = AccessPrint(subject="", first=days[0], last=days[-1], rows=made, filter_text=said)
    return access_log(print_context(work, "D2"), subject, progress=print_progress(work))
