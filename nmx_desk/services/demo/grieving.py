"""Formal complaints and incidents of the demo clinic: judged in time or not, one made longer, a calamity in doubt, a data leak."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nmx_desk.domain.grievances import Grievance, GrievanceStatus, GrievanceTopic, GrievanceWay, Judgement
from nmx_desk.domain.incidents import Calamity, Harm, Incident, IncidentCause, IncidentKind, IncidentStatus
from nmx_desk.domain.people import User
from nmx_desk.services import grievances, incident_terms, incidents, tasks
from nmx_desk.services.demo import grieving_texts as texts
from nmx_desk.services.demo.care import Care
from nmx_desk.services.demo.office import MANAGER, RECEPTION, ZONE, Journey, Office, wall

D = timedelta(days=1)
_G, _I = GrievanceStatus, IncidentStatus
SMALL, FULL = (4, 6), (14, 22)  # complaints and incidents


@dataclass(frozen=True, kw_only=True)
class Course:
    """Days after it came in; None: not (yet). ``before``: how many days before the end it came in, ``late`` it was written down then."""

    before: int
    late: int = 0
    confirmed: int | None = 2
    begun: int | None = 4
    longer: int | None = None
    judged: int | None = 28
    closed: int | None = 35
    dispute: int | None = None
    withdrawn: int | None = None


LATELY = (
    Course(before=51, late=8, longer=40, judged=None, closed=None),  # ten weeks
    Course(before=46, late=3, confirmed=5, begun=9, judged=None, closed=None),  # too late
    Course(before=39, judged=24, closed=30),
    Course(before=5, begun=None, judged=None, closed=None),
)
EARLIER = (
    Course(before=690), Course(before=640, judged=50, closed=58), Course(before=575, judged=20, closed=27),
    Course(before=500, withdrawn=9), Course(before=430, judged=38, dispute=52, closed=140), Course(before=370, judged=31),
    Course(before=300, longer=33, judged=62, closed=70), Course(before=240), Course(before=170, judged=22), Course(before=95, judged=35),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What becomes of an incident, in days after it was reported."""

    before: int
    analysed: int | None = 9
    measures: bool = True
    closed: int | None = 30
    nameless: bool = False
    told: int | None = 3


TURNS = (
    Turn(before=41, closed=33), Turn(before=33, measures=False, closed=12), Turn(before=24, closed=None),
    Turn(before=12, closed=None),
    Turn(before=6, analysed=None, closed=None, nameless=True), Turn(before=2, analysed=None, closed=None, told=None),
)  # fmt: skip


def play(office: Office, care: Care, seed: int, end: datetime, *, full: bool) -> None:
    """Set everything off; what is small has the last weeks only."""
    rng = random.Random(seed + 7101)  # noqa: S311 (a story, no secret)
    last = end.astimezone(ZONE).date()
    courses = (*LATELY, *EARLIER) if full else LATELY
    for place, course in enumerate(courses):
        day = office.open_day(last - course.before * D + course.late * D)
        told, opened = texts.COMPLAINTS[place], day - course.late * D
        office.start(_complaint(office, care, rng.random(), told, course, opened), wall(day, 9 * 60 + place))
    turns = [*TURNS, *(Turn(before=60 + 39 * n, measures=n % 3 > 0, nameless=n % 5 == 0) for n in range(FULL[1] - SMALL[1]))]
    for place, turn in enumerate(turns if full else TURNS):
        day = office.open_day(last - turn.before * D)
        office.start(_incident(office, care, rng.random(), texts.INCIDENTS[place], turn), wall(day, 13 * 60 + 10 * place))


