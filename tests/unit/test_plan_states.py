"""Plan, Planitem and Vervolgcontact: every pair of states from their tables, through the door of a real encrypted clinic (DOMAIN §4)."""

from datetime import date, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.plan_states import (
    FOLLOW_UP_BACK,
    FOLLOW_UP_STEPS,
    ITEM_BACK,
    ITEM_STEPS,
    PLAN_BACK,
    PLAN_STEPS,
    VERSION_STEPS,
    may_step,
)
from nmx_desk.domain.plans import (
    FollowUp,
    FollowUpStatus,
    ItemStatus,
    Plan,
    PlanGoal,
    PlanItem,
    PlanPhase,
    PlanStatus,
    PlanVersion,
    StopReason,
)
from nmx_desk.services import followups, plans
from nmx_desk.services.desk import UseCase

TODAY = date(2026, 9, 14)
P, S, F = PlanStatus, ItemStatus, FollowUpStatus
KINDS = (Plan, PlanVersion, PlanPhase, PlanItem, PlanGoal, FollowUp)


def once(function):
    """A use case of this test only."""
    return UseCase(function, "session.use", writes=True, code="", rescue=False, aside=False)


def everything(desk):
    """All plans with all they hold, as stored."""
    return desk.do(once(lambda work: {kind: sorted(work.store.find(kind), key=lambda one: one.id) for kind in KINDS}))


def refused(desk, case, *args):
    """The step is refused with a sentence, and nothing changed."""
    before = everything(desk)
    with pytest.raises(DeskError) as caught:
        desk.do(case, *args)
    assert str(caught.value).endswith("."), caught.value
    assert everything(desk) == before


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def sheet(desk):
    client = Client(client_no="C-000001", first_name="Sanne", surname="Meer", phone="+31600112233", practitioner_id=desk.user.id)
    made = desk.do(once(lambda work: work.store.add(client)))
    return desk.do(plans.create_plan, made.id, "three_phases")


def activated(desk, sheet):
    desk.do(plans.discuss, sheet.plan.id)
    return desk.do(plans.activate, sheet.plan.id)


PLAN_ACTS = {
    P.DRAFT: (plans.redraft,), P.DISCUSSED: (plans.discuss,), P.ACTIVE: (plans.activate,), P.COMPLETED: (plans.complete_plan,),
    P.STOPPED: (plans.stop_plan, StopReason.WISH),
}  # fmt: skip
PLAN_WAYS = {
    P.DRAFT: (), P.DISCUSSED: (P.DISCUSSED,), P.ACTIVE: (P.DISCUSSED, P.ACTIVE), P.COMPLETED: (P.DISCUSSED, P.ACTIVE, P.COMPLETED),
    P.STOPPED: (P.DISCUSSED, P.ACTIVE, P.STOPPED),
}  # fmt: skip


@pytest.mark.parametrize("to", PLAN_ACTS)
@pytest.mark.parametrize("now", PLAN_WAYS)
def test_every_pair_of_a_plan(clinic, desk, sheet, now, to):
    def act(state):
        case, *args = PLAN_ACTS[state]
        return desk.do(case, sheet.plan.id, *args)

    for state in PLAN_WAYS[now]:
        act(state)
    if may_step(PLAN_STEPS, now, to) or may_step(PLAN_BACK, now, to):
        assert act(to).plan.status is to
    else:
        case, *args = PLAN_ACTS[to]
        refused(desk, case, sheet.plan.id, *args)
    assert clinic.verified().ok


@pytest.mark.parametrize("now", PLAN_WAYS)
def test_only_an_active_plan_has_a_new_version(desk, sheet, now):
    for state in PLAN_WAYS[now]:
        case, *args = PLAN_ACTS[state]
        desk.do(case, sheet.plan.id, *args)
    if now is P.ACTIVE:
        made = desk.do(plans.new_version, sheet.plan.id, "het gaat beter")
        assert (made.plan.status, made.version.status) == (P.ACTIVE, P.DRAFT)
    else:
        refused(desk, plans.new_version, sheet.plan.id, "het gaat beter")


def test_a_version_is_replaced_by_the_next_and_then_takes_nothing_more(clinic, desk, sheet):
    first = activated(desk, sheet)
    draft = desk.do(plans.new_version, sheet.plan.id, "het gaat beter")
    assert desk.do(plans.open_plan, version_id=first.version.id).version.status is P.ACTIVE
    second = activated(desk, draft)
    assert may_step(VERSION_STEPS, P.ACTIVE, P.REPLACED)
    assert [version.status for version in second.versions] == [P.ACTIVE, P.REPLACED]
    old = desk.do(plans.open_plan, version_id=first.version.id)
    refused(desk, plans.save_version, old.version, old.phases, old.items)
    for item in (old.items[0], old.items[-1]):
        for case, *args in (*ITEM_ACTS.values(), (plans.reopen_item,)):
            refused(desk, case, item.id, *args)
    refused(desk, plans.begin_phase, old.phases[1].id)
    assert clinic.verified().ok


