"""The commands for privacy requests: the register, the copy of a file, carrying out an approved destruction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nmx_desk.cli import Clinic, Json, PasswordFile, UserName, _progress, _say, app, signed_in
from nmx_desk.domain.errors import EnvironmentProblem, NotFound
from nmx_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from nmx_desk.services.desk import Desk

privacy_app = typer.Typer(
    help=_("Requests under the privacy law: list them, make a copy, carry out a destruction."), rich_markup_mode=None, no_args_is_help=True
)
app.add_typer(privacy_app, name="privacy")
Number = Annotated[str, typer.Argument(metavar="NUMBER", help=_("Number of the request, such as P-00001."))]


def _id_of(desk: Desk, number: str) -> str:
    """The id of the request with this number."""
    from nmx_desk.services import privacy

    found = [row.request.id for row in desk.do(privacy.list_privacy_requests, closed=True) if row.request.number == number.strip().upper()]
    if not found:
        raise NotFound(_("There is no privacy request {number}.").format(number=number))
    return found[0]


@privacy_app.command("list", help=_("List the privacy requests, the nearest deadline first."))
def privacy_list(
    closed: Annotated[bool, typer.Option("--closed", help=_("Also what is closed."))] = False,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """List the privacy requests, the nearest deadline first."""
    from nmx_desk.domain.privacy import PRIVACY_KIND_NAMES, PRIVACY_STATE_NAMES
    from nmx_desk.services import privacy

    with signed_in(clinic, user, password_file) as desk:
        requests = [row.request for row in desk.do(privacy.list_privacy_requests, closed=closed)]
        lines = [
            f"{r.number} {r.due_on} {r.client_no or '-':<9} {_(PRIVACY_KIND_NAMES[r.kind])}: {_(PRIVACY_STATE_NAMES[r.state])}"
            for r in requests
        ]
        _say(requests, as_json, lambda: "\n".join(lines) or _("No requests"))


@privacy_app.command("copy", help=_("Make the copy of a file that was granted: a ZIP with PDF, JSON and who saw the file."))
def privacy_copy(
    number: Number,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("ZIP file to write."))],
    reason: Annotated[str, typer.Option(help=_("Why, when it is not one's own client."))] = "",
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Make the copy of a file that was granted: a ZIP with PDF, JSON and who saw the file."""
    from nmx_desk.services import dossier

    if file.exists():
        raise EnvironmentProblem(_("{file} is there already. Choose another name.").format(file=file))
    with signed_in(clinic, user, password_file) as desk:
        copy = desk.do(dossier.copy_of_file, _id_of(desk, number), reason=reason)
        try:
            file.write_bytes(copy.content)
        except OSError as error:
            text = _("The file {name} could not be written. Check the folder and the space on the disk.").format(name=file.name)
            raise EnvironmentProblem(text) from error
        answer = {"file": str(file), "records": copy.records}
        text = ngettext("{file} has been written with {n} record.", "{file} has been written with {n} records.", copy.records)
        _say(answer, as_json, lambda: text.format(file=file, n=copy.records))


@privacy_app.command("destroy", help=_("Carry out a destruction that two people decided. It cannot be undone."))
def privacy_destroy(
    number: Number,
    yes: Annotated[bool, typer.Option("--yes", help=_("Destroy; without it the records are only counted."))] = False,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Carry out a destruction that two people decided. It cannot be undone."""
    from nmx_desk.services import erasure

    with signed_in(clinic, user, password_file) as desk:
        request_id = _id_of(desk, number)
        if not yes:
            seen = desk.do(erasure.preview_destruction, request_id)
            text = ngettext("{n} record would be destroyed. Say --yes.", "{n} records would be destroyed. Say --yes.", seen.total)
            _say({"would_destroy": dict(seen.counts), "total": seen.total}, as_json, lambda: text.format(n=seen.total))
            return
        done = desk.do(erasure.execute_destruction, request_id, progress=_progress(as_json))
        answer = {"request": number, "records": done.rows, "named_in": [list(item) for item in done.named_in]}
        lines = [ngettext("{n} record was destroyed.", "{n} records were destroyed.", done.rows).format(n=done.rows)]
        if done.named_in:
            lines.append(_("These belong to others and were left. Look at each of them and take the name out by hand:"))
            lines += [f"{what}  {row}" for what, row in done.named_in]
        _say(answer, as_json, lambda: "\n".join(lines))
