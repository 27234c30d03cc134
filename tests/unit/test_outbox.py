"""Mail about appointments, with a real SMTP server on the loopback: what is said, to whom, and that nothing is ever sent twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from nmx_desk import i18n
from nmx_desk.data import erasure
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import NO_CONTACT, Client
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.domain.family import Authority, Relation, Representative
from nmx_desk.domain.mailing import MailSecurity, MailSender, MailState, OutgoingMail
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.series import SeriesReach, SeriesRule, SeriesWish
from nmx_desk.exchange import smtp
from nmx_desk.services import (
    agenda,
    clients,
    contact_points,
    log,
    mail_sender,
    merging,
    outbox,
    proposals,
    reminders,
    representatives,
    requests,
    sending,
    series,
)
from nmx_desk.services.desk import Progress
from tests.clinic import once
from tests.imap_server import certificates
from tests.smtp_server import HOST, PASSWORD, USER, SmtpServer


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def server(keys, monkeypatch):
    trusted, own = keys
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with SmtpServer(own) as running:
        yield running


def sender(server, **more):
    address = "praktijk@example.org"
    made = MailSender(host=HOST, port=server.port, username=USER, from_name="Proefpraktijk", from_address=address, is_active=True)
    return replace(made, **more)


@pytest.fixture
def mailing(clinic, server):
    """The clinic with its mail switched on, and a client with an address."""
    clinic.as_("manager").do(mail_sender.save_sender, sender(server), PASSWORD)
    return clinic.as_("receptie")


def somebody(desk, **more):
    asked = {"first_name": "Anna", "surname": "de Vries", "phone": "0600222333", "email": "anna@example.org"}
    return desk.do(clients.create_client, Client(**asked | more))


def booked(desk, client, skip=0, kind="intake"):
    offer = desk.do(agenda.next_free, kind, count=skip + 1)[skip]
    return desk.do(agenda.book, kind, offer.practitioner_id, offer.starts_at, client_id=client.id)


def kept(desk, **equals):
    return desk.do(once(lambda work: sorted(work.store.find(OutgoingMail, **equals), key=lambda mail: mail.created_at), "mail.read"))


def send(clinic, **how):
    clinic.clock.move(minutes=3)
    return sending.send_waiting(clinic.as_("receptie"), **how)


def invitation_in(message):
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    return part.get_param("method"), Calendar.from_ical(part.get_content()).walk("VEVENT")[0]


# -- what is said ------------------------------------------------------------------------------------------------------------------------


def test_booking_moving_and_cancelling_are_told_with_the_same_uid_and_a_rising_sequence(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    assert send(clinic).sent == 1
    offer = mailing.do(agenda.next_free, "intake", count=9)[8]
    moved = mailing.do(agenda.move, made.id, offer.starts_at, offer.practitioner_id)
    assert send(clinic).sent == 1
    mailing.do(agenda.cancel, moved.id, "client", "ziek")
    assert send(clinic).sent == 1
    told = [invitation_in(message) for message in server.taken]
    assert [method for method, _event in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for _method, event in told} == {made.uid}
    assert [event["SEQUENCE"] for _method, event in told] == [0, 1, 2]
    assert [event["DTSTART"].dt for _method, event in told] == [made.starts_at, moved.starts_at, moved.starts_at]
    assert [message["Subject"] for message in server.taken] == [
        "Uw afspraak bij Proefpraktijk", "Uw afspraak bij Proefpraktijk is verzet", "Uw afspraak bij Proefpraktijk gaat niet door",
    ]  # fmt: skip
    assert {(message["To"], message["From"]) for message in server.taken} == {("anna@example.org", "Proefpraktijk <praktijk@example.org>")}
    assert len({message["Message-ID"] for message in server.taken}) == 3


def test_the_text_names_day_time_and_zone_and_nothing_clinical(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    send(clinic)
    text = server.taken[0].get_body(("plain",)).get_content()
    wall = made.starts_at.astimezone(ZoneInfo("Europe/Amsterdam"))
    assert f"{wall:%H:%M} tot" in text and "(Europe/Amsterdam, UTC+2)" in text and "Beste Anna de Vries," in text
    assert "{" not in text and "Behandelaar" in text


def test_a_client_who_speaks_english_gets_english(clinic, server, mailing):
    booked(mailing, somebody(mailing, language="en"))
    send(clinic)
    (message,) = server.taken
    assert message["Subject"] == "Your appointment at Proefpraktijk" and "Dear Anna" in message.get_body(("plain",)).get_content()


def test_what_is_undone_at_once_is_never_sent(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    mailing.do(agenda.cancel, made.id, "clinic", "vergissing")
    assert send(clinic).sent == 0 and server.seen == []
    assert [mail.state for mail in kept(mailing)] == [MailState.WITHDRAWN]


def test_a_move_there_and_back_says_nothing_and_two_moves_say_the_last(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    send(clinic)
    first, second = mailing.do(agenda.next_free, "intake", count=9)[7:]
    moved = mailing.do(agenda.move, made.id, first.starts_at, first.practitioner_id)
    back = mailing.do(agenda.undo_status, moved.id)
    assert send(clinic).sent == 0
    moved = mailing.do(agenda.move, back.id, first.starts_at, first.practitioner_id)
    mailing.do(agenda.move, moved.id, second.starts_at, second.practitioner_id)
    assert send(clinic).sent == 1
    assert invitation_in(server.taken[-1])[1]["DTSTART"].dt == second.starts_at


def test_a_cancellation_that_is_taken_back_is_confirmed_again_with_a_higher_sequence(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    send(clinic)
    mailing.do(agenda.cancel, made.id, "clinic", "vergissing")
    send(clinic)
    mailing.do(agenda.undo_status, made.id)
    send(clinic)
    told = [invitation_in(message) for message in server.taken]
    assert [(method, event["SEQUENCE"]) for method, event in told] == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]


# -- who gets nothing --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", [{"email": ""}, {"preferred_channel": NO_CONTACT}], ids=["no address", "wants no messages"],
)  # fmt: skip
def test_nothing_is_queued_for_who_cannot_or_will_not_have_mail(clinic, server, mailing, who):
    made = booked(mailing, somebody(mailing, **who))
    assert kept(mailing) == [] and mailing.do(outbox.preview_mail, made.id).why_not
    with pytest.raises(UserError):
        mailing.do(outbox.send_confirmation, made.id)


def test_nothing_goes_to_an_address_from_which_mail_came_back(clinic, server, mailing):
    client = somebody(mailing)
    points = mailing.do(contact_points.contact_points, client.id)
    bounced = [replace(point, bounced_on=clinic.clock().date()) if point.value == "anna@example.org" else point for point in points]
    mailing.do(contact_points.save_contact_points, client.id, bounced)
    made = booked(mailing, client)
    assert kept(mailing) == [] and "came back" in mailing.do(outbox.preview_mail, made.id).why_not


def test_who_died_meanwhile_gets_nothing_and_the_server_never_hears_the_address(clinic, server, mailing):
    client = somebody(mailing)
    booked(mailing, client)
    mailing.do(clients.change_client, replace(client, deceased_on=clinic.clock().date()))
    send(clinic)
    assert server.seen == [] and [mail.state for mail in kept(mailing)] == [MailState.WITHDRAWN]
    assert "died" in kept(mailing)[0].answer


def test_nothing_goes_out_until_the_clinic_switches_it_on(clinic, server):
    desk = clinic.as_("receptie")
    booked(desk, somebody(desk))
    assert sending.send_waiting(desk) is None and kept(desk) == [] and server.seen == []
    clinic.as_("manager").do(mail_sender.save_sender, sender(server, is_active=False), PASSWORD)
    booked(desk, somebody(desk, surname="Bakker"), skip=3)
    assert sending.send_waiting(desk) is None and kept(desk) == [] and server.seen == []


def test_an_appointment_written_down_afterwards_is_not_told(clinic, server, mailing):
    offer = mailing.do(agenda.next_free, "intake")[0]
    mailing.do(agenda.book, "intake", offer.practitioner_id, clinic.clock().replace(second=0, microsecond=0) - timedelta(hours=2),
               client_id=somebody(mailing).id, afterwards=True)  # fmt: skip
    assert kept(mailing) == []


# -- bad days of a mail server -----------------------------------------------------------------------------------------------------------


def test_greylisted_mail_is_tried_again_later_with_a_growing_pause(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    server.at_rcpt = "451 4.7.1 greylisted"
    pauses = []
    for _try in range(3):
        assert send(clinic).later == 1
        (mail,) = kept(mailing)
        pauses.append(mail.next_try_at - clinic.clock())
        assert mail.state is MailState.WAITING and "greylisted" in mail.answer
        assert send(clinic).later == 0  # not before its time
        clinic.clock.moment = mail.next_try_at
    assert pauses == sorted(pauses) and pauses[0] < pauses[2]
    server.at_rcpt = ""
    assert send(clinic).sent == 1 and len({kept(mailing)[0].message_id, server.taken[0]["Message-ID"]}) == 1


def test_refused_mail_is_shown_and_not_tried_again(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    server.at_rcpt = "550 5.1.1 no such user"
    assert send(clinic).refused == 1
    server.at_rcpt = ""
    assert send(clinic, everything=True).sent == 0 and server.taken == []
    (row,) = mailing.do(outbox.list_outbox).rows
    assert (row.mail.state, row.name) == (MailState.REFUSED, "Anna de Vries") and "no such user" in row.mail.answer
    assert mailing.do(outbox.count_trouble) == 1


def test_a_refused_message_goes_to_the_new_address_when_it_is_sent_again(clinic, server, mailing):
    client = somebody(mailing)
    booked(mailing, client)
    server.at_rcpt = "550 5.1.1 no such user"
    send(clinic)
    server.at_rcpt = ""
    mailing.do(clients.change_client, replace(client, email="juist@example.org"))
    mailing.do(outbox.send_now, kept(mailing)[0].id)
    assert send(clinic).sent == 1
    assert server.taken[0]["To"] == "juist@example.org" and "juist@example.org" in invitation_in(server.taken[0])[1]["ATTENDEE"]


def test_a_server_that_takes_a_message_and_drops_the_line_leaves_it_in_doubt_and_it_is_never_sent_twice(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    server.at_data = "drop"
    assert send(clinic).unsure == 1
    server.at_data = ""
    for _again in range(3):
        clinic.clock.move(hours=12)
        send(clinic, everything=True)
    assert len(server.taken) == 1 and kept(mailing)[0].state is MailState.UNSURE
    mailing.do(outbox.mark_sent, kept(mailing)[0].id)
    assert kept(mailing)[0].state is MailState.SENT


def test_a_server_that_answers_too_late_leaves_it_in_doubt(clinic, server, mailing, monkeypatch):
    booked(mailing, somebody(mailing))
    monkeypatch.setattr(smtp, "SECONDS", 1)
    server.at_data = 3.0
    assert send(clinic).unsure == 1 and kept(mailing)[0].state is MailState.UNSURE


def test_who_stops_between_claim_and_answer_leaves_a_message_that_is_in_doubt_and_not_sent_again(clinic, server, mailing, monkeypatch):
    booked(mailing, somebody(mailing))

    def dies(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending._Run, "_keep", dies)
        with pytest.raises(KeyboardInterrupt):
            send(clinic)
    assert kept(mailing)[0].state is MailState.SENDING and len(server.taken) == 1
    assert send(clinic).sent == 0  # perhaps another workstation is at it
    clinic.clock.move(minutes=15)
    assert send(clinic, everything=True).unsure == 1
    assert kept(mailing)[0].state is MailState.UNSURE and len(server.taken) == 1


def test_two_workstations_send_a_message_once(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    clinic.clock.move(minutes=3)
    one, two = clinic.as_("receptie"), clinic.front.sign_in("behandelaar", "vier gele fietsen zwemmen")
    mail_id = kept(one)[0].id
    letter = two.do(sending.prepare_mail, mail_id)
    assert sending.send_waiting(one).sent == 1
    with pytest.raises(Conflict):
        two.do(sending.claim_mail, mail_id, letter)
    assert sending.send_waiting(two).sent == 0 and len(server.taken) == 1
    two.close()


def test_a_server_that_is_gone_is_told_once_and_tried_later(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    clinic.as_("manager").do(mail_sender.save_sender, sender(server, port=1), PASSWORD)
    found = send(clinic)
    assert "does not answer" in found.trouble
    (mail,) = kept(mailing)
    assert mail.state is MailState.WAITING and mail.tries == 1 and mail.next_try_at > clinic.clock()
    assert mailing.do(outbox.list_outbox).trouble == found.trouble


def test_what_went_wrong_while_dutch_is_shown_is_read_in_english_after_the_switch(clinic, server, mailing):
    about = somebody(mailing, first_name="Piet", email="piet@example.org")
    booked(mailing, about)
    manager, before = clinic.as_("manager"), i18n.language()
    manager.do(mail_sender.save_sender, sender(server, port=1), PASSWORD)

    def told(*, gone=False):
        view = mailing.do(outbox.list_outbox, gone=gone)
        return view.trouble, view.rows[0].mail.answer

    try:
        i18n.use("nl")
        found = send(clinic).trouble
        assert "antwoordt niet" in found and told() == (found, found)
        i18n.use("en")
        assert all("does not answer" in text for text in told())
        i18n.use("nl")
        manager.do(mail_sender.save_sender, sender(server), PASSWORD)
        mailing.do(clients.change_client, replace(about, preferred_channel=NO_CONTACT))
        send(clinic, everything=True)
        assert told(gone=True)[1] == "Piet de Vries wil geen berichten."
        i18n.use("en")
        assert told(gone=True)[1] == "Piet de Vries wants no messages."
    finally:
        i18n.use(before)
    mail_id = kept(mailing)[0].id
    line = next(row for row in manager.do(log.list_log) if row.obj_id == mail_id)
    changed = {one.field: (one.old, one.new) for one in manager.do(log.log_details, line.seq).changes}
    assert "does not answer" in changed["answer"][0] and changed["answer"][1] == "Piet de Vries wants no messages."
    raw = mailing.do(once(lambda work: work.store.connection.exec_driver_sql("SELECT answer FROM outgoing_mail").scalar_one(), "mail.read"))
    assert raw == '{"said": ["{name} wants no messages."], "with": {"name": "Piet de Vries"}}'


def test_what_was_kept_as_words_is_shown_as_it_was(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    (mail,) = kept(mailing)
    mailing.do(once(lambda work: work.store.change(mail, answer="De mailserver antwoordt niet."), "mail.send"))
    assert kept(mailing)[0].answer == "De mailserver antwoordt niet."


def test_what_cannot_be_sent_for_days_is_given_up(clinic, server, mailing):
    booked(mailing, somebody(mailing), skip=400, kind="advice_call")
    server.at_rcpt = "451 later"
    send(clinic)
    clinic.clock.move(days=4)
    assert send(clinic).later == 1
    assert kept(mailing)[0].state is MailState.REFUSED


def test_a_message_about_what_has_begun_is_not_sent_any_more(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    clinic.clock.moment = made.starts_at + timedelta(minutes=1)
    assert send(clinic).sent == 0 and kept(mailing)[0].state is MailState.WITHDRAWN


# -- the account -------------------------------------------------------------------------------------------------------------------------


def test_the_account_is_tried_with_a_message_to_the_clinic_itself(clinic, server):
    boss = clinic.as_("manager")
    assert mail_sender.try_sender(boss, sender(server), PASSWORD) == "praktijk@example.org"
    assert server.taken[0]["To"] == "praktijk@example.org"
    with pytest.raises(UserError) as refused:
        mail_sender.try_sender(boss, sender(server), "fout")
    assert refused.value.field == "password"


def test_starttls_is_used_and_asked_for(clinic, keys, monkeypatch, server):
    boss = clinic.as_("manager")
    with SmtpServer(keys[1], starttls=True) as other:
        wanted = sender(other, security=MailSecurity.STARTTLS)
        assert mail_sender.try_sender(boss, wanted, PASSWORD) and len(other.taken) == 1
        with pytest.raises(EnvironmentProblem, match="does not speak TLS"):
            mail_sender.try_sender(boss, sender(other), PASSWORD)


@pytest.mark.expects_log  # of the server, which is left in the middle of it
def test_a_certificate_nobody_vouches_for_is_refused_before_the_password_is_told(clinic, tmp_path, monkeypatch, keys):
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates(tmp_path / "other")[0]))
    for security in MailSecurity:
        with SmtpServer(keys[1], starttls=security is MailSecurity.STARTTLS) as other:
            with pytest.raises(EnvironmentProblem, match="certificate"):
                mail_sender.try_sender(clinic.as_("manager"), sender(other, security=security), PASSWORD)
            assert other.seen == []


def test_the_password_stays_with_its_server_and_never_stands_in_the_log(clinic, server, mailing):
    boss = clinic.as_("manager")
    with pytest.raises(UserError):
        boss.do(mail_sender.save_sender, sender(server, host="elders.example.org"))
    boss.do(mail_sender.save_sender, sender(server, from_name="Andere naam"))
    assert boss.do(mail_sender.read_sender).has_password
    booked(mailing, somebody(mailing))
    assert send(clinic).sent == 1 and server.taken[0]["From"].addresses[0].display_name == "Andere naam"


def test_a_receptionist_does_not_change_the_account(clinic, server):
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(mail_sender.save_sender, sender(server), PASSWORD)


# -- reminders ---------------------------------------------------------------------------------------------------------------------------


def test_a_reminder_run_lists_first_whom_it_reminds_and_does_so_once(clinic, server, mailing):
    anna, nobody = somebody(mailing), somebody(mailing, surname="Bakker", email="")
    one, two = booked(mailing, anna), booked(mailing, nobody, skip=3)
    send(clinic)
    server.taken.clear()
    clinic.clock.moment = one.starts_at - timedelta(hours=4)
    run = mailing.do(reminders.list_reminders)
    assert {row.appointment_id: bool(row.why_not) for row in run.rows} == {one.id: False, two.id: True}
    assert mailing.do(reminders.queue_reminders, [one.id, two.id]) == 1
    assert [row.why_not for row in mailing.do(reminders.list_reminders).rows if row.appointment_id == one.id] == ["Has a reminder already."]
    assert mailing.do(reminders.queue_reminders, [one.id]) == 0
    assert send(clinic).sent == 1 and server.taken[0]["Subject"].startswith("Herinnering")


def test_the_log_is_whole_after_all_this(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    mailing.do(outbox.open_mail, kept(mailing)[0].id)
    mailing.do(outbox.withdraw_mail, kept(mailing)[0].id)
    mailing.do(outbox.send_confirmation, made.id)
    send(clinic, progress=Progress())
    assert clinic.verified().ok


# -- a program that is killed ------------------------------------------------------------------------------------------------------------


SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from tests.clinic import PASSWORD, Clock, TestClinic
from nmx_desk.services import sending
clinic = TestClinic(Path(sys.argv[1]), Clock(datetime.fromisoformat(sys.argv[2])))
print("begun", flush=True)
sending.send_waiting(clinic.as_("receptie"))
"""


