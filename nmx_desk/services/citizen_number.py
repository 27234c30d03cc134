"""No citizen service number (BSN) in this program, not even in free text (DOMAIN §2): the clinic has no ground to keep it."""

from __future__ import annotations

import re

from stdnum.nl import bsn

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _

# Nine digits in the ways a citizen service number is written, standing apart from other digits (a phone number has ten).
_NINE = re.compile(r"(?<![\d+])(?<!\d[ .-])(?:\d{9}|\d{3}[ .-]\d{3}[ .-]\d{3}|\d{4}[ .-]\d{2}[ .-]\d{3})(?![ .-]?\d)")


def holds_citizen_number(text: str) -> bool:
    """Whether a text has nine digits that pass the eleven test of a citizen service number."""
    return any(bsn.is_valid(found.group()) for found in _NINE.finditer(text))


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
