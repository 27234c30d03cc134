"""Appointments, their types, and when practitioners work (DOMAIN §4 Afspraak, AGENDA §1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from nmx_desk.domain.base import EPOCH, Record
from nmx_desk.domain.codes import is_code
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.slots import SlotType
from nmx_desk.domain.walltime import DAY, end_minute
from nmx_desk.i18n import N_, _


class AppointmentStatus(StrEnum):
    """State machine *Afspraak*. A moved appointment is a new row; the old one stays as *moved*."""

    OPTION = "option"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    MOVED = "moved"


APPOINTMENT_STATUS_NAMES = {
    AppointmentStatus.OPTION: N_("Option"),
    AppointmentStatus.CONFIRMED: N_("Confirmed"),
    AppointmentStatus.ARRIVED: N_("Arrived"),
    AppointmentStatus.IN_ROOM: N_("In the room"),
    AppointmentStatus.COMPLETED: N_("Completed"),
    AppointmentStatus.NO_SHOW: N_("No-show"),
    AppointmentStatus.CANCELLED: N_("Cancelled"),
    AppointmentStatus.MOVED: N_("Moved"),
}
_A = AppointmentStatus
LIVE_STATES = frozenset({_A.OPTION, _A.CONFIRMED, _A.ARRIVED, _A.IN_ROOM, _A.COMPLETED, _A.NO_SHOW})
APPOINTMENT_STEPS: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    _A.OPTION: frozenset({_A.CONFIRMED, _A.CANCELLED}),
    _A.CONFIRMED: frozenset({_A.ARRIVED, _A.IN_ROOM, _A.COMPLETED, _A.NO_SHOW, _A.CANCELLED, _A.MOVED}),
    _A.ARRIVED: frozenset({_A.IN_ROOM, _A.COMPLETED, _A.CANCELLED}),
    _A.IN_ROOM: frozenset({_A.COMPLETED}),
}


NO_SHOW_AFTER = timedelta(minutes=10)


def may_become(now: AppointmentStatus, then: AppointmentStatus) -> bool:
    """Whether the state machine has this step."""
    return then in APPOINTMENT_STEPS.get(now, frozenset())


ADVICE_CALL, INTAKE = "advice_call", "intake"
"""Appointment types that rules know by their code: the free call, and the first consult."""


class Channel(StrEnum):
    """How people meet."""

    PHONE = "phone"
    VIDEO = "video"
    CLINIC = "clinic"


CHANNEL_NAMES = {Channel.PHONE: N_("By phone"), Channel.VIDEO: N_("By video"), Channel.CLINIC: N_("At the clinic")}


class FeeDecision(StrEnum):
    """What was decided about paying for a no-show or a late cancellation. Nothing decides by itself."""

    NONE = "none"
    CHARGED = "charged"
    WAIVED = "waived"


FEE_NAMES = {FeeDecision.NONE: N_("Not decided"), FeeDecision.CHARGED: N_("Charged"), FeeDecision.WAIVED: N_("Waived")}


MAIN = "main"
"""How the place of the clinic itself is called beside the ids of its other locations."""


@dataclass(frozen=True, kw_only=True)
class Location(Record):
    """Another place than the clinic's own address where it sees people. What names none is at the clinic's own; ``address``: one line."""

    name: str = ""
    address: str = ""
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class AppointmentType(Record):
    """What can be booked. Minutes, but price in cents, horizon in days, cancel window in hours; ``hue`` (0–359) is its colour.

    A start every ``step``: counted from each opening, or from ``anchor`` minutes after midnight.
    """

    code: str = ""
    name_nl: str = ""
    name_en: str = ""
    duration: int = 30
    buffer_before: int = 0
    buffer_after: int = 0
    step: int = 15
    anchor: int = 0
    minimum_notice: int = 60
    horizon_days: int = 90
    channel: Channel = Channel.CLINIC
    hue: int = 170
    price_cents: int = 0
    cancel_window_hours: int = 24
    is_active: bool = True
    needs_room: bool = False
    from_opening: bool = False

    def name(self, language: str) -> str:
        """The type's name in a language."""
        return self.name_en if language == "en" else self.name_nl

    @property
    def slot(self) -> SlotType:
        """What it asks of the agenda."""
        return SlotType(
            duration=self.duration, buffer_before=self.buffer_before, buffer_after=self.buffer_after, step=self.step,
            anchor_minute=self.anchor, minimum_notice_minutes=self.minimum_notice, horizon_days=self.horizon_days,
            needs_room=self.needs_room, from_opening=self.from_opening,
        )  # fmt: skip


LONGEST_TYPE_NAME = 80
TYPE_BOUNDS = {
    "duration": (1, 720), "buffer_before": (0, 240), "buffer_after": (0, 240), "step": (1, 240), "anchor": (0, 239),
    "minimum_notice": (0, 30 * DAY), "horizon_days": (1, 400), "cancel_window_hours": (0, 336), "hue": (0, 359),
    "price_cents": (0, 1_000_000),
}  # fmt: skip
"""Least and most of each number of an appointment type."""


