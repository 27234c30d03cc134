"""What a plan says: rhythm and week, goals, cadence and contacts, what is signed and frozen, templates. Properties, and the door."""

import json
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from nmx_desk.domain.agenda import Channel
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, UserError
from nmx_desk.domain.history import LifestyleMeasurement
from nmx_desk.domain.notes import FrozenKind, FrozenPrint
from nmx_desk.domain.plan_cadence import ContactFate, Planned, cadence_text, contact_changes, parse_cadence
from nmx_desk.domain.plan_changes import ChangeKind, PartKind
from nmx_desk.domain.plan_rhythm import DAY, WEEK, moments_of, rhythm_problem, schedule
from nmx_desk.domain.plan_rules import check_item, plan_hash
from nmx_desk.domain.plans import (
    MOMENTS_OF_DAY,
    FollowUp,
    FollowUpStatus,
    GoalResult,
    ItemStatus,
    Pillar,
    PlanGoal,
    PlanItem,
    PlanPhase,
    PlanVersion,
    StopReason,
    WithFood,
)
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.services import agenda, followups, plan_measures, plan_templates, plans, reports
from nmx_desk.services.desk import UseCase
from tests.lists import approve_papers
from tests.prints import page_texts

TODAY = date(2026, 9, 14)
WEEK_LONG = timedelta(weeks=1)


def once(function):
    """A use case of this test only."""
    return UseCase(function, "session.use", writes=True, code="", rescue=False, aside=False)


def put(desk, record):
    return desk.do(once(lambda work: work.store.add(record)))


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    return put(desk, Client(client_no="C-000001", first_name="Sanne", surname="Meer", phone="+31600112233", practitioner_id=desk.user.id))


@pytest.fixture
def sheet(desk, client):
    return desk.do(plans.create_plan, client.id, "three_phases")


def save(desk, sheet, *, items=None, goals=None, **fields):
    return desk.do(plans.save_version, replace(sheet.version, **fields), sheet.phases, sheet.items if items is None else items, goals)


def with_item(sheet, **fields):
    made = {"id": "new", "phase_id": sheet.phases[0].id, "pillar": Pillar.SUPPLEMENT, "text": "Magnesium"}
    return [*sheet.items, PlanItem(**(made | {"evaluate_on": TODAY + 4 * WEEK_LONG} | fields))]


def activated(desk, sheet):
    desk.do(plans.discuss, sheet.plan.id)
    return desk.do(plans.activate, sheet.plan.id)


def the(sheet, text):
    return next(item for item in sheet.items if item.text == text)


# -- the rhythm and the week -------------------------------------------------------------------------------------------------------------

CODES = st.lists(st.sampled_from(list(MOMENTS_OF_DAY)), unique=True).map(" ".join)
DAYS = st.lists(st.sampled_from("1234567"), unique=True).map(lambda days: " ".join(sorted(days)))
ITEMS = st.builds(
    PlanItem, id=st.uuids().map(str), text=st.just("x"), pillar=st.sampled_from(list(Pillar)), times=st.none() | st.integers(1, 24),
    per=st.sampled_from([DAY, WEEK]), moments=CODES, days=DAYS,
)  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"times": 0}, "times"), ({"times": 25}, "times"), ({"per": "year"}, "per"), ({"moments": "tea"}, "moments"),
        ({"days": "8"}, "days"),
        ({"times": 1, "moments": "morning evening"}, "moments"), ({"times": 2, "per": WEEK, "days": "1 3 5"}, "days"),
        ({"times": 3, "moments": "morning evening"}, None), ({"times": 3, "per": WEEK, "days": "1 3 5"}, None), ({}, None),
    ],
)  # fmt: skip
def test_a_rhythm_that_does_not_fit_is_refused_beside_its_field(fields, wrong):
    item = PlanItem(text="Magnesium", **fields)
    assert rhythm_problem(item) == wrong
    if wrong:
        with pytest.raises(UserError) as caught:
            check_item(item)
        assert caught.value.field == wrong
    else:
        check_item(item)


def test_stopping_and_calling_never_stops_medication():
    with pytest.raises(UserError) as caught:
        check_item(PlanItem(text="Magnesium", stop_when="Bij diarree: stop met je metformine."))
    assert caught.value.field == "stop_when"
    check_item(PlanItem(text="Magnesium", stop_when="Bij diarree of huiduitslag: stop hiermee en bel ons."))


