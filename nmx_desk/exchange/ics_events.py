"""One event of an .ics file: when it is, how long, and how it is repeated. Nothing of what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nmx_desk.exchange.ics_lines import CALENDAR, BadPartError, Component, Property
from nmx_desk.exchange.ics_rules import DAY_SECONDS, Rule, Wall, parse_rule
from nmx_desk.exchange.ics_zones import Zone, Zones, read_wall, utc_seconds
from nmx_desk.i18n import S_

MOST_DATES = 1_000_000  # of a calendar
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.IGNORECASE)


@dataclass(frozen=True)
class Moment:
    """A date or a time as it stands in a file."""

    wall: Wall
    zone: Zone
    is_date: bool
    is_utc: bool = False

    @property
    def utc(self) -> int:
        """Seconds since 1970; of a date: of its first moment."""
        return self.zone.utc(self.wall)

    def seen_in(self, zone: Zone) -> Wall:
        """What the clock of a zone shows then; of a date its midnight there."""
        return self.wall if self.is_date or self.zone is zone else zone.wall(self.utc)


@dataclass(frozen=True)
class Length:
    """How long: whole days of the calendar, and seconds."""

    days: int = 0
    seconds: int = 0

    def end(self, wall: Wall, zone: Zone) -> int:
        """When what begins at a moment on the wall ends, in seconds since 1970."""
        return zone.utc((wall[0] + self.days, wall[1])) + self.seconds

    @property
    def most(self) -> int:
        """Seconds it takes, but for a change of the clock."""
        return self.days * DAY_SECONDS + self.seconds


@dataclass
class Event:
    """An event, or another form of one occasion of a series (``instead_of``); ``onwards``: and of all that come after it."""

    line: int
    uid: str
    start: Moment
    length: Length
    is_busy: bool
    sequence: int
    rules: list[Rule] = field(default_factory=list)
    not_rules: list[Rule] = field(default_factory=list)
    extra: list[tuple[Moment, Length | None]] = field(default_factory=list)
    without: list[Moment] = field(default_factory=list)
    instead_of: Moment | None = None
    onwards: bool = False

    def key_of(self, moment: Moment) -> tuple[str, int]:
        """What an occasion is known by: its day, for whole days and where only a day is named; else its instant."""
        if self.start.is_date and not moment.is_utc:
            return "day", moment.wall[0]
        is_day = self.start.is_date or moment.is_date
        return ("day", moment.seen_in(self.start.zone)[0]) if is_day else ("at", moment.utc)


class EventReader:
    """Reads the components of one calendar."""

    def __init__(self, calendar: Component, zones: Zones) -> None:
        self._zones, self._left = zones, MOST_DATES
        self._floating = zones.named(calendar.text("X-WR-TIMEZONE")) or zones.local

    def event(self, component: Component) -> Event:
        """An event. Raises ``BadPartError``."""
        begins = component.one("DTSTART")
        if begins is None:
            raise BadPartError(S_("DTSTART is missing."))
        start = self._moment(begins, begins.value)
        instead = component.one("RECURRENCE-ID")
        return Event(
            component.line, component.text("UID"), start, self._length(component, start), _is_busy(component),
            _whole(component.text("SEQUENCE")),
            [_rule(one) for one in component.all("RRULE")], [_rule(one) for one in component.all("EXRULE")],
            [extra for one in component.all("RDATE") for extra in self._extra(one)],
            [self._moment(one, text, start.zone) for one in component.all("EXDATE") for text in _parts(one)],
            self._moment(instead, instead.value, start.zone) if instead else None,
            instead is not None and instead.parameters.get("RANGE", "").upper() == "THISANDFUTURE",
        )  # fmt: skip

    def free_busy(self, component: Component) -> list[tuple[int, int]]:
        """The busy stretches of a list of them. Raises ``BadPartError``."""
        found = []
        for one in component.all("FREEBUSY"):
            if one.parameters.get("FBTYPE", "").upper() != "FREE":
                for text in _parts(one):
                    start, length = self._period(one, text)
                    found.append((start.utc, length.end(start.wall, start.zone)))
        return found

    def _moment(self, one: Property, text: str, floating: Zone | None = None) -> Moment:
        read = read_wall(text)
        if read is None:
            raise one.bad()
        self._left -= 1
        if self._left < 0:
            raise BadPartError(S_("The file has too many dates to be read to its end."))
        wall, is_date, is_utc = read
        if is_utc:
            return Moment(wall, self._zones.utc, is_date=False, is_utc=True)
        if is_date:
            return Moment(wall, self._zones.local, is_date=True)
        return Moment(wall, self._zones.named(one.parameters.get("TZID", "")) or floating or self._floating, is_date=False)

    def _length(self, component: Component, start: Moment) -> Length:
        ends, lasts = component.one("DTEND"), component.one("DURATION")
        if ends is not None:
            return self._until(ends, ends.value, start)
        if lasts is not None:
            length = _duration(lasts, lasts.value)
            whole = start.is_date and length.seconds % DAY_SECONDS == 0
            return Length(length.days + length.seconds // DAY_SECONDS) if whole else length
        return Length(days=1) if start.is_date else Length()

    def _until(self, one: Property, text: str, start: Moment) -> Length:
        end = self._moment(one, text, start.zone)
        if start.is_date and end.is_date:
            days = end.wall[0] - start.wall[0]
            length = Length(days=days or 1)
        else:
            end_at = start.zone.utc(end.wall) if end.is_date else end.utc
            length = Length(seconds=end_at - start.utc)
        if length.most < 0:
            raise BadPartError(S_("It ends before it begins."))
        return length

    def _extra(self, one: Property) -> Iterator[tuple[Moment, Length | None]]:
        for text in _parts(one):
            yield self._period(one, text) if "/" in text else (self._moment(one, text), None)

    def _period(self, one: Property, text: str) -> tuple[Moment, Length]:
        begin, sign, end = text.partition("/")
        if not sign:
            raise one.bad()
        start = self._moment(one, begin)
        return start, _duration(one, end) if "P" in end.upper() else self._until(one, end, start)


def calendars(root: Component) -> Iterator[tuple[Component, list[Component]]]:
    """Each calendar with the components it holds, at whatever depth; what stands outside any is the root's."""
    pending: list[tuple[Component, Component]] = [(root, root)]
    held: dict[int, tuple[Component, list[Component]]] = {id(root): (root, [])}
    while pending:
        owner, one = pending.pop()
        if one.name == CALENDAR:
            owner = one
            held[id(one)] = (one, [])
        elif one is not root:
            held[id(owner)][1].append(one)
        pending += [(owner, part) for part in reversed(one.parts)]
    yield from held.values()


