"""Queries of the requests: lists, attempts, who may be the same person, imports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from nmx_desk.data import doubles, search
from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.contacts import ContactPoint
from nmx_desk.domain.matching import Person, sound, surname_keys
from nmx_desk.domain.people import User
from nmx_desk.domain.requests import CALLED_STATES, GIVEN_UP, OPEN_STATES, AdviceRequest, CallAttempt, RequestStatus, Source

_request, _client, _attempt = table_of(AdviceRequest), table_of(Client), table_of(CallAttempt)
_appointment, _call, _user, _point = table_of(Appointment), table_of(AdviceCall), table_of(User), table_of(ContactPoint)
_CROWD = 5000  # so many clients with the same few numbers are compared


def find_requests(
    store: Store, states: Collection[RequestStatus], *, source: Source | None = None, owner: str | None = None, text: str = "",
    newest_first: bool = False, recall_by: datetime | None = None, limit: int = 500,
) -> list[AdviceRequest]:  # fmt: skip
    """Requests in these states (none given: all), by the moment they came in. ``text``: every word begins a word of its search text.

    ``recall_by``: instead of a state, those that somebody promised to call by then, the longest overdue first.
    """
    where: list[sa.ColumnElement[bool]] = []
    if recall_by is not None:
        where.append(recall_due(recall_by))
    elif states:
        where.append(_request.c.status.in_(states))
    if source is not None:
        where.append(_request.c.source == source)
    if owner is not None:
        where.append(_request.c.owner_id == owner)
    if text.strip():
        where.append(search.found_by(_request.c.id, "request", text))
    received = _request.c.received_at if recall_by is None else _request.c.next_action_at
    return store.find(AdviceRequest, *where, order=[received.desc() if newest_first else received, _request.c.id], limit=limit)


def count(store: Store, *where: sa.ColumnElement[bool]) -> int:
    """How many requests."""
    return int(store.connection.execute(sa.select(sa.func.count()).select_from(_request).where(*where)).scalar_one())


def has_state(*states: RequestStatus) -> sa.ColumnElement[bool]:
    """Condition: one of these states."""
    return _request.c.status.in_(states)


def recall_due(moment: datetime) -> sa.ColumnElement[bool]:
    """Condition: somebody promised to call by this moment: a request that is open, or one whose call ended so. Never of who has died."""
    recalled = sa.or_(has_state(*OPEN_STATES), has_state(RequestStatus.DONE))
    return sa.and_(_request.c.next_action_at.is_not(None), _request.c.next_action_at <= moment, recalled, alive())


def waits_for_call() -> sa.ColumnElement[bool]:
    """Condition: somebody is still to be reached, as ``AdviceRequest.is_called`` says, and has not died."""
    later = sa.and_(has_state(RequestStatus.DONE), _request.c.next_action_at.is_not(None))
    return sa.and_(sa.or_(has_state(*CALLED_STATES), later), alive())


def who_died(store: Store, client_ids: Collection[str]) -> set[str]:
    """Those of these clients who have died."""
    c = _client.c
    died = sa.select(c.id).where(sa.or_(c.deceased_on.is_not(None), c.status == ClientStatus.DECEASED))
    return {who for chunk in in_parts(sorted(client_ids)) for who in store.connection.execute(died.where(c.id.in_(chunk))).scalars()}


def alive() -> sa.ColumnElement[bool]:
    """Condition: the client of the request, if there is one, has not died."""
    dead = _client.alias("dead")
    died = sa.or_(dead.c.deceased_on.is_not(None), dead.c.status == ClientStatus.DECEASED)
    return ~sa.exists().where(dead.c.id == _request.c.client_id, died)


def names(store: Store, ids: Collection[str | None]) -> dict[str, str]:
    """Names of users by id."""
    rows = store.connection.execute(sa.select(_user.c.id, _user.c.display_name).where(_user.c.id.in_([i for i in ids if i])))
    return {row[0]: row[1] for row in rows}


def live_calls(store: Store, request_ids: Sequence[str]) -> dict[str, Appointment]:
    """The live appointment of each request that has one, the last one planned."""
    found: dict[str, Appointment] = {}
    for chunk in in_parts(request_ids):
        where = (_appointment.c.request_id.in_(chunk), _appointment.c.live == sa.true())
        found |= {item.request_id or "": item for item in store.find(Appointment, *where, order=[_appointment.c.starts_at])}
    return found


def planned(store: Store, request_id: str) -> list[Appointment]:
    """Live appointments of a request that are still to take place."""
    waiting = (AppointmentStatus.OPTION, AppointmentStatus.CONFIRMED, AppointmentStatus.ARRIVED, AppointmentStatus.IN_ROOM)
    return store.find(Appointment, _appointment.c.request_id == request_id, _appointment.c.status.in_(waiting))


def fallen_through(store: Store, request_id: str) -> int:
    """How many booked calls of a request did not happen, through the client."""
    columns = _appointment.c
    missed = sa.or_(
        columns.status == AppointmentStatus.NO_SHOW,
        sa.and_(columns.status == AppointmentStatus.CANCELLED, columns.cancelled_by == "client"),
    )
    return int(store.connection.execute(sa.select(sa.func.count()).where(columns.request_id == request_id, missed)).scalar_one())


def attempts(store: Store, request_id: str) -> list[CallAttempt]:
    """Call attempts, the last one first."""
    return store.find(CallAttempt, request_id=request_id, order=[_attempt.c.at.desc()])


def requests_of(store: Store, client_id: str) -> list[AdviceRequest]:
    """A client's requests, the last one first."""
    return store.find(AdviceRequest, client_id=client_id, order=[_request.c.received_at.desc()])


