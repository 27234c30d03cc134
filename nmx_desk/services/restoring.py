"""Putting back a backup: into an empty folder, or in the place of the clinic that is there (AUDIT §9).

All is done beside, verified and logged there; only then it takes its place. After a failure or a kill everything is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nmx_desk.audit import storage, tree, witness
from nmx_desk.audit.witness import Witness
from nmx_desk.data.people import names_by_id
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.domain.walltime import day_label
from nmx_desk.i18n import _
from nmx_desk.services import destroyed, proposals
from nmx_desk.services.desk import Desk, Progress, Work, use_case
from nmx_desk.services.erasure import part_for_erasures, reapply_erasures
from nmx_desk.services.keeping import BROKEN, head_of_intact
from nmx_desk.services.opening import FrontDoor, Surroundings, witness_path
from nmx_desk.services.rescue import SHORTEST_REASON
from nmx_desk.vault import backup, swap
from nmx_desk.vault.backup import put_in_place, refuse_full, work_folder
from nmx_desk.vault.folder import DATABASE, KEYS, ClinicFolder
from nmx_desk.vault.keyfile import KeyFile
from nmx_desk.vault.sqlcipher import connect, key_that_opens

STEPS = 4
EMPTY = tree.EMPTY_ROOT.hex()


@dataclass(frozen=True)
class Permit:
    """Why the clinic's file may be replaced: the decision of two people about one backup, or (``sha256`` empty) of a manager in rescue.

    ``blocked``: who was blocked or removed since; they stay so in the restored clinic.
    """

    file: str = ""
    sha256: str = ""
    proposer: str = ""
    approver: str = ""
    reason: str = ""
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Restored:
    """``size`` entries of the log; ``kept``: the folder in which the replaced files are (empty: there were none).

    ``unsure``: what cannot be known about destructions since the backup, and what to do; empty where all is known.
    """

    size: int
    kept: str = ""
    unsure: str = ""


@dataclass(frozen=True)
class Waiting:
    """A restore that waits for its approval, or to be carried out. ``may_decide``: the reader may approve it."""

    id: str
    file: str
    created: str
    size: int
    proposer: str
    reason: str
    approved: bool
    may_decide: bool
    own: bool


# -- the decision ------------------------------------------------------------------------------------------------------------------------


@use_case("restore.run")
def propose_restore(work: Work, file: Path, reason: str) -> Proposal:
    """Ask the manager to approve that this backup takes the place of the clinic's file."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise UserError("reason", _("Write down why this backup should be put back; the manager reads it."))
    manifest = backup.read_manifest(file)
    if manifest.head.get("db_uuid", work.desk.db_uuid) != work.desk.db_uuid:
        raise Conflict(_("This is a backup of another clinic."))
    payload = {
        "file": str(file.absolute()), "created": manifest.created.isoformat(), "size": int(manifest.head["size"]),
        "root": str(manifest.head["root"]),
    }  # fmt: skip
    return proposals.propose(work, "restore", manifest.files[DATABASE].sha256, payload, reason)


@use_case("settings.read", writes=False)
def waiting_restores(work: Work) -> list[Waiting]:
    """Restores that were proposed or approved and not carried out, oldest first."""
    people = {row.proposal.id: row for row in proposals.list_proposals(work)}
    names = names_by_id(work.store)
    made = []
    for item in sorted(work.store.find(Proposal, kind="restore"), key=lambda found: found.created_at):
        if item.status not in {ProposalStatus.OPEN, ProposalStatus.APPROVED}:
            continue
        said, row = proposals.contents(item), people.get(item.id)
        made.append(Waiting(
            id=item.id, file=said["file"], created=said["created"], size=said["size"], proposer=names.get(item.created_by, ""),
            reason=item.reason, approved=item.status is ProposalStatus.APPROVED, may_decide=row is not None and row.may_decide,
            own=item.created_by == work.user.id,
        ))  # fmt: skip
    return made


@use_case("restore.run", writes=False)
def permit_of(work: Work, proposal_id: str) -> Permit:
    """What an approved proposal allows. It is marked as carried out in the restored file; this one is left behind."""
    found = work.store.get(Proposal, proposal_id)
    if found.kind != "restore" or found.status is not ProposalStatus.APPROVED:
        raise Conflict(_("This has not been approved, or it was carried out already. Look at the proposal again."))
    return Permit(proposals.contents(found)["file"], found.subject, found.created_by, found.decided_by or "", found.reason, _blocked(work))


