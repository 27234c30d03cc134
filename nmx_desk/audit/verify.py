"""Verifying: recompute every leaf, commitment, node and head, and replay the entries against the live rows (AUDIT §4).

Nothing here trusts a stored hash, nor that a cell holds what its column is for: garbage is a finding, never an exception. A finding names
the entry, the table, the row and the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from typing import Any, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nmx_desk.audit import tree
from nmx_desk.audit.capture import KEY_TABLE, CapturedTable, triggers
from nmx_desk.audit.entry import CODES, Head, entry_leaf, head_message
from nmx_desk.audit.seal import decode
from nmx_desk.audit.tlv import Value, commitment
from nmx_desk.audit.witness import Witness, missing_entries

STEP = 2000
_ACTIONS, _CODES, _OUTCOMES, _FLAGS = frozenset("CRUDE"), frozenset(CODES), frozenset((0, 4, 8, 12)), frozenset((0, 1))
_TS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_EMPTY: dict[str, Value] = {"i": 0, "t": "", "b": b"", "T": None, "B": None}
_KINDS: dict[str, tuple[type, ...]] = {"i": (int,), "t": (str,), "b": (bytes,), "T": (str, type(None)), "B": (bytes, type(None))}
_ENTRY, _VALUE, _HEAD = "ittittitt" + "Ttttttt" + "Tttitb", "iitBtTT", "ibttib"  # i integer, t text, b blob; capital: or null


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
Fields: TypeAlias = dict[str, tuple[Value, Value]]


@dataclass(frozen=True)
class Authority:
    """Who may make others known: a grant is a row of ``table`` that names ``person`` and has one of ``words`` in ``column``."""

    table: str
    person: str
    column: str
    words: frozenset[str]


@dataclass
class _Walk:
    """State carried along the entries."""

    connection: Any
    result: Result
    db_uuid: str
    heads: dict[int, Head]
    captured: dict[str, CapturedTable]
    authority: Authority | None
    keys: dict[str, tuple[str, Ed25519PublicKey, int]] = field(default_factory=dict)  # as the log made them known
    granted: dict[str, dict[str, Value]] = field(default_factory=dict)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    leaves: list[bytes] = field(default_factory=list)
    live: dict[tuple[str, str], dict[str, Value]] = field(default_factory=dict)
    blanked: list[tuple[int, str | None]] = field(default_factory=list)
    erased: set[tuple[str, str]] = field(default_factory=set)
    erase_at: dict[str | None, int] = field(default_factory=dict)
    last_ts: str = ""
    since_head: set[tuple[str, str]] = field(default_factory=set)  # actor and transaction

    def find(self, kind: str, seq: int | None = None, table: str = "", row: str = "", field_: str = "", detail: str = "") -> None:
        self.result.findings.append(Finding(kind, seq, table, row, field_, detail))


def verify(
    connection: Any,
    tables: Iterable[CapturedTable],
    *,
    witness: Witness | None = None,
    progress: Progress | None = None,
    others: Mapping[str, str] | None = None,
    authority: Authority | None = None,
) -> Result:
    """Check the whole log of one database. ``connection`` should hold a read transaction, so that everything seen is of one moment.

    ``others``: the definitions of all further triggers there may be, by name; ``authority``: who may enrol users. ``progress(done, total)``
    is called every 2,000 entries and may raise to cancel. RFC 9162 for the tree, RFC 8032 for the signatures.
    """
    listed = list(tables)
    try:
        return _verify(connection, listed, witness, progress, others, authority)
    except connection.Error as error:
        if "UTF-8" not in str(error):
            raise
    factory = connection.text_factory  # text that is none: read it anyway, it will differ from what was committed to
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        return _verify(connection, listed, witness, progress, others, authority)
    finally:
        connection.text_factory = factory


def _verify(
    connection: Any,
    tables: list[CapturedTable],
    witness: Witness | None,
    progress: Progress | None,
    others: Mapping[str, str] | None,
    authority: Authority | None,
) -> Result:
    result = Result()
    captured = {table.name: table for table in (*tables, KEY_TABLE)}
    walk = _Walk(connection, result, "", {}, captured, authority)
    _stage(walk, "audit_head", lambda: _prepare(walk))
    _stage(walk, "audit_entry", lambda: _check_entries(walk, progress))
    _stage(walk, "audit_value", lambda: _check_rest(walk))
    _stage(walk, "audit_node", lambda: _check_nodes(walk))
    _check_triggers(walk, others)
    for table in captured.values():
        _stage(walk, table.name, lambda table=table: _replay(walk, table))  # type: ignore[misc]
    _check_missing(walk)
    _stage(walk, "audit_node", lambda: _check_witness(walk, witness))
    if progress is not None:
        progress(result.size, result.size)
    return result


def _stage(walk: _Walk, table: str, step: Callable[[], None]) -> None:
    """One part of the work; a table that is gone or cannot be read is a finding, and the other parts go on."""
    try:
        step()
    except walk.connection.Error as error:
        if "UTF-8" in str(error):
            raise
        walk.find("unreadable", None, table, detail="the table is missing or cannot be read")


def _prepare(walk: _Walk) -> None:
    meta = walk.connection.execute("SELECT db_uuid, id, format FROM audit_meta").fetchone()
    if meta is None or not isinstance(meta[0], str) or meta[1:] != (1, 1):
        walk.find("meta", detail="the database has lost its identity or has an unknown format")
    walk.db_uuid = meta[0] if meta and isinstance(meta[0], str) else ""
    walk.heads = _heads(walk)


def _check_entries(walk: _Walk, progress: Progress | None) -> None:
    total = walk.connection.execute("SELECT count(*) FROM audit_entry").fetchone()[0]
    for entry, values in _entries(walk.connection):
        _check_entry(walk, entry, values)
        if progress is not None and walk.result.size % STEP == 0:
            progress(walk.result.size, total)


def _shapes(kinds: str) -> frozenset[tuple[type, ...]]:
    return frozenset(product(*(_KINDS[kind] for kind in kinds)))


_ENTRY_SHAPES, _VALUE_SHAPES, _HEAD_SHAPES = _shapes(_ENTRY), _shapes(_VALUE), _shapes(_HEAD)


def _mended(row: tuple[Any, ...], kinds: str) -> tuple[Any, ...]:
    """The row with nothing in the place of every cell whose type is not its column's."""
    return tuple(cell if type(cell) in _KINDS[kind] else _EMPTY[kind] for cell, kind in zip(row, kinds, strict=True))


