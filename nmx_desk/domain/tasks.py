"""What somebody has to do by a day: for the clinic, or for a client (DOMAIN §1 R24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.base import Record
from nmx_desk.domain.people import Role
from nmx_desk.i18n import N_


class TaskStatus(StrEnum):
    """Whether it is done."""

    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"


TASK_STATUS_NAMES = {TaskStatus.OPEN: N_("Open"), TaskStatus.DONE: N_("Carried out"), TaskStatus.LAPSED: N_("Lapsed")}


class TaskSide(StrEnum):
    """Who does it."""

    CLINIC = "clinic"
    CLIENT = "client"


TASK_SIDE_NAMES = {TaskSide.CLINIC: N_("The clinic"), TaskSide.CLIENT: N_("The client")}


class Repeat(StrEnum):
    """After how long the same task comes again."""

    NEVER = ""
    SIX_WEEKS = "6w"
    QUARTER = "3m"
    HALF_YEAR = "6m"
    YEAR = "12m"


REPEAT_NAMES = {
    Repeat.NEVER: N_("Once"),
    Repeat.SIX_WEEKS: N_("Every 6 weeks"),
    Repeat.QUARTER: N_("Every 3 months"),
    Repeat.HALF_YEAR: N_("Every 6 months"),
    Repeat.YEAR: N_("Every year"),
}
_AFTER = {
    Repeat.SIX_WEEKS: relativedelta(weeks=6),
    Repeat.QUARTER: relativedelta(months=3),
    Repeat.HALF_YEAR: relativedelta(months=6),
    Repeat.YEAR: relativedelta(years=1),
}
OWNING_ROLES = (Role.RECEPTIONIST, Role.PRACTITIONER, Role.MANAGER)


@dataclass(frozen=True, kw_only=True)
class Task(Record):
    """Something to do by ``due_on``, by ``owner_id``, else by whoever has ``role``, else by whoever is there.

    ``care``: its words may tell of care, so the reception does not read it. ``source``: what it came from, as ``table:id``.
    """

    client_id: str | None = None
    side: TaskSide = TaskSide.CLINIC
    title: str = ""
    note: str = ""
    due_on: date = date(1970, 1, 1)
    owner_id: str | None = None
    role: Role | None = None
    care: bool = True
    repeat: Repeat = Repeat.NEVER
    status: TaskStatus = TaskStatus.OPEN
    done_at: datetime | None = None
    done_by: str | None = None
    source: str = ""


class TaskState(StrEnum):
    """Where an open task stands today; "overdue" is never stored."""

    OVERDUE = "overdue"
    TODAY = "today"
    COMING = "coming"


TASK_STATE_NAMES = {TaskState.OVERDUE: N_("Overdue"), TaskState.TODAY: N_("Due today"), TaskState.COMING: N_("Coming")}


def task_state(task: Task, today: date) -> TaskState:
    """Overdue from the day after it was due."""
    if task.due_on < today:
        return TaskState.OVERDUE
    return TaskState.TODAY if task.due_on == today else TaskState.COMING


def next_due(due_on: date, repeat: Repeat, done_on: date) -> date | None:
    """When a repeated task comes again: counted from its day, or from the day it was done when that would not lie ahead."""
    if repeat is Repeat.NEVER:
        return None
    planned: date = due_on + _AFTER[repeat]
    late: date = done_on + _AFTER[repeat]
    return planned if planned > done_on else late


def is_mine(task: Task, user_id: str, roles: Iterable[Role]) -> bool:
    """Whether it waits for this user: in person, or by role, or for anybody."""
    if task.owner_id is not None:
        return task.owner_id == user_id
    return task.role is None or task.role in set(roles)
