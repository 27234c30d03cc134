"""The outbox in the real window, with a real mail server on the loopback: read, sent, withdrawn, sent again; the account set and tried."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton

from nmx_desk.domain.clients import Client
from nmx_desk.domain.mail_texts import MAIL_TEXTS
from nmx_desk.domain.mailing import MailSender, MailState
from nmx_desk.services import agenda, clients, code_lists, mail_sender
from nmx_desk.ui import outbox as outbox_ui
from nmx_desk.ui import quality, settings
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.confirmation import confirm
from nmx_desk.ui.kit.paper import PaperDialog
from nmx_desk.ui.outbox.reminding import RemindersDialog
from tests.imap_server import certificates
from tests.lists import approve_papers
from tests.smtp_server import HOST, PASSWORD, USER, SmtpServer
from tests.ui.hands import settle


@pytest.fixture
def server(tmp_path, monkeypatch):
    trusted, own = certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with SmtpServer(own) as running:
        yield running


@pytest.fixture
def visit(clinic, server):
    """Mail is on, and somebody has an appointment."""
    wanted = MailSender(host=HOST, port=server.port, username=USER, from_address="praktijk@example.org", is_active=True)
    clinic.as_("manager").do(mail_sender.save_sender, wanted, PASSWORD)
    desk = clinic.as_("receptie")
    client = desk.do(clients.create_client, Client(first_name="Anna", surname="de Vries", phone="0600222333", email="anna@example.org"))
    offer = desk.do(agenda.next_free, "intake")[0]
    return desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=client.id)


@pytest.fixture
def page(window_of, visit):
    window = window_of("receptie", outbox_ui.PAGE)
    window.go("outbox")
    settle(window)
    return window.page("outbox")


def states(page):
    return [row.mail.state for row in page.table.records.rows]


def test_a_message_is_read_before_it_is_sent_and_goes_out_at_once_when_asked(page, server, clinic):
    assert states(page) == [MailState.WAITING] and "1 wait" in page.count.text()
    assert "Anna de Vries" in page.panel.text.value() and page.panel.attached.text()
    page.panel.send_button.click()
    settle(page.window())
    assert len(server.taken) == 1 and states(page) == []
    page.show_what.set_value("gone")
    page.refresh(None)
    settle(page.window())
    assert states(page) == [MailState.SENT]


def test_a_refused_message_says_why_and_is_sent_again(page, server, clinic):
    server.at_rcpt = "550 5.7.1 not now"
    page.send_all()
    settle(page.window())
    assert states(page) == [MailState.REFUSED] and "not now" in page.panel.answer.text()
    server.at_rcpt = ""
    page.do("send")
    settle(page.window())
    assert len(server.taken) == 1 and states(page) == []


def test_delete_withdraws_and_undo_brings_it_back(page, server, qtbot):
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settle(page.window())
    assert states(page) == []
    assert page.window().toaster.undo()
    settle(page.window())
    assert states(page) == [MailState.WAITING] and server.taken == []


def test_reminders_are_listed_and_only_who_stays_ticked_gets_one(page, server, clinic, visit, monkeypatch):
    page.send_all()
    settle(page.window())
    clinic.clock.moment = visit.starts_at.replace(hour=5)
    seen = []

    def looked(dialog):
        seen.append([dialog.list.item(n).text() for n in range(dialog.list.count())])
        if len(seen) == 1:
            dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
            assert not dialog.queue_button.isEnabled()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(RemindersDialog, "exec", looked)
    for _time in range(2):
        page.remind()
        settle(page.window())
    assert "Anna de Vries" in seen[0][0] and "anna@example.org" in seen[0][0]
    assert len(server.taken) == 2 and server.taken[1]["Subject"].startswith("Herinnering")


def test_everything_has_a_name(page):
    assert unnamed(page) == []


def test_the_account_is_typed_tried_and_switched_on(at_settings, server, clinic):
    window = at_settings("manager", "mail")
    part = window.page("settings").parts["mail"]
    typed = {"host": HOST, "port": server.port, "username": USER, "password": "fout", "from_name": "Praktijk"}
    part.form.set_values(part.form.values() | typed | {"from_address": "praktijk@example.org", "is_active": True})
    part.try_it()
    settle(window)
    assert "refuses" in part.form.error_of("password") and server.taken == []
    part.form.set_values(part.form.values() | {"password": PASSWORD})
    part.try_it()
    settle(window)
    assert [message["To"] for message in server.taken] == ["praktijk@example.org"]
    assert unnamed(part) == []


def test_the_texts_are_shown_as_they_go_out(window_of, clinic):
    window = window_of("manager", settings.PAGE, quality.PAGE)
    window.go("settings", part="mail")
    settle(window)
    window.page("settings").parts["mail"].texts_button.click()
    settle(window)
    lists = window.page("quality").part.view.lists[MAIL_TEXTS]
    assert lists.isVisible() and len(lists.table.records.rows) == 8
    body = next(item for item in lists.table.records.rows if item.code == "reminder_text")
    lists.table.choose(body.id)
    settle(window)
    assert "Anna de Vries" in lists.card.preview.text() and "Europe/Amsterdam" in lists.card.preview.text()
    lists.card.form.input("label_nl").setPlainText("Beste {naam}, {details}")
    lists.save()
    assert "{naam}" in lists.card.form.error_of("label_nl")
    lists.card.form.input("label_nl").setPlainText("Beste {name}, tot dan:\n\n{details}")
    assert "Beste Anna de Vries, tot dan:" in lists.card.preview.text()
    lists.reason.input("reason").setText("korter en vriendelijker")
    lists.save()
    settle(window)
    approve_papers(clinic)
    items = clinic.as_("manager").do(code_lists.read_code_list, MAIL_TEXTS, 2)
    assert next(item for item in items if item.code == "reminder_text").label_nl == "Beste {name}, tot dan:\n\n{details}"


def test_the_confirmation_in_sight_is_sent_with_one_click(page, server, visit, monkeypatch):
    page.send_all()
    settle(page.window())

    def looked(dialog):
        next(button for button in dialog.findChildren(QPushButton) if button.text() == "Send by e-mail").click()

    monkeypatch.setattr(PaperDialog, "exec", looked)
    confirm(page.frame, page, visit.id)
    settle(page.window())
    assert states(page) == [MailState.WAITING]
    page.send_all()
    settle(page.window())
    assert len(server.taken) == 2 and server.taken[0]["Message-ID"] != server.taken[1]["Message-ID"]