def appointments_of(store: Store, client_id: str, limit: int = 5) -> list[Appointment]:
    """A client's appointments that were not moved, the last one first."""
    where = _appointment.c.status != AppointmentStatus.MOVED
    return store.find(Appointment, where, client_id=client_id, order=[_appointment.c.starts_at.desc()], limit=limit)


# -- who may be the same person ----------------------------------------------------------------------------------------------------------


class Sought:
    """People looked for: by what of a stored person one sees that comparing is worth while."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.phones: set[str] = set()
        self.emails: set[str] = set()
        self.births: set[date] = set()
        self._surnames: set[tuple[date, str]] = set()
        for person in people:
            self.phones.update(filter(None, person.phones))
            self.emails.update(filter(None, person.emails))
            if person.birth_date is not None:
                self.births.add(person.birth_date)
                self._surnames.update((person.birth_date, heard) for heard in _heard(person))

    def plausible(self, person: Person) -> bool:
        """Whether a stored person shares a phone or an e-mail, or birth date and the sound of the surname, with somebody looked for."""
        if not self.phones.isdisjoint(person.phones) or not self.emails.isdisjoint(person.emails):
            return True
        born = person.birth_date
        return born is not None and any((born, heard) in self._surnames for heard in _heard(person))


def _heard(person: Person) -> set[str]:
    return {sound(key) for surname in person.surnames for key in surname_keys(surname)}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A request that is there already. ``root_id``: the request it doubles, else itself; ``received_at`` is the root's."""

    id: str
    root_id: str
    received_at: datetime
    given_up: bool
    client_id: str | None
    person: Person


def plausible_clients(store: Store, sought: Sought) -> Iterator[tuple[str, Person]]:
    """Clients that may be among the people looked for; an id may come more than once. What a merged client said leads to who stayed."""
    c = _client.c
    for column, values in ((c.phone, sought.phones), (c.phone2, sought.phones), (c.email, sought.emails), (c.birth_date, sought.births)):
        for chunk in in_parts(sorted(values)):
            for who, person in doubles.people(store, column.in_(chunk)):
                if sought.plausible(person):
                    yield who, person
    yield from _by_contact_points(store, sought)


