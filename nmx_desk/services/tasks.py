"""Tasks and recalls: by whom, by when, done, handed over, coming again (DOMAIN §1 R24). What is late stays until somebody ends it.

A task that tells of care is read by who may read the client's file, by its owner and by who wrote it. The manager sees of any other that it
is there and late, the reception nothing of it at all: what the reception is to do is written for it, in words it may read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nmx_desk.data import tasks as query
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.consults import RedFlagCheck, Settled
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.people import Role, User
from nmx_desk.domain.rights import Scope
from nmx_desk.domain.tasks import OWNING_ROLES, Repeat, Task, TaskSide, TaskState, TaskStatus, is_mine, next_due, task_state
from nmx_desk.i18n import _
from nmx_desk.services.care_file import read_file, same_client
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.treating import treats
from nmx_desk.services.typed import fitting, one_line

ALARM = "red_flag_check:"
LONGEST_TITLE = 200
LONGEST_NOTE = 2000
LEAST_REASON = 3
FURTHEST = timedelta(days=3 * 366)
DONE_FOR = timedelta(days=30)
_GONE = frozenset({ClientStatus.DECEASED, ClientStatus.CLOSED, ClientStatus.DESTROYED})


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """A task in a list. ``hidden``: its words are not for this reader, and empty here; ``gone``: its client died or left the clinic.

    ``owner``: a name; empty when it waits for a role, or for anybody. ``left``: the owner does not work here any more.
    ``booked_at``: the client's next appointment, of an open task; ``practitioner_id``: the client's.
    """

    task: Task
    client: str = ""
    owner: str = ""
    state: TaskState = TaskState.COMING
    mine: bool = False
    hidden: bool = False
    gone: bool = False
    left: bool = False
    done_by: str = ""
    booked_at: datetime | None = None
    practitioner_id: str | None = None

    @property
    def id(self) -> str:
        """Id of the task."""
        return self.task.id


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody who can be given a task."""

    user_id: str
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True, kw_only=True)
class TaskSheet:
    """Tasks with who can be given one."""

    rows: tuple[TaskRow, ...]
    workers: tuple[Worker, ...]
    today: date


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("tasks.use", writes=False)
def list_tasks(work: Work, *, done: bool = False) -> TaskSheet:
    """Everybody's open tasks as far as the user sees them, the first due first; or what was ended in 30 days. The look is logged."""
    found = query.done_since(work.store, work.now() - DONE_FOR) if done else query.open_tasks(work.store)
    rows = _rows(work, found)
    work.seen("task_list", work.today().isoformat(), None)
    return TaskSheet(rows=tuple(rows), workers=_workers(work), today=work.today())


@use_case("tasks.use", writes=False)
def count_tasks(work: Work) -> int:
    """How many of one's own tasks are due today or late: the number on the rail."""
    return len(waiting_tasks(work))


def waiting_tasks(work: Work) -> tuple[TaskRow, ...]:
    """One's own open tasks that are due today or late; the caller logs the view of the list."""
    if work.reach("tasks.use") is None:
        return ()
    due = [one for one in query.open_tasks(work.store) if one.due_on <= work.today() and is_mine(one, work.user.id, work.roles)]
    return tuple(row for row in _rows(work, due) if not row.hidden)


def late_tasks(work: Work) -> tuple[TaskRow, ...]:
    """Everybody's tasks that are late, the longest first."""
    return tuple(_rows(work, [one for one in query.open_tasks(work.store) if one.due_on < work.today()]))


@use_case("notes.read", writes=False)
def client_tasks(work: Work, client_id: str) -> TaskSheet:
    """A client's tasks of every status. Own clients; others with a reason. The look is logged."""
    client = read_file(work, client_id, "task")
    rows = _rows(work, query.tasks_of(work.store, client.id), opened=True)
    return TaskSheet(rows=tuple(rows), workers=_workers(work), today=work.today())


def _rows(work: Work, found: Iterable[Task], *, opened: bool = False) -> list[TaskRow]:
    tasks = list(found)
    clients = query.clients_by_id(work.store, {one.client_id for one in tasks if one.client_id})
    users = query.users_by_id(work.store)
    coming = query.next_visits(work.store, {one.client_id for one in tasks if one.client_id and one.status is TaskStatus.OPEN}, work.now())
    desk_only = work.reach("notes.read") is None
    rows = []
    for task in tasks:
        client = clients.get(task.client_id or "")
        shown = opened or _may_read(work, task, client)
        if not shown and desk_only:
            continue
        if shown and task.care and not opened:
            work.seen("task", task.id, task.client_id)
        row = _row(work, task if shown else replace(task, title="", note=""), client, users, hidden=not shown)
        rows.append(replace(row, booked_at=coming.get(task.client_id or "") if task.status is TaskStatus.OPEN else None))
    return rows


