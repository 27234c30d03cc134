"""How a plan goes, at the door: adherence an item, side effects with the stop, stop rules, alarms, missed contacts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk.domain.consults import Answer, RedFlagAnswer, Settled
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.notes import NoteKind
from nmx_desk.domain.plans import FollowUpStatus, ItemStatus, PlanItem, Severity, SideEffect, StopReason
from nmx_desk.services import course, following, followups, notes, plans, red_flags, tasks
from tests.clinic import once

TODAY = date(2026, 9, 14)
D = timedelta(days=1)


@pytest.fixture
def care(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def plan(care, client):
    made = care.do(plans.create_plan, client.id, "three_phases")
    care.do(once(lambda work: work.store.change(work.store.get(PlanItem, made.items[0].id), stop_when="bij huiduitslag")))
    care.do(plans.discuss, made.plan.id)
    return care.do(plans.activate, made.plan.id).plan


@pytest.fixture
def items(care, client, plan):
    return care.do(following.open_following, client.id).running


def told(care, client):
    return {one.line: [row.percent for row in one.told] for one in care.do(following.open_following, client.id).items if one.told}


def test_adherence_of_all_items_in_one_go_and_zero_is_not_blank(clinic, care, client, items):
    first, second, third = (one.line for one in items[:3])
    care.do(following.save_adherence, client.id, {first: 0, second: 75, third: None})
    assert told(care, client) == {first: [0], second: [75]}
    care.do(following.save_adherence, client.id, {first: None, second: 100})
    assert told(care, client) == {second: [100]}
    clinic.clock.move(days=28)
    care.do(following.save_adherence, client.id, {second: 50})
    [one] = [one for one in care.do(following.open_following, client.id).items if one.told]
    assert (one.before(TODAY + 28 * D), one.on(TODAY + 28 * D), one.on(TODAY + D)) == (100, 50, None)
    assert clinic.verified().ok


@pytest.mark.parametrize(("value", "day"), [(101, 0), (-1, 0), (50, -1), (50, 1)])
def test_adherence_that_cannot_be(care, client, items, value, day):
    with pytest.raises(UserError):
        care.do(following.save_adherence, client.id, {items[0].line: value}, TODAY + day * D)
    assert told(care, client) == {}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.dictionaries(st.integers(0, 3), st.none() | st.integers(0, 100), max_size=4), max_size=4))
def test_the_last_that_was_told_on_a_day_stands_and_nothing_else(care, client, items, steps):
    lines, expected = [one.line for one in items[:4]], dict.fromkeys(range(4))
    care.do(following.save_adherence, client.id, dict.fromkeys(lines))
    for step in steps:
        care.do(following.save_adherence, client.id, {lines[at]: value for at, value in step.items()})
        expected |= step
    assert told(care, client) == {lines[at]: [value] for at, value in expected.items() if value is not None}


def test_adherence_stays_with_the_item_over_versions(clinic, care, client, plan, items):
    care.do(following.save_adherence, client.id, {items[0].line: 25})
    clinic.clock.move(days=30)
    sheet = care.do(plans.new_version, plan.id, "bijgesteld")
    care.do(plans.save_version, sheet.version, sheet.phases, [
        replace(one, evaluate_on=TODAY + 60 * D if one.evaluate_on is None or one.evaluate_on <= TODAY + 30 * D else one.evaluate_on)
        for one in sheet.items
    ])  # fmt: skip
    care.do(plans.discuss, plan.id)
    care.do(plans.activate, plan.id)
    assert told(care, client) == {items[0].line: [25]}


def test_told_at_a_contact_goes_with_it_and_the_reception_gives_one_figure(clinic, care, client, plan, items):
    contact = care.do(followups.plan_follow_up, plan.id, TODAY + 3 * D)
    clinic.clock.move(days=3)
    desk = clinic.as_("receptie")
    with pytest.raises(NotAllowed):
        desk.do(followups.complete_follow_up, contact.id, None, None, "", {items[0].line: 50})
    assert told(care, client) == {}
    done = care.do(followups.complete_follow_up, contact.id, None, None, "", {items[0].line: 50, items[1].line: None})
    assert done.status is FollowUpStatus.DONE and told(care, client) == {items[0].line: [50]}
    care.do(followups.undo_follow_up, contact.id)
    assert told(care, client) == {}
    assert desk.do(followups.complete_follow_up, contact.id, None, 80).adherence == 80
    assert clinic.verified().ok


def test_a_signed_note_takes_no_adherence_and_a_deleted_draft_takes_it_along(care, client, items):
    sheet = care.do(notes.open_note, client.id, NoteKind.FOLLOW_UP)
    care.do(following.save_adherence, client.id, {items[0].line: 50}, note_id=sheet.note.id)
    care.do(notes.delete_draft_note, sheet.note.id)
    assert told(care, client) == {}
    sheet = care.do(notes.open_note, client.id, NoteKind.FOLLOW_UP)
    care.do(notes.sign_note, sheet.note.id, [replace(one, text="tekst") for one in sheet.sections])
    with pytest.raises(Conflict, match="signed"):
        care.do(following.save_adherence, client.id, {items[0].line: 50}, note_id=sheet.note.id)


def effect(items, **kw):
    return SideEffect(**({"item_line": items[0].line, "words": "Buikkramp", "began_on": TODAY} | kw))


def test_stopping_for_a_side_effect_writes_both_or_neither(clinic, care, client, plan, items):
    with pytest.raises(UserError):
        care.do(following.report_side_effect, client.id, effect(items, words=" "), stop=True)
    assert care.do(following.open_following, client.id).items[0].item.status is ItemStatus.ACTIVE
    made = care.do(following.report_side_effect, client.id, effect(items, severity=Severity.SEVERE), stop=True)
    first = care.do(following.open_following, client.id).items[0]
    assert (first.item.status, first.item.stop_reason, first.item.stop_note) == (ItemStatus.STOPPED, StopReason.SIDE_EFFECT, "Buikkramp")
    assert first.item.stopped_on == TODAY and first.effects == (made,) and made.severity is Severity.SEVERE
    with pytest.raises(Conflict):
        care.do(following.report_side_effect, client.id, effect(items, words="Nog iets"), stop=True)
    care.do(following.take_back_side_effect, made.id)
    first = care.do(following.open_following, client.id).items[0]
    assert (first.item.status, first.item.stop_note, first.item.stopped_on, first.effects) == (ItemStatus.ACTIVE, "", None, ())
    assert clinic.verified().ok


def test_a_side_effect_begins_ends_and_is_changed(clinic, care, client, items):
    made = care.do(following.report_side_effect, client.id, effect(items))
    assert care.do(following.open_following, client.id).items[0].running
    clinic.clock.move(days=5)
    for wrong in ({"ended_on": TODAY - D}, {"ended_on": TODAY + 6 * D}, {"began_on": TODAY + 6 * D}, {"words": ""}):
        with pytest.raises(UserError):
            care.do(following.change_side_effect, replace(made, **wrong))
    ended = care.do(following.change_side_effect, replace(made, ended_on=TODAY + 4 * D, action="gehalveerd in overleg"))
    assert ended.ended_on == TODAY + 4 * D
    with pytest.raises(Conflict):
        care.do(following.change_side_effect, replace(made, words="Anders"))


def test_a_stop_rule_that_is_met_stops_and_leaves_a_task_of_today(clinic, care, client, plan, items):
    first, second = items[0].item, items[1].item
    with pytest.raises(Conflict, match="No stop rule"):
        care.do(following.meet_stop_rule, second.id, StopReason.SIDE_EFFECT, "huiduitslag")
    with pytest.raises(UserError):
        care.do(following.meet_stop_rule, first.id, StopReason.SIDE_EFFECT, " ")
    stopped = care.do(following.meet_stop_rule, first.id, StopReason.SIDE_EFFECT, "Huiduitslag op de armen")
    assert (stopped.status, stopped.stop_note) == (ItemStatus.STOPPED, "Huiduitslag op de armen")
    [row] = care.do(tasks.list_tasks).rows
    assert row.mine and row.task.due_on == TODAY and first.text in row.task.title and "bij huiduitslag" in row.task.note
    assert clinic.as_("receptie").do(tasks.list_tasks).rows == ()
    care.do(following.take_back_stop_rule, first.id)
    assert care.do(tasks.list_tasks).rows == () and care.do(following.open_following, client.id).items[0].running
    assert clinic.verified().ok


# -- alarms ------------------------------------------------------------------------------------------------------------------------------


def answers(care, *yes, assessed=()):
    return [
        RedFlagAnswer(code=one.code, answer=Answer.YES if one.code in yes else Answer.NO, assessed=one.code in assessed)
        for one in care.do(red_flags.flag_questions)
    ]


def some_code(care):
    return care.do(red_flags.flag_questions)[0].code


def test_a_yes_while_the_plan_runs_stands_until_it_is_settled_with_a_reason(clinic, care, client, plan):
    code = some_code(care)
    check = care.do(red_flags.recheck_flags, client.id, answers(care, code))
    assert check.alarm
    [alarm] = care.do(red_flags.open_alarms, client.id)
    [row] = care.do(tasks.list_tasks).rows
    assert len(alarm.flags) == 1 and row.mine and row.task.due_on == TODAY and alarm.flags[0][:40] in row.task.title
    for wrong in ((Settled.OPEN, "besproken met de huisarts"), (Settled.REFERRED, "ja")):
        with pytest.raises(UserError):
            care.do(red_flags.settle_alarm, check.id, *wrong)
    for who in ("receptie", "manager"):
        with pytest.raises(NotAllowed):
            clinic.as_(who).do(red_flags.settle_alarm, check.id, Settled.MISTAKEN, "verkeerd begrepen", reason="balie")
    assert clinic.as_("manager").do(red_flags.open_alarms, client.id)[0].flags == ()
    settled = care.do(red_flags.settle_alarm, check.id, Settled.REFERRED, "Verwezen naar de huisarts, brief mee")
    assert (settled.settled, settled.settled_by) == (Settled.REFERRED, care.user.id)
    assert care.do(red_flags.open_alarms, client.id) == () and care.do(tasks.list_tasks).rows == ()
    with pytest.raises(Conflict):
        care.do(red_flags.settle_alarm, check.id, Settled.REFERRED, "Verwezen naar de huisarts")
    care.do(red_flags.reopen_alarm, check.id)
    assert len(care.do(red_flags.open_alarms, client.id)) == 1 and len(care.do(tasks.list_tasks).rows) == 1
    assert clinic.verified().ok


def test_no_alarm_without_a_plan_or_without_an_open_yes(care, client):
    code = some_code(care)
    assert not care.do(red_flags.recheck_flags, client.id, answers(care, code)).alarm
    with pytest.raises(UserError):
        care.do(red_flags.recheck_flags, client.id, [])
    made = care.do(plans.create_plan, client.id, "three_phases")
    care.do(once(lambda work: [work.store.change(one, contra_checked=True) for one in made.items]))
    care.do(plans.discuss, made.plan.id)
    care.do(plans.activate, made.plan.id)
    assert not care.do(red_flags.recheck_flags, client.id, answers(care)).alarm
    assert not care.do(red_flags.recheck_flags, client.id, answers(care, code, assessed=(code,))).alarm
    assert care.do(red_flags.open_alarms, client.id) == ()


# -- contacts ----------------------------------------------------------------------------------------------------------------------------


def test_a_missed_contact_leaves_a_recall_for_the_reception(clinic, care, plan):
    contact = care.do(followups.plan_follow_up, plan.id, TODAY + D)
    desk = clinic.as_("receptie")
    desk.do(followups.miss_follow_up, contact.id)
    [row] = desk.do(tasks.list_tasks).rows
    assert row.mine and row.task.due_on == TODAY and row.task.client_id == plan.client_id and not row.task.care
    desk.do(followups.undo_follow_up, contact.id)
    assert desk.do(tasks.list_tasks).rows == ()


def test_out_of_its_window_a_contact_moves_only_with_a_reason(care, plan):
    contact = care.do(followups.plan_follow_up, plan.id, TODAY + 30 * D)
    assert care.do(followups.move_follow_up, contact.id, TODAY + 36 * D).move_reason == ""
    with pytest.raises(UserError) as refused:
        care.do(followups.move_follow_up, contact.id, TODAY + 60 * D)
    assert refused.value.field == "reason"
    assert care.do(followups.move_follow_up, contact.id, TODAY + 60 * D, "op vakantie").move_reason == "op vakantie"


def test_the_list_says_which_plan(care, plan):
    care.do(followups.plan_follow_up, plan.id, TODAY + 3 * D)
    assert care.do(followups.list_follow_ups)[0].plan_began == TODAY


def test_the_task_of_an_alarm_is_not_done_before_the_alarm_is_settled(care, client, plan):
    (flag, *_rest) = care.do(red_flags.flag_questions)
    check = care.do(red_flags.recheck_flags, client.id, [RedFlagAnswer(code=flag.code, answer=Answer.YES)])
    (row,) = [one for one in care.do(tasks.list_tasks).rows if one.task.source == f"red_flag_check:{check.id}"]
    for case, *args in ((tasks.do_task, row.id), (tasks.lapse_task, row.id, "hoeft niet")):
        with pytest.raises(Conflict, match="settled"):
            care.do(case, *args)
    care.do(red_flags.settle_alarm, check.id, Settled.MISTAKEN, "vraag verkeerd begrepen")
    assert care.do(tasks.list_tasks).rows == ()


def test_the_line_of_time_tells_how_far_an_item_was_kept_to(clinic, care, client, items):
    first, second, *_rest = items
    day = care.do(following.open_following, client.id).today
    care.do(following.save_adherence, client.id, {first.line: 0})
    clinic.clock.move(days=14)
    care.do(following.save_adherence, client.id, {first.line: 75})
    told = {bar.line: bar.told for bar in care.do(course.open_course, client.id).bars}
    assert told[first.line] == ((day, 0), (day + timedelta(days=14), 75)) and told[second.line] == ()
