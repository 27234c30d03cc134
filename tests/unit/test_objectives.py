"""Quality objectives at the door: every pair of OBJECTIVE_STEPS, measuring by figure and by hand, concluding, next year's."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import Conflict, DeskError, UserError
from nmx_desk.domain.objectives import (
    CONCLUDED,
    OBJECTIVE_BACK,
    OBJECTIVE_STEPS,
    Direction,
    Measured,
    Objective,
    ObjectiveReading,
    ObjectiveStatus,
    Outlook,
    decimal_of,
    is_reached,
    outlook,
)
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.services import figures, objectives, quality, satisfaction
from tests.clinic import once

S = ObjectiveStatus
DAY = date(2026, 9, 14)
WAYS = {S.DRAFT: (), S.RUNNING: (S.RUNNING,), S.REACHED: (S.RUNNING, S.REACHED), S.MISSED: (S.RUNNING, S.MISSED), S.DROPPED: (S.DROPPED,)}


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def fresh(clinic):
    return Objective(title="Meer cliënten bevelen ons aan", target="40", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31),
                     owner_id=clinic.as_("manager").user.id)  # fmt: skip


def step(boss, one, to):
    return boss(objectives.step_objective, one.id, to, "gehaald", "we gaan zo door")


def at(boss, fresh, status):
    one = boss(objectives.save_objective, fresh)
    for to in WAYS[status]:
        one = step(boss, one, to)
    return one


def stored(boss, one):
    return boss(once(lambda work: work.store.get(Objective, one.id)))


@pytest.mark.parametrize("now", list(S))
def test_every_step_is_as_the_table_has_it(clinic, boss, fresh, now):
    """All pairs of OBJECTIVE_STEPS, from the table itself; what is refused says so and changes nothing."""
    for to in S:
        one = at(boss, fresh, now)
        if to in OBJECTIVE_STEPS[now]:
            assert step(boss, one, to).status is to
            continue
        with pytest.raises(DeskError) as refused:
            step(boss, one, to)
        assert str(refused.value).endswith(".") and stored(boss, one) == one
    assert clinic.verified().ok


@pytest.mark.parametrize("now", [now for now in S if now is not S.DRAFT])
def test_a_step_is_taken_back_to_where_it_came_from(clinic, boss, fresh, now):
    """All pairs of OBJECTIVE_BACK: on the same day, by who took it."""
    for before in OBJECTIVE_BACK[now]:
        one = at(boss, fresh, before)
        step(boss, one, now)
        back = boss(objectives.take_back_objective_step, one.id)
        assert (back.status, back.closed_on, back.conclusion) == (before, None, "")
    late = at(boss, fresh, now)
    clinic.clock.move(days=1)
    with pytest.raises(Conflict):
        boss(objectives.take_back_objective_step, late.id)
    assert boss(objectives.open_objective, late.id).undo_to is None and clinic.verified().ok


@pytest.mark.parametrize(("told", "field"), [
    ({"title": ""}, "title"), ({"target": "veel"}, "target"), ({"target": ""}, "target"), ({"figure": "K99"}, "figure"),
    ({"last_on": date(2025, 12, 31)}, "last_on"), ({"last_on": date(2032, 1, 1)}, "last_on"),
])  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(boss, fresh, told, field):
    with pytest.raises(UserError) as refused:
        boss(objectives.save_objective, replace(fresh, **told))
    assert refused.value.field == field


def test_it_is_started_by_who_looks_after_it_and_concluded_with_words(boss, fresh):
    one = boss(objectives.save_objective, replace(fresh, owner_id=None))
    with pytest.raises(UserError) as refused:
        boss(objectives.step_objective, one.id, S.RUNNING)
    assert refused.value.field == "owner_id"
    one = at(boss, fresh, S.RUNNING)
    for result, conclusion, field in (("", "klaar", "result"), ("42", " ", "conclusion")):
        with pytest.raises(UserError) as refused:
            boss(objectives.step_objective, one.id, S.REACHED, result, conclusion)
        assert refused.value.field == field
    done = boss(objectives.step_objective, one.id, S.REACHED, "42", "nu 45 volgend jaar")
    assert done.closed_on == DAY
    with pytest.raises(Conflict):
        boss(objectives.save_objective, replace(done, title="Anders"))


def test_by_hand_the_last_value_counts(boss, fresh):
    one = at(boss, replace(fresh, direction=Direction.AT_MOST, target="2,5", unit="dagen"), S.RUNNING)
    for day, value in ((date(2026, 3, 1), "4"), (date(2026, 6, 1), "2,5")):
        boss(objectives.add_reading, one.id, ObjectiveReading(read_on=day, value=value))
    row = boss(objectives.open_objective, one.id).row
    assert row.points == (Measured(date(2026, 3, 1), 4.0), Measured(date(2026, 6, 1), 2.5))
    assert (row.value, row.outlook) == (2.5, Outlook.THERE)
    with pytest.raises(UserError):
        boss(objectives.add_reading, one.id, ObjectiveReading(read_on=date(2026, 9, 15), value="1"))
    with pytest.raises(UserError):
        boss(objectives.add_reading, one.id, ObjectiveReading(read_on=DAY, value="weinig"))


def test_by_a_figure_it_says_what_the_figure_says(clinic, boss, fresh):
    for score in (10, 9, 8, 3):
        told = SatisfactionAnswer(recommend=score, answered_on=DAY)
        clinic.as_("receptie").do(satisfaction.add_answer, told)
    one = at(boss, replace(fresh, figure="K15", target="25"), S.RUNNING)
    row = boss(objectives.open_objective, one.id).row
    wanted = boss(figures.dashboard, date(2026, 1, 1), DAY).figure("K15").value
    assert row.value == wanted == boss(satisfaction.open_satisfaction, date(2026, 1, 1), DAY).summary.nps == 25
    assert row.outlook is Outlook.THERE and [point.day for point in row.points] == [date(2026, 9, 1)]
    with pytest.raises(UserError):
        boss(objectives.add_reading, one.id, ObjectiveReading(read_on=DAY, value="1"))


def test_it_waits_to_be_concluded_from_its_last_day(clinic, boss, fresh):
    one = at(boss, replace(fresh, last_on=date(2026, 9, 20)), S.RUNNING)
    assert [(due.what, due.late) for due in boss(quality.list_deadlines) if due.id == one.id] == [("conclude", False)]
    clinic.clock.move(days=7)
    [row] = boss(objectives.list_objectives).rows
    assert row.is_late(date(2026, 9, 21)) and [due.late for due in boss(quality.list_deadlines) if due.id == one.id] == [True]


def test_next_years_is_a_draft_of_the_same(boss, fresh):
    one = at(boss, replace(fresh, target="40"), S.REACHED)
    made = boss(objectives.copy_objective, one.id)
    assert (made.status, made.first_on, made.last_on, made.title) == (S.DRAFT, date(2027, 1, 1), date(2027, 12, 31), one.title)
    assert made.number != one.number and not made.result and not made.conclusion
    assert boss(objectives.open_objective, made.id).parts.came_from.endswith(one.number)


@given(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2), st.sampled_from(Direction))
def test_the_target_itself_is_reached_from_either_side(target, value, direction):
    one = Objective(target=str(target).replace(".", ","), direction=direction)
    assert is_reached(one, target)
    assert is_reached(one, value) is (value >= target if direction is Direction.AT_LEAST else value <= target)


@given(st.text(max_size=8))
def test_no_text_breaks_a_target(text):
    one = Objective(target=text)
    found = outlook(one, [Measured(DAY, 1.0)])
    assert (found is Outlook.UNKNOWN) is (decimal_of(text) is None)


def test_what_is_concluded_goes_nowhere():
    assert all(not OBJECTIVE_STEPS[status] for status in CONCLUDED)
