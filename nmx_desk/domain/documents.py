"""Documents in a client's file: a letter, a lab result, a picture. Kept in the database, of few kinds, known by their content."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_

MOST_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 120
LONGEST_NOTE = 300


class DocumentKind(StrEnum):
    """What a document may be."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    TEXT = "text"


DOCUMENT_KIND_NAMES = {
    DocumentKind.PDF: N_("PDF document"),
    DocumentKind.PNG: N_("PNG picture"),
    DocumentKind.JPEG: N_("JPEG picture"),
    DocumentKind.TEXT: N_("Plain text"),
}
ENDINGS = {DocumentKind.PDF: ".pdf", DocumentKind.PNG: ".png", DocumentKind.JPEG: ".jpg", DocumentKind.TEXT: ".txt"}
_BEGINNINGS = ((b"%PDF-", DocumentKind.PDF), (b"\x89PNG\r\n\x1a\n", DocumentKind.PNG), (b"\xff\xd8\xff", DocumentKind.JPEG))
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


@dataclass(frozen=True, kw_only=True)
class Document(Record):
    """A file that belongs to a client's file. ``sha256`` is its fingerprint in hex: the log knows the content by it.

    ``note_id`` and ``order_id``: the consult note or the lab order it belongs to. ``void_reason``: why it does not count, such as that it
    is another client's; it stays readable.
    """

    client_id: str = ""
    name: str = ""
    kind: DocumentKind = DocumentKind.TEXT
    size: int = 0
    sha256: str = ""
    content: bytes = b""
    note: str = ""
    note_id: str | None = None
    order_id: str | None = None
    voided_at: datetime | None = None
    void_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """A document without its content, for lists. ``added_by`` is a name; ``removable``: the reader added it today."""

    id: str
    name: str
    kind: DocumentKind
    size: int
    added_at: datetime
    added_by: str
    note: str = ""
    removable: bool = False
    void_reason: str = ""
    note_id: str | None = None
    sha256: str = ""


def kind_of(content: bytes) -> DocumentKind | None:
    """The kind, told by the content alone: what the sender called it does not count. None for anything that is not kept."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    return DocumentKind.TEXT if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text)


def safe_name(name: str, kind: DocumentKind) -> str:
    """A file name without folders, control and direction characters, with the ending that belongs to the kind."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    plain = _FORBIDDEN.sub("", plain).strip()
    stem = plain[: -len(found)] if (found := _ending(plain)) else plain
    stem = stem.strip(" .")[:LONGEST_NAME].strip(" .")
    if not stem or _DEVICE.match(stem):
        stem = f"document {stem}".strip()
    return stem + ENDINGS[kind]


def _ending(name: str) -> str:
    found = re.search(r"\.[A-Za-z0-9]{1,5}$", name)
    return found.group() if found else ""
