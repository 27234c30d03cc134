"""Nonconformities: registered by anybody at work, handled by who keeps the registers (ISO 9001 10.2). Their steps: ``deviation_steps``.

All words of a step are written without names, for the auditor reads them; what happened (``story``) may name somebody when it is about a
client, and is then read by who reported it, who handles it and the manager.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.audits import AuditFinding, AuditKind, QualityAudit
from nmx_desk.domain.cases import LONGEST_SUMMARY, CaseText, parts_of, subject_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.deviations import (
    LATEST,
    NONCONFORMITIES,
    TERM,
    Deviation,
    DeviationStatus,
    Grade,
    Origin,
    deadline,
    stepped_back,
    stepped_on,
)
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.iso import LONGEST_CLAUSE
from nmx_desk.domain.objectives import Objective
from nmx_desk.domain.risks import Risk
from nmx_desk.domain.suppliers import Supplier
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.i18n import _
from nmx_desk.services import case_client, case_parts, cases
from nmx_desk.services.case_parts import CaseParts
from nmx_desk.services.cases import CaseFileRow
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.step_log import last_step
from nmx_desk.services.typed import one_line

TABLE: Final = "deviation"
_TOLD: Final = ("found_on", "origin", "clause", "grade", "summary", "owner_id", "due_on")


@dataclass(frozen=True, kw_only=True)
class DeviationRow:
    """A nonconformity in the list, without words. ``due_on``: the next deadline; ``waiting``: actions still open of ``actions``."""

    deviation: Deviation
    owner: str = ""
    due_on: date | None = None
    late: bool = False
    actions: int = 0
    waiting: int = 0

    @property
    def id(self) -> str:
        """Id of the nonconformity."""
        return self.deviation.id


@dataclass(frozen=True, kw_only=True)
class DeviationList:
    """The register with the day it is looked at, and who can be given a case (id, name)."""

    rows: tuple[DeviationRow, ...]
    people: tuple[tuple[str, str], ...]
    today: date


@dataclass(frozen=True, kw_only=True)
class DeviationSheet:
    """One with its words, actions and files. ``client``: a name, for who may read all of it; ``doer`` and ``tester`` are names.

    ``may_undo``: its last step was one's own, today; ``others``: who may test its effect when one carried it out oneself.
    """

    deviation: Deviation
    parts: CaseParts
    words: Mapping[str, str]
    client: str = ""
    owner: str = ""
    doer: str = ""
    tester: str = ""
    whole: bool = True
    may_undo: bool = False


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use", writes=False)
def list_deviations(work: Work) -> DeviationList:
    """The register, what is open and longest due first; of who does not read registers only what is one's own. The look is logged."""
    if work.reach("registers.read") is None:
        work.need("grievances.create")
    work.seen("deviation_list", work.today().isoformat(), None)
    return DeviationList(rows=tuple(deviation_rows(work)), people=case_parts.people(work), today=work.today())


def deviation_rows(work: Work) -> list[DeviationRow]:
    """What the user sees of the register; the caller logs the look."""
    names, today = names_by_id(work.store), work.today()
    tasks: dict[str, list[Task]] = {}
    for task in work.store.find(Task, table_of(Task).c.source.like(f"{TABLE}:%")):
        tasks.setdefault(parts_of(task.source)[1], []).append(task)
    rows = []
    for one in work.store.find(Deviation):
        if not _may_look(work, one):
            continue
        due_on, its = deadline(one), tasks.get(one.id, [])
        rows.append(DeviationRow(
            deviation=_shown(work, one), owner=names.get(one.owner_id or "", ""), due_on=due_on, late=due_on is not None and due_on < today,
            actions=len(its), waiting=sum(task.status is TaskStatus.OPEN for task in its),
        ))  # fmt: skip
    return sorted(rows, key=lambda row: (row.deviation.status is DeviationStatus.CLOSED, row.due_on or date.max, row.deviation.number))


