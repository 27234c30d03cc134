"""Free slots: 10 practitioners x 90 days against ``portion`` and the slot x booking loop; one edit; next free. Gates of AGENDA §5."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import portion

from nmx_desk.domain.intervals import Interval, Intervals
from nmx_desk.domain.rosters import Roster, WeeklyRule
from nmx_desk.domain.slots import Calendar, SlotType, inflate, next_free, slots
from nmx_desk.domain.walltime import CLINIC_ZONE, start_minute

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 29)  # 90 days with a clock change
DAYS = [FIRST + timedelta(days=n) for n in range(90)]
NOW = datetime(2026, 8, 31, 12, 0, tzinfo=UTC)
WHO = [f"practitioner-{n}" for n in range(10)]
KIND = SlotType(60, buffer_before=5, buffer_after=5, step=5)  # an intake; the agenda snaps to 5 minutes
HOURS = [(510, 750), (780, 1050)]  # 08:30-12:30 and 13:00-17:30
RULES = [WeeklyRule(who, weekday, lo, hi) for who in WHO for weekday in range(5) for lo, hi in HOURS]


def busy_days() -> dict[str, Intervals]:
    """9 bookings on each of the 64 working days for 10 practitioners: 5,760, buffers included, sorted."""
    random, busy = Random(5760), {}
    working = [day for day in DAYS if day.weekday() < 5]
    for who in WHO:
        spans = []
        for day in working:
            places = random.sample([minute for lo, hi in HOURS for minute in range(lo, hi, 40)][:13], 9)
            begins = [start_minute(CLINIC_ZONE, day, at + random.choice((0, 5, 10))) for at in sorted(places)]
            spans += [inflate(begin, begin + 20, 5, 5) for begin in begins]
        busy[who] = spans
    return busy


BUSY = busy_days()


ROSTER = Roster(CLINIC_ZONE, RULES)


def ours() -> list[list[int]]:
    """From opening hours and booked rows to starts; no free day is kept from an earlier run."""
    return listed(Calendar(ROSTER, busy=BUSY))


def from_nothing() -> list[list[int]]:
    """The same with the opening hours worked out from the weekly rules, which peers are not asked for."""
    return listed(Calendar(Roster(CLINIC_ZONE, RULES), busy=BUSY))


def listed(calendar: Calendar) -> list[list[int]]:
    return [slots(who, KIND, FIRST, LAST, calendar, NOW) for who in WHO]


def opening_hours(who: str) -> Intervals:
    return [
        (start_minute(CLINIC_ZONE, day, rule.start_minute), start_minute(CLINIC_ZONE, day, rule.end_minute))
        for day in DAYS
        for rule in RULES
        if rule.practitioner_id == who and rule.weekday == day.weekday()
    ]


OPEN = {who: opening_hours(who) for who in WHO}  # as ROSTER: known before the clock runs


def on_grid(lo: int, hi: int) -> range:
    """Steps of the wall clock; the zone's offset is a whole number of steps, so steps in UTC are the same."""
    return range(lo + -lo % KIND.step, hi, KIND.step)


def within(lo: int, hi: int) -> Interval:
    """First and last start of an appointment that lies in an opening with its buffers."""
    return lo + KIND.buffer_before, hi - KIND.duration - KIND.buffer_after


def by_portion() -> list[list[int]]:
    """The fastest way found with portion: one difference per practitioner and day, in start space."""
    found = []
    for who in WHO:
        rows, at = BUSY[who], 0
        starts: list[int] = []
        for lo, hi in OPEN[who]:
            taken = []
            while at < len(rows) and rows[at][0] < hi:
                taken.append(portion.open(*grown(rows[at])))
                at += 1
            free = portion.closed(*within(lo, hi)) - portion.Interval(*taken)
            for part in free:
                first = part.lower if part.left is portion.CLOSED else part.lower + 1
                starts.extend(on_grid(first, part.upper + 1 if part.right is portion.CLOSED else part.upper))
        found.append(starts)
    return found


def starts_of(who: str) -> Intervals:
    return [within(lo, hi) for lo, hi in OPEN[who]]


def grown(busy: Interval) -> Interval:
    return busy[0] - KIND.duration - KIND.buffer_after, busy[1] + KIND.buffer_before


def by_portion_whole() -> list[list[int]]:
    """The way one writes it first: open minus busy for the whole quarter of a year."""
    found = []
    for who in WHO:
        opened = portion.Interval(*(portion.closedopen(first, last + 1) for first, last in starts_of(who)))
        taken = portion.Interval(*(portion.closedopen(lo + 1, hi) for lo, hi in map(grown, BUSY[who])))
        found.append([start for part in opened - taken if not part.empty for start in on_grid(part.lower, part.upper)])
    return found


