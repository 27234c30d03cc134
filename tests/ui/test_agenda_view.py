"""Whose columns are shown and what colours say: beside a wide agenda, behind a button of a narrow one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt

from nmx_desk.domain.agenda_views import MonthDay
from nmx_desk.domain.calendars import BusySource, BusyTime
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.services import agenda, people, roster
from nmx_desk.ui.agenda import PAGE
from nmx_desk.ui.agenda.dragging import Grip, dragged, picked_up, why_not
from nmx_desk.ui.agenda.month import hours_text
from nmx_desk.ui.agenda.paint import Inks
from nmx_desk.ui.agenda.sheet import Away
from nmx_desk.ui.agenda.shown import BY_PRACTITIONER, COLOURS, HIDDEN
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.theme import theme
from tests.clinic import once
from tests.ui.hands import settle

MONDAY = date(2026, 9, 14)
ZONE = dates.ZONE
Key = Qt.Key


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def who(desk):
    return {user.username: user.id for user in desk.do(people.list_practitioners)}


@pytest.fixture
def settings():
    return UserSettings()


@pytest.fixture
def opened(window_of, settings):
    """``opened(width)``: the agenda of a window that wide."""

    def opened(width):
        window = window_of("receptie", PAGE, settings=settings)
        window.resize(width, 900)
        window.start()
        settle(window)
        return window.current()

    return opened


def shown(page):
    return [column.practitioner_id for column in page.sheet.columns]


def test_a_wide_window_has_the_pane_and_a_narrow_one_a_button(opened):
    wide = opened(1500)
    assert wide.around.pane.isVisible() and not wide.view_button.isVisible() and unnamed(wide) == []
    wide.window().resize(1280, 720)
    settle(wide.window())
    assert not wide.around.pane.isVisible() and wide.view_button.isVisible()


def test_a_panel_takes_the_place_of_the_pane_and_gives_it_back(opened):
    page = opened(1500)
    page.around.open_finder()
    settle(page.window())
    assert not page.around.pane.isVisible()
    page.around.close_panels()
    settle(page.window())
    assert page.around.pane.isVisible()


def test_a_tick_hides_a_practitioner_and_is_remembered(qtbot, opened, who, settings):
    page = opened(1500)
    everybody = shown(page)
    tick = page.around.pane.glance.people[who["behandelaar"]]
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(12, tick.height() // 2))
    settle(page.window())
    assert shown(page) == [one for one in everybody if one != who["behandelaar"]]
    assert settings.get(HIDDEN) == [who["behandelaar"]]
    again = opened(1500)
    assert shown(again) == shown(page) and not again.around.pane.glance.people[who["behandelaar"]].value()


def test_by_the_keyboard_alone_and_the_last_one_stays(qtbot, opened):
    page = opened(1280)
    page.back_to_day()
    qtbot.keyClick(page.view.canvas, Key.Key_V)
    settle(page.window())
    glance = page.around.view.glance
    assert page.around.view.isVisible() and unnamed(page) == []
    ticks = list(glance.people.values())
    assert ticks[0].hasFocus()
    for tick in ticks[:-1]:
        qtbot.keyClick(tick, Key.Key_Space)
        settle(page.window())
    assert len(shown(page)) == 1 and not ticks[-1].isEnabled()
    qtbot.keyClick(ticks[0], Key.Key_Escape)
    assert not page.around.view.isVisible() and page.view.canvas.hasFocus()


def test_who_is_hidden_comes_back_when_an_appointment_of_theirs_is_wanted(opened, desk, who):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")
    page = opened(1500)
    page.shown.show(who["behandelaar"], False)
    settle(page.window())
    assert who["behandelaar"] not in shown(page)
    page.window().go("agenda", day=MONDAY, appointment_id=made.id)
    settle(page.window())
    assert who["behandelaar"] in shown(page) and page.details.isVisible()
    page.shown.show(who["behandelaar"], False)
    settle(page.window())
    page.point_at(who["behandelaar"], at(14))
    settle(page.window())
    assert who["behandelaar"] in shown(page)


def test_colours_say_the_practitioner_when_that_is_chosen(qtbot, opened, desk, who, settings):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")
    page = opened(1500)
    segments = page.around.pane.glance.colours
    for button in segments._group.buttons():
        if button.text() == "By practitioner":
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(page.window())
    assert settings.get(COLOURS) == BY_PRACTITIONER and page.sheet.by_practitioner
    hue = page.sheet.people[who["behandelaar"]]
    inks = Inks(page.sheet.agenda.types, page.sheet.people)
    _edge, fill, _line = inks.of(made)
    assert fill.color() == theme().of_hue(hue)
    assert Inks(page.sheet.agenda.types).of(made)[1].color() != fill.color()


def test_the_month_leaves_out_who_is_hidden(opened, desk, who):
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")
    page = opened(1500)
    page.head.show_mode("month")
    settle(page.window())
    day: MonthDay = page.month._found[MONDAY]
    assert day.appointments == 1 and "1 appointment" in page.month.accessibleDescription()
    page.shown.show(who["behandelaar"], False)
    settle(page.window())
    assert page.month._found[MONDAY].appointments == 0


def test_the_small_month_of_the_pane_goes_to_a_day(qtbot, opened):
    page = opened(1500)
    grid = page.around.pane.glance.grid
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.box(date(2026, 9, 17)).center().toPoint())
    settle(page.window())
    assert page.day == date(2026, 9, 17)
    qtbot.mouseClick(page.around.pane.glance.after, Qt.MouseButton.LeftButton)
    settle(page.window())
    assert page.around.pane.glance.title.text() == "October 2026" and page.day == date(2026, 9, 17)


def put_elsewhere(work, practitioner_id, start, end):
    source = work.store.add(BusySource(practitioner_id=practitioner_id, name="Privé"))
    work.store.add(BusyTime(source_id=source.id, practitioner_id=practitioner_id, busy_from=to_minutes(start), busy_to=to_minutes(end)))


def test_busy_by_another_calendar_is_shown_told_and_explains_a_refusal(opened, clinic, who):
    clinic.as_("manager").do(once(put_elsewhere), who["behandelaar"], at(14), at(15, 30))
    page = opened(1280)
    column = shown(page).index(who["behandelaar"])
    assert page.sheet.away[column] == [Away(14 * 60, 15 * 60 + 30, elsewhere=True)]
    assert not page.sheet.is_free(column, 14 * 60 + 15) and page.sheet.is_free(column, 15 * 60 + 30)
    voices = [voice.accessibleName() for voice in page.view.canvas._voices.values()]
    assert voices == ["14:00 – 15:30, Busy elsewhere, Behandelaar A. Demo"]
    page.head.swap()
    settle(page.window())
    assert [len(away) for away in page.sheet.away] == [1, 0, 0, 0, 0]


def test_an_appointment_is_not_dragged_onto_what_is_busy_elsewhere(opened, clinic, desk, who):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")
    clinic.as_("manager").do(once(put_elsewhere), who["behandelaar"], at(14), at(15, 30))
    page = opened(1280)
    column = shown(page).index(who["behandelaar"])
    drag = dragged(picked_up(page.sheet, page.sheet.block_of(made.id), Grip.WHOLE, 10 * 60 + 15), page.sheet, column, 14 * 60 + 30, None)
    assert why_not(drag, page.sheet, at(8)) == "The practitioner is busy elsewhere then."


def test_a_time_that_comes_twice_is_told_with_its_hour():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert (dates.clock(first), dates.clock(second)) == ("02:30 CEST", "02:30 CET")
    assert dates.clock(datetime(2026, 10, 25, 2, 30, tzinfo=UTC)) == "03:30"
    assert dates.clock(datetime(2027, 3, 28, 1, 0, tzinfo=UTC)) == "03:00"


def in_month(page):
    """The month of the agenda as it is painted."""
    page.head.show_mode("month")
    settle(page.window())
    return page.month.grab().toImage()


def test_the_month_paints_what_is_taken_in_the_hue_of_its_type_or_of_the_practitioner(opened, desk, who):
    made = desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")
    page = opened(1500)
    picture = in_month(page)
    lane = next(one for one in page.month._found[MONDAY].lanes if one.practitioner_id == who["behandelaar"])
    box = page.month.lane_box(MONDAY, lane.place)
    taken, free = (page.month._stretch(box, begin, begin + 15).center().toPoint() for begin in (10 * 60 + 15, 11 * 60))
    kind = next(one for one in desk.do(agenda.appointment_types) if one.code == made.type_code)
    assert picture.pixelColor(taken).name() == theme().of_hue(kind.hue, strong=True).name()
    ground = page.month.box(MONDAY).center().toPoint()
    assert picture.pixelColor(free).name() not in {picture.pixelColor(taken).name(), picture.pixelColor(ground).name()}
    page.shown.colour(BY_PRACTITIONER)
    settle(page.window())
    assert page.month.grab().toImage().pixelColor(taken).name() == theme().of_hue(lane.hue, strong=True).name()


def test_everybody_has_the_same_height_on_every_day_of_the_month(opened, desk, who, clinic):
    clinic.as_("manager").do(roster.add_absence, who["behandelaar"], at(9), at(12), "Cursus")
    page = opened(1500)
    in_month(page)
    heights = {
        (lane.practitioner_id, round(page.month.lane_box(day, lane.place).top() - page.month.box(day).top(), 3))
        for day, found in page.month._found.items() for lane in found.lanes
    }  # fmt: skip
    assert len(heights) == len({one for one, _top in heights}) == len({top for _one, top in heights}) == len(who)


def test_a_day_of_the_month_is_said_with_everybody_on_it(qtbot, opened, desk, who, clinic):
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")
    clinic.as_("manager").do(roster.add_closure, date(2026, 9, 15), date(2026, 9, 15), "Studiedag")
    page = opened(1500)
    in_month(page)
    free = {lane.practitioner_id: lane.free_minutes for lane in page.month._found[MONDAY].lanes}
    said = page.month.accessibleDescription().split("\n")
    assert said[0] == f"Monday 14 September 2026, 1 appointment, {hours_text(sum(free.values()))} free"
    assert said[1] == f"Behandelaar A. Demo: 1 appointment, {hours_text(free[who['behandelaar']])} free" and len(said) == 3
    qtbot.keyClick(page.month, Key.Key_Right)
    settle(page.window())
    assert page.month.accessibleDescription().split("\n")[0] == "Tuesday 15 September 2026, 0 appointments, closed: Studiedag"
    assert "Vis" not in page.month.accessibleDescription()


@pytest.mark.parametrize("mode", ["day", "week", "month"])
@pytest.mark.parametrize("whose", ["behandelaar", "collega"])
@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("away", [0, 9])
def test_an_appointment_that_is_asked_for_is_shown_whatever_the_agenda_showed(opened, desk, who, mode, whose, hidden, away):
    made = desk.do(agenda.book, "advice_call", who[whose], at(10, 15), who="Sanne Vis")
    page = opened(1500)
    if hidden:
        page.shown.show(who[whose], False)
    page.head.go(MONDAY + timedelta(days=away))
    page.head.show_mode(mode)
    settle(page.window())
    page.window().go("agenda", day=MONDAY, appointment_id=made.id)
    settle(page.window())
    assert page.view.isVisible() and page.details.isVisible() and page.details.item.appointment.id == made.id
    assert page.sheet.block_of(made.id) is not None


@pytest.mark.parametrize("mode", ["day", "week", "month"])
def test_a_moment_of_somebody_hidden_is_shown_whatever_the_agenda_showed(opened, who, mode):
    page = opened(1500)
    page.shown.show(who["collega"], False)
    page.head.show_mode(mode)
    settle(page.window())
    page.point_at(who["collega"], at(14))
    settle(page.window())
    assert page.view.isVisible() and who["collega"] in shown(page)