@given(st.lists(ITEMS, max_size=8))
def test_the_week_holds_every_supplement_at_each_of_its_moments_and_nothing_else(items):
    week = schedule(items)
    found = sorted((slot.moment, intake.item.id) for slot in week for intake in slot.intakes)
    wanted = sorted((moment, item.id) for item in items if item.pillar is Pillar.SUPPLEMENT for moment in moments_of(item) or ("",))
    assert found == wanted
    assert [slot.moment for slot in week] == [moment for moment in (*MOMENTS_OF_DAY, "") if moment in {one[0] for one in wanted}]
    for slot in week:
        for intake in slot.intakes:
            assert intake.free == (not intake.days)
            if intake.item.days:
                assert intake.days == {int(day) for day in intake.item.days.split()}


@given(CODES, st.integers(0, 20), DAYS)
def test_what_is_taken_in_a_day_adds_up(moments, more, days):
    item = PlanItem(text="x", pillar=Pillar.SUPPLEMENT, times=min(max(len(moments.split()), 1) + more, 24), moments=moments, days=days)
    assert sum(intake.times for slot in schedule([item]) for intake in slot.intakes) == item.times


# -- the cadence -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "weeks"), [("4, 8 12", (4, 8, 12)), ("12 4 4", (4, 12)), ("", ()), ("6;18+24", (6, 18, 24))])
def test_a_cadence_as_typed(typed, weeks):
    assert parse_cadence(typed) == weeks
    assert parse_cadence(cadence_text(weeks)) == weeks


@pytest.mark.parametrize("typed", ["0", "53", "vier", "4-8", "-4", "1 2 3 4 5 6 7 8 9 10 11 12 13", "²"])
def test_a_cadence_that_cannot_be(desk, sheet, typed):
    with pytest.raises(UserError) as caught:
        save(desk, sheet, cadence=typed)
    assert caught.value.field == "cadence"


WEEKS = st.lists(st.integers(1, 30), unique=True, max_size=6).map(lambda weeks: tuple(sorted(weeks)))
STATES = st.sampled_from(list(FollowUpStatus))
KNOWN = st.lists(st.tuples(st.none() | st.integers(1, 30), st.integers(0, 210), STATES, st.booleans()), max_size=8)


@given(WEEKS, WEEKS, KNOWN, st.integers(0, 150))
def test_changing_the_cadence_moves_only_what_is_not_booked(weeks, former, known, passed):
    today = TODAY + timedelta(days=passed)
    contacts = [
        Planned(follow_up=FollowUp(id=str(n), week=week, due_on=TODAY + timedelta(days=days), status=status), booked=booked)
        for n, (week, days, status, booked) in enumerate(known)
    ]
    found = contact_changes(weeks, TODAY, today, contacts, former)
    planned = {one.follow_up.id: one for one in contacts if one.follow_up.status is FollowUpStatus.PLANNED}
    touched = [one.follow_up.id for one in found if one.follow_up]
    assert len(touched) == len(set(touched))
    assert set(touched) == {key for key, one in planned.items() if one.follow_up.week is not None}
    for change in found:
        if change.fate in {ContactFate.ADDED, ContactFate.MOVED}:
            assert change.week in weeks
            assert change.due_on == TODAY + timedelta(weeks=change.week) > today
        if change.follow_up and planned[change.follow_up.id].booked:
            assert change.fate is ContactFate.BOOKED
            assert change.due_on == change.follow_up.due_on
        if change.fate is ContactFate.LAPSED:
            assert change.week not in weeks
    made = [one.week for one in found if one.fate in {ContactFate.ADDED, ContactFate.MOVED}]
    assert len(made) == len(set(made))
    assert not {one.follow_up.week for one in contacts if one.follow_up.status is FollowUpStatus.DONE} & set(made)


def test_activation_dates_the_contacts_it_told_of(clinic, desk, sheet):
    told = [(one.fate, one.week, one.due_on) for one in sheet.ahead]
    assert told == [(ContactFate.ADDED, week, TODAY + week * WEEK_LONG) for week in (4, 8, 12, 20)]
    active = activated(desk, sheet)
    made = [one.follow_up for one in active.contacts]
    assert [(one.week, one.due_on, one.window_days, one.practitioner_id) for one in made] == [
        (week, due, 7, desk.user.id) for _fate, week, due in told
    ]
    assert active.ahead == ()
    assert clinic.verified().ok


