"""What a password must be: long and not easy to guess. No rules about kinds of characters: they make people write passwords down."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _, resources_dir

SHORTEST: Final = 12
LONGEST: Final = 128
DEMO_PASSWORD: Final = "demo-kliniek-2026"  # noqa: S105  (public on purpose, refused for a real clinic)
_LEFT_OVER: Final = 5  # letters and digits that must remain when everything obvious is taken out
_DISTINCT: Final = 5
_RUN: Final = 4  # abcd, 4321, asdf
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn")
_LEET: Final = str.maketrans("0134578@$!€", "oieastbasie")


def check(password: str, *, username: str = "", clinic: str = "", demo: bool = False) -> None:
    """Refuse a weak new password. ``demo``: the password of the demo clinic is accepted. Raises UserError on field ``password``."""
    if demo and password == DEMO_PASSWORD:
        return
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        raise UserError(
            "password",
            _("Use at least {n} characters, for instance four words that have nothing to do with each other.").format(n=SHORTEST),
        )
    if len(text) > LONGEST:
        raise UserError("password", _("Use at most {n} characters.").format(n=LONGEST))
    plain = _letters(text)
    if any(word in plain for word in _own_words(username, clinic)):
        raise UserError("password", _("The password contains the user name or the name of the clinic. Leave those out."))
    if is_obvious(text):
        raise UserError(
            "password", _("This password is easy to guess. Use for instance four words that have nothing to do with each other.")
        )


def is_obvious(text: str) -> bool:
    """Few different characters, a repeated piece, or nothing much besides common words, years and keyboard rows."""
    folded = text.casefold()
    if len(set(folded)) < _DISTINCT or re.fullmatch(r"(.{1,8}?)\1+(.{0,7})", folded, re.DOTALL):
        return True
    return _left_over(folded) < _LEFT_OVER


def _left_over(text: str) -> int:
    """Number of letters and digits besides the obvious ones, with p@ssw0rd read as letters if that leaves fewer."""
    rest = re.sub(r"(19|20)\d\d|(.)\2{2,}", " ", text)
    rest = _runs().sub(" ", rest)
    rest = re.sub(r"^[\W\d_]{1,4}|[\W\d_]{1,4}$", "", rest)
    return min(sum(c.isalnum() for c in _common().sub(" ", form)) for form in (rest, rest.translate(_LEET)))


def _letters(text: str) -> str:
    """Letters and digits only, so that a dash or space hides nothing."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _own_words(username: str, clinic: str) -> list[str]:
    """What is known to everyone at the clinic: the user's name, the clinic's, and its longer words."""
    words = [_letters(username), _letters(clinic), *(_letters(word) for word in clinic.split() if len(word) >= 5)]
    return [word for word in words if len(word) >= 3]


@lru_cache(maxsize=1)
def _common() -> re.Pattern[str]:
    """All words of the list, longest first."""
    lines = (resources_dir() / "lists" / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    words = sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    """Pieces of alphabet, digits and keyboard rows, forward and backward, longest first."""
    rows = [*_RUNS, *(row[::-1] for row in _RUNS)]
    pieces = {row[i:j] for row in rows for i in range(len(row)) for j in range(i + _RUN, len(row) + 1)}
    return re.compile("|".join(sorted(pieces, key=len, reverse=True)))
