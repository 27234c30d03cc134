"""The agenda page in a real window, against a real clinic."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, Channel
from nmx_desk.domain.agenda_views import DayItem
from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError
from nmx_desk.services import agenda, lengths, people, roster, waiting
from nmx_desk.services.desk import use_case
from nmx_desk.ui.agenda import PAGE
from nmx_desk.ui.agenda.dragging import Grip, dragged, picked_up
from nmx_desk.ui.agenda.head import stepped
from nmx_desk.ui.agenda.month import MonthGrid
from nmx_desk.ui.agenda.sheet import Block, side_by_side
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.slots import MomentButton, TwoLines

S = AppointmentStatus
MONDAY = date(2026, 9, 14)
Key = Qt.Key


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@use_case("session.use")
def put_client(work, record):
    return work.store.add(record)


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def who(desk):
    return {user.username: user.id for user in desk.do(people.list_practitioners)}


@pytest.fixture
def ten(desk, who):
    return desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="Sanne Vis")


@pytest.fixture
def window(window_of):
    return window_of("receptie", PAGE)


@pytest.fixture
def page(window):
    window.start()
    settle(window)
    return window.current()


def settle(window):
    """Wait until nothing runs, the pages' answers to what was written elsewhere included."""
    QApplication.processEvents()
    window.runner.idle()
    QApplication.processEvents()
    window.runner.idle()


def status(page, made):
    return page.sheet.item(made.id).appointment.status


def keys(qtbot, widget, *pressed):
    for key in pressed:
        qtbot.keyClick(widget, key)


def test_the_day_shows_who_comes_and_nothing_is_unnamed(ten, page, window, clinic):
    assert page.head.title.text() == "Monday 14 September 2026"
    assert [each.item.who for each in page.sheet.blocks] == ["Sanne Vis"]
    assert (page.sheet.first, page.sheet.last) == (540, 1020)
    assert unnamed(window) == []
    voice = page.view.canvas._voices[ten.id]
    spoken = QAccessible.queryAccessibleInterface(voice)
    assert spoken.text(QAccessible.Text.Name) == "10:15 – 10:30, Sanne Vis, Free advice call, Behandelaar A. Demo, Confirmed"
    assert not window.grab().isNull()


def test_hours_grow_until_nothing_is_hidden(clinic, desk, who, page, window):
    clinic.clock.move(hours=12)
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(20, 50), who="Laat", afterwards=True)
    settle(window)
    assert page.sheet.last == 22 * 60  # the shared calendar read it again by itself


def test_keys_walk_over_appointments_and_free_moments(qtbot, ten, page):
    canvas = page.view.canvas
    keys(qtbot, canvas, Key.Key_Down)
    assert canvas.spot()[1] == at(9)
    for _step in range(5):
        keys(qtbot, canvas, Key.Key_Down)
    assert canvas.selected() == ten.id
    keys(qtbot, canvas, Key.Key_Right)
    assert canvas.spot() is not None
    keys(qtbot, canvas, Key.Key_Left)
    assert canvas.selected() == ten.id
    keys(qtbot, canvas, Key.Key_Return)
    assert page.details.isVisible()
    assert page.details.title.text() == "Sanne Vis"
    keys(qtbot, page.details, Key.Key_Escape)
    assert not page.details.isVisible()


def test_check_in_room_done_and_back_with_keys_and_undo(qtbot, clinic, ten, page, window):
    clinic.clock.moment = at(10, 16)
    canvas = page.view.canvas
    canvas.select(ten.id)
    keys(qtbot, canvas, Key.Key_N)  # too early for a no-show: nothing happens
    settle(window)
    assert status(page, ten) is S.CONFIRMED
    keys(qtbot, canvas, Key.Key_I)
    settle(window)
    assert status(page, ten) is S.ARRIVED
    assert window.toaster.text == "Sanne Vis: Arrived"
    window.toaster.run_action()
    settle(window)
    assert status(page, ten) is S.CONFIRMED
    for key, becomes in ((Key.Key_I, S.ARRIVED), (Key.Key_R, S.IN_ROOM)):
        keys(qtbot, canvas, key)
        settle(window)
        assert status(page, ten) is becomes
    for becomes in (S.ARRIVED, S.CONFIRMED):
        page.steps.undo(ten.id)
        settle(window)
        assert status(page, ten) is becomes
    clinic.clock.moment = at(10, 26)
    keys(qtbot, canvas, Key.Key_N)
    settle(window)
    assert status(page, ten) is S.NO_SHOW
    assert clinic.verified().ok


