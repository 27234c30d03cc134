"""The commands around backups: making, listing and trying them, putting one back, going on after a loss."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperGroup

from nmx_desk.cli import (
    Clinic,
    Json,
    PasswordFile,
    UserName,
    _progress,
    _say,
    app,
    clinic_folder,
    credentials,
    log_app,
    signed_in,
)
from nmx_desk.i18n import _, ngettext


class _MakeUnlessNamed(TyperGroup):
    """``backup FILE`` makes one; ``backup list`` and ``backup drill FILE`` are commands."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the command that was left out."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["make", *args]
        return super().parse_args(ctx, args)


backup_app = typer.Typer(
    cls=_MakeUnlessNamed, help=_("Make a verified backup in one file, list them, try one."), rich_markup_mode=None, no_args_is_help=True
)
app.add_typer(backup_app, name="backup")
BackupArgument = Annotated[Path, typer.Argument(metavar="FILE", help=_("A backup."))]


@backup_app.command("make", help=_("Make a verified backup in one file."))
def backup_make(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("File to write: database, keys and manifest in one."))],
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Make a verified backup in one file."""
    from nmx_desk.services import backups

    with signed_in(clinic, user, password_file) as desk:
        made = desk.do(backups.back_up, file, progress=_progress(as_json))
        _say(made, as_json, lambda: _("{file} has been written and verified.").format(file=file))


@backup_app.command("list", help=_("List the backups in the clinic's folder, newest first."))
def backup_list(as_json: Json = False, clinic: Clinic = None, user: UserName = "", password_file: PasswordFile = None) -> None:
    """List the backups in the clinic's folder, newest first."""
    from nmx_desk.services import backups

    with signed_in(clinic, user, password_file) as desk:
        files = desk.do(backups.backup_state).files
        zone = ZoneInfo(desk.clinic.zone)
        lines = [
            f"{file.created.astimezone(zone):%Y-%m-%d %H:%M} {file.bytes:>12} {file.size:>9} {file.root[:16]} {file.name} {file.problem}"
            for file in files
        ]
        _say(files, as_json, lambda: "\n".join(line.rstrip() for line in lines) or _("There is no backup yet"))


@backup_app.command("drill", help=_("Prove a backup without touching the clinic: unpacked, opened, verified, held against the log."))
def backup_drill(
    file: BackupArgument, as_json: Json = False, clinic: Clinic = None, user: UserName = "", password_file: PasswordFile = None
) -> None:
    """Prove a backup without touching the clinic: unpacked, opened, verified, held against the log."""
    from nmx_desk.services import backups

    with signed_in(clinic, user, password_file) as desk:
        found = desk.do(backups.drill_backup, file, progress=_progress(as_json))
        _say(found, as_json, lambda: ngettext(
            "{file} is whole: it opens, its {n} entry is verified and is the beginning of this clinic's log.",
            "{file} is whole: it opens, its {n} entries are verified and are the beginning of this clinic's log.", found.size,
        ).format(file=file, n=found.size))  # fmt: skip


@app.command("restore", help=_("Restore a backup with the password of one of its users, into an empty folder or in the clinic's place."))
def restore_command(
    file: BackupArgument,
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help=_("New or empty folder."))] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help=_("Replace the clinic of --clinic; its files are kept beside."))] = False,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Restore a backup with the password of one of its users, into an empty folder or in the clinic's place."""
    from nmx_desk.services import restoring
    from nmx_desk.services.opening import FrontDoor

    if (folder is None) != in_place:
        raise typer.BadParameter(_("Name an empty folder, or say --in-place."))
    name, password = credentials(user, password_file)
    if folder is None:
        folder = clinic_folder(clinic)
        found = restoring.restore_here(FrontDoor(folder), file, name, password, progress=_progress(as_json))
    else:
        found = restoring.restore(file, folder, name, password)
    size, kept = found.size, found.kept
    answer = {"folder": str(folder), "entries": size, "kept": kept, "unsure": found.unsure}
    text = ngettext(
        "{folder} holds the restored clinic; its log has {n} entry.", "{folder} holds the restored clinic; its log has {n} entries.", size
    ).format(folder=folder, n=size)
    moved = _("The replaced files are kept in {kept}.").format(kept=kept) if kept else ""
    _say(answer, as_json, lambda: "\n".join(filter(None, (text, moved, found.unsure))))


@log_app.command("accept", help=_("Go on with a log that lacks entries this computer saw; the reason stays in the log. Manager only."))
def log_accept(
    reason: Annotated[str, typer.Option(help=_("Why the loss is accepted."))],
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Go on with a log that lacks entries this computer saw; the reason stays in the log. Manager only."""
    from nmx_desk.services import rescue

    with signed_in(clinic, user, password_file) as desk:
        found = desk.do(rescue.read_doubt)
        rescue.accept_loss(desk, reason)
        missing = found.missing if found is not None else None
        _say({"accepted": True, "missing": missing}, as_json, lambda: _("The log goes on; what is missing is named in a RESTORE entry."))
