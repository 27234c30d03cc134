"""A practitioner's agenda in other programs: as an .ics file, and on a CalDAV server, with the clients' initials only (AGENDA §4).

What stands on the server is remembered by its fingerprint: only what changed is sent; what was sent before a crash is found there again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from nmx_desk.data import agenda
from nmx_desk.data import calendars as data
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.calendars import CalendarFeed, PublishedEvent
from nmx_desk.domain.errors import Cancelled, DeskError, EnvironmentProblem, NotFound, UserError
from nmx_desk.exchange.invitations import CalendarEvent, calendar_text
from nmx_desk.exchange.web_calendars import Account, ServerError, Visit, check_address
from nmx_desk.i18n import _
from nmx_desk.services.calendars import Looked, check_account
from nmx_desk.services.desk import Desk, Errand, Progress, Work, use_case

BACK = timedelta(days=30)
"""How long what is over stays published."""
_TOLD_AGAIN = timedelta(hours=1)
_AT_ONCE = 20
_PRESENT, _TAKEN = 412, 409


@dataclass(frozen=True)
class Entry:
    """An appointment as it is to stand on the server; ``known``: what was sent last, None when nothing was."""

    uid: str
    text: str
    fingerprint: str
    known: PublishedEvent | None


@dataclass(frozen=True)
class Publication:
    """What has to happen on a server so that it shows the agenda."""

    feed: CalendarFeed
    account: Account
    send: tuple[Entry, ...]
    remove: tuple[PublishedEvent, ...]


@dataclass(frozen=True)
class Sent:
    """An entry that stands on the server now."""

    uid: str
    href: str
    etag: str
    fingerprint: str


# -- the agenda as text ------------------------------------------------------------------------------------------------------------------


@use_case("agenda.read", writes=False)
def export_agenda(work: Work, practitioner: str) -> str:
    """The agenda of a practitioner (user name) as iCalendar text, from a month ago on. Each appointment in it is logged as exported."""
    who = next((user for user in agenda.practitioners(work.store) if user.username == practitioner), None)
    if who is None:
        raise NotFound(_("There is no practitioner with this user name: {name}.").format(name=practitioner))
    found = data.appointments_of(work.store, who.id, work.now() - BACK)
    for one in found:
        work.seen("appointment", one.id, one.client_id, code="EXPORT")
    return calendar_text([event_of(one) for one in found], name=who.display_name)


def event_of(appointment: Appointment) -> CalendarEvent:
    """An appointment as others may read it: when, and the initials of whose it is."""
    return CalendarEvent(
        uid=appointment.uid or appointment.id, sequence=appointment.sequence, start=appointment.starts_at, end=appointment.ends_at,
        zone=appointment.zone, title=initials(appointment.who), stamp=max(appointment.status_at, appointment.created_at),
    )  # fmt: skip


def initials(name: str) -> str:
    """The initials of a name: “Anna de Vries” is “A.d.V.”."""
    firsts = [next((sign for sign in word if sign.isalpha()), "") for word in name.replace("-", " ").split()]
    return "".join(f"{first}." for first in firsts if first) or "–"


# -- setting it --------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.manage", code="CONFIG")
def save_feed(work: Work, wanted: CalendarFeed, password: str = "") -> CalendarFeed:
    """Publish a practitioner's agenda at an address. Without a password the one that is known stays, for the same server and user."""
    feed = _checked(work, wanted)
    known = _known_password(work, feed)
    if feed.username and not (password or known):
        raise UserError("password", _("Type the password of this calendar."))
    values: dict[str, Any] = {
        name: getattr(feed, name) for name in ("practitioner_id", "address", "username", "is_active", "every_minutes")
    }  # fmt: skip
    if not feed.id:
        made = work.store.add(CalendarFeed(**values))
    else:
        before = work.store.get(CalendarFeed, feed.id)
        if (before.address, before.practitioner_id) != (feed.address, feed.practitioner_id):
            for one in work.store.find(PublishedEvent, feed_id=feed.id):
                work.store.remove(one)
        made = work.store.change(replace(before, version=feed.version), **values, trouble="")
    data.set_password(work.store, made.id, (password or known) if made.username else "")
    return made


