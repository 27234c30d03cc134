"""Where the clinic sees people beside its own address. Without any row here nothing of the program speaks of places.

Rooms and working hours say where they are; an appointment is where its room or the hours of its practitioner are, and stays there. A
location is never deleted, only taken out of use: what was booked names it.
"""

from __future__ import annotations

from dataclasses import replace

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import MAIN, Location, Room
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.names import clean_name, fold
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case

LONGEST_NAME, LONGEST_ADDRESS = 60, 200
Places = tuple[tuple[str, str], ...]


@use_case("rooms.read", writes=False)
def list_locations(work: Work) -> list[Location]:
    """All locations beside the clinic's own address, those in use first, by name."""
    return sorted(work.store.find(Location), key=lambda one: (not one.is_active, fold(one.name)))


@use_case("rooms.read", writes=False)
def list_places(work: Work) -> Places:
    """What can be chosen as (value, name): the clinic's own address first. Nothing in a clinic with one place."""
    return places(work)


@use_case("rooms.read", writes=False)
def place_called(work: Work, name: str) -> str:
    """Which place has this name. Raises ``UserError``."""
    found = {fold(said): place for place, said in places(work, all_of_them=True)}.get(fold(name))
    if found is None:
        raise UserError("location", _("There is no location “{name}”. Choose one from the list.").format(name=name))
    return found


def places(work: Work, *, all_of_them: bool = False) -> Places:
    """The same for other use cases; ``all_of_them``: also those out of use."""
    found = [one for one in list_locations(work) if one.is_active or all_of_them]
    return ((MAIN, _("Main location")), *((one.id, one.name) for one in found)) if found else ()


def located(work: Work, place: str | None) -> str | None:
    """What a room or hours keep of a place that was chosen: nothing for the clinic's own address. Raises ``UserError``."""
    if place in {None, "", MAIN}:
        return None
    found = work.store.find_one(Location, id=place)
    if found is None or not found.is_active:
        raise UserError("location_id", _("This location is not in use. Choose another one."))
    return found.id


@use_case("agenda.manage", code="CONFIG")
def add_location(work: Work, name: str, address: str) -> Location:
    """Add a location; what there is already is at the clinic's own address."""
    return work.store.add(_checked(work, Location(), name, address))


@use_case("agenda.manage", code="CONFIG")
def change_location(work: Work, location: Location, name: str, address: str) -> Location:
    """Give a location another name or address."""
    stored = replace(work.store.get(Location, location.id), version=location.version)
    made = _checked(work, stored, name, address)
    return work.store.change(stored, name=made.name, address=made.address)


@use_case("agenda.manage", code="CONFIG")
def close_location(work: Work, location: Location) -> Location:
    """Take a location out of use. Raises ``UserError`` while a room or working hours are there."""
    stored = replace(work.store.get(Location, location.id), version=location.version)
    if work.store.find(Room, location_id=stored.id, is_active=True):
        raise UserError("", _("A room in use is at {name}. Take it out of use first.").format(name=stored.name))
    if data.works_there(work.store, stored.id, work.today()):
        raise UserError("", _("Somebody has working hours at {name}. Change those first.").format(name=stored.name))
    return work.store.change(stored, is_active=False)


@use_case("agenda.manage", code="CONFIG")
def open_location(work: Work, location: Location) -> Location:
    """Take a location into use again."""
    return work.store.change(replace(work.store.get(Location, location.id), version=location.version), is_active=True)


def _checked(work: Work, one: Location, name: str, address: str) -> Location:
    made, line = clean_name(name), " ".join(address.split())
    if not made or len(made) > LONGEST_NAME:
        raise UserError("name", _("A location needs a name of at most {n} characters.").format(n=LONGEST_NAME))
    if fold(made) in {fold(_("Main location")), *(fold(other.name) for other in work.store.find(Location) if other.id != one.id)}:
        raise UserError("name", _("Another location has this name. Choose another one."))
    if not line or len(line) > LONGEST_ADDRESS:
        raise UserError("address", _("Write the address as clients read it, in at most {n} characters.").format(n=LONGEST_ADDRESS))
    return replace(one, name=made, address=line)