def test_a_new_cadence_leaves_booked_contacts_and_says_so_first(clinic, desk, sheet):
    first = activated(desk, sheet)
    clinic.clock.move(days=14)
    offer = desk.do(agenda.next_free, "follow_up", practitioner_id=desk.user.id)[0]
    desk.do(followups.book_follow_up, first.contacts[0].follow_up.id, offer)
    desk.do(followups.plan_follow_up, sheet.plan.id, TODAY + 30 * WEEK_LONG, Channel.PHONE)
    draft = desk.do(plans.new_version, sheet.plan.id, "andere momenten")
    assert draft.version.cadence == "4 8 12 20"
    draft = save(desk, draft, cadence="6 8 30")
    told = [(one.fate, one.week) for one in draft.ahead]
    assert told == [
        (ContactFate.BOOKED, 4), (ContactFate.MOVED, 6), (ContactFate.KEPT, 8), (ContactFate.LAPSED, 20),
    ]  # fmt: skip (week 30 has a contact of its own)
    second = activated(desk, draft)
    stored = {one.follow_up.week: one.follow_up for one in second.contacts if one.follow_up.status is FollowUpStatus.PLANNED}
    assert set(stored) == {4, 6, 8, None}
    assert stored[6].due_on == TODAY + 6 * WEEK_LONG
    assert clinic.verified().ok


def test_the_client_takes_home_the_day_that_was_booked(desk, sheet):
    first = activated(desk, sheet)
    offer = desk.do(agenda.next_free, "follow_up", practitioner_id=desk.user.id)[0]
    desk.do(followups.book_follow_up, first.contacts[0].follow_up.id, offer)
    booked = offer.starts_at.astimezone(ZoneInfo("Europe/Amsterdam")).date()
    due = [one.follow_up.due_on for one in first.contacts[1:]]
    said = " ".join(" ".join(page_texts(desk.do(reports.make_report, "plan", client_id=sheet.client.id, spoken="en"))).split())
    translate = translator("en")
    assert booked != first.contacts[0].follow_up.due_on
    assert " ".join(formats.weekday(day, translate) for day in (booked, *due)) in said


def test_a_contact_that_somebody_let_lapse_does_not_come_back(desk, sheet):
    first = activated(desk, sheet)
    desk.do(followups.lapse_follow_up, first.contacts[1].follow_up.id)
    second = activated(desk, desk.do(plans.new_version, sheet.plan.id, "nog een keer"))
    assert [one.follow_up.week for one in second.contacts if one.follow_up.status is FollowUpStatus.PLANNED] == [4, 12, 20]


# -- beginning and stopping --------------------------------------------------------------------------------------------------------------


def test_what_starts_later_begins_with_one_act_on_the_day_it_did(clinic, desk, sheet):
    active = activated(desk, sheet)
    clinic.clock.move(days=30)
    begun = desk.do(plans.begin_phase, active.phases[1].id, TODAY + timedelta(days=28))
    second = begun.items_of(active.phases[1].id)
    assert {(item.status, item.begun_on) for item in second} == {(ItemStatus.ACTIVE, TODAY + timedelta(days=28))}
    assert {item.status for item in begun.items_of(active.phases[2].id)} == {ItemStatus.PLANNED}
    with pytest.raises(Conflict):
        desk.do(plans.begin_phase, active.phases[1].id)
    stopped = desk.do(plans.stop_item, second[0].id, StopReason.SIDE_EFFECT, TODAY + timedelta(days=29), "buikpijn")
    item = next(one for one in stopped.items if one.id == second[0].id)
    assert (item.stopped_on, item.stop_reason, item.stop_note) == (TODAY + timedelta(days=29), "side_effect", "buikpijn")
    assert clinic.verified().ok


@pytest.mark.parametrize("days", [-1, 1])
def test_no_item_begins_or_stops_on_a_day_that_cannot_be(desk, sheet, days):
    active = activated(desk, sheet)
    with pytest.raises(UserError) as caught:
        desk.do(plans.stop_item, active.items[0].id, StopReason.COSTS, TODAY + timedelta(days=days))
    assert caught.value.field == "on"
    with pytest.raises(UserError):
        desk.do(plans.resume_item, active.items[-1].id, TODAY + timedelta(days=days))


