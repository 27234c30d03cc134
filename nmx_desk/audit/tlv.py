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
    return committed(salt, tlv(field, old, new))


def committed(salt: bytes, change: bytes) -> bytes:
    """The same of a change that is in its canonical form already."""
    return sha256(b"\x02" + salt + change).digest()


def read(data: bytes) -> list[Value]:
    """The values back from their canonical bytes. Raises ``ValueError`` on anything that is not canonical."""
    return _read(data)[0]


def changes(data: bytes) -> list[tuple[Value, Value, Value, bytes]]:
    """``tlv(field, old, new, …)`` three by three, each with its own bytes."""
    values, ends = _read(data)
    begins = [0, *ends[2::3]]
    return [(*values[n : n + 3], data[begins[n // 3] : ends[n + 2]]) for n in range(0, len(values), 3)]  # type: ignore[misc]  # three


def _read(data: bytes) -> tuple[list[Value], list[int]]:
    """The values, and where each ends."""
    values: list[Value] = []
    ends: list[int] = []
    at, size = 0, len(data)
    while at < size:
        kind = data[at]
        if kind == 0:
            values.append(None)
            at += 1
            ends.append(at)
            continue
        end = at + 5 + int.from_bytes(data[at + 1 : at + 5], "big")
        body = data[at + 5 : end]
        if end > size or at + 5 > size:
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
        ends.append(at)
    return values, ends
