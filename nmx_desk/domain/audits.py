"""The audit programme (ISO 9001 9.2) and what audits found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from nmx_desk.domain.base import Record
from nmx_desk.domain.deviations import Grade
from nmx_desk.i18n import N_


class AuditKind(StrEnum):
    """Who audits what."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    SUPPLIER = "supplier"
    PRACTICE = "practice"


AUDIT_KIND_NAMES = {
    AuditKind.INTERNAL: N_("Internal audit"),
    AuditKind.EXTERNAL: N_("External audit"),
    AuditKind.SUPPLIER: N_("Audit of a supplier"),
    AuditKind.PRACTICE: N_("Practice audit of a professional body"),
}


class AuditStatus(StrEnum):
    """State machine *Audit*."""

    PLANNED = "planned"
    HELD = "held"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


AUDIT_STATUS_NAMES = {
    AuditStatus.PLANNED: N_("Planned"),
    AuditStatus.HELD: N_("Held"),
    AuditStatus.REPORTED: N_("Report written"),
    AuditStatus.CLOSED: N_("Closed"),
    AuditStatus.CANCELLED: N_("Cancelled"),
}
_S = AuditStatus
AUDIT_STEPS: Final[dict[AuditStatus, frozenset[AuditStatus]]] = {
    _S.PLANNED: frozenset({_S.HELD, _S.CANCELLED}),
    _S.HELD: frozenset({_S.REPORTED}),
    _S.REPORTED: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
    _S.CANCELLED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class QualityAudit(Record):
    """An audit of the programme. ``clauses``: what is looked at, such as "7.2 8.5"; who audits does not audit own work (9.2.2 c)."""

    number: str = ""
    kind: AuditKind = AuditKind.INTERNAL
    title: str = ""
    clauses: str = ""
    extent: str = ""
    auditor: str = ""
    auditor_id: str | None = None
    planned_on: date = date(1970, 1, 1)
    held_on: date | None = None
    reported_on: date | None = None
    closed_on: date | None = None
    status: AuditStatus = AuditStatus.PLANNED
    conclusion: str = ""
    cancel_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditFinding(Record):
    """Something an audit found, with the evidence it rests on. ``deviation_id``: the nonconformity that was made of it."""

    audit_id: str = ""
    position: int = 1
    grade: Grade = Grade.OBSERVATION
    clause: str = ""
    text: str = ""
    evidence: str = ""
    deviation_id: str | None = None


def may_step(now: AuditStatus, then: AuditStatus) -> bool:
    """Whether the state machine has this step."""
    return then in AUDIT_STEPS[now]


def stepped_back(one: QualityAudit) -> QualityAudit | None:
    """It as it was before its last step; None where there is nothing to take back."""
    before: dict[AuditStatus, dict[str, Any]] = {
        _S.HELD: {"status": _S.PLANNED, "held_on": None},
        _S.REPORTED: {"status": _S.HELD, "reported_on": None},
        _S.CLOSED: {"status": _S.REPORTED, "closed_on": None},
        _S.CANCELLED: {"status": _S.PLANNED, "cancel_reason": ""},
    }
    return replace(one, **before[one.status]) if one.status in before else None
