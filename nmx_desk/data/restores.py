"""What the log says of backups that were put back and of losses that were accepted: which heads it left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MAY = ("admin", "manager")  # roles that put back or accept


@dataclass(frozen=True)
class LeftBehind:
    """A RESTORE entry: the log went on from ``kept`` entries, and left a head of ``size`` with ``root`` (hex). ``ts``: µs."""

    seq: int
    ts: int
    kept: int
    size: int
    root: str


def left_behind(connection: Any) -> list[LeftBehind]:
    """The RESTORE entries, in order, by who may make one. ``connection``: a driver's."""
    wanted = (
        "SELECT e.seq, h.ts, f.text, v.new, a.text FROM audit_entry e"
        " JOIN audit_head h ON h.size = (SELECT min(size) FROM audit_head WHERE size > e.seq)"
        " JOIN audit_word a ON a.id = h.actor"
        " JOIN audit_value v ON v.id BETWEEN e.seq << 10 AND (e.seq << 10) + 1023 JOIN audit_word f ON f.id = v.field"
        " WHERE e.action = 'E' AND e.code = (SELECT id FROM audit_word WHERE text = 'RESTORE') ORDER BY v.id"
    )
    found: dict[int, dict[str, Any]] = {}
    for seq, ts, name, new, actor in connection.execute(wanted):
        found.setdefault(seq, {"@ts": ts, "@actor": actor})[name] = new
    may = {row[0] for row in connection.execute(f"SELECT user_id FROM user_role WHERE role IN {MAY}")}  # noqa: S608 (our own words)
    return [made for seq, said in found.items() if said["@actor"] in may and (made := _read(seq, said)) is not None]


def _read(seq: int, said: dict[str, Any]) -> LeftBehind | None:
    try:
        kept, _ = str(said["restored"]).split()
        size, root = str(said.get("abandoned") or "0 -").split()
        return LeftBehind(seq, int(said["@ts"]), int(kept), int(size), root)
    except (KeyError, ValueError):
        return None


def counts_no_more(found: Iterable[LeftBehind], size: int, ts: int) -> bool:
    """Whether a head of ``size`` entries, made at ``ts`` (µs), belongs to what was left behind."""
    return any(size > one.kept and ts <= one.ts for one in found)