def _row(work: Work, task: Task, client: Client | None, users: dict[str, User], *, hidden: bool) -> TaskRow:
    owner, closer = users.get(task.owner_id or ""), users.get(task.done_by or "")
    return TaskRow(
        task=task, client=client.name if client else "", owner=owner.display_name if owner else "",
        state=task_state(task, work.today()), mine=is_mine(task, work.user.id, work.roles), hidden=hidden,
        gone=client is not None and (client.status in _GONE or client.deceased_on is not None),
        left=owner is not None and not owner.is_active, done_by=closer.display_name if closer else "",
        practitioner_id=client.practitioner_id if client else None,
    )  # fmt: skip


def _may_read(work: Work, task: Task, client: Client | None) -> bool:
    """Whether its words are for this user."""
    if not task.care:
        return True
    reach = work.reach("notes.read")
    if reach is None:
        return False
    if work.user.id in {task.owner_id, task.created_by}:
        return True
    if reach is Scope.REASON:
        return False
    return client is None or client.practitioner_id is None or treats(work, client)


def _workers(work: Work) -> tuple[Worker, ...]:
    roles: dict[str, set[Role]] = {}
    for user_id, role in query.roles_held(work.store):
        roles.setdefault(user_id, set()).add(role)
    return tuple(
        Worker(user_id=user.id, name=user.display_name, roles=frozenset(held))
        for user in sorted(query.users_by_id(work.store).values(), key=lambda user: user.display_name)
        if user.is_active and (held := roles.get(user.id, set()) & set(OWNING_ROLES))
    )


# -- writing -----------------------------------------------------------------------------------------------------------------------------


@use_case("tasks.use")
def add_task(work: Work, task: Task) -> Task:
    """Write a task down. For the reception its words must be such that the reception may read them."""
    wanted = _checked(work, Task(), task)
    if not work.today() <= wanted.due_on <= work.today() + FURTHEST:
        raise UserError("due_on", _("Choose a day from today up to three years ahead."))
    return work.store.add(wanted)


@use_case("tasks.use")
def change_task(work: Work, task: Task) -> Task:
    """Change an open task: its words, its day, whose it is, how often it comes. Whose file it belongs to stays."""
    kept = _mine_to_change(work, task.id)
    if kept.version != task.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    wanted = _checked(work, kept, replace(task, client_id=kept.client_id))
    if wanted.due_on != kept.due_on and not work.today() <= wanted.due_on <= work.today() + FURTHEST:
        raise UserError("due_on", _("Choose a day from today up to three years ahead."))
    return kept if wanted == kept else work.store.change(wanted)


def _checked(work: Work, kept: Task, told: Task) -> Task:
    """The task as it is to be stored, of what was told."""
    title = one_line("title", told.title, LONGEST_TITLE)
    if not title:
        raise UserError("title", _("Write down what is to be done."))
    if told.role is not None and told.role not in OWNING_ROLES:
        raise UserError("owner", _("Choose somebody from the list."))
    if told.client_id is not None:
        client = work.store.get(Client, told.client_id)
        if not kept.id and (client.status in _GONE or client.deceased_on is not None):
            raise UserError("client_id", _("This client died or left the clinic. Write a task for the clinic instead."))
    wanted = replace(
        kept, client_id=told.client_id, side=TaskSide(told.side), title=title, note=fitting("note", told.note.strip(), LONGEST_NOTE),
        due_on=told.due_on, owner_id=told.owner_id, role=None if told.owner_id else told.role, repeat=Repeat(told.repeat),
        source=kept.source or told.source,
    )  # fmt: skip
    return replace(wanted, care=_is_care(work, kept, wanted))


def _is_care(work: Work, kept: Task, wanted: Task) -> bool:
    """Whether its words may tell of care: of what a practitioner writes for anybody but the reception. Once it is, it stays so."""
    readers = {wanted.role} if wanted.role else set()
    if wanted.owner_id:
        owner = work.store.get(User, wanted.owner_id)
        readers = {role for user_id, role in query.roles_held(work.store) if user_id == owner.id}
        if not owner.is_active or not readers & set(OWNING_ROLES):
            raise UserError("owner", _("{name} cannot be given tasks. Choose somebody else.").format(name=owner.display_name))
    for_desk = Role.RECEPTIONIST in readers and Role.PRACTITIONER not in readers
    if kept.id and kept.care:
        if for_desk:
            raise UserError("owner", _("This task tells of care. Write another one for the reception, in words it may read."))
        return True
    if kept.id:
        return False
    return Role.PRACTITIONER in work.roles and not for_desk


def _mine_to_change(work: Work, task_id: str, *, over: bool = False) -> Task:
    """The task, when the user may read it, or may at least give it to somebody (the manager). ``over``: one that was ended."""
    task = work.store.get(Task, task_id)
    client = work.store.get(Client, task.client_id) if task.client_id else None
    if not _may_read(work, task, client):
        own = client is not None and treats(work, client)
        work.need("notes.read", own=own, client_id=task.client_id or "")
    if (task.status is TaskStatus.OPEN) is over:
        raise Conflict(_("There is nothing to take back.") if over else _("This task was ended meanwhile. Look at the list again."))
    return task


