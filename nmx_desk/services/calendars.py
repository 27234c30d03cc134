"""Practitioners' other calendars: setting them, and when they are busy by them (AGENDA §4). Only busy times are kept, never what they are.

Nothing is asked of anybody until a calendar is set here. A server is waited for outside any transaction: see ``look_at_calendars``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from nmx_desk.data import agenda
from nmx_desk.data import calendars as data
from nmx_desk.data.people import names_by_id
from nmx_desk.domain import intervals
from nmx_desk.domain.calendars import BusySource, CalendarFeed, CalendarKind
from nmx_desk.domain.errors import Cancelled, DeskError, EnvironmentProblem, UserError
from nmx_desk.domain.intervals import Interval, Intervals
from nmx_desk.domain.people import User
from nmx_desk.domain.walltime import start_minute
from nmx_desk.exchange import ics_read
from nmx_desk.exchange.invitations import PRODUCT
from nmx_desk.exchange.web_calendars import Account, Visit, check_address
from nmx_desk.i18n import S_, _
from nmx_desk.services.desk import Desk, Errand, Progress, Work, use_case

BEHIND, AHEAD = timedelta(days=7), timedelta(days=410)
"""Of which days busy times are kept, seen from today."""
_TOLD_AGAIN = timedelta(hours=1)
_LONGEST = {"name": 80, "address": 1000, "username": 200}


@dataclass(frozen=True)
class SourceView:
    """Another calendar as the settings show it; never its password."""

    source: BusySource
    practitioner: str
    has_password: bool
    busy: int


@dataclass(frozen=True)
class FeedView:
    """A published agenda as the settings show it."""

    feed: CalendarFeed
    practitioner: str
    has_password: bool


@dataclass(frozen=True)
class CalendarsView:
    """All of them, and whose they can be."""

    sources: tuple[SourceView, ...]
    feeds: tuple[FeedView, ...]
    practitioners: tuple[User, ...]


@dataclass(frozen=True)
class Look:
    """A calendar that is about to be looked at, and between which UTC minutes."""

    source: BusySource
    account: Account
    today: date
    first: int
    last: int
    zone: str


@dataclass(frozen=True)
class Looked:
    """What became of a look at all of them. ``trouble``: a sentence each about what did not go well."""

    calendars: int = 0
    changed: int = 0
    trouble: tuple[str, ...] = ()


# -- setting them ------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.manage", writes=False)
def read_calendars(work: Work) -> CalendarsView:
    """Everybody's other calendars and published agendas."""
    people = agenda.practitioners(work.store)
    names = names_by_id(work.store)
    counts = data.busy_counts(work.store)
    sources = [
        SourceView(one, names[one.practitioner_id], bool(data.password_of(work.store, one.id)), counts.get(one.id, 0))
        for one in work.store.find(BusySource)
    ]
    feeds = [FeedView(one, names[one.practitioner_id], bool(data.password_of(work.store, one.id))) for one in work.store.find(CalendarFeed)]
    return CalendarsView(
        tuple(sorted(sources, key=lambda view: (view.practitioner.casefold(), view.source.name.casefold(), view.source.id))),
        tuple(sorted(feeds, key=lambda view: (view.practitioner.casefold(), view.feed.id))), tuple(people),
    )  # fmt: skip


@use_case("agenda.manage", code="CONFIG")
def save_source(work: Work, wanted: BusySource, password: str = "") -> BusySource:
    """Set another calendar of a practitioner. Without a password the one that is known stays, for the same server and user."""
    source = _checked_source(work, wanted)
    known = _known_password(work, source)
    if source.username and not (password or known):
        raise UserError("password", _("Type the password of this calendar."))
    names = ("practitioner_id", "kind", "name", "address", "username", "is_active", "every_minutes")
    values: dict[str, Any] = {name: getattr(source, name) for name in names}
    if not source.id:
        made = work.store.add(BusySource(**values))
    else:
        before = work.store.get(BusySource, source.id)
        if (before.address, before.practitioner_id, before.kind) != (source.address, source.practitioner_id, source.kind):
            data.replace_busy(work.store, before.id, before.practitioner_id, [])
        made = work.store.change(replace(before, version=source.version), **values, etag="", sync_token="", trouble="")
    if not made.is_active:
        data.replace_busy(work.store, made.id, made.practitioner_id, [])
    data.set_password(work.store, made.id, (password or known) if made.username else "")
    return made


@use_case("agenda.manage", code="CONFIG")
def remove_source(work: Work, source_id: str) -> None:
    """Forget another calendar, and the busy times by it."""
    source = work.store.get(BusySource, source_id)
    data.replace_busy(work.store, source.id, source.practitioner_id, [])
    data.set_password(work.store, source.id, "")
    work.store.remove(source)


@use_case("agenda.manage", writes=False)
def source_to_try(work: Work, wanted: BusySource, password: str = "") -> Look:
    """How one would look at a calendar that is not saved yet."""
    source = _checked_source(work, wanted)
    return _look(work, source, password or _known_password(work, source))


