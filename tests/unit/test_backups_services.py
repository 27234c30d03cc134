"""Backups at the door: on schedule, in two places, tried without touching the clinic, and held against its log."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.domain import backups as schedule
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.services import backups, clients, log, rescue
from nmx_desk.services.desk import Progress
from nmx_desk.services.keeping import backup_files, manifest_anchors
from nmx_desk.services.opening import ClinicSetup, FrontDoor, create_clinic, witness_path
from nmx_desk.vault.backup import backup_name, prune
from nmx_desk.vault.errors import BadBackup
from tests.clinic import MONDAY, PASSWORD, TestClinic

ZONE = "Europe/Amsterdam"


def contents(folder: Path):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "shm" not in path.name}


def client(desk, name, number):
    return desk.do(clients.create_client, Client(surname=name, phone=f"06000011{number:02}"))


# -- on schedule -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "minute", "hours", "expected"),
    [
        ("2026-09-14T07:00Z", 780, 24, "2026-09-13T11:00Z"),
        ("2026-09-14T11:00Z", 780, 24, "2026-09-14T11:00Z"),
        ("2026-09-14T10:59Z", 780, 24, "2026-09-13T11:00Z"),
        ("2026-09-14T07:00Z", 480, 3, "2026-09-14T06:00Z"),
        ("2026-09-14T05:59Z", 480, 3, "2026-09-14T03:00Z"),
        ("2026-10-25T12:30Z", 780, 24, "2026-10-25T12:00Z"),  # the clock went back that night
        ("2026-03-29T11:30Z", 780, 24, "2026-03-29T11:00Z"),  # and forward that one
    ],
)
def test_the_last_scheduled_moment(now, minute, hours, expected):
    at = datetime.fromisoformat(now.replace("Z", ":00+00:00"))
    assert schedule.scheduled(at, ZONE, minute, hours) == datetime.fromisoformat(expected.replace("Z", ":00+00:00"))


@given(
    now=st.integers(0, 730 * 1440).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    minute=st.integers(0, 1439),
    hours=st.sampled_from(schedule.INTERVALS),
)
def test_a_scheduled_moment_is_never_ahead_nor_longer_ago_than_its_interval(now, minute, hours):
    at = schedule.scheduled(now, ZONE, minute, hours)
    assert now - timedelta(hours=hours + 1) <= at <= now  # an hour more on the night the clock is put back
    assert schedule.is_due(None, now, ZONE, minute, hours)
    assert not schedule.is_due(now, now, ZONE, minute, hours)
    assert schedule.is_due(at - timedelta(seconds=1), now, ZONE, minute, hours)
    assert schedule.is_due(now + timedelta(days=300), now, ZONE, minute, hours)  # made under a wrong clock


def test_whoever_is_signed_in_makes_the_missed_backup(clinic):
    desk = clinic.as_("receptie")
    assert desk.do(backups.backup_due)
    made = desk.do(backups.back_up_on_schedule)
    assert Path(made.file).exists() and MONDAY <= made.created <= clinic.clock.moment
    assert not desk.do(backups.backup_due) and desk.do(backups.back_up_on_schedule) is None
    clinic.clock.move(hours=4)  # one o'clock on the wall
    assert desk.do(backups.backup_due)
    desk.do(backups.back_up_on_schedule)
    clinic.clock.move(days=5)
    assert desk.do(backups.backup_due) and desk.do(backups.back_up_on_schedule)
    assert len(clinic.as_("manager").do(backups.backup_state).files) == 2  # the older of Monday's two was pruned
    assert desk.do(backups.last_backup) is not None
    with pytest.raises(NotAllowed):
        desk.do(backups.back_up)


def test_the_schedule_is_a_setting(clinic, tmp_path):
    manager = clinic.as_("manager")
    for minute, hours, second in ((1440, 24, ""), (-1, 24, ""), (780, 5, ""), (780, 24, str(tmp_path / "none")), (780, 24, "relatief")):
        with pytest.raises(UserError):
            manager.do(backups.change_schedule, minute, hours, second)
    with pytest.raises(UserError, match="outside"):
        manager.do(backups.change_schedule, 780, 24, str(clinic.folder))
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(backups.change_schedule, 780, 24)
    second = tmp_path / "schijf"
    second.mkdir()
    manager.do(backups.change_schedule, 60, 6, str(second))
    state = manager.do(backups.backup_state)
    assert (state.minute, state.hours, state.second) == (60, 6, str(second)) and clinic.verified().ok


def test_a_second_folder_gets_the_same_file(clinic, tmp_path):
    second = tmp_path / "schijf"
    second.mkdir()
    old = second / backup_name(MONDAY - timedelta(days=100))
    old.write_bytes(b"oud")
    clinic.as_("beheerder").do(backups.change_schedule, 780, 24, str(second))
    made = clinic.as_("beheerder").do(backups.back_up)
    assert Path(made.second).read_bytes() == Path(made.file).read_bytes() and not old.exists()
    second.rename(tmp_path / "weg")
    clinic.clock.move(days=1)
    with pytest.raises(EnvironmentProblem, match="not copied to"):
        clinic.as_("receptie").do(backups.back_up_on_schedule)
    assert not second.exists() and len(backup_files(clinic.folder / "backups")) == 2  # the first one stands


@settings(max_examples=60)
@given(ages=st.lists(st.integers(0, 24 * 130), min_size=1, max_size=80, unique=True))
def test_pruning_keeps_what_it_promises(tmp_path_factory, ages):
    folder, now = tmp_path_factory.mktemp("b"), datetime(2026, 9, 14, 12, tzinfo=UTC)
    times = sorted((now - timedelta(hours=age) for age in ages), reverse=True)
    for at in times:
        (folder / backup_name(at)).write_bytes(b"x")
    (folder / "met-de-hand.nmxbackup").write_bytes(b"x")
    removed = {path.name for path in prune(folder, now)}
    left = [at for at in times if backup_name(at) not in removed]
    young = [at for at in times if now - at <= timedelta(days=90)]
    assert all(now - at <= timedelta(days=90) for at in left)
    assert set(left) >= {at for at in young if now - at <= timedelta(days=1)}
    days, weeks = list(dict.fromkeys(at.date() for at in young)), list(dict.fromkeys(at.isocalendar()[:2] for at in young))
    assert {at.date() for at in left} >= set(days[:14])
    assert {at.isocalendar()[:2] for at in left} >= set(weeks[:8])
    assert len(left) <= 14 + 8 + sum(now - at <= timedelta(days=1) for at in young)
    assert (folder / "met-de-hand.nmxbackup").exists() and prune(folder, now) == []


# -- trying ------------------------------------------------------------------------------------------------------------------------------


def test_a_drill_proves_a_backup_and_leaves_nothing(clinic):
    admin = clinic.as_("beheerder")
    made = admin.do(backups.back_up)
    client(clinic.as_("receptie"), "Later", 1)
    assert clinic.as_("manager").do(backups.backup_state).tried is None
    before = contents(clinic.folder / "backups")
    live = (clinic.folder / "desk.db").read_bytes()
    seen = []
    proved = admin.do(backups.drill_backup, Path(made.file), progress=Progress(lambda done, total, text: seen.append((done, total))))
    assert (proved.size, proved.root) == (made.size, made.root) and seen[0] == (0, 4)
    assert contents(clinic.folder / "backups") == before and (clinic.folder / "desk.db").read_bytes() == live
    state = clinic.as_("manager").do(backups.backup_state)
    assert state.tried is not None and state.made < state.tried and clinic.verified().ok
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(backups.drill_backup, Path(made.file))


@pytest.mark.parametrize("at", [40, 4_000, 90_000])
def test_a_drill_refuses_a_damaged_backup(clinic, at):
    admin = clinic.as_("beheerder")
    file = Path(admin.do(backups.back_up).file)
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    with pytest.raises(BadBackup):
        admin.do(backups.drill_backup, file)
    assert list((clinic.folder / "backups").iterdir()) == [file]
    assert clinic.as_("manager").do(backups.backup_state).tried is None


def other_history(clinic, tmp_path):
    """A backup of the same clinic whose day went differently: an older copy was put back and gone on with, unseen."""
    clinic.close()
    folder = tmp_path / "copy"
    shutil.copytree(clinic.folder, folder)
    other = TestClinic(folder, clinic.clock)
    client(other.as_("receptie"), "Anders", 2)
    file = tmp_path / "anders.nmxbackup"
    other.as_("beheerder").do(backups.back_up, file)
    other.close()
    for seen in witness_path("x").parent.glob("*.json"):
        seen.unlink()
    return file


def test_a_drill_refuses_another_history(clinic, tmp_path):
    file = other_history(clinic, tmp_path)
    client(clinic.as_("receptie"), "Hier", 3)
    with pytest.raises(Conflict, match="not a beginning"):
        clinic.as_("beheerder").do(backups.drill_backup, file)


# -- as anchors --------------------------------------------------------------------------------------------------------------------------


def test_a_backup_is_an_anchor_that_the_finding_names(clinic, tmp_path):
    file = other_history(clinic, tmp_path)
    for number in range(4):
        client(clinic.as_("receptie"), "Hier", 10 + number)
    assert clinic.as_("manager").do(log.verify_log).ok
    (clinic.folder / "backups").mkdir(exist_ok=True)
    shutil.copy(file, clinic.folder / "backups" / file.name)
    found = clinic.as_("manager").do(log.verify_log)
    assert [finding.kind for finding in found.findings] == ["anchor"]
    assert found.finding_sentences()[0].startswith("anders.nmxbackup knows another or a longer log")
    assert not clinic.as_("manager").do(log.check_start).ok


def test_backups_of_another_clinic_and_damaged_ones_are_no_anchors(clinic, tmp_path):
    setup = ClinicSetup(clinic_name="Ander", display_name="B. Demo", username="beheerder", password=PASSWORD)
    create_clinic(tmp_path / "other", setup, clinic.around)
    other = FrontDoor(tmp_path / "other", clinic.around).sign_in("beheerder", PASSWORD)
    folder = clinic.folder / "backups"
    folder.mkdir()
    other.do(backups.back_up, folder / "vreemd.nmxbackup")
    other.close()
    (folder / "kapot.nmxbackup").write_bytes(b"PK")
    desk = clinic.as_("manager")
    assert desk.do(log.verify_log).ok
    kinds = {file.name: bool(file.problem) for file in desk.do(backups.backup_state).files}
    assert kinds == {"vreemd.nmxbackup": False, "kapot.nmxbackup": True}
    with pytest.raises(Conflict, match="another clinic"):
        clinic.as_("beheerder").do(backups.drill_backup, folder / "vreemd.nmxbackup")


def test_what_was_left_behind_knowingly_counts_no_more(clinic, tmp_path):
    """An older file is put back and the loss accepted: backups of what is lost are no findings, and a drill says what they are."""
    clinic.as_("receptie")
    clinic.close()
    older = tmp_path / "older"
    shutil.copytree(clinic.folder, older)
    client(clinic.as_("receptie"), "Weg", 1)
    clinic.clock.move(minutes=1)
    lost = clinic.as_("beheerder").do(backups.back_up)
    clinic.close()
    for name in ("desk.db", "desk.keys"):
        shutil.copy(older / name, clinic.folder / name)
    clinic.clock.move(minutes=10)
    desk = clinic.as_("manager")
    found = desk.do(log.verify_log)
    assert {finding.kind for finding in found.findings} == {"witness", "anchor"}
    rescue.accept_loss(desk, "De oude schijf is teruggezet.")
    assert desk.do(log.verify_log).ok
    for number in range(8):
        client(clinic.as_("receptie"), "Nieuw", 20 + number)
    assert desk.do(log.verify_log).ok
    kept = clinic.as_("beheerder").do(backups.back_up)
    with desk.database.reading():
        anchors = manifest_anchors(desk.database.reading_driver, clinic.folder / "backups")
    assert [anchor.name for anchor in anchors] == [Path(kept.file).name]
    with pytest.raises(Conflict, match="left it behind"):
        clinic.as_("beheerder").do(backups.drill_backup, Path(lost.file))
