"""Reports that were given a name, and those that are written to a folder by themselves."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
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


MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""Months of each kind of period; a week is counted in days, "free" days are kept as they are."""
LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a named report asks for. ``kind``: month, quarter, year, day, free or "" (no days); ``back``: so many of them before today's.

    ``first`` and ``last`` only of free days. No client: what names one must not outlive the file.
    """

    kind: str = ""
    back: int = 0
    first: date | None = None
    last: date | None = None
    practitioner_id: str = ""
    source: str = ""
    type_code: str = ""
    location_id: str = ""
    actor: str = ""

    def days(self, today: date) -> tuple[date, date]:
        """The days that are meant on a day, both included."""
        if self.kind == "free" and self.first and self.last:
            return self.first, self.last
        if self.kind in MONTHS:
            return month_span(today, MONTHS[self.kind], -self.back)
        day = today - timedelta(days=self.back)
        return day, day


def kept(asked: Asked) -> str:
    """How it is kept: canonical JSON without what is empty."""
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(asked).items() if value}
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Asked:
    """What was kept. Raises ``ValueError`` for anything else."""
    said = json.loads(text)
    if not isinstance(said, dict) or said.keys() - {field.name for field in fields(Asked)}:
        raise ValueError("no parameters of a report")
    days = {name: date.fromisoformat(said.pop(name)) for name in ("first", "last") if name in said}
    return Asked(**{**said, **days})


def asked_for(kind: str, first: date, last: date, today: date) -> Asked:
    """Days chosen on a day, so that they mean the same later: last month is last month then too."""
    if kind in MONTHS:
        n = MONTHS[kind]
        return Asked(kind=kind, back=(_months(month_span(today, n, 0)[0]) - _months(first)) // n)
    if kind == "day":
        return Asked(kind=kind, back=(today - first).days)
    return Asked(kind="free", first=first, last=last)


def month_span(day: date, months: int, by: int) -> tuple[date, date]:
    """The month, quarter or year (as a number of months) of a day, or the one that is ``by`` of them later."""
    start = _months(day) // months * months + by * months
    return _first(start), _first(start + months) - timedelta(days=1)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first(count: int) -> date:
    return date(count // 12, count % 12 + 1, 1)


def last_whole(every: Every, today: date) -> tuple[date, date]:
    """The last week (from Monday), month, quarter or year that is over."""
    if every is Every.WEEK:
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    return month_span(today, MONTHS[every], -1)


def next_time(every: Every, today: date) -> date:
    """The first day of the next one: then what runs now is whole."""
    if every is Every.WEEK:
        return today + timedelta(days=7 - today.weekday())
    return month_span(today, MONTHS[every], 1)[0]


def named(every: Every, first: date) -> str:
    """A period in the name of a file: 2026-W09, 2026-02, 2026-Q1, 2026."""
    year, week, _day = first.isocalendar()
    if every is Every.WEEK:
        return f"{year}-W{week:02}"
    return {Every.MONTH: f"{first:%Y-%m}", Every.QUARTER: f"{first.year}-Q{(first.month + 2) // 3}"}.get(every, str(first.year))