def _by_contact_points(store: Store, sought: Sought) -> Iterator[tuple[str, Person]]:
    """Clients with a phone number or address of the people looked for in their list."""
    value = _point.c.value
    for chunk in in_parts(sorted(sought.phones | sought.emails)):
        listed = sa.select(_point.c.client_id, value).where(value.in_(chunk))
        found = {row[0]: row[1] for row in store.connection.execute(listed)}
        for who, person in doubles.people(store, _client.c.id.in_(list(found)[:_CROWD])):
            said = found[who]
            yield who, replace(person, emails=(*person.emails, said)) if "@" in said else replace(person, phones=(*person.phones, said))


def plausible_requests(store: Store, sought: Sought) -> Iterator[Earlier]:
    """Earlier requests, except invalid ones, that may be of the people looked for; a request may come more than once."""
    c, root = _request.c, _request.alias("root")
    columns = (
        sa.select(
            c.id, sa.func.coalesce(c.duplicate_of, c.id), c.received_at, root.c.received_at, c.status, root.c.status, c.client_id,
            c.first_name, c.initials, c.surname, c.phone, c.phone2, c.email, c.birth_date, c.postcode, c.house_no,
        )
        .select_from(_request.outerjoin(root, root.c.id == c.duplicate_of))
        .where(c.status != RequestStatus.INVALID)
    )  # fmt: skip
    for column, values in ((c.phone, sought.phones), (c.phone2, sought.phones), (c.email, sought.emails), (c.birth_date, sought.births)):
        for chunk in in_parts(sorted(values)):
            for row in store.connection.execute(columns.where(column.in_(chunk))):
                own, root_id, received, root_received, status, root_status, client_id, *rest = row
                first, initials, surname, phone, phone2, email, born, postcode, house_no = rest
                person = Person(first or initials, (surname,), (phone, phone2), (email,), born, "", postcode, house_no)
                if sought.plausible(person):
                    yield Earlier(own, root_id, root_received or received, (root_status or status) in GIVEN_UP, client_id, person)



# -- imports -----------------------------------------------------------------------------------------------------------------------------


def known_keys(store: Store, keys: Sequence[str]) -> set[str]:
    """Which of these external keys are there already."""
    found: set[str] = set()
    for chunk in in_parts(keys):
        statement = sa.select(_request.c.external_key).where(_request.c.external_key.in_(chunk))
        found.update(store.connection.execute(statement).scalars())
    return found


def untouched(store: Store, import_id: str) -> list[AdviceRequest]:
    """Requests of an import that nobody has changed, called, booked or held since."""
    used = [sa.select(table.c.id).where(table.c.request_id == _request.c.id).exists() for table in (_attempt, _appointment, _call)]
    return store.find(AdviceRequest, _request.c.version == 1, *(~one for one in used), import_id=import_id)


def in_use(store: Store, import_id: str) -> set[str]:
    """Requests of an import with an appointment or a call."""
    used = [sa.select(table.c.id).where(table.c.request_id == _request.c.id).exists() for table in (_appointment, _call)]
    statement = sa.select(_request.c.id).where(_request.c.import_id == import_id, sa.or_(*used))
    return set(store.connection.execute(statement).scalars())


def doubled_by_others(store: Store, import_id: str, removed: Collection[str]) -> set[str]:
    """Requests of an import that stay the original of a double that is not removed with them."""
    double, original = _request.alias("double"), _request.alias("original")
    statement = (
        sa.select(double.c.id, original.c.id)
        .join_from(double, original, double.c.duplicate_of == original.c.id)
        .where(original.c.import_id == import_id)
    )
    return {root for own, root in store.connection.execute(statement) if own not in removed}


def remove_requests(store: Store, ids: Sequence[str]) -> None:
    """Delete requests, and the call attempts that are part of them."""
    for chunk in in_parts(ids):
        store.connection.execute(sa.delete(_request).where(_request.c.id.in_(chunk)))
