"""Secrets that people copy by hand: base32 in groups of four, the last group a checksum."""

from __future__ import annotations

import base64
import binascii
import hashlib

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _

_GROUP = 4
_LOOKALIKE = str.maketrans("018", "OIB")  # base32 has no 0, 1 and 8: whoever types them means the letter


def _checksum(secret: bytes) -> str:
    """Four characters, so that one mistyped code in a million passes."""
    return base64.b32encode(hashlib.sha256(b"nmx-code-v1" + secret).digest()).decode("ascii")[:_GROUP]


def encode(secret: bytes) -> str:
    """Printable code of ``secret`` (a multiple of 5 bytes): ``ABCD-EFGH-…-SUMS``."""
    text = base64.b32encode(secret).decode("ascii") + _checksum(secret)
    return "-".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))


def decode(text: str, length: int) -> bytes:
    """The ``length`` bytes of a code as typed; case, spaces, dashes and look-alikes do not matter. Raises UserError."""
    typed = "".join(c for c in text.upper() if c.isalnum()).translate(_LOOKALIKE)
    expected = length * 8 // 5 + _GROUP
    if len(typed) != expected:
        raise UserError(
            "code",
            _("This key has {typed} characters, it should have {expected}. Check it for missing or double characters.").format(
                typed=len(typed), expected=expected
            ),
        )
    try:
        secret = base64.b32decode(typed[:-_GROUP])
    except (binascii.Error, ValueError):
        secret = b""
    if not secret or _checksum(secret) != typed[-_GROUP:]:
        raise UserError("code", _("The checksum of this key is wrong: at least one character was mistyped. Compare it with the paper."))
    return secret
