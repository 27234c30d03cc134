"""Which words of a text went and which came: exact for what people change, and never long, however long the texts are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from zlib import crc32

Span = tuple[int, int]
"""A stretch of a text: from the first character, until after the last."""
_Block = tuple[int, int, int, int]
"""What was replaced by what: words ``i1`` until ``i2`` of the old text, ``j1`` until ``j2`` of the new one."""
MOST_PAIRS = 1_000_000
"""So many pairs of like words are looked at one by one; beyond that a text is first compared piece by piece."""
_PIECE = 12  # words on average


def changed_words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Where the words stand that went and that came: spans of ``old`` and of ``new``. A text that came or went whole has none."""
    if not old or not new:
        return [], []
    before, after = ([(m.start(), m.end()) for m in re.finditer(r"\S+", text)] for text in (old, new))
    gone: list[Span] = []
    came: list[Span] = []
    for i1, i2, j1, j2 in _by_words([old[a:b] for a, b in before], [new[a:b] for a, b in after]):
        if i2 > i1:
            gone.append((before[i1][0], before[i2 - 1][1]))
        if j2 > j1:
            came.append((after[j1][0], after[j2 - 1][1]))
    return gone, came


def _by_words(old: Sequence[str], new: Sequence[str]) -> Iterator[_Block]:
    """Word by word; what is long and much alike first piece by piece, and a piece in which nearly all is another as one change."""
    first, last = _same_ends(old, new)
    end_old, end_new = len(old) - last, len(new) - last
    left, right = old[first:end_old], new[first:end_new]
    compare = _blocks if _pairs(left, right) <= MOST_PAIRS else _by_pieces
    for i1, i2, j1, j2 in compare(left, right):
        yield i1 + first, i2 + first, j1 + first, j2 + first


def _by_pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[_Block]:
    cut_old, cut_new = _pieces(old), _pieces(new)
    pieces_old, pieces_new = ([tuple(words[a:b]) for a, b in cut] for words, cut in ((old, cut_old), (new, cut_new)))
    if _pairs(pieces_old, pieces_new) > MOST_PAIRS:
        yield 0, len(old), 0, len(new)
        return
    for i1, i2, j1, j2 in _blocks(pieces_old, pieces_new):
        a, b = _reach(cut_old, i1, i2, len(old)), _reach(cut_new, j1, j2, len(new))
        left, right = old[a[0] : a[1]], new[b[0] : b[1]]
        if not left or not right or _pairs(left, right) > MOST_PAIRS:
            yield (*a, *b)
            continue
        for k1, k2, l1, l2 in _blocks(left, right):
            yield a[0] + k1, a[0] + k2, b[0] + l1, b[0] + l2


def _blocks(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[_Block]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield i1, i2, j1, j2


def _pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """How many pairs of like words there are: what comparing them costs."""
    there = Counter(new)
    return sum(number * there[word] for word, number in Counter(old).items())


def _same_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many words at the beginning and at the end are the same."""
    most = min(len(old), len(new))
    first = next((n for n in range(most) if old[n] != new[n]), most)
    last = next((n for n in range(most - first) if old[-1 - n] != new[-1 - n]), most - first)
    return first, last


def _pieces(words: Sequence[str]) -> list[Span]:
    """Pieces that end where the words say so, not at a count: behind what was inserted they are the same again."""
    ends = [
        place for place in range(1, len(words) + 1)
        if words[place - 1][-1] in ".!?" or crc32(" ".join(words[max(place - 3, 0) : place]).encode()) % _PIECE == 0
    ]  # fmt: skip
    ends = [*ends, len(words)] if not ends or ends[-1] != len(words) else ends
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _reach(cut: Sequence[Span], first: int, last: int, length: int) -> Span:
    """From the first word of a row of pieces until after their last one."""
    start = cut[first][0] if first < len(cut) else length
    return start, cut[last - 1][1] if last > first else start
