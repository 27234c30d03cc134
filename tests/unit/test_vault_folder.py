"""Passwords, failed sign-ins, locks and folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import Conflict, EnvironmentProblem, UserError
from nmx_desk.vault import passwords, state
from nmx_desk.vault.attempts import DELAYS, UNKNOWN, Attempts
from nmx_desk.vault.errors import FolderInUse, MissingDatabase, MissingKeyFile, TooSoon
from nmx_desk.vault.folder import ClinicFolder

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# ---- passwords


@pytest.mark.parametrize(
    "password",
    [
        "Welkom2026!!", "W3lk0m2026!!!", "Wachtwoord123!", "wachtwoord-2025", "P@ssw0rd2026!!", "qwertyuiop123", "azertyuiop!!!",
        "123456789012",
        "098765432109", "aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijkl", "zomer2026zomer", "geheim-geheim", "Welkom Welkom!",
        "demo-kliniek-2026", "            ", "!!!!????!!!!", "qazwsxedc2024", "Kliniek12345!",
    ],
)  # fmt: skip
def test_guessable_passwords_are_refused(password):
    with pytest.raises(UserError) as error:
        passwords.check(password)
    assert error.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        "correct paard batterij",
        "fietsen in de regen",
        "kaas komkommer lamp",
        "x7#Kq!vTz9@Lm",
        "éénhoorn-wolk-tuin",
        "密码密码测试用的长短语一二三",
    ],
)
def test_good_passwords_are_accepted_without_rules_of_composition(password):
    passwords.check(password, username="receptie", clinic="Praktijk De Linde")


@pytest.mark.parametrize(("length", "good"), [(11, False), (12, True), (128, True), (129, False)])
def test_length(length, good):
    password = ("kaasvlagregendoosuitpaniekmetfluwelenhoedjesopdezevreemdeochtendvolwind" * 2)[:length]
    if good:
        passwords.check(password)
    else:
        with pytest.raises(UserError):
            passwords.check(password)


@pytest.mark.parametrize("password", ["mijn Receptie tuin", "r-e-ceptie vuurtoren", "vuurtoren van linde", "vuur delinde toren"])
def test_names_everyone_knows_are_refused(password):
    with pytest.raises(UserError, match="clinic"):
        passwords.check(password, username="receptie", clinic="De Linde")


def test_demo_password_for_a_demo_clinic_only():
    passwords.check(passwords.DEMO_PASSWORD, username="receptie", clinic="Demo Kliniek", demo=True)
    with pytest.raises(UserError):
        passwords.check(passwords.DEMO_PASSWORD)
    with pytest.raises(UserError):
        passwords.check("welkom2026!!", demo=True)


@given(st.text(max_size=200), st.text(max_size=20), st.text(max_size=30))
def test_any_text_is_accepted_or_refused_with_a_sentence(password, username, clinic):
    try:
        passwords.check(password, username=username, clinic=clinic)
    except UserError as error:
        assert error.message  # noqa: PT017  (both ways are right)


# ---- failed sign-ins


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    return Attempts(tmp_path / "desk.attempts")


def test_delay_grows_and_ends_with_a_success(attempts):
    for failures, expected in enumerate([*DELAYS, 60, 60]):
        if expected:
            with pytest.raises(TooSoon) as error:
                attempts.check_delay(NOW)
            assert error.value.seconds == expected, failures
            attempts.check_delay(NOW + timedelta(seconds=expected))
        else:
            attempts.check_delay(NOW)
        attempts.record(NOW, "u1")
    assert len(attempts.drain()) == len(DELAYS) + 2
    attempts.check_delay(NOW)
    assert attempts.drain() == []
    assert not attempts.path.exists()


def test_it_knows_who_but_never_what_was_typed(attempts):
    attempts.record(NOW, "u1")
    attempts.record(NOW + timedelta(seconds=1), None)
    assert [(a.at, a.user_id) for a in attempts.pending()] == [(NOW, "u1"), (NOW + timedelta(seconds=1), UNKNOWN)]
    assert [set(json.loads(line)) for line in attempts.path.read_text().splitlines()] == [{"at", "user"}] * 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 1000,
        b"[]\n{}\nnull\n",
        b'{"at": "2026", "user": "u"}\n',
        b'{"at": 1, "user": 2}\n',
        os.urandom(5000),
        b"[" * 100_000,
        b'{"at": "2026-0',
        b'{"at": "0001-01-01T00:00:00+14:00", "user": "u"}\n{"at": "9999-12-31T23:59:59-14:00", "user": "u"}\n',
    ],
)
def test_a_broken_side_file_never_blocks_a_sign_in(attempts, data):
    attempts.path.write_bytes(data)
    attempts.check_delay(NOW)
    attempts.record(NOW, "u1")
    assert [a.user_id for a in attempts.pending()] == ["u1"]
    assert len(attempts.drain()) == 1


def test_a_folder_in_its_place_never_blocks_a_sign_in(attempts):
    attempts.path.mkdir()
    attempts.check_delay(NOW)
    attempts.record(NOW, "u1")
    assert attempts.drain() == []


def test_a_clock_put_back_locks_nobody_out(attempts):
    for _ in range(20):
        attempts.record(NOW + timedelta(days=400), "u1")
    attempts.check_delay(NOW)


def test_it_does_not_grow_without_end(attempts):
    attempts.path.write_bytes(b"x" * 300_000)
    attempts.record(NOW, "u1")
    assert attempts.path.stat().st_size == 300_000


# ---- folder and locks


@pytest.fixture
def folder(tmp_path: Path) -> ClinicFolder:
    return ClinicFolder(tmp_path / "Kliniek ë" / "a")


def test_check_names_what_is_missing(folder):
    with pytest.raises(MissingDatabase, match="no clinic"):
        folder.check()
    folder.make()
    with pytest.raises(MissingDatabase, match="no clinic"):
        folder.check()
    folder.keys.touch()
    with pytest.raises(MissingDatabase, match=r"desk\.db is missing"):
        folder.check()
    folder.database.touch()
    folder.check()
    folder.keys.unlink()
    with pytest.raises(MissingKeyFile):
        folder.check()
    with pytest.raises(Conflict):
        folder.make()


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(EnvironmentProblem):
        ClinicFolder(tmp_path / "x").make()
    with pytest.raises(MissingDatabase):
        ClinicFolder(tmp_path / "x").check()


def test_many_share_or_one_excludes(folder):
    folder.make()
    with folder.shared(), folder.shared(), pytest.raises(FolderInUse, match="another window"):
        folder.exclusive()
    with folder.exclusive():
        with pytest.raises(FolderInUse, match="updating or restoring"):
            folder.shared()
        with pytest.raises(FolderInUse):
            folder.exclusive()
    lock = folder.exclusive()
    lock.release()
    lock.release()
    folder.shared().release()


HOLDER = """
import sys, time
from pathlib import Path
from nmx_desk.vault.folder import ClinicFolder
lock = ClinicFolder(Path(sys.argv[1])).exclusive()
print("held", flush=True)
time.sleep(60)
"""


def test_a_killed_program_holds_nothing(folder):
    folder.make()
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(folder.path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FolderInUse):
            folder.shared()
        holder.kill()
    folder.exclusive().release()


def test_state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NMX_STATE_DIR", str(tmp_path / "a" / "b"))
    assert state.state_dir() == tmp_path / "a" / "b"
    assert state.state_dir().is_dir()
    (tmp_path / "file").touch()
    monkeypatch.setenv("NMX_STATE_DIR", str(tmp_path / "file"))
    with pytest.raises(EnvironmentProblem, match="NMX_STATE_DIR"):
        state.state_dir()
    monkeypatch.delenv("NMX_STATE_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert state.state_dir() == tmp_path / "xdg" / "nmx-desk"