def _heads(walk: _Walk) -> dict[int, Head]:
    found = {}
    for row in walk.connection.execute("SELECT size, root, ts, key_id, epoch, signature FROM audit_head"):
        if tuple(map(type, row)) not in _HEAD_SHAPES or row[0] < 1:
            walk.find("head", max(row[0] - 1, 0), "audit_head", str(row[0]), detail="a head that no transaction can have made")
        if row[0] > 0:
            found[row[0]] = Head(*_mended(row, _HEAD))
    return found


def _entries(connection: Any) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Entries in order, each with its values; values without an entry are skipped here and found as orphans later."""
    wanted = "SELECT seq, ord, field, salt, kinds, old, new FROM audit_value WHERE typeof(seq) = 'integer' ORDER BY seq, ord"
    values = iter(connection.execute(wanted))
    pending = next(values, None)
    for entry in connection.execute("SELECT * FROM audit_entry ORDER BY seq"):
        own: list[tuple[Any, ...]] = []
        while pending is not None and pending[0] <= entry[0]:
            if pending[0] == entry[0]:
                own.append(pending)
            pending = next(values, None)
        yield entry, own


def _check_entry(walk: _Walk, entry: tuple[Any, ...], values: list[tuple[Any, ...]]) -> None:
    result, seq = walk.result, entry[0]
    if tuple(map(type, entry)) not in _ENTRY_SHAPES or seq < 0:
        walk.find("entry", seq, detail="a cell holds what its column is not for")
        if seq < 0:
            return
        entry = _mended(entry, _ENTRY)
    if seq != result.size:
        walk.find("gap", result.size, detail=f"expected entry {result.size}, found {seq}")
        result.size = seq
    ts, actor = entry[2], entry[7]
    if ts < walk.last_ts:
        walk.find("time", seq, detail="earlier than the entry before it")
    known = entry[4] in _ACTIONS and entry[5] in _CODES and entry[6] in _OUTCOMES and entry[3] in _FLAGS and entry[19] in _FLAGS
    if not known or not _TS.fullmatch(ts):
        walk.find("entry", seq, entry[14], entry[15], detail="an action, code, outcome, flag or time that there is not")
    walk.last_ts = result.last_ts = ts
    fields = _check_values(walk, entry, entry[21], values)
    for level, index, value in tree.new_nodes(seq, entry_leaf(entry), lambda lv, ix: walk.nodes.get((lv, ix), b"")):
        walk.nodes[level, index] = value
        if level == 0:
            walk.leaves.append(value)
        else:  # covered by their parent from now on
            walk.nodes.pop((level - 1, 2 * index), None)
            walk.nodes.pop((level - 1, 2 * index + 1), None)
    result.size = seq + 1
    walk.since_head.add((actor, entry[1]))
    _apply(walk, entry, fields)
    head = walk.heads.pop(result.size, None)
    if head is not None:
        _check_head(walk, head)


def _check_values(walk: _Walk, entry: tuple[Any, ...], commits: bytes, values: list[tuple[Any, ...]]) -> Fields | None:
    """Old and new values of an entry by field; None when something of it was erased."""
    seq, table, row, client = entry[0], entry[14], entry[15], entry[16]
    if len(values) * 32 != len(commits):
        walk.find("value_missing", seq, table, row, detail=f"{len(commits) // 32} values were committed to, {len(values)} are there")
    fields: Fields = {}
    blank = False
    for place, cells in enumerate(values):
        walk.result.values += 1
        _, ord_, name, salt, kinds, old, new = cells
        if tuple(map(type, cells)) not in _VALUE_SHAPES:
            walk.find("value", seq, table, row, str(name), "unreadable")
            continue
        if salt is None:
            walk.blanked.append((seq, client))
            blank = True
            if old is not None or new is not None:
                walk.find("value", seq, table, row, name, "blanked, and yet something is there")
            continue
        try:
            before, after = decode(kinds[:1], old), decode(kinds[1:], new)
        except ValueError:
            walk.find("value", seq, table, row, name, "unreadable")
            continue
        if ord_ != place or commitment(salt, name, before, after) != commits[32 * place : 32 * place + 32]:
            walk.find("value", seq, table, row, name, "differs from what was committed to")
        fields[name] = (before, after)
    return None if blank else fields


def _apply(walk: _Walk, entry: tuple[Any, ...], fields: Fields | None) -> None:
    """Replay one entry on the state that the live rows must have."""
    action, code, table, row = entry[4], entry[5], entry[14], entry[15]
    if code == "ERASE":
        walk.erase_at[entry[16]] = walk.erase_at[None] = entry[0]
        walk.erased.add((table, row))
    if action not in ("C", "U", "D") or table not in walk.captured:
        return
    key = (table, row)
    if fields is None:
        walk.erased.add(key)
        if action == "D":
            walk.live.pop(key, None)
        return
    columns = {name: sides for name, sides in fields.items() if not name.startswith("@")}
    _check_grant(walk, entry, columns)
    was = walk.live.pop(key, None)
    if key not in walk.erased:
        _check_was(walk, entry, was, columns)
    if action != "D":
        walk.live[key] = (was or {}) | {name: new for name, (_, new) in columns.items()}
    if walk.authority is not None and table == walk.authority.table:
        walk.granted.pop(row, None)
        if action != "D":
            walk.granted[row] = walk.live[key]


def _check_was(walk: _Walk, entry: tuple[Any, ...], was: dict[str, Value] | None, columns: Fields) -> None:
    """What an entry says was there, against what the entries before it say."""
    seq, created, table, row = entry[0], entry[4] == "C", entry[14], entry[15]
    if (was is None) != created:
        walk.find("replay", seq, table, row, detail="created twice" if created else "changed, but never created")
    elif was is not None:
        for name, (old, _) in columns.items():
            if was.get(name) != old:
                walk.find("replay", seq, table, row, name, "the old value is not the last logged one")


def _check_grant(walk: _Walk, entry: tuple[Any, ...], columns: Fields) -> None:
    """Keys are made known by the one who attests them, never changed; keys and grants come from somebody who may enrol users.

    The first transaction makes itself known.
    """
    seq, action, actor, table, row = entry[0], entry[4], entry[7], entry[14], entry[15]
    founding = walk.result.heads == 0
    is_key = table == KEY_TABLE.name
    may = walk.authority
    if may is not None and (is_key or table == may.table) and not founding:
        grants = walk.granted.values()
        if not any(grant.get(may.person) == actor and grant.get(may.column) in may.words for grant in grants):
            walk.find("authority", seq, table, row, detail="written by somebody who may not enrol users")
    if not is_key:
        return
    user, public, epoch, attested_by = (columns.get(name, (None, None))[1] for name in KEY_TABLE.columns)
    if action != "C" or attested_by != actor:
        walk.find("authority", seq, table, row, "attested_by", "not made known by who attests it")
    try:
        data = bytes.fromhex(str(public))
        made = (str(user), Ed25519PublicKey.from_public_bytes(data), int(str(epoch)))
    except ValueError:
        return
    if sha256(data).hexdigest()[:32] != row:
        walk.find("authority", seq, table, row, "public_key", "its name is that of another key")
    walk.keys.setdefault(row, made)


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
        if {actor for actor, _ in walk.since_head} != {user} or epoch != head.epoch:
            walk.find("signer", result.size - 1, "audit_head", str(head.size), detail="the signer is not the one who acted")
    if len(walk.since_head) > 1:
        walk.find("head", result.size - 1, "audit_head", str(head.size), detail="the heads of earlier transactions are missing")
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
        walk.find("orphan", seq if isinstance(seq, int) else None, "audit_value", str(seq), detail="values without their entry")
    for (count,) in run("SELECT count(*) FROM audit_raw"):
        if count:
            walk.find("unsealed", None, "audit_raw", detail=f"{count} captured rows were never sealed")
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
            if row != (depth, index, value):
                walk.find("node", min(index << depth, size), "audit_node", f"{depth}/{index}", detail="differs from the entries")
                return
    if next(stored, None) is not None:
        walk.find("node", size, "audit_node", detail="more nodes than entries")


def _check_triggers(walk: _Walk, others: Mapping[str, str] | None) -> None:
    """The trigger definitions against what they should be; a further one would act in the name of whoever writes."""
    wanted = triggers([table for table in walk.captured.values() if table != KEY_TABLE])
    found = dict(walk.connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    if others is None:
        found = {name: sql for name, sql in found.items() if name.startswith("nmx_")}
    else:
        wanted |= others
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            state = "missing" if name not in found else "unknown" if name not in wanted else "altered"
            walk.find("trigger", None, name.split("_", 1)[-1], detail=f"trigger {name} is {state}")


def _replay(walk: _Walk, table: CapturedTable) -> None:
    """The live rows of a table against the state the log leads to."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    for row_id, *values in walk.connection.execute(f'SELECT "id", {columns} FROM "{table.name}"'):  # noqa: S608 (names of our own tables)
        walk.result.rows += 1
        logged = walk.live.pop((table.name, row_id), None)
        if (table.name, row_id) in walk.erased:
            continue
        if logged is None:
            walk.find("row_unlogged", None, table.name, str(row_id), detail="is there, but the log does not know it")
            continue
        for name, value in zip(table.columns, values, strict=True):
            seen: Value = sha256(value).digest() if isinstance(value, bytes) else value
            if seen != logged.get(name) or isinstance(seen, int) != isinstance(logged.get(name), int):
                walk.find("row_changed", None, table.name, str(row_id), name, "differs from the last logged value")


def _check_missing(walk: _Walk) -> None:
    for name, row_id in walk.live:
        if (name, row_id) not in walk.erased:
            walk.find("row_missing", None, name, str(row_id), detail="the log knows it, but it is gone")


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
