"""The log for outsiders: exports and proofs that anybody can check without this program, and roots printed on paper (AUDIT §3, §4)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from nmx_desk import __version__
from nmx_desk.audit import export, storage, tree
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import EnvironmentProblem, NotAllowed, NotFound, UserError
from nmx_desk.i18n import _, resources_dir
from nmx_desk.services import log
from nmx_desk.services.desk import Desk, Progress, Work, use_case


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which entries are wanted: numbers ``first`` up to and including ``last``, or a client's, or those of days. Empty: the whole log."""

    first: int | None = None
    last: int | None = None
    client_no: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def whole(self) -> bool:
        """Whether everything is wanted."""
        return self == Part()


@dataclass(frozen=True)
class Exported:
    """What an export holds: of a log of ``size`` entries with ``root`` (hex)."""

    file: str
    size: int
    root: str
    entries: int
    values: int
    heads: int


@dataclass(frozen=True)
class AnchorCheck:
    """Whether the log of ``size`` entries with this printed root is the beginning of today's log, of ``now`` entries."""

    holds: bool
    size: int
    root: str
    now: int

    def sentence(self) -> str:
        """The answer in plain words."""
        if self.holds:
            text = _(
                "The printed root is that of this log: the first {size} of its {now} entries are those of when it was printed."
            )
        elif self.size > self.now:
            text = _("This log has {now} entries, and {size} stood in it when this was printed: entries are gone.")
        else:
            text = _("The printed root is not that of this log: its first {size} entries are not the ones that stood there then.")
        return text.format(size=self.size, now=self.now)


# -- exports -----------------------------------------------------------------------------------------------------------------------------


def export_log(
    desk: Desk, out: Path, part: Part | None = None, *, values: bool = True, reason: str = "", progress: Progress | None = None
) -> Exported:
    """Write the log, or a part of it, to a file that is there whole or not at all, and only once the log says that it was written."""
    with _whole(out) as temporary:
        made = desk.do(write_export, temporary, part or Part(), values=values, reason=reason, progress=progress)
    return Exported(str(out), *made)


@use_case("log.integrity", writes=False, aside=True)
def write_export(work: Work, out: Path, part: Part, *, values: bool = True) -> tuple[int, str, int, int, int]:
    """Entries with their values for whoever may see all of them, with a written reason; else header fields and commitments only.

    Answers with size and root of the log, and how many entries, values and heads were written.
    """
    if values:
        _need_values(work)
    chosen, client = _chosen(work, part)
    about = {"zone": work.clinic.zone, "program": f"NMX Desk {__version__}", "made_at": work.now().isoformat()}
    made = export.Extract(work.driver, values, None if chosen is None else list(chosen), about)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(made.lines(work.progress.report))
    size, root, counts = made.head.size, made.head.root.hex(), made.counts
    work.seen("log_export", root[:20], client, code="EXPORT", values={"size": str(size), "rows": str(counts.entries)})
    return size, root, counts.entries, counts.values, counts.heads


def checker() -> bytes:
    """The program that checks exports and proofs without NMX Desk."""
    return (resources_dir() / "checker" / "nmx_check.py").read_bytes()


def _need_values(work: Work) -> None:
    work.need("log.all")
    if not work.reason.strip():
        raise NotAllowed(
            _("This file holds personal data. Write down why you need it; the reason is logged."), right="log.all", needs_reason=True
        )


def _chosen(work: Work, part: Part) -> tuple[Sequence[int] | None, str | None]:
    """The entry numbers of a part (None: all), and the client it is about."""
    if part.whole:
        return None, None
    size = export.newest(work.driver).size
    if part.client_no:
        client = work.store.find_one(Client, client_no=part.client_no.strip())
        if client is None:
            raise UserError("client", _("There is no client with this number."))
        return export.entries_of(work.driver, client.id), client.id
    if part.since is not None or part.until is not None:
        since, until = (_micros(work, day) for day in (part.since or date.min, (part.until or date(9998, 1, 1)) + timedelta(days=1)))
        found = export.entries_between(work.driver, since, until)
    else:
        found = range(part.first or 0, min(size, size if part.last is None else part.last + 1))
    if not found:
        raise UserError("first", _("There are no entries in this part of the log. Choose another one."))
    return found, None


def _micros(work: Work, day: date) -> int:
    return storage.micros(datetime.combine(max(day, date(1971, 1, 1)), time(), work.zone))


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A file beside ``out`` that takes its name at the end, or is gone."""
    temporary = out.with_name(out.name + ".part")
    try:
        yield temporary
        temporary.replace(out)
    except OSError as error:
        raise EnvironmentProblem(
            _("The file {name} could not be written. Check the folder and the space on the disk.").format(name=out.name)
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


# -- proofs ------------------------------------------------------------------------------------------------------------------------------


@use_case("log.own", writes=False)
def entry_proof(work: Work, seq: int, *, values: bool = False) -> bytes:
    """Proof, as JSON, that an entry the user may see stands in the log. With its ``values``: with a written reason."""
    details = log.log_details(work, seq)
    if values:
        _need_values(work)
    proof = export.inclusion(work.driver, seq, values=values)
    work.seen("log_proof", str(seq), details.row.client_id, code="EXPORT", values={"size": str(proof["size"])})
    return _json(proof)


@use_case("log.integrity", writes=False)
def consistency(work: Work, first: int, second: int | None = None) -> bytes:
    """Proof, as JSON, that the log of ``first`` entries is the beginning of that of ``second`` (None: today's)."""
    try:
        proof = export.consistency(work.driver, first, second)
    except LookupError as error:
        raise NotFound(_("There is no signed log of this many entries. Take the numbers from prints or certificates.")) from error
    work.seen("log_proof", f"{first}-{proof['second']['size']}", None, code="EXPORT", values={"size": str(proof["second"]["size"])})
    return _json(proof)


def _json(proof: dict[str, Any]) -> bytes:
    return (json.dumps(proof, separators=(",", ":")) + "\n").encode()


# -- what is printed on paper ------------------------------------------------------------------------------------------------------------


def read_anchor(text: str) -> tuple[int, str]:
    """Size and beginning of the root from what was typed ("12,408:3fa95c…") or read from a QR code. Raises ``UserError``."""
    parts = re.fullmatch(r"(?:NMX:[0-9A-F-]+:)?([0-9][0-9.,\s]*)[:\s]\s*([0-9A-F]{16,64})", text.strip().upper())
    if parts is None:
        raise UserError("anchor", _("Type the number of entries and the root as printed, a colon between: 12408:3fa95c01b7d2e8846f1a."))
    return int(re.sub(r"\D", "", parts[1])), parts[2].lower()


@use_case("log.integrity", writes=False, rescue=True)
def check_anchor(work: Work, size: int, root_prefix: str) -> AnchorCheck:
    """Whether the log that a print names by its size and (the beginning of) its root is the beginning of today's log."""
    newest, root = export.newest(work.driver), root_prefix.strip().lower()
    if size > newest.size or size < 1 or len(root) < 16:
        return AnchorCheck(holds=False, size=size, root=root, now=newest.size)
    node_at = storage.node_at(work.driver)
    then = tree.root(size, node_at)
    path = tree.consistency_proof(size, newest.size, node_at)
    holds = then.hex().startswith(root) and tree.consistency_holds(size, then, newest.size, newest.root, path)
    return AnchorCheck(holds=holds, size=size, root=root, now=newest.size)
