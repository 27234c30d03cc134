"""Series of appointments: which of their moments can be had, booking them in one go, ending them (AGENDA §2, §3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from nmx_desk.data.store import table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.bookings import AppointmentSeries
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.people import User
from nmx_desk.domain.series import MomentState, SeriesMoment, SeriesReach, SeriesView, SeriesWish, instant
from nmx_desk.domain.slots import Calendar, fits
from nmx_desk.domain.walltime import day_label, day_of, wall_time
from nmx_desk.i18n import _
from nmx_desk.services import agenda
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.placing import (
    overlap_words,
    place,
    practitioners_of,
    refuse_of_the_dead,
    slot_of,
    take_option,
    type_of,
    why_not_free,
)
from nmx_desk.services.representatives import why_not

_S = AppointmentStatus
_COMING = frozenset({_S.OPTION, _S.CONFIRMED})


@use_case("agenda.book", writes=False)
def preview_series(work: Work, wish: SeriesWish) -> tuple[SeriesMoment, ...]:
    """Every moment of a series and whether it can be had now, with the reason for those that cannot. The look is logged."""
    kind, who = type_of(work, wish.type_code), practitioners_of(work, wish.practitioner_id)[wish.practitioner_id]
    client = work.store.get(Client, wish.client_id)
    moments = _moments(work, wish)
    days = [day_of(work.clinic.zone, to_minutes(one.starts_at)) for one in moments]
    calendar = agenda.calendar_of(work, [who.id], min(days), max(days))
    work.seen("client", client.id, client.id)
    return tuple(_judged(work, one, kind, who, client, calendar) for one in moments)


def _moments(work: Work, wish: SeriesWish) -> list[SeriesMoment]:
    """What the rule gives, without looking at the agenda."""
    wish.rule.check()
    zone, shifted = work.clinic.zone, dict(wish.shifted)
    found = []
    for number, wall in enumerate(wish.rule.wall_times(_first_wall(work, wish), zone), 1):
        day = wall.date()
        state = MomentState.SKIPPED if day in wish.skipped else MomentState.FREE
        found.append(SeriesMoment(number, day, shifted.get(day) or instant(zone, wall), state))
    if not found:
        raise UserError("until", _("Choose a day after the first appointment."))
    return found


def _first_wall(work: Work, wish: SeriesWish) -> datetime:
    return wall_time(work.clinic.zone, to_minutes(wish.starts_at)).replace(tzinfo=None)


def _judged(work: Work, one: SeriesMoment, kind: AppointmentType, who: User, client: Client, calendar: Calendar) -> SeriesMoment:
    if one.state is MomentState.SKIPPED:
        return one
    start = to_minutes(one.starts_at)
    slot = slot_of(kind, one.number)
    if text := overlap_words(work, who, client.id, *slot.busy(start)):
        return replace(one, state=MomentState.TAKEN, why=text)
    text = why_not(work, client, kind.code, one.starts_at.astimezone(work.zone).date())
    if not text and not fits(start, who.id, slot, calendar, work.now()):
        text = why_not_free(work, kind, slot, who, start, calendar)
    return replace(one, state=MomentState.OUTSIDE, why=text) if text else one


@use_case("agenda.book")
def book_series(work: Work, wish: SeriesWish, *, option_id: str = "") -> SeriesView:
    """Book every moment of a series that is not left out, or none: the day that cannot be had is named. Undo: end all of it."""
    kind = type_of(work, wish.type_code)
    client = work.store.get(Client, wish.client_id)
    moments = [one for one in _moments(work, wish) if one.state is not MomentState.SKIPPED]
    if len(moments) < 2:
        raise UserError("times", _("A series has at least two appointments. Leave fewer of them out."))
    first = _first_wall(work, wish)
    series = work.store.add(AppointmentSeries(
        client_id=client.id, type_code=kind.code, practitioner_id=wish.practitioner_id, rule=wish.rule.text(first),
        first_start=first.isoformat(timespec="minutes"), zone=work.clinic.zone,
        skipped=" ".join(day.isoformat() for day in sorted(wish.skipped)),
    ))  # fmt: skip
    made = tuple(_booked(work, series, kind, client, one, option_id if one is moments[0] else "") for one in moments)
    return SeriesView(series, made)


def _booked(
    work: Work, series: AppointmentSeries, kind: AppointmentType, client: Client, one: SeriesMoment, option_id: str = ""
) -> Appointment:
    made = Appointment(
        client_id=client.id, type_code=kind.code, who=client.name, channel=kind.channel, uid=work.new_id(), series_id=series.id,
        instance=one.number,
    )  # fmt: skip
    refuse_of_the_dead(work, made)
    held = take_option(work, option_id, made, series.practitioner_id, one.starts_at)
    try:
        return place(work, made, kind, series.practitioner_id, one.starts_at, held=held)
    except UserError as error:
        day = day_label(one.starts_at.astimezone(work.zone).date())
        raise UserError(error.field, _("{day}: {why}").format(day=day, why=error.message)) from error


# -- later -------------------------------------------------------------------------------------------------------------------------------


@use_case("agenda.read", writes=False)
def series_of(work: Work, appointment_id: str) -> SeriesView:
    """The series an appointment is of, with what became of each of them. The look is logged."""
    series = _series(work, work.store.get(Appointment, appointment_id))
    work.seen("appointment_series", series.id, series.client_id)
    return SeriesView(series, tuple(one for one in _members(work, series) if one.status is not _S.MOVED))


def _series(work: Work, appointment: Appointment) -> AppointmentSeries:
    if appointment.series_id is None:
        raise UserError("", _("This appointment is not one of a series."))
    return work.store.get(AppointmentSeries, appointment.series_id)


def _members(work: Work, series: AppointmentSeries) -> list[Appointment]:
    columns = table_of(Appointment).c
    return work.store.find(Appointment, order=[columns.instance, columns.starts_at], series_id=series.id)


@use_case("agenda.book", writes=False)
def preview_another(work: Work, appointment_id: str, starts_at: datetime) -> SeriesMoment:
    """Whether a series could have one more at this moment, with the reason when it cannot. The look is logged."""
    series = _series(work, work.store.get(Appointment, appointment_id))
    who, client = practitioners_of(work, series.practitioner_id)[series.practitioner_id], work.store.get(Client, series.client_id)
    one = _another(work, series, starts_at)
    calendar = agenda.calendar_of(work, [who.id], one.day, one.day)
    work.seen("client", client.id, client.id)
    return _judged(work, one, type_of(work, series.type_code), who, client, calendar)


@use_case("agenda.book")
def book_another(work: Work, appointment_id: str, starts_at: datetime) -> Appointment:
    """Book one more of a series with its practitioner; one that was ended goes on. Undo: cancel it."""
    series = _series(work, work.store.get(Appointment, appointment_id))
    kind, client = type_of(work, series.type_code), work.store.get(Client, series.client_id)
    made = _booked(work, series, kind, client, _another(work, series, starts_at))
    if series.ended_on is not None:
        work.store.change(series, ended_on=None)
    return made


def _another(work: Work, series: AppointmentSeries, starts_at: datetime) -> SeriesMoment:
    number = 1 + max(one.instance for one in _members(work, series))
    return SeriesMoment(number, day_of(work.clinic.zone, to_minutes(starts_at)), starts_at, MomentState.FREE)


@use_case("agenda.book")
def cancel_series(
    work: Work, appointment_id: str, reach: SeriesReach, by: Literal["client", "clinic"], reason: str, *, ill: bool = False
) -> tuple[Appointment, ...]:
    """Cancel one of a series, this and the following, or all that are still to come. Returns what was cancelled."""
    found = work.store.get(Appointment, appointment_id)
    series = _series(work, found)
    wanted = [one for one in _members(work, series) if one.status in _COMING and _meant(one, found, reach, work.now())]
    if not wanted:
        raise Conflict(_("Somebody else has changed this appointment. Look at it again."))
    if reach is not SeriesReach.ONE:
        work.store.change(series, ended_on=work.today())
    return tuple(agenda.cancel(work, one.id, by, reason, ill=ill) for one in wanted)


def _meant(one: Appointment, found: Appointment, reach: SeriesReach, now: datetime) -> bool:
    if one.id == found.id:
        return True
    match reach:
        case SeriesReach.ONE:
            return False
        case SeriesReach.FOLLOWING:
            return one.starts_at >= found.starts_at
        case SeriesReach.ALL:
            return one.starts_at > now


@use_case("agenda.book")
def put_back_series(work: Work, appointment_ids: tuple[str, ...]) -> None:
    """Undo of that, on the same day: all of them, or none when a moment was given to somebody else."""
    for appointment_id in appointment_ids:
        back = agenda.undo_status(work, appointment_id)
        series = _series(work, back)
        if series.ended_on is not None:
            work.store.change(series, ended_on=None)


@use_case("agenda.book")
def move_following(work: Work, appointment_id: str, starts_at: datetime, practitioner_id: str) -> tuple[Appointment, ...]:
    """Move one of a series and those after it: by as many days, to the new time of day. All of them, or none."""
    found = work.store.get(Appointment, appointment_id)
    old, new = (wall_time(work.clinic.zone, to_minutes(each)) for each in (found.starts_at, starts_at))
    days = new.date() - old.date()
    wanted = [
        one for one in _members(work, _series(work, found))
        if one.status is _S.CONFIRMED and _meant(one, found, SeriesReach.FOLLOWING, work.now())
    ]  # fmt: skip
    if not wanted:
        raise Conflict(_("Somebody else has changed this appointment. Look at it again."))
    lifted = [agenda.lift(work, one, one.double_booked_reason) for one in wanted]  # none stands in another's way
    return tuple(
        place(work, made, agenda.type_of_booked(work, made), practitioner_id, _shifted(work, one, days, new))
        for made, one in zip(lifted, wanted, strict=True)
    )


@use_case("agenda.book")
def undo_move_following(work: Work, appointment_ids: tuple[str, ...]) -> None:
    """Take such a move back on the day it was made: all of them, or none."""
    found = [work.store.get(Appointment, each) for each in appointment_ids]
    if any(one.moved_from is None or one.status_at.astimezone(work.zone).date() != work.today() for one in found):
        raise UserError("", _("This can only be taken back on the same day."))
    before = [work.store.get(Appointment, one.moved_from or "") for one in found]
    lifted = [agenda.lift(work, one, old.double_booked_reason) for one, old in zip(found, before, strict=True)]
    for made, old in zip(lifted, before, strict=True):
        place(work, made, agenda.type_of_booked(work, old), old.practitioner_id, old.starts_at, back=True)


def _shifted(work: Work, one: Appointment, days: timedelta, new: datetime) -> datetime:
    day = one.starts_at.astimezone(work.zone).date() + days
    return instant(work.clinic.zone, datetime(day.year, day.month, day.day, new.hour, new.minute))  # noqa: DTZ001 (localised by it)
