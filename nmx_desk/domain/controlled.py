"""Controlled documents (ISO 9001 7.5): versions by an author, approved by another, valid from a day, read and understood, and withdrawn.

Policies and procedures are texts or files; the clinic's code lists, note templates and plan templates are such documents too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.base import Record
from nmx_desk.domain.documents import DocumentKind
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.people import Role
from nmx_desk.i18n import N_, _


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
PAPER_STEPS: Final[dict[VersionStatus, frozenset[VersionStatus]]] = {
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


LIST, PLAN = "list:", "plan:"
"""What ``holds`` begins with for a code list and for a plan template of the clinic's own."""
OPEN: Final = frozenset({_S.DRAFT, _S.OFFERED, _S.REFUSED})
"""A version that is still worked on: a document has one at most, or one that waits for its day."""
LONGEST_CODE, LONGEST_TITLE, LONGEST_CLAUSE, LONGEST_PLACE = 20, 120, 40, 80
LONGEST_CONTENT = 60_000
MOST_REVIEW_MONTHS = 60
_CODE = re.compile(r"[A-Z]{1,4}-[A-Za-z0-9_.-]{1,15}")


def may_step(now: VersionStatus, then: VersionStatus) -> bool:
    """Whether the state machine has this step."""
    return then in PAPER_STEPS[now]


def on_day(versions: Iterable[ControlledVersion], today: date) -> list[ControlledVersion]:
    """The versions of one document as they stand on a day, in their order.

    An approved version is in force from its day on without anybody doing anything, and what it replaces is obsolete from that day.
    """
    found: list[ControlledVersion] = []
    for one in sorted(versions, key=lambda version: version.number):
        stands = one
        if one.status is _S.APPROVED and one.valid_from is not None and one.valid_from <= today:
            stands = replace(one, status=_S.IN_FORCE)
        if stands.status is _S.IN_FORCE:
            found = [replace(old, status=_S.OBSOLETE, ended_on=one.valid_from) if old.status is _S.IN_FORCE else old for old in found]
        found.append(stands)
    return found


def in_force(versions: Sequence[ControlledVersion]) -> ControlledVersion | None:
    """The one that holds, of versions as they stand on a day."""
    return next((one for one in versions if one.status is _S.IN_FORCE), None)


def review_day(valid_from: date, months: int) -> date | None:
    """When a version is looked at again; never for 0 months."""
    return valid_from + relativedelta(months=months) if months else None


def check_document(document: ControlledDocument, taken: Collection[str]) -> None:
    """Refuse what a document is called when it is not complete. ``taken``: the codes of all others. Raises ``UserError`` with the field."""
    if not _CODE.fullmatch(document.code):
        raise UserError("code", _("Give a code of capitals, a hyphen and a number, such as PR-01."))
    if document.code.casefold() in {code.casefold() for code in taken}:
        raise UserError("code", _("Another document has this code. Choose the next number."))
    if not document.title:
        raise UserError("title", _("Give the document a title."))
    if not 0 <= document.review_months <= MOST_REVIEW_MONTHS:
        raise UserError("review_months", _("Choose 0 to {n} months; 0 is never.").format(n=MOST_REVIEW_MONTHS))
    if unknown := set(audience_of(document)) - set(Role):
        raise UserError("audience", _("There is no such role: {roles}.").format(roles=", ".join(sorted(unknown))))


def audience_of(document: ControlledDocument) -> tuple[str, ...]:
    """The roles that must read it."""
    return tuple(role for role in document.audience.split(",") if role)
