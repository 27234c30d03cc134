"""When somebody is busy, from any .ics file (AGENDA §4). What cannot be understood is left out and named; what it is about is not kept.

Times that name no zone are the calendar's, else the clinic's; a whole day is a date of the clinic. Where two events share a UID and neither
is the newer one, both count.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from nmx_desk.domain import intervals
from nmx_desk.exchange.ics_events import Event, EventReader, Length, Moment, calendars, is_over, last_day
from nmx_desk.exchange.ics_lines import CALENDAR, EVENT, FREE_BUSY, BadPartError, Component, Skipped, read_components
from nmx_desk.exchange.ics_rules import DAY_SECONDS, Rule, Wall, is_within_days, runs, walls
from nmx_desk.exchange.ics_zones import Zone, Zones
from nmx_desk.i18n import S_

LARGEST = 40_000_000  # bytes
MOST_TIMES = 20_000_000  # of all events of a file together
SECONDS = 120.0  # then what is not read yet is left out and named
_AT_ONCE = 400_000
_MARGIN = 3 * DAY_SECONDS
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_ODD = (BadPartError, ValueError, OverflowError)
"""What a component may raise; the last two: dates that no calendar has, and repetitions that never are."""


@dataclass(frozen=True)
class BusyReading:
    """What a file says. ``busy``: sorted, disjoint, half-open stretches in UTC seconds since 1970; ``skipped``: what was left out."""

    busy: tuple[tuple[int, int], ...]
    skipped: tuple[Skipped, ...]

    @property
    def is_calendar(self) -> bool:
        """Whether it was a calendar at all."""
        return not any(one.component == CALENDAR for one in self.skipped)


def read_busy(data: bytes, zone: str, first: int, last: int) -> BusyReading:
    """Busy stretches between two instants (UTC seconds since 1970) from the bytes of a file. ``zone``: the clinic's."""
    if len(data) > LARGEST:
        return BusyReading((), (Skipped(CALENDAR, 1, S_("The file is larger than {n} MB.").format(n=LARGEST // 1_000_000)),))
    root, skipped = read_components(data)
    if not any(one.name in {CALENDAR, EVENT, FREE_BUSY} for one in root.walk()):
        return BusyReading((), (Skipped(CALENDAR, 1, S_("This is no calendar file.")),))
    reader = _Reader(root, zone, first, last)
    busy = reader.read()
    return BusyReading(tuple(busy), tuple(sorted({*skipped, *reader.skipped}, key=lambda one: (one.line, one.component, one.reason))))


class _Reader:
    """One file being read."""

    def __init__(self, root: Component, zone: str, first: int, last: int) -> None:
        self._root, self._zones = root, Zones(root, Zone(ZoneInfo(zone)))
        self._first, self._last = first, last
        self.skipped = self._zones.skipped
        self._found: list[tuple[int, int]] = []
        self._left, self._until = MOST_TIMES, time.monotonic() + SECONDS

    def read(self) -> intervals.Intervals:
        """The busy stretches."""
        for events in self._series():
            masters = _newest([one for one in events if one.instead_of is None])
            changes = _newest([one for one in events if one.instead_of is not None])
            for master in masters:
                self._guarded(master, self._occasions(master, changes))
            for change in changes:
                self._guarded(change, _changed(change, masters))
        return intervals.merge(self._found)

    def _series(self) -> list[list[Event]]:
        """The events by what they belong to; lists of busy stretches are taken at once."""
        found: dict[tuple[int, str], list[Event]] = {}
        for number, (calendar, components) in enumerate(calendars(self._root)):
            reader = EventReader(calendar, self._zones)
            for one in components:
                if not one.is_closed or one.name not in {EVENT, FREE_BUSY}:
                    continue
                try:
                    if one.name == FREE_BUSY:
                        self._take(reader.free_busy(one))
                    else:
                        event = reader.event(one)
                        found.setdefault((number, event.uid or f"\n{event.line}"), []).append(event)
                except _ODD as error:
                    self.skipped.append(_skipped(one.name, one.line, error))
        return list(found.values())

    def _guarded(self, event: Event, spans: Iterable[tuple[int, int]]) -> None:
        try:
            self._take(spans)
        except _ODD as error:
            self.skipped.append(_skipped(EVENT, event.line, error))

    def _take(self, spans: Iterable[tuple[int, int]]) -> None:
        for begin, end in spans:
            if begin < self._last and end > self._first and begin < end:
                self._found.append((max(begin, self._first), min(end, self._last)))
                if len(self._found) > _AT_ONCE:
                    self._found = self._shorter()

    def _shorter(self) -> intervals.Intervals:
        merged = intervals.merge(self._found)
        if len(merged) > _AT_ONCE * 3 // 4:
            self._left = 0
            raise BadPartError(S_("The file has too many events to be read to its end."))
        return merged

    def _occasions(self, master: Event, changes: Sequence[Event]) -> Iterator[tuple[int, int]]:
        """The stretches of an event, but for the occasions that another form takes the place of."""
        plan = _Plan(master, changes)
        if not plan.is_ever_busy:
            return
        before, after = plan.longest + plan.shift + _MARGIN, plan.shift + _MARGIN
        days = (self._first - before) // DAY_SECONDS + _EPOCH_DAY, (self._last + after) // DAY_SECONDS + _EPOCH_DAY
        quick = [rule for rule in master.rules if plan.is_plain and _is_quick(rule, master)]
        for wall in self._counted(_starts(master, [rule for rule in master.rules if rule not in quick], *days)):
            yield from plan.stretch(wall, master.length)
        for rule in quick:
            yield from self._counted(_quick_stretches(rule, master, *days))
        for moment, length in master.extra:
            yield from plan.stretch(moment.seen_in(master.start.zone), length or master.length)

    def _counted(self, found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        for one in found:
            self._left -= 1
            if self._left < 0 or (self._left % 1000 == 0 and time.monotonic() > self._until):
                self._left = 0
                raise BadPartError(S_("The file repeats its events too often to be read to its end."))
            yield one


class _Plan:
    """What is left out of a series, and what becomes of the rest."""

    def __init__(self, master: Event, changes: Sequence[Event]) -> None:
        self._zone, self._is_busy = master.start.zone, master.is_busy
        replaced = [(one.instead_of, one) for one in changes if one.instead_of]
        self._without = {master.key_of(moment) for moment in [*master.without, *(moment for moment, _one in replaced)]}
        self._has_days = any(key[0] == "day" for key in self._without)
        onwards = sorted(((moment.utc, moment, one) for moment, one in replaced if one.onwards), key=lambda found: found[0])
        self._from = [at for at, _moment, _one in onwards]
        self._onwards = [(_wall_step(moment, one, self._zone), one) for _at, moment, one in onwards]
        self.shift = max((abs(step) for step, _one in self._onwards), default=0)
        lengths = [master.length, *(one.length for _step, one in self._onwards), *(length for _at, length in master.extra if length)]
        self.longest = max(length.most for length in lengths)

    @property
    def is_plain(self) -> bool:
        """Whether every occasion of the rules is as the event says."""
        return not (self._without or self._onwards)

    @property
    def is_ever_busy(self) -> bool:
        """Whether any occasion can be busy."""
        return self.longest > 0 and (self._is_busy or any(one.is_busy for _step, one in self._onwards))

    def stretch(self, wall: Wall, length: Length) -> Iterator[tuple[int, int]]:
        """The stretch of one occasion; nothing when it is left out, or not busy."""
        at = self._zone.utc(wall)
        if ("at", at) in self._without or (self._has_days and ("day", wall[0]) in self._without):
            return
        place = bisect_left(self._from, at)
        if not place:
            if self._is_busy:
                yield at, length.end(wall, self._zone)
            return
        step, change = self._onwards[place - 1]
        if change.is_busy:
            days, second = divmod(wall[0] * DAY_SECONDS + wall[1] + step, DAY_SECONDS)
            yield self._zone.utc((days, second)), change.length.end((days, second), self._zone)


def _skipped(name: str, line: int, error: Exception) -> Skipped:
    return Skipped(name, line, error.reason if isinstance(error, BadPartError) else S_("Its dates or its repetition cannot be."))


def _wall_step(moment: Moment, change: Event, zone: Zone) -> int:
    """Seconds by which a change moves what comes after it, on the clock of the wall."""
    was, now = moment.seen_in(zone), change.start.seen_in(zone)
    return (now[0] - was[0]) * DAY_SECONDS + now[1] - was[1]


def _changed(change: Event, masters: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """The stretch of an occasion in its other form; nothing when the series leaves that occasion out."""
    left_out = any(
        master.key_of(change.instead_of) in {master.key_of(moment) for moment in master.without}
        for master in masters
        if change.instead_of and master.without
    )
    if change.is_busy and not left_out:
        yield change.start.utc, change.length.end(change.start.wall, change.start.zone)


def _newest(events: list[Event]) -> list[Event]:
    """Of events that are the same one: those with the highest SEQUENCE."""
    latest: dict[tuple[int, int] | None, int] = {}
    for one in events:
        latest[_place(one)] = max(latest.get(_place(one), -1), one.sequence)
    return [one for one in events if one.sequence == latest[_place(one)]]


def _place(event: Event) -> tuple[int, int] | None:
    return (event.instead_of.utc, int(event.instead_of.is_date)) if event.instead_of else None


def _starts(event: Event, rules: Sequence[Rule], first: int, last: int) -> Iterator[Wall]:
    """When the occasions of an event begin, on the wall, those of RDATE aside; a time that the clock skips is none, and is not counted."""
    untils = [rule for rule in event.rules if rule.until]
    excluded = {wall for rule in event.not_rules for wall in _of_rule(rule, event, first, last)}
    if event.start.wall not in excluded and (not untils or not all(is_over(rule, event.start.wall, event.start) for rule in untils)):
        yield event.start.wall
    for rule in rules:
        yield from (wall for wall in _of_rule(rule, event, first, last) if wall not in excluded)


def _is_quick(rule: Rule, event: Event) -> bool:
    """Whether its moments may be taken together: too many to take one by one, and nothing is said of one of them."""
    return is_within_days(rule) and rule.count is None and not event.not_rules and not event.length.days and not event.start.is_date


def _quick_stretches(rule: Rule, event: Event, first: int, last: int) -> Iterator[tuple[int, int]]:
    zone, seconds = event.start.zone, event.length.seconds
    if rule.until:
        until = last_day(rule, event.start)
        for wall in _of_rule(rule, event, until, min(until, last)):
            yield zone.utc(wall), zone.utc(wall) + seconds
        last = min(last, until - 1)
    for begin, end in runs(rule, event.start.wall, (first, last), seconds, zone.is_even):
        if zone.exists(begin):
            yield zone.utc(begin), zone.utc(end) + seconds


def _of_rule(rule: Rule, event: Event, first: int, last: int) -> Iterator[Wall]:
    counted = 0
    zone, start = event.start.zone, event.start
    for wall in walls(rule, start.wall, first, last):
        if not (start.is_date or zone.exists(wall)):
            continue
        counted += 1
        if (rule.count is not None and counted > rule.count) or (rule.until and is_over(rule, wall, start)):
            return
        yield wall
