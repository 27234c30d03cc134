"""Words in the old and new values of the log: a full-text index of what people wrote, filled from where it left off.

The log only grows, so one number says how far the index reaches; what lies beyond is looked through as it is. Ids, times, codes and other
values that nobody typed are left out. A destruction takes its words out again (``forget``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from nmx_desk.audit.storage import MOST_VALUES, ORD_BITS, Words, value_id
from nmx_desk.audit.tlv import Value
from nmx_desk.data.search import words
from nmx_desk.data.tables import TABLES, metadata
from nmx_desk.domain.logvalues import field_types
from nmx_desk.domain.names import fold
from nmx_desk.i18n import Sentence

reach = sa.Table("log_text_reach", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("upto", sa.Integer, nullable=False))
STEP = 10_000  # values taken into the index at a time
PART = 2_000  # hits looked at at a time
_PREFIX = 3  # letters from which on the beginning of a word is enough
_FREE = ("@reason", "words")
_CODES = frozenset({
    "hash", "external_key", "uid", "code", "list_code", "zone", "country", "language", "origin", "payload", "retention_class",
    "sha256",
})  # fmt: skip
_VALUES = "SELECT id, field, old, new FROM audit_value WHERE id > ? AND id < ? ORDER BY id LIMIT ?"
_FRESH = (
    "SELECT id, old, new FROM audit_value WHERE id > ? AND id < ? AND field IN (SELECT value FROM json_each(?)) AND"
    " (typeof(old) = 'text' OR typeof(new) = 'text')"
)
_FOUND = "SELECT rowid FROM log_text WHERE log_text MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
_DELETE = "INSERT INTO log_text (log_text, rowid, old, new) VALUES ('delete', ?, ?, ?)"


@lru_cache(maxsize=1)
def _written() -> frozenset[str]:
    """Fields in which people write: texts of records, no ids, codes or words of an enumeration."""
    kinds: dict[str, set[type]] = {}
    for record in TABLES:
        for name, kind in field_types(record).items():
            kinds.setdefault(name, set()).add(kind)
    plain = {name for name, found in kinds.items() if found <= {str, Sentence} and not f"_{name}".endswith(("_id", "_by", "_code", "_key"))}
    return frozenset((plain - _CODES) | set(_FREE))


def _chosen(known: Words, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, str, str]]:
    """Of these values those that people wrote."""
    for at, field, old, new in rows:
        if known.text(field) in _written():
            texts = [text if isinstance(text, str) else "" for text in (old, new)]
            if any(texts):
                yield at, texts[0], texts[1]


def upto(driver: Any) -> int:
    """The last value that the index has read."""
    row = driver.execute("SELECT upto FROM log_text_reach").fetchone()
    return int(row[0]) if row else 0


def grow(driver: Any, most: int = STEP) -> bool:
    """Take the next values into the index, inside the caller's transaction; whether more are waiting."""
    rows = driver.execute(_VALUES, (upto(driver), 1 << 62, most)).fetchall()
    if rows:
        driver.executemany("INSERT INTO log_text (rowid, old, new) VALUES (?, ?, ?)", list(_chosen(Words(driver), rows)))
        driver.execute("INSERT OR REPLACE INTO log_text_reach VALUES (1, ?)", (rows[-1][0],))
    return len(rows) == most


def forget(driver: Any, seqs: Iterable[int]) -> None:
    """Take the words of these entries out of the index: before their values are blanked, in the same transaction."""
    known, last = Words(driver), upto(driver)
    for seq in seqs:
        rows = driver.execute(_VALUES, (value_id(seq, 0) - 1, value_id(seq, MOST_VALUES - 1) + 1, MOST_VALUES)).fetchall()
        for at, old, new in _chosen(known, rows):
            if at <= last:
                driver.execute(_DELETE, (at, old, new))


def find(driver: Any, text: str, first: int, before: int) -> tuple[int, ...]:
    """The newest entries ``first`` … ``before`` with a value that has all these words (or words that begin so), newest first."""
    asked = words(text)
    if not asked:
        return ()
    last, low, high = upto(driver), value_id(max(first, 0), 0), value_id(min(before, 1 << 50), 0)
    known = Words(driver)
    fields = json.dumps([number for name in sorted(_written()) if (number := known.id(name)) is not None])
    fresh = driver.execute(_FRESH, (max(last, low - 1), high, fields))
    found = {at >> ORD_BITS for at, old, new in fresh if _has(old, asked) or _has(new, asked)}
    match = " AND ".join(f'"{word}" *' if len(word) >= _PREFIX else f'"{word}"' for word in asked)
    rows = driver.execute(_FOUND, (match, low, high, PART))
    found |= {at >> ORD_BITS for (at,) in rows}
    return tuple(sorted(found, reverse=True))


def saying(driver: Any, text: str, seqs: Iterable[int]) -> set[int]:
    """Those of these few entries that have a value with all these words."""
    asked, known = words(text), Words(driver)
    found = set()
    for seq in seqs if asked else ():
        rows = driver.execute(_VALUES, (value_id(seq, 0) - 1, value_id(seq, MOST_VALUES - 1) + 1, MOST_VALUES)).fetchall()
        if any(_has(old, asked) or _has(new, asked) for _at, old, new in _chosen(known, rows)):
            found.add(seq)
    return found


def _has(text: Value, asked: list[str]) -> bool:
    """Whether a text has all these words. Most texts have not even their letters."""
    if not isinstance(text, str):
        return False
    folded = fold(text)
    if not all(one in folded for one in asked):
        return False
    said = words(text)
    return all(any(word.startswith(one) if len(one) >= _PREFIX else word == one for word in said) for one in asked)
