"""Typing errors forgiven: who comes close when a query of names finds nothing exact (PERFORMANCE, typo-tolerant client search).

A word of four to six letters may be one edit away (a letter too many, too few, another or two that changed places), a longer one two.
One edit: every spelling that is one edit away is asked of the index, so none is missed. Two: so are two slips of the fingers (letters that
changed places, one too many, one not doubled); others are asked by a beginning with at most one edit and compared: of very many only the
newest are. Numbers, dates and addresses are never guessed at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.dialect import SEARCHED
from nmx_desk.data.search import EMAIL, MOST_TYPED, ROWIDS, Hit, all_of, find, is_small, words

SHORTEST, LONG = 4, 7  # letters: shorter words are not guessed at; these and longer ones may be two edits away
BEGINNING = 4  # letters by which words two edits away are asked for
MOST_WORDS, LONGEST = 3, 24
CANDIDATES, FAR_CANDIDATES = 200, 400

_INWARDS = {
    "client": "SELECT rowid FROM search_fts WHERE search_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
    "request": "SELECT rowid FROM search_fts WHERE search_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid ASC LIMIT ?",
}
_KNOWN = "SELECT 1 FROM search_fts WHERE search_fts MATCH ? LIMIT 1"
_FOUND = "SELECT kind, ref_id, head, title, subtitle, terms FROM search_doc WHERE id IN (SELECT value FROM json_each(?))"


def find_or_guess(
    connection: sa.Connection, query: str, *, limit: int = 50, kinds: Sequence[str] = tuple(SEARCHED.values())
) -> list[Hit]:
    """The hits of a query; when there are none those that come close, each marked as guessed. Never both."""
    return find(connection, query, limit=limit, kinds=kinds) or guess(connection, query, limit=limit, kinds=kinds)


def guess(connection: sa.Connection, query: str, *, limit: int, kinds: Sequence[str]) -> list[Hit]:
    """Who has names close to these words, the closest first, clients before requests, at most ``limit`` of a kind."""
    asked = _asked(query)
    if not asked:
        return []
    driver: Any = connection.connection.driver_connection  # as in search
    for match, most in _ways(driver, asked):
        rows = _closest(_candidates(driver, match, kinds, most), asked)
        if rows:
            by_kind = [[row for row in rows if row[0] == kind][:limit] for kind in SEARCHED.values()]
            return [Hit(row[0], row[1], row[3], row[4], guessed=True) for found in by_kind for row in found]
    return []


def _asked(query: str) -> list[str]:
    """The words of a query without tussenvoegsels; none for a query that is no name, or whose words are all too short."""
    typed = words(query[:MOST_TYPED])
    if "@" in query or any(c.isdigit() for c in query) or not any(len(word) >= SHORTEST for word in typed):
        return []
    asked = [word for word in typed if not is_small(word)]
    if len(asked) > MOST_WORDS or any(len(word) > LONGEST for word in asked):
        return []
    return asked if any(len(word) >= SHORTEST for word in asked) else []


def _ways(driver: Any, asked: Sequence[str]) -> Iterable[tuple[str, int]]:
    """What to ask, the surest first: words one edit away (of those nobody has, then of all), a last word not finished, two edits away."""
    unknown = {word for word in asked if driver.execute(_KNOWN, (f'"{word}"',)).fetchone() is None}
    if 0 < len(unknown) < len(asked):
        yield all_of(_spelled(word) if word in unknown else f'"{word}"' for word in asked), CANDIDATES
    yield all_of(_spelled(word) for word in asked), CANDIDATES
    *before, last = asked
    yield all_of([*(_spelled(word) for word in before), _spelled(last, "*")]), CANDIDATES
    unknown = {word for word in unknown if len(word) >= LONG}
    for far, most in ((_slipped, CANDIDATES), (_begun, FAR_CANDIDATES)):
        if unknown:
            yield all_of(far(word) if word in unknown else _spelled(word) for word in asked), most


def _spelled(word: str, more: str = "") -> str:
    """A word as typed, or any spelling of it one edit away; ``more`` is * for words that begin so."""
    others = edits(word) if len(word) >= SHORTEST else ()
    return " OR ".join([f'"{word}"*', *(f'"{other}"{more}' for other in others)])


def _slipped(word: str) -> str:
    """A long word with two slips of the fingers."""
    return " OR ".join(f'"{other}"' for other in dict.fromkeys([word, *edits(word), *(two for one in _slips(word) for two in _slips(one))]))


def _slips(word: str) -> list[str]:
    cuts = [(word[:n], word[n:]) for n in range(len(word))]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1]
    return swapped + [head + tail[1:] for head, tail in cuts] + [head + tail[0] + tail for head, tail in cuts]


def _begun(word: str) -> str:
    """Words that begin nearly as a long word does."""
    beginning = word[:BEGINNING]
    return " OR ".join(f'"{other}"*' for other in (beginning, *edits(beginning)))


def edits(word: str) -> list[str]:
    """Every other spelling one edit away; ij and y count as one letter."""
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    letters = dict.fromkeys(ascii_lowercase + word)
    made = [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1]
    made += [head + tail[1:] for head, tail in cuts if tail]
    made += [head + letter + rest for head, tail in cuts for letter in letters for rest in (tail, tail[1:])]
    made += [word.replace("ij", "y"), word.replace("y", "ij")]
    return [other for other in dict.fromkeys(made) if other != word]


def _candidates(driver: Any, match: str, kinds: Sequence[str], most: int) -> Sequence[Any]:
    first, *others = [kind for kind in SEARCHED.values() if kind in kinds]
    ends = [end for kind in kinds for end in ROWIDS[kind]]
    numbers = driver.execute(_INWARDS[first], (match, min(ends), max(ends), most)).fetchall()
    if len(numbers) == most:  # otherwise that was all there is, of either kind: seldom are the spellings looked up twice
        numbers += [row for kind in others for row in driver.execute(_INWARDS[kind], (match, *ROWIDS[kind], most))]
    wanted = json.dumps(list(dict.fromkeys(number for (number,) in numbers)))
    found: list[Any] = driver.execute(_FOUND, (wanted,)).fetchall()
    return found


def _closest(rows: Iterable[Any], asked: Sequence[str]) -> list[Any]:
    """Rows that are close enough, the closest first; equals with the word in the surname first, then as in the telephone book."""
    ranked = []
    for row in rows:
        terms = [term for term in row[5].split() if not term.startswith(EMAIL) and term.isalpha()]
        far = [_distance(word, terms) for word in asked]
        if all(distance <= _allowed(word) for word, distance in zip(asked, far, strict=True)):
            surname = row[2].split("  ")[0].split()
            elsewhere = min(_distance(word, surname) - distance for word, distance in zip(asked, far, strict=True))
            ranked.append((sum(far), elsewhere, row[2], row[1], row))
    ranked.sort(key=lambda ranks: ranks[:4])
    return [ranks[4] for ranks in ranked]


def _allowed(word: str) -> int:
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


def _distance(word: str, terms: Sequence[str]) -> int:
    """Edits between a word and the nearest of these terms, or its beginning; ij may be one letter or two."""
    from rapidfuzz.distance import OSA  # only when nothing was found

    pairs = {(word, term) for term in terms} | {(word.replace("ij", "y"), term.replace("ij", "y")) for term in terms}
    lengths = (-1, 0, 1, LONGEST * 2)
    return min((OSA.distance(one, term[: len(one) + more]) for one, term in pairs for more in lengths), default=len(word))