def test_delete_asks_why_says_late_and_can_be_undone(qtbot, clinic, ten, page, window):
    canvas = page.view.canvas
    canvas.select(ten.id)
    keys(qtbot, canvas, Key.Key_Delete)
    settle(window)
    form = page.details.form
    assert "too late" in form.note.text()
    form.send()
    assert form.fields.error_of("reason") == "Fill this in."
    reason = form.fields.input("reason")
    qtbot.keyClicks(reason, "Verhinderd")
    keys(qtbot, reason, Key.Key_Return)
    settle(window)
    assert page.sheet.blocks == []
    assert page.gone.text() == "1 cancelled"
    assert page.sheet.cancelled()[0].appointment.late
    window.toaster.run_action()
    settle(window)
    assert status(page, ten) is S.CONFIRMED
    assert canvas.selected() == ten.id
    assert clinic.verified().ok


def test_the_clinic_cancelling_is_never_late(qtbot, ten, page, window):
    page.view.canvas.select(ten.id)
    keys(qtbot, page.view.canvas, Key.Key_Delete)
    settle(window)
    form = page.details.form
    form.by._group.button(1).click()
    assert not form.note.isVisible()
    qtbot.keyClicks(form.fields.input("reason"), "Ziek")
    form.send()
    settle(window)
    assert page.sheet.cancelled()[0].appointment.cancelled_by == "clinic"


def test_booking_with_the_keyboard(qtbot, clinic, desk, page, window):
    desk.do(put_client, Client(client_no="C-000001", first_name="Sanne", prefix="van der", surname="Meer", phone="+31612345678"))
    keys(qtbot, page.view.canvas, Key.Key_C)
    settle(window)
    assert page.booking.isVisible()
    assert next(button.offer.starts_at for button in page.booking.findChildren(MomentButton)) == at(10, 15)
    qtbot.keyClick(page.booking.who, Key.Key_1, Qt.KeyboardModifier.AltModifier)  # nobody chosen yet
    settle(window)
    assert page.booking.holding.text == "Today 10:15 is held for you until 09:05."
    (option,) = page.sheet.blocks
    assert option.item.appointment.status is S.OPTION
    qtbot.keyClicks(page.booking.who, "meer")
    keys(qtbot, page.booking.who, Key.Key_Return)
    settle(window)
    keys(qtbot, page.booking.who, Key.Key_Down)
    hit = window.focusWidget()
    assert isinstance(hit, TwoLines) and not isinstance(hit, MomentButton)
    keys(qtbot, hit, Key.Key_Return)
    settle(window)
    assert window.focusWidget() is page.booking.book_here  # the moment that is held
    qtbot.keyClick(page.booking, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    settle(window)
    (block,) = page.sheet.blocks
    assert (block.item.who, block.item.phone) == ("Sanne van der Meer", "06 12 34 56 78")
    assert page.view.canvas.selected() == block.item.appointment.id
    assert not page.booking.isVisible()
    window.toaster.run_action()
    settle(window)
    assert page.sheet.blocks == []
    assert clinic.verified().ok


def test_who_is_chosen_with_keys_comes_to_the_moments_and_the_next_visit_begins_with_the_name(qtbot, desk, page, window):
    desk.do(put_client, Client(client_no="C-000001", first_name="Sanne", surname="Meer", phone="+31612345678"))
    page.booking.open_new()
    settle(window)
    qtbot.keyClicks(page.booking.who, "meer")
    for key in (Key.Key_Return, Key.Key_Down, Key.Key_Return):
        keys(qtbot, window.focusWidget(), key)
        settle(window)
    assert isinstance(window.focusWidget(), MomentButton)
    keys(qtbot, window.focusWidget(), Key.Key_Escape)
    keys(qtbot, page.view.canvas, Key.Key_C)
    settle(window)
    assert window.focusWidget() is page.booking.who


def test_a_double_click_books_that_moment_and_a_taken_one_says_so(qtbot, clinic, desk, who, page, window):
    canvas = page.view.canvas
    scale = canvas.scale()
    point = QPoint(round(scale.x(1) + 30), round(scale.y(14 * 60 + 20)))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=point)
    settle(window)
    booking = page.booking
    assert booking.book_here.text() == "Book today 14:15"
    booking.who.setText("Jan Loop")
    desk.do(agenda.book, "advice_call", who["collega"], at(14, 15), who="Eerder")
    booking.book_here.click()
    settle(window)
    assert "has Eerder from 14:15" in booking.problem.text
    booking.moments.pick(1)
    settle(window)
    assert {block.item.who for block in page.sheet.blocks} == {"Eerder", "Jan Loop"}


