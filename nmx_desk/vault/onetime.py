"""Codes of two-step sign-in (TOTP, RFC 6238). The secret is made from the user's signing seed, so it stands nowhere."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

STEP_SECONDS: Final = 30
SECRET_BYTES: Final = 20
_AROUND: Final = (0, -1, 1)  # half-minutes: a telephone's clock is never quite ours


def secret(seed: bytes, db_uuid: str, user_id: str, version: int) -> str:
    """The shared secret as base32 text. ``version`` counts up each time it is renewed."""
    info = json.dumps(["nmx-totp-v1", db_uuid, user_id, version]).encode()
    return base64.b32encode(HKDF(SHA256(), SECRET_BYTES, None, info).derive(seed)).decode("ascii")


def step_of(code: str, secret_text: str, now: datetime) -> int | None:
    """The half-minute whose code this is, within one around now; None when it is no such code."""
    import pyotp

    typed = "".join(code.split())
    if not (len(typed) == 6 and typed.isascii() and typed.isdigit()):
        return None
    totp = pyotp.TOTP(secret_text)
    step = int(now.timestamp()) // STEP_SECONDS
    found = [step + around for around in _AROUND if hmac.compare_digest(totp.generate_otp(step + around), typed)]
    return max(found, default=None)


def address(secret_text: str, username: str, clinic: str) -> str:
    """What an authenticator app reads from the picture."""
    import pyotp

    return pyotp.TOTP(secret_text).provisioning_uri(name=username, issuer_name=f"NMX Desk {clinic}".strip())
