"""Tamper classes 1 to 3: a header field, a value, a value that is gone."""

from __future__ import annotations

from typing import Any

from nmx_desk.audit import storage
from nmx_desk.audit.entry import COLUMNS
from nmx_desk.audit.storage import FACTS, ORD_BITS, value_id
from tests.exam.deed import Class, Deed
from tests.exam.forge import Forger

OF_HEAD = frozenset({"tx", "ts", "skew", "break_glass", *FACTS})
NO_WORD = 10**9
GARBAGE: tuple[Any, ...] = (None, 0, 1, -1, 2**62, "", "x", "1", b"", b"\xff" * 32, "9999-12-31")


# -- 1: a header field -----------------------------------------------------------------------------------------------------------------


def header(f: Forger) -> Deed | None:
    """Any of the 22 columns, as it stands or with every hash made to fit."""
    column = f.chance.choice(COLUMNS)
    if column == "seq":
        return _renumbered(f)
    if column == "commits":
        return _marks(f)
    if f.chance.random() < 0.05:
        return _of_the_head(f)
    tx = f.tx()
    seq = f.entry(tx.first, tx.size)
    table, key, at = ("audit_head", "size", tx.size) if column in OF_HEAD else ("audit_entry", "seq", seq)
    (old,) = f.one(f"SELECT {column} FROM {table} WHERE {key} = ?", at)
    new, sane = _cell(f, table, column, old)
    if (new, type(new)) == (old, type(old)) or (new is None and column not in {"client", "on_behalf_of"}):
        return None
    f.run(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (new, at))
    if sane and f.chance.random() < 0.5:
        f.regrow(tx.first)
        return Deed(f"{column}, recomputed", range(tx.first, tx.size))
    return Deed(column, range(tx.first, tx.size) if column in OF_HEAD else {seq})


def _cell(f: Forger, table: str, column: str, old: Any) -> tuple[Any, bool]:
    """A cell's new content, and whether the log could hold such a thing."""
    chance = f.chance
    if column == "ts":
        return old + chance.choice((1, -1, 60_000_000, -60_000_000, 86_400_000_000)), True
    plain = {"outcome": (0, 4, 8, 12, 1), "action": "CRUDE", "skew": (0, 1, 2), "break_glass": (0, 1, 2)}
    if column in plain:
        new = chance.choice(plain[column])
        return new, (column, new) not in {("outcome", 1), ("skew", 2), ("break_glass", 2)}
    if column in {"tx", "obj_id"}:
        other = f.any_row(table, column)
        spelt = storage.unpack_id(old) if isinstance(old, bytes) else storage.pack_id(str(old)) or b""
        return chance.choice(((chance.randbytes(16), True), (other[0] if other else "x", True), (spelt, False), ("somebody", True)))
    if column in {"client", "on_behalf_of"} and old is not None and chance.random() < 0.4:
        return None, True
    return (NO_WORD, False) if chance.random() < 0.1 else (f.other_word(table, column, old), True)


def _renumbered(f: Forger) -> Deed:
    seq = f.entry()
    new = f.chance.choice((f.life.size, f.life.size + 7, f.life.size + 10**6, -1, -40))
    f.run("UPDATE audit_entry SET seq = ? WHERE seq = ?", (new, seq))
    return Deed("seq", {seq} if new > 0 else {0, seq}, also=seq)


def _of_the_head(f: Forger) -> Deed | None:
    """What only the head of a transaction has."""
    tx, column = f.tx(), f.chance.choice(("first", "root", "epoch", "signature", "key_id", "size"))
    (old,) = f.one(f"SELECT {column} FROM audit_head WHERE size = ?", tx.size)
    other = f.any_row("audit_head", column, "size <> ?", tx.size)
    new = f.chance.choice((*(other or ()), f.life.size + 5 if column in {"first", "size"} else f.chance.randbytes(8)))
    if new == old or (column == "size" and (new != f.life.size + 5 or tx.size == f.life.size)):
        return None
    f.run(f"UPDATE audit_head SET {column} = ? WHERE size = ?", (new, tx.size))
    following = f.life.tx_of(tx.size).size if tx.size < f.life.size else tx.size
    return Deed(f"{column} of a head", range(tx.first, following if column == "size" else tx.size))


