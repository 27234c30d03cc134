"""Doubles found among 2,000 people whose truth is known: the generator makes families and slips of the pen, and knows no rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.contacts import ContactKind, ContactPoint
from nmx_desk.domain.errors import Cancelled, NotAllowed, UserError
from nmx_desk.services import clients, doubles, merging
from nmx_desk.services.desk import Progress, use_case

PEOPLE, AGAIN = 2_000, 220
WOMEN = ("Johanna", "Monique", "Linda", "Lisa", "Anna", "Sanne", "Fatima", "Eva", "Marijke", "Petra", "Wilma", "Esther", "Naomi", "Femke",
         "Roos", "Yara", "Ingrid", "Astrid", "Carla", "Noor", "Suzanne", "Elisabeth", "Zeynep", "Truus", "Mirjam", "Hélène")  # fmt: skip
MEN = ("Cornelis", "Marcel", "Jeroen", "Thomas", "Daan", "Willem", "Pieter", "Hendrik", "Mohamed", "Bart", "Sjoerd", "Robert", "Koen",
       "Luuk", "Jan", "Gerrit", "Ruben", "Sem", "Floris", "Youssef", "Martijn", "Edwin", "Ronald", "Tim")  # fmt: skip
CALLED = {"Johanna": "Hanneke", "Cornelis": "Kees", "Willem": "Wim", "Hendrik": "Henk", "Elisabeth": "Els", "Suzanne": "Sanne",
          "Thomas": "Tom", "Pieter": "Piet", "Robert": "Rob"}  # fmt: skip
NAMES = (
    *(("de", "Jong"), ("", "Jansen"), ("de", "Vries"), ("van den", "Berg"), ("van", "Dijk"), ("", "Bakker"), ("", "Janssen")),
    *(("", "Visser"), ("", "Smit"), ("", "Meijer"), ("", "Mulder"), ("de", "Boer"), ("", "Peters"), ("", "Vos")),
    *(("van", "Leeuwen"), ("", "Yılmaz"), ("", "Nguyen"), ("El", "Amrani"), ("'t", "Hart"), ("", "IJzerman")),
)
PARTS = ("Bos", "Veen", "Hof", "Molen", "Water", "Zand", "Berk", "Kerk", "Dam", "Brug", "Linde", "Heide", "Polder", "Groen", "Storm")
ENDS = ("man", "stra", "ema", "huis", "kamp", "berg", "veld", "ink", "horst", "wijk")


@use_case("clients.change")
def add_all(work, made):
    """Many at once."""
    return work.store.add_all(made)


class Town:
    """Families with what they share; and some of the people once more, as a desk writes somebody down who is there already."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.people, self.truth = [], set()
        while len(self.people) < PEOPLE - AGAIN:
            self.family()
        for person in self.random.sample(self.people, AGAIN):
            self.again(person)

    def add(self, **fields):
        made = Client(id=f"{len(self.people):06}", client_no=f"C-{len(self.people) + 1:06}", **fields)
        self.people.append(made)
        return made

    def phone(self):
        return f"+324{self.random.randrange(10**8):08}" if self.random.random() < 0.05 else f"+316{self.random.randrange(10**8):08}"

    def home(self):
        letters = "".join(self.random.choices("ABCDEFGHJKLMNPRTVWXZ", k=2))
        return {"postcode": f"{self.random.randint(1000, 9999)} {letters}", "house_no": str(self.random.randint(1, 180)), "city": "Zwolle"}

    def surname(self):
        if self.random.random() < 0.3:
            return self.random.choice(NAMES)
        return "", self.random.choice(PARTS) + self.random.choice(ENDS)

    def born(self, least, most):
        return date(2026, 1, 1) - timedelta(self.random.randint(least * 365, most * 365))

    def email(self, first, surname):
        if self.random.random() < 0.2:
            return ""
        return f"{first}.{surname}{self.random.randrange(9999)}@example.org".lower().replace("'", "").replace("é", "e").replace("è", "e")

    def family(self):
        random = self.random
        (prefix, surname), home, phone = self.surname(), self.home(), self.phone()
        parents = random.sample((random.choice(WOMEN), random.choice(MEN)), random.choice((1, 2)))
        for first in parents:
            own = self.surname() if random.random() < 0.3 else (prefix, surname)
            self.add(first_name=first, prefix=own[0], surname=own[1], birth_date=self.born(28, 75), email=self.email(first, own[1]),
                     phone=phone if random.random() < 0.3 else self.phone(), **home)  # fmt: skip
        if random.random() < 0.35:
            children = random.sample(WOMEN + MEN, random.choice((1, 2, 2, 3)))
            birth = self.born(1, 20)
            twins = len(children) > 1 and random.random() < 0.2
            for n, first in enumerate(children):
                born = birth if twins and n < 2 else self.born(1, 20)
                self.add(first_name=first, prefix=prefix, surname=surname, birth_date=born, phone=phone, **home)
        if random.random() < 0.02:  # a son called as his father, at home
            father = self.people[-1]
            self.add(first_name=father.first_name, prefix=father.prefix, surname=father.surname, birth_date=self.born(3, 20),
                     phone=father.phone, **home)  # fmt: skip

    # -- once more ---------------------------------------------------------------------------------------------------------------------

    def again(self, person):
        kind = self.random.choice((
            self.same, self.moved, self.married, self.misspelt_surname, self.misspelt_first, self.initial, self.nickname, self.swapped_date,
            self.wrong_figure, self.no_birth_date, self.loud, self.prefix_in_name, self.new_phone_and_mail,
        ))  # fmt: skip
        fields = {name: getattr(person, name) for name in (
            "first_name", "prefix", "surname", "birth_date", "phone", "email", "postcode", "house_no", "city")}  # fmt: skip
        made = self.add(**fields | kind(person))
        self.truth.add(frozenset((person.id, made.id)))

    def slip(self, word):
        at = self.random.randrange(1, len(word) - 1)
        return self.random.choice((
            word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + self.random.choice("aeiounrst") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ))  # fmt: skip

    def same(self, _person):
        return {}

    def moved(self, _person):
        return self.home() | {"phone": self.phone()}

    def married(self, person):
        prefix, surname = self.surname()
        return {"prefix": prefix, "surname": surname} if self.random.random() < 0.5 else {
            "prefix": prefix, "surname": f"{surname}-{person.prefix} {person.surname}".replace("- ", "-")} | self.home()  # fmt: skip

    def misspelt_surname(self, person):
        return {"surname": self.slip(person.surname), "email": ""}

    def misspelt_first(self, person):
        return {"first_name": self.slip(person.first_name) if len(person.first_name) > 4 else person.first_name} | self.home()

    def initial(self, person):
        return {"first_name": f"{person.first_name[0]}.", "phone": self.phone()}

    def nickname(self, person):
        return {"first_name": CALLED.get(person.first_name, person.first_name)} | self.home() | {"email": ""}

    def swapped_date(self, person):
        born = person.birth_date
        return {"birth_date": born.replace(day=born.month, month=born.day) if born.day <= 12 else born, "email": ""}

    def wrong_figure(self, person):
        born = person.birth_date
        return {"birth_date": born.replace(day=born.day - 1 if born.day % 10 > 1 else born.day), "phone": person.phone}

    def no_birth_date(self, _person):
        return {"birth_date": None} | self.home()

    def loud(self, person):
        plain = person.surname.upper().replace("IJ", "Y").replace("I", "I")
        return {"first_name": person.first_name.upper(), "surname": plain, "email": person.email.upper(), "phone": self.phone()}

    def prefix_in_name(self, person):
        return {"surname": f"{person.prefix} {person.surname}".strip(), "prefix": ""} | self.home()

    def new_phone_and_mail(self, person):
        return {"phone": self.phone(), "email": f"nieuw{self.random.randrange(10**6)}@example.org", "first_name": person.first_name.lower()}


