"""The commands for calendars of other programs: when somebody is busy by a file, and an agenda to a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from nmx_desk.cli import Clinic, FromDay, Json, PasswordFile, ToDay, UserName, _read, _say, _write, refuse_far, signed_in
from nmx_desk.cli_agenda import agenda_app
from nmx_desk.domain.walltime import CLINIC_ZONE
from nmx_desk.i18n import _


@agenda_app.command("busy", help=_("Say when somebody is busy by an iCalendar file; no clinic is opened, nothing is kept."))
def agenda_busy(
    file: Annotated[Path, typer.Argument(metavar="FILE.ics", help=_("Calendar file of any program."))],
    from_day: FromDay,
    to_day: ToDay,
    zone: Annotated[str, typer.Option(help=_("Time zone of the days, and of times that name none."))] = CLINIC_ZONE,
    as_json: Json = False,
) -> None:
    """Say when somebody is busy by an iCalendar file; no clinic is opened, nothing is kept."""
    from nmx_desk.exchange.ics_read import read_busy

    local = _zone(zone)
    refuse_far(from_day, to_day)
    first = int(from_day.replace(tzinfo=local).timestamp())
    last = int((to_day + timedelta(days=1)).replace(tzinfo=local).timestamp())
    if first >= last:
        raise typer.BadParameter(_("The last day comes before the first."))
    found = read_busy(_read(file), zone, first, last)
    answer = {
        "busy": [{"start": _instant(begin), "end": _instant(end)} for begin, end in found.busy],
        "skipped": [{"component": one.component, "line": one.line, "reason": one.reason} for one in found.skipped],
    }
    spans = [f"{_instant(begin)}  {_instant(end)}" for begin, end in found.busy]
    said = _("Left out: {what} at line {line}. {reason}")
    left_out = [said.format(what=one.component, line=one.line, reason=one.reason) for one in found.skipped]
    _say(answer, as_json, lambda: "\n".join([*spans, *left_out]))


@agenda_app.command("export", help=_("Write the agenda of a practitioner to an iCalendar file, with initials only. It is logged."))
def agenda_export(
    practitioner: Annotated[str, typer.Option(help=_("User name of the practitioner."))],
    out: Annotated[Path, typer.Option(help=_("File to write."))],
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Write the agenda of a practitioner to an iCalendar file, with initials only. It is logged."""
    from nmx_desk.services.publishing import export_agenda

    with signed_in(clinic, user, password_file) as desk:
        text = desk.do(export_agenda, practitioner)
        _write(out, text.encode())
        answer = {"file": str(out), "appointments": text.count("BEGIN:VEVENT")}
        _say(answer, as_json, lambda: _("{file} has been written.").format(file=out))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise typer.BadParameter(_("There is no time zone with this name, such as Europe/Amsterdam.")) from error


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
