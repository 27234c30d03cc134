"""The reception's day: where everybody is between the door and the room, and for how long (AGENDA §3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.i18n import N_

LATE = timedelta(minutes=5)
"""Who comes so long after the start is late; before that nobody minds."""


class Place(StrEnum):
    """Where somebody is, whoever needs attention first."""

    WAITING = "waiting"
    IN_ROOM = "in_room"
    EXPECTED = "expected"
    OVER = "over"


PLACE_NAMES = {
    Place.WAITING: N_("Waiting"), Place.IN_ROOM: N_("In the room"), Place.EXPECTED: N_("Expected"), Place.OVER: N_("Over"),
}  # fmt: skip
_PLACES = {
    AppointmentStatus.OPTION: Place.EXPECTED, AppointmentStatus.CONFIRMED: Place.EXPECTED, AppointmentStatus.ARRIVED: Place.WAITING,
    AppointmentStatus.IN_ROOM: Place.IN_ROOM,
}  # fmt: skip


def place_of(appointment: Appointment) -> Place:
    """Where whoever comes for it is now."""
    return _PLACES.get(appointment.status, Place.OVER)


def waited(appointment: Appointment, now: datetime) -> timedelta | None:
    """How long somebody waits or has waited: from arrival to the room. None for whom nobody checked in."""
    arrived = appointment.checked_in_at
    if arrived is None:
        return None
    until = now if appointment.status is AppointmentStatus.ARRIVED else appointment.in_room_at or appointment.completed_at
    return None if until is None else max(until - arrived, timedelta())


def late_by(appointment: Appointment, now: datetime) -> timedelta:
    """How long after the start somebody arrived, or is not here yet; nothing when it is less than ``LATE``."""
    awaited = appointment.status is AppointmentStatus.CONFIRMED and now < appointment.ends_at
    at = appointment.checked_in_at or (now if awaited else appointment.starts_at)
    late = at - appointment.starts_at
    return late if late >= LATE else timedelta()


def mean_wait(appointments: Iterable[Appointment], now: datetime) -> timedelta | None:
    """How long who is in the room or over has waited, on average; None when nobody was checked in."""
    times = [time for one in appointments if one.status is not AppointmentStatus.ARRIVED and (time := waited(one, now)) is not None]
    return sum(times, timedelta()) / len(times) if times else None