def test_a_held_moment_is_booked_or_let_go(qtbot, clinic, desk, who, page, window):
    page.book()
    settle(window)
    page.booking.moments.pick(1)
    settle(window)
    held = page.booking.holding
    assert page.booking.book_here.text() == "Book today 10:15" and not page.booking.hold_it.isVisible()
    page.booking.who.setText("Jan Loop")
    page.booking.book_here.click()
    settle(window)
    (block,) = page.sheet.blocks
    assert (block.item.who, block.item.appointment.status, held.option) == ("Jan Loop", S.CONFIRMED, None)
    page.book()
    settle(window)
    page.booking.moments.pick(2)
    settle(window)
    assert len(page.sheet.blocks) == 2
    keys(qtbot, page.booking.who, Key.Key_Escape)
    settle(window)
    assert len(page.sheet.blocks) == 1 and not page.booking.isVisible()
    page.book()
    settle(window)
    page.booking.moments.pick(2)
    settle(window)
    clinic.clock.move(minutes=6)
    held._over()
    settle(window)
    assert held.text == "The moment is not held any more." and held.option is None
    assert clinic.verified().ok


def test_what_is_taken_is_booked_all_the_same_with_a_reason_and_what_is_over_afterwards(clinic, desk, who, page, window, monkeypatch):
    clinic.clock.move(minutes=75)
    canvas = page.view.canvas
    desk.do(agenda.book, "advice_call", who["collega"], at(14, 15), who="Eerder")
    canvas.wanted.emit(who["collega"], at(14, 15))
    settle(window)
    page.booking.who.setText("Jan Loop")
    page.booking.book_here.click()
    settle(window)
    monkeypatch.setattr("nmx_desk.ui.agenda.booking.ask_reason", lambda *_asked, **_how: "spoed")
    page.booking.problem._act()
    settle(window)
    doubled = next(block.item.appointment for block in page.sheet.blocks if block.item.who == "Jan Loop")
    assert (doubled.starts_at, doubled.double_booked_reason) == (at(14, 15), "spoed")
    canvas.wanted.emit(who["collega"], at(9, 30))
    settle(window)
    assert page.booking.book_here.text() == "Register afterwards today 09:30" and not page.booking.hold_it.isVisible()
    page.booking.who.setText("Kees Was")
    page.booking.book_here.click()
    settle(window)
    assert next(block.item.appointment for block in page.sheet.blocks if block.item.who == "Kees Was").afterwards
    assert clinic.verified().ok


def test_moving_and_taking_it_back(clinic, ten, page, window):
    page.open_appointment(ten.id)
    page.steps.do(ten.id, "move")
    settle(window)
    page.booking.moments.pick(2)
    settle(window)
    (block,) = page.sheet.blocks
    assert block.item.appointment.moved_from == ten.id
    window.toaster.run_action()
    settle(window)
    assert page.sheet.blocks[0].item.appointment.starts_at == ten.starts_at
    assert clinic.verified().ok


def test_the_menu_offers_only_what_is_possible(clinic, ten, page):
    page.steps.menu(ten.id, QPoint(0, 0))
    (menu,) = page.findChildren(QMenu)
    assert [action.text().split("\t")[0] for action in menu.actions()] == [
        "Check in", "In the room", "Done", "Move…", "Cancel…", "Confirmation", "Change places…", "Cut",
    ]  # fmt: skip
    menu.close()