@use_case("quality.use", writes=False)
def open_deviation(work: Work, deviation_id: str) -> DeviationSheet:
    """One of the register. Who may not know whom it is about reads what is written without names. The look is logged."""
    one = work.store.get(Deviation, deviation_id)
    if not _may_look(work, one):
        raise NotAllowed(_("Only who reported or handles this, and who reads the registers, may open it."), right="registers.read")
    work.seen(TABLE, one.id, one.client_id)
    names = names_by_id(work.store)
    whole, subject = _reads_all(work, one), subject_of(TABLE, one.id)
    client = work.store.find_one(Client, id=one.client_id) if one.client_id and whole else None
    return DeviationSheet(
        deviation=_shown(work, one), parts=case_parts.parts(work, subject, one.source, whole=whole),
        words=cases.texts(work, subject, whole=whole), client=client.name if client else "", owner=names.get(one.owner_id or "", ""),
        doer=names.get(one.done_by or "", ""), tester=names.get(one.tested_by or "", ""), whole=whole, may_undo=may_undo(work, one),
    )  # fmt: skip


def _may_look(work: Work, one: Deviation) -> bool:
    return work.reach("registers.read") is not None or work.user.id in {one.created_by, one.owner_id}


def _reads_all(work: Work, one: Deviation) -> bool:
    return cases.reads_words(work, one.client_id, one.created_by, one.owner_id)


def _shown(work: Work, one: Deviation) -> Deviation:
    return one if _reads_all(work, one) else replace(one, client_id=None, client_no="", source="")


def may_undo(work: Work, one: Deviation) -> bool:
    """Whether the user took its last step, today: what others did, closing above all, is not taken back."""
    if work.reach("quality.manage") is None or stepped_back(one) is None:
        return False
    step = last_step(work, one.id)
    return step is not None and step.user_id == work.user.id and step.day == work.today()


# -- registering -------------------------------------------------------------------------------------------------------------------------

_ORIGINS: Final = {
    "grievance": Origin.GRIEVANCE, "incident": Origin.INCIDENT, "supplier": Origin.SUPPLIER, "objective": Origin.FIGURES,
    "management_review": Origin.REVIEW, "log": Origin.LOG,
}  # fmt: skip
_CASES: Final[dict[str, type[Any]]] = {
    "grievance": Grievance, "incident": Incident, "risk": Risk, "supplier": Supplier, "objective": Objective,
}  # fmt: skip


@use_case("quality.use", writes=False)
def draft_deviation(work: Work, source: str = "") -> Deviation:
    """A nonconformity as it would be registered for what it came from, filled in as far as that says; nothing is kept."""
    need_register(work)
    table, record_id = parts_of(cases.checked_source(source))
    today = work.today()
    mine = work.user.id if work.reach("quality.manage") is not None else None
    made = Deviation(found_on=today, due_on=today + TERM, source=source, owner_id=mine, origin=_ORIGINS.get(table, Origin.WORK))
    if table == "audit_finding":
        return replace(made, **_of_finding(work, work.store.get(AuditFinding, record_id)))
    found = work.store.find_one(_CASES[table], id=record_id) if table in _CASES else None
    if found is None:
        return made
    client: dict[str, Any] = {"client_id": getattr(found, "client_id", None), "client_no": getattr(found, "client_no", "")}
    words = next((getattr(found, name) for name in ("summary", "title", "name") if getattr(found, name, "")), "")
    return replace(made, summary=words[:LONGEST_SUMMARY], clause=getattr(found, "clause", ""), **client)


def _of_finding(work: Work, finding: AuditFinding) -> dict[str, Any]:
    audit = work.store.get(QualityAudit, finding.audit_id)
    outside = audit.kind in {AuditKind.EXTERNAL, AuditKind.PRACTICE}
    return {
        "origin": Origin.EXTERNAL_AUDIT if outside else Origin.SUPPLIER if audit.kind is AuditKind.SUPPLIER else Origin.INTERNAL_AUDIT,
        "found_on": audit.held_on or work.today(), "clause": finding.clause, "summary": finding.text[:LONGEST_SUMMARY],
        "grade": finding.grade if finding.grade in NONCONFORMITIES else Grade.OBSERVATION,
    }  # fmt: skip


def need_register(work: Work) -> None:
    """Raise ``NotAllowed`` unless the user may register a case: at work in the clinic, or who keeps the registers."""
    if work.reach("quality.manage") is None:
        work.need("grievances.create")


