"""Finding the next free moment in the agenda: for what, with whom, when; and from the list to the grid."""

import pytest
from PySide6.QtWidgets import QApplication, QToolButton

from nmx_desk.domain.agenda import Appointment
from nmx_desk.services import agenda
from nmx_desk.ui.agenda import PAGE
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.a11y import unnamed


@pytest.fixture
def window(window_of):
    made = window_of("receptie", PAGE)
    made.start()
    settle(made)
    return made


@pytest.fixture
def page(window):
    return window.current()


def settle(window):
    for _round in range(3):
        QApplication.processEvents()
        window.runner.idle()
    QApplication.processEvents()


def find(page, window, kind="intake"):
    page.around.open_finder()
    finder = page.around.finder
    finder.kind.set_value(kind)
    finder.ask()
    settle(window)
    return finder


def day_switch(finder, number):
    return finder.weekdays.findChildren(QToolButton)[number]


def test_the_list_narrows_by_practitioner_weekday_and_part_of_the_day(qtbot, clinic, people_here, page, window):
    finder = find(page, window)
    assert finder.isVisible() and unnamed(finder) == []
    assert len(finder.moments.offers) == 6
    everybody = {offer.practitioner_id for offer in finder.moments.offers}
    assert len(everybody) > 1
    (who, box) = next((who, box) for who, box in finder.people.items() if who in everybody)
    box.click()
    settle(window)
    assert {offer.practitioner_id for offer in finder.moments.offers} == {who}
    later = next(dates.local(offer.starts_at).weekday() for offer in clinic.as_("receptie").do(
        agenda.next_free, "intake", practitioners=(who,), count=60) if dates.local(offer.starts_at).hour < 12)  # fmt: skip
    day_switch(finder, later).click()
    finder.moments.part.set_value("morning")
    finder.moments.part.picked.emit("morning")
    settle(window)
    found = [dates.local(offer.starts_at) for offer in finder.moments.offers]
    assert found and {(moment.weekday(), moment.hour < 12) for moment in found} == {(later, True)}
    first = found[-1].date()
    finder.from_day.set_value(first)
    finder.ask()
    settle(window)
    assert min(dates.local(offer.starts_at).date() for offer in finder.moments.offers) >= first


def test_a_moment_found_is_pointed_at_in_the_grid_and_ready_to_book(qtbot, clinic, people_here, page, window):
    finder = find(page, window)
    offer = finder.moments.offers[3]
    finder.moments.pick(4)
    settle(window)
    assert not finder.isVisible() and page.day == dates.local(offer.starts_at).date()
    assert page.view.canvas.spot() == (offer.practitioner_id, offer.starts_at)
    assert page.booking.isVisible() and page.booking.kind.value() == "intake"
    page.booking.who.setText("Piet Proef")
    page.booking.book_here.click()
    settle(window)
    made = clinic.as_("receptie").do(agenda.day_agenda, page.day)
    booked = [item.appointment for column in made.columns for item in column.items if item.who == "Piet Proef"]
    assert [(one.practitioner_id, one.starts_at, one.type_code) for one in booked] == [(offer.practitioner_id, offer.starts_at, "intake")]
    assert isinstance(booked[0], Appointment) and clinic.verified().ok


def test_what_was_asked_stays_for_the_next_look(qtbot, people_here, page, window):
    finder = find(page, window, "follow_up")
    box = next(iter(finder.people.values()))
    box.click()
    finder.close_panel()
    page.around.open_finder()
    settle(window)
    assert finder.kind.value() == "follow_up" and box.value() and finder.moments.offers


def test_in_the_week_the_finder_goes_to_the_week_of_who_is_free(qtbot, people_here, page, window):
    page.head.show_mode("week")
    settle(window)
    finder = find(page, window)
    offer = next(offer for offer in finder.moments.offers if offer.practitioner_id != page.head.practitioner_id)
    finder.moments.picked.emit(offer)
    settle(window)
    assert (page.head.mode.value(), page.head.practitioner_id) == ("week", offer.practitioner_id)
    assert page.view.canvas.spot() == (offer.practitioner_id, offer.starts_at)