def test_days_go_by_and_a_link_opens_its_appointment(qtbot, clinic, desk, who, page, window):
    tuesday = desk.do(agenda.book, "advice_call", who["collega"], at(9, 0, date(2026, 9, 15)), who="Dinsdag")
    keys(qtbot, page.view.canvas, Key.Key_T)
    window.go("agenda", day="2026-09-15", appointment_id=tuesday.id)
    settle(window)
    assert page.details.isVisible()
    assert page.details.title.text() == "Dinsdag"
    qtbot.keyClick(page.view.canvas, Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert page.day == MONDAY
    page.head.jump.setText("18-9")
    keys(qtbot, page.head.jump, Key.Key_Return)
    settle(window)
    assert page.day == date(2026, 9, 18)
    page.head.go_today()
    assert page.day == MONDAY


def test_a_day_is_typed_to_its_end_before_it_is_gone_to_and_no_day_is_too_far(qtbot, page, window):
    for typed, day in (("29-2-2028", date(2028, 2, 29)), ("31-12-9999", date(2999, 12, 31)), ("30-2", date(2999, 12, 31))):
        page.head.jump_to()
        qtbot.keyClicks(page.head.jump, typed)
        qtbot.keyClick(page.head.jump, Key.Key_Return)
        settle(window)
        assert page.day == day
    page.head.step(1)
    settle(window)
    assert page.day == date(2999, 12, 31)


def test_the_hour_that_the_clock_skips_is_no_working_hour(clinic, who, page, window):
    sunday = date(2027, 3, 28)
    clinic.as_("manager").do(roster.set_day, who["behandelaar"], sunday, [(0, 360)])
    page.head.go(sunday)
    settle(window)
    assert page.sheet.open[0] == [(0, 300)]
    assert [page.sheet.clock(minute) for minute in page.sheet.stops(0) if 100 < minute < 140] == ["01:45", "03:00", "03:15"]
    page.head.swap()
    settle(window)
    assert page.sheet.open[-1] == [(0, 120), (180, 360)], "beside other days"
    assert [minute for minute in page.sheet.stops(6) if 100 < minute < 200] == [105, 180, 195]


def test_nothing_in_the_head_is_cut_beside_a_panel(qtbot, page, window):
    for mode in ("day", "week", "month"):
        page.head.show_mode(mode)
        page.book()
        settle(window)
        head = page.head
        shown = [head.title, *([head.mode] if head.mode.isVisible() else [])]
        assert [one.width() >= one.sizeHint().width() for one in shown] == [True] * len(shown), mode
        assert not page.new.text() and page.new.accessibleName()
        page.booking.hide()
        settle(window)
        assert head.mode.isVisible() and page.new.text()


def test_a_closed_day_and_an_absence_are_said(clinic, who, page, window):
    manager = clinic.as_("manager")
    manager.do(roster.add_closure, MONDAY, MONDAY, "Studiedag")
    manager.do(roster.add_absence, who["collega"], at(9), at(12), "Tandarts")
    page.refresh(None)
    settle(window)
    assert page.closed.text == "The clinic is closed on this day: Studiedag"
    assert page.sheet.away[1][0].reason == "Tandarts"
    assert not window.grab().isNull()


def test_names_are_never_markup(desk, who, page, window):
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(10, 15), who="<b>&Co</b>")
    settle(window)
    (block,) = page.sheet.blocks
    page.open_appointment(block.item.appointment.id)
    assert page.details.title.text() == "<b>&Co</b>"
    assert page.details.title.textFormat() == Qt.TextFormat.PlainText


def block(start, end):
    made = Appointment(id=f"{start}-{end}", starts_at=at(9), ends_at=at(10), channel=Channel.PHONE)
    return Block(DayItem(made, "Iemand"), 0, start, end)


@pytest.mark.parametrize(
    ("spans", "lanes"),
    [
        ([(0, 10), (10, 20)], [(0, 1), (0, 1)]),
        ([(0, 20), (10, 30), (20, 40)], [(0, 2), (1, 2), (0, 2)]),
        ([(0, 30), (5, 10), (12, 20), (40, 50)], [(0, 2), (1, 2), (1, 2), (0, 1)]),
        ([(0, 30), (0, 30), (0, 30)], [(0, 3), (1, 3), (2, 3)]),
    ],
)
def test_appointments_at_the_same_time_stand_side_by_side(spans, lanes):
    assert [(each.lane, each.lanes) for each in side_by_side(block(*span) for span in spans)] == lanes


def test_the_now_line_strikes_no_name_out(ten, page, clinic):
    canvas = page.view.canvas
    scale = canvas.scale()
    inside = scale.box(page.sheet.blocks[0]).center().toPoint()
    at = [page.sheet.blocks[0].column], page.sheet.blocks[0].start + 5
    assert not canvas._beside(scale, *at).contains(inside)
    assert canvas._beside(scale, *at).contains(inside + QPoint(0, 40))


