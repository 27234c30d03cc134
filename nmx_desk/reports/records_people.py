"""What the prints about satisfaction, competence and suppliers are made of: plain frozen records, without a client in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class FormPrint:
    """Forms to be handed out, one page each. ``codes`` as they are shown; ``named``: the clinic knows whose the answer is."""

    codes: tuple[str, ...]
    named: bool = False
    practitioner: str = ""


@dataclass(frozen=True, kw_only=True)
class SatisfactionLine:
    """What a group of answers says: a quarter, a practitioner, a moment. ``nps`` and ``mean`` are None without answers."""

    name: str
    answers: int
    recommending: int
    nps: float | None
    mean: float | None


@dataclass(frozen=True, kw_only=True)
class WordsLine:
    """Words of an answer that is nobody's."""

    day: date
    moment: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SatisfactionPrint:
    """Satisfaction over a period (C7). ``scores``: how many gave each of 0–10, ``marks`` each of 1–10 (place 0 unused)."""

    first: date
    last: date
    whole: SatisfactionLine
    before: SatisfactionLine
    scores: tuple[int, ...] = (0,) * 11
    marks: tuple[int, ...] = (0,) * 11
    promoters: int = 0
    detractors: int = 0
    indicative: bool = False
    quarters: tuple[SatisfactionLine, ...] = ()
    practitioners: tuple[SatisfactionLine, ...] = ()
    moments: tuple[SatisfactionLine, ...] = ()
    words: tuple[WordsLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CompetenceLine:
    """A person against a need, or a competence by itself (``state`` in words)."""

    person: str
    role: str
    need: str
    state: str
    shown_by: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class CompetencePrint:
    """Competences on a day (C8): what is missing, what ends within 90 days, the matrix of people (columns) and needs (rows)."""

    day: date
    gaps: tuple[CompetenceLine, ...] = ()
    ending: tuple[CompetenceLine, ...] = ()
    people: tuple[str, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    """Each need: its name, and a cell for every person."""
    all: tuple[CompetenceLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """A score of a supplier: each point in words or figures, ``mean`` 1–5."""

    supplier: str
    day: date
    points: tuple[int | None, ...]
    mean: float | None
    verdict: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplierLine:
    """A supplier as it stands."""

    name: str
    kind: str
    critical: bool
    agreement: str
    agreement_to: date | None
    last: ScoreLine | None
    before: float | None
    due_on: date | None
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class SupplierPrint:
    """Suppliers and their scores over a period (C9). ``points``: what is scored."""

    first: date
    last: date
    points: tuple[str, ...] = ()
    suppliers: tuple[SupplierLine, ...] = ()
    scores: tuple[ScoreLine, ...] = ()
