"""The same use cases without a screen: same door, same rights, same log.

Other programs call it: ``--json`` prints one JSON value and nothing else.

Exit codes: 0 done; 1 findings, bad input, wrong password or not allowed; 2 wrong use; 3 environment.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from nmx_desk import __version__, i18n
from nmx_desk.domain.errors import DeskError, EnvironmentProblem, UserError
from nmx_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from nmx_desk.services.desk import Desk, Progress


def _language() -> str:
    """The language of the surroundings: Dutch when it says so, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "nl" if spoken.lower().startswith("nl") else "en"


i18n.use(_language())  # before the helps below are written
DONE, FINDINGS, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3

app = typer.Typer(name="nmx-desk", add_completion=False, no_args_is_help=False, rich_markup_mode=None, pretty_exceptions_enable=False)
import_app = typer.Typer(help=_("Bring in what other programs wrote."), rich_markup_mode=None)
log_app = typer.Typer(help=_("Read, verify and certify the log."), rich_markup_mode=None)
app.add_typer(import_app, name="import")
app.add_typer(log_app, name="log")

Clinic = Annotated[Path | None, typer.Option("--clinic", help=_("The clinic's folder (or NMX_CLINIC)."))]
UserName = Annotated[str, typer.Option("--user", help=_("User name (or NMX_USER)."))]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help=_("File with the password (or NMX_PASSWORD_FILE)."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON value and nothing else."))]
FromDay = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help=_("First day, as 2026-09-01."))]
ToDay = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help=_("Last day, included."))]

_given: dict[str, Any] = {}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nmx-desk {__version__}")
        raise typer.Exit(DONE)


@app.callback(
    invoke_without_command=True, help=_("NMX Desk: what a functional-medicine clinic runs its day on. Without a command the window opens.")
)
def root(
    context: typer.Context,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
    code: Annotated[str, typer.Option("--code", help=_("The code of the authenticator app, where two-step sign-in is on."))] = "",
    _show_version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Print the version."))] = False,
) -> None:
    """NMX Desk: what a functional-medicine clinic runs its day on. Without a command the window opens."""
    _given.update(clinic=clinic, user=user, password_file=password_file, code=code)
    if context.invoked_subcommand is None:
        open_window()


# -- signing in ----------------------------------------------------------------------------------------------------------------------


def _choose(name: str, here: Any, variable: str) -> Any:
    """An option given here, before the command, or in the environment."""
    return here or _given.get(name) or os.environ.get(variable) or None


def clinic_folder(here: Path | None) -> Path:
    """The clinic's folder. Wrong use without one."""
    found = _choose("clinic", here, "NMX_CLINIC")
    if found is None:
        raise typer.BadParameter(_("Say which clinic: --clinic DIR or NMX_CLINIC."))
    return Path(found)


def credentials(user: str, password_file: Path | None) -> tuple[str, str]:
    """User name and password. Wrong use without them."""
    name = _choose("user", user, "NMX_USER")
    file = _choose("password_file", password_file, "NMX_PASSWORD_FILE")
    if name is None or file is None:
        raise typer.BadParameter(_("Say who signs in: --user NAME and --password-file FILE, or NMX_USER and NMX_PASSWORD_FILE."))
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentProblem(_("The password file cannot be read. Check its name and rights.")) from error
    return str(name), text.removesuffix("\n").removesuffix("\r")


@contextmanager
def signed_in(clinic: Path | None, user: str, password_file: Path | None) -> Iterator[Desk]:
    """A desk for one command; signed out afterwards."""
    from nmx_desk.services import people
    from nmx_desk.services.opening import FrontDoor

    folder = clinic_folder(clinic)
    name, password = credentials(user, password_file)
    try:
        desk = FrontDoor(folder).sign_in(name, password, one_time_code=_given.get("code", ""))
    except UserError as error:
        if error.field == "one_time_code":
            raise UserError(error.field, error.message + " " + _("Give it before the command: nmx-desk --code 123456 …")) from error
        raise
    try:
        yield desk
        if not desk.read_only:
            desk.do(people.sign_out)
    finally:
        desk.close()


def _progress(quiet: bool) -> Progress:
    """Progress on standard error, where there is somebody to see it."""
    from nmx_desk.services.desk import Progress

    if quiet or not sys.stderr.isatty():
        return Progress()

    def shown(done: int, total: int, text: str) -> None:
        sys.stderr.write(f"\r{done}/{total} {text}\x1b[K")
        sys.stderr.flush()

    return Progress(shown)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _say(value: Any, as_json: bool, text: Callable[[], str]) -> None:
    """The answer: one JSON value, or text for people."""
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=1) if as_json else text())


# -- commands ------------------------------------------------------------------------------------------------------------------------


@app.command("open", help=_("Open the window (the default)."))
def open_command(clinic: Clinic = None) -> None:
    """Open the window (the default)."""
    if clinic is not None:
        _given["clinic"] = clinic
    open_window()


