"""What the prints about nonconformities, audits and risks are made of: plain frozen records, without a client in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nmx_desk.domain.audits import AuditFinding, QualityAudit
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.risks import Risk


@dataclass(frozen=True, kw_only=True)
class CapaLine:
    """A nonconformity with its words that name nobody. ``due_on``: its next deadline; ``actions``: tasks with their state in words."""

    deviation: Deviation
    owner: str = ""
    due_on: date | None = None
    late: bool = False
    came_from: str = ""
    correction: str = ""
    why: tuple[str, ...] = ()
    cause: str = ""
    similar: str = ""
    action: str = ""
    test: str = ""
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CapaPrint:
    """Nonconformities and what was done about them (C6): all that are open, and all of a period; K17 as (reached, of)."""

    first: date
    last: date
    today: date
    open_now: tuple[CapaLine, ...] = ()
    found: tuple[CapaLine, ...] = ()
    closed: int = 0
    in_time: tuple[int, int] = (0, 0)
    effective: tuple[int, int] = (0, 0)
    reopened: int = 0
    months: tuple[tuple[date, int, int], ...] = ()
    """First day of a month, how many were found and how many closed in it."""


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """A finding, with the nonconformity that was made of it in words."""

    finding: AuditFinding
    follow_up: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditPrint:
    """The report of one audit (C15)."""

    audit: QualityAudit
    auditor: str = ""
    findings: tuple[FindingLine, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """An audit of the programme."""

    audit: QualityAudit
    auditor: str = ""
    findings: int = 0
    waiting: int = 0
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class ProgrammePrint:
    """The audit programme of a period (C13). ``coverage``: a clause, and for each of ``years`` "held", "planned" or ""."""

    first: date
    last: date
    audits: tuple[AuditLine, ...] = ()
    years: tuple[int, ...] = ()
    coverage: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RiskLine:
    """A risk or an opportunity. ``actions``: its measures as tasks, with their state in words."""

    risk: Risk
    owner: str = ""
    late: bool = False
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RiskPrint:
    """The register of risks and opportunities on a day (C14), the heaviest first."""

    day: date
    rows: tuple[RiskLine, ...] = ()
    closed: tuple[RiskLine, ...] = ()
