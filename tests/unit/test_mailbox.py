"""The website's mailbox against a real IMAP server: what comes in becomes requests, once, and nothing is deleted or lost."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from nmx_desk.domain.intake_ways import ImportWay, Mailbox, MailMessage, MailOutcome
from nmx_desk.domain.requests import AdviceRequest, ImportBatch
from nmx_desk.services import mailbox
from tests.imap_server import HOST, PASSWORD, USER, ImapServer, certificates


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def server(keys, monkeypatch):
    trusted, own = keys
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with ImapServer(own) as running:
        yield running


def form(n=1, **more):
    """A form mail of somebody."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = more.get("subject", "Nieuwe aanvraag"), "site@example.org", USER
    message["Date"], message["Message-ID"] = "Mon, 14 Sep 2026 08:30:00 +0200", more.get("id", f"<{n}@example.org>")
    body = f"Naam: Bezoeker Nummer{n}\nTelefoon: 06{n:08}\nE-mail: bezoeker{n}@example.org\nHulpvraag: moe\n"
    message.set_content(more.get("body", body))
    return bytes(message)


def box(server, **more):
    return Mailbox(host=HOST, port=server.port, username=USER, **more)


def fetch(clinic):
    return mailbox.fetch_mail(clinic.as_("receptie"))


def stored(clinic, kind, **equals):
    with clinic.as_("receptie").database.reading() as connection:
        return clinic.as_("receptie")._store(connection).find(kind, **equals)


def test_form_mails_become_requests_once(clinic, server):
    clinic.as_("manager").do(mailbox.save_mailbox, box(server), PASSWORD)
    for n in (1, 2):
        server.put(form(n))
    server.put(form(3, body="Beste mensen,\n\nTot morgen.\n"))
    found = fetch(clinic)
    assert (found.read, found.new, found.trouble) == (3, 2, "")
    assert {one.name for one in stored(clinic, AdviceRequest)} == {"Bezoeker Nummer1", "Bezoeker Nummer2"}
    batch = stored(clinic, ImportBatch)[0]
    assert (batch.way, batch.new, batch.id) == (ImportWay.MAIL, 2, found.import_id)
    assert sorted(one.outcome for one in stored(clinic, MailMessage)) == [MailOutcome.NO_FORM, MailOutcome.REQUEST, MailOutcome.REQUEST]
    assert fetch(clinic).read == 0
    assert [flags for _uid, flags in server.contents()] == [frozenset()] * 3
    assert clinic.verified().ok
