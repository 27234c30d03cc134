"""Leaving a new database key for a user who is not there: X25519, HKDF, AES-256-GCM.

The user's X25519 key pair is made from their signing seed, and the public half is signed with it, so that nobody who can write the
key file can have the next database key sealed to themselves.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nmx_desk.i18n import _
from nmx_desk.vault.errors import DamagedKeyFile

SECRET_BYTES = 64  # a new database key and the one before it
_NONCE = b"\0" * 12  # each key encrypts one message only


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: Any, length: int) -> bytes:
    """Bytes of exactly ``length``. Raises ValueError, TypeError."""
    data = base64.b64decode(text, validate=True)
    if len(data) != length:
        raise ValueError("length")
    return data


@dataclass(frozen=True)
class SealKey:
    """X25519 public key (32 bytes) and the Ed25519 signature of its owner (64 bytes)."""

    public: bytes
    signature: bytes

    def to_json(self) -> list[str]:
        """Two base64 texts."""
        return [_b64(self.public), _b64(self.signature)]

    @staticmethod
    def from_json(raw: Any) -> SealKey:
        """Raises ValueError, TypeError."""
        public, signature = raw
        return SealKey(_unb64(public, 32), _unb64(signature, 64))


@dataclass(frozen=True)
class Sealed:
    """The database key of ``epoch`` and the one before it, which only the owner of the SealKey can open."""

    epoch: int
    ephemeral: bytes
    box: bytes

    def to_json(self) -> list[int | str]:
        """Epoch and two base64 texts."""
        return [self.epoch, _b64(self.ephemeral), _b64(self.box)]

    @staticmethod
    def from_json(raw: Any) -> Sealed:
        """Raises ValueError, TypeError."""
        epoch, ephemeral, box = raw
        if type(epoch) is not int:
            raise TypeError("epoch")
        return Sealed(epoch, _unb64(ephemeral, 32), _unb64(box, SECRET_BYTES + 16))


def _hkdf(material: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, info).derive(material)


def _bound(label: str, *parts: str | int) -> bytes:
    return json.dumps([label, *parts]).encode()


def _private(seed: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_hkdf(seed, b"nmx-x25519-v1"))


def seal_key(seed: bytes, db_uuid: str, user_id: str) -> SealKey:
    """The public key by which others can leave this user something, signed."""
    public = _private(seed).public_key().public_bytes_raw()
    message = _bound("nmx-seal-key-v1", db_uuid, user_id, _b64(public))
    return SealKey(public, Ed25519PrivateKey.from_private_bytes(seed).sign(message))


def check_signed(key: SealKey, signer: bytes, db_uuid: str, user_id: str) -> None:
    """The key is the one its owner signed. Raises DamagedKeyFile."""
    message = _bound("nmx-seal-key-v1", db_uuid, user_id, _b64(key.public))
    try:
        Ed25519PublicKey.from_public_bytes(signer).verify(key.signature, message)
    except (InvalidSignature, ValueError):
        raise _tampered() from None


def seal(secret: bytes, to: SealKey, db_uuid: str, user_id: str, epoch: int) -> Sealed:
    """``secret`` (64 bytes) for the owner of ``to``."""
    one_time = X25519PrivateKey.from_private_bytes(os.urandom(32))
    ephemeral = one_time.public_key().public_bytes_raw()
    shared = one_time.exchange(X25519PublicKey.from_public_bytes(to.public))
    bound = _bound("nmx-sealed-v1", db_uuid, user_id, epoch, _b64(ephemeral), _b64(to.public))
    return Sealed(epoch, ephemeral, AESGCM(_hkdf(shared, bound)).encrypt(_NONCE, secret, bound))


def open_sealed(sealed: Sealed, seed: bytes, db_uuid: str, user_id: str) -> bytes:
    """The 64 bytes left for the user. Raises DamagedKeyFile."""
    private = _private(seed)
    public = private.public_key().public_bytes_raw()
    bound = _bound("nmx-sealed-v1", db_uuid, user_id, sealed.epoch, _b64(sealed.ephemeral), _b64(public))
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(sealed.ephemeral))
        return AESGCM(_hkdf(shared, bound)).decrypt(_NONCE, sealed.box, bound)
    except (InvalidTag, ValueError):
        raise _tampered() from None


def _tampered() -> DamagedKeyFile:
    return DamagedKeyFile(_("A key left in the key file was changed. Put the key file back from the last backup."))
