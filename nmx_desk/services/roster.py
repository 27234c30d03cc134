"""When practitioners work: weekly hours, dates with other hours, locums, absences, closures, and the public holidays suggested as closures.

Nothing of it touches what is booked: each change says which appointments are in its way now, to be moved by people (AGENDA §1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import MAIN, Absence, Appointment, Channel, Closure, RosterOverride, RosterRule
from nmx_desk.domain.agenda_views import DayItem
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intervals import Interval, from_minutes, merge, to_minutes
from nmx_desk.domain.people import User
from nmx_desk.domain.rosters import Roster
from nmx_desk.domain.walltime import DAY, WEEKDAYS, day_of, start_minute
from nmx_desk.i18n import _, language
from nmx_desk.services.agenda import day_item
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.locations import located

_NOWHERE = Roster("UTC", ())


@dataclass(frozen=True)
class Closed:
    """A closure or an absence as stored, and the appointments that are in its way: still booked, to be moved by people."""

    record: Closure | Absence
    conflicts: tuple[DayItem, ...]


@dataclass(frozen=True)
class Hours:
    """Weekly hours as they are now, and the appointments that lie outside them since this change."""

    rules: tuple[RosterRule, ...]
    conflicts: tuple[DayItem, ...]


@dataclass(frozen=True)
class DayHours:
    """What holds for a practitioner on one date: these hours instead of the weekly ones, less what is ``closed`` of them.

    Only ``closed``: the weekly hours without it. Neither: closed all day. ``conflicts``: since this change. ``location_id``: where.
    """

    practitioner_id: str
    day: date
    spans: tuple[Interval, ...]
    reason: str = ""
    conflicts: tuple[DayItem, ...] = ()
    closed: tuple[Interval, ...] = ()
    location_id: str | None = None


@dataclass(frozen=True)
class StandIn:
    """A locum who has somebody else's hours and clients from a date to a date. ``conflicts``: since this change."""

    practitioner_id: str
    stands_in_for: str
    date_from: date
    date_to: date
    conflicts: tuple[DayItem, ...] = ()


@dataclass(frozen=True)
class Holiday:
    """A public holiday. ``usual``: most clinics close."""

    day: date
    name: str
    usual: bool


@use_case("agenda.manage", writes=False)
def practitioner_roster(work: Work, user_id: str) -> list[RosterRule]:
    """The weekly hours of a practitioner, Monday first."""
    return sorted(work.store.find(RosterRule, practitioner_id=user_id), key=lambda rule: (rule.weekday, rule.start_minute))


@use_case("agenda.manage", code="CONFIG")
def set_roster(work: Work, user_id: str, rules: Sequence[RosterRule]) -> Hours:
    """Make these the weekly hours of a practitioner. Appointments stay as they are; rules that did not change are not touched."""
    work.store.get(User, user_id)
    there = {rule.location_id for rule in work.store.find(RosterRule, practitioner_id=user_id)}
    wanted = [
        replace(
            rule, id="", version=0, practitioner_id=user_id,
            location_id=rule.location_id if rule.location_id in there else located(work, rule.location_id),
        ) for rule in rules
    ]  # fmt: skip
    for rule in wanted:
        if not (0 <= rule.weekday <= 6 and 0 <= rule.start_minute < DAY and rule.start_minute < rule.end_minute <= 2 * DAY):
            raise UserError("rules", _("Working hours end after they begin. Check the hours."))
    _check_overlap([rule for rule in wanted if rule.stands_in_for is None])
    before = _outside(work, user_id)
    left = {_hours(rule) for rule in wanted}
    for rule in work.store.find(RosterRule, practitioner_id=user_id):
        if _hours(rule) in left:
            left.remove(_hours(rule))
        else:
            work.store.remove(rule)
    work.store.add_all(rule for rule in wanted if _hours(rule) in left)
    return Hours(tuple(practitioner_roster(work, user_id)), _new_conflicts(work, user_id, before))


def _hours(rule: RosterRule) -> tuple[int, int, int, date | None, date | None, str | None, str | None]:
    return rule.weekday, rule.start_minute, rule.end_minute, rule.valid_from, rule.valid_to, rule.stands_in_for, rule.location_id


