"""Lab tests: ordered from an outside lab, followed until discussed, and results as the lab gave them (DOMAIN §0.10, §4 Labaanvraag).

A value is a document with a number: unit, reference and flag are the lab's, and nothing here judges them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from nmx_desk.domain.base import Record
from nmx_desk.domain.complaints import Axis
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

_S = LabStatus
LAB_STEPS: Final[dict[LabStatus, frozenset[LabStatus]]] = {
    _S.ADVISED: frozenset({_S.ORDERED, _S.LAPSED}),
    _S.ORDERED: frozenset({_S.KIT_GIVEN, _S.SENT, _S.RECEIVED, _S.LAPSED}),
    _S.KIT_GIVEN: frozenset({_S.SENT, _S.RECEIVED, _S.LAPSED}),
    _S.SENT: frozenset({_S.RECEIVED, _S.LAPSED}),
    _S.RECEIVED: frozenset({_S.REVIEWED}),
    _S.REVIEWED: frozenset({_S.DISCUSSED}),
    _S.DISCUSSED: frozenset(),
    _S.LAPSED: frozenset(),
}
"""Where an order may go. Blood drawn at the lab needs no kit and is sent by nobody here; what was received cannot lapse."""
STEP_DAYS: Final = {
    _S.ADVISED: "advised_on",
    _S.ORDERED: "ordered_on",
    _S.KIT_GIVEN: "kit_on",
    _S.SENT: "sent_on",
    _S.RECEIVED: "received_on",
    _S.REVIEWED: "reviewed_on",
    _S.DISCUSSED: "discussed_on",
}
"""The field that keeps the day of each step, in their order."""
AWAITED: Final = frozenset({_S.ORDERED, _S.KIT_GIVEN, _S.SENT})
"""Where a result is being waited for."""
OPEN_STATES: Final = frozenset({_S.ADVISED, *AWAITED, _S.RECEIVED, _S.REVIEWED})
"""Where something is still to be done."""


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
DOMAIN_AXES: Final = {LabDomain.MICROBIOTA: Axis.MICROBIOTA, LabDomain.BARRIER: Axis.BARRIER, LabDomain.IMMUNE: Axis.IMMUNE}
"""The axis to which a result belongs; results about something else belong to none."""


@dataclass(frozen=True, kw_only=True)
class LabOrder(Record):
    """A test at an outside lab, with the day of each step.

    ``expected_on``: when the result should be there; ``cost_cents`` was told beforehand, on ``cost_told_on``.
    """

    client_id: str = ""
    practitioner_id: str = ""
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


def may_step(now: LabStatus, to: LabStatus) -> bool:
    """Whether an order may go from one state to another."""
    return to in LAB_STEPS[now]


def reached(order: LabOrder) -> tuple[tuple[LabStatus, date], ...]:
    """The steps that were done, with their days, in their order."""
    days = ((status, getattr(order, field)) for status, field in STEP_DAYS.items())
    return tuple((status, day) for status, day in days if day is not None)


def stepped(order: LabOrder, to: LabStatus, on: date, by: str, reason: str = "") -> LabOrder:
    """The order after a step that is allowed: ``on`` its day, ``by`` the user; ``reason`` why it lapsed."""
    if to is LabStatus.LAPSED:
        return replace(order, status=to, lapse_reason=reason)
    day: dict[str, Any] = {STEP_DAYS[to]: on}
    done = replace(order, status=to, **day)
    return replace(done, reviewed_by=by) if to is LabStatus.REVIEWED else done


def stepped_back(order: LabOrder) -> LabOrder | None:
    """The order before its last step; None when there is nothing to take back."""
    steps = reached(order)
    if order.status is LabStatus.LAPSED:
        return replace(order, status=steps[-1][0], lapse_reason="") if steps else None
    if len(steps) < 2 or steps[-1][0] is not order.status:
        return None
    none: dict[str, Any] = {STEP_DAYS[order.status]: None}
    before = replace(order, status=steps[-2][0], **none)
    return replace(before, reviewed_by=None) if order.status is LabStatus.REVIEWED else before


def is_late(order: LabOrder, today: date) -> bool:
    """Whether a result should have been there by now."""
    return order.status in AWAITED and order.expected_on is not None and order.expected_on < today
