"""Making, opening, migrating and restoring a clinic: interrupted, refused, wrong; and what is left of the keys afterwards."""

import gc
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback

import pytest

from nmx_desk.audit import witness
from nmx_desk.audit.signer import UserSigner
from nmx_desk.data import migrate
from nmx_desk.data.schema import SCHEMA
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, DeskError, EnvironmentProblem, NotAllowed
from nmx_desk.services import backups, clients, people
from nmx_desk.services.opening import ClinicSetup, FrontDoor, Surroundings, create_clinic, witness_path
from nmx_desk.vault.attempts import Attempts
from nmx_desk.vault.errors import DamagedDatabase, FolderInUse, ForeignFile, MissingDatabase, MissingKeyFile, ReadOnlyFolder, WrongPassword
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import CHEAP_KDF, Secrets
from tests.clinic import PASSWORD, TestClinic

SETUP = ClinicSetup(clinic_name="Proefpraktijk", display_name="B. Demo", username="beheerder", password=PASSWORD)
AROUND = Surroundings(kdf=CHEAP_KDF)
forks = pytest.mark.skipif(sys.platform == "win32", reason="forks")


def killed_after(seconds, deed):
    """Do it in a child and kill that; whether it was done before."""
    child = os.fork()
    if child == 0:
        try:
            deed()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == 0


# -- making ------------------------------------------------------------------------------------------------------------------------------


@forks
def test_a_clinic_killed_while_it_is_made_can_be_made_again(tmp_path):
    start = time.perf_counter()
    create_clinic(tmp_path / "timed", SETUP, AROUND)
    length, chance, whole, half = time.perf_counter() - start, random.Random(3), 0, 0
    for number in range(int(os.environ.get("NMX_EXAM_CREATIONS", "12"))):
        folder = tmp_path / f"c{number}"
        killed_after(chance.uniform(0.05, 1.1) * length, lambda folder=folder: create_clinic(folder, SETUP, AROUND))
        front = FrontDoor(folder, AROUND)
        if front.clinic_exists():
            whole += 1
        else:
            half += ClinicFolder(folder).marker.exists()
            with pytest.raises(MissingDatabase, match=r"interrupted|no clinic"):
                front.sign_in("beheerder", PASSWORD)
            front.create(SETUP)
        desk = front.sign_in("beheerder", PASSWORD)
        assert desk.clinic_name == "" or desk.do(people.read_clinic).name == "Proefpraktijk"
        desk.close()
    assert half


def test_a_half_made_clinic_says_so_and_gives_way(tmp_path):
    place = ClinicFolder(tmp_path / "c")
    place.path.mkdir()
    for path in (place.marker, place.database, place.keys):
        path.write_bytes(b"half")
    with pytest.raises(MissingDatabase, match="interrupted"):
        FrontDoor(place.path, AROUND).sign_in("beheerder", PASSWORD)
    create_clinic(place.path, SETUP, AROUND)
    assert not place.marker.exists() and place.is_clinic()


@pytest.mark.parametrize("left", ["desk.db", "desk.keys"])
def test_a_clinic_that_lost_a_file_is_never_made_over(clinic, left):
    for name in {"desk.db", "desk.keys"} - {left}:
        (clinic.folder / name).unlink()
    before = (clinic.folder / left).read_bytes()
    with pytest.raises(Conflict):
        create_clinic(clinic.folder, SETUP, AROUND)
    assert (clinic.folder / left).read_bytes() == before


def test_two_who_make_a_clinic_at_once_do_not_harm_each_other(tmp_path):
    place = ClinicFolder(tmp_path / "c")
    with place.making(), pytest.raises(FolderInUse):
        create_clinic(place.path, SETUP, AROUND)


