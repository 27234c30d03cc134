"""Letters to a client's GP or another doctor (DOMAIN §4 Verwijzing/Brief)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class SentHow(StrEnum):
    """How a letter went out."""

    NOT_YET = "not_yet"
    CLIENT = "client"
    POST = "post"
    SECURE_MAIL = "secure_mail"


SENT_HOW_NAMES = {
    SentHow.NOT_YET: N_("Not sent yet"),
    SentHow.CLIENT: N_("Given to the client"),
    SentHow.POST: N_("By post"),
    SentHow.SECURE_MAIL: N_("By secure e-mail"),
}


LONGEST = {"to_name": 120, "to_practice": 120, "to_city": 120, "reason": 200, "body": 8000}
"""What is typed of a letter, and how long it may be."""


@dataclass(frozen=True, kw_only=True)
class Referral(Record):
    """A letter. ``call_id``: the advice call it came from; ``body`` is its text as sent; ``urgent``: because of a red flag."""

    client_id: str = ""
    call_id: str | None = None
    to_name: str = ""
    to_practice: str = ""
    to_city: str = ""
    reason: str = ""
    body: str = ""
    urgent: bool = False
    written_on: date = date(1970, 1, 1)
    sent_how: SentHow = SentHow.NOT_YET
    sent_on: date | None = None
    feedback: str = ""
    feedback_on: date | None = None
