"""Users, their roles and keys, signing in and out; the clinic's own data (AUDIT §6, §7)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import available_timezones

from nmx_desk.audit.signer import UserSigner
from nmx_desk.domain.agenda import RosterRule
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Clinic, Role, User, UserRole, check_registrations
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.domain.walltime import DAY
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.opening import add_default_roster
from nmx_desk.services.proposals import (
    carried_out_on_approval,
    contents,
    holders,
    others_who_may,
    propose,
    take_approved,
    taken_back_without_approval,
)
from nmx_desk.vault import passwords
from nmx_desk.vault.attempts import RECOVERED, UNKNOWN
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import KeyFile, Secrets

LEAST_LOCK, MOST_LOCK = 1, 15  # minutes


@dataclass(frozen=True)
class Person:
    """A user with roles, as the screens show it. ``waits``: added, and not approved yet."""

    user: User
    roles: frozenset[Role]
    waits: bool = False


@use_case("session.use")
def sign_in(work: Work, failed: list[tuple[str, str]], *, recovered: bool = False, step: int = 0) -> None:
    """Log the sign-in, and the failed ones before it (user id, time). ``step``: the half-minute of the code that was used.

    Anybody can write in the side file they come from: a name that is nobody's is not taken over.
    """
    known = {user.id for user in work.store.find(User)} if failed else set()
    for user_id, at in failed:
        who = user_id.removeprefix(RECOVERED)
        if who != user_id and who in known:
            work.note("KEY", "recovery_used", who, values={"at": at})
        else:
            work.note("LOGIN", "login_failed", who if who in known else UNKNOWN, values={"at": at})
    if work.desk.new_here:
        work.note("VERIFY", "witness", work.desk.db_uuid)
    user = work.store.get(User, work.user.id)
    if recovered:
        work.note("KEY", "recovery_key", work.user.id)
        if user.two_step:
            user = work.store.change(user, two_step=False)
    elif user.two_step:
        if step <= user.two_step_used:
            raise UserError("one_time_code", _("This code has been used already. Wait for the next one."))
        work.store.change(user, two_step_used=step)
    work.code = "LOGIN"
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
    waiting = {proposal.subject for proposal in work.store.find(Proposal, kind="user", status=ProposalStatus.OPEN)}
    people = sorted(work.store.find(User), key=lambda user: user.display_name.casefold())
    return [Person(user, frozenset(roles.get(user.id, ())), user.id in waiting) for user in people]


@use_case("users.read", writes=False)
def list_practitioners(work: Work) -> list[User]:
    """Active users who see clients, by name."""
    ids = {item.user_id for item in work.store.find(UserRole, role=Role.PRACTITIONER)}
    return sorted((user for user in work.store.find(User, is_active=True) if user.id in ids), key=lambda user: user.display_name.casefold())


# -- a new user --------------------------------------------------------------------------------------------------------------------------


@use_case("users.propose", code="KEY")
def add_user(  # noqa: PLR0913 (an account has that many sides)
    work: Work, username: str, display_name: str, roles: tuple[Role, ...], *, password: str = "", title: str = "", hue: int = 170,
    big: str = "", agb: str = "", rbcz: str = "",
) -> str:  # fmt: skip
    """Enrol a user: a key attested by who enrols, a slot in the key file. Returns the one-time code, or "" when a password was given.

    Where a colleague can approve users, the account waits for that; else it can be used at once, and the log says that somebody was alone.
    """
    username = username.strip()
    if not username or not display_name.strip() or not roles:
        raise UserError("username", _("A user needs a user name, a name and at least one role."))
    if work.store.find_one(User, username=username) is not None:
        raise UserError("username", _("This user name is empty or already in use. Choose another."))
    if password:
        passwords.check(password, username=username, clinic=work.clinic.name, demo=work.clinic.is_demo)
    waits = others_who_may(work, "users.approve")
    new = User(
        username=username, display_name=display_name.strip(), title=title, language=work.clinic.language, hue=hue, is_active=not waits,
        big=big, agb=agb, rbcz=rbcz,
    )  # fmt: skip
    check_registrations(new)
    user = work.store.add(new)
    if waits:
        propose(work, "user", user.id, {"name": user.display_name, "roles": [str(role) for role in roles]}, "")
    else:
        work.reason_code = "alone"
        _give_roles(work, user.id, roles)
    return enrol(work, user, password)


def enrol(work: Work, user: User, password: str = "") -> str:
    """A new key for the user, attested by who acts, and a slot for it; returns the one-time code unless there is a password."""
    held = held_secrets(work)
    seed = os.urandom(32)
    signer = UserSigner(seed, work.epoch())
    work.store.connection.exec_driver_sql(
        "INSERT INTO audit_key VALUES (?,?,?,?,?)", (signer.key_id, user.id, signer.public_key, signer.epoch, work.user.id)
    )
    keys = key_file(work)
    secrets = replace(held, seed=seed, user_id=user.id, username=user.username)
    code = ""
    if password:
        keys.add_user_slot(user.id, user.username, password, secrets)
    else:
        code = keys.add_enrol_slot(user.id, user.username, secrets)
    work.after(keys.save)
    return code


def held_secrets(work: Work) -> Secrets:
    """The keys of who is signed in."""
    if work.desk.secrets is None:
        raise NotAllowed(_("The desk is locked. Sign in again."))
    return work.desk.secrets


def key_file(work: Work) -> KeyFile:
    """The clinic's key file, read now."""
    return KeyFile.load(ClinicFolder(work.desk.folder).keys, kdf=work.desk.kdf)


