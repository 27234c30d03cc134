"""Files that are kept with a record: which may be, and whether one still is what was kept. For documents of clients and files of cases."""

from __future__ import annotations

from hashlib import sha256

from nmx_desk.domain.documents import MOST_BYTES, DocumentKind, kind_of
from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.i18n import _


def kept_kind(content: bytes) -> DocumentKind:
    """The kind of a file that may be kept. Raises ``UserError`` for an empty one, one that is too large and one of another kind."""
    if not content:
        raise UserError("content", _("This file is empty. Choose another one."))
    if len(content) > MOST_BYTES:
        raise UserError("content", _("This file is larger than {n} MB. Make it smaller, or keep a part of it.").format(n=MOST_BYTES >> 20))
    kind = kind_of(content)
    if kind is None:
        raise UserError(
            "content", _("Only PDF, PNG, JPEG and plain text are kept, whatever a file is called. Save it as PDF and add that.")
        )
    return kind


def check_unchanged(content: bytes, fingerprint: str) -> None:
    """Raise ``EnvironmentProblem`` unless a file is what was kept; ``fingerprint``: its SHA-256 in hex."""
    if sha256(content).hexdigest() != fingerprint:
        raise EnvironmentProblem(_("This document is not what was kept: its content was changed. Ask the administrator to verify the log."))
