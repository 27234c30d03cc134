"""The log as JSON that anybody can check without this program: whole, a part with proofs, one entry, one log as the beginning of another.

The forms are described in ``resources/checker/nmx_check.py``, which checks them and shares no code with this.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from itertools import chain, pairwise, takewhile
from typing import Any

from nmx_desk.audit import storage, tree
from nmx_desk.audit.capture import KEY_TABLE
from nmx_desk.audit.entry import COLUMNS, Head
from nmx_desk.audit.storage import Stored, StoredValue
from nmx_desk.audit.tlv import Value

VERSION = 1
_OPEN = frozenset(KEY_TABLE.columns)  # of a key
_encoded = json.JSONEncoder(separators=(",", ":")).encode
_LISTED = frozenset(("rows", "entries"))  # of a destruction


@dataclass
class Counts:
    """What was written."""

    entries: int = 0
    values: int = 0
    erased: int = 0
    heads: int = 0


@dataclass
class Extract:
    """What of the log is wanted: ``chosen`` entry numbers in order (None: all), with their ``values`` or without."""

    connection: Any
    values: bool
    chosen: list[int] | None = None
    about: dict[str, Any] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self.head = newest(self.connection)
        self.node_at = lru_cache(65536)(storage.node_at(self.connection))

    def header(self) -> dict[str, Any]:
        """The first line: which log, how long, signed with which keys."""
        keys = [dict(zip(("id", "user", "public_key", "epoch", "attested_by"), row, strict=True)) for row in _keys(self.connection)]
        said = {"format": "nmx-log-export", "version": VERSION, "db": db_uuid(self.connection), "size": self.head.size}
        part = {"root": self.head.root.hex(), "part": self.chosen is not None, "values": self.values}
        return said | part | self.about | {"keys": keys}

    def lines(self, progress: Callable[[int, int], None]) -> Iterator[str]:
        """The whole file, line by line; ``progress(done, total)`` now and then."""
        yield _json(self.header())
        if self.chosen is None:
            found = storage.entries(self.connection, 0, self.head.size)
            total = self.head.size
            heads: Iterable[Head] = storage.heads(self.connection)
        else:
            wanted = set(self.chosen)
            seqs = sorted(wanted.union(_made_known(self.connection), erasures(self.connection), turns(self.connection)))
            found, total = _at(self.connection, seqs), len(seqs)
            covering = takewhile(lambda head: head.size < self.head.size, _heads_of(self.connection, seqs))
            heads = chain(covering, [self.head])  # the newest is always the last
        progress(0, total)
        for stored in found:
            yield _json(self.entry(stored, values=self.values and (self.chosen is None or stored.entry.seq in wanted)))
            if self.counts.entries % 2000 == 0:
                progress(self.counts.entries, total)
        for head in heads:
            yield _json(self.signed(head))
            if self.counts.heads % 2000 == 0:
                progress(total, total)
        yield _json({"trailer": asdict(self.counts)})

    def entry(self, stored: Stored, *, values: bool) -> dict[str, Any]:
        """One entry; without the right to its values only those that hold the log together."""
        entry = stored.entry
        self.counts.entries += 1
        line: dict[str, Any] = {"entry": {name: getattr(entry, name) for name in COLUMNS[:-1]} | {"commits": entry.commits.hex()}}
        known = _OPEN if entry.obj_type == KEY_TABLE.name else _LISTED if entry.code == "ERASE" else frozenset()
        if values or known:
            line["values"] = [self._value(value) if values or value.field in known else {"field": value.field} for value in stored.values]
        if self.chosen is not None:
            line["proof"] = [item.hex() for item in tree.inclusion_proof(entry.seq, self.head.size, self.node_at)]
        return line

    def signed(self, head: Head) -> dict[str, Any]:
        """One signed head."""
        self.counts.heads += 1
        line: dict[str, Any] = {"head": _head(head)}
        if self.chosen is not None:
            line["proof"] = [item.hex() for item in tree.consistency_proof(head.size, self.head.size, self.node_at)]
        return line

    def _value(self, value: StoredValue) -> dict[str, Any]:
        if value.salt is None:
            self.counts.erased += 1
            return {"field": value.field, "salt": None, "old": None, "new": None}
        self.counts.values += 1
        return {"field": value.field, "salt": value.salt.hex(), "old": _plain(value.old), "new": _plain(value.new)}

    def proof(self, seqs: Iterable[int]) -> dict[str, Any]:
        """These entries and what made the keys of their signers known, with the heads that cover them: two lists."""
        wanted = set(seqs)
        said = wanted.union(seq for seq in turns(self.connection) if seq < self.head.size)
        known = _chain(self.connection, [*_heads_of(self.connection, sorted(said)), self.head])
        every = sorted(said | known)
        heads = {head.size: head for head in (*_heads_of(self.connection, every), self.head)}
        return {
            "entries": [self.entry(one, values=self.values and one.entry.seq in wanted) for one in _at(self.connection, every)],
            "heads": [self.signed(heads[size]) for size in sorted(heads)],
        }


def inclusion(connection: Any, seq: int, *, values: bool) -> dict[str, Any]:
    """Proof that an entry stands in the log as the newest head signs it. Raises ``LookupError`` for an entry that is not there."""
    made = Extract(connection, values, [seq])
    if not 0 <= seq < made.head.size:
        raise LookupError(seq)
    wanted = {seq}
    if values and any(value.salt is None for value in next(storage.entries(connection, seq, seq + 1)).values):
        wanted.update(at for at in erasures(connection) if at > seq)
    said = {"format": "nmx-inclusion-proof", "version": VERSION, "about": seq, "db": db_uuid(connection)}
    return said | {"size": made.head.size, "root": made.head.root.hex()} | made.proof(wanted)


def consistency(connection: Any, first: int, second: int | None = None) -> dict[str, Any]:
    """Proof that the log of ``first`` entries is the beginning of that of ``second`` (None: today's), which a head must sign.

    Raises ``LookupError``.
    """
    signed = newest(connection) if second is None else next(storage.heads(connection, second - 1), None)
    if signed is None or second not in {None, signed.size} or not 0 < first <= signed.size:
        raise LookupError(first)
    size, node_at = signed.size, storage.node_at(connection)
    said: dict[str, Any] = {"format": "nmx-consistency-proof", "version": VERSION, "db": db_uuid(connection)}
    for name, count in (("first", first), ("second", size)):
        said[name] = {"size": count, "root": tree.root(count, node_at).hex()}
    said["proof"] = [item.hex() for item in tree.consistency_proof(first, size, node_at)]
    made = Extract(connection, values=False, chosen=[])
    made.head = signed
    return said | made.proof(())


def newest(connection: Any) -> Head:
    """The newest head. Raises ``LookupError`` in an empty log."""
    found = storage.newest_head(connection)
    if found is None:
        raise LookupError("no head")
    return found


def db_uuid(connection: Any) -> str:
    """Identity of the database."""
    return str(connection.execute("SELECT db_uuid FROM audit_meta").fetchone()[0])


def entries_of(connection: Any, client: str) -> list[int]:
    """The entries about a client."""
    word = storage.Words(connection).id(client)
    return [seq for (seq,) in connection.execute("SELECT seq FROM audit_entry WHERE client = ? ORDER BY seq", (word,))]


def entries_between(connection: Any, since: int, until: int) -> range:
    """The entries of a period, in µs since 1970, the end not included: time never goes back in the log."""
    first, last = connection.execute("SELECT min(first), max(size) FROM audit_head WHERE ts >= ? AND ts < ?", (since, until)).fetchone()
    return range(first or 0, last or 0)


def erasures(connection: Any) -> list[int]:
    """The entries that say what was destroyed."""
    word = storage.Words(connection).id("ERASE")
    return [seq for (seq,) in connection.execute("SELECT seq FROM audit_entry WHERE code = ? ORDER BY seq", (word,))]


def turns(connection: Any) -> list[int]:
    """The entries that say that a key ended, or that a new key period began."""
    words = storage.Words(connection)
    wanted = "SELECT seq FROM audit_entry WHERE code = ? AND action = 'E' AND obj_type IN (?, ?) ORDER BY seq"
    return [seq for (seq,) in connection.execute(wanted, (words.id("KEY"), words.id(KEY_TABLE.name), words.id("epoch")))]


def _keys(connection: Any) -> list[tuple[Any, ...]]:
    return list(connection.execute("SELECT id, user_id, public_key, epoch, attested_by FROM audit_key ORDER BY rowid"))


def _made_known(connection: Any, ids: Iterable[str] | None = None) -> list[int]:
    """The entries that made keys known: of all, or of these."""
    table = storage.Words(connection).id(KEY_TABLE.name)
    wanted = [row[0] for row in _keys(connection)] if ids is None else list(ids)
    find = "SELECT seq FROM audit_entry WHERE obj_id = ? AND obj_type = ? AND action = 'C'"
    return [seq for name in wanted for (seq,) in connection.execute(find, (storage.pack_id(name), table))]


def _chain(connection: Any, heads: Iterable[Head]) -> set[int]:
    """The entries that made known the keys of these heads, of the heads over those, and so on to the first."""
    names = {head.key_id for head in heads}
    found: set[int] = set()
    while fresh := set(_made_known(connection, names)) - found:
        found |= fresh
        names = {head.key_id for head in _heads_of(connection, sorted(fresh))}
    return found


def _at(connection: Any, seqs: list[int]) -> Iterator[Stored]:
    """The entries with these numbers, in order; neighbours are read together."""
    start = 0
    for at, (before, after) in enumerate(pairwise([*seqs, -1]), 1):
        if after != before + 1:
            yield from storage.entries(connection, seqs[start], before + 1)
            start = at


def _heads_of(connection: Any, seqs: Iterable[int]) -> Iterator[Head]:
    """The heads that cover these entries, in order, each once."""
    size = 0
    for seq in seqs:
        if seq >= size:
            head = next(storage.heads(connection, seq))
            size = head.size
            yield head


def _head(head: Head) -> dict[str, Any]:
    return {"size": head.size, "root": head.root.hex(), "ts": head.ts, "key": head.key_id, "epoch": head.epoch,
            "signature": head.signature.hex()}  # fmt: skip


def _plain(value: Value) -> Any:
    return {"sha256": value.hex()} if isinstance(value, bytes) else value


def _json(line: dict[str, Any]) -> str:
    return _encoded(line) + "\n"
