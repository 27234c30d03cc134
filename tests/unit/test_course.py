"""What ran when: items over versions, as really begun or as planned, beside scores, activations and contacts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.course import MarkKind, bars_of, held_versions
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.plan_rules import Content
from nmx_desk.domain.plans import ItemStatus, Pillar, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.services import complaints, course, plans
from tests.clinic import once

FIRST = date(2026, 3, 2)
TODAY = date(2026, 6, 1)
_I = ItemStatus


def day(n):
    return FIRST + timedelta(days=n)


def version(number, began, *items, weeks=4):
    signed = datetime(2026, 3, 2, tzinfo=UTC)
    made = PlanVersion(id=f"v{number}", number=number, status=PlanStatus.ACTIVE, valid_from=began, activated_at=signed)
    phases = tuple(PlanPhase(id=f"v{number}p{n}", version_id=made.id, position=n, weeks=weeks, name=str(n)) for n in (1, 2))
    placed = (replace(item, phase_id=f"v{number}p{item.phase_id or 1}") for item in items)
    return made, Content(phases=phases, items=tuple(placed))


def bars(*versions, plan=None):
    plan = plan or Plan(status=PlanStatus.ACTIVE)
    held = held_versions([(plan, versions)], {made.id: made.valid_from for made, _content in versions})
    return {bar.line: bar for bar in bars_of(held, TODAY)}


def item(line, status=_I.ACTIVE, **more):
    return PlanItem(id=line, text=line, pillar=Pillar.SLEEP, status=status, **more)


def test_an_item_runs_from_its_first_day_until_it_was_stopped():
    found = bars(version(1, FIRST, item("a"), item("b", _I.STOPPED, begun_on=day(2), stopped_on=day(9), stop_reason="costs")))
    assert (found["a"].began, found["a"].ended, found["a"].began_planned) == (FIRST, None, True)
    assert (found["b"].began, found["b"].ended, found["b"].began_planned, found["b"].ended_planned) == (day(2), day(9), False, False)
    assert [found["b"].ran_on(day(n)) for n in (1, 2, 9, 10)] == [False, True, True, False]


def test_planned_days_are_said_to_be_planned_and_what_did_not_begin_has_no_bar():
    later, never = item("later", phase_id="2"), item("never", _I.PLANNED)
    found = bars(version(1, FIRST, later, never, item("end", end_on=day(20)), item("future", start_on=TODAY + timedelta(days=1))))
    assert set(found) == {"later", "end"}
    assert found["later"].began == day(28) and found["later"].began_planned
    assert (found["end"].ended, found["end"].ended_planned) == (day(20), False)


def test_the_same_item_in_two_versions_is_one_bar_and_one_that_is_gone_ends_there():
    first = version(1, FIRST, item("kept"), item("gone"))
    second = version(2, day(30), item("copy", origin="kept"), item("new"))
    found = bars(first, second)
    assert (found["kept"].began, found["kept"].ended, found["kept"].text) == (FIRST, None, "copy")
    assert (found["gone"].began, found["gone"].ended) == (FIRST, day(30)) and found["new"].began == day(30)


def test_when_the_plan_ended_everything_ended_and_what_was_still_to_begin_never_ran():
    plan = Plan(status=PlanStatus.STOPPED, ended_on=day(10))
    found = bars(version(1, FIRST, item("a", _I.STOPPED), item("later", _I.STOPPED, phase_id="2")), plan=plan)
    assert set(found) == {"a"} and found["a"].ended == day(10) and found["a"].ended_planned


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    anna = Client(
        client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id,
        birth_date=date(1980, 1, 1),
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(anna)))


def test_scores_items_and_marks_come_together_at_the_door(desk, client, clinic):
    tired = desk.do(complaints.add_complaint, client.id, Complaint(words="Moe"))
    desk.do(complaints.measure, client.id, [complaints.Measured(complaint_id=tired.id, score=8)])
    plan = desk.do(plans.create_plan, client.id, desk.do(plans.plan_templates)[0].code, "nl").plan
    desk.do(plans.discuss, plan.id)
    desk.do(plans.activate, plan.id)
    clinic.clock.move(days=20)
    desk.do(complaints.measure, client.id, [complaints.Measured(complaint_id=tired.id, score=0)])
    before = desk.do(course.open_course, client.id)
    running = [bar for bar in before.bars if bar.ended is None]
    assert running and [mark.kind for mark in before.marks] == [MarkKind.VERSION]
    assert [score.score for score in before.scores.complaints[0].scores] == [8, 0]
    desk.do(plans.stop_plan, plan.id, StopReason.WISH)
    after = desk.do(course.open_course, client.id)
    assert not [bar for bar in after.bars if bar.ended is None]
    assert {bar.line for bar in after.bars} == {bar.line for bar in before.bars}, "nothing began by being stopped"
    assert [mark.kind for mark in after.marks] == [MarkKind.VERSION, MarkKind.ENDED] and clinic.verified().ok
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(course.open_course, client.id)
