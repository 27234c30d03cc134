"""Queries of the agenda: what the free moments are made from, and who comes on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import (
    MAIN,
    Absence,
    Appointment,
    AppointmentStatus,
    Channel,
    Closure,
    Location,
    Room,
    RosterOverride,
    RosterRule,
)
from nmx_desk.domain.calendars import BusyTime
from nmx_desk.domain.clients import Client
from nmx_desk.domain.intervals import Interval, Intervals, from_minutes, merge, subtract, to_minutes
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.rosters import DateOverride, Roster, WeeklyRule, at_place
from nmx_desk.domain.slots import Calendar
from nmx_desk.domain.walltime import day_of, start_minute

_appointment, _absence, _closure, _rule = (table_of(kind) for kind in (Appointment, Absence, Closure, RosterRule))
_override, _room, _elsewhere, _location = (table_of(kind) for kind in (RosterOverride, Room, BusyTime, Location))
_client, _request, _user, _role = (table_of(kind) for kind in (Client, AdviceRequest, User, UserRole))
_NIGHT = timedelta(days=2)  # how long after its day a shift may last
_NAMES = tuple(field.name for field in fields(Appointment))


@dataclass(frozen=True)
class Booked:
    """An appointment with what the agenda shows of its client or request."""

    appointment: Appointment
    client: Client | None
    request: AdviceRequest | None
    room: str = ""
    location: str = ""

    @property
    def where(self) -> str:
        """The room, and the location of who has to go there."""
        there = self.location if self.appointment.channel is Channel.CLINIC else ""
        return " · ".join(filter(None, (self.room, there)))


def practitioners(store: Store, *ids: str) -> list[User]:
    """Active users who see clients, by name; with ``ids`` only those."""
    statement = (
        sa.select(_user).join(_role, _role.c.user_id == _user.c.id).where(_role.c.role == Role.PRACTITIONER, _user.c.is_active == sa.true())
    )
    if ids:
        statement = statement.where(_user.c.id.in_(ids))
    return sorted(store.read(User, statement), key=lambda user: (user.display_name.casefold(), user.id))


def calendar(store: Store, zone: str, who: Sequence[str], first: date, last: date) -> Calendar:
    """Opening hours, absences and busy time of these practitioners on these local days (inclusive), and when rooms are taken.

    What touches the days before and after is there too: buffers and nights reach into them.
    """
    first, last = first - timedelta(days=1), last + timedelta(days=1)
    lo, hi = start_minute(zone, first), start_minute(zone, last + timedelta(days=1))
    return Calendar(
        roster(store, zone, who, first, last), absences=away(store, who, lo, hi), busy=busy(store, who, lo, hi),
        rooms=rooms_taken(store, lo, hi), barred=barred(store, zone, who, first, last),
    )  # fmt: skip


def barred(store: Store, zone: str, who: Sequence[str], first: date, last: date) -> dict[str, dict[str, Intervals]]:
    """By practitioner and room: when they do not work where that room is. Nothing in a clinic with one place."""
    if not has_locations(store):
        return {}
    where = {room.id: room.location_id or MAIN for room in rooms(store)}
    placed = rosters(store, zone, who, first, last)
    edges = [(start_minute(zone, first), start_minute(zone, last + timedelta(days=1)))]
    away_from = {
        (one, place): subtract(edges, placed[place].around(one, first, last)) if place in placed else edges
        for one in who for place in where.values()
    }  # fmt: skip
    return {one: {room: away_from[one, place] for room, place in where.items()} for one in who}


def away(store: Store, who: Sequence[str], lo: int, hi: int) -> dict[str, list[Interval]]:
    """When practitioners are absent, or busy by another calendar, of what touches these UTC minutes."""
    found: defaultdict[str, list[Interval]] = defaultdict(list)
    for absence in absences(store, from_minutes(lo), from_minutes(hi)):
        found[absence.practitioner_id].append((to_minutes(absence.start_at), to_minutes(absence.end_at, up=True)))
    for practitioner_id, spans in elsewhere(store, who, lo, hi).items():
        found[practitioner_id] += spans
    return found


def elsewhere(store: Store, who: Sequence[str], lo: int, hi: int) -> dict[str, list[Interval]]:
    """When other calendars say that practitioners are busy, of what touches these UTC minutes: merged, in order."""
    found: defaultdict[str, list[Interval]] = defaultdict(list)
    for practitioner_id, begin, end in _elsewhere_between(store, who, lo, hi):
        found[practitioner_id].append((begin, end))
    return {practitioner_id: merge(spans) for practitioner_id, spans in found.items()}


def roster(store: Store, zone: str, who: Sequence[str], first: date, last: date) -> Roster:
    """Weekly hours, dates with other hours and closures of these practitioners that touch these local days (inclusive)."""
    return Roster(zone, *_hours(store, zone, who, first, last))


def rosters(store: Store, zone: str, who: Sequence[str], first: date, last: date) -> dict[str, Roster]:
    """The same by place, ``MAIN`` or the id of a location: where they work at all."""
    rules, others, shut = _hours(store, zone, who, first, last)
    places = {one.place for one in rules} | {one.place for one in others if one.open_}
    return {place: Roster(zone, *at_place(place, rules, others), shut) for place in sorted(places)}


def _hours(
    store: Store, zone: str, who: Sequence[str], first: date, last: date
) -> tuple[list[WeeklyRule], list[DateOverride], list[tuple[date, date]]]:  # fmt: skip
    r, o = _rule.c, _override.c
    rules = store.connection.execute(
        sa.select(r.practitioner_id, r.weekday, r.start_minute, r.end_minute, r.valid_from, r.valid_to, sa.literal(zone), _place(r))
        .where(r.practitioner_id.in_(who))
    )  # fmt: skip
    others = store.connection.execute(
        sa.select(o.practitioner_id, o.day, o.is_open, o.start_minute, o.end_minute, _place(o))
        .where(o.practitioner_id.in_(who), o.day >= first - _NIGHT, o.day <= last)
    )  # fmt: skip
    shut = [(closure.date_from, closure.date_to) for closure in closures(store, first, last)]
    return [WeeklyRule(*row) for row in rules], [DateOverride(*row) for row in others], shut


def _place(columns: Any) -> sa.ColumnElement[str]:
    return sa.func.coalesce(columns.location_id, MAIN)


def busy(store: Store, who: Sequence[str], lo: int, hi: int) -> defaultdict[str, list[Interval]]:
    """Booked time of practitioners that touches these UTC minutes, buffers included."""
    found: defaultdict[str, list[Interval]] = defaultdict(list)
    columns = _appointment.c
    rows = store.connection.execute(
        sa.select(columns.practitioner_id, columns.busy_from, columns.busy_to)
        .where(columns.practitioner_id.in_(who), columns.busy_from > lo - 1440, columns.busy_from < hi, columns.busy_to > lo)
        .where(columns.live == sa.true(), still_held(store))
    )  # fmt: skip
    for practitioner_id, busy_from, busy_to in rows:
        found[practitioner_id].append((busy_from, busy_to))
    return found


def still_held(store: Store) -> sa.ColumnElement[bool]:
    """What is not an option whose time is over."""
    return sa.or_(_appointment.c.expires_at.is_(None), _appointment.c.expires_at > store.now())


def expired_options(store: Store, lo: int, hi: int) -> list[Appointment]:
    """Options whose time is over and that touch these UTC minutes, buffers included; of everybody."""
    columns = _appointment.c
    return store.find(
        Appointment, columns.practitioner_id.in_(sa.select(_user.c.id)), columns.busy_from > lo - 1440, columns.busy_from < hi,
        columns.busy_to > lo, columns.live == sa.true(), columns.expires_at <= store.now(), status=AppointmentStatus.OPTION,
    )  # fmt: skip


def _elsewhere_between(store: Store, who: Sequence[str], lo: int, hi: int) -> Iterable[Any]:
    """Busy time in their other calendars that touches these UTC minutes; it may last for weeks."""
    columns = _elsewhere.c
    return store.connection.execute(
        sa.select(columns.practitioner_id, columns.busy_from, columns.busy_to)
        .where(columns.practitioner_id.in_(who), columns.busy_from < hi, columns.busy_to > lo)
    )  # fmt: skip


def is_busy_elsewhere(store: Store, practitioner_id: str, lo: int, hi: int) -> bool:
    """Whether another calendar says that a practitioner is busy in some of these UTC minutes."""
    return any(True for _row in _elsewhere_between(store, [practitioner_id], lo, hi))


def rooms(store: Store) -> list[Room]:
    """Rooms in use, in the order in which they are taken."""
    return store.find(Room, is_active=True, order=[_room.c.position, _room.c.name, _room.c.id])


def rooms_taken(store: Store, lo: int, hi: int) -> dict[str, list[Interval]]:
    """When each room in use is taken, of what touches these UTC minutes, buffers included; in the order in which they are taken."""
    found: dict[str, list[Interval]] = {room.id: [] for room in rooms(store)}
    columns = _appointment.c
    rows = store.connection.execute(
        sa.select(columns.room_id, columns.busy_from, columns.busy_to)
        .where(columns.room_id.in_(found), columns.busy_from > lo - 1440, columns.busy_from < hi, columns.busy_to > lo)
        .where(columns.live == sa.true(), still_held(store))
    )  # fmt: skip
    for room_id, busy_from, busy_to in rows:
        found[room_id].append((busy_from, busy_to))
    return found


def free_room(store: Store, lo: int, hi: int, first: str | None = None, place: str = "") -> Room | None:
    """The room in use (at a place, if one is named) that is free for all of these UTC minutes: ``first`` if it is, else the next."""
    taken = rooms_taken(store, lo, hi)
    free = {
        room.id: room for room in rooms(store)
        if place in {"", room.location_id or MAIN} and not any(begin < hi and lo < end for begin, end in taken[room.id])
    }  # fmt: skip
    return free.get(first or "") or next(iter(free.values()), None)


def has_locations(store: Store) -> bool:
    """Whether the clinic sees people at another place than its own address, or did."""
    return store.connection.execute(sa.select(sa.literal(1)).select_from(_location).limit(1)).first() is not None


def works_there(store: Store, location_id: str, since: date) -> bool:
    """Whether anybody has working hours at a location on this day or later."""
    rule, other = _rule.c, _override.c
    to_come = sa.or_(rule.valid_to.is_(None), rule.valid_to >= since)
    return bool(
        store.find(RosterRule, to_come, location_id=location_id) or store.find(RosterOverride, other.day >= since, location_id=location_id)
    )


def place_of(store: Store, zone: str, practitioner_id: str, lo: int, hi: int) -> str:
    """Where a practitioner works in all of these UTC minutes; empty when nowhere, and in a clinic with one place."""
    return places_of(store, zone, [(lo, practitioner_id)], hi - lo).get((lo, practitioner_id), "") if has_locations(store) else ""


def places_of(store: Store, zone: str, moments: Sequence[tuple[int, str]], minutes: int) -> dict[tuple[int, str], str]:
    """Where practitioners work in all of so many minutes from each of these starts; nothing for who does not."""
    if not moments:
        return {}
    first, last = day_of(zone, min(moments)[0]), day_of(zone, max(moments)[0] + minutes)
    found: dict[tuple[int, str], str] = {}
    for place, hours in rosters(store, zone, sorted({who for _start, who in moments}), first, last).items():
        for start, who in moments:
            day = day_of(zone, start)
            if any(begin <= start and start + minutes <= end for begin, end in hours.around(who, day, day + timedelta(days=1))):
                found.setdefault((start, who), place)
    return found


def closures(store: Store, first: date, last: date) -> list[Closure]:
    """Closures that touch these days, in order."""
    return store.find(Closure, _closure.c.date_from <= last, _closure.c.date_to >= first, order=[_closure.c.date_from])


def overrides(store: Store, first: date, last: date) -> list[RosterOverride]:
    """Other hours on these dates, of everybody, in order."""
    columns = _override.c
    order = [columns.day, columns.practitioner_id, columns.start_minute]
    return store.find(RosterOverride, columns.day >= first, columns.day <= last, order=order)


def stand_ins(store: Store, after: date, practitioner_id: str = "") -> list[RosterRule]:
    """Hours that somebody has in place of somebody else and that are not over before this day."""
    where = [_rule.c.stands_in_for.is_not(None), _rule.c.valid_to >= after]
    if practitioner_id:
        where.append(_rule.c.practitioner_id == practitioner_id)
    return store.find(RosterRule, *where, order=[_rule.c.valid_from])


def stands_in(store: Store, practitioner_id: str, stands_in_for: str | None, day: date) -> bool:
    """Whether a practitioner stands in for another one on a day."""
    return any(
        rule.stands_in_for == stands_in_for and (rule.valid_from or day) <= day for rule in stand_ins(store, day, practitioner_id)
    )


def coming(store: Store, practitioner_id: str, after: datetime) -> list[Booked]:
    """Appointments of a practitioner that are still to come, in order."""
    columns = _appointment.c
    return booked(store, columns.practitioner_id == practitioner_id, columns.starts_at > after, columns.live == sa.true())


def coming_in_room(store: Store, room_id: str, after: datetime) -> list[Booked]:
    """Appointments still to come in a room, in order."""
    columns = _appointment.c
    return booked(store, columns.room_id == room_id, columns.starts_at > after, columns.live == sa.true())


def absences(store: Store, start: datetime, end: datetime, practitioner_id: str = "") -> list[Absence]:
    """Absences that touch a stretch of time, in order; of everybody or of one practitioner."""
    where = [_absence.c.start_at < end, _absence.c.end_at > start]
    if practitioner_id:
        where.append(_absence.c.practitioner_id == practitioner_id)
    return store.find(Absence, *where, order=[_absence.c.start_at])


def booked(store: Store, *where: sa.ColumnElement[bool]) -> list[Booked]:
    """Appointments with their client, request, room and location, in order of time."""
    statement = (
        sa.select(_appointment, _client, _request, _room.c.name, _location.c.name)
        .select_from(_appointment.outerjoin(_client, _client.c.id == _appointment.c.client_id)
                     .outerjoin(_request, _request.c.id == _appointment.c.request_id)
                     .outerjoin(_room, _room.c.id == _appointment.c.room_id)
                     .outerjoin(_location, _location.c.id == _appointment.c.location_id))
        .where(*where)
        .order_by(_appointment.c.starts_at, _appointment.c.id)
    )  # fmt: skip
    n = len(_NAMES)
    names = tuple(field.name for field in fields(Client))
    asked = tuple(field.name for field in fields(AdviceRequest))
    found = []
    for row in store.connection.execute(statement):
        client, request = row[n : n + len(names)], row[n + len(names) : -2]
        found.append(Booked(
            Appointment(**dict(zip(_NAMES, row[:n], strict=True))),
            Client(**dict(zip(names, client, strict=True))) if client[0] else None,
            AdviceRequest(**dict(zip(asked, request, strict=True))) if request[0] else None,
            row[-2] or "", row[-1] or "",
        ))  # fmt: skip
    return found


def booked_between(store: Store, lo: int, hi: int, practitioner_id: str | None = None, *, live: bool = False) -> list[Booked]:
    """Appointments (not moved ones) that touch these UTC minutes without their buffers; ``live`` leaves out the cancelled ones too."""
    columns = _appointment.c
    where = [
        columns.starts_at < from_minutes(hi), columns.starts_at > from_minutes(lo - 1440), columns.ends_at > from_minutes(lo),
        columns.status != AppointmentStatus.MOVED, still_held(store),
    ]  # fmt: skip
    if practitioner_id is not None:
        where.append(columns.practitioner_id == practitioner_id)
    if live:
        where.append(columns.live == sa.true())
    return booked(store, *where)


def outlines_between(store: Store, lo: int, hi: int) -> list[tuple[str, int, int, str]]:
    """Live appointments that touch these UTC minutes: practitioner, first minute, minute after the last, type. Nobody's name."""
    columns = _appointment.c
    where = [
        columns.live == sa.true(), columns.starts_at > from_minutes(lo - 1440), columns.starts_at < from_minutes(hi),
        columns.ends_at > from_minutes(lo), still_held(store),
    ]  # fmt: skip
    statement = sa.select(columns.practitioner_id, columns.starts_at, columns.ends_at, columns.type_code).where(*where)
    rows = store.connection.execute(statement.order_by(columns.starts_at))
    return [(who, to_minutes(start), to_minutes(end, up=True), kind) for who, start, end, kind in rows]


def in_the_way(store: Store, lo: int, hi: int, *, practitioner_id: str = "", client_id: str = "") -> list[Booked]:
    """Live appointments of a practitioner or a client whose busy time touches these UTC minutes."""
    columns = _appointment.c
    who = columns.practitioner_id == practitioner_id if practitioner_id else columns.client_id == client_id
    touching = (columns.busy_from > lo - 1440, columns.busy_from < hi, columns.busy_to > lo)
    return booked(store, columns.live == sa.true(), who, *touching, still_held(store))


def no_shows(store: Store, client_id: str) -> int:
    """How often a client did not show up."""
    columns = _appointment.c
    statement = sa.select(sa.func.count()).where(columns.client_id == client_id, columns.status == AppointmentStatus.NO_SHOW)
    return int(store.connection.execute(statement).scalar_one())


def coming_of_type(store: Store, type_code: str, after: datetime) -> int:
    """How many live appointments of a type begin after this."""
    columns = _appointment.c
    statement = sa.select(sa.func.count()).where(columns.type_code == type_code, columns.live == sa.true(), columns.starts_at > after)
    return int(store.connection.execute(statement).scalar_one())