def _checked_source(work: Work, wanted: BusySource) -> BusySource:
    source = replace(wanted, **{name: getattr(wanted, name).strip() for name in _LONGEST})
    check_account(work, source)
    if source.kind is CalendarKind.FILE:
        if not Path(source.address).is_absolute():
            raise UserError("address", _("Choose the calendar file."))
        return replace(source, username="")
    return replace(source, address=check_address(source.address))


def check_account(work: Work, account: BusySource | CalendarFeed) -> None:
    """Refuse whose calendar cannot be, and words that do not belong. Raises ``UserError`` with the field."""
    if account.practitioner_id not in {user.id for user in agenda.practitioners(work.store)}:
        raise UserError("practitioner_id", _("Choose whose calendar this is."))
    for name, longest in _LONGEST.items():
        text = getattr(account, name, "")
        if len(text) > longest or not text.isprintable():
            raise UserError(name, _("This is too long, or holds characters that do not belong here."))
    if not 5 <= account.every_minutes <= 1440:
        raise UserError("every_minutes", _("Choose a number of minutes from 5 to 1440."))


def _known_password(work: Work, source: BusySource) -> str:
    """The known password, for the address and the user it was given for only."""
    before = work.store.find_one(BusySource, id=source.id) if source.id else None
    if before is None or (before.address, before.username) != (source.address, source.username):
        return ""
    return data.password_of(work.store, source.id)


def _look(work: Work, source: BusySource, password: str) -> Look:
    today, zone = work.today(), work.clinic.zone
    first, last = start_minute(zone, today - BEHIND), start_minute(zone, today + AHEAD)
    return Look(source, Account(source.address, source.username, password), today, first, last, zone)


# -- behind a look -----------------------------------------------------------------------------------------------------------------------


@use_case("agenda.book", writes=False)
def begin_looks(work: Work) -> list[Look]:
    """The calendars that are looked at."""
    people = {user.id for user in agenda.practitioners(work.store)}
    return [
        _look(work, one, data.password_of(work.store, one.id))
        for one in work.store.find(BusySource, is_active=True)
        if one.practitioner_id in people
    ]


@use_case("agenda.book", code="IMPORT", typed=False)
def keep_busy(work: Work, source_id: str, spans: Sequence[Interval], etag: str = "", sync_token: str = "") -> int:
    """Make these UTC minutes the busy times by a calendar, and remember which version of it said so; how many came or went."""
    source = work.store.get(BusySource, source_id)
    changed = data.replace_busy(work.store, source.id, source.practitioner_id, list(spans))
    if changed or (source.etag, source.sync_token) != (etag, sync_token):
        work.store.change(source, etag=etag[:200], sync_token=sync_token[:500], checked_at=work.now())
    return changed


@use_case("agenda.book", code="IMPORT", typed=False)
def end_look(work: Work, source_id: str, trouble: str) -> BusySource:
    """Remember how a look ended; while nothing changes only once an hour."""
    source = work.store.get(BusySource, source_id)
    fresh = source.checked_at is not None and work.now() - source.checked_at < _TOLD_AGAIN
    return source if fresh and source.trouble == trouble else work.store.change(source, trouble=trouble, checked_at=work.now())


# -- the look ----------------------------------------------------------------------------------------------------------------------------


@dataclass
class _Remembered:
    """What the entries of a collection said, for as long as the program runs: only what changed is read again."""

    token: str = ""
    window: tuple[int, int] = (0, 0)
    versions: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Intervals] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)


@dataclass
class _Memory:
    """What is known between two looks, by clinic and calendar."""

    looked: dict[tuple[str, str], datetime] = field(default_factory=dict)
    collections: dict[tuple[str, str], _Remembered] = field(default_factory=dict)


_memory = _Memory()


@dataclass(frozen=True)
class _Found:
    """What a look brought. ``odd``: the first thing that could not be read, and how many."""

    spans: Intervals
    etag: str = ""
    token: str = ""
    odd: tuple[str, ...] = ()

    @property
    def trouble(self) -> str:
        """What could not be read, in a sentence."""
        if not self.odd:
            return ""
        text = S_("{n} event could not be read. {first}", "{n} events could not be read. The first: {first}", len(self.odd))
        return text.format(n=len(self.odd), first=self.odd[0])


@Errand
def try_source(desk: Desk, wanted: BusySource, password: str = "", *, progress: Progress | None = None) -> int:
    """Look at a calendar that is not saved yet: how many busy times it has. Raises what is wrong, in a sentence."""
    look = desk.do(source_to_try, wanted, password)
    found = _read(look, _Remembered(), progress or Progress())
    return len(found.spans) if found else 0


