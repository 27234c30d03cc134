"""One's own account: the password and two-step sign-in (AUDIT §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.people import Clinic, Role, User
from nmx_desk.i18n import _
from nmx_desk.services.desk import Desk, Work, use_case
from nmx_desk.services.people import key_file
from nmx_desk.vault import onetime, passwords
from nmx_desk.vault.attempts import Attempts
from nmx_desk.vault.errors import WrongPassword
from nmx_desk.vault.folder import ClinicFolder


@dataclass(frozen=True)
class TwoStepSetup:
    """What an authenticator app needs: the secret in groups of four, and the same as a picture of dark and light squares."""

    secret: str
    picture: tuple[tuple[bool, ...], ...]


@use_case("session.use", writes=False, rescue=True)
def own_account(work: Work) -> User:
    """The signed-in user's own record."""
    return work.store.get(User, work.user.id)


# -- password ----------------------------------------------------------------------------------------------------------------------------


def password_problem(desk: Desk, text: str) -> str:
    """What is wrong with a new password of the user at the desk; empty when it will do."""
    try:
        passwords.check(text, username=desk.user.username, clinic=desk.clinic.name, demo=desk.is_demo)
    except UserError as error:
        return error.message
    return ""


@use_case("session.use", code="KEY")
def change_password(work: Work, old: str, new: str) -> None:
    """Change one's own password; the key file gets a new slot, the database nothing. Raises ``UserError``, ``TooSoon``."""
    attempts = _attempts(work)
    attempts.check_delay(datetime.now(UTC))
    keys = key_file(work)
    try:
        secrets = keys.open_slot(work.user.username, old)
    except WrongPassword:
        attempts.record(datetime.now(UTC), work.user.id)
        raise UserError("old", _("This is not your present password.")) from None
    passwords.check(new, username=work.user.username, clinic=work.clinic.name, demo=work.clinic.is_demo)
    if new == old:
        raise UserError("password", _("This is your present password. Choose another."))
    keys.set_password(secrets, new)
    work.note("KEY", "password", work.user.id)
    work.after(keys.save)  # no key changes without its entry


def _attempts(work: Work) -> Attempts:
    return Attempts(ClinicFolder(work.desk.folder).attempts)


# -- two-step sign-in --------------------------------------------------------------------------------------------------------------------


def code_secret(desk: Desk, version: int) -> str:
    """The secret of the user at the desk, made anew from the seed."""
    if desk.secrets is None:
        raise NotAllowed(_("The desk is locked. Sign in again."))
    return onetime.secret(desk.secrets.seed, desk.db_uuid, desk.user_id, version)


@use_case("session.use", writes=False)
def two_step_setup(work: Work) -> TwoStepSetup:
    """A new secret to put in an authenticator app; nothing changes before a code of it comes back."""
    import segno

    user = work.store.get(User, work.user.id)
    secret = code_secret(work.desk, user.two_step_version + 1)
    picture = segno.make(onetime.address(secret, user.username, work.clinic.name), error="m", micro=False).matrix_iter(border=4)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return TwoStepSetup(groups, tuple(tuple(bool(cell) for cell in line) for line in picture))


@use_case("session.use", code="KEY")
def turn_on_two_step(work: Work, code: str) -> User:
    """From now on a code is asked after the password. The first manager to do so in a real clinic makes it the rule for the log."""
    user = work.store.get(User, work.user.id)
    step = _checked(work, code, user.two_step_version + 1)
    user = work.store.change(user, two_step=True, two_step_version=user.two_step_version + 1, two_step_used=step)
    if Role.MANAGER in work.roles and not work.clinic.is_demo:
        clinic = work.store.get(Clinic, work.clinic.id)
        if not clinic.two_step_managers:
            work.store.change(clinic, two_step_managers=True)
    return user


@use_case("session.use", code="KEY")
def turn_off_two_step(work: Work, code: str) -> User:
    """The password alone signs in again; asks a last code."""
    user = work.store.get(User, work.user.id)
    step = _checked(work, code, user.two_step_version)
    if step <= user.two_step_used:
        raise UserError("one_time_code", _("This code has been used already. Wait for the next one."))
    return work.store.change(user, two_step=False, two_step_used=step)


def _checked(work: Work, code: str, version: int) -> int:
    attempts = _attempts(work)
    attempts.check_delay(datetime.now(UTC))
    step = onetime.step_of(code, code_secret(work.desk, version), work.now())
    if step is None:
        attempts.record(datetime.now(UTC), work.user.id)
        raise UserError("one_time_code", _("This is not the code that the app shows now. Check the clock of your telephone."))
    return step


def step_at_sign_in(desk: Desk, code: str) -> int:
    """The half-minute of the code somebody signs in with; 0 when none is asked. Raises ``UserError`` on ``one_time_code``."""
    user = desk.do(own_account)
    if not user.two_step:
        return 0
    if not code.strip():
        raise UserError("one_time_code", _("Type the code that your authenticator app shows now."))
    step = onetime.step_of(code, code_secret(desk, user.two_step_version), desk.now())
    if step is None or step <= user.two_step_used:
        raise UserError("one_time_code", _("This code is wrong or has been used already. Wait for the next one."))
    return step
