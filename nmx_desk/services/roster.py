"""When practitioners work: weekly hours, absences, closures, and the public holidays suggested as closures (AGENDA §1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import Absence, Closure, RosterRule
from nmx_desk.domain.agenda_views import DayItem
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.people import User
from nmx_desk.domain.walltime import DAY, WEEKDAYS, start_minute
from nmx_desk.i18n import _, language
from nmx_desk.services.agenda import day_item
from nmx_desk.services.desk import Work, use_case


@dataclass(frozen=True)
class Closed:
    """A closure or an absence as stored, and the appointments that are in its way: still booked, to be moved by people."""

    record: Closure | Absence
    conflicts: tuple[DayItem, ...]


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
def set_roster(work: Work, user_id: str, rules: Sequence[RosterRule]) -> list[RosterRule]:
    """Make these the weekly hours of a practitioner. Appointments stay as they are; rules that did not change are not touched."""
    work.store.get(User, user_id)
    wanted = [replace(rule, id="", version=0, practitioner_id=user_id) for rule in rules]
    for rule in wanted:
        if not (0 <= rule.weekday <= 6 and 0 <= rule.start_minute < DAY and rule.start_minute < rule.end_minute <= 2 * DAY):
            raise UserError("rules", _("Working hours end after they begin. Check the hours."))
    _check_overlap(wanted)
    left = {_hours(rule) for rule in wanted}
    for rule in work.store.find(RosterRule, practitioner_id=user_id):
        if _hours(rule) in left:
            left.remove(_hours(rule))
        else:
            work.store.remove(rule)
    work.store.add_all(rule for rule in wanted if _hours(rule) in left)
    return practitioner_roster(work, user_id)


def _hours(rule: RosterRule) -> tuple[int, int, int, date | None, date | None]:
    return rule.weekday, rule.start_minute, rule.end_minute, rule.valid_from, rule.valid_to


def _check_overlap(rules: Sequence[RosterRule]) -> None:
    for place, a in enumerate(rules):
        for b in rules[place + 1 :]:
            same_hours = a.weekday == b.weekday and a.start_minute < b.end_minute and b.start_minute < a.end_minute
            from_, to = max(a.valid_from or date.min, b.valid_from or date.min), min(a.valid_to or date.max, b.valid_to or date.max)
            if same_hours and from_ <= to:
                raise UserError("rules", _("The hours on {day} overlap. Change one of them.").format(day=_(WEEKDAYS[a.weekday])))


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
    return Closed(made, tuple(map(day_item, found)))


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
    return Closed(made, tuple(map(day_item, found)))


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
