"""Incidents at the door: states from their tables, terms of the law, danger, who sees what, what stands in the way of closing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.incidents import (
    CALAMITY_STEPS,
    GRAVE,
    INCIDENT_STEPS,
    Calamity,
    Danger,
    Harm,
    Incident,
    IncidentCause,
    IncidentStatus,
    TimerKind,
    danger,
    may_step,
    stepped,
    stepped_back,
    timers,
    working_days_after,
)
from nmx_desk.domain.people import Role
from nmx_desk.services import cases, incident_terms, incidents, people, quality, tasks
from tests.clinic import PASSWORD, once
from tests.registers.incidents import WORDS, analysed, reported

_S = IncidentStatus
TODAY = date(2026, 9, 14)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


def kept(desk, one):
    return desk.do(once(lambda work: work.store.get(Incident, one.id)))


def step(boss, one, to):
    words = {} if to is _S.ANALYSING else {"analysis": "Potjes lijken op elkaar."}
    return boss.do(incidents.step_incident, one.id, to, cause=IncidentCause.SUPPLIER, words=words)


def put(boss, one, status):
    way = {_S.ANALYSING: (_S.ANALYSING,), _S.MEASURES: (_S.ANALYSING, _S.MEASURES), _S.CLOSED: (_S.ANALYSING, _S.CLOSED)}
    for to in way.get(status, ()):
        step(boss, one, to)
    return kept(boss, one)


@pytest.mark.parametrize("now", list(IncidentStatus))
def test_every_pair_of_states_is_as_the_table_has_it(clinic, boss, desk, now):
    for to in IncidentStatus:
        at = put(boss, reported(desk), now)
        assert at.status is now
        if to in INCIDENT_STEPS[now]:
            assert step(boss, at, to).status is to
            assert boss.do(incidents.undo_incident_step, at.id).status is now
        else:
            with pytest.raises(Conflict):
                step(boss, at, to)
            assert kept(boss, at) == at
    assert clinic.verified().ok


@pytest.mark.parametrize("now", list(Calamity))
def test_every_pair_of_calamity_is_as_the_table_has_it(boss, desk, now):
    for to in Calamity:
        one = reported(desk, calamity=now)
        if to in CALAMITY_STEPS[now]:
            assert boss.do(incident_terms.settle_calamity, one.id, to, "Zo gebleken").calamity is to
        else:
            with pytest.raises(Conflict):
                boss.do(incident_terms.settle_calamity, one.id, to, "Zo gebleken")
            assert kept(boss, one) == one


@given(st.lists(st.sampled_from(list(IncidentStatus)), max_size=6), DAYS)
def test_a_step_taken_back_is_the_incident_as_it_was(steps, day):
    one = Incident(reported_on=day)
    for to in steps:
        if may_step(one.status, to):
            after = stepped(one, to, day)
            assert stepped_back(after) == replace(one, stepped_from=after.stepped_from)
            one = after


# -- terms -------------------------------------------------------------------------------------------------------------------------------


@given(DAYS, st.integers(0, 9), st.sets(st.integers(0, 30), max_size=9))
def test_working_days_are_counted_one_by_one(start, days, off):
    """Against the plain list of the days that count."""
    holidays = {start + timedelta(days=n) for n in off}
    that_count = [
        day for n in range(1, 90)
        if (day := start + timedelta(days=n)).isoweekday() <= 5 and day not in holidays
    ]  # fmt: skip
    assert working_days_after(start, days, holidays) == [start, *that_count][days]


@given(DAYS, st.integers(1, 9), st.sets(st.integers(0, 30), max_size=9))
def test_a_holiday_never_makes_a_term_shorter(start, days, off):
    holidays = {start + timedelta(days=n) for n in off}
    assert working_days_after(start, days, holidays) >= working_days_after(start, days, ())
    assert working_days_after(start, days + 1, holidays) > working_days_after(start, days, holidays)


@pytest.mark.parametrize(("established", "last"), [
    (date(2026, 9, 14), date(2026, 9, 17)),  # a Monday
    (date(2026, 9, 17), date(2026, 9, 22)),  # a Thursday: over the weekend
    (date(2026, 12, 23), date(2026, 12, 29)),  # Christmas Day on a Friday, the second on a Saturday
    (date(2027, 3, 25), date(2027, 4, 1)),  # Good Friday and Easter Monday
    (date(2026, 12, 30), date(2027, 1, 5)),  # New Year's Day
])  # fmt: skip
def test_three_working_days_by_the_dutch_calendar(established, last):
    one = Incident(established_on=established)
    [timer] = timers(one, AMSTERDAM, incidents.holidays([one]))
    assert (timer.kind, timer.day) == (TimerKind.CALAMITY, last)
    assert not timer.late(timer.until - timedelta(seconds=1)) and timer.late(timer.until)
    assert timer.until.astimezone(AMSTERDAM) == datetime.combine(last + timedelta(days=1), datetime.min.time(), AMSTERDAM)


@given(st.integers(0, 15 * 366 * 24 * 60))
def test_a_leak_leaves_72_hours_also_when_the_clock_changes(minutes):
    found = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    [timer] = timers(Incident(leak_found_at=found), AMSTERDAM, ())
    assert timer.until - found == timedelta(hours=72) and timer.runs
    assert timer.day == timer.until.astimezone(AMSTERDAM).date()


def test_terms_run_are_met_and_stand_among_what_is_due(clinic, boss, desk):
    now = desk.do(once(lambda work: work.now()))
    one = reported(desk, leak_found_at=now, calamity=Calamity.DOUBT)
    told = {(due.what, due.due_on) for due in boss.do(quality.list_deadlines)}
    assert told == {("leak", TODAY + timedelta(days=3)), ("analyse", TODAY + timedelta(weeks=4))}, "six weeks is further than is listed"
    clinic.clock.move(hours=73)
    [row] = boss.do(incidents.list_incidents)
    assert row.late and [timer.kind for timer in row.running] == [TimerKind.LEAK, TimerKind.DOUBT]
    boss.do(incident_terms.settle_leak, one.id, None, "", "Versleuteld; niemand loopt risico")
    with pytest.raises(Conflict):
        boss.do(incident_terms.settle_leak, one.id, None, "", "Nog eens")
    boss.do(incident_terms.settle_calamity, one.id, Calamity.NO, "Geen schade en niet onverwacht")
    [row] = boss.do(incidents.list_incidents)
    assert not row.running and not row.late
    assert {timer.kind: timer.late(now) for timer in row.timers} == {TimerKind.DOUBT: False, TimerKind.LEAK: False}
    assert clinic.verified().ok


def test_an_established_calamity_is_reported_once(boss, desk):
    one = reported(desk)
    with pytest.raises(Conflict):
        boss.do(incident_terms.report_calamity, one.id, TODAY, "IGJ-1")
    boss.do(incident_terms.settle_calamity, one.id, Calamity.ESTABLISHED, "Ernstig en onbedoeld")
    with pytest.raises(UserError):
        boss.do(incident_terms.report_calamity, one.id, TODAY + timedelta(days=1), "IGJ-1")
    assert boss.do(incident_terms.report_calamity, one.id, TODAY, "IGJ-1").authority_ref == "IGJ-1"
    with pytest.raises(Conflict):
        boss.do(incident_terms.report_calamity, one.id, TODAY, "IGJ-2")


# -- danger ------------------------------------------------------------------------------------------------------------------------------


@given(st.sampled_from(list(Harm)), st.integers(1, 5), st.sampled_from(list(Harm)), st.integers(1, 5))
def test_more_harm_or_more_chance_is_never_less_danger(harm, chance, other, more):
    order, harms = list(Danger), list(Harm)
    one, two = (danger(Incident(harm=h, chance=c)) for h, c in ((harm, chance), (other, more)))
    if harms.index(harm) <= harms.index(other) and chance <= more:
        assert order.index(one) <= order.index(two)
    if harm in GRAVE:
        assert one in {Danger.HIGH, Danger.EXTREME} and danger(Incident(harm=harm)) is Danger.HIGH


@pytest.mark.parametrize(("harm", "chance", "word"), [
    (Harm.NONE, 4, Danger.LOW), (Harm.NONE, 5, Danger.MODERATE), (Harm.MODERATE, 3, Danger.MODERATE), (Harm.MODERATE, 4, Danger.HIGH),
    (Harm.SERIOUS, 1, Danger.HIGH), (Harm.SERIOUS, 4, Danger.EXTREME), (Harm.DEATH, 3, Danger.HIGH), (Harm.SLIGHT, None, Danger.UNKNOWN),
])  # fmt: skip
def test_danger_by_hand(harm, chance, word):
    assert danger(Incident(harm=harm, chance=chance)) is word


# -- reporting and closing ---------------------------------------------------------------------------------------------------------------


def test_reported_without_a_name_the_register_names_nobody_and_the_log_does(clinic, boss, desk):
    one = reported(desk, nameless=True)
    sheet = boss.do(incidents.open_incident, one.id)
    assert sheet.reporter == "" and one.reporter_id is None and sheet.parts.people
    assert desk.do(incidents.list_incidents), "who typed it sees what becomes of it"
    named = boss.do(incidents.open_incident, reported(desk).id)
    assert named.reporter == desk.user.display_name
    assert clinic.verified().ok


def test_what_still_waits_stands_in_the_way_of_closing(clinic, boss, desk, client):
    now = desk.do(once(lambda work: work.now()))
    one = reported(desk, client.id, harm=Harm.SLIGHT, leak_found_at=now)
    analysed(boss, one.id)
    action = boss.do(incidents.add_incident_action, one.id, "Potjes apart zetten", None, TODAY + timedelta(days=7))
    for sentence, mend in (
        ("term of the law", lambda: boss.do(incident_terms.settle_leak, one.id, boss.do(once(lambda w: w.now())), "AP-7", "")),
        ("measure is still open", lambda: boss.do(tasks.do_task, action.id)),
        ("client notices", lambda: boss.do(incidents.tell_client, one.id, TODAY, "Gebeld en uitgelegd")),
    ):
        with pytest.raises(Conflict, match=sentence):
            boss.do(incidents.step_incident, one.id, _S.CLOSED)
        mend()
    assert boss.do(incidents.step_incident, one.id, _S.CLOSED).closed_on == TODAY
    assert boss.do(quality.list_deadlines) == ()


def test_an_analysis_has_words_and_a_cause(boss, desk):
    one = reported(desk)
    boss.do(incidents.step_incident, one.id, _S.ANALYSING)
    for words, cause, field in (({}, IncidentCause.HUMAN, "analysis"), ({"analysis": "Zo kwam het."}, IncidentCause.NONE, "cause")):
        with pytest.raises(UserError) as refused:
            boss.do(incidents.step_incident, one.id, _S.MEASURES, cause=cause, words=words)
        assert refused.value.field == field
    boss.do(incidents.write_analysis, one.id, {"analysis": "Zo kwam het."}, IncidentCause.HUMAN)
    assert boss.do(incidents.step_incident, one.id, _S.MEASURES).cause is IncidentCause.HUMAN


def test_the_auditor_reads_the_analysis_and_nothing_that_names(clinic, boss, desk, client):
    clinic.as_("beheerder").do(people.add_user, "auditor", "E. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    auditor = clinic.as_("auditor")
    for client_id in (client.id, None):
        one = reported(desk, client_id, source=f"client:{client.id}")
        file = boss.do(incidents.add_incident_file, one.id, "foto Waterval.txt", b"mevrouw Waterval")
        analysed(boss, one.id)
        seen = auditor.do(incidents.open_incident, one.id)
        assert seen.words == {"analysis": "Potjes lijken op elkaar."}
        told = repr((seen, auditor.do(incidents.list_incidents)))
        for secret in ("Waterval", client.client_no, client.id, WORDS["story"], WORDS["at_once"]):
            assert secret not in told, secret
        with pytest.raises(NotAllowed):
            auditor.do(cases.open_case_file, file.id)


def test_a_colleague_sees_none_of_it_until_it_is_given(clinic, boss, desk, client):
    one, care = reported(desk, client.id), clinic.as_("behandelaar")
    assert care.do(incidents.list_incidents) == ()
    with pytest.raises(NotAllowed):
        care.do(incidents.open_incident, one.id)
    boss.do(incidents.change_incident, replace(one, owner_id=care.user.id, chance=2), WORDS)
    care.do(incidents.tell_client, one.id, TODAY, "Verteld in het consult")
    care.do(incidents.add_incident_action, one.id, "Etiket aanpassen", care.user.id, TODAY)
    assert kept(care, one).told_on == TODAY
    with pytest.raises(NotAllowed):
        care.do(incidents.step_incident, one.id, _S.ANALYSING)


def test_that_it_is_a_leak_is_not_taken_away(desk):
    one = reported(desk, leak_found_at=desk.do(once(lambda work: work.now())))
    with pytest.raises(UserError):
        desk.do(incidents.change_incident, replace(one, leak_found_at=None), WORDS)
    with pytest.raises(UserError):
        reported(desk, leak_found_at=datetime(2026, 9, 15, tzinfo=UTC))
