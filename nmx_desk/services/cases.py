"""What the registers of the quality system share: the words, files and actions of a case, and what it came from.

Plain functions for the use cases of each register, which check the right and log the look. Who may read words about a client: who handles
the case, who reported it, the manager. An auditor reads of such a case only what is written to be read without names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from nmx_desk.data import cases as query
from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.cases import LONGEST_SUMMARY, LONGEST_TEXT, TEXT_NAMES, CaseFile, CaseText, parts_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.documents import LONGEST_NOTE, DocumentKind, safe_name
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.people import User
from nmx_desk.domain.tasks import Task, TaskSide
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.kept_files import check_unchanged, kept_kind
from nmx_desk.services.typed import fitting, one_line

NAMELESS: Final = frozenset({
    "analysis", "calamity", "leak", "similar", "correction", "cause", "action", "test", *(f"why{n}" for n in range(1, 6)),
})  # fmt: skip
"""Texts that are written without names of clients, for the auditor reads them; their forms say so."""
PRIVATE: Final[dict[str, type[Any]]] = {"grievance": Grievance, "incident": Incident}
"""Registers whose words and files are for who handles the case even when it is about no client: they name people."""
LONGEST_TITLE = 200


@dataclass(frozen=True, kw_only=True)
class CaseFileRow:
    """A file of a case without its content, for lists. ``added_by`` is a name."""

    id: str
    name: str
    kind: DocumentKind
    size: int
    added_at: datetime
    added_by: str
    note: str = ""
    void_reason: str = ""


# -- words -------------------------------------------------------------------------------------------------------------------------------


def reads_words(work: Work, client_id: str | None, *people: str | None) -> bool:
    """Whether the user reads all words of a case: the manager, ``people`` (who reported or handles it), the auditor when it is nobody's."""
    if work.reach("grievances.manage") is not None or work.user.id in people:
        return True
    return client_id is None and work.reach("registers.read") is not None


def may_read(work: Work, subject: str, client_id: str | None, *people: str | None) -> bool:
    """The same for a case by its subject: who handles or registered it reads it too; what names people is never the auditor's."""
    table, record_id = parts_of(subject)
    if table not in PRIVATE:
        return reads_words(work, client_id, *people)
    found = work.store.find_one(PRIVATE[table], id=record_id)
    handlers = () if found is None else (found.owner_id, found.created_by)
    return reads_words(work, client_id or subject, *people, *handlers)


def texts(work: Work, subject: str, *, whole: bool) -> dict[str, str]:
    """The words of a case by code; ``whole`` False: only those without names."""
    found = {row.code: row.text for row in work.store.find(CaseText, subject=subject)}
    return found if whole else {code: text for code, text in found.items() if code in NAMELESS}


def keep_texts(work: Work, subject: str, client_id: str | None, told: Mapping[str, str]) -> None:
    """Write words of a case: what was told replaces what stood, an empty one takes it away. Raises ``UserError`` with the code as field."""
    stored = {row.code: row for row in work.store.find(CaseText, subject=subject)}
    for code, given in told.items():
        TEXT_NAMES[code]  # an unknown code is our bug
        text, row = fitting(code, given.strip(), LONGEST_TEXT), stored.get(code)
        if row is None and text:
            work.store.add(CaseText(client_id=client_id, subject=subject, code=code, text=text))
        elif row is not None and not text:
            work.store.remove(row)
        elif row is not None and text != row.text:
            work.store.change(row, text=text)


