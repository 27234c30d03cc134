"""``desk.keys``: for every user the database key and their signing seed, under a key made from their password.

A slot is AES-256-GCM over (database key ‖ Ed25519 seed) with a key from Argon2id. Its associated data is all the rest of the slot and
the database's uuid, so no part can be changed or moved to another user, clinic or epoch. A slot also shows an X25519 public key, made
from the seed and signed with it: a new database key can be left for a user without their password.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets as random
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.i18n import _
from nmx_desk.vault import codes, sealing
from nmx_desk.vault.errors import DamagedKeyFile, MissingKeyFile, WrongPassword
from nmx_desk.vault.files import write_atomic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT: Final = 1
KEY_BYTES: Final = 32
RECOVERY_BYTES: Final = 20
ENROL_BYTES: Final = 10
_MAX_FILE: Final = 4 * 1024 * 1024
_PASSWORD, _ENROL, _RECOVERY = "password", "enrol", "recovery"


@dataclass(frozen=True)
class KdfParameters:
    """Cost of Argon2id. The default is the clinic's (AUDIT §7); tests pass a cheap one."""

    memory_kib: int = 64 * 1024
    time: int = 3
    parallelism: int = 4

    def __post_init__(self) -> None:
        """Refuse what would freeze the computer: the numbers come from a file."""
        if not (1 <= self.time <= 20 and 1 <= self.parallelism <= 16 and 8 * self.parallelism <= self.memory_kib <= 1024 * 1024):
            raise ValueError("kdf parameters")


STANDARD_KDF: Final = KdfParameters()
CHEAP_KDF: Final = KdfParameters(memory_kib=8, time=1, parallelism=1)  # tests only


@dataclass(frozen=True)
class Secrets:
    """What a slot holds. ``previous_key`` opens the database while a change of its key is not finished."""

    db_key: bytes = field(repr=False)
    seed: bytes = field(repr=False)
    user_id: str
    username: str
    epoch: int = 1
    previous_key: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """A key of another length is our own bug."""
        if len(self.db_key) != KEY_BYTES or len(self.seed) != KEY_BYTES:
            raise ValueError("key length")


@dataclass(frozen=True)
class _Slot:
    """One entry of the file, decoded."""

    kind: str
    user_id: str
    username: str
    epoch: int
    kdf: KdfParameters
    salt: bytes
    nonce: bytes
    box: bytes
    seal_to: sealing.SealKey
    sealed: sealing.Sealed | None = None  # a newer database key and the one before it, left for this user

    def associated(self, db_uuid: str) -> bytes:
        """Everything the box is bound to, unambiguously."""
        cost = (self.kdf.memory_kib, self.kdf.time, self.kdf.parallelism)
        fixed = ["nmx-slot-v1", db_uuid, self.kind, self.user_id, self.username, self.epoch, *cost]
        return json.dumps([*fixed, _b64(self.salt), *self.seal_to.to_json()]).encode()


def new_key() -> bytes:
    """A fresh database key or seed: 32 random bytes."""
    return random.token_bytes(KEY_BYTES)


def new_recovery_code() -> str:
    """A fresh recovery key, to be printed once."""
    return codes.encode(random.token_bytes(RECOVERY_BYTES))


def normal_name(username: str) -> str:
    """The form in which user names are compared."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _derive(secret: bytes, salt: bytes, kdf: KdfParameters) -> bytes:
    return hash_secret_raw(secret, salt, kdf.time, kdf.memory_kib, kdf.parallelism, KEY_BYTES, Type.ID)


def _password_bytes(password: str) -> bytes:
    """NFC, so that é typed on any keyboard is one password; lone surrogates must not crash."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _close_slot(kind: str, secret: bytes, held: Secrets, db_uuid: str, kdf: KdfParameters) -> _Slot:
    """A new slot over the secrets, under ``secret`` (password or code)."""
    slot = _Slot(
        kind,
        held.user_id,
        held.username,
        held.epoch,
        kdf,
        os.urandom(16),
        os.urandom(12),
        b"",
        sealing.seal_key(held.seed, db_uuid, held.user_id),
    )
    box = AESGCM(_derive(secret, slot.salt, kdf)).encrypt(slot.nonce, held.db_key + held.seed, slot.associated(db_uuid))
    return replace(slot, box=box)