def killed(clinic, server, until):
    """Another process sends, and is killed as soon as the server has seen this."""
    moment = clinic.clock.moment + timedelta(minutes=3)
    clinic.close()
    command = [sys.executable, "-c", SENDER, str(clinic.folder), moment.isoformat()]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}) as process:
        deadline = time.monotonic() + 30
        while not until() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    assert until()
    clinic.clock.moment = moment + timedelta(minutes=1)


def test_a_program_killed_while_the_server_takes_the_message_does_not_send_it_again(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    server.at_data = 5.0
    killed(clinic, server, lambda: "DATA" in server.seen)
    desk = clinic.as_("receptie")
    assert kept(desk)[0].state is MailState.SENDING
    server.at_data = ""
    for _round in range(3):
        clinic.clock.move(minutes=20)
        send(clinic, everything=True)
    assert kept(desk)[0].state is MailState.UNSURE and server.seen.count("DATA") == 1
    assert clinic.verified().ok


def test_a_program_killed_before_the_server_wanted_the_message_sends_it_once_afterwards(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    server.slow_rcpt = 5.0
    killed(clinic, server, lambda: any(line.startswith("RCPT") for line in server.seen))
    server.slow_rcpt = 0.0
    assert kept(clinic.as_("receptie"))[0].state is MailState.WAITING
    assert send(clinic).sent == 1 and send(clinic).sent == 0
    assert len(server.taken) == 1


# -- whose mail it is --------------------------------------------------------------------------------------------------------------------


def test_a_childs_mail_goes_to_a_parent_with_authority(clinic, server, mailing):
    child = somebody(mailing, first_name="Saar", email="", birth_date=clinic.clock().date() - timedelta(days=3650))
    parent = Representative(first_name="Els", relation=Relation.PARENT, authority=Authority.YES, email="els@example.org")
    mailing.do(representatives.add_representative, child.id, parent)
    booked(mailing, child, kind="advice_call")
    assert send(clinic).sent == 1 and server.taken[0]["To"] == "els@example.org"
    assert "Saar" in server.taken[0].get_body(("plain",)).get_content()


def test_a_call_booked_for_a_request_is_told_to_the_address_of_the_request(clinic, server, mailing):
    asked = NewRequest(first_name="Kim", surname="de Bos", phone="0600112233", email="kim@example.org", question="Altijd moe")
    request = mailing.do(requests.new_request, asked)
    mailing.do(requests.book_call, request.id, mailing.do(agenda.next_free, "advice_call")[0])
    assert send(clinic).sent == 1
    (message,) = server.taken
    assert message["To"] == "kim@example.org" and "moe" not in message.as_string().lower().replace("moet", "")
    assert mailing.do(outbox.list_outbox, gone=True).rows[0].name == "Kim de Bos"


def test_mail_of_a_client_who_became_another_goes_to_who_stayed(clinic, server, mailing):
    one, other = somebody(mailing), somebody(mailing, surname="de Vries-Bos", email="blijft@example.org")
    booked(mailing, one)
    asked = mailing.do(merging.propose_merge, other.id, one.id, None, "dezelfde")
    clinic.as_("manager").do(proposals.approve_proposal, asked.id)
    assert send(clinic).sent == 1 and server.taken[0]["To"] in {"blijft@example.org", "anna@example.org"}
    assert {mail.client_id for mail in kept(mailing)} == {other.id}
    assert clinic.verified().ok


def test_a_destroyed_file_takes_its_messages_along(clinic, server, mailing):
    client = somebody(mailing)
    booked(mailing, client)
    send(clinic)
    rows = mailing.do(once(lambda work: erasure.rows_of_file(work.store, client.id), "mail.read"))
    assert len(rows["outgoing_mail"]) == 1


# -- a series ----------------------------------------------------------------------------------------------------------------------------


def series_for(desk, client, times=4):
    offer = desk.do(agenda.next_free, "follow_up")[0]
    wish = SeriesWish(client_id=client.id, type_code="follow_up", practitioner_id=offer.practitioner_id, starts_at=offer.starts_at,
                      rule=SeriesRule(times=times))  # fmt: skip
    return desk.do(series.book_series, wish).appointments


def test_a_series_is_confirmed_in_one_message_with_an_invitation_for_each(clinic, server, mailing):
    made = series_for(mailing, somebody(mailing))
    assert len(kept(mailing)) == 1 and send(clinic).sent == 1
    (message,) = server.taken
    files = [part for part in message.walk() if part.get_content_type() == "application/ics"]
    told = [Calendar.from_ical(part.get_content()).walk("VEVENT")[0] for part in files]
    assert [event["DTSTART"].dt for event in told] == [one.starts_at for one in made]
    text = message.get_body(("plain",)).get_content()
    assert text.count("Europe/Amsterdam") == len(made) == 4


def test_one_of_a_series_that_changes_before_it_was_sent_changes_the_message(clinic, server, mailing):
    made = series_for(mailing, somebody(mailing))
    mailing.do(agenda.cancel, made[0].id, "client", "vakantie")
    assert send(clinic).sent == 1 and len(kept(mailing)) == 1
    assert server.taken[0].get_body(("plain",)).get_content().count("Europe/Amsterdam") == 3


def test_a_series_that_is_taken_back_at_once_is_never_told(clinic, server, mailing):
    made = series_for(mailing, somebody(mailing))
    mailing.do(series.cancel_series, made[0].id, SeriesReach.ALL, "clinic", "vergissing")
    assert send(clinic).sent == 0 and server.seen == []


def test_a_date_that_is_added_joins_the_message_that_waits_and_is_told_by_itself_later(clinic, server, mailing):
    made = series_for(mailing, somebody(mailing), times=2)
    mailing.do(series.book_another, made[0].id, made[1].starts_at + timedelta(days=7))
    assert send(clinic).sent == 1 and server.taken[0].get_body(("plain",)).get_content().count("Europe/Amsterdam") == 3
    mailing.do(series.book_another, made[0].id, made[1].starts_at + timedelta(days=14))
    assert send(clinic).sent == 1 and server.taken[1].get_body(("plain",)).get_content().count("Europe/Amsterdam") == 1


def test_one_of_a_series_that_changes_later_is_told_by_itself(clinic, server, mailing):
    made = series_for(mailing, somebody(mailing))
    send(clinic)
    mailing.do(agenda.cancel, made[2].id, "client", "vakantie")
    assert send(clinic).sent == 1
    method, event = invitation_in(server.taken[-1])
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("CANCEL", made[2].uid, 1)
    assert clinic.verified().ok


def test_who_knows_an_appointment_from_before_the_mail_is_told_changes_only(clinic, server):
    boss, desk = clinic.as_("manager"), clinic.as_("receptie")
    made = booked(desk, somebody(desk))
    boss.do(mail_sender.save_sender, sender(server), PASSWORD)
    desk.do(agenda.cancel, made.id, "clinic", "vergissing")
    desk.do(agenda.undo_status, made.id)
    assert send(clinic).sent == 0
    offer = desk.do(agenda.next_free, "intake", count=9)[8]
    moved = desk.do(agenda.move, made.id, offer.starts_at, offer.practitioner_id)
    desk.do(agenda.undo_status, moved.id)
    assert send(clinic).sent == 0
    current = desk.do(once(lambda work: work.store.find_one(Appointment, uid=made.uid, live=True), "agenda.read"))
    desk.do(agenda.move, current.id, offer.starts_at, offer.practitioner_id)
    assert send(clinic).sent == 1 and "verzet" in server.taken[0]["Subject"]


# -- more bad days -----------------------------------------------------------------------------------------------------------------------


def test_a_server_that_does_not_take_our_own_address_leaves_everything_waiting(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    server.at_mail = "550 5.7.1 not your address"
    assert "not your address" in send(clinic).trouble
    assert [mail.state for mail in kept(mailing)] == [MailState.WAITING]
    server.at_mail = ""
    assert send(clinic, everything=True).sent == 1


@pytest.mark.parametrize(
    ("answer", "state"), [("554 5.7.1 looks like spam", MailState.REFUSED), ("452 4.3.1 disk full", MailState.WAITING)]
)
def test_what_the_server_says_after_it_has_seen_the_message_counts(clinic, server, mailing, answer, state):
    booked(mailing, somebody(mailing))
    server.at_data = answer
    send(clinic)
    assert kept(mailing)[0].state is state and answer[:3] in kept(mailing)[0].answer


def test_one_refused_message_does_not_keep_the_others(clinic, server, mailing):
    booked(mailing, somebody(mailing, email="weg@example.org"))
    booked(mailing, somebody(mailing, surname="Bakker", phone="0600999888"), skip=4)
    server.refused = {"weg@example.org"}
    found = send(clinic)
    assert (found.sent, found.refused) == (1, 1) and server.taken[0]["To"] == "anna@example.org"


def test_a_line_that_drops_in_the_middle_leaves_the_rest_waiting(clinic, server, mailing):
    booked(mailing, somebody(mailing))
    booked(mailing, somebody(mailing, surname="Bakker", phone="0600999888", email="b@example.org"), skip=4)
    server.at_data = "drop"
    found = send(clinic)
    assert found.unsure == 1 and found.trouble
    assert sorted(mail.state for mail in kept(mailing)) == sorted([MailState.UNSURE, MailState.WAITING])
    server.at_data = ""
    assert send(clinic, everything=True).sent == 1 and len(server.taken) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("host", ""), ("host", "smtp://x"), ("port", 0), ("from_address", ""), ("from_address", "geen adres"), ("reply_to", "fout"),
     ("reminder_hours", -1), ("reminder_hours", 9999)],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused_beside_its_field(clinic, server, field, value):
    with pytest.raises(UserError) as refused:
        clinic.as_("manager").do(mail_sender.save_sender, sender(server, **{field: value}), PASSWORD)
    assert refused.value.field == field


def test_no_reminders_when_the_clinic_wants_none(clinic, server, mailing):
    made = booked(mailing, somebody(mailing))
    clinic.as_("manager").do(mail_sender.save_sender, sender(server, reminder_hours=0))
    clinic.clock.moment = made.starts_at - timedelta(hours=2)
    assert mailing.do(reminders.list_reminders).rows == ()


def test_an_address_that_the_server_does_not_know_is_marked_until_somebody_says_that_it_works(clinic, server, mailing):
    client = somebody(mailing)
    booked(mailing, client)
    server.at_rcpt = "550 5.1.1 no such user"
    send(clinic)
    (point,) = [one for one in mailing.do(contact_points.contact_points, client.id) if one.value == "anna@example.org"]
    assert point.bounced_on == clinic.clock().date()
    booked(mailing, client, skip=40)
    assert len(kept(mailing)) == 1
    server.at_rcpt = "550 5.7.1 not from you"
    other = somebody(mailing, surname="Bakker", phone="0600999888", email="b@example.org")
    booked(mailing, other, skip=60)
    send(clinic)
    assert all(one.bounced_on is None for one in mailing.do(contact_points.contact_points, other.id))
    assert clinic.verified().ok
