"""Free moments: opening hours minus what is taken, cut into starts. Listing and booking ask the same function.

Times are integer UTC minutes (see ``intervals``); days are local days of the clinic. What the words mean:

- A shift belongs to the day it begins on. Open overrides replace that day's weekly shifts, closed ones are cut out of the shifts that begin
  that day (until 24:00 means: to their end), a clinic closure closes its local days: what of a night lies on another day stays open.
- An appointment and its buffers lie wholly inside opening hours and keep clear of absences and busy time. Shifts that touch are one
  opening.
- Starts stand on a grid: steps of ``step`` minutes counted from local midnight (as time goes by, also where the clock is changed), shifted
  by ``anchor_minute``; or, ``from_opening``, counted from each opening.
- A type that needs a room starts only where one room is free for the whole of it, buffers included, at the place of the working hours.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from heapq import heappop, heapreplace
from itertools import chain
from typing import NamedTuple

from nmx_desk.domain.intervals import Interval, Intervals, intersect, merge, subtract, to_minutes, union
from nmx_desk.domain.rosters import Roster, days_between
from nmx_desk.domain.walltime import DAY, day_of, minute_of_day, segments, start_minute

MORNING, AFTERNOON, EVENING = (0, 720), (720, 1080), (1080, DAY)

_ONE_DAY = timedelta(days=1)
_LONGEST = 7  # days: an opening that has lasted longer is counted from local midnight so many days before


def inflate(start: int, end: int, buffer_before: int, buffer_after: int) -> Interval:
    """The stretch an appointment keeps busy. The one place where buffers are added: for listing, for booking, for what is stored."""
    return start - buffer_before, end + buffer_after


@dataclass(frozen=True)
class SlotType:
    """What an appointment type asks of the agenda; minutes, and the horizon in days from today."""

    duration: int
    buffer_before: int = 0
    buffer_after: int = 0
    step: int = 15
    anchor_minute: int = 0
    minimum_notice_minutes: int = 0
    horizon_days: int = 365
    from_opening: bool = False
    needs_room: bool = False

    def __post_init__(self) -> None:
        if self.duration < 1 or self.step < 1:
            raise ValueError("duration and step are at least one minute")
        if min(self.buffer_before, self.buffer_after, self.minimum_notice_minutes, self.horizon_days) < 0:
            raise ValueError("buffers, notice and horizon are not negative")

    def busy(self, start: int) -> Interval:
        """The stretch an appointment of this type keeps busy, buffers included."""
        return inflate(start, start + self.duration, self.buffer_before, self.buffer_after)

    def bounds(self, now: datetime, zone: str) -> tuple[int, date]:
        """First minute that still gives notice, and the last local day of the horizon."""
        return to_minutes(now, up=True) + self.minimum_notice_minutes, day_of(zone, to_minutes(now)) + timedelta(days=self.horizon_days)


class Calendar:
    """A roster with the absences and busy time at one revision; the free starts of a day are kept once worked out.

    ``absences`` and ``busy`` map a practitioner, ``rooms`` a room to spans in UTC minutes, in any order; busy ones already inflated.
    ``barred``: by practitioner and room when they are not where that room is. A calendar does not change: ``with_busy`` and ``with_rooms``
    give the next revision, which keeps every day the edit did not touch.
    """

    def __init__(
        self,
        roster: Roster,
        *,
        absences: Mapping[str, Collection[Interval]] | None = None,
        busy: Mapping[str, Collection[Interval]] | None = None,
        rooms: Mapping[str, Collection[Interval]] | None = None,
        barred: Mapping[str, Mapping[str, Intervals]] | None = None,
        revision: int = 0,
        starts: dict[tuple[str, SlotType], dict[date, list[int]]] | None = None,
    ) -> None:
        self.roster = roster
        self.zone = roster.zone
        self.revision = revision
        self._absences = absences or {}
        self._busy = busy or {}
        self._rooms = rooms or {}
        self._barred = barred or {}
        self._taken: dict[str, Intervals] = {}
        self._roomless: dict[tuple[str, int, int], Intervals] = {}
        self._starts = starts or {}

    def busy(self, practitioner_id: str) -> Collection[Interval]:
        """Busy time of a practitioner, absences aside."""
        return self._busy.get(practitioner_id, ())

    def taken(self, practitioner_id: str) -> Intervals:
        """Absences and busy time of a practitioner together."""
        known = self._taken.get(practitioner_id)
        if known is None:
            known = self._taken[practitioner_id] = self._with_absences(practitioner_id, self._busy.get(practitioner_id, ()))
        return known

    def _with_absences(self, practitioner_id: str, busy: Collection[Interval]) -> Intervals:
        return merge(chain(self._absences.get(practitioner_id, ()), busy))

    def with_busy(self, practitioner_id: str, busy: Collection[Interval]) -> Calendar:
        """The next revision, in which one practitioner's busy time is this. Only days where something changed are worked out again."""
        old, new = self.taken(practitioner_id), self._with_absences(practitioner_id, busy)
        changed = union(subtract(old, new), subtract(new, old))
        starts = {
            (who, kind): _untouched(days, kind, changed, self.zone) if who == practitioner_id else days
            for (who, kind), days in self._starts.items()
        }
        all_busy = {**self._busy, practitioner_id: busy}
        return self._revised(all_busy, self._rooms, starts)

    def with_rooms(self, rooms: Mapping[str, Collection[Interval]]) -> Calendar:
        """The next revision, in which these are the rooms and when they are taken. Days of types that need none are all kept."""
        if set(rooms) != set(self._rooms):
            return self._revised(self._busy, rooms, {key: days for key, days in self._starts.items() if not key[1].needs_room})
        pairs = [(merge(self._rooms[room]), merge(busy)) for room, busy in rooms.items()]
        changed = merge(chain.from_iterable([*subtract(old, new), *subtract(new, old)] for old, new in pairs))
        starts = {
            (who, kind): _untouched(days, kind, changed, self.zone) if kind.needs_room else days
            for (who, kind), days in self._starts.items()
        }
        return self._revised(self._busy, rooms, starts)

    def _revised(
        self, busy: Mapping[str, Collection[Interval]], rooms: Mapping[str, Collection[Interval]],
        starts: dict[tuple[str, SlotType], dict[date, list[int]]],
    ) -> Calendar:  # fmt: skip
        known = self.roster, self._absences, self._barred
        return Calendar(known[0], absences=known[1], busy=busy, rooms=rooms, barred=known[2], revision=self.revision + 1, starts=starts)

    def known_days(self, practitioner_id: str, kind: SlotType) -> dict[date, list[int]]:
        """The free starts worked out so far, per day."""
        return self._starts.setdefault((practitioner_id, kind), {})

    def starts(self, practitioner_id: str, kind: SlotType, days: Sequence[date]) -> list[int]:
        """Every start of this type that begins on these local days (rising), in order; notice and horizon aside."""
        known = self.known_days(practitioner_id, kind)
        missing = [day for day in days if day not in known] if known else days
        if missing:
            windows, openings = self._start_windows(practitioner_id, kind, missing[0], missing[-1])
            found = list(_on_the_grid(windows, kind, self.zone, days_between(missing[0], missing[-1]), openings))
            known.update(found)
            if missing is days and len(found) == len(days):  # nothing was known and no day is left out: they are all here, in order
                return list(chain.from_iterable([starts for _day, starts in found]))
        return list(chain.from_iterable([known[day] for day in days]))

    def _start_windows(self, practitioner_id: str, kind: SlotType, first: date, last: date) -> tuple[Intervals, Intervals]:
        """The minutes at which an appointment may start: openings shrunk by its reach, minus what is taken; and the openings."""
        hours = self.roster.around(practitioner_id, first - _LONGEST * _ONE_DAY if kind.from_opening else first, last)
        early, late = kind.buffer_before, kind.duration + kind.buffer_after - 1
        windows = [(lo + early, hi - late) for lo, hi in hours if lo + early < hi - late]
        if not windows:
            return windows, hours
        before, after = _reach_of(kind)
        taken = self.taken(practitioner_id)
        begin = max(bisect_left(taken, (windows[0][0] - after,)) - 1, 0)  # the one before may last until then
        end = bisect_left(taken, (windows[-1][1] + before,), lo=begin)
        free = subtract(windows, taken[begin:end], before, after)
        if kind.needs_room:
            free = subtract(free, self._without_room(practitioner_id, before, after)) if self._rooms else []
        return free, hours

    def roomless(self, practitioner_id: str, kind: SlotType, start: int) -> bool:
        """Whether an appointment at this start would have no room, though it needs one."""
        if not (kind.needs_room and self._rooms):
            return kind.needs_room
        return bool(intersect(self._without_room(practitioner_id, *_reach_of(kind)), [(start, start + 1)]))

    def _without_room(self, practitioner_id: str, before: int, after: int) -> Intervals:
        """The starts at which no room is free for all of an appointment that reaches so far, where the practitioner works then."""
        barred = self._barred.get(practitioner_id, {})
        key = practitioner_id if barred else "", before, after
        known = self._roomless.get(key)
        if known is None:
            taken = (merge(chain(busy, barred.get(room, ()))) for room, busy in self._rooms.items())
            known = self._roomless[key] = reduce(intersect, (merge((lo - before, hi + after) for lo, hi in spans) for spans in taken))
        return known