@pytest.mark.parametrize("seed", [1, 2])
def test_precision_and_recall_with_known_truth(clinic, seed, monkeypatch):
    monkeypatch.setattr(doubles, "MOST_PAIRS", 10_000)
    town = Town(seed)
    do = clinic.as_("receptie").do
    do(add_all, town.people)
    found = do(doubles.list_doubles)
    said = {frozenset((pair.one.id, pair.other.id)) for pair in found.pairs}
    right = len(said & town.truth)
    missed, wrong = town.truth - said, said - town.truth
    people = {client.id: client for client in town.people}
    told = [[people[who].person for who in pair] for pair in (*missed, *wrong)]
    assert right / len(town.truth) >= 0.98, told
    assert right / len(said) >= 0.98, told
    assert all(pair.likeness.reasons for pair in found.pairs)
    assert [doubles.ORDER[pair.likeness.strength] for pair in found.pairs] == sorted(
        doubles.ORDER[pair.likeness.strength] for pair in found.pairs
    )


# -- at the door -------------------------------------------------------------------------------------------------------------------------


ANNA = Client(first_name="Anna", prefix="de", surname="Vries", birth_date=date(1980, 5, 1), phone="0600222333")


def some(clinic, *made):
    return [clinic.as_("receptie").do(clients.create_client, one) for one in made]


