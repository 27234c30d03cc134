"""Keys of others and of the file: a new sign-in code, taking access away, a new recovery key (AUDIT §7)."""

from __future__ import annotations

from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.proposals import Proposal, ProposalStatus
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.people import check_admin_stays, enrol, held_secrets, key_file
from nmx_desk.vault.keyfile import new_key, new_recovery_code

_ENDED = (
    "SELECT obj_id FROM audit_entry WHERE action = 'E' AND obj_type = (SELECT id FROM audit_word WHERE text = 'audit_key')"
    " AND code = (SELECT id FROM audit_word WHERE text = 'KEY')"
)


@use_case("keys.manage", code="KEY")
def reset_user(work: Work, user_id: str) -> str:
    """A new one-time code for somebody who forgot the password: a new signing key, the old one signs nothing more; two steps are off."""
    user = _other(work, user_id)
    if not user.is_active:
        raise Conflict(_("This account is blocked. Unblock it first."))
    _end_keys(work, user_id)
    if user.two_step:
        user = work.store.change(user, two_step=False)
    return enrol(work, user)


@use_case("keys.manage", code="KEY")
def remove_user(work: Work, user_id: str) -> bool:
    """Take somebody's access away for good: their key ends, and the file gets a new key at the next sign-in, of whomever.

    Until everybody has signed in once, the key file holds the new key and the one before it. Returns whether a recovery key is left: that
    of the person removed is gone as well.
    """
    user = _other(work, user_id)
    check_admin_stays(work, user_id)
    if work.store.find_one(Proposal, kind="user", subject=user_id, status=ProposalStatus.OPEN) is not None:
        raise Conflict(_("This account waits for approval. Refuse or withdraw the proposal instead."))
    if user.is_removed:
        raise Conflict(_("The access of {name} has been taken away already.").format(name=user.display_name))
    work.store.change(user, is_active=False, is_removed=True, two_step=False)
    _end_keys(work, user_id)
    held = held_secrets(work)
    keys = key_file(work)
    epoch = max(work.epoch(), keys.epoch) + 1
    if held.epoch < keys.epoch:
        raise Conflict(_("The clinic's file is getting a new key. Sign in again first; then try once more."))
    keys.remove_slot(user_id)
    keys.begin_rekey(new_key(), held.db_key, epoch, _signers(work))
    work.begin_epoch(epoch)
    keys.save()
    return keys.has_recovery()


def fresh_recovery_code() -> str:
    """A recovery key to write down; it opens nothing before :func:`renew_recovery`."""
    return new_recovery_code()


@use_case("keys.manage", code="KEY")
def renew_recovery(work: Work, code: str) -> None:
    """Replace the recovery key by one that was written down; it gives the account of who renews it a new password."""
    keys = key_file(work)
    keys.add_recovery(held_secrets(work), code)
    work.note("KEY", "recovery_renewed", work.user.id)
    work.after(keys.save)


def _other(work: Work, user_id: str) -> User:
    if user_id == work.user.id:
        raise NotAllowed(_("This cannot be done for oneself. Ask another administrator."), right="keys.manage")
    return work.store.get(User, user_id)


def _keys_of(work: Work, *, user_id: str = "") -> list[tuple[str, str, str]]:
    """Keys that still sign: id, user and public key as hex, in the order they were made known."""
    run = work.driver.execute
    ended = {unpacked for (unpacked,) in run(_ENDED)}
    rows = run("SELECT id, user_id, public_key FROM audit_key ORDER BY rowid").fetchall()
    return [(row[0], row[1], row[2]) for row in rows if row[0] not in ended and user_id in {"", row[1]}]


def _end_keys(work: Work, user_id: str) -> None:
    for key_id, _user, _public in _keys_of(work, user_id=user_id):
        work.note("KEY", "audit_key", key_id)


def _signers(work: Work) -> dict[str, bytes]:
    """Everybody's public key, as the log made it known."""
    return {user: bytes.fromhex(public) for _id, user, public in _keys_of(work)}


def check_code(typed: str, code: str) -> None:
    """Whether a recovery key was really written down. Raises ``UserError``."""
    if "".join(typed.split()).replace("-", "").upper() != code.replace("-", ""):
        raise UserError("code", _("This is not the key shown above. Compare it with what you wrote down."))
