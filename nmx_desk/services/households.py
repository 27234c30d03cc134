"""Clients who live together: linked by people, suggested where address and phone are the same. Shown is no more than the list shows."""

from __future__ import annotations

from collections.abc import Iterator

from nmx_desk.data import contacts as data
from nmx_desk.data import merging
from nmx_desk.domain.clients import ADULT_CARE, Client
from nmx_desk.domain.contact_views import Household, Housemate, Neighbour
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.family import HouseholdMember, HouseholdRole
from nmx_desk.i18n import _
from nmx_desk.services.contact_points import points_of
from nmx_desk.services.desk import Work, use_case

MOST_FOR_A_CHILD = 2


def households_of(work: Work, client: Client) -> tuple[Household, ...]:
    """The households of a client, with the others in them. Whose names are shown is logged."""
    return tuple(
        Household(id=mine.household, member_id=mine.id, role=mine.role, others=tuple(_others(work, mine)))
        for mine in data.places_of(work.store, client.id)
    )


def _others(work: Work, mine: HouseholdMember) -> Iterator[Housemate]:
    for place, other in data.housemates(work.store, mine.household):
        if other.id != mine.client_id:
            work.seen("household_member", place.id, other.id)
            yield Housemate(
                member_id=place.id, client_id=other.id, name=other.name, age=other.age_on(work.today()), role=place.role
            )


@use_case("clients.read", writes=False)
def household_suggestions(work: Work, client_id: str) -> tuple[Neighbour, ...]:
    """Clients with the same address and a phone number in common who are not linked to this one. The look is logged."""
    client = merging.current(work.store, client_id)
    homes = [mine.household for mine in data.places_of(work.store, client.id)]
    there = {place.client_id for home in homes for place in data.everybody_in(work.store, home)}
    numbers = [point.value for point in points_of(work, client) if "@" not in point.value]
    found = [other for other in data.same_address_and_phone(work.store, client, numbers) if other.id not in there]
    for other in found:
        work.seen("client", other.id, other.id)
    return tuple(Neighbour(client_id=other.id, name=other.name, age=other.age_on(work.today())) for other in found)


@use_case("clients.change")
def link_household(work: Work, client_id: str, other_id: str, role: str = "", other_role: str = "") -> str:
    """Say that two clients live together, as adult, child or other (by age, unless given); returns their household.

    Who has a household already takes the other one in. A child may live in two. Raises ``Conflict`` when that cannot be.
    """
    one, other = work.store.get(Client, client_id), work.store.get(Client, other_id)
    if one.id == other.id:
        raise UserError("other_id", _("Choose somebody else: nobody lives together with themselves."))
    places = {client.id: data.places_of(work.store, client.id) for client in (one, other)}
    roles = {one.id: _role(work, one, role, places[one.id]), other.id: _role(work, other, other_role, places[other.id])}
    homes = {client.id: {place.household for place in places[client.id]} for client in (one, other)}
    if homes[one.id] & homes[other.id]:
        raise Conflict(_("These two are in one household already."))
    household = _common(work, one, other, homes, roles)
    for client in (one, other):
        if household not in homes[client.id]:
            work.store.add(HouseholdMember(client_id=client.id, household=household, role=roles[client.id]))
    return household


def _role(work: Work, client: Client, given: str, places: list[HouseholdMember]) -> HouseholdRole:
    if given or places:
        return HouseholdRole(given) if given else places[0].role
    age = client.age_on(work.today())
    return HouseholdRole.CHILD if age is not None and age < ADULT_CARE else HouseholdRole.ADULT


def _common(work: Work, one: Client, other: Client, homes: dict[str, set[str]], roles: dict[str, HouseholdRole]) -> str:
    """The household the two will share: that of the one who has one; of two who have one the home of who is no child."""
    ours, theirs = homes[one.id], homes[other.id]
    if not ours and not theirs:
        return work.new_id()
    if not (ours and theirs):
        return min(ours or theirs)
    for child, home in ((one, theirs), (other, ours)):
        if roles[child.id] is HouseholdRole.CHILD and len(homes[child.id]) < MOST_FOR_A_CHILD and len(home) == 1:
            return min(home)
    raise Conflict(_("Both are in a household already. Only a child may live in two; take one of them out of theirs first."))


@use_case("clients.change")
def set_household_role(work: Work, member_id: str, role: str) -> HouseholdMember:
    """What somebody is in a household: adult, child or other."""
    member = work.store.get(HouseholdMember, member_id)
    wanted = HouseholdRole(role)
    return member if member.role is wanted else work.store.change(member, role=wanted)


@use_case("clients.change")
def unlink_household(work: Work, member_id: str) -> tuple[HouseholdMember, ...]:
    """Take somebody out of a household; who would be left alone in it is no household either. Returns who left it."""
    member = work.store.get(HouseholdMember, member_id)
    everybody = data.everybody_in(work.store, member.household)
    leaving = [place for place in everybody if place.client_id == member.client_id]
    rest = [place for place in everybody if place.client_id != member.client_id]
    if len({place.client_id for place in rest}) == 1:
        leaving += rest
    for place in leaving:
        work.store.remove(place)
    return tuple(leaving)


@use_case("clients.change")
def put_back_household(work: Work, members: tuple[HouseholdMember, ...]) -> None:
    """Undo of taking somebody out: the same places in the same household."""
    for member in members:
        there = {place.client_id for place in data.everybody_in(work.store, member.household)}
        if member.client_id not in there:
            work.store.add(HouseholdMember(client_id=member.client_id, household=member.household, role=member.role))
