"""A database that is older than what this workstation saw, or of another history: what is missing, accepting the loss (AUDIT §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmx_desk.audit import storage, witness
from nmx_desk.audit.witness import Witness
from nmx_desk.data.restores import left_behind
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.desk import Work, use_case

if TYPE_CHECKING:
    from nmx_desk.data.database import Database
    from nmx_desk.services.desk import Desk

SHORTEST_REASON = 5


@dataclass(frozen=True)
class Doubt:
    """``missing`` entries that this computer saw (None: another history), made between ``since`` and ``until``."""

    missing: int | None
    size: int
    root: str
    seen: int
    seen_root: str
    since: datetime | None
    until: datetime | None

    def sentence(self) -> str:
        """For everybody: that nothing is shown, and why."""
        if self.missing is None:
            return _("The log of this file is not the one this computer saw last. Nothing is shown; verify the log or restore a backup.")
        return ngettext(
            "{n} entry that this computer saw is missing from the log. Nothing is shown; verify the log or restore a backup.",
            "{n} entries that this computer saw are missing from the log. Nothing is shown; verify the log or restore a backup.",
            self.missing,
        ).format(n=self.missing)


def remembered(path: Path) -> Witness | None:
    """The witness in the file, if it is of the database that the file is named after."""
    known = witness.load(path)
    return known if known is not None and known.db_uuid == path.stem else None


def doubt(database: Database, path: Path) -> Doubt | None:
    """Hold a database against the witness; None when all is well. A witness that the log says it left behind is set aside."""
    known = remembered(path)
    if known is None:
        return None
    with database.reading():
        driver = database.reading_driver
        missing = witness.missing_entries(driver, known)
        if missing == 0:
            return None
        if any((one.size, one.root) == (known.size, known.root) for one in left_behind(driver)):
            set_aside(path)
            return None
        return _doubt(driver, known, missing)


def _doubt(driver: Any, known: Witness, missing: int | None) -> Doubt:
    head = storage.newest_head(driver)
    size, root, since = (head.size, head.root.hex(), _instant(head.ts)) if head else (0, "", None)
    return Doubt(missing, size, root, known.size, known.root, since, _instant(known.ts))


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def set_aside(path: Path) -> None:
    """Keep a witness of what was knowingly left behind; the next head begins a new one. Raises OSError."""
    path.replace(path.with_name(f"{path.stem}.abandoned.json"))


@use_case("restore.approve", writes=False, rescue=True)
def read_doubt(work: Work) -> Doubt | None:
    """What is missing, for who may decide what to do about it; None when all is well."""
    path = work.desk.witness_path
    known = remembered(path) if path is not None else None
    missing = witness.missing_entries(work.driver, known) if known is not None else 0
    return None if known is None or missing == 0 else _doubt(work.driver, known, missing)


@use_case("restore.approve", code="RESTORE", rescue=True)
def log_acceptance(work: Work) -> None:
    """The entry by which the log goes on without what is missing: from which head, and which head is left behind."""
    if len(work.reason.strip()) < SHORTEST_REASON:
        raise UserError("reason", _("Write down why the loss is accepted; it stays in the log."))
    found = read_doubt(work)
    if found is None:
        raise Conflict(_("Nothing is missing from this log: there is no loss to accept."))
    said = {"restored": f"{found.size} {found.root or '-'}", "abandoned": f"{found.seen} {found.seen_root or '-'}"}
    work.note("RESTORE", "log", found.seen_root[:20], values=said)


def accept_loss(desk: Desk, reason: str) -> None:
    """Go on without the missing entries: a RESTORE entry names what is left behind, then this workstation begins a new witness.

    The desk is an ordinary one afterwards. Killed in between, the next sign-in finds the entry and does the rest.
    """
    desk.do(log_acceptance, reason=reason)
    go_on(desk)


def go_on(desk: Desk) -> None:
    """After the entry of an accepted loss: this workstation begins a new witness, and the desk is an ordinary one."""
    if desk.witness_path is not None:
        set_aside(desk.witness_path)
        with desk.database.reading():
            head = storage.newest_head(desk.database.reading_driver)
        if head is not None:
            witness.advance(desk.witness_path, desk.db_uuid, head.size, head.root, head.ts)
    desk.doubt = None
