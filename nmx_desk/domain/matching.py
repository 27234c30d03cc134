"""Who may be the same person (DOMAIN.md §6, Duplicates). A match is shown, never merged by itself.

Strong:
- same birth date and (same surname or phone or e-mail);
- a birth date missing on either side: same name and (same phone or e-mail).

Likely, with a slip of the pen or of memory in one of these: same birth date and given name with a surname that sounds alike or at the same
address; the same name born on a day with two figures changed; without a birth date a name that comes close with the same phone or e-mail,
or the same name at one address.

Weak: only the same phone or e-mail, because families share them; same birth date and surname with given names that contradict each other,
because twins share birth date, surname, phone and e-mail.

``Jan``, ``J.`` and ``Johannes`` do not contradict each other (``given_names``). Maiden and partner's name count alike, and so does each
half of a double name; tussenvoegsels, accents and ij for y do not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Generic, Literal, NamedTuple, TypeVar

from nmx_desk.domain import given_names
from nmx_desk.domain.names import fold, is_prefix_word

Strength = Literal["strong", "likely", "weak"]
ORDER: dict[Strength | None, int] = {"strong": 0, "likely": 1, "weak": 2, None: 3}
Key = tuple[str, ...]
Id = TypeVar("Id")

_HYPHEN = re.compile("[-‐‑–]")
# A value shared by more people than this identifies nobody (a switchboard's phone, a placeholder birth date): the rest is not compared.
_CROWD = 60


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared. Phones in E.164; e-mails in any case; ``surnames``: own and partner's; ``first_names``: all of them."""

    first_name: str
    surnames: tuple[str, ...]
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    birth_date: date | None = None
    first_names: str = ""
    postcode: str = ""
    house_no: str = ""


class Folded(NamedTuple):
    """A person with every value in the form in which it is compared; empty values left out. ``home``: postcode and house number."""

    givens: tuple[str, ...]
    surnames: frozenset[str]
    contacts: frozenset[str]
    born: str
    home: str

    @property
    def names(self) -> frozenset[str]:
        """Given name and surname in one piece."""
        given = self.givens[0].replace(" ", "") if self.givens else ""
        return frozenset({given + surname for surname in self.surnames or ("",)} - {""})


def match(a: Person, b: Person) -> Strength | None:
    """How surely two people are one; symmetric."""
    return compare(folded(a), folded(b))


def find_doubles(people: Sequence[Person]) -> list[int | None]:
    """For each person the index of the first strong match before it in the list, followed to its own first; None for a first."""
    index: PersonIndex[int] = PersonIndex()
    firsts: dict[Folded, int] = {}
    doubles: list[int | None] = []
    for i, person in enumerate(people):
        one = folded(person)
        first = firsts.get(one)
        if first is None:
            first = min((found for found, _person in index.strong(one)), default=i)
            index.put(first, one)
            if compare(one, one) == "strong":  # not so for a mere name
                firsts[one] = first
        doubles.append(None if first == i else first)
    return doubles


class PersonIndex(Generic[Id]):
    """Finds the matches of one person among many without comparing them all."""

    def __init__(self) -> None:
        self._strong: defaultdict[Key, list[tuple[Id, Folded]]] = defaultdict(list)
        self._loose: defaultdict[Key, list[tuple[Id, Folded]]] = defaultdict(list)

    def add(self, person_id: Id, person: Person) -> None:
        """Put a person in. The same id may be added again with other values (an earlier name or phone)."""
        one = folded(person)
        self.put(person_id, one)
        for key in loose_keys(one):
            if len(self._loose[key]) < _CROWD:
                self._loose[key].append((person_id, one))

    def find(self, person: Person) -> list[tuple[Id, Strength]]:
        """Everybody who matches, strong ones first."""
        one = folded(person)
        found: dict[Id, Strength] = {found_id: "strong" for found_id, _person in self.strong(one)}
        others = [*self._candidates(one), *(other for key in loose_keys(one) for other in self._loose.get(key, ()))]
        for found_id, other in others:
            strength = compare(one, other)
            if strength and ORDER[strength] < ORDER[found.get(found_id)]:
                found[found_id] = strength
        return sorted(found.items(), key=lambda item: ORDER[item[1]])

    def put(self, person_id: Id, one: Folded) -> None:
        """``add`` for a person already folded, to be found by strong matches only."""
        for key in _own_keys(one):
            if len(self._strong[key]) < _CROWD:
                self._strong[key].append((person_id, one))

    def strong(self, one: Folded) -> Iterator[tuple[Id, Folded]]:
        """Strong matches; an id may come more than once."""
        return ((found_id, other) for found_id, other in self._candidates(one) if compare(one, other) == "strong")

    def _candidates(self, one: Folded) -> Iterator[tuple[Id, Folded]]:
        told: set[int] = set()
        for key in _sought_keys(one):
            for found_id, other in self._strong.get(key, ()):
                if id(other) not in told:  # filed under several keys
                    told.add(id(other))
                    yield found_id, other


