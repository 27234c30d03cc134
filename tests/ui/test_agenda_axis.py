"""Days on which the clock is changed: every minute that is painted is one instant, and every instant is one minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.agenda_views import DayAgenda, DayColumn, DayItem
from nmx_desk.domain.intervals import from_minutes, to_minutes
from nmx_desk.domain.walltime import segments, start_minute
from nmx_desk.ui.agenda.axis import DayAxis, axis_of
from nmx_desk.ui.agenda.dragging import Grip, dragged, picked_up
from nmx_desk.ui.agenda.grips import Grid
from nmx_desk.ui.agenda.sheet import Sheet

ZONE = ZoneInfo("Europe/Amsterdam")
AUTUMN, SPRING, USUAL = date(2026, 10, 25), date(2027, 3, 28), date(2026, 9, 20)
DAY = timedelta(days=1)


def utc(hour, minute=0, day=AUTUMN):
    return datetime.combine(day, time(hour, minute), UTC)


def week_of(sunday):
    return [sunday - n * DAY for n in range(6, -1, -1)]


def hours(day, begin=0, end=1440):
    return from_minutes(start_minute(ZONE.key, day, begin)), from_minutes(start_minute(ZONE.key, day, end))


def column(day, *booked, begin=0, end=1440):
    items = tuple(
        DayItem(Appointment(id=str(n), starts_at=a, ends_at=b, busy_from=to_minutes(a), busy_to=to_minutes(b), practitioner_id="p"), "Anna")
        for n, (a, b) in enumerate(booked)
    )
    return DayColumn("p", "Behandelaar A. Demo", 170, day, (hours(day, begin, end),), (), items)


def sheet_of(*columns):
    return Sheet(DayAgenda(columns[0].day, ZONE.key, columns, (), ()))


ZONES = ["Europe/Amsterdam", "Australia/Lord_Howe", "America/Havana", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia"]


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=30, deadline=None)
@given(day=st.dates(date(2000, 1, 1), date(2030, 12, 31)), alone=st.booleans())
def test_a_minute_is_one_instant_and_an_instant_is_one_minute(zone, day, alone):
    changes = [each for each in (day + n * DAY for n in range(370)) if len(segments(zone, each)) != 1]
    for each in [day, *changes[:3]]:
        axis = axis_of(zone, [each] if alone else [each + n * DAY for n in range(-3, 4)])
        one = DayAxis(axis, each)
        every = range(start_minute(zone, each), start_minute(zone, each + DAY))
        shown = [one.minute(instant) for instant in every]
        assert shown == sorted(set(shown)) and all(0 <= minute < axis.end for minute in shown)
        assert [one.instant(minute) for minute in shown] == list(every)
        assert [one.until(minute + 1) for minute in shown] == [instant + 1 for instant in every]
        assert [one.end(instant + 1) for instant in every] == [minute + 1 for minute in shown]
        assert {minute for minute in range(axis.end) if one.exists(minute)} == set(shown)
        for instant, minute in zip(every, shown, strict=True):
            wall = from_minutes(instant).astimezone(ZoneInfo(zone))
            assert axis.wall(minute) == wall.hour * 60 + wall.minute
            assert axis.clock(minute, each).split()[0] == f"{wall:%H:%M}"
        assert len({axis.clock(minute, each) for minute in shown}) == len(shown), "no two are told alike"


@pytest.mark.parametrize(("day", "end", "labels"), [
    (AUTUMN, 1500, ["01:00", "02:00 CEST", "02:00 CET", "03:00"]), (SPRING, 1380, ["01:00", "03:00", "04:00", "05:00"]),
    (USUAL, 1440, ["01:00", "02:00", "03:00", "04:00"]),
])  # fmt: skip
def test_a_day_by_itself_has_every_hour_that_there_is(day, end, labels):
    sheet = sheet_of(column(day))
    assert (sheet.first, sheet.last, sheet.axis.end) == (0, end, end)
    assert sheet.open == [[(0, end)]]
    assert [sheet.clock(minute) for minute in (60, 120, 180, 240)] == labels
    instants = [sheet.instant(0, minute) for minute in range(end)]
    assert all(b - a == timedelta(minutes=1) for a, b in pairwise(instants))
    assert (instants[0], sheet.until(0, end)) == hours(day)
    assert len(sheet.stops(0)) == end // 15


def test_beside_other_days_the_second_hour_is_of_sunday_only():
    sheet = sheet_of(*(column(day) for day in week_of(AUTUMN)))
    assert sheet.open == [[(0, 180), (240, 1500)]] * 6 + [[(0, 1500)]]
    assert [sheet.clock(150, 0), sheet.clock(270, 0)] == ["02:30", "03:30"]
    assert [sheet.clock(150, 6), sheet.clock(210, 6)] == ["02:30 CEST", "02:30 CET"]
    assert not sheet.exists(0, 200) and sheet.exists(6, 200)
    assert set(sheet.stops(6)) - set(sheet.stops(0)) == {180, 195, 210, 225}
    spring = sheet_of(*(column(day) for day in week_of(SPRING)))
    assert spring.open == [[(0, 1440)]] * 6 + [[(0, 120), (180, 1440)]]


def test_usual_hours_are_where_the_clock_says_on_any_day():
    for day in (AUTUMN, SPRING, USUAL):
        sheet = sheet_of(column(day, begin=540, end=1020))
        assert [sheet.clock(minute) for minute in (sheet.first, sheet.last)] == ["09:00", "17:00"]
        shut = Sheet(DayAgenda(day, ZONE.key, (DayColumn("p", "A", 170, day, (), (), ()),), (), ()))
        assert [shut.clock(minute) for minute in (shut.first, shut.last)] == ["09:00", "17:00"]


def grid_of(qtbot, *columns):
    grid = Grid()
    qtbot.addWidget(grid)
    grid.show_sheet(sheet_of(*columns), datetime(2026, 9, 14, tzinfo=UTC))
    grid.resize(900, 2000)
    grid.show()
    return grid


def double_click(grid, column, minute):
    scale = grid.scale()
    at = QPointF(scale.x(column) + 20, scale.y(minute) + 2).toPoint()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseDClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_both_hours_are_clicked_and_walked_to(qtbot):
    grid = grid_of(qtbot, column(AUTUMN))
    wanted = []
    grid.wanted.connect(lambda who, moment: wanted.append(moment))
    for minute in (150, 210, 240):
        double_click(grid, 0, minute)
    assert wanted == [utc(0, 30), utc(1, 30), utc(2)]
    grid._go((0, 165))
    said = [grid.accessibleDescription()]
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    said.append(grid.accessibleDescription())
    assert said == ["02:45 CEST, free, Behandelaar A. Demo", "02:00 CET, free, Behandelaar A. Demo"]


def test_what_no_clock_shows_is_not_clicked(qtbot):
    grid = grid_of(qtbot, *(column(day) for day in week_of(SPRING)))
    wanted = []
    grid.wanted.connect(lambda who, moment: wanted.append(moment))
    double_click(grid, 6, 150)
    assert wanted == []
    double_click(grid, 6, 180)
    double_click(grid, 5, 150)
    assert wanted == [utc(1, 0, SPRING), utc(1, 30, SPRING - DAY)]


def test_appointments_in_both_hours_lie_apart_and_keep_their_length_when_dragged():
    sheet = sheet_of(column(AUTUMN, (utc(0, 30), utc(0, 45)), (utc(1, 30), utc(2, 15))))
    first, second = sheet.blocks
    assert [(one.start, one.end, one.lanes) for one in (first, second)] == [(150, 165, 1), (210, 255, 1)]
    drag = dragged(picked_up(sheet, second, Grip.WHOLE, 210), sheet, 0, 180, None)
    assert (sheet.instant(0, drag.start), sheet.until(0, drag.end)) == (utc(1), utc(1, 45))
    assert drag.fits


def test_an_appointment_over_the_skipped_hour_is_not_drawn_longer_and_does_not_start_in_it():
    sheet = sheet_of(*(column(day) for day in week_of(SPRING)[:-1]), column(SPRING, (utc(0, 30, SPRING), utc(1, 0, SPRING))))
    (block,) = sheet.blocks
    assert (block.start, block.end) == (90, 120)
    held = picked_up(sheet, block, Grip.WHOLE, 90)
    assert not dragged(held, sheet, 6, 135, None).fits
    assert dragged(held, sheet, 6, 180, None).fits
    longer = dragged(picked_up(sheet, block, Grip.BOTTOM, 120), sheet, 6, 200, None)
    assert sheet.until(6, longer.end) == utc(1, 20, SPRING)
