"""Satisfaction, objectives, competences and suppliers of the demo clinic, with chance of their own."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.competence import Competence, CompetenceKind, CompetenceNeed
from nmx_desk.domain.objectives import Direction, Objective, ObjectiveReading, ObjectiveStatus
from nmx_desk.domain.people import Role
from nmx_desk.domain.satisfaction import AnswerWay, AskedAt, Invitation, SatisfactionAnswer
from nmx_desk.domain.suppliers import Supplier, SupplierKind, SupplierReview, Verdict
from nmx_desk.services import competences, objectives, satisfaction, satisfaction_forms, suppliers
from nmx_desk.services.demo.office import MANAGER, RECEPTION, Journey, Office, wall

ANSWERS_A_MONTH: Final = 14
KEPT_SINCE: Final = timedelta(days=42)
"""The registers were set up here so long ago; what they hold is older."""
SCORES: Final = {10: 19, 9: 30, 8: 26, 7: 11, 6: 7, 5: 4, 3: 2, 1: 1}  # a net score of about 35
MARKS: Final = {10: 8, 9: 26, 8: 38, 7: 16, 6: 8, 5: 4}  # mean 7.96
GOOD: Final = (
    "Er werd echt naar mij geluisterd.", "Prettig dat alles stap voor stap werd uitgelegd.", "Ik wist goed waar ik aan toe was.",
    "Fijn rustig gesprek, geen haast.", "Het plan past bij mijn werk en gezin.", "Goed bereikbaar als ik een vraag had.",
)  # fmt: skip
BETTER: Final = (
    "Ik moest lang wachten op de uitslag.", "De parkeerplaats is klein.", "Graag een avondspreekuur.",
    "Het formulier vooraf was lang.", "Ik had liever meer uitleg over de kosten vooraf.", "De bevestiging kwam laat.",
)  # fmt: skip
SUPPLIERS: Final = (
    # name, kind, provides, critical, has data, months until the agreement ends (None: no end), two scores, verdict, text
    ("Bloedlab Demo", SupplierKind.LAB, "Bloedonderzoek", True, True, 14, (4, 3, 4, 5, 3), (4, 4, 4, 5, 3), Verdict.KEEP, ""),
    ("Darmlab Voorbeeld", SupplierKind.LAB, "Ontlastingsonderzoek", True, True, 2, (4, 4, 4, 4, 3), (4, 2, 3, 4, 3), Verdict.IMPROVE,
     "Uitslagen duurden tot vier weken. Afgesproken: binnen twee weken, anders bericht."),
    ("Voorbeeld Supplementen", SupplierKind.SUPPLEMENTS, "Supplementen op recept van het plan", False, False, None, (4, 4, 3, None, 3),
     (4, 5, 4, None, 3), Verdict.KEEP, ""),
    ("Demo Werkplekbeheer", SupplierKind.PROGRAMS, "Computers, netwerk en back-up", True, True, None, (4, 4, 4, 4, 4), (5, 4, 5, 5, 3),
     Verdict.KEEP, ""),
    ("Schoonmaak Voorbeeldlaan", SupplierKind.PREMISES, "Schoonmaak van praktijk en kamers", False, False, None, (3, 4, 3, None, 4),
     (2, 3, 3, None, 4), Verdict.IMPROVE, "Behandelkamers waren tweemaal niet gedaan; weekstaat afgesproken."),
    ("Opleiding Demo", SupplierKind.TRAINING, "Nascholing en intervisie", False, False, None, (5, 4, 4, None, 3), (4, 4, 4, None, 3),
     Verdict.KEEP, ""),
)  # fmt: skip
NEEDS: Final = (
    (Role.PRACTITIONER, CompetenceKind.DIPLOMA, "Beroepsopleiding", None),
    (Role.PRACTITIONER, CompetenceKind.REGISTRATION, "Beroepsregister", None),
    (Role.PRACTITIONER, CompetenceKind.TRAINING, "Reanimatie en AED", None), (Role.PRACTITIONER, CompetenceKind.POINTS, "Nascholing", 20),
    (Role.PRACTITIONER, CompetenceKind.PEERS, "Intervisie", None),
    (Role.RECEPTIONIST, CompetenceKind.TRAINING, "Alarmsignalen aan de telefoon", None),
    (Role.RECEPTIONIST, CompetenceKind.TRAINING, "Privacy aan de balie", None),
    (Role.MANAGER, CompetenceKind.TRAINING, "Interne audit", None),
    (Role.ADMIN, CompetenceKind.TRAINING, "Informatiebeveiliging", None),
)  # fmt: skip


def dice(*about: object) -> random.Random:
    """Chance of its own, so that the rest of the story is the same with or without it."""
    return random.Random(" ".join(map(str, ("means", *about))))  # noqa: S311 (a story)


def play(office: Office, first: date, end: datetime) -> None:
    """What the manager keeps, and what clients say."""
    start = office.open_day(office.last_day - KEPT_SINCE)
    office.start(_suppliers(office), wall(start, 10 * 60 + 10))
    office.start(_competences(office), wall(start, 11 * 60 + 20))
    office.start(_objectives(office, end), wall(start, 15 * 60 + 5))
    office.start(_answers(office, end), wall(office.open_day(first + timedelta(days=2)), 16 * 60 + 20))


# -- suppliers ---------------------------------------------------------------------------------------------------------------------------


def _suppliers(office: Office) -> Journey:
    """The register as it is taken over, with last year's scores; this year's follow."""
    yield office.now
    made = {}
    for name, kind, provides, critical, data, ends, before, *_more in SUPPLIERS:
        until = office.last_day + relativedelta(months=ends) if ends is not None else None
        told = Supplier(
            name=name, kind=kind, provides=provides, is_critical=critical, has_data=data, owner_id=office.desk(MANAGER).user_id,
            agreement_on=office.today - timedelta(days=500) if data else None, agreement_to=until, since=office.today - timedelta(days=900),
            contact="Relatiebeheer", email=f"{name.split()[0].lower()}@example.org",
        )  # fmt: skip
        made[name] = office.do(MANAGER, suppliers.save_supplier, told)
        scored = office.today - timedelta(days=dice(name).randint(300, 340))
        office.do(MANAGER, suppliers.score_supplier, made[name].id, _score(before, scored, Verdict.KEEP, ""))
    for name, *_rest, points, verdict, text in SUPPLIERS[:5]:  # the sixth is due
        yield wall(office.open_day(office.today + timedelta(days=2)), 16 * 60)
        office.do(MANAGER, suppliers.score_supplier, made[name].id, _score(points, office.today, verdict, text))


def _score(points: tuple[int | None, ...], day: date, verdict: Verdict, text: str) -> SupplierReview:
    quality, delivery, service, privacy, price = points
    return SupplierReview(
        reviewed_on=day, quality=quality, delivery=delivery, service=service, privacy=privacy, price=price, verdict=verdict, text=text
    )


# -- competences -------------------------------------------------------------------------------------------------------------------------


def _competences(office: Office) -> Journey:
    """What each role needs and what everybody can show; one ends soon, one is missing."""
    yield office.now
    needs = [
        office.do(MANAGER, competences.save_need, CompetenceNeed(role=role, kind=kind, name=name, points=points))
        for role, kind, name, points in NEEDS
    ]
    sheet = office.do(MANAGER, competences.open_competences)
    last = office.last_day
    for person in sheet.people:
        rng = dice(person.name)
        for need in needs:
            if need.role not in person.roles or (need.name == "Privacy aan de balie"):
                continue
            for told in _shown(need, person.user_id, office.today, last, rng):
                office.do(MANAGER, competences.save_competence, told)
    ending = next(one for one in office.find(Competence) if one.name == "Reanimatie en AED")
    office.do(MANAGER, competences.save_competence, replace(ending, valid_to=last + timedelta(days=41)))
    for one in office.find(Competence, user_id=ending.user_id, name="Beroepsopleiding"):
        office.do(MANAGER, competences.add_competence_file, one.id, "diploma.txt", b"Diploma beroepsopleiding (voorbeeld).")


def _shown(need: CompetenceNeed, user_id: str, today: date, last: date, rng: random.Random) -> list[Competence]:
    """What somebody shows for a need."""
    base = Competence(user_id=user_id, need_id=need.id, kind=need.kind, name=need.name, obtained_on=today)
    if need.kind is CompetenceKind.POINTS:
        days = (today - timedelta(days=20), today - timedelta(days=2), today)
        return [replace(base, name=f"Nascholing: {subject}", issuer="Opleiding Demo", points=rng.choice((8, 9, 10)), obtained_on=day)
                for subject, day in zip(("darm en afweer", "gespreksvoering", "slaap"), days, strict=True)]  # fmt: skip
    if need.kind is CompetenceKind.DIPLOMA:
        return [replace(base, issuer="Hogeschool Voorbeeld", number=f"V-{rng.randint(10000, 99999)}",
                        obtained_on=today - timedelta(days=rng.randint(2000, 7000)))]  # fmt: skip
    valid = {CompetenceKind.REGISTRATION: 30, CompetenceKind.TRAINING: 22, CompetenceKind.PEERS: 12}[need.kind]
    return [replace(base, issuer="Beroepsvereniging Demo", obtained_on=today - timedelta(days=rng.randint(5, 200)),
                    valid_to=last + relativedelta(months=valid - rng.randint(0, 6)))]  # fmt: skip


# -- objectives --------------------------------------------------------------------------------------------------------------------------


def _objectives(office: Office, end: datetime) -> Journey:
    """Four objectives of this year: three by a figure, one by hand; in the full clinic one of last year, reached."""
    yield office.now
    year, owner = office.last_day.year, office.desk(MANAGER).user_id
    base = Objective(first_on=date(year, 1, 1), last_on=date(year, 12, 31), owner_id=owner, resources="Tijd van receptie en manager.")
    told = (
        replace(base, title="Aanvragen binnen zes werkuren gebeld", figure="K1_median", direction=Direction.AT_MOST, target="6", unit="uur",
                why="Wie lang wacht, haakt af.", actions="Elke ochtend de nieuwe aanvragen eerst.", judged_how="Mediaan over het jaar."),
        replace(base, title="Minder dan 6 % niet verschenen", figure="K7", direction=Direction.AT_MOST, target="6", unit="%",
                why="Een lege plek helpt niemand.", actions="Herinnering vooraf.", judged_how="Aandeel over het jaar."),
        replace(base, title="Cliënten bevelen ons aan (NPS ten minste 30)", figure="K15", target="30",
                why="Aanbeveling zegt iets over vertrouwen.", actions="Formulier meegeven na elk plan.", judged_how="Over het jaar."),
        replace(base, title="Iedereen volgt jaarlijks de scholing alarmsignalen", target="100", unit="%",
                why="Een gemist signaal is een risico.", actions="Twee scholingsdagen.", judged_how="Aandeel van de medewerkers."),
    )  # fmt: skip
    made = [office.do(MANAGER, objectives.save_objective, one) for one in told]
    for one in made:
        office.do(MANAGER, objectives.step_objective, one.id, ObjectiveStatus.RUNNING)
    for value, note in (("50", "eerste scholingsdag"), ("83", "tweede scholingsdag")):
        then = wall(office.open_day(office.today + timedelta(days=12)), 14 * 60)
        if then > end:
            return
        yield then
        office.do(MANAGER, objectives.add_reading, made[3].id, ObjectiveReading(read_on=office.today, value=value, note=note))


# -- satisfaction ------------------------------------------------------------------------------------------------------------------------


def _answers(office: Office, end: datetime) -> Journey:
    """Forms are handed out in piles, answers come back on paper, by phone, at the desk; some are somebody's."""
    yield office.now
    waiting: list[Invitation] = []
    asked: dict[str, date] = {}
    while office.now < end:
        rng = dice("answer", office.now.isoformat())
        if not waiting:
            office.do(RECEPTION, satisfaction_forms.hand_out, 8, rng.choice(list(AskedAt)))
            waiting = sorted((one for one in office.find(Invitation) if one.answered_on is None), key=lambda one: one.code)[:8]
        by_phone = rng.random() < 0.3
        told = SatisfactionAnswer(
            answered_on=office.today, way=AnswerWay.PHONE if by_phone else AnswerWay.PAPER, moment=rng.choice(list(AskedAt)),
            recommend=rng.choices(list(SCORES), list(SCORES.values()))[0] if rng.random() < 0.96 else None,
            mark=rng.choices(list(MARKS), list(MARKS.values()))[0], practitioner_id=rng.choice(office.practitioners).id,
            text=_words(rng), client_id=_somebody(office, rng, asked) if by_phone else None,
        )  # fmt: skip
        office.do(RECEPTION, satisfaction.add_answer, told, "" if by_phone else waiting.pop().code)
        gap = 30 / ANSWERS_A_MONTH * rng.uniform(0.3, 1.7)
        yield wall(office.open_day(office.today + timedelta(days=round(gap))), 9 * 60 + rng.randint(5, 470))


def _words(rng: random.Random) -> str:
    chance = rng.random()
    return rng.choice(GOOD) if chance < 0.35 else rng.choice(BETTER) if chance < 0.5 else ""


def _somebody(office: Office, rng: random.Random, asked: dict[str, date]) -> str | None:
    """A client who was not asked in half a year."""
    ago = office.today - timedelta(days=185)
    found = [one for one in office.find(Client, status=ClientStatus.ACTIVE) if not one.has_died and asked.get(one.id, ago) <= ago]
    if not found:
        return None
    chosen = rng.choice(sorted(found, key=lambda one: one.client_no)[-40:])
    asked[chosen.id] = office.today
    return chosen.id