# -- the form in which people are compared -------------------------------------------------------------------------------------------------


def folded(person: Person) -> Folded:
    """A person as it is compared."""
    givens = dict.fromkeys(filter(None, (fold(person.first_name), fold(person.first_names))))
    return Folded(
        tuple(givens),
        frozenset(key for surname in person.surnames for key in surname_keys(surname)),
        frozenset([*filter(None, person.phones), *(email.strip().casefold() for email in person.emails if email.strip())]),
        person.birth_date.isoformat() if person.birth_date else "",
        _home(person),
    )


@lru_cache(maxsize=65_536)
def surname_keys(surname: str) -> frozenset[str]:
    """A surname as it is compared, without tussenvoegsels, ij as y; of a double name the whole and each half."""
    halves: list[str] = []
    words = [fold(part) for part in _HYPHEN.sub(" - ", surname).split()]
    begun = True
    for place, word in enumerate(words):
        if not word or (place + 1 < len(words) and _is_small(word)):
            begun = True  # fold leaves nothing of a hyphen
        elif begun:
            halves.append(word)
            begun = False
        else:
            halves[-1] += word
    return frozenset(name.replace("ij", "y") for name in ("".join(halves), *halves) if name)


def _is_small(word: str) -> bool:
    return is_prefix_word(word) or is_prefix_word("'" + word)


def _home(person: Person) -> str:
    digits = "".join(c for c in person.house_no.partition("-")[0].partition("/")[0] if c.isdigit())
    postcode = person.postcode.replace(" ", "").upper()
    return f"{postcode} {digits}" if postcode and digits else ""


