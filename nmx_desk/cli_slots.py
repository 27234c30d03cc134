"""The command for free moments: of the clinic, or of rosters in a file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nmx_desk.cli import Clinic, Json, PasswordFile, UserName, _say, app, refuse_far, signed_in
from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.i18n import _

if TYPE_CHECKING:
    from nmx_desk.services.desk import Desk

Day = datetime | None


@app.command("slots", help=_("List free moments: of the clinic, or of rosters in a file."))
def slots(
    type_code: Annotated[str, typer.Option("--type", help=_("Code of the appointment type, as intake."))] = "",
    since: Annotated[Day, typer.Option("--from", formats=["%Y-%m-%d"], help=_("First day, as 2026-09-01."))] = None,
    until: Annotated[Day, typer.Option("--to", formats=["%Y-%m-%d"], help=_("Last day, included."))] = None,
    practitioner: Annotated[str, typer.Option(help=_("User name; everybody if left out."))] = "",
    scenario: Annotated[Path | None, typer.Option(help=_("JSON file with rosters and bookings; no clinic is opened."))] = None,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """List free moments: of the clinic, or of rosters in a file."""
    if scenario is not None:
        rows = _of_file(scenario)
    elif type_code and since is not None and until is not None:
        refuse_far(since, until)
        with signed_in(clinic, user, password_file) as desk:
            rows = _of_clinic(desk, type_code, since, until, practitioner)
    else:
        raise typer.BadParameter(_("Say what is asked: --type, --from and --to, or --scenario FILE."))
    lines = (f"{row['start']}  {row['end']}  {row['practitioner']}" for row in rows)
    _say(rows, as_json, lambda: "\n".join(lines) or _("No free moment in these days."))


def _of_file(file: Path) -> list[dict[str, str | int]]:
    from nmx_desk.domain.scenarios import read_scenario

    try:
        given = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise EnvironmentProblem(_("The file cannot be read. Check its name and rights.")) from error
    except (ValueError, RecursionError) as error:
        raise UserError("scenario", _("This file is not JSON. Compare it with the manual.")) from error
    return read_scenario(given).rows()


def _of_clinic(desk: Desk, type_code: str, since: datetime, until: datetime, practitioner: str) -> list[dict[str, str | int]]:
    from nmx_desk.domain.scenarios import moment_row
    from nmx_desk.services import agenda, people

    names = {one.id: one.username for one in desk.do(people.list_practitioners)}
    who = next((one for one, name in names.items() if name == practitioner), None)
    if practitioner and who is None:
        raise UserError("practitioner", _("There is no practitioner with this user name: {name}.").format(name=practitioner))
    found = desk.do(agenda.free_moments, type_code, since.date(), until.date(), who)
    return [moment_row(names[offer.practitioner_id], offer.starts_at, offer.ends_at) for offer in found]
