"""Moments held for a few minutes while one speaks, and two appointments that change places (AGENDA §2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.i18n import _
from nmx_desk.services import agenda
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.placing import drop_expired, place, type_of

HELD_FOR = timedelta(minutes=5)
_LATELY, _EVER = timedelta(days=30), timedelta(days=800)


@use_case("agenda.book")
def hold(
    work: Work, type_code: str, practitioner_id: str, starts_at: datetime, *, client_id: str | None = None, who: str = "",
    instead_of: str = "",
) -> Appointment:  # fmt: skip
    """Hold a moment that is listed for five minutes, for a client, a name or nobody yet; ``instead_of``: the option it replaces."""
    now = work.now()
    if instead_of:
        release(work, instead_of)
    drop_expired(work, to_minutes(now - _LATELY), to_minutes(now + _EVER))
    kind = type_of(work, type_code)
    name = who.strip() or _("Held by {name}").format(name=work.user.display_name)
    option = Appointment(
        client_id=client_id, type_code=type_code, who=name, channel=kind.channel, uid=work.new_id(), status=AppointmentStatus.OPTION,
        expires_at=now + HELD_FOR,
    )  # fmt: skip
    return place(work, option, kind, practitioner_id, starts_at)


@use_case("agenda.book")
def release(work: Work, option_id: str) -> None:
    """Let an option go; one that was booked or is gone already is left alone."""
    option = work.store.find_one(Appointment, id=option_id, status=AppointmentStatus.OPTION)
    if option is not None:
        work.store.remove(option)


# -- changing places ---------------------------------------------------------------------------------------------------------------------


@use_case("agenda.book")
def swap(work: Work, one_id: str, other_id: str) -> tuple[Appointment, Appointment]:
    """Let two appointments change places, practitioners included: each begins where the other began, or nothing happens.

    Both are taken from their places first, so that neither stands in the other's way; what is listed then decides as for any move.
    """
    return _swapped(work, one_id, other_id, back=False)


@use_case("agenda.book")
def undo_swap(work: Work, one_id: str, other_id: str) -> tuple[Appointment, Appointment]:
    """Take a swap back on the day it was made: give the ids of the two as they are now."""
    for appointment_id in (one_id, other_id):
        found = work.store.get(Appointment, appointment_id)
        if found.moved_from is None or found.status_at.astimezone(work.zone).date() != work.today():
            raise UserError("", _("This can only be taken back on the same day."))
    return _swapped(work, one_id, other_id, back=True)


def _swapped(work: Work, one_id: str, other_id: str, *, back: bool) -> tuple[Appointment, Appointment]:
    one, other = (work.store.get(Appointment, each) for each in (one_id, other_id))
    if one.id == other.id:
        raise UserError("", _("Choose two appointments."))
    if back and not _came_from_each_other(work, one, other):
        raise Conflict(_("Somebody else has changed this appointment. Look at it again."))
    lifted = [agenda.lift(work, each, each.double_booked_reason) for each in (one, other)]
    there = ((lifted[0], one, other), (lifted[1], other, one))
    made = [
        place(work, moved, agenda.type_of_booked(work, old), target.practitioner_id, target.starts_at, back=back)
        for moved, old, target in there
    ]
    return made[0], made[1]


def _came_from_each_other(work: Work, one: Appointment, other: Appointment) -> bool:
    before, after = (work.store.get(Appointment, each.moved_from or "") for each in (one, other))
    return (before.starts_at, after.starts_at) == (other.starts_at, one.starts_at)
