"""A task that asks for an appointment, booked from where it stands: the recall is done, and the next contact of a plan is dated with it."""

from __future__ import annotations

from dataclasses import dataclass

from nmx_desk.domain.agenda import Appointment, Channel
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.plans import FollowUp, FollowUpStatus
from nmx_desk.domain.tasks import Task
from nmx_desk.i18n import _
from nmx_desk.services import agenda, followups, tasks
from nmx_desk.services.contact_steps import SOURCE, may_be_planned
from nmx_desk.services.desk import Work, use_case


@dataclass(frozen=True, kw_only=True)
class TaskBooked:
    """What was booked, and what became of the task. ``contact``: the plan's contact that it is for, when it came from a plan."""

    appointment: Appointment
    done: tasks.TaskDone
    contact: FollowUp | None = None


@use_case("tasks.use")
def book_task(work: Work, task_id: str, offer: Offer) -> TaskBooked:
    """Book a free moment for the client of a task as a follow-up consult; the task is done, one that comes again has its new day.

    After a missed contact of a plan that goes on the moment is the plan's next contact.
    """
    work.need("agenda.book")
    task = tasks.open_task(work, task_id)
    if task.client_id is None:
        raise UserError("", _("This task is of no client: there is nobody to book for."))
    before = _missed(work, task)
    channel = Channel(before.channel) if before else None
    booked = agenda.book(work, followups.TYPE, offer.practitioner_id, offer.starts_at, client_id=task.client_id, channel=channel)
    contact = None
    if before is not None:
        contact = work.store.add(FollowUp(
            plan_id=before.plan_id, client_id=before.client_id, practitioner_id=before.practitioner_id, window_days=before.window_days,
            due_on=offer.starts_at.astimezone(work.zone).date(), channel=before.channel, appointment_id=booked.id,
        ))  # fmt: skip
    return TaskBooked(appointment=booked, done=tasks.do_task(work, task_id), contact=contact)


def _missed(work: Work, task: Task) -> FollowUp | None:
    """The missed contact that a task came from, while its plan goes on."""
    if not task.source.startswith(SOURCE):
        return None
    found = work.store.get(FollowUp, task.source.removeprefix(SOURCE))
    return found if found.status is FollowUpStatus.MISSED and may_be_planned(work, found) else None


@use_case("tasks.use")
def unbook_task(work: Work, task_id: str, appointment_id: str) -> Task:
    """Take back that a task was booked: the appointment is cancelled, its contact is not needed any more, the task is open again."""
    work.need("agenda.book")
    booked = work.store.get(Appointment, appointment_id)
    if booked.client_id != work.store.get(Task, task_id).client_id:
        raise Conflict(_("There is nothing to take back."))
    agenda.cancel(work, booked.id, "clinic", _("Booked by mistake"))
    for contact in work.store.find(FollowUp, appointment_id=booked.id, status=FollowUpStatus.PLANNED):
        followups.lapse_follow_up(work, contact.id)
    return tasks.undo_task(work, task_id)
