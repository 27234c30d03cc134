"""The audit programme (ISO 9001 9.2): audits planned by month, held, reported and closed; their findings; which clause was audited when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain import iso
from nmx_desk.domain.audits import AUDIT_STATUS_NAMES, AuditFinding, AuditKind, AuditStatus, QualityAudit, may_step, stepped_back
from nmx_desk.domain.cases import LONGEST_TEXT, subject_of
from nmx_desk.domain.deviations import NONCONFORMITIES, Deviation, Grade
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.objectives import Objective
from nmx_desk.domain.people import Role, UserRole
from nmx_desk.domain.risks import Risk
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import case_parts, cases
from nmx_desk.services.case_parts import CaseParts
from nmx_desk.services.cases import CaseFileRow
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.step_log import last_step
from nmx_desk.services.typed import fitting, one_line

TABLE: Final = "quality_audit"
FURTHEST: Final = timedelta(days=4 * 366)
_TOLD: Final = ("kind", "title", "clauses", "extent", "auditor", "auditor_id", "planned_on")
_SYSTEM: Final = frozenset({"4", "5", "6", "9", "10"})
"""Chapters about the quality system itself, which the manager keeps."""


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """An audit in the programme, with how many findings there are and how many nonconformities wait to be registered as such."""

    audit: QualityAudit
    auditor: str = ""
    findings: int = 0
    waiting: int = 0
    late: bool = False

    @property
    def id(self) -> str:
        """Id of the audit."""
        return self.audit.id


@dataclass(frozen=True, kw_only=True)
class AuditProgramme:
    """All audits, the newest first. ``held`` and ``planned``: by clause the years in which an audit of it was, or is to be."""

    rows: tuple[AuditRow, ...]
    people: tuple[tuple[str, str], ...]
    today: date
    held: dict[str, tuple[int, ...]]
    planned: dict[str, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A finding, and the number of the nonconformity that was made of it with where that stands."""

    finding: AuditFinding
    deviation: Deviation | None = None

    @property
    def id(self) -> str:
        """Id of the finding."""
        return self.finding.id


@dataclass(frozen=True, kw_only=True)
class AuditSheet:
    """One audit. ``own_work``: what the auditor is responsible for within its clauses, in words; who audits does not audit own work."""

    audit: QualityAudit
    parts: CaseParts
    findings: tuple[FindingRow, ...] = ()
    auditor: str = ""
    own_work: tuple[str, ...] = ()
    may_undo: bool = False

    @property
    def waiting(self) -> int:
        """Findings of which a nonconformity is still to be made."""
        return sum(one.finding.grade in NONCONFORMITIES and one.finding.deviation_id is None for one in self.findings)


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("registers.read", writes=False)
def list_audits(work: Work) -> AuditProgramme:
    """The programme of all years with what it covers. The look is logged."""
    work.seen("quality_audit_list", work.today().isoformat(), None)
    return programme(work)


def programme(work: Work) -> AuditProgramme:
    """The same for other use cases, unlogged."""
    names, today = names_by_id(work.store), work.today()
    found: dict[str, list[AuditFinding]] = {}
    for finding in work.store.find(AuditFinding):
        found.setdefault(finding.audit_id, []).append(finding)
    rows = tuple(
        AuditRow(
            audit=one, auditor=names.get(one.auditor_id or "", "") or one.auditor, findings=len(found.get(one.id, ())),
            waiting=sum(finding.grade in NONCONFORMITIES and finding.deviation_id is None for finding in found.get(one.id, ())),
            late=one.status is AuditStatus.PLANNED and one.planned_on < today,
        ) for one in sorted(work.store.find(QualityAudit), key=lambda one: (one.held_on or one.planned_on, one.number), reverse=True)
    )  # fmt: skip
    held, planned = covered_years([row.audit for row in rows])
    return AuditProgramme(rows=rows, people=case_parts.people(work), today=today, held=held, planned=planned)


