"""What an agenda in use has besides appointments: other hours, a locum, a waiting list, a series, an option; and how today is going."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.agenda import INTAKE, Appointment, AppointmentStatus, Channel, RosterRule
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.bookings import WaitingEntry
from nmx_desk.domain.calendars import BusySource
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.intervals import Interval, to_minutes
from nmx_desk.domain.series import MomentState, SeriesRule, SeriesWish
from nmx_desk.services import agenda, calendars, options, roster, series, waiting
from nmx_desk.services.demo.care import Care
from nmx_desk.services.demo.office import CLOSES, MANAGER, OPENS, RECEPTION, ZONE, Journey, Office, Practitioner, wall
from nmx_desk.services.followups import TYPE

HOURS_KNOWN = 10  # days before the end: what is booked after that keeps to them
ADULT = relativedelta(years=18)
MORNING, AFTERNOON, EVENING = (540, 750), (780, 1020), (1080, 1200)


@dataclass(frozen=True)
class Wish:
    """What somebody on the waiting list wants. ``earlier``: than the appointment of this type that they have."""

    days_ago: int
    note: str
    earlier: str = ""
    part: str = "any"
    weekdays: str = "12345"
    own: bool = True


WISHES = (
    Wish(9, "Kan binnen een uur komen", TYPE),
    Wish(8, "Heeft op maandag en woensdag opvang", part="morning", weekdays="13", own=False),
    Wish(6, "Liefst voor de vakantie", INTAKE, own=False),
    Wish(5, "", part="afternoon"),
    Wish(2, "Mag ook bij een collega", TYPE, own=False),
    Wish(1, "Alleen telefonisch bereikbaar na drieën", part="evening", weekdays="4", own=False),
    Wish(1, "Bellen mag tot het laatste moment", own=False),
)
CHANGED_DAYS: tuple[tuple[int, int, bool, tuple[Interval, ...], str], ...] = (
    (0, 6, True, (MORNING,), "Middag vrij"),
    (1, 8, False, (MORNING,), "Extra spreekuur"),
    (0, 12, True, (MORNING, AFTERNOON, EVENING), "Avondspreekuur"),
    (2, 15, True, (), "Nascholing"),
    (2, 20, True, ((600, 750), AFTERNOON), "Begint om tien uur"),
    (1, 34, False, (AFTERNOON,), "Extra spreekuur"),
)
"""Whose hours change, so many days after the end, on a day they work or not; the hours then (none: closed) and why."""
CALENDARS: tuple[tuple[int, str, str, int, Interval], ...] = (
    (0, "Privéagenda", "prive.ics", 3, (960, 1020)),
    (2, "Lesrooster hogeschool", "lesrooster.ics", 1, (780, 870)),
)
"""Another calendar: whose, its name, its file, the weekday and the hours in which they are busy by it."""


def play(office: Office, care: Care, end: datetime) -> None:
    """Set off what the manager and the reception do with the agenda in the last days."""
    last = end.astimezone(ZONE).date()
    office.start(_hours(office, last), wall(last - timedelta(days=HOURS_KNOWN), 12 * 60))
    for wish in WISHES:
        office.start(_waits(office, care, wish), office.working(wall(last - timedelta(days=wish.days_ago), OPENS), 40 + 9 * wish.days_ago))
    office.start(_series(office, care), _last_worked(office, end))
    office.start(_looked(office), end - timedelta(minutes=6))
    office.start(_today(office, care, end), wall(_open_day_before(office, last), 16 * 60))
    office.start(_early(office, last), end - timedelta(minutes=7))
    office.start(_option(office, end), end)


def _open_day_before(office: Office, day: date) -> date:
    day -= timedelta(days=1)
    while not office.is_open(day):
        day -= timedelta(days=1)
    return day


def _last_worked(office: Office, end: datetime) -> datetime:
    """A moment shortly before the end at which the reception is there."""
    last = end.astimezone(ZONE).date()
    if office.is_open(last) and end >= wall(last, OPENS + 45):
        return min(end - timedelta(minutes=40), wall(last, CLOSES - 30))
    return wall(_open_day_before(office, last), CLOSES - 30)


# -- hours -------------------------------------------------------------------------------------------------------------------------------


def _hours(office: Office, last: date) -> Journey:
    """Dates with other hours, somebody who stands in for a colleague on holiday, and two calendars from elsewhere."""
    yield office.now
    for place, ahead, works, spans, reason in CHANGED_DAYS:
        who = office.practitioners[place]
        day = _quiet_day(office, who, last + timedelta(days=ahead), works=works)
        if day is not None:
            office.do(MANAGER, roster.set_day, who.id, day, spans, reason)
    locum, away = office.practitioners[1:3]
    monday = min(_whole_weeks(office, last + timedelta(days=28)), key=lambda first: len(_booked(office, away, first, 5)))
    office.do(MANAGER, roster.stand_in, locum.id, away.id, monday, monday + timedelta(days=4))
    office.do(MANAGER, roster.add_absence, away.id, wall(monday, 0), wall(monday + timedelta(days=5), 0), "Vakantie")
    for place, name, file, weekday, span in CALENDARS:
        _busy_elsewhere(office, office.practitioners[place], (name, file), weekday, span)


def _quiet_day(office: Office, who: Practitioner, first: date, *, works: bool) -> date | None:
    """The next open day, a weekday of theirs or not, on which nothing is booked with them."""
    weekdays = {rule.weekday for rule in office.find(RosterRule, practitioner_id=who.id)}
    taken = {row.day for row in office.do(MANAGER, roster.list_days, first, first + timedelta(days=60)) if row.practitioner_id == who.id}
    days = (first + timedelta(days=n) for n in range(45))
    return next((
        day for day in days
        if office.is_open(day) and (day.weekday() in weekdays) is works and day not in taken and not _booked(office, who, day)
    ), None)  # fmt: skip


def _whole_weeks(office: Office, first: date) -> Iterator[date]:
    """The Mondays of the next five weeks in which the clinic is open every day."""
    monday, found = first + timedelta(days=-first.weekday() % 7), 0
    while found < 5:
        if all(office.is_open(monday + timedelta(days=n)) for n in range(5)):
            found += 1
            yield monday
        monday += timedelta(days=7)


def _booked(office: Office, who: Practitioner, first: date, days: int = 1) -> list[Appointment]:
    lo, hi = wall(first, 0), wall(first + timedelta(days=days), 0)
    return [one for one in office.find(Appointment, practitioner_id=who.id, live=True) if lo <= one.starts_at < hi]


def _busy_elsewhere(office: Office, who: Practitioner, named: tuple[str, str], weekday: int, span: Interval) -> None:
    """Another calendar, by a file that is nobody's: when somebody is busy by it for some weeks, where nothing is booked."""
    name, file = named
    address = str(Path(Path.cwd().anchor) / "voorbeeld" / "agenda" / file)
    source = office.do(MANAGER, calendars.save_source, BusySource(practitioner_id=who.id, name=name, address=address))
    spans = []
    for day in (office.today + timedelta(days=n) for n in range(100)):
        if day.weekday() != weekday or not office.is_open(day):
            continue
        lo, hi = wall(day, span[0]), wall(day, span[1])
        if not any(lo < one.ends_at and one.starts_at < hi for one in _booked(office, who, day)):
            spans.append((to_minutes(lo), to_minutes(hi)))
    office.do(MANAGER, calendars.keep_busy, source.id, spans)


