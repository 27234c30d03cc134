"""Tamper classes 4 to 10: entries deleted, swapped, put in, the tail cut off; live rows changed behind the log's back."""

from __future__ import annotations

from typing import Any

from nmx_desk.audit import storage
from nmx_desk.data.tables import captured_tables
from tests.exam.deed import Class, Deed
from tests.exam.forge import Forger
from tests.exam.tampering_cells import another

# -- 4 to 8: entries -------------------------------------------------------------------------------------------------------------------


def entry_gone(f: Forger) -> Deed:
    """An entry, or a whole transaction, deleted with more or less of what belongs to it."""
    tx = f.tx()
    if f.chance.random() < 0.3:
        for seq in range(tx.first, tx.size):
            f.drop_entry(seq)
        f.run("DELETE FROM audit_head WHERE size = ?", (tx.size,))
        return Deed("a transaction", {tx.first}, anchored=tx.size == f.life.size)
    seq = f.entry(tx.first, tx.size)
    how = f.chance.randrange(4)
    if how == 0:
        f.run("DELETE FROM audit_entry WHERE seq = ?", (seq,))
    else:
        f.drop_entry(seq, head=how == 2 and seq < f.life.size - 1)
    if how == 3:
        f.run("DELETE FROM audit_node WHERE id = ?", (storage.node_id(0, seq),))
    return Deed(("its row", "with values", "with head", "with node")[how], {seq})


def entry_gone_recomputed(f: Forger) -> Deed:
    """Deleted, all later ones renumbered, every hash made to fit."""
    tx = f.tx()
    seq = f.entry(tx.first, tx.size)
    f.drop_entry(seq)
    f.close_up(seq)
    f.regrow(max(seq - 1, 0))
    if tx.size - tx.first > 1:
        return Deed("one of a transaction", range(tx.first, tx.size - 1))
    if tx.size == f.life.size:
        return Deed("the last", {seq}, anchored=True)
    return Deed("a whole transaction", range(seq, f.life.tx_of(tx.size).size - 1))


def swapped(f: Forger) -> Deed | None:
    """Two entries change places, alone, with their values, or with every hash made to fit."""
    one, two = sorted((f.entry(), f.entry()))
    if f.chance.random() < 0.5:
        two = one + 1
    if one == two or two >= f.life.size or _looks_the_same(f, one, two):
        return None
    how = f.chance.randrange(3)
    for old, new in ((one, -1), (two, one), (-1, two)):
        f.run("UPDATE audit_entry SET seq = ? WHERE seq = ?", (new, old))
        if how:
            f.run("UPDATE audit_value SET id = (? << 10) | (id & 1023) WHERE id >> 10 = ?", (new, old))
    if how == 2:
        f.regrow(one)
        tx = f.life.tx_of(one)
        return Deed("with their values, recomputed", range(tx.first, tx.size))
    return Deed(("their rows", "with their values")[how], {one})


def _looks_the_same(f: Forger, one: int, two: int) -> bool:
    columns = "action, code, outcome, obj_type, obj_id, client, salt"
    return f.one(f"SELECT {columns} FROM audit_entry WHERE seq = ?", one) == f.one(f"SELECT {columns} FROM audit_entry WHERE seq = ?", two)


def inserted(f: Forger) -> Deed:
    """A copy of another entry put in: into a transaction, as a transaction, or at the end; every hash made to fit."""
    tx, source, end = f.tx(), f.entry(), f.life.size
    how = f.chance.randrange(4)
    if how == 0:
        f.copy_entry(source, end)
        return Deed("at the end, no head", {end})
    at = end if how == 3 else f.chance.randint(tx.first, tx.size - 1) if how == 1 else tx.first
    if how != 3:
        f.make_room(at, own_head=how == 2)
    f.copy_entry(source + (source >= at), at)
    if how != 1:
        f.copy_head(f.chance.choice([size for (size,) in f.run("SELECT size FROM audit_head")]), at, at + 1)
        facts = "tx = ?, ts = (SELECT ts FROM audit_head WHERE size <= ? ORDER BY size DESC LIMIT 1)"
        f.run(f"UPDATE audit_head SET {facts} WHERE size = ?", (f.chance.randbytes(16), max(at, 1) if at else 1, at + 1))
    f.regrow(at)
    if how == 1:
        return Deed("into a transaction", range(tx.first, tx.size + 1))
    return Deed("as a transaction" if how == 2 else "at the end, with a head", {at})


