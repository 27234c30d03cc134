"""Reports under a name, and those that write themselves to a folder of a workstation once their week, month, quarter or year is over.

A named report is its user's own; one that is scheduled is the clinic's: who may have the report sees, changes and stops it. Only reports
without personal data are scheduled, so that nothing about a client leaves the program without somebody who asked for it.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from nmx_desk.data.people import names_by_id
from nmx_desk.domain import saved_reports as rules
from nmx_desk.domain.errors import Cancelled, DeskError, EnvironmentProblem, NotFound, UserError
from nmx_desk.domain.saved_reports import Asked, SavedReport
from nmx_desk.i18n import S_, Sentence, _
from nmx_desk.services import reports
from nmx_desk.services.desk import Desk, Errand, Progress, Work, use_case
from nmx_desk.services.report_base import Chosen
from nmx_desk.services.report_list import REPORTS

_NO_NAME = re.compile(r"[^\w .,()&+=-]")
MOST_SAME = 99


@dataclass(frozen=True, kw_only=True)
class NamedReport:
    """A named report with what it asks for. ``owner``: whose, when it is another's; ``here``: this workstation writes it."""

    saved: SavedReport
    asked: Asked
    owner: str = ""
    here: bool = False


@dataclass(frozen=True)
class Written:
    """What came of a scheduled report: the file names, or why not."""

    name: str
    files: tuple[str, ...] = ()
    trouble: str = ""


@use_case("session.use", writes=False)
def list_named(work: Work) -> tuple[NamedReport, ...]:
    """The user's own named reports and the clinic's scheduled ones, by name; of reports the user may have."""
    names = names_by_id(work.store)
    found = [one for one in work.store.find(SavedReport, is_active=True) if _sees(work, one)]
    return tuple(
        NamedReport(
            saved=one, asked=rules.read(one.parameters), owner="" if one.owner_id == work.user.id else names.get(one.owner_id, ""),
            here=one.station == work.desk.station,
        ) for one in sorted(found, key=lambda one: one.name.casefold())
    )  # fmt: skip


def _sees(work: Work, one: SavedReport) -> bool:
    report = REPORTS.get(one.report)
    return report is not None and work.reach(report.right) is not None and (one.owner_id == work.user.id or bool(one.every))


@use_case("session.use", code="CONFIG")
def save_named(work: Work, wanted: SavedReport, asked: Asked) -> SavedReport:
    """Keep a report under a name; one with an id is changed. What is scheduled is written by this workstation, the first time at once.

    Raises ``UserError`` beside name, report, formats, folder or every.
    """
    name, report = wanted.name.strip(), REPORTS.get(wanted.report)
    if report is None:
        raise UserError("report", _("Only reports that are not about one appointment, note or letter get a name."))
    work.need(report.right)
    if not name or len(name) > rules.LONGEST_NAME:
        raise UserError("name", _("Give the report a name of at most {n} characters.").format(n=rules.LONGEST_NAME))
    formats = [form for form in report.formats if form in wanted.formats.split(",")]
    if not formats:
        raise UserError("formats", _("Choose as what it is written."))
    stored = _stored(work, wanted.id) if wanted.id else None
    owner = stored.owner_id if stored else work.user.id
    same = next((one for one in work.store.find(SavedReport, owner_id=owner) if one.name.casefold() == name.casefold()), None)
    if same is not None and same.id != wanted.id and (same.is_active or stored is not None):
        raise UserError("name", _("There is a report of that name. Choose another one."))
    made = _scheduled(work, replace(wanted, name=name, formats=",".join(formats), parameters=rules.kept(asked)))
    if stored is not None:
        return work.store.change(_over(stored, made, version=wanted.version))
    if same is not None:  # it was dropped: its name is used again
        return work.store.change(_over(same, made, version=same.version))
    return work.store.add(replace(made, owner_id=owner, is_active=True))


def _over(before: SavedReport, made: SavedReport, *, version: int) -> SavedReport:
    return replace(
        before, name=made.name, report=made.report, formats=made.formats, parameters=made.parameters, every=made.every, folder=made.folder,
        station=made.station, next_on=made.next_on, trouble=made.trouble, is_active=True, version=version,
    )  # fmt: skip


def _scheduled(work: Work, wanted: SavedReport) -> SavedReport:
    """With when, where and by which workstation it is written. Raises ``UserError`` for what cannot be."""
    if not wanted.every:
        return replace(wanted, folder="", station="", next_on=None, trouble=None)
    if not REPORTS[wanted.report].schedulable:
        raise UserError("every", _("Only reports about a period without personal data write themselves."))
    folder = wanted.folder.strip()
    if not folder or not Path(folder).is_absolute():
        raise UserError("folder", _("Choose the folder it is written to."))
    if _within(Path(folder), work.desk.folder):
        raise UserError("folder", _("Choose a folder outside that of the clinic's own files."))
    return replace(wanted, folder=folder, station=work.desk.station, next_on=work.today(), trouble=None)


