"""External providers (ISO 9001 8.4): labs, shops of supplements, programs, cleaning; scored every year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
