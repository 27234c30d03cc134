"""Follow-up contacts at the door: due, overdue, booked, held, missed, taken back; and the rule behind the list as a property."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.agenda import Appointment, Channel
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.plan_rules import FollowUpState, follow_up_state
from nmx_desk.domain.plans import FollowUp, FollowUpStatus
from nmx_desk.services import agenda, followups, plans
from nmx_desk.services.desk import UseCase

TODAY = date(2026, 9, 14)
D = timedelta(days=1)


def once(function, right="requests.change"):
    """A use case of this test only."""
    return UseCase(function, right, writes=True, code="", rescue=False, aside=False)


@pytest.fixture
def behandelaar(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def receptie(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def plan(behandelaar):
    add = once(lambda work: work.store.add(Client(client_no="C-000001", first_name="Sanne", surname="Meer", phone="+31600112233")))
    client = behandelaar.do(add)
    made = behandelaar.do(plans.create_plan, client.id, "three_phases")
    behandelaar.do(plans.save_version, replace(made.version, cadence=""), made.phases, made.items)  # contacts are dated by hand here
    behandelaar.do(plans.discuss, made.plan.id)
    return behandelaar.do(plans.activate, made.plan.id).plan


def date_one(desk, plan, days=28, **kw):
    return desk.do(followups.plan_follow_up, plan.id, TODAY + days * D, **kw)


def test_planning_and_the_three_states(clinic, behandelaar, receptie, plan):
    made = date_one(behandelaar, plan)
    assert (made.status, made.client_id, made.practitioner_id, made.window_days) == (
        FollowUpStatus.PLANNED,
        plan.client_id,
        behandelaar.user.id,
        7,
    )
    for days, state in ((0, "coming"), (20, "coming"), (21, "due"), (28, "due"), (35, "due"), (36, "overdue")):
        clinic.clock.moment = clinic.clock.moment.replace(month=9, day=14) + timedelta(days=days)
        assert [row.id for row in receptie.do(followups.list_follow_ups, state)] == [made.id], days
        others = set(FollowUpState) - {FollowUpState(state)}
        assert all(receptie.do(followups.list_follow_ups, other) == () for other in others)
        assert receptie.do(followups.count_follow_ups) == (state != "coming")
    assert clinic.verified().ok


@pytest.mark.parametrize(("days", "kw"), [(-1, {}), (367, {}), (7, {"window_days": -1}), (7, {"window_days": 61})])
def test_days_that_cannot_be(behandelaar, plan, days, kw):
    with pytest.raises(UserError):
        date_one(behandelaar, plan, days, **kw)


def test_a_contact_can_be_dated_anew(clinic, receptie, behandelaar, plan):
    made = date_one(behandelaar, plan)
    assert receptie.do(followups.move_follow_up, made.id, TODAY + 40 * D, "op reis").due_on == TODAY + 40 * D
    with pytest.raises(UserError):
        receptie.do(followups.move_follow_up, made.id, TODAY - D)
    assert clinic.verified().ok


def test_an_ended_plan_has_no_more_contacts(behandelaar, plan):
    behandelaar.do(plans.complete_plan, plan.id)
    with pytest.raises(Conflict, match="has ended"):
        date_one(behandelaar, plan)


def test_the_list_shows_whom_to_call_and_nothing_of_the_plan(clinic, receptie, behandelaar, plan):
    date_one(behandelaar, plan, 3)
    (row,) = receptie.do(followups.list_follow_ups)
    assert (row.client.name, row.client.phone, row.practitioner, row.booked_at) == (
        "Sanne Meer",
        "+31600112233",
        "Behandelaar A. Demo",
        None,
    )
    assert row.follow_up.note == ""
    with receptie.database.reading() as connection:
        seen = connection.exec_driver_sql("SELECT obj_type FROM audit_log WHERE purpose = 'list_follow_ups'").scalars().all()
    assert seen == ["follow_up_list"]


def test_clients_who_are_gone_are_not_called(receptie, behandelaar, plan):
    date_one(behandelaar, plan, 3)
    receptie.do(once(lambda work: work.store.change(work.store.get(Client, plan.client_id), deceased_on=TODAY)))
    assert receptie.do(followups.list_follow_ups) == ()


def test_booking_makes_a_follow_up_consult(clinic, receptie, behandelaar, plan):
    made = date_one(behandelaar, plan, 7, channel=Channel.VIDEO)
    first, second = receptie.do(agenda.next_free, "follow_up", count=2, practitioner_id=behandelaar.user.id)
    booked = receptie.do(followups.book_follow_up, made.id, first)
    appointment = receptie.do(once(lambda work: work.store.get(Appointment, booked.appointment_id)))
    assert (appointment.type_code, appointment.client_id, appointment.channel) == ("follow_up", plan.client_id, Channel.VIDEO)
    (row,) = receptie.do(followups.list_follow_ups)
    assert row.booked_at == first.starts_at
    with pytest.raises(Conflict, match="appointment already"):
        receptie.do(followups.book_follow_up, made.id, second)
    receptie.do(agenda.cancel, appointment.id, "client", "kan niet")
    assert receptie.do(followups.list_follow_ups)[0].booked_at is None
    assert receptie.do(followups.book_follow_up, made.id, second).appointment_id != appointment.id
    assert clinic.verified().ok


def test_a_moved_appointment_stays_the_contacts(clinic, receptie, behandelaar, plan):
    made = date_one(behandelaar, plan, 7)
    first, second = receptie.do(agenda.next_free, "follow_up", count=2, practitioner_id=behandelaar.user.id)
    booked = receptie.do(followups.book_follow_up, made.id, first)
    receptie.do(agenda.move, booked.appointment_id, second.starts_at, second.practitioner_id)
    assert receptie.do(followups.list_follow_ups)[0].booked_at == second.starts_at
    with pytest.raises(Conflict, match="appointment already"):
        receptie.do(followups.book_follow_up, made.id, first)


def test_a_moment_taken_meanwhile_leaves_nothing(receptie, behandelaar, plan):
    made = date_one(behandelaar, plan, 7)
    (offer,) = receptie.do(agenda.next_free, "follow_up", count=1, practitioner_id=behandelaar.user.id)
    receptie.do(agenda.book, "follow_up", offer.practitioner_id, offer.starts_at, who="Iemand anders")
    with pytest.raises(UserError):
        receptie.do(followups.book_follow_up, made.id, offer)
    assert receptie.do(followups.list_follow_ups)[0].follow_up.appointment_id is None


def test_completing(clinic, behandelaar, plan):
    made = date_one(behandelaar, plan, 7)
    clinic.clock.move(days=7)
    for fields, field in (
        ({"done_on": TODAY + 8 * D}, "done_on"),
        ({"done_on": TODAY - D}, "done_on"),
        ({"adherence": 101}, "adherence"),
        ({"adherence": -1}, "adherence"),
    ):
        with pytest.raises(UserError) as refused:
            behandelaar.do(followups.complete_follow_up, made.id, **fields)
        assert refused.value.field == field
    done = behandelaar.do(followups.complete_follow_up, made.id, TODAY + 6 * D, 0, " Gaat beter ")
    assert (done.status, done.done_on, done.adherence, done.note) == (FollowUpStatus.DONE, TODAY + 6 * D, 0, "Gaat beter")
    assert behandelaar.do(followups.list_follow_ups) == ()
    with pytest.raises(Conflict):
        behandelaar.do(followups.complete_follow_up, made.id)
    back = behandelaar.do(followups.undo_follow_up, made.id)
    assert (back.status, back.done_on, back.adherence, back.note) == (FollowUpStatus.PLANNED, None, None, "")
    assert clinic.verified().ok


def test_missed_not_before_its_time_and_lapsed_at_any_time(clinic, receptie, behandelaar, plan):
    made = date_one(behandelaar, plan, 28)
    with pytest.raises(UserError, match="still to come"):
        receptie.do(followups.miss_follow_up, made.id)
    assert receptie.do(followups.lapse_follow_up, made.id).status is FollowUpStatus.LAPSED
    receptie.do(followups.undo_follow_up, made.id)
    with pytest.raises(Conflict, match="nothing to take back"):
        receptie.do(followups.undo_follow_up, made.id)
    clinic.clock.move(days=36)
    assert receptie.do(followups.miss_follow_up, made.id).status is FollowUpStatus.MISSED
    behandelaar.do(plans.complete_plan, plan.id)
    with pytest.raises(Conflict):
        receptie.do(followups.undo_follow_up, made.id)
    assert clinic.verified().ok


def test_the_manager_looks_and_does_not_touch(clinic, behandelaar, plan):
    made = date_one(behandelaar, plan)
    manager = clinic.as_("manager")
    assert len(manager.do(followups.list_follow_ups)) == 1
    for case, *args in (
        (followups.plan_follow_up, plan.id, TODAY), (followups.complete_follow_up, made.id), (followups.lapse_follow_up, made.id),
        (followups.miss_follow_up, made.id), (followups.move_follow_up, made.id, TODAY),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            manager.do(case, *args)
    assert clinic.verified().ok


@given(st.integers(-100, 100), st.integers(0, 60))
def test_every_day_has_one_state_and_the_window_is_symmetric(days, window):
    state = follow_up_state(FollowUp(due_on=TODAY + days * D, window_days=window), TODAY)
    assert state is (FollowUpState.DUE if abs(days) <= window else FollowUpState.COMING if days > 0 else FollowUpState.OVERDUE)
