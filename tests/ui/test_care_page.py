"""The file of a client in a real window: who gets in, and by which key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.services import people
from nmx_desk.ui import care, clients, errors
from nmx_desk.ui.kit.a11y import unnamed
from tests.clinic import once
from tests.ui.hands import settle

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def put(clinic):
    """``put(practitioner)``: a client of whose main complaint two scores are known."""

    def made(username):
        desk = clinic.as_("behandelaar")
        treating = next((user.id for user in desk.do(people.list_practitioners) if user.username == username), None)

        def add(work):
            anna = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=treating)
            client = work.store.add(anna)
            complaint = work.store.add(Complaint(client_id=client.id, words="Moe", onset="2019-05"))
            for score in (8, 0):
                work.store.add(ComplaintScore(client_id=client.id, complaint_id=complaint.id, score=score, measured_on=work.today()))
            return client

        return desk.do(once(add))

    return made


def seen(clinic):
    desk = clinic.as_("manager")
    return [row.obj_type for row in desk.do(once(lambda work: list(work.store.connection.exec_driver_sql(
        "SELECT obj_type FROM audit_log WHERE action = 'R'"))))]  # fmt: skip


def test_ctrl_d_opens_the_file_of_the_client_in_sight(window_of, clinic, put):
    client = put("behandelaar")
    window = window_of("behandelaar", clients.PAGE, care.PAGE)
    window.go("clients", client_id=client.id)
    settle(window)
    QTest.keyClick(window.current(), Qt.Key.Key_D, CTRL)
    settle(window)
    page = window.current()
    assert page.name == "care" and page.heading.text() == client.name
    assert page.part.curves.view.accessibleDescription().startswith("Moe: 8 on")
    assert not page.locked.isVisible() and unnamed(page) == []
    assert "scores" in seen(clinic)


def test_a_colleagues_file_stays_closed_until_a_reason_is_given(window_of, clinic, put, monkeypatch):
    client = put("behandelaar")
    window = window_of("manager", care.PAGE)
    window.go("care", client_id=client.id)
    settle(window)
    page = window.current()
    assert page.locked.isVisible() and not page.tabs.isVisible()
    assert not page.part.table.records.rows and "scores" not in seen(clinic)
    monkeypatch.setattr(errors, "reason_for", lambda *_: "Klacht van de cliënt")
    page.locked.asked.emit()
    settle(window)
    assert page.part.table.records.rows and page.part.curves.view.isVisible() and "scores" in seen(clinic)


def test_who_may_not_read_notes_has_no_way_in(window_of, put):
    client = put("behandelaar")
    window = window_of("receptie", clients.PAGE)
    window.go("clients", client_id=client.id)
    settle(window)
    assert not window.current().sheet.header._buttons["care"].isVisible()