def open_window() -> None:
    """Start the window program."""
    from nmx_desk.app import main as window

    folder = _choose("clinic", None, "NMX_CLINIC")
    raise typer.Exit(window(Path(folder) if folder else None))


@app.command(help=_("Print a page of the manual."))
def manual(page: Annotated[str, typer.Argument(metavar="[PAGE]", help=_("Which page; the index names them."))] = "index") -> None:
    """Print a page of the manual."""
    from nmx_desk.services.manual import manual_page, manual_text

    typer.echo(manual_text(manual_page(page, i18n.language())))


@app.command(help=_("Make a demo clinic; users receptie, behandelaar, manager and beheerder."))
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("New or empty folder."))],
    size: Annotated[Literal["small", "full"], typer.Option(help=_("small (seconds) or full (24 months)."))] = "small",
    seed: Annotated[int, typer.Option(help=_("The same seed gives the same clinic."))] = 1,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("The demo's last day; today if left out."))] = None,
) -> None:
    """Make a demo clinic; users receptie, behandelaar, manager and beheerder."""
    from nmx_desk.services.demo import make_demo

    made = make_demo(folder, size=size, seed=seed, today=today.date() if today else None, progress=_progress(quiet=False))
    text = ngettext("A demo clinic with {n} client stands in {folder}.", "A demo clinic with {n} clients stands in {folder}.", made.clients)
    typer.echo(text.format(n=made.clients, folder=folder))


@import_app.command("requests", help=_("Import requests for an advice call from a website form's CSV."))
def import_requests_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV file of a website form."))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only show what would happen."))] = False,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Import requests for an advice call from a website form's CSV."""
    from nmx_desk.services import imports

    with signed_in(clinic, user, password_file) as desk:
        data = _read(file)
        if dry_run:
            preview = desk.do(imports.preview_import, file.name, data)
        else:
            preview = desk.do(imports.import_requests, file.name, data, progress=_progress(as_json)).preview
        _say(preview.as_json(), as_json, lambda: _("{rows} rows: {new} new, {double} double, {odd} odd.").format(
            rows=preview.rows, new=preview.count("new"), double=preview.count("double"), odd=preview.odd))  # fmt: skip


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError("file", _("The file {name} cannot be read. Check its name and rights.").format(name=file.name)) from error