def _check_overlap(rules: Sequence[RosterRule]) -> None:
    for place, a in enumerate(rules):
        for b in rules[place + 1 :]:
            same_hours = a.weekday == b.weekday and a.start_minute < b.end_minute and b.start_minute < a.end_minute
            from_, to = max(a.valid_from or date.min, b.valid_from or date.min), min(a.valid_to or date.max, b.valid_to or date.max)
            if same_hours and from_ <= to:
                raise UserError("rules", _("The hours on {day} overlap. Change one of them.").format(day=_(WEEKDAYS[a.weekday])))


def _outside(work: Work, user_id: str) -> dict[str, data.Booked]:
    """Appointments to come of a practitioner that do not lie within the working hours, those at the clinic not where these are."""
    coming = data.coming(work.store, user_id, work.now())
    if not coming:
        return {}
    zone = work.clinic.zone
    first, last = (day_of(zone, to_minutes(coming[at].appointment.starts_at)) for at in (0, -1))
    days = work.store, zone, [user_id], first, last + timedelta(days=1)
    everywhere, there = data.roster(*days), data.rosters(*days) if data.has_locations(work.store) else {}
    found = {}
    for one in coming:
        begin, end = to_minutes(one.appointment.starts_at), to_minutes(one.appointment.ends_at, up=True)
        hours = everywhere
        if there and one.appointment.channel is Channel.CLINIC:
            hours = there.get(one.appointment.location_id or MAIN, _NOWHERE)
        opened = hours.around(user_id, day_of(zone, begin), day_of(zone, end))  # its days only: the last one may be centuries away
        if not any(lo <= begin and end <= hi for lo, hi in opened):
            found[one.appointment.id] = one
    return found


def _new_conflicts(work: Work, user_id: str, before: dict[str, data.Booked]) -> tuple[DayItem, ...]:
    return in_the_way(work, (one for key, one in _outside(work, user_id).items() if key not in before))


def in_the_way(work: Work, found: Iterable[data.Booked]) -> tuple[DayItem, ...]:
    """Appointments in the way as they are shown, which stands in the log; who may not read the agenda is told when, never who."""
    made = tuple(found)
    if work.reach("agenda.read") is None:
        return tuple(DayItem(_of_nobody(one.appointment), _("An appointment")) for one in made)
    for one in made:
        work.seen("appointment", one.appointment.id, one.appointment.client_id)
    return tuple(map(day_item, made))


def _of_nobody(appointment: Appointment) -> Appointment:
    return replace(appointment, who="", client_id=None, request_id=None, cancel_reason="", double_booked_reason="")


# -- dates with other hours --------------------------------------------------------------------------------------------------------------


@use_case("agenda.manage", writes=False)
def list_days(work: Work, date_from: date, date_to: date) -> list[DayHours]:
    """Dates (inclusive) on which somebody's hours are not the weekly ones, in order."""
    found: defaultdict[tuple[date, str], list[RosterOverride]] = defaultdict(list)
    for one in data.overrides(work.store, date_from, date_to):
        found[one.day, one.practitioner_id].append(one)
    return [_day_hours(who, day, made) for (day, who), made in sorted(found.items())]


def _day_hours(practitioner_id: str, day: date, made: Sequence[RosterOverride]) -> DayHours:
    opened = tuple((one.start_minute, one.end_minute) for one in made if one.is_open)
    closed = tuple((one.start_minute, one.end_minute) for one in made if not one.is_open)
    reason = " · ".join(dict.fromkeys(one.reason for one in made if one.reason))
    whole = any(start == 0 and end >= DAY for start, end in closed)
    where = next((one.location_id for one in made if one.is_open), None)
    return DayHours(practitioner_id, day, () if whole else opened, reason, closed=() if whole else closed, location_id=where)


