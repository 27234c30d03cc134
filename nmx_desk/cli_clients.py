"""The commands for clients: contact data to a file for another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nmx_desk.cli import Clinic, Json, PasswordFile, UserName, _say, app, signed_in
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.i18n import _

if TYPE_CHECKING:
    from nmx_desk.services.desk import Desk

clients_app = typer.Typer(help=_("Contact data of clients to a file."), rich_markup_mode=None, no_args_is_help=True)
app.add_typer(clients_app, name="clients")
LISTS = ("csv", "xlsx")


@clients_app.callback()
def clients_root() -> None:
    """Contact data of clients to a file."""


@clients_app.command("export", help=_("Write a client as vCard or FHIR Patient, or the list of clients as CSV or XLSX. It is logged."))
def clients_export(
    out: Annotated[Path, typer.Option(help=_("File to write; only you can read it."))],
    form: Annotated[
        Literal["vcard", "fhir", "csv", "xlsx"], typer.Option("--format", help=_("vcard and fhir: one client; csv and xlsx: the list."))
    ],
    client: Annotated[str, typer.Option(help=_("Client number, as C-000001."))] = "",
    reason: Annotated[str, typer.Option(help=_("Why, when it is not one's own client."))] = "",
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Write a client as vCard or FHIR Patient, or the list of clients as CSV or XLSX. It is logged."""
    from nmx_desk.vault.files import write_atomic

    if (form in LISTS) == bool(client):
        raise typer.BadParameter(_("Name the client for vcard and fhir: --client C-000001. The list (csv, xlsx) takes none."))
    if out.exists():
        raise EnvironmentProblem(_("{file} is there already. Choose another name.").format(file=out))
    with signed_in(clinic, user, password_file) as desk:
        made = _made(desk, form, client, reason)
        write_atomic(out, made)
        _say({"file": str(out), "bytes": len(made)}, as_json, lambda: _("{file} has been written.").format(file=out))


def _made(desk: Desk, form: str, client: str, reason: str) -> bytes:
    from nmx_desk.services import client_export, clients

    if form in LISTS:
        return desk.do(client_export.export_client_list, form, reason=reason)
    case = client_export.export_vcard if form == "vcard" else client_export.export_fhir
    return desk.do(case, desk.do(clients.client_id_of, client), reason=reason)
