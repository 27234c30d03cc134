"""Queries about tasks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.tasks import Task, TaskStatus

_task, _client, _user = table_of(Task), table_of(Client), table_of(User)
MOST_DONE = 500


def open_tasks(store: Store) -> list[Task]:
    """Everybody's open tasks, the first due first."""
    return store.find(Task, status=TaskStatus.OPEN, order=[_task.c.due_on, _task.c.created_at, _task.c.id])


def done_since(store: Store, moment: datetime) -> list[Task]:
    """What was done or lapsed since a moment, the last first; a task that lapsed has a moment too."""
    return store.find(Task, _task.c.done_at >= moment, order=[_task.c.done_at.desc(), _task.c.id], limit=MOST_DONE)


def tasks_of(store: Store, client_id: str) -> list[Task]:
    """A client's tasks of every status: the open ones by day, then what was done, the last first."""
    found = store.find(Task, client_id=client_id, order=[_task.c.due_on, _task.c.created_at, _task.c.id])
    over = [one for one in found if one.status is not TaskStatus.OPEN]
    return [one for one in found if one.status is TaskStatus.OPEN] + sorted(over, key=lambda one: str(one.done_at), reverse=True)


def from_source(store: Store, source: str) -> list[Task]:
    """Open tasks that came from something (``table:id``)."""
    return store.find(Task, source=source, status=TaskStatus.OPEN)


def clients_by_id(store: Store, ids: Collection[str]) -> dict[str, Client]:
    """These clients."""
    return {one.id: one for one in store.find(Client, _client.c.id.in_(ids))}


def next_visits(store: Store, ids: Collection[str], after: datetime) -> dict[str, datetime]:
    """The next appointment that stands of each of these clients who has one."""
    table = table_of(Appointment)
    asked = (
        sa.select(table.c.client_id, sa.func.min(table.c.starts_at, type_=table.c.starts_at.type))
        .where(table.c.client_id.in_(ids), table.c.starts_at > after, table.c.status == AppointmentStatus.CONFIRMED)
        .group_by(table.c.client_id)
    )
    return {row[0]: row[1] for row in store.connection.execute(asked)}


def users_by_id(store: Store) -> dict[str, User]:
    """Everybody who works or worked here."""
    return {one.id: one for one in store.find(User)}


def roles_held(store: Store) -> list[tuple[str, Role]]:
    """Who has which role, as (user, role)."""
    return [(one.user_id, one.role) for one in store.find(UserRole)]