@use_case("restore.approve", writes=False, rescue=True)
def permit_in_rescue(work: Work) -> Permit:
    """The manager decides alone while the log is in doubt: nothing can be written there, it is logged in the restored file."""
    return Permit(approver=work.user.id, reason=work.reason.strip() or work.desk.rescue, blocked=_blocked(work))


def _blocked(work: Work) -> tuple[str, ...]:
    return tuple(user.id for user in work.store.find(User) if not user.is_active)


# -- the deed ----------------------------------------------------------------------------------------------------------------------------


@use_case("session.use", code="RESTORE")
def log_restore(work: Work, size: int, root: str, abandoned: str, permit: Permit | None = None, unsure: str = "") -> None:
    """The entry a restored clinic begins with: what was restored, which newer head was left behind, who decided it, what is not known."""
    if work.reach("restore.run") is None and work.reach("restore.approve") is None:
        raise NotAllowed(_("Only an administrator or the manager puts back a backup. Ask one of them."), right="restore.run")
    said = {"restored": f"{size} {root}", "abandoned": abandoned, "unsure": unsure}
    if permit is not None:
        said |= {"requester": permit.proposer, "approver": permit.approver, "@reason": permit.reason}
    work.note("RESTORE", "backup", root[:20], values={name: text for name, text in said.items() if text or name == "abandoned"})
    for user in work.store.find(User, is_active=True):
        if permit is not None and user.id in permit.blocked:
            work.store.change(user, is_active=False)
    for status in (ProposalStatus.OPEN, ProposalStatus.APPROVED):  # they were about the file that is left behind
        for item in work.store.find(Proposal, kind="restore", status=status):
            work.store.change(item, status=ProposalStatus.DONE, done_by=work.user.id, done_at=work.now())


def restore(file: Path, folder: Path, username: str, password: str, around: Surroundings | None = None) -> Restored:
    """A backup into an empty folder, verified, with a RESTORE entry.

    Raises WrongPassword, BadBackup, Conflict, NotAllowed, EnvironmentProblem.
    """
    around = around or Surroundings()
    refuse_full(folder)
    with work_folder(folder.parent) as work:
        made = work / "clinic"
        found = _made(file, made, (username, password), around, None, None)
        put_in_place(made, folder)
    return found


def restore_here(
    door: FrontDoor, file: Path, username: str, password: str, permit: Permit | None = None, progress: Progress | None = None
) -> Restored:
    """A backup in the place of the clinic that is there: with a permit, or without one where that clinic does not open.

    The replaced files are kept in a dated folder beside. Nobody may have the clinic open. Raises as :func:`restore`, and FolderInUse.
    """
    report = (progress or Progress()).report
    report(0, STEPS, _("Looking at the files"))
    sha256 = backup.read_manifest(file).files[DATABASE].sha256
    permit = permit or _permit_of_broken(door, username, password, sha256)
    if permit.sha256 not in {"", sha256}:
        raise Conflict(_("This is not the backup that was approved. Choose that one, or propose this one."))
    place = door.place
    place.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with place.exclusive(), work_folder(place.backups) as work:
        report(1, STEPS, _("Unpacking and verifying"))
        made = work / "clinic"
        found = _made(file, made, (username, password), door.around, place, permit)
        report(3, STEPS, _("Putting it in place"))
        ready = work / "ready"
        ready.mkdir(mode=0o700)
        for name in (DATABASE, KEYS):
            (made / name).rename(ready / name)
        kept = swap.hand_over(place, ready, datetime.now(UTC))
    door.mended()
    report(STEPS, STEPS)
    return replace(found, kept=str(kept))


def _permit_of_broken(door: FrontDoor, username: str, password: str, sha256: str) -> Permit:
    """Without a decision of two people only what does not open may be replaced, or what a manager sees to be in doubt."""
    if door.trouble():
        return Permit(reason=door.trouble())
    try:
        desk = door.sign_in(username, password)
    except BROKEN as error:
        return Permit(reason=error.message)
    try:
        if desk.rescue:
            return desk.do(permit_in_rescue)
        allowed = [row for row in desk.do(waiting_restores) if row.approved] if desk.may("restore.run") else []
        for row in allowed:
            permit = desk.do(permit_of, row.id)
            if permit.sha256 == sha256:
                return permit
        raise NotAllowed(_("This clinic's file is in order. Propose the restore in the settings; the manager has to approve it."))
    finally:
        desk.close()


