"""Recording and sealing: from captured rows to signed entries, inside the transaction that made them (AUDIT §3)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from nmx_desk.audit import tree
from nmx_desk.audit.capture import pack
from nmx_desk.audit.entry import COLUMNS, Context, Head, entry_leaf, head_message, utc_text
from nmx_desk.audit.tlv import Value, commitment, read, tlv

SKEW = timedelta(seconds=2)
_ENTRY = "INSERT INTO audit_entry VALUES (" + ",".join("?" * len(COLUMNS)) + ")"  # noqa: S608 (our own text)


class Signer(Protocol):
    """The acting user's key."""

    key_id: str
    epoch: int

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature of the message."""


@dataclass(frozen=True)
class Sealed:
    """What one transaction put in the log."""

    head: Head
    first: int
    tables: frozenset[str]
    clients: frozenset[str]


def encode(old: Value, new: Value) -> tuple[str, str | None, str | None]:
    """Two values as ``(kinds, old text, new text)``: n none, t text, i int, b blob hash as hex."""
    kinds, texts = "", []
    for value in (old, new):
        kinds += "n" if value is None else "t" if isinstance(value, str) else "i" if isinstance(value, int) else "b"
        texts.append(None if value is None else value.hex() if isinstance(value, bytes) else str(value))
    return kinds, texts[0], texts[1]


def decode(kind: str, text: str | None) -> Value:
    """A stored value back. Raises ``ValueError`` when kind and text do not fit, or when the text is another spelling of the value."""
    if kind == "n" or text is None:
        if kind != "n" or text is not None:
            raise ValueError(kind)
        return None
    if kind == "t":
        return text
    if kind == "i":
        number = int(text)
        if str(number) == text:
            return number
    elif kind == "b":
        data = bytes.fromhex(text)
        if data.hex() == text:
            return data
    raise ValueError(kind)


class Recorder:
    """Belongs to one writing connection: gives its triggers their context and seals what they captured.

    ``connection`` is a DB-API connection in autocommit mode; begin and commit are the unit of work's.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._context: Context | None = None
        self._sealing = False
        self._erasing = False
        connection.create_function("nmx_ctx", 0, self._current_tx)
        connection.create_function("nmx_pack", -1, pack, deterministic=True)
        connection.create_function("nmx_sealing", 0, lambda: int(self._sealing))
        connection.create_function("nmx_erasing", 0, lambda: int(self._erasing))

    def _current_tx(self) -> str:
        if self._context is None:
            raise RuntimeError("no audit context: writes go through the door")
        return self._context.tx

    def begin(self, context: Context) -> None:
        """From now on captured rows belong to this context."""
        self._context = context

    def end(self) -> None:
        """No context any more: triggers refuse every write."""
        self._context = None

    def note(self, action: str, code: str, obj_type: str, obj_id: str, client: str | None, *, outcome: int = 0,
             values: Mapping[str, Value] | None = None) -> None:  # fmt: skip
        """Record something that is not a row change: a view, a search, a login, a denial. ``values`` are its free texts."""
        data = tlv(*(part for name, value in (values or {}).items() for part in (name, None, value)))
        self._connection.execute(
            "INSERT INTO audit_raw (tx, action, code, outcome, obj_type, obj_id, client, data) VALUES (?,?,?,?,?,?,?,?)",
            (self._current_tx(), action, code, outcome, obj_type, obj_id, client, data),
        )

    def seal(self, now: datetime, signer: Signer) -> Sealed | None:
        """Turn the captured rows into entries, grow the tree and sign its head. None when nothing was captured.

        Only rows of this very transaction: what another program left in ``audit_raw`` is never signed, and stays for the verifier to find.
        """
        if self._context is None:
            return None
        rows = self._connection.execute(
            "SELECT action, code, outcome, obj_type, obj_id, client, data FROM audit_raw WHERE tx = ? ORDER BY id", (self._context.tx,)
        ).fetchall()
        if not rows:
            return None
        self._sealing = True
        try:
            return self._seal(rows, now, signer, self._context)
        finally:
            self._sealing = False

    def _seal(self, rows: list[tuple[Any, ...]], now: datetime, signer: Signer, context: Context) -> Sealed:
        run = self._connection.execute
        size, last_ts = run("SELECT size, ts FROM audit_head ORDER BY size DESC LIMIT 1").fetchone() or (0, "")
        moment = utc_text(now)
        skew = int(last_ts > utc_text(now + SKEW))
        ts = max(moment, last_ts)
        first = size
        grown: dict[tuple[int, int], bytes] = {}
        node_at = _node_reader(self._connection, grown)
        entries: list[tuple[Value, ...]] = []
        values: list[tuple[Value, ...]] = []
        for action, code, outcome, obj_type, obj_id, client, data in rows:
            fields = read(data)
            if size == first:
                fields += [part for name, text in context.values.items() for part in (f"@{name}", None, text)]
            commits = _commit(size, fields, values)
            chosen = context.code if context.code and action in "CUD" else code
            who = (context.actor, context.role, context.on_behalf_of, context.station, context.session)
            what = (obj_type, obj_id, client, context.purpose, context.rule, context.break_glass, context.reason_code, commits)
            entry = (size, context.tx, ts, skew, action, chosen, outcome, *who, context.app_version, context.schema_version, *what)
            entries.append(entry)
            for level, index, value in tree.new_nodes(size, entry_leaf(entry), node_at):
                grown[level, index] = value
            size += 1
        # Before the entries: their raw rows' deferred references would be searched again for each of them.
        run("DELETE FROM audit_raw WHERE tx = ?", (context.tx,))
        many = self._connection.executemany
        many(_ENTRY, entries)
        many("INSERT INTO audit_value VALUES (?,?,?,?,?,?,?)", values)
        many("INSERT INTO audit_node VALUES (?,?,?)", [(level, index, value) for (level, index), value in grown.items()])
        head = self._sign(Head(size, tree.root(size, node_at), ts, signer.key_id, signer.epoch, b""), signer)
        run("INSERT INTO audit_head VALUES (?,?,?,?,?,?)", (head.size, head.root, head.ts, head.key_id, head.epoch, head.signature))
        tables = frozenset(row[3] for row in rows if row[0] in "CUD")
        return Sealed(head, first, tables, frozenset(row[5] for row in rows if row[5] and row[0] in "CUD"))

    def _sign(self, head: Head, signer: Signer) -> Head:
        (db_uuid,) = self._connection.execute("SELECT db_uuid FROM audit_meta").fetchone()
        return Head(head.size, head.root, head.ts, head.key_id, head.epoch, signer.sign(head_message(db_uuid, head)))


def _commit(seq: int, fields: list[Value], values: list[tuple[Value, ...]]) -> bytes:
    """Commitments of one entry's fields; the values themselves are appended to ``values``."""
    commits = bytearray()
    for ord_, at in enumerate(range(0, len(fields), 3)):
        name, old, new = str(fields[at]), fields[at + 1], fields[at + 2]
        salt = os.urandom(16)
        commits += commitment(salt, name, old, new)
        values.append((seq, ord_, name, salt, *encode(old, new)))
    return bytes(commits)


def _node_reader(connection: Any, grown: dict[tuple[int, int], bytes]) -> Callable[[int, int], bytes]:
    """Reads nodes from what has just grown, then from the database."""

    def node_at(level: int, index: int) -> bytes:
        found = grown.get((level, index))
        if found is None:
            row = connection.execute("SELECT hash FROM audit_node WHERE level = ? AND idx = ?", (level, index)).fetchone()
            if row is None:
                raise LookupError((level, index))
            found = bytes(row[0])
        return found

    return node_at
