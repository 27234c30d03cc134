"""Mail that goes out over SMTP, only through TLS with a checked certificate. What became of a message is told exactly, or as unsure."""

from __future__ import annotations

import re
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from enum import StrEnum

from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.domain.mailing import MailSecurity
from nmx_desk.exchange.network import mail_errors, tls_context
from nmx_desk.i18n import S_

SECONDS = 20  # until a silent server counts as gone
_LONGEST = 180  # seconds of one step, whatever the server does meanwhile
_LONGEST_ANSWER = 300
_OURSELVES = "[127.0.0.1]"
"""What we call ourselves: the workstation's name is nobody's business."""


@dataclass(frozen=True)
class Account:
    """Where mail is handed over and how one gets in; without a user name nobody signs in."""

    host: str
    port: int
    security: MailSecurity
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message as it goes out. ``calendar``: iCalendar texts that go along, one after the other, with their ``method``."""

    message_id: str
    date: datetime
    from_name: str
    from_address: str
    to_address: str
    subject: str
    body: str
    reply_to: str = ""
    language: str = "nl"
    calendar: str = ""
    method: str = "REQUEST"


class Handing(StrEnum):
    """What became of a message that was handed over."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Handed:
    """What the server made of a message, and what it said. ``unknown``: it knows no such address."""

    what: Handing
    answer: str = ""
    unknown: bool = False


def mailable(address: str) -> str:
    """An address as any server takes it, the domain in its ASCII form; empty when there is no such form."""
    local, _at, domain = address.rpartition("@")
    try:
        told = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return ""
    return told if local and domain and told.isascii() and told.isprintable() and " " not in told else ""


def message(letter: Letter) -> bytes:
    """The message as it stands on the wire: text, invitation, and the invitation as a file for who has no calendar in their mail."""
    made = EmailMessage(policy=POLICY)
    made["From"] = Address(_line(letter.from_name), addr_spec=mailable(letter.from_address))
    made["To"] = Address(addr_spec=mailable(letter.to_address))
    if letter.reply_to:
        made["Reply-To"] = Address(addr_spec=mailable(letter.reply_to))
    made["Subject"] = _line(letter.subject)
    made["Date"] = letter.date
    made["Message-ID"] = letter.message_id
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.body, cte="quoted-printable")
    calendars = [f"BEGIN:VCALENDAR\r\n{text}" for text in re.split(r"(?m)^BEGIN:VCALENDAR\r\n", letter.calendar)[1:]]
    if calendars:
        made.add_alternative(calendars[0], subtype="calendar", cte="base64", params={"method": letter.method})
    name = "afspraak" if letter.language == "nl" else "appointment"
    for number, text in enumerate(calendars, 1):
        file = f"{name}.ics" if len(calendars) == 1 else f"{name}-{number}.ics"
        made.add_attachment(text.encode(), maintype="application", subtype="ics", filename=file)
    made["Content-Language"] = letter.language
    return made.as_bytes()


