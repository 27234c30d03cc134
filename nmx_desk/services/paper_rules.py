"""What every write to a controlled document asks: whose version it is, which step there is, how its versions stand today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from nmx_desk.data.store import table_of
from nmx_desk.domain.controlled import (
    OPEN,
    ControlledDocument,
    ControlledVersion,
    VersionStatus,
    in_force,
    may_step,
    on_day,
)
from nmx_desk.domain.documents import LONGEST_NOTE
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import User
from nmx_desk.i18n import _
from nmx_desk.services.code_lists import items_of, keep_defaults
from nmx_desk.services.desk import Work
from nmx_desk.services.paper_content import (
    fingerprint,
    items_text,
    list_code,
)
from nmx_desk.services.papers import PaperSheet, find, sheet_of
from nmx_desk.services.typed import one_line

LEAST_REASON = 5


def made_document(work: Work, key: str) -> ControlledDocument:
    """A document that is stored; a code list or plan template becomes one now, with the versions it had."""
    document, versions = find(work, key)
    if document.id != document.holds:
        return document
    if code := list_code(document):
        keep_defaults(work, code)
        document, versions = find(work, key)
    made = work.store.add(replace(document, id=""))
    users = {user.id for user in work.store.find(User)}
    for one in versions:
        content = one.content or items_text(items_of(work, list_code(document), one.number))
        author = one.author_id if one.author_id in users else work.user.id
        whole = replace(one, id="", document_id=made.id, content=content, author_id=author)
        work.store.add(replace(whole, sha256=fingerprint(whole)))
    return made


def own_draft(work: Work, version_id: str) -> tuple[ControlledDocument, ControlledVersion]:
    """A draft of one's own with its document."""
    document, version = own_version(work, version_id)
    if version.status is not VersionStatus.DRAFT:
        raise Conflict(_("This version is no draft any more. Look at the document again."))
    return document, version


def own_version(work: Work, version_id: str) -> tuple[ControlledDocument, ControlledVersion]:
    """A version of one's own, or of somebody who left, which one takes over then."""
    version = work.store.get(ControlledVersion, version_id)
    if version.author_id != work.user.id:
        if work.store.get(User, version.author_id).is_active:
            raise NotAllowed(_("Only its author can change this version. Refuse it with your reason, or ask the author."))
        version = work.store.change(version, author_id=work.user.id)
    return work.store.get(ControlledDocument, version.document_id), version


def may_begin(work: Work, document: ControlledDocument) -> list[ControlledVersion]:
    """The versions there are. Raises ``Conflict`` while there is one to come."""
    refuse_withdrawn(document)
    versions = settle(work, document)
    if any(one.status in OPEN or one.status is VersionStatus.APPROVED for one in versions):
        raise Conflict(_("There is a version already that is to come. Look at the document again."))
    return versions


def next_number(versions: Sequence[ControlledVersion]) -> int:
    """The number of the next version."""
    return max((one.number for one in versions), default=0) + 1


def settle(work: Work, document: ControlledDocument) -> list[ControlledVersion]:
    """Store how the versions stand today; answers them in their order."""
    order = [table_of(ControlledVersion).c.number]
    stored = work.store.find(ControlledVersion, order=order, document_id=document.id)
    return [
        one if one == before else work.store.change(before, status=one.status, ended_on=one.ended_on)
        for before, one in zip(stored, on_day(stored, work.today()), strict=True)
    ]


def step_to(version: ControlledVersion, then: VersionStatus, now: VersionStatus | None = None) -> VersionStatus:
    """The state to go to. Raises ``Conflict`` when the state machine has no such step (from ``now``, where only that will do)."""
    if not may_step(version.status, then) or now not in {None, version.status}:
        raise Conflict(_("This version has changed meanwhile. Look at the document again."))
    return then


def check_day(work: Work, day: date | None) -> None:
    """Raise ``UserError`` for a day that is over."""
    if day is not None and day < work.today():
        raise UserError("valid_from", _("Choose today or a later day."))


def reason_of(text: str, field: str) -> str:
    """A reason on one line. Raises ``UserError`` for one that is too short."""
    said = one_line(field, text, LONGEST_NOTE)
    if len(said) < LEAST_REASON:
        raise UserError(field, _("Write down why; a few words will do."))
    return said


def refuse_withdrawn(document: ControlledDocument) -> None:
    """Raise ``Conflict`` for a document that is out of use."""
    if document.withdrawn_on is not None:
        raise Conflict(_("This document was withdrawn. Begin a new one."))


def shown(work: Work, key: str, number: int = 0) -> PaperSheet:
    """The document as it is now, for who just changed it."""
    document, versions = find(work, key)
    head = next((one for one in versions if one.number == number), None) or in_force(versions) or (versions[-1] if versions else None)
    return sheet_of(work, document, versions, head)