def check_type(kind: AppointmentType) -> None:
    """Refuse an appointment type that cannot be booked, or that nobody could tell from another. Raises ``UserError`` with the field."""
    for name in ("name_nl", "name_en"):
        written = str(getattr(kind, name))
        if not written.strip():
            raise UserError(name, _("Write the name in both languages."))
        if len(written.strip()) > LONGEST_TYPE_NAME:
            raise UserError(name, _("Use at most {n} characters.").format(n=LONGEST_TYPE_NAME))
    if not is_code(kind.code):
        raise UserError("code", _("Use small letters, digits and _, with a letter first."))
    for name, (least, most) in TYPE_BOUNDS.items():
        if not least <= getattr(kind, name) <= most:
            raise UserError(name, _out_of_bounds(name, least, most))
    if kind.anchor >= kind.step:
        raise UserError("anchor", _("Type fewer minutes than lie between two starts."))
    if kind.minimum_notice >= (kind.horizon_days + 1) * DAY:
        raise UserError("minimum_notice", _("Nobody could book this: the notice is longer than the days ahead."))


def _out_of_bounds(name: str, least: int, most: int) -> str:
    if name == "price_cents":
        return _("Type an amount from {least} to {most} euros.").format(least=least // 100, most=most // 100)
    return _("Type a whole number from {least} to {most}.").format(least=least, most=most)


@dataclass(frozen=True, kw_only=True)
class RosterRule(Record):
    """Weekly working hours: local minutes of the day, the end may pass midnight. ``weekday`` 0 is Monday.

    ``stands_in_for``: a locum's hours, and whose they are; ``location_id``: where, None at the clinic's own address.
    """

    practitioner_id: str = ""
    weekday: int = 0
    start_minute: int = 540
    end_minute: int = 1020
    valid_from: date | None = None
    valid_to: date | None = None
    stands_in_for: str | None = None
    location_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RosterOverride(Record):
    """Other hours on one date: open instead of the weekly hours, or closed; local minutes of the day."""

    practitioner_id: str = ""
    day: date = date(1970, 1, 1)
    is_open: bool = True
    start_minute: int = 0
    end_minute: int = DAY
    reason: str = ""
    location_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Room(Record):
    """A room in which one appointment at a time can be."""

    name: str = ""
    position: int = 0
    is_active: bool = True
    location_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Closure(Record):
    """The clinic is closed; both days included."""

    date_from: date = date(1970, 1, 1)
    date_to: date = date(1970, 1, 1)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Absence(Record):
    """A practitioner is away, half-open."""

    practitioner_id: str = ""
    start_at: datetime = EPOCH
    end_at: datetime = EPOCH
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Appointment(Record):
    """A booking.

    ``busy_from``/``busy_to``: UTC minutes since 1970, buffers included; ``wall_start``: the intended local time (ISO, no offset);
    ``who``: the name as it was when booking; ``late``: cancelled by the client within the cancel window; ``status_before``: what undo goes
    back to. ``illness``: cancelled late for being ill, which the clinic may forgive; ``by_choice``: the client asked for a
    later day than was offered; ``fee``: what was decided about a no-show or a late
    cancellation; ``afterwards``: registered when it was over; ``expires_at``: until when an option is held; ``series_id``, ``instance``:
    which of a series it is; ``location_id``: where, as its room or the working hours of its practitioner had it, by phone and video too.
    """

    client_id: str | None = None
    request_id: str | None = None
    type_code: str = ""
    practitioner_id: str = ""
    starts_at: datetime = EPOCH
    ends_at: datetime = EPOCH
    wall_start: str = ""
    zone: str = "Europe/Amsterdam"
    busy_from: int = 0
    busy_to: int = 0
    live: bool = True
    status: AppointmentStatus = AppointmentStatus.CONFIRMED
    status_at: datetime = EPOCH
    status_before: AppointmentStatus | None = None
    channel: Channel = Channel.PHONE
    who: str = ""
    checked_in_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str = ""
    cancel_reason: str = ""
    late: bool = False
    moved_from: str | None = None
    double_booked_reason: str = ""
    uid: str = ""
    sequence: int = 0
    expires_at: datetime | None = None
    room_id: str | None = None
    series_id: str | None = None
    instance: int = 0
    in_room_at: datetime | None = None
    completed_at: datetime | None = None
    illness: bool = False
    by_choice: bool = False
    fee: FeeDecision = FeeDecision.NONE
    afterwards: bool = False
    location_id: str | None = None

    @property
    def may_cost(self) -> bool:
        """Whether it is to be decided that it costs something: nobody came, or it was cancelled too late, also for being ill."""
        return self.status is _A.NO_SHOW or (self.status is _A.CANCELLED and (self.late or self.illness))

    @property
    def undone(self) -> AppointmentStatus | None:
        """What undoing its last step makes of it; None when there is nothing to undo."""
        match self.status:
            case _A.ARRIVED | _A.NO_SHOW:
                return _A.CONFIRMED
            case _A.IN_ROOM:
                return _A.ARRIVED if self.checked_in_at else _A.CONFIRMED
            case _A.COMPLETED | _A.CANCELLED:
                return self.status_before or _A.CONFIRMED
            case _:
                return None


def free_cancel_until(appointment: Appointment, window_hours: int) -> datetime:
    """Last instant at which a client cancels in time: so many hours earlier on the clinic's wall clock, also over a change of the clock."""
    until = datetime.fromisoformat(appointment.wall_start) - timedelta(hours=window_hours)
    return from_minutes(end_minute(appointment.zone, until.date(), until.hour * 60 + until.minute))
