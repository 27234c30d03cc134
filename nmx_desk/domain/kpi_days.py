"""With which days before a period's figures are compared. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def days_before(first: date, last: date, today: date) -> tuple[date, date]:
    """The days to compare with: as many days before, and of months that run the same days of as many months before."""
    until = min(last, today) if first <= today else last
    months = _whole_months(first, last)
    if not months:
        return first - (until - first) - timedelta(days=1), first - timedelta(days=1)
    start, end = _months_on(first, -months), first - timedelta(days=1)
    return (start, end) if until == last else (start, min(_same_place(until, -months), end))


def _whole_months(first: date, last: date) -> int:
    """How many whole months these days are; 0 when they are none."""
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1]:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _months_on(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _same_place(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last there is."""
    start = _months_on(day.replace(day=1), months)
    return start.replace(day=min(day.day, monthrange(start.year, start.month)[1]))
