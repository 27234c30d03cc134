"""The search index over signed consult notes: one document per note, its words folded, as prefixes, the newest first (PERFORMANCE).

A word is indexed with its first eight characters; the whole word stands beside it for the rest. Whose client it is and who wrote it stand
in the index as marks, so that somebody's own notes are found without a walk through everybody's. A signed note never changes: its document
is written once, again only for an addendum or another practitioner, and taken out with the note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from nmx_desk.data.search import all_of, words
from nmx_desk.data.tables import metadata
from nmx_desk.domain.names import display_name, fold

note_doc = sa.Table(
    "note_doc", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("note_id", sa.Text, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.UniqueConstraint("note_id"),
)  # fmt: skip
note_queue = sa.Table(
    "note_queue", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("note_id", sa.Text, nullable=False),
)  # fmt: skip

CUT = 8  # characters of a word in the index: every length up to it has its own
LEAST_TYPED, MOST_TYPED, MOST_WORDS = 2, 100, 8
PIECE, MOST_LOOKED_AT = 64, 2_048
_MARK = "\ua66e"  # a letter that nobody types
_BEFORE, _LENGTH = 40, 160  # characters of a snippet
_TOKEN = re.compile(r"[^\W_]+")
_LAST = 1 << 62


class NoteHit(NamedTuple):
    """A note that was found: whose, of which day, and the words around what was asked."""

    note_id: str
    client_id: str
    client: str
    client_no: str
    care_date: date
    kind: str
    snippet: str


# -- keeping the index -------------------------------------------------------------------------------------------------------------------

_NOTE = """SELECT n.author_id, c.practitioner_id FROM consult_note n JOIN client c ON c.id = n.client_id
 WHERE n.id = ? AND n.status IN ('signed', 'amended')"""
_TEXTS = """SELECT text FROM (SELECT 0 AS part, position AS place, text FROM note_section WHERE note_id = ?1
 UNION ALL SELECT 1, signed_at, text FROM addendum WHERE note_id = ?1) WHERE text <> '' ORDER BY part, place"""


def drain(driver: Any) -> int:
    """Index the notes that were signed, added to or taken away since the last time, inside the transaction that did. Returns how many."""
    queued = driver.execute("SELECT note_id FROM note_queue GROUP BY note_id ORDER BY min(id)").fetchall()
    for (note_id,) in queued:
        _reindex(driver, note_id)
    if queued:
        driver.execute("DELETE FROM note_queue")
    return len(queued)


def _reindex(driver: Any, note_id: str) -> None:
    old = driver.execute("SELECT id, terms FROM note_doc WHERE note_id = ?", (note_id,)).fetchone()
    terms = _terms(driver, note_id)
    if old is not None and old[1] == terms:
        return
    if old is not None:
        driver.execute("INSERT INTO note_fts (note_fts, rowid, terms) VALUES ('delete', ?, ?)", (old[0], _cut(old[1])))
        driver.execute("DELETE FROM note_doc WHERE id = ?", (old[0],))
    if terms is not None:
        number = old[0] if old is not None else 1 + (driver.execute("SELECT max(id) FROM note_doc").fetchone()[0] or 0)
        driver.execute("INSERT INTO note_doc (id, note_id, terms) VALUES (?, ?, ?)", (number, note_id, terms))
        driver.execute("INSERT INTO note_fts (rowid, terms) VALUES (?, ?)", (number, _cut(terms)))


def _terms(driver: Any, note_id: str) -> str | None:
    people = driver.execute(_NOTE, (note_id,)).fetchone()
    if people is None:
        return None
    found = [word for (text,) in driver.execute(_TEXTS, (note_id,)) for word in words(text)]
    return " ".join(dict.fromkeys([*found, *(mark(user_id) for user_id in people if user_id)]))


def _cut(terms: str) -> str:
    """What of a document's words stands in the index."""
    return " ".join(dict.fromkeys(word if word[0] == _MARK else word[:CUT] for word in terms.split(" ")))


def mark(user_id: str) -> str:
    """The word in the index that says: this user may read it."""
    return _MARK + user_id.replace("-", "")


# -- finding -----------------------------------------------------------------------------------------------------------------------------

