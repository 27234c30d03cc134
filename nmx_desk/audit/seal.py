"""Recording and sealing: from captured rows to signed entries, inside the transaction that made them (AUDIT §3)."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import shake_128
from typing import Any, Protocol

from nmx_desk.audit import storage, tree
from nmx_desk.audit.capture import pack
from nmx_desk.audit.entry import Context, Head, entry_leaf, head_message
from nmx_desk.audit.storage import MARK, SALT, node_id, pack_id, ts_text, value_id
from nmx_desk.audit.tlv import Value, changes, committed, tlv

SKEW = 2_000_000  # µs
_ENTRY = "INSERT INTO audit_entry VALUES (?,?,?,?,?,?,?,?,?)"
_HEAD = "INSERT INTO audit_head VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


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


class Recorder:
    """Belongs to one writing connection: gives its triggers their context and seals what they captured.

    ``connection`` is a DB-API connection in autocommit mode; begin and commit are the unit of work's.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._context: Context | None = None
        self._sealing = False
        self._erasing = False
        self._blank: frozenset[tuple[str, str]] = frozenset()  # rows whose captured values are committed to, and not kept
        self._words: dict[str, int] = {}  # only words that stood in the log before the transaction: those are never taken back
        self._floor = 0  # the last of them
        self._told_clock = False
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
        self._blank = frozenset()

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

    # -- erasing (AUDIT §5) ------------------------------------------------------------------------------------------------------------

    def blank_captured(self, rows: Collection[tuple[str, str]]) -> None:
        """What this transaction changes of these rows, given as table and id, is committed to and then stored blank."""
        self._blank |= frozenset(rows)

    def erase(self, seq: int, fields: Collection[str] | None = None) -> int:
        """Blank the values of an earlier entry, all or those of ``fields``; its commitments stay. Returns how many there were."""
        self._current_tx()
        run = self._connection.execute
        stored = next(storage.entries(self._connection, seq, seq + 1), None)
        if stored is None:
            raise LookupError(seq)
        gone = [at for at, value in enumerate(stored.values) if value.salt is not None and (fields is None or value.field in fields)]
        if not gone:
            return 0
        salts = [None if at in gone else value.salt for at, value in enumerate(stored.values)]
        self._erasing = True
        try:
            run("UPDATE audit_entry SET salt = ?, commits = ? WHERE seq = ?", (storage.one_by_one(salts), stored.entry.commits, seq))
            for at in gone:
                run("UPDATE audit_value SET old = NULL, new = NULL WHERE id = ?", (value_id(seq, at),))
        finally:
            self._erasing = False
        return len(gone)

    # -- sealing -----------------------------------------------------------------------------------------------------------------------

    def seal(self, now: datetime, signer: Signer) -> Sealed | None:
        """Turn the captured rows into entries, grow the tree and sign its head. None when nothing was captured.

        Only rows of this very transaction: what another program left in ``audit_raw`` is never signed, and stays for the verifier to find.
        """
        if self._context is None:
            return None
        newest = self._connection.execute("SELECT size, ts, epoch FROM audit_head ORDER BY size DESC LIMIT 1").fetchone()
        size, last, epoch = newest or (0, 0, signer.epoch)
        at = storage.micros(now)
        skew = int(at < last - SKEW)
        if skew and not self._told_clock and self._captured():
            self.note("E", "CLOCK", "clock", "", None, values={"clock": ts_text(at), "log": ts_text(last)})
        self._told_clock = bool(skew)
        rows = self._captured()
        if not rows:
            return None
        (self._floor,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM audit_word").fetchone()
        self._sealing = True
        try:
            return self._seal(rows, _Moment(size, max(at, last), skew, self._context.epoch or epoch), signer, self._context)
        finally:
            self._sealing = False

    def _captured(self) -> list[tuple[Any, ...]]:
        assert self._context is not None  # noqa: S101 (for the type checker)
        found: list[tuple[Any, ...]] = self._connection.execute(
            "SELECT action, code, outcome, obj_type, obj_id, client, data FROM audit_raw WHERE tx = ? ORDER BY id", (self._context.tx,)
        ).fetchall()
        return found

    def _seal(self, rows: list[tuple[Any, ...]], moment: _Moment, signer: Signer, context: Context) -> Sealed:
        batch = _Batch(moment, context, self._number, storage.node_at(self._connection), self._blank)
        for row in rows:
            batch.add(row)
        run, many = self._connection.execute, self._connection.executemany
        # Before the entries: their raw rows' deferred references would be searched again for each of them.
        run("DELETE FROM audit_raw WHERE tx = ?", (context.tx,))
        many(_ENTRY, batch.entries)
        many("INSERT INTO audit_value VALUES (?,?,?,?)", batch.values)
        many("INSERT INTO audit_node VALUES (?,?)", [(node_id(*where), value) for where, value in batch.grown.items()])
        head = Head(batch.size, batch.root(), ts_text(moment.ts), signer.key_id, moment.epoch, b"")
        head = replace(head, signature=signer.sign(head_message(self._db_uuid(), head)))
        words = {name: None if (said := getattr(context, name)) is None else self._number(said) for name in storage.FACTS}
        run(_HEAD, (
            batch.size, moment.size, pack_id(context.tx), moment.ts, moment.skew, *(words[name] for name in storage.FACTS[:-1]),
            context.break_glass, words["reason_code"], head.root, self._number(head.key_id), head.epoch, head.signature,
        ))  # fmt: skip
        tables = frozenset(row[3] for row in rows if row[0] in "CUD")
        return Sealed(head, moment.size, tables, frozenset(row[5] for row in rows if row[5] and row[0] in "CUD"))

    def _db_uuid(self) -> str:
        return str(self._connection.execute("SELECT db_uuid FROM audit_meta").fetchone()[0])

    def _number(self, word: str) -> int:
        """The number of a word, added when it is new. One of this transaction is not remembered: it may yet be taken back."""
        found = self._words.get(word)
        if found is not None:
            return found
        run = self._connection.execute
        row = run("SELECT id FROM audit_word WHERE text = ?", (word,)).fetchone()
        if row is None:
            return int(run("INSERT INTO audit_word (text) VALUES (?)", (word,)).lastrowid)
        if row[0] <= self._floor:
            self._words[word] = int(row[0])
        return int(row[0])


@dataclass(frozen=True)
class _Moment:
    """Entries before this transaction, its time in µs, whether the clock stood back, and the key period it is in."""

    size: int
    ts: int
    skew: int
    epoch: int


class _Batch:
    """The entries of one transaction as they will be stored."""

    def __init__(
        self, moment: _Moment, context: Context, number: Callable[[str], int], below: tree.NodeAt, blank: frozenset[tuple[str, str]]
    ) -> None:
        self.size = moment.size
        self.entries: list[tuple[Any, ...]] = []
        self.values: list[tuple[Any, ...]] = []
        self.grown: dict[tuple[int, int], bytes] = {}
        self._moment, self._context, self._number, self._below, self._blank = moment, context, number, below, blank
        self._ts = ts_text(moment.ts)

    def add(self, row: tuple[Any, ...]) -> None:
        """One captured row."""
        action, code, outcome, obj_type, obj_id, client, data = row
        context, seq = self._context, self.size
        fields = changes(data)
        if seq == self._moment.size:
            fields += [(f"@{name}", None, text, tlv(f"@{name}", None, text)) for name, text in context.values.items()]
        blank = action in "CUD" and (obj_type, obj_id) in self._blank
        salt, commits = self._commit(seq, fields, blank=blank)
        chosen = context.code if context.code and action in "CUD" else code
        who = (context.actor, context.role, context.on_behalf_of, context.station, context.session)
        what = (obj_type, obj_id, client, context.purpose, context.rule, context.break_glass, context.reason_code, commits)
        entry = (seq, context.tx, self._ts, self._moment.skew, action, chosen, outcome, *who, context.app_version, context.schema_version,
                 *what)  # fmt: skip
        number = self._number
        kept = commits if blank else b"".join(commits[at : at + MARK] for at in range(0, len(commits), 32))
        about = None if client is None else number(client)
        self.entries.append((seq, action, number(chosen), outcome, number(obj_type), pack_id(obj_id), about, salt, kept))
        for level, index, value in tree.new_nodes(seq, entry_leaf(entry), self._node):
            self.grown[level, index] = value
        self.size += 1

    def root(self) -> bytes:
        """Root of the log with these entries."""
        return tree.root(self.size, self._node)

    def _node(self, level: int, index: int) -> bytes:
        found = self.grown.get((level, index)) or self._below(level, index)
        if not found:
            raise LookupError((level, index))
        return found

    def _commit(self, seq: int, fields: list[tuple[Value, Value, Value, bytes]], *, blank: bool) -> tuple[bytes | None, bytes]:
        """Seed and commitments of one entry's fields; the values themselves are appended to ``values``."""
        count = len(fields)
        if count >= storage.MOST_VALUES:
            raise ValueError("too many values in one entry")
        if not count:
            return None, b""
        seed = os.urandom(SALT)
        salts = shake_128(seed).digest(SALT * count)
        commits = []
        for ord_, (name, old, new, change) in enumerate(fields):
            commits.append(committed(salts[SALT * ord_ : SALT * (ord_ + 1)], change))
            self.values.append((value_id(seq, ord_), self._number(str(name)), *((None, None) if blank else (old, new))))
        return None if blank else seed, b"".join(commits)
