"""What a forger with the database key and a program of their own can do to a copy: write anything, and make every hash fit again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nmx_desk.audit import storage, tree
from nmx_desk.audit.entry import COLUMNS, entry_leaf, head_message
from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.storage import ORD_BITS, node_id, value_id
from tests.exam.lived import Life, Tx

KEPT_BY_AUDIT = "tbl_name GLOB 'audit_*'"


class Forger:
    """One forgery on ``raw``, a copy of ``life``, inside a transaction that is rolled back afterwards. ``put_back`` hides the tools."""

    def __init__(self, raw: Any, life: Life, chance: random.Random) -> None:
        self.raw, self.life, self.chance = raw, life, chance
        self.run = raw.execute
        self._taken: list[str] = []
        self._strip(KEPT_BY_AUDIT)

    # -- guards ------------------------------------------------------------------------------------------------------------------------

    def _strip(self, where: str, *values: str) -> None:
        for name, sql in self.run(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND {where}", values).fetchall():
            self.run(f'DROP TRIGGER "{name}"')
            self._taken.append(sql)

    def open_table(self, table: str) -> None:
        """Take the triggers off a table of the clinic."""
        self._strip("tbl_name = ?", table)

    def put_back(self) -> None:
        """All triggers as they were."""
        for sql in self._taken:
            self.run(sql)
        self._taken = []

    # -- choosing ----------------------------------------------------------------------------------------------------------------------

    def entry(self, after: int = 0, until: int | None = None) -> int:
        """Any entry."""
        return self.chance.randrange(after, until or self.life.size)

    def tx(self) -> Tx:
        """Any transaction."""
        return self.chance.choice(self.life.heads)

    def one(self, sql: str, *values: Any) -> tuple[Any, ...]:
        """The one row of a query."""
        found: tuple[Any, ...] = self.run(sql, values).fetchone()
        return found

    def any_row(self, table: str, columns: str = "*", where: str = "1", *values: Any) -> tuple[Any, ...] | None:
        """Any row of a table; None when there is none."""
        rows = self.run(f'SELECT {columns} FROM "{table}" WHERE {where}', values).fetchall()
        return self.chance.choice(rows) if rows else None

    def value_with_salt(self) -> tuple[Any, ...]:
        """Any value that was not erased: id, field, old, new."""
        while True:
            found = self.any_row("audit_value", "id, field, old, new")
            assert found is not None
            seq, place = found[0] >> ORD_BITS, found[0] & (storage.MOST_VALUES - 1)
            (count,) = self.one("SELECT count(*) FROM audit_value WHERE id >> 10 = ?", seq)
            if storage.salts_of(self.one("SELECT salt FROM audit_entry WHERE seq = ?", seq)[0], count)[place] is not None:
                return found

    def word(self, text: str) -> int:
        """The number of a word, made when it is new."""
        self.run("INSERT OR IGNORE INTO audit_word (text) VALUES (?)", (text,))
        return int(self.one("SELECT id FROM audit_word WHERE text = ?", text)[0])

    def other_word(self, table: str, column: str, number: Any) -> Any:
        """Another word that this column holds elsewhere, or a new one."""
        rows = self.run(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT ?", (number,)).fetchall()
        return self.chance.choice(rows)[0] if rows and self.chance.random() < 0.8 else self.word(f"word {self.chance.random()}")

    # -- making it fit -----------------------------------------------------------------------------------------------------------------

    def remark(self, seq: int) -> None:
        """The marks of an entry's values as they stand now."""
        for stored in storage.entries(self.raw, seq, seq + 1):
            full = any(value.salt is None for value in stored.values)
            commits = stored.entry.commits
            kept = commits if full else b"".join(commits[at : at + storage.MARK] for at in range(0, len(commits), 32))
            self.run("UPDATE audit_entry SET commits = ? WHERE seq = ?", (kept, seq))

    def regrow(self, start: int = 0) -> None:
        """Every leaf, node and root from an entry on, anew."""
        self.run("DELETE FROM audit_node WHERE id >= ?", (node_id(0, start),))
        nodes: dict[tuple[int, int], bytes] = {}
        below = storage.node_at(self.raw)

        def read(level: int, index: int) -> bytes:
            return nodes.get((level, index)) or below(level, index)

        for stored in storage.entries(self.raw, start):
            leaf = entry_leaf([getattr(stored.entry, name) for name in COLUMNS])
            for level, index, value in tree.new_nodes(stored.entry.seq, leaf, read):
                nodes[level, index] = value
        self.run_many("INSERT INTO audit_node VALUES (?,?)", [(node_id(*at), value) for at, value in nodes.items()])
        for (size,) in self.run("SELECT size FROM audit_head WHERE size > ?", (start,)).fetchall():
            self.run("UPDATE audit_head SET root = ? WHERE size = ?", (tree.root(size, read), size))

    def run_many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """One statement for many rows."""
        self.raw.executemany(sql, rows)

    def reseal(self, start: int, by: UserSigner | Mapping[str, UserSigner]) -> None:
        """Sign the heads after an entry: all with one key, or each that has one of these keys, given by name, with that."""
        for head in list(storage.heads(self.raw, start)):
            signer = by.get(head.key_id) if isinstance(by, Mapping) else by
            if signer is not None:
                made = signer.sign(head_message(self.life.db_uuid, replace(head, key_id=signer.key_id, epoch=1)))
                wanted = "UPDATE audit_head SET key_id = ?, epoch = 1, signature = ? WHERE size = ?"
                self.run(wanted, (self.word(signer.key_id), made, head.size))

    def forget_words(self) -> None:
        """Words that nothing says any more would tell what was taken away."""
        said = [f"SELECT {name} FROM audit_head" for name in (*storage.FACTS, "key_id")]
        said += [f"SELECT {name} FROM audit_entry" for name in ("code", "obj_type", "client")]
        used = " UNION ".join([*said, "SELECT field FROM audit_value"])
        self.run(f"DELETE FROM audit_word WHERE id IN (SELECT id FROM audit_word EXCEPT SELECT * FROM ({used}))")

    # -- moving ------------------------------------------------------------------------------------------------------------------------

    def shift(self, table: str, column: str, at: int, by: int) -> None:
        """Renumber a column's values from ``at`` on."""
        self.run(f"UPDATE {table} SET {column} = -({column} + ?) - 1 WHERE {column} >= ?", (by, at))
        self.run(f"UPDATE {table} SET {column} = -{column} - 1 WHERE {column} < 0")

    def drop_entry(self, seq: int, *, head: bool = True) -> None:
        """Delete an entry with its values; its transaction's head too when it has no other."""
        self.run("DELETE FROM audit_value WHERE id >> 10 = ?", (seq,))
        self.run("DELETE FROM audit_entry WHERE seq = ?", (seq,))
        if head:
            self.run("DELETE FROM audit_head WHERE first = ? AND size = ?", (seq, seq + 1))

    def close_up(self, seq: int) -> None:
        """Renumber what comes after a deleted entry."""
        self.shift("audit_entry", "seq", seq, -1)
        self.shift("audit_value", "id", value_id(seq + 1, 0), -1024)
        self.shift("audit_head", "size", seq + 1, -1)
        self.shift("audit_head", "first", seq + 1, -1)

    def make_room(self, seq: int, *, own_head: bool) -> None:
        """Renumber so that an entry can be put in: into the transaction there, or as one of its own."""
        self.shift("audit_entry", "seq", seq, 1)
        self.shift("audit_value", "id", value_id(seq, 0), 1024)
        self.shift("audit_head", "size", seq + 1, 1)
        self.shift("audit_head", "first", seq if own_head else seq + 1, 1)

    def copy_entry(self, source: int, to: int) -> None:
        """Another entry's columns and values at a number that is free."""
        columns = "action, code, outcome, obj_type, obj_id, client, salt, commits"
        self.run(f"INSERT INTO audit_entry SELECT ?, {columns} FROM audit_entry WHERE seq = ?", (to, source))
        values = "SELECT (? << 10) | (id & 1023), field, old, new FROM audit_value WHERE id >> 10 = ?"
        self.run(f"INSERT INTO audit_value {values}", (to, source))

    def copy_head(self, source: int, first: int, size: int) -> None:
        """A head for these entries, with the facts and the signature of another."""
        names = [line[1] for line in self.run("PRAGMA table_info(audit_head)")][2:]
        columns = ", ".join(names)
        self.run(f"INSERT INTO audit_head SELECT ?, ?, {columns} FROM audit_head WHERE size = ?", (size, first, source))

    def cut(self, size: int, *, nodes: bool = True, values: bool = True) -> None:
        """Take away everything after the first ``size`` entries."""
        if values:
            self.run("DELETE FROM audit_value WHERE id >= ?", (value_id(size, 0),))
        self.run("DELETE FROM audit_entry WHERE seq >= ?", (size,))
        if nodes:
            self.run("DELETE FROM audit_node WHERE id >= ?", (node_id(0, size),))
