"""What the client takes home: goals, the week of the supplements over many pages, when to stop and call; a draft says that it is one."""

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.domain.plan_rhythm import WEEKDAYS, rhythm_problem, rhythm_words, schedule
from nmx_desk.domain.plans import MOMENTS_OF_DAY, GoalResult, ItemStatus, Pillar, PlanItem, WithFood
from nmx_desk.i18n import translator
from nmx_desk.reports.plan import plan_report
from nmx_desk.reports.records import GoalLine
from tests.unit.test_reports_prints import a_plan, context, text_of

MANY = 25
HEAD = {"nl": "Ma Di Wo Do Vr Za Zo", "en": "Mo Tu We Th Fr Sa Su"}
TITLE = {"nl": "Supplementen door de week", "en": "Supplements through the week"}


def spoken(language: str):
    return replace(context(), language=language)


def supplement(n: int, **more) -> PlanItem:
    told = {"dose": "400", "dose_unit": "mg", "times": 2, "moments": "morning evening", "with_food": WithFood.WITH} | more
    where = {"id": f"s{n}", "position": 20 + n, "phase_id": "p1"}
    return PlanItem(**where, pillar=Pillar.SUPPLEMENT, text=f"Middel {n:02}", status=ItemStatus.ACTIVE, **told)


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_five_and_twenty_supplements_stand_at_each_of_their_moments_under_the_name_of_it(language):
    plan = a_plan("")
    many = replace(plan, items=(plan.items[0], *(supplement(n) for n in range(MANY))))
    pages = pages_of(plan_report(spoken(language), many))
    first = next(number for number, text in enumerate(pages) if TITLE[language] in text)
    grid = [pages[first].split(TITLE[language])[1], *pages[first + 1 :]]
    assert len(grid) > 1, "it goes on to another page"
    assert all(HEAD[language] in text for text in grid if "Middel" in text), "each page says which days"
    for n in range(MANY):
        assert sum(text.count(f"Middel {n:02} ") for text in grid) == 2
    moments = {"nl": ("Ochtend Hoeveel", "Avond Hoeveel"), "en": ("Morning How much", "Evening How much")}[language]
    assert all(any(name in text for text in grid) for name in moments)


def test_what_runs_no_more_or_not_yet_is_in_no_schedule():
    plan = a_plan("")
    others = [supplement(n, dose="") for n in range(4)]
    states = (ItemStatus.PLANNED, ItemStatus.PAUSED, ItemStatus.STOPPED, ItemStatus.COMPLETED)
    shown = text_of(plan_report(context(), replace(plan, items=tuple(replace(i, status=s) for i, s in zip(others, states, strict=True)))))
    assert "Middel" not in shown and TITLE["nl"] not in shown


def test_a_draft_holds_what_may_come_and_says_that_it_is_one():
    plan = replace(a_plan(""), draft=True)
    shown = text_of(plan_report(context(), plan))
    assert "Persoonlijk plan (concept)" in shown and "Dit is een concept" in shown
    assert "GEPLAND-ONDERDEEL" in shown and "GESTOPT-ONDERDEEL" not in shown
    assert "concept" not in text_of(plan_report(context(), a_plan("")))


def test_when_to_stop_and_call_and_always_the_gp_or_pharmacist():
    plan = a_plan("")
    watched = replace(plan, items=(*plan.items, supplement(1, stop_when="huiduitslag")))
    shown = text_of(plan_report(context(), watched))
    assert "Wanneer stoppen en bellen" in shown and "huiduitslag" in shown
    assert "Wanneer stoppen en bellen" not in text_of(plan_report(context(), plan))
    for made in (plan, watched, replace(plan, items=(), goals=(), outcomes=())):
        assert "Overleg eerst met de huisarts of apotheker" in text_of(plan_report(context(), made))


def test_goals_with_their_figure_in_the_language_of_the_print():
    goals = (
        GoalLine(text="Weer werken", measure="outcome:energy", baseline="0", target="7.5", due_on=date(2027, 3, 1)),
        GoalLine(text="Minder buikpijn", words="Buikpijn", baseline="8", target="3", result=GoalResult.REACHED),
    )
    dutch = text_of(plan_report(spoken("nl"), replace(a_plan(""), goals=goals)))
    english = text_of(plan_report(spoken("en"), replace(a_plan(""), goals=goals)))
    assert "Energie, 0–10" in dutch and "7,5" in dutch and "Buikpijn" in dutch and "Bereikt" in dutch
    assert "Energy, 0–10" in english and "7.5" in english and "Buikpijn" in english and "Reached" in english
    assert "Waar we naartoe werken" not in text_of(plan_report(context(), a_plan("")))


def test_with_whom_it_was_agreed():
    plan = a_plan("")
    agreed = replace(plan, version=replace(plan.version, agreed_with="de moeder"))
    assert "3 december 2026, de moeder" in text_of(plan_report(context(), agreed))


def test_a_rhythm_in_words():
    item = supplement(1, dose="1.5", timing="bij het ontbijt")
    assert rhythm_words(item, translator("nl")) == "1,5 mg, 2 × per dag, ochtend/avond, met eten, bij het ontbijt"
    weekly = PlanItem(times=3, per="week", days="5 1 3", with_food=WithFood.WITHOUT)
    assert rhythm_words(weekly, translator("en")) == "3 × a week, mo we fr, on an empty stomach"
    assert rhythm_words(PlanItem(), translator("nl")) == ""


items = st.builds(
    PlanItem,
    pillar=st.just(Pillar.SUPPLEMENT),
    text=st.text(max_size=5),
    times=st.none() | st.integers(1, 24),
    per=st.sampled_from(["day", "week"]),
    moments=st.sets(st.sampled_from(list(MOMENTS_OF_DAY))).map(" ".join),
    days=st.sets(st.sampled_from(WEEKDAYS)).map(" ".join),
)


@settings(deadline=None)
@given(st.lists(items, max_size=8))
def test_no_intake_is_lost_and_none_is_made_up(found):
    fitting = [item for item in found if rhythm_problem(item) is None]
    slots = schedule(fitting)
    for item in fitting:
        mine = [(slot.moment, one) for slot in slots for one in slot.intakes if one.item is item]
        assert {moment for moment, _one in mine} == (set(item.moments.split()) or {""})
        if item.days:
            assert all(one.days == {int(day) for day in item.days.split()} for _moment, one in mine)
        if item.per == "day" and item.times is not None:
            assert sum(one.times for _moment, one in mine) == item.times
