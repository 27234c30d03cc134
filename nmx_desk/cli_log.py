"""The commands for outsiders: exports, proofs, printed roots and the program that checks them. Added to ``nmx-desk log``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from nmx_desk.cli import FINDINGS, Clinic, Json, PasswordFile, UserName, _progress, _read, _say, _write, log_app, signed_in
from nmx_desk.i18n import _, ngettext

Reason = Annotated[str, typer.Option(help=_("Why; it is logged. Needed where values leave."))]


@log_app.command("export", help=_("Write the log, or a part of it, to a file that anybody can check without this program."))
def log_export(
    out: Annotated[Path, typer.Option(help=_("File to write, one JSON object a line."))],
    from_entry: Annotated[int | None, typer.Option(min=0, help=_("First entry."))] = None,
    to_entry: Annotated[int | None, typer.Option(min=0, help=_("Last entry, included."))] = None,
    client: Annotated[str, typer.Option(help=_("Client number, as C-000001."))] = "",
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=_("First day, as 2026-09-01."))] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=_("Last day, included."))] = None,
    no_values: Annotated[bool, typer.Option("--no-values", help=_("Leave out what was written; the log can still be checked."))] = False,
    reason: Reason = "",
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Write the log, or a part of it, to a file that anybody can check without this program."""
    from nmx_desk.services import proofs

    if sum((from_entry is not None or to_entry is not None, bool(client), since is not None or until is not None)) > 1:
        raise typer.BadParameter(_("Choose entries, a client or days, not two of them."))
    part = proofs.Part(
        first=from_entry,
        last=to_entry,
        client_no=client,
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    with signed_in(clinic, user, password_file) as desk:
        made = proofs.export_log(desk, out, part, values=not no_values, reason=reason, progress=_progress(as_json))
        _say(made, as_json, lambda: ngettext(
            "{file}: {n} entry of a log of {size}, root {root}.", "{file}: {n} entries of a log of {size}, root {root}.", made.entries
        ).format(file=out, n=made.entries, size=made.size, root=made.root[:20]))  # fmt: skip


@log_app.command("proof", help=_("Prove that an entry stands in the log, or that an earlier log is the beginning of a later one."))
def log_proof(
    out: Annotated[Path, typer.Option(help=_("JSON file to write."))],
    second: Annotated[int | None, typer.Argument(metavar="[SIZE2]", min=1, help=_("The later log; today's if left out."))] = None,
    entry: Annotated[int | None, typer.Option(min=0, help=_("Number of the entry."))] = None,
    first: Annotated[int | None, typer.Option("--consistency", metavar="SIZE1", min=1, help=_("How long the earlier log was."))] = None,
    values: Annotated[bool, typer.Option("--values", help=_("With what was written; needs a reason."))] = False,
    reason: Reason = "",
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Prove that an entry stands in the log, or that an earlier log is the beginning of a later one."""
    from nmx_desk.services import proofs

    if (entry is None) == (first is None):
        raise typer.BadParameter(_("Say what to prove: --entry N, or --consistency SIZE1 [SIZE2]."))
    with signed_in(clinic, user, password_file) as desk:
        if entry is not None:
            made = desk.do(proofs.entry_proof, entry, values=values, reason=reason)
        else:
            made = desk.do(proofs.consistency, first, second)
        _write(out, made)
        _say({"file": str(out), "bytes": len(made)}, as_json, lambda: _("{file} has been written.").format(file=out))


@log_app.command("anchor", help=_("Say whether a printed root is that of this log."))
def log_anchor(
    check: Annotated[str, typer.Option(metavar="SIZE:ROOT", help=_("As printed: 12408:3fa95c01b7d2e8846f1a, or the text of the QR code."))],
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Say whether a printed root is that of this log."""
    from nmx_desk.services import proofs

    size, root = proofs.read_anchor(check)
    with signed_in(clinic, user, password_file) as desk:
        found = desk.do(proofs.check_anchor, size, root)
        _say(found, as_json, found.sentence)
    if not found.holds:
        raise typer.Exit(FINDINGS)


@log_app.command("checker", help=_("Write the program that checks exports and proofs without NMX Desk."))
def log_checker(out: Annotated[Path, typer.Option(help=_("Python file to write."))], as_json: Json = False) -> None:
    """Write the program that checks exports and proofs without NMX Desk."""
    from nmx_desk.services import proofs

    made = proofs.checker()
    _write(out, made)
    _say({"file": str(out), "bytes": len(made)}, as_json, lambda: _("{file} has been written.").format(file=out))


@log_app.command("authority", help=_("Say which authority stamps the log, or choose one. Nothing is asked of anybody until one is chosen."))
def log_authority(
    url: Annotated[str | None, typer.Option(help=_("Its address, as https://…; empty: none."))] = None,
    certificates: Annotated[Path | None, typer.Option(help=_("Its certificates with their root (PEM), as it publishes them."))] = None,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Say which authority stamps the log, or choose one. Nothing is asked of anybody until one is chosen."""
    from nmx_desk.services import timestamps

    with signed_in(clinic, user, password_file) as desk:
        if url is not None or certificates is not None:
            pem = desk.clinic.stamp_certificates if certificates is None else _read(certificates).decode("utf-8", "replace")
            desk.do(timestamps.set_authority, desk.clinic.stamp_url if url is None else url, pem)
        known = desk.clinic
        said = {"url": known.stamp_url, "certificates": known.stamp_certificates}
        _say(said, as_json, lambda: known.stamp_url or _("No address is set: the log is stamped through files only, or not at all."))


@log_app.command("stamp", help=_("Have a time-stamping authority (RFC 3161) stamp the newest root, over the network or through files."))
def log_stamp(
    request: Annotated[Path | None, typer.Option(help=_("Only write the question, to put it to the authority yourself."))] = None,
    response: Annotated[Path | None, typer.Option(help=_("Keep this answer of the authority."))] = None,
    check: Annotated[Path | None, typer.Option(help=_("Say only whether this answer, kept elsewhere, is about this log."))] = None,
    out: Annotated[Path | None, typer.Option(help=_("Write the answer to this file as well."))] = None,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Have a time-stamping authority (RFC 3161) stamp the newest root, over the network or through files."""
    from nmx_desk.services import timestamps

    if sum(file is not None for file in (request, response, check)) > 1:
        raise typer.BadParameter(_("Choose one of --request, --response and --check."))
    with signed_in(clinic, user, password_file) as desk:
        if request is not None:
            _write(request, desk.do(timestamps.stamp_question))
            _say({"file": str(request)}, as_json, lambda: _("{file} has been written.").format(file=request))
            return
        if response is not None:
            found = desk.do(timestamps.keep_stamp, _read(response))
        elif check is not None:
            found = desk.do(timestamps.check_stamp, _read(check))
        else:
            found, answer = timestamps.stamp_log(desk)
            if out is not None:
                _write(out, answer)
        _say(found, as_json, lambda: _("{authority} stamped the log of {size} entries, root {root}, at {at}.").format(
            authority=found.authority, size=found.size, root=found.root[:20], at=f"{found.at:%Y-%m-%d %H:%M:%S} UTC"))  # fmt: skip

