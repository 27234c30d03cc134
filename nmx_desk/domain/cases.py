"""What the quality registers share: words and files of a case, and what it came from.

A register row holds states, days and codes and a ``summary`` without names: it outlives the client's file and an auditor may read it.
What was told, found and answered stands in ``CaseText`` and ``CaseFile``, which name the client and are destroyed with the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.domain.documents import DocumentKind
from nmx_desk.i18n import N_

LONGEST_SUMMARY = 200
LONGEST_TEXT = 8000


@dataclass(frozen=True, kw_only=True)
class CaseText(Record):
    """One text of a case, such as what happened or a why. ``subject``: ``table:id`` of the case; one row a ``code``."""

    client_id: str | None = None
    subject: str = ""
    code: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseFile(Record):
    """A file that belongs to a row of a register: a letter, a certificate, a report of an audit. ``sha256`` in hex, of ``content``."""

    client_id: str | None = None
    subject: str = ""
    name: str = ""
    kind: DocumentKind = DocumentKind.TEXT
    size: int = 0
    sha256: str = ""
    content: bytes = b""
    note: str = ""
    voided_at: datetime | None = None
    void_reason: str = ""


TEXT_NAMES: Final = {
    "complainant": N_("Who complains"),
    "contact": N_("How to reach them"),
    "story": N_("What happened"),
    "wish": N_("What is wished"),
    "at_once": N_("What was done at once"),
    "whose": N_("Why it is about somebody else than was registered"),
    "findings": N_("What was found"),
    "judgement": N_("Judgement and its grounds"),
    "extension": N_("Why it takes longer"),
    "dispute": N_("What the dispute body decided"),
    "told": N_("What the client was told"),
    "analysis": N_("Analysis"),
    "calamity": N_("Why it is a calamity, or is not"),
    "leak": N_("Why the authority is told, or need not be"),
    "similar": N_("Whether it happens elsewhere"),
    "correction": N_("Correction"),
    "why1": N_("Why?"),
    "why2": N_("Why was that? (2)"),
    "why3": N_("Why was that? (3)"),
    "why4": N_("Why was that? (4)"),
    "why5": N_("Why was that? (5)"),
    "cause": N_("Cause"),
    "action": N_("Corrective action"),
    "test": N_("How it was tested and what was seen"),
}
"""Every code of a ``CaseText``."""


def subject_of(table: str, record_id: str) -> str:
    """How a case is named by its texts, files and tasks, and by what came from it."""
    return f"{table}:{record_id}"


def parts_of(subject: str) -> tuple[str, str]:
    """Table and id of a subject; empty texts where there is none."""
    table, _sign, record_id = subject.partition(":")
    return table, record_id
