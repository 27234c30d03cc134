"""Reports that were given a name, and those that are written to a folder by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_, Sentence


class Every(StrEnum):
    """How often a report is written."""

    NEVER = ""
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


EVERY_NAMES = {
    Every.NEVER: N_("Only when asked"),
    Every.WEEK: N_("Every week"),
    Every.MONTH: N_("Every month"),
    Every.QUARTER: N_("Every quarter"),
    Every.YEAR: N_("Every year"),
}


@dataclass(frozen=True, kw_only=True)
class SavedReport(Record):
    """A report with its period and filters under a name. ``parameters``: canonical JSON; ``formats``: comma separated, such as "pdf,xlsx".

    ``folder``: where it is written, on the workstation ``station``; ``next_on``: when next; ``trouble``: what went wrong the last time.
    """

    owner_id: str = ""
    name: str = ""
    report: str = ""
    parameters: str = "{}"
    formats: str = "pdf"
    every: Every = Every.NEVER
    folder: str = ""
    station: str = ""
    next_on: date | None = None
    last_on: date | None = None
    trouble: Sentence | None = None
    is_active: bool = True
