"""Complaints at the door: written down, ordered, resolved, merged, split, measured; no score is ever lost or made up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.complaints import Complaint, ComplaintScore, Course, OutcomeScore, Sphere, ToldBy, responded, root_of
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.history import LIFESTYLE_BOUNDS, LifestyleMeasurement
from nmx_desk.services import complaints, notes
from nmx_desk.services.complaints import Measured
from tests.clinic import once


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def three(desk, client):
    return [desk.do(complaints.add_complaint, client.id, Complaint(words=words)) for words in ("Moe", "Buikpijn", "Slecht slapen")]


def words(desk, client):
    return [series.complaint.words for series in desk.do(complaints.open_complaints, client.id).active]


def scores(desk, client):
    sheet = desk.do(complaints.open_complaints, client.id).scores
    return {one.complaint.words: [score.score for score in one.scores] for one in sheet.complaints}


def test_what_was_typed_is_kept_as_said_with_its_place_in_time_and_axes(desk, client, clinic):
    told = Complaint(words=" Moe  na het eten ", onset="5-2019", course=Course.WORSE, axes="immune barrier nonsense", code="fatigue")
    made = desk.do(complaints.add_complaint, client.id, told)
    assert (made.words, made.onset, made.course, made.axes, made.rank) == ("Moe na het eten", "2019-05", Course.WORSE, "barrier immune", 1)
    sheet = desk.do(complaints.open_complaints, client.id)
    assert made.list_version == 1 and sheet.sphere(made) is Sphere.PHYSICAL
    assert sheet.sphere(replace(made, sphere=Sphere.MENTAL)) is Sphere.MENTAL and sheet.sphere(replace(made, code="")) is Sphere.UNKNOWN
    assert clinic.verified().ok


@pytest.mark.parametrize(("changes", "field"), [
    ({"words": "  "}, "words"), ({"words": "x" * 201}, "words"), ({"onset": "ooit"}, "onset"), ({"onset": "2999"}, "onset"),
    ({"code": "gut"}, "code"),
])  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(desk, client, changes, field):
    with pytest.raises(UserError) as refused:
        desk.do(complaints.add_complaint, client.id, replace(Complaint(words="Moe"), **changes))
    assert refused.value.field == field


def test_no_gut_complaint_is_asked_for_and_none_is_needed(desk, client, three):
    assert words(desk, client) == ["Moe", "Buikpijn", "Slecht slapen"]


def test_the_order_is_put_and_the_first_is_the_main_complaint(desk, client, three):
    ids = [three[2].id, three[0].id, three[1].id]
    put = desk.do(complaints.order_complaints, client.id, ids)
    assert [one.rank for one in put] == [1, 2, 3]
    assert words(desk, client) == ["Slecht slapen", "Moe", "Buikpijn"]
    for wrong in ([three[0].id], [three[0].id] * 3, [*ids, "x"]):
        with pytest.raises(Conflict):
            desk.do(complaints.order_complaints, client.id, wrong)


def test_a_resolved_one_keeps_its_scores_and_can_be_there_again(desk, client, three):
    desk.do(complaints.measure, client.id, [Measured(complaint_id=three[0].id, score=7)])
    gone = desk.do(complaints.resolve_complaint, three[0].id)
    assert gone.resolved_on and words(desk, client) == ["Buikpijn", "Slecht slapen"] and scores(desk, client)["Moe"] == [7]
    with pytest.raises(Conflict):
        desk.do(complaints.resolve_complaint, three[0].id)
    again = desk.do(complaints.reopen_complaint, three[0].id)
    assert again.resolved_on is None and words(desk, client)[-1] == "Moe"
    with pytest.raises(Conflict):
        desk.do(complaints.reopen_complaint, three[0].id)


def test_merged_ones_lend_their_scores_and_take_them_along_when_taken_apart(desk, client, three, clinic):
    for one, score in ((three[0], 7), (three[1], 4)):
        desk.do(complaints.measure, client.id, [Measured(complaint_id=one.id, score=score)])
        clinic.clock.move(days=1)
    desk.do(complaints.merge_complaints, three[0].id, three[1].id)
    assert scores(desk, client) == {"Moe": [7, 4], "Slecht slapen": []} and words(desk, client) == ["Moe", "Slecht slapen"]
    with pytest.raises(Conflict):
        desk.do(complaints.resolve_complaint, three[1].id)
    with pytest.raises(UserError):
        desk.do(complaints.merge_complaints, three[0].id, three[0].id)
    desk.do(complaints.unmerge_complaint, three[1].id)
    assert scores(desk, client) == {"Moe": [7], "Buikpijn": [4], "Slecht slapen": []}
    with pytest.raises(Conflict):
        desk.do(complaints.unmerge_complaint, three[1].id)


def test_of_two_measured_together_the_kept_ones_own_score_counts(desk, client, three):
    desk.do(complaints.measure, client.id, [Measured(complaint_id=three[0].id, score=7), Measured(complaint_id=three[1].id, score=2)])
    desk.do(complaints.merge_complaints, three[0].id, three[1].id)
    assert scores(desk, client)["Moe"] == [7]
    rows = desk.do(once(lambda work: work.store.find(ComplaintScore, client_id=client.id)))
    assert sorted(row.score for row in rows) == [2, 7], "nothing is gone"


@given(st.dictionaries(st.sampled_from("abcde"), st.sampled_from([*"abcde", None])))
def test_under_which_one_a_complaint_stands_always_has_an_answer(merged):
    for one in "abcde":
        found = root_of(one, merged)
        assert merged.get(found) is None or root_of(found, merged) in merged


def test_a_split_one_says_what_it_came_from(desk, client, three):
    desk.do(complaints.measure, client.id, [Measured(complaint_id=three[0].id, score=7)])
    made = desk.do(complaints.split_complaint, three[0].id, "Moe na inspanning")
    assert made.split_from == three[0].id
    assert scores(desk, client) == {"Moe": [7], "Buikpijn": [], "Slecht slapen": [], "Moe na inspanning": []}


def test_zero_is_a_value_and_blank_is_not_measured(desk, client, three):
    told = LifestyleMeasurement(stress=0)
    source = desk.do(
        complaints.measure, client.id, [Measured(complaint_id=three[0].id, score=0, days_per_week=0, hinder=0)], OutcomeScore(calm=0), told,
        told_by=ToldBy.PRACTITIONER,
    )  # fmt: skip
    sheet = desk.do(complaints.open_complaints, client.id)
    assert scores(desk, client) == {"Moe": [0], "Buikpijn": [], "Slecht slapen": []}
    [outcome], [life] = sheet.scores.outcomes, sheet.lifestyle
    assert (outcome.calm, outcome.energy, outcome.told_by, outcome.moment) == (0, None, ToldBy.PRACTITIONER, "interim")
    assert (life.stress, life.nutrition, life.source_id) == (0, None, source)


def test_nothing_measured_is_no_measurement(desk, client, three):
    with pytest.raises(UserError, match="Nothing was measured"):
        desk.do(complaints.measure, client.id, [], OutcomeScore(), LifestyleMeasurement())


@pytest.mark.parametrize("wrong", [{"score": 11}, {"score": -1}, {"score": 5, "days_per_week": 8}, {"score": 5, "hinder": 11}])
def test_scores_stay_within_their_scale(desk, client, three, wrong):
    with pytest.raises(UserError):
        desk.do(complaints.measure, client.id, [Measured(complaint_id=three[0].id, **wrong)])


@pytest.mark.parametrize("name", LIFESTYLE_BOUNDS)
def test_lifestyle_stays_within_its_bounds(desk, client, name):
    least, most = LIFESTYLE_BOUNDS[name]
    for value in (least - 1, most + 1):
        with pytest.raises(UserError) as refused:
            desk.do(complaints.measure, client.id, [], None, LifestyleMeasurement(**{name: value}))
        assert refused.value.field == name
    desk.do(complaints.measure, client.id, [], None, LifestyleMeasurement(**{name: most}))


def test_a_measurement_in_between_can_be_taken_back_and_that_of_a_note_cannot(desk, client, three):
    told = [Measured(complaint_id=three[0].id, score=5)], OutcomeScore(calm=3), LifestyleMeasurement(stress=2)
    source = desk.do(complaints.measure, client.id, *told)
    desk.do(complaints.forget_measurement, client.id, source)
    assert scores(desk, client)["Moe"] == []
    with pytest.raises(Conflict):
        desk.do(complaints.forget_measurement, client.id, source)
    note = desk.do(notes.open_note, client.id, notes.NoteKind.INTAKE).note
    desk.do(notes.save_scores, note.id, [notes.ComplaintEntry(id=three[0].id, words="Moe", score=4)])
    with pytest.raises(Conflict):
        desk.do(complaints.forget_measurement, client.id, note.id)
    assert scores(desk, client)["Moe"] == [4]


def test_only_who_treats_may_and_every_look_and_step_is_logged(desk, client, three, clinic):
    for username in ("receptie", "beheerder"):
        with pytest.raises(NotAllowed):
            clinic.as_(username).do(complaints.open_complaints, client.id)
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(complaints.resolve_complaint, three[0].id)
    found = clinic.as_("collega").do(complaints.open_complaints, client.id, reason="Neemt vandaag waar")
    assert len(found.active) == 3 and clinic.verified().ok


@given(st.integers(0, 10), st.integers(0, 10))
def test_response_is_two_points_and_thirty_percent(baseline, later):
    assert responded(baseline, later) == (baseline - later >= 2 and 10 * (baseline - later) >= 3 * baseline)
