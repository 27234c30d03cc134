"""The waiting list: who wants a moment or an earlier one, whom a freed moment suits, and booking from the list (AGENDA §3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nmx_desk.data import agenda as data
from nmx_desk.data import waiting as query
from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.bookings import WAITING_STEPS, WaitingEntry, WaitingStatus
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.intervals import Interval, from_minutes, to_minutes
from nmx_desk.domain.people import User
from nmx_desk.domain.slots import Calendar, slots
from nmx_desk.domain.waiting import ON_THE_LIST, WaitingRow, check_entry, suits
from nmx_desk.domain.walltime import day_of, wall_time
from nmx_desk.i18n import _
from nmx_desk.services import agenda, options
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.placing import practitioners_of, type_of

_W = WaitingStatus


@use_case("agenda.read", writes=False)
def waiting_list(work: Work) -> tuple[WaitingRow, ...]:
    """Who waits, the longest first. The look is logged."""
    work.seen("waiting_list", "all", None)
    return tuple(_row(work, one) for one in query.on_the_list(work.store))


@use_case("agenda.read", writes=False)
def count_waiting_list(work: Work) -> int:
    """How many wait."""
    return query.count(work.store)


def _row(work: Work, one: query.Waiting, offer: Offer | None = None) -> WaitingRow:
    client = one.client
    phone, said = ("", agenda.died_words()) if client.has_died else (shown_phone(client.phone), client.call_instruction)
    return WaitingRow(one.entry, client.name, phone, said, client.client_no, one.has, offer, data.no_shows(work.store, client.id))


@use_case("agenda.book")
def add_waiting(work: Work, entry: WaitingEntry) -> WaitingEntry:
    """Put a client on the list, once for each type. ``appointment_id``: the appointment they have and would like to be earlier."""
    entry = _tidied(work, entry)
    if work.store.get(Client, entry.client_id).has_died:
        raise UserError("client_id", _("This client has died."))
    theirs = work.store.find(WaitingEntry, client_id=entry.client_id, type_code=entry.type_code)
    if any(one.status in ON_THE_LIST for one in theirs):
        raise UserError("client_id", _("This client is on the waiting list for this already."))
    return work.store.add(replace(entry, status=_W.WAITING, status_at=work.now(), booked_id=None))


@use_case("agenda.book")
def change_waiting(work: Work, entry: WaitingEntry) -> WaitingEntry:
    """Change what somebody waits for."""
    if entry.status not in ON_THE_LIST:
        raise Conflict(_("This is not on the waiting list any more."))
    return work.store.change(_tidied(work, entry))


def _tidied(work: Work, entry: WaitingEntry) -> WaitingEntry:
    entry = replace(entry, note=" ".join(entry.note.split()), weekdays="".join(sorted(set(entry.weekdays))))
    check_entry(entry)
    type_of(work, entry.type_code)
    if entry.practitioner_id:
        practitioners_of(work, entry.practitioner_id)
    if entry.appointment_id and work.store.get(Appointment, entry.appointment_id).client_id != entry.client_id:
        raise UserError("appointment_id", _("This is somebody else's appointment."))
    return entry


# -- a freed moment ----------------------------------------------------------------------------------------------------------------------


@use_case("agenda.read", writes=False)
def who_fits(work: Work, appointment_id: str) -> tuple[WaitingRow, ...]:
    """Whom the place suits that an appointment left by a cancellation or a move, the longest waiting first. The look is logged.

    Each is offered the nearest moment that is listed, needs some of that place and is what they wait for; earlier than what they have.
    """
    gone = work.store.get(Appointment, appointment_id)
    if gone.live or gone.ends_at <= work.now():
        return ()
    who = {user.id: user for user in data.practitioners(work.store, gone.practitioner_id)}.get(gone.practitioner_id)
    if who is None:
        return ()
    zone = work.clinic.zone
    calendar = data.calendar(work.store, zone, [who.id], day_of(zone, gone.busy_from), day_of(zone, gone.busy_to))
    found = []
    for one in query.on_the_list(work.store):
        offer = None if one.client.has_died or one.client.id == gone.client_id else _offer_in(work, one, gone, who, calendar)
        if offer is not None:
            found.append(_row(work, one, offer))
    work.seen("waiting_list", "fits", None)
    return tuple(found)


def _offer_in(work: Work, one: query.Waiting, gone: Appointment, who: User, calendar: Calendar) -> Offer | None:
    """The moment that suits somebody, the nearest to the one that was freed."""
    kind, zone = work.store.find_one(AppointmentType, code=one.entry.type_code, is_active=True), work.clinic.zone
    if kind is None:
        return None
    first, last = day_of(zone, gone.busy_from), day_of(zone, gone.busy_to)
    found = [
        start for start in slots(who.id, kind.slot, first, last, calendar, work.now())
        if _wanted(one, start, zone, who) and _within(kind.slot.busy(start), gone) and not _elsewhere(work, one, *kind.slot.busy(start))
    ]  # fmt: skip
    if not found:
        return None
    start = min(found, key=lambda each: abs(each - to_minutes(gone.starts_at)))
    return Offer(from_minutes(start), from_minutes(start + kind.duration), who.id, who.display_name, kind.code)


def _wanted(one: query.Waiting, start: int, zone: str, who: User) -> bool:
    """Whether it is what they wait for, and earlier than what they have."""
    later = one.has is not None and from_minutes(start) >= one.has.starts_at
    return not later and suits(one.entry, wall_time(zone, start), who.id)


def _within(busy: Interval, gone: Appointment) -> bool:
    return busy[0] < gone.busy_to and gone.busy_from < busy[1]


def _elsewhere(work: Work, one: query.Waiting, lo: int, hi: int) -> bool:
    """Whether the client is somewhere else then, the appointment they want earlier apart."""
    others = data.in_the_way(work.store, lo, hi, client_id=one.client.id)
    return any(other.appointment.id != one.entry.appointment_id for other in others)


# -- from the list -----------------------------------------------------------------------------------------------------------------------


@use_case("agenda.book")
def offer_waiting(work: Work, entry_id: str, practitioner_id: str, starts_at: datetime) -> Appointment:
    """Hold a moment for somebody on the list while they are asked; the list shows that it was offered."""
    found = _waiting(work, entry_id)
    option = options.hold(work, found.entry.type_code, practitioner_id, starts_at, client_id=found.client.id, who=found.client.name)
    _step(work, found.entry, _W.OFFERED)
    return option


@use_case("agenda.book")
def book_waiting(
    work: Work, entry_id: str, practitioner_id: str, starts_at: datetime, *, option_id: str = "", double_booking_reason: str = "",
) -> Appointment:  # fmt: skip
    """Book a moment for somebody on the list, who goes off it; the appointment they have is moved there. Undo: ``put_back_waiting``."""
    found = _waiting(work, entry_id)
    entry, why = found.entry, double_booking_reason
    if found.has is not None and found.has.status is AppointmentStatus.CONFIRMED:
        made = agenda.move(work, found.has.id, starts_at, practitioner_id, double_booking_reason=why, option_id=option_id)
    else:
        made = agenda.book(
            work, entry.type_code, practitioner_id, starts_at, client_id=entry.client_id, option_id=option_id, double_booking_reason=why
        )
    _step(work, entry, _W.BOOKED, booked_id=made.id)
    return made


@use_case("agenda.book")
def withdraw_waiting(work: Work, entry_id: str) -> WaitingEntry:
    """Take somebody off the list. Undo: ``put_back_waiting``."""
    return _step(work, _waiting(work, entry_id).entry, _W.WITHDRAWN)


@use_case("agenda.book")
def put_back_waiting(work: Work, entry_id: str) -> WaitingEntry:
    """Somebody waits again: what was offered was not taken, they were taken off by mistake, or the booking is taken back with it."""
    entry = work.store.get(WaitingEntry, entry_id)
    if entry.status is _W.BOOKED and entry.booked_id is not None:
        _take_back(work, work.store.get(Appointment, entry.booked_id))
    return work.store.change(entry, status=_W.WAITING, status_at=work.now(), booked_id=None)


def _take_back(work: Work, booked: Appointment) -> None:
    """The booking that came from the list is undone: moved back, or cancelled by the clinic."""
    if booked.status is not AppointmentStatus.CONFIRMED:
        return  # cancelled or moved on meanwhile
    if booked.moved_from is not None:
        agenda.undo_status(work, booked.id)
    else:
        agenda.cancel(work, booked.id, "clinic", _("Booked by mistake"))


def _waiting(work: Work, entry_id: str) -> query.Waiting:
    found = query.one_on_the_list(work.store, entry_id)
    if found is None:
        raise Conflict(_("This is not on the waiting list any more."))
    return found


def _step(work: Work, entry: WaitingEntry, then: WaitingStatus, booked_id: str | None = None) -> WaitingEntry:
    if then is entry.status:
        return entry
    if then not in WAITING_STEPS.get(entry.status, frozenset()):
        raise Conflict(_("This is not on the waiting list any more."))
    return work.store.change(entry, status=then, status_at=work.now(), booked_id=booked_id)
