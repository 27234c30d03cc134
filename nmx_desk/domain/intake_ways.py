"""Ways in besides typing: remembered columns of a sender, a mailbox of form mails, imported clients' rows (DOMAIN §6 Import)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_, UNSAID, Sentence


class ImportTarget(StrEnum):
    """What the rows of a file become."""

    REQUESTS = "requests"
    CLIENTS = "clients"
    ANSWERS = "answers"


IMPORT_TARGET_NAMES = {
    ImportTarget.REQUESTS: N_("Requests for an advice call"),
    ImportTarget.CLIENTS: N_("Clients"),
    ImportTarget.ANSWERS: N_("Answers about satisfaction"),
}


class ImportWay(StrEnum):
    """How a file or message came in."""

    FILE = "file"
    FOLDER = "folder"
    MAIL = "mail"


IMPORT_WAY_NAMES = {ImportWay.FILE: N_("Chosen file"), ImportWay.FOLDER: N_("Watched folder"), ImportWay.MAIL: N_("Mailbox")}


@dataclass(frozen=True, kw_only=True)
class ImportSource(Record):
    """A sender whose columns were corrected once. ``header``: fingerprint of its column names; ``mapping``: JSON, field → column."""

    name: str = ""
    header: str = ""
    mapping: str = "{}"
    target: ImportTarget = ImportTarget.REQUESTS


@dataclass(frozen=True, kw_only=True)
class ImportRow(Record):
    """A row of a file from which a client was made or that belongs to one: as it came (JSON), never changed."""

    import_id: str | None = None
    client_id: str = ""
    row: int = 0
    external_key: str | None = None
    raw_payload: str = ""


@dataclass(frozen=True, kw_only=True)
class Mailbox(Record):
    """The mailbox that the website's form mails go to (IMAP over TLS). Messages are never deleted; ``move_to``: folder for read ones.

    ``uid_validity`` and ``last_uid``: how far it was read. The password stands apart, outside the log.
    """

    name: str = ""
    host: str = ""
    port: int = 993
    username: str = ""
    folder: str = "INBOX"
    move_to: str = ""
    is_active: bool = True
    every_minutes: int = 5
    uid_validity: int = 0
    last_uid: int = 0
    checked_at: datetime | None = None
    trouble: Sentence = UNSAID


@dataclass(frozen=True, kw_only=True)
class MailboxSecret(Record):
    """The password of a mailbox: in the encrypted file, never in the log."""

    mailbox_id: str = ""
    password: str = ""


class MailOutcome(StrEnum):
    """What became of a message."""

    REQUEST = "request"
    DOUBLE = "double"
    NO_FORM = "no_form"


@dataclass(frozen=True, kw_only=True)
class MailMessage(Record):
    """That a message was read, so that it counts once. ``message_key``: fingerprint of its Message-ID; ``request_id`` outlives."""

    mailbox_id: str = ""
    message_key: str = ""
    received_at: datetime = EPOCH
    outcome: MailOutcome = MailOutcome.REQUEST
    request_id: str | None = None
