"""Codes: the short names by which records know a type or an item, whatever it is called by now."""

from __future__ import annotations

import re
from collections.abc import Collection

from nmx_desk.domain.names import fold

LONGEST_CODE = 40
_CODE = re.compile(r"[a-z][a-z0-9_]*")


def is_code(text: str) -> bool:
    """Whether this can be a code: small letters, digits and underscores, a letter first."""
    return len(text) <= LONGEST_CODE and _CODE.fullmatch(text) is not None


def fresh_code(words: str, taken: Collection[str]) -> str:
    """A code from these words that nothing has yet."""
    plain = re.sub("[^a-z0-9]+", "_", fold(words)).strip("_")
    base = (plain if is_code(plain[:1]) else f"item_{plain}")[: LONGEST_CODE - 4].strip("_")
    number, code = 1, base
    while code in taken:
        number += 1
        code = f"{base}_{number}"
    return code