def test_nothing_begins_unchecked_when_medication_came_in_between(clinic, desk, client, sheet):
    active = activated(desk, sheet)
    asked = put(desk, AdviceRequest(client_id=client.id, received_at=clinic.clock(), first_name="Sanne"))
    told = AdviceCall(request_id=asked.id, client_id=client.id, practitioner_id=desk.user.id, started_at=clinic.clock())
    put(desk, replace(told, medication="metformine"))
    with pytest.raises(UserError) as caught:
        desk.do(plans.resume_item, active.items[-1].id)
    assert caught.value.field == "contra_checked"
    assert the(desk.do(plans.open_plan, client.id), active.items[-1].text).status is ItemStatus.PLANNED


def test_a_running_item_keeps_the_day_it_began_in_the_next_version(clinic, desk, sheet):
    activated(desk, sheet)
    clinic.clock.move(days=10)
    second = activated(desk, desk.do(plans.new_version, sheet.plan.id, "bijgesteld"))
    assert {item.begun_on for item in second.items if item.status is ItemStatus.ACTIVE} == {TODAY}


# -- goals -------------------------------------------------------------------------------------------------------------------------------


def test_goals_are_copied_judged_and_told_as_differences(clinic, desk, sheet):
    aims = [
        PlanGoal(id="a", text=" Beter slapen ", measure="lifestyle:sleep_quality", baseline="0", target="7,5"),
        PlanGoal(id="b", text="Meer energie", measure="outcome:energy", baseline="4", target="7"),
    ]
    saved = save(desk, sheet, goals=aims)
    assert [(one.text, one.baseline, one.target) for one in saved.goals] == [("Beter slapen", "0", "7.5"), ("Meer energie", "4", "7")]
    assert save(desk, saved).goals == saved.goals  # goals that are not given stay
    with pytest.raises(Conflict, match="activated"):
        desk.do(plans.judge_goal, saved.goals[0].id, GoalResult.REACHED)
    active = activated(desk, saved)
    assert active.version.hash == plan_hash(active.version, active.phases, active.items, active.goals)
    judged = desk.do(plans.judge_goal, active.goals[0].id, GoalResult.REACHED)
    assert (judged.goals[0].result, judged.goals[0].judged_on) == (GoalResult.REACHED, TODAY)
    draft = desk.do(plans.new_version, sheet.plan.id, "volgende doel")
    assert [one.text for one in draft.goals] == ["Meer energie"]  # what was reached is not set again
    draft = save(desk, draft, goals=[replace(draft.goals[0], target="8"), PlanGoal(id="c", text="Elke dag wandelen")])
    found = desk.do(plans.compare_versions, active.version.id, draft.version.id)
    goals = [(one.kind, one.name) for one in found if one.part is PartKind.GOAL]
    assert goals == [
        (ChangeKind.CHANGED, "Meer energie"), (ChangeKind.ADDED, "Elke dag wandelen"), (ChangeKind.REMOVED, "Beter slapen"),
    ]  # fmt: skip
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"text": " "}, "goal_text"), ({"target": "veel", "measure": "outcome:calm"}, "goal_target"), ({"target": "7"}, "goal_measure"),
     ({"text": "Stoppen met metformine"}, "goal_text")],
)  # fmt: skip
def test_a_goal_that_cannot_be(desk, sheet, fields, wrong):
    with pytest.raises(UserError) as caught:
        save(desk, sheet, goals=[PlanGoal(**({"text": "Rust"} | fields))])
    assert caught.value.field == wrong


def test_the_figures_a_goal_can_name_have_their_last_value(desk, client):
    for day, half in ((TODAY - WEEK_LONG, 12), (TODAY, 13)):
        put(desk, LifestyleMeasurement(client_id=client.id, measured_on=day, sleep_half_hours=half, stress=0))
    found = {one.code: one for one in desk.do(plan_measures.goal_measures, client.id)}
    assert (found["lifestyle:sleep_half_hours"].value, found["lifestyle:sleep_half_hours"].on) == ("6.5", TODAY)
    assert found["lifestyle:stress"].value == "0"  # 0 is a value
    assert found["outcome:calm"].value == ""  # blank is "not measured"


