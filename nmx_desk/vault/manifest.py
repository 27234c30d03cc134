"""What a backup file says about itself, and the strict reading of one."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from nmx_desk.i18n import _
from nmx_desk.vault.errors import BadBackup
from nmx_desk.vault.folder import DATABASE, KEYS

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_NAMES: Final = frozenset({MANIFEST, DATABASE, KEYS})
_MAX_MANIFEST: Final = 64 * 1024
CHUNK: Final = 1024 * 1024
BROKEN: Final = (zipfile.BadZipFile, ValueError, EOFError, RuntimeError, NotImplementedError, OverflowError)  # of a damaged archive


@dataclass(frozen=True)
class PackedFile:
    """Size in bytes and SHA-256 in hex of one file of the backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``head`` is the log's head in this copy: ``size``, ``root`` (hex) and whatever else verifying gave, as JSON values."""

    created: datetime
    app_version: str
    schema_revision: str
    head: Mapping[str, Any]
    files: Mapping[str, PackedFile]

    def to_json(self) -> bytes:
        """UTF-8 JSON, sorted."""
        body = {
            "format": FORMAT,
            "created": self.created.astimezone(UTC).isoformat(timespec="microseconds"),
            "app_version": self.app_version,
            "schema_revision": self.schema_revision,
            "head": dict(self.head),
            "files": {name: {"size": file.size, "sha256": file.sha256} for name, file in self.files.items()},
        }
        return json.dumps(body, indent=1, sort_keys=True).encode()

    @staticmethod
    def from_json(data: bytes) -> Manifest:
        """Raises ValueError, KeyError, TypeError, AttributeError."""
        body = json.loads(data)
        if body["format"] != FORMAT or set(body["files"]) != {DATABASE, KEYS}:
            raise ValueError("format")
        files = {name: PackedFile(int(raw["size"]), str(raw["sha256"])) for name, raw in body["files"].items()}
        created = datetime.fromisoformat(body["created"]).astimezone(UTC)
        return Manifest(created, str(body["app_version"]), str(body["schema_revision"]), dict(body["head"]), files)


def sha256_of(source: BinaryIO, write: Callable[[bytes], object] | None = None, limit: int | None = None) -> PackedFile:
    """Size and hash of a stream, copied to ``write`` on the way. Stops with ValueError beyond ``limit`` bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise ValueError("longer than announced")
        digest.update(chunk)
        if write is not None:
            write(chunk)
    return PackedFile(size, digest.hexdigest())


def open_backup(file: Path) -> tuple[zipfile.ZipFile, Manifest]:
    """The archive, to be closed by the caller, and its manifest; only the three known names, stored, each once. Raises BadBackup."""
    try:
        archive = zipfile.ZipFile(file)
    except FileNotFoundError as error:
        raise BadBackup(_("There is no backup file {name}. Choose another file.").format(name=file.name)) from error
    except OSError as error:
        raise BadBackup(
            _("The backup {name} cannot be read ({reason}). Check the disk or choose another backup.").format(
                name=file.name, reason=error.strerror or ""
            )
        ) from error
    except BROKEN as error:
        raise bad(file) from error
    try:
        return archive, _read(archive)
    except (*BROKEN, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        archive.close()
        raise bad(file) from error


def _read(archive: zipfile.ZipFile) -> Manifest:
    """Raises ValueError and whatever a broken archive or manifest gives."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(names) != len(_NAMES) or set(names) != _NAMES or any(info.compress_type != zipfile.ZIP_STORED for info in infos):
        raise ValueError("members")
    if archive.getinfo(MANIFEST).file_size > _MAX_MANIFEST:
        raise ValueError("manifest size")
    return Manifest.from_json(archive.read(MANIFEST))


def bad(file: Path) -> BadBackup:
    """The sentence for anything wrong inside."""
    return BadBackup(
        _("{name} is not a complete backup of NMX Desk, or it was damaged. Choose another backup; nothing was changed.").format(
            name=file.name
        )
    )