def _open_slot(slot: _Slot, secret: bytes, db_uuid: str) -> Secrets:
    """The secrets of a slot. Raises WrongPassword when anything about it does not fit."""
    try:
        plain = AESGCM(_derive(secret, slot.salt, slot.kdf)).decrypt(slot.nonce, slot.box, slot.associated(db_uuid))
    except (InvalidTag, ValueError):
        raise WrongPassword from None
    if len(plain) != 2 * KEY_BYTES:
        raise WrongPassword
    held = Secrets(plain[:KEY_BYTES], plain[KEY_BYTES:], slot.user_id, slot.username, slot.epoch)
    if slot.sealed is None:
        return held
    both = sealing.open_sealed(slot.sealed, held.seed, db_uuid, held.user_id)
    return replace(held, db_key=both[:KEY_BYTES], epoch=slot.sealed.epoch, previous_key=both[KEY_BYTES:])


class KeyFile:
    """The key file in memory. Changes stand on disk after ``save``."""

    def __init__(self, path: Path, db_uuid: str, kdf: KdfParameters = STANDARD_KDF) -> None:
        """Use ``create`` or ``load``."""
        self.path, self.db_uuid, self._kdf = path, db_uuid, kdf
        self._slots: dict[str, _Slot] = {}
        self._recovery: _Slot | None = None
        self._stored = b""  # the bytes this object was read from or last wrote

    @classmethod
    def create(cls, path: Path, db_uuid: str, *, kdf: KdfParameters = STANDARD_KDF) -> KeyFile:
        """An empty key file for a new database; written by ``save``. Raises Conflict when there is one already."""
        if path.exists():
            raise Conflict(_("There is already a key file in this folder. Choose another folder or open the clinic that is there."))
        return cls(path, db_uuid, kdf)

    @classmethod
    def load(cls, path: Path, *, kdf: KdfParameters = STANDARD_KDF) -> KeyFile:
        """Read the key file; ``kdf`` is for slots made from now on. Raises MissingKeyFile, DamagedKeyFile."""
        data = _read(path)
        try:
            body = _checked_body(data)
            keys = cls(path, str(body["db"]), kdf)
            slots = [_slot_from_json(raw) for raw in body["slots"]]
            keys._slots = {normal_name(slot.username): slot for slot in slots}
            keys._recovery = _slot_from_json(body["recovery"]) if body["recovery"] else None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise DamagedKeyFile(
                _("The key file {name} is damaged. Put back {name} from the last backup; the database itself need not be damaged.").format(
                    name=path.name
                )
            ) from error
        keys._stored = data
        return keys

    def save(self) -> None:
        """Write atomically. Raises Conflict when another program changed the file since it was read, EnvironmentProblem."""
        on_disk = self.path.read_bytes() if self.path.exists() else b""
        if on_disk != self._stored:
            raise Conflict(_("The keys were changed by another program meanwhile. Nothing was saved; try again."))
        body = {
            "format": FORMAT,
            "db": self.db_uuid,
            "slots": [_slot_to_json(slot) for slot in self._slots.values()],
            "recovery": _slot_to_json(self._recovery) if self._recovery else None,
        }
        data = json.dumps({"sum": _sum(body), **body}, indent=1, ensure_ascii=True).encode() + b"\n"
        write_atomic(self.path, data)
        self._stored = data

    # ---- users

    def usernames(self) -> list[str]:
        """The names as entered, in order of enrolment."""
        return [slot.username for slot in self._slots.values()]

    def user_id_of(self, username: str) -> str | None:
        """Whose slot carries the name, if any; for the file of failed sign-ins."""
        slot = self._slots.get(normal_name(username))
        return slot.user_id if slot else None

    @property
    def epoch(self) -> int:
        """The newest key period any slot knows of."""
        return max((slot.sealed.epoch if slot.sealed else slot.epoch for slot in self._slots.values()), default=1)

    def needs_password(self, username: str) -> bool:
        """The user has only a one-time code and must choose a password now (``set_password``)."""
        slot = self._slots.get(normal_name(username))
        return slot is not None and slot.kind == _ENROL

    def open_slot(self, username: str, password: str) -> Secrets:
        """The user's secrets. An unknown name takes as long and says the same as a wrong password. Raises WrongPassword."""
        slot = self._slots.get(normal_name(username))
        if slot is None:
            cost = next(iter(self._slots.values())).kdf if self._slots else self._kdf
            _derive(_password_bytes(password), b"\0" * 16, cost)
            raise WrongPassword
        secret = _code_bytes(password) if slot.kind == _ENROL else _password_bytes(password)
        return _open_slot(slot, secret, self.db_uuid)

    def add_user_slot(self, user_id: str, username: str, password: str, secrets: Secrets) -> None:
        """Give a user a slot with their password, replacing theirs if any; ``passwords.check`` comes before. Raises UserError."""
        self._put(_PASSWORD, _password_bytes(password), replace(secrets, user_id=user_id, username=username))

    def add_enrol_slot(self, user_id: str, username: str, secrets: Secrets) -> str:
        """Give a user a slot that a one-time code opens; returns the code, shown once. Raises UserError."""
        secret = random.token_bytes(ENROL_BYTES)
        self._put(_ENROL, secret, replace(secrets, user_id=user_id, username=username))
        return codes.encode(secret)

    def set_password(self, secrets: Secrets, password: str) -> None:
        """Replace the slot of opened secrets by one with a new password (first sign-in, change, recovery, newer database key)."""
        self._put(_PASSWORD, _password_bytes(password), secrets)

    def change_password(self, username: str, old: str, new: str) -> Secrets:
        """Wrap the user's secrets again. Raises WrongPassword."""
        secrets = self.open_slot(username, old)
        self.set_password(secrets, new)
        return secrets

    def remove_slot(self, user_id: str) -> None:
        """Take a user's slot away, and the recovery slot if it is theirs. They may know the database key: follow with ``begin_rekey``."""
        self._slots = {name: slot for name, slot in self._slots.items() if slot.user_id != user_id}
        if self._recovery is not None and self._recovery.user_id == user_id:
            self._recovery = None

    def _put(self, kind: str, secret: bytes, held: Secrets) -> None:
        name = normal_name(held.username)
        taken = self._slots.get(name)
        if not name or (taken is not None and taken.user_id != held.user_id):
            raise UserError("username", _("This user name is empty or already in use. Choose another."))
        if held.epoch < self.epoch:
            raise Conflict(_("The clinic's file is getting a new key. Sign in again first; then try once more."))
        if held.previous_key is None:
            slot = _close_slot(kind, secret, held, self.db_uuid, self._kdf)
        else:  # a change of the database key is under way: both keys must stay
            older = replace(held, db_key=held.previous_key, epoch=held.epoch - 1)
            slot = _close_slot(kind, secret, older, self.db_uuid, self._kdf)
            slot = replace(slot, sealed=sealing.seal(held.db_key + held.previous_key, slot.seal_to, self.db_uuid, held.user_id, held.epoch))
        for old in [key for key, other in self._slots.items() if other.user_id == held.user_id and key != name]:
            del self._slots[old]
        self._slots[name] = slot

    # ---- recovery

    def has_recovery(self) -> bool:
        """There is a recovery slot."""
        return self._recovery is not None

    def add_recovery(self, secrets: Secrets, text: str = "") -> str:
        """Make (or replace) the recovery slot over ``secrets``; returns the key to print (``text`` when given), shown once."""
        text = text or new_recovery_code()
        if secrets.epoch < self.epoch or secrets.previous_key is not None:
            raise Conflict(_("The clinic's file is getting a new key. Sign in again first; then try once more."))
        self._recovery = _close_slot(_RECOVERY, codes.decode(text, RECOVERY_BYTES), secrets, self.db_uuid, self._kdf)
        return text

    def open_recovery(self, text: str) -> Secrets:
        """The secrets of the recovery slot. Raises UserError (mistyped: says so) or WrongPassword (not this clinic's)."""
        secret = codes.decode(text, RECOVERY_BYTES)
        if self._recovery is None:
            raise UserError("code", _("This clinic has no recovery key."))
        return _open_slot(self._recovery, secret, self.db_uuid)

    # ---- a new database key

    def begin_rekey(self, db_key: bytes, current: bytes, epoch: int, signers: Mapping[str, bytes]) -> None:
        """Leave a new database key for every user and the recovery slot, sealed to them with ``current``, which opens the file until then.

        ``epoch``: later than all before. ``signers``: user id → Ed25519 public key as attested in the log; a slot whose X25519 key that key
        did not sign is refused. Save, rekey the database, then ``end_rekey``. Raises DamagedKeyFile, KeyError (a slot without a signer).
        """
        self._slots = {name: self._sealed(slot, db_key + current, epoch, signers) for name, slot in self._slots.items()}
        if self._recovery is not None:
            self._recovery = self._sealed(self._recovery, db_key + current, epoch, signers)

    def _sealed(self, slot: _Slot, both: bytes, epoch: int, signers: Mapping[str, bytes]) -> _Slot:
        sealing.check_signed(slot.seal_to, signers[slot.user_id], self.db_uuid, slot.user_id)
        return replace(slot, sealed=sealing.seal(both, slot.seal_to, self.db_uuid, slot.user_id, epoch))

    def end_rekey(self, secrets: Secrets, password: str) -> Secrets:
        """The newer key has opened the database: wrap this user's slot over it alone. Others follow at their own next sign-in."""
        settled = replace(secrets, previous_key=None)
        self.set_password(settled, password)
        return settled


