"""Rosters as nasty as they come, in the form of ``slots --scenario``: clock changes, nights, touching and empty stretches, odd days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

ZONES = {  # a zone and days on which its clock is changed
    "Europe/Amsterdam": (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 29)),  # at midnight: one day begins at one o'clock
    "Asia/Kathmandu": (date(2026, 5, 5),),
}
ODD_DAYS = (date(2028, 2, 29), date(2028, 3, 1), date(2027, 1, 3), date(2026, 12, 31), date(2026, 6, 10))
CLOCKS = (0, 30, 60, 90, 119, 120, 121, 150, 179, 180, 540, 570, 720, 1020, 1320, 1439)
MOST = 30 * 60


def case(chance: Random) -> dict[str, Any]:
    """One scenario."""
    zone = chance.choice(["Europe/Amsterdam"] * 4 + list(ZONES))
    middle = chance.choice(ZONES[zone] * 2 + ODD_DAYS)
    first = middle + timedelta(days=chance.randint(-1, 1))
    last = first + timedelta(days=chance.choice((0, 0, 1, 2, 8)))
    noon = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
    near = [first + timedelta(days=n) for n in range(-2, 4)]
    kind = {
        "duration": chance.choice((1, 5, 15, 20, 30, 45, 60, 120, 400)), "before": chance.choice((0, 0, 5, 10, 25)),
        "after": chance.choice((0, 0, 5, 15)), "step": chance.choice((1, 5, 7, 15, 25, 30, 45, 60, 90)),
        "anchor": chance.choice(("day", "open")), "notice_minutes": chance.choice((0, 0, 60, 1500)),
    }  # fmt: skip
    return {
        "zone": zone,
        "now": (noon + timedelta(minutes=chance.choice((-6000, -6000, -1500, -200, 37)), seconds=chance.choice((0, 1)))).isoformat(),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "type": kind,
        "closures": [day.isoformat() for day in chance.sample(near, chance.choice((0, 0, 0, 1, 2)))],
        "practitioners": [_person(chance, f"p{n}", near, noon) for n in range(chance.choice((1, 1, 2, 3)))],
    }


def _person(chance: Random, who: str, near: list[date], noon: datetime) -> dict[str, Any]:
    free = chance.randint(1, 7)  # a weekday without rules: an opening that never ends is counted from nowhere
    night = free % 7 + 1
    days = [day for day in range(1, 8) if day != free]
    busy = [[_stretch(chance, noon) for _ in range(chance.choice((0, 1, 3, 6)))] for _ in range(2)]
    return {
        "id": who,
        "rules": [_rule(chance, chance.choice(days + [near[2].isoweekday()] * (near[2].isoweekday() != free)), near, night)
                  for _ in range(chance.randint(1, 6))],
        "overrides": [
            {"date": day.isoformat(), "open": [list(_hours(chance)) for _ in range(chance.choice((0, 1, 2)))]}
            for day in chance.sample(near, chance.choice((0, 0, 1, 2)))
        ],
        "absences": busy[0],
        "bookings": busy[1],
    }  # fmt: skip


def _rule(chance: Random, weekday: int, near: list[date], night: int) -> dict[str, Any]:
    start, end = _hours(chance)
    bounds = [chance.choice((None, None, None, day.isoformat())) for day in (near[chance.randint(0, 3)], near[chance.randint(2, 5)])]
    if weekday % 7 + 1 == night:  # the night before the day without rules ends there
        start, end = min(start, "23:00"), min(end, "23:59")
    return {"weekday": weekday, "start": min(start, end), "end": end, "from": bounds[0], "to": bounds[1]}


def _hours(chance: Random) -> tuple[str, str]:
    start = chance.choice(CLOCKS) if chance.random() < 0.7 else chance.randrange(1440)
    end = min(start + chance.choice((0, 30, 60, 60, 240, 480, 600, 1440)), MOST)
    return _clock(start), _clock(end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _stretch(chance: Random, noon: datetime) -> list[str]:
    begin = noon + timedelta(minutes=chance.randint(-2000, 4000))
    if chance.random() < 0.5:
        begin = begin.replace(minute=chance.choice((0, 15, 30)))
    end = begin + timedelta(minutes=chance.choice((0, 1, 15, 30, 45, 60, 300, 1500)))
    return [begin.isoformat().replace("+00:00", "Z"), end.isoformat()]
