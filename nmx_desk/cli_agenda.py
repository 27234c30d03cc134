"""The group of commands for the agenda; booking, moving and cancelling through the same door as the window."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from nmx_desk.cli import Clinic, Json, PasswordFile, UserName, _say, app, refuse_far, signed_in
from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _

if TYPE_CHECKING:
    from nmx_desk.domain.agenda import Appointment
    from nmx_desk.services.desk import Desk

agenda_app = typer.Typer(help=_("Appointments, and other calendars."), rich_markup_mode=None, no_args_is_help=True)
app.add_typer(agenda_app, name="agenda")
_START = _("Day and time on the clinic's wall, as 2026-09-01T10:15; one that comes twice as 2026-10-25T02:30+01:00.")
Start = Annotated[str, typer.Option(help=_START)]
Although = Annotated[str, typer.Option("--double-booking", help=_("Why, when the moment is not free: it is marked."))]


@agenda_app.callback()
def agenda_root() -> None:
    """Appointments, and other calendars."""


@agenda_app.command("book", help=_("Book a free moment for a client."))
def agenda_book(
    client: Annotated[str, typer.Option(help=_("Client number, as C-000001."))],
    practitioner: Annotated[str, typer.Option(help=_("User name of the practitioner."))],
    type_code: Annotated[str, typer.Option("--type", help=_("Code of the appointment type, as intake."))],
    start: Start,
    double_booking: Although = "",
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Book a free moment for a client."""
    from nmx_desk.services import agenda, clients

    with signed_in(clinic, user, password_file) as desk:
        client_id = desk.do(clients.client_id_of, client)
        when, names = _instant(desk, start), _practitioners(desk)
        made = desk.do(
            agenda.book, type_code, _one_of(names, practitioner), when, client_id=client_id, double_booking_reason=double_booking
        )
        _tell(made, names, as_json)


@agenda_app.command("move", help=_("Move an appointment to another moment, with the same practitioner or another one."))
def agenda_move(
    appointment: Annotated[str, typer.Argument(metavar="ID", help=_("Id of the appointment, as booking it says."))],
    start: Start,
    practitioner: Annotated[str, typer.Option(help=_("User name; the same practitioner if left out."))] = "",
    double_booking: Although = "",
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Move an appointment to another moment, with the same practitioner or another one."""
    from nmx_desk.services import agenda

    with signed_in(clinic, user, password_file) as desk:
        when, names = _instant(desk, start), _practitioners(desk)
        who = _one_of(names, practitioner) if practitioner else ""
        made = desk.do(agenda.move, appointment, when, who, double_booking_reason=double_booking)
        _tell(made, names, as_json)


@agenda_app.command("cancel", help=_("Cancel an appointment, with the reason and by whom."))
def agenda_cancel(
    appointment: Annotated[str, typer.Argument(metavar="ID", help=_("Id of the appointment, as booking it says."))],
    reason: Annotated[str, typer.Option(help=_("Why."))],
    by: Annotated[Literal["client", "clinic"], typer.Option(help=_("Who cancels."))],
    ill: Annotated[bool, typer.Option("--ill", help=_("Because of illness: it does not count as too late."))] = False,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Cancel an appointment, with the reason and by whom."""
    from nmx_desk.services import agenda

    with signed_in(clinic, user, password_file) as desk:
        made = desk.do(agenda.cancel, appointment, by, reason, ill=ill)
        _tell(made, _practitioners(desk), as_json)


def _practitioners(desk: Desk) -> dict[str, str]:
    """User names of the practitioners by id."""
    from nmx_desk.services import people

    return {one.id: one.username for one in desk.do(people.list_practitioners)}


def _one_of(names: dict[str, str], practitioner: str) -> str:
    who = next((one for one, name in names.items() if name == practitioner), None)
    if who is None:
        raise UserError("practitioner", _("There is no practitioner with this user name: {name}.").format(name=practitioner))
    return who


def _instant(desk: Desk, start: str) -> datetime:
    """The instant of a wall time; one that comes twice is the first, unless its offset says which. Wrong use for what is no wall time."""
    from nmx_desk.domain.series import exists, instant

    try:
        said = datetime.fromisoformat(start)
    except ValueError:
        said = None
    zone, wall = desk.clinic.zone, said.replace(tzinfo=None) if said else None
    if said is None or wall is None or wall.second or wall.microsecond:
        raise _no_wall_time()
    refuse_far(wall)
    if not exists(zone, wall):
        raise UserError("start", _("The clock never shows this time: it is put forward then. Choose another one."))
    if said.tzinfo is None:
        return instant(zone, wall)
    if said.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise _no_wall_time()
    return said.astimezone(UTC)


def _no_wall_time() -> typer.BadParameter:
    return typer.BadParameter(_("Write day and time on the clinic's wall, as 2026-09-01T10:15."), param_hint="--start")


def _tell(made: Appointment, names: dict[str, str], as_json: bool) -> None:
    row = appointment_row(made, names.get(made.practitioner_id, made.practitioner_id))
    _say(row, as_json, lambda: "  ".join(str(row[key]) for key in ("id", "start", "end", "practitioner", "type", "status")))


def appointment_row(made: Appointment, practitioner: str) -> dict[str, Any]:
    """An appointment for another program: start and end of itself, without the time kept free around it, as UTC."""
    from nmx_desk.domain.scenarios import moment_row

    return {
        "id": made.id, **moment_row(practitioner, made.starts_at, made.ends_at), "type": made.type_code, "status": str(made.status),
        "local_start": made.wall_start, "zone": made.zone, "room": made.room_id, "moved_from": made.moved_from, "uid": made.uid,
        "sequence": made.sequence, "double_booking": made.double_booked_reason, "cancelled_by": made.cancelled_by, "late": made.late,
    }  # fmt: skip