def _looked(office: Office) -> Journey:
    """The program looks at the other calendars again: nothing has changed."""
    yield office.now
    for source in office.find(BusySource):
        office.do(RECEPTION, calendars.end_look, source.id, "")


# -- who waits ---------------------------------------------------------------------------------------------------------------------------


def _waits(office: Office, care: Care, wish: Wish) -> Journey:
    """Somebody calls who wants a moment, or an earlier one."""
    yield office.now
    waiting_now: set[str | None] = {entry.client_id for entry in office.find(WaitingEntry)}
    coming = [one for one in office.find(Appointment, status=AppointmentStatus.CONFIRMED) if one.starts_at > office.now]
    if wish.earlier:
        later = [
            one for one in coming if one.client_id and one.type_code == wish.earlier and one.starts_at > office.now + timedelta(days=4)
        ]
        has = [one for one in sorted(later, key=lambda one: (one.starts_at, one.id))
               if one.client_id not in waiting_now and (wish.earlier == INTAKE or _is_adult(office, one.client_id))]  # fmt: skip
        if not has:
            return
        one = has[len(has) // 2]
        entry = WaitingEntry(client_id=one.client_id or "", type_code=one.type_code, appointment_id=one.id,
                             practitioner_id=one.practitioner_id if wish.own else None)  # fmt: skip
    else:
        found = _plain(office, care, waiting_now | {one.client_id for one in coming})
        if not found:
            return
        client, who = found[0]
        entry = WaitingEntry(client_id=client.id, type_code=TYPE, practitioner_id=who.id if wish.own else None)
    office.do(RECEPTION, waiting.add_waiting, _as_wished(entry, wish))


def _as_wished(entry: WaitingEntry, wish: Wish) -> WaitingEntry:
    return replace(entry, part_of_day=wish.part, weekdays=wish.weekdays, note=wish.note)


def _is_adult(office: Office, client_id: str | None) -> bool:
    found = office.find(Client, id=client_id) if client_id else []
    return bool(found) and not found[0].has_died and found[0].birth_date is not None and found[0].birth_date <= office.today - ADULT


def _plain(office: Office, care: Care, busy: set[str | None]) -> list[tuple[Client, Practitioner]]:
    """Adults in care without a story of their own and not among the busy, those who came last first."""
    found = []
    for file in reversed(care.files):
        if not file.person.script and file.client_id not in busy and _is_adult(office, file.client_id):
            client = office.get(Client, file.client_id)
            if client.status in {ClientStatus.ACTIVE, ClientStatus.RESTING} and client.merged_into is None:
                found.append((client, office.substitute(file.who, office.today + timedelta(days=90), file.person.phone)))
    return found


# -- a series and an option --------------------------------------------------------------------------------------------------------------


def _series(office: Office, care: Care) -> Journey:
    """Somebody books six contacts at two weeks in one go; one of them is moved afterwards."""
    yield office.now
    for client, who in _plain(office, care, {entry.client_id for entry in office.find(WaitingEntry)})[:8]:
        offer = _next(office, who, wall(office.open_day(office.today + timedelta(days=6)), 9 * 60))
        if offer is None:
            continue
        wish = SeriesWish(TYPE, who.id, client.id, offer.starts_at, SeriesRule(every=2, times=6))
        moments = office.do(RECEPTION, series.preview_series, wish)
        skipped = tuple(one.day for one in moments if one.state is not MomentState.FREE)
        if len(skipped) > 2:
            continue
        made = office.do(RECEPTION, series.book_series, SeriesWish(TYPE, who.id, client.id, offer.starts_at, wish.rule, skipped))
        third = made.appointments[2]
        other = _next(office, who, third.starts_at + timedelta(days=1))
        if other is not None:
            office.do(RECEPTION, agenda.move, third.id, other.starts_at, who.id)
        return


def _next(office: Office, who: Practitioner, after: datetime) -> Offer | None:
    found = office.do(RECEPTION, agenda.next_free, TYPE, count=1, practitioner_id=who.id, after=after)
    return found[0] if found else None


def _option(office: Office, end: datetime) -> Journey:
    """While the reception is there, somebody is on the phone: a moment is held for them."""
    yield end
    minute = (office.now - wall(office.today, 0)).total_seconds() / 60
    if office.is_open(office.today) and OPENS <= minute <= CLOSES:
        offer = _next(office, office.practitioners[0], office.now + timedelta(hours=2))
        if offer is not None:
            office.do(RECEPTION, options.hold, TYPE, offer.practitioner_id, offer.starts_at, who="Mevrouw aan de telefoon")


# -- today -------------------------------------------------------------------------------------------------------------------------------


def _today(office: Office, care: Care, end: datetime) -> Journey:
    """At the end somebody is in a room and somebody waits, when it is a moment at which people are there."""
    yield office.now
    day = end.astimezone(ZONE).date()
    if not office.is_open(day) or office.today >= day:
        return
    people = _plain(office, care, {one.client_id for who in office.practitioners for one in _booked(office, who, day)})
    waiting_now = {entry.client_id for entry in office.find(WaitingEntry)}
    people.sort(key=lambda found: found[0].id in waiting_now)
    minutes = timedelta(minutes=1)
    for low, high, comes in ((-39, -6, False), (0, 45, True)):
        free = office.do(RECEPTION, agenda.free_moments, TYPE, day, day)
        fitting = [one for one in free if end + low * minutes <= one.starts_at <= end + high * minutes and one.ends_at > end + 5 * minutes]
        if fitting and people:
            client, _who = people.pop(0)
            offer = fitting[0]
            made = office.do(RECEPTION, agenda.book, TYPE, offer.practitioner_id, offer.starts_at, client_id=client.id,
                             channel=Channel.CLINIC)  # fmt: skip
            office.start(_comes(office, made, end if comes else made.starts_at), min(end, made.starts_at) - 9 * minutes)


def _comes(office: Office, made: Appointment, called: datetime) -> Journey:
    """Somebody arrives; who was called in is in the room."""
    yield office.now
    who = next(who for who in office.practitioners if who.id == made.practitioner_id)
    office.do(office.at_the_desk(who), agenda.check_in, made.id)
    yield called + timedelta(minutes=2)
    office.do(who.username, agenda.start, made.id)


def _early(office: Office, day: date) -> Journey:
    """When nobody waits yet, who comes next is early."""
    yield office.now
    if office.find(Appointment, status=AppointmentStatus.ARRIVED) or office.today != day:
        return
    first, last = office.now + timedelta(minutes=16), office.now + timedelta(minutes=65)  # not who is on the way in already
    coming = [
        one for one in office.find(Appointment, status=AppointmentStatus.CONFIRMED, channel=Channel.CLINIC)
        if first <= one.starts_at <= last and one.starts_at.astimezone(ZONE).date() == day and _is_adult(office, one.client_id)
    ]  # fmt: skip
    if coming:
        soonest = min(coming, key=lambda one: (one.starts_at, one.id))
        who = next(who for who in office.practitioners if who.id == soonest.practitioner_id)
        office.do(office.at_the_desk(who), agenda.check_in, soonest.id)
