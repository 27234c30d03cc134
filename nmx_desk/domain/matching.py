"""Who may be the same person (DOMAIN.md §6, Duplicates). A match is shown, never merged by itself.

- Same birth date and (same surname or phone or e-mail): strong.
- A birth date missing on either side: same name and (same phone or e-mail): strong.
- Only the same phone or e-mail: weak, because families share them.
- Same birth date and surname, but given names that contradict each other: weak. Twins share birth date, surname, phone and e-mail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, NamedTuple, TypeVar

from nmx_desk.domain.names import fold

Strength = Literal["strong", "weak"]
Key = tuple[str, ...]
Id = TypeVar("Id")

# A value shared by more people than this identifies nobody (a switchboard's phone, a placeholder birth date): the rest is not compared.
_CROWD = 200


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared. Phones in E.164; e-mails in any case; ``surnames`` without tussenvoegsel: own and partner's."""

    first_name: str
    surnames: tuple[str, ...]
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    birth_date: date | None = None


class _Folded(NamedTuple):
    """A person with every value in the form in which it is compared; empty values left out."""

    given: str
    surnames: frozenset[str]
    contacts: frozenset[str]
    born: str

    @property
    def names(self) -> frozenset[str]:
        whole = {_compact(self.given + surname) for surname in self.surnames or ("",)}
        return frozenset(whole - {""})


def match(a: Person, b: Person) -> Strength | None:
    """How surely two people are one; symmetric."""
    return _match(_folded(a), _folded(b))


def find_doubles(people: Sequence[Person]) -> list[int | None]:
    """For each person the index of the first strong match before it in the list, followed to its own first; None for a first."""
    index: PersonIndex[int] = PersonIndex()
    firsts: dict[_Folded, int] = {}
    doubles: list[int | None] = []
    for i, person in enumerate(people):
        folded = _folded(person)
        first = firsts.get(folded)
        if first is None:
            first = min((found for found, _person in index.strong(folded)), default=i)
            index.put(first, folded)
            if _match(folded, folded) == "strong":  # not so for a mere name
                firsts[folded] = first
        doubles.append(None if first == i else first)
    return doubles


class PersonIndex(Generic[Id]):
    """Finds the matches of one person among many without comparing them all."""

    def __init__(self) -> None:
        self._strong: defaultdict[Key, list[tuple[Id, _Folded]]] = defaultdict(list)
        self._contact: defaultdict[str, list[Id]] = defaultdict(list)

    def add(self, person_id: Id, person: Person) -> None:
        """Put a person in. The same id may be added again with other values (an earlier name or phone)."""
        self.put(person_id, _folded(person))

    def find(self, person: Person) -> list[tuple[Id, Strength]]:
        """Everybody who matches, strong ones first."""
        folded = _folded(person)
        found: dict[Id, Strength] = {found_id: "strong" for found_id, _person in self.strong(folded)}
        for key in sorted(folded.contacts):
            for found_id in self._contact.get(key, ()):
                found.setdefault(found_id, "weak")
        for found_id, other in self._candidates(folded):
            if found_id not in found and _match(folded, other):
                found[found_id] = "weak"  # twins without a shared phone
        return list(found.items())

    def put(self, person_id: Id, folded: _Folded) -> None:
        """``add`` for a person already folded."""
        for key in _own_keys(folded):
            if len(self._strong[key]) < _CROWD:
                self._strong[key].append((person_id, folded))
        for contact in folded.contacts:
            if len(self._contact[contact]) < _CROWD:
                self._contact[contact].append(person_id)

    def strong(self, folded: _Folded) -> Iterator[tuple[Id, _Folded]]:
        """Strong matches; an id may come more than once."""
        return ((found_id, other) for found_id, other in self._candidates(folded) if _match(folded, other) == "strong")

    def _candidates(self, folded: _Folded) -> Iterator[tuple[Id, _Folded]]:
        for key in _sought_keys(folded):
            if key in self._strong:
                yield from self._strong[key]


def _compact(text: str) -> str:
    return text.replace(" ", "")


def _folded(person: Person) -> _Folded:
    return _Folded(
        _compact(fold(person.first_name)),
        frozenset(_compact(fold(surname)) for surname in person.surnames if surname.strip()),
        frozenset([*filter(None, person.phones), *(email.strip().casefold() for email in person.emails if email.strip())]),
        person.birth_date.isoformat() if person.birth_date else "",
    )


def _match(a: _Folded, b: _Folded) -> Strength | None:
    contact = not a.contacts.isdisjoint(b.contacts)
    if a.born and a.born == b.born:
        if not a.surnames.isdisjoint(b.surnames):
            return "strong" if _given_agree(a.given, b.given) else "weak"
        return "strong" if contact else None
    if not contact:
        return None
    unknown = not (a.born and b.born)
    return "strong" if unknown and not a.names.isdisjoint(b.names) else "weak"


def _given_agree(a: str, b: str) -> bool:
    """Equal, or one is missing, an initial or the beginning of the other: Jan and Jan Willem."""
    a, b = a.rstrip("."), b.rstrip(".")
    return a.startswith(b) or b.startswith(a)


def _own_keys(person: _Folded) -> Iterator[Key]:
    """Under which keys a person is filed: by birth date, and by name for those who come without one."""
    yield from _birth_keys(person)
    for name, contact in _name_contacts(person):
        yield ("name", name, contact)
        if not person.born:
            yield ("name without birth date", name, contact)


def _sought_keys(person: _Folded) -> Iterator[Key]:
    """Under which keys the strong matches of a person are filed."""
    yield from _birth_keys(person)
    kind = "name without birth date" if person.born else "name"
    for name, contact in _name_contacts(person):
        yield (kind, name, contact)


def _birth_keys(person: _Folded) -> Iterator[Key]:
    if person.born:
        for value in sorted(person.surnames | person.contacts):
            yield ("born", person.born, value)


def _name_contacts(person: _Folded) -> Iterator[tuple[str, str]]:
    return ((name, contact) for name in sorted(person.names) for contact in sorted(person.contacts))
