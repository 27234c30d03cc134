"""Risks and opportunities at the door: weighed, measures as tasks, looked at again, opened and closed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.risks import Risk, RiskKind, RiskStatus, Treatment
from nmx_desk.services import deviations, quality, risks, tasks

TODAY = date(2026, 9, 14)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def one(boss):
    return boss(risks.add_risk, Risk(title="Uitval van de internetlijn", chance=4, impact=3, rest_chance=2, rest_impact=3, area="Praktijk"))


def test_one_is_weighed_and_looked_at_again_within_a_year(clinic, boss, one):
    assert (one.number, one.weight, one.rest_weight, one.assessed_on, one.review_on) == ("R-00001", 12, 6, TODAY, date(2027, 9, 14))
    assert boss(risks.open_risk, one.id).owner == "M. Demo"
    clinic.clock.move(days=370)
    [row] = boss(risks.list_risks).rows
    assert row.late and [due.what for due in boss(quality.list_deadlines) if due.part == "risks"] == ["review"]
    again = boss(risks.review_risk, one.id, 2, 3)
    assert (again.weight, again.assessed_on, again.review_on) == (6, TODAY + timedelta(370), date(2028, 9, 19))
    assert not boss(risks.list_risks).rows[0].late and clinic.verified().ok


def test_another_weight_is_weighed_today_other_words_are_not(clinic, boss, one):
    clinic.clock.move(days=3)
    said = boss(risks.change_risk, replace(one, measures="Tweede lijn"))
    assert said.assessed_on == TODAY
    assert boss(risks.change_risk, replace(said, chance=5)).assessed_on == TODAY + timedelta(3)


def test_measures_are_tasks_that_stand_among_everybodys(boss, one):
    boss(risks.add_risk_measure, one.id, "4G-router kopen", None, TODAY + timedelta(days=9))
    [row] = boss(risks.list_risks).rows
    [task] = boss(tasks.list_tasks).rows
    assert (row.measures, row.waiting, task.task.title, task.task.source) == (1, 1, "4G-router kopen", f"risk:{one.id}")
    boss(tasks.do_task, task.task.id)
    assert boss(risks.list_risks).rows[0].waiting == 0 and boss(risks.open_risk, one.id).parts.open_actions == 0


def test_what_is_closed_is_left_alone_until_it_is_opened_again(boss, one):
    shut = boss(risks.step_risk, one.id, RiskStatus.CLOSED)
    assert shut.closed_on == TODAY
    for case, given_ in (
        (risks.change_risk, (replace(shut, title="Anders"),)), (risks.review_risk, (one.id, 1, 1)),
        (risks.add_risk_measure, (one.id, "Iets", None, TODAY)),
    ):  # fmt: skip
        with pytest.raises(Conflict, match="Open it again"):
            boss(case, *given_)
    assert boss(risks.step_risk, one.id, RiskStatus.OPEN).closed_on is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"title": ""}, "title"), ({"chance": 6}, "chance"), ({"impact": 0}, "impact"), ({"rest_chance": None}, "rest_chance"),
     ({"rest_impact": 9}, "rest_impact"), ({"review_on": date(2036, 1, 1)}, "review_on")],
)  # fmt: skip
def test_what_it_needs(boss, one, changed, field):
    with pytest.raises(UserError) as refused:
        boss(risks.change_risk, replace(one, **changed))
    assert refused.value.field == field


def test_the_heaviest_stands_first_and_what_is_closed_last(boss, one):
    light = boss(risks.add_risk, Risk(title="Kapotte printer", chance=2, impact=1))
    heavy = boss(risks.add_risk, Risk(title="Datalek", chance=3, impact=5, kind=RiskKind.RISK, treatment=Treatment.AVOID))
    boss(risks.step_risk, one.id, RiskStatus.CLOSED)
    assert [row.id for row in boss(risks.list_risks).rows] == [heavy.id, light.id, one.id]


def test_a_risk_that_came_true_becomes_a_nonconformity(boss, one):
    draft = boss(deviations.draft_deviation, f"risk:{one.id}")
    assert (draft.summary, draft.source) == (one.title, f"risk:{one.id}")


@given(st.integers(1, 5), st.integers(1, 5))
def test_weight_is_chance_times_impact(chance, impact):
    assert Risk(chance=chance, impact=impact, rest_chance=chance, rest_impact=1).weight == chance * impact
    assert Risk(rest_chance=chance).rest_weight is None and Risk(rest_chance=chance, rest_impact=impact).rest_weight == chance * impact
