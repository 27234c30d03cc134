"""How plans go in the demo clinic: what clients keep to, what they do not bear, alarm symptoms, tasks and recalls."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import Answer, RedFlagAnswer, Settled
from nmx_desk.domain.people import Role
from nmx_desk.domain.plan_rules import line_of
from nmx_desk.domain.plans import ItemStatus, Plan, PlanItem, PlanPhase, PlanStatus, PlanVersion, Severity, SideEffect
from nmx_desk.domain.tasks import Repeat, Task, TaskStatus
from nmx_desk.services import following, red_flags, tasks
from nmx_desk.services.contact_steps import SOURCE
from nmx_desk.services.demo import texts
from nmx_desk.services.demo.office import MANAGER, RECEPTION, ZONE, Journey, Office, Practitioner, wall

if TYPE_CHECKING:
    from nmx_desk.services.demo.care import Care, File

ASKED_SINCE = timedelta(days=150)
"""The clinic asks after each item since so long; before, only how it went as a whole."""
MILD = 0.05


def dice(*about: object) -> random.Random:
    """Chance of its own, so that the rest of the story is the same with or without it."""
    return random.Random(" ".join(map(str, about)))  # noqa: S311 (a story)


def running(office: Office, plan_id: str) -> list[PlanItem]:
    """The items of a plan that go on."""
    version = next(iter(office.find(PlanVersion, plan_id=plan_id, status=PlanStatus.ACTIVE)), None)
    phases = office.find(PlanPhase, version_id=version.id) if version else []
    return [item for phase in phases for item in office.find(PlanItem, phase_id=phase.id, status=ItemStatus.ACTIVE)]


def kept_to(office: Office, client_id: str, plan_id: str) -> dict[str, int]:
    """How far each item was kept to since the last contact, in steps of 25; now and then one is not asked."""
    if office.today < office.last_day - ASKED_SINCE:
        return {}
    found = {}
    for item in running(office, plan_id):
        line = line_of(item)
        own, now = dice(client_id, line), dice(client_id, line, office.today)
        wanted = own.gauss(70, 24) + now.gauss(0, 14)
        if now.random() < 0.92:
            found[line] = min(max(round(wanted / 25), 0), 4) * 25
    return found


def told(office: Office, who: Practitioner, client_id: str, note_id: str) -> None:
    """Asked during a contact, item by item, beside its note."""
    plan = next(iter(office.find(Plan, client_id=client_id, status=PlanStatus.ACTIVE)), None)
    values = kept_to(office, client_id, plan.id) if plan else {}
    if plan and values:
        office.look(who.username, following.open_following, client_id)
        office.do(who.username, following.save_adherence, client_id, values, note_id=note_id)
        rng = dice(client_id, office.today, "effect")
        if rng.random() < MILD and not office.long_past:
            report(office, who, rng.choice(running(office, plan.id)), stop=False)


def report(office: Office, who: Practitioner, item: PlanItem, *, stop: bool) -> None:
    """A client tells what came of an item; with ``stop`` it ends for it."""
    rng = dice(item.id, office.today)
    began = max(office.today - timedelta(days=rng.randint(2, 6)), item.begun_on or office.today)
    effect = SideEffect(
        item_line=line_of(item), words=texts.some(rng, "side_effects"), severity=Severity.MODERATE if stop else Severity.MILD,
        began_on=began, ended_on=office.today if stop else None, action="" if stop else texts.some(rng, "effect_actions"),
    )  # fmt: skip
    office.do(who.username, following.report_side_effect, item.client_id, effect, stop=stop)


def called_again(office: Office, client_id: str) -> None:
    """A missed contact was made good, or is not any more: its recall is done."""
    for task in office.find(Task, client_id=client_id, status=TaskStatus.OPEN):
        if task.source.startswith(SOURCE):
            office.do(RECEPTION, tasks.do_task, task.id)


def play(office: Office, care: Care, end: datetime) -> None:
    """What waits in the last days: tasks of everybody, an alarm that was settled, one that stands."""
    office.start(_tasks(office, care), _just_before(office, end, days=3))
    office.start(_alarms(office, care), _just_before(office, end, days=0))


def _just_before(office: Office, end: datetime, days: int) -> datetime:
    """At noon of the last open day until so many days before the end, if that noon has been."""
    day = end.astimezone(ZONE).date() - timedelta(days=days)
    while not office.is_open(day) or wall(day, 12 * 60 + 5) > end - timedelta(hours=2):
        day -= timedelta(days=1)
    return wall(day, 12 * 60 + 5)


def _in_care(office: Office, care: Care, who: Practitioner) -> list[File]:
    """Clients with a plan that goes on, of a practitioner."""
    mine = [file for file in care.files if file.contact and office.get(Client, file.client_id).practitioner_id == who.id]
    alive = [file for file in mine if not office.get(Client, file.client_id).has_died]
    return [file for file in alive if office.find(Plan, client_id=file.client_id, status=PlanStatus.ACTIVE)]


def _tasks(office: Office, care: Care) -> Journey:
    """Practitioners write down what to do themselves and whom the reception is to call; so do the reception and the manager."""
    yield office.now
    rng = dice("tasks", office.today)
    for who in office.practitioners:
        if not who.works_on(office.today):
            continue
        for place, file in enumerate(_in_care(office, care, who)[:3]):
            words, late = texts.some(rng, "tasks_care"), who is office.practitioners[0]
            due = office.open_day(office.today, (2, 4, 7)[place] - late)
            office.do(who.username, tasks.add_task, Task(title=words, client_id=file.client_id, owner_id=who.id, due_on=due))
            if place == 1:
                later = office.open_day(office.today + timedelta(days=rng.randint(4, 40)))
                repeat = rng.choice((Repeat.QUARTER, Repeat.HALF_YEAR))
                asked = Task(title=texts.some(rng, "tasks_recall"), client_id=file.client_id, role=Role.RECEPTIONIST, due_on=later)
                office.do(who.username, tasks.add_task, replace(asked, repeat=repeat))
    for username, kind, days in ((RECEPTION, "tasks_desk", 4), (RECEPTION, "tasks_desk", 0), (MANAGER, "tasks_manager", 12)):
        made = Task(title=texts.some(rng, kind), role=Role.RECEPTIONIST if username == RECEPTION else Role.MANAGER,
                    due_on=office.today + timedelta(days=days), repeat=Repeat.QUARTER if username == MANAGER else Repeat.NEVER)  # fmt: skip
        task = office.do(username, tasks.add_task, made)
        if not days:
            yield office.now + timedelta(minutes=90)
            office.do(username, tasks.do_task, task.id)


def _alarms(office: Office, care: Care) -> Journey:
    """A Yes to an alarm question while a plan runs: one was discussed with the GP, one stands at the plan."""
    yield office.now
    for who in office.practitioners[:2]:
        files = _in_care(office, care, who)
        if not files:
            continue
        check = _asked(office, who, files[-1].client_id)
        if who is office.practitioners[0]:
            continue
        yield office.now + timedelta(minutes=50)
        office.do(who.username, red_flags.settle_alarm, check, Settled.DISCUSSED, "Huisarts gebeld: ziet cliënt morgen op het spreekuur.")


def _asked(office: Office, who: Practitioner, client_id: str) -> str:
    questions = office.do(who.username, red_flags.flag_questions)
    answers = [RedFlagAnswer(code=one.code, answer=Answer.YES if place == 1 else Answer.NO) for place, one in enumerate(questions)]
    return office.do(who.username, red_flags.recheck_flags, client_id, answers).id
