"""The website's mailbox against a real IMAP server: what comes in becomes requests, once, and nothing is deleted or lost."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage

import pytest

from nmx_desk.domain.errors import Cancelled, NotAllowed, UserError
from nmx_desk.domain.intake_ways import ImportWay, Mailbox, MailMessage, MailOutcome
from nmx_desk.domain.requests import AdviceRequest, ImportBatch
from nmx_desk.exchange import imap, mails
from nmx_desk.services import imports, mailbox
from nmx_desk.services.desk import Progress
from tests.clinic import MONDAY
from tests.clinic import PASSWORD as STAFF_PASSWORD
from tests.imap_server import HOST, PASSWORD, USER, ImapServer, Odd, certificates


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def server(keys, monkeypatch):
    trusted, own = keys
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with ImapServer(own) as running:
        running.arrived = MONDAY
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


def set_up(clinic, server, **more):
    return clinic.as_("manager").do(mailbox.save_mailbox, box(server, **more), PASSWORD).mailbox


def names(clinic):
    return sorted(one.surname for one in stored(clinic, AdviceRequest))


def test_nothing_happens_without_a_mailbox_or_when_it_is_off(clinic, server):
    assert fetch(clinic) is None
    set_up(clinic, server, is_active=False)
    server.put(form())
    assert fetch(clinic) is None
    assert stored(clinic, AdviceRequest) == []


def test_forms_are_moved_when_asked_and_other_messages_stay_unseen(clinic, server):
    set_up(clinic, server, move_to="Verwerkt & klaar é")
    server.put(form(1))
    server.put(form(2, body="Beste mensen, tot morgen."))
    server.put(form(3), seen=True)
    assert (fetch(clinic).new, fetch(clinic).read) == (2, 0)
    assert [flags for _uid, flags in server.contents()] == [frozenset()]
    assert [flags for _uid, flags in server.contents("Verwerkt & klaar é")] == [frozenset(), frozenset({b"\\Seen"})]


def test_a_server_that_cannot_move_keeps_them_and_says_so(clinic, keys, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(keys[0]))
    with ImapServer(keys[1], can_move=False) as server:
        set_up(clinic, server, move_to="Verwerkt")
        server.put(form())
        assert "cannot move" in fetch(clinic).trouble
        assert (len(server.contents()), len(server.contents("Verwerkt"))) == (1, 1)
        assert fetch(clinic).trouble == ""
        assert (len(server.contents()), len(server.contents("Verwerkt"))) == (1, 1)


def test_forms_that_were_read_and_not_yet_moved_are_moved_by_the_next_visit(clinic, server, monkeypatch):
    set_up(clinic, server, move_to="Verwerkt")
    server.put(form())

    def killed(_run, _folder, uids):
        if uids:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(mailbox._Run, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(clinic)
    assert len(names(clinic)) == 1 and len(server.contents()) == 1
    assert fetch(clinic).read == 0
    assert (len(names(clinic)), len(server.contents()), len(server.contents("Verwerkt"))) == (1, 0, 1)


def test_another_numbering_doubles_nothing_and_loses_nothing(clinic, server):
    set_up(clinic, server)
    for n in (1, 2):
        server.put(form(n))
    assert fetch(clinic).new == 2
    before = server.validity()
    server.renumber()
    server.put(form(3))
    found = fetch(clinic)
    assert server.validity() != before
    assert (found.read, found.new, found.double) == (3, 1, 0)
    assert names(clinic) == ["Nummer1", "Nummer2", "Nummer3"]
    assert stored(clinic, Mailbox)[0].uid_validity == server.validity()


def test_a_message_under_a_number_that_had_its_turn_is_read_all_the_same(clinic, server):
    set_up(clinic, server)
    server.put(form(1))
    fetch(clinic)
    server.lay_before(form(2), 7)
    assert fetch(clinic).new == 1
    assert fetch(clinic).read == 0


def test_two_messages_with_one_id_both_count_and_one_message_twice_counts_once(clinic, server):
    set_up(clinic, server)
    server.put(form(1, id="<same@example.org>"))
    server.put(form(2, id="<same@example.org>"))
    server.put(form(1, id="<same@example.org>"))
    assert fetch(clinic).new == 2
    assert names(clinic) == ["Nummer1", "Nummer2"]


def test_somebody_who_asked_before_is_marked_as_a_double(clinic, server):
    export = b"Naam;Telefoon;E-mail;Vraag\nBezoeker Nummer1;0600000001;bezoeker1@example.org;moe\n"
    clinic.as_("receptie").do(imports.import_requests, "export.csv", export)
    set_up(clinic, server)
    server.put(form(1))
    found = fetch(clinic)
    assert (found.new, found.double) == (0, 1)
    assert stored(clinic, MailMessage)[0].outcome is MailOutcome.DOUBLE


def test_one_undo_takes_a_visit_back_and_what_was_read_does_not_return(clinic, server):
    set_up(clinic, server)
    for n in range(45):
        server.put(form(n))
    found = fetch(clinic)
    batches = stored(clinic, ImportBatch)
    assert [(one.rows, one.new) for one in batches] == [(45, 45)]
    assert clinic.as_("receptie").do(imports.undo_import, found.import_id).removed == 45
    assert fetch(clinic).read == 0
    assert stored(clinic, AdviceRequest) == []
    assert clinic.verified().ok


def test_a_full_mailbox_survives_a_server_that_goes_away(clinic, server):
    set_up(clinic, server)
    for n in range(200):
        server.put(form(n))

    class Broken(Progress):
        def report(self, done, total, text=""):
            if done == 60:
                server.hang_up()

    found = mailbox.fetch_mail(clinic.as_("receptie"), progress=Broken())
    assert found.trouble and 60 <= found.read < 200
    assert stored(clinic, Mailbox)[0].trouble == found.trouble
    rest = fetch(clinic)
    assert rest.trouble == "" and rest.read == 200 - found.read
    assert len(set(names(clinic))) == len(names(clinic)) == 200
    assert stored(clinic, Mailbox)[0].trouble == ""


def test_a_visit_that_is_stopped_keeps_what_it_read(clinic, server):
    set_up(clinic, server)
    for n in range(50):
        server.put(form(n))

    class Stopped(Progress):
        def report(self, done, total, text=""):
            if done == 20:
                self.cancel()
            super().report(done, total, text)

    with pytest.raises(Cancelled):
        mailbox.fetch_mail(clinic.as_("receptie"), progress=Stopped())
    assert len(names(clinic)) == 20
    assert fetch(clinic).new == 30
    assert len(set(names(clinic))) == 50


def test_two_workstations_at_once_make_one_request(clinic, server):
    kept = set_up(clinic, server)
    letter = mails.read_mail(form(), clinic.clock())
    assert clinic.as_("receptie").do(mailbox.keep_mails, kept.id, 1, 5, [letter]).new == 1
    assert clinic.as_("behandelaar").do(mailbox.keep_mails, kept.id, 1, 5, [letter]).new == 0
    assert len(names(clinic)) == 1


def trouble(clinic):
    found = fetch(clinic)
    assert found.new == 0
    assert stored(clinic, Mailbox)[0].trouble == found.trouble
    return found.trouble


def test_a_wrong_password_is_said(clinic, server):
    clinic.as_("manager").do(mailbox.save_mailbox, box(server), "een ander")
    assert "refuses this user name or password" in trouble(clinic)


def test_a_folder_that_is_not_there_is_said(clinic, server):
    set_up(clinic, server, folder="Aanvragen")
    assert "“Aanvragen” is not in this mailbox" in trouble(clinic)


def test_a_certificate_nobody_vouches_for_is_refused(clinic, server, tmp_path, monkeypatch):
    set_up(clinic, server)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates(tmp_path)[0]))
    assert "certificate" in trouble(clinic)


def test_a_certificate_for_another_server_is_refused(clinic, tmp_path, monkeypatch):
    trusted, own = certificates(tmp_path, "mail.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with ImapServer(own) as server:
        set_up(clinic, server)
        assert "certificate" in trouble(clinic)


def test_a_server_without_tls_hears_no_password(clinic):
    heard = []

    def serve(listening):
        connection, _address = listening.accept()
        with connection:
            connection.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
            connection.settimeout(5)
            with suppress(OSError):
                while data := connection.recv(4096):
                    heard.append(data)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        wanted = Mailbox(host="127.0.0.1", port=listening.getsockname()[1], username=USER)
        clinic.as_("manager").do(mailbox.save_mailbox, wanted, PASSWORD)
        assert "does not speak TLS" in trouble(clinic)
        thread.join()
    assert PASSWORD.encode() not in b"".join(heard)


def test_nobody_there_is_said(clinic):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    clinic.as_("manager").do(mailbox.save_mailbox, Mailbox(host="127.0.0.1", port=port, username=USER), PASSWORD)
    assert "does not answer" in trouble(clinic)
    clinic.as_("manager").do(mailbox.save_mailbox, Mailbox(host="mail.invalid", username=USER), PASSWORD)
    assert "no mail server mail.invalid" in trouble(clinic)


IN = b"TAG OK in\r\n"
SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nTAG OK [READ-ONLY] selected\r\n"
CAPABLE = b"* CAPABILITY IMAP4rev1 MOVE\r\nTAG OK\r\n"
BODY = form()
LIES = {
    "garbage": (b"\x00\xff\xfe HTTP/1.1 200\r\n\r\n",),
    "an endless greeting": (b"* OK " + b"a" * 1_100_000 + b"\r\n",),
    "bye": (b"* BYE no room\r\n",),
    "letters for numbers": (b"* OK hi\r\n", CAPABLE, IN, SELECTED, CAPABLE,
                            b"* 1 FETCH (UID x)\r\nTAG OK\r\n", b"* SEARCH one -2 9999999999999\r\nTAG OK\r\n"),
    "numbers it was not asked for": (
        b"* OK hi\r\n", CAPABLE, IN, SELECTED, CAPABLE, b"TAG OK\r\n", b"* SEARCH 5 5 6\r\nTAG OK\r\n",
        b"* 1 FETCH (UID 77 BODY[]<0> {%d}\r\n%s)\r\nTAG OK\r\n" % (len(BODY), BODY), b"TAG OK\r\n", b"TAG OK\r\n",
    ),
    "no answer to the question": (b"* OK hi\r\n", CAPABLE, IN, SELECTED, CAPABLE, b"TAG OK\r\n", b"* SEARCH 5\r\nTAG OK\r\n",
                                  b"TAG BAD what\r\n"),
    "a literal without an end": (b"* OK hi\r\n", CAPABLE, IN, SELECTED, CAPABLE, b"TAG OK\r\n", b"* SEARCH 5\r\nTAG OK\r\n",
                                 b"* 1 FETCH (UID 5 BODY[]<0> {99999999999}\r\nabc"),
    "silence": (b"* OK hi\r\n", CAPABLE, IN, SELECTED, CAPABLE, b"TAG OK\r\n", b"* SEARCH 5\r\n"),
    "another tag": (b"* OK hi\r\n", CAPABLE, b"ZZZZ1 OK in\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_server_that_lies_breaks_nothing(clinic, keys, monkeypatch, lie):
    monkeypatch.setenv("SSL_CERT_FILE", str(keys[0]))
    monkeypatch.setattr(imap, "SECONDS", 0.5)
    with Odd(keys[1], *LIES[lie]) as server:
        set_up(clinic, server)
        found = fetch(clinic)
    assert (found.read, found.new) == (0, 0)
    assert stored(clinic, AdviceRequest) == []
    assert stored(clinic, Mailbox)[0].last_uid == 0


def test_the_password_stays_out_of_sight_and_goes_to_its_own_server_only(clinic, server):
    manager = clinic.as_("manager")
    view = manager.do(mailbox.save_mailbox, box(server), PASSWORD)
    assert view.has_password and PASSWORD not in repr(view)
    assert manager.do(mailbox.save_mailbox, box(server, every_minutes=9)).mailbox.every_minutes == 9
    for other in (Mailbox(host="mail.example.org", username=USER), Mailbox(host=HOST, port=server.port, username="iemand anders")):
        for case in (mailbox.save_mailbox, mailbox.account_to_try):
            with pytest.raises(UserError) as refused:
                manager.do(case, other)
            assert refused.value.field == "password"
    with manager.database.reading() as connection:
        text = " ".join(str(row) for row in connection.exec_driver_sql("SELECT field, old, new FROM audit_log_value").all())
    assert "every_minutes" in text and PASSWORD not in text


def test_who_may_set_it_and_who_may_read_it(clinic, server):
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(mailbox.save_mailbox, box(server), PASSWORD)
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(mailbox.read_mailbox)
    set_up(clinic, server)
    with pytest.raises(NotAllowed):
        mailbox.fetch_mail(clinic.as_("beheerder"))
    server.put(form())
    assert mailbox.try_mailbox(clinic.as_("beheerder"), box(server)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("host", ""), ("host", "https://mail.example.org"), ("username", " "), ("port", 0), ("port", 70000), ("every_minutes", 0),
     ("folder", "IN\r\nBOX"), ("move_to", "inbox"), ("name", "x" * 81)],
)  # fmt: skip
def test_what_cannot_be_a_mailbox_is_refused(clinic, field, value):
    wanted = replace(Mailbox(host="mail.example.org", username=USER), **{field: value})
    with pytest.raises(UserError) as refused:
        clinic.as_("manager").do(mailbox.save_mailbox, wanted, PASSWORD)
    assert refused.value.field == field


CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from nmx_desk.services import mailbox
from nmx_desk.services.opening import FrontDoor, Surroundings
from nmx_desk.vault.keyfile import CHEAP_KDF
around = Surroundings(kdf=CHEAP_KDF, clock=lambda: datetime(2026, 9, 14, 8, tzinfo=UTC))
desk = FrontDoor(Path(sys.argv[1]), around).sign_in("receptie", sys.argv[2])
print("in", flush=True)
mailbox.fetch_mail(desk)
"""


@pytest.mark.expects_log  # the server says on which sockets nobody listens any more
@pytest.mark.parametrize("moved", [1, 60])
def test_a_program_that_is_killed_loses_and_doubles_nothing(clinic, server, moved):
    set_up(clinic, server, move_to="Verwerkt")
    clinic.close()
    for n in range(200):
        server.put(form(n))
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(clinic.folder), STAFF_PASSWORD], stdout=subprocess.PIPE)
    child.stdout.readline()
    while child.poll() is None and len(server.contents("Verwerkt")) < moved:
        time.sleep(0.002)
    child.kill()
    child.wait()
    child.stdout.close()
    before = len(names(clinic))
    assert 0 < before < 200
    rest = fetch(clinic)
    assert rest.trouble == "" and rest.new == 200 - before
    assert len(set(names(clinic))) == len(names(clinic)) == 200
    assert (len(server.contents()), len(server.contents("Verwerkt"))) == (0, 200)
    assert clinic.verified().ok
