"""The words that went and that came: exactly those, in the log and between versions of a note, and soon, however long the texts are."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain import changed_words as module
from nmx_desk.domain.changed_words import MOST_PAIRS, changed_words

words = st.lists(st.text("aAbé1.-漢😀\u0301", min_size=1, max_size=4), max_size=8).map(" ".join)  # few letters: words come again


def rest(text, spans):
    """What is not marked."""
    for start, end in reversed(spans):
        assert 0 <= start < end <= len(text)
        text = text[:start] + text[end:]
    return text.split()


@given(words, words)
def test_what_is_not_marked_is_the_same_on_both_sides(old, new):
    gone, came = changed_words(old, new)

    if old and new:
        assert rest(old, gone) == rest(new, came)
        assert (not gone and not came) == (old.split() == new.split())
    else:
        assert gone == came == []


def test_only_the_changed_words_are_marked():
    old, new = "Liefst na vier uur bellen", "Liefst na vijf uur bellen"
    gone, came = changed_words(old, new)
    assert [old[a:b] for a, b in gone] == ["vier"]
    assert [new[a:b] for a, b in came] == ["vijf"]


@pytest.mark.parametrize("most", [0, 1, 3, 10])
@given(old=words, new=words)
def test_so_it_is_piece_by_piece_too(most, old, new):
    """As with texts so long that they are not compared word by word."""
    before, module.MOST_PAIRS = module.MOST_PAIRS, most
    try:
        gone, came = changed_words(old, new)
    finally:
        module.MOST_PAIRS = before
    if old and new:
        assert rest(old, gone) == rest(new, came)
        assert (not gone and not came) == (old.split() == new.split())


def long_text(few=False):
    """200,000 letters: of few words, or of as many as people use."""
    chance, words = random.Random(1), ["moe", "buik", "slaap", "sinds", "het", "en"]
    words = words if few else words + [f"{word}{n}" for n in range(900) for word in words[:3]]
    text = ""
    while len(text) < 200_000:
        text += chance.choice(words) + " "
    return text


@pytest.fixture
def compared(monkeypatch):
    """How many pairs of like words or pieces each comparison looked at."""
    seen, real = [], module._blocks

    def counted(old, new):
        seen.append(module._pairs(old, new))
        return real(old, new)

    monkeypatch.setattr(module, "_blocks", counted)
    return seen


@pytest.mark.parametrize("few", [True, False])
def test_in_a_long_text_what_was_changed_is_found_without_comparing_everything(compared, few):
    old = long_text(few)
    words = old.split()
    for place in range(500, len(words), len(words) // 40):
        words[place] = "veranderd."
    words[100:100] = ["Vooraf", "kwam", "dit", "erbij."]
    new = " ".join(words)
    gone, came = changed_words(old, new)
    assert rest(old, gone) == rest(new, came)
    assert sum(b - a for a, b in gone) < 20_000 and max(compared) <= MOST_PAIRS


@pytest.mark.parametrize("few", [True, False])
def test_two_long_texts_that_have_nothing_in_common_are_not_compared_for_minutes(compared, few):
    old = long_text(few)
    words = old.split()
    random.Random(2).shuffle(words)
    gone, came = changed_words(old, " ".join(words))
    assert rest(old, gone) == rest(" ".join(words), came)
    assert sum(compared) <= 20 * MOST_PAIRS