def test_a_failure_while_making_leaves_the_folder_free(tmp_path, monkeypatch):
    place = ClinicFolder(tmp_path / "c")
    monkeypatch.setattr("nmx_desk.services.opening.seed_defaults", lambda _store: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        create_clinic(place.path, SETUP, AROUND)
    assert {path.name for path in place.path.iterdir()} <= {"desk.lock"}
    monkeypatch.undo()
    create_clinic(place.path, SETUP, AROUND)


# -- opening -----------------------------------------------------------------------------------------------------------------------------


def test_files_of_two_clinics_do_not_open(clinic, tmp_path):
    other = tmp_path / "other"
    create_clinic(other, SETUP, AROUND)
    shutil.copy(other / "desk.keys", clinic.folder / "desk.keys")
    with pytest.raises(ForeignFile, match="belongs to another clinic"):
        clinic.front.sign_in("beheerder", PASSWORD)


@pytest.mark.parametrize("kept", [0, 15, 4096, 40_000])
def test_a_cut_off_database_is_told_and_left(clinic, kept):
    path = clinic.folder / "desk.db"
    data = path.read_bytes()[:kept]
    path.write_bytes(data)
    with pytest.raises((DamagedDatabase, ForeignFile)) as error:
        clinic.front.sign_in("beheerder", PASSWORD)
    assert "backup" in error.value.message and path.read_bytes() == data


def test_a_database_without_its_revision_is_refused(clinic):
    desk = clinic.as_("beheerder")
    desk.database.driver.execute("DELETE FROM alembic_version")
    clinic.close()
    with pytest.raises(EnvironmentProblem, match="no clinic of this program"):
        clinic.as_("beheerder")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(clinic):
    clinic.folder.chmod(0o500)
    try:
        with pytest.raises(ReadOnlyFolder):
            clinic.front.sign_in("beheerder", PASSWORD)
    finally:
        clinic.folder.chmod(0o700)


def test_missing_files_are_named(clinic):
    (clinic.folder / "desk.keys").unlink()
    with pytest.raises(MissingKeyFile, match=r"desk\.keys"):
        clinic.front.sign_in("beheerder", PASSWORD)


def test_a_blocked_user_with_the_right_password_is_noticed(clinic):
    blocked = clinic.as_("receptie").user.id
    clinic.as_("beheerder").do(people.block_user, blocked)
    clinic.close()
    with pytest.raises(NotAllowed, match="blocked"):
        clinic.front.sign_in("receptie", PASSWORD)
    assert [attempt.user_id for attempt in Attempts(clinic.front.place.attempts).pending()] == [blocked]


def secrets_left():
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, Secrets | UserSigner)]


@pytest.mark.parametrize("written", ["Jan de Vries, prostaat", "a\0b", "\ud800", "x" * 64])
def test_what_a_stranger_wrote_in_the_side_file_neither_stops_a_sign_in_nor_enters_the_log(clinic, written):
    lines = [json.dumps({"at": "2026-09-13T12:00:00+00:00", "user": user}) for user in (written, clinic.as_("manager").user.id)]
    clinic.front.place.attempts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    desk = clinic.as_("receptie")
    with desk.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT obj_id FROM audit_log WHERE obj_type = 'login_failed' ORDER BY seq").scalars().all()
    assert found == ["unknown", clinic.as_("manager").user.id]
    assert clinic.verified().ok


def test_a_closed_desk_holds_no_key(clinic):
    before = len(secrets_left())
    desk = clinic.front.sign_in("receptie", PASSWORD)
    held = {desk.secrets.db_key.hex(), desk.secrets.seed.hex(), repr(desk.secrets.db_key), repr(desk.secrets.seed)}
    shown = repr(desk) + repr(desk.secrets) + repr(vars(desk)) + repr(vars(desk.database))
    assert not any(key in shown for key in held)
    desk.close()
    assert len(secrets_left()) == before
    for use in (desk.database.writing, desk.database.reading, desk.database.aside):
        with pytest.raises(NotAllowed, match="locked"), use():
            pass
    desk.close()


def test_an_error_carries_neither_key_nor_values(clinic):
    desk = clinic.as_("receptie")
    key = desk.secrets.db_key.hex()
    with desk.database.reading() as connection, pytest.raises(Exception, match="no such function") as error:
        connection.exec_driver_sql("UPDATE clinic SET name = ?", (repr(4711 * 4711),))
    text = "".join(traceback.format_exception(error.value))
    assert "22193521" not in text and key not in text


