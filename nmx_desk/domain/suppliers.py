"""External providers (ISO 9001 8.4): labs, shops of supplements, programs, cleaning; scored every year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class SupplierKind(StrEnum):
    """What a supplier brings."""

    LAB = "lab"
    SUPPLEMENTS = "supplements"
    PROGRAMS = "programs"
    PREMISES = "premises"
    TRAINING = "training"
    ADVICE = "advice"
    OTHER = "other"


SUPPLIER_KIND_NAMES = {
    SupplierKind.LAB: N_("Laboratory"),
    SupplierKind.SUPPLEMENTS: N_("Supplements"),
    SupplierKind.PROGRAMS: N_("Programs and computers"),
    SupplierKind.PREMISES: N_("Premises and cleaning"),
    SupplierKind.TRAINING: N_("Training"),
    SupplierKind.ADVICE: N_("Advice"),
    SupplierKind.OTHER: N_("Other"),
}


class Verdict(StrEnum):
    """What follows from a yearly score."""

    KEEP = "keep"
    IMPROVE = "improve"
    REPLACE = "replace"


VERDICT_NAMES = {Verdict.KEEP: N_("Go on with it"), Verdict.IMPROVE: N_("Go on, with improvement asked"), Verdict.REPLACE: N_("Replace")}


@dataclass(frozen=True, kw_only=True)
class Supplier(Record):
    """A supplier. ``is_critical``: care or data depend on it; ``agreement_on``/``agreement_to``: the agreement on personal data."""

    name: str = ""
    kind: SupplierKind = SupplierKind.OTHER
    provides: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    is_critical: bool = False
    has_data: bool = False
    agreement_on: date | None = None
    agreement_to: date | None = None
    since: date | None = None
    ended_on: date | None = None
    end_reason: str = ""
    review_months: int = 12
    owner_id: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplierReview(Record):
    """A score of a supplier: each 1–5, None where it does not apply."""

    supplier_id: str = ""
    reviewed_on: date = date(1970, 1, 1)
    quality: int | None = None
    delivery: int | None = None
    service: int | None = None
    privacy: int | None = None
    price: int | None = None
    verdict: Verdict = Verdict.KEEP
    text: str = ""
    next_on: date | None = None


POINTS: Final = {
    "quality": N_("Quality"),
    "delivery": N_("Delivery on time"),
    "service": N_("Service"),
    "privacy": N_("Privacy and safety"),
    "price": N_("Price"),
}
"""What is scored, 1 (bad) to 5 (good): the fields of a ``SupplierReview``."""
AGREEMENT_SOON: Final = timedelta(days=90)


class Agreement(StrEnum):
    """How it stands with the agreement on personal data."""

    NOT_NEEDED = "not_needed"
    MISSING = "missing"
    ENDED = "ended"
    ENDING = "ending"
    GOOD = "good"


AGREEMENT_NAMES = {
    Agreement.NOT_NEEDED: N_("Not needed"),
    Agreement.MISSING: N_("Missing"),
    Agreement.ENDED: N_("Ended"),
    Agreement.ENDING: N_("Ends soon"),
    Agreement.GOOD: N_("In order"),
}


def agreement_of(supplier: Supplier, today: date) -> Agreement:
    """How it stands with the agreement on personal data; its last day counts as in force."""
    if not supplier.has_data:
        return Agreement.NOT_NEEDED
    if supplier.agreement_on is None:
        return Agreement.MISSING
    if supplier.agreement_to is None:
        return Agreement.GOOD
    if supplier.agreement_to < today:
        return Agreement.ENDED
    return Agreement.ENDING if supplier.agreement_to <= today + AGREEMENT_SOON else Agreement.GOOD


def mean_score(review: SupplierReview) -> float | None:
    """The mean of what was scored, 1–5; None when nothing was."""
    given = [value for name in POINTS if (value := getattr(review, name)) is not None]
    return sum(given) / len(given) if given else None


def next_after(day: date, months: int) -> date:
    """So many months later; on the last day of a shorter month."""
    return day + relativedelta(months=months)


def due_on(supplier: Supplier, reviews: Sequence[SupplierReview]) -> date | None:
    """When it is to be scored: as the newest score says, else so many months after it; one never scored, from its first day on."""
    if supplier.ended_on is not None:
        return None
    if not reviews:
        return supplier.since
    newest = max(reviews, key=lambda one: (one.reviewed_on, one.created_at))
    return newest.next_on or next_after(newest.reviewed_on, supplier.review_months)