def _code_bytes(text: str) -> bytes:
    """A one-time code as typed; a mistyped one opens nothing, after the same time."""
    try:
        return codes.decode(text, ENROL_BYTES)
    except UserError:
        return _password_bytes(text)


def _read(path: Path) -> bytes:
    """Bytes of the key file. Raises MissingKeyFile, DamagedKeyFile."""
    try:
        with path.open("rb") as file:
            return file.read(_MAX_FILE)
    except FileNotFoundError as error:
        raise MissingKeyFile(
            _("There is no key file {name} in this folder. Choose the clinic's folder, or put the file back from a backup.").format(
                name=path.name
            )
        ) from error
    except OSError as error:
        raise DamagedKeyFile(
            _("The key file {name} cannot be read ({reason}). Check the rights on the clinic's folder.").format(
                name=path.name, reason=error.strerror or ""
            )
        ) from error


def _sum(body: dict[str, Any]) -> str:
    """Finds accidental damage; tampering is found by the slots themselves."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _checked_body(data: bytes) -> dict[str, Any]:
    """The JSON object without its checksum. Raises ValueError, KeyError."""
    body: dict[str, Any] = json.loads(data)
    if body.pop("sum") != _sum(body) or body["format"] != FORMAT:
        raise ValueError("sum or format")
    return body


def _slot_to_json(slot: _Slot) -> dict[str, Any]:
    return {
        "kind": slot.kind,
        "user_id": slot.user_id,
        "username": slot.username,
        "epoch": slot.epoch,
        "kdf": {"name": "argon2id", "memory_kib": slot.kdf.memory_kib, "time": slot.kdf.time, "parallelism": slot.kdf.parallelism},
        "salt": _b64(slot.salt),
        "nonce": _b64(slot.nonce),
        "box": _b64(slot.box),
        "seal_to": slot.seal_to.to_json(),
        "sealed": slot.sealed.to_json() if slot.sealed else None,
    }


def _slot_from_json(raw: dict[str, Any]) -> _Slot:
    """Decode one slot strictly. Raises ValueError, KeyError, TypeError."""
    kdf = raw["kdf"]
    texts = [raw["kind"], raw["user_id"], raw["username"], raw["salt"], raw["nonce"], raw["box"]]
    numbers = [raw["epoch"], kdf["memory_kib"], kdf["time"], kdf["parallelism"]]
    if kdf["name"] != "argon2id" or not all(isinstance(t, str) for t in texts) or not all(type(n) is int for n in numbers):
        raise TypeError("slot")
    salt, nonce, box = (base64.b64decode(text, validate=True) for text in texts[3:])
    if len(salt) != 16 or len(nonce) != 12 or len(box) != 2 * KEY_BYTES + 16:
        raise ValueError("slot length")
    sealed = sealing.Sealed.from_json(raw["sealed"]) if raw["sealed"] is not None else None
    cost = KdfParameters(numbers[1], numbers[2], numbers[3])
    return _Slot(texts[0], texts[1], texts[2], numbers[0], cost, salt, nonce, box, sealing.SealKey.from_json(raw["seal_to"]), sealed)
