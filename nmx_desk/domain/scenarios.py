"""Rosters and bookings as another program writes them down (JSON), and the free moments in them: no clinic is needed.

What the words mean stands in ``slots``. Overrides of one date are taken together; a list that is left out is empty, and so is a stretch
that ends before it begins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intervals import Interval, from_minutes, to_minutes
from nmx_desk.domain.rosters import DateOverride, Roster, WeeklyRule
from nmx_desk.domain.slots import Calendar, Free, SlotType, slots
from nmx_desk.domain.walltime import DAY, day_of
from nmx_desk.i18n import _

MOST_DAYS = 3_660
LATEST = 30 * 60
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
T = TypeVar("T")


@dataclass(frozen=True)
class Scenario:
    """A calendar and what is asked of it."""

    calendar: Calendar
    kind: SlotType
    now: datetime
    first: date
    last: date
    practitioners: dict[str, str | int]

    def free(self) -> list[Free]:
        """Every moment that can be booked, in order of time, then as the practitioners are named."""
        found = [
            (start, place, who)
            for place, who in enumerate(self.practitioners)
            for start in slots(who, self.kind, self.first, self.last, self.calendar, self.now)
        ]
        return [Free(start, who) for start, _place, who in sorted(found)]

    def rows(self) -> list[dict[str, str | int]]:
        """The answer for another program, which gets its own ids back."""
        length, ids = self.kind.duration, self.practitioners
        try:
            return [moment_row(ids[who], from_minutes(start), from_minutes(start + length)) for start, who in self.free()]
        except OverflowError as error:
            raise UserError("", _("A moment in the scenario lies outside the years 1 to 9999.")) from error


def moment_row(practitioner: str | int, start: datetime, end: datetime) -> dict[str, str | int]:
    """A free moment for another program: start and end of the appointment itself, as 2026-11-30T08:00:00Z."""
    begins, ends = (instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") for instant in (start, end))
    return {"practitioner": practitioner, "start": begins, "end": ends}


class _Part:
    """A value in the file and where it stands, so that what cannot be read is named."""

    def __init__(self, value: Any, place: str) -> None:
        self.value = value
        self.place = place

    def part(self, name: str) -> _Part:
        """A value by its name; None when it is left out."""
        if not isinstance(self.value, dict):
            self.refuse()
        return _Part(self.value.get(name), f"{self.place}.{name}" if self.place else name)

    def parts(self, name: str) -> Iterator[_Part]:
        """The values of a list by its name."""
        found = self.part(name)
        if not isinstance(found.value, list | None):
            found.refuse()
        for at, value in enumerate(found.value or ()):
            yield _Part(value, f"{found.place}[{at}]")

    def read(self, how: Callable[[Any], T]) -> T:
        """The value by a function; what that refuses is said with the place."""
        try:
            return how(self.value)
        except (ValueError, TypeError, AttributeError, OverflowError, LookupError, OSError) as error:
            raise UserError(self.place, self._said()) from error

    def refuse(self) -> None:
        """Say that this is something else than was expected."""
        raise UserError(self.place, self._said())

    def _said(self) -> str:
        return _("The scenario cannot be read at “{place}”. Compare it with the manual.").format(place=self.place or "{}")


def read_scenario(given: Any) -> Scenario:
    """What a file holds. ``UserError`` with the place that cannot be read."""
    whole = _Part(given, "")
    zone = whole.part("zone").read(_zone)
    first, last = (whole.part(name).read(date.fromisoformat) for name in ("from", "to"))
    now = whole.part("now").read(_instant)
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise UserError("to", _("Choose a last day that is not before the first and at most {n} days later.").format(n=MOST_DAYS))
    horizon = max((last - day_of(zone, to_minutes(now))).days, 0)
    kind = whole.part("type").read(lambda found: _kind(found, horizon))
    closures = [(day, day) for day in (part.read(date.fromisoformat) for part in whole.parts("closures"))]
    ids: dict[str, str | int] = {}
    rules: list[WeeklyRule] = []
    overrides: list[DateOverride] = []
    absences: dict[str, list[Interval]] = {}
    bookings: dict[str, list[Interval]] = {}
    for person in whole.parts("practitioners"):
        given_id = person.part("id").read(_name)
        who = str(given_id)
        ids.setdefault(who, given_id)
        rules += [rule for part in person.parts("rules") for rule in _rules(part, who, zone)]
        overrides += _overrides(person, who)
        absences.setdefault(who, []).extend(part.read(_span) for part in person.parts("absences"))
        bookings.setdefault(who, []).extend(part.read(_span) for part in person.parts("bookings"))
    calendar = Calendar(Roster(zone, rules, overrides, closures), absences=absences, busy=bookings)
    return Scenario(calendar, kind, now, first, last, ids)


def _zone(found: Any) -> str:
    return ZoneInfo(found).key


def _name(found: Any) -> str | int:
    if type(found) is int:
        return found
    found.encode()  # half a character, as JSON can write it, cannot be said back
    return str(found)


def _instant(found: Any) -> datetime:
    """An instant in UTC, also where the file leaves out that it is."""
    moment = datetime.fromisoformat(found)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _span(found: Any) -> Interval:
    """Whole minutes that a stretch touches; one that is empty touches none."""
    begin, end = map(_instant, found)
    return (to_minutes(begin), to_minutes(end, up=True)) if begin < end else (0, 0)


def _clock(found: Any) -> int:
    shown = _CLOCK.fullmatch(found)
    minute = int(shown[1]) * 60 + int(shown[2]) if shown else LATEST + 1
    if minute > LATEST:
        raise ValueError("a time of the day is 00:00 to 30:00")
    return minute


def _begin(found: Any) -> int:
    if (start := _clock(found)) >= DAY:
        raise ValueError("hours begin on their own day")
    return start


def _weekday(found: Any) -> int:
    if type(found) is not int or not 1 <= found <= 7:
        raise ValueError("a weekday is 1 to 7")
    return found - 1


def _hours(begin: _Part, end: _Part) -> Interval:
    start = begin.read(_begin)
    return start, max(end.read(_clock), start)


def _rules(part: _Part, who: str, zone: str) -> Iterator[WeeklyRule]:
    start, end = _hours(part.part("start"), part.part("end"))
    since, until = (part.part(name).read(lambda day: date.fromisoformat(day) if day else None) for name in ("from", "to"))
    yield WeeklyRule(who, part.part("weekday").read(_weekday), start, end, since, until, zone)


def _overrides(person: _Part, who: str) -> Iterator[DateOverride]:
    """What holds instead of the weekly hours; a date without any hours is closed."""
    hours: defaultdict[date, list[Interval]] = defaultdict(list)
    for part in person.parts("overrides"):
        day = part.part("date").read(date.fromisoformat)
        hours[day] += [_hours(*(_Part(one, span.place) for one in span.read(_pair))) for span in part.parts("open")]
    for day, spans in hours.items():
        for start, end in spans:
            yield DateOverride(who, day, True, start, end)
        if not spans:
            yield DateOverride(who, day, False)


def _pair(found: Any) -> tuple[Any, Any]:
    begin, end = found
    return begin, end


def _kind(found: Any, horizon: int) -> SlotType:
    numbers = {
        "duration": found["duration"], "buffer_before": found.get("before", 0), "buffer_after": found.get("after", 0),
        "step": found.get("step", 15), "minimum_notice_minutes": found.get("notice_minutes", 0),
    }  # fmt: skip
    anchor = found.get("anchor", "day")
    if anchor not in {"day", "open"} or not all(type(number) is int for number in numbers.values()):
        raise ValueError("whole minutes, and an anchor that is day or open")
    return SlotType(**numbers, horizon_days=horizon, from_opening=anchor == "open")