def _marks(f: Forger) -> Deed | None:
    seq = f.entry()
    (old,) = f.one("SELECT commits FROM audit_entry WHERE seq = ?", seq)
    at = f.chance.randrange(max(len(old), 1))
    turned = old[:at] + bytes([old[at] ^ 1 << f.chance.randrange(8)]) + old[at + 1 :] if old else b"\0"
    wide = b"".join(old[n : n + 4] * 8 for n in range(0, len(old), 4))
    new = f.chance.choice((turned, old[:-4], old[4:], old + b"\0\0\0\0", b"", "text", wide))
    if new == old:
        return None
    f.run("UPDATE audit_entry SET commits = ? WHERE seq = ?", (new, seq))
    return Deed("commits", {seq})


# -- 2: a value ------------------------------------------------------------------------------------------------------------------------


def value(f: Forger) -> Deed | None:
    """A logged value, its field, its salt, or the words it is made of."""
    ways = (_side, _side, _side, _sides, _field, _salt, _salt_spelt_out, _word_text, _words_swapped, _filled_in, _two_values)
    return f.chance.choice(ways)(f)


def _fit(f: Forger, what: str, seq: int) -> Deed:
    """Nothing more, or the mark too, or every hash."""
    how = f.chance.randrange(3)
    if how:
        f.remark(seq)
    if how == 2:
        tx = f.life.tx_of(seq)
        f.regrow(seq)
        return Deed(f"{what}, recomputed", range(tx.first, tx.size))
    return Deed(f"{what}, mark recomputed" if how else what, {seq})


def another(f: Forger, old: Any) -> Any:
    """A value that looks like another, or is one."""
    if isinstance(old, int) and f.chance.random() < 0.5:
        return f.chance.choice((str(old), old + 1, -old - 1))
    if isinstance(old, str) and old and f.chance.random() < 0.6:
        return f.chance.choice((old + " ", old[:-1], old.swapcase(), old[::-1], old.encode(), int(old) if old.isdecimal() else old + "x"))
    return f.chance.choice(GARBAGE)


def _side(f: Forger) -> Deed | None:
    at, _, old, new = f.value_with_salt()
    column, was = f.chance.choice((("old", old), ("new", new)))
    now = another(f, was)
    if (now, type(now)) == (was, type(was)):
        return None
    f.run(f"UPDATE audit_value SET {column} = ? WHERE id = ?", (now, at))
    return _fit(f, f"{column} value", at >> ORD_BITS)


def _sides(f: Forger) -> Deed | None:
    at, _, old, new = f.value_with_salt()
    if (old, type(old)) == (new, type(new)):
        return None
    f.run("UPDATE audit_value SET old = new, new = old WHERE id = ?", (at,))
    return _fit(f, "old and new changed round", at >> ORD_BITS)


def _field(f: Forger) -> Deed:
    at, number, _, _ = f.value_with_salt()
    f.run("UPDATE audit_value SET field = ? WHERE id = ?", (f.other_word("audit_value", "field", number), at))
    return _fit(f, "field", at >> ORD_BITS)


def _salt(f: Forger) -> Deed:
    seq = f.value_with_salt()[0] >> ORD_BITS
    f.run("UPDATE audit_entry SET salt = ? WHERE seq = ?", (f.chance.randbytes(16), seq))
    return _fit(f, "salt", seq)


def _salt_spelt_out(f: Forger) -> Deed:
    """The same salts in another form: nothing is altered by it, and yet it was not the program that wrote it."""
    seq = f.value_with_salt()[0] >> ORD_BITS
    salts = [one.salt for stored in storage.entries(f.raw, seq, seq + 1) for one in stored.values]
    spelt = storage.one_by_one(salts)
    if None in salts and f.chance.random() < 0.5:
        spelt = (spelt or b"") + bytes(16)
    elif None in salts:
        spelt = b"\x02" + (spelt or b"")[1:]
    f.run("UPDATE audit_entry SET salt = ? WHERE seq = ?", (spelt, seq))
    return Deed("salts in another form", {seq})


