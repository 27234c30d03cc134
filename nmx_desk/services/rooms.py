"""Rooms: one appointment at a time can be in each. A type that needs a room is free only when one is, buffers included (AGENDA §1–2).

A room is never deleted, only taken out of use: what was booked names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import AppointmentType, Room
from nmx_desk.domain.agenda_views import DayItem
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.names import clean_name, fold
from nmx_desk.i18n import _, language
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.locations import located
from nmx_desk.services.roster import in_the_way

LONGEST_NAME = 60


@dataclass(frozen=True)
class RoomClosed:
    """A room that is not taken any more, and the appointments to come that are in it: still booked, to be moved by people."""

    room: Room
    conflicts: tuple[DayItem, ...]


@use_case("rooms.read", writes=False)
def list_rooms(work: Work) -> list[Room]:
    """All rooms, those in use first, in the order in which they are taken."""
    return sorted(work.store.find(Room), key=lambda room: (not room.is_active, room.position, fold(room.name)))


@use_case("agenda.manage", code="CONFIG")
def add_room(work: Work, name: str, place: str = "") -> Room:
    """Add a room, at the clinic's own address or at a location; it is taken after those that are there already."""
    others = work.store.find(Room)
    position = max((room.position for room in others), default=0) + 1
    return work.store.add(Room(name=_checked(name, others), position=position, location_id=located(work, place)))


@use_case("agenda.manage", code="CONFIG")
def change_room(work: Work, room: Room, name: str, place: str | None = None) -> Room:
    """Give a room another name, or say that it is elsewhere (None: as it is). Raises ``UserError`` when appointments to come are in it."""
    others = [other for other in work.store.find(Room) if other.id != room.id]
    stored = replace(work.store.get(Room, room.id), version=room.version)
    location_id = stored.location_id if place is None else located(work, place)
    if location_id != stored.location_id and data.coming_in_room(work.store, room.id, work.now()):
        raise UserError("place", _("Appointments to come are in this room. Add another room for the other location."))
    return work.store.change(stored, name=_checked(name, others), location_id=location_id)


@use_case("agenda.manage", code="CONFIG")
def order_rooms(work: Work, room_ids: Sequence[str]) -> list[Room]:
    """Take rooms in this order; those left out come after."""
    place = {room_id: at for at, room_id in enumerate(room_ids, 1)}
    rooms = sorted(list_rooms(work), key=lambda room: place.get(room.id, len(place) + room.position))
    for at, room in enumerate(rooms, 1):
        if room.position != at:
            work.store.change(room, position=at)
    return list_rooms(work)


@use_case("agenda.manage", code="CONFIG")
def close_room(work: Work, room: Room) -> RoomClosed:
    """Take a room out of use. Appointments in it stay and are returned, to be moved; a type that needs a room keeps at least one."""
    if [other.id for other in data.rooms(work.store)] == [room.id]:
        for kind in work.store.find(AppointmentType, is_active=True, needs_room=True):
            raise UserError("", _("“{type}” needs a room and this is the last one. Change the type first, or add a room.").format(
                type=kind.name(language())))  # fmt: skip
    closed = work.store.change(replace(work.store.get(Room, room.id), version=room.version), is_active=False)
    return RoomClosed(closed, in_the_way(work, data.coming_in_room(work.store, room.id, work.now())))


@use_case("agenda.manage", code="CONFIG")
def open_room(work: Work, room: Room) -> Room:
    """Take a room into use again."""
    return work.store.change(replace(work.store.get(Room, room.id), version=room.version), is_active=True)


def _checked(name: str, others: Sequence[Room]) -> str:
    made = clean_name(name)
    if not made or len(made) > LONGEST_NAME:
        raise UserError("name", _("A room needs a name of at most {n} characters.").format(n=LONGEST_NAME))
    if fold(made) in {fold(other.name) for other in others}:
        raise UserError("name", _("Another room has this name. Choose another one."))
    return made
