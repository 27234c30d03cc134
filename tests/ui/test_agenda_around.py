"""Series, the waiting list, changing places and fees in the real agenda window."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.agenda import Appointment, AppointmentStatus, FeeDecision
from nmx_desk.domain.bookings import WaitingEntry, WaitingStatus
from nmx_desk.domain.series import MomentState, Repeat
from nmx_desk.services import agenda, clients, waiting
from nmx_desk.services.search import Hit
from nmx_desk.ui.agenda import PAGE
from nmx_desk.ui.agenda.another import AnotherDate
from nmx_desk.ui.agenda.waitlist import MIME
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label
from tests.agenda import at, fetch

S, W, M = AppointmentStatus, WaitingStatus, MomentState


@pytest.fixture
def window(window_of):
    return window_of("receptie", PAGE)


@pytest.fixture
def page(window):
    window.start()
    settle(window)
    return window.current()


def settle(window):
    for _round in range(3):
        QApplication.processEvents()
        window.runner.idle()
    QApplication.processEvents()


def named(widget, name):
    """The button somebody sees under this name."""
    (found,) = [one for one in widget.findChildren(IconButton) if one.accessibleName() == name and one.isVisible()]
    return found


def begin_series(page, window, vis, moment):
    page.book()
    page.booking.start_for(Hit("client", vis.id, "Sanne Vis", ""), "follow_up")
    settle(window)
    page.booking.repeat.setChecked(True)
    page.booking.moments.pick(moment)
    settle(window)
    assert page.around.series.isVisible() and not page.booking.isVisible()
    return page.around.series


def test_a_series_is_previewed_mended_booked_and_taken_back(qtbot, clinic, reception, people_here, vis, page, window):
    panel = begin_series(page, window, vis, 1)
    first = panel.moments[0].starts_at
    taken = first + timedelta(days=7)
    reception.do(agenda.book, "follow_up", panel.wish.practitioner_id, taken, who="Ander")
    panel.form.set_values({"every": 1, "times": 4})
    panel._ask()
    settle(window)
    assert [one.state for one in panel.moments] == [M.FREE, M.TAKEN, M.FREE, M.FREE]
    assert panel.count.text().startswith("1 day cannot be had") and not panel.book.isEnabled()
    assert unnamed(panel) == []
    panel.shift(panel.moments[1].day, taken + timedelta(days=1))
    settle(window)
    named(panel, f"Leave out: {panel_when(panel, 2)}").click()
    settle(window)
    assert [one.state for one in panel.moments] == [M.FREE, M.FREE, M.SKIPPED, M.FREE]
    assert panel.book.text() == "Book 3 appointments"
    panel.book.click()
    settle(window)
    made = booked(reception, vis)
    assert [one.starts_at for one in made] == [first, taken + timedelta(days=1), first + timedelta(days=21)]
    assert page.details.isVisible() and page.details.item.appointment.id == made[0].id
    assert window.toaster.text == "3 appointments of a series have been booked."
    window.toaster.run_action()
    settle(window)
    assert not booked(reception, vis)
    assert clinic.verified().ok


def panel_when(panel, number):
    return dates.when(panel.moments[number].starts_at, panel.frame.now(), time_always=True)


def booked(desk, client):
    rows = desk.do(clients.client_appointments, client.id)
    return sorted((row.appointment for row in rows if row.appointment.live), key=lambda one: one.starts_at)


def test_what_cannot_be_had_is_left_out_with_one_button_and_a_wrong_number_is_said(clinic, reception, vis, page, window):
    panel = begin_series(page, window, vis, 1)
    reception.do(agenda.book, "follow_up", panel.wish.practitioner_id, panel.moments[1].starts_at, who="Ander")
    panel.form.set_values({"repeat": Repeat.WEEKLY, "every": 1, "times": 3})
    panel._ask()
    settle(window)
    panel.leave_out.click()
    settle(window)
    assert [one.state for one in panel.moments] == [M.FREE, M.SKIPPED, M.FREE] and panel.book.isEnabled()
    panel.form.input("times").setText("1")
    panel._ask()
    settle(window)
    assert panel.form.error_of("times")


def series_of_three(page, window, reception, vis):
    """The panel, showing what is to come of a series that was booked, and its appointments."""
    panel = begin_series(page, window, vis, 1)
    panel.form.set_values({"every": 1, "times": 3})
    panel._ask()
    settle(window)
    panel.book.click()
    settle(window)
    made = booked(reception, vis)
    page.steps.do(made[0].id, "series")
    settle(window)
    return panel, made


def test_of_a_series_this_and_the_following_are_cancelled_and_its_list_leads_to_each(qtbot, clinic, reception, vis, page, window):
    panel, made = series_of_three(page, window, reception, vis)
    assert panel.isVisible() and panel.subtitle.text() == "3 still to come"
    panel.wanted.emit(made[1])
    settle(window)
    assert page.day == made[1].starts_at.date() and page.details.item.appointment.id == made[1].id
    page.steps.do(made[1].id, "move")
    settle(window)
    assert page.booking.following.isVisible()
    page.booking.following.setChecked(True)
    page.booking._book(made[1].practitioner_id, made[1].starts_at + timedelta(days=1))
    settle(window)
    assert [one.starts_at - two.starts_at for one, two in zip(booked(reception, vis), made, strict=True)] == [
        timedelta(days=days) for days in (0, 1, 1)
    ]  # fmt: skip
    window.toaster.run_action()
    settle(window)
    made = booked(reception, vis)
    page.go_day(made[1].starts_at.date())
    settle(window)
    page.open_appointment(made[1].id)
    page.details.ask_cancel()
    settle(window)
    form = page.details.form
    assert form.reach.isVisible()
    form.reach.set_value("following")
    qtbot.keyClicks(form.fields.input("reason"), "Verhuisd")
    form.send()
    settle(window)
    assert [one.id for one in booked(reception, vis)] == [made[0].id]
    window.toaster.run_action()
    settle(window)
    assert len(booked(reception, vis)) == 3
    assert clinic.verified().ok


def test_a_date_is_added_to_a_series_in_its_list_and_taken_back(qtbot, clinic, reception, vis, page, window):
    panel, made = series_of_three(page, window, reception, vis)
    press(panel, "Add a date…")
    settle(window)
    another = panel.findChild(AnotherDate)
    assert another.book.isEnabled() and another.state.accessibleName().startswith("Free: ") and unnamed(panel) == []
    another.form.set_values({"day": dates.local(made[1].starts_at).date()})
    another.ask()
    settle(window)
    assert not another.book.isEnabled() and "has Sanne Vis" in another.why.text()
    another.form.set_values({"day": dates.local(made[1].starts_at).date() + timedelta(days=1)})
    another.ask()
    settle(window)
    another.book.click()
    settle(window)
    assert [one.starts_at for one in booked(reception, vis)] == [
        made[0].starts_at, made[1].starts_at, made[1].starts_at + timedelta(days=1), made[2].starts_at,
    ]  # fmt: skip
    assert page.details.isVisible() and page.details.item.appointment.series_id == made[0].series_id
    window._undo()
    settle(window)
    assert [one.id for one in booked(reception, vis)] == [one.id for one in made]
    assert clinic.verified().ok


def press(panel, name):
    (found,) = [one for one in panel.findChildren(Button) if one.accessibleName() == name and one.isVisible()]
    found.click()


@pytest.fixture
def waits(reception, vis):
    return reception.do(waiting.add_waiting, WaitingEntry(client_id=vis.id, type_code="follow_up", weekdays="3", note="belt zelf ook"))


def test_a_freed_moment_says_who_fits_and_one_click_books_it(clinic, reception, people_here, vis, waits, page, window):
    day = date(2026, 9, 16)
    made = reception.do(agenda.book, "follow_up", people_here["behandelaar"], at(10, 0, day), who="Ander")
    page.go_day(day)
    settle(window)
    page.around.cancel(made.id, "client", "Verhinderd", ill=False)
    settle(window)
    panel = page.around.waiting
    assert panel.isVisible() and panel.title.text() == "Who fits"
    (tile,) = panel.tiles
    assert tile.accessibleName().startswith("Sanne Vis, 10:00, Follow-up")
    assert unnamed(panel) == []
    tile.click()
    settle(window)
    (now,) = booked(reception, vis)
    assert now.starts_at == at(10, 0, day)
    window.toaster.run_action()
    settle(window)
    assert not booked(reception, vis)
    assert reception.do(fetch, WaitingEntry, waits.id).status is W.WAITING
    assert clinic.verified().ok


def test_who_did_not_show_up_twice_is_said_on_the_list(clinic, reception, people_here, vis, waits, page, window):
    for hour in (11, 14):
        made = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(hour), client_id=vis.id)
        before, clinic.clock.moment = clinic.clock.moment, at(hour, 15)
        reception.do(agenda.mark_no_show, made.id)
        clinic.clock.moment = before
        page.around.open_waiting()
        settle(window)
        said = [label.text() for label in page.around.waiting.findChildren(Label) if "show up" in label.text()]
        assert said == ([] if hour == 11 else ["Did not show up 2 times before."])
    assert len(reception.do(waiting.waiting_list)) == 1  # said, never refused


def test_the_moment_is_held_while_somebody_on_the_list_is_asked(clinic, reception, people_here, vis, waits, page, window):
    day = date(2026, 9, 16)
    made = reception.do(agenda.book, "follow_up", people_here["behandelaar"], at(10, 0, day), who="Ander")
    page.go_day(day)
    settle(window)
    page.around.cancel(made.id, "client", "Verhinderd", ill=False)
    settle(window)
    panel = page.around.waiting
    for wants_it in (False, True):
        named(panel, "Hold it while you ask Sanne Vis").click()
        settle(window)
        assert window.toaster.text == "Wed 16 Sept 10:00 is held for Sanne Vis until 09:05."
        assert [block.item.appointment.status for block in page.sheet.blocks] == [S.OPTION]
        assert reception.do(fetch, WaitingEntry, waits.id).status is W.OFFERED
        if wants_it:
            panel.tiles[0].click()
        else:
            window.toaster.run_action()
        settle(window)
        if not wants_it:
            assert not page.sheet.blocks and reception.do(fetch, WaitingEntry, waits.id).status is W.WAITING
    assert [block.item.appointment.status for block in page.sheet.blocks] == [S.CONFIRMED]
    assert [one.starts_at for one in booked(reception, vis)] == [at(10, 0, day)]
    assert clinic.verified().ok


def test_a_cancellation_that_suits_nobody_opens_nothing(clinic, reception, people_here, waits, page, window):
    made = reception.do(agenda.book, "follow_up", people_here["behandelaar"], at(14, 0), who="Ander")
    settle(window)
    page.around.cancel(made.id, "client", "Verhinderd", ill=False)
    settle(window)
    assert not page.around.waiting.isVisible()


def test_the_list_books_by_key_by_drag_and_takes_off(qtbot, clinic, reception, people_here, vis, waits, page, window):
    qtbot.keyClick(page.view.canvas, Qt.Key.Key_L)
    settle(window)
    panel = page.around.waiting
    (tile,) = panel.tiles
    assert bytes(tile.carried().data(MIME).data()).decode() == waits.id
    qtbot.keyClick(tile, Qt.Key.Key_Return)
    settle(window)
    assert page.booking.isVisible() and page.booking.title.text() == "From the waiting list: Sanne Vis"
    page.booking.moments.pick(1)
    settle(window)
    (made,) = booked(reception, vis)
    assert not reception.do(waiting.waiting_list)
    reception.do(waiting.put_back_waiting, waits.id)
    page.around.open_waiting()
    settle(window)
    page.around.drop(waits.id, people_here["collega"], at(14, 0, date(2026, 9, 17)))
    settle(window)
    assert [one.starts_at for one in booked(reception, vis)] == [at(14, 0, date(2026, 9, 17))]
    assert made.id not in {one.id for one in booked(reception, vis)}
    reception.do(waiting.put_back_waiting, waits.id)
    page.around.open_waiting()
    settle(window)
    named(panel, "Take Sanne Vis off the list").click()
    settle(window)
    assert not reception.do(waiting.waiting_list) and window.toaster.text == "Sanne Vis is off the waiting list."
    window.toaster.run_action()
    settle(window)
    assert len(reception.do(waiting.waiting_list)) == 1
    assert clinic.verified().ok


def test_a_client_is_put_on_the_list_from_the_booking_panel_and_an_appointment_wants_to_be_earlier(
    qtbot, clinic, reception, people_here, vis, page, window
):
    page.book()
    settle(window)
    page.booking.wait.click()
    assert "Choose the client" in page.booking._who_error.text()
    page.booking.start_for(Hit("client", vis.id, "Sanne Vis", ""), "follow_up")
    page.booking.wait.click()
    settle(window)
    panel = page.around.waiting
    panel.form.set_values({"part_of_day": "morning", "date_until": date(2026, 9, 1), "date_from": date(2026, 9, 20)})
    panel.weekdays.set_value("12")
    panel._send()
    settle(window)
    assert panel.form.error_of("date_until")
    panel.form.set_values({"date_until": date(2026, 9, 30)})
    panel._send()
    settle(window)
    (row,) = reception.do(waiting.waiting_list)
    assert (row.entry.part_of_day, row.entry.weekdays, row.entry.date_until) == ("morning", "12", date(2026, 9, 30))
    assert "Mo Tu · morning" in panel.tiles[0].accessibleName()
    made = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(14, 0), client_id=vis.id)
    settle(window)
    page.steps.do(made.id, "earlier")
    settle(window)
    panel._send()
    settle(window)
    assert {one.entry.appointment_id for one in reception.do(waiting.waiting_list)} == {None, made.id}
    assert clinic.verified().ok


def test_what_somebody_waits_for_is_changed_in_the_window_and_put_back(clinic, reception, people_here, waits, page, window):
    page.around.open_waiting()
    settle(window)
    panel = page.around.waiting
    named(panel, "Change what Sanne Vis waits for").click()
    assert panel.form.values()["note"] == "belt zelf ook" and panel.weekdays.value() == "3"
    assert unnamed(panel) == []
    settle(window)
    press(panel, "Cancel")
    settle(window)
    assert panel.isVisible() and len(panel.tiles) == 1
    panel.open_change(panel.tiles[0].found)
    panel.form.set_values({"part_of_day": "morning", "note": "liefst vroeg", "practitioner_id": people_here["collega"]})
    panel.weekdays.set_value("")
    panel._send()
    settle(window)
    assert panel.problem.isVisible() and reception.do(fetch, WaitingEntry, waits.id) == waits
    panel.weekdays.set_value("13")
    panel._send()
    settle(window)
    now = reception.do(fetch, WaitingEntry, waits.id)
    assert (now.weekdays, now.part_of_day, now.note, now.practitioner_id) == ("13", "morning", "liefst vroeg", people_here["collega"])
    assert "liefst vroeg" in panel.tiles[0].accessibleName() and window.toaster.text == "The waiting list was changed."
    window._undo()
    settle(window)
    back = reception.do(fetch, WaitingEntry, waits.id)
    assert (back.weekdays, back.part_of_day, back.note, back.practitioner_id) == ("3", "any", "belt zelf ook", None)
    assert clinic.verified().ok


def test_two_change_places_with_the_same_step_of_both(qtbot, clinic, reception, people_here, page, window):
    one = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(11, 0), who="Een")
    other = reception.do(agenda.book, "advice_call", people_here["collega"], at(14, 0), who="Twee")
    settle(window)
    page.steps.do(one.id, "swap")
    assert "changes places with Een" in window.toaster.text and page.view.canvas.marked == one.id
    marked = page.view.canvas.grab().toImage()
    qtbot.keyClick(page.view.canvas, Qt.Key.Key_Escape)
    assert page.view.canvas.grab().toImage() != marked
    page.steps.do(other.id, "swap")  # the first one was let go: this is a first one again
    assert page.view.canvas.marked == other.id
    page.steps.do(other.id, "swap")
    qtbot.keyClick(page.view.canvas, Qt.Key.Key_Escape)
    page.steps.do(one.id, "swap")
    page.steps.do(other.id, "swap")
    settle(window)
    where = {block.item.who: block.item.appointment.starts_at for block in page.sheet.blocks}
    assert where == {"Een": at(14, 0), "Twee": at(11, 0)}
    window.toaster.run_action()
    settle(window)
    assert {block.item.who: block.item.appointment.starts_at for block in page.sheet.blocks} == {"Een": at(11, 0), "Twee": at(14, 0)}
    assert clinic.verified().ok


def test_a_fee_is_decided_in_the_details_and_an_option_is_let_go_there(clinic, reception, people_here, page, window):
    made = reception.do(agenda.book, "advice_call", people_here["behandelaar"], at(11, 0), who="Een")
    gone = reception.do(agenda.cancel, made.id, "client", "Vergeten")
    settle(window)
    page.open_appointment(gone.id)
    page.steps.do(gone.id, "charge")
    settle(window)
    assert reception.do(fetch, Appointment, gone.id).fee is FeeDecision.CHARGED
    page.booking.holding.hold("advice_call", people_here["behandelaar"], at(11, 0))
    settle(window)
    (block,) = page.sheet.blocks
    page.steps.do(block.item.appointment.id, "release")
    settle(window)
    assert not page.sheet.blocks
    assert clinic.verified().ok
