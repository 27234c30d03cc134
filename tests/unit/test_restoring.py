"""A backup in the place of the clinic that is there: who decides, what is kept, and what a kill, a damage or a wrong word leaves behind."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from nmx_desk.audit import witness
from nmx_desk.data.restores import left_behind
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, DeskError, NotAllowed, UserError
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.services import backups, clients, log, people, proposals, restoring
from nmx_desk.services.opening import ClinicSetup, FrontDoor, create_clinic, witness_path
from nmx_desk.vault import swap
from nmx_desk.vault.errors import BadBackup, FolderInUse, WrongPassword
from nmx_desk.vault.folder import ClinicFolder
from tests.clinic import PASSWORD, TestClinic

forks = pytest.mark.skipif(sys.platform == "win32", reason="forks")
REASON = "De invoer van vanmiddag was van een andere praktijk."


@pytest.fixture
def backed_up(clinic, tmp_path):
    """A backup, and later work that it does not have."""
    clinic.as_("receptie").do(clients.create_client, Client(surname="Eerder", phone="0600001111"))
    file = tmp_path / "een.nmxbackup"
    made = clinic.as_("beheerder").do(backups.back_up, file)
    clinic.as_("receptie").do(clients.create_client, Client(surname="Later", phone="0600002222"))
    return file, made


def approved(clinic, file):
    proposal = clinic.as_("beheerder").do(restoring.propose_restore, file, REASON)
    clinic.as_("manager").do(proposals.approve_proposal, proposal.id)
    return clinic.as_("beheerder").do(restoring.permit_of, proposal.id)


def surnames(clinic):
    return sorted(row.client.surname for row in clinic.as_("receptie").do(clients.list_clients).rows)


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and path.name in {"desk.db", "desk.keys"}}


def test_two_people_put_back_a_backup(clinic, backed_up):
    file, made = backed_up
    permit = approved(clinic, file)
    (waiting,) = clinic.as_("beheerder").do(restoring.waiting_restores)
    assert waiting.approved and waiting.file == str(file) and waiting.size == made.size
    head = witness.load(witness_path(clinic.as_("manager").db_uuid))
    clinic.close()
    done = restoring.restore_here(clinic.front, file, "beheerder", PASSWORD, permit)
    assert clinic.as_("manager").rescue == "" and surnames(clinic) == ["Eerder"]
    with clinic.as_("manager").database.reading() as connection:
        (left,) = left_behind(clinic.as_("manager").database.reading_driver)
        wanted = "SELECT field, new FROM audit_log_value v JOIN audit_log e USING (seq) WHERE e.code = 'RESTORE' AND e.action = 'E'"
        said = dict(connection.exec_driver_sql(wanted).all())
    assert (left.kept, left.size, left.root) == (made.size, head.size, head.root)
    assert said["@reason"] == REASON and said["approver"] == clinic.as_("manager").user.id != said["requester"]
    assert clinic.as_("manager").do(log.verify_log).ok
    assert clinic.as_("beheerder").do(restoring.waiting_restores) == []
    clinic.close()
    kept = TestClinic(clinic.folder.parent / "kept", clinic.clock)
    Path(done.kept).rename(kept.folder)
    assert FrontDoor(kept.folder, clinic.around).sign_in("manager", PASSWORD).rescue  # whole, and not gone on with unseen


def test_without_approval_nothing_happens(clinic, backed_up):
    file, _made = backed_up
    proposal = clinic.as_("beheerder").do(restoring.propose_restore, file, REASON)
    with pytest.raises(Conflict, match="not been approved"):
        clinic.as_("beheerder").do(restoring.permit_of, proposal.id)
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(proposals.approve_proposal, proposal.id)
    with pytest.raises(NotAllowed):
        clinic.as_("manager").do(restoring.propose_restore, file, REASON)
    with pytest.raises(UserError):
        clinic.as_("beheerder").do(restoring.propose_restore, file, " ")
    clinic.close()
    before = files(clinic.folder)
    for username in ("beheerder", "manager", "receptie"):
        with pytest.raises(NotAllowed):
            restoring.restore_here(clinic.front, file, username, PASSWORD)
    assert files(clinic.folder).keys() == before.keys() and surnames(clinic) == ["Eerder", "Later"]


def test_another_backup_than_the_approved_one_is_refused(clinic, backed_up, tmp_path):
    permit = approved(clinic, backed_up[0])
    other = tmp_path / "ander.nmxbackup"
    clinic.as_("beheerder").do(backups.back_up, other)
    clinic.close()
    with pytest.raises(Conflict, match="not the backup that was approved"):
        restoring.restore_here(clinic.front, other, "beheerder", PASSWORD, permit)
    assert surnames(clinic) == ["Eerder", "Later"]


def test_nobody_may_have_the_clinic_open(clinic, backed_up):
    permit = approved(clinic, backed_up[0])
    with pytest.raises(FolderInUse, match="open in another window"):
        restoring.restore_here(clinic.front, backed_up[0], "beheerder", PASSWORD, permit)
    assert surnames(clinic) == ["Eerder", "Later"]


@pytest.mark.parametrize("broken", ["database gone", "keys gone", "both gone", "database empty", "database cut", "keys garbage"])
def test_what_does_not_open_is_replaced_by_who_may(clinic, backed_up, broken):
    file, _made = backed_up
    clinic.close()
    database, keys = clinic.folder / "desk.db", clinic.folder / "desk.keys"
    damage = {
        "database gone": database.unlink,
        "keys gone": keys.unlink,
        "both gone": lambda: (database.unlink(), keys.unlink()),
        "database empty": lambda: database.write_bytes(b""),
        "database cut": lambda: database.write_bytes(database.read_bytes()[:40_000]),
        "keys garbage": lambda: keys.write_bytes(b"{}"),
    }
    damage[broken]()
    before = files(clinic.folder)
    door = clinic.front
    with pytest.raises(DeskError):
        door.sign_in("beheerder", PASSWORD)
    assert door.trouble()
    with pytest.raises(NotAllowed, match="administrator or the manager"):
        restoring.restore_here(door, file, "receptie", PASSWORD)
    with pytest.raises(WrongPassword):
        restoring.restore_here(door, file, "beheerder", "not this one at all")
    assert files(clinic.folder) == before
    done = restoring.restore_here(door, file, "beheerder", PASSWORD)
    assert door.trouble() == "" and surnames(clinic) == ["Eerder"]
    assert {path.name: path.read_bytes() for path in (clinic.folder / done.kept).iterdir() if path.suffix in {".db", ".keys"}} == before


def test_a_manager_restores_in_rescue(clinic, backed_up):
    file, _made = backed_up
    path = witness_path(clinic.as_("manager").db_uuid)
    clinic.close()
    seen = witness.load(path)
    witness.save(path, witness.Witness(seen.db_uuid, seen.size + 9, "ab" * 32, seen.ts))
    with pytest.raises(NotAllowed):
        restoring.restore_here(clinic.front, file, "beheerder", PASSWORD)
    restoring.restore_here(clinic.front, file, "manager", PASSWORD)
    assert clinic.as_("manager").rescue == "" and surnames(clinic) == ["Eerder"]
    assert clinic.verified().ok


@pytest.mark.parametrize("at", [0, 40, 200, 3_000, 60_000, -2_000])
def test_a_damaged_backup_changes_nothing(clinic, backed_up, at):
    file, _made = backed_up
    permit = approved(clinic, file)
    clinic.close()
    before = files(clinic.folder)
    data = bytearray(file.read_bytes())
    data[at] ^= 0x10
    file.write_bytes(data)
    with pytest.raises((BadBackup, Conflict)) as error:
        restoring.restore_here(clinic.front, file, "beheerder", PASSWORD, permit)
    assert error.value.message.endswith(".")
    assert files(clinic.folder) == before and not list(clinic.folder.glob("replaced-*")) and not list(clinic.folder.glob("backups/.nmx*"))


@forks
def test_killed_at_any_moment_it_is_the_old_clinic_or_the_new_one(clinic, backed_up, tmp_path):
    file, _made = backed_up
    permit = approved(clinic, file)
    clinic.close()
    start = time.perf_counter()
    restoring.restore_here(clinic.front, file, "beheerder", PASSWORD, permit)
    length, chance, old, new = time.perf_counter() - start, random.Random(11), 0, 0
    for number in range(int(os.environ.get("NMX_EXAM_RESTORES", "10"))):
        clinic.as_("receptie").do(clients.create_client, Client(surname="Later", phone=f"06000033{number:02}"))
        clinic.close()
        child = os.fork()
        if child == 0:
            try:
                restoring.restore_here(clinic.front, file, "beheerder", PASSWORD, permit)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0.2, 1.1) * length)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = surnames(clinic)
        assert found in (["Eerder"], ["Eerder", "Later"]) and clinic.as_("receptie").rescue == ""
        assert clinic.verified().ok
        old, new = old + (len(found) == 2), new + (len(found) == 1)
        clinic.close()
        if len(found) == 2:
            restoring.restore_here(clinic.front, file, "beheerder", PASSWORD, permit)
    assert old


@pytest.mark.parametrize("step", range(14))
def test_a_swap_broken_off_at_any_step_is_finished_at_the_next_opening(clinic, backed_up, tmp_path, monkeypatch, step):
    file, _made = backed_up
    permit = approved(clinic, file)
    clinic.close()
    calls = []

    def breaks(real):
        def call(*arguments):
            calls.append(real)
            if len(calls) == step + 1:
                raise KeyboardInterrupt
            return real(*arguments)

        return call

    path_type = type(clinic.folder)
    broken = False
    with monkeypatch.context() as patched:
        patched.setattr(swap, "sync_folder", breaks(swap.sync_folder))
        patched.setattr(path_type, "replace", breaks(path_type.replace))
        try:
            restoring.restore_here(clinic.front, file, "beheerder", PASSWORD, permit)
        except KeyboardInterrupt:
            broken = True
    begun = bool(swap.pending(ClinicFolder(clinic.folder)))
    assert clinic.front.clinic_exists()
    found = surnames(clinic)
    assert found == ["Eerder"] if begun or not broken else found in (["Eerder"], ["Eerder", "Later"])
    assert clinic.as_("receptie").rescue == "" and clinic.verified().ok
    assert not swap.pending(ClinicFolder(clinic.folder))


def test_a_proposal_in_the_backup_itself_is_closed(clinic, tmp_path):
    first, second = tmp_path / "a.nmxbackup", tmp_path / "b.nmxbackup"
    desk = clinic.as_("beheerder")
    desk.do(backups.back_up, first)
    desk.do(restoring.propose_restore, first, REASON)
    desk.do(backups.back_up, second)
    permit = approved(clinic, second)
    clinic.close()
    restoring.restore_here(clinic.front, second, "beheerder", PASSWORD, permit)
    with clinic.as_("beheerder").database.reading() as connection:
        found = clinic.as_("beheerder")._store(connection).find(Proposal, kind="restore")
    assert [item.status for item in found] == [ProposalStatus.DONE]


def test_what_was_replaced_is_kept_as_long_as_the_oldest_backup(clinic):
    old, young, other = (clinic.folder / name for name in ("replaced-20260601T070000Z", "replaced-20260801T070000Z-2", "replaced-zelf"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "desk.db").write_bytes(b"x")
    clinic.as_("beheerder").do(backups.back_up)
    assert not old.exists() and young.exists() and other.exists()


def test_another_clinic_never_takes_the_place(clinic, tmp_path):
    setup = ClinicSetup(clinic_name="Ander", display_name="B. Demo", username="beheerder", password=PASSWORD)
    create_clinic(tmp_path / "other", setup, clinic.around)
    other = FrontDoor(tmp_path / "other", clinic.around).sign_in("beheerder", PASSWORD)
    file = tmp_path / "vreemd.nmxbackup"
    other.do(backups.back_up, file)
    other.close()
    with pytest.raises(Conflict, match="another clinic"):
        clinic.as_("beheerder").do(restoring.propose_restore, file, REASON)
    clinic.close()
    before = files(clinic.folder)
    with pytest.raises(Conflict, match="another clinic"):
        restoring.restore_here(clinic.front, file, "beheerder", PASSWORD, restoring.Permit(reason="x"))
    assert files(clinic.folder) == before


def test_on_the_command_line_only_the_approved_backup_goes_in_place(clinic, backed_up, tmp_path):
    other = tmp_path / "ander.nmxbackup"
    clinic.as_("beheerder").do(backups.back_up, other)
    approved(clinic, backed_up[0])
    clinic.close()
    with pytest.raises(NotAllowed, match="in order"):
        restoring.restore_here(clinic.front, other, "beheerder", PASSWORD)
    restoring.restore_here(clinic.front, backed_up[0], "beheerder", PASSWORD)
    assert surnames(clinic) == ["Eerder"]


def test_a_file_that_was_mended_meanwhile_needs_two_people_again(clinic, backed_up):
    clinic.close()
    door, database = clinic.front, clinic.folder / "desk.db"
    data = database.read_bytes()
    database.write_bytes(data[:40_000])
    with pytest.raises(DeskError):
        door.sign_in("beheerder", PASSWORD)
    assert door.trouble()
    database.write_bytes(data)
    door.sign_in("receptie", PASSWORD).close()
    assert door.trouble() == ""
    with pytest.raises(NotAllowed, match="in order"):
        restoring.restore_here(door, backed_up[0], "beheerder", PASSWORD)


def test_who_was_blocked_since_stays_blocked(clinic, backed_up):
    blocked = clinic.as_("receptie").user.id
    clinic.as_("beheerder").do(people.block_user, blocked)
    permit = approved(clinic, backed_up[0])
    clinic.close()
    restoring.restore_here(clinic.front, backed_up[0], "beheerder", PASSWORD, permit)
    with pytest.raises(NotAllowed, match="blocked"):
        clinic.as_("receptie")
    assert clinic.as_("manager").do(log.verify_log).ok


def test_a_practice_of_one_decides_in_two_dated_steps(tmp_path, clinic):
    setup = ClinicSetup(clinic_name="Een", display_name="B. Demo", username="alleen", password=PASSWORD)
    create_clinic(tmp_path / "one", setup, clinic.around)
    door = FrontDoor(tmp_path / "one", clinic.around)
    desk = door.sign_in("alleen", PASSWORD)
    file = tmp_path / "een.nmxbackup"
    made = desk.do(backups.back_up, file)
    proposal = desk.do(restoring.propose_restore, file, REASON)
    with pytest.raises(Conflict, match="not been approved"):
        desk.do(restoring.permit_of, proposal.id)
    assert desk.do(proposals.approve_proposal, proposal.id).alone
    permit = desk.do(restoring.permit_of, proposal.id)
    desk.close()
    assert restoring.restore_here(door, file, "alleen", PASSWORD, permit).size > made.size
    desk = door.sign_in("alleen", PASSWORD)
    assert desk.rescue == "" and desk.do(log.verify_log).ok
    desk.close()
