"""E-mail addresses as people type them."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from nmx_desk.i18n import _

_BETWEEN_ANGLES = re.compile(r"<([^<>\s]+@[^<>\s]+)>\s*$")
_LONGEST = 400  # an address has at most 254 characters, a name may stand before it


class Email(NamedTuple):
    """``address`` in small letters, empty when it cannot be one; ``warning`` is a sentence for the user, or empty."""

    address: str
    warning: str


def normalise_email(text: str) -> Email:
    """Bring an address into its one form. Nothing is looked up on the network; an empty text gives no warning."""
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"}).strip()[:_LONGEST]
    if not text:
        return Email("", "")
    named = _BETWEEN_ANGLES.search(text)
    if named:
        text = named.group(1)
    text = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE).strip(" '\"<>.,;")
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return Email("", _("The e-mail address cannot be right; see how it was filled in."))
    return Email(found.normalized.lower(), "")