@use_case("agenda.manage", code="CONFIG")
def set_day(
    work: Work, practitioner_id: str, day: date, spans: Sequence[Interval], reason: str = "", closed: Sequence[Interval] = (),
    place: str | None = None,
) -> DayHours:  # fmt: skip
    """Say what holds for a practitioner on one date (see ``DayHours``) and where, instead of what held there. Appointments stay."""
    work.store.get(User, practitioner_id)
    ordered, shut = sorted(spans), merge(closed)
    for at, (start, end) in enumerate(ordered):
        if not (0 <= start < DAY and start < end <= 2 * DAY):
            raise UserError("spans", _("Working hours end after they begin. Check the hours."))
        if at and start < ordered[at - 1][1]:
            raise UserError("spans", _("The hours on this date overlap. Change one of them."))
    if not all(0 <= start < end <= DAY for start, end in closed):
        raise UserError("spans", _("What is closed ends after it begins, on the same day. Check the times."))
    if shut == [(0, DAY)]:
        ordered, shut = [], []
    before = _outside(work, practitioner_id)
    _clear(work, practitioner_id, day)
    hours = [(True, *span) for span in ordered] + [(False, *span) for span in shut] or [(False, 0, DAY)]
    where = located(work, place)
    work.store.add_all(
        RosterOverride(
            practitioner_id=practitioner_id, day=day, is_open=opened, start_minute=start, end_minute=end, reason=reason.strip(),
            location_id=where if opened else None,
        ) for opened, start, end in hours
    )  # fmt: skip
    conflicts = _new_conflicts(work, practitioner_id, before)
    return DayHours(practitioner_id, day, tuple(ordered), reason.strip(), conflicts, tuple(shut), where)


@use_case("agenda.manage", code="CONFIG")
def close_part(work: Work, practitioner_id: str, day: date, spans: Sequence[Interval], reason: str = "") -> DayHours:
    """Close these parts of one date; the rest of it stays as it was, other hours too. Appointments stay."""
    if not spans:
        raise UserError("spans", _("Say from when until when it is closed."))
    made = sorted(work.store.find(RosterOverride, practitioner_id=practitioner_id, day=day), key=lambda one: one.start_minute)
    held = _day_hours(practitioner_id, day, made)
    if made and not (held.spans or held.closed):
        raise UserError("spans", _("This date is closed already."))
    why = " · ".join(dict.fromkeys(filter(None, (held.reason, reason.strip()))))
    return set_day(work, practitioner_id, day, held.spans, why, [*held.closed, *spans], held.location_id)


@use_case("agenda.manage", code="CONFIG")
def clear_day(work: Work, practitioner_id: str, day: date) -> DayHours:
    """The weekly hours hold again on this date. Appointments stay."""
    before = _outside(work, practitioner_id)
    _clear(work, practitioner_id, day)
    return DayHours(practitioner_id, day, (), conflicts=_new_conflicts(work, practitioner_id, before))


def _clear(work: Work, practitioner_id: str, day: date) -> None:
    for one in work.store.find(RosterOverride, practitioner_id=practitioner_id, day=day):
        work.store.remove(one)


# -- locums ------------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.manage", writes=False)
def list_stand_ins(work: Work) -> list[StandIn]:
    """Who stands in for whom, those of today and to come, in order of date."""
    periods: defaultdict[tuple[str, str], list[Interval]] = defaultdict(list)
    for rule in data.stand_ins(work.store, work.today()):
        if rule.stands_in_for and rule.valid_from and rule.valid_to:
            periods[rule.practitioner_id, rule.stands_in_for].append((rule.valid_from.toordinal(), rule.valid_to.toordinal() + 1))
    found = [StandIn(*who, date.fromordinal(lo), date.fromordinal(hi - 1)) for who, spans in periods.items() for lo, hi in merge(spans)]
    return sorted(found, key=lambda one: (one.date_from, one.date_to, one.practitioner_id))


@use_case("agenda.manage", code="CONFIG")
def stand_in(work: Work, practitioner_id: str, stands_in_for: str, date_from: date, date_to: date) -> StandIn:
    """Have a locum take over somebody's weekly hours, and with them the access to their clients, from a date to a date (inclusive)."""
    for user_id in (practitioner_id, stands_in_for):
        work.store.get(User, user_id)
    if practitioner_id == stands_in_for:
        raise UserError("stands_in_for", _("Nobody stands in for themselves. Choose another practitioner."))
    if date_to < date_from:
        raise UserError("date_to", _("The last day is before the first. Change one of them."))
    own = [rule for rule in work.store.find(RosterRule, practitioner_id=stands_in_for) if rule.stands_in_for is None]
    taken = [
        replace(
            rule, id="", version=0, practitioner_id=practitioner_id, stands_in_for=stands_in_for,
            valid_from=max(rule.valid_from or date_from, date_from), valid_to=min(rule.valid_to or date_to, date_to),
        )
        for rule in own if (rule.valid_from or date_from) <= date_to and (rule.valid_to or date_to) >= date_from
    ]  # fmt: skip
    if not taken:
        raise UserError("stands_in_for", _("Who is replaced has no working hours in these days. Fill in those first."))
    work.store.add_all(taken)
    return StandIn(practitioner_id, stands_in_for, date_from, date_to)