def _first_use(f: Forger, number: int) -> Deed | None:
    """The entry that first says a word."""
    found = [f.one("SELECT min(id) >> 10 FROM audit_value WHERE field = ? AND id IN (SELECT v.id FROM audit_value v JOIN audit_entry e"
                   " ON e.seq = v.id >> 10 WHERE length(e.salt) = 16)", number)[0]]  # fmt: skip
    found += [f.one(f"SELECT min(seq) FROM audit_entry WHERE {name} = ?", number)[0] for name in ("code", "obj_type", "client")]
    heads = [f.one(f"SELECT min(first) FROM audit_head WHERE {name} = ?", number)[0] for name in FACTS]
    keys = f.one("SELECT min(size) - 1 FROM audit_head WHERE key_id = ?", number)[0]
    said = [seq for seq in (*found, *heads, keys) if seq is not None]
    return Deed("a word", {min(said)}) if said else None


def _word_text(f: Forger) -> Deed | None:
    row = f.any_row("audit_word", "id, text")
    assert row is not None
    deed = _first_use(f, row[0])
    new = f.chance.choice((row[1] + " ", row[1][:-1], row[1].upper(), "x" + row[1]))
    if new == row[1] or f.one("SELECT count(*) FROM audit_word WHERE text = ?", new)[0]:
        return None
    f.run("UPDATE audit_word SET text = ? WHERE id = ?", (new, row[0]))
    return deed


def _words_swapped(f: Forger) -> Deed | None:
    one, two = f.any_row("audit_word", "id, text"), f.any_row("audit_word", "id, text")
    assert one is not None and two is not None
    deeds = [deed for number in (one[0], two[0]) if (deed := _first_use(f, number))]
    if one == two or not deeds:
        return None
    for number, text in ((one[0], "-"), (two[0], one[1]), (one[0], two[1])):
        f.run("UPDATE audit_word SET text = ? WHERE id = ?", (text, number))
    return Deed("two words swapped", {min(seq for deed in deeds for seq in deed.first)})


def _filled_in(f: Forger) -> Deed | None:
    """Something where an erased value stood."""
    row = f.any_row("audit_value", "id", "(SELECT salt IS NULL FROM audit_entry WHERE seq = audit_value.id >> 10)")
    assert row is not None
    f.run(f"UPDATE audit_value SET {f.chance.choice(('old', 'new'))} = 'Assen' WHERE id = ?", (row[0],))
    return Deed("an erased value filled in", {row[0] >> ORD_BITS})


def _two_values(f: Forger) -> Deed | None:
    """The contents of two values changed round, of one entry or of two."""
    one, two = f.value_with_salt(), f.value_with_salt()
    if f.chance.random() < 0.5:
        two = f.any_row("audit_value", "id, field, old, new", "id >> 10 = ? AND id <> ?", one[0] >> ORD_BITS, one[0]) or two
    if [(type(cell), cell) for cell in one[1:]] == [(type(cell), cell) for cell in two[1:]]:
        return None
    for at, row in ((one[0], two), (two[0], one)):
        f.run("UPDATE audit_value SET field = ?, old = ?, new = ? WHERE id = ?", (*row[1:], at))
    return Deed("two values swapped", {min(one[0], two[0]) >> ORD_BITS})


# -- 3: a value gone -------------------------------------------------------------------------------------------------------------------


def value_gone(f: Forger) -> Deed | None:
    """A value deleted, moved away, or made to look erased."""
    return f.chance.choice((_deleted, _deleted, _all_deleted, _moved, _blanked, _blanked, _blanked_by_altering, _blanked_by_forging))(f)


def _deleted(f: Forger) -> Deed | None:
    at = f.value_with_salt()[0]
    seq, ord_ = at >> ORD_BITS, at & 1023
    f.run("DELETE FROM audit_value WHERE id = ?", (at,))
    (kept,) = f.one("SELECT commits FROM audit_entry WHERE seq = ?", seq)
    if len(kept) == 4 or f.chance.random() < 0.3:
        return Deed("deleted", {seq})
    f.run("UPDATE audit_value SET id = id - 1 WHERE id > ? AND id >> 10 = ?", (at, seq))
    f.run("UPDATE audit_entry SET commits = ? WHERE seq = ?", (kept[: 4 * ord_] + kept[4 * ord_ + 4 :], seq))
    partly = f.one("SELECT length(salt) FROM audit_entry WHERE seq = ?", seq)[0] != 16
    return Deed("deleted, moved up", {seq}) if partly else _fit(f, "deleted, moved up", seq)