def covered_years(audits: Sequence[QualityAudit]) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[int, ...]]]:
    """By clause the years in which it was audited, and those in which that is planned; audits of suppliers cover nothing of one's own."""
    held: dict[str, set[int]] = {clause: set() for clause in iso.CLAUSES}
    planned: dict[str, set[int]] = {clause: set() for clause in iso.CLAUSES}
    for one in audits:
        if one.status is AuditStatus.CANCELLED or one.kind is AuditKind.SUPPLIER:
            continue
        for clause in iso.covered(one.clauses):
            (planned if one.held_on is None else held)[clause].add((one.held_on or one.planned_on).year)
    return ({clause: tuple(sorted(years)) for clause, years in held.items()},
            {clause: tuple(sorted(years)) for clause, years in planned.items()})  # fmt: skip


@use_case("registers.read", writes=False)
def open_audit(work: Work, audit_id: str) -> AuditSheet:
    """An audit with its findings and files; also by the id of one of its findings. The look is logged."""
    finding = work.store.find_one(AuditFinding, id=audit_id)
    sheet = audit_sheet(work, finding.audit_id if finding is not None else audit_id)
    work.seen(TABLE, sheet.audit.id, None)
    return sheet


def audit_sheet(work: Work, audit_id: str) -> AuditSheet:
    """The same for other use cases, unlogged."""
    one = work.store.get(QualityAudit, audit_id)
    names = names_by_id(work.store)
    return AuditSheet(
        audit=one, parts=case_parts.parts(work, subject_of(TABLE, one.id)), auditor=names.get(one.auditor_id or "", "") or one.auditor,
        findings=tuple(_finding_row(work, finding) for finding in findings_of(work, one.id)), own_work=own_work(work, one),
        may_undo=may_undo(work, one),
    )  # fmt: skip


def findings_of(work: Work, audit_id: str) -> list[AuditFinding]:
    """In their order."""
    return work.store.find(AuditFinding, audit_id=audit_id, order=[table_of(AuditFinding).c.position])


def _finding_row(work: Work, finding: AuditFinding) -> FindingRow:
    made = work.store.get(Deviation, finding.deviation_id) if finding.deviation_id else None
    return FindingRow(finding=finding, deviation=replace(made, client_id=None, client_no="", source="") if made else None)


def may_undo(work: Work, one: QualityAudit) -> bool:
    """Whether the user took its last step, today; an audit that another closed stays closed."""
    if work.reach("quality.manage") is None or stepped_back(one) is None:
        return False
    step = last_step(work, one.id)
    return step is not None and step.user_id == work.user.id and step.day == work.today()


def own_work(work: Work, one: QualityAudit) -> tuple[str, ...]:
    """What a colleague who audits is responsible for within the clauses: cases, risks, the system itself. Of who is from outside none."""
    clauses = iso.covered(one.clauses)
    if one.auditor_id is None or one.kind is not AuditKind.INTERNAL:
        return ()
    owned: list[Deviation | Risk] = [*work.store.find(Deviation, owner_id=one.auditor_id), *work.store.find(Risk, owner_id=one.auditor_id)]
    mine = [row.number for row in owned if iso.covered(row.clause) & clauses]
    if {"6.2"} & clauses:
        mine += [row.number for row in work.store.find(Objective, owner_id=one.auditor_id)]
    roles = {row.role for row in work.store.find(UserRole, user_id=one.auditor_id)}
    keeps = sorted({clause for clause in clauses if clause.split(".")[0] in _SYSTEM}, key=iso.order) if Role.MANAGER in roles else []
    said = [_("keeps the quality system ({clauses})").format(clauses=", ".join(keeps))] if keeps else []
    return (*said, *sorted(mine))


# -- planning ----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.manage")
def plan_audit(work: Work, told: QualityAudit) -> QualityAudit:
    """Put an audit in the programme."""
    blank = QualityAudit(number=cases.next_no(work, "AU", "quality_audit_no"))
    return work.store.add(_tidy(work, blank, told))