def by_loop() -> list[list[int]]:
    """Every slot against every booking of the practitioner, as most agendas do it (they do it in SQL)."""
    found = []
    for who in WHO:
        starts = []
        for lo, hi in OPEN[who]:
            first, last = within(lo, hi)
            for start in on_grid(first, last + 1):
                begin, end = KIND.busy(start)
                if not any(begin < taken_to and taken_from < end for taken_from, taken_to in BUSY[who]):
                    starts.append(start)
        found.append(starts)
    return found


def timed(work: Callable[[], Any]) -> float:
    begin = perf_counter()
    work()
    return (perf_counter() - begin) * 1000


def against(name: str, peer: Callable[[], list[list[int]]], gate: float, pairs: int) -> dict[str, Any]:
    """Ours and a peer in turn. They must agree to the minute before time counts."""
    if peer() != ours():
        raise AssertionError(f"{name}: the two do not find the same slots")
    runs = [(timed(ours), timed(peer)) for _ in range(pairs)]
    ratio = median(theirs / mine for mine, theirs in runs)
    mine, theirs = [run[0] for run in runs], [run[1] for run in runs]
    return {
        "name": name,
        "ours_ms": median(mine),
        "ours_min_ms": min(mine),
        "ours_max_ms": max(mine),
        "peer": peer.__name__,
        "peer_ms": median(theirs),
        "ratio": ratio,
        "gate": f"≥ {gate:g} ×",
        "ok": ratio >= gate,
    }


def alone(name: str, times: list[float], gate: float) -> dict[str, Any]:
    return {
        "name": name,
        "ours_ms": median(times),
        "ours_min_ms": min(times),
        "ours_max_ms": max(times),
        "peer": None,
        "peer_ms": None,
        "ratio": None,
        "gate": f"≤ {gate:g} ms",
        "ok": median(times) <= gate,
    }


def edits(count: int) -> list[float]:
    """One booking moved in a calendar that is known, then the whole list of 10 x 90 again."""
    calendar = Calendar(Roster(CLINIC_ZONE, RULES), busy=BUSY)
    listed(calendar)
    rows, times = BUSY[WHO[3]], []
    for n in range(count):
        moved = [*rows[: n * 9], (rows[n * 9][0] + 15, rows[n * 9][1] + 15), *rows[n * 9 + 1 :]]
        times.append(timed(lambda moved=moved: listed(calendar.with_busy(WHO[3], moved))))  # type: ignore[misc]
    return times


def next_frees(count: int, *, full_days: int) -> list[float]:
    """Three moments over ten practitioners from a fresh calendar; the first days are full for everybody."""
    away = [(start_minute(CLINIC_ZONE, FIRST), start_minute(CLINIC_ZONE, FIRST + timedelta(days=full_days)))]

    def search() -> None:
        calendar = Calendar(Roster(CLINIC_ZONE, RULES), absences=dict.fromkeys(WHO, away), busy=BUSY)
        if len(next_free(WHO, KIND, calendar, NOW)) != 3:
            raise AssertionError("three free moments were expected")

    search()
    return [timed(search) for _ in range(count)]


def run(n_pairs: int = 5) -> list[dict[str, Any]]:
    """Rows of the benchmark: name, ours_ms (median, min, max), peer, peer_ms, ratio, gate, ok."""
    ours()  # the clock changes of the zone are worked out once per process
    return [
        against("slots 10 × 90, portion by day", by_portion, 15, n_pairs),
        against("slots 10 × 90, portion at once", by_portion_whole, 15, n_pairs),
        against("slots 10 × 90, slot × booking loop", by_loop, 80, n_pairs),
        alone("slots 10 × 90, from the weekly rules on", [timed(from_nothing) for _ in range(max(n_pairs, 20))], 25),
        alone("one edit, then the whole 10 × 90 list", edits(max(n_pairs, 20)), 2),
        alone("next free of 10, first day has room", next_frees(max(n_pairs, 20), full_days=0), 10),
        alone("next free of 10, 60 full days first", next_frees(max(n_pairs, 20), full_days=60), 10),
    ]


if __name__ == "__main__":
    print(f"{sum(map(len, BUSY.values()))} busy intervals, {sum(map(len, ours()))} slots")
    for row in run():
        peer = f"{row['peer']} {row['peer_ms']:.1f} ms = ×{row['ratio']:.1f}" if row["peer"] else ""
        spread = f"{row['ours_ms']:.2f} ms ({row['ours_min_ms']:.2f}–{row['ours_max_ms']:.2f})"
        print(f"{'ok ' if row['ok'] else 'NOT'} {row['name']:40} {spread:24} {row['gate']:9} {peer}")