def _parts(one: Property) -> list[str]:
    return [text.strip() for text in one.value.split(",") if text.strip()]


def _is_busy(component: Component) -> bool:
    return component.text("TRANSP").upper() != "TRANSPARENT" and component.text("STATUS").upper() != "CANCELLED"


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _duration(one: Property, text: str) -> Length:
    read = _DURATION.fullmatch(text.strip())
    if read is None or not any(read.groups()[1:]):
        raise one.bad()
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in read.groups()[1:])
    length = Length(weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)
    if read.group(1) == "-" and length.most:
        raise BadPartError(S_("It ends before it begins."))
    return length


def _rule(one: Property) -> Rule:
    try:
        rule = parse_rule(one.value.replace("\\", ""))  # some programs escape it as if it were text
    except BadPartError as error:
        raise BadPartError(S_("{name} in line {line}: {reason}").format(name=one.name, line=one.line, reason=error.reason)) from error
    if rule.until and read_wall(rule.until) is None:
        raise one.bad()
    return rule


def is_over(rule: Rule, wall: Wall, start: Moment) -> bool:
    """Whether an occasion comes after the rule's UNTIL; a date there includes that day."""
    read = read_wall(rule.until) if rule.until else None
    if read is None:
        return False
    until, is_date, is_utc = read
    if is_date or start.is_date:
        return wall[0] > until[0]
    return start.zone.utc(wall) > utc_seconds(until) if is_utc else wall > until




def last_day(rule: Rule, start: Moment) -> int:
    """The day of the rule's UNTIL on the event's clock."""
    read = read_wall(rule.until)
    if read is None:
        return start.wall[0]
    until, _is_date, is_utc = read
    return start.zone.wall(utc_seconds(until))[0] if is_utc else until[0]