_SOUNDS = (
    ("sch", "s"), ("ch", "g"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("ks", "x"), ("ei", "y"), ("c", "k"), ("q", "k"),
    ("z", "s"), ("v", "f"), ("d", "t"), ("x", "ks"),
)  # fmt: skip
_SILENT = str.maketrans("", "", "aeiouyh")


@lru_cache(maxsize=65_536)
def sound(surname: str) -> str:
    """How a folded surname sounds, roughly: Janssen, Jansen and Jansens alike, and so Vries and Fries."""
    text = surname
    for written, heard in _SOUNDS:
        text = text.replace(written, heard)
    text = (text[:1] if text[:1] in "aeiouy" else "") + text.translate(_SILENT)
    once = "".join(letter for place, letter in enumerate(text) if text[place - 1 : place] != letter)
    return once.removesuffix("s") if len(once) > 2 else once


# -- the rules ---------------------------------------------------------------------------------------------------------------------------


def compare(a: Folded, b: Folded) -> Strength | None:  # noqa: PLR0911 (one line a rule)
    """How surely two people are one; symmetric."""
    contact = not a.contacts.isdisjoint(b.contacts)
    home = bool(a.home) and a.home == b.home
    if a.born and a.born == b.born:
        return _born_together(a, b, contact=contact, home=home)
    if a.born and b.born:
        if swapped(a.born, b.born) and same_name(a, b):
            return "likely"
        if (contact or home) and near_day(a.born, b.born) and close_name(a, b):
            return "likely"
        return "weak" if contact else None
    if contact and not a.names.isdisjoint(b.names):
        return "strong"
    if contact:
        return "likely" if close_name(a, b) else "weak"
    return "likely" if home and same_name(a, b) else None


def _born_together(a: Folded, b: Folded, *, contact: bool, home: bool) -> Strength | None:
    given = given_agree(a, b)
    if not a.surnames.isdisjoint(b.surnames):
        return "strong" if given else "weak"
    if contact:
        return "strong" if given else "weak" if surname_near(a, b) else "likely"  # weak: twins, misspelt
    if not given or not a.givens or not b.givens:
        return None
    return "likely" if home or sounds_alike(a, b) or (_called(a) & _called(b) and misspelt(a, b)) else None


def given_agree(a: Folded, b: Folded) -> bool:
    """Whether the given names can be one person's."""
    for one in a.givens:
        for other in b.givens:
            if given_names.agree(one, other):
                return True
    return not a.givens or not b.givens


def sounds_alike(a: Folded, b: Folded) -> bool:
    """Whether surnames sound alike."""
    return not {sound(one) for one in a.surnames}.isdisjoint(sound(other) for other in b.surnames)


def misspelt(a: Folded, b: Folded) -> bool:
    """Whether surnames are one typing error apart."""
    return any(given_names.is_near(one, other) for one in a.surnames for other in b.surnames)


def surname_near(a: Folded, b: Folded) -> bool:
    """Whether surnames sound alike or are one typing error apart."""
    return sounds_alike(a, b) or misspelt(a, b)


def _called(person: Folded) -> set[str]:
    return {key for given in person.givens for key in given_names.same_called(given)}


def same_name(a: Folded, b: Folded) -> bool:
    """Same surname, and given names of both that can be one person's."""
    return bool(a.givens and b.givens) and not a.surnames.isdisjoint(b.surnames) and given_agree(a, b)


def close_name(a: Folded, b: Folded) -> bool:
    """As ``same_name``; the surname may be misspelt."""
    return bool(a.givens and b.givens) and given_agree(a, b) and (not a.surnames.isdisjoint(b.surnames) or surname_near(a, b))


def swapped(a: str, b: str) -> bool:
    """Whether day and month of two days (ISO) changed places."""
    return a != b and a[:4] == b[:4] and a[5:7] == b[8:10] and a[8:10] == b[5:7]


def near_day(a: str, b: str) -> bool:
    """Whether two days (ISO) are one slip apart: day and month swapped, or one figure other (not the decade's: that is a generation)."""
    return swapped(a, b) or (a[:3] == b[:3] and sum(one != other for one, other in zip(a, b, strict=True)) == 1)


# -- keys --------------------------------------------------------------------------------------------------------------------------------


def loose_keys(person: Folded) -> Iterator[Key]:
    """Whoever matches shares one of these or one of the strong ones: a phone or e-mail, an address, a birth date with name or sound."""
    for contact in sorted(person.contacts):
        yield ("contact", contact)
    if person.home:
        yield ("home", person.home)
    if person.born:
        month, day = sorted((person.born[5:7], person.born[8:10]))
        for surname in sorted(person.surnames):
            yield ("days", person.born[:4], month, day, surname)
        for heard in sorted({sound(surname) for surname in person.surnames}):
            yield ("sound", person.born, heard)
        for called in sorted(_called(person)):
            yield ("given", person.born, called)


def _own_keys(person: Folded) -> Iterator[Key]:
    """Under which keys a person is filed: by birth date, and by name for those who come without one."""
    yield from _birth_keys(person)
    for name, contact in _name_contacts(person):
        yield ("name", name, contact)
        if not person.born:
            yield ("name without birth date", name, contact)


def _sought_keys(person: Folded) -> Iterator[Key]:
    """Under which keys the strong matches of a person are filed."""
    yield from _birth_keys(person)
    kind = "name without birth date" if person.born else "name"
    for name, contact in _name_contacts(person):
        yield (kind, name, contact)


def _birth_keys(person: Folded) -> Iterator[Key]:
    if person.born:
        for value in sorted(person.surnames | person.contacts):
            yield ("born", person.born, value)


def _name_contacts(person: Folded) -> Iterator[tuple[str, str]]:
    return ((name, contact) for name in sorted(person.names) for contact in sorted(person.contacts))