def test_what_stands_in_the_way_of_a_child_is_said_beside_the_client(qtbot, desk, page, window):
    born = MONDAY.replace(year=2016)
    desk.do(put_client, Client(client_no="C-000001", first_name="Lisa", surname="Bakker", phone="+31612345678", birth_date=born))
    keys(qtbot, page.view.canvas, Key.Key_C)
    settle(window)
    booking = page.booking
    qtbot.keyClicks(booking.who, "bakker")
    keys(qtbot, booking.who, Key.Key_Return)
    settle(window)
    hits = [button for button in booking.findChildren(TwoLines) if not isinstance(button, MomentButton)]
    keys(qtbot, hits[0], Key.Key_Return)
    settle(window)
    assert booking.kind.value() == "advice_call" and not booking._hindered.isVisible()
    booking.kind.set_value("intake")
    booking.kind.edited.emit()
    settle(window)
    assert booking._hindered.isVisible() and "Nobody with authority over Lisa (10)" in booking._hindered.text()
    qtbot.keyClick(booking, Key.Key_1, Qt.KeyboardModifier.AltModifier)
    settle(window)
    assert "Nobody with authority" in booking._who_error.text() and not booking._hindered.isVisible()
    assert page.sheet.blocks == []


def test_the_week_of_a_practitioner_and_back(qtbot, ten, page, window):
    page.head.swap()
    settle(window)
    assert page.head.title.text().startswith("14 – 20 Sept")
    assert [each.day.weekday() for each in page.sheet.columns] == [0, 1, 2, 3, 4]  # nobody works at the weekend
    canvas = page.view.canvas
    canvas.select(ten.id)
    spoken = "10:15 – 10:30, Sanne Vis, Free advice call, Monday 14 September 2026, Behandelaar A. Demo, Confirmed"
    assert (canvas.accessibleName(), canvas._voices[ten.id].accessibleName()) == ("Appointments of the week", spoken)
    keys(qtbot, canvas, Key.Key_Right)
    assert canvas.spot()[1].date() == date(2026, 9, 15)
    assert canvas.accessibleDescription() == "10:15, free, Tuesday 15 September 2026, Behandelaar A. Demo"
    page.head.step(1)
    settle(window)
    assert page.sheet.columns[0].day == date(2026, 9, 21) and not page.sheet.blocks
    page.head.go_today()
    page.head.swap()
    settle(window)
    assert {each.day for each in page.sheet.columns} == {MONDAY} and page.sheet.item(ten.id)
    assert unnamed(window) == []


def test_who_comes_on_a_sunday_is_seen_in_the_week(clinic, desk, who, page, window):
    sunday = date(2026, 9, 20)
    reason = "spoed"
    desk.do(agenda.book, "advice_call", who["behandelaar"], at(11, day=sunday), who="Zondag", double_booking_reason=reason)
    page.head.swap()
    settle(window)
    assert [each.day for each in page.sheet.columns][-1] == sunday
    assert [block.column for block in page.sheet.blocks] == [6]


def test_the_month_counts_and_opens_a_day(qtbot, ten, page, window):
    page.head.show_mode("month")
    settle(window)
    assert page.month.isVisible() and not page.view.isVisible()
    known = page.month._found[MONDAY]
    assert (known.appointments, known.open_minutes > 0, 0 < known.taken_minutes < known.open_minutes) == (1, True, True)
    assert page.month.accessibleDescription().startswith("Monday 14 September 2026, 1 appointment, ")
    keys(qtbot, page.month, Key.Key_Right, Key.Key_Down)
    settle(window)
    assert page.day == date(2026, 9, 22)
    keys(qtbot, page.month, Key.Key_Return)
    settle(window)
    assert page.view.isVisible() and page.sheet.columns[0].day == date(2026, 9, 22)


def test_the_small_month_goes_to_a_day(qtbot, ten, page, window):
    page.head.open_mini()
    settle(window)
    menu = page.head.findChild(QMenu)
    grid = menu.findChild(MonthGrid)
    assert grid._found[MONDAY].appointments == 1
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.box(date(2026, 9, 18)).center().toPoint())
    settle(window)
    assert page.day == date(2026, 9, 18)


@pytest.mark.parametrize(
    ("day", "mode", "by", "then"),
    [
        (date(2027, 1, 31), "month", 1, date(2027, 2, 28)), (date(2027, 1, 31), "month", -2, date(2026, 11, 30)),
        (date(2028, 2, 29), "month", 12, date(2029, 2, 28)), (MONDAY, "week", -1, date(2026, 9, 7)), (MONDAY, "day", 1, date(2026, 9, 15)),
    ],
)  # fmt: skip
def test_steps_of_the_agenda(day, mode, by, then):
    assert stepped(day, mode, by) == then


# -- dragged ------------------------------------------------------------------------------------------------------------------------------


TUESDAY = MONDAY + timedelta(days=1)  # the day after: nothing is too soon


