"""Key material stands nowhere but where it belongs: looked for as bytes, hex, base64 and base32 in everything the program leaves behind.

Sentinels: the database key, a signing seed, the password, the recovery key, the secret of two-step sign-in, a one-time code.
"""

import base64
import gc
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyotp
import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.people import Role
from nmx_desk.services import account, backups, clients, keys, people
from nmx_desk.services import log as log_services
from nmx_desk.ui.errors import report_text
from nmx_desk.vault import codes, onetime
from nmx_desk.vault.errors import WrongPassword
from nmx_desk.vault.keyfile import Secrets
from tests.clinic import PASSWORD

NEW = "negen stille kamelen lopen"
WRONG = "verkeerd getypt wachtwoord"


def forms(name, secret):
    """A secret in every form somebody may have written it in."""
    raw = secret if isinstance(secret, bytes) else secret.encode()
    plain = base64.b64encode(raw).rstrip(b"=")
    b32 = base64.b32encode(raw).rstrip(b"=")
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), plain, plain.replace(b"+", b"-").replace(b"/", b"_"), b32, b32.lower()}
    if isinstance(secret, str):
        found |= {secret.replace("-", "").encode(), secret.replace("-", "").lower().encode(), secret.encode("utf-16-le")}
    return [(name, form) for form in found]


def within(sentinels, data):
    return sorted({name for name, form in sentinels if form in data})


def lived(clinic):
    """A day in which every secret is made and used; returns the sentinels."""
    admin, reception = clinic.as_("beheerder"), clinic.as_("receptie")
    reception.do(clients.create_client, Client(surname="Meer", phone="0600112233"))
    recovery = keys.fresh_recovery_code()
    admin.do(keys.renew_recovery, recovery)
    code = admin.do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,))
    clinic.approve()
    secret = reception.do(account.two_step_setup).secret.replace(" ", "")
    typed = pyotp.TOTP(secret).at(clinic.clock())
    reception.do(account.turn_on_two_step, typed)
    reception.do(account.change_password, PASSWORD, NEW)
    for attempt in (lambda: reception.do(account.change_password, WRONG, NEW), lambda: clinic.front.sign_in("manager", WRONG)):
        with pytest.raises(DeskError):
            attempt()
    old = admin.secrets.db_key
    admin.do(keys.remove_user, next(p.user.id for p in admin.do(people.list_people) if p.user.username == "collega"))
    seeds = {f"seed of {name}": desk.secrets.seed for name, desk in clinic.desks.items() if desk.secrets}
    clinic.close()
    admin = clinic.as_("beheerder")
    admin.do(backups.back_up)
    admin.do(log_services.verify_log)
    assert admin.secrets.db_key != old
    named = {
        "database key": admin.secrets.db_key, "database key before": old, "password": PASSWORD, "new password": NEW,
        "wrong password": WRONG,
        "recovery key": recovery, "recovery bytes": codes.decode(recovery, 20), "one-time code": code,
        "two-step secret": secret, "two-step bytes": base64.b32decode(secret), **seeds,
    }  # fmt: skip
    return [form for name, value in named.items() for form in forms(name, value)]


def content(desk):
    """Every cell of every table, as it lies in the decrypted database."""
    with desk.database.reading():
        driver = desk.database.reading_driver
        tables = [row[0] for row in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in driver.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    yield table, cell if isinstance(cell, bytes) else str(cell).encode()


def files(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_key_material_stands_nowhere(clinic, caplog, capfd, tmp_path, monkeypatch):
    temporary = tmp_path / "temp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    caplog.set_level(logging.DEBUG)
    sentinels = lived(clinic)
    assert within(sentinels, b"x" + PASSWORD.encode() + b"x") == ["password"]  # the search finds what is there
    wrong = [f"{name} in table {table}" for table, cell in content(clinic.as_("manager")) for name in within(sentinels, cell)]
    clinic.close()
    for folder in (clinic.folder, os.environ["NMX_STATE_DIR"], temporary):
        wrong += [f"{name} in {path.name}" for path, data in files(folder).items() for name in within(sentinels, data)]
    said = capfd.readouterr()
    everywhere = {"the program's log": caplog.text, "standard output": said.out, "standard error": said.err}
    wrong += [f"{name} in {place}" for place, text in everywhere.items() for name in within(sentinels, text.encode())]
    for path in (Path("/proc/self/cmdline"), Path("/proc/self/environ")):
        wrong += [f"{found} in {path}" for found in within(sentinels, path.read_bytes() if path.exists() else b"")]
    assert not wrong, "\n".join(wrong)
    assert {path.name for path in files(clinic.folder)} >= {"desk.db", "desk.keys"}


def failing(secrets, password):
    """Fails with all of it in its variables and in its message."""
    raise RuntimeError(f"{secrets.db_key.hex()} {password} {secrets.seed!r}")


def test_neither_does_a_report_of_an_error(clinic):
    secrets = clinic.as_("receptie").secrets
    sentinels = [
        form for name, value in (("key", secrets.db_key), ("seed", secrets.seed), ("password", PASSWORD)) for form in forms(name, value)
    ]
    with pytest.raises(RuntimeError) as caught:
        failing(secrets, PASSWORD)
    assert within(sentinels, str(caught.value).encode())  # it is in the error …
    assert within(sentinels, report_text(caught.value).encode()) == []  # … and not in the report
    assert within(sentinels, repr(secrets).encode()) == []


def test_what_vault_and_account_refuse_says_no_secret(clinic):
    sentinels = forms("password", WRONG) + forms("new password", NEW)
    for attempt in (
        lambda: clinic.front.sign_in("receptie", WRONG),
        lambda: clinic.as_("manager").do(account.change_password, WRONG, NEW),
        lambda: clinic.front.recover(WRONG, NEW),
    ):
        with pytest.raises((WrongPassword, UserError)) as refused:
            attempt()
        assert within(sentinels, f"{refused.value!r} {refused.value} {refused.value.message}".encode()) == []


def test_a_locked_desk_holds_no_key(clinic):
    desk = clinic.as_("receptie")
    key = desk.secrets.db_key

    def holders():
        gc.collect()
        return [item.username for item in gc.get_objects() if isinstance(item, Secrets) and item.db_key == key]

    assert "receptie" in holders()
    clinic.desks.pop("receptie").close()
    assert desk.secrets is None
    assert holders() == []


def test_the_command_line_takes_no_password_as_an_argument():
    done = subprocess.run([sys.executable, "-m", "nmx_desk", "--help"], capture_output=True, text=True, check=True)
    assert "--password-file" in done.stdout
    assert "--password " not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="core files")
def test_a_crash_leaves_no_core_file():
    asks = (
        "import resource, nmx_desk.cli as cli, nmx_desk.cli_agenda, nmx_desk.cli_backup, nmx_desk.cli_calendars, nmx_desk.cli_clients, "
        "nmx_desk.cli_log, nmx_desk.cli_privacy, nmx_desk.cli_slots;"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2);"
        "cli.app = lambda: print(resource.getrlimit(resource.RLIMIT_CORE)); cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    assert done.stdout == "(0, 0)\n", done.stderr


def test_the_secret_of_two_steps_is_stored_nowhere_and_made_anew(clinic):
    desk = clinic.as_("receptie")
    shown = desk.do(account.two_step_setup).secret.replace(" ", "")
    assert shown == onetime.secret(desk.secrets.seed, desk.db_uuid, desk.user.id, 1)