@carried_out_on_approval("user")
def _user_approved(work: Work, proposal: Proposal) -> None:
    take_approved(work, proposal.id, "user")
    work.code = "ROLE"
    user = work.store.change(work.store.get(User, proposal.subject), is_active=True)
    _give_roles(work, user.id, _roles_in(proposal))


@taken_back_without_approval("user")
def _user_refused(work: Work, proposal: Proposal) -> None:
    work.store.remove(work.store.get(User, proposal.subject))
    keys = key_file(work)
    keys.remove_slot(proposal.subject)
    keys.save()


# -- roles -------------------------------------------------------------------------------------------------------------------------------


@use_case("users.propose", code="ROLE")
def propose_roles(work: Work, user_id: str, roles: tuple[Role, ...], why: str = "") -> Proposal:
    """Propose other roles for a colleague, never for oneself; they hold once a manager has approved them."""
    if user_id == work.user.id:
        raise NotAllowed(_("Nobody proposes their own roles. Ask another administrator."), right="users.propose")
    user = work.store.get(User, user_id)
    if not roles:
        raise UserError("roles", _("Choose at least one role."))
    if set(roles) == _roles_of(work, user_id):
        raise UserError("roles", _("{name} has these roles already.").format(name=user.display_name))
    check_admin_stays(work, user_id, roles)
    return propose(work, "roles", user_id, {"name": user.display_name, "roles": [str(role) for role in roles]}, why)


@carried_out_on_approval("roles")
def _roles_approved(work: Work, proposal: Proposal) -> None:
    if proposal.subject == work.user.id and others_who_may(work, "users.approve"):
        raise NotAllowed(_("Nobody approves their own roles. Another manager has to."), right="users.approve")
    take_approved(work, proposal.id, "roles")
    work.code = "ROLE"
    roles = _roles_in(proposal)
    check_admin_stays(work, proposal.subject, roles)
    for item in work.store.find(UserRole, user_id=proposal.subject):
        if item.role not in roles:
            work.store.remove(item)
    _give_roles(work, proposal.subject, set(roles) - _roles_of(work, proposal.subject))


def _roles_in(proposal: Proposal) -> tuple[Role, ...]:
    return tuple(Role(word) for word in contents(proposal)["roles"])


def _roles_of(work: Work, user_id: str) -> set[Role]:
    return {item.role for item in work.store.find(UserRole, user_id=user_id)}


def _give_roles(work: Work, user_id: str, roles: Iterable[Role]) -> None:
    roles = sorted(roles)
    work.store.add_all(UserRole(user_id=user_id, role=role) for role in roles)
    if Role.PRACTITIONER in roles and not work.store.find(RosterRule, practitioner_id=user_id, limit=1):
        add_default_roster(work.store, user_id)


def check_admin_stays(work: Work, user_id: str, roles: Iterable[Role] = ()) -> None:
    """Somebody must be able to add users and make backups."""
    if Role.ADMIN not in set(roles) and not holders(work, "users.propose") - {user_id}:
        raise UserError("roles", _("There must be an administrator. Give that role to somebody else first."))


# -- blocking and the person's own data --------------------------------------------------------------------------------------------------


@use_case("users.block", code="ROLE")
def block_user(work: Work, user_id: str) -> None:
    """Block an account at once; never one's own."""
    if user_id == work.user.id:
        raise UserError("", _("You cannot block yourself. Ask another administrator."))
    user = work.store.get(User, user_id)
    if user.is_active:
        check_admin_stays(work, user_id)
    work.store.change(user, is_active=False)


@use_case("users.block", code="ROLE")
def unblock_user(work: Work, user_id: str) -> None:
    """Let somebody sign in again who was blocked."""
    user = work.store.get(User, user_id)
    if user.is_removed:
        raise Conflict(_("The access of {name} was taken away for good. Add a new user instead.").format(name=user.display_name))
    if work.store.find_one(Proposal, kind="user", subject=user_id, status=ProposalStatus.OPEN) is not None:
        raise Conflict(_("This account waits for approval. Approve the proposal instead."))
    work.store.change(user, is_active=True)


@use_case("users.propose", code="CONFIG")
def change_person(work: Work, user: User) -> User:
    """Change a user's shown name, title, colour and registration numbers; roles go by :func:`propose_roles`."""
    if not user.display_name.strip():
        raise UserError("display_name", _("Fill this in."))
    check_registrations(user)
    stored = work.store.get(User, user.id)
    return work.store.change(
        replace(stored, version=user.version), display_name=user.display_name.strip(), title=user.title, hue=user.hue, big=user.big,
        agb=user.agb, rbcz=user.rbcz,
    )  # fmt: skip


# -- the clinic and oneself --------------------------------------------------------------------------------------------------------------


@use_case("settings.change", code="CONFIG")
def change_clinic(work: Work, clinic: Clinic) -> Clinic:
    """Change the clinic's own data and settings."""
    if not clinic.name.strip():
        raise UserError("name", _("Fill this in."))
    if not LEAST_LOCK <= clinic.lock_minutes <= MOST_LOCK:
        raise UserError("lock_minutes", _("Choose 1 to 15 minutes."))
    if not 0 <= clinic.desk_opens < clinic.desk_closes < DAY:
        raise UserError("desk_closes", _("The desk closes after it opens, on the same day."))
    if not clinic.desk_days or not set(clinic.desk_days) <= set("1234567"):
        raise UserError("desk_days", _("Choose the days on which the desk answers."))
    if clinic.zone != work.clinic.zone and clinic.zone not in available_timezones():
        raise UserError("zone", _("This time zone is not known. Write it as Europe/Amsterdam."))
    return work.store.change(clinic, is_demo=work.clinic.is_demo)


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
