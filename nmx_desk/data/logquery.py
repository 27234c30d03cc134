"""Which entries of the log pass a filter, newest first, whatever is asked: a million entries are never walked for one page.

Each condition has an index of its own; the rarest of those asked for leads, the others are held against what it gives. What is common is
found soon by walking back from the end. ``ORDER BY`` always follows the index that leads, so that reading stops with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from nmx_desk.audit import storage
from nmx_desk.audit.storage import Words

COMMON = 3_000  # entries or heads from which on a condition is no good leader
_NONE: tuple[str, tuple[Any, ...]] = ("", ())
_LINE = (
    "SELECT e.seq, h.tx, h.ts, e.action, e.code, e.outcome, h.actor, h.role, e.obj_type, e.obj_id, e.client, h.purpose, h.rule,"
    " h.reason_code, h.break_glass, h.station, h.first, h.on_behalf_of"
)
_ITS_HEAD = " CROSS JOIN audit_head h ON h.size = (SELECT min(n.size) FROM audit_head n WHERE n.size > e.seq)"
_ITS_ENTRIES = " CROSS JOIN audit_entry e ON e.seq >= h.first AND e.seq < h.size"


@dataclass(frozen=True)
class Wanted:
    """A filter in the log's own numbers. ``after`` … ``before``: entry numbers; ``own``: actor and clients to whom a reader is held."""

    client: int | None = None
    actor: int | None = None
    obj: str | bytes | None = None
    codes: tuple[int, ...] = ()
    glass: bool = False
    after: int = 0
    before: int = 1 << 52
    own: tuple[int, tuple[int, ...]] | None = None
    seqs: tuple[int, ...] | None = None  # those that a search for words found

    @property
    def hopeless(self) -> bool:
        """Whether nothing can pass."""
        return self.after >= self.before or self.seqs == ()


def within(connection: Any, since: int | None, until: int | None) -> tuple[int, int]:
    """The entries of a period (µs, from … up to, not with): time and number grow together."""
    run = connection.execute
    first, last = 0, 1 << 52
    if since is not None:
        row = run("SELECT first FROM audit_head WHERE ts >= ? ORDER BY ts, size LIMIT 1", (since,)).fetchone()
        first = row[0] if row else last
    if until is not None:
        row = run("SELECT size FROM audit_head WHERE ts < ? ORDER BY ts DESC, size DESC LIMIT 1", (until,)).fetchone()
        last = row[0] if row else 0
    return first, last


def find(connection: Any, wanted: Wanted, limit: int) -> list[tuple[Any, ...]]:
    """Rows of ``_LINE``, newest first."""
    if wanted.hopeless:
        return []
    if wanted.own is not None and wanted.actor is None and wanted.client is None:
        return _merged([find(connection, one, limit) for one in _within_reach(wanted)], limit)
    leader = _leader(connection, wanted)
    if leader == "code":
        found = [_run(connection, replace(wanted, codes=(code,)), leader, limit) for code in wanted.codes]
        return _merged(found, limit)
    return _run(connection, wanted, leader, limit)


def _within_reach(wanted: Wanted) -> list[Wanted]:
    """A reader who may not see all: the own deeds, and what concerns the own clients."""
    assert wanted.own is not None  # noqa: S101 (for the type checker)
    actor, _ = wanted.own
    return [replace(wanted, actor=actor, own=None), replace(wanted, actor=None, own=(-1, wanted.own[1]), client=-1)]


def _merged(parts: Sequence[list[tuple[Any, ...]]], limit: int) -> list[tuple[Any, ...]]:
    rows = {row[0]: row for part in parts for row in part}
    return [rows[seq] for seq in sorted(rows, reverse=True)[:limit]]


def _leader(connection: Any, wanted: Wanted) -> str:
    """The condition with the fewest entries; empty when each of them is common."""
    if wanted.seqs is not None:
        return "seqs"
    asked = {
        "obj": ("audit_entry WHERE obj_id = ?", (wanted.obj,)) if wanted.obj is not None else _NONE,
        "client": ("audit_entry WHERE client = ?", (wanted.client,)) if wanted.client not in {None, -1} else _NONE,
        "code": (f"audit_entry WHERE code IN ({','.join('?' * len(wanted.codes))})", wanted.codes) if wanted.codes else _NONE,
        "actor": ("audit_head WHERE actor = ?", (wanted.actor,)) if wanted.actor is not None else _NONE,
        "glass": ("audit_head WHERE break_glass = 1", ()) if wanted.glass else _NONE,
    }
    counts = {name: _count(connection, *what) for name, what in asked.items() if what[0]}
    if wanted.client == -1:
        return "clients"
    best = min(counts, key=lambda name: counts[name], default="")
    if not best or (counts[best] >= COMMON and wanted.before - wanted.after <= COMMON):
        return ""
    return best if counts[best] < COMMON or len(counts) > 1 else ""


