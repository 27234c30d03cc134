"""How the log lies in the database (format 2), and reading it back as the logical entries that the hashes are over.

Repeated words stand once in ``audit_word``, the facts of a transaction once in its ``audit_head``; the salts of an entry come from one
seed, and its commitments are recomputed from its values. What is hashed and signed is unchanged: AUDIT §2 and §3, version 1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import shake_128
from typing import Any
from uuid import UUID

from nmx_desk.audit.entry import Entry, Head, utc_text
from nmx_desk.audit.tlv import Value, commitment

FORMAT = 2
SALT = 16
MARK = 4
"""Bytes of a commitment that are kept while the value is: enough to tell which field was altered."""
ORD_BITS = 10
MOST_VALUES = 1 << ORD_BITS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FACTS = (
    "actor", "role", "on_behalf_of", "station", "session", "app_version", "schema_version", "purpose", "rule", "reason_code",
)  # fmt: skip
"""Words that all entries of a transaction share."""

TABLES = """
CREATE TABLE audit_meta (id INTEGER PRIMARY KEY CHECK (id = 1), db_uuid TEXT NOT NULL, format INTEGER NOT NULL);
CREATE TABLE audit_key (
  id TEXT PRIMARY KEY NOT NULL, user_id TEXT NOT NULL, public_key TEXT NOT NULL, epoch INTEGER NOT NULL, attested_by TEXT NOT NULL);
CREATE TABLE audit_word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE audit_head (
  size INTEGER PRIMARY KEY, first INTEGER NOT NULL, tx NOT NULL, ts INTEGER NOT NULL, skew INTEGER NOT NULL, actor INTEGER NOT NULL,
  role INTEGER NOT NULL, on_behalf_of INTEGER, station INTEGER NOT NULL, session INTEGER NOT NULL, app_version INTEGER NOT NULL,
  schema_version INTEGER NOT NULL, purpose INTEGER NOT NULL, rule INTEGER NOT NULL, break_glass INTEGER NOT NULL,
  reason_code INTEGER NOT NULL, root BLOB NOT NULL, key_id INTEGER NOT NULL, epoch INTEGER NOT NULL, signature BLOB NOT NULL);
CREATE INDEX audit_head_actor ON audit_head (actor);
CREATE INDEX audit_head_ts ON audit_head (ts);
CREATE INDEX audit_head_glass ON audit_head (break_glass) WHERE break_glass = 1;
CREATE TABLE audit_entry (
  seq INTEGER PRIMARY KEY, action TEXT NOT NULL, code INTEGER NOT NULL, outcome INTEGER NOT NULL, obj_type INTEGER NOT NULL,
  obj_id NOT NULL, client INTEGER, salt BLOB, commits BLOB NOT NULL);
CREATE INDEX audit_entry_client ON audit_entry (client) WHERE client IS NOT NULL;
CREATE INDEX audit_entry_object ON audit_entry (obj_id);
CREATE INDEX audit_entry_code ON audit_entry (code);
CREATE TABLE audit_value (id INTEGER PRIMARY KEY, field INTEGER NOT NULL, old, new);
CREATE TABLE audit_node (id INTEGER PRIMARY KEY, hash BLOB NOT NULL);
CREATE TABLE audit_raw (
  id INTEGER PRIMARY KEY, tx TEXT NOT NULL, action TEXT NOT NULL, code TEXT NOT NULL, outcome INTEGER NOT NULL, obj_type TEXT NOT NULL,
  obj_id TEXT NOT NULL, client TEXT, data BLOB NOT NULL,
  sealed INTEGER NOT NULL DEFAULT -1 REFERENCES audit_entry(seq) DEFERRABLE INITIALLY DEFERRED)
