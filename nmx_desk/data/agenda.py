"""Queries of the agenda: what the free moments are made from, and who comes on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Absence, Appointment, AppointmentStatus, Closure, RosterRule
from nmx_desk.domain.clients import Client
from nmx_desk.domain.intervals import Interval, from_minutes, to_minutes
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.slots import Calendar, Roster, WeeklyRule
from nmx_desk.domain.walltime import start_minute

_appointment, _absence, _closure, _rule = (table_of(kind) for kind in (Appointment, Absence, Closure, RosterRule))
_client, _request, _user, _role = (table_of(kind) for kind in (Client, AdviceRequest, User, UserRole))
_NAMES = tuple(field.name for field in fields(Appointment))


@dataclass(frozen=True)
class Booked:
    """An appointment with what the agenda shows of its client or request."""

    appointment: Appointment
    client: Client | None
    request: AdviceRequest | None


def practitioners(store: Store, *ids: str) -> list[User]:
    """Active users who see clients, by name; with ``ids`` only those."""
    statement = (
        sa.select(_user).join(_role, _role.c.user_id == _user.c.id).where(_role.c.role == Role.PRACTITIONER, _user.c.is_active == sa.true())
    )
    if ids:
        statement = statement.where(_user.c.id.in_(ids))
    return sorted(store.read(User, statement), key=lambda user: (user.display_name.casefold(), user.id))


def calendar(store: Store, zone: str, who: Sequence[str], first: date, last: date) -> Calendar:
    """Opening hours, absences and busy time of these practitioners on these local days (inclusive)."""
    lo, hi = start_minute(zone, first), start_minute(zone, last + timedelta(days=1))
    rules = store.connection.execute(
        sa.select(_rule.c.practitioner_id, _rule.c.weekday, _rule.c.start_minute, _rule.c.end_minute, _rule.c.valid_from, _rule.c.valid_to)
        .where(_rule.c.practitioner_id.in_(who))
    )  # fmt: skip
    roster = Roster(
        zone, [WeeklyRule(*row, zone=zone) for row in rules], closures=[(c.date_from, c.date_to) for c in closures(store, first, last)]
    )
    away: defaultdict[str, list[Interval]] = defaultdict(list)
    for absence in absences(store, from_minutes(lo), from_minutes(hi)):
        away[absence.practitioner_id].append((to_minutes(absence.start_at), to_minutes(absence.end_at, up=True)))
    return Calendar(roster, absences=away, busy=busy(store, who, lo, hi))


def busy(store: Store, who: Sequence[str], lo: int, hi: int) -> dict[str, list[Interval]]:
    """Busy time of practitioners that touches these UTC minutes, buffers included."""
    found: defaultdict[str, list[Interval]] = defaultdict(list)
    columns = _appointment.c
    rows = store.connection.execute(
        sa.select(columns.practitioner_id, columns.busy_from, columns.busy_to)
        .where(columns.practitioner_id.in_(who), columns.busy_from > lo - 1440, columns.busy_from < hi, columns.busy_to > lo)
        .where(columns.live == sa.true())
    )  # fmt: skip
    for practitioner_id, busy_from, busy_to in rows:
        found[practitioner_id].append((busy_from, busy_to))
    return found


def closures(store: Store, first: date, last: date) -> list[Closure]:
    """Closures that touch these days, in order."""
    return store.find(Closure, _closure.c.date_from <= last, _closure.c.date_to >= first, order=[_closure.c.date_from])


def absences(store: Store, start: datetime, end: datetime, practitioner_id: str = "") -> list[Absence]:
    """Absences that touch a stretch of time, in order; of everybody or of one practitioner."""
    where = [_absence.c.start_at < end, _absence.c.end_at > start]
    if practitioner_id:
        where.append(_absence.c.practitioner_id == practitioner_id)
    return store.find(Absence, *where, order=[_absence.c.start_at])


def booked(store: Store, *where: sa.ColumnElement[bool]) -> list[Booked]:
    """Appointments with their client and request, in order of time."""
    statement = (
        sa.select(_appointment, _client, _request)
        .select_from(_appointment.outerjoin(_client, _client.c.id == _appointment.c.client_id)
                     .outerjoin(_request, _request.c.id == _appointment.c.request_id))
        .where(*where)
        .order_by(_appointment.c.starts_at, _appointment.c.id)
    )  # fmt: skip
    n = len(_NAMES)
    names = tuple(field.name for field in fields(Client))
    asked = tuple(field.name for field in fields(AdviceRequest))
    found = []
    for row in store.connection.execute(statement):
        client, request = row[n : n + len(names)], row[n + len(names) :]
        found.append(Booked(
            Appointment(**dict(zip(_NAMES, row[:n], strict=True))),
            Client(**dict(zip(names, client, strict=True))) if client[0] else None,
            AdviceRequest(**dict(zip(asked, request, strict=True))) if request[0] else None,
        ))  # fmt: skip
    return found


def booked_between(store: Store, lo: int, hi: int, practitioner_id: str | None = None, *, live: bool = False) -> list[Booked]:
    """Appointments (not moved ones) that touch these UTC minutes without their buffers; ``live`` leaves out the cancelled ones too."""
    columns = _appointment.c
    where = [
        columns.starts_at < from_minutes(hi), columns.starts_at > from_minutes(lo - 1440), columns.ends_at > from_minutes(lo),
        columns.status != AppointmentStatus.MOVED,
    ]  # fmt: skip
    if practitioner_id is not None:
        where.append(columns.practitioner_id == practitioner_id)
    if live:
        where.append(columns.live == sa.true())
    return booked(store, *where)


def in_the_way(store: Store, lo: int, hi: int, *, practitioner_id: str = "", client_id: str = "") -> list[Booked]:
    """Live appointments of a practitioner or a client whose busy time touches these UTC minutes."""
    columns = _appointment.c
    who = columns.practitioner_id == practitioner_id if practitioner_id else columns.client_id == client_id
    return booked(store, columns.live == sa.true(), who, columns.busy_from > lo - 1440, columns.busy_from < hi, columns.busy_to > lo)


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