@use_case("agenda.manage", code="CONFIG")
def remove_feed(work: Work, feed_id: str) -> None:
    """Publish an agenda there no longer. What stands on the server stays; it can be thrown away there."""
    feed = work.store.get(CalendarFeed, feed_id)
    for one in work.store.find(PublishedEvent, feed_id=feed.id):
        work.store.remove(one)
    data.set_password(work.store, feed.id, "")
    work.store.remove(feed)


@use_case("agenda.manage", writes=False)
def feed_to_try(work: Work, wanted: CalendarFeed, password: str = "") -> Account:
    """How one would get into a calendar that is not saved yet."""
    feed = _checked(work, wanted)
    return Account(feed.address, feed.username, password or _known_password(work, feed))


def _checked(work: Work, wanted: CalendarFeed) -> CalendarFeed:
    feed = replace(wanted, address=check_address(wanted.address), username=wanted.username.strip())
    check_account(work, feed)
    return feed


def _known_password(work: Work, feed: CalendarFeed) -> str:
    before = work.store.find_one(CalendarFeed, id=feed.id) if feed.id else None
    if before is None or (before.address, before.username) != (feed.address, feed.username):
        return ""
    return data.password_of(work.store, feed.id)


# -- behind the sending ------------------------------------------------------------------------------------------------------------------


@use_case("agenda.book", writes=False)
def list_feeds(work: Work) -> list[CalendarFeed]:
    """The agendas that are published."""
    return work.store.find(CalendarFeed, is_active=True)


@use_case("agenda.book", writes=False)
def begin_publication(work: Work, feed_id: str) -> Publication:
    """What is to be sent to a server and taken away there. Each appointment that is sent is logged as exported."""
    feed = work.store.get(CalendarFeed, feed_id)
    known = {one.uid: one for one in work.store.find(PublishedEvent, feed_id=feed.id)}
    send, there = [], set()
    for appointment in data.appointments_of(work.store, feed.practitioner_id, work.now() - BACK):
        event = event_of(appointment)
        text = calendar_text([event])
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        before = known.get(event.uid)
        there.add(event.uid)
        if before is None or before.fingerprint != fingerprint:
            send.append(Entry(event.uid, text, fingerprint, before))
            work.seen("appointment", appointment.id, appointment.client_id, code="EXPORT")
    account = Account(feed.address, feed.username, data.password_of(work.store, feed.id))
    return Publication(feed, account, tuple(send), tuple(one for uid, one in known.items() if uid not in there))


@use_case("agenda.book", code="EXPORT", typed=False)
def keep_published(work: Work, feed_id: str, sent: Sequence[Sent], removed: Sequence[str]) -> None:
    """Remember what stands on the server now, and what does no longer."""
    feed = work.store.get(CalendarFeed, feed_id)
    known = {one.uid: one for one in work.store.find(PublishedEvent, feed_id=feed.id)}
    for uid in removed:
        if uid in known:
            work.store.remove(known[uid])
    for one in sent:
        if one.uid in known:
            work.store.change(known[one.uid], href=one.href, etag=one.etag, fingerprint=one.fingerprint)
        else:
            made = PublishedEvent(feed_id=feed.id, uid=one.uid, href=one.href, etag=one.etag, fingerprint=one.fingerprint)
            work.store.add(made)


@use_case("agenda.book", code="EXPORT", typed=False)
def end_publication(work: Work, feed_id: str, trouble: str) -> CalendarFeed:
    """Remember how it ended; while nothing changes only once an hour."""
    feed = work.store.get(CalendarFeed, feed_id)
    fresh = feed.checked_at is not None and work.now() - feed.checked_at < _TOLD_AGAIN
    return feed if fresh and feed.trouble == trouble else work.store.change(feed, trouble=trouble, checked_at=work.now())


