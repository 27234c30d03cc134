"""Accounts through the real windows: roles approved, numbers, blocking and back, a new code, access taken away, two steps, passwords."""

from dataclasses import replace

import pyotp
import pytest
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.people import Role
from nmx_desk.services import account, people
from nmx_desk.ui.frame import account as account_dialogs
from nmx_desk.ui.front.background import Background
from nmx_desk.ui.front.login import Login
from nmx_desk.ui.kit.form import Form
from nmx_desk.ui.kit.layout import scroll
from nmx_desk.ui.settings import recovery as recovery_module
from nmx_desk.ui.settings import users as users_module
from nmx_desk.ui.settings import waiting as waiting_module
from tests.clinic import PASSWORD
from tests.ui.hands import settle
from tests.ui.test_settings_page import part_of
from tests.ui.test_troubles import hands, sign_in  # noqa: F401 (a fixture)

NEW = "zeven blauwe stoelen dansen"


def person(clinic, username):
    return next(p for p in clinic.as_("manager").do(people.list_people) if p.user.username == username)


def test_other_roles_are_proposed_by_the_administrator_and_approved_by_the_manager(clinic, at_settings):
    window = at_settings("beheerder", "users")
    part = part_of(window, "users")
    part.table.choose(person(clinic, "receptie").user.id)
    part.edit()
    part.panel.form.set_values({"title": "arts", "agb": "12345678"})
    part.panel.save()
    settle(window)
    assert "BIG" in part.panel.form.error_of("title") or "BIG" in part.panel.form.error_of("big")
    part.panel.form.set_values({"title": "Therapeut"})
    part.panel.roles.input("manager").setChecked(True)
    part.panel.save()
    settle(window)
    assert not part.panel.isVisible()
    assert person(clinic, "receptie").roles == {Role.RECEPTIONIST}
    assert person(clinic, "receptie").user.agb == "12345678"
    boss = at_settings("manager", "users")
    waiting = part_of(boss, "users").waiting
    settle(boss)
    assert not waiting.isHidden()
    waiting._approve(clinic.as_("manager").do(waiting_module.proposals.list_proposals)[0])
    settle(boss)
    assert person(clinic, "receptie").roles == {Role.RECEPTIONIST, Role.MANAGER}
    assert waiting.isHidden()
    assert clinic.verified().ok


def test_blocking_a_new_code_and_access_taken_away(clinic, monkeypatch, at_settings):
    codes = []
    monkeypatch.setattr(users_module, "ask", lambda *_a, **_k: True)
    monkeypatch.setattr(users_module.CodeDialog, "exec", lambda dialog: codes.append(dialog.code.text()))
    window = at_settings("beheerder", "users")
    part = part_of(window, "users")
    part.table.choose(person(clinic, "collega").user.id)
    for active in (False, True):
        part.block_button.click()
        settle(window)
        assert person(clinic, "collega").user.is_active is active
        assert part.block_button.text() == ("Block" if active else "Unblock")
    part.new_code()
    settle(window)
    desk = clinic.front.sign_in("collega", codes[0], new_password=NEW)
    desk.close()
    part.table.choose(person(clinic, "collega").user.id)
    part.remove()
    settle(window)
    assert person(clinic, "collega").user.is_removed
    assert not part.block_button.isEnabled()
    clinic.close()
    assert clinic.as_("manager").secrets.epoch > 1
    assert clinic.verified().ok


