"""How a client is reached, and every contact there was (DOMAIN §4): phones and e-mail addresses with their labels, the contact log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.i18n import N_


class ContactKind(StrEnum):
    """What a contact point is."""

    PHONE = "phone"
    EMAIL = "email"


class ContactLabel(StrEnum):
    """Whose or where it is."""

    PRIVATE = "private"
    MOBILE = "mobile"
    WORK = "work"
    PARENT = "parent"
    PARTNER = "partner"
    OTHER = "other"


CONTACT_LABEL_NAMES = {
    ContactLabel.PRIVATE: N_("Home"),
    ContactLabel.MOBILE: N_("Mobile"),
    ContactLabel.WORK: N_("Work"),
    ContactLabel.PARENT: N_("Parent"),
    ContactLabel.PARTNER: N_("Partner"),
    ContactLabel.OTHER: N_("Other"),
}


@dataclass(frozen=True, kw_only=True)
class ContactPoint(Record):
    """A phone number (E.164) or e-mail address (small letters) of a client, in the order in which they are tried (``position`` from 0).

    The first two phones and the first address are the client's own ``phone``, ``phone2`` and ``email``. A client without any has
    only those. ``bounced_on``: the day on which mail to it came back.
    """

    client_id: str = ""
    kind: ContactKind = ContactKind.PHONE
    value: str = ""
    label: ContactLabel = ContactLabel.PRIVATE
    position: int = 0
    no_voicemail: bool = False
    bounced_on: date | None = None
    note: str = ""


class ContactWay(StrEnum):
    """How a contact went."""

    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    DESK = "desk"
    MESSAGE = "message"


CONTACT_WAY_NAMES = {
    ContactWay.PHONE: N_("Phone"),
    ContactWay.EMAIL: N_("E-mail"),
    ContactWay.LETTER: N_("Letter"),
    ContactWay.DESK: N_("At the desk"),
    ContactWay.MESSAGE: N_("Text message"),
}


@dataclass(frozen=True, kw_only=True)
class ContactMoment(Record):
    """One contact with a client or somebody on their behalf. ``incoming``: they came to us; ``who``: with whom, empty for the client."""

    client_id: str = ""
    at: datetime = EPOCH
    way: ContactWay = ContactWay.PHONE
    incoming: bool = True
    who: str = ""
    text: str = ""
