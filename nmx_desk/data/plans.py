"""Queries about plans and follow-up contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import LIVE_STATES, Appointment
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.consults import Answer, RedFlagAnswer
from nmx_desk.domain.people import User
from nmx_desk.domain.plan_rules import OPEN, Content
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, Plan, PlanGoal, PlanItem, PlanPhase, PlanStatus, PlanVersion

_plan, _version, _phase, _item = (table_of(kind) for kind in (Plan, PlanVersion, PlanPhase, PlanItem))
_goal = table_of(PlanGoal)
_follow_up, _client, _user, _appointment = (table_of(kind) for kind in (FollowUp, Client, User, Appointment))
_LIVING = (PlanStatus.ACTIVE, PlanStatus.DISCUSSED, PlanStatus.DRAFT)
_SPECIAL = "special"


def plans_of(store: Store, client_id: str) -> list[Plan]:
    """A client's plans: the one that lives first (there is at most one), then the ended ones, the last first."""
    found = store.find(Plan, order=[_plan.c.created_at.desc()], client_id=client_id)
    return sorted(found, key=lambda plan: plan.status not in _LIVING)


def versions_of(store: Store, plan_id: str) -> list[PlanVersion]:
    """Versions of a plan, the newest first."""
    return store.find(PlanVersion, order=[_version.c.number.desc()], plan_id=plan_id)


def open_version(store: Store, plan_id: str) -> PlanVersion | None:
    """The version that is being written or was discussed, not yet activated."""
    found = store.find(PlanVersion, _version.c.status.in_(list(OPEN)), plan_id=plan_id)
    return found[0] if found else None


def content_of(store: Store, version_id: str) -> Content:
    """Phases, items and goals of a version, in order."""
    phases = store.find(PlanPhase, order=[_phase.c.position, _phase.c.id], version_id=version_id)
    statement = (
        sa.select(_item)
        .join(_phase, _phase.c.id == _item.c.phase_id)
        .where(_phase.c.version_id == version_id)
        .order_by(_phase.c.position, _item.c.position, _item.c.id)
    )
    goals = store.find(PlanGoal, order=[_goal.c.position, _goal.c.id], version_id=version_id)
    return Content(phases=tuple(phases), items=tuple(store.read(PlanItem, statement)), goals=tuple(goals))


def special_situation(store: Store, client_id: str) -> bool:
    """Whether the client last said Yes to the red-flag question about pregnancy and other special situations."""
    table = table_of(RedFlagAnswer)
    found = store.find(RedFlagAnswer, order=[table.c.created_at.desc()], limit=1, client_id=client_id, code=_SPECIAL)
    return bool(found) and found[0].answer is Answer.YES


def follow_ups_of(store: Store, plan_id: str) -> list[FollowUp]:
    """Contacts of a plan, the first due first."""
    return store.find(FollowUp, order=[_follow_up.c.due_on, _follow_up.c.created_at], plan_id=plan_id)


@dataclass(frozen=True)
class Contact:
    """A contact with whom it is for; ``booked_at`` when it has a live appointment."""

    follow_up: FollowUp
    client: Client
    practitioner: str
    booked_at: datetime | None


@cache
def _contacts() -> sa.Select[Any]:
    """Contacts with client, practitioner and what their appointment was moved to: another row of the same client with the same uid."""
    now = _appointment.alias()
    live = sa.and_(
        now.c.client_id == _follow_up.c.client_id, now.c.uid == _appointment.c.uid, now.c.status.in_(list(LIVE_STATES))
    )  # fmt: skip
    return (
        sa.select(_follow_up, _client, _user.c.display_name, now.c.starts_at)
        .select_from(
            _follow_up.join(_client, _client.c.id == _follow_up.c.client_id)
            .join(_user, _user.c.id == _follow_up.c.practitioner_id)
            .outerjoin(_appointment, _appointment.c.id == _follow_up.c.appointment_id)
            .outerjoin(now, live)
        )
        .order_by(_follow_up.c.due_on, _client.c.surname, _follow_up.c.id)
    )


def contacts(store: Store, *where: sa.ColumnElement[bool]) -> list[Contact]:
    """Contacts with client, practitioner and appointment, the first due first."""
    n, m = len(fields(FollowUp)), len(fields(FollowUp)) + len(fields(Client))
    rows = store.connection.execute(_contacts().where(*where))
    return [Contact(_record(FollowUp, row[:n]), _record(Client, row[n:m]), row[m], row[m + 1]) for row in rows]


def planned_contacts(store: Store) -> list[Contact]:
    """Contacts still to be held, of living clients of the clinic."""
    gone = [ClientStatus.CLOSED, ClientStatus.DECEASED, ClientStatus.DESTROYED]
    return contacts(store, _follow_up.c.status == FollowUpStatus.PLANNED, _client.c.status.not_in(gone), _client.c.deceased_on.is_(None))


def contacts_of_plan(store: Store, plan_id: str) -> list[Contact]:
    """All contacts of a plan."""
    return contacts(store, _follow_up.c.plan_id == plan_id)


def has_live_appointment(store: Store, follow_up: FollowUp) -> bool:
    """Whether a contact has an appointment that was not cancelled, moved or not."""
    return any(contact.booked_at for contact in contacts(store, _follow_up.c.id == follow_up.id))


def _record(kind: Any, row: Sequence[Any]) -> Any:
    return kind(**dict(zip((field.name for field in fields(kind)), row, strict=True)))
