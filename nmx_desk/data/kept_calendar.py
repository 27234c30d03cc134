"""The calendar that a desk keeps between calls: read once, then only what the log says was written since (AGENDA §1).

Whoever wrote it, here or in another program: an appointment written anew costs the days it touched, anything else (hours, absences, rooms)
the whole calendar. Reading use cases ask here; a booking reads its own day inside its own transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

import sqlalchemy as sa

from nmx_desk.audit.storage import changed_rows
from nmx_desk.data import agenda as data
from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.intervals import Interval
from nmx_desk.domain.people import User
from nmx_desk.domain.slots import Calendar
from nmx_desk.domain.walltime import start_minute

OTHERS = frozenset({"roster_rule", "roster_override", "closure", "absence", "busy_time", "busy_source", "room", "desk_user"})
WATCHED = OTHERS | {"appointment"}
MOST_DAYS = timedelta(days=240)
"""A stretch that would grow longer is read anew for what is asked."""
MOST_ROWS = 500
"""So many appointments written since are not looked at one by one."""

_columns = table_of(Appointment).c
_ROW = sa.select(_columns.id, _columns.practitioner_id, _columns.room_id, _columns.busy_from, _columns.busy_to, _columns.expires_at)
_ONE_DAY = timedelta(days=1)
Spans = dict[str, Interval]


@dataclass(frozen=True)
class _Kept:
    """A calendar of everybody for some days, as it was when the log had ``size`` entries; ``busy`` and ``taken`` by appointment."""

    zone: str
    first: date
    last: date
    size: int
    calendar: Calendar
    busy: dict[str, Spans]
    taken: dict[str, Spans]
    where: dict[str, tuple[str, str | None]]
    expiring: dict[str, datetime]

    @property
    def reach(self) -> Interval:
        """The UTC minutes that are known: the days and one on either side."""
        return start_minute(self.zone, self.first - _ONE_DAY), start_minute(self.zone, self.last + 2 * _ONE_DAY)


class KeptCalendar:
    """One for each desk. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: _Kept | None = None

    def calendar(self, store: Store, zone: str, first: date, last: date) -> Calendar:
        """Opening hours, absences, busy time and rooms of everybody on these local days (inclusive) and around them."""
        driver: Any = store.connection.connection.driver_connection
        with self._lock:
            kept, self._kept = self._kept, None  # nothing half revised stays when something goes wrong
            size, rows = changed_rows(driver, kept.size if kept else 2**62, WATCHED)
            if kept is None or kept.zone != zone or size < kept.size or _begins_anew(rows):
                self._kept = _read(store, zone, first, last, size)
            elif not (kept.first <= first and last <= kept.last):
                whole = min(first, kept.first), max(last, kept.last)
                self._kept = _read(store, zone, *(whole if whole[1] - whole[0] <= MOST_DAYS else (first, last)), size)
            else:
                over = [one for one, until in kept.expiring.items() if until <= store.now()]
                self._kept = _with(store, kept, {row for _table, row in rows}.union(over), size)
            return self._kept.calendar


def _begins_anew(rows: Collection[tuple[str, str]]) -> bool:
    return len(rows) > MOST_ROWS or any(table in OTHERS for table, _row in rows)


def _read(store: Store, zone: str, first: date, last: date, size: int) -> _Kept:
    """Everything of these days."""
    lo, hi = start_minute(zone, first - _ONE_DAY), start_minute(zone, last + 2 * _ONE_DAY)
    who = [user.id for user in store.find(User)]
    within = (_columns.busy_from > lo - 1440, _columns.busy_from < hi, _columns.busy_to > lo, _columns.live == sa.true())
    rooms = [room.id for room in data.rooms(store)]
    empty = Calendar(
        data.roster(store, zone, who, first - _ONE_DAY, last + _ONE_DAY), absences=data.away(store, who, lo, hi),
        rooms=dict.fromkeys(rooms, ()), barred=data.barred(store, zone, who, first - _ONE_DAY, last + _ONE_DAY),
    )  # fmt: skip
    kept = _Kept(zone, first, last, size, empty, defaultdict(dict), {room: {} for room in rooms}, {}, {})
    people = {_put(kept, *row) for row in store.connection.execute(_ROW.where(*within, data.still_held(store))).fetchall()}
    return replace(kept, calendar=_revised(kept, people, rooms=True))


def _with(store: Store, kept: _Kept, ids: Collection[str], size: int) -> _Kept:
    """The same after these appointments were written."""
    if not ids:
        return kept if kept.size == size else replace(kept, size=size)
    gone = [kept.where.pop(one) for one in ids if one in kept.where]
    for one in ids:
        kept.expiring.pop(one, None)
    people = {who for who, _room in gone}
    rooms = {room for _who, room in gone}
    for spans in (*(kept.busy[who] for who in people), *(kept.taken[room] for room in rooms if room in kept.taken)):
        for one in ids:
            spans.pop(one, None)
    lo, hi = kept.reach
    for part in in_parts(ids):
        for row in store.connection.execute(_ROW.where(_columns.id.in_(part), _columns.live == sa.true(), data.still_held(store))):
            if row.busy_from < hi and row.busy_to > lo:
                people.add(_put(kept, *row))
                rooms.add(row.room_id)
    return replace(kept, size=size, calendar=_revised(kept, people, rooms=bool(rooms - {None})))


def _put(kept: _Kept, one: str, who: str, room: str | None, lo: int, hi: int, until: datetime | None) -> str:
    kept.where[one] = who, room
    kept.busy[who][one] = lo, hi
    if room in kept.taken:
        kept.taken[room][one] = lo, hi
    if until is not None:
        kept.expiring[one] = until
    return who


def _revised(kept: _Kept, people: Collection[str], *, rooms: bool) -> Calendar:
    """The next revision of the calendar, for who was touched."""
    calendar = kept.calendar
    for who in people:
        calendar = calendar.with_busy(who, list(kept.busy[who].values()))
    if rooms:
        calendar = calendar.with_rooms({room: list(spans.values()) for room, spans in kept.taken.items()})
    return calendar
