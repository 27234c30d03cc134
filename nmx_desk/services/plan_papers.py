"""A plan that is not signed, on paper: to talk about together, and marked as a draft."""

from __future__ import annotations

from dataclasses import replace

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.plan_rules import OPEN
from nmx_desk.domain.plans import PlanVersion
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_prints import draft_plan
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.reports import REPORTS, print_context, print_progress


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
    ctx = replace(print_context(work, REPORTS["plan"].number), language=language)
    return plan_report(ctx, shown, progress=print_progress(work))
