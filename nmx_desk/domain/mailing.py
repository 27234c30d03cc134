"""E-mail that goes out: who sends it, and the outbox (AGENDA §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_, UNSAID, Sentence


class MailSecurity(StrEnum):
    """How a connection to the mail server is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"


MAIL_SECURITY_NAMES = {MailSecurity.TLS: N_("TLS from the start"), MailSecurity.STARTTLS: N_("STARTTLS")}


@dataclass(frozen=True, kw_only=True)
class MailSender(Record):
    """The account that the clinic's mail goes out by (SMTP); one row, off until it is set. The password stands apart.

    ``reminder_hours``: how long before an appointment its reminder goes; 0: none.
    """

    host: str = ""
    port: int = 465
    security: MailSecurity = MailSecurity.TLS
    username: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    is_active: bool = False
    reminder_hours: int = 24
    checked_at: datetime | None = None
    trouble: Sentence = UNSAID


class MailKind(StrEnum):
    """What a message is about."""

    CONFIRMATION = "confirmation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"


MAIL_KIND_NAMES = {
    MailKind.CONFIRMATION: N_("Confirmation"),
    MailKind.CHANGE: N_("Change of the appointment"),
    MailKind.CANCELLATION: N_("Cancellation"),
    MailKind.REMINDER: N_("Reminder"),
}


class MailState(StrEnum):
    """State machine of a message in the outbox."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


MAIL_STATE_NAMES = {
    MailState.WAITING: N_("Waits"),
    MailState.SENDING: N_("Being sent"),
    MailState.SENT: N_("Sent"),
    MailState.UNSURE: N_("Perhaps sent"),
    MailState.REFUSED: N_("Refused"),
    MailState.WITHDRAWN: N_("Withdrawn"),
}
_M = MailState
MAIL_STEPS: dict[MailState, frozenset[MailState]] = {
    _M.WAITING: frozenset({_M.SENDING, _M.REFUSED, _M.WITHDRAWN}),
    _M.SENDING: frozenset({_M.SENT, _M.WAITING, _M.REFUSED, _M.UNSURE}),
    _M.UNSURE: frozenset({_M.WAITING, _M.SENT, _M.WITHDRAWN}),
    _M.REFUSED: frozenset({_M.WAITING, _M.WITHDRAWN}),
    _M.WITHDRAWN: frozenset({_M.WAITING}),
}
ON_THE_WAY = (_M.WAITING, _M.SENDING, _M.UNSURE, _M.REFUSED)
"""States in which somebody may have to look at a message."""


def may_become(now: MailState, then: MailState) -> bool:
    """Whether the state machine has this step."""
    return then in MAIL_STEPS.get(now, frozenset())


@dataclass(frozen=True, kw_only=True)
class OutgoingMail(Record):
    """A message of the outbox. ``calendar``: the iCalendar text that goes along; ``message_id``: the same at every try."""

    client_id: str | None = None
    request_id: str | None = None
    appointment_id: str | None = None
    kind: MailKind = MailKind.CONFIRMATION
    address: str = ""
    language: str = "nl"
    subject: str = ""
    body: str = ""
    calendar: str = ""
    message_id: str = ""
    state: MailState = MailState.WAITING
    state_at: datetime = EPOCH
    tries: int = 0
    next_try_at: datetime | None = None
    answer: Sentence = UNSAID
