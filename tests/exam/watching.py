"""Who opens a file or asks the network: by Python's own audit events, and for code in C by the kernel's word about one file (Linux)."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IN_OPEN = 0x20
NETWORK = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.")
OTHERS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.startfile",
    "webbrowser.open",
    "os.listdir",
    "os.scandir",
    "glob.glob",
)
_OURS = tuple(str(Path(path).resolve()) for path in {*sys.path, sys.prefix, sys.base_prefix} if path)
_watching: list[list[str]] = []


def _heard(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    if event == "open" and not _is_program(arguments[0]) or event.startswith(NETWORK) or event in OTHERS:  # noqa: RUF021
        for found in _watching:
            found.append(f"{event} {arguments[:1]!r}"[:200])


def _is_program(path: object) -> bool:
    """Python importing its own code, not something a text named."""
    text = os.fsdecode(path) if isinstance(path, (str, bytes)) else ""
    return text.endswith((".py", ".pyc", ".so", ".pyd", ".dll")) and text.startswith(_OURS)


_installed: list[bool] = []


@contextmanager
def listening() -> Iterator[list[str]]:
    """What Python code opens, connects to or starts meanwhile."""
    if not _installed:
        sys.addaudithook(_heard)
        _installed.append(True)
    found: list[str] = []
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.remove(found)


class Bait:
    """A file that nothing may open. ``opened`` counts; on systems that do not tell it stays 0 and ``tells`` is False."""

    def __init__(self, path: Path) -> None:
        self.path, self._events = path, -1
        if sys.platform == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            self._events = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            if self._events >= 0 and libc.inotify_add_watch(self._events, os.fsencode(path), IN_OPEN) < 0:
                os.close(self._events)
                self._events = -1

    @property
    def tells(self) -> bool:
        """Whether this system says who opened it."""
        return self._events >= 0

    def opened(self) -> int:
        """How often it was opened since the last question."""
        times = 0
        try:
            while self.tells and (data := os.read(self._events, 65536)):
                at = 0
                while at < len(data):
                    times += 1
                    at += 16 + struct.unpack_from("iIII", data, at)[3]
        except BlockingIOError:
            pass
        return times

    def close(self) -> None:
        """Stop watching."""
        if self.tells:
            os.close(self._events)
            self._events = -1
