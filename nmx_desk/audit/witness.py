"""The witness: this workstation's memory of the last head it saw, outside the clinic's folder.

It catches what no database can know of itself: an older copy put back, or committed work lost in a damaged WAL.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nmx_desk.audit import storage, tree

_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Witness:
    """Last head seen: ``size`` entries with ``root`` (hex); ``verified`` of them, with ``verified_root``, were found intact."""

    db_uuid: str
    size: int
    root: str
    ts: str
    verified: int = 0
    verified_root: str = ""


def load(path: Path) -> Witness | None:
    """The witness in the file; None when there is none or it cannot be read (a notice, not a finding)."""
    try:
        found = Witness(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    texts, numbers = (found.db_uuid, found.root, found.ts, found.verified_root), (found.size, found.verified)
    sound = all(isinstance(text, str) for text in texts) and all(type(number) is int and number >= 0 for number in numbers)
    sound = sound and found.verified <= found.size and all(set(text) <= _HEX and len(text) in {0, 64} for text in texts[1::2])
    return found if sound else None


def save(path: Path, witness: Witness) -> None:
    """Write durably: temporary file, fsync, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(witness.__dict__, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def advance(path: Path, db_uuid: str, size: int, root: bytes, ts: str, *, verified: int | None = None) -> None:
    """Remember a newer head; an older one never replaces it."""
    known = load(path)
    if known is not None and known.db_uuid == db_uuid and known.size >= size:
        if verified is not None and verified >= known.verified and (known.size > size or known.root == root.hex()):
            save(path, replace(known, verified=verified, verified_root=root.hex()))
        return
    kept = known if known is not None and known.db_uuid == db_uuid else Witness(db_uuid, 0, "", "")
    newer = kept if verified is None else replace(kept, verified=verified, verified_root=root.hex())
    save(path, replace(newer, size=size, root=root.hex(), ts=ts))


def missing_entries(connection: Any, witness: Witness) -> int | None:
    """How many entries the database lacks against its witness: 0 when it has them all, None when its history is another one."""
    row = connection.execute("SELECT size FROM audit_head ORDER BY size DESC LIMIT 1").fetchone()
    size = row[0] if row else 0
    if size < witness.size:
        return int(witness.size - size)

    return 0 if tree.root(witness.size, storage.node_at(connection)).hex() == witness.root else None
