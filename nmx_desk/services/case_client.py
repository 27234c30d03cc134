"""Whom a case is about, put right while it is open: its words and files go along, the reason stays with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeVar

from nmx_desk.data import cases as query
from nmx_desk.data.merging import move
from nmx_desk.domain.cases import CaseText, parts_of, subject_of
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.i18n import _
from nmx_desk.services import cases
from nmx_desk.services.case_rules import its_client
from nmx_desk.services.desk import Work
from nmx_desk.services.typed import one_line

C = TypeVar("C", Grievance, Incident, Deviation)
FIELD: Final = "client_why"
"""What a form calls the reason."""
LONGEST_WHY = 300


def about(work: Work, kept: C, client_id: str | None, why: str) -> C:
    """The case as it is about ``client_id`` or nobody; its words and files are so at once, the caller stores the case itself.

    What the client was told was told to somebody else, and who was to be told is another: neither counts any more.
    Raises ``UserError`` without a reason, and where words about a client would be read by everybody.
    """
    if client_id == kept.client_id:
        return kept
    reason = one_line(FIELD, why, LONGEST_WHY)
    if not reason:
        raise UserError(FIELD, _("Write down why it is about somebody else than was registered."))
    table = "grievance" if isinstance(kept, Grievance) else "incident" if isinstance(kept, Incident) else "deviation"
    subject, (now_id, number) = subject_of(table, kept.id), its_client(work, client_id)
    if now_id is None and table not in cases.PRIVATE and _says_more(work, subject):
        raise UserError(FIELD, _("What happened, or a file, may name the client, and the auditor would read it. Choose another client."))
    if isinstance(kept, Incident):
        cases.keep_texts(work, subject, kept.client_id, {"told": ""})
    _end_telling(work, subject, kept.client_id)
    texts = work.store.find(CaseText, subject=subject)
    move(work.store, {"case_text": [row.id for row in texts], "case_file": [row.id for row in query.files(work.store, subject)]}, now_id)
    before = next((row.text for row in texts if row.code == "whose"), "")
    line = f"{work.today():%d-%m-%Y}: {reason}"
    cases.keep_texts(work, subject, now_id, {"whose": "\n".join(filter(None, (before, line)))})
    source = kept.source
    if parts_of(source) == ("client", kept.client_id):
        source = subject_of("client", now_id) if now_id else ""
    if isinstance(kept, Incident):
        return replace(kept, client_id=now_id, client_no=number, source=source, told_on=None)
    return replace(kept, client_id=now_id, client_no=number, source=source)


def _says_more(work: Work, subject: str) -> bool:
    """Whether something of a case was written or kept for who may know the client only."""
    told = work.store.find_one(CaseText, subject=subject, code="story") is not None
    return told or bool(query.files(work.store, subject))


def _end_telling(work: Work, subject: str, client_id: str | None) -> None:
    """Open tasks about the client that was registered by mistake."""
    for task in work.store.find(Task, source=subject, status=TaskStatus.OPEN):
        if client_id is not None and task.client_id == client_id:
            note = "\n".join(filter(None, (task.note, _("The case is about somebody else."))))
            work.store.change(task, status=TaskStatus.LAPSED, done_at=work.now(), done_by=work.user.id, note=note)
