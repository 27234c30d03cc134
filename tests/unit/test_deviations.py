"""Nonconformities at the door: registered by anybody, handled by the manager, each step with its words; the auditor reads no name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.data import log
from nmx_desk.domain.audits import AuditFinding, QualityAudit
from nmx_desk.domain.clients import Client
from nmx_desk.domain.deviations import DEVIATION_STEPS, Deviation, DeviationStatus, Grade, Origin, deadline, explained, stepped_back
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.services import clients, deviation_steps, deviations, people, tasks
from nmx_desk.services.deviation_steps import PlannedAction
from tests.clinic import PASSWORD, once

S = DeviationStatus
TODAY = date(2026, 9, 14)
CAUSE = {"why1": "Niet nagekeken", "cause": "Geen vaste controle", "similar": "Ook bij de andere behandelaar, twee keer"}


def told(**kw):
    return Deviation(**{"found_on": TODAY, "summary": "Weegschaal niet geijkt", "clause": "7.1.5", **kw})


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def one(boss):
    return boss(deviations.register_deviation, told(), "De sticker was van 2024.")


def client(clinic):
    return clinic.as_("receptie").do(clients.create_client, Client(first_name="Anna", surname="de Vries", phone="0600112233"))


def manager_too(clinic, name="kwaliteit"):
    """A second manager."""
    clinic.as_("beheerder").do(people.add_user, name, "K. Demo", (Role.MANAGER,), password=PASSWORD)
    clinic.approve()
    return clinic.as_(name).do


def planned(clinic, one, *, by="behandelaar"):
    """Up to its planned action."""
    boss = clinic.as_("manager").do
    boss(deviation_steps.correct_deviation, one.id, "Weegschaal apart gezet")
    boss(deviation_steps.explain_deviation, one.id, CAUSE)
    due = clinic.clock().date() + timedelta(days=14)
    action = PlannedAction(title="IJking jaarlijks in de agenda", due_on=due, owner_id=clinic.as_(by).user.id)
    return boss(deviation_steps.plan_deviation, one.id, "Jaarlijkse ijking", due, [action])


def carried_out(clinic, one, *, by="behandelaar"):
    planned(clinic, one, by=by)
    boss = clinic.as_("manager").do
    for action in boss(deviations.open_deviation, one.id).parts.actions:
        clinic.as_(by).do(tasks.do_task, action.id)
    return boss(deviation_steps.carry_out_deviation, one.id)


def test_the_whole_way_with_its_words_and_days(clinic, boss, one):
    assert one.number == "A-00001" and one.due_on == TODAY + timedelta(weeks=4) and one.status is S.OPEN
    clinic.clock.move(days=2)
    assert boss(deviation_steps.correct_deviation, one.id, "Apart gezet", TODAY + timedelta(days=1)).corrected_on == TODAY + timedelta(1)
    assert boss(deviation_steps.explain_deviation, one.id, CAUSE | {"why2": "Geen lijst"}).cause_on == TODAY + timedelta(2)
    due = TODAY + timedelta(days=30)
    action = PlannedAction(title="IJken", due_on=due)
    assert boss(deviation_steps.plan_deviation, one.id, "Jaarlijks ijken", due, [action]).due_on == due
    with pytest.raises(Conflict, match="1 action still waits"):
        boss(deviation_steps.carry_out_deviation, one.id)
    [waits] = boss(deviations.open_deviation, one.id).parts.actions
    boss(tasks.lapse_task, waits.id, "weegschaal is vervangen")
    done = boss(deviation_steps.carry_out_deviation, one.id)
    assert (done.done_by, done.test_due_on) == (clinic.as_("manager").user.id, date(2026, 12, 16))
    assert boss(deviation_steps.check_effect, one.id, "Drie maanden gekeken", True).effective is True
    shut = boss(deviation_steps.close_deviation, one.id)
    assert shut.status is S.CLOSED and shut.closed_on == TODAY + timedelta(2)
    sheet = boss(deviations.open_deviation, one.id)
    assert sheet.words == CAUSE | {
        "why2": "Geen lijst", "correction": "Apart gezet", "action": "Jaarlijks ijken", "test": "Drie maanden gekeken",
        "story": "De sticker was van 2024.",
    }  # fmt: skip
    assert (sheet.owner, sheet.doer, sheet.tester) == ("M. Demo", "M. Demo", "M. Demo")
    with pytest.raises(Conflict, match="is closed"):
        boss(deviations.change_deviation, replace(shut, summary="Anders"))
    assert clinic.verified().ok


@pytest.mark.parametrize("missing", ["why1", "cause", "similar"])
def test_a_cause_asks_why_and_whether_it_happens_elsewhere(boss, one, missing):
    boss(deviation_steps.correct_deviation, one.id, "Apart gezet")
    with pytest.raises(UserError) as refused:
        boss(deviation_steps.explain_deviation, one.id, CAUSE | {missing: " "})
    assert refused.value.field == missing and boss(deviations.open_deviation, one.id).deviation.status is S.CORRECTION


def test_days_that_cannot_be_are_refused_at_their_field(boss, one):
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(UserError) as refused:
            boss(deviation_steps.correct_deviation, one.id, "Apart gezet", day)
        assert refused.value.field == "on"
    for changed, field in (({"summary": "  "}, "summary"), ({"found_on": TODAY + timedelta(1)}, "found_on"),
                           ({"due_on": TODAY - timedelta(1)}, "due_on"), ({"source": "note:1"}, "source")):  # fmt: skip
        with pytest.raises(UserError) as refused:
            boss(deviations.register_deviation, told(**changed))
        assert refused.value.field == field


def test_an_action_is_asked_for_and_lies_within_the_term(boss, one):
    boss(deviation_steps.correct_deviation, one.id, "Apart gezet")
    boss(deviation_steps.explain_deviation, one.id, CAUSE)
    late = PlannedAction(title="IJken", due_on=TODAY + timedelta(days=9))
    for actions, field in (([], "actions"), ([late], "due_on")):
        with pytest.raises(UserError) as refused:
            boss(deviation_steps.plan_deviation, one.id, "IJken", TODAY + timedelta(days=8), actions)
        assert refused.value.field == field
    assert boss(tasks.list_tasks).rows == ()


def test_who_carried_it_out_does_not_test_its_effect_where_somebody_else_may(clinic, one):
    carried_out(clinic, one, by="manager")
    other = manager_too(clinic)
    with pytest.raises(Conflict, match=r"let somebody else test the effect: K\. Demo"):
        clinic.as_("manager").do(deviation_steps.check_effect, one.id, "Gekeken", True)
    assert other(deviation_steps.check_effect, one.id, "Gekeken", True).tested_by == clinic.as_("kwaliteit").user.id


def test_in_a_clinic_of_one_manager_the_log_says_it_was_tested_alone(clinic, boss, one):
    carried_out(clinic, one, by="manager")
    boss(deviation_steps.check_effect, one.id, "Gekeken", True)
    entries = boss(once(lambda work: log.lines(work.store, log.LogFilter(obj_id=one.id))))
    assert [row.code for row in entries if row.reason_code == "alone"] == ["CHANGE"]


def test_without_effect_it_goes_back_to_its_cause_and_counts_how_often(clinic, boss, one):
    carried_out(clinic, one)
    boss(deviation_steps.check_effect, one.id, "Weer verlopen", False)
    with pytest.raises(Conflict, match="had no effect"):
        boss(deviation_steps.close_deviation, one.id)
    again = boss(deviation_steps.reopen_deviation, one.id)
    assert (again.reopened, again.effective, again.status) == (1, False, S.REOPENED)
    clinic.clock.move(days=1)
    found = boss(deviation_steps.explain_deviation, one.id, CAUSE | {"cause": "Niemand verantwoordelijk"})
    assert (found.reopened, found.effective, found.done_on, found.tested_on) == (1, None, None, None)
    assert found.due_on == TODAY + timedelta(days=29) and boss(deviations.open_deviation, one.id).words["cause"].startswith("Niemand")


def test_a_step_is_taken_back_by_who_took_it_on_the_same_day(clinic, boss, one):
    planned(clinic, one)
    before = boss(deviations.open_deviation, one.id)
    assert before.may_undo and len(before.parts.actions) == 1
    back = boss(deviation_steps.undo_deviation_step, one.id)
    assert back.status is S.CAUSE and back.planned_on is None
    after = boss(deviations.open_deviation, one.id)
    assert after.parts.actions == () and after.words["action"] == "Jaarlijkse ijking", "untouched tasks go, words stay to be mended"
    assert boss(deviation_steps.undo_deviation_step, one.id).status is S.CORRECTION
    clinic.clock.move(days=1)
    assert not boss(deviations.open_deviation, one.id).may_undo
    with pytest.raises(Conflict, match="same day"):
        boss(deviation_steps.undo_deviation_step, one.id)


def test_what_another_closed_is_not_taken_back(clinic, boss, one):
    carried_out(clinic, one)
    other = manager_too(clinic)
    other(deviation_steps.check_effect, one.id, "Gekeken", True)
    other(deviation_steps.close_deviation, one.id)
    with pytest.raises(Conflict, match="Only who took this step"):
        boss(deviation_steps.undo_deviation_step, one.id)
    assert other(deviation_steps.undo_deviation_step, one.id).status is S.TESTED
    assert clinic.verified().ok


def test_the_auditor_reads_the_words_without_names_and_never_whom_it_is_about(clinic, boss):
    clinic.as_("beheerder").do(people.add_user, "auditor", "X. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    anna = client(clinic)
    mine = told(client_id=anna.id, source=f"client:{anna.id}")
    made = clinic.as_("receptie").do(deviations.register_deviation, mine, "Mevrouw De Vries kreeg de brief van een ander.")
    boss(deviation_steps.correct_deviation, made.id, "Brief teruggehaald")
    boss(deviations.add_deviation_file, made.id, "brief-de-vries.pdf", b"%PDF-1.4")
    reader = clinic.as_("auditor").do
    sheet = reader(deviations.open_deviation, made.id)
    assert dict(sheet.words) == {"correction": "Brief teruggehaald"} and not sheet.whole and sheet.client == ""
    shown = repr((sheet, reader(deviations.list_deviations)))
    assert not any(text in shown for text in (anna.id, anna.client_no, "Vries", "brief-de"))
    whole = boss(deviations.open_deviation, made.id)
    assert whole.client == "Anna de Vries" and whole.deviation.client_no == anna.client_no and "story" in whole.words
    assert clinic.as_("receptie").do(deviations.open_deviation, made.id).client == "Anna de Vries", "who reported it reads it"
    with pytest.raises(NotAllowed):
        clinic.as_("behandelaar").do(deviations.open_deviation, made.id)


def test_who_reports_sees_ones_own_and_hands_no_steps(clinic, boss, one):
    mine = clinic.as_("behandelaar").do(deviations.register_deviation, told(summary="Koelkast te warm"))
    assert [row.id for row in clinic.as_("behandelaar").do(deviations.list_deviations).rows] == [mine.id]
    assert {row.id for row in boss(deviations.list_deviations).rows} == {one.id, mine.id}
    assert clinic.as_("receptie").do(deviations.list_deviations).rows == ()
    with pytest.raises(NotAllowed):
        clinic.as_("behandelaar").do(deviation_steps.correct_deviation, mine.id, "Bijgesteld")


def test_the_list_says_what_is_late_and_which_actions_wait(clinic, boss, one):
    planned(clinic, one)
    clinic.clock.move(days=20)
    boss(deviations.register_deviation, told(found_on=TODAY + timedelta(20), due_on=None))
    late, new = boss(deviations.list_deviations).rows
    assert (late.late, late.due_on, late.actions, late.waiting, late.owner) == (True, TODAY + timedelta(14), 1, 1, "M. Demo")
    assert (new.late, new.actions) == (False, 0)


def test_a_finding_becomes_one_in_one_step_and_only_once(clinic, boss):
    def put(work):
        audit = work.store.add(QualityAudit(number="AU-00001", title="Jaarlijks", held_on=TODAY - timedelta(3)))
        return work.store.add(AuditFinding(audit_id=audit.id, grade=Grade.MAJOR, clause="7.5.3", text="Oude versie in de kast"))

    finding = boss(once(put))
    draft = boss(deviations.draft_deviation, f"audit_finding:{finding.id}")
    assert (draft.origin, draft.grade, draft.clause, draft.summary, draft.found_on) == (
        Origin.INTERNAL_AUDIT, Grade.MAJOR, "7.5.3", "Oude versie in de kast", TODAY - timedelta(3),
    )  # fmt: skip
    made = boss(deviations.register_deviation, draft)
    assert boss(once(lambda work: work.store.get(AuditFinding, finding.id))).deviation_id == made.id
    assert boss(deviations.open_deviation, made.id).parts.came_from == "Finding of audit AU-00001"
    with pytest.raises(Conflict, match="already"):
        boss(deviations.register_deviation, draft)


def test_words_are_mended_until_it_is_closed_but_not_taken_away(boss, one):
    boss(deviation_steps.correct_deviation, one.id, "Apart gezet")
    kept = boss(deviations.open_deviation, one.id).deviation
    boss(deviations.change_deviation, replace(kept, summary="Weegschaal niet geijkt (kamer 2)"), {"correction": "Gelabeld"})
    sheet = boss(deviations.open_deviation, one.id)
    assert sheet.words["correction"] == "Gelabeld" and sheet.deviation.summary.endswith("(kamer 2)")
    with pytest.raises(UserError):
        boss(deviations.change_deviation, sheet.deviation, {"correction": ""})
    with pytest.raises(Conflict, match="not taken yet"):
        boss(deviations.change_deviation, sheet.deviation, {"cause": "Geraden"})
    with pytest.raises(Conflict, match="Somebody else"):
        boss(deviations.change_deviation, replace(kept, summary="Ouder"))


def test_no_citizen_number_in_any_word(boss, one):
    with pytest.raises(UserError):
        boss(deviation_steps.correct_deviation, one.id, "Van 111222333")


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(DAYS, st.integers(1, 3), st.sampled_from(list(S)))
def test_what_is_taken_back_is_a_step_of_the_table(day, reopened, now):
    back = stepped_back(Deviation(status=now, found_on=day, reopened=reopened, tested_on=day if now is S.REOPENED else None))
    assert back is None if now is S.OPEN else now in DEVIATION_STEPS[back.status]


@given(DAYS)
def test_a_deadline_is_of_the_step_that_waits(day):
    case = Deviation(found_on=day, due_on=day, test_due_on=day + timedelta(90))
    assert deadline(case) == day and deadline(replace(case, status=S.DONE)) == day + timedelta(90)
    assert deadline(replace(case, status=S.TESTED)) is None is deadline(replace(case, status=S.CLOSED))
    assert explained(replace(case, reopened=1, done_on=day), day).done_on is None