ITEM_ACTS = {
    S.ACTIVE: (plans.resume_item,), S.PAUSED: (plans.pause_item,), S.COMPLETED: (plans.complete_item,),
    S.STOPPED: (plans.stop_item, StopReason.COSTS),
}  # fmt: skip
ITEM_WAYS = {S.PLANNED: (), S.ACTIVE: (S.ACTIVE,), S.PAUSED: (S.ACTIVE, S.PAUSED), S.COMPLETED: (S.ACTIVE, S.COMPLETED),
             S.STOPPED: (S.ACTIVE, S.STOPPED)}  # fmt: skip


def stepped(desk, item_id, state):
    case, *args = ITEM_ACTS[state]
    return next(item for item in desk.do(case, item_id, *args).items if item.id == item_id)


@pytest.mark.parametrize("to", ITEM_ACTS)
@pytest.mark.parametrize("now", ITEM_WAYS)
def test_every_pair_of_an_item(clinic, desk, sheet, now, to):
    item = activated(desk, sheet).items[-1]  # of the last phase: it was not begun
    for state in ITEM_WAYS[now]:
        stepped(desk, item.id, state)
    if may_step(ITEM_STEPS, now, to):
        assert stepped(desk, item.id, to).status is to
    else:
        case, *args = ITEM_ACTS[to]
        refused(desk, case, item.id, *args)
    assert clinic.verified().ok


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("now", ITEM_WAYS)
def test_taking_back_what_became_of_an_item(clinic, desk, sheet, now, begun):
    item = activated(desk, sheet).items[-1]
    way = ITEM_WAYS[now] if begun else tuple(state for state in ITEM_WAYS[now] if state is S.STOPPED)
    for state in way:
        stepped(desk, item.id, state)
    here = next(one for one in everything(desk)[PlanItem] if one.id == item.id)
    back = S.ACTIVE if here.begun_on else S.PLANNED
    if may_step(ITEM_BACK, here.status, back):
        again = next(one for one in desk.do(plans.reopen_item, item.id).items if one.id == item.id)
        assert (again.status, again.stop_reason, again.stopped_on) == (back, "", None)
    else:
        refused(desk, plans.reopen_item, item.id)
    assert clinic.verified().ok


CONTACT_ACTS = {F.DONE: followups.complete_follow_up, F.MISSED: followups.miss_follow_up, F.LAPSED: followups.lapse_follow_up}


@pytest.mark.parametrize("to", F)
@pytest.mark.parametrize("now", F)
def test_every_pair_of_a_contact(clinic, desk, sheet, now, to):
    contact = activated(desk, sheet).contacts[0].follow_up
    clinic.clock.move(days=28)
    if now is not F.PLANNED:
        desk.do(CONTACT_ACTS[now], contact.id)
    act = CONTACT_ACTS.get(to, followups.undo_follow_up)
    allowed = may_step(FOLLOW_UP_BACK, now, to) if to is F.PLANNED else may_step(FOLLOW_UP_STEPS, now, to)
    if allowed:
        assert desk.do(act, contact.id).status is to
    else:
        refused(desk, act, contact.id)
        if now is not F.PLANNED:
            refused(desk, followups.move_follow_up, contact.id, TODAY + timedelta(days=40))
    assert clinic.verified().ok


@pytest.mark.parametrize("now", F)
def test_contacts_of_an_ended_plan_go_nowhere(desk, clinic, sheet, now):
    contact = activated(desk, sheet).contacts[0].follow_up
    clinic.clock.move(days=28)
    if now is not F.PLANNED:
        desk.do(CONTACT_ACTS[now], contact.id)
    desk.do(plans.complete_plan, sheet.plan.id)
    for act in (*CONTACT_ACTS.values(), followups.undo_follow_up):
        refused(desk, act, contact.id)


def test_the_tables_speak_of_every_state_and_of_no_other():
    for steps, states in ((PLAN_STEPS, P), (VERSION_STEPS, P), (ITEM_STEPS, S), (FOLLOW_UP_STEPS, F)):
        assert set(steps) == set(states)
        assert all(to in set(states) and to is not now for now in steps for to in steps[now])
    for back, states in ((PLAN_BACK, P), (ITEM_BACK, S), (FOLLOW_UP_BACK, F)):
        assert set(back) < set(states)
    assert not any(may_step(PLAN_BACK, state, to) for state in P for to in P if state is not P.DISCUSSED)  # never of an activation
