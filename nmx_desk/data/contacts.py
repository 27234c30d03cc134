"""Queries about how clients are reached, what was said with them, who lives with them, and how the clinic groups them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa

from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.contacts import ContactMoment, ContactPoint, in_order, own_points
from nmx_desk.domain.family import ClientTag, HouseholdMember, HouseholdRole
from nmx_desk.domain.referrals import Referral, SentHow

_client, _letter = table_of(Client), table_of(Referral)
_point, _moment, _place, _tag = (table_of(kind) for kind in (ContactPoint, ContactMoment, HouseholdMember, ClientTag))
_ROLES = list(HouseholdRole)
_MOST_SHARING = 500  # clients with the same few numbers


def stored_points(store: Store, client_id: str) -> list[ContactPoint]:
    """Every stored phone number and e-mail address of a client, as it lies there."""
    return store.find(ContactPoint, client_id=client_id)


def all_values(store: Store, client: Client) -> list[ContactPoint]:
    """Everything by which a client is reached, by the own fields and by the list: the same may stand there twice."""
    return [*own_points(client), *stored_points(store, client.id)]


def points_of(store: Store, client_ids: Collection[str]) -> dict[str, tuple[ContactPoint, ...]]:
    """The contact points of each of these clients who has any, in order."""
    ids, found = sorted(set(client_ids)), defaultdict[str, list[ContactPoint]](list)
    for part in in_parts(ids):
        for point in store.find(ContactPoint, _point.c.client_id.in_(part)):
            found[point.client_id].append(point)
    return {client_id: in_order(points) for client_id, points in found.items()}


def write(store: Store, before: Sequence[ContactPoint], after: Sequence[ContactPoint]) -> list[ContactPoint]:
    """Make what is stored what is wanted: what is not in it goes, what differs is changed, what has no id is added."""
    kept = {point.id for point in after}
    for point in before:
        if point.id not in kept:
            store.remove(point)
    there = {point.id: point for point in before}
    return [_write_one(store, there.get(point.id), point) for point in after]


def _write_one(store: Store, before: ContactPoint | None, after: ContactPoint) -> ContactPoint:
    if before is None:
        return store.add(after)
    return before if before == after else store.change(after)


# -- the contact log ---------------------------------------------------------------------------------------------------------------------


def moments_of(store: Store, client_id: str, limit: int) -> list[ContactMoment]:
    """A client's contacts that were written down, the newest first."""
    return store.find(ContactMoment, client_id=client_id, order=[_moment.c.at.desc(), _moment.c.id], limit=limit)


def letters_sent(store: Store, client_id: str, limit: int) -> list[Referral]:
    """Letters about a client that were sent, the newest first."""
    sent = (_letter.c.sent_on.is_not(None), _letter.c.sent_how != SentHow.NOT_YET)
    return store.find(Referral, *sent, client_id=client_id, order=[_letter.c.sent_on.desc(), _letter.c.id], limit=limit)


# -- households and tags -----------------------------------------------------------------------------------------------------------------


def places_of(store: Store, client_id: str) -> list[HouseholdMember]:
    """A client's place in each household, the first first."""
    places = store.find(HouseholdMember, client_id=client_id, order=[_place.c.created_at, _place.c.id])
    return list({place.household: place for place in reversed(places)}.values())[::-1]


def everybody_in(store: Store, household: str) -> list[HouseholdMember]:
    """The places of a household."""
    return store.find(HouseholdMember, household=household, order=[_place.c.created_at, _place.c.id])


def housemates(store: Store, household: str) -> list[tuple[HouseholdMember, Client]]:
    """Who lives in a household: adults first, then by age."""
    places = {place.client_id: place for place in reversed(everybody_in(store, household))}
    people = store.find(Client, _client.c.id.in_(list(places)))
    ordered = sorted(people, key=lambda who: (_ROLES.index(places[who.id].role), who.birth_date or date.max, who.id))
    return [(places[who.id], who) for who in ordered]


def same_address_and_phone(store: Store, client: Client, numbers: Collection[str]) -> list[Client]:
    """Other clients at a client's address who have one of these numbers, whichever way it stands there."""
    if not (client.postcode and client.house_no and numbers):
        return []
    listed = sa.select(_point.c.client_id).where(_point.c.value.in_(numbers))
    shared = [_client.c.phone.in_(numbers), _client.c.phone2.in_(numbers), _client.c.id.in_(listed)]
    found = {other.id: other for where in shared for other in store.find(Client, where, limit=_MOST_SHARING)}
    home = _home(client)
    gone = {ClientStatus.MERGED, ClientStatus.DESTROYED}
    return [other for other in found.values() if other.id != client.id and _home(other) == home and other.status not in gone]


def _home(client: Client) -> tuple[str, str, str]:
    return client.postcode, client.house_no.casefold(), client.house_suffix.casefold()


def tags_of(store: Store, client_id: str) -> list[ClientTag]:
    """A client's tags."""
    tags = store.find(ClientTag, client_id=client_id, order=[_tag.c.tag, _tag.c.id])
    return list({one.tag: one for one in reversed(tags)}.values())[::-1]


def tags_in_use(store: Store) -> list[str]:
    """Every tag that somebody has."""
    found = store.connection.execute(sa.select(_tag.c.tag).distinct()).scalars()
    return sorted(found, key=str.casefold)
