"""Slots against two oracles (a bitmap of minutes, and ``portion``) and against themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import portion
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nmx_desk.domain.intervals import from_minutes, merge, subtract, to_minutes
from nmx_desk.domain.rosters import DateOverride, Roster, WeeklyRule
from nmx_desk.domain.slots import AFTERNOON, Calendar, Free, SlotType, fits, inflate, next_free, open_intervals, slots
from nmx_desk.domain.walltime import DAY, day_of, minute_of_day, start_minute

ZONE = "Europe/Amsterdam"
WHO = "p1"
# Both kinds of clock change, a leap day, the end of a year with week 53, and an ordinary Wednesday.
ODD_DAYS = [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2028, 2, 29), date(2027, 1, 3), date(2026, 6, 10)]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HALF_HOUR = SlotType(30)


@dataclass(frozen=True)
class Case:
    first: date
    last: date
    rules: tuple[WeeklyRule, ...]
    overrides: tuple[DateOverride, ...] = ()
    closures: tuple[tuple[date, date], ...] = ()
    absences: tuple[tuple[int, int], ...] = ()
    busy: tuple[tuple[int, int], ...] = ()
    kind: SlotType = HALF_HOUR
    now: datetime = LONG_AGO
    rooms: tuple[tuple[tuple[int, int], ...], ...] = ()

    def calendar(self) -> Calendar:
        roster = Roster(ZONE, self.rules, self.overrides, self.closures)
        rooms = {f"room {n}": busy for n, busy in enumerate(self.rooms)}
        return Calendar(roster, absences={WHO: self.absences}, busy={WHO: self.busy}, rooms=rooms)

    def slots(self) -> list[int]:
        return slots(WHO, self.kind, self.first, self.last, self.calendar(), self.now)


# --- the bitmap: every minute by itself, no interval arithmetic, the clock from zoneinfo alone --------------------


@lru_cache(maxsize=200)
def clock(zone: str, middle: date) -> dict[int, datetime]:
    info = ZoneInfo(zone)
    first = datetime(middle.year, middle.month, middle.day, tzinfo=UTC) - timedelta(days=6)
    instants = (first + timedelta(minutes=n) for n in range(13 * DAY))
    return {to_minutes(at): at.astimezone(info).replace(tzinfo=None) for at in instants}


@lru_cache(maxsize=200)
def occurrences(zone: str, middle: date) -> dict[datetime, list[int]]:
    found: dict[datetime, list[int]] = {}
    for utc, wall in clock(zone, middle).items():
        found.setdefault(wall, []).append(utc)
    return found


@lru_cache(maxsize=200)
def first_minutes(zone: str, middle: date) -> dict[date, int]:
    return {wall.date(): utc for utc, wall in reversed(clock(zone, middle).items())}


def brute_span(zone: str, middle: date, day: date, start: int, end: int) -> set[int]:
    """The minutes from the first occurrence of the start to the last of the end."""
    shown, midnight = occurrences(zone, middle), datetime(day.year, day.month, day.day)  # noqa: DTZ001  (wall time)

    def at(minute: int, which: int) -> int:
        wanted = midnight + timedelta(minutes=minute)
        while wanted not in shown:
            wanted += timedelta(minutes=1)
        return shown[wanted][which]

    return set(range(at(start, 0), at(end, -1))) if start < end else set()


def brute_open(case: Case, middle: date) -> set[int]:
    opened: set[int] = set()
    shut = {first + timedelta(days=n) for first, last in case.closures for n in range((last - first).days + 1)}
    for day in (middle + timedelta(days=n) for n in range(-4, 5)):
        special = [o for o in case.overrides if o.date == day]
        hours = [(ZONE, o.start_minute, o.end_minute) for o in special if o.open_]
        if not hours:
            hours = [
                (r.zone, r.start_minute, r.end_minute)
                for r in case.rules
                if r.weekday == day.weekday() and not (r.valid_from and day < r.valid_from) and not (r.valid_to and day > r.valid_to)
            ]
        today = set().union(*(brute_span(zone, middle, day, start, end) for zone, start, end in hours))
        for o in special:
            if not o.open_ and o.start_minute < o.end_minute:
                cut = brute_span(ZONE, middle, day, o.start_minute, min(DAY, o.end_minute))
                if o.end_minute >= DAY:
                    cut |= {minute for minute in today if minute >= min(cut)}
                today -= cut
        opened |= today
    walls = clock(ZONE, middle)
    return {minute for minute in opened if walls[minute].date() not in shut}


def bitmap_slots(case: Case) -> list[int]:
    middle = case.first
    walls, opened = clock(ZONE, middle), brute_open(case, middle)
    taken = {minute for lo, hi in (*case.absences, *case.busy) for minute in range(lo, hi)}
    kind, local_now = case.kind, case.now.astimezone(ZoneInfo(ZONE)).date()
    found = []
    for start in sorted(opened):
        wall = walls[start]
        if not case.first <= wall.date() <= min(case.last, local_now + timedelta(days=kind.horizon_days)):
            continue
        if (start - anchor(case, start, opened)) % kind.step:
            continue
        if from_minutes(start) < case.now + timedelta(minutes=kind.minimum_notice_minutes):
            continue
        reach = set(range(start - kind.buffer_before, start + kind.duration + kind.buffer_after))
        roomy = not kind.needs_room or any(all(not lo <= m < hi for lo, hi in room for m in reach) for room in case.rooms)
        if reach <= opened and not reach & taken and roomy:
            found.append(start)
    return found


def anchor(case: Case, start: int, opened: set[int]) -> int:
    """What the steps of a start are counted from: the first minute of its day, or the minute its opening began, a week before at most."""
    if not case.kind.from_opening:
        return first_minutes(ZONE, case.first)[clock(ZONE, case.first)[start].date()] + case.kind.anchor_minute
    while start - 1 in opened:
        start -= 1
    return start


# --- portion: interval arithmetic by somebody else --------------------


def portion_slots(case: Case) -> list[int]:
    calendar = case.calendar()
    hours = calendar.roster.around(WHO, case.first - timedelta(days=3), case.last + timedelta(days=3))
    opened = portion.Interval(*(portion.closedopen(lo, hi) for lo, hi in hours))
    taken = portion.Interval(*(portion.closedopen(lo, hi) for lo, hi in (*case.absences, *case.busy) if lo < hi))
    rooms = [portion.Interval(*(portion.closedopen(lo, hi) for lo, hi in room if lo < hi)) for room in case.rooms]
    kind = case.kind
    earliest, horizon = kind.bounds(case.now, ZONE)
    found = []
    for start in range(start_minute(ZONE, case.first), start_minute(ZONE, min(case.last, horizon) + timedelta(days=1))):
        within = [part for part in opened if start in part]
        if start < earliest or not within:
            continue
        base = within[0].lower if kind.from_opening else start_minute(ZONE, day_of(ZONE, start)) + kind.anchor_minute
        if (start - base) % kind.step:
            continue
        reach = portion.closedopen(start - kind.buffer_before, start + kind.duration + kind.buffer_after)
        free = [room for room in rooms if not reach.overlaps(room)]
        if reach in opened and not reach.overlaps(taken) and (free or not kind.needs_room):
            found.append(start)
    return found


# --- cases --------------------

minute_of_a_day = st.one_of(st.sampled_from([0, 60, 119, 120, 150, 180, 540, 720, 1020, 1439]), st.integers(0, 1439))
lengths = st.one_of(st.sampled_from([0, 30, 60, 240, 480, 1440]), st.integers(0, 900))


@st.composite
def shifts(draw):
    start = draw(minute_of_a_day)
    return start, min(start + draw(lengths), 2 * DAY)


@st.composite
def cases(draw):
    middle = draw(st.sampled_from(ODD_DAYS))
    first = middle + timedelta(days=draw(st.integers(-1, 1)))
    last = first + timedelta(days=draw(st.integers(0, 2)))
    near = st.integers(-2, 3).map(lambda n: first + timedelta(days=n))
    within = st.integers(-1, (last - first).days).map(lambda n: first + timedelta(days=n))
    rules = draw(st.sampled_from([[], [WeeklyRule(WHO, day.weekday(), 60, 1080) for day in {first, last}]])).copy()
    for start, end in draw(st.lists(shifts(), min_size=1, max_size=4)):
        zone = draw(st.sampled_from([ZONE, ZONE, ZONE, "America/New_York", "Pacific/Kiritimati"]))
        begins, ends = (draw(st.sampled_from([None, None, None, first, last])) for _ in range(2))
        rules.append(WeeklyRule(WHO, draw(within).weekday(), start, end, begins, ends, zone))
    overrides = [DateOverride(WHO, draw(near), draw(st.booleans()), *draw(shifts())) for _ in range(draw(st.integers(0, 2)))]
    closures = [
        (day, day + timedelta(days=draw(st.integers(0, 1)))) for day in draw(st.lists(near, max_size=1)) if draw(st.integers(0, 2)) == 0
    ]
    base = start_minute(ZONE, first)
    spans = st.lists(st.tuples(st.integers(-600, 3 * DAY), st.sampled_from([0, 1, 15, 30, 45, 60, 300])), max_size=6)
    spans = spans.map(lambda found: tuple((base + at, base + at + length) for at, length in found))
    kind = SlotType(
        duration=draw(st.sampled_from([1, 5, 20, 30, 45, 60, 120])),
        buffer_before=draw(st.sampled_from([0, 0, 5, 10])),
        buffer_after=draw(st.sampled_from([0, 0, 5, 15])),
        step=draw(st.sampled_from([5, 15, 30, 45, 50, 60])),
        anchor_minute=draw(st.sampled_from([0, 0, 10, 75])),
        minimum_notice_minutes=draw(st.sampled_from([0, 0, 60, 1500])),
        horizon_days=draw(st.sampled_from([1200, 2, 1, 0])),
        from_opening=draw(st.booleans()),
        needs_room=draw(st.booleans()),
    )
    rooms = tuple(draw(st.lists(spans, max_size=2)))
    now = draw(st.sampled_from([from_minutes(base) + timedelta(hours=h, seconds=s) for h in (-30, -30, -1, 9) for s in (0, 1)]))
    return Case(first, last, tuple(rules), tuple(overrides), tuple(closures), draw(spans), draw(spans), kind, now, rooms)


calm = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
ACROSS_MIDNIGHT = Case(date(2026, 10, 24), date(2026, 10, 25), (WeeklyRule(WHO, 5, 1320, 1440 + 240), WeeklyRule(WHO, 6, 240, 300)))


@calm
@given(cases())
@example(ACROSS_MIDNIGHT)
def test_slots_equal_the_bitmap_of_minutes(case):
    assert case.slots() == bitmap_slots(case)


@calm
@given(cases())
@example(ACROSS_MIDNIGHT)
def test_slots_equal_portion(case):
    assert case.slots() == portion_slots(case)


def free(case):
    return subtract(open_intervals(WHO, case.first, case.last, case.calendar()), case.calendar().taken(WHO))


@calm
@given(cases())
def test_open_and_free_equal_the_bitmap(case):
    walls = clock(ZONE, case.first)
    opened = {minute for minute in brute_open(case, case.first) if case.first <= walls[minute].date() <= case.last}
    taken = {minute for lo, hi in (*case.absences, *case.busy) for minute in range(lo, hi)}
    for ours, theirs in (
        (open_intervals(WHO, case.first, case.last, case.calendar()), opened),
        (free(case), opened - taken),
    ):
        assert {minute for lo, hi in ours for minute in range(lo, hi)} == theirs
        assert merge(ours) == ours


@calm
@given(cases(), st.integers(0, 3 * DAY), st.integers(0, 300))
def test_more_busy_time_never_adds_a_slot(case, at, length):
    begin = start_minute(ZONE, case.first) + at
    busier = replace(case, busy=(*case.busy, (begin, begin + length)))
    assert set(busier.slots()) <= set(case.slots())


@calm
@given(cases())
def test_what_is_listed_fits_and_what_is_not_does_not(case):
    calendar, listed = case.calendar(), set(case.slots())
    edges = range(start_minute(ZONE, case.first), start_minute(ZONE, case.last + timedelta(days=1)), 5)
    for start in {*edges, *listed, *(start + 1 for start in listed)}:
        if case.first <= day_of(ZONE, start) <= case.last:
            assert fits(start, WHO, case.kind, calendar, case.now) == (start in listed)


@calm
@given(cases(), st.randoms(use_true_random=False))
def test_booking_slot_after_slot_never_overlaps_and_ends(case, random):
    calendar, booked = case.calendar(), []
    while free := slots(WHO, case.kind, case.first, case.last, calendar, case.now):
        start = random.choice(free)
        busy = case.kind.busy(start)
        assert all(hi <= busy[0] or busy[1] <= lo for lo, hi in (*case.absences, *case.busy, *booked) if lo < hi)
        booked.append(busy)
        calendar = calendar.with_busy(WHO, [*case.busy, *booked])
        assert not fits(start, WHO, case.kind, calendar, case.now)
        if len(booked) == 12:
            break


@calm
@given(cases(), st.lists(st.tuples(st.integers(-600, 3 * DAY), st.integers(0, 90)), max_size=5))
def test_a_later_revision_equals_a_fresh_calendar(case, edits):
    calendar, base, busy = case.calendar(), start_minute(ZONE, case.first), list(case.busy)
    for at, length in edits:
        slots(WHO, case.kind, case.first, case.last, calendar, case.now)  # fills the days that the next revision inherits
        span = (base + at, base + at + length)
        busy = [other for other in busy if other[0] != span[0]] if at % 3 == 0 else [*busy, span]
        calendar = calendar.with_busy(WHO, busy)
        assert slots(WHO, case.kind, case.first, case.last, calendar, case.now) == replace(case, busy=tuple(busy)).slots()
    assert calendar.revision == len(edits)


@calm
@given(cases(), st.sampled_from([None, AFTERNOON, (150, 200)]), st.sampled_from([None, {5, 6}, {0}]), st.integers(1, 8))
def test_next_free_is_the_head_of_the_whole_list(case, part, weekdays, count):
    other = tuple(replace(rule, practitioner_id="p2", start_minute=rule.start_minute // 2) for rule in case.rules)
    calendar = Calendar(Roster(ZONE, (*case.rules, *other), case.overrides, case.closures), busy={WHO: case.busy})
    kind = replace(case.kind, horizon_days=min(case.kind.horizon_days, 10))
    today = day_of(ZONE, to_minutes(case.now))
    every = sorted(
        Free(start, who)
        for who in (WHO, "p2")
        for start in slots(who, kind, today, today + timedelta(days=12), calendar, case.now)
        if (part is None or part[0] <= minute_of_day(ZONE, start) < part[1])
        and (weekdays is None or day_of(ZONE, start).weekday() in weekdays)
    )
    assert next_free([WHO, "p2", WHO], kind, calendar, case.now, count, part, weekdays) == every[:count]


# --- by hand --------------------


def wall(case: Case) -> list[str]:
    return [from_minutes(start).astimezone(ZoneInfo(ZONE)).strftime("%d %H:%M") for start in case.slots()]


def hours(*shown: str, day: date = ODD_DAYS[-1]) -> Case:
    rules = []
    for span in shown:
        start, end = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
        rules.append(WeeklyRule(WHO, day.weekday(), start, end))
    return Case(day, day, tuple(rules), kind=SlotType(60, step=30))


def at(case: Case, minute: int) -> int:
    return start_minute(ZONE, case.first, minute)


def test_spring_night_loses_an_hour_and_autumn_night_has_it_twice():
    assert wall(hours("01:00-05:00", day=date(2026, 3, 29))) == ["29 01:00", "29 01:30", "29 03:00", "29 03:30", "29 04:00"]
    assert wall(hours("01:30-03:30", day=date(2026, 10, 25))) == ["25 01:30", "25 02:00", "25 02:30", "25 02:00", "25 02:30"]


def test_an_empty_shift_in_the_repeated_hour_stays_empty():
    case = replace(hours("02:30-02:30", day=date(2026, 10, 25)), kind=SlotType(15))
    assert open_intervals(WHO, case.first, case.last, case.calendar()) == []
    assert wall(case) == []


def test_touching_shifts_are_one_and_slots_may_lie_across():
    assert wall(hours("09:00-10:00", "10:00-11:00")) == ["10 09:00", "10 09:30", "10 10:00"]


def test_a_night_shift_lists_each_start_on_its_own_day():
    case = replace(hours("22:30-25:30"), last=date(2026, 6, 11))
    assert wall(case) == ["10 22:30", "10 23:00", "10 23:30", "11 00:00", "11 00:30"]
    assert wall(replace(case, last=case.first)) == ["10 22:30", "10 23:00", "10 23:30"]
    assert wall(replace(case, first=date(2026, 6, 11))) == ["11 00:00", "11 00:30"]


def test_buffers_keep_clear_of_busy_time_and_stay_inside_opening_hours():
    case = replace(hours("09:00-12:00"), kind=SlotType(30, buffer_before=10, buffer_after=10, step=5))
    assert wall(case)[0] == "10 09:10"
    assert wall(case)[-1] == "10 11:20"
    booked = inflate(at(case, 600), at(case, 630), 10, 10)  # 10:00 to 10:30
    starts = wall(replace(case, busy=(booked,)))
    assert "10 09:10" in starts
    assert "10 09:15" not in starts
    assert "10 10:45" not in starts
    assert "10 10:50" in starts


def test_an_open_override_replaces_the_weekly_hours_and_a_closed_one_cuts():
    case = hours("09:00-12:00")
    assert wall(replace(case, overrides=(DateOverride(WHO, case.first, True, 780, 870),))) == ["10 13:00", "10 13:30"]
    assert wall(replace(case, overrides=(DateOverride(WHO, case.first, False, 570, 690),))) == []
    assert wall(replace(case, overrides=(DateOverride(WHO, case.first, False, 540, 600),)))[0] == "10 10:00"
    both = (DateOverride(WHO, case.first, True, 780, 870), DateOverride(WHO, case.first, False, 780, 810))
    assert wall(replace(case, overrides=both)) == ["10 13:30"]


def test_a_whole_day_off_takes_the_night_after_it_too_but_not_the_night_before():
    night = hours("22:00-26:00")
    night = replace(night, rules=(*night.rules, replace(night.rules[0], weekday=1)), last=date(2026, 6, 11))
    assert wall(night)[0] == "10 00:00"
    off = replace(night, overrides=(DateOverride(WHO, night.first, False),))
    assert wall(off) == ["10 00:00", "10 00:30", "10 01:00"]
    shut = replace(night, closures=((night.first, night.first),))
    assert wall(shut) == ["11 00:00", "11 00:30", "11 01:00"]  # a closure closes its own day only


def test_notice_and_horizon():
    case = replace(hours("09:00-12:00"), now=from_minutes(start_minute(ZONE, ODD_DAYS[-1], 540)) + timedelta(seconds=1))
    assert wall(case)[0] == "10 09:30"
    assert wall(replace(case, kind=replace(case.kind, minimum_notice_minutes=90)))[0] == "10 11:00"
    assert wall(replace(case, now=case.now - timedelta(days=1), kind=replace(case.kind, horizon_days=0))) == []
    assert not fits(at(case, 540), WHO, case.kind, case.calendar(), case.now)


def test_one_edit_recomputes_at_most_two_days():
    rules = [WeeklyRule(WHO, weekday, 0, 1440) for weekday in range(7)]
    kind, first, last = SlotType(30, 5, 5), date(2026, 6, 1), date(2026, 8, 29)
    calendar = Calendar(Roster(ZONE, rules))
    slots(WHO, kind, first, last, calendar, LONG_AGO)
    for minute in (0, 5, 700, 1435):
        begin = start_minute(ZONE, date(2026, 7, 1), minute)
        after = calendar.with_busy(WHO, [inflate(begin, begin + 30, 5, 5)])
        assert 90 - len(after.known_days(WHO, kind)) in {1, 2}
        assert len(calendar.known_days(WHO, kind)) == 90


def test_next_free_opens_no_day_it_does_not_need():
    rules = [WeeklyRule(who, weekday, 540, 1020) for who in ("p1", "p2") for weekday in range(5)]
    away = (start_minute(ZONE, date(2026, 6, 1)), start_minute(ZONE, date(2027, 6, 1)))
    calendar = Calendar(Roster(ZONE, rules), absences={"p1": [away]})
    now = datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
    found = next_free(["p1", "p2"], SlotType(30), calendar, now)
    assert [who for _start, who in found] == ["p2"] * 3
    assert len(calendar.known_days("p1", SlotType(30))) == len(calendar.known_days("p2", SlotType(30))) == 1
    assert next_free(["p1"], SlotType(30), calendar, now, weekdays=set()) == []
    assert next_free([], SlotType(30), calendar, now) == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: WeeklyRule(WHO, 7, 0, 60),
        lambda: WeeklyRule(WHO, 0, 60, 0),
        lambda: WeeklyRule(WHO, 0, 1440, 1500),
        lambda: DateOverride(WHO, ODD_DAYS[0], True, 0, 2881),
        lambda: SlotType(0),
        lambda: SlotType(30, step=0),
        lambda: SlotType(30, buffer_after=-1),
    ],
)
def test_senseless_input_is_refused(wrong):
    with pytest.raises(ValueError, match=r"begins|weekday|least|negative"):
        wrong()
