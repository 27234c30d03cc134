"""The agenda: free moments, booking, the day, and what happens to an appointment (DOMAIN §4 Afspraak, §6; AGENDA §1–2).

Listing and booking ask the same ``domain.slots``; whether a moment is really free is judged by the database when the row is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import (
    NO_SHOW_AFTER,
    Absence,
    Appointment,
    AppointmentStatus,
    AppointmentType,
    Channel,
    FeeDecision,
    free_cancel_until,
    may_become,
)
from nmx_desk.domain.agenda_views import DayAgenda, DayColumn, DayItem, Offer
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.intervals import Interval, from_minutes, intersect, to_minutes
from nmx_desk.domain.people import User
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.domain.requests import may_become as request_may_become
from nmx_desk.domain.slots import Calendar, open_intervals, slots
from nmx_desk.domain.slots import next_free as first_free
from nmx_desk.domain.walltime import day_of, start_minute
from nmx_desk.i18n import _
from nmx_desk.services import outbox
from nmx_desk.services.contact_steps import follow_appointment, follow_back
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.locations import places
from nmx_desk.services.placing import clock, drop_expired, name_of, place, practitioners_of, refuse_of_the_dead, take_option, type_of
from nmx_desk.services.representatives import refuse_appointment

__all__ = ["DayAgenda", "DayColumn", "DayItem", "Offer"]  # results others name by this module
_S = AppointmentStatus
MOST_DAYS = 400
LOOK_AHEAD = timedelta(days=28)
REQUEST_FOLLOWS = {_S.NO_SHOW: RequestStatus.NO_SHOW, _S.CANCELLED: RequestStatus.CANCELLED}


# -- free moments ------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.read", writes=False)
def appointment_types(work: Work) -> list[AppointmentType]:
    """Types that can be booked, the shortest first."""
    return sorted(work.store.find(AppointmentType, is_active=True), key=lambda kind: (kind.duration, kind.code))


@use_case("agenda.read", writes=False)
def free_moments(work: Work, type_code: str, date_from: date, date_to: date, practitioner_id: str | None = None) -> list[Offer]:
    """Every moment on these days of the clinic (inclusive) at which the type can be booked now, in order of time, then of name."""
    if not timedelta() <= date_to - date_from <= timedelta(days=MOST_DAYS):
        raise UserError("date_to", _("Choose a last day that is not before the first and at most {n} days later.").format(n=MOST_DAYS))
    kind, people = type_of(work, type_code), practitioners_of(work, practitioner_id)
    calendar = calendar_of(work, list(people), date_from, date_to)
    found = [(start, who) for who in people for start in slots(who, kind.slot, date_from, date_to, calendar, work.now())]
    rank = {who: place for place, who in enumerate(people)}
    return _offers(work, kind, people, sorted(found, key=lambda free: (free[0], rank[free[1]])))


@use_case("agenda.read", writes=False)
def next_free(
    work: Work, type_code: str, *, count: int = 3, practitioner_id: str | None = None, part_of_day: Interval | None = None,
    practitioners: Collection[str] = (), weekdays: Collection[int] | None = None, after: datetime | None = None,
) -> list[Offer]:  # fmt: skip
    """The first free moments, not before ``after``, with anybody, one or some.

    ``part_of_day``: wall-clock minutes (``slots.MORNING``); ``weekdays``: 0 is Monday.
    """
    kind, now = type_of(work, type_code), work.now()
    people = {who: user for who, user in practitioners_of(work, practitioner_id).items() if not practitioners or who in practitioners}
    asked = kind.slot
    if after is not None:
        notice = to_minutes(after, up=True) - to_minutes(now, up=True)
        asked = replace(asked, minimum_notice_minutes=max(asked.minimum_notice_minutes, notice))
    earliest, horizon = asked.bounds(now, work.clinic.zone)
    first = min(day_of(work.clinic.zone, earliest), horizon)
    for last in sorted({min(first + LOOK_AHEAD, horizon), horizon}):  # most answers lie near: only a full agenda is read to its end
        calendar = calendar_of(work, list(people), first, last)
        near = replace(asked, horizon_days=asked.horizon_days - (horizon - last).days)
        found = first_free(people, near, calendar, now, count, part_of_day, weekdays)
        if len(found) >= count:
            break
    return _offers(work, kind, people, found)


def calendar_of(work: Work, who: Sequence[str], first: date, last: date) -> Calendar:
    """Hours and busy time on these days: kept at the desk for who only reads, read anew inside what writes."""
    if work.case.writes or work.case.aside:
        return data.calendar(work.store, work.clinic.zone, who, first, last)
    return work.desk.calendar.calendar(work.store, work.clinic.zone, first, last)


def _offers(work: Work, kind: AppointmentType, people: Mapping[str, User], found: Sequence[tuple[int, str]]) -> list[Offer]:
    known = dict(places(work))
    where = data.places_of(work.store, work.clinic.zone, found, kind.duration) if known else {}
    return [
        Offer(
            from_minutes(start), from_minutes(start + kind.duration), who, people[who].display_name, kind.code,
            known.get(where.get((start, who), ""), ""),
        ) for start, who in found
    ]  # fmt: skip


# -- booking -----------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.book")
def book(  # noqa: PLR0913 (an appointment has that many sides)
    work: Work, type_code: str, practitioner_id: str, starts_at: datetime, *, client_id: str | None = None, request_id: str | None = None,
    who: str = "", channel: Channel | None = None, double_booking_reason: str = "", afterwards: bool = False,
    although_died: bool = False, option_id: str = "",
) -> Appointment:  # fmt: skip
    """Book a moment for a client, a request or a name; of a client who has died only when ``although_died`` says that this is meant.

    Only a moment that is listed can be booked, unless ``double_booking_reason`` says why not, it is registered ``afterwards``, or
    ``option_id`` held it until now. Raises ``UserError`` with why the moment cannot be had, ``Conflict`` when somebody was faster.
    """
    kind = type_of(work, type_code)
    client = work.store.get(Client, client_id) if client_id else None
    request = work.store.get(AdviceRequest, request_id) if request_id else None
    name = (client.name if client else "") or (request.name if request else "") or who.strip()
    if not name:
        raise UserError("who", _("Choose for whom this appointment is."))
    made = Appointment(
        client_id=client_id or (request.client_id if request else None), request_id=request_id, type_code=type_code,
        who=name, channel=channel or kind.channel, uid=work.new_id(), double_booked_reason=double_booking_reason.strip(),
    )  # fmt: skip
    if not (afterwards or although_died):
        refuse_of_the_dead(work, made)
    held = take_option(work, option_id, made, practitioner_id, starts_at)
    return place(work, made, kind, practitioner_id, starts_at, afterwards=afterwards, held=held)


@use_case("agenda.book")
def move(
    work: Work, appointment_id: str, starts_at: datetime, practitioner_id: str, *, double_booking_reason: str = "", option_id: str = "",
) -> Appointment:  # fmt: skip
    """Move an appointment: the old row stays as moved, the new one keeps the calendar's uid and counts the sequence up.

    An empty ``practitioner_id`` is the same one.
    """
    old = work.store.get(Appointment, appointment_id)
    return _move(work, old, starts_at, practitioner_id or old.practitioner_id, double_booking_reason.strip(), option_id=option_id)


def _move(
    work: Work, old: Appointment, starts_at: datetime, practitioner_id: str, reason: str, *, back: bool = False, option_id: str = "",
) -> Appointment:  # fmt: skip
    if starts_at == old.starts_at and practitioner_id == old.practitioner_id:
        raise UserError("starts_at", _("The appointment is at this moment already. Choose another one."))
    made = lift(work, old, reason)
    held = take_option(work, option_id, made, practitioner_id, starts_at)
    return place(work, made, type_of_booked(work, old), practitioner_id, starts_at, back=back, held=held)


def lift(work: Work, old: Appointment, double_booking_reason: str = "") -> Appointment:
    """Take an appointment from its place; what comes back is to be placed anew in the same unit of work."""
    step(work, old, _S.MOVED, live=False)
    return replace(
        old, id="", moved_from=old.id, sequence=old.sequence + 1, status=_S.CONFIRMED, status_before=None,
        double_booked_reason=double_booking_reason,
    )  # fmt: skip


def type_of_booked(work: Work, booked: Appointment) -> AppointmentType:
    """The type of an appointment, retired or not, as long as the appointment itself."""
    kind = work.store.find_one(AppointmentType, code=booked.type_code) or type_of(work, booked.type_code)
    return replace(kind, duration=(booked.ends_at - booked.starts_at) // timedelta(minutes=1))


# -- the day -----------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.read", writes=False)
def day_agenda(work: Work, day: date) -> DayAgenda:
    """One day: a column per practitioner, with hours, absences and appointments. The look is logged."""
    zone = work.clinic.zone
    lo, hi = start_minute(zone, day), start_minute(zone, day + timedelta(days=1))
    found = data.booked_between(work.store, lo, hi)
    people = data.practitioners(work.store)
    known = {user.id for user in people}
    people += [work.store.get(User, gone) for gone in sorted({item.appointment.practitioner_id for item in found} - known)]
    calendar = calendar_of(work, [user.id for user in people], day, day)
    away = data.absences(work.store, from_minutes(lo), from_minutes(hi))
    elsewhere = data.elsewhere(work.store, [user.id for user in people], lo, hi)
    columns = tuple(column_of(user, day, found, calendar, away, elsewhere.get(user.id, ())) for user in people)
    work.seen("agenda_day", day.isoformat(), None)
    shut = tuple(data.closures(work.store, day, day))
    return DayAgenda(day, zone, with_places(work, columns), shut, tuple(work.store.find(AppointmentType)))


def with_places(work: Work, columns: Sequence[DayColumn]) -> tuple[DayColumn, ...]:
    """The same with where each works on its day, in a clinic with several places."""
    known, zone = dict(places(work, all_of_them=True)), work.clinic.zone
    if not (known and columns):
        return tuple(columns)
    days, who = [column.day for column in columns], sorted({column.practitioner_id for column in columns})
    placed = data.rosters(work.store, zone, who, min(days), max(days))

    def where(column: DayColumn) -> str:
        edges = [(start_minute(zone, column.day), start_minute(zone, column.day + timedelta(days=1)))]
        there = [known.get(place, "") for place, hours in placed.items()
                 if intersect(hours.around(column.practitioner_id, column.day, column.day), edges)]  # fmt: skip
        return " / ".join(there)

    return tuple(replace(column, where=where(column)) for column in columns)


def column_of(
    user: User, day: date, found: Sequence[data.Booked], calendar: Calendar, away: Sequence[Absence], elsewhere: Sequence[Interval] = (),
) -> DayColumn:  # fmt: skip
    """What of these belongs to one practitioner's day."""
    lo, hi = start_minute(calendar.zone, day), start_minute(calendar.zone, day + timedelta(days=1))
    begin, end = from_minutes(lo), from_minutes(hi)
    return DayColumn(
        user.id, user.display_name, user.hue, day,
        tuple((from_minutes(a), from_minutes(b)) for a, b in open_intervals(user.id, day, day, calendar)),
        tuple(one for one in away if one.practitioner_id == user.id and one.start_at < end and one.end_at > begin),
        tuple(day_item(one) for one in found if one.appointment.practitioner_id == user.id
              and one.appointment.starts_at < end and one.appointment.ends_at > begin),
        tuple((from_minutes(a), from_minutes(b)) for a, b in elsewhere if a < hi and b > lo),
    )  # fmt: skip


