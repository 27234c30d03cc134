"""How a plan goes, on paper: the overview, the progress and the letter to the GP tell what was kept to, side effects and open alarms."""

from datetime import date, timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import Answer, RedFlagAnswer, Settled
from nmx_desk.domain.plans import Severity, SideEffect
from nmx_desk.services import client_prints, following, plans, red_flags, referrals
from tests.clinic import once
from tests.prints import page_texts
from tests.unit.test_reports_prints import context

TODAY = date(2026, 9, 14)


@pytest.fixture
def care(clinic):
    yield clinic.as_("behandelaar")
    assert clinic.verified().ok


@pytest.fixture
def client(care):
    anna = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=care.user.id)
    found = care.do(once(lambda work: work.store.add(anna)))
    made = care.do(plans.create_plan, found.id, "three_phases")
    care.do(plans.discuss, made.plan.id)
    care.do(plans.activate, made.plan.id)
    return found


@pytest.fixture
def told(clinic, care, client):
    """Two contacts at which the first item was asked after, a side effect of the second that goes on."""
    first, second, *_rest = care.do(following.open_following, client.id).running
    for percent in (100, 0):
        care.do(following.save_adherence, client.id, {first.line: percent})
        clinic.clock.move(days=14)
    effect = SideEffect(item_line=second.line, words="Huiduitslag", severity=Severity.MODERATE, began_on=TODAY + timedelta(days=3))
    care.do(following.report_side_effect, client.id, effect)
    return first.item, second.item


def overview(care, client, language="en"):
    return care.do(once(lambda work: client_prints.overview_of(work, client, language)))


def printed(care, make, client):
    return " ".join(" ".join(page_texts(care.do(once(lambda work: make(work, context("en"), client))))).split())


def test_the_overview_tells_what_was_kept_to_last_and_side_effects(care, client, told):
    plan = overview(care, client).plan
    assert any("kept to last: 0 %" in part.text for part in plan.items), "0 is a value"
    assert sum(part.text.count("kept to last") for part in plan.items) == 1, "what was not asked is not told"
    assert [words.split(": ")[1] for words in plan.effects] == ["Huiduitslag (moderate), since 17-09-2026"]
    page = printed(care, client_prints.overview, client)
    assert "Side effects" in page and "Huiduitslag (moderate)" in page


def test_the_progress_tells_it_over_time(care, client, told):
    shown = care.do(once(lambda work: client_prints.progress_of(work, client, "en")))
    (row,) = shown.kept
    assert (row.title, row.text, row.note) == (told[0].text, "100 % → 0 %", "14-09-2026 – 28-09-2026")
    page = printed(care, client_prints.progress, client)
    assert "100 % → 0 %" in page and "Huiduitslag" in page


def alarm(care, client):
    questions = care.do(red_flags.flag_questions)
    answers = [RedFlagAnswer(code=one.code, answer=Answer.YES if one is questions[2] else Answer.NO) for one in questions]
    return care.do(red_flags.recheck_flags, client.id, answers), questions[2]


def test_an_open_alarm_stands_on_the_overview_until_it_is_settled(care, client, told):
    check, question = alarm(care, client)
    shown = overview(care, client)
    assert shown.alarm and [flag.startswith(question.label("en").rstrip(" ?")) for flag in shown.flags] == [True]
    assert "not settled yet" in printed(care, client_prints.overview, client)
    care.do(red_flags.settle_alarm, check.id, Settled.REFERRED, "naar de huisarts verwezen")
    assert not overview(care, client).alarm and overview(care, client).flags == ()


def test_the_letter_to_the_gp_begins_with_it(care, client, told):
    before = care.do(referrals.begin_letter, client.id).letter.body
    assert "Huiduitslag" in before and "terwijl ons plan loopt" not in before
    _check, question = alarm(care, client)
    letter = care.do(referrals.begin_letter, client.id).letter
    assert question.label("nl").rstrip(" ?") in letter.body and "terwijl ons plan loopt" in letter.body
    assert "Bijwerkingen die cliënt ons vertelde:" in letter.body and letter.reason == "Beoordeling van alarmsymptomen"