"""


def _uuid_sql(column: str) -> str:
    cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    parts = " || '-' || ".join(f"substr(lower(hex({column})), {start}, {size})" for start, size in cuts)
    return f"CASE typeof({column}) WHEN 'blob' THEN {parts} ELSE {column} END"


def _word_sql(column: str) -> str:
    return f"(SELECT text FROM audit_word w WHERE w.id = {column})"  # noqa: S608 (our own names)


def _view() -> str:
    """The log as a person with the key would want to read it in SQL. The program itself never reads it."""
    names = ("actor", "role", "on_behalf_of", "station", "session", "app_version", "schema_version")
    facts = ", ".join(f"{_word_sql(f'h.{name}')} AS {name}" for name in names)
    after = ", ".join(f"{_word_sql(f'h.{name}')} AS {name}" for name in ("purpose", "rule"))
    return (  # our own names
        "CREATE VIEW audit_log AS SELECT e.seq AS seq, " + _uuid_sql("h.tx") + " AS tx,"  # noqa: S608
        " strftime('%Y-%m-%dT%H:%M:%S', h.ts / 1000000, 'unixepoch') || printf('.%06dZ', h.ts % 1000000) AS ts, h.skew AS skew,"
        f" e.action AS action, {_word_sql('e.code')} AS code, e.outcome AS outcome, {facts}, {_word_sql('e.obj_type')} AS obj_type, "
        f"{_uuid_sql('e.obj_id')} AS obj_id, {_word_sql('e.client')} AS client, {after}, h.break_glass AS break_glass,"
        f" {_word_sql('h.reason_code')} AS reason_code FROM audit_entry e JOIN audit_head h"
        " ON h.size = (SELECT min(size) FROM audit_head n WHERE n.size > e.seq)"
    )  # fmt: skip


def _value_view() -> str:
    return (
        f"CREATE VIEW audit_log_value AS SELECT id >> {ORD_BITS} AS seq, id & {MOST_VALUES - 1} AS ord,"  # noqa: S608 (our own names)
        f" {_word_sql('field')} AS field, old, new FROM audit_value"
    )


VIEWS = (_view(), _value_view())


@dataclass(frozen=True, slots=True)
class StoredValue:
    """Old and new value of one field. ``salt`` None: it was erased."""

    field: str
    salt: bytes | None
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Stored:
    """A logical entry (AUDIT §2) with its values."""

    entry: Entry
    values: tuple[StoredValue, ...]


class Words:
    """The words of the log by number. What was read once is kept: words are never changed."""

    def __init__(self, connection: Any) -> None:
        self._run = connection.execute
        self._texts: dict[int, str] = {}
        self._ids: dict[str, int] = {}

    def text(self, number: int) -> str:
        """The word. Raises ``LookupError``."""
        found = self._texts.get(number)
        if found is None:
            row = self._run("SELECT text FROM audit_word WHERE id = ?", (number,)).fetchone()
            if row is None:
                raise LookupError(number)
            found = self._texts[number] = str(row[0])
        return found

    def maybe(self, number: int | None) -> str | None:
        """The word, or None for none."""
        return None if number is None else self.text(number)

    def id(self, text: str) -> int | None:
        """Its number; None for a word that the log does not know."""
        found = self._ids.get(text)
        if found is None:
            row = self._run("SELECT id FROM audit_word WHERE text = ?", (text,)).fetchone()
            if row is not None:
                found = self._ids[text] = int(row[0])
        return found


def pack_id(text: str) -> str | bytes:
    """A canonical uuid as its 16 bytes, anything else as it is."""
    if len(text) == 36 and text[8] == text[13] == text[18] == text[23] == "-":
        digits = text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
        with suppress(ValueError):
            made = bytes.fromhex(digits)
            if made.hex() == digits:
                return made
    return text


def unpack_id(value: str | bytes) -> str:
    """The text of a packed id."""
    return value if isinstance(value, str) else str(UUID(bytes=bytes(value)))


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def ts_text(at: int) -> str:
    """An instant as the entries carry it. Raises ``OverflowError`` for what is no date."""
    return utc_text(_EPOCH + at * _MICROSECOND)


def value_id(seq: int, ord_: int) -> int:
    """Where the value of an entry stands."""
    return seq << ORD_BITS | ord_


def node_id(level: int, index: int) -> int:
    """Where a node stands: nodes lie in the order in which the entries complete them."""
    last = ((index + 1) << level) - 1
    return 2 * last - last.bit_count() + level


def salts_of(seed: bytes | None, count: int) -> list[bytes | None]:
    """The salts of an entry's values; None for an erased one. Raises ``ValueError`` for a seed of no known form."""
    if seed is None or not count:
        return [None] * count
    if len(seed) == SALT:
        made = shake_128(seed).digest(SALT * count)
        return [made[at : at + SALT] for at in range(0, SALT * count, SALT)]
    if len(seed) != 1 + SALT * count or seed[0] != 1:
        raise ValueError(len(seed))
    parts = (seed[at : at + SALT] for at in range(1, len(seed), SALT))
    return [part if any(part) else None for part in parts]


def one_by_one(salts: list[bytes | None]) -> bytes | None:
    """The salts of an entry of which not all come from one seed; None when all are erased."""
    return b"\x01" + b"".join(salt or bytes(SALT) for salt in salts) if any(salts) else None


def commits_of(kept: bytes, salts: list[bytes | None], rows: list[tuple[str, Value, Value]]) -> list[bytes]:
    """The commitments of an entry: of its values, or, where one was erased, as kept."""
    full = len(kept) == 32 * len(rows)
    return [
        commitment(salt, *row) if salt is not None else kept[32 * at : 32 * at + 32] if full else b""
        for at, (salt, row) in enumerate(zip(salts, rows, strict=True))
    ]