@use_case("quality.use")
def register_deviation(work: Work, told: Deviation, story: str = "") -> Deviation:
    """Write a nonconformity down, with a summary without names; ``story``: what happened. A finding then names it."""
    need_register(work)
    blank = Deviation(
        number=cases.next_no(work, "A", "deviation_no"), source=cases.checked_source(told.source), client_id=told.client_id,
        client_no=work.store.get(Client, told.client_id).client_no if told.client_id else "",
    )  # fmt: skip
    mine = work.user.id if work.reach("quality.manage") is not None else None
    made = work.store.add(_tidy(work, blank, replace(told, owner_id=told.owner_id or mine)))
    cases.keep_texts(work, subject_of(TABLE, made.id), made.client_id, {"story": story})
    table, record_id = parts_of(made.source)
    finding = work.store.get(AuditFinding, record_id) if table == "audit_finding" else None
    if finding is not None:
        if finding.deviation_id is not None:
            raise Conflict(_("A nonconformity was made of this finding already."))
        work.store.change(finding, deviation_id=made.id)
    return made


@use_case("quality.manage")
def change_deviation(work: Work, told: Deviation, words: Mapping[str, str] | None = None, client_why: str = "") -> Deviation:
    """Another summary, grade, clause, owner or term while it is not closed, with a reason another client; ``words`` are mended."""
    kept = open_one(work, told.id)
    subject = subject_of(TABLE, kept.id)
    if not set(words or {}) <= {row.code for row in work.store.find(CaseText, subject=subject)}:
        raise Conflict(_("These words belong to a step that was not taken yet."))
    for code in words or {}:
        if code != "story" and (not code.startswith("why") or code == "why1"):
            cases.need_text(words or {}, code)
    cases.keep_texts(work, subject, kept.client_id, words or {})
    about = case_client.about(work, kept, told.client_id, client_why)
    wanted = _tidy(work, replace(about, version=told.version), told)
    return kept if wanted == kept else work.store.change(wanted)


def open_one(work: Work, deviation_id: str) -> Deviation:
    """One that is not closed. Raises ``Conflict``."""
    one = work.store.get(Deviation, deviation_id)
    if one.status is DeviationStatus.CLOSED:
        raise Conflict(_("This nonconformity is closed. Register a new one if it came back."))
    return one


def _tidy(work: Work, kept: Deviation, told: Deviation) -> Deviation:
    """It as it is stored. Raises ``UserError``."""
    summary = one_line("summary", told.summary, LONGEST_SUMMARY)
    if not summary:
        raise UserError("summary", _("Write in a few words what is not as it should be."))
    if told.found_on > work.today():
        raise UserError("found_on", _("This day is still to come. Choose today or a day before."))
    if kept.id and stepped_on(kept) is not None and told.found_on > (kept.corrected_on or told.found_on):
        raise UserError("found_on", _("This lies after its correction. Choose another day."))
    due_on = told.due_on or told.found_on + TERM
    check_term(work, "due_on", told.found_on, due_on)
    values: dict[str, Any] = {name: getattr(told, name) for name in _TOLD} | {
        "summary": summary, "due_on": due_on, "origin": Origin(told.origin), "grade": Grade(told.grade),
        "clause": one_line("clause", told.clause, LONGEST_CLAUSE),
        "owner_id": cases.known_owner(work, told.owner_id) if told.owner_id != kept.owner_id else kept.owner_id,
    }  # fmt: skip
    return replace(kept, **values)


def check_term(work: Work, field: str, first: date, day: date) -> None:
    """Raise ``UserError`` for a term that ends before it begins, or years ahead."""
    if not first <= day <= work.today() + LATEST:
        raise UserError(field, _("Choose a day that comes after, at most three years ahead."))


@use_case("quality.use")
def add_deviation_file(work: Work, deviation_id: str, name: str, content: bytes) -> CaseFileRow:
    """A file that belongs to it: of who reported or handles it, and who keeps the registers."""
    one = work.store.get(Deviation, deviation_id)
    if work.reach("quality.manage") is None and work.user.id not in {one.created_by, one.owner_id}:
        raise NotAllowed(_("Only the manager and who reported or handles this may add a file."), right="quality.manage")
    return cases.add_file(work, subject_of(TABLE, one.id), one.client_id, name, content)