def _client(care: Care, chance: float) -> str | None:
    """Somebody who has been in care for a while, or nobody."""
    known = [file for file in care.files if file.contact and not file.person.script]
    some = known[: len(known) // 2]
    return some[int(chance * len(some))].client_id if some and chance < 0.7 else None


def _after(office: Office, day: date, days: int) -> datetime:
    """A working moment so many days after a day, not before now."""
    return max(office.working(wall(office.open_day(day + days * D), 10 * 60), 0), office.now + timedelta(minutes=5))


# -- complaints --------------------------------------------------------------------------------------------------------------------------


def _complaint(office: Office, care: Care, chance: float, told: texts.Complaint, course: Course, opened: date) -> Journey:
    yield office.now
    new = Grievance(
        client_id=_client(care, chance), opened_on=opened, topic=GrievanceTopic(told.topic), way=GrievanceWay(told.way),
        summary=told.summary,
    )  # fmt: skip
    words = {"story": told.story, "wish": told.wish, "at_once": "Ontvangst mondeling bevestigd; uitleg over de procedure."}
    one = office.do(RECEPTION, grievances.register_grievance, new, words)
    boss = next(user.id for user in office.find(User) if user.username == MANAGER)
    office.do(MANAGER, grievances.change_grievance, replace(one, owner_id=boss), words)
    if course.withdrawn is not None:
        yield _after(office, opened, course.withdrawn)
        why = "Na een gesprek met de behandelaar ingetrokken; de cliënt is tevreden met de uitleg."
        office.do(MANAGER, grievances.step_grievance, one.id, _G.CLOSED, words={"judgement": why})
        return
    if course.confirmed is not None:
        yield _after(office, opened, course.confirmed)
        office.do(MANAGER, grievances.step_grievance, one.id, _G.CONFIRMED)
    if course.begun is None:
        return
    yield _after(office, opened, course.begun)
    office.do(MANAGER, grievances.step_grievance, one.id, _G.INVESTIGATING)
    office.do(MANAGER, grievances.write_findings, one.id, {"findings": told.findings})
    if course.longer is not None:
        yield _after(office, opened, course.longer)
        reason = "Het laboratorium heeft meer tijd nodig om de gang van zaken uit te zoeken."
        if office.today <= one.due_on:
            office.do(MANAGER, grievances.extend_grievance, one.id, reason)
    yield from _judged(office, one, told, course, opened)


def _judged(office: Office, one: Grievance, told: texts.Complaint, course: Course, opened: date) -> Journey:
    if course.judged is None:
        return
    yield _after(office, opened, course.judged)
    judged = {"judgement": told.grounds}
    office.do(MANAGER, grievances.step_grievance, one.id, _G.JUDGED, judgement=Judgement(told.judgement), words=judged)
    if told.measure:
        task = office.do(MANAGER, grievances.add_grievance_action, one.id, told.measure, one.owner_id, office.today + 21 * D)
        yield _after(office, office.today, 12)
        office.do(MANAGER, tasks.do_task, task.id)
    if course.dispute is not None:
        yield _after(office, opened, course.dispute)
        office.do(MANAGER, grievances.step_grievance, one.id, _G.DISPUTE)
    if course.closed is not None:
        yield _after(office, opened, course.closed)
        words = {"dispute": "De geschilleninstantie verklaart de klacht ongegrond."} if course.dispute is not None else {}
        office.do(MANAGER, grievances.step_grievance, one.id, _G.CLOSED, words=words)


# -- incidents ---------------------------------------------------------------------------------------------------------------------------


def _incident(office: Office, care: Care, chance: float, told: texts.Event, turn: Turn) -> Journey:
    yield office.now
    client = _client(care, chance) if told.about_client else None
    who = RECEPTION if told.by_desk else office.practitioners[0].username
    new = Incident(
        client_id=client, reported_on=office.today, occurred_on=office.today, kind=IncidentKind(told.kind), summary=told.summary,
        harm=Harm(told.harm), chance=told.chance, place=told.place, calamity=Calamity.DOUBT if told.doubt else Calamity.NO,
        leak_found_at=office.now - timedelta(hours=2) if told.leak else None,
    )  # fmt: skip
    words = {"story": told.story, "at_once": told.at_once}
    one = office.do(who, incidents.report_incident, new, words, nameless=turn.nameless)
    if told.leak and turn.analysed is not None:
        yield office.working(office.now + timedelta(hours=20), 0)
        why = "Eén brief met contactgegevens, verkeerd bezorgd."
        office.do(MANAGER, incident_terms.settle_leak, one.id, office.now, "AP-2026-0418", why)
    if turn.told is not None and client is not None and told.harm != "none":
        yield _after(office, one.reported_on, turn.told)
        office.do(MANAGER, incidents.tell_client, one.id, office.today, "Gebeld, uitgelegd en excuses gemaakt; staat in het dossier.")
    if turn.analysed is None:
        return
    boss = next(user.id for user in office.find(User) if user.username == MANAGER)
    yield _after(office, one.reported_on, 4)
    now = office.get(Incident, one.id)
    office.do(MANAGER, incidents.change_incident, replace(now, owner_id=boss), words)
    office.do(MANAGER, incidents.step_incident, one.id, _I.ANALYSING)
    yield _after(office, one.reported_on, turn.analysed)
    if told.doubt:
        why = "Geen ernstige schade en geen gevolg van de zorg zelf: geen calamiteit."
        office.do(MANAGER, incident_terms.settle_calamity, one.id, Calamity.NO, why)
    yield from _learned(office, one, told, turn)


def _learned(office: Office, one: Incident, told: texts.Event, turn: Turn) -> Journey:
    to = _I.MEASURES if turn.measures else _I.CLOSED
    words = {"analysis": told.analysis, "similar": "Nagevraagd bij de andere behandelaars: niet eerder gezien."}
    office.do(MANAGER, incidents.step_incident, one.id, to, cause=IncidentCause(told.cause), words=words)
    if not turn.measures:
        return
    boss = office.get(Incident, one.id).owner_id
    task = office.do(MANAGER, incidents.add_incident_action, one.id, told.measure, boss, office.today + 14 * D)
    if turn.closed is not None:
        yield _after(office, one.reported_on, turn.closed)
        office.do(MANAGER, tasks.do_task, task.id)
        office.do(MANAGER, incidents.step_incident, one.id, _I.CLOSED)
