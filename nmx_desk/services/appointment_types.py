"""What can be booked: the clinic's appointment types, changed by who manages the agenda (DOMAIN §3 Beheerder).

A type is never deleted: what was booked with it names it. What is booked keeps its own times; a new booking or a move takes the type as it
then is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nmx_desk.data import agenda as data
from nmx_desk.domain.agenda import AppointmentType, check_type
from nmx_desk.domain.codes import fresh_code
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.names import clean_name, fold
from nmx_desk.i18n import _
from nmx_desk.services.calls import CALL_TYPE, INTAKE_TYPE
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.followups import TYPE as FOLLOW_UP_TYPE

NEEDED = frozenset({CALL_TYPE, INTAKE_TYPE, FOLLOW_UP_TYPE})
"""Types that the program itself books with."""


@dataclass(frozen=True)
class Retired:
    """A type that is not offered any more, and how many appointments of it are still to come: they stay booked."""

    kind: AppointmentType
    coming: int


@use_case("agenda.manage", writes=False)
def list_appointment_types(work: Work) -> list[AppointmentType]:
    """All types, those in use first, the shortest first."""
    return sorted(work.store.find(AppointmentType), key=lambda kind: (not kind.is_active, kind.duration, kind.code))


@use_case("agenda.manage", code="CONFIG")
def add_appointment_type(work: Work, kind: AppointmentType) -> AppointmentType:
    """Add a type that can be booked from now on. Without a code it gets one from its English name."""
    others = work.store.find(AppointmentType)
    taken = {other.code for other in others}
    made = _tidy(replace(kind, id="", version=0, is_active=True, code=kind.code.strip() or fresh_code(kind.name_en, taken)))
    check_type(made)
    if made.code in taken:
        raise UserError("code", _("Another type has this code. Choose another one."))
    _check_names(made, others)
    _check_room(work, made)
    return work.store.add(made)


@use_case("agenda.manage", code="CONFIG")
def change_appointment_type(work: Work, kind: AppointmentType) -> AppointmentType:
    """Change a type; its code stays, since what was booked knows it by that."""
    stored = work.store.get(AppointmentType, kind.id)
    if kind.code != stored.code:
        raise UserError("code", _("The code stays as it is: earlier appointments know the type by it."))
    wanted = _tidy(replace(kind, is_active=stored.is_active, created_at=stored.created_at, created_by=stored.created_by))
    check_type(wanted)
    _check_names(wanted, work.store.find(AppointmentType))
    _check_room(work, wanted)
    return stored if wanted == stored else work.store.change(wanted)


@use_case("agenda.manage", code="CONFIG")
def retire_appointment_type(work: Work, kind: AppointmentType) -> Retired:
    """Offer a type no more. Appointments that are booked stay as they are."""
    if kind.code in NEEDED:
        raise UserError("", _("The program itself books with this type. Change it, but keep it in use."))
    retired = work.store.change(replace(work.store.get(AppointmentType, kind.id), version=kind.version), is_active=False)
    return Retired(retired, data.coming_of_type(work.store, retired.code, work.now()))


@use_case("agenda.manage", code="CONFIG")
def revive_appointment_type(work: Work, kind: AppointmentType) -> AppointmentType:
    """Offer a retired type again."""
    stored = work.store.get(AppointmentType, kind.id)
    _check_room(work, stored)
    return work.store.change(replace(stored, version=kind.version), is_active=True)


def _tidy(kind: AppointmentType) -> AppointmentType:
    return replace(kind, name_nl=clean_name(kind.name_nl), name_en=clean_name(kind.name_en))


def _check_room(work: Work, kind: AppointmentType) -> None:
    if kind.needs_room and not data.rooms(work.store):
        raise UserError("needs_room", _("There is no room yet. Add one first, at the tab for rooms."))


def _check_names(kind: AppointmentType, all_types: list[AppointmentType]) -> None:
    """Two types with one name could not be told apart when booking."""
    for other in all_types:
        for name in ("name_nl", "name_en"):
            if other.id != kind.id and fold(getattr(other, name)) == fold(getattr(kind, name)):
                raise UserError(name, _("Another type has this name. Choose another one."))