def open_task(work: Work, task_id: str) -> Task:
    """An open task whose words the user may read; raises what :func:`do_task` would."""
    return _mine_to_change(work, task_id)


@dataclass(frozen=True, kw_only=True)
class TaskDone:
    """A task that was done, and the one that comes after it."""

    task: Task
    following: Task | None = None


@use_case("tasks.use")
def do_task(work: Work, task_id: str) -> TaskDone:
    """The task is done; one that comes again is there with its new day."""
    task = _mine_to_change(work, task_id)
    _refuse_alarm(work, task)
    done = work.store.change(task, status=TaskStatus.DONE, done_at=work.now(), done_by=work.user.id)
    day = next_due(task.due_on, task.repeat, work.today())
    if day is None or _is_gone(work, task):
        return TaskDone(task=done)
    again = Task(
        client_id=task.client_id, side=task.side, title=task.title, note=task.note, due_on=day, owner_id=task.owner_id, role=task.role,
        care=task.care, repeat=task.repeat, source=f"task:{task.id}",
    )  # fmt: skip
    return TaskDone(task=done, following=work.store.add(again))


def _refuse_alarm(work: Work, task: Task) -> None:
    """The task of an alarm symptom ends with the alarm: what became of it is written there."""
    check = work.store.find_one(RedFlagCheck, id=task.source.removeprefix(ALARM)) if task.source.startswith(ALARM) else None
    if check is not None and check.alarm and check.settled is Settled.OPEN:
        raise Conflict(_("This task is done when the alarm is settled: say in the client's file what became of it."))


def _is_gone(work: Work, task: Task) -> bool:
    client = work.store.get(Client, task.client_id) if task.client_id else None
    return client is not None and (client.status in _GONE or client.deceased_on is not None)


@use_case("tasks.use")
def lapse_task(work: Work, task_id: str, reason: str) -> Task:
    """The task is not needed any more, and why; it does not come again."""
    task = _mine_to_change(work, task_id)
    _refuse_alarm(work, task)
    if len(reason.strip()) < LEAST_REASON:
        raise UserError("reason", _("Write down why it is not needed."))
    note = fitting("reason", "\n".join(filter(None, (task.note, reason.strip()))), LONGEST_NOTE)
    return work.store.change(task, status=TaskStatus.LAPSED, done_at=work.now(), done_by=work.user.id, note=note)


@use_case("tasks.use")
def undo_task(work: Work, task_id: str) -> Task:
    """Take back that a task was done or lapsed; the one that came after it goes, unless somebody ended or changed that one already."""
    task = _mine_to_change(work, task_id, over=True)
    for later in query.from_source(work.store, f"task:{task.id}"):
        if later.version > 1:
            raise Conflict(_("The task that came after this one was changed already. End that one instead."))
        work.store.remove(later)
    return work.store.change(task, status=TaskStatus.OPEN, done_at=None, done_by=None)


@use_case("tasks.use")
def hand_task(work: Work, task_id: str, owner_id: str | None = None, role: Role | None = None) -> Task:
    """Give a task to somebody, to a role, or to whoever is there. The manager does so without reading it."""
    task = work.store.get(Task, task_id)
    unread = Role.MANAGER in work.roles and task.status is TaskStatus.OPEN
    given = task if unread else _mine_to_change(work, task_id)
    wanted = _checked(work, given, replace(given, owner_id=owner_id, role=role))
    made = given if wanted == given else work.store.change(wanted)
    client = work.store.get(Client, made.client_id) if made.client_id else None
    return made if _may_read(work, made, client) else replace(made, title="", note="")


@use_case("tasks.use")
def move_task(work: Work, task_id: str, due_on: date) -> Task:
    """Date a task anew."""
    task = _mine_to_change(work, task_id)
    if not work.today() <= due_on <= work.today() + FURTHEST:
        raise UserError("due_on", _("Choose a day from today up to three years ahead."))
    return task if task.due_on == due_on else work.store.change(task, due_on=due_on)


# -- what other use cases write ----------------------------------------------------------------------------------------------------------


def put_task(work: Work, task: Task) -> Task:
    """A task that follows from something else; one of the same source that is still open stays the only one."""
    return next(iter(query.from_source(work.store, task.source)), None) or work.store.add(task)


def end_tasks(work: Work, source: str) -> None:
    """What they came from is settled: the tasks of a source are done."""
    for task in query.from_source(work.store, source):
        work.store.change(task, status=TaskStatus.DONE, done_at=work.now(), done_by=work.user.id)


def drop_tasks(work: Work, source: str, client_id: str) -> None:
    """What they came from was taken back: the open tasks of a source go."""
    for task in query.from_source(work.store, source):
        same_client(task, client_id)
        work.store.remove(task)


__all__ = [
    "TaskDone", "TaskRow", "TaskSheet", "Worker", "add_task", "change_task", "client_tasks", "count_tasks", "do_task", "drop_tasks",
    "end_tasks", "hand_task", "lapse_task", "late_tasks", "list_tasks", "move_task", "open_task", "put_task", "undo_task", "waiting_tasks",
]  # fmt: skip
