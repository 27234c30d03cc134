"""The improvement of the demo clinic: nonconformities on their way, an audit programme with an audit held, risks and opportunities."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from nmx_desk.domain.audits import AuditFinding, AuditKind, QualityAudit
from nmx_desk.domain.deviations import NONCONFORMITIES, Deviation
from nmx_desk.domain.people import User
from nmx_desk.domain.risks import Risk, RiskStatus
from nmx_desk.services import audits, deviation_steps, deviations, risks, tasks
from nmx_desk.services.demo import improving_texts as texts
from nmx_desk.services.demo.improving_texts import Feared, Told
from nmx_desk.services.demo.office import MANAGER, RECEPTION, ZONE, Journey, Office, wall
from nmx_desk.services.deviation_steps import PlannedAction

SMALL, FULL = 5, 18  # nonconformities
D = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Days after it was found; None: not (yet). ``before``: how many days before the end it was found."""

    before: int
    corrected: int | None = 1
    explained: int | None = 4
    planned: int | None = 5
    term: int = 24
    done: int | None = 20
    tested: int | None = 110
    helped: bool = True


LATELY = (
    Pace(before=40, done=None),  # its action is late
    Pace(before=33, done=21, tested=None),
    Pace(before=18, planned=None, done=None, tested=None),
    Pace(before=9, explained=None, planned=None, done=None, tested=None),
    Pace(before=3, corrected=None, explained=None, planned=None, done=None, tested=None),
)


def play(office: Office, seed: int, end: datetime, *, full: bool) -> None:
    """Everything at its moment; a young clinic has only what happened lately."""
    dice = random.Random(f"improving {seed}")  # noqa: S311 (not a secret: the same seed makes the same clinic)
    last, opened = office.last_day, office.clock.moment
    paces = [*LATELY, *(_earlier(dice) for _n in range(FULL - SMALL) if full)]
    for number, pace in enumerate(sorted(paces, key=lambda pace: pace.before)):
        told = texts.DEVIATIONS[number % len(texts.DEVIATIONS)]
        moment = wall(office.open_day(last - pace.before * D), 9 * 60 + dice.randrange(420))
        if opened < moment < end:
            office.start(_deviation(office, told, pace), moment)
    for number, one in enumerate(texts.RISKS):
        days = 300 - 7 * number if full else 30 - number
        office.start(_risk(office, one, number, full=full), wall(office.open_day(last - days * D), 15 * 60 + number))
    office.start(_programme(office, full=full), wall(office.open_day(last - (200 if full else 33) * D), 10 * 60))


def _earlier(dice: random.Random) -> Pace:
    """One of the past two years: closed mostly, in time mostly, effective mostly."""
    late, helped = dice.random() < 0.2, dice.random() > 0.15
    done = dice.randint(44, 60) if late else dice.randint(18, 36)
    return Pace(
        before=dice.randint(150, 690), corrected=dice.randint(0, 4), explained=dice.randint(5, 9), planned=dice.randint(9, 12), term=40,
        done=done, tested=dice.randint(100, 130), helped=helped,
    )  # fmt: skip


def _on(office: Office, found: datetime, days: int | None, minute: int) -> Iterator[datetime]:
    """The moment so many days later, unless it lies after the last day: then it never comes."""
    day = office.open_day(found.astimezone(ZONE).date() + (days or 0) * D)
    yield max(office.now, wall(day, minute))


def _deviation(office: Office, told: Told, pace: Pace) -> Journey:
    yield office.now
    found, me = office.now, _id(office, MANAGER)
    who = RECEPTION if told.origin.value == "work" else MANAGER
    first = Deviation(found_on=office.today, origin=told.origin, clause=told.clause, grade=told.grade, summary=told.summary, owner_id=me)
    one = office.do(who, deviations.register_deviation, first)
    if pace.corrected is None:
        return
    yield from _on(office, found, pace.corrected, 11 * 60)
    office.do(MANAGER, deviation_steps.correct_deviation, one.id, told.correction)
    if pace.explained is None:
        return
    yield from _on(office, found, pace.explained, 14 * 60)
    words = {f"why{n}": why for n, why in enumerate(told.why, 1)} | {"cause": told.cause, "similar": told.similar}
    office.do(MANAGER, deviation_steps.explain_deviation, one.id, words)
    if pace.planned is None:
        return
    yield from _on(office, found, pace.planned, 14 * 60 + 20)
    yield from _acted(office, one.id, told, pace, found)


