"""The management reviews of the demo clinic: that of last year, signed, and that of this year, being prepared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from nmx_desk.domain.people import User
from nmx_desk.domain.reviews import DecisionKind, ReviewDecision
from nmx_desk.domain.tasks import Task
from nmx_desk.services import reviews, tasks
from nmx_desk.services.demo.office import MANAGER, RECEPTION, Journey, Office, wall

SAID = {
    "a": ("Dit is de eerste beoordeling in dit systeem; de lijst van vorig jaar stond op papier en is afgehandeld.",
          "Geen openstaande acties."),
    "b": ("Meer aanvragen via de website, een tweede behandelkamer en een nieuwe collega aan de balie.",
          "De balie heeft op maandag versterking nodig."),
    "c1": ("Cliënten noemen de rust in het gesprek en de duidelijke uitleg. Kritiek gaat over wachten aan de telefoon.",
           "Bereikbaarheid op maandagochtend verbeteren."),
    "c2": ("De doelen zijn begrijpelijk en meetbaar. Wie ze moet halen, is nu ook de eigenaar.", "Doelen voor dit jaar vastgesteld."),
    "c3": ("Reactietijd en opkomst zijn stabiel. Verslagen na drukke dagen komen later.", "Tijd om te schrijven inplannen."),
    "c4": ("Herhaling zien we bij etiketten van monsters; de maatregel werkt sinds de zomer.", "Blijven toetsen op effect."),
    "c5": ("Het logboek is dagelijks gecontroleerd. Meldingen komen van iedereen, ook van de balie.", "Zo doorgaan."),
    "c6": ("De bevindingen zijn toegewezen en op één na opgevolgd.", "Volgend jaar paragraaf 7 en 8 eerst."),
    "c7": ("Het lab levert op tijd; één leverancier van supplementen gaf tweemaal een verkeerde partij.", "Verbetering gevraagd."),
    "d": ("Nascholing is gepland; de BHV van twee mensen loopt af.", "Herhaling BHV inplannen."),
    "e": ("De grootste risico's zijn kleiner geworden. Uitval van internet is nieuw op de lijst.", "Reserveverbinding uitzoeken."),
    "f": ("Iedereen noemt korter inwerken en een vaste belmiddag.", "Beide proberen in het voorjaar."),
}  # fmt: skip
DECIDED = (
    (DecisionKind.IMPROVEMENT, "Tweede telefoonlijn op maandagochtend", 60),
    (DecisionKind.CHANGE, "Inwerkprogramma herschrijven en als procedure vaststellen", 90),
    (DecisionKind.RESOURCES, "Herhaling BHV voor twee collega's", 75),
)
BEGUN = ("a", "b", "c1", "d")
"""Of this year's review these chapters are written already."""


def play(office: Office, end: datetime) -> None:
    """Last year's review in January, or three weeks ago in a young clinic; this year's was begun last week."""
    january = office.open_day(date(office.last_day.year, 1, 20))
    young = january < office.today + timedelta(days=60)
    held = office.open_day(office.last_day - timedelta(days=21)) if young else january
    office.start(_signed(office, office.last_day.year - 1), wall(held, 15 * 60))
    begun = wall(office.open_day(office.last_day - timedelta(days=6)), 16 * 60)
    if begun < end:
        office.start(_prepared(office, office.last_day.year), begun)


def _signed(office: Office, year: int) -> Journey:
    yield office.now
    review = office.do(MANAGER, reviews.begin_review, date(year, 1, 1), date(year, 12, 31)).review
    for code, (said, concluded) in SAID.items():
        office.do(MANAGER, reviews.save_chapter, review.id, code, said, concluded)
    people = {user.username: user for user in office.find(User)}
    for kind, text, days in DECIDED:
        owner = people[RECEPTION if kind is DecisionKind.IMPROVEMENT else MANAGER]
        told = ReviewDecision(kind=kind, text=text, owner_id=owner.id, due_on=office.today + timedelta(days=days))
        office.do(MANAGER, reviews.save_decision, review.id, told)
    names = ", ".join(user.display_name for user in people.values() if user.is_active)
    office.do(MANAGER, reviews.save_review, replace(review, held_on=office.today, attendees=names))
    office.do(MANAGER, reviews.hold_review, review.id)
    office.do(MANAGER, reviews.sign_review, review.id)
    yield office.working(office.now + timedelta(days=14), 60)
    for task in office.find(Task, source=f"management_review:{review.id}")[:1]:
        office.do(MANAGER, tasks.do_task, task.id)


def _prepared(office: Office, year: int) -> Journey:
    yield office.now
    review = office.do(MANAGER, reviews.begin_review, date(year, 1, 1), date(year, 12, 31)).review
    for code in BEGUN:
        office.do(MANAGER, reviews.save_chapter, review.id, code, SAID[code][0], "")