def day_item(found: data.Booked) -> DayItem:
    """An appointment for the eyes of the reception."""
    client, request = found.client, found.request
    if client is not None:
        phone, instruction = ("", died_words()) if client.has_died else (shown_phone(client.phone), client.call_instruction)
        return DayItem(found.appointment, client.name, phone, instruction, client.client_no, found.where)
    return DayItem(found.appointment, name_of(found), shown_phone(request.phone) if request is not None else "", room=found.where)


def died_words() -> str:
    """What stands where else the instruction for calling does."""
    return _("Has died: do not call")


@use_case("agenda.read", writes=False)
def count_no_shows(work: Work, client_id: str) -> int:
    """How often a client did not show up: two are a reason to say so before booking, never to refuse."""
    return data.no_shows(work.store, client_id)


# -- steps -------------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.book")
def check_in(work: Work, appointment_id: str) -> Appointment:
    """The client is here. Only on the day itself."""
    found = _of_today(work, appointment_id)
    refuse_appointment(work, found, found.starts_at)
    return step(work, found, _S.ARRIVED, checked_in_at=work.now())


@use_case("agenda.book")
def start(work: Work, appointment_id: str) -> Appointment:
    """The client is in the room, or the call has begun. Only on the day itself."""
    found = _of_today(work, appointment_id)
    refuse_appointment(work, found, found.starts_at)
    return step(work, found, _S.IN_ROOM, in_room_at=work.now())


