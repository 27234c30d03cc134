"""Tamper classes 11 to 13: history rewritten, and an older file put back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from nmx_desk.audit.signer import UserSigner
from nmx_desk.audit.storage import ORD_BITS, pack_id
from tests.exam.deed import Class, Deed, first_anchor, missed
from tests.exam.forge import Forger
from tests.exam.lived import FEW, FIVE, Life, examined, lives, opened
from tests.exam.rewriting import rewritten

OF_USERS = "SELECT size, (SELECT text FROM audit_word WHERE id = key_id) FROM audit_head WHERE size > ? ORDER BY size"


def without_keys(f: Forger) -> Deed | None:
    """Every hash fits; of signatures there are old ones, made-up ones, or those of keys the clinic does not know."""
    if f.chance.random() < 0.15:
        return _a_new_clinic(f)
    at = rewritten(f)
    head = f.run(OF_USERS, (at,)).fetchone()
    if head is None:
        return Deed("the tail", range(at, f.life.size + 1), anchored=True)
    how = f.chance.randrange(5)
    sizes = [size for size, _ in f.run(OF_USERS, (at,)).fetchall()]
    if how == 1:
        f.run_many("UPDATE audit_head SET signature = ? WHERE size = ?", [(bytes(64), size) for size in sizes])
    elif how == 2:
        f.run_many("UPDATE audit_head SET signature = ? WHERE size = ?", [(f.chance.randbytes(64), size) for size in sizes])
    elif how == 3:
        f.run("UPDATE audit_head SET signature = (SELECT signature FROM audit_head ORDER BY size LIMIT 1) WHERE size > ?", (at,))
    elif how == 4:
        f.reseal(at, UserSigner(f.chance.randbytes(32), 1))
    what = ("signatures left", "none", "made up", "of another head", "of a key of one's own")[how]
    return Deed(f"rewritten, {what}", range(at, head[0]))


def _a_new_clinic(f: Forger) -> Deed:
    """New keys for all users, made known from the very first entry: a log that is right in itself. Only what was kept elsewhere tells."""
    rewritten(f, 60)
    made = {}
    for known in f.life.signers.values():
        new = UserSigner(f.chance.randbytes(32), 1)
        made[new.key_id] = new
        f.run("UPDATE audit_key SET id = ?, public_key = ? WHERE id = ?", (new.key_id, new.public_key, known.key_id))
        f.run("UPDATE audit_entry SET obj_id = ? WHERE obj_id = ?", (pack_id(new.key_id), pack_id(known.key_id)))
        f.run("UPDATE audit_word SET text = ? WHERE text = ?", (new.key_id, known.key_id))
        for (place,) in f.run("SELECT id FROM audit_value WHERE new = ?", (known.public_key,)).fetchall():
            f.run("UPDATE audit_value SET new = ? WHERE id = ?", (new.public_key, place))
            f.remark(place >> ORD_BITS)
    f.regrow()
    f.reseal(0, made)
    return Deed("a new clinic", range(first_anchor(f.life, 0)), anchored=True)


def with_one_key(f: Forger) -> Deed | None:
    """One of five users' keys: own heads signed anew, of the others' the old signatures or one's own."""
    user = f.chance.choice(FIVE)
    signer = f.life.signers[user]
    at = rewritten(f, 1)
    others = [size for size, key in f.run(OF_USERS, (at,)).fetchall() if key != signer.key_id]
    if not others:
        return None
    mine = f.chance.random() < 0.5
    f.reseal(at, signer if mine else {signer.key_id: signer})
    return Deed("others' heads signed as oneself" if mine else "others' signatures left", range(at, others[0]))


WHOLE: dict[str, Class] = {"all rewritten without keys": without_keys, "all rewritten with one of five keys": with_one_key}


# -- 13: an older file -----------------------------------------------------------------------------------------------------------------


def older_files(count: int, chance: random.Random) -> Iterator[tuple[str, str]]:
    """The clinic's file as it was, held against what the workstation saw at any later moment; worked on in it, or not."""
    dumps = [(life, dump) for life in lives(3 if count >= FEW else 1) for dump in life.before]
    chance.shuffle(dumps)
    there = [(life, dump.size, opened(life, dump)) for life, dump in dumps[:count]]
    for number in range(count):
        life, size, raw = there[number % len(there)]
        later = chance.choice([head for head in life.heads if head.size > size])
        raw.execute("BEGIN")
        try:
            yield _older(life, size, raw, chance, later)
        finally:
            raw.execute("ROLLBACK")


def _older(life: Life, size: int, raw: Any, chance: random.Random, later: Any) -> tuple[str, str]:
    if chance.random() < 0.5:
        found = examined(raw, life.witness(later)).findings
        right = [(one.kind, one.seq, one.detail.split()[0]) for one in found] == [("witness", size, str(later.size - size))]
        return "as it was", "" if right else f"{size} of {later.size}: {found[:2]}"
    user = chance.choice(FIVE)
    f = Forger(raw, life, chance)
    looks = [seq for (seq,) in raw.execute("SELECT seq FROM audit_entry WHERE action = 'R'")]
    for at in range(size, later.size + chance.randrange(3)):
        f.copy_entry(chance.choice(looks), at)
        f.copy_head(size, at, at + 1)
        f.run("UPDATE audit_head SET actor = ? WHERE size = ?", (f.word(life.users[user]), at + 1))
    f.regrow(size)
    f.reseal(size, life.signers[user])
    f.put_back()
    found = examined(raw, life.witness(later)).findings
    deed = Deed(f"worked on by {user}", {later.size - 1}, anchored=True)
    return "worked on in it", missed(deed, found)
