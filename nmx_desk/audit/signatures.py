"""Signatures of many heads, checked beside the other work: libsodium lets go of the interpreter while it computes."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor

from nmx_desk.audit.entry import Head, head_message

_PART = 200  # heads a thread takes at a time
_Item = tuple[bytes, bytes, bytes, int]  # public key, message, signature, size of the head


class Signatures:
    """``add`` heads as they come; ``wrong`` waits for all and names those that are not genuine (RFC 8032)."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._part: list[_Item] = []
        self._asked: list[Future[list[int]]] = []

    def add(self, public_key: bytes, db_uuid: str, head: Head) -> None:
        """Have the signature of a head checked against a public key (32 bytes)."""
        self._part.append((public_key, head_message(db_uuid, head), head.signature, head.size))
        if len(self._part) >= _PART:
            self._send()

    def wrong(self) -> list[int]:
        """Sizes of the heads whose signature was not made by the key they name."""
        if self._pool is None:  # a few: not worth a thread
            found = check(self._part)
            self._part = []
            return found
        self._send()
        return [size for part in self._asked for size in part.result()]

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _send(self) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max(1, min(4, (os.cpu_count() or 2) - 1)), thread_name_prefix="signatures")
        self._asked.append(self._pool.submit(check, self._part))
        self._part = []


def check(part: list[_Item]) -> list[int]:
    """Sizes of those whose signature does not fit."""
    from nacl.bindings import crypto_sign_open  # 20 ms that only a verification needs
    from nacl.exceptions import CryptoError

    found = []
    for public_key, message, signature, size in part:
        try:
            crypto_sign_open(signature + message, public_key)
        except (CryptoError, ValueError, TypeError):
            found.append(size)
    return found