def on(hour, minute=0):
    return at(hour, minute, TUESDAY)


def spot_of(page, minute, column=0):
    """A point of the painted day."""
    scale = page.view.canvas.scale()
    return QPoint(round(scale.x(column) + scale.column_width / 2), round(scale.y(minute)))


def drag(qtbot, page, window, *points):
    """Press at the first point, move over the others, let go at the last."""
    canvas = page.view.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        send_move(canvas, point)
    settle(window)
    send_move(canvas, points[-1])
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])
    settle(window)


def send_move(canvas, point):
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(point), QPointF(canvas.mapToGlobal(point)), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, moved)


@pytest.fixture
def visit(desk, who):
    return desk.do(agenda.book, "follow_up", who["behandelaar"], on(10), who="Noor Bos")


@pytest.fixture
def shown(visit, page, window):
    page.head.go(TUESDAY)
    settle(window)
    return page


def newest(desk, made):
    return desk.do(everything_of, made.uid)[-1]


@use_case("session.use", writes=False)
def everything_of(work, uid):
    return sorted(work.store.find(Appointment, uid=uid), key=lambda one: one.sequence)


def test_an_appointment_is_dragged_to_a_free_start_and_back(qtbot, visit, shown, window, desk):
    drag(qtbot, shown, window, spot_of(shown, 610), spot_of(shown, 640), spot_of(shown, 702))
    made = newest(desk, visit)
    assert made.starts_at == on(11, 30) and made.moved_from == visit.id  # drawn to the free start nearby
    window._undo()
    settle(window)
    assert newest(desk, visit).starts_at == on(10)


def test_dragged_over_another_it_is_hatched_and_stays(qtbot, visit, shown, window, desk, who):
    desk.do(agenda.book, "follow_up", who["behandelaar"], on(14), who="Bezet")
    shown.refresh(None)
    settle(window)
    canvas = shown.view.canvas
    drag(qtbot, shown, window, spot_of(shown, 615), spot_of(shown, 640), spot_of(shown, 870))
    assert window.toaster.text == "Noor Bos stays. Bezet is there from 14:00 to 14:45, with the time around it."
    drag(qtbot, shown, window, spot_of(shown, 615), spot_of(shown, 640), spot_of(shown, 1010))
    assert window.toaster.text == "Noor Bos stays. That is outside the working hours."
    assert desk.do(everything_of, visit.uid) == [visit]  # nothing was sent
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=spot_of(shown, 615))
    for minute in (640, 842):
        send_move(canvas, spot_of(shown, minute))
    settle(window)
    send_move(canvas, spot_of(shown, 843))
    assert canvas.drag is not None and not canvas.drag.fits
    assert not canvas.grab().isNull()
    keys(qtbot, canvas, Key.Key_Escape)
    assert canvas.drag is None
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=spot_of(shown, 843))
    settle(window)
    assert newest(desk, visit).id == visit.id


def test_its_lower_edge_makes_it_longer_and_undo_shorter(qtbot, visit, shown, window, desk):
    end = shown.sheet.block_of(visit.id).end
    low = spot_of(shown, end) - QPoint(0, 4)
    drag(qtbot, shown, window, low, low + QPoint(0, 10), spot_of(shown, end + 20))
    made = newest(desk, visit)
    assert (made.id, made.ends_at - visit.ends_at) == (visit.id, timedelta(minutes=20))
    window._undo()
    settle(window)
    assert newest(desk, visit).ends_at == visit.ends_at


def test_an_edge_is_hatched_for_the_time_around_another_and_for_a_room_that_is_taken(qtbot, visit, shown, window, desk, who):
    after = replace(visit, id="na", who="Na", client_id=None, busy_from=visit.busy_to + 20, busy_to=visit.busy_to + 80, room_id="kamer")
    after = replace(after, starts_at=visit.ends_at + timedelta(minutes=40), ends_at=visit.ends_at + timedelta(minutes=60))
    sheet, block = shown.sheet, shown.sheet.block_of(visit.id)
    assert (block.item.appointment.room_id, visit.busy_to) == (visit.room_id, after.busy_from - 20)
    sheet.blocks.append(replace(block, item=replace(block.item, appointment=after), start=block.end + 40, end=block.end + 60))
    held = picked_up(sheet, block, Grip.BOTTOM, block.end)
    for later, fits in ((20, True), (25, False)):
        assert dragged(held, sheet, 0, block.end + later, None).fits is fits
    elsewhere = replace(after, practitioner_id="ander")
    sheet.blocks[-1] = replace(sheet.blocks[-1], item=replace(block.item, appointment=elsewhere), column=1)
    assert dragged(held, sheet, 0, block.end + 60, None).fits
    roomed = replace(block, item=replace(block.item, appointment=replace(visit, room_id="kamer")))
    assert not dragged(picked_up(sheet, roomed, Grip.BOTTOM, block.end), sheet, 0, block.end + 60, None).fits


