"""Queries for the course of a client's scores beside the plan."""

from __future__ import annotations

from nmx_desk.data import plans as plan_data
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.plan_rules import Content
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, Plan, PlanVersion

_call, _contact = table_of(AdviceCall), table_of(FollowUp)


def plans_with_versions(store: Store, client_id: str) -> list[tuple[Plan, list[tuple[PlanVersion, Content]]]]:
    """All plans of a client with what each activated version says."""
    return [
        (plan, [(one, plan_data.content_of(store, one.id)) for one in plan_data.versions_of(store, plan.id) if one.activated_at])
        for plan in plan_data.plans_of(store, client_id)
    ]


def calls_of(store: Store, client_id: str) -> list[AdviceCall]:
    """Advice calls with a client, the first first."""
    return store.find(AdviceCall, client_id=client_id, order=[_call.c.started_at])


def held_contacts(store: Store, client_id: str) -> list[FollowUp]:
    """Follow-up contacts that were held, the first first."""
    done = (_contact.c.done_on.is_not(None), _contact.c.status == FollowUpStatus.DONE)
    return store.find(FollowUp, *done, client_id=client_id, order=[_contact.c.done_on])