@use_case("agenda.book")
def complete(work: Work, appointment_id: str) -> Appointment:
    """It has taken place. An advice request is not touched: it is held when the outcome of its call is written."""
    found = work.store.get(Appointment, appointment_id)
    if found.starts_at.astimezone(work.zone).date() > work.today():
        raise UserError("", _("This appointment is still to come; it cannot be done yet."))
    return step(work, found, _S.COMPLETED, completed_at=work.now())


@use_case("agenda.book")
def mark_no_show(work: Work, appointment_id: str) -> Appointment:
    """Nobody came. Not before ten minutes after the start."""
    found = work.store.get(Appointment, appointment_id)
    if work.now() < found.starts_at + NO_SHOW_AFTER:
        raise UserError("", _("Wait until {time}, ten minutes after the start, before marking a no-show.").format(
            time=clock(work, found.starts_at + NO_SHOW_AFTER)))  # fmt: skip
    return step(work, found, _S.NO_SHOW)


@use_case("agenda.book")
def cancel(work: Work, appointment_id: str, by: Literal["client", "clinic"], reason: str, *, ill: bool = False) -> Appointment:
    """Cancel. ``late``: by the client, within the type's window on the wall clock, and not because of illness. A fee is decided apart."""
    found = work.store.get(Appointment, appointment_id)
    if not reason.strip():
        raise UserError("reason", _("Write down why; a few words will do."))
    now = work.now()
    return outbox.follow(work, step(
        work, found, _S.CANCELLED, live=False, cancelled_at=now, cancelled_by=by, cancel_reason=reason.strip(),
        late=by == "client" and not ill and now > _free_until(work, found), illness=ill and by == "client",
        sequence=found.sequence + 1,
    ))  # fmt: skip


