"""Nonconformities, audits and risks on paper and as tables (C6, C13 to C15). Nothing in them names a client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from nmx_desk.data.people import names_by_id
from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.deviations import DEVIATION_STATUS_NAMES, Deviation, DeviationStatus, deadline
from nmx_desk.domain.iso import CLAUSES
from nmx_desk.domain.kpi_quality import terms
from nmx_desk.domain.risks import RiskStatus
from nmx_desk.domain.tasks import TASK_STATUS_NAMES
from nmx_desk.i18n import _
from nmx_desk.reports.records import PrintContext
from nmx_desk.reports.records_capa import (
    AuditLine,
    AuditPrint,
    CapaLine,
    CapaPrint,
    FindingLine,
    ProgrammePrint,
    RiskLine,
    RiskPrint,
)
from nmx_desk.services import audits, case_parts, cases, deviations, risks
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.deviation_steps import WHYS
from nmx_desk.services.report_base import Made, Wanted, print_context, print_progress

NUMBER = "C15"
CYCLE = 3


# -- C6 ----------------------------------------------------------------------------------------------------------------------------------


def capa(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """C6."""
    from nmx_desk.reports import capa as prints

    found = capa_print(work, wanted.first, wanted.last)
    return prints.capa_table(found) if wanted.as_table else prints.capa_report(ctx, found, progress=print_progress(work))


def capa_print(work: Work, first: date, last: date) -> CapaPrint:
    """All that are open today, all that were found in a period, and K17 of it."""
    today, names = work.today(), names_by_id(work.store)
    everything = sorted(work.store.find(Deviation), key=lambda one: (one.found_on, one.number))
    lines = {one.id: _capa_line(work, one, names, today) for one in everything
             if one.status is not DeviationStatus.CLOSED or first <= one.found_on <= last}  # fmt: skip
    waits = [line for line in lines.values() if line.deviation.status is not DeviationStatus.CLOSED]
    return CapaPrint(
        first=first, last=last, today=today, found=tuple(lines[one.id] for one in everything if first <= one.found_on <= last),
        open_now=tuple(sorted(waits, key=lambda line: (line.due_on or date.max, line.deviation.number))),
        closed=sum(one.closed_on is not None and first <= one.closed_on <= last for one in everything),
        in_time=in_time(everything, first, last, today), effective=effective(everything, first, last),
        reopened=sum(one.reopened for one in everything), months=_months(everything, first, last),
    )  # fmt: skip


def in_time(found: Sequence[Deviation], first: date, last: date, today: date) -> tuple[int, int]:
    """K17: of those whose action was due in a period, how many were carried out by then; what can still be in time is left out."""
    told = terms(((one.id, one.done_on, one.due_on) for one in found if one.due_on is not None and first <= one.due_on <= last), today)
    return len(told.kept), len(told.over)


def effective(found: Sequence[Deviation], first: date, last: date) -> tuple[int, int]:
    """K17: of those tested in a period, how many had effect; what was ever reopened had none."""
    tested = [one for one in found if one.tested_on is not None and first <= one.tested_on <= last and one.effective is not None]
    return sum(bool(one.effective) and not one.reopened for one in tested), len(tested)


def _months(found: Sequence[Deviation], first: date, last: date) -> tuple[tuple[date, int, int], ...]:
    made, day = [], first.replace(day=1)
    while day <= last:
        end = day + relativedelta(months=1)
        made.append((day, sum(day <= one.found_on < end for one in found),
                     sum(one.closed_on is not None and day <= one.closed_on < end for one in found)))  # fmt: skip
        day = end
    return tuple(made)


def _capa_line(work: Work, one: Deviation, names: dict[str, str], today: date) -> CapaLine:
    subject, due_on = subject_of(deviations.TABLE, one.id), deadline(one)
    words = cases.texts(work, subject, whole=False)
    return CapaLine(
        deviation=replace(one, client_id=None, client_no="", source=""), owner=names.get(one.owner_id or "", ""), due_on=due_on,
        late=due_on is not None and due_on < today, came_from=case_parts.came_from(work, one.source, whole=False),
        why=tuple(filter(None, (words.get(code, "") for code in WHYS))), actions=_actions(work, subject),
        **{code: words.get(code, "") for code in ("correction", "cause", "similar", "action", "test")},
    )  # fmt: skip


def _actions(work: Work, subject: str) -> tuple[str, ...]:
    """Tasks with their state: "- Make a list (done, 12-10-2026)"."""
    return tuple(
        _("- {task} ({state}, {day})").format(task=one.title, state=_(TASK_STATUS_NAMES[one.status]).lower(), day=f"{one.due_on:%d-%m-%Y}")
        for one in cases.actions(work, subject)
    )


# -- audits ------------------------------------------------------------------------------------------------------------------------------


@use_case("registers.read", writes=False, aside=True)
def print_audit(work: Work, audit_id: str) -> bytes:
    """The report of one audit as PDF. Logged as a print."""
    from nmx_desk.reports.audits import audit_report

    sheet = audits.audit_sheet(work, audit_id)
    work.seen(audits.TABLE, sheet.audit.id, None, code="PRINT")
    findings = tuple(
        FindingLine(
            finding=row.finding, follow_up=_("{number}: {state}").format(
                number=row.deviation.number, state=_(DEVIATION_STATUS_NAMES[row.deviation.status]).lower()) if row.deviation else "",
        ) for row in sheet.findings
    )  # fmt: skip
    files = tuple(one.name for one in sheet.parts.files if not one.void_reason)
    found = AuditPrint(audit=sheet.audit, auditor=sheet.auditor, findings=findings, files=files)
    return audit_report(print_context(work, NUMBER), found, progress=print_progress(work))


def programme(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """C13."""
    from nmx_desk.reports import audits as prints

    found = programme_print(work, wanted.first, wanted.last)
    return prints.programme_table(found) if wanted.as_table else prints.programme_report(ctx, found, progress=print_progress(work))


def programme_print(work: Work, first: date, last: date) -> ProgrammePrint:
    """The audits that are planned or were held in a period, in their order, and the clauses over the years around its end."""
    whole = audits.programme(work)
    rows = [row for row in reversed(whole.rows) if first <= (row.audit.held_on or row.audit.planned_on) <= last]
    years = tuple(range(last.year - CYCLE + 1, last.year + 2))

    def mark(clause: str, year: int) -> str:
        return "held" if year in whole.held[clause] else "planned" if year in whole.planned[clause] else ""

    return ProgrammePrint(
        first=first, last=last, years=years, coverage=tuple((clause, tuple(mark(clause, year) for year in years)) for clause in CLAUSES),
        audits=tuple(
            AuditLine(audit=row.audit, auditor=row.auditor, findings=row.findings, waiting=row.waiting, late=row.late) for row in rows
        ),
    )  # fmt: skip


# -- risks -------------------------------------------------------------------------------------------------------------------------------


def risk_register(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """C14, as it is today."""
    from nmx_desk.reports import audits as prints

    found = risk_print(work)
    return prints.risk_table(found) if wanted.as_table else prints.risk_report(ctx, found, progress=print_progress(work))


def risk_print(work: Work) -> RiskPrint:
    """The register as it is today."""
    lines = [
        RiskLine(risk=replace(row.risk, source=""), owner=row.owner, late=row.late,
                 actions=_actions(work, subject_of(risks.TABLE, row.id))) for row in risks.risk_rows(work)
    ]  # fmt: skip
    live = [line for line in lines if line.risk.status is not RiskStatus.CLOSED]
    return RiskPrint(day=work.today(), rows=tuple(live), closed=tuple(line for line in lines if line.risk.status is RiskStatus.CLOSED))