@Errand
def look_at_calendars(desk: Desk, *, every: bool = True, progress: Progress | None = None) -> Looked:
    """See when practitioners are busy by their other calendars: by all of them, or by those whose turn it is.

    What one calendar says is kept whatever becomes of the next. Trouble is told in the answer and stands in the settings; the busy times
    that were known stay.
    """
    progress, result = progress or Progress(), Looked()
    looks = [look for look in desk.do(begin_looks) if every or _has_turn(desk, look.source)]
    for n, look in enumerate(looks):
        progress.report(n, len(looks), _("Looking at the calendars"))
        _memory.looked[desk.db_uuid, look.source.id] = desk.now()
        try:
            changed, trouble = _take(desk, look, progress)
        except Cancelled:
            raise
        except DeskError as error:
            changed, trouble = 0, error.message
        desk.do(end_look, look.source.id, trouble)
        told = (f"{look.source.name or look.source.address}: {trouble}",) if trouble else ()
        result = Looked(result.calendars + 1, result.changed + changed, result.trouble + told)
    return result


def _has_turn(desk: Desk, source: BusySource) -> bool:
    if source.kind is CalendarKind.FILE and not Path(source.address).is_file():  # it is another workstation's
        return False
    last = _memory.looked.get((desk.db_uuid, source.id))
    return last is None or desk.now() - last >= timedelta(minutes=source.every_minutes)


def _take(desk: Desk, look: Look, progress: Progress) -> tuple[int, str]:
    key = (desk.db_uuid, look.source.id)
    known = _memory.collections.pop(key, _Remembered())
    found = _read(look, known, progress)
    if found is None:
        return 0, look.source.trouble
    _memory.collections[key] = known
    return desk.do(keep_busy, look.source.id, found.spans, found.etag, found.token), found.trouble


def _read(look: Look, known: _Remembered, progress: Progress) -> _Found | None:
    """What a calendar says; None when it says what it said today already."""
    if look.source.kind is CalendarKind.FILE:
        return _of_text(look, _file(look.source.address))
    with Visit(look.account, progress.on_cancel) as visit:
        if look.source.kind is CalendarKind.CALDAV:
            return _of_collection(look, visit, known)
        answer = visit.file(look.source.etag if _is_of_today(look) else "")
        return None if answer is None else _of_text(look, answer.data, answer.etag)


def _is_of_today(look: Look) -> bool:
    """Whether the days that are kept are those of the last look: each day one more comes in sight."""
    checked, source = look.source.checked_at, look.source
    return checked is not None and not source.trouble and intervals.to_minutes(checked) >= start_minute(look.zone, look.today)


def _file(name: str) -> bytes:
    path = Path(name)
    try:
        if path.stat().st_size > ics_read.LARGEST:
            raise UserError("address", S_("The file {name} is too large for a calendar.").format(name=path.name))
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentProblem(S_("The file {name} cannot be read. Check its name and rights.").format(name=path.name)) from error


def _of_text(look: Look, text: bytes, etag: str = "") -> _Found:
    found = ics_read.read_busy(text, look.zone, look.first * 60, look.last * 60)
    if not found.is_calendar:
        raise UserError("address", found.skipped[0].reason)
    said = S_("Line {line}: {reason}")
    odd = tuple(said.format(line=one.line, reason=one.reason) for one in found.skipped)
    return _Found(_minutes(found.busy), etag, "", odd)


def _minutes(busy: Sequence[tuple[int, int]]) -> Intervals:
    """Whole minutes around stretches in seconds."""
    return intervals.merge((begin // 60, -(-end // 60)) for begin, end in busy)


def _of_collection(look: Look, visit: Visit, known: _Remembered) -> _Found | None:
    source, window = look.source, (look.first, look.last)
    if not known.token and source.sync_token and _is_of_today(look):
        listed = visit.listed(source.sync_token)
        if not (listed.whole or listed.changed or listed.gone):
            return None
    fresh = known.window != window
    if fresh:
        known.versions, known.spans, known.odd, known.window = {}, {}, {}, window
    listed = visit.listed("" if fresh else known.token)
    gone = {path for path in known.versions if path not in listed.changed} if listed.whole else listed.gone
    for path in gone:
        _forget(known, path)
    changed = [path for path, etag in listed.changed.items() if not etag or known.versions.get(path) != etag]
    for path, etag, text in visit.load(changed):
        _forget(known, path)
        known.versions[path] = etag
        if PRODUCT.encode() in text:  # what this program published itself
            continue
        found = ics_read.read_busy(text, look.zone, look.first * 60, look.last * 60)
        known.spans[path] = _minutes(found.busy)
        if found.skipped:
            known.odd[path] = found.skipped[0].reason
    known.token = listed.token
    spans = intervals.merge(span for several in known.spans.values() for span in several)
    return _Found(spans, "", listed.token, tuple(known.odd.values()))


def _forget(known: _Remembered, path: str) -> None:
    for kept in (known.versions, known.spans, known.odd):
        kept.pop(path, None)
