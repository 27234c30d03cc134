"""A disk that remembers everything SQLite does to it, and that can be full or broken.

A VFS of our own in front of SQLite's: the driver exports ``sqlite3_vfs_register``, so ctypes reaches it. That needs no compiler, no ptrace
and no rights (strace, LD_PRELOAD and FUSE do), works in the program's own process, and sees each write after SQLCipher encrypted it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import sqlcipher3._sqlite3

OK, FULL, IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, IOERR_SHMSIZE = 0, 13, 778, 1034, 1546, 4874
_CREATE = 0x4
_P, _INT, _I64 = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_OPEN = ctypes.CFUNCTYPE(_INT, _P, _P, _P, _INT, ctypes.POINTER(_INT))  # the path as a pointer: SQLite keeps it
_DELETE = ctypes.CFUNCTYPE(_INT, _P, ctypes.c_char_p, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _P, _P, _INT, _I64)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _P, _I64)
_SYNC = ctypes.CFUNCTYPE(_INT, _P, _INT)
_SHM_MAP = ctypes.CFUNCTYPE(_INT, _P, _INT, _INT, _INT, ctypes.POINTER(_P))
_SET_CALL = ctypes.CFUNCTYPE(_INT, _P, ctypes.c_char_p, _P)
_GET_CALL = ctypes.CFUNCTYPE(_P, _P, ctypes.c_char_p)
_OPEN_FOLDER = ctypes.CFUNCTYPE(_INT, ctypes.c_char_p, ctypes.POINTER(_INT))


class _Vfs(ctypes.Structure):
    _fields_ = (
        *((name, _INT) for name in ("version", "file_size", "longest")),
        *((name, _P) for name in ("next", "name", "app", "open", "delete", "access", "full_path")),
        *((name, _P) for name in ("dl_open", "dl_error", "dl_sym", "dl_close", "randomness", "sleep", "time", "last_error", "time64")),
        *((name, _P) for name in ("set_call", "get_call", "next_call")),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", _INT),
        *((name, _P) for name in ("close", "read", "write", "truncate", "sync", "size", "lock", "unlock", "reserved", "control")),
        *((name, _P) for name in ("sector_size", "characteristics", "shm_map", "shm_lock", "shm_barrier", "shm_unmap", "fetch", "unfetch")),
    )


class Event(NamedTuple):
    """Something that happened to a file (or, ``ack``, at the door): ``data`` of a write, ``at`` its place or the new length."""

    kind: str
    file: str = ""
    at: int = 0
    data: Any = b""


@dataclass
class Disk:
    """``events`` in order. ``refuse(event)`` may return an SQLite code with which a write, truncate or sync then fails."""

    events: list[Event] = field(default_factory=list)
    refuse: Callable[[Event], int] | None = None
    _files: dict[int, str] = field(default_factory=dict)
    _wrapped: dict[int, tuple[_Methods, Any]] = field(default_factory=dict)

    def happened(self, kind: str, file: str = "", at: int = 0, data: Any = b"") -> None:
        """Remember an event."""
        self.events.append(Event(kind, file, at, data))

    def _refused(self, *event: Any) -> int:
        return self.refuse(Event(*event)) if self.refuse else OK

    def wrap(self, file: int, path: str) -> None:
        """Put our methods before those of an open file."""
        self._files[file] = Path(path).name
        pointer = _P.from_address(file)
        if pointer.value not in self._wrapped:
            self._wrapped[pointer.value] = self._methods(_Methods.from_address(pointer.value))
        pointer.value = ctypes.addressof(self._wrapped[pointer.value][0])

    def _methods(self, real: _Methods) -> tuple[_Methods, Any]:
        """A copy of an open file's methods in which writing, cutting and syncing are ours; and what must not be collected."""
        kept = (
            _WRITE(lambda file, data, length, at: self._write(real, file, data, length, at)),
            _TRUNCATE(lambda file, length: self._truncate(real, file, length)),
            _SYNC(lambda file, flags: self._sync(real, file, flags)),
            _SHM_MAP(lambda file, region, size, extend, out: self._shm_map(real, file, region, size, extend, out)),
        )
        ours = _Methods.from_buffer_copy(real)
        for name, function in zip(("write", "truncate", "sync", "shm_map"), kept, strict=True):
            setattr(ours, name, ctypes.cast(function, _P))
        return ours, kept

    def _write(self, real: _Methods, file: int, data: int, length: int, at: int) -> int:
        event = Event("write", self._files[file], at, ctypes.string_at(data, length))
        if code := self._refused(*event):
            half = length // 2  # a full disk takes what still fits
            if half and _WRITE(real.write)(file, data, half, at) == OK:
                self.events.append(event._replace(data=event.data[:half]))
            return code
        code = _WRITE(real.write)(file, data, length, at)
        self.events.append(event)
        return code

    def _truncate(self, real: _Methods, file: int, length: int) -> int:
        code = self._refused("truncate", self._files[file], length) or _TRUNCATE(real.truncate)(file, length)
        if code == OK:
            self.happened("truncate", self._files[file], length)
        return code

    def _sync(self, real: _Methods, file: int, flags: int) -> int:
        code = self._refused("sync", self._files[file]) or _SYNC(real.sync)(file, flags)
        if code == OK:
            self.happened("sync", self._files[file])
        return code

    def _shm_map(self, real: _Methods, file: int, region: int, size: int, extend: int, out: Any) -> int:
        code = self._refused("map", self._files[file], region) if extend else OK
        return code or int(_SHM_MAP(real.shm_map)(file, region, size, extend, out))