@use_case("agenda.book")
def decide_fee(work: Work, appointment_id: str, fee: FeeDecision) -> Appointment:
    """Write down what was decided about paying for a no-show or a late cancellation. Nothing decides by itself."""
    found = work.store.get(Appointment, appointment_id)
    if not found.may_cost:
        raise UserError("", _("There is nothing to decide: nobody stayed away, and nobody cancelled too late."))
    return found if found.fee is fee else work.store.change(found, fee=FeeDecision(fee))


@use_case("agenda.read", writes=False)
def would_be_late(work: Work, appointment_id: str) -> bool:
    """Whether a cancellation by the client would be late now, to say so before it is done."""
    return work.now() > _free_until(work, work.store.get(Appointment, appointment_id))


def _free_until(work: Work, appointment: Appointment) -> datetime:
    kind = work.store.find_one(AppointmentType, code=appointment.type_code) or AppointmentType()
    return free_cancel_until(appointment, kind.cancel_window_hours)


@use_case("agenda.book")
def undo_status(work: Work, appointment_id: str) -> Appointment:
    """Take back the last step on the day it was made: a change of its own in the log.

    Steps are arrival, in the room, done, no-show, cancelled. A moved appointment goes back to where it was: give the id of its new row.
    """
    found = work.store.get(Appointment, appointment_id)
    if found.status_at.astimezone(work.zone).date() != work.today():
        raise UserError("", _("This can only be taken back on the same day."))
    if found.status is _S.CONFIRMED and found.moved_from is not None:
        before = work.store.get(Appointment, found.moved_from)
        return _move(work, found, before.starts_at, before.practitioner_id, before.double_booked_reason, back=True)
    then = found.undone
    if then is None:
        raise UserError("", _("There is nothing to take back."))
    _request_back(work, found)
    follow_back(work, found)
    drop_expired(work, found.busy_from, found.busy_to)
    back = work.store.change(
        found, status=then, status_at=work.now(), status_before=None, live=True, late=False, cancelled_at=None, cancelled_by="",
        cancel_reason="", illness=False, fee=FeeDecision.NONE, checked_in_at=None if then is _S.CONFIRMED else found.checked_in_at,
        in_room_at=found.in_room_at if then is _S.IN_ROOM else None, completed_at=None,
        sequence=found.sequence + (found.status is _S.CANCELLED),
    )  # fmt: skip
    return outbox.follow(work, back) if found.status is _S.CANCELLED else back


def _of_today(work: Work, appointment_id: str) -> Appointment:
    found = work.store.get(Appointment, appointment_id)
    if found.starts_at.astimezone(work.zone).date() != work.today():
        raise UserError("", _("This appointment is not today."))
    return found


def _check_step(appointment: Appointment, then: AppointmentStatus) -> None:
    if not may_become(appointment.status, then):
        raise Conflict(_("Somebody else has changed this appointment. Look at it again."))


def step(work: Work, appointment: Appointment, then: AppointmentStatus, **changes: bool | str | int | datetime) -> Appointment:
    """One step of the state machine; the advice request follows, and the contact of a plan."""
    _check_step(appointment, then)
    if appointment.request_id is not None and then in REQUEST_FOLLOWS:
        request = work.store.get(AdviceRequest, appointment.request_id)
        if request_may_become(request.status, REQUEST_FOLLOWS[then]):
            work.store.change(request, status=REQUEST_FOLLOWS[then])
    follow_appointment(work, appointment, then)
    return work.store.change(appointment, status=then, status_at=work.now(), status_before=appointment.status, **changes)


def _request_back(work: Work, appointment: Appointment) -> None:
    """The request of an appointment that is on again is booked again, unless it went on meanwhile."""
    if appointment.request_id is None or appointment.status not in REQUEST_FOLLOWS:
        return
    request = work.store.get(AdviceRequest, appointment.request_id)
    if request.status is not REQUEST_FOLLOWS[appointment.status]:
        raise Conflict(_("The request of this appointment has gone on meanwhile. Look at the request first."))
    work.store.change(request, status=RequestStatus.BOOKED)
