"""One entry of the log and the circumstances it was written in (AUDIT §2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nmx_desk.audit.tlv import Value, tlv
from nmx_desk.audit.tree import leaf_hash

CODES = (
    "CREATE", "CHANGE", "DELETE", "VIEW", "SEARCH", "PRINT", "EXPORT", "IMPORT", "MERGE", "SIGN", "LOGIN", "LOGOUT", "LOCK", "DENY",
    "BREAKGLASS", "ERASE", "BACKUP", "RESTORE", "MIGRATE", "KEY", "ROLE", "CONFIG", "VERIFY", "CLOCK",
)  # fmt: skip
COLUMNS = (
    "seq", "tx", "ts", "skew", "action", "code", "outcome", "actor", "role", "on_behalf_of", "station", "session", "app_version",
    "schema_version", "obj_type", "obj_id", "client", "purpose", "rule", "break_glass", "reason_code", "commits",
)  # fmt: skip


@dataclass(kw_only=True)
class Context:
    """Who acts, in which role, why: the same for every entry of one transaction. ``values`` are free texts (reason, search words).

    ``epoch``: the key period that begins with this transaction; 0: the one the log is in.
    """

    tx: str
    actor: str
    role: str
    session: str
    station: str
    app_version: str
    schema_version: str
    on_behalf_of: str | None = None
    purpose: str = ""
    rule: str = ""
    break_glass: int = 0
    reason_code: str = ""
    code: str = ""
    epoch: int = 0
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, columns in their fixed order (version 1). ``commits`` is n × 32 bytes."""

    seq: int
    tx: str
    ts: str
    skew: int
    action: str
    code: str
    outcome: int
    actor: str
    role: str
    on_behalf_of: str | None
    station: str
    session: str
    app_version: str
    schema_version: str
    obj_type: str
    obj_id: str
    client: str | None
    purpose: str
    rule: str
    break_glass: int
    reason_code: str
    commits: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """A signed tree head: the first ``size`` entries have this ``root``."""

    size: int
    root: bytes
    ts: str
    key_id: str
    epoch: int
    signature: bytes


def entry_leaf(columns: Sequence[Value]) -> bytes:
    """Leaf hash of an entry given as its columns in order: ``SHA256(00 ‖ tlv(1, columns…))``."""
    return leaf_hash(tlv(1, *columns))


def head_message(db_uuid: str, head: Head) -> bytes:
    """The bytes an actor's key signs."""
    return b"nmx-head-v1" + tlv(db_uuid, head.epoch, head.size, head.root, head.ts)


def utc_text(moment: datetime) -> str:
    """Instant as fixed-width ISO text with microseconds and Z: sorts as it reads."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
