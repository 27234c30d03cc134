"""What clients of the demo clinic bring along: what happened in their lives, what they take, do not bear, had and tried before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from nmx_desk.domain.complaints import Axis, Complaint, axes_text
from nmx_desk.domain.history import (
    Allergy,
    EventRole,
    HistoryItem,
    HistoryKind,
    HistoryTopic,
    LifeEvent,
    Medicine,
    PriorTest,
    Reaction,
    Taken,
    TestOutcome,
    TriedBefore,
)
from nmx_desk.domain.history_rules import Told, topic_of
from nmx_desk.domain.plans import Pillar
from nmx_desk.services import history, lifeline
from nmx_desk.services.demo import chronicle, texts
from nmx_desk.services.demo.following import ASKED_SINCE, dice

if TYPE_CHECKING:
    from nmx_desk.services.demo.care import File
    from nmx_desk.services.demo.office import Office

BELONGS, NOT_ASKED = 0.5, 0.15
Event = tuple[LifeEvent, tuple[str, ...]]


def told(office: Office, file: File) -> None:
    """Asked at the intake; the clinic does so since so long."""
    if office.today < office.last_day - ASKED_SINCE:
        return
    rng, who = dice("life", file.client_id), file.who.username
    ibd = file.person.script == "ibd"
    brought = list(_told(rng, office.today, file.person.born, ibd=ibd))
    lived = list(_lived(rng, office, file))
    nothing = [topic for topic in HistoryTopic if topic not in {topic_of(one) for one in brought} and rng.random() > NOT_ASKED]
    if office.long_past:
        office.do(who, chronicle.write_life, file.client_id, brought, nothing, lived)
        return
    for one in brought:
        office.do(who, history.add_told, file.client_id, one)
    for topic in nothing:
        office.do(who, history.tell_nothing, file.client_id, topic)
    for event, links in lived:
        office.do(who, lifeline.add_event, file.client_id, event, links)


def _some(rng: random.Random, kind: str, chance: float, most: int = 2) -> list[Any]:
    """A few of a list of ``texts``, or none."""
    found = texts.life(kind)
    return rng.sample(found, rng.randint(1, min(most, len(found)))) if rng.random() < chance else []


def _year(rng: random.Random, today: date, born: date | None) -> str:
    """A year or month of the last years."""
    day = today - timedelta(days=rng.randint(200, 12 * 365))
    day = max(day, born) if born else day
    return f"{day:%Y}" if rng.random() < 0.6 else f"{day:%Y-%m}"


def _told(rng: random.Random, today: date, born: date | None, *, ibd: bool) -> Iterator[Told]:
    if ibd:
        yield HistoryItem(name="Colitis ulcerosa", began="2016-03", treated_by="MDL", note="Rustig onder mesalazine.")
        yield Medicine(name="Mesalazine", dose="1000", dose_unit="mg", frequency="2x daags", began="2016", prescriber="MDL")
    else:
        for name, by in _some(rng, "diagnoses", 0.35, 1):
            yield HistoryItem(name=name, began=_year(rng, today, born), treated_by=by)
    for name in _some(rng, "operations", 0.3, 1):
        yield HistoryItem(kind=HistoryKind.OPERATION, name=name, began=_year(rng, today, born))
    for relation, name, age in _some(rng, "family", 0.6):
        yield HistoryItem(kind=HistoryKind.FAMILY, name=name, relation=relation, relative_age=age)
    for name, dose, unit, often, by in _some(rng, "medication", 0.4):
        yield Medicine(name=name, dose=dose, dose_unit=unit, frequency=often, began=_year(rng, today, born), prescriber=by)
    for name, dose, unit, often in _some(rng, "supplements", 0.5):
        yield Medicine(taken=Taken.SUPPLEMENT, name=name, dose=dose, dose_unit=unit, frequency=often)
    for name, reaction, words in _some(rng, "allergies", 0.45):
        yield Allergy(name=name, reaction=Reaction(reaction), words=words)
    for name, place, outcome in _some(rng, "tests", 0.5):
        yield PriorTest(name=name, place=place, outcome=TestOutcome(outcome), began=_year(rng, today, born))
    for name, pillar, effect in _some(rng, "tried", 0.7):
        yield TriedBefore(name=name, pillar=Pillar(pillar), effect=effect, began=_year(rng, today, born))


def _lived(rng: random.Random, office: Office, file: File) -> Iterator[Event]:
    """Three to seven things of somebody's life, in order, some with the complaint they belong to."""
    born = file.person.born
    if born is None:
        return
    age = (office.today - born).days // 365
    known = [one.id for one in office.find(Complaint, client_id=file.client_id) if one.is_active]
    fitting = [one for one in texts.life("events") if one[4] < age]
    chosen = rng.sample(fitting, min(len(fitting), rng.randint(3, 7)))
    for name, role, precise, least, most, long, axes in sorted(chosen, key=lambda one: (one[3], one[0])):
        at = rng.randint(least, most)
        day = born + timedelta(days=at * 365 + rng.randint(1, 360))
        until, began = day + timedelta(days=long * 365), _written(precise, day, at)
        ended = _written(precise, until, at + long) if long and until < office.today else ""
        event = LifeEvent(
            name=name, role=EventRole(role), began=began, ended=ended, axes=axes_text(Axis(axis) for axis in axes.split()),
            source=str(rng.choice(texts.life("sources"))),
        )  # fmt: skip
        linked = known and role in {"trigger", "mediator"} and rng.random() < BELONGS
        yield event, (rng.choice(known),) if linked else ()


def _written(precise: str, day: date, age: int) -> str:
    """A day as precisely as it is known."""
    return {"age": f"a{age}", "year": f"{day:%Y}", "month": f"{day:%Y-%m}"}.get(precise, day.isoformat())
