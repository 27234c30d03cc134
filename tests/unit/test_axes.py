"""The seven axes at the door: a judgement is a row, the newest holds, what belongs to an axis stands with it."""

import pytest

from nmx_desk.domain.complaints import Axis, AxisAssessment, Complaint, Insight
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.history import LifeEvent
from nmx_desk.domain.lab_lines import read_lines
from nmx_desk.domain.labs import LabOrder, LabStatus
from nmx_desk.domain.notes import NoteKind, NoteSection
from nmx_desk.services import axes, complaints, labs, notes
from tests.clinic import once


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


def one(desk, client, axis):
    return next(found for found in desk.do(axes.open_axes, client.id).axes if found.axis is axis)


def judge(desk, client, state, why="", note_id=None, insight=Insight.SELF_REPORT):
    return desk.do(axes.judge_axis, client.id, Axis.BARRIER, state, insight, why, note_id)


def test_seven_axes_are_there_and_none_is_judged_by_itself(desk, client):
    sheet = desk.do(axes.open_axes, client.id)
    assert [found.axis for found in sheet.axes] == list(Axis) and all(found.now is None for found in sheet.axes)


def test_every_judgement_is_a_row_and_the_newest_holds(desk, client, clinic):
    first = judge(desk, client, 2, "klachten na brood")
    clinic.clock.move(days=30)
    second = judge(desk, client, 0, "zonuline laag", insight=Insight.LAB)
    found = one(desk, client, Axis.BARRIER)
    assert found.now == second and found.judged == (second, first) and second.state == 0
    assert one(desk, client, Axis.LIVER).now is None and clinic.verified().ok


def test_the_same_again_is_no_new_row_and_nothing_at_all_is_refused(desk, client, clinic):
    with pytest.raises(UserError) as refused:
        judge(desk, client, None, insight=Insight.UNKNOWN)
    assert refused.value.field == "state"
    made = judge(desk, client, 1)
    clinic.clock.move(days=1)
    assert judge(desk, client, 1) == made
    unsure = judge(desk, client, None, insight=Insight.UNKNOWN)
    assert one(desk, client, Axis.BARRIER).now == unsure, "not knowing any more is a judgement"


@pytest.mark.parametrize("state", [4, -1])
def test_a_state_is_none_to_three(desk, client, state):
    with pytest.raises(UserError) as refused:
        judge(desk, client, state)
    assert refused.value.field == "state"


def test_a_judgement_goes_with_an_own_unsigned_note_only(desk, client, clinic):
    note = desk.do(notes.open_note, client.id, NoteKind.FREE).note
    assert [draft.id for draft in desk.do(axes.open_axes, client.id).drafts] == [note.id]
    made = judge(desk, client, 2, "met de notitie", note.id)
    assert made.source_id == note.id and made.id in desk.do(axes.open_axes, client.id).removable
    desk.do(notes.sign_note, note.id, [NoteSection(code="text", text="Besproken")])
    assert desk.do(axes.open_axes, client.id).drafts == () and desk.do(axes.open_axes, client.id).removable == frozenset()
    with pytest.raises(Conflict):
        judge(desk, client, 3, "na het tekenen", note.id)
    with pytest.raises(NotAllowed):
        desk.do(axes.forget_judgement, made.id)


def test_what_was_judged_in_a_note_that_is_thrown_away_goes_with_it(desk, client):
    note = desk.do(notes.open_note, client.id, NoteKind.FREE).note
    judge(desk, client, 2, "met de notitie", note.id)
    desk.do(notes.delete_draft_note, note.id)
    assert one(desk, client, Axis.BARRIER).now is None


def test_a_judgement_is_taken_back_on_its_own_day(desk, client, clinic):
    kept, gone = judge(desk, client, 1), judge(desk, client, 3)
    desk.do(axes.forget_judgement, gone.id)
    assert one(desk, client, Axis.BARRIER).now == kept
    clinic.clock.move(days=1)
    with pytest.raises(NotAllowed):
        desk.do(axes.forget_judgement, kept.id)


def test_complaints_events_and_last_results_stand_with_their_axes(desk, client, clinic):
    desk.do(complaints.add_complaint, client.id, Complaint(words="Buikpijn", axes="barrier microbiota"))
    desk.do(once(lambda work: work.store.add(LifeEvent(client_id=client.id, name="Antibiotica", began="2019", axes="microbiota"))))
    for value in (61, 44):
        order = desk.do(labs.add_lab_order, client.id, LabOrder(panel="Ontlasting", cost_cents=0, cost_told_on=clinic.clock().date()))
        desk.do(labs.step_lab_order, order.id, LabStatus.ORDERED)
        desk.do(labs.save_lab_results, order.id, read_lines(f"[Darmbarrière]\nZonuline {value} ng/ml\n[Overig]\nIJzer 12")[0])
        clinic.clock.move(days=1)
    barrier, microbiota = one(desk, client, Axis.BARRIER), one(desk, client, Axis.MICROBIOTA)
    assert [found.words for found in barrier.complaints] == [found.words for found in microbiota.complaints] == ["Buikpijn"]
    assert [found.name for found in microbiota.events] == ["Antibiotica"] and not barrier.events
    assert [found.value for found in barrier.results] == ["44"] and not microbiota.results


def test_a_colleague_neither_reads_nor_judges(clinic, desk, client):
    made = judge(desk, client, 1)
    other = clinic.as_("collega")
    judged = (axes.judge_axis, client.id, Axis.LIVER, 1, Insight.UNKNOWN)
    for call in ((axes.open_axes, client.id), judged, (axes.forget_judgement, made.id)):
        with pytest.raises(NotAllowed):
            other.do(*call)
    assert desk.do(once(lambda work: work.store.find(AxisAssessment, client_id=client.id))) == [made]