_PIECE = """SELECT rowid, (SELECT note_id FROM note_doc d WHERE d.id = note_fts.rowid
 AND NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr(' ' || d.terms, value) = 0)) FROM note_fts
 WHERE note_fts MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"""
_FOUND = """SELECT n.id, n.client_id, c.first_name, c.prefix, c.surname, c.client_no, n.care_date, n.kind
 FROM consult_note n JOIN client c ON c.id = n.client_id
 WHERE n.id IN (SELECT value FROM json_each(?)) AND n.status IN ('signed', 'amended') AND (c.practitioner_id = ? OR n.author_id = ?)"""


def asked(query: str) -> list[str]:
    """The folded words of a query, at most eight; none when it is too short to mean anything."""
    found = words(query[:MOST_TYPED])[:MOST_WORDS]
    return found if sum(map(len, found)) >= LEAST_TYPED else []


def find(connection: sa.Connection, query: str, user_id: str, limit: int = 50) -> list[NoteHit]:
    """The newest notes of this user's clients, or by this user, that have every word; whole words before beginnings of words."""
    sought = asked(query)
    if not sought:
        return []
    driver: Any = connection.connection.driver_connection
    found: dict[str, NoteHit] = {}
    for whole in (True, False):
        if not whole or all(len(word) <= CUT for word in sought):
            for hit in _hits(driver, sought, user_id, whole=whole):
                found.setdefault(hit.note_id, hit)
                if len(found) == limit:
                    return list(found.values())
    return list(found.values())


def _hits(driver: Any, sought: list[str], user_id: str, *, whole: bool) -> Iterator[NoteHit]:
    """Notes from the newest, a piece at a time; a long word may turn out to be another one, so the number of pieces is bounded."""
    match = all_of([*(_expression(word, whole=whole) for word in sought), f'"{mark(user_id)}"'])
    long, below = json.dumps([f" {word}" for word in sought if len(word) > CUT]), _LAST
    for _ in range(MOST_LOOKED_AT // PIECE):
        rows = driver.execute(_PIECE, (long, match, below, PIECE)).fetchall()
        yield from _read(driver, [note_id for _number, note_id in rows if note_id], sought, user_id)
        if len(rows) < PIECE:
            return
        below = rows[-1][0]


def _expression(word: str, *, whole: bool) -> str:
    return f'"{word[:CUT]}"' if whole or len(word) > CUT else f'"{word}"*'


def _read(driver: Any, note_ids: list[str], sought: list[str], user_id: str) -> Iterator[NoteHit]:
    """Those of these notes that the user may read, in the same order."""
    found = {row[0]: row for row in driver.execute(_FOUND, (json.dumps(note_ids), user_id, user_id))}
    for note_id in note_ids:
        if note_id in found:
            _id, client_id, first, prefix, surname, number, day, kind = found[note_id]
            snippet = _snippet(driver, note_id, tuple(sought))
            yield NoteHit(note_id, client_id, display_name(first, prefix, surname), number, date.fromisoformat(day), kind, snippet)


def _snippet(driver: Any, note_id: str, sought: tuple[str, ...]) -> str:
    """The text around the first word asked that stands in the note."""
    texts = [text for (text,) in driver.execute(_TEXTS, (note_id,))]
    return next((cut for text in texts if (cut := _around(text, sought))), "")


def _around(text: str, sought: tuple[str, ...]) -> str:
    place = _place(text, sought)
    if place is None:
        return ""
    start = max(0, place - _BEFORE)
    start = text.find(" ", start, place) + 1 or start if start else 0
    cut = " ".join(text[start : start + _LENGTH].split())
    return ("… " if start else "") + cut + (" …" if start + _LENGTH < len(text) else "")


def _place(text: str, sought: tuple[str, ...]) -> int | None:
    """Where a word begins with one of these; as it is typed if it can be, which is quick, or else folded."""
    plain = re.search(rf"(?<![^\W_])(?:{'|'.join(sought)})", text, re.IGNORECASE)
    if plain is not None:
        return plain.start()
    return next((token.start() for token in _TOKEN.finditer(text) if fold(token.group()).startswith(sought)), None)
