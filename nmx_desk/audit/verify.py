"""Verifying: recompute every leaf, commitment, node and head, and replay the entries against the live rows (AUDIT §4).

Nothing here trusts a stored hash, nor that a cell holds what its column is for: garbage is a finding, never an exception. A finding names
the entry, the table, the row and the field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

from nmx_desk.audit import storage, tree
from nmx_desk.audit.capture import KEY_TABLE, CapturedTable, triggers
from nmx_desk.audit.shape import definitions, unlike_indexes
from nmx_desk.audit.signatures import Signatures
from nmx_desk.audit.tlv import Value
from nmx_desk.audit.walk import Line, Reading
from nmx_desk.audit.witness import Witness, missing_entries

EPOCH = "epoch"
_INDEXED = ("audit_entry", "audit_head", "audit_word")
STEP = 2000
NO_WITNESS = "no witness file on this workstation"
_UNKNOWN: Any = object()  # a value that was erased: it may have been anything


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
    """Outcome of a verification: ``size`` entries with ``root``; no findings means intact. ``since``: entries taken as verified before."""

    size: int = 0
    root: bytes = tree.EMPTY_ROOT
    heads: int = 0
    values: int = 0
    rows: int = 0
    last_ts: str = ""
    since: int = 0
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
    """Who may do what the log itself depends on: a grant is a row of ``table`` that names ``person`` and has a word in ``column``.

    ``words``: who makes keys known, ends them and destroys files; ``granters``: who else may write grants; ``texts``: fields in which
    anybody may be named, so that a destruction may blank them in entries about others.
    """

    table: str
    person: str
    column: str
    words: frozenset[str]
    granters: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Anchor:
    """A head that somebody kept elsewhere: a backup's manifest, a printed report, a time stamp. ``root``: hex, or its beginning."""

    name: str
    size: int
    root: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the log is held against. ``others``: all further triggers there may be, by name; ``authority``: who may enrol and erase."""

    witness: Witness | None = None
    anchors: Sequence[Anchor] = ()
    others: Mapping[str, str] | None = None
    authority: Authority | None = None


@dataclass
class _Walk:
    """State carried along the entries."""

    connection: Any
    result: Result
    captured: dict[str, CapturedTable]
    known: Known
    db_uuid: str = ""
    keys: dict[str, tuple[str, bytes, int]] = field(default_factory=dict)  # as the log made them known
    ended: set[str] = field(default_factory=set)  # keys that sign nothing any more
    epoch: int = 1  # the key period the log is in
    granted: dict[str, dict[str, Value]] = field(default_factory=dict)
    live: dict[tuple[str, str], dict[str, Value]] = field(default_factory=dict)
    touched: set[tuple[str, str]] = field(default_factory=set)
    blanked: list[Line] = field(default_factory=list)
    erased_rows: dict[tuple[str, str], int] = field(default_factory=dict)  # by which ERASE entry
    erased_entries: dict[int, int] = field(default_factory=dict)
    erased_about: dict[int, set[str]] = field(default_factory=dict)  # of which client and rows such an entry is
    partial: bool = False  # only the entries after ``result.since``
    signatures: Signatures = field(default_factory=Signatures)

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
    anchors: Sequence[Anchor] = (),
) -> Result:
    """Check the whole log of one database. ``connection`` should hold a read transaction, so that everything seen is of one moment.

    ``progress(done, total)`` is called every 2,000 entries and may raise to cancel. RFC 9162 for the tree, RFC 8032 for the signatures.
    """
    known = Known(witness=witness, anchors=anchors, others=others, authority=authority)
    return _readable(connection, lambda: _verify(connection, list(tables), known, progress, None))


def verify_since(
    connection: Any, tables: Iterable[CapturedTable], size: int, root: bytes, known: Known, progress: Progress | None = None
) -> Result:
    """Check what came after the first ``size`` entries, which had ``root`` and were found intact.

    That they are still the beginning, the entries after them, the rows these touched, the triggers and the anchors. Which keys and roles
    there were before is taken from the tables; the full check proves them.
    """
    return _readable(connection, lambda: _verify(connection, list(tables), known, progress, (size, root)))


def _readable(connection: Any, run: Callable[[], Result]) -> Result:
    """Once more with another way of reading when a text is no UTF-8: it will differ from what was committed to."""
    try:
        return run()
    except connection.Error as error:
        if "UTF-8" not in str(error):
            raise
    factory = connection.text_factory
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        return run()
    finally:
        connection.text_factory = factory


def _verify(
    connection: Any, tables: list[CapturedTable], known: Known, progress: Progress | None, since: tuple[int, bytes] | None
) -> Result:
    result = Result(since=since[0] if since else 0)
    captured = {table.name: table for table in (*tables, KEY_TABLE)}
    walk = _Walk(connection, result, captured, known, partial=since is not None)
    try:
        _stage(walk, "audit_meta", lambda: _prepare(walk))
        _stage(walk, "audit_entry", lambda: _check_entries(walk, progress, since))
        _stage(walk, "audit_raw", lambda: _check_rest(walk))
        _check_shape(walk)
        for table in captured.values():
            _stage(walk, table.name, lambda table=table: _replay(walk, table))  # type: ignore[misc]
        _check_missing(walk)
        _stage(walk, "audit_node", lambda: _check_anchors(walk))
        for size in walk.signatures.wrong():
            walk.find("signature", size - 1, "audit_head", str(size), "signature", "not made by this key")
    finally:
        walk.signatures.close()
    result.findings.sort(key=lambda finding: (finding.seq is None, finding.seq or 0))
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
    meta, *more = walk.connection.execute("SELECT db_uuid, id, format FROM audit_meta").fetchall() or [None]
    if meta is None or more or not isinstance(meta[0], str) or meta[1:] != (1, storage.FORMAT):
        walk.find("meta", detail="the database has lost its identity or has an unknown format")
    walk.db_uuid = meta[0] if meta and isinstance(meta[0], str) else ""
    _read_erasures(walk)
    if walk.partial:
        for row in walk.connection.execute("SELECT id, user_id, public_key, epoch, attested_by FROM audit_key"):
            _make_known(walk, str(row[0]), str(row[1]), str(row[2]), row[3])
        _read_periods(walk)
        if walk.known.authority is not None:
            _read_grants(walk, walk.known.authority)


def _read_periods(walk: _Walk) -> None:
    """The key period and the ended keys at the beginning of a partial walk."""
    run, since = walk.connection.execute, walk.result.since
    row = run("SELECT epoch FROM audit_head WHERE size <= ? ORDER BY size DESC LIMIT 1", (since,)).fetchone()
    walk.epoch = int(row[0]) if row else 1
    wanted = (
        "SELECT obj_id FROM audit_entry WHERE action = 'E' AND code = (SELECT id FROM audit_word WHERE text = 'KEY')"
        " AND obj_type = (SELECT id FROM audit_word WHERE text = 'audit_key') AND seq < ?"
    )
    walk.ended |= {storage.unpack_id(key) for (key,) in run(wanted, (since,))}


def _read_grants(walk: _Walk, may: Authority) -> None:
    for row, person, word in walk.connection.execute(f'SELECT id, "{may.person}", "{may.column}" FROM "{may.table}"'):  # noqa: S608
        walk.granted[row] = {may.person: person, may.column: word}


def _read_erasures(walk: _Walk) -> None:
    """Which rows and entries the destructions name; that the ERASE entries themselves are genuine follows from the walk."""
    wanted = (
        "SELECT v.id, w.text, v.new FROM audit_entry e JOIN audit_value v ON v.id >> 10 = e.seq JOIN audit_word w ON w.id = v.field"
        " WHERE e.code = (SELECT id FROM audit_word WHERE text = 'ERASE')"
        " AND v.id BETWEEN e.seq << 10 AND (e.seq << 10) + 1023 ORDER BY v.id"
    )
    for at, name, text in walk.connection.execute(wanted):
        seq = at >> storage.ORD_BITS
        try:
            listed = json.loads(text) if name in {"rows", "entries"} else []
            for item in listed:
                if name == "rows":
                    walk.erased_rows[str(item[0]), str(item[1])] = seq
                    walk.erased_about.setdefault(seq, set()).add(str(item[1]))
                else:
                    first, last = item if isinstance(item, list) else (item, item)
                    walk.erased_entries.update(dict.fromkeys(range(first, min(last, seq) + 1), seq))
        except (ValueError, TypeError, IndexError, RecursionError):
            walk.find("entry", seq, "audit_entry", detail="a destruction whose list cannot be read")


# -- along the entries -------------------------------------------------------------------------------------------------------------------


def _check_entries(walk: _Walk, progress: Progress | None, since: tuple[int, bytes] | None) -> None:
    result = walk.result

    reading = Reading(walk.connection, walk.find, since)
    total = reading.total
    for line in reading:
        result.values += line.count
        _apply(walk, line)
        if line.head is not None:
            _check_head(walk, line)
        if progress is not None and line.seq % STEP == STEP - 1:
            progress(line.seq + 1, total)
    result.size, result.root, result.last_ts = reading.size, reading.root(), reading.last_ts


def _apply(walk: _Walk, line: Line) -> None:
    """Replay one entry on the state that the live rows must have."""
    if line.blank:
        walk.blanked.append(line)
    _apply_deed(walk, line)
    if line.action not in ("C", "U", "D") or line.table not in walk.captured:
        return
    key = (line.table, line.row)
    columns = {name: sides for name, sides in line.fields.items() if not name.startswith("@")}
    if line.table == KEY_TABLE.name:
        _check_key(walk, line, columns)
    elif walk.known.authority is not None and line.table == walk.known.authority.table:
        _check_may(walk, line, "written by somebody who may not enrol users", granting=True)
    was = walk.live.pop(key, None)
    _check_was(walk, line, was, columns)
    walk.touched.add(key)
    if line.action != "D":
        walk.live[key] = (was or {}) | {name: new for name, (_, new) in columns.items()} | dict.fromkeys(line.blank, _UNKNOWN)
    if walk.known.authority is not None and line.table == walk.known.authority.table:
        walk.granted.pop(line.row, None)
        if line.action != "D":
            walk.granted[line.row] = walk.live[key]


def _apply_deed(walk: _Walk, line: Line) -> None:
    """What is not a row change and yet changes what the following entries must be like."""
    if line.code == "ERASE":
        _check_may(walk, line, "destroyed by somebody who may not do that")
        walk.erased_about.setdefault(line.seq, set()).add(line.client)
    elif line.code == "MIGRATE":
        _migrate(walk, line.fields)
    elif line.code == "KEY" and line.action == "E":
        _apply_period(walk, line)


def _check_was(walk: _Walk, line: Line, was: dict[str, Value] | None, columns: Fields) -> None:
    """What an entry says was there, against what the entries before it say."""
    created = line.action == "C"
    if walk.partial and was is None and (line.table, line.row) not in walk.touched:
        return
    if (was is None) != created:
        walk.find("replay", line.seq, line.table, line.row, detail="created twice" if created else "changed, but never created")
    elif was is not None:
        for name, (old, _) in columns.items():
            before = was.get(name)
            if before is not _UNKNOWN and (before != old or type(before) is not type(old)) and not (walk.partial and name not in was):
                walk.find("replay", line.seq, line.table, line.row, name, "the old value is not the last logged one")


def _migrate(walk: _Walk, fields: Fields) -> None:
    """Columns that a new version of the program added, renamed or dropped: what the rows hold then without an entry of their own."""
    try:
        found = json.loads(str(fields["columns"][1])) if "columns" in fields else {}
        for table, changes in found.items():
            added, renamed, dropped = (changes.get(name, {}) for name in ("added", "renamed", "dropped"))
            for (name, _row), state in walk.live.items():
                if name == table:
                    state.update({new: state.pop(old) for old, new in renamed.items() if old in state})
                    state.update(added)
                    for column in dropped:
                        state.pop(column, None)
    except (ValueError, TypeError, AttributeError, RecursionError):
        walk.find("entry", None, "schema", detail="the columns of a migration cannot be read")


def _apply_period(walk: _Walk, line: Line) -> None:
    """A key that ends, or a new key period: said by somebody who may, and never back again."""
    if line.table == KEY_TABLE.name:
        _check_may(walk, line, "a key ended by somebody who may not enrol users")
        walk.ended.add(line.row)
    elif line.table == EPOCH:
        _check_may(walk, line, "a key period begun by somebody who may not enrol users")
        if not line.row.isdecimal() or int(line.row) <= walk.epoch:
            walk.find("authority", line.seq, line.table, line.row, detail="not a later key period")
            return
        walk.epoch = int(line.row)


def _may(walk: _Walk, actor: str, *, granting: bool = False) -> bool:
    may = walk.known.authority
    if may is None or (walk.result.heads == 0 and not walk.partial):  # the first transaction makes itself known
        return True
    words = may.words | may.granters if granting else may.words
    return any(grant.get(may.person) == actor and grant.get(may.column) in words for grant in walk.granted.values())


def _check_may(walk: _Walk, line: Line, detail: str, *, granting: bool = False) -> None:
    if not _may(walk, line.actor, granting=granting):
        walk.find("authority", line.seq, line.table, line.row, detail=detail)


def _check_key(walk: _Walk, line: Line, columns: Fields) -> None:
    """Keys are made known by the one who attests them, who may enrol users; they are never changed."""
    _check_may(walk, line, "written by somebody who may not enrol users")
    user, public, epoch, attested_by = (columns.get(name, (None, None))[1] for name in KEY_TABLE.columns)
    if line.action != "C" or attested_by != line.actor or str(epoch) != str(walk.epoch):
        walk.find("authority", line.seq, line.table, line.row, "attested_by", "not made known by who attests it")
    if not _make_known(walk, line.row, str(user), str(public), epoch):
        walk.find("authority", line.seq, line.table, line.row, "public_key", "its name is that of another key")


def _make_known(walk: _Walk, key_id: str, user: str, public: str, epoch: object) -> bool:
    try:
        data, number = bytes.fromhex(public), int(str(epoch))
    except ValueError:
        return False
    if sha256(data).hexdigest()[:32] != key_id or len(data) != 32:
        return False
    walk.keys.setdefault(key_id, (user, data, number))
    return True


def _check_head(walk: _Walk, line: Line) -> None:
    head, result = line.head, walk.result
    assert head is not None  # noqa: S101 (for the type checker)
    result.heads += 1
    known = walk.keys.get(head.key_id)
    if known is None:
        walk.find("key", head.size - 1, "audit_key", head.key_id, detail="signed with an unknown key")
        return
    user, public, epoch = known
    walk.signatures.add(public, walk.db_uuid, head)
    if line.actor != user or head.key_id in walk.ended or not epoch <= head.epoch == walk.epoch:
        walk.find("signer", head.size - 1, "audit_head", str(head.size), detail="the signer is not the one who acted")


# -- beside the entries ------------------------------------------------------------------------------------------------------------------


def _check_rest(walk: _Walk) -> None:
    """Unsealed rows and blanked values without a destruction that names them."""
    for (count,) in walk.connection.execute("SELECT count(*) FROM audit_raw"):
        if count:
            walk.find("unsealed", None, "audit_raw", detail=f"{count} captured rows were never sealed")
    for line in walk.blanked:
        if walk.erased_rows.get((line.table, line.row), -1) <= line.seq and not _may_be_blank(walk, line):
            walk.find("blanked", line.seq, line.table, line.row, detail="blank without a later destruction that names it")
    for (table, row), seq in walk.erased_rows.items():
        known = table in walk.captured and seq >= walk.result.since
        if known and walk.connection.execute(f'SELECT 1 FROM "{table}" WHERE id = ?', (row,)).fetchone():  # noqa: S608 (our own names)
            walk.find("destroyed", seq, table, row, detail="named as destroyed, and yet there")


def _may_be_blank(walk: _Walk, line: Line) -> bool:
    """Whether the later destruction that lists this entry is of its client, or took only what people wrote about anybody."""
    by, may = walk.erased_entries.get(line.seq, -1), walk.known.authority
    if by <= line.seq:
        return False
    return may is None or line.client in walk.erased_about.get(by, ()) or may.texts.issuperset(line.blank)


def _check_shape(walk: _Walk) -> None:
    """Triggers and views as they should be: a further one would act in the name of whoever writes. Indexes that lead to every row."""
    wanted, others = triggers([table for table in walk.captured.values() if table != KEY_TABLE]), walk.known.others
    for name, state in definitions(walk.connection, "trigger", wanted | dict(others or {}), begin="nmx_" if others is None else ""):
        walk.find("trigger", None, name.split("_", 1)[-1], detail=f"trigger {name} is {state}")
    views = {sql.split()[2]: sql for sql in storage.VIEWS}
    for name, state in definitions(walk.connection, "view", views) if others is not None else ():
        walk.find("trigger", None, name, detail=f"view {name} is {state}")
    for table, number, said in unlike_indexes(walk.connection, (*_INDEXED, *walk.captured)) if not walk.partial else ():
        walk.find("index", number if table == "audit_entry" else None, table, detail=said)


def _replay(walk: _Walk, table: CapturedTable) -> None:
    """The live rows of a table against the state the log leads to."""
    columns = ", ".join(f'"{column}"' for column in ("id", *table.columns))
    if walk.partial:
        ids = sorted(row for name, row in walk.touched if name == table.name)
        found = (row for part in _parts(ids) for row in walk.connection.execute(
            f'SELECT {columns} FROM "{table.name}" WHERE id IN ({",".join("?" * len(part))})', part))  # noqa: S608  # fmt: skip
    else:
        found = walk.connection.execute(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 (names of our own tables)
    for row in found:
        _check_live(walk, table, row)


def _parts(ids: list[str]) -> list[list[str]]:
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]


def _check_live(walk: _Walk, table: CapturedTable, row: tuple[Any, ...]) -> None:
    """One live row. Of a row that was there before, an incremental check knows only the fields that changed since."""
    walk.result.rows += 1
    row_id, *values = row
    logged = walk.live.pop((table.name, row_id), None)
    if logged is None:
        walk.find("row_unlogged", None, table.name, str(row_id), detail="is there, but the log does not know it")
        return
    for name, value in zip(table.columns, values, strict=True):
        seen: Value = sha256(value).digest() if isinstance(value, bytes) else value
        known = logged.get(name)
        if seen == known and isinstance(seen, int) == isinstance(known, int):
            continue
        if known is not _UNKNOWN and not (walk.partial and name not in logged):
            walk.find("row_changed", None, table.name, str(row_id), name, "differs from the last logged value")


def _check_missing(walk: _Walk) -> None:
    for name, row_id in walk.live:
        walk.find("row_missing", None, name, str(row_id), detail="the log knows it, but it is gone")


def _check_anchors(walk: _Walk) -> None:
    """The workstation's witness and what else kept a head: each must be a beginning of this log."""
    witness, size = walk.known.witness, walk.result.size
    node_at = storage.node_at(walk.connection)
    for anchor in walk.known.anchors:
        if anchor.size > size:
            walk.find("anchor", size, "audit_head", anchor.name, detail=f"{anchor.name} knows {anchor.size} entries, {size} are there")
        elif not tree.root(anchor.size, node_at).hex().startswith(anchor.root.lower()):
            walk.find("anchor", anchor.size - 1, "audit_head", anchor.name, detail=f"{anchor.name} knows another log")
    if witness is None:
        walk.result.notices.append(NO_WITNESS)
    elif witness.db_uuid != walk.db_uuid:
        walk.find("witness", None, detail="the witness is of another database")
    else:
        missing = missing_entries(walk.connection, witness)
        if missing is None:
            walk.find("witness", witness.size - 1, detail="the log is not a continuation of the one this workstation saw")
        elif missing:
            walk.find("witness", size, detail=f"{missing} entries are missing that this workstation saw")