def _line(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


class Post:
    """A connection at which messages are handed over, one after the other: ``offer``, then ``hand_over`` or ``let_go``."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def offer(self, sender: str, receiver: str) -> Handed | None:
        """Say from whom a message is and for whom; None: the server wants to see it. Nothing was sent before that.

        Raises ``UserError`` when the server does not take the clinic's own address, ``EnvironmentProblem`` when it is gone.
        """
        with _gone(), _in_time(self._connection):
            code, told = self._connection.mail(mailable(sender))
            if code != 250:
                self._reset()
                if 400 <= code < 500:
                    return Handed(Handing.LATER, _answer(code, told))
                text = S_("The mail server does not take mail from {address}: {answer}. Check the sender's address.")
                raise UserError("from_address", text.format(address=sender, answer=_answer(code, told)))
            code, told = self._connection.rcpt(mailable(receiver))
            if code in {250, 251}:
                return None
            self._reset()
            return _not_taken(code, told)

    def hand_over(self, data: bytes) -> Handed:
        """Send the message that was offered. When the answer does not come nobody knows whether it was taken: ``UNSURE``."""
        with _gone(), _in_time(self._connection):
            code, told = self._connection.docmd("DATA")
        if code != 354:
            self._reset()
            return _not_taken(code, told)
        try:
            with _in_time(self._connection):
                self._connection.send(_dotted(data))
                code, told = self._connection.getreply()
        except (OSError, smtplib.SMTPException):
            self._connection.close()
            return Handed(Handing.UNSURE)
        return Handed(Handing.TAKEN, _answer(code, told)) if code == 250 else _not_taken(code, told)

    def let_go(self) -> None:
        """Not send what was offered."""
        self._reset()

    def _reset(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self._connection.rset()


def _not_taken(code: int, told: bytes) -> Handed:
    answer = _answer(code, told)
    if 400 <= code < 500:
        return Handed(Handing.LATER, answer)
    return Handed(Handing.REFUSED, answer, unknown=bool(re.match(rb"5\.1\.[1236]\b", told)))


def _answer(code: int, told: bytes) -> str:
    text = " ".join(told.decode("utf-8", "replace").split())
    return "".join(sign for sign in f"{code} {text}" if sign.isprintable())[:_LONGEST_ANSWER]


def _dotted(data: bytes) -> bytes:
    """The message as DATA takes it: lines that begin with a dot get another, and a dot alone ends it."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    return re.sub(rb"(?m)^\.", b"..", lines).removesuffix(b"\r\n") + b"\r\n.\r\n"


@contextmanager
def opened(account: Account, *, stop: Callable[[Callable[[], None]], object] | None = None) -> Iterator[Post]:
    """Go to the server and sign in. ``stop`` is told how to hang up. Raises ``UserError`` and ``EnvironmentProblem`` with a sentence."""
    with _errors(account):
        connection = _connect(account)
        try:
            if stop is not None:
                stop(lambda: _hang_up(connection))
            with _in_time(connection):
                _secure(connection, account)
                _log_in(connection, account)
            yield Post(connection)
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
        finally:
            connection.close()


def _connect(account: Account) -> smtplib.SMTP:
    if account.security is MailSecurity.TLS:
        return smtplib.SMTP_SSL(account.host, account.port, _OURSELVES, timeout=SECONDS, context=tls_context())
    return smtplib.SMTP(account.host, account.port, _OURSELVES, timeout=SECONDS)


def _secure(connection: smtplib.SMTP, account: Account) -> None:
    connection.ehlo_or_helo_if_needed()
    if account.security is MailSecurity.STARTTLS:
        if not connection.has_extn("starttls"):
            text = S_("The mail server {host} offers no STARTTLS at port {port}. Nothing was sent. Choose TLS, usually port 465.")
            raise EnvironmentProblem(text.format(host=account.host, port=account.port))
        connection.starttls(context=tls_context())
        connection.ehlo()


def _log_in(connection: smtplib.SMTP, account: Account) -> None:
    if not account.username:
        return
    try:
        connection.login(account.username, account.password)
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:
            raise EnvironmentProblem(S_("The mail server cannot sign anybody in now. It is tried again later.")) from error
        raise UserError("password", S_("The mail server refuses this user name or password. Type them again.")) from error
    except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
        text = S_("The mail server does not sign anybody in. Leave the user name empty, or use its other port.")
        raise UserError("username", text) from error


def _hang_up(connection: smtplib.SMTP) -> None:
    found = getattr(connection, "sock", None)
    if found is not None:
        with suppress(OSError):
            found.shutdown(socket.SHUT_RDWR)


@contextmanager
def _in_time(connection: smtplib.SMTP) -> Iterator[None]:
    """Hang up on a server that goes on and on without coming to an end."""
    timer = threading.Timer(_LONGEST, _hang_up, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _gone() -> Iterator[None]:
    """A server that leaves before it was given a message: nothing of that message was sent."""
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        raise EnvironmentProblem(S_("The mail server broke off. What was not sent is tried again later.")) from error


def _errors(account: Account) -> AbstractContextManager[None]:
    no_tls = S_("The mail server {host} does not speak TLS at port {port}. Port 465 usually wants TLS from the start, 587 STARTTLS.")
    said = S_("The mail server {host} broke off or answered oddly. Nothing was sent; it is tried again later.")
    host, port = account.host, account.port
    odd = (smtplib.SMTPException,)
    return mail_errors(host, no_tls=no_tls.format(host=host, port=port), odd=odd, said=said.format(host=host))
