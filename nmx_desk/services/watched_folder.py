"""A folder of this workstation into which exports of forms are saved: files whose columns are certain are imported by themselves, once.

The folder is a setting of the workstation. A file is never changed or deleted; it is moved only when that was asked.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nmx_desk.domain.errors import DeskError, EnvironmentProblem, UserError
from nmx_desk.domain.intake_ways import ImportTarget, ImportWay
from nmx_desk.domain.request_views import ImportResult
from nmx_desk.exchange import mails
from nmx_desk.exchange.web_forms import ParsedFile
from nmx_desk.exchange.web_forms_columns import GENERIC, guess_field
from nmx_desk.i18n import _
from nmx_desk.services import import_files, imports
from nmx_desk.services.desk import Desk, Errand, Progress, Work, use_case

_NAMES = frozenset({"full_name", "first_name", "surname"})
_REACH = frozenset({"phone", "phone2", "email"})
ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".eml"})
LARGEST = 50_000_000
MOST_FILES = 500
DONE = "verwerkt"
"""The folder within it to which imported files go, when that is asked."""


@dataclass(frozen=True)
class FoundFile:
    """A file that was looked at. ``digest``: of its content; ``result``: None when somebody has to look, ``why`` says what for."""

    path: str
    digest: str
    result: ImportResult | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """Its name."""
        return Path(self.path).name


@dataclass(frozen=True)
class FolderVisit:
    """What was found. ``sizes``: of the files that may still be written, for the next visit; ``trouble``: why not all was read."""

    files: tuple[FoundFile, ...] = ()
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    trouble: str = ""


@use_case("requests.import", code="IMPORT", typed=False)
def import_found_file(work: Work, file_name: str, data: bytes, arrived: datetime) -> ImportResult:
    """Import a file of the watched folder, when it is certain what its columns mean. Raises ``UserError`` when somebody has to look."""
    if file_name.lower().endswith(".eml"):
        parsed = mails.parse_mails([mails.read_mail(data, arrived)], today=work.today(), zone=work.zone)
        if not parsed.records:
            raise UserError("file", _("This message holds no form that somebody filled in."))
        return imports.keep(work, file_name, parsed, ImportWay.FOLDER)
    return imports.keep(work, file_name, _certain(work, data), ImportWay.FOLDER)


def _certain(work: Work, data: bytes) -> ParsedFile:
    """The rows of a file whose columns somebody looked at before, or whose names leave no doubt."""
    parsed = import_files.read_file(work, data, None, ImportTarget.REQUESTS)
    if import_files.remembered(work, parsed.columns, ImportTarget.REQUESTS):
        return parsed
    sure = {field for field, column in parsed.mapping.items() if guess_field(column)} if parsed.format == GENERIC else set(parsed.mapping)
    if parsed.notices or not (sure & _NAMES and sure & _REACH):
        message = _("It is not certain what the columns of this file mean. Look at it once; the next come in by themselves.")
        raise UserError("mapping", message)
    return parsed


@Errand
def visit_folder(
    desk: Desk, folder: str, seen: Collection[str], sizes: Mapping[str, tuple[int, int]], *, move: bool = False,
    progress: Progress | None = None,
) -> FolderVisit:  # fmt: skip
    """Import what is new in a folder. ``seen``: digests of files that had their turn; ``sizes``: of the last visit.

    A file is read once its size and time are those of the visit before: what is still being written waits.
    """
    try:
        there = _files(Path(folder))
    except OSError:
        return FolderVisit(trouble=_("The folder {folder} cannot be read. Connect its disk, or choose another one.").format(folder=folder))
    still = {name: size for name, size in there.items() if size == sizes.get(name)}
    found: list[FoundFile] = []
    for n, name in enumerate(still):
        if progress is not None:
            progress.report(n, len(still), _("Reading the folder"))
        try:
            one = _take(desk, Path(name), still[name], {*seen, *(file.digest for file in found)})
        except EnvironmentProblem as problem:
            return FolderVisit(tuple(found), there, problem.message)
        if one is not None:
            found.append(_moved(one) if move and one.result else one)
    return FolderVisit(tuple(found), there)


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Files that may be exports, with size and time."""
    found = {}
    with os.scandir(folder) as entries:
        for _n, entry in zip(range(MOST_FILES), entries, strict=False):
            if Path(entry.name).suffix.lower() in ENDINGS and not entry.name.startswith((".", "~")) and entry.is_file():
                stat = entry.stat()
                if stat.st_size:
                    found[entry.path] = (stat.st_size, stat.st_mtime_ns)
    return dict(sorted(found.items()))


def _take(desk: Desk, path: Path, size: tuple[int, int], seen: Collection[str]) -> FoundFile | None:
    """Read and import one file; None when it had its turn, or changed meanwhile."""
    try:
        data = path.read_bytes() if size[0] <= LARGEST else b""
        stat = path.stat()
    except OSError:  # another program holds it, or it is gone: the next visit sees
        return None
    digest = hashlib.sha256(data or str(path).encode("utf-8", "surrogatepass")).hexdigest()
    if digest in seen or (stat.st_size, stat.st_mtime_ns) != size:
        return None
    if not data:
        return FoundFile(str(path), digest, why=_("This file is too large for an export of a form. Choose another one."))
    try:
        arrived = datetime.fromtimestamp(stat.st_mtime, UTC)
        return FoundFile(str(path), digest, desk.do(import_found_file, path.name[:200], data, arrived))
    except EnvironmentProblem:
        raise
    except DeskError as error:
        return FoundFile(str(path), digest, why=error.message)


def _moved(file: FoundFile) -> FoundFile:
    """The file in the folder of what is done; where it stood when it cannot be moved."""
    path = Path(file.path)
    target = path.parent / DONE / path.name
    try:
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target = target.with_name(f"{target.stem} {file.digest[:8]}{target.suffix}")
        path.rename(target)
    except OSError:
        return FoundFile(file.path, file.digest, file.result, _("It was imported, but could not be moved to “{name}”.").format(name=DONE))
    return FoundFile(str(target), file.digest, file.result)
