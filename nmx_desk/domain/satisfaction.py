"""What clients think of the clinic (ISO 9001 9.1.2): would they recommend it (0–10), a mark (1–10) and their own words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.agenda import ADVICE_CALL, INTAKE
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


def asked_after(type_code: str) -> AskedAt:
    """The moment at which somebody is asked after an appointment of this type."""
    return {ADVICE_CALL: AskedAt.CALL, INTAKE: AskedAt.INTAKE}.get(type_code, AskedAt.DURING)


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
    """One answer. ``recommend`` 0–10, ``mark`` 1–10, None where left blank. ``external_key``: a row of the import ``import_id``, once."""

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
    import_id: str | None = None


# -- counting ----------------------------------------------------------------------------------------------------------------------------

LEAST_FOR_NPS: Final = 30
"""Answers below which a score says little: it is shown as indicative."""
ONCE_IN: Final = relativedelta(months=6)


@dataclass(frozen=True)
class Summary:
    """What answers say together. ``scores``: how many gave each of 0–10; ``marks``: how many gave each of 1–10 (place 0 is unused)."""

    answers: int
    scores: tuple[int, ...]
    marks: tuple[int, ...]

    @property
    def recommending(self) -> int:
        """How many said whether they would recommend the clinic."""
        return sum(self.scores)

    @property
    def promoters(self) -> int:
        """Nine and ten."""
        return sum(self.scores[9:])

    @property
    def detractors(self) -> int:
        """Nought to six."""
        return sum(self.scores[:7])

    @property
    def nps(self) -> float | None:
        """Share of promoters less share of detractors, -100 to 100; None without answers."""
        return 100 * (self.promoters - self.detractors) / self.recommending if self.recommending else None

    @property
    def indicative(self) -> bool:
        """Whether there are too few answers to lean on the score."""
        return self.recommending < LEAST_FOR_NPS

    @property
    def marked(self) -> int:
        """How many gave a mark."""
        return sum(self.marks)

    @property
    def mean(self) -> float | None:
        """The mean mark; None without marks."""
        return sum(mark * n for mark, n in enumerate(self.marks)) / self.marked if self.marked else None


def counted(answers: Iterable[SatisfactionAnswer]) -> list[SatisfactionAnswer]:
    """The answers that count: a client once in six months (the first), who is nobody each time."""
    last: dict[str, date] = {}
    found = []
    for one in sorted(answers, key=lambda one: (one.answered_on, one.id)):
        if one.client_id is not None:
            if one.client_id in last and one.answered_on < last[one.client_id] + ONCE_IN:
                continue
            last[one.client_id] = one.answered_on
        found.append(one)
    return found


def summary(answers: Sequence[SatisfactionAnswer], first: date = date.min, last: date = date.max) -> Summary:
    """What the answers of these days say together; ``answers`` are all there are, for what came before decides which of them count."""
    scores, marks = [0] * 11, [0] * 11
    for one in counted(one for one in answers if one.recommend is not None):
        if one.recommend is not None and first <= one.answered_on <= last:
            scores[one.recommend] += 1
    for one in counted(one for one in answers if one.mark is not None):
        if one.mark is not None and first <= one.answered_on <= last:
            marks[one.mark] += 1
    return Summary(sum(first <= one.answered_on <= last for one in answers), tuple(scores), tuple(marks))


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarters(last: date, count: int) -> list[date]:
    """The first days of so many quarters up to the one with a day, the oldest first."""
    return [quarter_of(last) - relativedelta(months=3 * n) for n in reversed(range(count))]


# -- the code on a form ------------------------------------------------------------------------------------------------------------------

LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what looks like another: 0 and O, 1 and I."""
CODE_LENGTH: Final = 8


def code_from(seed: str) -> str:
    """The code of a form: seven letters out of a seed that nobody can guess (a random id), and one that proves them."""
    number = int.from_bytes(hashlib.sha256(f"form {seed}".encode()).digest()[:8])
    body = "".join(LETTERS[number >> 5 * place & 31] for place in range(CODE_LENGTH - 1))
    return body + _proof(body)


def shown_code(code: str) -> str:
    """In two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def typed_code(text: str) -> str | None:
    """The code that was typed or scanned, however it was written; None when no form can carry it: a letter is wrong, say."""
    found = "".join(char for char in text.upper() if char.isalnum())
    if len(found) != CODE_LENGTH or set(found) - set(LETTERS) or _proof(found[:-1]) != found[-1]:
        return None
    return found


def _proof(body: str) -> str:
    """Luhn's sum over 32 letters: finds every wrong letter and nearly every exchange of neighbours."""
    total = 0
    for place, char in enumerate(reversed(body)):
        doubled = LETTERS.index(char) * (2 - place % 2)
        total += doubled // 32 + doubled % 32
    return LETTERS[-total % 32]
