"""History rewritten so that every hash fits: what is changed, and who signs it anew."""

from __future__ import annotations

from collections.abc import Callable

from nmx_desk.audit.storage import FACTS, ORD_BITS, value_id
from tests.exam.forge import Forger

Change = Callable[[Forger, int], int | None]
"""Changes history at or after an entry; returns the first entry that is not what it was, None when it came to nothing."""


def rewritten(f: Forger, start: int = 0) -> int:
    """Some change at or after an entry, every leaf, node and root made to fit; the first entry that is another now."""
    while (at := f.chance.choice((_text, _text, _who, _entry_gone, _entry_added, _with_its_row, _cut))(f, f.entry(start))) is None:
        pass
    f.regrow(max(at - 1, 0))
    return at


def _text(f: Forger, start: int) -> int | None:
    """What somebody searched for, or why they looked."""
    row = f.any_row("audit_value", "id, new", "id >= ? AND typeof(new) = 'text' AND old IS NULL AND id >> 10 IN"
                    " (SELECT seq FROM audit_entry WHERE action = 'R' AND length(salt) = 16)", value_id(start, 0))  # fmt: skip
    if row is None:
        return None
    f.run("UPDATE audit_value SET new = ? WHERE id = ?", (row[1] + " en meer", row[0]))
    f.remark(row[0] >> ORD_BITS)
    return int(row[0] >> ORD_BITS)


def _who(f: Forger, start: int) -> int | None:
    """In which role, where, why, on whose behalf."""
    tx = f.life.tx_of(start)
    column = f.chance.choice([name for name in FACTS if name != "actor"])
    f.run(f"UPDATE audit_head SET {column} = ? WHERE size = ?", (f.word("something else"), tx.size))
    return tx.first


def _is_a_look(f: Forger, seq: int) -> bool:
    return f.one("SELECT action FROM audit_entry WHERE seq = ?", seq)[0] == "R"


def _entry_gone(f: Forger, start: int) -> int | None:
    """That somebody looked."""
    if not _is_a_look(f, start):
        return None
    tx = f.life.tx_of(start)
    f.drop_entry(start)
    f.close_up(start)
    shortened = tx.first < start == tx.size - 1  # it was the last of several: their head is the first that is another now
    return start - 1 if shortened else start


def _entry_added(f: Forger, start: int) -> int | None:
    """That somebody looked, who did not."""
    if not _is_a_look(f, start):
        return None
    at = f.life.tx_of(f.entry()).first
    if at < start:
        return None
    f.make_room(at, own_head=False)
    f.copy_entry(start + (start >= at), at)
    return at


def _with_its_row(f: Forger, start: int) -> int | None:
    """What a record says, in the log and in the record."""
    said = "SELECT (v.seq << 10) + v.ord, l.obj_id FROM audit_log l JOIN audit_log_value v ON v.seq = l.seq WHERE v.field = 'city'"
    rows = f.run(f"{said} AND l.obj_type = 'client' AND typeof(v.new) = 'text' AND l.action IN ('C', 'U') ORDER BY 1").fetchall()
    last = {obj: at for at, obj in rows}  # of each client, the place where the city was said last
    later = [(at, obj) for obj, at in last.items() if at >> ORD_BITS >= start and f.one("SELECT count(*) FROM client WHERE id = ?", obj)[0]]
    if not later:
        return None
    at, obj = f.chance.choice(later)
    seq = at >> ORD_BITS
    f.open_table("client")
    f.run("UPDATE client SET city = 'Rewritten' WHERE id = ?", (obj,))
    f.run("UPDATE audit_value SET new = 'Rewritten' WHERE id = ?", (at,))
    f.remark(seq)
    return int(seq)


def _cut(f: Forger, start: int) -> int | None:
    """Everything after a transaction gone, and some more written in its place by copying."""
    size = f.life.tx_of(start).size
    looks = [seq for (seq,) in f.run("SELECT seq FROM audit_entry WHERE action = 'R' AND seq < ?", (size,))]
    if not looks or size >= f.life.size - 2 or f.chance.random() < 0.6:
        return None
    f.cut(size)
    f.run("DELETE FROM audit_head WHERE size > ?", (size,))
    for at in range(size, f.life.size + f.chance.randrange(2)):
        f.copy_entry(f.chance.choice(looks), at)
        f.copy_head(size, at, at + 1)
    return size
