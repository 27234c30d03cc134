"""When a backup is due: at a time of day, and every so many hours from then on, on the clinic's wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _

INTERVALS: Final = (24, 12, 6, 3, 1)  # hours
_AHEAD: Final = timedelta(hours=1)  # a backup from further in the future was made under a wrong clock


def scheduled(now: datetime, zone: str, minute: int, hours: int) -> datetime:
    """The last moment, up to now, at which a backup should have been made. On days of a clock change the hours run on."""
    info = ZoneInfo(zone)
    wall = now.astimezone(info)
    found = []
    for day in (wall.date() - timedelta(days=1), wall.date()):
        first = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=info).astimezone(UTC)
        found += [first + timedelta(hours=step) for step in range(0, 24, hours)]
    return max((moment for moment in found if moment <= now), default=now - timedelta(days=1))


def is_due(newest: datetime | None, now: datetime, zone: str, minute: int, hours: int) -> bool:
    """Whether the newest backup is older than the last scheduled moment: a missed one is caught up."""
    if newest is None or newest > now + _AHEAD:
        return True
    return newest < scheduled(now, zone, minute, hours)


def check_schedule(minute: int, hours: int) -> None:
    """Refuse what is no schedule. Raises ``UserError``."""
    if not 0 <= minute < 24 * 60:
        raise UserError("backup_minute", _("Write a time of day, as 13:00."))
    if hours not in INTERVALS:
        raise UserError("backup_hours", _("Choose how often backups are made."))