@app.command(help=_(
    "Write a report to a file. A report of figures (month, funnel, follow_up, or figures for all) also comes as JSON: each figure with its "
    "key, value, numerator, denominator, definition version, and the ids behind it (of: their table, hits: in the numerator, counted: in "
    "the denominator), with period, filters, cut-off and the head of the log."
))
def report(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=_("Which report; --list names them."))] = "",
    from_day: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=_("First day, as 2026-09-01."))] = None,
    to_day: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=_("Last day, included."))] = None,
    client: Annotated[str, typer.Option(help=_("Client number, as C-000001."))] = "",
    out: Annotated[Path | None, typer.Option(help=_("File to write; its ending says the format: pdf, xlsx, csv, json."))] = None,
    reason: Annotated[str, typer.Option(help=_("Why, where the report asks for a reason; it is logged."))] = "",
    practitioner: Annotated[str, typer.Option(metavar="USER", help=_("Only of this practitioner, by user name."))] = "",
    source: Annotated[str, typer.Option(help=_("Only what came in this way: website, phone, email, desk, referral."))] = "",
    type_code: Annotated[str, typer.Option("--type", help=_("Only this appointment type, by its code."))] = "",
    location: Annotated[str, typer.Option(help=_("Only at this location, by its name."))] = "",
    list_them: Annotated[bool, typer.Option("--list", help=_("Name the reports."))] = False,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Write a report to a file."""
    from nmx_desk.services import figures_json, locations, reports
    from nmx_desk.services.report_base import Chosen

    if list_them:
        known = reports.report_names()
        _say(known, as_json, lambda: "\n".join(f"{item['name']}  {item['title']}" for item in known))
        return
    with signed_in(clinic, user, password_file) as desk:
        if not name or out is None:
            raise typer.BadParameter(_("Name the report and the file: report NAME --out FILE."))
        first = from_day.date() if from_day else date.today().replace(day=1)  # noqa: DTZ011 (the clinic's own wall)
        last = to_day.date() if to_day else (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        whose = desk.do(figures_json.user_id_of, practitioner) if practitioner else ""
        place = desk.do(locations.place_called, location) if location else ""
        chosen = Chosen(practitioner_id=whose, source=source, type_code=type_code, location_id=place)
        form = out.suffix.lstrip(".").lower()
        if form == "json":
            made = desk.do(figures_json.figures_file, name, first, last, chosen.filters)
        else:
            made = desk.do(
                reports.make_report, name, date_from=first, date_to=last, client_no=client or None, format=form, chosen=chosen,
                reason=reason, progress=_progress(as_json),
            )  # fmt: skip
        _write(out, made)
        _say({"file": str(out), "bytes": len(made)}, as_json, lambda: _("{file} has been written.").format(file=out))


def refuse_far(*days: datetime) -> None:
    """Wrong use for days that no calendar reaches in every zone."""
    from nmx_desk.domain.walltime import EARLIEST, LATEST

    if any(not EARLIEST <= day.date() <= LATEST for day in days):
        raise typer.BadParameter(_("Choose a day in the years {first} to {last}.").format(first=EARLIEST.year, last=LATEST.year))


def _write(out: Path, data: bytes) -> None:
    temporary = out.parent / (out.name + ".part")
    try:
        temporary.write_bytes(data)
        temporary.replace(out)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise EnvironmentProblem(
            _("The file {name} could not be written. Check the folder and the space on the disk.").format(name=out.name)
        ) from error


@log_app.command("list", help=_("List the newest entries you may see."))
def log_list(
    client: Annotated[str, typer.Option(help=_("Client number, as C-000001."))] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=_("How many entries, newest first."))] = 50,
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=_("First day, as 2026-09-01."))] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=_("Last day, included."))] = None,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """List the newest entries you may see."""
    from nmx_desk.services import clients, log

    with signed_in(clinic, user, password_file) as desk:
        zone = ZoneInfo(desk.clinic.zone)
        wanted = log.LogFilter(
            client=desk.do(clients.client_id_of, client) if client else "",
            since=datetime.combine(since.date(), time(), zone) if since else None,
            until=datetime.combine(until.date() + timedelta(days=1), time(), zone) if until else None,
            limit=limit,
        )
        rows = desk.do(log.list_log, wanted)
        _say([row.as_json() for row in rows], as_json, lambda: "\n".join(
            f"{row.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {row.sentence}" for row in rows))  # fmt: skip


@log_app.command("verify", help=_("Recompute the whole log and hold it against the live rows."))
def log_verify(as_json: Json = False, clinic: Clinic = None, user: UserName = "", password_file: PasswordFile = None) -> None:
    """Recompute the whole log and hold it against the live rows."""
    from nmx_desk.services import log

    with signed_in(clinic, user, password_file) as desk:
        found = desk.do(log.verify_log, progress=_progress(as_json))
        _say(found.as_json(), as_json, lambda: "\n".join(found.sentences()))
    if not found.ok:
        raise typer.Exit(FINDINGS)


@log_app.command("certificate", help=_("Verify the log and write the integrity certificate."))
def log_certificate(
    out: Annotated[Path | None, typer.Option(help=_("PDF file to write."))] = None,
    as_json: Json = False,
    clinic: Clinic = None,
    user: UserName = "",
    password_file: PasswordFile = None,
) -> None:
    """Verify the log and write the integrity certificate."""
    from nmx_desk.services import log, reports

    if out is None and not as_json:
        raise typer.BadParameter(_("Name the file: --out FILE."))
    with signed_in(clinic, user, password_file) as desk:
        if out is None:
            found = desk.do(log.verify_log, progress=_progress(as_json))
        else:
            found, made = desk.do(reports.certify_log, progress=_progress(as_json))
            _write(out, made)
        answer = found.as_json() | {"file": str(out) if out else None}
        _say(answer, as_json, lambda: "\n".join([*found.sentences(), _("{file} has been written.").format(file=out)]))
    if not found.ok:
        raise typer.Exit(FINDINGS)


def main() -> None:
    """Entry point of ``nmx-desk``."""
    import nmx_desk.cli_agenda
    import nmx_desk.cli_backup
    import nmx_desk.cli_calendars
    import nmx_desk.cli_clients
    import nmx_desk.cli_log
    import nmx_desk.cli_privacy
    import nmx_desk.cli_slots  # noqa: F401 (they add their commands)
    from nmx_desk.vault.memory import keep_no_core_file

    keep_no_core_file()
    try:
        app()
    except EnvironmentProblem as problem:
        sys.stderr.write(problem.message + "\n")
        sys.exit(ENVIRONMENT)
    except DeskError as error:
        sys.stderr.write(error.message + "\n")
        sys.exit(FINDINGS)
    except Exception as bug:  # noqa: BLE001 (ours; its text may hold personal data and is not shown)
        sys.stderr.write(_("NMX Desk made a mistake; nothing was half done. Please report this: {what}").format(what=_place_of(bug)) + "\n")
        sys.exit(FINDINGS)


def _place_of(bug: BaseException) -> str:
    """Kind of error and where in our code, without values."""
    frames = [frame for frame in traceback.extract_tb(bug.__traceback__) if "nmx_desk" in frame.filename]
    return " ".join([type(bug).__name__, *(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-1:])])


if __name__ == "__main__":
    main()
