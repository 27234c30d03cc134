"""Signatures of many heads, checked beside the other work by a process of its own: in threads they would wait for each other."""

from __future__ import annotations

import struct
import subprocess
import sys
from typing import BinaryIO

from nmx_desk.audit.entry import Head, head_message

_MANY = 1500  # heads that are worth a process
_PART = 50  # written at a time: the helper is never without work, nor the pipe full
_SERVE = "import sys; from nmx_desk.audit.signatures import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
_FRAME = struct.Struct("<q32s64sI")  # size of the head, public key, signature, length of the message that follows
_SIZE = struct.Struct("<q")


class Signatures:
    """``add`` heads as they come; ``wrong`` waits for all and names those that are not genuine (RFC 8032)."""

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._wrong: list[int] = []
        self._helper: subprocess.Popen[bytes] | None = None
        self._alone = getattr(sys, "frozen", False)  # a packed program has no Python to start

    def add(self, public_key: bytes, db_uuid: str, head: Head) -> None:
        """Have the signature of a head checked against a public key (32 bytes)."""
        if len(head.signature) != 64:
            self._wrong.append(head.size)
            return
        message = head_message(db_uuid, head)
        self._frames.append(_FRAME.pack(head.size, public_key, head.signature, len(message)) + message)
        if len(self._frames) >= (_MANY if self._helper is None else _PART) and not self._alone:
            self._hand_over()

    def wrong(self) -> list[int]:
        """Sizes of the heads whose signature was not made by the key they name."""
        if self._helper is not None:
            self._hand_over()
        if self._helper is None or self._helper.stdin is None or self._helper.stdout is None:
            return sorted({*self._wrong, *(size for frame in self._frames if (size := _check(frame)) is not None)})
        self._helper.stdin.close()
        answer = self._helper.stdout.read()
        if self._helper.wait() != 0 or len(answer) % _SIZE.size:
            raise RuntimeError("the signatures could not be checked")
        return sorted({*self._wrong, *(size for (size,) in _SIZE.iter_unpack(answer))})

    def close(self) -> None:
        """End the helper."""
        if self._helper is not None:
            self._helper.kill()
            for pipe in (self._helper.stdin, self._helper.stdout):
                if pipe is not None:
                    pipe.close()
            self._helper.wait()

    def _hand_over(self) -> None:
        try:
            if self._helper is None:
                command = [sys.executable, "-c", _SERVE]
                self._helper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (our own text)
            assert self._helper.stdin is not None  # noqa: S101 (for the type checker)
            self._helper.stdin.write(b"".join(self._frames))
            self._frames = []
        except OSError as error:
            if self._helper is not None:
                raise RuntimeError("the signatures could not be checked") from error
            self._alone = True


def serve(source: BinaryIO, answer: BinaryIO) -> None:
    """The helper: reads frames to their end, then writes the sizes of those that are not genuine."""
    found = []
    while start := source.read(_FRAME.size):
        size = _check(start + source.read(_FRAME.unpack(start)[3]))
        if size is not None:
            found.append(size)
    answer.write(b"".join(_SIZE.pack(size) for size in found))


def _check(frame: bytes) -> int | None:
    """The size of the head when its signature does not fit, else None."""
    from nacl.bindings import crypto_sign_open  # 20 ms that only a verification needs
    from nacl.exceptions import CryptoError

    size, public_key, signature, _ = _FRAME.unpack_from(frame)
    try:
        crypto_sign_open(signature + frame[_FRAME.size :], public_key)
    except (CryptoError, ValueError):
        return int(size)
    return None
