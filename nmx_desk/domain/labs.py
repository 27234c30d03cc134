"""Lab tests: ordered from an outside lab, followed until discussed, and results as the lab gave them (DOMAIN §0.10, §4 Labaanvraag).

A value is a document with a number: unit, reference and flag are the lab's, and nothing here judges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class LabStatus(StrEnum):
    """State machine *Labaanvraag*."""

    ADVISED = "advised"
    ORDERED = "ordered"
    KIT_GIVEN = "kit_given"
    SENT = "sent"
    RECEIVED = "received"
    REVIEWED = "reviewed"
    DISCUSSED = "discussed"
    LAPSED = "lapsed"


LAB_STATUS_NAMES = {
    LabStatus.ADVISED: N_("Advised"),
    LabStatus.ORDERED: N_("Ordered"),
    LabStatus.KIT_GIVEN: N_("Kit handed out"),
    LabStatus.SENT: N_("Sent to the lab"),
    LabStatus.RECEIVED: N_("Result received"),
    LabStatus.REVIEWED: N_("Result reviewed"),
    LabStatus.DISCUSSED: N_("Result discussed"),
    LabStatus.LAPSED: N_("Lapsed"),
}


class Material(StrEnum):
    """What a lab looks at."""

    BLOOD = "blood"
    STOOL = "stool"
    SALIVA = "saliva"
    URINE = "urine"
    BREATH = "breath"


MATERIAL_NAMES = {
    Material.BLOOD: N_("Blood"),
    Material.STOOL: N_("Stool"),
    Material.SALIVA: N_("Saliva"),
    Material.URINE: N_("Urine"),
    Material.BREATH: N_("Breath"),
}


class LabDomain(StrEnum):
    """What a result says something about."""

    OTHER = "other"
    MICROBIOTA = "microbiota"
    BARRIER = "barrier"
    IMMUNE = "immune"


LAB_DOMAIN_NAMES = {
    LabDomain.OTHER: N_("Other"),
    LabDomain.MICROBIOTA: N_("Gut microbiota"),
    LabDomain.BARRIER: N_("Gut barrier"),
    LabDomain.IMMUNE: N_("Immune system"),
}


@dataclass(frozen=True, kw_only=True)
class LabOrder(Record):
    """A test at an outside lab, with the day of each step.

    ``expected_on``: when the result should be there; ``cost_cents`` was told beforehand, on ``cost_told_on``.
    """

    client_id: str = ""
    practitioner_id: str = ""
    note_id: str | None = None
    lab: str = ""
    panel: str = ""
    material: Material = Material.BLOOD
    status: LabStatus = LabStatus.ADVISED
    advised_on: date | None = None
    ordered_on: date | None = None
    kit_on: date | None = None
    sent_on: date | None = None
    received_on: date | None = None
    reviewed_on: date | None = None
    reviewed_by: str | None = None
    discussed_on: date | None = None
    expected_on: date | None = None
    cost_cents: int | None = None
    cost_told_on: date | None = None
    lapse_reason: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LabResult(Record):
    """One line of a result: ``comparator`` "", "<" or ">" before ``value`` (decimal text), or words in ``text``.

    ``ref_low``, ``ref_high`` (decimal text) or ``ref_text``, ``unit`` and ``flag`` are the lab's own.
    """

    order_id: str = ""
    client_id: str = ""
    position: int = 1
    analyte: str = ""
    comparator: str = ""
    value: str = ""
    text: str = ""
    unit: str = ""
    ref_low: str = ""
    ref_high: str = ""
    ref_text: str = ""
    flag: str = ""
    domain: LabDomain = LabDomain.OTHER
    measured_on: date | None = None
