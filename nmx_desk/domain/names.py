"""Names of people: folding for search, the tussenvoegsel, capitals, display and sorting."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


def _words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The words of the municipal register's list of tussenvoegsels (BRP table 36) that a stranger's form may hold. The first set is written
# small in the Netherlands; the second keeps the capital its bearer gives it. Words that are also given names (Ben, Do) are left out.
_SMALL = _words_in(
    "'s 't 'd aan af auf bij de den der gen het in onder op over te ten ter tho thoe toe tot uijt uit van vom von voor vor zu zum zur"
)
_AS_TYPED = _words_in("al am da dal dalla das degli dei del della des di dos du el la las le les lo los")
_SUFFIXES = _words_in("jr jr. sr sr.")
_TITLES = _words_in("mevrouw mevr mevr. mw mw. meneer dhr dhr. drs. dr. ir. ing. prof.")
# Capitals do not tell the Turkish ı from i: the commonest surnames that have it.
_FROM_CAPITALS = {"YILMAZ": "Yılmaz", "YILDIZ": "Yıldız", "YILDIRIM": "Yıldırım", "KILIÇ": "Kılıç", "AYDIN": "Aydın", "ÇAKIR": "Çakır"}
# Letters that Unicode does not take apart into a base letter and an accent.
_PLAIN = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "n"}
    | dict.fromkeys("'’‘ʼ`´ʹ′", "")
    | dict.fromkeys("-‐‑‒–—−", " ")
)
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))
_CODE_SIGNS = re.compile(r'[<>="(){}]')


class Name(NamedTuple):
    """A name in its three parts; any of them may be empty."""

    first_name: str
    prefix: str
    surname: str


def fold(text: str) -> str:
    """Search form: small letters without accents or apostrophes, hyphens as spaces, single spaces. Folding twice changes nothing."""
    if not text.isascii():
        text = _strip_accents(_strip_accents(text.translate(_PLAIN)).casefold())  # small letters may have accents of their own
    text = text.casefold().translate(_PLAIN)
    return " ".join(text.split())


def _strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def clean_name(text: str) -> str:
    """Composed (NFC), without control and invisible characters, single spaces."""
    text = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"}).split())


def is_prefix_word(token: str) -> bool:
    """Whether one word can be (part of) a tussenvoegsel: van, den, 't, El."""
    word = _prefix_key(token)
    return word in _SMALL or word in _AS_TYPED


def split_prefix(text: str) -> tuple[str, str]:
    """Take the tussenvoegsel off a surname: ``"Van den Berg"`` → ``("van den", "Berg")``; the surname is never left empty."""
    words = recase(clean_name(text)).split() if _one_case(text) else _words(text)
    length = _prefix_run(words, 0)
    return _join_prefix(words[:length]), " ".join(words[length:])


def split_full_name(text: str) -> Name:
    """Take a whole name apart: ``Jan Willem van 't Veen``, ``Berg, Anne-Marie van den``, ``FEMKE DE JONG``, ``Sanne``.

    Titles (mevr., dr.) are left out. Without a tussenvoegsel the last word is the surname; a single word is a given name.
    """
    text = clean_name(text)
    if _one_case(text):
        text = recase(text)
    if "," in text and not _CODE_SIGNS.search(text):
        return _split_at_comma(text)
    typed = _words(text)
    words = _without_titles(typed)
    start = 0 if len(words) == 1 and len(typed) > 1 else _surname_start(words)  # mevr. Jansen
    length = _prefix_run(words, start)
    return Name(" ".join(words[:start]), _join_prefix(words[start : start + length]), " ".join(words[start + length :]))


def normalise_prefix(text: str) -> str:
    """A tussenvoegsel from its own field in the usual form: ``Van Den`` → ``van den``, ``VAN ’T`` → ``van 't``, ``El`` → ``El``."""
    text = clean_name(text)
    return _join_prefix((recase(text) if text.isupper() else text).translate(_APOSTROPHES).split())


def recase(text: str) -> str:
    """Give a name typed in one case its usual capitals: ``IJZERMAN`` → ``IJzerman``, ``DE JONG`` → ``de Jong``."""
    return " ".join(_recase_word(word) for word in text.split())


def restore_case(text: str) -> str:
    """``recase`` a name only when it is all in capitals or all in small letters; leave mixed spelling as its bearer typed it."""
    return recase(text) if _one_case(text) else text


