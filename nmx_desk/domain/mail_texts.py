"""The texts of the clinic's mail: which there are, what stands in for what, and when a text is complete (AGENDA §4).

A text says ``{details}`` where day, time with its zone, type, practitioner and place go. Nothing clinical has a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.mailing import MAIL_KIND_NAMES, MailKind
from nmx_desk.i18n import N_, _

MAIL_TEXTS: Final = "mail_texts"
SUBJECT, BODY = "subject", "text"
LONGEST_SUBJECT = 150
LONGEST_BODY = 2000

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "name": N_("who it is for"),
    "details": N_("day, time, type, practitioner and place, each on a line"),
    "day": N_("the day"),
    "time": N_("the time, with its zone"),
    "before": N_("day and time that it was"),
    "type": N_("what kind of appointment"),
    "practitioner": N_("with whom"),
    "place": N_("where"),
    "bring": N_("what to bring; nothing when there is nothing"),
    "cancelling": N_("until when it can be cancelled, and how"),
    "clinic": N_("the clinic's name"),
    "phone": N_("the clinic's phone number"),
}
IN_SUBJECT: Final = frozenset({"clinic", "day", "time"})
"""A subject is read over somebody's shoulder: neither who nor what kind stands in it."""
_FIELD = re.compile(r"\{([^{}]*)\}")

TEXT_NAMES: Final = {
    f"{kind}_{part}": name
    for kind, name in MAIL_KIND_NAMES.items()
    for part in (SUBJECT, BODY)
}  # fmt: skip
"""Code of each text, and the kind of message it is of."""


def code_of(kind: MailKind, part: str) -> str:
    """The code of a text: ``confirmation_subject``."""
    return f"{kind}_{part}"


def is_subject(code: str) -> bool:
    """Whether a text is a subject."""
    return code.endswith(f"_{SUBJECT}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with what stands in for the placeholders; lines of a placeholder that stands for nothing go with it."""
    lines = []
    for line in text.splitlines():
        made = _FIELD.sub(lambda found: values.get(found.group(1), ""), line)
        if made.strip() or not line.strip():
            lines.append(made.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def tidy(text: str) -> str:
    """A text as it is kept: its lines, without control characters and without spaces at their ends."""
    lines = ("".join(sign for sign in line if sign.isprintable()).rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def check_text(code: str, field: str, text: str) -> None:
    """Refuse a text that would say something wrong. Raises ``UserError`` with the field."""
    subject = is_subject(code)
    longest = LONGEST_SUBJECT if subject else LONGEST_BODY
    if len(text) > longest:
        raise UserError(field, _("Use at most {n} characters.").format(n=longest))
    if subject and len(text.splitlines()) > 1:
        raise UserError(field, _("A subject is one line."))
    used = set(_FIELD.findall(text))
    known = IN_SUBJECT if subject else PLACEHOLDERS.keys()
    if unknown := sorted(used - set(known)):
        raise UserError(field, _("Nothing stands in for {name} here. Choose from: {names}.").format(
            name="{" + unknown[0] + "}", names=", ".join(f"{{{name}}}" for name in PLACEHOLDERS if name in known)))  # fmt: skip
    if set("{}") & set(_FIELD.sub("", text)):
        raise UserError(field, _("A curly bracket is left over. Placeholders are written as {example}.").format(example="{name}"))
    if not subject and "details" not in used and not {"day", "time"} <= used:
        raise UserError(field, _("The text does not say when: use {details}, or {day} and {time}.").format(
            details="{details}", day="{day}", time="{time}"))  # fmt: skip