def changed_rows(connection: Any, since: int, tables: Collection[str]) -> tuple[int, list[tuple[str, str]]]:
    """How many entries there are, and which rows (table, id) of these tables were written since there were ``since``, in order."""
    words = Words(connection)
    size = int(connection.execute("SELECT coalesce(max(size), 0) FROM audit_head").fetchone()[0])
    written = "SELECT obj_type, obj_id FROM audit_entry WHERE seq >= ? AND action IN ('C', 'U', 'D') ORDER BY seq"
    found = [(words.text(kind), unpack_id(row)) for kind, row in connection.execute(written, (since,))]
    return size, [(table, row) for table, row in found if table in tables]


def newest_head(connection: Any) -> Head | None:
    """The last signed head; None in an empty log."""
    return next(_heads(connection, "ORDER BY size DESC LIMIT 1"), None)


def newest_first(connection: Any) -> Iterator[Head]:
    """The signed heads, the newest first."""
    return _heads(connection, "ORDER BY size DESC")


def heads(connection: Any, after: int = 0) -> Iterator[Head]:
    """The signed heads of more than ``after`` entries, in order."""
    return _heads(connection, f"WHERE size > {int(after)} ORDER BY size")


def _heads(connection: Any, which: str) -> Iterator[Head]:
    words = Words(connection)
    for size, root, ts, key_id, epoch, signature in connection.execute(
        f"SELECT size, root, ts, key_id, epoch, signature FROM audit_head {which}"  # noqa: S608 (our own words)
    ):
        yield Head(size, bytes(root), ts_text(ts), words.text(key_id), epoch, bytes(signature))


def node_at(connection: Any) -> Callable[[int, int], bytes]:
    """Reads the stored nodes of the tree; empty bytes for one that is not there."""
    run = connection.execute

    def read(level: int, index: int) -> bytes:
        found = run("SELECT hash FROM audit_node WHERE id = ?", (node_id(level, index),)).fetchone()
        return bytes(found[0]) if found and isinstance(found[0], bytes) else b""

    return read


def entries(connection: Any, first: int = 0, last: int | None = None) -> Iterator[Stored]:
    """The entries ``first`` up to, not with, ``last``, each with its values. For a log that was found intact: garbage raises."""
    words = Words(connection)
    until = 1 << 52 if last is None else last
    values = connection.execute(
        "SELECT id, field, old, new FROM audit_value WHERE id >= ? AND id < ? ORDER BY id", (value_id(first, 0), value_id(until, 0))
    )
    pending = next(values, None)
    facts: tuple[Any, ...] = (-1,)
    for row in connection.execute(
        "SELECT seq, action, code, outcome, obj_type, obj_id, client, salt, commits FROM audit_entry WHERE seq >= ? AND seq < ?"
        " ORDER BY seq", (first, until),
    ):  # fmt: skip
        seq = row[0]
        if facts[0] <= seq:
            facts = connection.execute(
                "SELECT size, tx, ts, skew, break_glass, actor, role, on_behalf_of, station, session, app_version, schema_version,"
                " purpose, rule, reason_code FROM audit_head WHERE size > ? ORDER BY size LIMIT 1", (seq,),
            ).fetchone()  # fmt: skip
        own: list[tuple[str, Value, Value]] = []
        while pending is not None and pending[0] >> ORD_BITS == seq:
            own.append((words.text(pending[1]), pending[2], pending[3]))
            pending = next(values, None)
        yield _stored(words, row, facts, own)


def _stored(words: Words, row: tuple[Any, ...], facts: tuple[Any, ...], own: list[tuple[str, Value, Value]]) -> Stored:
    seq, action, code, outcome, obj_type, obj_id, client, seed, kept = row
    salts = salts_of(seed, len(own))
    _, tx, ts, skew, break_glass, *numbers = facts
    said = dict(zip(FACTS, map(words.maybe, numbers), strict=True))
    entry = Entry(
        seq=seq, tx=unpack_id(tx), ts=ts_text(ts), skew=skew, action=action, code=words.text(code), outcome=outcome,
        obj_type=words.text(obj_type), obj_id=unpack_id(obj_id), client=words.maybe(client), break_glass=break_glass,
        commits=b"".join(commits_of(kept, salts, own)), **said,  # type: ignore[arg-type]  # only on_behalf_of may be None
    )  # fmt: skip
    return Stored(entry, tuple(StoredValue(name, salt, old, new) for salt, (name, old, new) in zip(salts, own, strict=True)))
