"""Rules of repetition (RRULE of RFC 5545) as moments on the wall clock; dateutil counts the days, hours and less are counted here.

A moment on the wall is a pair: the day's number (``date.toordinal``) and the second of that day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal

from dateutil import rrule

from nmx_desk.exchange.ics_lines import BadPartError
from nmx_desk.i18n import S_

Wall = tuple[int, int]
DAY_SECONDS = 86_400
_Frequency = Literal[0, 1, 2, 3, 4, 5, 6]
_FREQUENCIES: dict[str, _Frequency] = {
    "YEARLY": 0, "MONTHLY": 1, "WEEKLY": 2, "DAILY": 3, "HOURLY": 4, "MINUTELY": 5, "SECONDLY": 6,
}  # fmt: skip
_YEARLY: _Frequency = 0
_MONTHLY: _Frequency = 1
_WEEKLY: _Frequency = 2
_DAILY: _Frequency = 3
_HOURLY: _Frequency = 4
_MINUTELY: _Frequency = 5
_SECONDLY: _Frequency = 6
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BOUNDS = {
    "BYSECOND": (0, 60), "BYMINUTE": (0, 59), "BYHOUR": (0, 23), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12), "BYSETPOS": (-366, 366),
}  # fmt: skip
_NO_ZERO = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_DAY_PART, _QUARTER, _MOST_PATTERNS = DAY_SECONDS, 900, 100
_UNIT: dict[int, int] = {_HOURLY: 3600, _MINUTELY: 60, _SECONDLY: 1}


@dataclass(frozen=True)
class Rule:
    """A rule as it was read. ``until``: as it is written; ``days``: weekday and which of them (0: all); ``by``: the other BY… parts."""

    frequency: _Frequency
    interval: int = 1
    count: int | None = None
    until: str = ""
    week_start: int = 0
    days: tuple[tuple[int, int], ...] = ()
    by: dict[str, tuple[int, ...]] = field(default_factory=dict)


def parse_rule(text: str) -> Rule:
    """A rule from its text. Raises ``BadPartError``."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.upper().split(";"))):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not value or name in found:
            raise _bad(part)
        found[name] = value
    frequency = _FREQUENCIES.get(found.pop("FREQ", ""))
    if frequency is None:
        raise _bad(text)
    by = {name: _numbers(name, found.pop(name)) for name in _BOUNDS if name in found}
    rule = Rule(
        frequency, _number(found.pop("INTERVAL", "1"), 1), _count(found.pop("COUNT", "")), found.pop("UNTIL", ""),
        _weekday(found.pop("WKST", "MO"))[0], tuple(_weekday(day) for day in found.pop("BYDAY", "").split(",") if day.strip()), by,
    )  # fmt: skip
    for name, value in found.items():
        if not (name.startswith("X-") or (name, value) in {("RSCALE", "GREGORIAN"), ("SKIP", "OMIT")}):
            raise _bad(f"{name}={value}")
    return rule


def _bad(part: str) -> BadPartError:
    return BadPartError(S_("This repetition cannot be understood: {part}").format(part=part[:60]))


def _number(text: str, least: int) -> int:
    if not re.fullmatch(r"\+?\d{1,9}", text) or int(text) < least:
        raise _bad(text)
    return int(text)


def _count(text: str) -> int | None:
    """How often; below zero, as some programs write it, means without end."""
    return None if not text or re.fullmatch(r"-\d+", text) else _number(text, 0)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    least, most = _BOUNDS[name]
    found = []
    for part in (part.strip() for part in text.split(",")):
        if not re.fullmatch(r"[+-]?\d{1,3}", part) or not least <= int(part) <= most or (name in _NO_ZERO and int(part) == 0):
            raise _bad(f"{name}={text}")
        found.append(min(int(part), 59) if name == "BYSECOND" else int(part))
    return tuple(sorted(set(found)))


def _weekday(text: str) -> tuple[int, int]:
    found = _WEEKDAY.fullmatch(text.strip())
    if found is None or (found.group(1) and not 1 <= abs(int(found.group(1))) <= 53):
        raise _bad(text)
    return _DAYS.index(found.group(2)), int(found.group(1) or 0)


# -- the moments ---------------------------------------------------------------------------------------------------------------------


def walls(rule: Rule, start: Wall, first: int, last: int) -> Iterator[Wall]:
    """Moments of a rule that begins at ``start``, rising, up to the day ``last``.

    Without COUNT those long before ``first`` may be left out. COUNT and UNTIL are for the caller, who knows the zone.
    """
    if rule.frequency > _DAILY:
        yield from _within_days(rule, start, first, last)
        return
    for found in _dates(rule, start, first, last, rule.by):
        yield found.toordinal(), found.hour * 3600 + found.minute * 60 + found.second


