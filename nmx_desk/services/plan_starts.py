"""The day a plan is counted from."""

from __future__ import annotations

from datetime import date

from nmx_desk.data import plans as query
from nmx_desk.domain.plans import Plan
from nmx_desk.services.desk import Work


def plan_start(work: Work, plan: Plan) -> date:
    """First day of the plan, from which its phases and contacts are counted: when its first version was activated, or today."""
    return min((version.valid_from for version in query.versions_of(work.store, plan.id) if version.valid_from), default=work.today())