def _reach_of(kind: SlotType) -> tuple[int, int]:
    """How far a start keeps clear of taken time: [lo, hi) refuses the starts in [lo - before, hi + after)."""
    lo, hi = kind.busy(0)
    return hi - 1, -lo


def _on_the_grid(
    windows: Intervals, kind: SlotType, zone: str, days: Iterable[date], openings: Intervals
) -> Iterator[tuple[date, list[int]]]:
    """The starts of each day: minutes in the windows that lie whole steps after the day's midnight, or after their opening."""
    step, at, n, from_opening = kind.step, 0, len(windows), kind.from_opening
    for day in days:
        starts: list[int] = []
        parts = segments(zone, day)
        anchor = parts[0][0] + kind.anchor_minute if parts else 0
        for first, last, _base in parts:
            while at < n and windows[at][0] < last:
                lo, hi = windows[at]
                begin = max(first, lo)
                if from_opening:
                    anchor = max(openings[bisect_left(openings, (begin + 1,)) - 1][0], start_minute(zone, day - _LONGEST * _ONE_DAY))
                starts += range(begin + (anchor - begin) % step, min(last, hi), step)
                if hi > last:  # goes on in the next part or day
                    break
                at += 1
        yield day, starts


def _untouched(days: dict[date, list[int]], kind: SlotType, changed: Intervals, zone: str) -> dict[date, list[int]]:
    before, after = _reach_of(kind)
    touched = {day for lo, hi in changed for day in days_between(day_of(zone, lo - before), day_of(zone, hi + after - 1))}
    return {day: starts for day, starts in days.items() if day not in touched}