def _within(folder: Path, clinic: Path) -> bool:
    return folder.resolve().is_relative_to(clinic.resolve())


def _stored(work: Work, report_id: str) -> SavedReport:
    one = work.store.get(SavedReport, report_id)
    if not _sees(work, one):
        raise NotFound(_("This report is not available to you."))
    return one


@use_case("session.use", code="CONFIG")
def drop_named(work: Work, report_id: str) -> SavedReport:
    """Forget a named report; a scheduled one is not written any more. What was written stays."""
    return work.store.change(_stored(work, report_id), is_active=False)


@use_case("session.use", code="CONFIG")
def take_back_named(work: Work, report_id: str) -> SavedReport:
    """Undo ``drop_named``."""
    one = work.store.get(SavedReport, report_id)
    if not _sees(work, one):
        raise NotFound(_("This report is not available to you."))
    return work.store.change(one, is_active=True)


# -- written by themselves ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A scheduled report that is to be written, about these days."""

    saved: SavedReport
    first: date
    last: date


@use_case("session.use", writes=False)
def due_reports(work: Work) -> tuple[Due, ...]:
    """What this workstation is to write now and the user may have. Missed ones are due once, about the last period that is whole."""
    today, found = work.today(), work.store.find(SavedReport, is_active=True, station=work.desk.station)
    due = [one for one in found if one.every and one.next_on and one.next_on <= today and _sees(work, one)]
    return tuple(Due(one, *rules.last_whole(one.every, today)) for one in due)


@use_case("session.use", code="CONFIG")
def note_written(work: Work, report_id: str, trouble: Sentence | None = None) -> SavedReport:
    """Keep that a scheduled report was written, and when next; or why it was not: then it stays due."""
    one = _stored(work, report_id)
    if trouble is None:
        return work.store.change(one, last_on=work.today(), next_on=rules.next_time(one.every, work.today()), trouble=None)
    return one if str(one.trouble or "") == str(trouble) else work.store.change(one, trouble=trouble)


@Errand
def write_due(desk: Desk, *, progress: Progress | None = None) -> tuple[Written, ...]:
    """Write what is due, each format as a file of its own; never over another file. One that fails does not stop the others."""
    done = []
    for n, one in enumerate(due := desk.do(due_reports)):
        if progress is not None:
            progress.report(n, len(due), one.saved.name)
        try:
            files = _write(desk, one)
        except Cancelled:
            raise
        except DeskError as error:
            trouble = error.message if isinstance(error.message, Sentence) else Sentence(error.message)
            desk.do(note_written, one.saved.id, trouble)
            done.append(Written(one.saved.name, trouble=str(trouble)))
        else:
            desk.do(note_written, one.saved.id)
            done.append(Written(one.saved.name, files))
    return tuple(done)


def _write(desk: Desk, due: Due) -> tuple[str, ...]:
    one, asked = due.saved, rules.read(due.saved.parameters)
    folder, name = Path(one.folder), f"{_NO_NAME.sub('_', one.name).strip(' .') or 'report'} {rules.named(one.every, due.first)}"
    if not folder.is_dir():
        raise EnvironmentProblem(_no_folder(one))
    made = {
        form: desk.do(
            reports.make_report, one.report, date_from=due.first, date_to=due.last, chosen=chosen_of(asked), format=form
        ) for form in one.formats.split(",")
    }  # fmt: skip
    try:
        return tuple(_put(folder, name, form, data) for form, data in made.items())
    except OSError:
        raise EnvironmentProblem(_no_folder(one)) from None


def chosen_of(asked: Asked) -> Chosen:
    """What a named report is narrowed to."""
    return Chosen(
        practitioner_id=asked.practitioner_id, source=asked.source, type_code=asked.type_code, location_id=asked.location_id,
        actor=asked.actor,
    )  # fmt: skip


def _no_folder(one: SavedReport) -> Sentence:
    return S_("The folder {folder} cannot be written. Connect its disk, or choose another one.").format(folder=one.folder)


def _put(folder: Path, name: str, form: str, data: bytes) -> str:
    """Write a file that was not there; what cannot be written whole is taken away again. Its name."""
    for n in range(1, MOST_SAME + 1):
        path = folder / (f"{name}.{form}" if n == 1 else f"{name} ({n}).{form}")
        try:
            file = path.open("xb")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
        return path.name
    raise FileExistsError(name)

