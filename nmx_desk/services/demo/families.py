"""The parents of the demo clinic's children, as the practitioner hears of them in the advice call, and what clients agree to."""

from __future__ import annotations

import random

from nmx_desk.domain import deciding
from nmx_desk.domain.deciding import Decides
from nmx_desk.domain.family import Agreement, Authority, ConsentPurpose, Representative
from nmx_desk.services import consents, representatives
from nmx_desk.services.demo import texts
from nmx_desk.services.demo.office import RECEPTION, Office
from nmx_desk.services.demo.persons import Person

DIVORCED = "divorced"
TEXT = 1


def write_parents_down(office: Office, person: Person, client_id: str, username: str) -> None:
    """Who has authority over a child, and what they say; of parents who are divorced one refuses. Nothing for who is 16."""
    who_decides = deciding.decides(person.born, office.today)
    if who_decides is Decides.CLIENT:
        return
    rng = random.Random(f"parents {person.surname} {person.born}")  # noqa: S311 (twins have the same)
    names = texts.names()["first_names"]
    mother = Representative(
        first_name=str(rng.choice(names["f"]["1985"])), prefix=person.prefix, surname=person.surname, authority=Authority.YES,
        agreement=Agreement.GIVEN, phone=person.phone, email=person.email,
    )  # fmt: skip
    refuses = person.script == DIVORCED
    father = Representative(
        first_name=str(rng.choice(names["m"]["1985"])), surname="Mulder", authority=Authority.YES,
        agreement=Agreement.REFUSED if refuses else Agreement.GIVEN,
        note="Gescheiden, samen gezag. Wil eerst het oordeel van de kinderarts." if refuses else "",
    )  # fmt: skip
    for parent in (mother, father):
        office.do(username, representatives.add_representative, client_id, parent)
    givers = [mother.name, *([""] if who_decides is Decides.TOGETHER else [])]
    for giver in () if refuses else givers:
        office.do(username, consents.give_consent, client_id, ConsentPurpose.MINOR_TREATMENT, TEXT, given_by=giver, evidence="Mondeling")


def agree(office: Office, person: Person, client_id: str) -> None:
    """What an adult agrees to at the desk before the intake: most that the GP is told, some to the newsletter."""
    if deciding.is_minor(person.born, office.today):
        return
    rng = random.Random(f"agrees {person.phone}")  # noqa: S311 (apart from the story's own dice)
    if rng.random() < 0.6:
        office.do(RECEPTION, consents.give_consent, client_id, ConsentPurpose.DATA_TO_GP, TEXT, evidence="Intakeformulier")
    if person.email and rng.random() < 0.25:
        office.do(RECEPTION, consents.give_consent, client_id, ConsentPurpose.NEWSLETTER, TEXT, evidence="Intakeformulier")
