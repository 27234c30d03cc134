"""Verifying: recompute every leaf, commitment, node and head, and replay the entries against the live rows (AUDIT §4).

Nothing here trusts a stored hash. A finding names the entry, the table, the row and the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nmx_desk.audit import tree
from nmx_desk.audit.capture import KEY_TABLE, CapturedTable, triggers
from nmx_desk.audit.entry import Head, entry_leaf, head_message
from nmx_desk.audit.seal import decode
from nmx_desk.audit.tlv import Value, commitment
from nmx_desk.audit.witness import Witness, missing_entries

STEP = 2000


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. ``kind`` is a stable word, ``detail`` plain English facts (never clinic values)."""

    kind: str
    seq: int | None = None
    table: str = ""
    row: str = ""
    field: str = ""
    detail: str = ""


@dataclass
class Result:
    """Outcome of a verification: ``size`` entries with ``root``; no findings means intact."""

    size: int = 0
    root: bytes = tree.EMPTY_ROOT
    heads: int = 0
    values: int = 0
    rows: int = 0
    last_ts: str = ""
    findings: list[Finding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True when nothing was found."""
        return not self.findings


Progress: TypeAlias = Callable[[int, int], None]


@dataclass
class _Walk:
    """State carried along the entries."""

    connection: Any
    result: Result
    db_uuid: str
    keys: dict[str, tuple[str, Ed25519PublicKey, int]]
    heads: dict[int, Head]
    captured: dict[str, CapturedTable]
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    leaves: list[bytes] = field(default_factory=list)
    live: dict[tuple[str, str], dict[str, Value]] = field(default_factory=dict)
    blanked: list[tuple[int, str | None]] = field(default_factory=list)
    erased: set[tuple[str, str]] = field(default_factory=set)
    erase_at: dict[str | None, int] = field(default_factory=dict)
    last_ts: str = ""
    since_head: set[str] = field(default_factory=set)

    def find(self, kind: str, seq: int | None = None, table: str = "", row: str = "", field_: str = "", detail: str = "") -> None:
        self.result.findings.append(Finding(kind, seq, table, row, field_, detail))


def verify(connection: Any, tables: Iterable[CapturedTable], *, witness: Witness | None = None, progress: Progress | None = None) -> Result:
    """Check the whole log of one database. ``connection`` should hold a read transaction, so that everything seen is of one moment.

    ``progress(done, total)`` is called every 2,000 entries and may raise to cancel. RFC 9162 for the tree, RFC 8032 for the signatures.
    """
    result = Result()
    captured = {table.name: table for table in (*tables, KEY_TABLE)}
    meta = connection.execute("SELECT db_uuid FROM audit_meta").fetchone()
    walk = _Walk(connection, result, meta[0] if meta else "", _keys(connection), _heads(connection), captured)
    if meta is None:
        walk.find("meta", detail="the database has lost its identity")
    total = connection.execute("SELECT count(*) FROM audit_entry").fetchone()[0]
    for entry, values in _entries(connection):
        _check_entry(walk, entry, values)
        if progress is not None and result.size % STEP == 0:
            progress(result.size, total)
    _check_rest(walk)
    _check_triggers(walk)
    _replay(walk)
    _check_witness(walk, witness)
    if progress is not None:
        progress(total, total)
    return result


def _keys(connection: Any) -> dict[str, tuple[str, Ed25519PublicKey, int]]:
    found = {}
    for key_id, user_id, public, epoch in connection.execute("SELECT id, user_id, public_key, epoch FROM audit_key"):
        try:
            found[key_id] = (user_id, Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)), epoch)
        except ValueError:
            continue
    return found


def _heads(connection: Any) -> dict[int, Head]:
    rows = connection.execute("SELECT size, root, ts, key_id, epoch, signature FROM audit_head")
    return {row[0]: Head(row[0], bytes(row[1]), row[2], row[3], row[4], bytes(row[5])) for row in rows}


def _entries(connection: Any) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Entries in order, each with its values; values without an entry are skipped here and found as orphans later."""
    values = iter(connection.execute("SELECT seq, ord, field, salt, kinds, old, new FROM audit_value ORDER BY seq, ord"))
    pending = next(values, None)
    for entry in connection.execute("SELECT * FROM audit_entry ORDER BY seq"):
        own: list[tuple[Any, ...]] = []
        while pending is not None and pending[0] <= entry[0]:
            if pending[0] == entry[0]:
                own.append(pending)
            pending = next(values, None)
        yield entry, own


def _check_entry(walk: _Walk, entry: tuple[Any, ...], values: list[tuple[Any, ...]]) -> None:
    result = walk.result
    seq, ts, actor, commits = entry[0], entry[2], entry[7], bytes(entry[21])
    if seq != result.size:
        walk.find("gap", min(seq, result.size), detail=f"expected entry {result.size}, found {seq}")
        result.size = seq
    if ts < walk.last_ts:
        walk.find("time", seq, detail="earlier than the entry before it")
    walk.last_ts = result.last_ts = ts
    fields = _check_values(walk, entry, commits, values)
    for level, index, value in tree.new_nodes(seq, entry_leaf(entry), lambda lv, ix: walk.nodes.get((lv, ix), b"")):
        walk.nodes[level, index] = value
        if level == 0:
            walk.leaves.append(value)
        else:  # covered by their parent from now on
            walk.nodes.pop((level - 1, 2 * index), None)
            walk.nodes.pop((level - 1, 2 * index + 1), None)
    result.size = seq + 1
    walk.since_head.add(actor)
    _apply(walk, entry, fields)
    head = walk.heads.pop(result.size, None)
    if head is not None:
        _check_head(walk, head)


def _check_values(walk: _Walk, entry: tuple[Any, ...], commits: bytes, values: list[tuple[Any, ...]]) -> dict[str, Value] | None:
    """The new values of an entry by field; None when something of it was erased."""
    seq, table, row, client = entry[0], entry[14], entry[15], entry[16]
    if len(values) * 32 != len(commits):
        walk.find("value_missing", seq, table, row, detail=f"{len(commits) // 32} values were committed to, {len(values)} are there")
    fields: dict[str, Value] = {}
    blank = False
    for place, (_, ord_, name, salt, kinds, old, new) in enumerate(values):
        walk.result.values += 1
        if salt is None:
            walk.blanked.append((seq, client))
            blank = True
            continue
        try:
            before, after = decode(kinds[:1], old), decode(kinds[1:], new)
        except ValueError:
            walk.find("value", seq, table, row, name, "unreadable")
            continue
        if ord_ != place or commitment(bytes(salt), name, before, after) != commits[32 * ord_ : 32 * ord_ + 32]:
            walk.find("value", seq, table, row, name, "differs from what was committed to")
        fields[name] = after
    return None if blank else fields


def _apply(walk: _Walk, entry: tuple[Any, ...], fields: dict[str, Value] | None) -> None:
    """Replay one entry on the state that the live rows must have."""
    action, code, table, row = entry[4], entry[5], entry[14], entry[15]
    if code == "ERASE":
        walk.erase_at[entry[16]] = walk.erase_at[None] = entry[0]
        walk.erased.add((table, row))
    if action not in "CUD" or table not in walk.captured:
        return
    key = (table, row)
    if fields is None:
        walk.erased.add(key)
    elif action == "C":
        walk.live[key] = fields
    elif action == "U":
        if key not in walk.live and key not in walk.erased:
            walk.find("replay", entry[0], table, row, detail="changed, but never created")
        walk.live.setdefault(key, {}).update(fields)
    if action == "D":
        walk.live.pop(key, None)


def _check_head(walk: _Walk, head: Head) -> None:
    result = walk.result
    result.heads += 1
    root = tree.root(result.size, lambda level, index: walk.nodes.get((level, index), b""))
    result.root = root
    known = walk.keys.get(head.key_id)
    if root != head.root:
        walk.find("root", result.size - 1, "audit_head", str(head.size), "root", "does not follow from the entries")
    if known is None:
        walk.find("key", result.size - 1, "audit_key", head.key_id, detail="signed with an unknown key")
    else:
        user, public, epoch = known
        try:
            public.verify(head.signature, head_message(walk.db_uuid, head))
        except InvalidSignature:
            walk.find("signature", result.size - 1, "audit_head", str(head.size), "signature", "not made by this key")
        if walk.since_head != {user} or epoch != head.epoch:
            walk.find("signer", result.size - 1, "audit_head", str(head.size), detail="the signer is not the one who acted")
    if head.ts != walk.last_ts:
        walk.find("time", result.size - 1, "audit_head", str(head.size), "ts", "head and entry differ")
    walk.since_head = set()


def _check_rest(walk: _Walk) -> None:
    """Orphans, the stored nodes, unsealed rows and blanked values without an erasure."""
    run, size = walk.connection.execute, walk.result.size
    if walk.since_head:
        walk.find("unsigned", size - 1, detail="the last entries are covered by no signed head")
    for head in sorted(walk.heads):
        walk.find("truncated", size, "audit_head", str(head), detail=f"a head covers {head} entries, {size} are there")
    for (seq,) in run("SELECT DISTINCT seq FROM audit_value WHERE seq NOT IN (SELECT seq FROM audit_entry)"):
        walk.find("orphan", seq, "audit_value", str(seq), detail="values without their entry")
    for (count,) in run("SELECT count(*) FROM audit_raw"):
        if count:
            walk.find("unsealed", None, "audit_raw", detail=f"{count} captured rows were never sealed")
    _check_nodes(walk)
    for seq, client in walk.blanked:
        if walk.erase_at.get(client, -1) <= seq:
            walk.find("blanked", seq, "audit_value", str(seq), detail="blank without a later erasure")


def _check_nodes(walk: _Walk) -> None:
    """The stored nodes, recomputed level by level from the entries."""
    run, size = walk.connection.execute, walk.result.size
    stored = iter(run("SELECT level, idx, hash FROM audit_node ORDER BY level, idx"))
    level = walk.leaves
    for depth in range(max(size, 1).bit_length() + 1):
        if depth:
            level = [tree.node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        for index, value in enumerate(level):
            row = next(stored, None)
            if row is None or (row[0], row[1], bytes(row[2])) != (depth, index, value):
                walk.find("node", min(index << depth, size), "audit_node", f"{depth}/{index}", detail="differs from the entries")
                return
    if next(stored, None) is not None:
        walk.find("node", size, "audit_node", detail="more nodes than entries")


def _check_triggers(walk: _Walk) -> None:
    """The trigger definitions against what they should be."""
    wanted = triggers([table for table in walk.captured.values() if table != KEY_TABLE])
    found = dict(walk.connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'nmx\\_%' ESCAPE '\\'"))
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            state = "missing" if name not in found else "unknown" if name not in wanted else "altered"
            walk.find("trigger", None, name.split("_", 1)[1], detail=f"trigger {name} is {state}")


def _replay(walk: _Walk) -> None:
    """The live rows against the state the log leads to."""
    for table in walk.captured.values():
        columns = ", ".join(f'"{column}"' for column in table.columns)
        for row_id, *values in walk.connection.execute(f'SELECT "id", {columns} FROM "{table.name}"'):  # noqa: S608 (names of our own tables)
            walk.result.rows += 1
            logged = walk.live.pop((table.name, row_id), None)
            if (table.name, row_id) in walk.erased:
                continue
            if logged is None:
                walk.find("row_unlogged", None, table.name, row_id, detail="is there, but the log does not know it")
                continue
            for name, value in zip(table.columns, values, strict=True):
                seen: Value = sha256(value).digest() if isinstance(value, bytes) else value
                if seen != logged.get(name) or isinstance(seen, int) != isinstance(logged.get(name), int):
                    walk.find("row_changed", None, table.name, row_id, name, "differs from the last logged value")
    for name, row_id in walk.live:
        if (name, row_id) not in walk.erased:
            walk.find("row_missing", None, name, row_id, detail="the log knows it, but it is gone")


def _check_witness(walk: _Walk, witness: Witness | None) -> None:
    if witness is None:
        walk.result.notices.append("no witness file on this workstation")
        return
    if witness.db_uuid != walk.db_uuid:
        walk.find("witness", None, detail="the witness is of another database")
        return
    missing = missing_entries(walk.connection, witness)
    if missing is None:
        walk.find("witness", witness.size - 1, detail="the log is not a continuation of the one this workstation saw")
    elif missing:
        walk.find("witness", walk.result.size, detail=f"{missing} entries are missing that this workstation saw")