def _count(connection: Any, what: str, values: tuple[Any, ...]) -> int:
    found = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {what} LIMIT {COMMON})", values).fetchone()  # noqa: S608
    return int(found[0])


def is_rare(connection: Any, wanted: Wanted) -> bool:
    """Whether one of the conditions leaves few entries."""
    leader = _leader(connection, wanted)
    return leader not in {"", "clients"} and len(find(connection, wanted, COMMON)) < COMMON


def _run(connection: Any, wanted: Wanted, leader: str, limit: int) -> list[tuple[Any, ...]]:
    source, order = {
        "obj": (f" FROM audit_entry e INDEXED BY audit_entry_object{_ITS_HEAD}", "e.seq DESC"),
        "client": (f" FROM audit_entry e INDEXED BY audit_entry_client{_ITS_HEAD}", "e.seq DESC"),
        "code": (f" FROM audit_entry e INDEXED BY audit_entry_code{_ITS_HEAD}", "e.seq DESC"),
        "actor": (f" FROM audit_head h INDEXED BY audit_head_actor{_ITS_ENTRIES}", "h.size DESC, e.seq DESC"),
        "glass": (f" FROM audit_head h INDEXED BY audit_head_glass{_ITS_ENTRIES}", "h.size DESC, e.seq DESC"),
    }.get(leader, (f" FROM audit_entry e{_ITS_HEAD}", "e.seq DESC"))
    where, values = _conditions(wanted, leader)
    sql = f"{_LINE}{source} WHERE {where} ORDER BY {order} LIMIT ?"
    return list(connection.execute(sql, (*values, limit)))


def _conditions(wanted: Wanted, leader: str) -> tuple[str, list[Any]]:
    """Conditions and their values; a ``+`` keeps a column from leading."""
    asked: list[tuple[str, str, Sequence[Any] | None]] = [
        ("seqs", "e.seq", wanted.seqs),
        ("obj", "e.obj_id", None if wanted.obj is None else (wanted.obj,)),
        ("client", "e.client", None if wanted.client in {None, -1} else (wanted.client,)),
        ("clients", "e.client", (wanted.own[1] or (-1,)) if wanted.own is not None and wanted.client == -1 else None),
        ("code", "e.code", wanted.codes or None),
        ("actor", "h.actor", None if wanted.actor is None else (wanted.actor,)),
    ]
    where, values = ["e.seq >= ?", "e.seq < ?"], [wanted.after, wanted.before]
    if leader in {"actor", "glass"}:
        where = ["+e.seq >= ?", "+e.seq < ?", "h.size > ?", "h.first < ?"]  # the head's own bounds lead to its entries
        values = [*values, wanted.after, wanted.before]
    for name, column, found in asked:
        if found is not None:
            where.append(f"{'' if name == leader else '+'}{column} IN ({','.join('?' * len(found))})")
            values += found
    if wanted.glass:
        where.append("h.break_glass = 1" if leader == "glass" else "+h.break_glass = 1")
    if wanted.own is not None and wanted.client != -1:
        actor, clients = wanted.own
        where.append(f"(h.actor = ? OR e.client IN ({','.join('?' * len(clients)) or 'NULL'}))")
        values += [actor, *clients]
    return " AND ".join(where), values


def in_numbers(words: Words, *, client: str, actor: str, obj_id: str, codes: Sequence[str]) -> Wanted | None:
    """A filter in numbers; None when it asks for a word that the log does not know, so that nothing can pass."""
    numbers = {text: words.id(text) for text in (client, actor) if text}
    known = tuple(number for code in codes if (number := words.id(code)) is not None)
    if None in numbers.values() or (codes and not known):
        return None
    return Wanted(
        client=numbers.get(client), actor=numbers.get(actor), obj=storage.pack_id(obj_id) if obj_id else None, codes=known
    )  # fmt: skip
