"""Bytes that mean one thing: the canonical form under every hash of the log.

``None → 00 | text → 01 len32 utf8 | blob → 02 len32 bytes | int → 03 len32 ascii`` (AUDIT §3).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TypeAlias

Value: TypeAlias = str | int | bytes | None

_SHORT = [bytes((1,)) + n.to_bytes(4, "big") for n in range(256)]  # the beginnings of short texts: nearly every value is one


def one(value: Value) -> bytes:
    """Canonical bytes of one value."""
    if value is None:
        return b"\x00"
    if isinstance(value, str):
        body = value.encode() if value.isascii() else value.encode("utf-8", "surrogatepass")
        size = len(body)
        return (_SHORT[size] if size < 256 else b"\x01" + size.to_bytes(4, "big")) + body
    if isinstance(value, int):
        body = b"%d" % value
        return b"\x03" + len(body).to_bytes(4, "big") + body
    return b"\x02" + len(value).to_bytes(4, "big") + value


def tlv(*values: Value) -> bytes:
    """Canonical bytes of several values, one after the other."""
    return b"".join(map(one, values))


def commitment(salt: bytes, field: str, old: Value, new: Value) -> bytes:
    """Salted commitment to one changed field: it binds the value and, once salt and value are gone, tells nothing."""
    return sha256(b"\x02" + salt + tlv(field, old, new)).digest()


def read(data: bytes) -> list[Value]:
    """The values back from their canonical bytes. Raises ``ValueError`` on anything that is not canonical."""
    values: list[Value] = []
    at = 0
    while at < len(data):
        kind = data[at]
        if kind == 0:
            values.append(None)
            at += 1
            continue
        end = at + 5 + int.from_bytes(data[at + 1 : at + 5], "big")
        body = data[at + 5 : end]
        if end > len(data) or at + 5 > len(data):
            raise ValueError("cut off")
        if kind == 1:
            values.append(body.decode("utf-8", "surrogatepass"))
        elif kind == 2:
            values.append(body)
        elif kind == 3:
            values.append(int(body))
        else:
            raise ValueError(kind)
        at = end
    return values
