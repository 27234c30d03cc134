"""How a task is shown: its state, its words, whose it is; and whose it may be, as the values of a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nmx_desk.domain.people import ROLE_NAMES, Role
from nmx_desk.domain.tasks import (
    OWNING_ROLES,
    REPEAT_NAMES,
    TASK_SIDE_NAMES,
    TASK_STATE_NAMES,
    TASK_STATUS_NAMES,
    Task,
    TaskSide,
    TaskState,
    TaskStatus,
)
from nmx_desk.i18n import _
from nmx_desk.services.tasks import TaskRow, Worker
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.theme import Hue

ANYBODY = "anybody"  # a required choice has no empty value
_LOOKS = {
    TaskState.OVERDUE: (Hue.DANGER, "circle-alert"),
    TaskState.TODAY: (Hue.WARN, "bell"),
    TaskState.COMING: (Hue.NEUTRAL, "calendar-clock"),
}


def task_badge(found: TaskRow) -> Badge:
    """Overdue, due today or coming; done or lapsed."""
    if found.task.status is TaskStatus.DONE:
        return Badge(_(TASK_STATUS_NAMES[found.task.status]), Hue.OK, "circle-check")
    if found.task.status is TaskStatus.LAPSED:
        return Badge(_(TASK_STATUS_NAMES[found.task.status]), Hue.NEUTRAL, "ban")
    return Badge(_(TASK_STATE_NAMES[found.state]), *_LOOKS[found.state])


def task_title(found: TaskRow) -> str:
    """What is to be done; of care that is not for this reader only that there is something."""
    return found.task.title if not found.hidden else _("About care; its words are for the practitioner")


def whose(found: TaskRow) -> str:
    """Who does it: a name, a role, or whoever is there; the client when it is the client's."""
    if found.task.side is TaskSide.CLIENT:
        return _(TASK_SIDE_NAMES[TaskSide.CLIENT])
    if found.owner:
        return _("{name} (left)").format(name=found.owner) if found.left else found.owner
    return _(ROLE_NAMES[found.task.role]) if found.task.role else _("Whoever is there")


def booked_words(found: TaskRow, now: datetime) -> str:
    """When the client comes next."""
    return _("appointment {when}").format(when=dates.when(found.booked_at, now, time_always=True)) if found.booked_at else ""


def about_task(found: TaskRow) -> str:
    """The line under its title: how often it comes, its remark."""
    repeat = _(REPEAT_NAMES[found.task.repeat]).lower() if found.task.repeat else ""
    gone = _("the client died or left") if found.gone else ""
    return " · ".join(filter(None, (gone, repeat, " ".join(found.task.note.split()))))


def owner_key(task: Task) -> str:
    """Whose it is, as one value of a list."""
    return f"user:{task.owner_id}" if task.owner_id else f"role:{task.role}" if task.role else ANYBODY


def owner_of(key: str) -> tuple[str | None, Role | None]:
    """User and role of such a value."""
    kind, _sign, value = key.partition(":")
    return (value if kind == "user" else None), (Role(value) if kind == "role" else None)


def owner_options(workers: Sequence[Worker]) -> list[tuple[str, str]]:
    """Everybody who can be given a task: people first, then roles, then whoever is there."""
    people = [(f"user:{one.user_id}", one.name) for one in workers]
    roles = [(f"role:{role}", _("Any {role}").format(role=_(ROLE_NAMES[role]).lower())) for role in OWNING_ROLES]
    return [*people, *roles, (ANYBODY, _("Whoever is there"))]
