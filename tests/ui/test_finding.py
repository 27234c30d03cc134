"""Wherever one finds clients as one types: who only looks at the hits stands in the log too, once a query."""

import pytest
from PySide6.QtCore import Qt

from nmx_desk.data import log
from nmx_desk.domain.clients import Client
from nmx_desk.services import clients
from nmx_desk.ui.agenda import PAGE
from nmx_desk.ui.frame.contacts import found_in_contacts
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.finding import SETTLED


@pytest.fixture
def desk(clinic):
    made = clinic.as_("receptie")
    made.do(clients.create_client, Client(first_name="Sanne", surname="Meer", phone="0600123456"))
    made.do(clients.create_client, Client(first_name="Bea", surname="Meerman", phone="0600123457"))
    return made


@pytest.fixture
def window(window_of, desk):
    made = window_of("receptie", PAGE, sources=lambda window: [found_in_contacts(window)])
    made.start()
    made.runner.idle()
    return made


def fields(window):
    """Every place in which one finds clients but the palette: the booking form, the field that holds a client."""
    window.current().booking.open_new()
    picker = ClientPicker(window.runner)
    picker.setParent(window.current())
    picker.show()
    return {"booking": window.current().booking.who, "picker": picker}


def searches(desk):
    with desk.database.reading() as connection:
        return [line.client for line in log.lines(desk._store(connection), log.LogFilter(codes=("SEARCH",)))]


@pytest.mark.parametrize("place", ["booking", "picker"])
def test_who_only_looks_at_the_hits_is_logged_once(qtbot, window, desk, place):
    field = fields(window)[place]
    field.setFocus()
    qtbot.keyClicks(field, "meer")
    qtbot.waitUntil(lambda: len(searches(desk)) == 1, timeout=4000)
    window.runner.idle()
    qtbot.wait(SETTLED + 200)
    assert len(searches(desk)) == 1
    qtbot.keyClicks(field, "man")
    qtbot.waitUntil(lambda: len(searches(desk)) == 2, timeout=4000)


@pytest.mark.parametrize("place", ["booking", "picker"])
def test_a_hit_that_is_taken_at_once_is_logged_with_its_client(qtbot, window, desk, place):
    field = fields(window)[place]
    field.setFocus()
    qtbot.keyClicks(field, "meer")
    if place == "picker":
        qtbot.waitUntil(lambda: bool(field._hits))
        qtbot.keyClick(field, Qt.Key.Key_Return)
    else:
        booking = window.current().booking
        qtbot.waitUntil(lambda: booking._hits.count() > 0)
        hit = booking._hits.itemAt(0).widget()
        qtbot.keyClick(hit, Qt.Key.Key_Space)
    window.runner.idle()
    qtbot.wait(SETTLED + 200)
    assert [bool(client) for client in searches(desk)] == [True]
