"""Two ways to find the free starts of a scenario that share nothing with ``domain/slots``: one bit a minute, and ``portion``.

The wall clock is asked of ``zoneinfo`` with both folds. Both give ``{practitioner: sorted starts in UTC minutes}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import portion

BACK, AHEAD = 12, 4  # days around what is asked
MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Starts = dict[str, list[int]]


@cache
def instants(zone: str, day: date, minute: int) -> tuple[int, int]:
    """First and last UTC minute at which the wall shows so many minutes after 00:00 of a day; in a gap the first minute after it."""
    info = ZoneInfo(zone)
    wall = datetime(day.year, day.month, day.day) + minute * MINUTE  # noqa: DTZ001  (wall time)
    while True:
        found = [wall.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1)]
        real = [at for at in found if at.astimezone(info).replace(tzinfo=None, fold=0) == wall]
        if real:
            return (min(real) - EPOCH) // MINUTE, (max(real) - EPOCH) // MINUTE
        wall += MINUTE


@cache
def midnight(zone: str, day: date) -> int:
    """The first UTC minute of a local day."""
    return instants(zone, day, 0)[0]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def floor(text: str) -> int:
    return (utc(text) - EPOCH) // MINUTE


def ceiling(text: str) -> int:
    return -((EPOCH - utc(text)) // MINUTE)


def minutes(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def days_of(case: dict[str, Any]) -> list[date]:
    first, last = date.fromisoformat(case["from"]), date.fromisoformat(case["to"])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def openings(case: dict[str, Any], person: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """UTC minutes of every shift that begins on a day around what is asked; closures aside."""
    asked = days_of(case)
    for n in range(-BACK, len(asked) + AHEAD):
        day = asked[0] + timedelta(days=n)
        special = [one for one in person.get("overrides", []) if one["date"] == day.isoformat()]
        if special:
            hours = [tuple(span) for one in special for span in one["open"]]
        else:
            hours = [(rule["start"], rule["end"]) for rule in person.get("rules", []) if holds(rule, day)]
        for start, end in hours:
            if minutes(start) < minutes(end):
                yield instants(case["zone"], day, minutes(start))[0], instants(case["zone"], day, minutes(end))[1]


def holds(rule: dict[str, Any], day: date) -> bool:
    text = day.isoformat()
    return day.isoweekday() == rule["weekday"] and (rule.get("from") or text) <= text <= (rule.get("to") or text)


def closed(case: dict[str, Any]) -> list[tuple[int, int]]:
    """UTC minutes of the closed days."""
    days = [date.fromisoformat(text) for text in case["closures"]]
    return [(midnight(case["zone"], day), midnight(case["zone"], day + timedelta(days=1))) for day in days]


def taken(person: dict[str, Any]) -> list[tuple[int, int]]:
    """UTC minutes that absences and bookings touch."""
    spans = [(begin, end) for begin, end in person.get("absences", []) + person.get("bookings", []) if utc(begin) < utc(end)]
    return [(floor(begin), ceiling(end)) for begin, end in spans]


def earliest(case: dict[str, Any]) -> int:
    return ceiling((utc(case["now"]) + case["type"]["notice_minutes"] * MINUTE).isoformat())


# --- one bit a minute


def by_bits(case: dict[str, Any]) -> Starts:
    """Every minute is a bit of one large number; an appointment that is free is a run of ones."""
    kind, asked, zone = case["type"], days_of(case), case["zone"]
    zero = midnight(zone, asked[0] - timedelta(days=BACK + 2))

    def run(lo: int, hi: int) -> int:
        return ((1 << max(hi - lo, 0)) - 1) << max(lo - zero, 0)

    shut = either(run(*span) for span in closed(case))
    answer: Starts = {}
    for person in case["practitioners"]:
        opened = either(run(*span) for span in openings(case, person)) & ~shut
        free = opened & ~either(run(max(lo, zero), max(hi, zero)) for lo, hi in taken(person))
        found = []
        for at in range(max(midnight(zone, asked[0]), earliest(case)), midnight(zone, asked[-1] + timedelta(days=1))):
            if not opened >> (at - zero) & 1 or (at - base(case, opened, at, zero)) % kind["step"]:
                continue
            whole = run(at - kind["before"], at + kind["duration"] + kind["after"])
            if free & whole == whole:
                found.append(at)
        answer[str(person["id"])] = found
    return answer


def either(masks: Iterator[int]) -> int:
    made = 0
    for mask in masks:
        made |= mask
    return made


def base(case: dict[str, Any], opened: int, at: int, zero: int) -> int:
    """What the steps of a start are counted from."""
    if case["type"]["anchor"] == "day":
        return midnight(case["zone"], (EPOCH + at * MINUTE).astimezone(ZoneInfo(case["zone"])).date())
    below = ~opened & ((1 << (at - zero)) - 1)
    return zero + below.bit_length()


# --- portion


def by_portion(case: dict[str, Any]) -> Starts:
    """Intervals of somebody else; the starts are tried one by one."""
    shut = portion.Interval(*(portion.closedopen(*span) for span in closed(case)))
    answer: Starts = {}
    for person in case["practitioners"]:
        opened = portion.Interval(*(portion.closedopen(*span) for span in openings(case, person))) - shut
        free = opened - portion.Interval(*(portion.closedopen(*span) for span in taken(person)))
        answer[str(person["id"])] = [at for at in tried(case, opened) if at >= earliest(case) and whole(case, at, free)]
    return answer


def tried(case: dict[str, Any], opened: portion.Interval) -> Iterator[int]:
    """The starts that the steps give on the days that are asked."""
    zone, step, asked = case["zone"], case["type"]["step"], days_of(case)
    if case["type"]["anchor"] == "day":
        for day in asked:
            yield from range(midnight(zone, day), midnight(zone, day + timedelta(days=1)), step)
        return
    lo, hi = midnight(zone, asked[0]), midnight(zone, asked[-1] + timedelta(days=1))
    for part in opened:
        if not part.empty:
            yield from (at for at in range(part.lower, part.upper, step) if lo <= at < hi)


def whole(case: dict[str, Any], at: int, free: portion.Interval) -> bool:
    """Whether an appointment with its buffers lies in what is free."""
    kind = case["type"]
    return portion.closedopen(at - kind["before"], at + kind["duration"] + kind["after"]) in free
