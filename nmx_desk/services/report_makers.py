"""How each report is made, by its name in ``report_list``. Makers import ``report_base``, never ``reports``."""

from __future__ import annotations

from nmx_desk.reports.records import PrintContext
from nmx_desk.services import (
    capa_prints,
    case_prints,
    certificate,
    client_prints,
    desk_prints,
    figure_prints,
    lifeline_print,
    log_prints,
    paper_prints,
    people_prints,
    plan_papers,
    retention,
    review_prints,
)
from nmx_desk.services.desk import Work
from nmx_desk.services.report_base import Made, Maker, Wanted, client_of, print_progress


def _overview(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    return client_prints.overview(work, ctx, client_of(wanted))


def _progress(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    return client_prints.progress(work, ctx, client_of(wanted))


def _lifeline(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    return lifeline_print.timeline(work, ctx, client_of(wanted))


def _certificate(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:  # noqa: ARG001 (all makers are called alike)
    return certificate.make(work, ctx)[1]


def _review(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    return review_prints.of_period(work, ctx, wanted.first, wanted.last)


def _retention(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    from nmx_desk.reports import retention as prints

    found = retention.for_print(work, wanted.first, wanted.last)
    return prints.table(found) if wanted.as_table else prints.retention(ctx, found, progress=print_progress(work))


MAKERS: dict[str, Maker] = {
    "daylist": desk_prints.daylist,
    "recalls": desk_prints.recalls,
    "overview": _overview,
    "plan": plan_papers.plan_in_force,
    "progress": _progress,
    "lifeline": _lifeline,
    "month": figure_prints.month,
    "funnel": figure_prints.funnel,
    "follow_up": figure_prints.follow,
    "deviations": capa_prints.capa,
    "programme": capa_prints.programme,
    "risks": capa_prints.risk_register,
    "satisfaction": people_prints.satisfaction,
    "competences": people_prints.competences,
    "suppliers": people_prints.suppliers,
    "review": _review,
    "documents": paper_prints.document_list,
    "readings": paper_prints.reading_list,
    "grievances": case_prints.grievance_report,
    "incidents": case_prints.incident_report,
    "seen": log_prints.seen,
    "access": log_prints.access,
    "changes": log_prints.changes,
    "certificate": _certificate,
    "retention": _retention,
}