# -- migrating ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def older(clinic, tmp_path, monkeypatch):
    """The clinic as one of an older program: the real schema has another name, this program's adds nothing to it."""
    folder = tmp_path / "db"
    shutil.copytree(migrate.migrations_dir(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    real = next((folder / "versions").glob(f"{SCHEMA}_*.py"))
    before = real.read_text("utf-8").replace(f'revision = "{SCHEMA}"', 'revision = "0001a"', 1)
    (folder / "versions" / "0001a_before.py").write_text(before, "utf-8")
    real.unlink()
    newest = folder / "versions" / f"{SCHEMA}_extra.py"
    newest.write_text(f'"""Nothing."""\nrevision = "{SCHEMA}"\ndown_revision = "0001a"\n\n\ndef upgrade():\n    pass\n', "utf-8")
    monkeypatch.setattr(migrate, "migrations_dir", lambda: folder)
    clinic.as_("beheerder").database.driver.execute("UPDATE alembic_version SET version_num = '0001a'")
    clinic.close()
    return newest


def test_an_older_clinic_is_migrated_after_a_backup(clinic, older):
    desk = clinic.as_("receptie")
    with desk.database.reading() as connection:
        assert migrate.revision(desk.database.reading_driver) == SCHEMA
        assert connection.exec_driver_sql("SELECT count(*) FROM audit_log WHERE code = 'MIGRATE'").scalar_one() == 2
    assert len(list((clinic.folder / "backups").iterdir())) == 1
    assert clinic.verified().ok


def test_nobody_signs_in_while_a_migration_runs(clinic, older):
    place = ClinicFolder(clinic.folder)
    with place.exclusive(), pytest.raises(FolderInUse, match="updating or restoring"):
        clinic.as_("receptie")


def test_no_migration_while_somebody_has_it_open(clinic, older):
    place, before = ClinicFolder(clinic.folder), (clinic.folder / "desk.db").read_bytes()
    lock = place.shared()
    try:
        with pytest.raises(FolderInUse, match="Close it everywhere"):
            clinic.as_("receptie")
    finally:
        lock.release()
    assert (clinic.folder / "desk.db").read_bytes() == before
    assert clinic.as_("receptie").do(people.list_people)


def test_a_migration_that_fails_leaves_the_file_as_it_was(clinic, older):
    good = older.read_text("utf-8")
    older.write_text(good.replace("    pass", '    from alembic import op\n    op.execute("DROP TABLE closure")\n    1 / 0'), "utf-8")
    with pytest.raises(ZeroDivisionError):
        clinic.as_("receptie")
    older.write_text(good, "utf-8")
    assert clinic.as_("receptie").do(people.list_people)
    assert clinic.verified().ok


# -- restoring ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def backed_up(clinic, tmp_path):
    """A backup, and later work that it does not have."""
    desk = clinic.as_("beheerder")
    file = tmp_path / "een.nmxbackup"
    made = desk.do(backups.back_up, file)
    clinic.as_("receptie").do(clients.create_client, Client(surname="Later", phone="0600001111"))
    head = witness.load(witness_path(desk.db_uuid))
    clinic.close()
    return file, made, head


def test_a_restored_clinic_names_the_head_it_leaves_behind(clinic, backed_up, tmp_path):
    file, made, head = backed_up
    size = backups.restore(file, tmp_path / "restored", "manager", PASSWORD, clinic.around).size
    restored = TestClinic(tmp_path / "restored", clinic.clock)
    desk = restored.as_("manager")
    assert desk.rescue == "" and size == made.size + 2
    with desk.database.reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT field, new FROM audit_log_value v JOIN audit_log e USING (seq) WHERE e.code = 'RESTORE' ORDER BY ord"
        ).all()
    assert [tuple(row) for row in found] == [("restored", f"{made.size} {made.root}"), ("abandoned", f"{head.size} {head.root}")]
    assert restored.verified().ok
    restored.close()
    assert clinic.as_("manager").rescue  # the one that was left behind is not gone on with unseen


def test_restoring_over_something_is_refused(clinic, backed_up):
    before = (clinic.folder / "desk.db").read_bytes()
    with pytest.raises(Conflict, match="not empty"):
        backups.restore(backed_up[0], clinic.folder, "manager", PASSWORD, clinic.around)
    assert (clinic.folder / "desk.db").read_bytes() == before


@pytest.mark.parametrize("existed", [False, True])
def test_restoring_with_a_wrong_password_leaves_nothing(clinic, backed_up, tmp_path, existed):
    target = tmp_path / "restored"
    if existed:
        target.mkdir()
    with pytest.raises(WrongPassword):
        backups.restore(backed_up[0], target, "manager", "not this one at all", clinic.around)
    assert target.exists() == existed and not list(tmp_path.glob(".nmx-*"))
    assert clinic.as_("manager").rescue == ""


@forks
def test_a_restore_that_is_killed_leaves_no_half_folder(clinic, backed_up, tmp_path):
    file, _, _ = backed_up
    start = time.perf_counter()
    backups.restore(file, tmp_path / "timed", "manager", PASSWORD, Surroundings(kdf=CHEAP_KDF, clock=clinic.clock, witness=False))
    length, chance, none = time.perf_counter() - start, random.Random(5), 0
    for number in range(int(os.environ.get("NMX_EXAM_RESTORES", "8"))):
        target = tmp_path / f"r{number}"
        killed_after(chance.uniform(0, 1.1) * length, lambda to=target: backups.restore(file, to, "manager", PASSWORD, clinic.around))
        if not target.exists():
            none += 1
            continue
        restored = TestClinic(target, clinic.clock)
        with restored.as_("manager").database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM audit_log WHERE code = 'RESTORE'").scalar_one() == 1
        restored.close()
    assert none


def test_every_refusal_is_a_sentence(clinic, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DeskError, match="no clinic in the folder"):
        FrontDoor(tmp_path / "empty", AROUND).sign_in("x", "y")


def test_two_backups_in_one_second_are_two_files(clinic):
    desk = clinic.as_("beheerder")
    now = desk.now()
    desk.now = lambda: now
    assert desk.do(backups.back_up).file != desk.do(backups.back_up).file