@use_case("agenda.manage", code="CONFIG")
def end_stand_in(work: Work, ended: StandIn, last: date | None = None) -> StandIn:
    """End standing in after this day, or as if it had never been agreed. Appointments stay."""
    before = _outside(work, ended.practitioner_id)
    for rule in work.store.find(RosterRule, practitioner_id=ended.practitioner_id, stands_in_for=ended.stands_in_for):
        first, until = rule.valid_from or ended.date_from, rule.valid_to or ended.date_to
        if until < ended.date_from or first > ended.date_to:
            continue
        if last is None or first > last:
            work.store.remove(rule)
        elif until > last:
            work.store.change(rule, valid_to=last)
    return replace(ended, date_to=last or ended.date_to, conflicts=_new_conflicts(work, ended.practitioner_id, before))


# -- closures and absences ---------------------------------------------------------------------------------------------------------------


@use_case("agenda.manage", writes=False)
def list_closures(work: Work, date_from: date, date_to: date) -> list[Closure]:
    """Closures that touch these days (inclusive)."""
    return data.closures(work.store, date_from, date_to)


@use_case("agenda.manage", code="CONFIG")
def add_closure(work: Work, date_from: date, date_to: date, reason: str) -> Closed:
    """Close the clinic on these days (inclusive). Booked appointments stay and are returned, to be moved."""
    if date_to < date_from:
        raise UserError("date_to", _("The last day is before the first. Change one of them."))
    made = work.store.add(Closure(date_from=date_from, date_to=date_to, reason=reason.strip()))
    zone = work.clinic.zone
    found = data.booked_between(work.store, start_minute(zone, date_from), start_minute(zone, date_to + timedelta(days=1)), live=True)
    return Closed(made, in_the_way(work, found))


@use_case("agenda.manage", code="CONFIG")
def remove_closure(work: Work, closure_id: str) -> None:
    """The clinic is open again."""
    work.store.remove(work.store.get(Closure, closure_id))


@use_case("agenda.manage")
def add_absence(work: Work, practitioner_id: str, start_at: datetime, end_at: datetime, reason: str = "") -> Closed:
    """A practitioner is away. Booked appointments stay and are returned, to be moved."""
    work.store.get(User, practitioner_id)
    if end_at <= start_at:
        raise UserError("end_at", _("An absence ends after it begins. Change one of the two."))
    made = work.store.add(Absence(practitioner_id=practitioner_id, start_at=start_at, end_at=end_at, reason=reason.strip()))
    found = data.booked_between(work.store, to_minutes(start_at), to_minutes(end_at, up=True), practitioner_id, live=True)
    return Closed(made, in_the_way(work, found))


@use_case("agenda.manage", writes=False)
def list_absences(work: Work, date_from: date, date_to: date) -> list[Absence]:
    """Absences of everybody that touch these days (inclusive), in order."""
    zone = work.clinic.zone
    begin, end = start_minute(zone, date_from), start_minute(zone, date_to + timedelta(days=1))
    return data.absences(work.store, from_minutes(begin), from_minutes(end))


@use_case("agenda.manage")
def remove_absence(work: Work, absence_id: str) -> None:
    """The practitioner is there after all."""
    work.store.remove(work.store.get(Absence, absence_id))


@use_case("agenda.manage", writes=False)
def suggested_closures(work: Work, year: int) -> list[Holiday]:
    """Dutch public holidays of a year that are no closure yet, in the language in use."""
    import holidays
    from dateutil.easter import easter

    words = "nl" if language() == "nl" else "en_US"
    found = holidays.country_holidays("NL", years=year, categories=("public", "optional"), language=words)
    usually_open = {date(year, 5, 5), easter(year) - timedelta(days=2)}  # Bevrijdingsdag and Goede Vrijdag: most clinics work
    taken = data.closures(work.store, date(year, 1, 1), date(year, 12, 31))
    return [
        Holiday(day, name, day not in usually_open)
        for day, name in sorted(found.items())
        if not any(closure.date_from <= day <= closure.date_to for closure in taken)
    ]
