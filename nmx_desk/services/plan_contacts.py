"""The dated contacts that follow from the cadence of a plan: told before it is activated, made when it is (DOMAIN §1 R24)."""

from __future__ import annotations

from nmx_desk.data import plans as query
from nmx_desk.domain.plan_cadence import WINDOW, ContactChange, ContactFate, Planned, contact_changes, parse_cadence
from nmx_desk.domain.plan_states import FOLLOW_UP_STEPS, may_step
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, Plan, PlanStatus, PlanVersion
from nmx_desk.services.desk import Work
from nmx_desk.services.plan_starts import plan_start


def contacts_ahead(work: Work, plan: Plan, version: PlanVersion) -> tuple[ContactChange, ...]:
    """What activating a version today does with the plan's contacts."""
    active = work.store.find_one(PlanVersion, plan_id=plan.id, status=PlanStatus.ACTIVE)
    known = [Planned(follow_up=one.follow_up, booked=one.booked_at is not None) for one in query.contacts_of_plan(work.store, plan.id)]
    former = parse_cadence(active.cadence) if active else ()
    return contact_changes(parse_cadence(version.cadence), plan_start(work, plan), work.today(), known, former)


def carry_out(work: Work, plan: Plan, changes: tuple[ContactChange, ...]) -> None:
    """Make, move and let lapse what was told."""
    for change in changes:
        if change.follow_up is None:
            work.store.add(FollowUp(
                plan_id=plan.id, client_id=plan.client_id, practitioner_id=plan.practitioner_id, due_on=change.due_on,
                window_days=WINDOW, week=change.week,
            ))  # fmt: skip
        elif change.fate is ContactFate.MOVED:
            work.store.change(change.follow_up, due_on=change.due_on, week=change.week)
        elif change.fate is ContactFate.LAPSED and may_step(FOLLOW_UP_STEPS, change.follow_up.status, FollowUpStatus.LAPSED):
            work.store.change(change.follow_up, status=FollowUpStatus.LAPSED)
