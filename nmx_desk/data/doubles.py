"""Clients who may be one person: few candidates by what is indexed, then compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from nmx_desk.data import merging
from nmx_desk.data.search import at_postcode
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.contacts import ContactPoint
from nmx_desk.domain.likeness import Likeness, likeness
from nmx_desk.domain.matching import ORDER, Person

CROWD = 400  # so many clients with one value are compared: a phone or a birth date shared by more identifies nobody
_client, _point = table_of(Client), table_of(ContactPoint)
_c = _client.c
_PERSON = sa.select(
    _c.id, _c.merged_into, _c.first_name, _c.initials, _c.first_names, _c.surname, _c.partner_surname, _c.phone, _c.phone2, _c.email,
    _c.birth_date, _c.postcode, _c.house_no,
)  # fmt: skip


def people(store: Store, where: sa.ColumnElement[bool], limit: int | None = None) -> Iterator[tuple[str, Person]]:
    """Clients as they are compared; what a merged client said leads to who stayed."""
    for who, merged, first, initials, firsts, own, partner, phone, phone2, email, born, postcode, house_no in store.connection.execute(
        _PERSON.where(where).limit(limit)
    ):
        person = Person(first or initials, (own, partner), (phone, phone2), (email,), born, firsts, postcode, house_no)
        yield merging.current(store, merged).id if merged else who, person


def alike(store: Store, person: Person) -> dict[str, Likeness]:
    """Clients by id who may be this person, and why; the surest first."""
    found: dict[str, Likeness] = {}
    for who, said in _with_points(store, person):
        why = likeness(person, said)
        if why is not None and ORDER[why.strength] < ORDER[found[who].strength if who in found else None]:
            found[who] = why
    return dict(sorted(found.items(), key=lambda item: (ORDER[item[1].strength], -len(item[1].same))))


def _with_points(store: Store, person: Person) -> Iterator[tuple[str, Person]]:
    """Candidates with every phone and address they have."""
    candidates = dict.fromkeys((who, said) for where in _conditions(store, person) for who, said in people(store, where, CROWD))
    points: defaultdict[str, list[str]] = defaultdict(list)
    ids = {who for who, _said in candidates}
    for who, value in store.connection.execute(sa.select(_point.c.client_id, _point.c.value).where(_point.c.client_id.in_(ids))):
        points[who].append(value)
    for who, said in candidates:
        more = tuple(points.get(who, ()))
        yield who, Person(
            said.first_name, said.surnames, (*said.phones, *more), said.emails, said.birth_date, said.first_names, said.postcode,
            said.house_no,
        )  # fmt: skip


def _conditions(store: Store, person: Person) -> Iterator[sa.ColumnElement[bool]]:
    phones, emails = [*filter(None, person.phones)], [email.strip().casefold() for email in person.emails if email.strip()]
    if phones:
        yield _c.phone.in_(phones)
        yield _c.phone2.in_(phones)
    if emails:
        yield _c.email.in_(emails)
    if phones or emails:
        shared = sa.select(_point.c.client_id).where(_point.c.value.in_([*phones, *emails])).limit(CROWD)
        yield _c.id.in_(shared)
    if person.birth_date is not None:
        yield _c.birth_date.in_(_days(person.birth_date))
    if person.postcode and person.house_no:
        yield _c.id.in_(at_postcode(store.connection, person.postcode))


def _days(born: date) -> set[date]:
    """A day, and the one that results when day and month change places."""
    return {born, born.replace(month=born.day, day=born.month)} if born.day <= 12 else {born}