def test_the_menu_cuts_as_the_keyboard_does(qtbot, visit, shown, window, desk):
    shown.steps.menu(visit.id, QPoint(0, 0))
    menu = next(each for each in shown.findChildren(QMenu) if each.isVisible())
    (cut,) = [action for action in menu.actions() if action.text() == "Cut\tCtrl+X"]
    cut.trigger()
    menu.close()
    canvas = shown.view.canvas
    assert canvas.cut == visit.id
    canvas.point(visit.practitioner_id, on(14))
    qtbot.keyClick(canvas, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert newest(desk, visit).starts_at == on(14)


def test_its_upper_edge_lets_it_begin_earlier(qtbot, visit, shown, window, desk):
    top = spot_of(shown, 600) + QPoint(0, 3)
    drag(qtbot, shown, window, top, top - QPoint(0, 10), spot_of(shown, 570))
    made = newest(desk, visit)
    assert (made.starts_at, made.ends_at) == (on(9, 30), visit.ends_at)


def test_longer_cut_and_put_elsewhere_with_keys_alone(qtbot, visit, shown, window, desk):
    canvas = shown.view.canvas
    canvas.select(visit.id)
    qtbot.keyClick(canvas, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    settle(window)
    assert newest(desk, visit).ends_at - visit.ends_at == timedelta(minutes=5)
    qtbot.keyClick(canvas, Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    while not (canvas.spot() and canvas.spot()[1] == on(14)):
        keys(qtbot, canvas, Key.Key_Down)
    qtbot.keyClick(canvas, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    made = newest(desk, visit)
    assert (made.starts_at, made.ends_at - made.starts_at) == (on(14), visit.ends_at - visit.starts_at + timedelta(minutes=5))


def test_put_on_another_appointment_says_why_not_and_stays_cut(qtbot, visit, shown, window, desk, who):
    other = desk.do(agenda.book, "follow_up", who["behandelaar"], on(14), who="Bezet")
    shown.refresh(None)
    settle(window)
    canvas = shown.view.canvas
    canvas.select(visit.id)
    qtbot.keyClick(canvas, Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    canvas.select(other.id)
    qtbot.keyClick(canvas, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert "has Bezet from 14:00" in window.toaster.text
    assert (newest(desk, visit).id, canvas.cut) == (visit.id, visit.id)
    while not (canvas.spot() and canvas.spot()[1] == on(15)):
        keys(qtbot, canvas, Key.Key_Down)
    qtbot.keyClick(canvas, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert (newest(desk, visit).starts_at, canvas.cut) == (on(15), "")


def test_dragged_to_another_day_of_the_week(qtbot, visit, shown, window, desk):
    shown.head.swap()
    settle(window)
    drag(qtbot, shown, window, spot_of(shown, 610, 1), spot_of(shown, 640, 2), spot_of(shown, 610, 3))
    assert newest(desk, visit).starts_at == at(10, day=date(2026, 9, 17))


def test_the_hours_grow_and_shrink(qtbot, visit, shown, window):
    canvas = shown.view.canvas
    usual = canvas.minimumHeight()
    keys(qtbot, canvas, Key.Key_Plus)
    assert canvas.minimumHeight() > usual
    keys(qtbot, canvas, Key.Key_Minus, Key.Key_Minus)
    assert canvas.minimumHeight() < usual


@pytest.mark.parametrize(
    ("minutes", "refused"), [(3, True), (0, True), (725, True), (-30, True), (5, False), (60, False), (245, True)]
)
def test_how_long_an_appointment_may_be(desk, who, visit, minutes, refused):
    desk.do(agenda.book, "follow_up", who["behandelaar"], on(14), who="Bezet")
    end = visit.starts_at + timedelta(minutes=minutes)
    if refused:
        with pytest.raises(DeskError):
            desk.do(lengths.resize, visit.id, visit.starts_at, end)
        assert newest(desk, visit) == desk.do(everything_of, visit.uid)[0]
        assert newest(desk, visit).ends_at == visit.ends_at
    else:
        made = desk.do(lengths.resize, visit.id, visit.starts_at, end)
        later = minutes - (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
        assert (made.busy_from, made.busy_to, made.sequence) == (visit.busy_from, visit.busy_to + later, 1 if later else 0)


def test_a_free_moment_has_a_menu_that_puts_what_was_cut(qtbot, visit, shown, window, desk):
    canvas = shown.view.canvas
    canvas.select(visit.id)
    qtbot.keyClick(canvas, Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    there = spot_of(shown, 14 * 60 + 5)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=there)
    QApplication.sendEvent(canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, there, canvas.mapToGlobal(there)))
    menu = next(each for each in shown.findChildren(QMenu) if each.isVisible())
    assert [action.text().partition("\t")[0] for action in menu.actions()] == ["New appointment", "Put it here"]
    menu.actions()[1].trigger()
    menu.close()
    settle(window)
    assert newest(desk, visit).starts_at == on(14)


def test_who_waits_is_dropped_on_a_free_moment(qtbot, clinic, desk, shown, window):
    client = desk.do(put_client, Client(client_no="C-9", first_name="Wim", surname="Wacht", phone="+31600000009"))
    desk.do(waiting.add_waiting, WaitingEntry(client_id=client.id, type_code="follow_up"))
    shown.around.open_waiting()
    settle(window)
    canvas, (tile,) = shown.view.canvas, shown.around.waiting.tiles
    there = QPointF(spot_of(shown, 14 * 60 + 5))
    entered = QDragEnterEvent(there.toPoint(), Qt.DropAction.MoveAction, carried := tile.carried(), Qt.MouseButton.LeftButton,
                              Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(canvas, entered)
    QApplication.sendEvent(canvas, QDragMoveEvent(there.toPoint(), Qt.DropAction.MoveAction, carried, Qt.MouseButton.LeftButton,
                                                  Qt.KeyboardModifier.NoModifier))  # fmt: skip
    QApplication.sendEvent(canvas, QDropEvent(there, Qt.DropAction.MoveAction, carried, Qt.MouseButton.LeftButton,
                                              Qt.KeyboardModifier.NoModifier))  # fmt: skip
    settle(window)
    assert [block.item.who for block in shown.sheet.blocks if block.start == 14 * 60] == ["Wim Wacht"]
    assert window.focusWidget() is canvas  # the panel that had it is gone


def test_signs_typed_in_a_field_stay_there_and_a_slash_searches(qtbot, shown, window):
    window.resize(1600, 900)
    settle(window)
    shown.head.jump_to()
    height = shown.view.canvas.minimumHeight()
    qtbot.keyClicks(shown.head.jump, "18-9")
    assert (shown.head.jump.text()[:4], shown.view.canvas.minimumHeight()) == ("18-9", height)
    shown.view.canvas.setFocus()
    next(command for command in shown.commands() if command.shortcut == "/").run()
    assert window.palette_box.isVisible()


def test_dragged_to_midnight_and_below_the_last_hour_it_stays(qtbot, visit, shown, window, desk):
    sheet = shown.sheet
    assert sheet.instant(0, 1440) - sheet.instant(0, 1439) == timedelta(minutes=1)
    drag(qtbot, shown, window, spot_of(shown, 615), spot_of(shown, 700), spot_of(shown, 1500))
    assert newest(desk, visit).starts_at == visit.starts_at


def test_the_menu_key_asks_about_what_the_cursor_is_on(qtbot, visit, shown, window, desk, who):
    other = desk.do(agenda.book, "follow_up", who["behandelaar"], on(14), who="Noor Elders")
    shown.refresh(None)
    settle(window)
    canvas, asked = shown.view.canvas, []
    canvas.menu.connect(lambda appointment_id, _at: asked.append(appointment_id))
    for each in (visit, other):
        canvas.select(each.id)
        where = canvas._under(QPointF(spot_of(shown, 615)))  # Qt gives the middle of the widget, or any other place
        assert where is not None
        place = spot_of(shown, 615)
        QApplication.sendEvent(canvas, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, canvas.mapToGlobal(place)))
    assert asked == [visit.id, other.id]
    for menu in shown.findChildren(QMenu):
        menu.close()


def test_a_link_opens_the_week_or_the_month_at_the_first_visit(ten, window):
    window.go("agenda", mode="week")
    settle(window)
    page = window.current()
    assert page.sheet.agenda.is_week and page.sheet.item(ten.id)
    window.go("agenda", mode="month")
    settle(window)
    assert page.month.isVisible()