# -- the sending -------------------------------------------------------------------------------------------------------------------------

_sent_at: dict[tuple[str, str], datetime] = {}


@Errand
def try_feed(desk: Desk, wanted: CalendarFeed, password: str = "", *, progress: Progress | None = None) -> int:
    """Look at a calendar that is not saved yet: how many entries it has. Raises what is wrong, in a sentence."""
    account = desk.do(feed_to_try, wanted, password)
    with Visit(account, progress.on_cancel if progress else None) as visit:
        return len(visit.listed().changed)


@Errand
def publish_agendas(desk: Desk, *, every: bool = True, progress: Progress | None = None) -> Looked:
    """Make the servers show the agendas as they are: all of them, or those whose turn it is. Trouble is told and stands in the settings."""
    progress, result = progress or Progress(), Looked()
    for feed in desk.do(list_feeds):
        key = (desk.db_uuid, feed.id)
        if not every and key in _sent_at and desk.now() - _sent_at[key] < timedelta(minutes=feed.every_minutes):
            continue
        _sent_at[key] = desk.now()
        changed, trouble = _publish(desk, feed, progress)
        desk.do(end_publication, feed.id, trouble)
        told = (f"{feed.address}: {trouble}",) if trouble else ()
        result = Looked(result.calendars + 1, result.changed + changed, result.trouble + told)
    return result


def _publish(desk: Desk, feed: CalendarFeed, progress: Progress) -> tuple[int, str]:
    """How many entries changed on the server, and what did not go well."""
    changed = 0
    try:
        plan = desk.do(begin_publication, feed.id)
        if not (plan.send or plan.remove):
            return 0, ""
        with Visit(plan.account, progress.on_cancel) as visit:
            for sent, removed in _in_parts(visit, plan, progress):
                desk.do(keep_published, feed.id, sent, removed)
                changed += len(sent) + len(removed)
    except Cancelled:
        raise
    except DeskError as error:
        return changed, error.message
    return changed, ""


def _in_parts(visit: Visit, plan: Publication, progress: Progress) -> Iterator[tuple[list[Sent], list[str]]]:
    """Do it, and tell what was done, some at a time; of an error after what went well before it."""
    sent, removed, problem = list[Sent](), list[str](), None
    items: list[PublishedEvent | Entry] = [*plan.remove, *plan.send]
    for n, item in enumerate(items):
        progress.report(n, len(items), _("Publishing the agenda"))
        try:
            if isinstance(item, PublishedEvent):
                visit.delete(item.href)
                removed.append(item.uid)
            else:
                sent.append(_put(visit, item))
        except (EnvironmentProblem, UserError) as error:
            problem = error
            break
        if len(sent) + len(removed) >= _AT_ONCE:
            yield sent, removed
            sent, removed = [], []
    if sent or removed:
        yield sent, removed
    if problem is not None:
        raise problem


def _put(visit: Visit, entry: Entry) -> Sent:
    """Write an entry, over whatever became of it on the server: there the clinic's agenda is right."""
    href = entry.known.href if entry.known else visit.entry(f"{entry.uid}.ics")
    answer = visit.put(href, entry.text, entry.known.etag if entry.known else "")
    if answer.status in {_PRESENT, _TAKEN, 404, 410}:  # changed or thrown away there, or sent before a crash
        href = (visit.find(entry.uid) or (href, ""))[0]
        etag, text = visit.there(href)
        if text == entry.text:
            return Sent(entry.uid, href, etag, entry.fingerprint)
        answer = visit.put(href, entry.text, etag)
    if answer.status not in {200, 201, 204}:
        raise ServerError(answer.status, visit.address)
    return Sent(entry.uid, href, answer.etag or visit.there(href)[0], entry.fingerprint)
