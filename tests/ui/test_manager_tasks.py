"""The manager's tasks of DOMAIN §3, through the real windows with the full demo clinic: so many clicks and so many seconds, not more.

How they are counted stands in ``counting``. A task begins on the page Today unless it says otherwise.
"""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.grievances import Grievance, GrievanceStatus
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.people import User
from nmx_desk.services import log
from nmx_desk.ui.figures.tiles import FigureTile
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.clinic import once
from tests.ui.counting import choose_file, do, sees, task

pytestmark = pytest.mark.slow


@pytest.fixture
def hands(hands_of, demo_clinic):
    """The manager at 08:30 on the page Today."""
    return hands_of("manager", demo_clinic, DEMO_PASSWORD)


# -- figures -----------------------------------------------------------------------------------------------------------------------------


def test_the_dashboard(hands):
    """One click from anywhere: every figure with its course, the funnel, the week."""
    with task(hands, 1, 2):
        hands.click("Figures")
        sees(hands, "Valid requests, ")
    page = hands.app.window.current()
    assert len(page.board.tiles()) == 25 and all(len(tile.line.marks) == 13 for tile in page.board.tiles())
    assert page.board.funnel.steps[0].count > 0 and sum(map(sum, page.board.heat.counts)) > 0


def test_the_list_behind_a_figure(hands):
    hands.click("Figures")
    sees(hands, "Valid requests, ")
    page = hands.app.window.current()
    reached = next(tile for tile in hands.all(FigureTile) if tile.key == "K3")
    with task(hands, 1, 2):
        QTest.mouseClick(reached, Qt.MouseButton.LeftButton, pos=reached.rect().center())
        hands.wait_for(lambda: page.panel.table.records.rows, "the rows behind the figure")
    assert len(page.panel.table.records.rows) == page.shown["K3"].figure.numerator


def test_the_list_of_what_is_overdue(hands):
    """It stands on Today; one click from anywhere shows all of it beside the figures."""
    sees(hands, "Overdue (")
    hands.app.window.go("clients")
    with task(hands, 1, 2):
        hands.click("Figures")
        sees(hands, "Overdue (")
    rows = hands.app.window.current().late.table.records.rows
    assert rows and [row.since for row in rows] == sorted(row.since for row in rows)


# -- registers ---------------------------------------------------------------------------------------------------------------------------


def test_register_a_nonconformity(hands):
    """The page, the register, a new one, its words, Enter."""
    with task(hands, 6, 60):
        hands.click("Quality")
        parts = hands.app.window.current().list.list
        [item] = parts.findItems("Nonconformities", Qt.MatchFlag.MatchExactly)
        QTest.mouseClick(parts.viewport(), Qt.MouseButton.LeftButton, pos=parts.visualItemRect(item).center())
        hands.settle()
        hands.click("New nonconformity")
        hands.type("Brochure met oude prijzen aan de balie")
        hands.key("Return")
        sees(hands, "Brochure met oude prijzen aan de balie")
    part = hands.app.window.current().part
    assert part.view.isVisible() and part.sheet.deviation.owner_id == hands.app.runner.desk.user.id


# -- complaints and incidents ------------------------------------------------------------------------------------------------------------


def known_client(hands):
    """Somebody whose name is nobody else's."""
    found = do(hands, once(lambda work: work.store.find(Client)))
    names = Counter((client.first_name, client.surname) for client in found)
    return next(client for client in found if names[client.first_name, client.surname] == 1 and client.birth_date and not client.has_died)


def picks(hands, client):
    """Type a name and press Enter on the one that is found."""
    field = next(one for one in hands.all(ClientPicker) if one.isVisible())
    field.setFocus()
    hands.type(f"{client.first_name} {client.surname}", field)
    hands.wait_for(lambda: field._hits and field._hits[0].ref_id == client.id, "the client")
    hands.key("Return", field)
    assert field.client_id == client.id


def test_registering_a_formal_complaint(hands):
    client = known_client(hands)
    with task(hands, 6, 60):
        hands.click("Quality")
        hands.tab("Formal complaints (Wkkgz)")
        hands.click("Register a formal complaint")
        picks(hands, client)
        hands.fill("In a few words", "Niet teruggebeld over een uitslag")
        hands.write("What happened", "Drie keer gebeld, nooit iets gehoord.")
        hands.click("Save")
        sees(hands, "Judgement at the latest on")
    [made] = do(hands, once(lambda work: work.store.find(Grievance, summary="Niet teruggebeld over een uitslag")))
    assert made.client_id == client.id and made.state is GrievanceStatus.RECEIVED


def test_reporting_an_incident(hands):
    client = known_client(hands)
    with task(hands, 6, 60):
        hands.click("Quality")
        hands.tab("Incidents (VIM)")
        hands.click("Report an incident")
        picks(hands, client)
        hands.fill("In a few words", "Verkeerd potje meegegeven")
        hands.write("What happened", "Opgemerkt bij de balie; omgeruild.")
        hands.click("Save")
        sees(hands, "Begin the analysis")
    [made] = do(hands, once(lambda work: work.store.find(Incident, summary="Verkeerd potje meegegeven")))
    assert made.client_id == client.id and made.due_on


# -- reports -----------------------------------------------------------------------------------------------------------------------------


def test_the_figures_of_last_month_as_pdf(hands, tmp_path):
    file = tmp_path / "maand.pdf"
    with task(hands, 4, 10):
        hands.click("Reports")
        hands.click("Earlier")
        named = choose_file(hands, file)
        hands.click("Save as PDF")
        hands.wait_for(lambda: named and file.exists(), "the file")
    assert file.read_bytes().startswith(b"%PDF")


def test_the_figures_of_the_month_for_a_spreadsheet(hands, tmp_path):
    """Semicolons, decimal comma, UTF-8 with its mark: as a Dutch spreadsheet opens it."""
    file = tmp_path / "maand.csv"
    with task(hands, 3, 5):
        hands.click("Reports")
        named = choose_file(hands, file)
        hands.click("Save as a table (CSV)")
        hands.wait_for(lambda: named and file.exists(), "the file")
    text = file.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf") and b";" in text and text.count(b"\r\n") > 20


def test_what_somebody_did_with_a_client_in_a_period(hands):
    """Client, user and period in the log; what is typed is no click."""
    client = next(one for one in do(hands, once(lambda work: work.store.find(Client, status=ClientStatus.ACTIVE))) if one.practitioner_id)
    who = next(user for user in do(hands, once(lambda work: work.store.find(User))) if user.id == client.practitioner_id)
    while do(hands, log.index_log):  # it grows beside the work when nobody waits; here it is whole before
        pass
    with task(hands, 4, 3):
        hands.click("Log")
        hands.fill("Client", client.client_no)
        page = hands.app.window.current()
        hands.wait_for(lambda: page.filters.client._hits, "the client")
        hands.key("Return", page.filters.client)
        hands.choose("User", who.display_name)
        hands.keys += 1  # the list of users: one letter
        hands.fill("From", f"1-1-{client.created_at.year}")
        hands.key("Return", hands.fields("From")[0])
        hands.wait_for(lambda: page.table.records.rows and {r.client_id for r in page.table.records.rows} == {client.id}, "the entries")
    assert {row.who for row in page.table.records.rows} == {who.display_name}