# -- what is signed ----------------------------------------------------------------------------------------------------------------------


def test_what_was_signed_before_keeps_its_sum():
    """The sum of a version that says nothing new is what it was before plans could say more."""
    version = PlanVersion(id="v", plan_id="p", client_id="c", number=2, reason="bij", valid_from=TODAY, agreed_on=TODAY, activated_by="u")
    item = PlanItem(id="i", phase_id="f", text="Magnesium", dose="400", dose_unit="mg", frequency="elke dag", evaluate_on=TODAY)
    assert plan_hash(version, [PlanPhase(id="f", name="Een", weeks=4)], [item]) == OLD


OLD = "afcdf62696b2b4181a3b2717c99896bdd397c36f52a50242400a24c33aa680bf"


@pytest.mark.parametrize(
    "fields",
    [{"times": 1}, {"per": WEEK}, {"moments": "morning"}, {"days": "1"}, {"with_food": WithFood.WITH}, {"stop_when": "bij uitslag"}],
)  # fmt: skip
def test_what_is_said_is_in_the_sum(fields):
    version, phase, item = PlanVersion(id="v"), PlanPhase(id="f"), PlanItem(id="i", phase_id="f", text="x")
    assert plan_hash(version, [phase], [item]) != plan_hash(version, [phase], [replace(item, **fields)])
    assert plan_hash(version, [phase], [item]) != plan_hash(replace(version, cadence="4"), [phase], [item])
    assert plan_hash(version, [phase], [item]) != plan_hash(version, [phase], [item], [PlanGoal(text="Rust")])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE plan_version SET cadence = '1'", "UPDATE plan_version SET agreed_with = 'x'", "UPDATE plan_item SET times = 9",
        "UPDATE plan_item SET stop_when = 'x'", "UPDATE plan_item SET days = '1'", "UPDATE plan_goal SET target = '10'",
        "DELETE FROM plan_goal",
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_signed(desk, sheet, sql):
    active = activated(desk, save(desk, sheet, goals=[PlanGoal(text="Rust")]))
    with pytest.raises(IntegrityError, match="activated"):
        desk.do(once(lambda work: work.store.connection.exec_driver_sql(sql)))
    again = desk.do(plans.open_plan, sheet.client.id)
    assert (again.version, again.items, again.goals) == (active.version, active.items, active.goals)


def test_a_plan_is_printed_as_it_was_signed_with_the_states_of_today(clinic, desk, client, sheet):
    goal = PlanGoal(text="Meer energie", measure="outcome:energy", baseline="4", target="7")
    active = activated(desk, save(desk, sheet, items=with_item(sheet, dose="400", dose_unit="mg", times=1), goals=[goal]))
    kept = desk.do(once(lambda work: work.store.find_one(FrozenPrint, kind=FrozenKind.PLAN, subject_id=active.version.id)))
    assert json.loads(kept.content)["client_name"] == "Sanne Meer"
    desk.do(once(lambda work: work.store.change(work.store.get(Client, client.id), surname="Bakker")))
    desk.do(plans.stop_item, the(active, "Magnesium").id, StopReason.SIDE_EFFECT)
    shown = desk.do(plans.final_plan, client.id)
    assert shown.client_name == "Sanne Meer"
    assert (the(shown, "Magnesium").status, the(shown, "Magnesium").dose) == (ItemStatus.STOPPED, "400")
    assert [(one.text, one.words, one.target) for one in shown.goals] == [("Meer energie", "Energie, 0–10", "7")]
    assert replace(shown.version, hash="") == replace(active.version, hash="", version=shown.version.version)
    desk.do(once(lambda work: work.store.change(kept, content=kept.content.replace("Magnesium", "Zink"))))
    with pytest.raises(EnvironmentProblem):
        desk.do(plans.final_plan, client.id)


