"""A contact of a plan goes the way of its appointment: held when that is done, missed when nobody came (DOMAIN §4 Vervolgcontact)."""

from __future__ import annotations

from nmx_desk.data import following as data
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.people import Role
from nmx_desk.domain.plan_rules import OPEN
from nmx_desk.domain.plan_states import FOLLOW_UP_STEPS, may_step
from nmx_desk.domain.plans import FollowUp, FollowUpStatus, Plan, PlanStatus
from nmx_desk.domain.tasks import Task
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work
from nmx_desk.services.tasks import drop_tasks, put_task

SOURCE = "follow_up:"
_COMES_OF = {AppointmentStatus.COMPLETED: FollowUpStatus.DONE, AppointmentStatus.NO_SHOW: FollowUpStatus.MISSED}


def missed(work: Work, found: FollowUp) -> FollowUp:
    """A contact did not take place: the reception calls to make another."""
    put_task(work, Task(
        client_id=found.client_id, title=_("Call: a follow-up contact was missed, make another appointment"), due_on=work.today(),
        role=Role.RECEPTIONIST, care=False, source=SOURCE + found.id,
    ))  # fmt: skip
    return work.store.change(found, status=FollowUpStatus.MISSED)


def back(work: Work, found: FollowUp) -> FollowUp:
    """A contact is planned again; what was to be done about it goes."""
    drop_tasks(work, SOURCE + found.id, found.client_id)
    return work.store.change(found, status=FollowUpStatus.PLANNED, done_on=None, adherence=None, note="")


def may_be_planned(work: Work, found: FollowUp) -> bool:
    """Whether the plan of a contact goes on."""
    return work.store.get(Plan, found.plan_id).status in OPEN | {PlanStatus.ACTIVE}


def follow_appointment(work: Work, appointment: Appointment, then: AppointmentStatus) -> None:
    """The planned contact of an appointment that is done or to which nobody came."""
    found = data.contact_of(work.store, appointment) if then in _COMES_OF else None
    if found is None or not may_step(FOLLOW_UP_STEPS, found.status, _COMES_OF[then]):
        return
    if then is AppointmentStatus.NO_SHOW:
        missed(work, found)
    else:
        work.store.change(found, status=FollowUpStatus.DONE, done_on=appointment.starts_at.astimezone(work.zone).date())


def follow_back(work: Work, appointment: Appointment) -> None:
    """What became of an appointment is taken back; so is what became of its contact, unless something was told at it."""
    found = data.contact_of(work.store, appointment) if appointment.status in _COMES_OF else None
    if found is None or found.status is not _COMES_OF[appointment.status] or found.adherence is not None or found.note:
        return
    if may_be_planned(work, found):
        back(work, found)