def _dates(rule: Rule, start: Wall, first: int, last: int, by: dict[str, tuple[int, ...]]) -> Iterator[datetime]:
    """What dateutil makes of the parts that choose days (of a day's hours too, when ``by`` holds them)."""
    day, second = date.fromordinal(start[0]), start[1]
    if last < start[0]:
        return iter(())
    frequency = min(rule.frequency, _DAILY)
    chosen = {name: by.get(name) for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")}
    weekdays = [rrule.weekday(number, which or None) for number, which in rule.days]
    if not weekdays and not any(chosen[name] for name in ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")):
        if frequency == _YEARLY and not chosen["BYMONTH"]:
            chosen["BYMONTH"] = (day.month,)
        if frequency <= _MONTHLY:
            chosen["BYMONTHDAY"] = (day.day,)
        elif frequency == _WEEKLY:
            weekdays = [rrule.weekday(day.weekday())]
    interval = rule.interval if rule.frequency <= _DAILY else 1
    begins = _later(frequency, interval, day, first) if rule.count is None else day
    made = rrule.rrule(
        frequency, datetime.combine(begins, datetime.min.time()), interval, rule.week_start,
        until=datetime.fromordinal(last) + timedelta(days=1, seconds=-1), bysetpos=chosen["BYSETPOS"], bymonth=chosen["BYMONTH"],
        bymonthday=chosen["BYMONTHDAY"], byyearday=chosen["BYYEARDAY"], byweekno=chosen["BYWEEKNO"], byweekday=weekdays or None,
        byhour=by.get("BYHOUR", second // 3600), byminute=by.get("BYMINUTE", second // 60 % 60), bysecond=by.get("BYSECOND", second % 60),
    )  # fmt: skip
    begin = datetime.combine(day, datetime.min.time()) + timedelta(seconds=second)
    return (found for found in made if found >= begin)


def _later(frequency: int, interval: int, day: date, first: int) -> date:
    """A day not after ``first`` from which the same rule gives the same moments, so that years long gone are not counted through."""
    ahead = first - day.toordinal()
    if frequency >= _WEEKLY:
        step = interval * (7 if frequency == _WEEKLY else 1)
        return day + timedelta(days=max(ahead // step - 1, 0) * step)
    months = interval * (12 if frequency == _YEARLY else 1)
    periods = max(ahead // (months * 31) - 1, 0)
    if not periods:
        return day
    month = day.year * 12 + (0 if frequency == _YEARLY else day.month - 1) + periods * months
    return date(month // 12, month % 12 + 1, 1)


def is_within_days(rule: Rule) -> bool:
    """Whether a rule counts hours, minutes or seconds."""
    return rule.frequency > _DAILY


def runs(rule: Rule, start: Wall, days: tuple[int, int], length: int, is_even: Callable[[int], bool]) -> Iterator[tuple[Wall, Wall]]:
    """First and last of the moments that follow each other within ``length`` seconds, of a rule that counts hours, minutes or seconds.

    On a day that is not even (its clock is changed) they are cut at each quarter of an hour.
    """
    known: dict[tuple[int, bool], list[tuple[int, int]]] = {}
    for day in _days_of(rule, start, *days):
        key = (_first_period(rule, start, day), is_even(day))
        if key not in known or day == start[0]:
            found = (second for second in _seconds(rule, start, day) if (day, second) >= start)
            known = {} if len(known) > _MOST_PATTERNS else known
            known[key] = _runs_of(found, length, _DAY_PART if key[1] else _QUARTER)
        for begin, end in known[key]:
            yield (day, begin), (day, end)
        if day == start[0]:
            known.clear()


def _runs_of(seconds: Iterable[int], length: int, part: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for second in seconds:
        if found and second - found[-1][1] <= length and second // part == found[-1][1] // part:
            found[-1] = found[-1][0], second
        else:
            found.append((second, second))
    return found


def _within_days(rule: Rule, start: Wall, first: int, last: int) -> Iterator[Wall]:
    """Moments of a rule that counts hours, minutes or seconds."""
    for day in _days_of(rule, start, first, last):
        for second in _seconds(rule, start, day):
            if (day, second) >= start:
                yield day, second


def _days_of(rule: Rule, start: Wall, first: int, last: int) -> Iterator[int]:
    limits = {name: value for name, value in rule.by.items() if name in {"BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}}
    days = Rule(_DAILY, days=tuple((number, 0) for number, _which in rule.days), count=rule.count)
    at_midnight: dict[str, tuple[int, ...]] = {"BYHOUR": (0,), "BYMINUTE": (0,), "BYSECOND": (0,)}
    return (found.toordinal() for found in _dates(days, (start[0], 0), first, last, limits | at_midnight))


def _seconds(rule: Rule, start: Wall, day: int) -> Iterator[int]:
    """Seconds of a day on which such a rule falls."""
    unit = _UNIT[rule.frequency]
    found = _filled(rule, start, range(_first_period(rule, start, day) * unit, DAY_SECONDS, rule.interval * unit))
    places = rule.by.get("BYSETPOS")
    if not places:
        yield from found
        return
    for _period, several in groupby(found, lambda second: second // unit):
        members = list(several)
        chosen = {at - 1 if at > 0 else len(members) + at for at in places}
        yield from (member for at, member in enumerate(members) if at in chosen)


def _first_period(rule: Rule, start: Wall, day: int) -> int:
    """The first hour, minute or second of a day that the rule falls on."""
    unit = _UNIT[rule.frequency]
    return ((start[0] * DAY_SECONDS + start[1]) // unit - day * DAY_SECONDS // unit) % rule.interval


def _filled(rule: Rule, start: Wall, periods: range) -> Iterator[int]:
    """The seconds that a rule means within the hours, minutes or seconds it falls on."""
    hours, minutes, seconds = (rule.by.get(name) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    for at in periods:
        hour, minute, second = at // 3600, at // 60 % 60, at % 60
        if hours and hour not in hours:
            continue
        if rule.frequency == _HOURLY:
            for each in minutes or (start[1] // 60 % 60,):
                yield from (hour * 3600 + each * 60 + last for last in seconds or (start[1] % 60,))
        elif minutes and minute not in minutes:
            continue
        elif rule.frequency == _MINUTELY:
            yield from (hour * 3600 + minute * 60 + last for last in seconds or (start[1] % 60,))
        elif not seconds or second in seconds:
            yield at
