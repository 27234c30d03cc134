"""Every page of an encrypted database, decrypted one by one: free pages, write-ahead log and backups included.

SQLCipher 4: page 1 begins with 16 bytes of salt; each page ends with 80 bytes: the IV (16) and its HMAC-SHA512 (64). The raw key is the
AES key itself. An export or a query would leave out what nobody points at any more; this does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVE, SALT, IV = 4096, 80, 16, 16
WAL_HEADER, FRAME_HEADER = 32, 24


def decrypted(path: Path, key: bytes) -> Iterator[bytes]:
    """The pages of a database file in order, and the frames of its write-ahead log, also stale ones."""
    data = path.read_bytes()
    for number, at in enumerate(range(0, len(data), PAGE), 1):
        yield page(data[at : at + PAGE], key, first=number == 1)
    wal = path.with_name(path.name + "-wal")
    if wal.exists():
        yield from frames(wal.read_bytes(), key)


def frames(wal: bytes, key: bytes) -> Iterator[bytes]:
    """The pages in a write-ahead log."""
    for at in range(WAL_HEADER, len(wal) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        first = int.from_bytes(wal[at : at + 4], "big") == 1
        yield page(wal[at + FRAME_HEADER : at + FRAME_HEADER + PAGE], key, first=first)


def page(data: bytes, key: bytes, *, first: bool) -> bytes:
    """One page in clear."""
    start, iv = SALT if first else 0, data[PAGE - RESERVE : PAGE - RESERVE + IV]
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return cipher.update(data[start : PAGE - RESERVE]) + cipher.finalize()


def count(path: Path, key: bytes, needles: list[bytes]) -> dict[bytes, int]:
    """How often each of these byte strings stands in the pages; also across the border of two cells, as everything is one text."""
    whole = b"\0".join(decrypted(path, key))
    return {needle: found for needle in needles if (found := whole.count(needle))}
