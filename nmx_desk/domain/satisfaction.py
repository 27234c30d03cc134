"""What clients think of the clinic (ISO 9001 9.1.2): would they recommend it (0–10), a mark (1–10) and their own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class AnswerWay(StrEnum):
    """How an answer came in."""

    PAPER = "paper"
    IMPORT = "import"
    PHONE = "phone"
    DESK = "desk"


ANSWER_WAY_NAMES = {
    AnswerWay.PAPER: N_("On paper"),
    AnswerWay.IMPORT: N_("Imported"),
    AnswerWay.PHONE: N_("By phone"),
    AnswerWay.DESK: N_("At the desk"),
}


class AskedAt(StrEnum):
    """At which moment of the care somebody is asked."""

    CALL = "call"
    INTAKE = "intake"
    DURING = "during"
    END = "end"


ASKED_AT_NAMES = {
    AskedAt.CALL: N_("After the advice call"),
    AskedAt.INTAKE: N_("After the intake consult"),
    AskedAt.DURING: N_("While the plan runs"),
    AskedAt.END: N_("At the end of the plan"),
}


@dataclass(frozen=True, kw_only=True)
class Invitation(Record):
    """A form that was handed out. ``code`` stands on it as text and QR; without ``client_id`` its answer is nobody's (anonymous)."""

    client_id: str | None = None
    practitioner_id: str | None = None
    code: str = ""
    moment: AskedAt = AskedAt.DURING
    handed_on: date = date(1970, 1, 1)
    answered_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SatisfactionAnswer(Record):
    """One answer. ``recommend`` 0–10 and ``mark`` 1–10, None where left blank. ``external_key``: an imported row, once."""

    client_id: str | None = None
    practitioner_id: str | None = None
    invitation_id: str | None = None
    answered_on: date = date(1970, 1, 1)
    way: AnswerWay = AnswerWay.PAPER
    moment: AskedAt = AskedAt.DURING
    recommend: int | None = None
    mark: int | None = None
    text: str = ""
    external_key: str | None = None
