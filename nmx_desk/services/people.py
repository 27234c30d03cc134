"""Users, their roles and keys, signing in and out; the clinic's own data (AUDIT §6, §7)."""

from __future__ import annotations

import os
from dataclasses import dataclass

from nmx_desk.audit.signer import UserSigner
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.people import Clinic, Role, User, UserRole
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.opening import add_default_roster, add_person
from nmx_desk.vault import passwords
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import KeyFile, Secrets


@dataclass(frozen=True)
class Person:
    """A user with roles, as the screens show it."""

    user: User
    roles: frozenset[Role]


@use_case("session.use")
def sign_in(work: Work, failed: list[tuple[str, str]], *, recovered: bool = False) -> None:
    """Log the sign-in, and the failed ones before it (user id or "unknown", time)."""
    for user_id, at in failed:
        work.note("LOGIN", "login_failed", user_id, values={"at": at})
    if recovered:
        work.note("KEY", "recovery_key", work.user.id)
    work.note("LOGIN", "desk_user", work.user.id)


@use_case("session.use")
def sign_out(work: Work, *, locked: bool = False) -> None:
    """Log that the desk was left or locked."""
    work.note("LOCK" if locked else "LOGOUT", "desk_user", work.user.id)


@use_case("users.read", writes=False)
def list_people(work: Work) -> list[Person]:
    """Everybody who has or had an account, by name."""
    roles: dict[str, set[Role]] = {}
    for item in work.store.find(UserRole):
        roles.setdefault(item.user_id, set()).add(item.role)
    people = sorted(work.store.find(User), key=lambda user: user.display_name.casefold())
    return [Person(user, frozenset(roles.get(user.id, ()))) for user in people]


@use_case("users.read", writes=False)
def list_practitioners(work: Work) -> list[User]:
    """Active users who see clients, by name."""
    ids = {item.user_id for item in work.store.find(UserRole, role=Role.PRACTITIONER)}
    return sorted((user for user in work.store.find(User, is_active=True) if user.id in ids), key=lambda user: user.display_name.casefold())


@use_case("users.propose", code="KEY")
def add_user(
    work: Work, username: str, display_name: str, roles: tuple[Role, ...], *, password: str = "", title: str = "", hue: int = 170
) -> str:
    """Enrol a user: a key attested by who enrols, a slot in the key file. Returns the one-time code, or "" when a password was given."""
    username = username.strip()
    if not username or not display_name.strip() or not roles:
        raise UserError("username", _("A user needs a user name, a name and at least one role."))
    if work.store.find_one(User, username=username) is not None:
        raise UserError("username", _("This user name is empty or already in use. Choose another."))
    if password:
        passwords.check(password, username=username, clinic=work.clinic.name, demo=work.clinic.is_demo)
    held = work.desk.secrets
    if held is None:
        raise UserError("", _("The desk is locked. Sign in again."))
    user = add_person(
        work.store, User(username=username, display_name=display_name.strip(), title=title, language=work.clinic.language, hue=hue), roles
    )
    if Role.PRACTITIONER in roles:
        add_default_roster(work.store, user.id)
    seed = os.urandom(32)
    signer = UserSigner(seed, held.epoch)
    work.store.connection.exec_driver_sql(
        "INSERT INTO audit_key VALUES (?,?,?,?,?)", (signer.key_id, user.id, signer.public_key, held.epoch, work.user.id)
    )
    keys = KeyFile.load(ClinicFolder(work.desk.folder).keys, kdf=work.desk.kdf)
    secrets = Secrets(held.db_key, seed, user.id, username, held.epoch)
    code = ""
    if password:
        keys.add_user_slot(user.id, username, password, secrets)
    else:
        code = keys.add_enrol_slot(user.id, username, secrets)
    keys.save()
    return code


@use_case("settings.change", code="CONFIG")
def change_clinic(work: Work, clinic: Clinic) -> Clinic:
    """Change the clinic's own data and settings."""
    if not clinic.name.strip():
        raise UserError("name", _("Fill this in."))
    return work.store.change(clinic)


@use_case("session.use", writes=False)
def read_clinic(work: Work) -> Clinic:
    """The clinic's own data."""
    return work.clinic


@use_case("session.use", code="CONFIG")
def choose_language(work: Work, language: str) -> None:
    """Remember the user's own language."""
    user = work.store.get(User, work.user.id)
    if user.language != language:
        work.store.change(user, language=language)


@use_case("users.block", code="ROLE")
def block_user(work: Work, user_id: str) -> None:
    """Block an account at once; never one's own."""
    if user_id == work.user.id:
        raise UserError("", _("You cannot block yourself. Ask another administrator."))
    work.store.change(work.store.get(User, user_id), is_active=False)
