"""Texts that people type, as they are kept: not longer than they may be, and without a citizen service number."""

from __future__ import annotations

from nmx_desk.domain.errors import UserError
from nmx_desk.i18n import _
from nmx_desk.services.citizen_number import refuse_citizen_number


def fitting(field: str, text: str, longest: int) -> str:
    """The text as it is. Raises ``UserError`` for one that is too long, or seems to hold a citizen service number."""
    if len(text) > longest:
        raise UserError(field, _("Use at most {n} characters.").format(n=longest))
    refuse_citizen_number(field, text)
    return text


def one_line(field: str, text: str, longest: int) -> str:
    """The text on one line with single spaces, checked as by :func:`fitting`."""
    return fitting(field, " ".join(text.split()), longest)
