"""Formal complaints at the door: the state machine from its table, terms, who sees what, what is left of a client, holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.cases import CaseFile, CaseText
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.grievances import (
    EXTENSION,
    GRIEVANCE_STEPS,
    JUDGE_WITHIN,
    Grievance,
    GrievanceStatus,
    Judgement,
    in_time,
    is_late,
    may_extend,
    may_step,
    stepped,
    stepped_back,
)
from nmx_desk.domain.people import Role
from nmx_desk.services import cases, grievances, people, quality
from tests.clinic import PASSWORD, once
from tests.registers.grievances import WORDS, ended, held

_S = GrievanceStatus
TODAY = date(2026, 9, 14)
WAY = (_S.RECEIVED, _S.CONFIRMED, _S.INVESTIGATING, _S.JUDGED)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def auditor(clinic):
    clinic.as_("beheerder").do(people.add_user, "auditor", "E. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    return clinic.as_("auditor")


def kept(desk, one, kind=Grievance):
    return desk.do(once(lambda work: work.store.get(kind, one.id)))


def step(boss, one, to):
    words = {"judgement": "Gegrond: er is niet teruggebeld.", "dispute": "De commissie volgt de praktijk."}
    return boss.do(grievances.step_grievance, one.id, to, judgement=Judgement.FOUNDED, words=words)


def put(boss, one, status):
    ways = {_S.DISPUTE: (*WAY[1:], _S.DISPUTE), _S.CLOSED: (*WAY[1:], _S.CLOSED)}
    for to in ways.get(status, WAY[1 : WAY.index(status) + 1] if status in WAY else ()):
        step(boss, one, to)
    return kept(boss, one)


@pytest.mark.parametrize("now", list(GrievanceStatus))
def test_every_pair_of_states_is_as_the_table_has_it(clinic, boss, desk, now):
    for to in GrievanceStatus:
        at = put(boss, held(desk), now)
        assert at.state is now
        if to in GRIEVANCE_STEPS[now]:
            assert step(boss, at, to).state is to
            back = boss.do(grievances.undo_grievance_step, at.id)
            assert (back.state, replace(back, version=0, stepped_at=None, stepped_by=None)) == (
                now, replace(at, version=0, stepped_at=None, stepped_by=None),
            )  # fmt: skip
        else:
            with pytest.raises(Conflict):
                step(boss, at, to)
            assert kept(boss, at) == at
    assert clinic.verified().ok


@given(st.lists(st.sampled_from(list(GrievanceStatus)), max_size=7), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_a_step_taken_back_is_the_complaint_as_it_was(steps, day):
    one = Grievance(opened_on=day)
    for to in steps:
        if may_step(one.state, to):
            after = stepped(one, to, day)
            assert stepped_back(after) == one
            one = after


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-3, 90), st.booleans())
def test_the_term_is_six_weeks_and_ten_when_made_longer(opened, days, longer):
    one, today = Grievance(opened_on=opened, extended_on=opened if longer else None), opened + timedelta(days=days)
    term = JUDGE_WITHIN + (EXTENSION if longer else timedelta())
    assert one.due_on == opened + term and term in {timedelta(weeks=6), timedelta(weeks=10)}
    assert is_late(one, today) is (days > term.days)
    assert may_extend(one, today) is (not longer and days <= 42)
    judged = replace(one, judged_on=today, judgement=Judgement.FOUNDED)
    assert in_time(judged) is (days <= term.days) and not is_late(judged, today) and in_time(one) is None


def test_a_judgement_needs_its_code_and_its_grounds(boss, desk):
    one = put(boss, held(desk), _S.INVESTIGATING)
    for judgement, words, field in (
        (Judgement.NONE, {"judgement": "Zo is het."}, "judgement_code"), (Judgement.WITHDRAWN, {"judgement": "Weg."}, "judgement_code"),
        (Judgement.PARTLY, {"judgement": " "}, "judgement"),
    ):  # fmt: skip
        with pytest.raises(UserError) as refused:
            boss.do(grievances.step_grievance, one.id, _S.JUDGED, judgement=judgement, words=words)
        assert refused.value.field == field
    made = boss.do(grievances.step_grievance, one.id, _S.JUDGED, judgement=Judgement.PARTLY, words={"judgement": "Deels."})
    assert (made.judged_on, made.judgement) == (TODAY, Judgement.PARTLY)


def test_the_term_is_made_longer_once_and_before_it_is_over(clinic, boss, desk):
    one, late = held(desk), held(desk)
    with pytest.raises(UserError):
        boss.do(grievances.extend_grievance, one.id, " ")
    clinic.clock.move(days=42)
    assert boss.do(grievances.extend_grievance, one.id, "Het laboratorium antwoordt later.").due_on == TODAY + timedelta(weeks=10)
    with pytest.raises(Conflict):
        boss.do(grievances.extend_grievance, one.id, "Nog langer nodig.")
    clinic.clock.move(days=1)
    with pytest.raises(Conflict):
        boss.do(grievances.extend_grievance, late.id, "Te laat bedacht.")
    rows = {row.id: row.days_left for row in boss.do(grievances.list_grievances)}
    assert rows == {one.id: 27, late.id: -1}
    assert [(due.number, due.what, due.late) for due in boss.do(quality.list_deadlines)] == [
        (late.number, "judge", True), (one.number, "judge", False),
    ]  # fmt: skip


def test_a_step_is_taken_back_by_who_took_it_on_the_same_day_only(clinic, boss, desk):
    one = held(desk)
    with pytest.raises(Conflict):
        boss.do(grievances.undo_grievance_step, one.id)
    step(boss, one, _S.CONFIRMED)
    clinic.clock.move(days=1)
    with pytest.raises(Conflict):
        boss.do(grievances.undo_grievance_step, one.id)
    assert kept(boss, one).state is _S.CONFIRMED


def test_days_of_steps_do_not_go_back_or_ahead(clinic, boss, desk):
    one = held(desk)
    clinic.clock.move(days=5)
    boss.do(grievances.step_grievance, one.id, _S.CONFIRMED, TODAY + timedelta(days=3))
    for wrong in (TODAY + timedelta(days=2), TODAY + timedelta(days=6)):
        with pytest.raises(UserError) as refused:
            boss.do(grievances.step_grievance, one.id, _S.INVESTIGATING, wrong)
        assert refused.value.field == "on"


def test_the_summary_does_not_say_who_it_is_about(desk, client):
    told = Grievance(client_id=client.id, opened_on=TODAY, summary="Mevrouw Waterval is niet teruggebeld")
    with pytest.raises(UserError, match="Leave the name out"):
        desk.do(grievances.register_grievance, told, WORDS)
    with pytest.raises(UserError) as refused:
        desk.do(grievances.register_grievance, replace(told, summary="Niet teruggebeld"), {"story": " "})
    assert refused.value.field == "story"
    with pytest.raises(UserError):
        desk.do(grievances.register_grievance, replace(told, summary="Niet teruggebeld", opened_on=TODAY + timedelta(days=1)), WORDS)


def test_what_the_manager_registers_is_the_managers_and_other_cases_wait(boss, desk):
    assert held(boss).owner_id == boss.user.id and held(desk).owner_id is None


def test_who_registered_it_sees_it_and_a_colleague_does_not(clinic, boss, desk, client):
    one = held(desk, client.id)
    colleague = clinic.as_("behandelaar")
    assert desk.do(grievances.open_grievance, one.id).words["story"] == WORDS["story"]
    assert colleague.do(grievances.list_grievances) == ()
    with pytest.raises(NotAllowed):
        colleague.do(grievances.open_grievance, one.id)
    boss.do(grievances.change_grievance, replace(one, owner_id=colleague.user.id), WORDS)
    given = colleague.do(grievances.open_grievance, one.id)
    assert given.handles and not given.manages and given.client == client.name
    colleague.do(grievances.write_findings, one.id, {"findings": "De terugbellijst is niet nagelopen."})
    with pytest.raises(NotAllowed):
        colleague.do(grievances.step_grievance, one.id, _S.CONFIRMED)


def test_the_auditor_reads_no_word_no_name_and_no_number(clinic, boss, desk, client, auditor):
    for client_id in (client.id, None):
        one = held(desk, client_id, source=f"client:{client.id}")
        file = boss.do(grievances.add_grievance_file, one.id, "brief Waterval.txt", b"Geachte mevrouw Waterval")
        boss.do(grievances.add_grievance_action, one.id, "Terugbellijst nalopen", None, TODAY)
        seen = auditor.do(grievances.open_grievance, one.id)
        listed = next(row for row in auditor.do(grievances.list_grievances) if row.id == one.id)
        assert [action.title for action in seen.parts.actions] == ["Terugbellijst nalopen"]
        told = repr((seen, listed))
        for secret in ("Waterval", client.client_no, client.id, WORDS["story"], WORDS["complainant"]):
            assert secret not in told, secret
        with pytest.raises(NotAllowed):
            auditor.do(cases.open_case_file, file.id)
        assert desk.do(cases.open_case_file, file.id).content, "who registered it"


def test_what_an_older_version_closed_is_closed(boss, client):
    old = Grievance(number="K-00099", client_id=client.id, client_no=client.client_no, opened_on=TODAY, closed_on=TODAY)
    one = boss.do(once(lambda work: work.store.add(old)))
    [row] = boss.do(grievances.list_grievances)
    assert row.grievance.state is _S.CLOSED and row.days_left is None
    with pytest.raises(Conflict):
        step(boss, one, _S.CONFIRMED)


def test_a_complaint_taken_back_is_closed_without_a_judgement(boss, desk):
    one = held(desk)
    with pytest.raises(UserError):
        boss.do(grievances.step_grievance, one.id, _S.CLOSED)
    gone = ended(boss, one.id)
    assert (gone.state, gone.judgement, in_time(gone)) == (_S.CLOSED, Judgement.WITHDRAWN, None)
    back = boss.do(grievances.undo_grievance_step, one.id)
    assert (back.state, back.judgement, back.judged_on, back.closed_on) == (_S.RECEIVED, Judgement.NONE, None, None)


def test_nothing_of_the_words_is_in_the_store_when_a_text_is_emptied(desk, client):
    one = held(desk, client.id)
    assert {text.code for text in desk.do(once(lambda work: work.store.find(CaseText)))} == set(WORDS)
    desk.do(grievances.change_grievance, one, {"story": "Anders verteld."})
    desk.do(grievances.change_grievance, kept(desk, one), {"story": "Anders verteld.", "wish": ""})
    assert {(text.code, text.text) for text in desk.do(once(lambda work: work.store.find(CaseText))) if text.code != "complainant"} == {
        ("story", "Anders verteld."),
    }  # fmt: skip
    assert not desk.do(once(lambda work: work.store.find(CaseFile)))