def nameless(work: Work, field: str, text: str, client_id: str | None) -> str:
    """A summary as it is kept. Raises ``UserError`` when it is missing, too long, or says the client's name."""
    said = one_line(field, text, LONGEST_SUMMARY)
    if not said:
        raise UserError(field, _("Say in a few words what it is about."))
    client = work.store.find_one(Client, id=client_id) if client_id else None
    names = () if client is None else (client.surname, client.first_name, client.partner_surname)
    if any(len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", said) for name in names):
        raise UserError(field, _("Leave the name out: this line outlives the client's file, and the auditor reads it."))
    return said


def need_text(told: Mapping[str, str], code: str) -> None:
    """Raise ``UserError`` when a text is missing."""
    if not told.get(code, "").strip():
        raise UserError(code, _("Write this down: {what}.").format(what=_(TEXT_NAMES[code]).lower()))


# -- files -------------------------------------------------------------------------------------------------------------------------------


def files(work: Work, subject: str) -> tuple[CaseFileRow, ...]:
    """The files of a case, the newest first, without content."""
    names = names_by_id(work.store)
    return tuple(
        CaseFileRow(
            id=row.id, name=row.name, kind=row.kind, size=row.size, added_at=row.created_at, added_by=names.get(row.created_by, ""),
            note=row.note, void_reason=row.void_reason,
        ) for row in query.files(work.store, subject)
    )  # fmt: skip


def add_file(
    work: Work, subject: str, client_id: str | None, name: str, content: bytes, note: str = "", file_id: str = ""
) -> CaseFileRow:  # fmt: skip
    """Keep a file with a case. Raises ``UserError`` for an empty one, one that is too large and one of another kind."""
    kind = kept_kind(content)
    made = work.store.add(CaseFile(
        id=file_id, client_id=client_id, subject=subject, name=safe_name(name, kind), kind=kind, size=len(content),
        sha256=sha256(content).hexdigest(), content=content, note=one_line("note", note, LONGEST_NOTE),
    ))  # fmt: skip
    return CaseFileRow(
        id=made.id, name=made.name, kind=made.kind, size=made.size, added_at=made.created_at, added_by=work.user.display_name,
        note=made.note,
    )  # fmt: skip


@use_case("quality.use", writes=False)
def open_case_file(work: Work, file_id: str) -> CaseFile:
    """A file of a case with its content, which must still have its fingerprint. For who keeps the registers, or added it; logged."""
    found = work.store.get(CaseFile, file_id)
    if not may_read(work, found.subject, found.client_id, found.created_by):
        raise NotAllowed(_("Only the manager and who added this file may open it."), right="registers.read")
    return given_file(work, found)


def given_file(work: Work, found: CaseFile) -> CaseFile:
    """A file whose reader was checked: logged, and only when it still has its fingerprint."""
    work.seen("case_file", found.id, found.client_id)
    check_unchanged(found.content, found.sha256)
    return found


@use_case("quality.manage")
def void_case_file(work: Work, file_id: str, reason: str) -> None:
    """Say that a file does not count. It stays, readable and marked so."""
    found = work.store.get(CaseFile, file_id)
    text = one_line("reason", reason, LONGEST_NOTE)
    if not text:
        raise UserError("reason", _("Write down why; a few words will do."))
    if found.voided_at is not None:
        raise Conflict(_("This document was declared void already."))
    work.store.change(found, voided_at=work.now(), void_reason=text)


# -- actions -----------------------------------------------------------------------------------------------------------------------------


def actions(work: Work, subject: str) -> tuple[Task, ...]:
    """The tasks that came from a case, the first due first."""
    columns = table_of(Task).c
    return tuple(work.store.find(Task, order=[columns.due_on, columns.id], source=subject))


def add_action(work: Work, subject: str, title: str, owner_id: str | None, due_on: date) -> Task:
    """A task for whoever must do something about a case; its words name no client. It stands among everybody's tasks too."""
    text = one_line("title", title, LONGEST_TITLE)
    if not text:
        raise UserError("title", _("Write down what is to be done."))
    if due_on < work.today():
        raise UserError("due_on", _("Choose a day from today up to three years ahead."))
    if owner_id is not None:
        work.store.get(User, owner_id)
    return work.store.add(Task(side=TaskSide.CLINIC, title=text, due_on=due_on, owner_id=owner_id, care=False, source=subject))


# -- what it came from -------------------------------------------------------------------------------------------------------------------

SOURCES: Final = (
    "client", "appointment", "consult_note", "advice_request", "log", "grievance", "incident", "deviation", "audit_finding", "risk",
    "supplier", "objective", "management_review", "satisfaction_answer",
)  # fmt: skip
"""What a case may come from: a table, or ``log:SEQ``."""


def checked_source(source: str) -> str:
    """A source as it is stored. Raises ``UserError`` for one of another kind."""
    if source and parts_of(source)[0] not in SOURCES:
        raise UserError("source", _("This cannot be what it came from. Choose it from the list."))
    return source


def next_no(work: Work, letters: str, counter: str) -> str:
    """The next number of a register, such as ``I-00007``; never handed out twice."""
    return f"{letters}-{work.store.next_number(counter):05}"


def known_owner(work: Work, owner_id: str | None) -> str | None:
    """Somebody who works here. Raises ``UserError``."""
    if owner_id is None:
        return None
    owner = work.store.get(User, owner_id)
    if not owner.is_active:
        raise UserError("owner_id", _("{name} does not work here any more. Choose somebody else.").format(name=owner.display_name))
    return owner.id