def display_name(first_name: str, prefix: str, surname: str) -> str:
    """The name as spoken, ``Anne-Marie van den Berg``; without a given name the tussenvoegsel has its capital: ``Van den Berg``."""
    if not first_name and prefix:
        prefix = prefix[0].upper() + prefix[1:]
    return " ".join(part for part in (first_name, prefix, surname) if part)


def sort_key(surname: str, prefix: str, first_name: str = "") -> str:
    """Text to sort by, as the Dutch telephone book: head word, then tussenvoegsel, then given name; IJ is one letter, with the Y."""
    # Two spaces sort before the single space inside a longer head word, and folding never leaves two.
    return "  ".join(fold(part).replace("ij", "y") for part in (surname, prefix, first_name))


def _prefix_key(token: str) -> str:
    return token.translate(_APOSTROPHES).lower()


def _words(text: str) -> list[str]:
    """Words, with ``'tHart`` and ``Jansen - de Vries`` put right."""
    text = re.sub(r"\s+[-–]\s+", "-", clean_name(text))
    return re.sub(r"(?<!\w)(['’‘`´]t)(?=[A-Z])", r"\1 ", text).split()


def _one_case(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 1 and len({c.isupper() for c in letters if c.isupper() or c.islower()}) == 1


def _recase_word(word: str) -> str:
    key = _prefix_key(word)
    if key in _SMALL or key in _SUFFIXES:
        return word.lower()
    if word in _FROM_CAPITALS:
        return _FROM_CAPITALS[word]
    if "." in word or (len(word) == 2 and word.isupper() and not set(fold(word)) & set("aeiouy")):
        return word  # initials: J.A., JW
    return re.sub(r"[^\W\d_]+", _capitalise, word)


def _capitalise(match: re.Match[str]) -> str:
    part = match.group()
    if match.start() and part.lower() in _SMALL:
        return part.lower()  # Jansen-de
    head = 2 if part[:2].lower() == "ij" else 1
    return part[:head].upper() + part[head:].replace("İ", "i").lower()


def _prefix_run(words: list[str], start: int) -> int:
    """Number of tussenvoegsel words from ``start``; at least one word stays behind them."""
    end = start
    while end < len(words) - 1 and (is_prefix_word(words[end]) or (words[end] == "t" and end > 0)):
        end += 1
    return end - start


def _join_prefix(words: list[str]) -> str:
    out = []
    for word in words:
        key = _prefix_key(word)
        out.append("'t" if word == "t" else key if key in _SMALL else word.translate(_APOSTROPHES))
    return " ".join(out)


def _without_titles(words: list[str]) -> list[str]:
    if [w.lower() for w in words[:2]] == ["de", "heer"]:
        words = words[2:]
    first = next((i for i, word in enumerate(words) if word.lower() not in _TITLES), max(len(words) - 1, 0))
    return words[first:]


def _surname_start(words: list[str]) -> int:
    """Index of the word where tussenvoegsel and surname begin. The first word is a given name unless it is a tussenvoegsel itself."""
    if len(words) > 1 and is_prefix_word(words[0]):
        return 0
    for i in range(1, len(words)):
        if _prefix_run(words, i):
            return i
        if "-" in words[i] and i < len(words) - 1 and is_prefix_word(words[i].rsplit("-", 1)[1]):
            return i  # Anna Jansen-de Vries
    last = len(words) - 1
    return last - 1 if last > 1 and words[last].lower() in _SUFFIXES else max(last, 1)


def _split_at_comma(text: str) -> Name:
    """``Berg, Anne-Marie van den`` · ``van den Berg, Anne-Marie`` · ``Berg, van den, Anne-Marie``."""
    left, *middle, right = (_words(part) for part in text.split(","))
    given = _without_titles([word for part in middle for word in part] + right)
    head = 0
    while head < len(given) and is_prefix_word(given[head]):
        head += 1
    before, given = given[:head], given[head:]
    tail = len(given)
    while tail > 1 and is_prefix_word(given[tail - 1]):
        tail -= 1
    after = given[tail:]
    length = _prefix_run(left, 0)
    surname = left[length:]
    end = len(surname)
    while end > 1 and is_prefix_word(surname[end - 1]):
        end -= 1  # Berg van den, Anne-Marie
    prefix = before + after + left[:length] + surname[end:]
    return Name(" ".join(given[:tail]), _join_prefix(prefix), " ".join(surname[:end]))
