"""Time zones of iCalendar files: by their IANA name, by the name Windows gives them, or as the file describes them itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from nmx_desk.exchange.ics_lines import ZONE, BadPartError, Component, Property, Skipped
from nmx_desk.exchange.ics_rules import DAY_SECONDS, Wall, parse_rule, walls
from nmx_desk.i18n import S_

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_DAY = date.max.toordinal() - 2
_FIRST, _LAST = date(1969, 1, 1).toordinal(), date(2040, 1, 1).toordinal()
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?")
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?", re.IGNORECASE)
_MOST_CHANGES = 2000


def read_wall(text: str) -> tuple[Wall, bool, bool] | None:
    """A date or a time as it is written: the moment on the wall, whether it is a date, whether it is UTC. None: it is neither."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, *clock = (int(part) if part and part.isdecimal() else 0 for part in found.groups())
    hour, minute, second = clock[:3]
    try:
        number = date(year, month, day).toordinal()
    except ValueError:
        return None
    if hour > 23 or minute > 59 or second > 60:
        return None
    return (number, hour * 3600 + minute * 60 + min(second, 59)), found.group(4) is None, found.group(7) is not None


def utc_seconds(wall: Wall, offset: int = 0) -> int:
    """Seconds since 1970 of a moment on the wall at an offset."""
    return (wall[0] - _EPOCH_DAY) * DAY_SECONDS + wall[1] - offset


def wall_of(seconds: int) -> Wall:
    """The moment on a wall in UTC of so many seconds since 1970."""
    days, second = divmod(seconds, DAY_SECONDS)
    return days + _EPOCH_DAY, second


