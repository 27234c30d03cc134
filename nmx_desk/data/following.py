"""Queries about what became of a plan's items: adherence, side effects, alarms while it ran."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.consults import RedFlagAnswer, RedFlagCheck, Settled
from nmx_desk.domain.plans import Adherence, FollowUp, FollowUpStatus, Plan, PlanStatus, PlanVersion, SideEffect

_told, _effect, _check = table_of(Adherence), table_of(SideEffect), table_of(RedFlagCheck)
_plan, _version, _contact = table_of(Plan), table_of(PlanVersion), table_of(FollowUp)


def active_plan(store: Store, client_id: str) -> tuple[Plan, PlanVersion] | None:
    """The plan that is in force with its active version."""
    plan = store.find_one(Plan, client_id=client_id, status=PlanStatus.ACTIVE)
    version = store.find_one(PlanVersion, plan_id=plan.id, status=PlanStatus.ACTIVE) if plan else None
    return (plan, version) if plan and version else None


def told_of(store: Store, plan_id: str) -> list[Adherence]:
    """How far items were kept to, oldest first."""
    return store.find(Adherence, plan_id=plan_id, order=[_told.c.told_on, _told.c.item_line])


def told_by_client(store: Store, client_id: str) -> list[Adherence]:
    """Over all plans of a client, oldest first."""
    return store.find(Adherence, client_id=client_id, order=[_told.c.told_on, _told.c.item_line])


def effects_of(store: Store, client_id: str, plan_id: str = "") -> list[SideEffect]:
    """Side effects of a client, or of one plan: the newest first."""
    where = [_effect.c.plan_id == plan_id] if plan_id else []
    return store.find(SideEffect, *where, client_id=client_id, order=[_effect.c.began_on.desc(), _effect.c.created_at.desc()])


def alarms_of(store: Store, client_id: str) -> list[RedFlagCheck]:
    """Checks with a Yes that was told while a plan ran, not settled yet: the newest first."""
    return store.find(RedFlagCheck, client_id=client_id, alarm=True, settled=Settled.OPEN, order=[_check.c.created_at.desc()])


def answers_of(store: Store, check_id: str) -> list[RedFlagAnswer]:
    """The answers of a check."""
    return store.find(RedFlagAnswer, check_id=check_id)


def planned_contact(store: Store, plan_id: str) -> FollowUp | None:
    """The plan's next contact that is still to be held."""
    found = store.find(FollowUp, plan_id=plan_id, status=FollowUpStatus.PLANNED, order=[_contact.c.due_on], limit=1)
    return found[0] if found else None


def contact_of(store: Store, booked: Appointment) -> FollowUp | None:
    """The contact that was booked as this appointment, wherever it was moved since."""
    rows = store.find(Appointment, uid=booked.uid, client_id=booked.client_id) if booked.client_id else []
    found = store.find(FollowUp, _contact.c.appointment_id.in_([row.id for row in rows]), order=[_contact.c.created_at.desc()], limit=1)
    return found[0] if found else None


def appointment_of(store: Store, contact: FollowUp) -> Appointment | None:
    """The appointment of a contact as it stands now."""
    first = store.get(Appointment, contact.appointment_id) if contact.appointment_id else None
    return max(store.find(Appointment, uid=first.uid, client_id=first.client_id), key=lambda row: row.created_at) if first else None


def plan_starts(store: Store, plan_ids: Collection[str]) -> dict[str, date]:
    """First day of each of these plans that was ever activated."""
    asked = (
        sa.select(_version.c.plan_id, sa.func.min(_version.c.valid_from))
        .where(_version.c.plan_id.in_(plan_ids), _version.c.valid_from.is_not(None))
        .group_by(_version.c.plan_id)
    )
    return {plan_id: date.fromisoformat(str(first)) for plan_id, first in store.connection.execute(asked)}
