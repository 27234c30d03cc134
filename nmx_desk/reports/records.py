"""What the prints are made of: plain frozen records, filled by the services. No reportlab here, so that building them costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from nmx_desk.audit.verify import Finding
from nmx_desk.domain.plans import PlanItem, PlanPhase, PlanVersion

Progress = Callable[[int, int], bool]
"""Called with (done, total); answering False stops the print with ``Cancelled``."""


@dataclass(frozen=True, kw_only=True)
class PrintContext:
    """What every page says about itself.

    ``log_size`` and ``log_root`` (hex): the last head sealed before this print, in the log of ``log_database``; ``zone``: the wall clock.
    """

    clinic_name: str
    clinic_address: str
    user_name: str
    generated_at: datetime
    language: str
    demo: bool
    log_size: int
    log_root: str
    report_no: str
    log_database: str = ""
    zone: str = "Europe/Amsterdam"


@dataclass(frozen=True)
class Outcome:
    """A standing score, 0–10 with 10 best; None is "not measured"."""

    name: str
    first: int | None
    last: int | None


@dataclass(frozen=True, kw_only=True)
class PlanPrint:
    """A client's personal plan (B3): one version with its phases and items; only active items are printed. ``copy``: printed before."""

    client_name: str
    client_no: str
    birth_date: date | None
    practitioner: str
    version: PlanVersion
    phases: tuple[PlanPhase, ...]
    items: tuple[PlanItem, ...]
    outcomes: tuple[Outcome, ...] = ()
    next_contact: date | None = None
    copy: bool = False


@dataclass(frozen=True, kw_only=True)
class CertificatePrint:
    """The outcome of one check of the log (D3). ``root`` is hex; ``full``: from the first entry, else since the last checked head."""

    database_id: str
    size: int
    root: str
    head_at: datetime | None
    signer: str
    signer_key: str
    verified_at: datetime
    verified_by: str
    entries: int
    values: int
    heads: int
    full: bool
    findings: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccessRow:
    """One entry of the log as a sentence."""

    seq: int
    at: datetime
    who: str
    role: str
    sentence: str
    reason: str = ""
    break_glass: bool = False


@dataclass(frozen=True, kw_only=True)
class AccessPrint:
    """Who saw and changed what (D1), of one client or of everybody (``subject`` empty)."""

    subject: str
    first: date
    last: date
    rows: tuple[AccessRow, ...]
    filter_text: str = ""


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """One appointment on the day list. No clinical text."""

    start: datetime
    end: datetime
    client: str
    client_no: str
    phone: str
    type_name: str
    practitioner: str
    room: str = ""
    status: str = ""
    call_instruction: str = ""


@dataclass(frozen=True, kw_only=True)
class DayPrint:
    """The day list (A1)."""

    day: date
    rows: tuple[DayRow, ...]
    filter_text: str = ""


@dataclass(frozen=True, kw_only=True)
class CallBackRow:
    """One open request that waits for a call."""

    received_at: datetime
    name: str
    phone: str
    attempts: int
    last_result: str = ""
    next_at: datetime | None = None
    owner: str = ""
    call_instruction: str = ""


@dataclass(frozen=True, kw_only=True)
class CallBackPrint:
    """The call-back list (A2), in the order given."""

    rows: tuple[CallBackRow, ...]
    filter_text: str = ""


@dataclass(frozen=True, kw_only=True)
class ConfirmationPrint:
    """A letter that confirms one appointment (A3). ``price_cents`` None: not mentioned; 0: free of charge."""

    name: str
    address: tuple[str, ...]
    start: datetime
    end: datetime
    type_name: str
    practitioner: str
    place: str
    cancel_hours: int
    bring: tuple[str, ...] = ()
    price_cents: int | None = None
    clinic_phone: str = ""
