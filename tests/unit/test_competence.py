"""Competences at the door: the matrix, what ends, points of a year, renewing, who sees whose."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.competence import Competence, CompetenceKind, CompetenceNeed, Standing, judged, points_in_year
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.services import competences, quality

DAY = date(2026, 9, 14)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def need(boss):
    return boss(competences.save_need, CompetenceNeed(role=Role.PRACTITIONER, kind=CompetenceKind.TRAINING, name="Reanimatie"))


@pytest.fixture
def me(clinic):
    return clinic.as_("behandelaar").user.id


def show(boss, who, need=None, **told):
    fresh = Competence(user_id=who, need_id=need.id if need else None, name="Cursus", obtained_on=DAY - timedelta(days=100))
    return boss(competences.save_competence, replace(fresh, **told))


def cell(boss, need, user_id):
    row = next(row for row in boss(competences.open_competences).needs if row.id == need.id)
    return row.cells[user_id]


def test_a_need_is_asked_of_those_with_the_role_only(clinic, boss, need, me):
    sheet = boss(competences.open_competences)
    [row] = sheet.needs
    names = {person.name for person in sheet.people if person.user_id in row.cells}
    assert names == {"Behandelaar A. Demo", "Behandelaar B. Demo"} and sheet.gaps() == 2
    assert {one.what for one in boss(quality.list_deadlines) if one.part == "competence"} == {"gap"}
    show(boss, me, need)
    assert cell(boss, need, me).standing is Standing.MET and boss(competences.open_competences).gaps() == 1


@pytest.mark.parametrize(("days", "wanted"), [
    (None, Standing.MET), (91, Standing.MET), (90, Standing.SOON), (0, Standing.SOON), (-1, Standing.EXPIRED),
])  # fmt: skip
def test_what_ends_is_told_ninety_days_before(boss, need, me, days, wanted):
    show(boss, me, need, valid_to=None if days is None else DAY + timedelta(days=days))
    assert cell(boss, need, me).standing is wanted
    due = [one for one in boss(quality.list_deadlines) if one.part == "competence" and one.what == "expires"]
    assert bool(due) is (wanted is not Standing.MET) and all(one.late is (wanted is Standing.EXPIRED) for one in due)


def test_the_best_of_several_counts_and_what_ended_does_not(boss, need, me):
    show(boss, me, need, valid_to=DAY - timedelta(days=1))
    best = show(boss, me, need, valid_to=DAY + timedelta(days=400))
    assert cell(boss, need, me).by.id == best.id
    boss(competences.end_competence, best.id)
    assert cell(boss, need, me).standing is Standing.EXPIRED
    boss(competences.end_competence, best.id, on=False)
    assert cell(boss, need, me).standing is Standing.MET


def test_renewed_the_old_one_stays_and_counts_no_more(clinic, boss, need, me):
    old = show(boss, me, need, valid_to=DAY + timedelta(days=30))
    boss(competences.add_competence_file, old.id, "oud.pdf", b"%PDF-1.4")
    new = boss(competences.renew_competence, old.id, replace(old, obtained_on=DAY, valid_to=DAY + timedelta(days=700)))
    assert cell(boss, need, me) == judged(need, [new], DAY)
    rows = {row.id: row.over for row in boss(competences.open_competences).rows}
    assert rows == {old.id: True, new.id: False}
    assert not [one for one in boss(quality.list_deadlines) if one.what == "expires"]
    with pytest.raises(Conflict):
        boss(competences.renew_competence, old.id, replace(old, obtained_on=DAY))
    boss(competences.take_back_competence, new.id)
    assert cell(boss, need, me).by.id == old.id and clinic.verified().ok


def test_points_are_counted_over_a_year(clinic, boss, me):
    asked = boss(competences.save_need, CompetenceNeed(role=Role.PRACTITIONER, kind=CompetenceKind.POINTS, name="Nascholing", points=20))
    assert cell(boss, asked, me).standing is Standing.MISSING
    show(boss, me, asked, points=12, obtained_on=DAY - timedelta(days=300))
    found = cell(boss, asked, me)
    assert (found.standing, found.points) == (Standing.SHORT, 12)
    show(boss, me, asked, points=8, obtained_on=DAY)
    found = cell(boss, asked, me)
    assert (found.standing, found.points) == (Standing.SOON, 20)  # within 90 days the twelve are older than a year
    show(boss, me, asked, points=12, obtained_on=DAY)
    assert cell(boss, asked, me).standing is Standing.MET


@pytest.mark.parametrize(("told", "field"), [
    ({"name": " "}, "name"), ({"user_id": "niemand"}, "user_id"), ({"obtained_on": DAY + timedelta(days=1)}, "obtained_on"),
    ({"valid_to": date(2020, 1, 1)}, "valid_to"), ({"points": 0}, "points"), ({"kind": CompetenceKind.POINTS}, "points"),
])  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(boss, me, told, field):
    with pytest.raises(UserError) as refused:
        show(boss, me, **told)
    assert refused.value.field == field


@pytest.mark.parametrize(("told", "field"), [
    ({"name": ""}, "name"), ({"kind": CompetenceKind.POINTS}, "points"), ({"points": 3}, "points"), ({"name": "reanimatie"}, "name"),
])  # fmt: skip
def test_a_need_that_cannot_be_is_refused(boss, need, told, field):
    fresh = CompetenceNeed(role=Role.PRACTITIONER, kind=CompetenceKind.TRAINING, name="Iets")
    with pytest.raises(UserError) as refused:
        boss(competences.save_need, replace(fresh, **told))
    assert refused.value.field == field


def test_everybody_sees_their_own_only(clinic, boss, need, me):
    mine = show(boss, me, need)
    other = show(boss, clinic.as_("collega").user.id, need)
    evidence = boss(competences.add_competence_file, mine.id, "diploma.pdf", b"%PDF-1.4")
    see = clinic.as_("behandelaar").do
    sheet = see(competences.open_competences)
    assert [row.id for row in sheet.rows] == [mine.id] and [person.user_id for person in sheet.people] == [me]
    assert see(competences.open_evidence, evidence.id).content == b"%PDF-1.4"
    with pytest.raises(NotAllowed):
        see(competences.open_competence, other.id)
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(competences.open_evidence, evidence.id)
    assert clinic.as_("receptie").do(competences.open_competences).needs == ()


def test_a_need_that_is_asked_no_more_leaves_no_gap(boss, need):
    boss(competences.retire_need, need.id)
    assert boss(competences.open_competences).needs == ()
    boss(competences.retire_need, need.id, on=True)
    assert boss(competences.open_competences).gaps() == 2


def test_taken_back_only_on_the_same_day_and_without_a_file(clinic, boss, me):
    one = show(boss, me)
    boss(competences.add_competence_file, one.id, "a.pdf", b"%PDF-1.4")
    with pytest.raises(Conflict):
        boss(competences.take_back_competence, one.id)
    two = show(boss, me)
    clinic.clock.move(days=1)
    with pytest.raises(Conflict):
        boss(competences.take_back_competence, two.id)


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
shown = st.lists(st.builds(Competence, need_id=st.just("n"), obtained_on=days, points=st.integers(1, 30)), max_size=12)


@given(shown, days)
def test_points_of_a_year_are_never_counted_twice(found, day):
    two = points_in_year(found, "n", day) + points_in_year(found, "n", day.replace(year=day.year - 1, day=min(day.day, 28)))
    assert points_in_year(found, "n", day) <= sum(one.points for one in found) and two <= 2 * sum(one.points for one in found)


@given(st.lists(st.builds(Competence, need_id=st.just("n"), obtained_on=days, valid_to=st.none() | days), max_size=6), days)
def test_more_to_show_is_never_worse(found, day):
    asked = CompetenceNeed(id="n", kind=CompetenceKind.TRAINING)
    order = list(Standing)
    for n in range(len(found)):
        assert order.index(judged(asked, found[:n], day).standing) <= order.index(judged(asked, found[: n + 1], day).standing)