@contextmanager
def recording(disk: Disk | None = None) -> Iterator[Disk]:
    """While it lasts, every file that SQLite opens is on this disk."""
    disk = disk or Disk()
    library = ctypes.CDLL(sqlcipher3._sqlite3.__file__)
    library.sqlite3_vfs_find.restype = _P
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    for function in (library.sqlite3_vfs_register, library.sqlite3_vfs_unregister):
        function.argtypes = [_P, _INT][: 2 if function is library.sqlite3_vfs_register else 1]
    real = _Vfs.from_address(library.sqlite3_vfs_find(None))
    ours = _Vfs.from_buffer_copy(real)
    name = ctypes.c_char_p(b"recording")
    kept = (_OPEN(lambda *args: _opened(disk, real, *args)), _DELETE(lambda *args: _deleted(disk, real, *args)), name)
    ours.open, ours.delete, ours.name = (ctypes.cast(item, _P) for item in kept)
    open_folder = _GET_CALL(real.get_call)(ctypes.addressof(real), b"openDirectory")
    watched = _OPEN_FOLDER(lambda path, out: _folder_opened(disk, open_folder, path, out))
    assert library.sqlite3_vfs_register(ctypes.addressof(ours), 1) == OK
    assert _SET_CALL(real.set_call)(ctypes.addressof(real), b"openDirectory", ctypes.cast(watched, _P)) == OK
    try:
        yield disk
    finally:
        _SET_CALL(real.set_call)(ctypes.addressof(real), b"openDirectory", None)
        library.sqlite3_vfs_unregister(ctypes.addressof(ours))
        library.sqlite3_vfs_register(ctypes.addressof(real), 1)


def _opened(disk: Disk, real: _Vfs, vfs: int, path: int | None, file: int, flags: int, out: Any) -> int:
    name = ctypes.string_at(path).decode() if path else ""
    new = bool(name and flags & _CREATE) and not Path(name).exists()
    if new and (code := disk._refused("create", Path(name).name)):
        return code
    code = int(_OPEN(real.open)(vfs, path, file, flags, out))
    if code == OK and _P.from_address(file).value:
        disk.wrap(file, name)
        if new:
            disk.happened("create", Path(name).name)
    return code


def _deleted(disk: Disk, real: _Vfs, vfs: int, path: bytes, sync_folder: int) -> int:
    code = int(_DELETE(real.delete)(vfs, path, sync_folder))
    if code == OK:
        disk.happened("delete", Path(path.decode()).name)
    return code


def _folder_opened(disk: Disk, real: int, path: bytes, out: Any) -> int:
    """SQLite opens a folder for one purpose: to sync it."""
    disk.happened("folder")
    return int(_OPEN_FOLDER(real)(path, out))
