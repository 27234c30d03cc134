"""A contact and its appointment, a recall and what is booked for it: each follows the other, and each step can be taken back."""

from datetime import date, timedelta

import pytest

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, Channel
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.domain.plans import FollowUp, FollowUpStatus
from nmx_desk.domain.tasks import Repeat, Task, TaskStatus
from nmx_desk.services import agenda, followups, plans, task_bookings, tasks
from tests.clinic import once

TODAY = date(2026, 9, 14)
D = timedelta(days=1)


@pytest.fixture
def care(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def plan(care, client):
    made = care.do(plans.create_plan, client.id, "three_phases")
    care.do(plans.discuss, made.plan.id)
    return care.do(plans.activate, made.plan.id).plan


def get(who, record):
    return who.do(once(lambda work: work.store.get(type(record), record.id)))


def offer_of(who, care):
    return who.do(agenda.next_free, "follow_up", practitioner_id=care.user.id)[0]


@pytest.fixture
def booked(clinic, care, desk, plan):
    """A contact with an appointment, and the clock at half an hour after its beginning."""
    made = care.do(followups.plan_follow_up, plan.id, TODAY + 7 * D, Channel.PHONE)
    offer = offer_of(desk, care)
    contact = desk.do(followups.book_follow_up, made.id, offer)
    clinic.clock.moment = offer.starts_at + timedelta(minutes=30)
    return contact


def visit(who, contact):
    return who.do(once(lambda work: work.store.get(Appointment, contact.appointment_id)))


def test_a_contact_is_held_when_its_appointment_is_done_and_back_again(clinic, care, desk, booked):
    desk.do(agenda.complete, booked.appointment_id)
    held = get(care, booked)
    assert (held.status, held.done_on) == (FollowUpStatus.DONE, visit(care, booked).starts_at.date())
    assert booked.id not in [row.id for row in care.do(followups.list_follow_ups)]
    desk.do(agenda.undo_status, booked.appointment_id)
    assert (get(care, booked).status, get(care, booked).done_on) == (FollowUpStatus.PLANNED, None)
    assert clinic.verified().ok


def test_a_no_show_is_a_missed_contact_with_a_recall_and_back_again(clinic, desk, booked):
    desk.do(agenda.mark_no_show, booked.appointment_id)
    assert get(desk, booked).status is FollowUpStatus.MISSED
    assert [row.task.role for row in desk.do(tasks.list_tasks).rows] == [Role.RECEPTIONIST]
    desk.do(agenda.undo_status, booked.appointment_id)
    assert get(desk, booked).status is FollowUpStatus.PLANNED and desk.do(tasks.list_tasks).rows == ()
    assert clinic.verified().ok


def test_the_other_way_round(clinic, care, desk, booked):
    care.do(followups.complete_follow_up, booked.id, note="Gaat beter")
    assert (get(care, booked).note, visit(care, booked).status) == ("Gaat beter", AppointmentStatus.COMPLETED)
    care.do(followups.undo_follow_up, booked.id)
    assert (get(care, booked).status, visit(care, booked).status) == (FollowUpStatus.PLANNED, AppointmentStatus.CONFIRMED)
    desk.do(followups.miss_follow_up, booked.id)
    assert (get(care, booked).status, visit(care, booked).status) == (FollowUpStatus.MISSED, AppointmentStatus.NO_SHOW)
    desk.do(followups.undo_follow_up, booked.id)
    assert (get(care, booked).status, visit(care, booked).status) == (FollowUpStatus.PLANNED, AppointmentStatus.CONFIRMED)
    assert clinic.verified().ok


def test_what_was_told_at_a_contact_stays_when_only_its_appointment_is_taken_back(care, desk, booked):
    care.do(followups.complete_follow_up, booked.id, note="Gaat beter")
    desk.do(agenda.undo_status, booked.appointment_id)
    assert (get(care, booked).status, get(care, booked).note) == (FollowUpStatus.DONE, "Gaat beter")


def test_an_appointment_that_was_moved_is_still_the_contacts(clinic, care, desk, plan):
    made = care.do(followups.plan_follow_up, plan.id, TODAY + 7 * D, Channel.PHONE)
    first, second = desk.do(agenda.next_free, "follow_up", count=2, practitioner_id=care.user.id)
    contact = desk.do(followups.book_follow_up, made.id, first)
    moved = desk.do(agenda.move, contact.appointment_id, second.starts_at, second.practitioner_id)
    clinic.clock.moment = second.starts_at + timedelta(minutes=30)
    desk.do(agenda.complete, moved.id)
    assert get(care, contact).status is FollowUpStatus.DONE


def test_a_contact_that_is_called_early_leaves_its_appointment_alone(clinic, care, desk, booked):
    clinic.clock.moment -= timedelta(minutes=60)
    care.do(followups.complete_follow_up, booked.id)
    assert visit(care, booked).status is AppointmentStatus.CONFIRMED


def test_a_recall_after_a_missed_contact_is_booked_as_the_plans_next_contact(clinic, care, desk, booked):
    desk.do(agenda.mark_no_show, booked.appointment_id)
    (row,) = desk.do(tasks.list_tasks).rows
    offer = offer_of(desk, care)
    made = desk.do(task_bookings.book_task, row.id, offer)
    assert made.done.task.status is TaskStatus.DONE and desk.do(tasks.list_tasks).rows == ()
    contact = next(one for one in desk.do(followups.list_follow_ups) if one.booked_at)
    assert (contact.follow_up.plan_id, contact.booked_at, contact.follow_up.channel) == (booked.plan_id, offer.starts_at, booked.channel)
    desk.do(task_bookings.unbook_task, row.id, made.appointment.id)
    assert get(desk, made.appointment).status is AppointmentStatus.CANCELLED
    assert [one.task.status for one in desk.do(tasks.list_tasks).rows] == [TaskStatus.OPEN]
    assert get(desk, made.contact).status is FollowUpStatus.LAPSED
    assert clinic.verified().ok


def test_a_recurring_recall_comes_again_after_it_was_booked_and_says_that_something_is_booked(clinic, care, desk, client):
    asked = Task(title="Jaarcontrole", client_id=client.id, due_on=TODAY, role=Role.RECEPTIONIST, repeat=Repeat.YEAR)
    made = care.do(tasks.add_task, asked)
    assert [row.booked_at for row in desk.do(tasks.list_tasks).rows] == [None]
    offer = offer_of(desk, care)
    found = desk.do(task_bookings.book_task, made.id, offer)
    assert found.contact is None and found.done.following is not None and found.done.following.due_on == TODAY.replace(year=2027)
    assert [row.booked_at for row in desk.do(tasks.list_tasks).rows] == [offer.starts_at]
    desk.do(task_bookings.unbook_task, made.id, found.appointment.id)
    assert [(row.id, row.booked_at) for row in desk.do(tasks.list_tasks).rows] == [(made.id, None)]
    assert clinic.verified().ok


def test_what_cannot_be_booked(clinic, care, desk, client):
    for_nobody = desk.do(tasks.add_task, Task(title="Toner bestellen", due_on=TODAY))
    of_care = care.do(tasks.add_task, Task(title="Uitslag bespreken", client_id=client.id, due_on=TODAY))
    offer = offer_of(desk, care)
    with pytest.raises(UserError, match="no client"):
        desk.do(task_bookings.book_task, for_nobody.id, offer)
    with pytest.raises(NotAllowed):
        desk.do(task_bookings.book_task, of_care.id, offer)
    made = care.do(task_bookings.book_task, of_care.id, offer)
    with pytest.raises(Conflict):
        care.do(task_bookings.book_task, of_care.id, offer)
    with pytest.raises(Conflict):
        care.do(task_bookings.unbook_task, for_nobody.id, made.appointment.id)
    assert care.do(once(lambda work: work.store.find(FollowUp))) == [] and clinic.verified().ok