def listed(clinic, **kw):
    return [(pair.one.first_name, pair.other.first_name, pair.likeness.strength)
            for pair in clinic.as_("receptie").do(doubles.list_doubles, **kw).pairs]  # fmt: skip


def test_two_people_of_one_name_are_remembered_as_two(clinic):
    one, other = some(clinic, ANNA, replace(ANNA, phone="0600222444"))
    do = clinic.as_("receptie").do
    assert listed(clinic) == [("Anna", "Anna", "strong")] and do(doubles.count_doubles) == 1
    with pytest.raises(UserError):
        do(doubles.keep_apart, one.id, other.id, " ")
    with pytest.raises(UserError):
        do(doubles.keep_apart, one.id, one.id, "dezelfde")
    kept = do(doubles.keep_apart, one.id, other.id, "nichtjes, zelfde dag geboren")
    assert listed(clinic) == []
    assert not do(clients.find_doubles, one) and not do(clients.find_doubles, other)
    do(doubles.forget_apart, kept)
    assert do(clients.find_doubles, one)
    assert len(listed(clinic)) == 1
    assert clinic.verified().ok


def test_twins_and_a_household_are_not_suggested(clinic):
    some(clinic, ANNA, replace(ANNA, first_name="Bram"), replace(ANNA, first_name="Piet", birth_date=date(1950, 1, 2)))
    assert listed(clinic) == []
    assert len(listed(clinic, weak=True)) == 3 and {how for _a, _b, how in listed(clinic, weak=True)} == {"weak"}
    assert clinic.as_("receptie").do(doubles.list_doubles).weak == 3


def test_a_belgian_without_e_mail_and_a_number_further_down_the_list(clinic):
    again = Client(first_name="Anna", surname="De Vries", phone="+32470123456")
    first, _again = some(clinic, replace(ANNA, phone="0470123456", country="BE"), again)
    assert listed(clinic) == [("Anna", "Anna", "strong")]
    clinic.as_("receptie").do(add_all, [ContactPoint(client_id=first.id, kind=ContactKind.PHONE, value="+31600999999", position=2)])
    some(clinic, Client(first_name="Anna", surname="de Vries", phone="0600999999"))
    assert len(listed(clinic)) == 2


def test_who_waits_to_be_merged_or_is_merged_is_not_listed(clinic):
    one, other = some(clinic, ANNA, replace(ANNA, phone="0600222444"))
    clinic.as_("receptie").do(merging.propose_merge, one.id, other.id, None, "dezelfde")
    assert listed(clinic) == []
    clinic.approve()
    assert clinic.as_("receptie").do(clients.open_client, other.id).client.id == one.id
    assert listed(clinic) == []
    gone = clinic.as_("receptie").do(clients.find_doubles, replace(ANNA, id=""))
    assert [double.client.id for double in gone] == [one.id] and gone[0].client.status is not ClientStatus.MERGED


def test_it_can_be_stopped_and_only_who_may_merge_may_look(clinic):
    some(clinic, ANNA)
    with pytest.raises(NotAllowed):
        clinic.as_("manager").do(doubles.list_doubles)

    class Stopped(Progress):
        def report(self, done, total, text=""):
            raise Cancelled("")

    with pytest.raises(Cancelled):
        clinic.as_("receptie").do(doubles.list_doubles, progress=Stopped())


def test_what_is_typed_finds_who_is_meant_even_half_understood(clinic):
    some(clinic, replace(ANNA, postcode="1234 AB", house_no="12"))
    do = clinic.as_("receptie").do
    ask = lambda **typed: [double.likeness.strength for double in do(doubles.doubles_of_typed, typed)]  # noqa: E731
    assert ask(first_name="Anna", surname="de Vries") == []
    assert ask(first_name="anna", surname="Vries", birth_date=date(1980, 5, 1)) == ["strong"]
    assert ask(first_name="anna", surname="Vries", birth_date=date(1980, 1, 5)) == ["likely"]
    assert ask(first_name="A.", surname="van de Vriez", birth_date=date(1980, 5, 1), phone="06", email="geen@") == ["likely"]
    assert ask(phone="06 00222333", country=None) == ["weak"]
    assert ask(first_name="Anna", surname="Vries", postcode="1234ab", house_no="12 bis") == ["likely"]
    assert ask(birth_date=date(2090, 1, 1), surname="Vries", phone="x" * 500) == []