def _acted(office: Office, record_id: str, told: Told, pace: Pace, found: datetime) -> Journey:
    due = max(found.astimezone(ZONE).date() + pace.term * D, office.today)
    doer = RECEPTION if told.clause in {"8.2", "7.5"} else MANAGER
    action = PlannedAction(title=told.task, due_on=due, owner_id=_id(office, doer))
    office.do(MANAGER, deviation_steps.plan_deviation, record_id, told.action, due, [action])
    if pace.done is None:
        return
    yield from _on(office, found, pace.done, 16 * 60)
    for task in office.do(MANAGER, deviations.open_deviation, record_id).parts.actions:
        office.do(doer, tasks.do_task, task.id)
    office.do(MANAGER, deviation_steps.carry_out_deviation, record_id)
    if pace.tested is None:
        return
    yield from _on(office, found, pace.tested, 16 * 60 + 10)
    office.do(MANAGER, deviation_steps.check_effect, record_id, told.test, pace.helped)
    if pace.helped:
        office.do(MANAGER, deviation_steps.close_deviation, record_id)
        return
    office.do(MANAGER, deviation_steps.reopen_deviation, record_id)
    office.do(MANAGER, deviation_steps.explain_deviation, record_id, texts.AGAIN)


def _risk(office: Office, one: Feared, number: int, *, full: bool) -> Journey:
    yield office.now
    (chance, impact), left = one.weight, one.left
    again = office.today + (150 + 40 * number if full else 20 + 30 * number) * D
    made = office.do(MANAGER, risks.add_risk, Risk(
        kind=one.kind, title=one.title, area=one.area, cause=one.cause, consequence=one.consequence, measures=one.measures,
        clause=one.clause, treatment=one.treatment, chance=chance, impact=impact, rest_chance=left[0], rest_impact=left[1], review_on=again,
    ))  # fmt: skip
    if number % 4 == 0:
        office.do(MANAGER, risks.add_risk_measure, made.id, f"Nagaan of het werkt: {one.title.lower()}"[:200], None, again)
    if number % 3 == 1:
        office.do(MANAGER, risks.step_risk, made.id, RiskStatus.CONTROLLED)


def _programme(office: Office, *, full: bool) -> Journey:
    """The programme of the year: one audit held and followed up, others to come; what came from outside before."""
    yield office.now
    auditor = office.practitioners[0].id
    begun, made = office.today, []
    for number, (title, clauses) in enumerate(texts.AUDITS):
        day = begun + ((8 if number == 0 else 14 + 60 * number) if not full else 20 + 70 * number) * D
        told = QualityAudit(title=title, clauses=clauses, auditor_id=auditor, planned_on=day, extent="Gesprekken, dossiers en de rondgang")
        made.append(office.do(MANAGER, audits.plan_audit, told))
    title, clauses, who = texts.EXTERNAL
    outside = QualityAudit(kind=AuditKind.EXTERNAL, title=title, clauses=clauses, auditor=who, planned_on=begun - 150 * D)
    external = office.do(MANAGER, audits.plan_audit, outside)
    office.do(MANAGER, audits.hold_audit, external.id, begun - 150 * D)
    office.do(MANAGER, audits.report_audit, external.id, "Certificaat verlengd; geen afwijkingen, drie verbeterpunten.", begun - 140 * D)
    office.do(MANAGER, audits.close_audit, external.id)
    yield wall(office.open_day(made[0].planned_on), 13 * 60)
    office.do(MANAGER, audits.hold_audit, made[0].id)
    for grade, clause, text, evidence in texts.FINDINGS:
        seen = AuditFinding(audit_id=made[0].id, grade=grade, clause=clause, text=text, evidence=evidence)
        finding = office.do(MANAGER, audits.save_finding, seen)
        if grade in NONCONFORMITIES:
            draft = office.do(MANAGER, deviations.draft_deviation, f"audit_finding:{finding.id}")
            office.do(MANAGER, deviations.register_deviation, draft)
    yield office.now + timedelta(hours=1)
    office.do(MANAGER, audits.report_audit, made[0].id, texts.CONCLUSION)


def _id(office: Office, username: str) -> str:
    return next(user.id for user in office.find(User) if user.username == username)
