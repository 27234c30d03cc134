"""Walking along the stored log: each entry recomputed from its cells and held against the tree (AUDIT §4).

Four streams are read side by side, each in its own order: heads (a transaction each), entries, values and nodes. Nothing is trusted: a cell
of the wrong kind is told to ``find`` and taken as empty, so that what it makes does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256, shake_128
from typing import Any, Protocol, TypeAlias

from nmx_desk.audit import storage, tree
from nmx_desk.audit.entry import CODES, Head
from nmx_desk.audit.storage import MARK, MOST_VALUES, ORD_BITS, SALT, node_id
from nmx_desk.audit.tlv import Value, one, tlv

_ACTIONS, _CODES, _OUTCOMES, _FLAGS = frozenset("CRUDE"), frozenset(CODES), frozenset((0, 4, 8, 12)), frozenset((0, 1))
_FORMAT = b"\x00" + one(1)
_SPREAD = "0001"  # the schema of format 1
_NOTHING = ("", one(""))
_NULL = (None, one(None))
_LATEST = 253_402_300_800_000_000  # µs: the year 10000
_WIDEST_GAP = 10_000
_LEAST = -(1 << 63)
_VALUES = frozenset((str, int, bytes, type(None)))
_Word: TypeAlias = tuple[str, bytes]
_Row: TypeAlias = tuple[Any, ...]
_HEADS = (
    "SELECT size, first, tx, ts, skew, break_glass, root, epoch, signature, key_id, actor, role, on_behalf_of, station, session,"
    " app_version, schema_version, purpose, rule, reason_code FROM audit_head WHERE size > ? ORDER BY size"
)
_ENTRIES = "SELECT seq, action, code, outcome, obj_type, obj_id, client, salt, commits FROM audit_entry WHERE seq >= ? ORDER BY seq"


class Find(Protocol):
    """Tells a finding: kind, entry, table, row, field, detail."""

    def __call__(
        self, kind: str, seq: int | None = None, table: str = "", row: str = "", field_: str = "", detail: str = ""
    ) -> None:
        """Tell it."""


@dataclass(slots=True)
class Line:
    """One entry as it was read. ``fields``: old and new by name; ``blank``: names of erased ones; ``head``: the one that ends with it."""

    seq: int
    action: str
    code: str
    table: str
    row: str
    actor: str
    fields: dict[str, tuple[Value, Value]]
    blank: tuple[str, ...]
    count: int
    client: str = ""
    head: Head | None = None


@dataclass(slots=True)
class _Step:
    """A transaction: what all its entries share, as text and as canonical bytes."""

    head: Head
    actor: str
    begin: bytes
    middle: bytes
    end: bytes
    schema: str


class _Words:
    """Words with their canonical bytes; a number that there is not is told as a finding."""

    def __init__(self, connection: Any, *, all_of_them: bool) -> None:
        self._connection = connection
        self._known: dict[int, _Word] = {}
        self.unread: dict[int, Any] = dict(connection.execute("SELECT id, text FROM audit_word")) if all_of_them else {}

    def get(self, number: Any) -> _Word | None:
        found = self._known.get(number) if type(number) is int else None
        if found is None and type(number) is int:
            text = self.unread.pop(number, None)
            if text is None:
                (text,) = self._connection.execute("SELECT text FROM audit_word WHERE id = ?", (number,)).fetchone() or (None,)
            if isinstance(text, str):
                found = self._known[number] = (text, one(text))
        return found


class Reading:
    """Iterate over it for the lines; ``size``, ``root()``, ``last_ts`` then say where it ended. ``since``: size and root to begin at."""

    def __init__(self, connection: Any, find: Find, since: tuple[int, bytes] | None) -> None:
        self._connection, self.find = connection, find
        self.size, self._first_root = since or (0, tree.EMPTY_ROOT)
        self.last_ts = ""
        self.total = (connection.execute("SELECT size FROM audit_head ORDER BY size DESC LIMIT 1").fetchone() or (0,))[0]
        self._words = _Words(connection, all_of_them=since is None)
        self._peaks: list[bytes] = []
        self._ends = self.size  # where the head before ended
        self._last = 0
        self._wrong_leaf = self._wrong_root = False

    def root(self) -> bytes:
        """Root of all entries so far."""
        if not self._peaks:
            return tree.EMPTY_ROOT
        value = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            value = tree.node_hash(peak, value)
        return value

    def __iter__(self) -> Iterator[Line]:
        run = self._connection.execute
        if self.size and not self._resume():
            return
        first = self.size
        self._nodes = iter(run("SELECT id, hash FROM audit_node WHERE id >= ? ORDER BY id", (node_id(0, first) if first else _LEAST,)))
        self._node: _Row | None = next(self._nodes, None)
        heads = self._heads(run(_HEADS, (first or _LEAST,)))
        self._values = iter(run("SELECT id, field, old, new FROM audit_value WHERE id >= ? ORDER BY id", (first << ORD_BITS or _LEAST,)))
        self._value: _Row | None = next(self._values, None)
        step: _Step | None = next(heads, None)
        unsigned = None
        for row in run(_ENTRIES, (first or _LEAST,)):
            if not self._reaches(row[0]):
                continue
            while step is not None and step.head.size <= row[0]:
                self.find("head", step.head.size - 1, "audit_head", str(step.head.size), detail="its last entry is missing")
                step = next(heads, None)
            line = self._line(row, step)
            if step is None:
                unsigned = row[0] if unsigned is None else unsigned
            elif step.head.size == self.size:
                line.head = step.head
                self._close(step.head)
                step = next(heads, None)
            yield line
        self._finish(step, heads, unsigned)

    def _resume(self) -> bool:
        """Begin in the middle: the stored nodes must lead to the root that was known."""
        node_at = storage.node_at(self._connection)
        self._peaks = [node_at(level, index) for level, index in tree.peaks(self.size)]
        if self.root() != self._first_root:
            self.find("root", self.size - 1, "audit_head", str(self.size), "root", "what was verified before is not there any more")
            self.size = 0
            return False
        row = self._connection.execute("SELECT ts FROM audit_head WHERE size = ?", (self.size,)).fetchone()
        self._last = row[0] if row and type(row[0]) is int and 0 <= row[0] < _LATEST else 0
        self.last_ts = storage.ts_text(self._last)
        return True

    def _reaches(self, seq: int) -> bool:
        """Whether an entry of this number can come now; entries before it that are missing are told and passed over."""
        if seq == self.size:
            return True
        if seq < self.size or seq - self.size > _WIDEST_GAP:
            self.find("gap", self.size, detail=f"expected entry {self.size}, found {seq}")
            return False
        self.find("gap", self.size, detail=f"expected entry {self.size}, found {seq}")
        while self.size < seq:
            self._own_values(self.size)
            self._grow(self._stored_leaf(self.size))
        return True

    # -- heads -------------------------------------------------------------------------------------------------------------------------

    def _heads(self, rows: Iterator[_Row]) -> Iterator[_Step]:
        ends = self.size
        for row in rows:
            if row[0] > 0:
                yield self._step(row, ends)
                ends = row[0]
            else:
                self.find("head", 0, "audit_head", str(row[0]), detail="a head that no transaction can have made")

    def _word(self, number: Any, seq: int, table: str = "audit_head") -> _Word:
        found = self._words.get(number)
        if found is None:
            self.find("entry", seq, table, str(seq), detail="names a word that there is not")
            return _NOTHING
        return found

    def _step(self, row: _Row, ends: int) -> _Step:
        size, first, tx, ts, skew, glass, root, epoch, signature, key_id, *numbers = row
        seq = size - 1
        if first != ends:
            self.find("head", seq, "audit_head", str(size), "first", "does not begin where the head before it ends")
        if type(ts) is not int or not self._last <= ts < _LATEST:
            self.find("time", first if type(first) is int else seq, "audit_head", str(size), "ts", "earlier than what came before it")
            ts = self._last
        self._last, self.last_ts = ts, storage.ts_text(ts)
        if skew not in _FLAGS or glass not in _FLAGS or type(epoch) is not int or type(root) is not bytes or type(signature) is not bytes:
            self.find("head", seq, "audit_head", str(size), detail="a head that no transaction can have made")
            skew, glass, epoch, root, signature = 0, 0, 0, b"", b""
        words = [_NULL if number is None and at == 2 else self._word(number, seq) for at, number in enumerate(numbers)]
        parts = [word[1] for word in words]
        head = Head(size, root, self.last_ts, self._word(key_id, seq)[0], epoch, signature)
        return _Step(
            head, str(words[0][0]), tlv(self._id(tx, seq, "audit_head"), self.last_ts, skew), b"".join(parts[:7]),
            b"".join(parts[7:9]) + one(glass) + parts[9], str(words[6][0]),
        )  # fmt: skip

    def _id(self, value: Any, seq: int, table: str) -> str:
        """The text of a packed id; another spelling of it is told."""
        if type(value) is bytes and len(value) == 16:
            return storage.unpack_id(value)
        if type(value) is not str or storage.pack_id(value) != value:
            self.find("entry", seq, table, str(seq), detail="an id in a form that the log does not write")
            return ""
        return value

    def _close(self, head: Head) -> None:
        self._ends = head.size
        if not self._wrong_root and self.root() != head.root:
            self._wrong_root = True  # what follows is a consequence
            self.find("root", head.size - 1, "audit_head", str(head.size), "root", "does not follow from the entries")

    def _finish(self, step: _Step | None, heads: Iterator[_Step], unsigned: int | None) -> None:
        """Heads, values and nodes beyond the last entry, and words that no entry uses."""
        if unsigned is not None:
            self.find("unsigned", unsigned, detail="the last entries are covered by no signed head")
        while step is not None:
            size = step.head.size
            self.find("truncated", self.size, "audit_head", str(size), detail=f"a head covers {size} entries, {self.size} are there")
            step = next(heads, None)
        while self._value is not None:
            self._orphan()
        if self._node is not None:
            self.find("node", self.size, "audit_node", detail="more nodes than entries")
        for number in self._words.unread:
            self.find("word", None, "audit_word", str(number), detail="a word that no entry uses")

    # -- entries -----------------------------------------------------------------------------------------------------------------------

    def _line(self, row: _Row, step: _Step | None) -> Line:
        seq, action, code_no, outcome, type_no, obj_id, client_no, seed, kept = row
        code, code_bytes = self._word(code_no, seq, "audit_entry")
        table, table_bytes = self._word(type_no, seq, "audit_entry")
        obj = self._id(obj_id, seq, "audit_entry")
        about, client = ("", _NULL[1]) if client_no is None else self._word(client_no, seq, "audit_entry")
        if action not in _ACTIONS or code not in _CODES or outcome not in _OUTCOMES:
            self.find("entry", seq, table, obj, detail="an action, code or outcome that there is not")
            action, outcome = action if type(action) is str else "", outcome if type(outcome) is int else 0
        own = self._own_values(seq)
        fields, blank, commits = _Values(self, seq, table, obj, seed, kept, spread=step is not None and step.schema == _SPREAD).check(own)
        if step is None:
            leaf = b""
        else:
            leaf = sha256(b"".join((
                _FORMAT, one(seq), step.begin, one(action), code_bytes, one(outcome), step.middle, table_bytes, one(obj), client, step.end,
                one(commits),
            ))).digest()  # fmt: skip
        stored = self._stored_leaf(seq)
        if leaf != stored:
            self._wrong_leaf = True
            self.find("node", seq, table, obj, detail="what stands there is not what was sealed")
            leaf = stored or leaf
        self._grow(leaf)
        return Line(seq, action, code, table, obj, step.actor if step is not None else "", fields, blank, len(own), about)

    def _own_values(self, seq: int) -> list[_Row]:
        own: list[_Row] = []
        value = self._value
        while value is not None and value[0] >> ORD_BITS <= seq:
            if value[0] >> ORD_BITS == seq:
                own.append(value)
                self._value = next(self._values, None)
            else:
                self._orphan()
            value = self._value
        return own

    def _orphan(self) -> None:
        assert self._value is not None  # noqa: S101 (for the type checker)
        seq = self._value[0] >> ORD_BITS
        self.find("orphan", seq, "audit_value", str(seq), detail="values without their entry")
        while self._value is not None and self._value[0] >> ORD_BITS == seq:
            self._value = next(self._values, None)

    # -- nodes -------------------------------------------------------------------------------------------------------------------------

    def _stored(self, wanted: int) -> bytes | None:
        """The stored node with this number, taken from the stream; None when it is not there."""
        while self._node is not None and self._node[0] < wanted:
            self.find("node", self.size, "audit_node", str(self._node[0]), detail="a node that belongs to no entry")
            self._node = next(self._nodes, None)
        if self._node is None or self._node[0] != wanted:
            return None
        found = self._node[1]
        self._node = next(self._nodes, None)
        return found if type(found) is bytes else b""

    def _stored_leaf(self, seq: int) -> bytes:
        return self._stored(node_id(0, seq)) or b""

    def _grow(self, leaf: bytes) -> None:
        """Append a leaf: the nodes it completes are the stored ones."""
        value, level, index = leaf, 0, self.size
        peaks = self._peaks
        while index & 1:
            value = tree.node_hash(peaks.pop(), value)
            level, index = level + 1, index >> 1
            if self._stored(node_id(level, index)) != value and not self._wrong_leaf:
                self._wrong_leaf = True  # what lies above is a consequence
                self.find("node", self.size, "audit_node", f"{level}/{index}", detail="differs from the entries")
        peaks.append(value)
        self.size += 1


class _Values:
    """The values of one entry against its commitments."""

    def __init__(self, reading: Reading, seq: int, table: str, row: str, seed: Any, kept: Any, *, spread: bool) -> None:
        self._spread = spread  # written by a program that had no seeds: each salt stands by itself
        self._reading, self._seq, self._table, self._row, self._seed, self._kept = reading, seq, table, row, seed, kept

    def check(self, own: list[_Row]) -> tuple[dict[str, tuple[Value, Value]], tuple[str, ...], bytes]:
        """Old and new by field, the names of erased fields, the commitments."""
        count, kept, seed = len(own), self._kept, self._seed
        if type(kept) is not bytes or len(kept) not in {MARK * count, 32 * count}:
            size = len(kept) // MARK if type(kept) is bytes else 0
            self._find("value_missing", "", f"{size} values were committed to, {count} are there")
            kept = b""
        if not count:
            if seed is not None or kept:
                self._find("value_missing", "", "its values are gone")
            return {}, (), b""
        if type(seed) is bytes and len(seed) == SALT:  # nearly always
            made = shake_128(seed).digest(SALT * count)
            salts: list[bytes | None] = [made[at : at + SALT] for at in range(0, SALT * count, SALT)]
        else:
            salts = self._salts(count)
        return self._each(own, salts, kept)

    def _salts(self, count: int) -> list[bytes | None]:
        try:
            salts = storage.salts_of(self._seed, count)
        except (ValueError, TypeError):
            self._find("value", "", "unreadable")
            return [None] * count
        if self._seed is not None and (not any(salts) or (all(salts) and not self._spread)):
            self._find("value", "", "salts in a form that the log does not write")
        return salts

    def _each(
        self, own: list[_Row], salts: list[bytes | None], kept: bytes
    ) -> tuple[dict[str, tuple[Value, Value]], tuple[str, ...], bytes]:
        word, find = self._reading._words.get, self._find  # noqa: SLF001 (one module, split for reading)
        fields: dict[str, tuple[Value, Value]] = {}
        blank: list[str] = []
        commits: list[bytes] = []
        full = None in salts
        width = 32 if full else MARK
        if kept and len(kept) != width * len(own):
            find("value_missing", "", "commitments in a form that the log does not write")
            kept = b""
        for place, ((at, field_no, old, new), salt) in enumerate(zip(own, salts, strict=True)):
            name, name_bytes = word(field_no) or _NOTHING
            if not name or at & (MOST_VALUES - 1) != place:
                find("value", name, "values in a form that the log does not write")
            expected = kept[width * place : width * (place + 1)]
            if salt is None:
                blank.append(name)
                commits.append(expected)
                if old is not None or new is not None:
                    find("value", name, "blanked, and yet something is there")
                continue
            if type(old) not in _VALUES or type(new) not in _VALUES:
                find("value", name, "unreadable")
                commits.append(expected)
                continue
            made = sha256(b"\x02" + salt + name_bytes + one(old) + one(new)).digest()
            if made[:width] != expected:
                find("value", name, "differs from what was committed to")
            commits.append(made)
            fields[name] = (old, new)
        return fields, tuple(blank), b"".join(commits)

    def _find(self, kind: str, field: str, detail: str) -> None:
        self._reading.find(kind, self._seq, self._table, self._row, field, detail)