def _made(
    file: Path, made: Path, who: tuple[str, str], around: Surroundings, place: ClinicFolder | None, permit: Permit | None
) -> Restored:
    """The restored clinic in a folder of its own, verified and logged. The next sign-in sets the witness aside."""
    manifest = backup.unpack(file, made)
    _same_clinic(made / KEYS, place)
    keys, database = KeyFile.load(ClinicFolder(made).keys), ClinicFolder(made).database
    secrets = keys.open_slot(*who)
    key = key_that_opens(database, secrets.db_key, secrets.previous_key)
    head = head_of_intact(database, key)
    _match(head, manifest.head)
    known = witness.load(witness_path(keys.db_uuid)) if around.witness else None
    heads = [(known.size, known.root)] if known is not None else []
    heads += [_read_live(place, key, keys.db_uuid, known)] if place is not None else []
    unsure = "" if destroyed.known(keys.db_uuid).whole else _unsure(manifest.created)
    desk = FrontDoor(made, replace(around, witness=False)).open_with(keys, secrets, who[1])
    try:
        desk.do(log_restore, int(head["size"]), str(head["root"]), _left_behind(desk, heads), permit, unsure)
        _destroy_again(desk)
        size = desk.log_size
    finally:
        desk.close()
    return Restored(size, unsure=unsure)


def _unsure(since: datetime) -> str:
    return _(
        "This computer has no complete list of what was destroyed in this clinic. Files that were destroyed after {day} may be back: "
        "hold the register of destructions on paper against the clients, and destroy them again."
    ).format(day=day_label(since.astimezone().date()))


def _left_behind(desk: Desk, heads: list[tuple[int, str]]) -> str:
    """The first of these heads that is no beginning of the restored log; the witness's comes first: it is to be set aside."""
    with desk.database.reading():
        for size, root in heads:
            if witness.missing_entries(desk.database.reading_driver, Witness(desk.db_uuid, size, root, "")) != 0:
                return f"{size} {root}"
    return ""


def _destroy_again(desk: Desk) -> None:
    """What was destroyed in this clinic lives on in older backups: only who may destroy puts back such a one."""
    if not destroyed.known(desk.db_uuid).orders:
        return
    if not desk.may("restore.run"):
        raise NotAllowed(
            _("Files were destroyed in this clinic, and have to be destroyed in the restored one too: ask an administrator to restore it."),
            right="restore.run",
        )
    desk.do(part_for_erasures)
    desk.do(reapply_erasures)


def _same_clinic(keys: Path, place: ClinicFolder | None) -> None:
    """One clinic never takes the place of another one, as far as the key file that is there still says which it is."""
    try:
        own = KeyFile.load(place.keys).db_uuid if place is not None else ""
    except BROKEN:
        return
    if own and KeyFile.load(keys).db_uuid != own:
        raise Conflict(_("This is a backup of another clinic."))


def _read_live(place: ClinicFolder, key: bytes, db_uuid: str, known: Witness | None) -> tuple[int, str]:
    """The newest head of the clinic that is about to be replaced, nothing where it cannot be read; what it knows as destroyed is kept."""
    try:
        connection = connect(place.database, key, read_only=True)
    except EnvironmentProblem:
        return 0, EMPTY
    try:
        head = storage.newest_head(connection)
        newest = known is None or witness.missing_entries(connection, known) == 0
        destroyed.complete(db_uuid, destroyed.in_database(connection), newest=newest)
    except (connection.Error, LookupError, ValueError, TypeError, OSError):
        return 0, EMPTY
    finally:
        connection.close()
    return (head.size, head.root.hex()) if head else (0, EMPTY)


def _match(found: Mapping[str, Any], named: Mapping[str, Any]) -> None:
    if (found["size"], found["root"]) != (named["size"], named["root"]):
        raise UserError("", _("The backup's log is not the one its manifest names. Use another backup."))