def test_two_steps_are_turned_on_with_a_code_and_asked_at_the_sign_in(clinic, monkeypatch, qtbot, at_settings):
    window = at_settings("manager", "users")
    seen = []

    def scan(dialog):
        dialog.form.set_values({"one_time_code": "000000"})
        dialog.send()
        settle(window)
        seen.append(dialog.form.error_of("one_time_code"))
        secret = clinic.as_("manager").do(account.two_step_setup).secret.replace(" ", "")
        dialog.form.set_values({"one_time_code": pyotp.TOTP(secret).at(clinic.clock())})
        seen.append(secret)
        dialog.send()
        settle(window)

    monkeypatch.setattr(account_dialogs.TwoStepDialog, "exec", scan)
    account_dialogs.two_step(window)
    settle(window)
    wrong, secret = seen[:2]
    assert wrong
    assert clinic.as_("manager").do(account.own_account).two_step
    clinic.clock.move(minutes=2)
    around = QWidget()
    qtbot.addWidget(around)
    background = Background(around)
    login = Login(clinic.front, background, chosen="manager")
    small = scroll(login, "")
    qtbot.addWidget(small)
    small.resize(600, 300)
    small.show()
    arrived = []
    login.signed_in.connect(arrived.append)
    login.password.set_value(PASSWORD)
    login.sign_in()
    qtbot.waitUntil(login._step.isVisible, timeout=5000)
    qtbot.waitUntil(lambda: not login.button.visibleRegion().isEmpty(), timeout=5000)
    login.code.set_value(pyotp.TOTP(secret).at(clinic.clock()))
    login.sign_in()
    qtbot.waitUntil(lambda: len(arrived) == 1, timeout=5000)
    arrived[0].close()
    background.wait()
    assert clinic.verified().ok


def test_who_lacks_two_steps_is_told_and_turns_them_on_there(clinic, hands, monkeypatch):  # noqa: F811
    boss = clinic.as_("manager")
    boss.do(people.change_clinic, replace(boss.clinic, two_step_managers=True))
    clinic.close()
    sign_in(hands, clinic, "manager")

    def scan(dialog):
        secret = clinic.as_("manager").do(account.two_step_setup).secret.replace(" ", "")
        dialog.form.set_values({"one_time_code": pyotp.TOTP(secret).at(clinic.clock())})
        dialog.send()
        hands.settle()

    monkeypatch.setattr(account_dialogs.TwoStepDialog, "exec", scan)
    hands.app.window.go("log")
    hands.see("two-step sign-in for this: ")
    hands.settle()
    page = hands.app.window.page("log")
    assert {row.who for row in page.table.records.rows} == {"M. Demo"}
    hands.click("Turn on")
    hands.see("From now on a code is asked after your password.")
    hands.settle()
    assert hands.app.window.banner.isHidden()
    assert hands.app.window.current().name == "log"
    assert {"M. Demo", "B. Demo"} <= {row.who for row in hands.app.window.page("log").table.records.rows}


ATTEMPTS = [(NEW, "iets anders dan dat", "again"), ("wachtwoord123", "wachtwoord123", "password"), (NEW, NEW, "")]


@pytest.mark.parametrize(("new", "again", "problem"), ATTEMPTS)
def test_ones_own_password(clinic, monkeypatch, at_settings, new, again, problem):
    window = at_settings("manager", "users")
    seen = {}

    def typed(dialog):
        form = dialog.findChild(Form)
        form.set_values({"old": PASSWORD, "password": new, "again": again})
        dialog.send()
        settle(window)
        seen.update({name: form.error_of(name) for name in ("old", "password", "again")})

    monkeypatch.setattr(account_dialogs.PasswordDialog, "exec", typed)
    account_dialogs.change_password(window)
    assert bool(problem) == any(seen.values())
    assert not problem or seen[problem]
    clinic.close()
    if problem:
        assert clinic.as_("manager")
    else:
        clinic.desks["manager"] = clinic.front.sign_in("manager", NEW)
    assert clinic.verified().ok


def test_a_new_recovery_key_holds_once_it_was_typed_as_shown(clinic, monkeypatch, at_settings):
    window = at_settings("beheerder", "clinic")
    seen = []

    def typed(dialog):
        dialog.form.set_values({"code": dialog.shown.text()[:-1]})
        dialog.send()
        settle(window)
        seen.extend([dialog.form.error_of("code"), dialog.shown.text()])
        dialog.form.set_values({"code": dialog.shown.text().lower()})
        dialog.send()
        settle(window)

    monkeypatch.setattr(recovery_module.RecoveryDialog, "exec", typed)
    part_of(window, "clinic").recovery.click()
    settle(window)
    wrong, code = seen
    assert wrong
    clinic.close()
    clinic.desks["beheerder"] = clinic.front.recover(code, NEW)
    assert clinic.verified().ok
    assert part_of(at_settings("manager", "clinic"), "clinic").recovery.isHidden()
