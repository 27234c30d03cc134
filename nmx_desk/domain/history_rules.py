"""What may stand in a client's history, and in which of its lists (DOMAIN §1 R3, R12, R13)."""

from __future__ import annotations

import re
from datetime import date

from nmx_desk.domain import partial_dates
from nmx_desk.domain.history import Allergy, HistoryItem, HistoryKind, HistoryTopic, Medicine, PriorTest, Taken, TriedBefore
from nmx_desk.domain.plan_rules import parse_dose
from nmx_desk.domain.plans import DOSE_UNITS

Told = HistoryItem | Medicine | Allergy | PriorTest | TriedBefore
TOLD_KINDS: tuple[type[Told], ...] = (HistoryItem, Medicine, Allergy, PriorTest, TriedBefore)
MEDICINE_UNITS = (*DOSE_UNITS, "tablet")
_ALIASES = {
    "mcg": "µg", "ug": "µg", "μg": "µg", "iu": "IE", "ie": "IE", "e": "IE", "gram": "g", "gr": "g", "milligram": "mg", "cfu": "KVE",
    "kve": "KVE", "capsules": "capsule", "caps": "capsule", "tabletten": "tablet", "tabletje": "tablet", "tablets": "tablet",
    "tabl": "tablet", "tab": "tablet",
}  # fmt: skip
_AMOUNT = re.compile(r"([\d.,]+)\s*([^\d\s.,][^\d\s]*)")
_KIND_TOPICS = {
    HistoryKind.DIAGNOSIS: HistoryTopic.DIAGNOSES, HistoryKind.OPERATION: HistoryTopic.OPERATIONS, HistoryKind.FAMILY: HistoryTopic.FAMILY,
}  # fmt: skip
_TAKEN_TOPICS = {Taken.MEDICATION: HistoryTopic.MEDICATION, Taken.SUPPLEMENT: HistoryTopic.SUPPLEMENTS}
_BLANKS: dict[HistoryTopic, Told] = {
    **{topic: HistoryItem(kind=kind) for kind, topic in _KIND_TOPICS.items()},
    **{topic: Medicine(taken=taken) for taken, topic in _TAKEN_TOPICS.items()},
    HistoryTopic.ALLERGIES: Allergy(), HistoryTopic.TESTS: PriorTest(), HistoryTopic.TRIED: TriedBefore(),
}  # fmt: skip


def topic_of(told: Told) -> HistoryTopic:
    """The list that something told stands in."""
    match told:
        case HistoryItem():
            return _KIND_TOPICS[told.kind]
        case Medicine():
            return _TAKEN_TOPICS[told.taken]
        case Allergy():
            return HistoryTopic.ALLERGIES
        case PriorTest():
            return HistoryTopic.TESTS
        case TriedBefore():
            return HistoryTopic.TRIED


def blank_of(topic: HistoryTopic) -> Told:
    """Something of a list of which nothing is told yet."""
    return _BLANKS[topic]


def parse_amount(text: str) -> tuple[str, str] | None:
    """Dose and unit from what was typed: ``20 mg``, ``1,5ml``, ``400 iu``, ``2 capsules``; two empty texts for nothing.

    None when it is no amount, or has no unit that is known: a dose never goes without.
    """
    plain = text.strip()
    if not plain:
        return "", ""
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        return None
    word = found[2].rstrip(".")
    units = {unit.casefold(): unit for unit in MEDICINE_UNITS}
    dose, unit = parse_dose(found[1]), units.get(word.casefold()) or _ALIASES.get(word.casefold())
    return (dose, unit) if dose and unit else None


def is_over(told: Told) -> bool:
    """Whether it is not so any more: what is not taken now, an allergy or a disease that went."""
    match told:
        case Medicine():
            return bool(told.stopped)
        case Allergy():
            return bool(told.ended)
        case HistoryItem():
            return bool(told.ended) and told.kind is HistoryKind.DIAGNOSIS
        case _:
            return False


def until_of(told: Told) -> str:
    """Until when it was, a partial date; empty for what goes on, or is of one moment."""
    return told.stopped if isinstance(told, Medicine) else "" if isinstance(told, PriorTest) else told.ended


def in_order(began: str, until: str, born: date | None = None) -> bool:
    """Whether something can have ended when it is said to: not wholly before it began. What is unknown is in order."""
    first, last = partial_dates.span(began, born), partial_dates.span(until, born)
    return first is None or last is None or last[1] >= first[0]