def open_intervals(practitioner_id: str, date_from: date, date_to: date, calendar: Calendar) -> Intervals:
    """Opening hours on these local days (inclusive), cut at their edges."""
    edges = [(start_minute(calendar.zone, date_from), start_minute(calendar.zone, date_to + _ONE_DAY))]
    return intersect(calendar.roster.around(practitioner_id, date_from, date_to), edges)


def slots(practitioner_id: str, kind: SlotType, date_from: date, date_to: date, calendar: Calendar, now: datetime) -> list[int]:
    """Starts on these local days (inclusive) that can be booked at ``now`` (aware), in order."""
    earliest, horizon = kind.bounds(now, calendar.zone)
    days = days_between(max(date_from, day_of(calendar.zone, earliest)), min(date_to, horizon))
    found = calendar.starts(practitioner_id, kind, days)
    return found[bisect_left(found, earliest) :]


def fits(start: int, practitioner_id: str, kind: SlotType, calendar: Calendar, now: datetime) -> bool:
    """Whether an appointment may be booked at this start: true for exactly the starts that ``slots`` lists."""
    day = day_of(calendar.zone, start)
    return start in slots(practitioner_id, kind, day, day, calendar, now)


class Free(NamedTuple):
    """A free moment: the UTC minute it starts, and with whom."""

    start: int
    practitioner_id: str


def next_free(
    practitioners: Iterable[str],
    kind: SlotType,
    calendar: Calendar,
    now: datetime,
    count: int = 3,
    part_of_day: Interval | None = None,
    weekdays: Collection[int] | None = None,
) -> list[Free]:
    """The first free moments over several practitioners, earliest first, then by practitioner.

    ``part_of_day``: wall-clock minutes, such as ``MORNING``; ``weekdays``: 0 is Monday. A day is opened only when nothing earlier is left.
    """
    earliest, horizon = kind.bounds(now, calendar.zone)
    days = [day for day in days_between(day_of(calendar.zone, earliest), horizon) if weekdays is None or day.weekday() in weekdays]

    def wanted(who: str, day: date) -> Iterator[int]:
        low, high = part_of_day or (0, DAY)
        for start in calendar.starts(who, kind, [day]):
            if start >= earliest and (part_of_day is None or low <= minute_of_day(calendar.zone, start) < high):
                yield start

    # One entry per practitioner: a free moment with the rest of its day, or a day not opened yet (None) under its first minute.
    heap: list[tuple[int, str, int, Iterator[int] | None]] = [(0, who, 0, None) for who in sorted(set(practitioners)) if days]
    found: list[Free] = []
    while heap and len(found) < count:
        minute, who, at, rest = heap[0]
        if rest is None:
            rest = wanted(who, days[at])
        else:
            found.append(Free(minute, who))
        following = next(rest, None)
        if following is not None:
            heapreplace(heap, (following, who, at, rest))
        elif at + 1 < len(days):
            heapreplace(heap, (start_minute(calendar.zone, days[at + 1]), who, at + 1, None))
        else:
            heappop(heap)
    return found
