"""The acting user's Ed25519 key (RFC 8032)."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class UserSigner:
    """Signs tree heads. ``seed``: 32 bytes; ``key_id``: first 32 hex digits of the SHA-256 of the public key."""

    def __init__(self, seed: bytes, epoch: int) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        self.key_id = sha256(bytes.fromhex(self.public_key)).hexdigest()[:32]
        self.epoch = epoch

    def sign(self, message: bytes) -> bytes:
        """64 bytes of signature."""
        return self._key.sign(message)
