"""Putting an appointment at a moment: the checks that make a refusal friendly; the database judges again (AGENDA §2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import MAIN, Appointment, AppointmentStatus, AppointmentType, Room
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intervals import Interval, Intervals, from_minutes, to_minutes
from nmx_desk.domain.people import User
from nmx_desk.domain.series import LONGEST_SERIES
from nmx_desk.domain.slots import Calendar, SlotType, fits
from nmx_desk.domain.walltime import day_label, day_of, wall_time
from nmx_desk.i18n import _, language
from nmx_desk.services import outbox
from nmx_desk.services.desk import Work
from nmx_desk.services.representatives import refuse_appointment


def type_of(work: Work, code: str) -> AppointmentType:
    """A type that can be booked. Raises ``UserError``."""
    found = work.store.find_one(AppointmentType, code=code, is_active=True)
    if found is None:
        raise UserError("type_code", _("There is no appointment type “{code}”. Choose one from the list.").format(code=code))
    return found


def practitioners_of(work: Work, practitioner_id: str | None) -> dict[str, User]:
    """Everybody who sees clients, or one of them, by id and in order of name. Raises ``UserError``."""
    people = {user.id: user for user in data.practitioners(work.store, *([practitioner_id] if practitioner_id else []))}
    if practitioner_id and not people:
        raise UserError("practitioner_id", _("This user is not a practitioner any more. Choose another one."))
    return people


def place(
    work: Work, made: Appointment, kind: AppointmentType, practitioner_id: str, starts_at: datetime, *,
    afterwards: bool = False, back: bool = False, held: bool = False,
) -> Appointment:  # fmt: skip
    """Put an appointment at a moment; options there whose time is over make room.

    ``back``: where it stood before, so that only the database has a say; ``held``: an option stood there until now, so that it need not be
    listed any more. Who comes is told, where the clinic sends mail.
    """
    who = practitioners_of(work, practitioner_id)[practitioner_id]
    start = to_minutes(starts_at)
    if from_minutes(start) != starts_at:
        raise UserError("starts_at", _("An appointment starts at a whole minute."))
    slot = slot_of(kind, made.instance)
    busy_from, busy_to = slot.busy(start)
    drop_expired(work, busy_from, busy_to)
    past = starts_at < work.now()
    if afterwards and not past:
        raise UserError("starts_at", _("Only an appointment in the past is registered afterwards."))
    if past and not afterwards and not back:
        raise UserError("starts_at", _("This moment has passed. Choose a later one, or register the appointment afterwards."))
    if not back:
        refuse_appointment(work, made, starts_at)
    if not made.double_booked_reason:
        _check_overlap(work, who, made.client_id, busy_from, busy_to)
        if not (afterwards or back or held):
            day = day_of(work.clinic.zone, start)
            calendar = data.calendar(work.store, work.clinic.zone, [practitioner_id], day, day)
            if not fits(start, practitioner_id, slot, calendar, work.now()):
                raise UserError("starts_at", why_not_free(work, kind, slot, who, start, calendar))
    wall = wall_time(work.clinic.zone, start)
    place = data.place_of(work.store, work.clinic.zone, practitioner_id, start, start + kind.duration)
    room = _room(work, made, kind, (busy_from, busy_to), place, needed=not (made.double_booked_reason or afterwards or back))
    return outbox.follow(work, work.store.add(replace(
        made, practitioner_id=practitioner_id, room_id=room.id if room else None, zone=work.clinic.zone, starts_at=starts_at,
        ends_at=from_minutes(start + kind.duration),
        wall_start=wall.replace(tzinfo=None).isoformat(timespec="minutes"), busy_from=busy_from, busy_to=busy_to, live=True,
        status_at=work.now(), afterwards=afterwards or (back and made.afterwards), location_id=_location(made, room, place, back=back),
    )))  # fmt: skip


def _room(work: Work, made: Appointment, kind: AppointmentType, busy: Interval, place: str, *, needed: bool) -> Room | None:
    """The room an appointment takes, if its type needs one: the one it has, or the first that is free where its practitioner works."""
    if not kind.needs_room:
        return None
    room = data.free_room(work.store, *busy, made.room_id, place)
    if room is None and needed:
        raise UserError("starts_at", _("No room is free then. Choose another moment."))
    return room


def _location(made: Appointment, room: Room | None, place: str, *, back: bool) -> str | None:
    """Where it is: at its room, else where its practitioner works then; what is put back is where it was."""
    if room is not None:
        return room.location_id
    if back:
        return made.location_id
    return place if place not in {"", MAIN} else None


def slot_of(kind: AppointmentType, instance: int) -> SlotType:
    """What the type asks of the agenda; how far ahead it can be booked counts for the first of a series only."""
    return replace(kind.slot, horizon_days=LONGEST_SERIES) if instance > 1 else kind.slot


def take_option(work: Work, option_id: str, made: Appointment, practitioner_id: str, starts_at: datetime) -> bool:
    """Take away the option that was held, and say whether it was held until now for this very moment."""
    option = work.store.find_one(Appointment, id=option_id, status=AppointmentStatus.OPTION) if option_id else None
    if option is None:
        return False
    work.store.remove(option)
    same = (option.type_code, option.practitioner_id, option.starts_at) == (made.type_code, practitioner_id, starts_at)
    return same and option.expires_at is not None and option.expires_at > work.now()


def drop_expired(work: Work, busy_from: int, busy_to: int) -> None:
    """Take away options whose time is over, in the transaction that needs their place."""
    for option in data.expired_options(work.store, busy_from, busy_to):
        work.store.remove(option)


def _check_overlap(work: Work, who: User, client_id: str | None, busy_from: int, busy_to: int) -> None:
    """Say who is in the way. The database judges again."""
    if text := overlap_words(work, who, client_id, busy_from, busy_to):
        raise UserError("starts_at", text)


def overlap_words(work: Work, who: User, client_id: str | None, busy_from: int, busy_to: int) -> str:
    """Who is in the way, of the practitioner or of the client, who cannot be in two places; empty when nobody is."""
    for other in data.in_the_way(work.store, busy_from, busy_to, practitioner_id=who.id):
        return _("{practitioner} has {who} from {start} to {end}. Choose another moment.").format(
            practitioner=who.display_name, who=name_of(other), **_times(work, other.appointment))  # fmt: skip
    for other in data.in_the_way(work.store, busy_from, busy_to, client_id=client_id) if client_id else ():
        return _("{who} already has an appointment from {start} to {end}. Choose another moment.").format(
            who=name_of(other), **_times(work, other.appointment))  # fmt: skip
    return ""


def refuse_of_the_dead(work: Work, made: Appointment) -> None:
    """Raise ``UserError`` when the client of an appointment has died."""
    client = work.store.find_one(Client, id=made.client_id) if made.client_id else None
    if client is not None and client.has_died:
        raise UserError("although_died", _("{name} has died. Book only if this is meant, such as for a talk with the family.").format(
            name=client.name))  # fmt: skip


def _times(work: Work, appointment: Appointment) -> dict[str, str]:
    return {"start": clock(work, appointment.starts_at), "end": clock(work, appointment.ends_at)}


def why_not_free(work: Work, kind: AppointmentType, slot: SlotType, who: User, start: int, calendar: Calendar) -> str:
    """The sentence for a moment that is not listed: why, and what to do."""
    day, name, called = day_of(work.clinic.zone, start), who.display_name, kind.name(language())
    if early_or_late := _out_of_bounds(work, slot, start, called):
        return early_or_late
    for closure in data.closures(work.store, day, day):
        return _("The clinic is closed on that day ({reason}). Choose another day.").format(reason=closure.reason or _("closed"))
    lo, hi = slot.busy(start)
    if data.absences(work.store, from_minutes(lo), from_minutes(hi), who.id):
        return _("{practitioner} is away then. Choose another moment or another practitioner.").format(practitioner=name)
    if data.is_busy_elsewhere(work.store, who.id, lo, hi):
        return _("{practitioner} is busy then by another calendar. Choose another moment.").format(practitioner=name)
    if outside := _outside_hours(slot, who, start, calendar.roster.around(who.id, day, day)):
        return outside
    time = clock(work, from_minutes(start))
    otherwise = _("“{type}” does not start at {time}. Choose one of the free moments.").format(type=called, time=time)
    return _("No room is free then. Choose another moment.") if calendar.roomless(who.id, slot, start) else otherwise


def _out_of_bounds(work: Work, slot: SlotType, start: int, called: str) -> str:
    """The sentence for what is too soon or too far ahead; empty when it is neither."""
    earliest, horizon = slot.bounds(work.now(), work.clinic.zone)
    if start < earliest:
        return _("This is too soon: “{type}” can be booked from {when}.").format(type=called, when=moment(work, from_minutes(earliest)))
    if day_of(work.clinic.zone, start) > horizon:
        return _("This is too far ahead: “{type}” can be booked up to {day}.").format(type=called, day=day_label(horizon))
    return ""


def _outside_hours(slot: SlotType, who: User, start: int, hours: Intervals) -> str:
    """The sentence for what lies outside the working hours, itself or with its buffers; empty when it lies inside."""
    lo, hi = slot.busy(start)
    if not any(begin <= start and start + slot.duration <= end for begin, end in hours):
        return _("{practitioner} does not work then. Choose another moment or another practitioner.").format(practitioner=who.display_name)
    if not any(begin <= lo and hi <= end for begin, end in hours):
        text = _("The time kept free around it lies outside the hours of {practitioner}. Choose another moment.")
        return text.format(practitioner=who.display_name)
    return ""


def name_of(found: data.Booked) -> str:
    """Who comes, by the name they have now."""
    if found.client is not None:
        return found.client.name
    return found.request.name if found.request is not None else found.appointment.who


def clock(work: Work, instant: datetime) -> str:
    """The time on the clinic's wall."""
    return instant.astimezone(work.zone).strftime("%H:%M")


def moment(work: Work, instant: datetime) -> str:
    """Day and time on the clinic's wall, in words."""
    return _("{day}, {time}").format(day=day_label(instant.astimezone(work.zone).date()), time=clock(work, instant))