def _all_deleted(f: Forger) -> Deed:
    seq = f.value_with_salt()[0] >> ORD_BITS
    f.run("DELETE FROM audit_value WHERE id >> 10 = ?", (seq,))
    f.run("UPDATE audit_entry SET salt = NULL, commits = x'' WHERE seq = ?", (seq,))
    return _fit(f, "all of an entry deleted", seq)


def _moved(f: Forger) -> Deed | None:
    at, to = f.value_with_salt()[0], f.entry()
    if to == at >> ORD_BITS and f.chance.random() < 0.5:
        return None
    (last,) = f.one("SELECT coalesce(max(id), (? << 10) - 1) FROM audit_value WHERE id >> 10 = ?", to, to)
    f.run("UPDATE audit_value SET id = ? WHERE id = ?", (max(last + 1, value_id(to, 0)), at))
    return None if last == at else Deed("moved", {min(at >> ORD_BITS, to)})


def _blank(f: Forger) -> int:
    """An entry's values made to look erased, all or one; its leaf stays as it is."""
    seq = f.value_with_salt()[0] >> ORD_BITS
    stored = next(storage.entries(f.raw, seq, seq + 1))
    gone = set(range(len(stored.values))) if f.chance.random() < 0.5 else {f.chance.randrange(len(stored.values))}
    salts = [None if at in gone else one.salt for at, one in enumerate(stored.values)]
    f.run("UPDATE audit_entry SET salt = ?, commits = ? WHERE seq = ?", (storage.one_by_one(salts), stored.entry.commits, seq))
    for at in gone:
        f.run("UPDATE audit_value SET old = NULL, new = NULL WHERE id = ?", (value_id(seq, at),))
    return seq


def _blanked(f: Forger) -> Deed | None:
    seq = _blank(f)
    (code,) = f.one("SELECT code FROM audit_entry WHERE seq = ?", seq)
    if code == f.word("ERASE"):
        return Deed("a destruction blanked", range(seq + 1), also=seq, consequences=frozenset())  # what it covered is named as well
    return Deed("blanked", {seq}, consequences=frozenset())


def _erase_list(f: Forger) -> tuple[int, int]:
    """Where the last destruction lists entries: its number, and that of the value."""
    said = "SELECT v.id FROM audit_value v JOIN audit_entry e ON e.seq = v.id >> 10 WHERE e.code = ? AND v.field = ? ORDER BY v.id DESC"
    row = f.one(said, f.word("ERASE"), f.word("entries"))
    return row[0] >> ORD_BITS, row[0]


def _blanked_by_altering(f: Forger) -> Deed | None:
    """A genuine destruction's list made to name one more entry."""
    erase, at = _erase_list(f)
    seq = _blank(f)
    if seq >= erase:
        return None
    f.run("UPDATE audit_value SET new = ? WHERE id = ?", (f"[{seq}]", at))
    made = _fit(f, "blanked, a destruction altered", erase)
    last = max(made.first)
    return Deed(made.what, range(seq, last + 1), also=last)  # what is blank may lead to more: a role without its user


def _blanked_by_forging(f: Forger) -> Deed | None:
    """A destruction at the end that names it: unsigned, badly signed, or signed by somebody who may not destroy."""
    erase, at = _erase_list(f)
    seq, end = _blank(f), f.life.size
    if seq == erase:
        return None
    f.copy_entry(erase, end)
    f.run("UPDATE audit_value SET new = ? WHERE id = ?", (f"[{seq}]", value_id(end, at & 1023)))
    f.copy_head(f.life.heads[-1].size, end, end + 1)
    user = f.chance.choice((None, "receptie", "behandelaar", "manager"))
    if user:
        f.run("UPDATE audit_head SET actor = ? WHERE size = ?", (f.word(f.life.users[user]), end + 1))
    f.remark(end)
    f.regrow(end)
    if user:
        f.reseal(end, f.life.signers[user])
    return Deed(f"blanked, a destruction forged by {user or 'nobody'}", range(seq, end + 1), also=end)


CELLS: dict[str, Class] = {"a header field edited": header, "a value edited": value, "a value deleted": value_gone}
