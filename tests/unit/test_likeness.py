"""How surely two people are one and why: every rule of DOMAIN §6 with the cases the issue names, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from nmx_desk import i18n
from nmx_desk.domain.likeness import likeness
from nmx_desk.domain.matching import Person, match

BORN = date(1980, 2, 3)
PHONE, OTHER, BELGIAN = "+31600000001", "+31600000002", "+32470123456"


def who(first="Sanne", surname="Meer", phone=PHONE, email="", born=BORN, **more):
    return Person(first, (surname,), (phone,) if phone else (), (email,) if email else (), born, **more)


CASES = {
    "two same-named people with one birth date": (who("Anna", "Vries"), who("Anna", "Vries", OTHER), "strong"),
    "twins on one phone": (who("Lotte"), who("Bram"), "weak"),
    "twins, one of them misspelt": (who("Lotte", "Bakker"), who("Bram", "Bakler"), "weak"),
    "twins whose names look alike": (who("Mieke"), who("Lieke"), "weak"),
    "twins with a double first name": (who("Anne-Sophie"), who("Anne-Fleur"), "weak"),
    "a brother and a sister: Jan and Janneke": (who("Jan"), who("Janneke"), "weak"),
    "a Belgian client": (who(phone=BELGIAN), who("Sanne", "Peeters", BELGIAN), "strong"),
    "a client without e-mail, and one without phone": (who(phone="", email="s@x.nl"), who(phone=PHONE), "strong"),
    "a parent books for a child": (who(), who("Fleur", born=date(2015, 6, 7)), "weak"),
    "father and son of one name on one phone": (who("Piet"), who("Piet", born=date(2010, 2, 3)), "weak"),
    "a nickname": (who("Johanna"), who("Hanneke", phone=OTHER), "strong"),
    "an initial": (who("J.W."), who("Jan Willem", phone=OTHER), "strong"),
    "a typing error in the first name": (who("Sanneke"), who("Sannkee", phone=OTHER), "strong"),
    "a tussenvoegsel in the surname": (who(surname="van der Meer"), who(phone=OTHER), "strong"),
    "ij and y": (who(surname="Meijer"), who(surname="Meyer", phone=OTHER), "strong"),
    "accents": (who(surname="Yılmaz"), who(surname="YILMAZ", phone=OTHER), "strong"),
    "half of a double name": (who(surname="Jansen-de Vries"), who(surname="Vries", phone=OTHER), "strong"),
    "a surname that sounds alike": (who(surname="Janssen"), who(surname="Jansen", phone=OTHER), "likely"),
    "a typing error in the surname": (who(surname="Bakker"), who(surname="Bakler", phone=OTHER), "likely"),
    "day and month changed places": (who(), who(phone=OTHER, born=date(1980, 3, 2)), "likely"),
    "one figure of the birth date": (who(), who(born=date(1980, 2, 8)), "likely"),
    "a generation later": (who(), who(born=date(1990, 2, 3)), "weak"),
    "an initial without birth date": (who("S.", born=None), who(), "likely"),
    "married and moved, at one address": (
        who(surname="Bos", postcode="1234 AB", house_no="12"), who(phone=OTHER, postcode="1234ab", house_no="12 a"), "likely"),
    "the same name at one address": (
        who(born=None, postcode="1234 AB", house_no="12"), who(phone=OTHER, postcode="1234AB", house_no="12"), "likely"),
    "a household": (who(postcode="1234 AB", house_no="12"), who("Piet", phone=OTHER, born=None, postcode="1234 AB", house_no="12"), None),
    "another person of that name": (who("Anna"), who("Anna", phone=OTHER, born=date(1961, 9, 9)), None),
    "only born together": (who("Anna"), who("Kees", "Kok", OTHER), None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_how_surely(case):
    a, b, expected = CASES[case]
    assert match(a, b) == match(b, a) == expected
    found = likeness(a, b)
    assert (found.strength if found else None) == expected


@pytest.fixture
def dutch():
    before = i18n.language()
    i18n.use("nl")
    yield
    i18n.use(before)


def test_in_dutch_words(dutch):
    assert likeness(who("Sanne", "Kok"), who()).reasons == "zelfde voornaam, geboortedatum en telefoon"
    twins = likeness(who("Lotte"), who("Bram"))
    assert (twins.reasons, twins.doubts) == ("zelfde achternaam, geboortedatum en telefoon", "andere voornaam: misschien een tweeling")
    home = {"postcode": "1234 AB", "house_no": "12"}
    moved = likeness(who("S.", "Meeer", phone="", born=None, **home), who(surname="Meer", phone=PHONE, email="s@x.nl", born=None, **home))
    assert moved is None  # a misspelt name and an address are not enough
    near = likeness(who(born=None, surname="Janssen", **home), who(born=None, surname="Jansen", **home))
    assert near.reasons == "zelfde voornaam, telefoon en postcode met huisnummer; achternaam lijkt op elkaar"
    family = likeness(who(), who("Fleur", born=date(2015, 6, 7)))
    assert family.doubts == "andere voornaam en geboortedatum: waarschijnlijk familie"
    assert likeness(who(), who(born=date(1955, 6, 7))).doubts == "andere geboortedatum: waarschijnlijk familie"


def test_the_sentence_says_all_of_it():
    said = likeness(who("Lotte"), who("Bram")).sentence
    assert said == "Perhaps the same person: same surname, birth date and phone. But: different first name: perhaps twins"