def truncated(f: Forger) -> Deed:
    """The last entries taken away, and more or less of what would tell."""
    keep = f.entry(1)
    whole = f.chance.random() < 0.6
    if whole:
        keep = f.life.tx_of(keep).first or f.life.heads[0].size
    nodes, values, heads = f.chance.random() < 0.8, f.chance.random() < 0.8, f.chance.random() < 0.8
    f.cut(keep, nodes=nodes, values=values)
    if heads:
        f.run("DELETE FROM audit_head WHERE size > ?", (keep,))
    if heads and not whole:
        return Deed("within a transaction", range(f.life.tx_of(keep).first, keep + 1), anchored=True)
    return Deed("whole transactions" if whole else "within a transaction, heads left", {keep}, anchored=heads)


# -- 9 and 10: live rows ---------------------------------------------------------------------------------------------------------------


def live_changed(f: Forger) -> Deed | None:
    """A row of the clinic changed, added, or changed round with another, the triggers taken off and put back."""
    table = f.chance.choice(captured_tables())
    f.open_table(table.name)
    row = f.any_row(table.name, "id")
    if row is None:
        return None
    return f.chance.choice((_cell_of, _cell_of, _cell_of, _rows_swapped, _row_added, _other_id))(f, table, row[0])


def _cell_of(f: Forger, table: Any, row: str) -> Deed | None:
    column = f.chance.choice(table.columns)
    wanted = f'SELECT "{column}", typeof("{column}") FROM "{table.name}" WHERE id = ?'
    was = f.one(wanted, row)
    try:
        f.run(f'UPDATE "{table.name}" SET "{column}" = ? WHERE id = ?', (another(f, was[0]), row))
    except f.raw.Error:  # a constraint refused it
        return None
    return None if f.one(wanted, row) == was else Deed("a cell", rows=(("row_changed", table.name, row),), field=column)


def _rows_swapped(f: Forger, table: Any, row: str) -> Deed | None:
    """Everything but the id of two rows changes places: two clients' names, say."""
    names = [column for column in table.columns if column != "client_no"]
    columns = ", ".join(f'"{name}"' for name in names)
    other = f.any_row(table.name, "id", "id <> ?", row)
    if other is None:
        return None
    wanted = f'SELECT {columns} FROM "{table.name}" WHERE id = ?'
    contents = {one: f.one(wanted, two) for one, two in ((row, other[0]), (other[0], row))}
    if contents[row] == contents[other[0]]:
        return None
    sets = ", ".join(f'"{name}" = ?' for name in names)
    try:
        for one, cells in contents.items():
            f.run(f'UPDATE "{table.name}" SET {sets} WHERE id = ?', (*cells, one))
    except f.raw.Error:
        return None
    return Deed("two rows swapped", rows=(("row_changed", table.name, row), ("row_changed", table.name, other[0])))


def _row_added(f: Forger, table: Any, row: str) -> Deed | None:
    columns = ", ".join(f'"{name}"' for name in table.columns)
    try:
        f.run(f'INSERT INTO "{table.name}" (id, {columns}) SELECT \'added\', {columns} FROM "{table.name}" WHERE id = ?', (row,))
    except f.raw.Error:
        return None
    return Deed("a row added", rows=(("row_unlogged", table.name, "added"),))


def _other_id(f: Forger, table: Any, row: str) -> Deed | None:
    f.run(f"UPDATE \"{table.name}\" SET id = 'other' WHERE id = ?", (row,))
    return Deed("another id", rows=(("row_missing", table.name, row), ("row_unlogged", table.name, "other")))


def live_deleted(f: Forger) -> Deed | None:
    """Rows of the clinic deleted likewise, one or several."""
    table = f.chance.choice(captured_tables())
    f.open_table(table.name)
    rows = [row for (row,) in f.run(f'SELECT id FROM "{table.name}"')]
    if not rows:
        return None
    gone = f.chance.sample(rows, f.chance.randint(1, min(3, len(rows))))
    for row in gone:
        f.run(f'DELETE FROM "{table.name}" WHERE id = ?', (row,))
    return Deed(f"{len(gone)} rows", rows=tuple(("row_missing", table.name, row) for row in gone))


PARTS: dict[str, Class] = {
    "an entry deleted": entry_gone,
    "an entry deleted, renumbered, recomputed": entry_gone_recomputed, "two swapped": swapped, "an entry inserted, recomputed": inserted,
    "the tail truncated": truncated, "a live row changed": live_changed, "a live row deleted": live_deleted,
}  # fmt: skip
