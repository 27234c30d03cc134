"""Clients who may be one person: few candidates by what is indexed, then compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from nmx_desk.data import merging
from nmx_desk.data.search import at_postcode
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.contacts import ContactPoint
from nmx_desk.domain.likeness import Likeness, of_folded
from nmx_desk.domain.matching import ORDER, Folded, Key, Person, folded, loose_keys
from nmx_desk.domain.merging import NotDouble
from nmx_desk.i18n import _

CROWD_BLOCK = 60  # so many who share a value are all compared with each other
CROWD = 400  # so many clients with one value are compared: a phone or a birth date shared by more identifies nobody
_client, _point = table_of(Client), table_of(ContactPoint)
_c = _client.c
_PERSON = sa.select(
    _c.id, _c.merged_into, _c.first_name, _c.initials, _c.first_names, _c.surname, _c.partner_surname, _c.phone, _c.phone2, _c.email,
    _c.birth_date, _c.postcode, _c.house_no,
)  # fmt: skip


_THERE = _c.status.not_in((ClientStatus.MERGED, ClientStatus.DESTROYED))


def people(
    store: Store, where: sa.ColumnElement[bool], limit: int | None = None, *, order: sa.ColumnElement[str] | None = None
) -> Iterator[tuple[str, Person]]:
    """Clients as they are compared; what a merged client said leads to who stayed."""
    for who, merged, first, initials, firsts, own, partner, phone, phone2, email, born, postcode, house_no in store.connection.execute(
        _PERSON.where(where).order_by(order).limit(limit)
    ):
        person = Person(first or initials, (own, partner), (phone, phone2), (email,), born, firsts, postcode, house_no)
        yield merging.current(store, merged).id if merged else who, person


def alike(store: Store, person: Person) -> dict[str, Likeness]:
    """Clients by id who may be this person, and why; the surest first."""
    found: dict[str, Likeness] = {}
    one = folded(person)
    for who, said in _with_points(store, person):
        why = of_folded(one, folded(said))
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
        yield who, replace(said, phones=(*said.phones, *more))


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


# -- among all that are here -------------------------------------------------------------------------------------------------------------


Pair = tuple[str, str, Likeness]
_PIECE = 2_000
_NEIGHBOURS = 12  # in a crowd each is compared with so many who stand next by name


def pairs(store: Store, report: Callable[[int, int, str], None]) -> list[Pair]:
    """Every two clients who may be one, and why. Only who shares a phone, an e-mail, an address, or birth date and name is compared."""
    everybody = _everybody(store, report)
    blocks: defaultdict[Key, list[int]] = defaultdict(list)
    for place, (_who, one) in enumerate(everybody):
        for key in (*loose_keys(one), *(("born", one.born, surname) for surname in one.surnames if one.born)):
            blocks[key].append(place)
    found: dict[tuple[int, int], Likeness] = {}
    compared: set[tuple[int, int]] = set()
    for number, places in enumerate(blocks.values()):
        if number % _PIECE == 0:
            report(number, len(blocks), _("Comparing clients"))
        for two in _neighbours(places, everybody):
            if two not in compared:
                compared.add(two)
                if (why := of_folded(everybody[two[0]][1], everybody[two[1]][1])) is not None:
                    found[two] = why
    return [(everybody[a][0], everybody[b][0], why) for (a, b), why in found.items()]


def count_clients(store: Store) -> int:
    """How many clients have a file."""
    return int(store.connection.execute(sa.select(sa.func.count()).select_from(_client).where(_THERE)).scalar_one())


def _everybody(store: Store, report: Callable[[int, int, str], None]) -> list[tuple[str, Folded]]:
    """Every client with a file, as they are compared, read in pieces."""
    total = count_clients(store)
    points: defaultdict[str, list[str]] = defaultdict(list)
    for who, value in store.connection.execute(sa.select(_point.c.client_id, _point.c.value)):
        points[who].append(value)
    found: list[tuple[str, Folded]] = []
    last = ""
    while rows := list(people(store, sa.and_(_THERE, _c.id > last), _PIECE, order=_c.id)):
        report(len(found), total, _("Reading clients"))
        found += [(who, folded(replace(said, phones=(*said.phones, *points.get(who, ()))))) for who, said in rows]
        last = rows[-1][0]
    return found


def _neighbours(places: list[int], everybody: Sequence[tuple[str, Folded]]) -> Iterator[tuple[int, int]]:
    """Who of a block are compared: all with all, in a crowd only those who stand next to each other by name."""
    if len(places) < 2:
        return
    if len(places) > CROWD_BLOCK:
        places = sorted(places, key=lambda place: (sorted(everybody[place][1].surnames), everybody[place][1].givens))
    reach = len(places) if len(places) <= CROWD_BLOCK else _NEIGHBOURS
    for at, one in enumerate(places):
        for other in places[at + 1 : at + 1 + reach]:
            yield (one, other) if one < other else (other, one)


def others_than(store: Store, client_id: str) -> set[str]:
    """Clients who were said to be somebody else than this one."""
    mine = {row.pair for row in store.find(NotDouble, client_id=client_id)} if client_id else set()
    return {row.client_id for row in store.find(NotDouble, table_of(NotDouble).c.pair.in_(mine))} - {client_id} if mine else set()


def kept_apart(store: Store) -> set[frozenset[str]]:
    """Clients who were said to be two people, by their ids."""
    sides: defaultdict[str, set[str]] = defaultdict(set)
    for row in store.find(NotDouble):
        sides[row.pair].add(row.client_id)
    return {frozenset(ids) for ids in sides.values()}
