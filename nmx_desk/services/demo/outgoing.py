"""The outbox of the demo clinic: messages in every state. No account is switched on in it, so that nothing ever leaves a demo."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.mailing import MailSender
from nmx_desk.exchange.smtp import Handed, Handing
from nmx_desk.services import mail_sender, outbox, sending
from nmx_desk.services.demo.office import MANAGER, RECEPTION, Journey, Office

ACCOUNT = MailSender(host="mail.example.org", from_name="Demokliniek", from_address="praktijk@example.org")
ANSWERS = (
    None,
    Handed(Handing.TAKEN, "250 2.0.0 OK"),
    Handed(Handing.REFUSED, "550 5.1.1 no such user"),
    None,
    Handed(Handing.TAKEN, "250 2.0.0 OK"),
    Handed(Handing.LATER, "451 4.7.1 please try again later"),
    Handed(Handing.UNSURE),
    Handed(Handing.TAKEN, "250 2.0.0 OK"),
)
"""What the mail server said, message by message; None: it has not been asked yet."""


def messages(office: Office, end: datetime) -> Journey:
    """Shortly before the end the confirmations of the first appointments to come are prepared, and most of them sent."""
    yield end - timedelta(minutes=20)
    office.do(MANAGER, mail_sender.save_sender, _switched(office, on=True))
    coming = [made for made in office.find(Appointment, status=AppointmentStatus.CONFIRMED) if made.starts_at > office.now]
    reached = {client.id for client in office.find(Client) if client.email and not client.has_died}
    first = sorted((made for made in coming if made.client_id in reached), key=lambda made: (made.starts_at, made.id))
    for made, answer in zip(first, ANSWERS, strict=False):
        mail = office.do(RECEPTION, outbox.send_confirmation, made.id)
        if answer is not None and (letter := office.do(RECEPTION, sending.prepare_mail, mail.id)) is not None:
            office.do(RECEPTION, sending.claim_mail, mail.id, letter)
            office.do(RECEPTION, sending.keep_answer, mail.id, answer)
    office.do(MANAGER, mail_sender.save_sender, _switched(office, on=False))


def _switched(office: Office, *, on: bool) -> MailSender:
    known = office.find(MailSender)
    return replace(known[0] if known else ACCOUNT, is_active=on)
