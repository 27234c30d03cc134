"""Other calendars: a practitioner's busy time elsewhere, and the agenda published (AGENDA §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_, UNSAID, Sentence


class CalendarKind(StrEnum):
    """How another calendar is reached."""

    FILE = "file"
    URL = "url"
    CALDAV = "caldav"


CALENDAR_KIND_NAMES = {
    CalendarKind.FILE: N_("Calendar file (.ics)"),
    CalendarKind.URL: N_("Address of a calendar (.ics)"),
    CalendarKind.CALDAV: N_("CalDAV server"),
}


@dataclass(frozen=True, kw_only=True)
class BusySource(Record):
    """A practitioner's other calendar: only when they are busy is read. ``etag``, ``sync_token``: what was read last."""

    practitioner_id: str = ""
    kind: CalendarKind = CalendarKind.FILE
    name: str = ""
    address: str = ""
    username: str = ""
    is_active: bool = True
    every_minutes: int = 15
    etag: str = ""
    sync_token: str = ""
    checked_at: datetime | None = None
    trouble: Sentence = UNSAID


@dataclass(frozen=True, kw_only=True)
class BusyTime(Record):
    """A stretch in which a practitioner is busy elsewhere: half-open UTC minutes since 1970, nothing of what it is."""

    source_id: str = ""
    practitioner_id: str = ""
    busy_from: int = 0
    busy_to: int = 0


@dataclass(frozen=True, kw_only=True)
class CalendarFeed(Record):
    """Where a practitioner's agenda is published (CalDAV collection), with initials only."""

    practitioner_id: str = ""
    address: str = ""
    username: str = ""
    is_active: bool = True
    every_minutes: int = 15
    checked_at: datetime | None = None
    trouble: Sentence = UNSAID


@dataclass(frozen=True, kw_only=True)
class PublishedEvent(Record):
    """An appointment that stands on a server. ``fingerprint``: of what was sent last."""

    feed_id: str = ""
    uid: str = ""
    href: str = ""
    etag: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountSecret(Record):
    """The password of an account elsewhere (mail sender, busy source, feed): in the encrypted file, never in the log."""

    account_id: str = ""
    password: str = ""
