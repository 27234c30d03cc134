"""What the contact tab and the header of a client show: the contact log, who lives with the client, what happened in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nmx_desk.domain.contacts import ContactMoment, ContactWay
from nmx_desk.domain.family import HouseholdRole
from nmx_desk.domain.requests import AttemptResult


@dataclass(frozen=True, kw_only=True)
class ContactLine:
    """A contact in the log, or a call attempt or letter that is shown among them. ``by`` is a colleague's name.

    ``day_only``: only its day is known. ``moment`` is what may be corrected (``may_correct``) or taken out (``may_remove``); None for what
    is written elsewhere.
    """

    id: str
    at: datetime
    way: ContactWay
    incoming: bool
    text: str
    who: str = ""
    by: str = ""
    result: AttemptResult | None = None
    day_only: bool = False
    moment: ContactMoment | None = None
    may_correct: bool = False
    may_remove: bool = False


@dataclass(frozen=True, kw_only=True)
class Housemate:
    """Somebody in the same household, with no more than the list of clients shows. ``member_id`` is their place in it."""

    member_id: str
    client_id: str
    name: str
    age: int | None
    role: HouseholdRole


@dataclass(frozen=True, kw_only=True)
class Household:
    """The people a client lives with. ``id`` is the text they share, ``member_id`` and ``role`` are the client's own place."""

    id: str
    member_id: str
    role: HouseholdRole
    others: tuple[Housemate, ...]


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A client with the same address and phone who is not in the household yet."""

    client_id: str
    name: str
    age: int | None


class EventKind(StrEnum):
    """What stands in the order of time on a client's page."""

    REQUEST = "request"
    CALL = "call"
    APPOINTMENT = "appointment"
    NOTE = "note"
    PLAN = "plan"
    LETTER = "letter"
    DOCUMENT = "document"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened: when (``day_only``: only the day is known), what, in one line; ``by`` is a name, ``ref_id`` the record."""

    kind: EventKind
    ref_id: str
    at: datetime
    title: str
    detail: str = ""
    by: str = ""
    day_only: bool = False


@dataclass(frozen=True)
class Events:
    """A piece of what happened, the newest first. ``before`` asks for the next piece; None at the end."""

    rows: tuple[Event, ...]
    before: tuple[datetime, str] | None = None
