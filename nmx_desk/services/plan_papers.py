"""A plan on paper: the one in force, for the client; one that is not signed, to talk about together and marked as a draft."""

from __future__ import annotations

from dataclasses import replace

from nmx_desk.data import log as log_data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.plan_rules import OPEN
from nmx_desk.domain.plans import PlanVersion
from nmx_desk.i18n import _
from nmx_desk.reports.records import PrintContext
from nmx_desk.services import plans
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_prints import draft_plan
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.report_base import Wanted, client_of, print_context, print_progress

NUMBER = "B3"


def plan_in_force(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    """The plan in force as PDF, in the client's own language; the plan that is printed is what gets logged."""
    from nmx_desk.reports.plan import plan_report

    client = client_of(wanted)
    language = known_language(wanted.spoken or client.language)
    plan = plans.final_plan(work, client.id, language=language)
    before = log_data.lines(work.store, log_data.LogFilter(obj_id=plan.version.id, codes=("PRINT",), limit=1))
    return plan_report(replace(ctx, language=language), replace(plan, copy=bool(before)), progress=print_progress(work))


@use_case("plans.read", writes=False, aside=True)
def draft_paper(work: Work, version_id: str, spoken: str = "") -> bytes:
    """A draft or discussed version as PDF, in the client's language unless another is asked for; logged as printed."""
    from nmx_desk.reports.plan import plan_report

    version = work.store.get(PlanVersion, version_id)
    if version.status not in OPEN:
        raise Conflict(_("This version was signed. Print it as the client's plan."))
    client = work.store.get(Client, version.client_id)
    language = known_language(spoken or client.language)
    work.seen("plan", version.plan_id, client.id, code="PRINT")  # not the version: the first print of what is signed is no copy
    shown = draft_plan(work, client, version, language)
    ctx = replace(print_context(work, NUMBER), language=language)
    return plan_report(ctx, shown, progress=print_progress(work))
