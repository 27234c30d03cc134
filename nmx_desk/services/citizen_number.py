"""No citizen service number (BSN) in this program, not even in free text (DOMAIN §2): the clinic has no ground to keep it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from stdnum.nl import bsn

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _

# Nine digits in the ways a citizen service number is written, standing apart from other digits (a phone number has ten).
_NINE = re.compile(r"(?<![\d+])(?<!\d[ .-])(?:\d{9}|\d{3}[ .-]\d{3}[ .-]\d{3}|\d{4}[ .-]\d{2}[ .-]\d{3})(?![ .-]?\d)")


_MADE = re.compile(r"(?<![\w-])(?=[0-9-]*[a-fA-F])[0-9a-fA-F-]{32,}(?![\w-])")  # ids and fingerprints: nobody types those
HIDDEN = "•" * 9


def holds_citizen_number(text: str) -> bool:
    """Whether a text has nine digits that pass the eleven test of a citizen service number."""
    return any(bsn.is_valid(found.group()) for found in _NINE.finditer(text))


def without_citizen_number(text: str) -> str:
    """The text with every citizen service number hidden."""
    return _NINE.sub(lambda found: HIDDEN if bsn.is_valid(found.group()) else found.group(), text)


def refuse_citizen_number(field: str, text: str) -> None:
    """Raise ``UserError`` for a text that seems to hold a citizen service number."""
    if holds_citizen_number(text):
        raise UserError(
            field,
            _(
                "This looks like a citizen service number (BSN), which the clinic may not keep. Leave it out. "
                "If it is a phone number, write it with its zero."
            ),
        )


def refuse_typed(arguments: Mapping[str, Any]) -> None:
    """Raise ``UserError`` when anything that somebody typed, however deep in these arguments, seems to hold a citizen service number."""
    for field, text in _texts(arguments.items()):
        refuse_citizen_number(field, _MADE.sub("", text))


def _texts(named: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every text with the name of the argument or field that it stands in."""
    for name, value in named:
        if isinstance(value, str):
            if not isinstance(value, Enum):
                yield name, value
        elif is_dataclass(value):
            yield from _texts((field.name, getattr(value, field.name)) for field in fields(value))
        elif isinstance(value, Mapping):
            yield from _texts((name, item) for item in value.values())
        elif isinstance(value, (tuple, list, set, frozenset)):
            yield from _texts((name, item) for item in value)
