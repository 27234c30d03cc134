"""Controlled documents (ISO 9001 7.5): versions by an author, approved by another, valid from a day, read and understood, and withdrawn.

Policies and procedures are texts or files; the clinic's code lists, note templates and plan templates are such documents too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.domain.documents import DocumentKind
from nmx_desk.i18n import N_


class PaperKind(StrEnum):
    """What a controlled document is."""

    POLICY = "policy"
    PROCEDURE = "procedure"
    INSTRUCTION = "instruction"
    FORM = "form"
    LIST = "list"
    TEMPLATE = "template"
    EXTERNAL = "external"


PAPER_KIND_NAMES = {
    PaperKind.POLICY: N_("Policy"),
    PaperKind.PROCEDURE: N_("Procedure"),
    PaperKind.INSTRUCTION: N_("Work instruction"),
    PaperKind.FORM: N_("Form"),
    PaperKind.LIST: N_("Code list"),
    PaperKind.TEMPLATE: N_("Template"),
    PaperKind.EXTERNAL: N_("Document from outside"),
}


class VersionStatus(StrEnum):
    """State machine *Documentversie*."""

    DRAFT = "draft"
    OFFERED = "offered"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    OBSOLETE = "obsolete"
    REFUSED = "refused"


VERSION_STATUS_NAMES = {
    VersionStatus.DRAFT: N_("Draft"),
    VersionStatus.OFFERED: N_("Waits for approval"),
    VersionStatus.APPROVED: N_("Approved, not valid yet"),
    VersionStatus.IN_FORCE: N_("In force"),
    VersionStatus.OBSOLETE: N_("Obsolete"),
    VersionStatus.REFUSED: N_("Refused"),
}
_S = VersionStatus
VERSION_STEPS: Final[dict[VersionStatus, frozenset[VersionStatus]]] = {
    _S.DRAFT: frozenset({_S.OFFERED}),
    _S.OFFERED: frozenset({_S.APPROVED, _S.IN_FORCE, _S.REFUSED, _S.DRAFT}),
    _S.APPROVED: frozenset({_S.IN_FORCE, _S.OBSOLETE}),
    _S.IN_FORCE: frozenset({_S.OBSOLETE}),
    _S.OBSOLETE: frozenset(),
    _S.REFUSED: frozenset({_S.DRAFT}),
}


@dataclass(frozen=True, kw_only=True)
class ControlledDocument(Record):
    """A document under control. ``holds``: "text", "file", "list:CODE" (a code list) or "plan:CODE" (a plan template).

    ``audience``: the roles that must read it, comma separated. ``review_months``: after how long it is looked at again.
    """

    code: str = ""
    title: str = ""
    kind: PaperKind = PaperKind.PROCEDURE
    holds: str = "text"
    clause: str = ""
    owner_id: str | None = None
    audience: str = ""
    review_months: int = 12
    withdrawn_on: date | None = None
    withdraw_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ControlledVersion(Record):
    """A version. ``content``: its text, or its list as JSON; or a file. ``sha256`` (hex) of what was approved.

    ``list_version``: the version of the code list or template that it became. ``alone``: approved by its author, there being nobody else.
    """

    document_id: str = ""
    number: int = 1
    status: VersionStatus = VersionStatus.DRAFT
    content: str = ""
    file_name: str = ""
    file_kind: DocumentKind | None = None
    file: bytes = b""
    reason: str = ""
    author_id: str = ""
    offered_at: datetime | None = None
    approver_id: str | None = None
    approved_at: datetime | None = None
    refuse_reason: str = ""
    alone: bool = False
    valid_from: date | None = None
    review_on: date | None = None
    ended_on: date | None = None
    sha256: str = ""
    list_version: int = 0


@dataclass(frozen=True, kw_only=True)
class DocumentReading(Record):
    """That somebody read and understood a version."""

    version_id: str = ""
    user_id: str = ""
    read_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PaperCopy(Record):
    """A copy on paper that must be changed or taken away when its version ends."""

    version_id: str = ""
    place: str = ""
    handed_on: date = date(1970, 1, 1)
    taken_back_on: date | None = None


def may_step(now: VersionStatus, then: VersionStatus) -> bool:
    """Whether the state machine has this step."""
    return then in VERSION_STEPS[now]
