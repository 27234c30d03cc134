"""An appointment that is dragged: where it could go, and how long it takes (AGENDA §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.intervals import from_minutes, to_minutes
from nmx_desk.domain.people import User
from nmx_desk.domain.slots import slots
from nmx_desk.i18n import _
from nmx_desk.services import outbox
from nmx_desk.services.agenda import lift, type_of_booked
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.placing import drop_expired, overlap_words, place, slot_of

STEP, SHORTEST, LONGEST = 5, 5, 720  # minutes
_S = AppointmentStatus
_STRETCHED = frozenset({_S.OPTION, _S.CONFIRMED, _S.ARRIVED, _S.IN_ROOM})
Column = tuple[str, date]


@use_case("agenda.read", writes=False)
def starts_for(work: Work, appointment_id: str, columns: Sequence[Column]) -> dict[Column, list[datetime]]:
    """When an appointment could begin on these days of these practitioners; its own time counts as free."""
    found = work.store.get(Appointment, appointment_id)
    slot, zone = slot_of(type_of_booked(work, found), found.instance), work.clinic.zone
    if not columns:
        return {}
    days = [day for _who, day in columns]
    calendar = data.calendar(work.store, zone, sorted({who for who, _day in columns}), min(days), max(days))
    if any(who == found.practitioner_id for who, _day in columns):
        own = (found.busy_from, found.busy_to)
        calendar = calendar.with_busy(found.practitioner_id, [span for span in calendar.busy(found.practitioner_id) if span != own])
    return {(who, day): [from_minutes(start) for start in slots(who, slot, day, day, calendar, work.now())] for who, day in columns}


@use_case("agenda.book")
def resize(work: Work, appointment_id: str, starts_at: datetime, ends_at: datetime) -> Appointment:
    """Let an appointment begin or end earlier or later, with the same practitioner; whole fives of minutes, 5 minutes to 12 hours.

    One that begins at the same time keeps its row; else it is moved. It may run over the opening hours, not into another appointment.
    """
    old = work.store.get(Appointment, appointment_id)
    minutes = to_minutes(ends_at) - to_minutes(starts_at)
    if minutes % STEP or not SHORTEST <= minutes <= LONGEST:
        raise UserError("ends_at", _("An appointment takes 5 minutes to 12 hours, in steps of 5 minutes."))
    kind = replace(type_of_booked(work, old), duration=minutes)
    if starts_at != old.starts_at:
        return place(work, lift(work, old), kind, old.practitioner_id, starts_at)
    if old.status not in _STRETCHED:
        raise Conflict(_("Somebody else has changed this appointment. Look at it again."))
    later = timedelta(minutes=minutes) - (old.ends_at - old.starts_at)
    if not later:
        return old
    busy_to = old.busy_to + later // timedelta(minutes=1)
    drop_expired(work, old.busy_from, busy_to)
    if busy_to > old.busy_to and not old.double_booked_reason:
        who = work.store.get(User, old.practitioner_id)
        if text := overlap_words(work, who, old.client_id, old.busy_to, busy_to):
            raise UserError("ends_at", text)
    made = work.store.change(old, ends_at=ends_at, busy_to=busy_to, sequence=old.sequence + 1)
    return outbox.follow(work, made)