class Zone:
    """A zone, for very many moments: days on which the clock is not changed are remembered."""

    def __init__(self, info: tzinfo) -> None:
        self._info = info
        self._even: dict[int, int | None] = {}

    def utc(self, wall: Wall) -> int:
        """Seconds since 1970 of a moment on the wall: the first where there are two, and as before the change where there is none."""
        offset = self._offset_of_day(wall[0])
        return utc_seconds(wall, self._offset(wall, 0) if offset is None else offset)

    def exists(self, wall: Wall) -> bool:
        """Whether the clock ever shows it."""
        return self._offset_of_day(wall[0]) is not None or self._offset(wall, 1) <= self._offset(wall, 0)

    def is_even(self, day: int) -> bool:
        """Whether the clock is left alone on a day and near it."""
        return self._offset_of_day(day) is not None

    def wall(self, seconds: int) -> Wall:
        """What the clock shows then."""
        if not 2 <= wall_of(seconds)[0] <= _LAST_DAY:
            return wall_of(seconds)
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        offset = at.astimezone(self._info).utcoffset() or timedelta()
        return wall_of(seconds + offset // timedelta(seconds=1))

    def _offset_of_day(self, day: int) -> int | None:
        if not 2 <= day <= _LAST_DAY:
            return 0
        if day not in self._even:
            near = [(day + days, 0) for days in (-1, 0, 1, 2)]
            around = {self._offset(wall, fold) for wall in near for fold in (0, 1)}
            self._even[day] = around.pop() if len(around) == 1 else None
        return self._even[day]

    def _offset(self, wall: Wall, fold: int) -> int:
        at = datetime.combine(date.fromordinal(wall[0]), time(wall[1] // 3600, wall[1] // 60 % 60, wall[1] % 60, fold=fold))
        return (self._info.utcoffset(at) or timedelta()) // timedelta(seconds=1)


class _Described(tzinfo):
    """A zone that a file describes: its changes, each with the wall time and offset before it, and the offset after it."""

    def __init__(self, changes: Iterable[tuple[Wall, int, int]]) -> None:
        ordered = sorted({(utc_seconds(wall, before), before, after) for wall, before, after in changes})
        self._at = [at for at, _before, _after in ordered]
        self._offsets = [ordered[0][1], *(after for _at, _before, after in ordered)]
        begins = [(at, before, after) for at, (before, after) in zip(self._at, self._pairs(), strict=True)]
        self._first = [at + max(before, after) for at, before, after in begins]
        self._last = [at + min(before, after) for at, before, after in begins]

    def _pairs(self) -> list[tuple[int, int]]:
        return list(zip(self._offsets, self._offsets[1:], strict=False))

    def utcoffset(self, when: datetime | None) -> timedelta:
        """Of a moment on the wall; its ``fold`` says which where there are two."""
        if when is None:
            return timedelta()
        shown = utc_seconds((when.toordinal(), when.hour * 3600 + when.minute * 60 + when.second))
        return timedelta(seconds=self._offsets[bisect_right(self._last if when.fold else self._first, shown)])

    def dst(self, when: datetime | None) -> timedelta | None:
        """Nobody asks."""
        del when
        return None

    def tzname(self, when: datetime | None) -> str | None:
        """Nobody asks."""
        del when
        return None

    def fromutc(self, when: datetime) -> datetime:
        """What the clock shows then."""
        at = utc_seconds((when.toordinal(), when.hour * 3600 + when.minute * 60 + when.second))
        place = bisect_right(self._at, at)
        shown = when + timedelta(seconds=self._offsets[place])
        again = place > 0 and at - self._at[place - 1] < self._offsets[place - 1] - self._offsets[place]
        return shown.replace(fold=int(again))


class Zones:
    """The zones of one file. ``local``: the clinic's."""

    def __init__(self, calendar: Component, local: Zone) -> None:
        self.local, self.utc = local, Zone(UTC)
        self.skipped: list[Skipped] = []
        self._described = self._own(calendar)

    def named(self, name: str) -> Zone | None:
        """The zone of a name; None for one that nobody knows."""
        return known_zone(name) or self._described.get(name) or known_zone(_tail(name)) if name else None

    def _own(self, calendar: Component) -> dict[str, Zone]:
        found: dict[str, Zone] = {}
        for one in calendar.walk():
            if one.name == ZONE:
                try:
                    name = one.text("TZID").replace("\\", "")  # a text here, and none where it is named
                    if name and name not in found:
                        found[name] = Zone(_Described(_changes(one)))
                except BadPartError as error:
                    self.skipped.append(Skipped(ZONE, one.line, error.reason))
        return found


def _changes(zone: Component) -> list[tuple[Wall, int, int]]:
    """When the clock is changed, from a description of a zone."""
    found: list[tuple[Wall, int, int]] = []
    for part in zone.parts:
        if part.name not in {"STANDARD", "DAYLIGHT"}:
            continue
        begins, before, after = part.one("DTSTART"), _offset(part, "TZOFFSETFROM"), _offset(part, "TZOFFSETTO")
        start = read_wall(begins.value) if begins else None
        if begins is None or start is None:
            raise begins.bad() if begins else BadPartError(S_("DTSTART is missing."))
        found.append((start[0], before, after))
        for other in part.all("RDATE"):
            found += [(wall[0], before, after) for text in other.value.split(",") if (wall := read_wall(text))]
        for rule in part.all("RRULE"):
            found += [(wall, before, after) for wall in _repeated(rule, start[0], before)]
    if not found:
        raise BadPartError(S_("It says nothing about the clock."))
    return found


def _repeated(rule: Property, start: Wall, before: int) -> list[Wall]:
    parsed = parse_rule(rule.value)
    until = read_wall(parsed.until) if parsed.until else None
    found: list[Wall] = []
    for wall in walls(parsed, start, _FIRST, _LAST):
        late = until is not None and (utc_seconds(wall, before) > utc_seconds(until[0]) if until[2] else wall > until[0])
        if late or len(found) >= _MOST_CHANGES or (parsed.count is not None and len(found) >= parsed.count):
            break
        found.append(wall)
    return found


def _offset(part: Component, name: str) -> int:
    found = part.one(name)
    if found is None:
        raise BadPartError(S_("{name} is missing.").format(name=name))
    read = _OFFSET.fullmatch(found.value)
    if read is None or int(read.group(2)) > 23 or int(read.group(3)) > 59:
        raise found.bad()
    size = int(read.group(2)) * 3600 + int(read.group(3)) * 60 + int(read.group(4) or 0)
    return -size if read.group(1) == "-" else size


@lru_cache(maxsize=256)
def known_zone(name: str) -> Zone | None:
    """A zone by its IANA name, in whatever case, or by the name Windows gives it."""
    name = name.strip().strip("/")
    found = _all_names().get(name.casefold()) or _of_windows(name)
    return Zone(ZoneInfo(found)) if found else None


@lru_cache(maxsize=1)
def _all_names() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones()) if name != "localtime"}


def _of_windows(name: str) -> str | None:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return WINDOWS_TO_OLSON.get(name)


def _tail(name: str) -> str:
    """The IANA name at the end of one that a program put something before: “/mozilla.org/20050126_1/Europe/Amsterdam”."""
    parts = name.strip("/").split("/")
    for length in (3, 2):
        if len(parts) > length and known_zone("/".join(parts[-length:])):
            return "/".join(parts[-length:])
    return ""