@use_case("quality.manage")
def change_audit(work: Work, told: QualityAudit) -> QualityAudit:
    """Change an audit that is not closed: its day, who audits, what is looked at; what it concluded once it is reported."""
    kept = work.store.get(QualityAudit, told.id)
    if kept.status in {AuditStatus.CLOSED, AuditStatus.CANCELLED}:
        raise Conflict(_("This audit is closed. Plan a new one."))
    wanted = _tidy(work, replace(kept, version=told.version), told)
    if kept.status is AuditStatus.REPORTED:
        wanted = replace(wanted, conclusion=_conclusion(told.conclusion))
    return kept if wanted == kept else work.store.change(wanted)


def _tidy(work: Work, kept: QualityAudit, told: QualityAudit) -> QualityAudit:
    title = one_line("title", told.title, 200)
    if not title:
        raise UserError("title", _("Write down what is audited."))
    clauses = iso.spelled(iso.numbers_in(told.clauses))
    if not clauses and AuditKind(told.kind) in {AuditKind.INTERNAL, AuditKind.EXTERNAL}:
        raise UserError("clauses", _("Choose at least one clause that is looked at."))
    if told.planned_on != kept.planned_on and abs(told.planned_on - work.today()) > FURTHEST:
        raise UserError("planned_on", _("Choose a day within four years."))
    auditor = one_line("auditor", told.auditor, 120)
    if told.auditor_id is None and not auditor:
        raise UserError("auditor", _("Say who audits: a colleague, or the name of somebody from outside."))
    values: dict[str, Any] = {name: getattr(told, name) for name in _TOLD} | {
        "kind": AuditKind(told.kind), "title": title, "clauses": clauses, "auditor": "" if told.auditor_id else auditor,
        "extent": fitting("extent", told.extent.strip(), 1000), "auditor_id": cases.known_owner(work, told.auditor_id),
    }  # fmt: skip
    return replace(kept, **values)


# -- its steps ---------------------------------------------------------------------------------------------------------------------------


def _next(work: Work, audit_id: str, to: AuditStatus, day: date | None) -> tuple[QualityAudit, date]:
    one, on = work.store.get(QualityAudit, audit_id), day or work.today()
    if not may_step(one.status, to):
        raise Conflict(
            _("This audit is at “{now}” and cannot become “{then}”. Look at it again.").format(
                now=_(AUDIT_STATUS_NAMES[one.status]), then=_(AUDIT_STATUS_NAMES[to])
            )
        )
    if on > work.today():
        raise UserError("on", _("This day is still to come. Choose today or a day before."))
    if on < (one.reported_on or one.held_on or on):
        raise UserError("on", _("This lies before the step that came before it. Choose another day."))
    return one, on


@use_case("quality.manage")
def hold_audit(work: Work, audit_id: str, on: date | None = None) -> QualityAudit:
    """It was held; from now on findings are written down."""
    one, day = _next(work, audit_id, AuditStatus.HELD, on)
    return work.store.change(one, status=AuditStatus.HELD, held_on=day)


@use_case("quality.manage")
def report_audit(work: Work, audit_id: str, conclusion: str, on: date | None = None) -> QualityAudit:
    """What it comes to; the findings stand from now on."""
    one, day = _next(work, audit_id, AuditStatus.REPORTED, on)
    return work.store.change(one, status=AuditStatus.REPORTED, reported_on=day, conclusion=_conclusion(conclusion))


def _conclusion(text: str) -> str:
    if not text.strip():
        raise UserError("conclusion", _("Write down what the audit comes to."))
    return fitting("conclusion", text.strip(), LONGEST_TEXT)


