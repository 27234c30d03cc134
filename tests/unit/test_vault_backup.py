"""Backups of a real encrypted clinic: made while others write, verified, never half; unpacked completely or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nmx_desk.domain.errors import Cancelled, Conflict, EnvironmentProblem
from nmx_desk.vault import backup as backups
from nmx_desk.vault.backup import backup, backup_name, prune, read_manifest, unpack
from nmx_desk.vault.errors import BadBackup, DamagedDatabase
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import CHEAP_KDF, KeyFile, Secrets, new_key
from nmx_desk.vault.sqlcipher import connect, full_check

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SENTINEL = "Zeldzame-Naam-8f3a91"
KEY = new_key()


def head_of(copy: Path, key: bytes) -> dict[str, object]:
    """Stands for the log's verification: here the number of rows."""
    connection = connect(copy, key, read_only=True)
    try:
        return {"size": connection.execute("SELECT count(*) FROM client").fetchone()[0], "root": "ab" * 32}
    finally:
        connection.close()


def make(folder: ClinicFolder, out: Path, **options):
    return backup(folder, KEY, out, **{"now": NOW, "app_version": "0.1", "schema_revision": "0001", "verify": head_of, **options})


@pytest.fixture
def folder(tmp_path: Path) -> ClinicFolder:
    folder = ClinicFolder(tmp_path / "clinic")
    folder.make()
    keys = KeyFile.create(folder.keys, "db-1", kdf=CHEAP_KDF)
    keys.add_user_slot("u1", "manager", "vier losse woorden", Secrets(KEY, new_key(), "u1", "manager"))
    keys.save()
    connection = connect(folder.database, KEY, create=True)
    connection.execute("CREATE TABLE client (id INTEGER PRIMARY KEY, name TEXT)")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO client (name) VALUES (?)", [(f"{SENTINEL} {i} " + "x" * 2000,) for i in range(1000)])
    connection.execute("COMMIT")
    connection.close()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick" / "kliniek.nmxbackup"


def nothing_left(folder: ClinicFolder, out: Path) -> None:
    assert list(out.parent.iterdir()) == []
    assert not folder.backups.exists() or list(folder.backups.iterdir()) == []


