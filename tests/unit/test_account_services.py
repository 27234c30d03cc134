"""Passwords, two-step sign-in, keys that end, a file that gets a new key, a new recovery key."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from nmx_desk.audit.seal import Recorder
from nmx_desk.data import log
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.services import account, backups, clients, keys, people
from nmx_desk.services import log as log_services
from nmx_desk.services.opening import ClinicSetup, create_clinic
from nmx_desk.vault import onetime
from nmx_desk.vault.attempts import Attempts
from nmx_desk.vault.errors import FolderInUse, WrongPassword
from nmx_desk.vault.keyfile import CHEAP_KDF, KeyFile
from nmx_desk.vault.sqlcipher import connect, opens
from tests.clinic import MONDAY, PASSWORD, TestClinic

OTHER = "een ander lang wachtwoord"


def lines(desk, **wanted):
    with desk.database.reading() as connection:
        return log.lines(desk._store(connection), log.LogFilter(**wanted))


def key_file(clinic):
    return KeyFile.load(clinic.folder / "desk.keys", kdf=CHEAP_KDF)


def again(clinic, username, password=PASSWORD, **more):
    """Sign out and in again."""
    clinic.desks.pop(username).close()
    clinic.desks[username] = clinic.front.sign_in(username, password, **more)
    return clinic.desks[username]


# -- password ----------------------------------------------------------------------------------------------------------------------------


def test_a_changed_password_is_the_only_one_and_the_log_says_so(clinic):
    desk = clinic.as_("receptie")
    desk.do(account.change_password, PASSWORD, OTHER)
    assert [(line.code, line.obj_type, line.obj_id) for line in lines(desk)[:1]] == [("KEY", "password", desk.user.id)]
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("receptie", PASSWORD)
    assert again(clinic, "receptie", OTHER).user.username == "receptie"
    assert clinic.verified().ok


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("verkeerd wachtwoord", OTHER, "old"), (PASSWORD, "kort", "password"), (PASSWORD, "welkom2026!!", "password"),
     (PASSWORD, "a" * 129, "password"), (PASSWORD, PASSWORD, "password")],
)  # fmt: skip
def test_a_password_change_that_is_refused_changes_nothing(clinic, old, new, field):
    desk = clinic.as_("receptie")
    with pytest.raises(UserError) as refused:
        desk.do(account.change_password, old, new)
    assert refused.value.field == field
    assert clinic.front.sign_in("receptie", PASSWORD)


def test_guessing_the_old_password_counts_as_a_failed_sign_in(clinic):
    desk = clinic.as_("receptie")
    with pytest.raises(UserError):
        desk.do(account.change_password, "geraden wachtwoord", OTHER)
    assert [attempt.user_id for attempt in Attempts(clinic.folder / "desk.attempts").pending()] == [desk.user.id]


def test_the_judgement_of_a_password_while_typing(clinic):
    desk = clinic.as_("receptie")
    assert account.password_problem(desk, "receptie receptie")
    assert account.password_problem(desk, OTHER) == ""


# -- two-step sign-in --------------------------------------------------------------------------------------------------------------------


def turned_on(clinic, username):
    desk = clinic.as_(username)
    secret = desk.do(account.two_step_setup).secret.replace(" ", "")
    desk.do(account.turn_on_two_step, pyotp.TOTP(secret).at(clinic.clock()))
    clinic.clock.move(seconds=60)
    return pyotp.TOTP(secret)


def test_the_secret_is_made_from_the_seed_and_renewed_by_its_version():
    made = {onetime.secret(bytes(32), "db", "u", version) for version in (1, 2)} | {onetime.secret(bytes(31) + b"1", "db", "u", 1)}
    assert len(made) == 3
    assert onetime.secret(bytes(32), "db", "u", 1) in made
    assert all(len(base64.b32decode(text)) == 20 for text in made)


def test_codes_of_rfc_6238():
    secret = base64.b32encode(b"12345678901234567890").decode()
    for at, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        moment = datetime.fromtimestamp(at, UTC)
        assert onetime.step_of(code, secret, moment) == at // 30
        assert onetime.step_of(f"{code[:3]} {code[3:]}", secret, moment + timedelta(seconds=30)) == at // 30
        assert onetime.step_of(code, secret, moment + timedelta(seconds=90)) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_is_refused(typed):
    assert onetime.step_of(typed, onetime.secret(bytes(32), "db", "u", 1), MONDAY) is None


def test_sign_in_asks_the_code_and_takes_each_once(clinic):
    totp = turned_on(clinic, "receptie")
    clinic.desks.pop("receptie").close()
    with pytest.raises(UserError) as asked:
        clinic.front.sign_in("receptie", PASSWORD)
    assert asked.value.field == "one_time_code"
    assert Attempts(clinic.folder / "desk.attempts").pending() == []  # asking is no failure
    with pytest.raises(UserError):
        clinic.front.sign_in("receptie", PASSWORD, one_time_code="000000")
    assert len(Attempts(clinic.folder / "desk.attempts").pending()) == 1
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("receptie", OTHER, one_time_code=totp.at(clinic.clock()))
    code = totp.at(clinic.clock())
    clinic.desks["receptie"] = clinic.front.sign_in("receptie", PASSWORD, one_time_code=code)
    with pytest.raises(UserError):
        clinic.front.sign_in("receptie", PASSWORD, one_time_code=code)
    clinic.clock.move(seconds=30)
    again(clinic, "receptie", one_time_code=totp.at(clinic.clock()))
    assert clinic.verified().ok


def test_turning_off_needs_a_code_and_turning_on_again_another_secret(clinic):
    totp = turned_on(clinic, "receptie")
    desk = clinic.as_("receptie")
    with pytest.raises(UserError):
        desk.do(account.turn_off_two_step, "123456")
    desk.do(account.turn_off_two_step, totp.at(clinic.clock()))
    assert again(clinic, "receptie").do(account.two_step_setup).secret.replace(" ", "") != totp.secret


def test_the_recovery_key_signs_in_without_a_code_and_turns_it_off(tmp_path):
    clinic = TestClinic(tmp_path / "one")
    setup = ClinicSetup(clinic_name="Solo", display_name="S. Demo", username="solo", password=PASSWORD)
    code = create_clinic(clinic.folder, setup, clinic.around)
    turned_on(clinic, "solo")
    clinic.desks.pop("solo").close()
    desk = clinic.desks["solo"] = clinic.front.recover(code, OTHER)
    assert not desk.do(account.own_account).two_step
    assert {line.obj_type for line in lines(desk)[:3]} == {"desk_user", "recovery_key"}
    assert clinic.verified().ok
    clinic.close()


def test_where_the_clinic_asks_it_the_manager_sees_the_log_only_with_it(clinic):
    manager = clinic.as_("manager")
    clinic.as_("receptie").do(clients.create_client, Client(surname="Meer", phone="0600112233"))
    manager.do(people.change_clinic, replace(manager.clinic, two_step_managers=True))
    manager.do(people.read_clinic)
    assert manager.lacks_code("log.all")
    assert not manager.may("log.all")
    assert {row.who for row in manager.do(log_services.list_log)} == {"M. Demo"}
    with pytest.raises(NotAllowed, match=r"two-step|twee stappen"):
        manager.do(log_services.client_history, "x")
    turned_on(clinic, "manager")
    assert {"M. Demo", "R. Demo"} <= {row.who for row in manager.do(log_services.list_log)}


def test_the_first_manager_with_two_steps_makes_it_the_rule(clinic):
    turned_on(clinic, "manager")
    desk = clinic.as_("beheerder")
    assert desk.do(people.read_clinic).two_step_managers


def test_where_the_clinic_asks_it_the_administrator_works_only_with_it(clinic):
    admin = clinic.as_("beheerder")
    admin.do(people.change_clinic, replace(admin.clinic, two_step_admins=True))
    with pytest.raises(NotAllowed):
        admin.do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,))
    assert admin.may("settings.change")  # so that it can be taken back
    turned_on(clinic, "beheerder")
    assert admin.do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,))


# -- keys of others ----------------------------------------------------------------------------------------------------------------------


def test_a_new_sign_in_code_ends_the_old_key_and_password(clinic):
    admin, desk = clinic.as_("beheerder"), clinic.as_("receptie")
    turned_on(clinic, "receptie")
    old = desk.signer.key_id
    code = admin.do(keys.reset_user, desk.user.id)
    with pytest.raises(NotAllowed):
        desk.do(people.read_clinic)
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("receptie", PASSWORD)
    clinic.desks["receptie"] = new = clinic.front.sign_in("receptie", code, new_password=OTHER)
    assert new.signer.key_id != old
    assert not new.do(account.own_account).two_step
    new.do(clients.create_client, Client(surname="Meer", phone="0600112233"))
    assert clinic.verified().ok


def test_nobody_resets_or_removes_themselves_and_only_the_administrator_others(clinic):
    admin, manager = clinic.as_("beheerder"), clinic.as_("manager")
    for case in (keys.reset_user, keys.remove_user):
        with pytest.raises(NotAllowed):
            admin.do(case, admin.user.id)
        with pytest.raises(NotAllowed):
            manager.do(case, clinic.as_("receptie").user.id)


def test_removing_a_user_gives_the_file_a_new_key(clinic):
    admin, gone = clinic.as_("beheerder"), clinic.as_("receptie")
    manager = clinic.as_("manager")
    old_key, gone_id = admin.secrets.db_key, gone.user.id
    admin.do(keys.remove_user, gone_id)
    with pytest.raises(NotAllowed):
        gone.do(people.read_clinic)
    assert opens(clinic.folder / "desk.db", old_key)  # others are still at work
    with pytest.raises(Conflict):
        admin.do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,))
    clinic.close()
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("receptie", PASSWORD)
    manager = clinic.as_("manager")
    assert not opens(clinic.folder / "desk.db", old_key)
    assert manager.secrets.previous_key is None
    assert key_file(clinic).open_slot("manager", PASSWORD).db_key == manager.secrets.db_key != old_key
    assert manager.do(clients.create_client, Client(surname="Meer", phone="0600112233"))
    assert clinic.as_("collega").secrets.db_key == manager.secrets.db_key
    with manager.database.reading() as connection:
        epochs = [row[0] for row in connection.exec_driver_sql("SELECT DISTINCT epoch FROM audit_head ORDER BY 1")]
    assert epochs == [1, 2]
    assert clinic.verified().ok
    with pytest.raises(Conflict):
        manager.do(people.unblock_user, gone_id)


def test_two_are_removed_one_after_the_other_while_a_third_is_away(clinic):
    for username in ("receptie", "collega"):
        user_id = next(p.user.id for p in clinic.as_("beheerder").do(people.list_people) if p.user.username == username)
        again(clinic, "beheerder").do(keys.remove_user, user_id)
        clinic.close()
    assert clinic.as_("behandelaar").do(people.read_clinic)
    assert clinic.as_("manager").do(people.read_clinic)
    assert clinic.verified().ok


def test_the_new_key_waits_until_the_clinic_is_open_nowhere(clinic):
    admin, manager = clinic.as_("beheerder"), clinic.as_("manager")
    admin.do(keys.remove_user, next(p.user.id for p in admin.do(people.list_people) if p.user.username == "collega"))
    with pytest.raises(FolderInUse):
        clinic.front.sign_in("beheerder", PASSWORD)
    assert manager.do(people.read_clinic)
    clinic.close()
    assert clinic.as_("manager")


def test_who_holds_the_recovery_key_takes_it_along(clinic):
    admin = clinic.as_("beheerder")
    admin.do(people.add_user, "admin2", "A. Demo", (Role.ADMIN,), password=PASSWORD)
    clinic.approve()
    assert key_file(clinic).has_recovery()
    assert clinic.as_("admin2").do(keys.remove_user, admin.user.id) is False
    assert not key_file(clinic).has_recovery()


def test_a_backup_from_before_opens_with_the_keys_inside_it(clinic, tmp_path):
    admin = clinic.as_("beheerder")
    admin.do(backups.back_up, tmp_path / "before.nmxbackup")
    admin.do(keys.remove_user, clinic.as_("receptie").user.id)
    admin.do(backups.back_up, tmp_path / "between.nmxbackup")
    clinic.close()
    clinic.as_("manager")
    for name in ("before", "between"):
        backups.restore(tmp_path / f"{name}.nmxbackup", tmp_path / name, "beheerder", PASSWORD, clinic.around)
        restored = TestClinic(tmp_path / name, clinic.clock)
        assert restored.front.sign_in("manager", PASSWORD).database


def test_a_new_recovery_key_replaces_the_old_one(clinic):
    admin = clinic.as_("beheerder")
    first = keys.fresh_recovery_code()
    with pytest.raises(UserError):
        keys.check_code(first[:-1], first)
    keys.check_code(first.lower().replace("-", " "), first)
    admin.do(keys.renew_recovery, first)
    second = keys.fresh_recovery_code()
    admin.do(keys.renew_recovery, second)
    assert lines(admin)[0].obj_type == "recovery_renewed"
    with pytest.raises(WrongPassword):
        clinic.front.recover(first, OTHER)
    clinic.close()
    assert clinic.front.recover(second, OTHER).user.username == "beheerder"


def test_the_key_of_the_file_is_the_only_one_that_opens_it(clinic):
    path = clinic.folder / "desk.db"
    key = clinic.as_("beheerder").secrets.db_key
    clinic.close()
    connect(path, key).close()
    assert not opens(path, bytes(32))


def test_a_removal_cut_off_before_the_log_stands_leaves_keys_that_open_and_can_be_done_again(clinic, monkeypatch):
    admin = clinic.as_("beheerder")
    gone = next(p.user.id for p in admin.do(people.list_people) if p.user.username == "collega")

    def cut(*_args):
        raise SystemExit  # as a kill between the key file and the commit

    monkeypatch.setattr(admin.recorder, "seal", cut)
    with pytest.raises(SystemExit):
        admin.do(keys.remove_user, gone)
    clinic.close()
    admin = clinic.as_("beheerder")
    assert not next(p.user for p in admin.do(people.list_people) if p.user.id == gone).is_removed
    assert clinic.verified().ok
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("collega", PASSWORD)
    admin.do(keys.remove_user, gone)
    clinic.close()
    for username in ("beheerder", "manager", "receptie", "behandelaar"):
        assert clinic.as_(username).secrets.previous_key is None
    assert next(p.user for p in clinic.as_("manager").do(people.list_people) if p.user.id == gone).is_removed
    assert clinic.verified().ok


@pytest.mark.parametrize("deed", ["password", "recovery key", "new user", "new code"])
def test_no_key_changes_when_its_entry_cannot_be_written(clinic, monkeypatch, deed):
    reception, admin = clinic.as_("receptie"), clinic.as_("beheerder")
    before = clinic.front.place.keys.read_bytes()
    deeds = {
        "password": lambda: reception.do(account.change_password, PASSWORD, "acht groene ladders vliegen"),
        "recovery key": lambda: admin.do(keys.renew_recovery, keys.fresh_recovery_code()),
        "new user": lambda: admin.do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,), password="acht groene ladders vliegen"),
        "new code": lambda: admin.do(keys.reset_user, reception.user.id),
    }
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "seal", full_disk)
        with pytest.raises(OSError, match="disk full"):
            deeds[deed]()
    assert clinic.front.place.keys.read_bytes() == before
    deeds[deed]()
    assert clinic.front.place.keys.read_bytes() != before


def test_the_recovery_key_changes_no_password_when_its_use_cannot_be_logged(clinic, monkeypatch):
    code = keys.fresh_recovery_code()
    clinic.as_("beheerder").do(keys.renew_recovery, code)
    clinic.close()
    before = clinic.front.place.keys.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "seal", full_disk)
        with pytest.raises(OSError, match="disk full"):
            clinic.front.recover(code, "acht groene ladders vliegen")
    assert clinic.front.place.keys.read_bytes() == before
    clinic.front.recover(code, "acht groene ladders vliegen").close()
    clinic.front.sign_in("beheerder", "acht groene ladders vliegen").close()


def full_disk(*_args):
    raise OSError("disk full")