@use_case("quality.manage")
def close_audit(work: Work, audit_id: str) -> QualityAudit:
    """Done with it: of every finding that is a nonconformity one was registered."""
    one, day = _next(work, audit_id, AuditStatus.CLOSED, None)
    waiting = sum(row.grade in NONCONFORMITIES and row.deviation_id is None for row in findings_of(work, one.id))
    if waiting:
        text = ngettext("Register {n} finding as a nonconformity first.", "Register {n} findings as nonconformities first.", waiting)
        raise Conflict(text.format(n=waiting))
    return work.store.change(one, status=AuditStatus.CLOSED, closed_on=day)


@use_case("quality.manage")
def cancel_audit(work: Work, audit_id: str, reason: str) -> QualityAudit:
    """It will not be held, and why."""
    one, _day = _next(work, audit_id, AuditStatus.CANCELLED, None)
    text = one_line("reason", reason, 500)
    if not text:
        raise UserError("reason", _("Write down why; a few words will do."))
    return work.store.change(one, status=AuditStatus.CANCELLED, cancel_reason=text)


@use_case("quality.manage")
def undo_audit_step(work: Work, audit_id: str) -> QualityAudit:
    """Take one's own step of today back; the log keeps both."""
    one = work.store.get(QualityAudit, audit_id)
    before = stepped_back(one)
    if before is None:
        raise Conflict(_("There is nothing to take back."))
    if not may_undo(work, one):
        raise Conflict(_("Only who took this step can take it back, on the same day."))
    if before.status is AuditStatus.PLANNED and findings_of(work, one.id):
        raise Conflict(_("Findings were written down. Take those away first."))
    return work.store.change(before)


# -- findings ----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.manage")
def save_finding(work: Work, told: AuditFinding) -> AuditFinding:
    """Write a finding down or change it, until the audit is reported; with the evidence it rests on."""
    kept = work.store.get(AuditFinding, told.id) if told.id else None
    audit = _held(work, kept.audit_id if kept else told.audit_id)
    text, evidence = fitting("text", told.text.strip(), 2000), fitting("evidence", told.evidence.strip(), 2000)
    if not text:
        raise UserError("text", _("Write down what was found."))
    grade = Grade(told.grade)
    if grade in NONCONFORMITIES and not evidence:
        raise UserError("evidence", _("Write down what was seen that shows it."))
    if kept is not None and kept.deviation_id is not None and grade not in NONCONFORMITIES:
        raise Conflict(_("A nonconformity was made of this finding already."))
    values: dict[str, Any] = {
        "grade": grade, "clause": one_line("clause", told.clause, iso.LONGEST_CLAUSE), "text": text, "evidence": evidence,
    }  # fmt: skip
    if kept is not None:
        wanted = replace(kept, version=told.version, **values)
        return kept if wanted == kept else work.store.change(wanted)
    place = max((row.position for row in findings_of(work, audit.id)), default=0) + 1
    return work.store.add(AuditFinding(audit_id=audit.id, position=place, **values))


@use_case("quality.manage")
def remove_finding(work: Work, finding_id: str) -> None:
    """Take a finding away before the audit is reported; not one of which a nonconformity was made."""
    finding = work.store.get(AuditFinding, finding_id)
    _held(work, finding.audit_id)
    if finding.deviation_id is not None:
        raise Conflict(_("A nonconformity was made of this finding already."))
    work.store.remove(finding)


def _held(work: Work, audit_id: str) -> QualityAudit:
    audit = work.store.get(QualityAudit, audit_id)
    if audit.status is not AuditStatus.HELD:
        raise Conflict(_("Findings are written down between holding an audit and reporting it."))
    return audit


@use_case("quality.manage")
def add_audit_file(work: Work, audit_id: str, name: str, content: bytes) -> CaseFileRow:
    """A file that belongs to an audit: its plan, the report of who came from outside."""
    one = work.store.get(QualityAudit, audit_id)
    return cases.add_file(work, subject_of(TABLE, one.id), None, name, content)