def test_there_and_back(folder, out, tmp_path):
    seen = []
    manifest = make(folder, out, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0
    assert read_manifest(out) == manifest
    assert (manifest.created, manifest.app_version, manifest.schema_revision, manifest.head["size"]) == (NOW, "0.1", "0001", 1000)
    assert list(folder.backups.iterdir()) == []
    assert SENTINEL.encode() not in out.read_bytes()
    into = tmp_path / "new" / "clinic"
    assert unpack(out, into) == manifest
    assert sorted(path.name for path in into.iterdir()) == ["desk.db", "desk.keys"]
    restored = ClinicFolder(into)
    secrets = KeyFile.load(restored.keys).open_slot("manager", "vier losse woorden")
    connection = connect(restored.database, secrets.db_key)
    assert connection.execute("SELECT count(*) FROM client WHERE name LIKE ?", (SENTINEL + "%",)).fetchone() == (1000,)
    assert full_check(connection) == []
    connection.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_private(folder, out, tmp_path):
    make(folder, out)
    unpack(out, tmp_path / "new")
    assert out.stat().st_mode & 0o77 == 0
    assert {path.stat().st_mode & 0o77 for path in (tmp_path / "new", *(tmp_path / "new").iterdir())} == {0}


def test_while_others_write(folder, out, monkeypatch):
    monkeypatch.setattr(backups, "_STEP_PAGES", 20)
    writer = connect(folder.database, KEY)
    written = []

    def write(_done: int, _total: int) -> None:  # between any two steps of the copy
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO client (name) VALUES ('later')")
        writer.execute("COMMIT")
        written.append(1)

    manifest = make(folder, out, progress=write)
    writer.close()
    assert len(written) > 20
    assert manifest.head["size"] == 1000, "one consistent state, the one at the start"


def test_a_writing_thread_is_not_kept_waiting(folder, out):
    stop, slowest = threading.Event(), []

    def work() -> None:
        connection = connect(folder.database, KEY)
        while not stop.is_set():
            connection.execute("UPDATE client SET name = name || 'y' WHERE id = 1")
            slowest.append(1)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        make(folder, out)
    finally:
        stop.set()
        thread.join()
    assert slowest


def test_existing_file_stays(folder, out):
    out.write_bytes(b"mine")
    with pytest.raises(Conflict):
        make(folder, out)
    assert out.read_bytes() == b"mine"


def test_cancel_leaves_nothing(folder, out, monkeypatch):
    monkeypatch.setattr(backups, "_STEP_PAGES", 20)
    for after in (1, 5):
        asked = []
        with pytest.raises(Cancelled):
            make(folder, out, cancelled=lambda asked=asked, after=after: asked.append(1) or len(asked) > after)
        nothing_left(folder, out)


def test_findings_of_the_log_stop_it(folder, out):
    def wrong(_copy: Path, _key: bytes) -> dict[str, object]:
        raise DamagedDatabase("entry 7 was changed")

    with pytest.raises(DamagedDatabase, match="entry 7"):
        make(folder, out, verify=wrong)
    nothing_left(folder, out)


def test_a_damaged_database_gives_no_backup(folder, out):
    data = bytearray(folder.database.read_bytes())
    data[len(data) // 2] ^= 1
    folder.database.write_bytes(data)
    with pytest.raises(EnvironmentProblem):
        make(folder, out)
    nothing_left(folder, out)


def test_missing_disk(folder, tmp_path):
    with pytest.raises(EnvironmentProblem, match="No such file"):
        make(folder, tmp_path / "gone" / "x.nmxbackup")


def test_too_little_room_is_said_before(folder, out, monkeypatch):
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(EnvironmentProblem, match="MB free"):
        make(folder, out)
    nothing_left(folder, out)


CHILD = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from nmx_desk.vault import backup, files
from nmx_desk.vault.folder import ClinicFolder
clinic, out, how = ClinicFolder(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[4]
if how == "kill":
    Path.replace = lambda *_: os._exit(9)
elif how == "unpack":
    Path.rename = lambda *_: os._exit(9)
    backup.unpack(out, Path(sys.argv[5]))
elif how.startswith("limit"):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(how[5:]), int(how[5:])))
try:
    key, about = bytes.fromhex(sys.stdin.read()), {"app_version": "1", "schema_revision": "1"}
    backup.backup(clinic, key, out, now=datetime.now(UTC), **about, verify=lambda *_: {})
except Exception as error:
    print(type(error).__name__, error)
"""


def child(folder: ClinicFolder, out: Path, how: str, into: Path = Path()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(folder.path), str(out), "-", how, str(into)]
    return subprocess.run(command, input=KEY.hex(), capture_output=True, text=True, check=False)


def test_kill_before_the_rename_leaves_no_backup_that_looks_whole(folder, out):
    assert child(folder, out, "kill").returncode == 9
    assert not out.exists()
    assert [path.suffix for path in out.parent.iterdir()] == [".part"]
    later = datetime.now(UTC) + timedelta(days=2)
    make(folder, out, now=later)
    assert list(out.parent.iterdir()) == [out], "remains are swept"
    assert prune(folder.backups, later) == []
    assert list(folder.backups.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX limits")
@pytest.mark.parametrize("limit", [50_000, 1_000_000, 2_500_000])
def test_a_write_that_fails_leaves_nothing(folder, out, limit):
    found = child(folder, out, f"limit{limit}")
    assert found.stdout.startswith("EnvironmentProblem"), found
    nothing_left(folder, out)


# ---- unpacking


@pytest.fixture
def made(folder, out) -> Path:
    make(folder, out)
    return out


def refused(file: Path, into: Path) -> None:
    with pytest.raises(BadBackup) as error:
        unpack(file, into)
    assert error.value.message
    assert not into.exists()
    assert not [path for path in into.parent.iterdir() if path.name.endswith(".part") or path.name.startswith(".nmx")]


def test_into_an_empty_folder_but_never_a_full_one(made, tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    (into / "mine").touch()
    with pytest.raises(Conflict):
        unpack(made, into)
    assert [path.name for path in into.iterdir()] == ["mine"]
    (into / "mine").unlink()
    unpack(made, into)
    assert (into / "desk.db").exists()


def test_into_a_file(made, tmp_path):
    (tmp_path / "into").touch()
    with pytest.raises(Conflict):
        unpack(made, tmp_path / "into")


def test_truncated_anywhere(made, tmp_path):
    data = made.read_bytes()
    for part in range(0, len(data), len(data) // 25):
        made.write_bytes(data[:part])
        refused(made, tmp_path / "into")
    made.write_bytes(data[:-1])
    refused(made, tmp_path / "into")


@pytest.mark.parametrize("place", [0.05, 0.3, 0.5, 0.7, 0.9])
def test_flipped_bytes_in_the_database(made, tmp_path, place):
    data = bytearray(made.read_bytes())
    data[int(len(data) * place)] ^= 0x10
    made.write_bytes(data)
    refused(made, tmp_path / "into")


def rewritten(made: Path, change) -> None:
    """The same archive after ``change(members)``, with sums of the archive itself right again."""
    with zipfile.ZipFile(made) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_changed_database_with_right_archive_sums(made, tmp_path):
    rewritten(made, lambda members: members.update({"desk.db": members["desk.db"][:-1] + b"x"}))
    refused(made, tmp_path / "into")


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "desk.db/../../evil", "desk.db2", "..\\evil"])
def test_names_that_lead_elsewhere(made, tmp_path, name):
    rewritten(made, lambda members: members.update({name: b"evil"}))
    refused(made, tmp_path / "into")
    rewritten(made, lambda members: members.pop("desk.db"))
    refused(made, tmp_path / "into")


@pytest.mark.parametrize("field", ["format", "files", "created", "head"])
def test_odd_manifests(made, tmp_path, field):
    good = read_manifest(made)
    for value in (None, 2, "x", [], {}):
        if field == "head" and value == {}:
            continue
        raw = json.loads(good.to_json())
        raw[field] = value
        if field == "head" and value == []:
            continue  # as good as an empty object
        rewritten(made, lambda members, raw=raw: members.update({"manifest.json": json.dumps(raw).encode()}))
        refused(made, tmp_path / "into")


def test_longer_than_announced(made, tmp_path):
    raw = json.loads(read_manifest(made).to_json())
    raw["files"]["desk.db"]["size"] = 4096
    rewritten(made, lambda members: members.update({"manifest.json": json.dumps(raw).encode()}))
    refused(made, tmp_path / "into")


def test_compressed_members_are_not_ours(made, tmp_path):
    with zipfile.ZipFile(made) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    refused(made, tmp_path / "into")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"SQLite format 3\0", os.urandom(5000)])
def test_not_a_backup(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    refused(tmp_path / "x", tmp_path / "into")
    refused(tmp_path / "nothing", tmp_path / "into")


def test_kill_before_the_folder_is_renamed_leaves_it_untouched(folder, made, tmp_path):
    into = tmp_path / "into"
    assert child(folder, made, "unpack", into).returncode == 9
    assert not into.exists()
    unpack(made, into)
    assert (into / "desk.keys").exists()


# ---- pruning


def test_prune_keeps_days_weeks_and_nothing_old(tmp_path):
    for day in range(120):
        for hour in (0, 6):
            (tmp_path / backup_name(NOW - timedelta(days=day, hours=hour))).touch()
    (tmp_path / "my own copy.nmxbackup").touch()
    (tmp_path / "nmx-desk-99999999T999999Z.nmxbackup").touch()
    removed = prune(tmp_path, NOW)
    left = sorted(path.name for path in tmp_path.iterdir())
    ours = [
        datetime.strptime(name, "nmx-desk-%Y%m%dT%H%M%SZ.nmxbackup").replace(tzinfo=UTC) for name in left if name.startswith("nmx-desk-2")
    ]
    assert len(removed) + len(ours) == 240
    assert {"my own copy.nmxbackup", "nmx-desk-99999999T999999Z.nmxbackup"} <= set(left)
    assert len({at.date() for at in ours if at > NOW - timedelta(days=14)}) == 14
    assert len({at.isocalendar()[:2] for at in ours}) == 8
    assert 18 <= len(ours) <= 24
    assert min(ours) > NOW - timedelta(days=60)
    assert prune(tmp_path, NOW) == []


def test_prune_removes_the_last_one_too_when_it_is_older_than_90_days(tmp_path):
    old, edge = tmp_path / backup_name(NOW - timedelta(days=90, seconds=1)), tmp_path / backup_name(NOW - timedelta(days=90))
    old.touch()
    edge.touch()
    assert prune(tmp_path, NOW) == [old]
    assert edge.exists()
    assert prune(tmp_path / "nowhere", NOW) == []
