"""What should have been done, of all there is, in one list: care and desk, quality registers, privacy requests (DOMAIN §3 Manager)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nmx_desk.data import plans as plan_data
from nmx_desk.data import tasks as task_data
from nmx_desk.data import today as data
from nmx_desk.data.store import table_of
from nmx_desk.data.tasks import clients_by_id
from nmx_desk.domain.note_states import LONG_UNSIGNED
from nmx_desk.domain.plan_rules import FollowUpState, follow_up_state
from nmx_desk.domain.privacy import PrivacyRequest, PrivacyState
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.quality import due_items
from nmx_desk.services.tasks import late_tasks

WAITING = timedelta(days=2)  # a request nobody called for so long is overdue


@dataclass(frozen=True)
class Overdue:
    """Something that should have been done: ``kind`` is request, note, follow_up, task, privacy or quality.

    ``client``: who it is about, empty for whoever may not know and for what is about nobody. ``who`` has to do it, if anybody.
    ``part``, ``what``: the register of the quality system and which of its deadlines; ``number`` and ``title`` as they stand there.
    ``title`` also of a task, where its words are for this user.
    """

    kind: str
    id: str
    client: str
    since: date
    who: str = ""
    client_id: str | None = None
    part: str = ""
    what: str = ""
    number: str = ""
    title: str = ""


@use_case("reports.figures", writes=False)
def list_overdue(work: Work) -> tuple[Overdue, ...]:
    """The longest overdue first. The look is logged; whoever may not read clients gets no names."""
    return overdue_items(work)


def overdue_items(work: Work) -> tuple[Overdue, ...]:
    """The same for other use cases."""
    found = sorted((one for look in _LOOKS for one in look(work)), key=lambda item: (item.since, item.client, item.number, item.id))
    work.seen("overdue_list", work.today().isoformat(), None)
    if work.reach("clients.read") is None:
        return tuple(replace(item, client="", client_id=None) for item in found)
    return tuple(found)


def _requests(work: Work) -> Iterable[Overdue]:
    """Those that nobody called."""
    for one in data.waiting_since(work.store, work.now() - WAITING):
        yield Overdue("request", one.id, one.name, one.received_at.astimezone(work.zone).date(), client_id=one.client_id)


def _notes(work: Work) -> Iterable[Overdue]:
    """Those unsigned for more than a week."""
    for draft in data.draft_notes(work.store):
        if work.today() - draft.note.care_date > LONG_UNSIGNED:
            yield Overdue("note", draft.note.id, draft.client, draft.note.care_date, draft.author, draft.note.client_id)


def _follow_ups(work: Work) -> Iterable[Overdue]:
    """Contacts past their window."""
    for one in plan_data.planned_contacts(work.store):
        contact = one.follow_up
        if follow_up_state(contact, work.today()) is FollowUpState.OVERDUE:
            yield Overdue("follow_up", contact.id, one.client.name, contact.due_on, one.practitioner, one.client.id)


def _tasks(work: Work) -> Iterable[Overdue]:
    if work.reach("tasks.use") is not None:
        for row in late_tasks(work):
            words = "" if row.hidden else row.task.title
            yield Overdue("task", row.id, row.client, row.task.due_on, row.owner, row.task.client_id, title=words)
        return
    for task in task_data.open_tasks(work.store):
        if task.due_on < work.today():
            yield Overdue("task", task.id, "", task.due_on)


def _quality(work: Work) -> Iterable[Overdue]:
    """Deadlines of the registers. Their titles name nobody."""
    for due in due_items(work):
        if due.late:
            yield Overdue("quality", due.id, "", due.due_on, due.owner, part=due.part, what=due.what, number=due.number, title=due.title)


def _privacy(work: Work) -> Iterable[Overdue]:
    """Requests under the privacy law past their last day."""
    table = table_of(PrivacyRequest)
    late = work.store.find(PrivacyRequest, table.c.state != PrivacyState.CLOSED, table.c.due_on < work.today())
    names = clients_by_id(work.store, {one.client_id for one in late if one.client_id})
    for one in late:
        client = names.get(one.client_id or "")
        yield Overdue("privacy", one.id, client.name if client else "", one.due_on, client_id=one.client_id, number=one.number)


_LOOKS: tuple[Callable[[Work], Iterable[Overdue]], ...] = (_requests, _notes, _follow_ups, _tasks, _quality, _privacy)