def test_with_whom_it_was_agreed_is_part_of_what_is_signed(desk, sheet):
    desk.do(plans.discuss, sheet.plan.id)
    with pytest.raises(UserError):
        desk.do(plans.agree, sheet.plan.id, TODAY + WEEK_LONG)
    desk.do(plans.agree, sheet.plan.id, TODAY - WEEK_LONG, " haar  moeder ")
    active = desk.do(plans.activate, sheet.plan.id)
    assert (active.version.agreed_on, active.version.agreed_with) == (TODAY - WEEK_LONG, "haar moeder")
    with pytest.raises(Conflict):
        desk.do(plans.agree, sheet.plan.id, TODAY)
    again = desk.do(plans.new_version, sheet.plan.id, "bijgesteld")
    desk.do(plans.discuss, sheet.plan.id, None, "haar vader")
    assert desk.do(plans.redraft, sheet.plan.id).version.agreed_with == ""
    assert again.version.agreed_with == ""


# -- templates ---------------------------------------------------------------------------------------------------------------------------


def test_a_template_of_ones_own_is_a_copy_in_versions(clinic, desk, sheet):
    said = {"dose": "400", "dose_unit": "mg", "times": 2, "moments": "morning evening", "with_food": WithFood.WITH, "stop_when": "uitslag"}
    goals = [
        PlanGoal(text="Meer energie", measure="outcome:energy", baseline="4", target="7"),
        PlanGoal(text="Minder hoofdpijn", measure="complaint:abc", baseline="8", target="4"),
    ]
    plan = save(desk, sheet, items=with_item(sheet, **said), goals=goals, cadence="3 6")
    own = desk.do(plan_templates.save_template, plan.version.id, "Rustig begin", "Voor wie slecht slaapt")
    assert (own.is_own, own.number, own.cadence) == (True, 1, "3 6")
    assert own.code not in {one.code for one in desk.do(plans.plan_templates)}, "it waits for approval"
    approve_papers(clinic)
    found = desk.do(plans.plan_templates)
    assert [one.code for one in found] == ["three_phases", "five_r", own.code]
    copied = next(item for part in found[-1].phases for item in part.items if item.text == "Magnesium")
    assert {name: getattr(copied, name) for name in said} == said
    assert (copied.evaluate_on, copied.contra_checked, copied.status) == (None, False, ItemStatus.PLANNED)
    assert [(one.text, one.baseline, one.target) for one in found[-1].goals] == [("Meer energie", "", "7")]  # nothing of the client
    desk.do(plans.discard_draft, sheet.plan.id)
    made = desk.do(plans.create_plan, sheet.client.id, own.code)
    assert [phase.name for phase in made.phases] == [phase.name for phase in plan.phases]
    second = desk.do(plan_templates.save_template, save(desk, made, items=made.items[:1]).version.id, "Rustig begin", code=own.code)
    assert (second.code, second.number) == (own.code, 2)
    approve_papers(clinic)
    assert len(desk.do(plans.open_plan, sheet.client.id).items) == 1  # copied, never linked
    renamed = desk.do(plan_templates.rename_template, own.code, "Rustig aan", "")
    assert (renamed.name, renamed.number) == ("Rustig aan", 3)
    assert [paper.row.title for paper in approve_papers(clinic)] == ["Rustig aan"]
    assert [one.number for one in desk.do(plans.plan_templates) if one.is_own] == [3]
    assert clinic.verified().ok


def test_a_retired_template_is_offered_no_more(clinic, desk, sheet):
    own = desk.do(plan_templates.save_template, sheet.version.id, "Rustig begin")
    approve_papers(clinic)
    desk.do(plan_templates.retire_template, own.code)
    with pytest.raises(Conflict):
        desk.do(plan_templates.retire_template, own.code)
    assert own.code not in {one.code for one in desk.do(plans.plan_templates)}
    assert [one.is_active for one in desk.do(plans.plan_templates, retired=True)] == [True, True, False]
    desk.do(plans.discard_draft, sheet.plan.id)
    with pytest.raises(UserError, match="no such template"):
        desk.do(plans.create_plan, sheet.client.id, own.code)
    desk.do(plan_templates.offer_template, own.code)
    assert desk.do(plans.create_plan, sheet.client.id, own.code)


@pytest.mark.parametrize("name", ["", "  ", "5R", "drie FASEN", "x" * 81])
def test_a_template_needs_a_name_of_its_own(desk, sheet, name):
    with pytest.raises(UserError) as caught:
        desk.do(plan_templates.save_template, sheet.version.id, name)
    assert caught.value.field == "name"
